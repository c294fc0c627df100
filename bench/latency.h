// SPDX-License-Identifier: MIT
// How long answers took: a histogram with 64 classes for each doubling of the time, so that no
// quantile is off by more than 1.6 %.
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <stdint.h>

enum {
    latency_steps = 64,
    latency_octaves = 30
};

typedef struct latency {
    uint64_t count;
    uint64_t most; /**< ns */
    uint64_t classes[latency_octaves][latency_steps];
} latency;

static inline void latency_add(latency *l, uint64_t ns)
{
    // Below 2^6 ns the octave is 0 and the step the time itself.
    unsigned octave = ns < latency_steps ? 0 : 58 - (unsigned)__builtin_clzll(ns);
    uint64_t step = octave ? (ns >> (octave - 1)) - latency_steps : ns;
    if (octave >= latency_octaves) {
        octave = latency_octaves - 1;
        step = latency_steps - 1;
    }
    l->classes[octave][step]++;
    l->count++;
    if (ns > l->most)
        l->most = ns;
}

/** The time that `share` of the answers did not exceed: the upper end of its class, in ns. */
static inline uint64_t latency_quantile(const latency *l, double share)
{
    uint64_t seen = 0;
    double wanted = share * (double)l->count;
    for (unsigned octave = 0; octave < latency_octaves; octave++)
        for (uint64_t step = 0; step < latency_steps; step++)
            if ((seen += l->classes[octave][step]) && (double)seen >= wanted)
                return octave ? (latency_steps + step + 1) << (octave - 1) : step + 1;
    return l->most;
}

#endif
