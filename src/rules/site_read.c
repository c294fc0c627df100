// SPDX-License-Identifier: MIT
// Reading the lines about a site.
#include <stdio.h>

#include <yonder/url.h>

#include "base/text.h"
#include "core/host.h"
#include "rules/likely.h"
#include "rules/query.h"
#include "rules/site.h"
#include "rules/site_words.h"

// What one call of yn_site_read() hands around.
typedef struct reader {
    yn_site_value *out;
    char *room;
    size_t len; // of what is in the room
    yonder_text value;
    const yn_problems *problems;
    int error;
} reader;

#define PROBLEM(r, at, ...) ((r)->error = yn_problem((r)->problems, at, __VA_ARGS__))

static const char blanks[] = " \t";

// Takes the next word, ended by any of `separators`. Empty after the last.
static yonder_text take_word(yonder_text *rest, const char *separators)
{
    size_t start = 0, count = strlen(separators);
    while (start < rest->len && memchr(separators, rest->ptr[start], count))
        start++;
    size_t end = start;
    while (end < rest->len && !memchr(separators, rest->ptr[end], count))
        end++;
    yonder_text word = yn_slice(*rest, start, end);
    *rest = yn_skip(*rest, end);
    return word;
}

static void put(reader *r, yonder_text t)
{
    if (t.len)
        memcpy(r->room + r->len, t.ptr, t.len);
    r->len += t.len;
}

// The one word of a line; tells what stands behind it.
static yonder_text only_word(reader *r)
{
    yonder_text rest = r->value, word = take_word(&rest, blanks);
    yonder_text more = take_word(&rest, blanks);
    if (more.len)
        PROBLEM(r, more.ptr, "nothing can follow '%.*s'", YN_PRINT(yn_quotable(word)));
    return word;
}

// Tells that `word` is none of `allowed`.
static void not_allowed(reader *r, yonder_text word, const char *allowed)
{
    if (word.len)
        PROBLEM(r, word.ptr, "'%.*s' is not allowed here: %s", YN_PRINT(yn_quotable(word)),
                allowed);
    else
        PROBLEM(r, word.ptr, "a value is missing: %s", allowed);
}

static bool is(yonder_text word, const char *expected)
{
    return yn_equal(word, yonder_text_of(expected));
}

// Whether the line says "off", and tells what stands behind it.
static bool is_off(reader *r)
{
    yonder_text rest = r->value;
    r->out->off = is(take_word(&rest, blanks), "off");
    if (r->out->off)
        only_word(r);
    return r->out->off;
}

// ---- https, http10, slash, case -----------------------------------------------------------------

static void read_status(reader *r, bool in_http10, const char *allowed)
{
    yonder_text word = only_word(r);
    r->out->off = is(word, "off");
    for (size_t i = 0; i < YN_SITE_STATUSES; i++)
        if (is(word, yn_site_statuses[i].word) && (yn_site_statuses[i].in_http10 || !in_http10))
            r->out->status = yn_site_statuses[i].status;
    if (!r->out->status && !r->out->off)
        not_allowed(r, word, allowed);
}

static void read_exactness(reader *r)
{
    yonder_text word = only_word(r);
    r->out->ignore = is(word, "ignore");
    if (!r->out->ignore && !is(word, "exact"))
        not_allowed(r, word, "'exact' and 'ignore' are");
}

// ---- hsts ---------------------------------------------------------------------------------------

enum {
    SECONDS_IN_YEAR = 31536000
};

typedef struct hsts {
    yonder_text max_age, subdomains, preload; // as written
    yonder_text age;                          // the number of max_age
    uint64_t seconds;
} hsts;

static void read_max_age(reader *r, hsts *h, yonder_text word)
{
    h->age = yn_skip(word, strlen("max-age="));
    if (!yn_parse_number(h->age, UINT32_MAX, &h->seconds))
        PROBLEM(r, h->age.ptr, "max-age is a number of seconds, %u at most", UINT32_MAX);
}

static void read_hsts_word(reader *r, hsts *h, yonder_text word)
{
    yonder_text name = yn_slice(word, 0, yn_find_char(word, '=')), *seen = NULL;
    if (yn_equal_nocase(name, YN_TEXT("max-age")) && name.len < word.len)
        seen = &h->max_age;
    else if (yn_equal_nocase(word, YN_TEXT("includeSubDomains")))
        seen = &h->subdomains;
    else if (yn_equal_nocase(word, YN_TEXT("preload")))
        seen = &h->preload;
    if (!seen) {
        not_allowed(r, word, "'max-age=SECONDS', 'includeSubDomains' and 'preload' are, or 'off'");
        return;
    }
    if (seen->len)
        PROBLEM(r, word.ptr, "'%.*s' stands twice", YN_PRINT(yn_quotable(name)));
    else if (seen == &h->max_age)
        read_max_age(r, h, word);
    *seen = word;
}

