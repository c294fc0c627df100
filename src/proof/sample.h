// SPDX-License-Identifier: MIT
// Texts a regular expression is likely to match, for trying it out. What comes out is a guess from
// the pattern's looks: whoever takes one holds it against the expression.
#ifndef YN_PROOF_SAMPLE_H
#define YN_PROOF_SAMPLE_H

#include "base/buf.h"

enum {
    YN_SAMPLE_GROUPS = 100,
    YN_SAMPLE_VARIANTS = 40, /**< at most; see yn_sample() */
    YN_SAMPLE_SEGMENTS = 6,  /**< what may be anything has so many of them, at most */
};

typedef struct yn_sample_group {
    size_t start, end; /**< of the text; both 0 where it took no part */
    bool is_set;
} yn_sample_group;

typedef struct yn_sample_text {
    yn_buf text;
    yn_sample_group groups[YN_SAMPLE_GROUPS];
} yn_sample_text;

/**
 * Writes a path for `pattern` into `out`, whose text is taken away first. Variants differ in which
 * alternatives they take, and in how often they repeat what may be repeated: 0 once, 1 as seldom as
 * it can be, 2 more than once, and what may be anything has slashes in it.
 *
 * @return how many variants are worth trying; 0 where the pattern is beyond what is understood
 */
size_t yn_sample(yn_sample_text *out, yonder_text pattern, size_t variant);

#endif
