// SPDX-License-Identifier: MIT
// What proxies say about the requests they pass on: Forwarded (RFC 7239), or X-Forwarded-For,
// -Proto and -Host. Anybody can write these fields: who believes them is for the caller to decide.
#ifndef YN_HTTP_FORWARDED_H
#define YN_HTTP_FORWARDED_H

#include "http/h1.h"

enum {
    YN_FORWARDED_MOST = 16 /**< hops that are told; those nearest to us */
};

/** What one proxy says. Views, or empty where it does not say. */
typedef struct yn_hop {
    yonder_text from;  /**< an IP address without port and brackets; empty: it is hidden */
    yonder_text proto; /**< "http" or "https" */
    yonder_text host;  /**< what the client asked for, port and all */
} yn_hop;

/**
 * What is said, the nearest proxy first. X-Forwarded-Proto and -Host have one value for all hops,
 * or as many as X-Forwarded-For; otherwise the last counts, and for the nearest proxy alone.
 *
 * @return how many hops there are. 0: none, or a field is malformed, or there is Forwarded beside
 *         X-Forwarded-*, of which one may come from the client itself
 */
size_t yn_forwarded_read(const yn_h1_request *request, yn_hop hops[YN_FORWARDED_MOST]);

#endif