// What the preload list would refuse (https://hstspreload.org/) has no sense with that word.
static void check_preload(reader *r, const hsts *h)
{
    if (!h->subdomains.len)
        PROBLEM(r, h->preload.ptr, "the preload list refuses a site without includeSubDomains");
    if (h->seconds < SECONDS_IN_YEAR)
        PROBLEM(r, h->max_age.ptr, "the preload list refuses a max-age under %d, a year",
                SECONDS_IN_YEAR);
}

static void read_hsts(reader *r)
{
    hsts h = {0};
    yonder_text rest = r->value, word;
    if (is_off(r))
        return;
    while ((word = take_word(&rest, " \t;")).len)
        read_hsts_word(r, &h, word);
    if (!h.max_age.ptr && !r->error)
        PROBLEM(r, r->value.ptr + r->value.len, "'max-age=SECONDS' is missing");
    if (h.preload.len && !r->error)
        check_preload(r, &h);
    if (r->error)
        return;
    put(r, YN_TEXT("max-age="));
    put(r, h.age);
    put(r, h.subdomains.len ? YN_TEXT("; includeSubDomains") : (yonder_text){0});
    put(r, h.preload.len ? YN_TEXT("; preload") : (yonder_text){0});
}

// ---- canonical ----------------------------------------------------------------------------------

// The URL standard lets more stand in a host than any name server does: empty labels, quotes.
static bool is_plain_host(yonder_text host)
{
    char before = '.';
    for (size_t i = 0; i < host.len; before = host.ptr[i++]) {
        unsigned char c = (unsigned char)host.ptr[i];
        if (c == '.' && before == '.')
            return false;
        if (!yn_is_alpha(c) && !yn_is_digit(c) && !memchr("-._:[]", c, 6))
            return false;
    }
    return before != '.';
}

static void read_canonical(reader *r)
{
    char bytes[256];
    yonder_text word = only_word(r), host;
    int32_t port;
    r->out->off = is(word, "off");
    if (r->out->off)
        return;
    if (word.len == 0) {
        not_allowed(r, word, "a host or 'off' is");
        return;
    }
    if (yn_find_char(word, '/') < word.len) {
        PROBLEM(r, word.ptr, "a host is written without scheme and path: 'www.example.com'");
        return;
    }
    int error = yn_host_canonical(word, bytes, sizeof bytes, &host, &port);
    if (error == YONDER_NO_MEMORY)
        r->error = error;
    else if (error || !is_plain_host(host))
        PROBLEM(r, word.ptr, "'%.*s' is not a valid host", YN_PRINT(yn_quotable(word)));
    if (r->error)
        return;
    put(r, host);
    if (port >= 0)
        r->len += (size_t)snprintf(r->room + r->len, sizeof ":65535", ":%d", (int)port);
}

// ---- maintenance --------------------------------------------------------------------------------

// Puts the parts of `url` that the line gave, spelt so that they can go over the wire.
static void put_url(reader *r, const yonder_url *url, bool is_path, yonder_text word)
{
    yonder_text href = yonder_url_href(url);
    yonder_text text = is_path ? yn_skip(href, url->part[YONDER_URL_PATHNAME].at) : href;
    if (yonder_url_get(url, YONDER_URL_USERNAME).len ||
        yonder_url_get(url, YONDER_URL_PASSWORD).len)
        PROBLEM(r, word.ptr, "a Location has no user name (RFC 9110 section 4.2.4)");
    else if (is_path && yn_starts_with(text, YN_TEXT("//")))
        PROBLEM(r, word.ptr, "a path that starts with '//' would name a host");
    else if (text.len > 4 * r->value.len + 256 - r->len) // a host can grow a lot
        PROBLEM(r, word.ptr, "the URL is too long");
    else
        put(r, text);
}

static void read_place(reader *r, yonder_text word)
{
    yonder_url base = {0}, url = {0};
    bool is_path = word.ptr[0] == '/';
    bool names_host = is_path && word.len > 1 && (word.ptr[1] == '/' || word.ptr[1] == '\\');
    bool is_url = false;
    static const yonder_text starts[] = {YN_TEXT_INIT("http://"), YN_TEXT_INIT("https://")};
    for (size_t i = 0; i < 2; i++)
        is_url = is_url || (word.len > starts[i].len &&
                            yn_equal_nocase(yn_slice(word, 0, starts[i].len), starts[i]));
    if (names_host || (!is_path && !is_url)) {
        not_allowed(r, word, "'off', 'on', a path ('/…') and a URL ('https://…') are");
        return;
    }
    int error = yonder_url_parse(&base, YN_TEXT("http://a/"), NULL, NULL);
    if (!error)
        error = yonder_url_parse(&url, word, &base, NULL);
    if (error == YONDER_NO_MEMORY)
        r->error = error;
    else if (error)
        PROBLEM(r, word.ptr, "'%.*s' is not a valid URL", YN_PRINT(yn_quotable(word)));
    else
        put_url(r, &url, is_path, word);
    yonder_url_free(&url, NULL);
    yonder_url_free(&base, NULL);
}

