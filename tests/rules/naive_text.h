// SPDX-License-Identifier: MIT
// Words, escapes and queries for naive.h.
#ifndef YN_TESTS_NAIVE_TEXT_H
#define YN_TESTS_NAIVE_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yonder/rules.h>

#include "base/text.h"
#include "core/host.h"

enum {
    naive_room = 1 << 18,
};

static inline bool naive_is_name_byte(char c)
{
    return yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) || c == '_';
}

// The name at the start of `t`, which stands after a ":".
static inline yonder_text naive_name(yonder_text t)
{
    size_t len = 0;
    if (t.len && yn_is_alpha((unsigned char)t.ptr[0]))
        while (len < t.len && naive_is_name_byte(t.ptr[len]))
            len++;
    return yn_slice(t, 0, len);
}

static inline bool naive_is_placeholder(yonder_text t)
{
    return t.len > 1 && t.ptr[0] == ':' && naive_name(yn_skip(t, 1)).len == t.len - 1;
}

// What stands before the first `separator`; the rest is what stands after it.
static inline yonder_text naive_cut(yonder_text *rest, char separator)
{
    size_t end = yn_find_char(*rest, separator);
    yonder_text head = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end + (end < rest->len));
    return head;
}

static inline size_t naive_scheme(yonder_text t)
{
    if (yn_starts_with(t, YN_TEXT("//")))
        return 2;
    if (t.len >= 7 && yn_equal_nocase(yn_slice(t, 0, 7), YN_TEXT("http://")))
        return 7;
    return t.len >= 8 && yn_equal_nocase(yn_slice(t, 0, 8), YN_TEXT("https://")) ? 8 : 0;
}

// What stands before the path, its scheme included.
static inline size_t naive_origin(yonder_text t)
{
    size_t len = naive_scheme(t);
    if (len)
        while (len < t.len && !strchr("/?#", t.ptr[len]))
            len++;
    return len;
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
static inline bool naive_same_segment(yonder_text a, yonder_text b, bool any_case)
{
    while (a.len && b.len) {
        bool escaped_a, escaped_b;
        size_t taken_a, taken_b;
        unsigned x = naive_byte(a, &escaped_a, &taken_a), y = naive_byte(b, &escaped_b, &taken_b);
        bool either = yn_is_alpha((unsigned char)x) || yn_is_digit((unsigned char)x) ||
                      (x && x < 0x80 && strchr("-._~", (int)x)) || x <= 0x20 || x >= 0x7F ||
                      strchr("\"#%<>?[\\]^`{|}", (int)x);
        bool letters = any_case && yn_lower((char)x) == yn_lower((char)y) && x < 0x80 && y < 0x80;
        if ((x != y && !letters) || (escaped_a != escaped_b && !either))
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

static inline bool naive_same_decoded(yonder_text a, yonder_text b)
{
    static char room_a[naive_room], room_b[naive_room];
    return yn_equal(naive_decode(a, room_a), naive_decode(b, room_b));
}

#endif
