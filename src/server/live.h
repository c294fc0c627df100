// SPDX-License-Identifier: MIT
// The rule set that is live, and how it is replaced under readers that never wait.
//
// Each reader has a slot in which it says, for the length of a turn, which set it uses. Whoever
// replaces the set waits until no slot names the old one, and frees it then.
#ifndef YN_SERVER_LIVE_H
#define YN_SERVER_LIVE_H

#include <stdalign.h>
#include <stdatomic.h>

#include "server/rulefiles.h"

typedef struct yn_live_slot {
    alignas(64) _Atomic(yn_ruleset *) in_use; /**< NULL between turns; a cache line of its own */
} yn_live_slot;

typedef struct yn_live {
    alignas(64) _Atomic(yn_ruleset *) set;
    yn_live_slot *slots; /**< one a reader */
    size_t slot_count;
} yn_live;

/** Takes over `set`. false: out of memory, and `set` is still the caller's. */
bool yn_live_init(yn_live *live, yn_ruleset *set, size_t readers);
/** Once no reader is left. */
void yn_live_free(yn_live *live);

/** The set to use until yn_live_leave(). Wait-free but for replacements that happen meanwhile. */
const yn_ruleset *yn_live_enter(yn_live *live, size_t reader);
void yn_live_leave(yn_live *live, size_t reader);

/** Makes `set` the live set, waits until nobody uses the old one and returns that. One caller at a
 *  time. Readers that enter after it returns see `set`. */
yn_ruleset *yn_live_exchange(yn_live *live, yn_ruleset *set);

#endif
