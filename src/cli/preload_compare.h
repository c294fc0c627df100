// SPDX-License-Identifier: MIT
// What is different between two preload lists.
#ifndef YN_CLI_PRELOAD_COMPARE_H
#define YN_CLI_PRELOAD_COMPARE_H

#include "cli/preload_listing.h"

/** An entry that is not the same in both; NULL where it is not. */
typedef struct yn_listing_change {
    const yn_listed *before, *after;
} yn_listing_change;

/** Views of the two listings. */
typedef struct yn_listing_changes {
    yn_listing_change *items; /**< by name; freed with free() */
    size_t count, added, removed, changed;
} yn_listing_changes;

/** An entry has changed if it asks for HTTPS, or includes subdomains with it, in one of them only,
 *  or if its policy is known of both and not the same. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_listing_compare(const yn_listing *before, const yn_listing *after, yn_listing_changes *out);

#endif
