// SPDX-License-Identifier: MIT
// Whether two rules, of one set or of two, are for the same requests but for their conditions.
#ifndef YN_RULES_SAME_H
#define YN_RULES_SAME_H

#include "rules/set.h"

/** Whether they have the same FROM and pairs, in sections of the same hosts. */
bool yn_same_from(const yonder_rules *a_set, const yn_rule *a, const yonder_rules *b_set,
                  const yn_rule *b);

#endif
