// SPDX-License-Identifier: MIT
// What the programs that measure the library share. Each prints lines "VALUE UNIT NAME".
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    bench_rounds = 7
};

static inline double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** The median time of a call of `work`, in seconds, over bench_rounds calls. */
static inline double bench_time(void (*work)(void *context), void *context)
{
    double took[bench_rounds];
    for (int i = 0; i < bench_rounds; i++) {
        double begin = bench_now();
        work(context);
        took[i] = bench_now() - begin;
    }
    qsort(took, bench_rounds, sizeof *took, bench_compare);
    return took[bench_rounds / 2];
}

/** Keeps the compiler from leaving out the work whose result this is. */
static inline void bench_keep(const void *p)
{
    __asm__ volatile("" : : "r"(p) : "memory");
}

/** Lets all work before it end before any after it begins. Without it the processor fetches what
 *  the next look-up needs during the present one, and a loop shows a cost no server ever sees. */
static inline void bench_barrier(void)
{
#if defined(__x86_64__)
    __asm__ volatile("lfence" : : : "memory");
#elif defined(__aarch64__)
    __asm__ volatile("dsb sy; isb" : : : "memory");
#else
    __sync_synchronize();
#endif
}

static inline void bench_print(double value, const char *unit, const char *name)
{
    printf("%.3f %s %s\n", value, unit, name);
}

#endif
