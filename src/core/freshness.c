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

static bool max_age(const yn_cache *cache, const yonder_response *response, int64_t *seconds)
{
    const yonder_text directive = YN_TEXT("max-age=");
    list l = list_of(response, "Cache-Control");
    for (yonder_text e; next_element(&l, &e);) {
        if (e.len < directive.len || !yn_equal_nocase(yn_slice(e, 0, directive.len), directive))
            continue;
        e = yn_trim(yn_skip(e, directive.len), " ");
        if (cache->quoted_seconds && e.len >= 2 && e.ptr[0] == '"' && e.ptr[e.len - 1] == '"')
            e = yn_slice(e, 1, e.len - 1);
        if (read_seconds(e, seconds))
            return true;
    }
    return false;
}

static bool first_value(const yonder_response *response, const char *name, yonder_text *value)
{
    list l = list_of(response, name);
    const yonder_field *field = next_field(&l);
    if (field)
        *value = yn_trim(field->value, " \t");
    return field != NULL;
}

static bool date_of(const yonder_response *response, const char *name, int64_t now,
                    int64_t *seconds)
{
    yonder_text value;
    return first_value(response, name, &value) && yn_date_parse(value, now, seconds);
}

// ---- lifetimes ----------------------------------------------------------------------------------

// When the response was made. `known` is false where nobody says.
typedef struct moment {
    bool known;
    int64_t at;
} moment;

static moment time_of(const yonder_response *response)
{
    int64_t received = response->received, date;
    if (date_of(response, "Date", received ? received : assumed_now, &date))
        return (moment){true, date};
    return (moment){received != 0, received ? received : assumed_now};
}

// RFC 9111 section 4.2.3, as far as it goes without a clock: how old it was when it came.
static int64_t age_of(const yonder_response *response, moment made)
{
    yonder_text value;
    int64_t age = 0;
    if (first_value(response, "Age", &value)) {
        value =
            yn_trim(yn_slice(value, 0, yn_find_char(value, ',')), " \t"); // section 5.1: the first
        if (!read_seconds(value, &age))
            age = 0;
    }
    int64_t apparent = response->received && made.known ? response->received - made.at : 0;
    return apparent > age ? apparent : age;
}

static bool expires(const yn_cache *cache, const yonder_response *response, moment made,
                    int64_t *seconds)
{
    yonder_text value;
    int64_t at;
    if (!first_value(response, "Expires", &value))
        return false;
    if (!yn_date_parse(value, made.at, &at)) {
        *seconds = 0;
        return cache->unreadable_expires_past || yn_equal(value, YN_TEXT("0"));
    }
    *seconds = made.known ? at - made.at : 0;
    return true;
}

static bool tenth(const yn_cache *cache, const yonder_response *response, moment made,
                  int64_t *seconds)
{
    int64_t modified;
    bool named = yn_statuses_have(&cache->tenth, response->status);
    if (!named && yn_statuses_have(&cache->tenth_if_public, response->status))
        named = list_has(response, "Cache-Control", "public") ||
                list_has(response, "Cache-Control", "private");
    if (!named || !made.known || list_has(response, "Cache-Control", "must-revalidate") ||
        !date_of(response, "Last-Modified", made.at, &modified) || modified > made.at)
        return false;
    *seconds = (made.at - modified) / 10;
    return true;
}

static bool is_kept(const yn_cache *cache, yonder_text method, const yonder_response *response)
{
    bool kept = false;
    for (const char *const *m = cache->methods; m && *m; m++)
        kept = kept || yn_equal(method, yonder_text_of(*m));
    if (!kept || yn_statuses_have(&cache->never, response->status))
        return false;
    if (!cache->without_cache_control && (list_has(response, "Cache-Control", "no-cache") ||
                                          list_has(response, "Cache-Control", "no-store")))
        return false;
    return !list_has(response, "Pragma", "no-cache") && !list_has(response, "Vary", "*");
}

yonder_freshness yn_freshness(const yn_cache *cache, yonder_text method,
                              const yonder_response *response)
{
    int64_t seconds = 0;
    moment made = time_of(response);
    if (!is_kept(cache, method, response))
        return (yonder_freshness){0};
    if ((cache->without_cache_control || !max_age(cache, response, &seconds)) &&
        !expires(cache, response, made, &seconds) && !tenth(cache, response, made, &seconds)) {
        bool unlimited = yn_statuses_have(&cache->unlimited, response->status);
        return (yonder_freshness){.cacheable = unlimited, .unlimited = unlimited};
    }
    int64_t age = age_of(response, made);
    if (seconds <= age)
        return (yonder_freshness){0};
    return (yonder_freshness){.cacheable = true, .seconds = seconds - age};
}
