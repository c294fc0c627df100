// SPDX-License-Identifier: MIT
// The short page that goes with a response: what the status is, and where there is a Location, the
// link (RFC 9110 section 15.4).
#ifndef YN_HTTP_PAGE_H
#define YN_HTTP_PAGE_H

#include <yonder/base.h>

#define YN_PAGE_TYPE "text/html; charset=utf-8"

/** Set what is shown, have it measured, put it. */
typedef struct yn_page {
    yonder_text title;               /**< "301 Moved Permanently" */
    yonder_text origin, location;    /**< the link, in two parts; location empty: none */
    size_t len;                      /**< of the page, once measured */
    size_t origin_len, location_len; /**< in HTML, likewise */
} yn_page;

/** @return false where a control character is in origin or location, which would end a field of
 *  the response that has them */
bool yn_page_measure(yn_page *page);

/** Writes page->len bytes, and returns where they end. */
char *yn_page_put(char *to, const yn_page *page);

#endif
