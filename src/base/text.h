// SPDX-License-Identifier: MIT
// Small questions about text. All take views and allocate nothing.
#ifndef YN_BASE_TEXT_H
#define YN_BASE_TEXT_H

#include <yonder/base.h>

/** The text of a string literal, usable in constant initialisers. */
#define YN_TEXT(literal) ((yonder_text){(literal), sizeof(literal) - 1})
/** For static tables, where a compound literal is not a constant. */
#define YN_TEXT_INIT(literal)                                                                      \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
/** For printf: `"%.*s", YN_PRINT(text)`. */
#define YN_PRINT(text) (int)(text).len, (text).ptr

static inline bool yn_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static inline bool yn_is_alpha(unsigned char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static inline char yn_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline char yn_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

/** The value of a hex digit, or -1. */
static inline int yn_hex_value(unsigned char c)
{
    if (yn_is_digit(c))
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/** The bytes from `from` up to `to`. Nothing is added to a NULL, which C does not allow even for 0.
 */
static inline yonder_text yn_slice(yonder_text t, size_t from, size_t to)
{
    return (yonder_text){from ? t.ptr + from : t.ptr, to - from};
}

static inline yonder_text yn_skip(yonder_text t, size_t n)
{
    return yn_slice(t, n, t.len);
}

static inline bool yn_equal(yonder_text a, yonder_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool yn_starts_with(yonder_text t, yonder_text prefix)
{
    return t.len >= prefix.len && (prefix.len == 0 || memcmp(t.ptr, prefix.ptr, prefix.len) == 0);
}

/** Where `c` first stands, or t.len. */
static inline size_t yn_find_char(yonder_text t, char c)
{
    const char *p = t.len ? (const char *)memchr(t.ptr, c, t.len) : NULL;
    return p ? (size_t)(p - t.ptr) : t.len;
}

/** Equal but for the case of ASCII letters. */
bool yn_equal_nocase(yonder_text a, yonder_text b);

/** The length of a name at the start of `t`, such as one of a placeholder: a letter, then letters,
 *  digits and underscores. 0 if there is none. */
size_t yn_name_length(yonder_text t);

/** Without the bytes of `set` at either end. */
yonder_text yn_trim(yonder_text t, const char *set);

/** True for a token (RFC 9110 section 5.6.2): a method, a field name. */
bool yn_is_token(yonder_text t);

/** Reads a whole decimal number of at most `max`; false where there is anything else. */
bool yn_parse_number(yonder_text t, uint64_t max, uint64_t *out);

#endif
