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
