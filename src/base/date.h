// SPDX-License-Identifier: MIT
// The dates of HTTP (RFC 9110 section 5.6.7). Seconds since 1970-01-01 UTC; no clock is read.
#ifndef YN_BASE_DATE_H
#define YN_BASE_DATE_H

#include <yonder/base.h>

enum {
    YN_DATE_LEN = 29
};

/** Writes "Sun, 06 Nov 1994 08:49:37 GMT", 29 bytes and no NUL. Years 0 to 9999. */
void yn_date_format(char out[YN_DATE_LEN], int64_t seconds);

/** Reads any of the three forms a recipient must accept; false if it is none of them. A two-digit
 *  year is taken as the one nearest to that of `now`, as the RFC asks. */
bool yn_date_parse(yonder_text t, int64_t now, int64_t *seconds);

#endif
