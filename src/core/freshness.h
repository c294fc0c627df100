// SPDX-License-Identifier: MIT
// How long a response may be answered from a client's cache (RFC 9111 section 4.2).
#ifndef YN_CORE_FRESHNESS_H
#define YN_CORE_FRESHNESS_H

#include "core/client.h"

/**
 * What `cache` makes of the response to a request with that method. Never reads a clock: the time
 * of the response is its Date, or `response->received` where it has none; where neither is known,
 * nothing that is counted from it (Expires, Last-Modified) keeps a response fresh.
 *
 * Dates are taken in the three forms of RFC 9110 section 5.6.7. Of a directive or field that occurs
 * twice the first that can be read counts (RFC 9111 section 4.2.1). Numbers too large saturate.
 */
yonder_freshness yn_freshness(const yn_cache *cache, yonder_text method,
                              const yonder_response *response);

#endif
