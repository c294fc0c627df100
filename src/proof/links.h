// SPDX-License-Identifier: MIT
// Lists by key: what was put under a 64-bit hash, in the order it was put. Keys are not kept: two
// texts of one hash share a list, so whoever takes from one looks again.
#ifndef YN_PROOF_LINKS_H
#define YN_PROOF_LINKS_H

#include "base/buf.h"

typedef struct yn_link_slot {
    uint64_t key;
    uint32_t first, last; /**< of the links, from 1; 0: the slot is free */
} yn_link_slot;

typedef struct yn_link {
    uint32_t value;
    uint32_t next; /**< or 0 */
} yn_link;

typedef struct yn_links {
    yn_link_slot *slots;
    size_t slot_count, used;
    yn_buf links; /**< yn_link */
    const yonder_mem *mem;
    bool failed; /**< memory was out */
} yn_links;

yn_links yn_links_make(const yonder_mem *mem);
void yn_links_free(yn_links *l);

/** Sees to it that there is a list, if only an empty one. */
void yn_links_open(yn_links *l, uint64_t key);
bool yn_links_has(const yn_links *l, uint64_t key);
void yn_links_put(yn_links *l, uint64_t key, uint32_t value);

/** The first link of a list, or NULL; and the one after it. */
const yn_link *yn_links_first(const yn_links *l, uint64_t key);
const yn_link *yn_links_next(const yn_links *l, const yn_link *link);

#endif
