// SPDX-License-Identifier: MIT
// Reading conditions as written.
#include "base/date.h"
#include "base/text.h"
#include "rules/condition.h"
#include "rules/condition_bytes.h"
#include "rules/glob.h"
#include "rules/likely.h"

// What one call of yn_condition_read() hands around.
typedef struct reader {
    yn_buf *out;
    size_t values_at; // where the values start in `out`
    int64_t number;
    const yonder_rules_reading *how;
    const yn_problems *problems;
    yonder_text name, value; // as written
} reader;

#define PROBLEM(r, at, ...) yn_problem((r)->problems, at, __VA_ARGS__)

// ---- values -------------------------------------------------------------------------------------

static bool has_value(const reader *r, yonder_text wanted, bool (*equal)(yonder_text, yonder_text))
{
    yonder_text values = yn_skip(yn_buf_text(r->out), r->values_at), value;
    while (yn_condition_value(&values, &value))
        if (equal(value, wanted))
            return true;
    return false;
}

static void put_value(reader *r, yonder_text value, char (*change)(char))
{
    uint16_t len = (uint16_t)value.len;
    if (value.len > UINT16_MAX) {
        r->out->error = YONDER_TOO_LARGE;
        return;
    }
    yn_buf_put(r->out, (yonder_text){(const char *)&len, sizeof len});
    for (size_t i = 0; i < value.len; i++)
        yn_buf_char(r->out, change(value.ptr[i]));
}

static char same(char c)
{
    return c;
}

// Puts the members of a list that `check`, which tells what is wrong, lets pass; each once.
static int read_list(reader *r, const char *what, int (*check)(reader *, yonder_text),
                     char (*change)(char))
{
    int error = YONDER_OK;
    for (size_t at = 0, end; at <= r->value.len; at = end + 1) {
        end = at + yn_find_char(yn_skip(r->value, at), ',');
        yonder_text value = yn_slice(r->value, at, end);
        if (value.len == 0)
            error = PROBLEM(r, r->value.ptr + at, "%s is missing%s", what,
                            r->value.len ? " beside ','" : "");
        else if (check(r, value))
            error = YONDER_INVALID_RULES;
        else if (!has_value(r, value, change == same ? yn_equal : yn_equal_nocase))
            put_value(r, value, change);
    }
    return error;
}

static int check_method(reader *r, yonder_text method)
{
    static const char *const known[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                        "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    if (!yn_is_token(method))
        return PROBLEM(r, method.ptr, "'%.*s' is not a method", YN_PRINT(yn_quotable(method)));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        yonder_text word = yonder_text_of(known[i]);
        if (yn_equal_nocase(method, word) && !yn_equal(method, word))
            return PROBLEM(r, method.ptr, "case counts in methods: '%s'", known[i]);
    }
    return YONDER_OK;
}

static int check_language(reader *r, yonder_text tag)
{
    if (yn_is_language(tag))
        return YONDER_OK;
    if (yn_find_char(tag, '_') < tag.len)
        return PROBLEM(r, tag.ptr + yn_find_char(tag, '_'),
                       "the parts of a language are joined by '-': 'de-AT'");
    return PROBLEM(r, tag.ptr, "'%.*s' is not a language, as 'de' and 'de-AT' are",
                   YN_PRINT(yn_quotable(tag)));
}

static int check_country(reader *r, yonder_text country)
{
    if (country.len == 2 && yn_is_alpha((unsigned char)country.ptr[0]) &&
        yn_is_alpha((unsigned char)country.ptr[1]))
        return YONDER_OK;
    return PROBLEM(r, country.ptr, "'%.*s' is not a country of two letters, as 'DE' is",
                   YN_PRINT(yn_quotable(country)));
}

static int check_cookie(reader *r, yonder_text name)
{
    if (yn_is_token(name))
        return YONDER_OK;
    size_t equals = yn_find_char(name, '=');
    if (equals && equals < name.len)
        return PROBLEM(r, name.ptr, "the value of a cookie is asked for by 'cookie:%.*s=…'",
                       YN_PRINT(yn_quotable(yn_slice(name, 0, equals))));
    return PROBLEM(r, name.ptr, "'%.*s' is not the name of a cookie", YN_PRINT(yn_quotable(name)));
}

// ---- globs --------------------------------------------------------------------------------------

// The byte at `*at`, which moves past its spelling; -1 once a problem is told.
static int glob_byte(reader *r, size_t *at)
{
    const char *p = r->value.ptr + *at;
    size_t left = r->value.len - *at;
    int high, low, c;
    if (*p != '%') {
        ++*at;
        return *p == '*' ? YN_GLOB_STAR : (unsigned char)*p;
    }
    high = left > 2 ? yn_hex_value((unsigned char)p[1]) : -1;
    low = left > 2 ? yn_hex_value((unsigned char)p[2]) : -1;
    if (high < 0 || low < 0)
        return PROBLEM(r, p, "'%%' starts an escape like '%%20'; for itself write '%%25'"), -1;
    c = high * 16 + low;
    if ((c < 0x20 && c != '\t') || c == 0x7f)
        return PROBLEM(r, p, "no field holds a control character"), -1;
    *at += 3;
    return c;
}

