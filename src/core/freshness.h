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
 *
 * A cache that `reads_words` takes of each directive the word it begins with, and of max-age the
 * digits after the "="; what follows them is passed over, so that "no-store=1" and "max-age = 60s"
 * count. The last max-age counts, and none does where that has no number below 2^32. What stands
 * after an empty element or one that begins with no word is not read, nor what stands after one of
 * the `bare_words` where that is not a comma. Blanks part the words of Pragma as commas do. Age is
 * what the C library's strtol() makes of it, in 32 bits.
 */
yonder_freshness yn_freshness(const yn_cache *cache, yonder_text method,
                              const yonder_response *response);

#endif
