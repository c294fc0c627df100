// SPDX-License-Identifier: MIT
// Chains made one hop: for each rule that begins one, the line that leads to its end at once.
#ifndef YN_PROOF_FLATTEN_H
#define YN_PROOF_FLATTEN_H

#include "proof/proof.h"

typedef struct yn_flat_line {
    yn_proof_line line;
    yonder_text text; /**< the rule as it is to be */
    unsigned saved;   /**< hops */
    bool is_new;      /**< it goes before the line, which stays; several do in their order */
} yn_flat_line;

typedef struct yn_flat {
    yn_arena arena;
    yn_buf changed; /**< yn_flat_line, in file order; new ones before what a line becomes itself */
    yn_buf left;    /**< yn_proof_undecided: chains that stay, and why */
} yn_flat;

/**
 * A chain is taken together where the second rule is for all that the first one leads to, and
 * nothing but the URL decides what it answers. The stricter status wins: temporary over permanent;
 * a chain keeps method and body if every hop does. A redirect from http to https on the same host
 * stays a hop of its own.
 *
 * Where a chain is one for some of a rule's requests only, they get a line of their own before it.
 * What comes out may have chains again that can be taken together.
 *
 * @param except  orders of rules that are to stay, sorted
 * @return as yn_prove()
 */
int yn_flatten(yn_flat *out, const yonder_rules *set, const yn_proof_options *options,
               const uint32_t *except, size_t except_count);
void yn_flat_free(yn_flat *flat);

/**
 * Puts to both sets requests for every rule, and `random` others made of pieces of the rules, and
 * appends to `differ` (of uint32_t) the orders, in the set before, of the rules that lead to
 * another end. The set after has the same lines, and new ones among them.
 *
 * @return as yn_prove(); `*asked` is the number of requests
 */
int yn_flat_compare(yn_buf *differ, size_t *asked, const yonder_rules *before,
                    const yonder_rules *after, size_t random, const yn_proof_options *options);

static inline const yn_flat_line *yn_flat_changed(const yn_flat *flat, size_t n)
{
    return n < flat->changed.len / sizeof(yn_flat_line)
               ? (const yn_flat_line *)(const void *)flat->changed.ptr + n
               : NULL;
}

static inline const yn_proof_undecided *yn_flat_left(const yn_flat *flat, size_t n)
{
    return n < flat->left.len / sizeof(yn_proof_undecided)
               ? (const yn_proof_undecided *)(const void *)flat->left.ptr + n
               : NULL;
}

#endif
