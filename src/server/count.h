// SPDX-License-Identifier: MIT
// Numbers that one thread writes and any other reads: no lock, no locked instruction.
#ifndef YN_SERVER_COUNT_H
#define YN_SERVER_COUNT_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t yn_count;

/** In the thread that writes it. */
static inline void yn_count_add(yn_count *count, uint64_t n)
{
    uint64_t now = atomic_load_explicit(count, memory_order_relaxed);
    atomic_store_explicit(count, now + n, memory_order_relaxed);
}

static inline uint64_t yn_count_read(const yn_count *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

#endif
