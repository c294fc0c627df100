// SPDX-License-Identifier: MIT
#include "rules/slots.h"

static void place(yn_slot *table, size_t size, yn_slot entry)
{
    size_t at = yn_slots_home(entry.hash, size);
    while (table[at].ref)
        at = at + 1 < size ? at + 1 : 0;
    table[at] = entry;
}

void yn_slots_insert(yn_slots *s, uint32_t hash, uint32_t ref)
{
    place(s->slot, s->size, (yn_slot){hash, ref});
    s->count++;
}

void yn_slots_pack(yn_slot *out, const yn_slots *s)
{
    size_t size = yn_slots_size_for(s->count);
    for (size_t i = 0; i < s->size; i++)
        if (s->slot[i].ref)
            place(out, size, s->slot[i]);
}

bool yn_slots_reserve(yn_slots *s, size_t more, const yonder_mem *mem)
{
    size_t need = s->count + more, size = s->size ? s->size : 16;
    if (s->size && need <= s->size / 3 * 2) // at most two thirds are taken, so that runs stay short
        return true;
    while (need > size / 3 * 2)
        size *= 2;
    yn_slots bigger = {.size = size};
    bigger.slot = yn_alloc(mem, size * sizeof *bigger.slot);
    if (!bigger.slot)
        return false;
    memset(bigger.slot, 0, size * sizeof *bigger.slot);
    for (size_t i = 0; i < s->size; i++)
        if (s->slot[i].ref)
            yn_slots_insert(&bigger, s->slot[i].hash, s->slot[i].ref);
    yn_free(mem, s->slot);
    *s = bigger;
    return true;
}
