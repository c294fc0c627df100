// SPDX-License-Identifier: MIT
// Names that the operator enters into the list, from another list or by hand: all of them in one
// transaction, and those that are not entered with the reason why.
#ifndef YN_CLI_DIRECTORY_ENTER_H
#define YN_CLI_DIRECTORY_ENTER_H

#include "cli/directory_verbs.h"
#include "cli/preload_listing.h"

/** X(name, why): why a name is left out. */
#define YN_ENTER_SKIPS(X)                                                                          \
    X(YN_ENTER_NO_HTTPS, "no force-https")                                                         \
    X(YN_ENTER_LEAVING, "its removal is under way")                                                \
    X(YN_ENTER_BARRED, "barred by the operator: allow it first")

typedef enum yn_enter_skip {
#define YN_ENTER_ENUM(name, why) name,
    YN_ENTER_SKIPS(YN_ENTER_ENUM)
#undef YN_ENTER_ENUM
    YN_ENTER_SKIP_COUNT
} yn_enter_skip;

enum {
    YN_ENTER_NAMED = 20, /**< of those that are left out, so many of each kind are named */
};

typedef struct yn_enter {
    yn_store *store;
    yn_arena arena;
    yonder_text reason, policy; /**< the policy of entries that come without */
    int64_t at;
    yn_store_event *events;
    size_t count, same;
    struct {
        size_t count;
        yonder_text names[YN_ENTER_NAMED];
    } skips[YN_ENTER_SKIP_COUNT];
} yn_enter;

/** Enters them, and says what came of it. `reason` holds where the options have none. With `json`
 *  an object: "imported", "unchanged", "leaving", "skipped" and "skips". `*skipped` is how many
 *  were left out. @return an exit code */
int yn_directory_enter(const yn_directory_options *options, const yn_directory_opened *opened,
                       const yn_listed *entries, size_t count, yonder_text reason, size_t *skipped);

#endif
