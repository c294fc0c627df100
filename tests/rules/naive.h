// SPDX-License-Identifier: MIT
// The rule language a second time, as plainly as it can be said: no index, every line read anew for
// every request. What the compiled rules answer must be what this answers. It shares nothing with
// src/rules but the host parser, and takes only files without errors.
#ifndef YN_TESTS_NAIVE_H
#define YN_TESTS_NAIVE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yonder/rules.h>

#include "base/text.h"
#include "core/host.h"

enum {
    naive_room = 1 << 18,
    naive_names = 512,
};

typedef struct naive_words {
    yonder_text word[8192];
    size_t count;
} naive_words;

typedef struct naive_answer {
    bool found;
    int status;
    size_t source; /**< which of the texts, from 0 */
    uint32_t line;
    bool local;                /**< TO is a path: the Location must stay on the host */
    char location[naive_room]; /**< NUL-terminated */
} naive_answer;

/** What a rule bound while it was tried. */
typedef struct naive_bindings {
    yonder_text name[naive_names], value[naive_names];
    size_t count;
} naive_bindings;

typedef struct naive_request {
    bool https;
    bool has_host;
    char host_room[256];
    yonder_text host;
    int32_t port;
    yonder_text raw;   // the path without dot segments
    yonder_text query; // without "?"
} naive_request;

static inline void naive_split(naive_words *out, yonder_text line)
{
    out->count = 0;
    for (size_t i = 0; i < line.len;) {
        size_t end = i;
        while (end < line.len && line.ptr[end] != ' ' && line.ptr[end] != '\t')
            end++;
        if (end > i && line.ptr[i] == '#')
            return;
        if (end > i)
            out->word[out->count++] = yn_slice(line, i, end);
        i = end + 1;
    }
}

static inline bool naive_name_byte(char c)
{
    return yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) || c == '_';
}

// The name at the start of `t`, which stands after a ":".
static inline yonder_text naive_name(yonder_text t)
{
    size_t len = 0;
    if (t.len && yn_is_alpha((unsigned char)t.ptr[0]))
        while (len < t.len && naive_name_byte(t.ptr[len]))
            len++;
    return yn_slice(t, 0, len);
}

static inline bool naive_is_placeholder(yonder_text t)
{
    return t.len > 1 && t.ptr[0] == ':' && naive_name(yn_skip(t, 1)).len == t.len - 1;
}

static inline void naive_bind(naive_bindings *b, yonder_text name, yonder_text value)
{
    b->name[b->count] = name;
    b->value[b->count++] = value;
}

/* ---- canonical forms ------------------------------------------------------------------------- */

// One step through escapes: the byte `t` starts with, and whether it was escaped.
static inline unsigned naive_byte(yonder_text t, bool *escaped, size_t *taken)
{
    *escaped = t.len >= 3 && t.ptr[0] == '%' && yn_hex_value((unsigned char)t.ptr[1]) >= 0 &&
               yn_hex_value((unsigned char)t.ptr[2]) >= 0;
    *taken = *escaped ? 3 : 1;
    return *escaped ? (unsigned)yn_hex_value((unsigned char)t.ptr[1]) * 16u +
                          (unsigned)yn_hex_value((unsigned char)t.ptr[2])
                    : (unsigned char)t.ptr[0];
}

// Two segments are the same if their bytes are, where an escape of an unreserved byte is that byte,
// a byte that has to be escaped is escaped, and other escapes are not the byte.
static inline bool naive_same_segment(yonder_text a, yonder_text b)
{
    while (a.len && b.len) {
        bool escaped_a, escaped_b;
        size_t taken_a, taken_b;
        unsigned x = naive_byte(a, &escaped_a, &taken_a), y = naive_byte(b, &escaped_b, &taken_b);
        bool either = yn_is_alpha((unsigned char)x) || yn_is_digit((unsigned char)x) ||
                      (x && x < 0x80 && strchr("-._~", (int)x)) || x <= 0x20 || x >= 0x7F ||
                      strchr("\"#%<>?[\\]^`{|}", (int)x);
        if (x != y || (escaped_a != escaped_b && !either))
            return false;
        a = yn_skip(a, taken_a);
        b = yn_skip(b, taken_b);
    }
    return a.len == b.len;
}

