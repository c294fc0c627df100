// SPDX-License-Identifier: MIT
// How much one client may ask: token buckets per address, in memory that does not grow. Addresses
// of IPv6 count by their first 64 bits, which is what one client has.
//
// Where there is no room for one more, the fullest bucket of a few goes: who was limited stays so
// as long as others were limited less.
#ifndef YN_FRONT_LIMIT_H
#define YN_FRONT_LIMIT_H

#include "net/listen.h"

typedef struct yn_limit yn_limit;

enum {
    YN_LIMIT_BUCKETS = 1 << 14, /**< addresses that are known at once; a power of two */
};

/** `a_minute` requests, and twice that at once after a pause; 0: no limit. `seed` is secret, lest
 *  somebody choose addresses that share a place. @return NULL where memory is out */
yn_limit *yn_limit_new(uint32_t a_minute, uint64_t seed);
void yn_limit_free(yn_limit *limit); /**< NULL is left alone */

/** One more request of that address. `now` is in milliseconds of any clock that does not go back.
 *  From any thread. @return 0: go on; otherwise the seconds to wait */
unsigned yn_limit_take(yn_limit *limit, const yn_address *address, uint64_t now);

/** The same of whatever else has a name: a site that is asked. */
unsigned yn_limit_take_name(yn_limit *limit, yonder_text name, uint64_t now);

/** What counts as one client: 8 bytes, those of IPv4 apart from those of IPv6. */
uint64_t yn_limit_client(const yn_address *address);

#endif
