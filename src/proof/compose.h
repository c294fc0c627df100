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

/** The status of two hops in one. */
int yn_compose_status(int first, int second);

#endif
