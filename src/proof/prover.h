// SPDX-License-Identifier: MIT
// The proof at work: what its parts share, and what each of them does.
#ifndef YN_PROOF_PROVER_H
#define YN_PROOF_PROVER_H

#include "proof/candidates.h"
#include "proof/client.h"
#include "proof/proof.h"

typedef struct yn_prover {
    yn_proof *out;
    const yn_proof_options *options;
    yn_model model;
    yn_candidates candidates;
    yn_asker asker;
    yn_client_side nobody; /**< a client that brings nothing but a URL */
    yn_arena arena;        /**< of what is thought about one rule */
    yn_workshop shop;
    yn_proof_walk walk; /**< the last one */
    yn_links told;      /**< loops and chains that were told */
    uint32_t *memo;     /**< of plain rules, by order: see plain.c */
    yn_buf stack;       /**< plain.c's */
    yn_buf text;        /**< for composing */
    size_t unfit;       /**< explore.c: rules laid beside requests in vain */
    bool failed;        /**< memory is out */
} yn_prover;

/** Gets all ready for `set`. `*out` is made, too, and is the caller's to free, whatever happens.
 *  @return as yn_prove() */
int yn_prover_open(yn_prover *p, yn_proof *out, const yonder_rules *set,
                   const yn_proof_options *options);
void yn_prover_close(yn_prover *p);

/* ---- telling (tell.c) ------------------------------------------------------------------------ */

/** Adds a finding about the lines `orders`. `place` NULL: no witness. `client` NULL: nobody. */
void yn_tell(yn_prover *p, yn_proof_code code, const uint32_t *orders, size_t count,
             const yn_place_at *place, const yn_client_side *client, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
void yn_tell_undecided(yn_prover *p, uint32_t order, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Tells what is to be told of p->walk: a loop, a chain, or nothing. Loops are told once, chains
 * once for each two rules they begin with. True if there was one of them. */
bool yn_tell_walk(yn_prover *p, const yn_client_side *client);

/** Whether some request was answered by the first rule and then by the second. */
bool yn_was_seen(const yn_prover *p, uint32_t first, uint32_t second);

/** Whether a walk of p->walk from `place` was made. */
bool yn_prover_walk(yn_prover *p, const yn_place_at *place, const yn_client_side *client);

/** Forgets what was thought about the rule before. */
void yn_prover_next(yn_prover *p);

yn_proof_line yn_prover_line(const yn_prover *p, uint32_t order);

/** The view of any rule; lies in the set, the model or p->arena. NULL when memory is out. */
const yn_view *yn_prover_view(yn_prover *p, uint32_t order);

/* ---- parts ----------------------------------------------------------------------------------- */

/** Follows every plain rule (plain.c). */
void yn_prove_plain(yn_prover *p);

/** Looks for loops and chains that begin with this rule (explore.c). */
void yn_prove_symbolic(yn_prover *p, const yn_view *rule);

/** Whether the rule can fire, and why not (dead.c). */
void yn_prove_alive(yn_prover *p, const yn_view *rule);

/** What is wrong with the rule itself (local.c). */
void yn_prove_local(yn_prover *p, const yn_view *rule);

/** What is wrong with site lines (local.c). */
void yn_prove_sites(yn_prover *p);

#endif