static void read_retry_after(reader *r, yonder_text word)
{
    const yonder_text start = YN_TEXT("retry-after=");
    uint64_t seconds = 0;
    if (!yn_starts_with(word, start))
        not_allowed(r, word, "'retry-after=SECONDS' is");
    else if (!yn_parse_number(yn_skip(word, start.len), UINT32_MAX, &seconds) || seconds == 0)
        PROBLEM(r, word.ptr + start.len, "retry-after is a number of seconds from 1 to %u",
                UINT32_MAX);
    else if (r->out->seconds)
        PROBLEM(r, word.ptr, "'retry-after' stands twice");
    else
        r->out->seconds = (uint32_t)seconds;
}

static void read_maintenance(reader *r)
{
    yonder_text rest = r->value, word = take_word(&rest, blanks);
    if (is_off(r))
        return;
    if (word.len == 0)
        not_allowed(r, word, "'off', 'on', a path ('/…') and a URL ('https://…') are");
    else if (!is(word, "on"))
        read_place(r, word);
    while ((word = take_word(&rest, blanks)).len)
        read_retry_after(r, word);
}

// ---- query --------------------------------------------------------------------------------------

static void read_parameter(reader *r, yonder_text name)
{
    bool open = name.len && name.ptr[name.len - 1] == '*';
    yonder_text plain = yn_slice(name, 0, name.len - open);
    yonder_text decoded = {r->room + r->len, 0};
    if (name.len == 0) {
        PROBLEM(r, name.ptr, "the name of a parameter is missing");
        return;
    }
    if (plain.len == 0) {
        PROBLEM(r, name.ptr, "to ignore all parameters write 'query drop'");
        return;
    }
    decoded.len = yn_query_decode(r->room + r->len, plain);
    if (yn_find_char(plain, '*') < plain.len)
        PROBLEM(r, plain.ptr + yn_find_char(plain, '*'), "'*' can only end a name: 'utm_*'");
    else if (yn_find_char(decoded, '*') < decoded.len || yn_find_char(decoded, ',') < decoded.len)
        PROBLEM(r, name.ptr, "a name with ',' or '*' in it cannot be ignored");
    r->len += decoded.len;
    put(r, open ? YN_TEXT("*") : (yonder_text){0});
}

static void read_query(reader *r)
{
    yonder_text word = only_word(r);
    const yonder_text start = YN_TEXT("ignore=");
    r->out->drop = is(word, "drop");
    if (r->out->drop || is(word, "pass"))
        return;
    if (!yn_starts_with(word, start)) {
        not_allowed(r, word, "'pass', 'drop' and 'ignore=NAME,…' are");
        return;
    }
    yonder_text names = yn_skip(word, start.len);
    for (size_t at = 0, end; at <= names.len; at = end + 1) {
        end = at + yn_find_char(yn_skip(names, at), ',');
        if (at)
            put(r, YN_TEXT(","));
        read_parameter(r, yn_slice(names, at, end));
    }
}

// ---- cache --------------------------------------------------------------------------------------

// The directives of responses (RFC 9111 section 5.2.2, RFC 5861, RFC 8246), and what goes with
// them.
static const char *const directives[] = {
    "max-age",  "s-maxage",     "stale-while-revalidate", "stale-if-error", // a number
    "no-cache", "private", // names of fields, or nothing
    "no-store", "no-transform", "must-revalidate",        "must-understand", "proxy-revalidate",
    "public",   "immutable",
};

enum {
    FIRST_WITH_NAMES = 4,
    FIRST_WITH_NOTHING = 6,
    DIRECTIVES = sizeof directives / sizeof *directives,
};

// How long the directive at the start of `t` is: a token, and perhaps "=" and a token or a string.
static size_t directive_len(yonder_text t)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < t.len && (quoted || !memchr(" \t,", t.ptr[i], 3)); i++) {
        if (t.ptr[i] == '"')
            quoted = !quoted;
        else if (quoted && t.ptr[i] == '\\' && i + 1 < t.len)
            i++;
    }
    return i;
}

// A quoted string without what would have to be written otherwise.
static bool is_plain_string(yonder_text t)
{
    if (t.len < 2 || t.ptr[0] != '"' || t.ptr[t.len - 1] != '"')
        return false;
    for (size_t i = 1; i < t.len - 1; i++)
        if (t.ptr[i] == '"' || t.ptr[i] == '\\' || (unsigned char)t.ptr[i] >= 0x7f)
            return false;
    return true;
}

