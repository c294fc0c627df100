// SPDX-License-Identifier: MIT
// Configurations as trees: a directive is a name with words behind it, and may hold others.
#ifndef YN_DIALECTS_DIRECTIVE_H
#define YN_DIALECTS_DIRECTIVE_H

#include "dialects/plan.h"

typedef struct yn_directive {
    struct yn_directive *next, *first; /**< of a block: what stands in it */
    yonder_text *words;                /**< the name and what follows; at least one */
    size_t count;
    bool is_block;
    yonder_text file;
    uint32_t line;
} yn_directive;

#endif