static inline unsigned naive_dots(yonder_text segment)
{
    unsigned dots = 0;
    while (segment.len) {
        bool escaped;
        size_t taken;
        if (naive_byte(segment, &escaped, &taken) != '.')
            return 0;
        segment = yn_skip(segment, taken);
        dots++;
    }
    return dots <= 2 ? dots : 0;
}

// The URL standard's path state: a list of segments, of which ".." takes the last away.
static inline yonder_text naive_remove_dots(yonder_text path, char *room)
{
    static yonder_text segments[naive_room];
    size_t count = 0, len = 0;
    for (size_t at = 1; at <= path.len;) {
        yonder_text segment = yn_skip(path, at);
        segment.len = yn_find_char(segment, '/');
        at += segment.len + 1;
        unsigned dots = naive_dots(segment);
        if (dots == 2 && count)
            count--;
        if (dots && at > path.len)
            segments[count++] = (yonder_text){"", 0};
        else if (!dots)
            segments[count++] = segment;
    }
    for (size_t i = 0; i < count; i++) {
        room[len++] = '/';
        memcpy(room + len, segments[i].ptr, segments[i].len);
        len += segments[i].len;
    }
    return (yonder_text){room, len};
}

// The bytes a form-encoded text stands for.
static inline yonder_text naive_decode(yonder_text t, char *room)
{
    size_t len = 0;
    while (t.len) {
        bool escaped;
        size_t taken;
        unsigned c = naive_byte(t, &escaped, &taken);
        room[len++] = c == '+' && !escaped ? ' ' : (char)c;
        t = yn_skip(t, taken);
    }
    return (yonder_text){room, len};
}

static inline bool naive_same_pair_text(yonder_text a, yonder_text b)
{
    static char room_a[naive_room], room_b[naive_room];
    return yn_equal(naive_decode(a, room_a), naive_decode(b, room_b));
}

/* ---- does a rule fit? ------------------------------------------------------------------------ */

static inline bool naive_path_fits(yonder_text from, yonder_text path, naive_bindings *b)
{
    // Both start with a slash; take one segment off each in turn.
    while (from.len) {
        yonder_text pattern = yn_skip(from, 1);
        pattern.len = yn_find_char(pattern, '/');
        bool last = pattern.len + 1 == from.len;
        if (last && yn_equal(pattern, YN_TEXT("*"))) {
            naive_bind(b, YN_TEXT("splat"), path.len ? yn_skip(path, 1) : path);
            return true;
        }
        if (path.len == 0)
            return false;
        yonder_text segment = yn_skip(path, 1);
        segment.len = yn_find_char(segment, '/');
        if (naive_is_placeholder(pattern)) {
            if (segment.len == 0)
                return false;
            naive_bind(b, yn_skip(pattern, 1), segment);
        } else if (!naive_same_segment(pattern, segment)) {
            return false;
        }
        from = yn_skip(from, pattern.len + 1);
        path = yn_skip(path, segment.len + 1);
    }
    return path.len == 0;
}

static inline yonder_text naive_cut(yonder_text *rest, char separator)
{
    size_t end = yn_find_char(*rest, separator);
    yonder_text head = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end + (end < rest->len));
    return head;
}

static inline bool naive_pair_fits(yonder_text pair, yonder_text query, naive_bindings *b)
{
    yonder_text wanted = pair, name = naive_cut(&wanted, '='), value = {NULL, 0};
    while (query.len) {
        yonder_text part = naive_cut(&query, '&');
        if (naive_same_pair_text(naive_cut(&part, '='), name)) {
            value = part;
            break;
        }
    }
    if (wanted.len == 0)
        return value.len == 0;
    if (value.len == 0)
        return false;
    if (!naive_is_placeholder(wanted))
        return naive_same_pair_text(wanted, value);
    naive_bind(b, yn_skip(wanted, 1), value);
    return true;
}

