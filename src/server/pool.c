// SPDX-License-Identifier: MIT
#include "server/pool.h"

#include <assert.h>
#include <stdlib.h>

struct yn_pool_free {
    struct yn_pool_free *next;
};

static_assert(sizeof(yn_chunk) == YN_CHUNK_SIZE, "a chunk is one block of its pool");

yn_pool yn_pool_make(size_t size, size_t keep)
{
    assert(size >= sizeof(struct yn_pool_free));
#ifdef __SANITIZE_ADDRESS__
    keep = 0; // every block comes and goes by malloc and free, so that misuse shows
#endif
    return (yn_pool){.size = size, .keep = keep};
}

void yn_pool_free(yn_pool *pool)
{
    while (pool->first) {
        struct yn_pool_free *next = pool->first->next;
        free(pool->first);
        pool->first = next;
    }
    pool->kept = 0;
}

void *yn_pool_take(yn_pool *pool)
{
    struct yn_pool_free *block = pool->first;
    if (!block)
        return malloc(pool->size);
    pool->first = block->next;
    pool->kept--;
    return block;
}

void yn_pool_give(yn_pool *pool, void *block)
{
    if (pool->kept == pool->keep) {
        free(block);
        return;
    }
    struct yn_pool_free *head = block;
    head->next = pool->first;
    pool->first = head;
    pool->kept++;
}

size_t yn_chain_length(const yn_chunk *chain)
{
    size_t len = 0;
    for (; chain; chain = chain->next)
        len += chain->len;
    return len;
}

bool yn_chain_put(yn_chunk **chain, yonder_text bytes, yn_pool *chunks)
{
    yn_chunk **end = chain;
    while (*end && (*end)->next)
        end = &(*end)->next;
    while (bytes.len) {
        if (*end && (*end)->at + (*end)->len == sizeof(*end)->bytes)
            end = &(*end)->next;
        if (!*end) {
            *end = yn_pool_take(chunks);
            if (!*end)
                return false;
            (*end)->next = NULL;
            (*end)->at = (*end)->len = 0;
        }
        yn_chunk *last = *end;
        size_t room = sizeof last->bytes - last->at - last->len;
        size_t n = bytes.len < room ? bytes.len : room;
        memcpy(last->bytes + last->at + last->len, bytes.ptr, n);
        last->len += (uint32_t)n;
        bytes = (yonder_text){bytes.ptr + n, bytes.len - n};
    }
    return true;
}

size_t yn_chain_take(yn_chunk **chain, char *to, yn_pool *chunks)
{
    size_t len = 0;
    for (const yn_chunk *c = *chain; c; c = c->next) {
        memcpy(to + len, c->bytes + c->at, c->len);
        len += c->len;
    }
    yn_chain_drop(chain, SIZE_MAX, chunks);
    return len;
}

size_t yn_chain_peek(const yn_chunk *chain, char *to, size_t max)
{
    size_t len = 0;
    for (; chain && len < max; chain = chain->next) {
        size_t n = chain->len < max - len ? chain->len : max - len;
        memcpy(to + len, chain->bytes + chain->at, n);
        len += n;
    }
    return len;
}

void yn_chain_drop(yn_chunk **chain, size_t len, yn_pool *chunks)
{
    while (*chain && len >= (*chain)->len) {
        yn_chunk *first = *chain;
        len -= first->len;
        *chain = first->next;
        yn_pool_give(chunks, first);
    }
    if (*chain) {
        (*chain)->at += (uint32_t)len;
        (*chain)->len -= (uint32_t)len;
    }
}
