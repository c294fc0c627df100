// SPDX-License-Identifier: MIT
// TO for naive.h: the Location a rule makes of a request.
#ifndef YN_TESTS_NAIVE_TO_H
#define YN_TESTS_NAIVE_TO_H

#include "naive_from.h"

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

// A path and a query as a request had them.
static inline size_t naive_put_target(char *out, yonder_text target)
{
    size_t query = yn_find_char(target, '?');
    size_t len = naive_put(out, yn_slice(target, 0, query), naive_not_in_path);
    return len + naive_put(out + len, yn_skip(target, query), naive_not_in_rest);
}

// The request's query without the pairs the rule named, and without what the site ignores.
static inline size_t naive_put_query(char *out, const naive_request *r, const yonder_text *pair,
                                     size_t pair_count)
{
    size_t len = 0;
    yonder_text query = r->drops_query ? (yonder_text){"", 0} : r->query;
    if (!pair_count && !r->ignored.len)
        return query.len ? (*out = '?', 1 + naive_put(out + 1, query, naive_not_in_rest)) : 0;
    while (query.len) {
        yonder_text own = naive_cut(&query, '&'), name = own;
        name.len = yn_find_char(name, '=');
        bool gone = own.len == 0 || naive_ignores(r->ignored, name);
        for (size_t i = 0; i < pair_count && !gone; i++)
            gone = naive_same_decoded(name, yn_slice(pair[i], 0, yn_find_char(pair[i], '=')));
        if (gone)
            continue;
        out[len] = len ? '&' : '?';
        len += 1 + naive_put(out + len + 1, own, naive_not_in_rest);
    }
    return len;
}

// What stands at the start of `t` for something the request brings, and how long it is; NULL if
// nothing does.
static inline const yonder_text *naive_value(const naive_bindings *b, yonder_text t, bool is_regex,
                                             size_t *len)
{
    if (t.len && t.ptr[0] == '$' && is_regex) {
        bool braced = t.len > 1 && t.ptr[1] == '{';
        size_t start = 1 + braced, end = start;
        while (end < t.len && end < start + 2 && yn_is_digit((unsigned char)t.ptr[end]))
            end++;
        *len = end + braced;
        if (end == start || (braced && (end == t.len || t.ptr[end] != '}')))
            return NULL;
        return &b->group[end == start + 1 ? t.ptr[start] - '0'
                                          : 10 * (t.ptr[start] - '0') + t.ptr[start + 1] - '0'];
    }
    yonder_text name =
        t.len && t.ptr[0] == ':' ? naive_name(yn_skip(t, 1)) : (yonder_text){NULL, 0};
    *len = 1 + name.len;
    for (size_t i = b->count; name.len && i; i--) // of a pair before a group of the same name
        if (yn_equal(b->name[i - 1], name))
            return &b->value[i - 1];
    if (name.len)
        abort(); // the file was said to be without errors
    return NULL;
}

// The authority, with the host in ASCII; 0 bytes if what would be inserted may not stand there.
static inline size_t naive_put_authority(char *out, yonder_text authority, const naive_bindings *b,
                                         bool is_regex)
{
    size_t len = 0, taken;
    char room[256];
    yonder_text host;
    int32_t port;
    for (size_t i = 0; i < authority.len; i += taken) {
        const yonder_text *value = naive_value(b, yn_skip(authority, i), is_regex, &taken);
        if (!value) {
            taken = 1;
            out[len++] = authority.ptr[i];
            continue;
        }
        for (size_t k = 0; k < value->len; k++)
            if (!naive_is_name_byte(value->ptr[k]) && value->ptr[k] != '-')
                return 0;
        memcpy(out + len, value->ptr, value->len);
        len += value->len;
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

// What follows the authority. Returns the length.
static inline size_t naive_put_rest(char *out, yonder_text target, const naive_request *r,
                                    const naive_bindings *b, const yonder_text *word, size_t to)
{
    size_t len = 0;
    bool own_query = false, in_fragment = false, is_regex = word[0].ptr[0] == '~';
    for (size_t i = 0, taken; i <= target.len; i += taken) {
        char c = i < target.len ? target.ptr[i] : '#'; // the end is where a fragment could start
        bool starts_fragment = c == '#' && !in_fragment;
        bool starts_query = c == '?' && !own_query && !in_fragment;
        const char *unsafe = own_query || in_fragment ? naive_not_in_rest : naive_not_in_path;
        if (starts_fragment && !own_query)
            len += naive_put_query(out + len, r, word + 1, to - 1);
        if (i == target.len)
            break;
        const yonder_text *value = naive_value(b, yn_skip(target, i), is_regex, &taken);
        bool escaped;
        if (!value)
            naive_byte(yn_skip(target, i), &escaped, &taken);
        in_fragment = in_fragment || starts_fragment;
        own_query = own_query || starts_query;
        if (value)
            len += naive_put(out + len, *value, unsafe);
        else if (starts_query && (i + 1 == target.len || target.ptr[i + 1] == '#'))
            continue;
        else if (starts_query || starts_fragment)
            out[len++] = c;
        else
            len += naive_put(out + len, yn_slice(target, i, i + taken), unsafe);
    }
    return len;
}

/** The Location of the rule of these words, of which word `to` is TO, into `out`, NUL-terminated.
 *  `origin` goes before one that is a path. False if the rule cannot fire. */
static inline bool naive_compose(char *out, const yonder_text *word, size_t to, yonder_text origin,
                                 const naive_request *r, const naive_bindings *b)
{
    yonder_text target = word[to];
    size_t len = naive_scheme(target), start = 0;
    memcpy(out, target.ptr, len);
    if (len) {
        yonder_text authority = yn_slice(target, len, naive_origin(target));
        size_t added = naive_put_authority(out + len, authority, b, word[0].ptr[0] == '~');
        if (!added)
            return false;
        target = yn_skip(target, len + authority.len);
        len += added;
    } else {
        memcpy(out, origin.ptr ? origin.ptr : "", origin.len);
        start = len = origin.len;
    }
    bool local = naive_scheme(word[to]) == 0;
    len += naive_put_rest(out + len, target, r, b, word, to);
    out[len] = '\0';
    size_t slashes = strspn(out + start, "/");
    if (local && slashes > 1)
        memmove(out + start, out + start + slashes - 1, len - start - slashes + 2);
    return true;
}

#endif