static int read_glob(reader *r)
{
    uint16_t len = 0;
    int last = -1;
    if (r->value.len > YN_CONDITION_MAX_GLOB)
        return PROBLEM(r, r->value.ptr, "a pattern is at most %d bytes long",
                       YN_CONDITION_MAX_GLOB);
    yn_buf_put(r->out, (yonder_text){(const char *)&len, sizeof len});
    for (size_t at = 0; at < r->value.len;) {
        int c = glob_byte(r, &at);
        if (c < 0)
            return YONDER_INVALID_RULES;
        if (c == YN_GLOB_STAR && last == YN_GLOB_STAR)
            continue;
        yn_buf_char(r->out, (char)c);
        last = c;
        len++;
    }
    if (!r->out->error)
        memcpy(r->out->ptr + r->values_at, &len, sizeof len);
    return YONDER_OK;
}

// ---- numbers ------------------------------------------------------------------------------------

// "Z", "+01:00" or "-08:00": how far the place is ahead, in seconds.
static bool read_zone(yonder_text t, int64_t *ahead)
{
    uint64_t hours, minutes;
    *ahead = 0;
    if (yn_equal(t, YN_TEXT("Z")))
        return true;
    if (t.len != 6 || (t.ptr[0] != '+' && t.ptr[0] != '-') || t.ptr[3] != ':' ||
        !yn_parse_number(yn_slice(t, 1, 3), 23, &hours) ||
        !yn_parse_number(yn_slice(t, 4, 6), 59, &minutes))
        return false;
    *ahead = (int64_t)(hours * 3600 + minutes * 60) * (t.ptr[0] == '-' ? -1 : 1);
    return true;
}

// The date and time before a zone, and how long they are.
static bool read_moment(yonder_text t, int64_t *seconds, size_t *len)
{
    static const char *const forms[] = {"YYYY-MM-DDThh:mm:ss", "YYYY-MM-DDThh:mm", "YYYY-MM-DD"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        *len = strlen(forms[i]);
        if (t.len >= *len && yn_date_read(yn_slice(t, 0, *len), forms[i], seconds))
            return true;
    }
    return false;
}

static int read_time(reader *r)
{
    int64_t ahead = 0;
    size_t len;
    const yonder_rules_reading *how = r->how;
    const size_t date_len = strlen("YYYY-MM-DD");
    if (!read_moment(r->value, &r->number, &len) ||
        (len < r->value.len && (len == date_len || !read_zone(yn_skip(r->value, len), &ahead))))
        return PROBLEM(r, r->value.ptr,
                       "'%.*s' is not a date that exists, written as in '2026-12-01', "
                       "'2026-12-01T09:00', '2026-12-01T09:00:00Z' or '2026-12-01T09:00+01:00'",
                       YN_PRINT(yn_quotable(r->value)));
    if (len < r->value.len)
        r->number -= ahead;
    else if (how && how->local_time)
        r->number = how->local_time(how->local_time_context, r->number);
    if (r->number < YN_DATE_MIN || r->number > YN_DATE_MAX)
        return PROBLEM(r, r->value.ptr, "years go from 0000 to 9999");
    return YONDER_OK;
}

static int read_share(reader *r)
{
    yonder_text t = r->value;
    uint64_t whole = 0, part = 0;
    size_t point;
    bool percent = t.len && t.ptr[t.len - 1] == '%';
    t.len -= percent;
    point = yn_find_char(t, '.');
    yonder_text decimals = yn_skip(t, point < t.len ? point + 1 : point);
    bool good =
        percent && yn_parse_number(yn_slice(t, 0, point), 100, &whole) &&
        (point == t.len || (decimals.len <= 2 && yn_parse_number(decimals, UINT64_MAX, &part)));
    if (decimals.len == 1)
        part *= 10;
    if (!good || whole * 100 + part > YN_SHARE_ALL)
        return PROBLEM(r, r->value.ptr,
                       "'%.*s' is not a share from 0%% to 100%%, as '10%%' and '12.5%%' are; two "
                       "decimals at most",
                       YN_PRINT(yn_quotable(r->value)));
    r->number = (int64_t)(whole * 100 + part);
    return YONDER_OK;
}

static int read_http(reader *r)
{
    if (yn_equal(r->value, YN_TEXT("1.0")))
        r->number = 10;
    else if (yn_equal(r->value, YN_TEXT("1.1")))
        r->number = 11;
    else
        return PROBLEM(r, r->value.ptr,
                       "'%.*s' is not one of '1.0' and '1.1', which stands for all later ones, too",
                       YN_PRINT(yn_quotable(r->value)));
    return YONDER_OK;
}

