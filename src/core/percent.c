// SPDX-License-Identifier: MIT
#include "core/percent.h"

#include "base/text.h"
#include "base/utf8.h"

enum {
    // Each percent-encode set by the widest that holds it.
    component = YN_SET_COMPONENT,
    userinfo = YN_SET_USERINFO | component,
    path = YN_SET_PATH | userinfo,
    query = YN_SET_QUERY | YN_SET_SPECIAL_QUERY | path,
    query_and_fragment = YN_SET_FRAGMENT | query,
    every = YN_SET_C0 | query_and_fragment,

    domain = YN_SET_FORBIDDEN_DOMAIN,
    host = YN_SET_FORBIDDEN_HOST | domain,
    delimiter = YN_SET_DELIMITER,
    scheme = YN_SET_SCHEME
};

const uint16_t yn_sets[256] = {
    [0x00] = every | host,
    [0x01 ... 0x08] = every | domain,
    ['\t'] = every | host,
    ['\n'] = every | host,
    [0x0B ... 0x0C] = every | domain,
    ['\r'] = every | host,
    [0x0E ... 0x1F] = every | domain,
    [' '] = query_and_fragment | host,
    ['"'] = query_and_fragment,
    ['#'] = query | host | delimiter,
    ['$'] = component,
    ['%'] = component | domain,
    ['&'] = component,
    ['\''] = YN_SET_SPECIAL_QUERY,
    ['+'] = component | scheme,
    [','] = component,
    ['-'] = scheme,
    ['.'] = scheme,
    ['/'] = userinfo | host | delimiter,
    ['0' ... '9'] = scheme,
    [':'] = userinfo | host,
    [';'] = userinfo,
    ['<'] = query_and_fragment | host,
    ['='] = userinfo,
    ['>'] = query_and_fragment | host,
    ['?'] = path | host | delimiter,
    ['@'] = userinfo | host,
    ['A' ... 'Z'] = scheme,
    ['['] = userinfo | host,
    ['\\'] = userinfo | host | YN_SET_BACKSLASH,
    [']'] = userinfo | host,
    ['^'] = path | host,
    ['`'] = YN_SET_FRAGMENT | path,
    ['a' ... 'z'] = scheme,
    ['{'] = path,
    ['|'] = userinfo | host,
    ['}'] = path,
    [0x7F] = every | domain,
    [0x80 ... 0xFF] = every | YN_SET_NOT_ASCII,
};

static void encode_byte(yn_buf *out, unsigned char byte)
{
    static const char digits[] = "0123456789ABCDEF";
    const char encoded[] = {'%', digits[byte >> 4], digits[byte & 15]};
    yn_buf_put(out, (yonder_text){encoded, 3});
}

void yn_percent_encode(yn_buf *out, yonder_text t, unsigned set)
{
    while (t.len) {
        size_t run = 0;
        while (run < t.len && !yn_in_set(t.ptr[run], set))
            run++;
        yn_buf_put(out, yn_slice(t, 0, run));
        t = yn_skip(t, run);
        if (!t.len)
            return;
        uint32_t code_point;
        size_t taken = yn_utf8_decode(t, &code_point);
        if (code_point == 0xFFFD)
            yn_buf_str(out, "%EF%BF%BD");
        else
            for (size_t i = 0; i < taken; i++)
                encode_byte(out, (unsigned char)t.ptr[i]);
        t = yn_skip(t, taken);
    }
}

bool yn_percent_decode_at(yonder_text t, size_t at, char *byte)
{
    if (t.len - at < 3 || t.ptr[at] != '%')
        return false;
    int high = yn_hex_value((unsigned char)t.ptr[at + 1]);
    int low = yn_hex_value((unsigned char)t.ptr[at + 2]);
    if (high < 0 || low < 0)
        return false;
    *byte = (char)(high << 4 | low);
    return true;
}
