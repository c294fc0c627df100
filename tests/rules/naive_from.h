// SPDX-License-Identifier: MIT
// FROM and the pairs after it for naive.h: does a rule fit, and what does it bind?
#ifndef YN_TESTS_NAIVE_FROM_H
#define YN_TESTS_NAIVE_FROM_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "naive_text.h"

enum {
    naive_names = 512,
    naive_groups = 100,
    naive_steps = 1000, // of a regular expression, from one place
};

/** What a rule bound while it was tried. */
typedef struct naive_bindings {
    yonder_text name[naive_names], value[naive_names];
    size_t count;
    yonder_text group[naive_groups]; /**< of a regular expression */
    bool unsure;                     /**< whether it matches takes too long to tell */
} naive_bindings;

typedef struct naive_request {
    const yonder_rules_request *asked;
    bool https, has_host;
    char host_room[256];
    yonder_text host;
    int32_t port;
    yonder_text raw;     /**< the path without dot segments */
    yonder_text query;   /**< without "?" */
    yonder_text ignored; /**< names of parameters that are not there, as a site line has them */
    bool drops_query;    /**< it is not passed on */
} naive_request;

/** How paths are compared. */
typedef struct naive_section {
    const yonder_text *host; /**< canonical; ".a.test" for a wildcard; none: any host */
    size_t count;
    bool any_slash, any_case;
} naive_section;

static inline void naive_bind(naive_bindings *b, yonder_text name, yonder_text value)
{
    b->name[b->count] = name;
    b->value[b->count++] = value;
}

static inline bool naive_ignores(yonder_text names, yonder_text name)
{
    static char a[naive_room], b[naive_room];
    name = naive_decode(name, a);
    while (names.len) {
        yonder_text one = naive_cut(&names, ',');
        bool open = one.ptr[one.len - 1] == '*';
        one = naive_decode(yn_slice(one, 0, one.len - open), b);
        if (open ? yn_starts_with(name, one) : yn_equal(name, one))
            return true;
    }
    return false;
}

/* ---- hosts ----------------------------------------------------------------------------------- */

// The host at the start of `t`, up to its path, in canonical form; a wildcard without its star.
static inline yonder_text naive_host(yonder_text t, char room[256], int32_t *port)
{
    yonder_text host;
    bool wildcard = yn_starts_with(t, YN_TEXT("*."));
    if (yn_host_canonical(wildcard ? yn_skip(t, 2) : t, room + 1, 255, &host, port))
        abort(); // the file was said to be without errors
    room[0] = '.';
    return wildcard ? (yonder_text){room, host.len + 1} : host;
}

// `host` is canonical.
static inline bool naive_host_fits(yonder_text host, const naive_request *r)
{
    if (!r->has_host)
        return false;
    if (host.ptr[0] != '.')
        return yn_equal(host, r->host);
    return r->host.len > host.len && yn_equal(yn_skip(r->host, r->host.len - host.len), host);
}

// Where a FROM that is a URL says the request has come.
typedef struct naive_place {
    size_t scheme; // the length of "//", "http://" or "https://"; 0: not said, nor is the rest
    char room[256];
    yonder_text host;
    int32_t port;
} naive_place;

static inline void naive_read_place(naive_place *p, yonder_text from)
{
    size_t end = naive_origin(from);
    *p = (naive_place){.scheme = naive_scheme(from), .port = -1};
    if (!p->scheme)
        return;
    p->host = naive_host(yn_slice(from, p->scheme, end), p->room, &p->port);
    if ((p->scheme == 7 && p->port == 80) || (p->scheme == 8 && p->port == 443))
        p->port = -1;
}

static inline bool naive_place_fits(const naive_place *p, const naive_request *r)
{
    if (!p->scheme)
        return true;
    return (p->scheme == 2 || r->https == (p->scheme == 8)) && naive_host_fits(p->host, r) &&
           (p->port < 0 || p->port == r->port);
}

/* ---- paths ----------------------------------------------------------------------------------- */

typedef struct naive_path {
    yonder_text segment[naive_room / 32];
    size_t count;
} naive_path;

static inline void naive_split_path(naive_path *out, yonder_text path, bool any_slash)
{
    out->count = 0;
    if (any_slash && path.len > 1 && path.ptr[path.len - 1] == '/')
        path.len--;
    for (size_t at = 1; at <= path.len;) {
        yonder_text segment = yn_skip(path, at);
        segment.len = yn_find_char(segment, '/');
        out->segment[out->count++] = segment;
        at += segment.len + 1;
    }
}

// The path of FROM, in segments.
static inline void naive_from_path(naive_path *out, yonder_text from, bool any_slash, char *room)
{
    yonder_text path = yn_skip(from, naive_origin(from));
    naive_split_path(out, naive_remove_dots(path.len ? path : YN_TEXT("/"), room), any_slash);
}

