// SPDX-License-Identifier: MIT
// What leads from one version of a directory's list to another:
//
//   yonder list delta 1
//   from 11 0123…                     the number, and yn_preload_items_digest() of its entries
//   to 12 4567…
//   -gone.example                     then lines by name: it is no longer there,
//   +new.example bulk-1-year 1        or it is there now, or with another policy or, 1 or 0,
//                                     with or without subdomains
//
// Every line ends with LF. There is one such text for two versions and no other: what could be
// written shorter, or in another order, is refused.
#ifndef YN_LISTS_PRELOAD_DELTA_H
#define YN_LISTS_PRELOAD_DELTA_H

#include "base/buf.h"
#include "lists/preload_item.h"

typedef struct yn_preload_change {
    yn_preload_item item; /**< of what is gone only the name is set */
    bool gone;
} yn_preload_change;

typedef struct yn_preload_edge {
    int64_t version; /**< from 1 */
    char digest[YN_SEAL_DIGEST];
} yn_preload_edge;

typedef struct yn_preload_delta {
    yn_preload_edge from, to;
    yn_preload_change *changes; /**< sorted by name, each once */
    size_t count;
} yn_preload_delta;

/** Writes what leads from `before`, which is version `from`, to `after`; both are good.
 *  @return YONDER_OK, YONDER_NO_MEMORY, or the error of `out` */
int yn_preload_delta_write(int64_t from, yn_preload_items before, int64_t to,
                           yn_preload_items after, yn_buf *out);

/** Reads such a text; names and policies are views of it, the array is in the arena.
 *  @return YONDER_OK; YONDER_INVALID_ARGUMENT or YONDER_NO_MEMORY with `*problem` set */
int yn_preload_delta_read(yn_preload_delta *out, yonder_text text, yn_arena *arena,
                          yn_list_problem *problem);

/**
 * Applies it to `before`; what comes of it is views of both, in an array in the arena.
 *
 * @return YONDER_OK; YONDER_INVALID_ARGUMENT with `*problem` set where it does not fit: `before` or
 * what comes of it has another digest, a name is gone that is not there, or there that would be
 * added; YONDER_NO_MEMORY
 */
int yn_preload_delta_apply(const yn_preload_delta *delta, yn_preload_items before, yn_arena *arena,
                           yn_preload_items *out, yn_list_problem *problem);

#endif
