// SPDX-License-Identifier: MIT
#include "http/chars.h"

enum {
    V = YN_CHAR_VALUE,
    T = YN_CHAR_TARGET | YN_CHAR_VALUE,                                // RFC 3986's gen-delims &c.
    TT = YN_CHAR_TOKEN | YN_CHAR_TARGET | YN_CHAR_VALUE,               // tchar, not in a host
    TH = YN_CHAR_HOST | YN_CHAR_TARGET | YN_CHAR_VALUE,                // in a host, not a tchar
    A = YN_CHAR_TOKEN | YN_CHAR_HOST | YN_CHAR_TARGET | YN_CHAR_VALUE, // both
};

const unsigned char yn_chars[256] = {
    ['\t'] = V,
    [' '] = V,
    ['!'] = A,
    ['"'] = T,
    ['#'] = YN_CHAR_TOKEN | V, // starts a fragment, which no request-target has
    ['$'] = A,
    ['%'] = TT,
    ['&'] = A,
    ['\''] = A,
    ['('] = TH,
    [')'] = TH,
    ['*'] = A,
    ['+'] = A,
    [','] = TH,
    ['-'] = A,
    ['.'] = A,
    ['/'] = T,
    ['0' ... '9'] = A,
    [':'] = T,
    [';'] = TH,
    ['<'] = T,
    ['='] = TH,
    ['>'] = T,
    ['?'] = T,
    ['@'] = T,
    ['A' ... 'Z'] = A,
    ['[' ... ']'] = T,
    ['^'] = TT,
    ['_'] = A,
    ['`'] = TT,
    ['a' ... 'z'] = A,
    ['{'] = T,
    ['|'] = TT,
    ['}'] = T,
    ['~'] = A,
    [0x80 ... 0xFF] = T,
};

// Eight at a time while none is a control or DEL; a tab, or a false alarm the borrow causes, leaves
// the fast loop and no more.
const char *yn_skip_value(const char *p, const char *end)
{
    const uint64_t ones = 0x0101010101010101u, tops = ones << 7;
    for (;;) {
        for (uint64_t x; end - p >= 8; p += 8) {
            memcpy(&x, p, 8);
            uint64_t control = (x - ones * 0x20) & ~x, del = x ^ (ones * 0x7F);
            if ((control | ((del - ones) & ~del)) & tops)
                break;
        }
        const char *stop = end - p < 8 ? end : p + 8;
        while (p < stop && yn_char_is(*p, YN_CHAR_VALUE))
            p++;
        if (p < stop || p == end)
            return p;
    }
}
