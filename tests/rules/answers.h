// SPDX-License-Identifier: MIT
// Whole answers as text, to be compared, and requests with all that a rule can ask for.
#ifndef YN_TESTS_ANSWERS_H
#define YN_TESTS_ANSWERS_H

#include "rules_test.h"

#include <stdlib.h>

#include "base/text.h"

enum {
    longest_answer = YONDER_RULES_MAX_LOCATION + 65536
};

/** The answer to `request` in words, with all that goes with it: "301 /b file:1 vary=…". It goes to
 *  `out` of longest_answer bytes. */
static inline void answer_in_full(char *out, const yonder_rules *rules,
                                  const yonder_rules_request *request)
{
    static const char *const causes[] = {"nothing", "rule", "https", "canonical", "maintenance"};
    size_t size = YONDER_RULES_SCRATCH(request->target.len);
    char *scratch = malloc(size);
    yonder_rules_answer a;
    int found = yonder_rules_match(rules, request, scratch, size, &a);
    if (found < 0)
        snprintf(out, longest_answer, "%s", yonder_strerror(found));
    else
        snprintf(out, longest_answer,
                 "%s: %d '%.*s' %.*s:%u vary='%.*s' cache='%.*s' "
                 "hsts='%.*s' retry=%u",
                 causes[a.cause], a.status, YN_PRINT(a.location), YN_PRINT(a.file),
                 (unsigned)a.line, YN_PRINT(a.vary), YN_PRINT(a.cache_control), YN_PRINT(a.hsts),
                 (unsigned)a.retry_after);
    free(scratch);
    if (found >= 0)
        assert_int_equal(found, a.cause != YONDER_RULES_NONE);
}

#endif
