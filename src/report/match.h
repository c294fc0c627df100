// SPDX-License-Identifier: MIT
// Which rule answers a request, and what came near, for people and programs.
#ifndef YN_REPORT_MATCH_H
#define YN_REPORT_MATCH_H

#include <yonder/rules.h>

#include "base/arena.h"
#include "base/json.h"
#include "report/style.h"
#include "rules/match.h"
#include "rules/view.h"

/** A rule whose FROM fits. */
typedef struct yn_match_candidate {
    yn_view view;
    const yonder_rules *owner;
    yn_verdict verdict;
    size_t condition; /**< the first that does not hold, from 1 */
    yonder_text *captures;
} yn_match_candidate;

typedef struct yn_match_near {
    const char *what; /**< what is different, such as "with a slash at the end" */
    yonder_text target;
    yonder_text file;
    uint32_t line;
} yn_match_near;

enum {
    YN_MATCH_MOST_NEAR = 4
};

typedef struct yn_match_report {
    const yonder_rules *rules;
    const yonder_rules_request *request;
    int found; /**< what yonder_rules_match() returned */
    yonder_rules_answer answer;
    yn_match_candidate *candidates; /**< in file order */
    size_t candidate_count;
    size_t fired; /**< which of them; candidate_count: none */
    yn_match_near near[YN_MATCH_MOST_NEAR];
    size_t near_count;
    yn_arena arena;
} yn_match_report;

/** Asks, and takes notes. What was given has to outlive the report. @return false when memory is
 *  out */
bool yn_match_report_make(yn_match_report *out, const yonder_rules *rules,
                          const yonder_rules_request *request);
void yn_match_report_free(yn_match_report *report);

void yn_match_text(yn_buf *out, const yn_style *style, const yn_match_report *report);
void yn_match_json(yn_json *out, const yn_match_report *report);

/** The members that every answer has, into an open object. `found` as yonder_rules_match()
 *  returned it. */
void yn_match_json_answer(yn_json *out, int found, const yonder_rules_answer *answer);

#endif
