// SPDX-License-Identifier: MIT
// What fetch.c and bulk.c both tell libcurl, and how both read its failures.
#ifndef YN_TRACE_WIRE_H
#define YN_TRACE_WIRE_H

#include "base/buf.h"
#include "trace/evidence.h"
#include "trace/libcurl.h"

/** A CA file as a bundle together with the system's. */
typedef struct yn_wire_ca {
    yn_buf bundle; /**< empty: the library's own default */
    bool no_system;
} yn_wire_ca;

/** Reads `ca_file` (NULL for none), beside the bundle of the system, not in its place. `easy` is
 * any handle. False with what is wrong put into `message`; `*ca` is to be freed all the same. */
bool yn_wire_ca_read(yn_wire_ca *ca, CURL *easy, const char *ca_file, yn_buf *message);
void yn_wire_ca_free(yn_wire_ca *ca);
/** Has a handle trust it. `ca` must outlive its transfers. */
CURLcode yn_wire_ca_set(const yn_wire_ca *ca, CURL *easy);

/** Nothing but the server has a say: no redirects, proxies, .netrc; paths as they are. */
CURLcode yn_wire_isolate(CURL *easy);

/** Appends to a list, which stays as it was where memory is out. */
bool yn_wire_append(struct curl_slist **list, const char *item);

/** What a transfer that ended before its head was whole has failed with. */
yn_fetch_error yn_wire_error(CURL *easy, CURLcode code);

#endif
