// SPDX-License-Identifier: MIT
// The URLs that are asked for most and that nothing answers, in a fixed amount of memory: the
// space-saving algorithm (Metwally, Agrawal, El Abbadi, 2005). Whatever was asked for more often
// than one in YN_MISSES_KEPT of all is among those kept; a count is too high by at most its
// `error`.
//
// One thread notes, others may take a copy. The one that notes never waits: what comes while a copy
// is taken, some microseconds, is left out.
#ifndef YN_SERVER_MISSES_H
#define YN_SERVER_MISSES_H

#include "server/count.h"

#include <yonder/base.h>

enum {
    YN_MISSES_KEPT = 512,
    YN_MISS_TEXT = 222, // bytes kept of a URL
    YN_MISSES_SLOTS = 1024,
};

/** A URL, without its query, which may be somebody's. */
typedef struct yn_miss {
    uint64_t count, error;
    uint64_t hash;
    uint32_t last;    /**< seconds since 1970 */
    uint16_t in_heap; /**< where the heap has it */
    uint8_t https;
    uint8_t cut;      /**< the URL was longer */
    uint8_t host_len; /**< of `text`: the host, then the path */
    uint8_t text_len;
    char text[YN_MISS_TEXT]; /**< printable ASCII; what is not is percent-encoded */
} yn_miss;

typedef struct yn_misses {
    atomic_flag busy;
    size_t count;
    yn_miss kept[YN_MISSES_KEPT];
    uint16_t heap[YN_MISSES_KEPT];   // indexes of `kept`, the least count first
    uint16_t slots[YN_MISSES_SLOTS]; // index of `kept` plus one, by hash
} yn_misses;

/** One that is all zero is empty. `target` starts with a "/". */
void yn_misses_note(yn_misses *m, bool https, yonder_text host, yonder_text target, uint32_t now);

/** Copies what is kept, in no order, to `out`; returns how many. */
size_t yn_misses_copy(yn_misses *m, yn_miss out[YN_MISSES_KEPT]);

/** Makes one of those that are the same, and puts the largest first. Returns how many are left. */
size_t yn_misses_merge(yn_miss *all, size_t count);

#endif