// ---- names --------------------------------------------------------------------------------------

static const char known_names[] = "method, language, country, header:NAME, cookie, cookie:NAME, "
                                  "from, until, share and http";

static int unknown_name(reader *r)
{
    const char *words[YN_CONDITION_WORDS];
    size_t colon = yn_find_char(r->name, ':');
    yonder_text word = yn_slice(r->name, 0, colon);
    yonder_text tail = yn_quotable(yn_skip(r->name, colon));
    for (size_t i = 0; i < YN_CONDITION_WORDS; i++)
        words[i] = yn_condition_words[i].word.ptr;
    if (r->name.len == 0)
        return PROBLEM(r, r->name.ptr, "the name of a condition is missing before '='");
    if (yn_equal(r->name, YN_TEXT("header")))
        return PROBLEM(r, r->name.ptr, "a header is asked for by its name: 'header:Accept=…'");
    int likely = yn_likely(word, words, YN_CONDITION_WORDS);
    if (likely >= 0 && yn_equal(yonder_text_of(words[likely]), word))
        return PROBLEM(r, r->name.ptr + colon, "nothing can follow '%s' before '='", words[likely]);
    if (likely >= 0)
        return PROBLEM(r, r->name.ptr, "'%.*s' is not a condition; is '%s%.*s' meant? (%s are)",
                       YN_PRINT(yn_quotable(r->name)), words[likely], YN_PRINT(tail), known_names);
    return PROBLEM(r, r->name.ptr, "'%.*s' is not a condition: %s are",
                   YN_PRINT(yn_quotable(r->name)), known_names);
}

static int check_name(reader *r, yonder_text name)
{
    if (yn_is_token(name))
        return YONDER_OK;
    if (name.len == 0)
        return PROBLEM(r, name.ptr, "a name is missing after ':'");
    return PROBLEM(r, name.ptr, "'%.*s' is not the name of a %.*s", YN_PRINT(yn_quotable(name)),
                   (int)yn_find_char(r->name, ':'), r->name.ptr);
}

static int read_value(reader *r, const yn_condition_word *row)
{
    switch (row->kind) {
    case YN_IF_METHOD:
        return read_list(r, "a method", check_method, same);
    case YN_IF_LANGUAGE:
        return read_list(r, "a language", check_language, yn_lower);
    case YN_IF_COUNTRY:
        return read_list(r, "a country", check_country, yn_upper);
    case YN_IF_HEADER:
        return read_glob(r);
    case YN_IF_COOKIE:
        return row->named ? read_glob(r) : read_list(r, "the name of a cookie", check_cookie, same);
    case YN_IF_FROM:
    case YN_IF_UNTIL:
        return read_time(r);
    case YN_IF_SHARE:
        return read_share(r);
    case YN_IF_HTTP:
        return read_http(r);
    }
    return YONDER_OK;
}

// The head and the name, the values still to come.
static void put_head(reader *r, const yn_condition_word *row, yonder_text name)
{
    yn_condition_head head = {.kind = (uint16_t)row->kind, .name_len = (uint16_t)name.len};
    if (name.len > UINT16_MAX)
        r->out->error = YONDER_TOO_LARGE;
    yn_buf_put(r->out, (yonder_text){(const char *)&head, sizeof head});
    for (size_t i = 0; i < name.len; i++) // case counts in the names of cookies
        yn_buf_char(r->out, row->kind == YN_IF_HEADER ? yn_lower(name.ptr[i]) : name.ptr[i]);
    r->values_at = r->out->len;
}

int yn_condition_read(yn_buf *out, const yn_draft_pair *condition,
                      const yonder_rules_reading *reading, const yn_problems *problems)
{
    reader r = {.out = out,
                .how = reading,
                .problems = problems,
                .name = condition->name,
                .value = condition->value};
    const yn_condition_word *row = yn_condition_find(r.name);
    size_t start = out->len, colon = yn_find_char(r.name, ':');
    if (!row)
        return unknown_name(&r);
    yonder_text name = row->named ? yn_skip(r.name, colon + 1) : (yonder_text){NULL, 0};
    int name_error = row->named ? check_name(&r, name) : YONDER_OK;
    put_head(&r, row, name);
    int value_error = read_value(&r, row), error = name_error ? name_error : value_error;
    if (out->error || error) {
        out->len = start;
        return out->error ? out->error : error;
    }
    yn_condition_head head;
    memcpy(&head, out->ptr + start, sizeof head);
    head.number = r.number;
    head.values_len = (uint32_t)(out->len - r.values_at);
    memcpy(out->ptr + start, &head, sizeof head);
    return YONDER_OK;
}
