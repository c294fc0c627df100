// SPDX-License-Identifier: MIT
#include "core/freshness.h"

#include "base/date.h"
#include "base/text.h"

// Two-digit years are read as near to the time of the response; this stands in where it is unknown.
static const int64_t assumed_now = 1767225600; // 2026-01-01

// ---- lists --------------------------------------------------------------------------------------

// Walks the elements of all fields of one name as the one list they are (RFC 9110 section 5.6.1).
typedef struct list {
    const yonder_response *response;
    yonder_text name;
    size_t next_field;
    yonder_text rest;
    bool ends_at_empty; // an element that is empty ends it; otherwise it counts for nothing
} list;

static list list_of(const yonder_response *response, const char *name)
{
    return (list){.response = response, .name = yonder_text_of(name)};
}

static const yonder_field *next_field(list *l)
{
    while (l->next_field < l->response->field_count) {
        const yonder_field *field = &l->response->fields[l->next_field++];
        if (yn_equal_nocase(field->name, l->name))
            return field;
    }
    return NULL;
}

// Up to a comma that is not inside a quoted string.
static size_t element_length(yonder_text t)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < t.len && (quoted || t.ptr[i] != ','); i++) {
        if (t.ptr[i] == '"')
            quoted = !quoted;
        else if (quoted && t.ptr[i] == '\\' && i + 1 < t.len)
            i++;
    }
    return i;
}

static bool next_element(list *l, yonder_text *element)
{
    for (;;) {
        while (l->rest.len == 0) {
            const yonder_field *field = next_field(l);
            if (!field)
                return false;
            l->rest = field->value;
        }
        size_t n = element_length(l->rest);
        *element = yn_trim(yn_slice(l->rest, 0, n), " \t");
        l->rest = yn_skip(l->rest, n < l->rest.len ? n + 1 : n);
        if (element->len)
            return true;
        if (l->ends_at_empty) {
            *l = (list){.response = l->response, .next_field = l->response->field_count};
            return false;
        }
    }
}

static bool list_has(const yonder_response *response, const char *name, const char *element)
{
    list l = list_of(response, name);
    for (yonder_text e; next_element(&l, &e);)
        if (yn_equal_nocase(e, yonder_text_of(element)))
            return true;
    return false;
}

// ---- numbers and dates --------------------------------------------------------------------------

// delta-seconds (RFC 9111 section 1.2.2); too many are the most there can be.
static bool read_seconds(yonder_text t, int64_t *seconds)
{
    uint64_t n;
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_digit((unsigned char)t.ptr[i]))
            return false;
    if (t.len == 0)
        return false;
    *seconds = yn_parse_number(t, INT64_MAX, &n) ? (int64_t)n : INT64_MAX;
    return true;
}

// The digits at the start; false if there are none, or too many for 32 bits.
static bool read_digits(yonder_text t, int64_t *seconds)
{
    uint64_t n;
    size_t digits = 0;
    while (digits < t.len && yn_is_digit((unsigned char)t.ptr[digits]))
        digits++;
    if (!yn_parse_number(yn_slice(t, 0, digits), UINT32_MAX, &n))
        return false;
    *seconds = (int64_t)n;
    return true;
}

// The seconds from one moment to another. Who gives them is not held to moments that are likely.
static int64_t between(int64_t from, int64_t to)
{
    if (from < 0 && to > INT64_MAX + from)
        return INT64_MAX;
    if (from > 0 && to < INT64_MIN + from)
        return INT64_MIN;
    return to - from;
}

// ---- Cache-Control ------------------------------------------------------------------------------

typedef struct control {
    bool not_reusable; // no-cache or no-store
    bool shared;       // public or private: it says something about who may keep it
    bool must_revalidate;
    bool has_max_age;
    int64_t max_age;
} control;

static size_t word_length(yonder_text t)
{
    size_t i = 0;
    while (i < t.len && (yn_is_alpha((unsigned char)t.ptr[i]) || t.ptr[i] == '-' ||
                         t.ptr[i] == '_' || yn_is_digit((unsigned char)t.ptr[i])))
        i++;
    return i;
}

