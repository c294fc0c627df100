// SPDX-License-Identifier: MIT
#include "server/live.h"

#include <stdlib.h>
#include <time.h>

bool yn_live_init(yn_live *live, yonder_rules *rules, size_t readers)
{
    yn_live_slot *slots = aligned_alloc(alignof(yn_live_slot), readers * sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < readers; i++)
        atomic_init(&slots[i].in_use, NULL);
    atomic_init(&live->rules, rules);
    live->slots = slots;
    live->slot_count = readers;
    return true;
}

void yn_live_free(yn_live *live)
{
    yonder_rules_free(atomic_load(&live->rules));
    free(live->slots);
    live->slots = NULL;
}

const yonder_rules *yn_live_enter(yn_live *live, size_t reader)
{
    _Atomic(yonder_rules *) *in_use = &live->slots[reader].in_use;
    yonder_rules *rules = atomic_load(&live->rules);
    for (;;) {
        // Announce, then look again. If the set is still live, whoever replaces it from now on
        // sees the announcement: both orders are sequentially consistent.
        atomic_store(in_use, rules);
        yonder_rules *again = atomic_load(&live->rules);
        if (again == rules)
            return rules;
        rules = again;
    }
}

void yn_live_leave(yn_live *live, size_t reader)
{
    atomic_store_explicit(&live->slots[reader].in_use, NULL, memory_order_release);
}

void yn_live_replace(yn_live *live, yonder_rules *rules)
{
    yonder_rules *old = atomic_exchange(&live->rules, rules);
    const struct timespec a_turn = {.tv_nsec = 500000};
    for (size_t i = 0; i < live->slot_count; i++)
        while (atomic_load(&live->slots[i].in_use) == old)
            nanosleep(&a_turn, NULL);
    yonder_rules_free(old);
}
