// SPDX-License-Identifier: MIT
// The two halves of an edition: what is to happen to whom (edition_plan.c), and the documents with
// their publication (edition.c).
#ifndef YN_DIRECTORY_EDITION_H
#define YN_DIRECTORY_EDITION_H

#include "directory/checks.h"
#include "directory/rounds.h"
#include "lists/preload_item.h"

/** An edition in the making. All in the arena. */
typedef struct yn_edition_plan {
    const yn_directory *directory;
    const yn_many_options *options;
    const atomic_bool *stop;
    yn_arena *arena;
    yn_directory_settings settings;
    yn_store_version newest;
    int64_t number; /**< that the version will have */
    int64_t now;
    yn_store_member *members; /**< pending, listed, and to be removed; in the order of names */
    size_t member_count;
    yn_checks_item *checks; /**< of those that are asked once more */
    size_t check_count;
    bool checked;           /**< which is done once, however often the rest is begun anew */
    yn_preload_items items; /**< what the version will have */
    yn_edition *out;
} yn_edition_plan;

/** Reads the members, checks whom it has to, and fills in `items` and the events of `out`. To be
 *  called again where the store was changed meanwhile. @return as yn_edition_make() */
int yn_edition_decide(yn_edition_plan *plan);

#endif
