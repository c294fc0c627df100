// SPDX-License-Identifier: MIT
// How often each line and each host of a rule set was answered by, and when last. Belongs to the
// set: what counts is carried over to the set that takes its place.
//
// A worker has eight bytes for each line and host, which are touched only where it counts; so
// memory is bounded by the set's own size, and no worker writes where another does.
#ifndef YN_SERVER_HITS_H
#define YN_SERVER_HITS_H

#include <yonder/rules.h>

#include "server/count.h"

/** One worker's. */
typedef struct yn_hit {
    _Atomic uint32_t count; /**< what overflows goes to `before` */
    _Atomic uint32_t last;  /**< seconds since 1970; 0: never */
} yn_hit;

typedef struct yn_hit_sum {
    uint64_t count;
    int64_t last; /**< seconds since 1970; 0: never */
} yn_hit_sum;

typedef struct yn_hits {
    size_t places; /**< lines come first, hosts after them */
    size_t sites;
    size_t worker_count;
    yn_hit **own;           /**< one array a worker */
    yn_hit_sum *carry;      /**< from sets that were live before; or NULL */
    _Atomic uint64_t *over; /**< of each line and host: in units of 2^32 */
} yn_hits;

/** NULL when memory is out. */
yn_hits *yn_hits_make(const yonder_rules *rules, size_t worker_count);
void yn_hits_free(yn_hits *hits); /**< NULL is left alone */

/** In the thread of that worker. Has the place at hand soon, without waiting for it. */
static inline void yn_hits_expect(const yn_hits *hits, size_t worker, size_t at)
{
    __builtin_prefetch(&hits->own[worker][at], 1);
}

/** Likewise: one more. `at` is less than places + sites. */
static inline void yn_hits_add(yn_hits *hits, size_t worker, size_t at, uint32_t now)
{
    yn_hit *hit = &hits->own[worker][at];
    uint32_t count = atomic_load_explicit(&hit->count, memory_order_relaxed) + 1;
    if (count == 0)
        atomic_fetch_add_explicit(&hits->over[at], 1, memory_order_relaxed);
    atomic_store_explicit(&hit->count, count, memory_order_relaxed);
    if (atomic_load_explicit(&hit->last, memory_order_relaxed) != now)
        atomic_store_explicit(&hit->last, now, memory_order_relaxed);
}

/** Of a line, or, from `places` on, of a host. From any thread. */
yn_hit_sum yn_hits_sum(const yn_hits *hits, size_t at);

/**
 * Adds what `from` has counted to `to`, line by line: a rule is the same as before if its section's
 * hosts, its FROM and its conditions are, wherever it stands and wherever it leads; a line about a
 * site if its section's hosts and its word are. Of several that are the same, the first counts.
 * Nobody may be writing to `from` any more.
 *
 * @return false when memory is out, and some was not carried over
 */
bool yn_hits_carry(yn_hits *to, const yonder_rules *to_rules, const yn_hits *from,
                   const yonder_rules *from_rules);

#endif
