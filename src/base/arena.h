// SPDX-License-Identifier: MIT
// Many small allocations that all end together.
#ifndef YN_BASE_ARENA_H
#define YN_BASE_ARENA_H

#include "base/mem.h"

typedef struct yn_arena_block yn_arena_block;

typedef struct yn_arena {
    yn_arena_block *blocks;
    char *next;
    size_t left;
    size_t used; /**< bytes handed out in all */
    const yonder_mem *mem;
} yn_arena;

yn_arena yn_arena_make(const yonder_mem *mem);
/** Frees everything that was handed out. The arena can be used again. */
void yn_arena_free(yn_arena *a);

/** `size` bytes aligned for any type, or NULL when memory is out. */
void *yn_arena_alloc(yn_arena *a, size_t size);
/** A copy of `t` and a NUL after it; .ptr is NULL when memory is out. Unaligned and tight. */
yonder_text yn_arena_text(yn_arena *a, yonder_text t);

#endif