// `pattern` is a host or "*.host".
static inline bool naive_host_fits(yonder_text pattern, const naive_request *r, int32_t *port)
{
    char room[256];
    yonder_text host;
    bool wildcard = yn_starts_with(pattern, YN_TEXT("*."));
    if (!r->has_host ||
        yn_host_canonical(wildcard ? yn_skip(pattern, 2) : pattern, room, sizeof room, &host, port))
        return false;
    if (!wildcard)
        return yn_equal(host, r->host);
    return r->host.len > host.len + 1 && r->host.ptr[r->host.len - host.len - 1] == '.' &&
           yn_equal(yn_skip(r->host, r->host.len - host.len), host);
}

static inline size_t naive_scheme(yonder_text t)
{
    if (t.len >= 7 && yn_equal_nocase(yn_slice(t, 0, 7), YN_TEXT("http://")))
        return 7;
    return t.len >= 8 && yn_equal_nocase(yn_slice(t, 0, 8), YN_TEXT("https://")) ? 8 : 0;
}

static inline bool naive_from_fits(yonder_text from, const naive_request *r, naive_bindings *b)
{
    static char room[naive_room];
    size_t scheme = naive_scheme(from);
    if (scheme) {
        yonder_text rest = yn_skip(from, scheme), authority = rest;
        authority.len = yn_find_char(rest, '/');
        int32_t port;
        if (r->https != (scheme == 8) || !naive_host_fits(authority, r, &port))
            return false;
        int32_t usual = r->https ? 443 : 80;
        if (port >= 0 && port != usual && port != r->port)
            return false;
        from = authority.len < rest.len ? yn_skip(rest, authority.len) : YN_TEXT("/");
    }
    return naive_path_fits(naive_remove_dots(from, room), r->raw, b);
}

/* ---- what it answers ------------------------------------------------------------------------- */

// What may not stand in a path, and in what comes behind it.
static const char naive_not_in_path[] = "\"#<>?[\\]^`{|}", naive_not_in_rest[] = "\"#<>\\^`{|}";

static inline size_t naive_put(char *out, yonder_text t, const char *unsafe)
{
    size_t len = 0, taken;
    for (size_t i = 0; i < t.len; i += taken) {
        bool escaped;
        naive_byte(yn_skip(t, i), &escaped, &taken);
        unsigned char c = (unsigned char)t.ptr[i];
        if (!escaped && (c <= 0x20 || c >= 0x7F || c == '%' || strchr(unsafe, c))) {
            len += (size_t)sprintf(out + len, "%%%02X", c);
            continue;
        }
        memcpy(out + len, t.ptr + i, taken);
        len += taken;
    }
    return len;
}

// The request's query without the pairs the rule named.
static inline size_t naive_put_query(char *out, yonder_text query, const naive_words *w, size_t to)
{
    size_t len = 0;
    if (to == 1)
        return query.len ? (*out = '?', 1 + naive_put(out + 1, query, naive_not_in_rest)) : 0;
    while (query.len) {
        yonder_text pair = naive_cut(&query, '&'), name = pair;
        name.len = yn_find_char(name, '=');
        bool named = pair.len == 0;
        for (size_t i = 1; i < to && !named; i++)
            named =
                naive_same_pair_text(name, yn_slice(w->word[i], 0, yn_find_char(w->word[i], '=')));
        if (named)
            continue;
        out[len] = len ? '&' : '?';
        len += 1 + naive_put(out + len + 1, pair, naive_not_in_rest);
    }
    return len;
}

static inline const yonder_text *naive_value(const naive_bindings *b, yonder_text name)
{
    for (size_t i = 0; i < b->count; i++)
        if (yn_equal(b->name[i], name))
            return &b->value[i];
    abort(); // the file was said to be without errors
}

