// SPDX-License-Identifier: MIT
#include "base/text.h"

bool yn_equal_nocase(yonder_text a, yonder_text b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (yn_lower(a.ptr[i]) != yn_lower(b.ptr[i]))
            return false;
    return true;
}

yonder_text yn_trim(yonder_text t, const char *set)
{
    size_t set_len = strlen(set);
    while (t.len && memchr(set, t.ptr[0], set_len))
        t = yn_skip(t, 1);
    while (t.len && memchr(set, t.ptr[t.len - 1], set_len))
        t.len--;
    return t;
}

bool yn_is_token(yonder_text t)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !memchr(others, t.ptr[i], sizeof others - 1))
            return false;
    return t.len > 0;
}

bool yn_parse_number(yonder_text t, uint64_t max, uint64_t *out)
{
    uint64_t n = 0;
    if (t.len == 0)
        return false;
    for (size_t i = 0; i < t.len; i++) {
        unsigned digit = (unsigned char)t.ptr[i] - '0';
        if (digit > 9 || digit > max || n > (max - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return true;
}

size_t yn_name_length(yonder_text t)
{
    size_t len = 0;
    if (t.len == 0 || !yn_is_alpha((unsigned char)t.ptr[0]))
        return 0;
    while (len < t.len && (yn_is_alpha((unsigned char)t.ptr[len]) ||
                           yn_is_digit((unsigned char)t.ptr[len]) || t.ptr[len] == '_'))
        len++;
    return len;
}
