// SPDX-License-Identifier: MIT
#include "rules/path.h"

#include "base/text.h"
#include "base/utf8.h"
#include "core/percent.h"

enum {
    PLAIN,
    DOT,
    PERCENT,
    ENCODED, // in the path percent-encode set, or beyond what RFC 3986 lets stand in a path
    END,
};

static const unsigned char class_of[256] = {
    [0x00 ... 0x20] = ENCODED,
    ['"'] = ENCODED,
    ['#'] = ENCODED,
    ['%'] = PERCENT,
    ['.'] = DOT,
    ['<'] = ENCODED,
    ['>'] = ENCODED,
    ['?'] = END,
    ['['] = ENCODED,
    ['\\'] = ENCODED,
    [']'] = ENCODED,
    ['^'] = ENCODED,
    ['`'] = ENCODED,
    ['{'] = ENCODED,
    ['|'] = ENCODED,
    ['}'] = ENCODED,
    [0x7f ... 0xff] = ENCODED,
};

static const char hex[] = "0123456789ABCDEF";

static bool is_unreserved(unsigned char c) // RFC 3986 section 2.3
{
    return yn_is_alpha(c) || yn_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// The byte an escape at `at` stands for, or -1 where there is none.
static int escape_at(yonder_text t, size_t at)
{
    char byte;
    return yn_percent_decode_at(t, at, &byte) ? (unsigned char)byte : -1;
}

// How many dots the segment consists of, in either spelling, if those are one or two; otherwise 0.
static unsigned dots_in(yonder_text segment)
{
    unsigned dots = 0;
    for (size_t i = 0; i < segment.len; dots++) {
        if (dots == 2)
            return 0;
        if (segment.ptr[i] == '.')
            i++;
        else if (escape_at(segment, i) == '.')
            i += 3;
        else
            return 0;
    }
    return dots;
}

yonder_text yn_path_segment(yonder_text path, size_t at)
{
    yonder_text rest = yn_skip(path, at);
    rest.len = yn_find_char(rest, '/');
    return rest;
}

static bool stays_escaped(yonder_text t, size_t at)
{
    int byte = escape_at(t, at);
    return byte >= 0 && !is_unreserved((unsigned char)byte) && t.ptr[at + 1] == hex[byte >> 4] &&
           t.ptr[at + 2] == hex[byte & 15];
}

// Skips bytes that are nothing but themselves, eight at a time as long as that goes.
static size_t skip_plain(yonder_text t, size_t i)
{
    const unsigned char *p = (const unsigned char *)t.ptr;
    for (; t.len - i >= 8; i += 8)
        if (class_of[p[i]] | class_of[p[i + 1]] | class_of[p[i + 2]] | class_of[p[i + 3]] |
            class_of[p[i + 4]] | class_of[p[i + 5]] | class_of[p[i + 6]] | class_of[p[i + 7]])
            break;
    while (i < t.len && class_of[p[i]] == PLAIN)
        i++;
    return i;
}

static bool starts_dot_segment(yonder_text target, size_t i)
{
    if (i == 0 || target.ptr[i - 1] != '/')
        return false;
    yonder_text segment = yn_path_segment(target, i);
    segment.len = yn_find_char(segment, '?');
    return dots_in(segment) != 0;
}

size_t yn_path_scan(yonder_text target, bool *canonical)
{
    *canonical = true;
    for (size_t i = 0; (i = skip_plain(target, i)) < target.len; i++) {
        unsigned char class = class_of[(unsigned char)target.ptr[i]];
        if (class == END)
            return i;
        *canonical = class == DOT       ? !starts_dot_segment(target, i)
                     : class == PERCENT ? stays_escaped(target, i)
                                        : false;
        if (!*canonical)
            return i + yn_find_char(yn_skip(target, i), '?');
    }
    return target.len;
}

size_t yn_path_remove_dots(char *out, yonder_text path)
{
    size_t len = 0;
    for (size_t at = 1; at <= path.len;) {
        yonder_text segment = yn_path_segment(path, at);
        unsigned dots = dots_in(segment);
        at += segment.len + 1;
        if (dots == 2) // takes the segment before it away
            while (len && out[--len] != '/') {
            }
        if (dots && at <= path.len)
            continue;
        out[len++] = '/';
        if (!dots && segment.len) {
            memmove(out + len, segment.ptr, segment.len);
            len += segment.len;
        }
    }
    return len;
}

size_t yn_path_canonical(char *out, yonder_text path)
{
    size_t len = 0;
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        if (class_of[c] == PLAIN || class_of[c] == DOT) {
            out[len++] = (char)c;
            continue;
        }
        int byte = escape_at(path, i);
        if (byte >= 0) {
            i += 2;
            c = (unsigned char)byte;
            if (is_unreserved(c)) {
                out[len++] = (char)c;
                continue;
            }
        }
        out[len++] = '%';
        out[len++] = hex[c >> 4];
        out[len++] = hex[c & 15];
    }
    return len;
}

yonder_text yn_path_as_key(char *out, yonder_text key, bool ignore_slash, bool ignore_case)
{
    if (ignore_slash && key.len > 1 && key.ptr[key.len - 1] == '/')
        key.len--;
    if (!ignore_case)
        return key;
    for (size_t i = 0; i < key.len; i++)
        out[i] = yn_lower(key.ptr[i]);
    return (yonder_text){out, key.len};
}

// How many escapes in a row at `at` make one character beyond ASCII, whose bytes go to `bytes`; 0
// if they are not UTF-8.
static size_t escaped_character(yonder_text t, size_t at, char bytes[4])
{
    size_t count = 0;
    uint32_t code_point;
    for (; count < 4 && escape_at(t, at + 3 * count) >= 0x80; count++)
        bytes[count] = (char)escape_at(t, at + 3 * count);
    if (!count)
        return 0;
    size_t taken = yn_utf8_decode((yonder_text){bytes, count}, &code_point);
    bool replaced = code_point == 0xFFFD && !(taken == 3 && memcmp(bytes, "\xEF\xBF\xBD", 3) == 0);
    return replaced || (code_point >= 0x80 && code_point < 0xA0) ? 0 : taken;
}

size_t yn_path_readable(char *out, yonder_text key)
{
    size_t len = 0;
    for (size_t i = 0; i < key.len; i++) {
        int byte = key.ptr[i] == '%' ? escape_at(key, i) : -1;
        char bytes[4];
        size_t count = byte >= 0x80 ? escaped_character(key, i, bytes) : 0;
        if (count) {
            memcpy(out + len, bytes, count);
            len += count;
            i += 3 * count - 1;
        } else if (byte >= ' ' && byte < 0x7F && class_of[byte] == ENCODED && byte != '#') {
            out[len++] = (char)byte;
            i += 2;
        } else {
            out[len++] = key.ptr[i];
        }
    }
    return len;
}
