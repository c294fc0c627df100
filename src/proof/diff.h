// SPDX-License-Identifier: MIT
// What changes when one rule set takes the place of another: requests that are answered
// differently, one for each two lines that answer them.
#ifndef YN_PROOF_DIFF_H
#define YN_PROOF_DIFF_H

#include "proof/proof.h"

typedef struct yn_diff_answer {
    yonder_rules_cause cause; /**< YONDER_RULES_NONE: nothing answers */
    int status;
    yonder_text location, cache_control, hsts;
    yonder_text file;
    uint32_t line;
} yn_diff_answer;

typedef struct yn_diff_change {
    yn_witness witness;
    yn_diff_answer before, after;
} yn_diff_change;

typedef struct yn_diff {
    yn_arena arena;
    yn_buf changes; /**< yn_diff_change, by the lines of the set before, then of the one after */
    size_t asked;   /**< requests that were put to both */
} yn_diff;

/** Compares by requests for every rule of both, and, where two patterns share requests, for those.
 *  @return as yn_prove() */
int yn_diff_sets(yn_diff *out, const yonder_rules *before, const yonder_rules *after,
                 const yn_proof_options *options);
void yn_diff_free(yn_diff *diff);

static inline const yn_diff_change *yn_diff_change_at(const yn_diff *diff, size_t n)
{
    return n < diff->changes.len / sizeof(yn_diff_change)
               ? (const yn_diff_change *)(const void *)diff->changes.ptr + n
               : NULL;
}

#endif
