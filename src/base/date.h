// SPDX-License-Identifier: MIT
// The dates of HTTP (RFC 9110 section 5.6.7), and others written in digits. Seconds since
// 1970-01-01 UTC; no clock is read.
#ifndef YN_BASE_DATE_H
#define YN_BASE_DATE_H

#include <yonder/base.h>

enum {
    YN_DATE_LEN = 29
};

/* The first and last seconds that have such a date: of the years 0 and 9999. */
#define YN_DATE_MIN INT64_C(-62167219200)
#define YN_DATE_MAX INT64_C(253402300799)

/** Writes "Sun, 06 Nov 1994 08:49:37 GMT", 29 bytes and no NUL. `seconds` lies between YN_DATE_MIN
 *  and YN_DATE_MAX. */
void yn_date_format(char out[YN_DATE_LEN], int64_t seconds);

/** Reads any of the three forms a recipient must accept; false if it is none of them. Of the years
 *  that a two-digit one may mean, it is the last that is not more than 50 years after `now`. What
 * is read lies between YN_DATE_MIN and YN_DATE_MAX. */
bool yn_date_parse(yonder_text t, int64_t now, int64_t *seconds);

/** Reads what Chromium and Firefox take for a date, and nobody else: words and numbers in any
 * order, "22-Nov-2037", "Nov 22 8:05 pm EST 2037", "11/22/37", "30 Feb 2037" (2 March); with `iso`
 * those of ISO 8601 too, "2037-11-22T07:00:00Z". False without a year, a month and a day. Years of
 * two digits are those from 1970 to 2069. */
bool yn_date_guess(yonder_text t, bool iso, int64_t *seconds);

/** The days from 1970-01-01 to that one; `month` and `day` count from 1. */
int64_t yn_date_days(int64_t year, unsigned month, unsigned day);

/** A moment as RFC 3339 writes it, a form for the two below. */
#define YN_DATE_MOMENT "YYYY-MM-DDThh:mm:ssZ"

/** Writes the moment after `form`, in which YYYY, MM, DD, hh, mm and ss stand for its numbers in
 * UTC and all else for itself: "YYYY-MM-DDThh:mm:ssZ". As many bytes as `form` has, and no NUL.
 *  `seconds` lies between YN_DATE_MIN and YN_DATE_MAX. */
void yn_date_write(char *out, const char *form, int64_t seconds);

/** Reads what yn_date_write() writes; false if `t` is not of that form, or no moment. What `form`
 *  leaves out is the first: January, 1, 0 o'clock. */
bool yn_date_read(yonder_text t, const char *form, int64_t *seconds);

#endif
