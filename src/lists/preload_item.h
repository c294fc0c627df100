// SPDX-License-Identifier: MIT
// The entries of a list that a directory publishes: names that ask for HTTPS, each once, sorted by
// bytes, with a policy. In this canonical order lists are written, compared and told apart.
#ifndef YN_LISTS_PRELOAD_ITEM_H
#define YN_LISTS_PRELOAD_ITEM_H

#include "lists/preload_list.h"
#include "lists/seal.h"

enum {
    YN_PRELOAD_POLICY_MAX = 31, /**< bytes of a policy */
};

typedef struct yn_preload_item {
    yonder_text name;   /**< ASCII, lower case, without a dot at the end */
    yonder_text policy; /**< letters, digits, '-', '_' and '.': "bulk-1-year" */
    bool include_subdomains;
} yn_preload_item;

typedef struct yn_preload_items {
    yn_preload_item *items;
    size_t count;
} yn_preload_items;

/** By bytes: negative, 0, or positive. */
int yn_preload_item_order(yonder_text a, yonder_text b);

/** Whether name and policy are such as can be published. */
bool yn_preload_item_is_good(const yn_preload_item *item);

/** Whether they are all good, and sorted, each once. */
bool yn_preload_items_are_good(yn_preload_items items);

/**
 * The entries of a list that was read, sorted; views of the list, in an array in the arena.
 *
 * @return YONDER_OK; YONDER_INVALID_ARGUMENT with `*problem` set where an entry is none that a
 * directory publishes (no HTTPS, no policy, no name) or a name is there twice; YONDER_NO_MEMORY
 */
int yn_preload_items_of(const yn_preload_list *list, yn_arena *arena, yn_preload_items *out,
                        yn_list_problem *problem);

/** The SHA-256 of what they are, however it was written: of lines of name, policy, and 1 or 0 for
 *  subdomains, with a blank between them. @return false where memory is out */
bool yn_preload_items_digest(yn_preload_items items, char out[YN_SEAL_DIGEST]);

/** The image of good items; allocated, and the caller's to free with yn_free(NULL, …).
 *  @return as yonder_preload_build() */
int yn_preload_items_image(yn_preload_items items, yonder_text *image);

#endif
