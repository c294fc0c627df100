// SPDX-License-Identifier: MIT
// The requests one rule is for, as few of them as stand for all: one for each number of segments
// its splat can stand for, or for each way its regular expression looks like matching.
#ifndef YN_PROOF_SEED_H
#define YN_PROOF_SEED_H

#include "proof/sample.h"
#include "proof/symbol.h"

enum {
    YN_SEED_RUNS = 14, /**< a splat stands for 0 to 12 segments, and for none in two ways: "/a" and
                            "/a/" */
};

typedef struct yn_seed {
    yn_symbol start; /**< without scheme and host */
    yn_branch branch;
    yn_term groups[YN_SAMPLE_GROUPS];
    size_t group_count; /**< 0: the rule is no regular expression */
} yn_seed;

/** How many seeds the rule has. Of a regular expression: 0 if it is not understood. */
size_t yn_seed_count(const yn_view *rule, yn_workshop *w);

/** The n-th seed; the most ordinary ones first. False if there is none of this number, or memory is
 *  out. */
bool yn_seed_make(yn_seed *out, const yn_view *rule, size_t n, yn_workshop *w);

/** The number of the seed in which the splat stands for `run` segments, or YN_RUN_SLASH. */
size_t yn_seed_of_run(int run);

/** Other values for the variables that are free; `flavour` from 1 on. False: there are no more. */
bool yn_seed_flavour(yn_seed *seed, unsigned flavour);

/** Whether the groups of a regular expression can be what the branch makes of them, each for
 * itself. True where it can't be told. */
bool yn_seed_is_possible(const yn_view *regex, const yn_seed *seed, const yn_branch *branch,
                         yn_workshop *w);

/** A regular expression as a rule whose FROM is a path it is likely to match, with a splat where it
 *  does not say how the path begins or ends: for yn_symbol_meets(). */
bool yn_seed_as_pattern(yn_view *out, const yn_view *regex, size_t n, yn_workshop *w);

#endif
