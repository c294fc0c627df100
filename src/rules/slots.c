// SPDX-License-Identifier: MIT
#include "rules/slots.h"

void yn_slots_insert(yn_slots *s, uint32_t hash, uint32_t ref)
{
    size_t at = hash & s->mask;
    while (s->slot[at].ref)
        at = (at + 1) & s->mask;
    s->slot[at] = (yn_slot){hash, ref};
    s->count++;
}

bool yn_slots_reserve(yn_slots *s, size_t more, const yonder_mem *mem)
{
    size_t need = s->count + more, size = s->slot ? s->mask + 1 : 16;
    if (s->slot && need <= size / 3 * 2) // at most two thirds are taken, so that runs stay short
        return true;
    while (need > size / 3 * 2)
        size *= 2;
    yn_slots bigger = {.mask = size - 1};
    bigger.slot = yn_alloc(mem, size * sizeof *bigger.slot);
    if (!bigger.slot)
        return false;
    memset(bigger.slot, 0, size * sizeof *bigger.slot);
    for (size_t i = 0; s->slot && i <= s->mask; i++)
        if (s->slot[i].ref)
            yn_slots_insert(&bigger, s->slot[i].hash, s->slot[i].ref);
    yn_free(mem, s->slot);
    *s = bigger;
    return true;
}
