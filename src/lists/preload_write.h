// SPDX-License-Identifier: MIT
// Lists as the browsers' own sources have them, written from a directory's entries; preload_list.h
// reads them back. Names stand in the order of bytes, within their section.
//
// Chromium's: comments are whole lines, and without them the text is JSON with the members
// "pinsets" (empty) and "entries". An entry is a line whose keys have a fixed order. Each policy
// has a section of its own between the comments "START OF … ENTRIES" and "END OF … ENTRIES"; that
// of bulk-1-year is always there and the last, so that tools find where new entries belong.
//
// Firefox's: a time of expiry for the C compiler, and between two lines "%%" lines of "NAME, 0" or
// "NAME, 1", the latter with subdomains.
#ifndef YN_LISTS_PRELOAD_WRITE_H
#define YN_LISTS_PRELOAD_WRITE_H

#include "base/buf.h"
#include "lists/preload_item.h"

/** What is said at the top. */
typedef struct yn_preload_heading {
    int64_t version;
    int64_t published; /**< seconds since 1970 */
    int64_t expires;
} yn_preload_heading;

/** `items` are good: yn_preload_items_are_good(). */
void yn_preload_write_chromium(yn_preload_items items, const yn_preload_heading *heading,
                               yn_buf *out);
void yn_preload_write_firefox(yn_preload_items items, const yn_preload_heading *heading,
                              yn_buf *out);

#endif
