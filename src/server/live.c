// SPDX-License-Identifier: MIT
#include "server/live.h"

#include <stdlib.h>
#include <time.h>

bool yn_live_init(yn_live *live, yn_ruleset *set, size_t readers)
{
    yn_live_slot *slots = aligned_alloc(alignof(yn_live_slot), readers * sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < readers; i++)
        atomic_init(&slots[i].in_use, NULL);
    atomic_init(&live->set, set);
    live->slots = slots;
    live->slot_count = readers;
    return true;
}

void yn_live_free(yn_live *live)
{
    yn_ruleset_free(atomic_load(&live->set));
    free(live->slots);
    live->slots = NULL;
}

const yn_ruleset *yn_live_enter(yn_live *live, size_t reader)
{
    _Atomic(yn_ruleset *) *in_use = &live->slots[reader].in_use;
    yn_ruleset *set = atomic_load(&live->set);
    for (;;) {
        // Announce, then look again. If the set is still live, whoever replaces it from now on
        // sees the announcement: both orders are sequentially consistent.
        atomic_store(in_use, set);
        yn_ruleset *again = atomic_load(&live->set);
        if (again == set)
            return set;
        set = again;
    }
}

void yn_live_leave(yn_live *live, size_t reader)
{
    atomic_store_explicit(&live->slots[reader].in_use, NULL, memory_order_release);
}

yn_ruleset *yn_live_exchange(yn_live *live, yn_ruleset *set)
{
    yn_ruleset *old = atomic_exchange(&live->set, set);
    const struct timespec a_turn = {.tv_nsec = 500000};
    for (size_t i = 0; i < live->slot_count; i++)
        while (atomic_load(&live->slots[i].in_use) == old)
            nanosleep(&a_turn, NULL);
    return old;
}
