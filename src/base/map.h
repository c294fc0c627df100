// SPDX-License-Identifier: MIT
// A hash map from text to a 32-bit number, for building things. Keys are views: their owner, most
// often an arena, must outlive the map.
#ifndef YN_BASE_MAP_H
#define YN_BASE_MAP_H

#include "base/mem.h"

typedef struct yn_map_slot {
    const char *key;
    uint32_t key_len;
    uint32_t value;
} yn_map_slot;

typedef struct yn_map {
    yn_map_slot *slots; /**< a power of two of them; key NULL is free */
    size_t slot_count;
    size_t count;
    const yonder_mem *mem;
} yn_map;

yn_map yn_map_make(const yonder_mem *mem);
void yn_map_free(yn_map *m);

/** The value of `key`, or NULL. Good until the next insertion. */
uint32_t *yn_map_find(const yn_map *m, yonder_text key);

/**
 * The value of `key`, which is added with `value` if it was not there; `*added` tells which.
 * NULL when memory is out, and the map as it was. Keys are shorter than 2^32 bytes.
 */
uint32_t *yn_map_add(yn_map *m, yonder_text key, uint32_t value, bool *added);

/** Takes `key` out; false if it is not there. The key's bytes are then the owner's alone. */
bool yn_map_remove(yn_map *m, yonder_text key);

#endif
