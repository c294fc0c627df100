// SPDX-License-Identifier: MIT
// Which rule the visitor of a missing URL may have meant: the one for the same path but for a slash
// at the end, or for upper and lower case.
#ifndef YN_SERVER_NEAR_H
#define YN_SERVER_NEAR_H

#include <yonder/rules.h>

#include "server/misses.h"

/** A path that a rule answers, for the same host and scheme. */
typedef struct yn_near {
    char path[YN_MISS_TEXT + 1];
    size_t path_len;  /**< 0: there is none */
    yonder_text file; /**< of the rule; lies in the set */
    uint32_t line;
} yn_near;

/** Fills in `out`, one for each of `misses`. Goes through all rules once. */
void yn_near_find(const yonder_rules *rules, const yn_miss *misses, size_t count, yn_near *out);

#endif
