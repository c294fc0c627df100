// SPDX-License-Identifier: MIT
// The open-addressing table under every index of a rule set: 32 bits of hash and a 32-bit reference
// a slot. What a reference means, and whether two keys are equal, only the caller knows. Slots hold
// no pointers, and can be moved to a larger table without a look at the keys.
#ifndef YN_RULES_SLOTS_H
#define YN_RULES_SLOTS_H

#include "base/hash.h"
#include "base/mem.h"

typedef struct yn_slot {
    uint32_t hash;
    uint32_t ref; /**< 0: the slot is free */
} yn_slot;

typedef struct yn_slots {
    yn_slot *slot; /**< a power of two of them, or NULL */
    size_t mask;
    size_t count;
} yn_slots;

/** Where a key belongs: its text and the number of what it belongs to. */
static inline uint32_t yn_slots_hash(yonder_text key, uint32_t owner)
{
    return (uint32_t)(yn_hash(key, owner) >> 32);
}

/** Makes room for `more` further entries. False when memory is out, the table as it was. */
bool yn_slots_reserve(yn_slots *s, size_t more, const yonder_mem *mem);

/** Adds an entry; the room was reserved. */
void yn_slots_insert(yn_slots *s, uint32_t hash, uint32_t ref);

/**
 * The next slot with this hash, or NULL after the last. `*at` starts as the hash itself:
 *
 *     size_t at = hash;
 *     for (yn_slot *s; (s = yn_slots_next(table, hash, &at));)
 *         if (the key of s->ref is the one) …
 */
static inline yn_slot *yn_slots_next(const yn_slots *s, uint32_t hash, size_t *at)
{
    if (!s->slot)
        return NULL;
    for (;;) {
        yn_slot *slot = &s->slot[*at & s->mask];
        if (!slot->ref)
            return NULL;
        ++*at;
        if (slot->hash == hash)
            return slot;
    }
}

#endif