static inline bool naive_segment_fits(yonder_text pattern, yonder_text segment, bool any_case,
                                      naive_bindings *b)
{
    if (!naive_is_placeholder(pattern))
        return naive_same_segment(pattern, segment, any_case);
    if (segment.len)
        naive_bind(b, yn_skip(pattern, 1), segment);
    return segment.len != 0;
}

// What stands from the n-th segment of the path on, but for the last `behind`.
static inline yonder_text naive_splat(yonder_text raw, const naive_path *path, size_t n,
                                      size_t behind)
{
    size_t end = path->count - behind;
    if (n >= end)
        return (yonder_text){"", 0};
    const char *start = path->segment[n].ptr;
    const char *stop =
        behind ? path->segment[end - 1].ptr + path->segment[end - 1].len : raw.ptr + raw.len;
    return (yonder_text){start, (size_t)(stop - start)};
}

static inline bool naive_path_fits(yonder_text from, const naive_section *s, const naive_request *r,
                                   naive_bindings *b)
{
    static naive_path pattern, path;
    static char room[naive_room];
    naive_from_path(&pattern, from, s->any_slash, room);
    naive_split_path(&path, r->raw, s->any_slash);
    size_t splat = 0;
    while (splat < pattern.count && !yn_equal(pattern.segment[splat], YN_TEXT("*")))
        splat++;
    if (splat == pattern.count ? path.count != pattern.count : path.count + 1 < pattern.count)
        return false;
    for (size_t i = 0; i < splat; i++)
        if (!naive_segment_fits(pattern.segment[i], path.segment[i], s->any_case, b))
            return false;
    if (splat == pattern.count)
        return true;
    size_t behind = pattern.count - 1 - splat;
    naive_bind(b, YN_TEXT("splat"), naive_splat(r->raw, &path, splat, behind));
    for (size_t i = 1; i <= behind; i++)
        if (!naive_segment_fits(pattern.segment[pattern.count - i], path.segment[path.count - i],
                                s->any_case, b))
            return false;
    return true;
}

/* ---- regular expressions --------------------------------------------------------------------- */

// How many bytes the character beyond ASCII has that starts with these, or 0: it is none, or a
// control character.
static inline size_t naive_utf8(const unsigned char *c, size_t count)
{
    size_t need = c[0] >= 0xC2 && c[0] < 0xE0   ? 2
                  : c[0] >= 0xE0 && c[0] < 0xF0 ? 3
                  : c[0] >= 0xF0 && c[0] < 0xF5 ? 4
                                                : 0;
    if (!need || count < need)
        return 0;
    for (size_t i = 1; i < need; i++)
        if (c[i] < 0x80 || c[i] > 0xBF)
            return 0;
    if ((c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xED && c[1] > 0x9F) ||
        (c[0] == 0xF0 && c[1] < 0x90) || (c[0] == 0xF4 && c[1] > 0x8F) ||
        (c[0] == 0xC2 && c[1] < 0xA0))
        return 0;
    return need;
}

// The path as a person would write it.
static inline yonder_text naive_readable(yonder_text raw, char *room)
{
    size_t len = 0, taken;
    bool escaped;
    for (; raw.len; raw = yn_skip(raw, taken)) {
        unsigned char bytes[4];
        size_t count = 0, size = 0, sizes[4] = {0};
        for (; count < 4 && size < raw.len; count++) {
            bytes[count] = (unsigned char)naive_byte(yn_skip(raw, size), &escaped, &taken);
            sizes[count] = size += taken;
        }
        unsigned c = naive_byte(raw, &escaped, &taken);
        size_t wide = c >= 0x80 ? naive_utf8(bytes, count) : 0;
        if (wide) {
            memcpy(room + len, bytes, wide);
            len += wide;
            taken = sizes[wide - 1];
        } else if (yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) ||
                   (c && c < 0x80 && strchr("-._~ \"<>[]^`{|}\\", (int)c)) ||
                   (!escaped && c > 0x20 && c < 0x7F && c != '%' && c != '#' && c != '?')) {
            room[len++] = (char)c;
        } else {
            len += (size_t)sprintf(room + len, "%%%02X", c);
        }
    }
    return (yonder_text){room, len};
}

static inline pcre2_code *naive_compile(yonder_text from, bool any_case)
{
    int error;
    PCRE2_SIZE at;
    bool star = yn_starts_with(from, YN_TEXT("~*"));
    yonder_text pattern = yn_skip(from, star ? 2 : 1);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.ptr, pattern.len,
                                     PCRE2_UTF | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
                                         (star || any_case ? PCRE2_CASELESS : 0),
                                     &error, &at, NULL);
    if (!code)
        abort();
    return code;
}