// Each directive is what its element is.
static void take_element(const yn_cache *cache, control *c, yonder_text e)
{
    const yonder_text directive = YN_TEXT("max-age=");
    if (c->has_max_age || e.len < directive.len ||
        !yn_equal_nocase(yn_slice(e, 0, directive.len), directive))
        return;
    e = yn_trim(yn_skip(e, directive.len), " ");
    if (cache->quoted_seconds && e.len >= 2 && e.ptr[0] == '"' && e.ptr[e.len - 1] == '"')
        e = yn_slice(e, 1, e.len - 1);
    c->has_max_age = read_seconds(e, &c->max_age);
}

// Each directive is what its element begins with.
static void take_word(control *c, yonder_text word, yonder_text after)
{
    if (!yn_equal_nocase(word, YN_TEXT("max-age")))
        return;
    after = yn_trim(after, " \t");
    bool has_value = after.len && after.ptr[0] == '=';
    c->has_max_age = has_value && read_digits(yn_trim(yn_skip(after, 1), " \t"), &c->max_age);
}

static bool is_bare(const yn_cache *cache, yonder_text word)
{
    for (const char *const *w = cache->bare_words; w && *w; w++)
        if (yn_equal_nocase(word, yonder_text_of(*w)))
            return true;
    return false;
}

static control control_of(const yn_cache *cache, const yonder_response *response)
{
    control c = {0};
    list l = list_of(response, "Cache-Control");
    bool broken = cache->without_cache_control;
    l.ends_at_empty = cache->reads_words;
    for (yonder_text e; !broken && next_element(&l, &e);) {
        yonder_text word = cache->reads_words ? yn_slice(e, 0, word_length(e)) : e;
        broken = word.len < e.len && (word.len == 0 || is_bare(cache, word));
        c.not_reusable = c.not_reusable || yn_equal_nocase(word, YN_TEXT("no-cache")) ||
                         yn_equal_nocase(word, YN_TEXT("no-store"));
        c.shared = c.shared || yn_equal_nocase(word, YN_TEXT("public")) ||
                   yn_equal_nocase(word, YN_TEXT("private"));
        c.must_revalidate = c.must_revalidate || yn_equal_nocase(word, YN_TEXT("must-revalidate"));
        if (cache->reads_words)
            take_word(&c, word, yn_skip(e, word.len));
        else
            take_element(cache, &c, e);
    }
    return c;
}

// ---- fields of one value ------------------------------------------------------------------------

static bool first_value(const yonder_response *response, const char *name, yonder_text *value)
{
    list l = list_of(response, name);
    const yonder_field *field = next_field(&l);
    if (field)
        *value = yn_trim(field->value, " \t");
    return field != NULL;
}

static bool read_date(const yn_cache *cache, yonder_text value, int64_t now, int64_t *seconds)
{
    if (cache->dates == YN_DATES_OF_HTTP)
        return yn_date_parse(value, now, seconds);
    return yn_date_guess(value, cache->dates == YN_DATES_GUESSED, seconds);
}

static int64_t narrowed(const yn_cache *cache, int64_t seconds)
{
    return cache->dates == YN_DATES_GUESSED_IN_32_BITS ? (uint32_t)seconds : seconds;
}

static bool date_of(const yn_cache *cache, const yonder_response *response, const char *name,
                    int64_t now, int64_t *seconds)
{
    yonder_text value;
    if (!first_value(response, name, &value) || !read_date(cache, value, now, seconds))
        return false;
    *seconds = narrowed(cache, *seconds);
    return true;
}

// ---- lifetimes ----------------------------------------------------------------------------------

// When the response was made. `known` is false where nobody says.
typedef struct moment {
    bool known;
    int64_t at;
} moment;

static moment time_of(const yn_cache *cache, const yonder_response *response)
{
    int64_t received = response->received, date;
    if (date_of(cache, response, "Date", received ? received : assumed_now, &date))
        return (moment){true, date};
    return (moment){received != 0, received ? received : assumed_now};
}

