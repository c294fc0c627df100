// SPDX-License-Identifier: MIT
#include "rules/query.h"

#include "base/text.h"

bool yn_query_next(yonder_text *rest, yn_pair *pair)
{
    if (!rest->ptr)
        return false;
    size_t end = yn_find_char(*rest, '&');
    pair->whole = yn_slice(*rest, 0, end);
    *rest = end < rest->len ? yn_skip(*rest, end + 1) : (yonder_text){NULL, 0};
    size_t equals = yn_find_char(pair->whole, '=');
    pair->name = yn_slice(pair->whole, 0, equals);
    pair->value = equals < end ? yn_skip(pair->whole, equals + 1) : yn_slice(pair->whole, end, end);
    return true;
}

char yn_query_byte(yonder_text t, size_t *at)
{
    char c = t.ptr[(*at)++];
    if (c == '+')
        return ' ';
    if (c != '%' || t.len - *at < 2)
        return c;
    int high = yn_hex_value((unsigned char)t.ptr[*at]);
    int low = yn_hex_value((unsigned char)t.ptr[*at + 1]);
    if (high < 0 || low < 0)
        return c;
    *at += 2;
    return (char)(high * 16 + low);
}

size_t yn_query_decode(char *out, yonder_text t)
{
    size_t len = 0;
    for (size_t at = 0; at < t.len;)
        out[len++] = yn_query_byte(t, &at);
    return len;
}

bool yn_query_is(yonder_text t, yonder_text decoded)
{
    if (t.len < decoded.len)
        return false;
    size_t at = 0, i = 0;
    while (at < t.len && i < decoded.len)
        if (yn_query_byte(t, &at) != decoded.ptr[i++])
            return false;
    return at == t.len && i == decoded.len;
}

yonder_text yn_query_value(yonder_text query, yonder_text decoded_name)
{
    yn_pair pair;
    while (yn_query_next(&query, &pair))
        if (yn_query_is(pair.name, decoded_name))
            return pair.value;
    return (yonder_text){NULL, 0};
}
