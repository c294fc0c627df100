// SPDX-License-Identifier: MIT
// Whether what came out of a plan is a rule: configurations hold what no rule can be, and who reads
// them does not know everything that makes one.
#ifndef YN_DIALECTS_PLAN_CHECK_H
#define YN_DIALECTS_PLAN_CHECK_H

#include "dialects/plan.h"

/** True if `draft` is good in a section of `hosts` (empty: outside). Otherwise why not goes to
 *  plan->scratch. */
bool yn_plan_is_rule(yn_plan *plan, const yn_draft *draft, yonder_text hosts);

/** Likewise a host of a section. */
bool yn_plan_is_host(yn_plan *plan, yonder_text host);

#endif