static void unknown_directive(reader *r, yonder_text name)
{
    int likely = yn_likely(name, directives, DIRECTIVES);
    uint64_t seconds;
    if (yn_parse_number(name, UINT64_MAX, &seconds))
        PROBLEM(r, name.ptr, "'%.*s' is not a cache directive; is 'max-age=%.*s' meant?",
                YN_PRINT(yn_quotable(name)), YN_PRINT(yn_quotable(name)));
    else if (is(name, "on") || is(name, "off"))
        PROBLEM(r, name.ptr, "'%.*s' is not a cache directive, as 'max-age=600' and 'no-store' are",
                YN_PRINT(name));
    else if (likely >= 0)
        PROBLEM(r, name.ptr, "'%.*s' is not a cache directive; is '%s' meant?",
                YN_PRINT(yn_quotable(name)), directives[likely]);
}

static void check_directive(reader *r, yonder_text name, yonder_text value, bool has_value)
{
    size_t row = 0;
    uint64_t number;
    while (row < DIRECTIVES && !yn_equal_nocase(name, yonder_text_of(directives[row])))
        row++;
    if (!yn_is_token(name))
        PROBLEM(r, name.ptr, "'%.*s' is not a cache directive, as 'max-age=600' and 'no-store' are",
                YN_PRINT(yn_quotable(name)));
    else if (has_value && !yn_is_token(value) && !is_plain_string(value))
        PROBLEM(r, value.ptr, "the value of '%.*s' is neither a token nor a quoted string",
                YN_PRINT(yn_quotable(name)));
    else if (row == DIRECTIVES)
        unknown_directive(r, name);
    else if (row < FIRST_WITH_NAMES && !(has_value && yn_parse_number(value, INT32_MAX, &number)))
        PROBLEM(r, has_value ? value.ptr : name.ptr, "'%s' takes a number of seconds, %d at most",
                directives[row], INT32_MAX);
    else if (row >= FIRST_WITH_NOTHING && has_value)
        PROBLEM(r, value.ptr - 1, "'%s' takes no value", directives[row]);
}

// Whether a directive of this name is in the room.
static bool has_directive(const reader *r, yonder_text name)
{
    yonder_text rest = {r->room, r->len};
    while (rest.len) {
        size_t end = directive_len(rest);
        yonder_text one = yn_slice(rest, 0, end);
        if (yn_equal_nocase(yn_slice(one, 0, yn_find_char(one, '=')), name))
            return true;
        rest = yn_trim(yn_skip(rest, end), " ,");
    }
    return false;
}

static void read_cache(reader *r)
{
    yonder_text rest = r->value;
    if (is_off(r))
        return;
    if (yn_trim(rest, " \t,").len == 0)
        not_allowed(r, rest, "a Cache-Control value ('max-age=600') or 'off' is");
    while ((rest = yn_trim(rest, " \t,")).len) {
        yonder_text one = yn_slice(rest, 0, directive_len(rest));
        size_t equals = yn_find_char(one, '=');
        yonder_text name = yn_slice(one, 0, equals);
        if (has_directive(r, name))
            PROBLEM(r, name.ptr, "'%.*s' stands twice", YN_PRINT(yn_quotable(name)));
        else
            check_directive(r, name, yn_skip(one, equals < one.len ? equals + 1 : equals),
                            equals < one.len);
        put(r, r->len ? YN_TEXT(", ") : (yonder_text){0});
        put(r, one);
        rest = yn_skip(rest, one.len);
    }
}

// ---- all ----------------------------------------------------------------------------------------

static void read_line(reader *r, yn_site_line line)
{
    switch (line) {
    case YN_SITE_HTTPS:
        read_status(r, false, "'permanent', 'temporary', '301', '302', '307', '308' and 'off' are");
        break;
    case YN_SITE_HTTP10:
        read_status(r, true, "'302', '301' and 'off' are");
        break;
    case YN_SITE_SLASH:
    case YN_SITE_CASE:
        read_exactness(r);
        break;
    case YN_SITE_HSTS:
        read_hsts(r);
        break;
    case YN_SITE_CANONICAL:
        read_canonical(r);
        break;
    case YN_SITE_MAINTENANCE:
        read_maintenance(r);
        break;
    case YN_SITE_QUERY:
        read_query(r);
        break;
    case YN_SITE_CACHE:
        read_cache(r);
        break;
    case YN_SITE_COUNT:
        break;
    }
}

int yn_site_read(yn_site_value *out, char *room, yn_site_line line, yonder_text value,
                 const yn_problems *problems)
{
    yn_site_value read = {0};
    reader r = {.out = &read, .room = room, .value = value, .problems = problems};
    read_line(&r, line);
    if (r.error)
        return r.error;
    read.text = (yonder_text){room, r.len};
    *out = read;
    return YONDER_OK;
}
