// SPDX-License-Identifier: MIT
// Memory one worker takes and gives back all the time: blocks of one size, kept for the next taker;
// and chains of such blocks, which hold what a connection could not finish in one turn.
#ifndef YN_SERVER_POOL_H
#define YN_SERVER_POOL_H

#include <yonder/base.h>

typedef struct yn_pool {
    size_t size; /**< of a block */
    size_t keep; /**< at most so many free blocks are kept */
    size_t kept;
    struct yn_pool_free *first;
} yn_pool;

yn_pool yn_pool_make(size_t size, size_t keep);
void yn_pool_free(yn_pool *pool);
/** A block, or NULL when memory is out. Its content is undefined. */
void *yn_pool_take(yn_pool *pool);
void yn_pool_give(yn_pool *pool, void *block);

enum {
    YN_CHUNK_SIZE = 2048
};

typedef struct yn_chunk {
    struct yn_chunk *next;
    uint32_t at, len; /**< the bytes that count: bytes[at] and the `len` from there */
    char bytes[YN_CHUNK_SIZE - 16];
} yn_chunk;

/* A chain is a pointer to its first chunk; NULL is the empty chain. `chunks` is a pool of them. */

size_t yn_chain_length(const yn_chunk *chain);
/** Appends a copy of `bytes`; false when memory is out, with a part appended. */
bool yn_chain_put(yn_chunk **chain, yonder_text bytes, yn_pool *chunks);
/** Copies everything to `to`, gives the chunks back and returns the length. */
size_t yn_chain_take(yn_chunk **chain, char *to, yn_pool *chunks);
/** Copies at most `max` bytes from the front to `to`, and returns how many. */
size_t yn_chain_peek(const yn_chunk *chain, char *to, size_t max);
/** Drops `len` bytes from the front; SIZE_MAX for all. */
void yn_chain_drop(yn_chunk **chain, size_t len, yn_pool *chunks);

#endif
