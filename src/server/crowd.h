// SPDX-License-Identifier: MIT
// How many connections there may be, in all and from one address. All workers share it; it is asked
// when a connection begins and when it ends, and never in between.
#ifndef YN_SERVER_CROWD_H
#define YN_SERVER_CROWD_H

#include <stdalign.h>
#include <stdatomic.h>

#include "net/listen.h"

enum {
    YN_CROWD_ROWS = 2,
    YN_CROWD_SLOTS = 65536, // in a row
};

/**
 * Addresses are counted in rows of slots, by hashes nobody outside knows: an address has as many
 * connections as the emptier of its slots says. So memory is fixed, nobody is counted too low, and
 * one too high only where others share both slots.
 */
typedef struct yn_crowd {
    uint64_t most;             /**< 0: any number */
    uint32_t most_per_address; /**< 0: any number */
    uint64_t seeds[YN_CROWD_ROWS];
    _Atomic uint32_t *slots; /**< of all rows; NULL where nobody asks for them */
    alignas(64) _Atomic uint64_t open;
} yn_crowd;

/** Which slots a connection counts in. */
typedef struct yn_crowd_place {
    uint16_t slot[YN_CROWD_ROWS];
} yn_crowd_place;

/** @return false where memory or random numbers are out */
bool yn_crowd_init(yn_crowd *crowd, uint64_t most, uint32_t most_per_address);
void yn_crowd_free(yn_crowd *crowd);

/** One more. @return false: it would be too many, and was not counted */
bool yn_crowd_enter(yn_crowd *crowd);
void yn_crowd_leave(yn_crowd *crowd);
/** Whether there is room for few more: who is idle should go. */
bool yn_crowd_is_tight(const yn_crowd *crowd);

/** Likewise for an address. One of IPv6 counts by its first 64 bits, which one client may have all
 *  of. */
bool yn_crowd_enter_from(yn_crowd *crowd, const yn_address *address, yn_crowd_place *place);
void yn_crowd_leave_from(yn_crowd *crowd, const yn_crowd_place *place);

#endif
