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

/** Processor time of this program, in seconds: what else runs on the machine does not count, but
 * for the caches it takes. */
static inline double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** What is measured; `seconds` becomes the median time of a call. */
typedef struct bench_job {
    void (*work)(void *context);
    void *context;
    double seconds;
} bench_job;

enum {
    bench_jobs_max = 4
};

/** Measures jobs side by side, over bench_rounds calls of each: they take turns, so that what
 *  drifts, drifts for all. */
static inline void bench_times(bench_job *jobs, int count)
{
    double took[bench_jobs_max][bench_rounds];
    for (int i = 0; i < bench_rounds; i++) {
        for (int j = 0; j < count; j++) {
            double begin = bench_now();
            jobs[j].work(jobs[j].context);
            took[j][i] = bench_now() - begin;
        }
    }
    for (int j = 0; j < count; j++) {
        qsort(took[j], bench_rounds, sizeof **took, bench_compare);
        jobs[j].seconds = took[j][bench_rounds / 2];
    }
}

/** The median time of a call of `work`, in seconds, over bench_rounds calls. */
static inline double bench_time(void (*work)(void *context), void *context)
{
    bench_job job = {work, context, 0};
    bench_times(&job, 1);
    return job.seconds;
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