// The authority, with the host in ASCII; 0 bytes if what would be inserted may not stand there.
static inline size_t naive_put_authority(char *out, yonder_text authority, const naive_bindings *b)
{
    size_t len = 0;
    char room[256];
    yonder_text host;
    int32_t port;
    for (size_t i = 0; i < authority.len; i++) {
        yonder_text name = authority.ptr[i] == ':' ? naive_name(yn_skip(authority, i + 1))
                                                   : (yonder_text){NULL, 0};
        if (!name.len) {
            out[len++] = authority.ptr[i];
            continue;
        }
        const yonder_text *value = naive_value(b, name);
        for (size_t k = 0; k < value->len; k++)
            if (!naive_name_byte(value->ptr[k]) && value->ptr[k] != '-')
                return 0;
        memcpy(out + len, value->ptr, value->len);
        len += value->len;
        i += name.len;
    }
    for (size_t i = 0; i < authority.len; i++) {
        if ((unsigned char)authority.ptr[i] < 0x80)
            continue;
        size_t colon = yn_find_char(authority, ':');
        if (yn_host_canonical(authority, room, sizeof room, &host, &port))
            abort();
        memcpy(out, host.ptr, host.len);
        memcpy(out + host.len, authority.ptr + colon, authority.len - colon);
        return host.len + authority.len - colon;
    }
    return len;
}

static inline bool naive_compose(naive_answer *a, const naive_words *w, size_t to,
                                 const naive_request *r, const naive_bindings *b)
{
    yonder_text target = w->word[to];
    char *out = a->location;
    size_t len = yn_starts_with(target, YN_TEXT("//")) ? 2 : naive_scheme(target);
    a->local = len == 0;
    memcpy(out, target.ptr, len);
    target = yn_skip(target, len);
    if (!a->local) {
        yonder_text authority = target;
        for (const char *end = "/?#"; *end; end++)
            authority.len = yn_find_char(authority, *end);
        size_t added = naive_put_authority(out + len, authority, b);
        if (!added)
            return false;
        len += added;
        target = yn_skip(target, authority.len);
    }
    bool own_query = false, in_fragment = false;
    for (size_t i = 0, taken; i <= target.len; i += taken) {
        char c = i < target.len ? target.ptr[i] : '#'; // the end is where a fragment could start
        bool starts_fragment = c == '#' && !in_fragment;
        bool starts_query = c == '?' && !own_query && !in_fragment;
        const char *unsafe = own_query || in_fragment ? naive_not_in_rest : naive_not_in_path;
        if (starts_fragment && !own_query)
            len += naive_put_query(out + len, r->query, w, to);
        if (i == target.len)
            break;
        yonder_text name = c == ':' ? naive_name(yn_skip(target, i + 1)) : (yonder_text){NULL, 0};
        bool escaped;
        naive_byte(yn_skip(target, i), &escaped, &taken);
        taken += name.len;
        in_fragment = in_fragment || starts_fragment;
        own_query = own_query || starts_query;
        if (name.len)
            len += naive_put(out + len, *naive_value(b, name), unsafe);
        else if (starts_query && (i + 1 == target.len || target.ptr[i + 1] == '#'))
            continue;
        else if (starts_query || starts_fragment)
            out[len++] = c;
        else
            len += naive_put(out + len, yn_slice(target, i, i + taken), unsafe);
    }
    out[len] = '\0';
    size_t slashes = strspn(out, "/");
    if (a->local && slashes > 1)
        memmove(out, out + slashes - 1, len - slashes + 2);
    return true;
}

static inline int naive_status(const naive_words *w, size_t to)
{
    static const char *const words[] = {"permanent", "temporary", "see-other", "gone"};
    static const int codes[] = {308, 307, 303, 410};
    if (to + 1 == w->count)
        return yn_equal(w->word[to], YN_TEXT("-")) ? 410 : 301;
    for (size_t i = 0; i < 4; i++)
        if (yn_equal(w->word[to + 1], yonder_text_of(words[i])))
            return codes[i];
    return atoi(w->word[to + 1].ptr);
}

