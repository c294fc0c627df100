// SPDX-License-Identifier: MIT
// Matching that is watched: which rules came near, and why they did not fire.
#ifndef YN_RULES_MATCH_H
#define YN_RULES_MATCH_H

#include "rules/set.h"

typedef enum yn_verdict {
    YN_VERDICT_FIRES,     /**< it would, if none before it did */
    YN_VERDICT_CONDITION, /**< the condition of this number does not hold */
    YN_VERDICT_AUTHORITY, /**< what was captured cannot stand in the target's host */
    YN_VERDICT_PAIRS,     /**< a regular expression matches, but not the query */
} yn_verdict;

typedef struct yn_watch {
    /** Each rule whose FROM fits, in no particular order. `captures` are those of its target, in
     * the order of the rule's list. */
    void (*candidate)(void *context, const yonder_rules *owner, const yn_rule *rule,
                      yn_verdict verdict, size_t condition, const yonder_text *captures);
    void *context;
} yn_watch;

/** As yonder_rules_match(); with `watch` no rule is left out that could only lose. `*fired` is the
 *  rule that fires, or NULL, and lies in `*owner`. */
int yn_match(const yonder_rules *rules, const yonder_rules_request *request, char *scratch,
             size_t scratch_size, yonder_rules_answer *answer, const yn_watch *watch,
             const yonder_rules **owner, const yn_rule **fired);

#endif
