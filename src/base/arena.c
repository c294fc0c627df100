// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include <stdalign.h>

struct yn_arena_block {
    yn_arena_block *previous;
    alignas(max_align_t) char bytes[];
};

enum {
    first_block = 4096,
    largest_block = 1 << 20
};

yn_arena yn_arena_make(const yonder_mem *mem)
{
    return (yn_arena){.mem = mem};
}

void yn_arena_free(yn_arena *a)
{
    while (a->blocks) {
        yn_arena_block *previous = a->blocks->previous;
        yn_free(a->mem, a->blocks);
        a->blocks = previous;
    }
    *a = yn_arena_make(a->mem);
}

static bool add_block(yn_arena *a, size_t at_least)
{
    // Blocks grow with use, so that a small arena stays small and a large one has few blocks.
    size_t size = a->used < first_block ? first_block : a->used;
    if (size > largest_block)
        size = largest_block;
    if (size < at_least)
        size = at_least;
    yn_arena_block *block = yn_alloc(a->mem, sizeof *block + size);
    if (!block)
        return false;
    block->previous = a->blocks;
    a->blocks = block;
    a->next = block->bytes;
    a->left = size;
    return true;
}

static void *take(yn_arena *a, size_t size, size_t align)
{
    size_t padding = -(uintptr_t)a->next & (align - 1);
    if (!a->blocks || size > a->left || padding > a->left - size) {
        if (size > SIZE_MAX / 2 || !add_block(a, size))
            return NULL;
        padding = 0; // a block's first byte suits any type
    }
    void *p = a->next + padding;
    a->next += padding + size;
    a->left -= padding + size;
    a->used += size;
    return p;
}

void *yn_arena_alloc(yn_arena *a, size_t size)
{
    return take(a, size, alignof(max_align_t));
}

yonder_text yn_arena_text(yn_arena *a, yonder_text t)
{
    char *copy = take(a, t.len + 1, 1);
    if (!copy)
        return (yonder_text){NULL, 0};
    if (t.len)
        memcpy(copy, t.ptr, t.len);
    copy[t.len] = '\0';
    return (yonder_text){copy, t.len};
}