// The names of its groups count as names of the rule.
static inline void naive_bind_groups(naive_bindings *b, const pcre2_code *code)
{
    uint32_t count = 0, size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t i = 0; i < count; i++, table += size) {
        // The name outlives the expression as a piece of its text: it is looked for by this copy.
        static char names[naive_names][64];
        snprintf(names[b->count], sizeof names[0], "%s", (const char *)table + 2);
        naive_bind(b, yonder_text_of(names[b->count]), b->group[table[0] << 8 | table[1]]);
    }
}

static inline bool naive_regex_fits(yonder_text from, const naive_section *s,
                                    const naive_request *r, naive_bindings *b)
{
    static char room[naive_room];
    yonder_text subject = naive_readable(r->raw, room);
    pcre2_code *code = naive_compile(from, s->any_case);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    pcre2_match_context *limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(limits, naive_steps);
    int found = pcre2_match(code, (PCRE2_SPTR)subject.ptr, subject.len, 0, 0, data, limits);
    b->unsure = found < 0 && found != PCRE2_ERROR_NOMATCH;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
    for (int i = 0; i < naive_groups; i++)
        b->group[i] = i < found && at[2 * i] != PCRE2_UNSET && at[2 * i] < at[2 * i + 1]
                          ? yn_slice(subject, at[2 * i], at[2 * i + 1])
                          : (yonder_text){"", 0};
    if (found > 0)
        naive_bind_groups(b, code);
    pcre2_match_context_free(limits);
    pcre2_match_data_free(data);
    pcre2_code_free(code);
    return found > 0;
}

/* ---- all ------------------------------------------------------------------------------------- */

static inline bool naive_from_fits(yonder_text from, const naive_section *s, const naive_request *r,
                                   naive_bindings *b)
{
    naive_place place;
    if (from.ptr[0] == '~')
        return naive_regex_fits(from, s, r, b);
    naive_read_place(&place, from);
    return naive_place_fits(&place, r) && naive_path_fits(from, s, r, b);
}

static inline bool naive_pair_fits(yonder_text pair, const naive_request *r, naive_bindings *b)
{
    yonder_text wanted = pair, name = naive_cut(&wanted, '='), value = {NULL, 0};
    yonder_text query = r->query;
    while (query.len) {
        yonder_text part = naive_cut(&query, '&'), own = naive_cut(&part, '=');
        if (naive_same_decoded(own, name)) {
            value = naive_ignores(r->ignored, own) ? value : part;
            break;
        }
    }
    if (wanted.len == 0)
        return value.len == 0;
    if (value.len == 0)
        return false;
    if (!naive_is_placeholder(wanted))
        return naive_same_decoded(wanted, value);
    naive_bind(b, yn_skip(wanted, 1), value);
    return true;
}

/* ---- is it the same FROM? -------------------------------------------------------------------- */

static inline bool naive_same_path(yonder_text a, yonder_text b, const naive_section *s)
{
    static naive_path x, y;
    static char room_x[naive_room], room_y[naive_room];
    naive_from_path(&x, a, s->any_slash, room_x);
    naive_from_path(&y, b, s->any_slash, room_y);
    if (x.count != y.count)
        return false;
    for (size_t i = 0; i < x.count; i++) {
        bool star = yn_equal(x.segment[i], YN_TEXT("*"));
        bool placeholder = naive_is_placeholder(x.segment[i]);
        if (star != yn_equal(y.segment[i], YN_TEXT("*")) ||
            placeholder != naive_is_placeholder(y.segment[i]) ||
            (!star && !placeholder && !naive_same_segment(x.segment[i], y.segment[i], s->any_case)))
            return false;
    }
    return true;
}

/** Whether two FROMs of one section mean the same. */
static inline bool naive_same_from(yonder_text a, yonder_text b, const naive_section *s)
{
    naive_place x, y;
    if (a.ptr[0] == '~' || b.ptr[0] == '~') {
        size_t star_a = yn_starts_with(a, YN_TEXT("~*")), star_b = yn_starts_with(b, YN_TEXT("~*"));
        return a.ptr[0] == b.ptr[0] && (s->any_case || star_a == star_b) &&
               yn_equal(yn_skip(a, 1 + star_a), yn_skip(b, 1 + star_b));
    }
    naive_read_place(&x, a);
    naive_read_place(&y, b);
    return x.scheme == y.scheme && x.port == y.port && yn_equal(x.host, y.host) &&
           naive_same_path(a, b, s);
}

static inline bool naive_same_pair(yonder_text a, yonder_text b)
{
    yonder_text name_a = naive_cut(&a, '='), name_b = naive_cut(&b, '=');
    bool placeholder = naive_is_placeholder(a);
    return naive_same_decoded(name_a, name_b) && placeholder == naive_is_placeholder(b) &&
           (placeholder || naive_same_decoded(a, b));
}

#endif