static int64_t age_field(const yn_cache *cache, const yonder_response *response)
{
    yonder_text value;
    int64_t age = 0;
    if (!first_value(response, "Age", &value))
        return 0;
    if (!cache->reads_words) {
        value = yn_slice(value, 0, yn_find_char(value, ',')); // section 5.1: the first
        return read_seconds(yn_trim(value, " \t"), &age) ? age : 0;
    }
    bool negative = value.len && value.ptr[0] == '-';
    value = yn_skip(value, value.len && (negative || value.ptr[0] == '+'));
    for (; value.len && yn_is_digit((unsigned char)value.ptr[0]); value = yn_skip(value, 1))
        age = age > INT64_MAX / 10 - 9 ? age : age * 10 + (value.ptr[0] - '0');
    return (uint32_t)(negative ? -age : age);
}

// RFC 9111 section 4.2.3, as far as it goes without a clock: how old it was when it came.
static int64_t age_of(const yn_cache *cache, const yonder_response *response, moment made)
{
    int64_t age = age_field(cache, response);
    int64_t apparent = response->received && made.known ? between(made.at, response->received) : 0;
    return apparent > age ? apparent : age;
}

static bool expires(const yn_cache *cache, const yonder_response *response, moment made,
                    int64_t *seconds)
{
    yonder_text value;
    int64_t at;
    if (!first_value(response, "Expires", &value))
        return false;
    if (!read_date(cache, value, made.at, &at)) {
        *seconds = 0;
        return cache->unreadable_expires_past || yn_equal(value, YN_TEXT("0"));
    }
    at = at < 0 ? at : narrowed(cache, at);
    *seconds = made.known ? between(made.at, at) : 0;
    return true;
}

static bool tenth(const yn_cache *cache, const control *said, const yonder_response *response,
                  moment made, int64_t *seconds)
{
    int64_t modified;
    bool named = yn_statuses_have(&cache->tenth, response->status) ||
                 (yn_statuses_have(&cache->tenth_if_public, response->status) && said->shared);
    if (!named || !made.known || (said->must_revalidate && !cache->tenth_regardless) ||
        !date_of(cache, response, "Last-Modified", made.at, &modified) || modified > made.at)
        return false;
    *seconds = between(modified, made.at) / 10;
    if (cache->tenth_at_most && *seconds > cache->tenth_at_most)
        *seconds = cache->tenth_at_most;
    return true;
}

// Whether Pragma says no-cache, among other words or not.
static bool has_pragma(const yn_cache *cache, const yonder_response *response)
{
    list l = list_of(response, "Pragma");
    for (yonder_text e; next_element(&l, &e);) {
        while (cache->reads_words && e.len) {
            size_t n = 0;
            while (n < e.len && e.ptr[n] != ' ' && e.ptr[n] != '\t')
                n++;
            if (yn_equal_nocase(yn_slice(e, 0, n), YN_TEXT("no-cache")))
                return true;
            e = yn_trim(yn_skip(e, n), " \t");
        }
        if (yn_equal_nocase(e, YN_TEXT("no-cache")))
            return true;
    }
    return false;
}

static bool is_kept(const yn_cache *cache, const control *said, yonder_text method,
                    const yonder_response *response)
{
    bool kept = false;
    yonder_text value;
    for (const char *const *m = cache->methods; m && *m; m++)
        kept = kept || yn_equal(method, yonder_text_of(*m));
    if (!kept || yn_statuses_have(&cache->never, response->status) || said->not_reusable)
        return false;
    if (cache->needs_location && response->status / 100 == 3 &&
        !first_value(response, "Location", &value))
        return false;
    return !has_pragma(cache, response) && !list_has(response, "Vary", "*");
}

yonder_freshness yn_freshness(const yn_cache *cache, yonder_text method,
                              const yonder_response *response)
{
    int64_t seconds = 0;
    moment made = time_of(cache, response);
    control said = control_of(cache, response);
    if (!is_kept(cache, &said, method, response))
        return (yonder_freshness){0};
    if (said.has_max_age)
        seconds = said.max_age;
    else if (!expires(cache, response, made, &seconds) &&
             !tenth(cache, &said, response, made, &seconds)) {
        bool unlimited = yn_statuses_have(&cache->unlimited, response->status);
        return (yonder_freshness){.cacheable = unlimited, .unlimited = unlimited};
    }
    int64_t age = age_of(cache, response, made);
    if (seconds <= age)
        return (yonder_freshness){0};
    return (yonder_freshness){.cacheable = true, .seconds = seconds - age};
}
