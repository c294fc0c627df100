// SPDX-License-Identifier: MIT
// What each byte is to the URL parser, and percent-encoding (URL standard section 1.3).
#ifndef YN_CORE_PERCENT_H
#define YN_CORE_PERCENT_H

#include "base/buf.h"

/** The percent-encode sets and the other sets of code points the standard names, as bits. */
enum {
    YN_SET_C0 = 1 << 0, /**< C0 control percent-encode set */
    YN_SET_FRAGMENT = 1 << 1,
    YN_SET_QUERY = 1 << 2,
    YN_SET_SPECIAL_QUERY = 1 << 3,
    YN_SET_PATH = 1 << 4,
    YN_SET_USERINFO = 1 << 5,
    YN_SET_COMPONENT = 1 << 6,
    YN_SET_FORBIDDEN_HOST = 1 << 7,   /**< forbidden host code point */
    YN_SET_FORBIDDEN_DOMAIN = 1 << 8, /**< forbidden domain code point */
    YN_SET_DELIMITER = 1 << 9,        /**< "/", "?", "#": ends an authority or a path segment */
    YN_SET_BACKSLASH = 1 << 10,       /**< "\", which is "/" where the scheme is special */
    YN_SET_SCHEME = 1 << 11,          /**< may stand in a scheme after its first letter */
    YN_SET_NOT_ASCII = 1 << 12,
};

/** The sets each byte is in. Bytes from 0x80 on are in every percent-encode set. */
extern const uint16_t yn_sets[256];

static inline bool yn_in_set(char c, unsigned sets)
{
    return yn_sets[(unsigned char)c] & sets;
}

/**
 * UTF-8 percent-encodes `t` using the percent-encode set `set` (one of the first seven) and appends
 * it. Each ill-formed part of `t` becomes "%EF%BF%BD", as decoding it first would have it.
 */
void yn_percent_encode(yn_buf *out, yonder_text t, unsigned set);

/** Whether "%" and two hex digits stand at `t.ptr[at]`; `*byte` is then set. */
bool yn_percent_decode_at(yonder_text t, size_t at, char *byte);

#endif
