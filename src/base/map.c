// SPDX-License-Identifier: MIT
#include "base/map.h"

#include "base/hash.h"
#include "base/text.h"

yn_map yn_map_make(const yonder_mem *mem)
{
    return (yn_map){.mem = mem};
}

void yn_map_free(yn_map *m)
{
    yn_free(m->mem, m->slots);
    *m = yn_map_make(m->mem);
}

static yn_map_slot *probe(const yn_map *m, yonder_text key)
{
    size_t mask = m->slot_count - 1;
    for (size_t i = yn_hash(key, 0) & mask;; i = (i + 1) & mask) {
        yn_map_slot *s = &m->slots[i];
        if (!s->key || yn_equal((yonder_text){s->key, s->key_len}, key))
            return s;
    }
}

uint32_t *yn_map_find(const yn_map *m, yonder_text key)
{
    if (!m->slot_count)
        return NULL;
    yn_map_slot *s = probe(m, key);
    return s->key ? &s->value : NULL;
}

static bool grow(yn_map *m)
{
    yn_map bigger = *m;
    bigger.slot_count = m->slot_count ? m->slot_count * 2 : 16;
    bigger.slots = yn_alloc(m->mem, bigger.slot_count * sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    memset(bigger.slots, 0, bigger.slot_count * sizeof *bigger.slots);
    for (size_t i = 0; i < m->slot_count; i++) {
        const yn_map_slot *s = &m->slots[i];
        if (s->key)
            *probe(&bigger, (yonder_text){s->key, s->key_len}) = *s;
    }
    yn_free(m->mem, m->slots);
    *m = bigger;
    return true;
}

uint32_t *yn_map_add(yn_map *m, yonder_text key, uint32_t value, bool *added)
{
    if (m->count * 4 >= m->slot_count * 3 && !grow(m))
        return NULL;
    yn_map_slot *s = probe(m, key);
    *added = !s->key;
    if (*added) {
        *s = (yn_map_slot){key.ptr ? key.ptr : "", (uint32_t)key.len, value};
        m->count++;
    }
    return &s->value;
}

bool yn_map_remove(yn_map *m, yonder_text key)
{
    if (!m->slot_count)
        return false;
    yn_map_slot *hole = probe(m, key);
    if (!hole->key)
        return false;
    // What was put behind the hole because its own place was taken moves up, so that no probe ends
    // at the hole before it has come to what it looks for.
    size_t mask = m->slot_count - 1;
    for (yn_map_slot *s = hole;;) {
        s = &m->slots[((size_t)(s - m->slots) + 1) & mask];
        if (!s->key)
            break;
        size_t home = yn_hash((yonder_text){s->key, s->key_len}, 0) & mask;
        size_t from_home = ((size_t)(s - m->slots) - home) & mask;
        if (from_home >= (size_t)((size_t)(s - hole) & mask)) {
            *hole = *s;
            hole = s;
        }
    }
    *hole = (yn_map_slot){0};
    m->count--;
    return true;
}
