// SPDX-License-Identifier: MIT
// Rules of a compiled set, built into another one.
#ifndef YN_RULES_MERGE_H
#define YN_RULES_MERGE_H

#include "base/arena.h"
#include "rules/build.h"
#include "rules/view.h"

/** What copying a rule needs; freed by yn_copying_free(). */
typedef struct yn_copying {
    yn_builder *builder;
    yn_buf text, hosts;
    yn_arena arena;
} yn_copying;

yn_copying yn_copying_make(yn_builder *builder, const yonder_mem *mem);
void yn_copying_free(yn_copying *c);

/** What comes is for the requests that scope `scope` of `owner` is for, URLs apart. */
int yn_copy_section(yn_copying *c, const yonder_rules *owner, uint32_t scope);

/** Adds `rule` of `owner` at the place in file order it has there, in a section of the same hosts.
 */
int yn_copy_rule(yn_copying *c, const yonder_rules *owner, const yn_rule *rule);

#endif
