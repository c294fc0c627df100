// SPDX-License-Identifier: MIT
// What the parts of flattening share.
#ifndef YN_PROOF_FLATTENER_H
#define YN_PROOF_FLATTENER_H

#include "proof/flatten.h"
#include "proof/prover.h"

typedef struct yn_flattener {
    yn_prover p;
    yn_proof unused; /**< the prover's */
    yn_flat *out;
    const uint32_t *except;
    size_t except_count;
    const char *reason; /**< why the chain of the present rule stays; NULL: there is none, or it
                             goes */
    uint32_t reason_order;
} yn_flattener;

void yn_flat_stay(yn_flattener *f, const char *reason, uint32_t order);

/** Adds a line for `view`, which is its rule changed, or a new one that goes before it. False: it
 * is too long, and the chain stays. */
bool yn_flat_put(yn_flattener *f, const yn_view *view, size_t saved, bool is_new);

/** Whether the rule answers requests of its own at a host; f->p.walk is then one of them. */
bool yn_flat_walk_rule(yn_flattener *f, const yn_view *rule, const yn_context *context);

/** Finds the host of what follows a rule whose TO is a path, or a URL. False: nothing that the set
 *  is served for. */
bool yn_flat_land(yn_flattener *f, const yn_view *rule, const yn_symbol *start, yn_symbol *next,
                  const yn_branch *branch);
bool yn_flat_find_host(yn_flattener *f, yn_symbol *next, const yn_branch *branch);

bool yn_flat_captures_host(const yn_view *rule);

/** Takes out of a rule what goes on to others: a new line before it for each (flat_split.c). */
void yn_flat_split(yn_flattener *f, const yn_view *rule);

/** Whether no rule but `next`, which is for the request, may answer it. */
bool yn_flat_is_first(yn_flattener *f, const yn_symbol *request, const yn_branch *branch,
                      const yn_view *next);

/** Whether `next` leads from http to https, which stays a hop of its own. */
bool yn_flat_upgrades(const yn_symbol *request, const yn_context *context, const yn_view *next);

/** Takes the chain of a regular expression together whose group goes on as a splat (flat_group.c).
 */
void yn_flat_group(yn_flattener *f, const yn_view *rule);

#endif
