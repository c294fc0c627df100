// SPDX-License-Identifier: MIT
// Two targets made one: what a rule's TO becomes where the rule it leads to answers always.
#ifndef YN_PROOF_COMPOSE_H
#define YN_PROOF_COMPOSE_H

#include "rules/view.h"

/**
 * TO of `second` in terms of what `first` captures, as pieces in `out`, which is otherwise `first`.
 * `second` is for all that `first` leads to, and has no pairs.
 *
 * @return false where that has no form, or memory is out
 */
bool yn_compose(yn_view *out, const yn_view *first, const yn_view *second, yn_arena *arena);

typedef enum yn_special {
    YN_SPECIAL_NEVER,   /**< none of what `first` leads to is for `second` */
    YN_SPECIAL_UNKNOWN, /**< some may be, and no one FROM says which */
    YN_SPECIAL_ALL,     /**< all may be: `out` is `first` */
    YN_SPECIAL_PART,    /**< some are: `out` is `first` for those requests, and for no others */
} yn_special;

/** `first` for those of its requests it leads to `second` with, by its path alone. Neither is a
 *  regular expression. Without `plain` no text may take a placeholder's place (where case or
 *  slashes do not count). UNKNOWN also where memory is out. */
yn_special yn_compose_special(yn_view *out, const yn_view *first, const yn_view *second, bool plain,
                              yn_arena *arena);

/** The status of two hops in one. */
int yn_compose_status(int first, int second);

#endif
