// SPDX-License-Identifier: MIT
// The open-addressing table under every index of a rule set: 32 bits of hash and a 32-bit reference
// a slot. What a reference means, and whether two keys are equal, only the caller knows. Slots hold
// no pointers, and can be moved to a larger table without a look at the keys.
//
// A key belongs at hash / 2^32 of the table's length, so that a table can have any length and be as
// full as is wanted.
#ifndef YN_RULES_SLOTS_H
#define YN_RULES_SLOTS_H

#include "base/hash.h"
#include "base/mem.h"

typedef struct yn_slot {
    uint32_t hash;
    uint32_t ref; /**< 0: the slot is free */
} yn_slot;

/** A table that grows. */
typedef struct yn_slots {
    yn_slot *slot; /**< or NULL */
    size_t size;
    size_t count;
} yn_slots;

/** Where a key belongs: its text and the number of what it belongs to. */
static inline uint32_t yn_slots_hash(yonder_text key, uint32_t owner)
{
    return (uint32_t)(yn_hash(key, owner) >> 32);
}

static inline size_t yn_slots_home(uint32_t hash, size_t size)
{
    return (size_t)((uint64_t)hash * size >> 32);
}

/** How long a table for `count` entries is: four of five slots are taken, and one is always free.
 */
static inline size_t yn_slots_size_for(size_t count)
{
    return count ? count + count / 4 + 1 : 0;
}

/** Makes room for `more` further entries. False when memory is out, the table as it was. */
bool yn_slots_reserve(yn_slots *s, size_t more, const yonder_mem *mem);

/** Adds an entry; the room was reserved. */
void yn_slots_insert(yn_slots *s, uint32_t hash, uint32_t ref);

/** Writes the entries of `s` to `out`, a zeroed table of yn_slots_size_for(s->count) slots. */
void yn_slots_pack(yn_slot *out, const yn_slots *s);

typedef struct yn_probe {
    size_t at;
    size_t left; /**< slots not looked at yet: a damaged table may have no free one */
} yn_probe;

static inline yn_probe yn_slots_probe(uint32_t hash, size_t size)
{
    return (yn_probe){yn_slots_home(hash, size), size};
}

/**
 * The next slot with this hash, or NULL after the last:
 *
 *     yn_probe probe = yn_slots_probe(hash, size);
 *     for (const yn_slot *s; (s = yn_slots_next(table, size, hash, &probe));)
 *         if (the key of s->ref is the one) …
 */
static inline const yn_slot *yn_slots_next(const yn_slot *table, size_t size, uint32_t hash,
                                           yn_probe *probe)
{
    while (probe->left) {
        const yn_slot *slot = &table[probe->at];
        if (!slot->ref)
            return NULL;
        if (++probe->at == size)
            probe->at = 0;
        probe->left--;
        if (slot->hash == hash)
            return slot;
    }
    return NULL;
}

#endif
