// SPDX-License-Identifier: MIT
#include "server/memory.h"

#include <stdlib.h>
#include <sys/mman.h>

enum {
    page = 2 << 20,  // of the huge ones
    large = 4 << 20, // blocks from here on are mapped
    head = 64,       // before the block: its sizes
};

typedef struct block {
    char *map; // NULL: malloc's
    size_t map_size;
    size_t size;
} block;

static block *block_of(void *ptr)
{
    return (block *)(void *)((char *)ptr - head);
}

static size_t mapped_size(size_t size)
{
    return (size + head + page - 1) / page * page;
}

// Addresses from a multiple of the page on, or no huge page would fit at their start.
static char *map_aligned(size_t size, int protection)
{
    size_t whole = size + page;
    char *map = mmap(NULL, whole, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return NULL;
    size_t skipped = (size_t)(-(uintptr_t)map % page);
    if (skipped)
        munmap(map, skipped);
    munmap(map + skipped + size, page - skipped);
    return map + skipped;
}

static void *map_block(size_t size)
{
    size_t wanted = mapped_size(size);
    char *map = map_aligned(wanted, PROT_READ | PROT_WRITE);
    if (!map)
        return NULL;
    madvise(map, wanted, MADV_HUGEPAGE); // a wish
    *(block *)(void *)map = (block){map, wanted, size};
    return map + head;
}

// Its pages move; nothing is copied, and at no time is there twice the memory.
static void *move_block(block *b, size_t size)
{
    size_t wanted = mapped_size(size);
    char *place = map_aligned(wanted, PROT_NONE);
    char *map = place ? mremap(b->map, b->map_size, wanted, MREMAP_MAYMOVE | MREMAP_FIXED, place)
                      : MAP_FAILED;
    if (map == MAP_FAILED) {
        if (place)
            munmap(place, wanted);
        return NULL;
    }
    madvise(map, wanted, MADV_HUGEPAGE);
    *(block *)(void *)map = (block){map, wanted, size};
    return map + head;
}

static void *make(size_t size)
{
    if (size >= large)
        return map_block(size);
    block *b = size < SIZE_MAX - head ? malloc(size + head) : NULL;
    if (!b)
        return NULL;
    *b = (block){NULL, 0, size};
    return (char *)b + head;
}

static void drop(void *ptr)
{
    block *b = block_of(ptr);
    if (b->map)
        munmap(b->map, b->map_size);
    else
        free(b);
}

static void *resize(void *context, void *ptr, size_t size)
{
    (void)context;
    if (!ptr)
        return make(size);
    if (!size) {
        drop(ptr);
        return NULL;
    }
    block *b = block_of(ptr);
    if (b->map && size >= large && mapped_size(size) <= b->map_size) { // smaller, or not by a page
        size_t wanted = mapped_size(size);
        if (wanted < b->map_size)
            munmap(b->map + wanted, b->map_size - wanted);
        b->map_size = wanted;
        b->size = size;
        return ptr;
    }
    if (b->map && size >= large)
        return move_block(b, size);
    void *moved = make(size);
    if (!moved)
        return NULL;
    memcpy(moved, ptr, b->size < size ? b->size : size);
    drop(ptr);
    return moved;
}

const yonder_mem yn_server_memory = {resize, NULL};

void *yn_server_zeros(size_t size)
{
    void *ptr = make(size);
    if (ptr && !block_of(ptr)->map) // what is mapped is zero
        memset(ptr, 0, size);
    return ptr;
}

void yn_server_drop(void *ptr)
{
    if (ptr)
        drop(ptr);
}