static inline bool naive_rule_fires(naive_answer *a, const naive_words *w, const naive_request *r)
{
    static naive_bindings b;
    size_t to = 1;
    b.count = 0;
    if (!naive_from_fits(w->word[0], r, &b))
        return false;
    while (w->word[to].ptr[0] != '/' && !naive_scheme(w->word[to]) &&
           !yn_equal(w->word[to], YN_TEXT("-"))) {
        if (!naive_pair_fits(w->word[to], r->query, &b))
            return false;
        to++;
    }
    a->location[0] = '\0';
    a->local = false;
    if (!yn_equal(w->word[to], YN_TEXT("-")) && !naive_compose(a, w, to, r, &b))
        return false;
    a->status = naive_status(w, to);
    return true;
}

/* ---- the file -------------------------------------------------------------------------------- */

// Whether a section names the request's host at this rank: the length of a wildcard's host, or the
// most for the host itself.
static inline bool naive_section_has(const naive_words *w, const naive_request *r, size_t rank)
{
    for (size_t i = 0; i < w->count; i++) {
        yonder_text host = w->word[i];
        int32_t port;
        if (i == 0)
            host = yn_skip(host, 1);
        if (i + 1 == w->count)
            host.len--;
        if (!host.len || !naive_host_fits(host, r, &port))
            continue;
        bool wildcard = host.ptr[0] == '*';
        char room[256];
        yonder_text name;
        if (wildcard && yn_host_canonical(yn_skip(host, 2), room, sizeof room, &name, &port))
            abort();
        if (rank == (wildcard ? name.len : SIZE_MAX))
            return true;
    }
    return false;
}

static inline bool naive_scan_one(naive_answer *a, yonder_text text, const naive_request *r,
                                  size_t rank)
{
    static naive_words w;
    bool open = rank == 0;
    a->line = 0;
    if (yn_starts_with(text, YN_TEXT("\xEF\xBB\xBF")))
        text = yn_skip(text, 3);
    while (text.len) {
        yonder_text line = naive_cut(&text, '\n');
        a->line++;
        if (line.len && line.ptr[line.len - 1] == '\r')
            line.len--;
        naive_split(&w, line);
        if (w.count && w.word[0].ptr[0] == '[')
            open = rank && naive_section_has(&w, r, rank);
        else if (w.count && open && naive_rule_fires(a, &w, r))
            return true;
    }
    return false;
}

static inline bool naive_scan(naive_answer *a, const yonder_text *texts, size_t count,
                              const naive_request *r, size_t rank)
{
    for (a->source = 0; a->source < count; a->source++)
        if (naive_scan_one(a, texts[a->source], r, rank))
            return true;
    return false;
}

/** Answers `request` from the rules of `texts`, one a file. None is longer than naive_room / 16. */
static inline void naive_match(naive_answer *a, const yonder_text *texts, size_t count,
                               const yonder_rules_request *request)
{
    static char room[naive_room];
    naive_request r = {.https = request->https};
    yonder_text path = request->target;
    a->found = false;
    if (!path.len || path.ptr[0] != '/')
        return;
    path.len = yn_find_char(path, '?');
    r.query = yn_skip(request->target, path.len + (path.len < request->target.len));
    r.raw = naive_remove_dots(path, room);
    bool plain = true; // a host that is not ASCII never comes in a request
    for (size_t i = 0; i < request->host.len; i++)
        plain = plain && (unsigned char)request->host.ptr[i] < 0x80 && request->host.ptr[i] != '%';
    r.has_host = plain && request->host.len &&
                 !yn_host_canonical(request->host, r.host_room, 255, &r.host, &r.port);
    if (r.has_host && r.port < 0)
        r.port = r.https ? 443 : 80;
    if (r.has_host && !a->found)
        a->found = naive_scan(a, texts, count, &r, SIZE_MAX);
    for (size_t rank = r.has_host ? r.host.len : 0; rank && !a->found; rank--)
        a->found = naive_scan(a, texts, count, &r, rank);
    if (!a->found)
        a->found = naive_scan(a, texts, count, &r, 0);
}

#endif
