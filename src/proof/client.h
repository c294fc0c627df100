// SPDX-License-Identifier: MIT
// A client for which the conditions of rules hold: what a request has to bring so that they fire.
#ifndef YN_PROOF_CLIENT_H
#define YN_PROOF_CLIENT_H

#include "proof/visit.h"
#include "rules/view.h"

enum {
    YN_CLIENT_FIELDS = 16,
    YN_CLIENT_SHARES = 64, /**< clients to try where a condition is about a share of them */
};

typedef struct yn_client_made {
    yn_client_side side;
    yonder_field fields[YN_CLIENT_FIELDS];
    bool has_share; /**< another attempt may be luckier */
    bool has_conditions;
} yn_client_made;

/**
 * Makes one for all conditions of `count` rules. `attempt` chooses another client for shares. Texts
 * lie in `arena`.
 *
 * @return false where no client can meet them all, or none is known; or memory is out
 */
bool yn_client_make(yn_client_made *out, const yn_view *const *rules, size_t count, int64_t now,
                    unsigned attempt, yn_arena *arena);

/** One for which as many of these conditions do not hold as `variant` says: 0 breaks all that break
 *  by leaving something out, later ones other ways. False: there are no more ways. */
bool yn_client_break(yn_client_made *out, int64_t now, unsigned variant);

#endif
