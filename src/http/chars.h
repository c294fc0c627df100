// SPDX-License-Identifier: MIT
// Which bytes may stand where in an HTTP/1 message: one table, many readers.
#ifndef YN_HTTP_CHARS_H
#define YN_HTTP_CHARS_H

#include <yonder/base.h>

enum {
    YN_CHAR_TOKEN = 1,  /**< tchar, RFC 9110 section 5.6.2 */
    YN_CHAR_TARGET = 2, /**< request-target, as real clients send it: see h1.h */
    YN_CHAR_VALUE = 4,  /**< field-vchar, obs-text, SP and HTAB, RFC 9110 section 5.5 */
    YN_CHAR_HOST = 8,   /**< reg-name but for "%", RFC 3986 section 3.2.2 */
};

extern const unsigned char yn_chars[256];

static inline bool yn_char_is(char c, int class)
{
    return (yn_chars[(unsigned char)c] & class) != 0;
}

/** The end of a run of YN_CHAR_VALUE bytes. */
const char *yn_skip_value(const char *p, const char *end);

#endif
