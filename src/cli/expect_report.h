// SPDX-License-Identifier: MIT
// What came of expectations, as `yonder test` tells it: text, one JSON document, or a line of JSON
// for each.
#ifndef YN_CLI_EXPECT_REPORT_H
#define YN_CLI_EXPECT_REPORT_H

#include "base/json.h"
#include "cli/expect_hold.h"
#include "report/style.h"
#include "trace/evidence.h"

typedef enum yn_expect_verdict {
    YN_VERDICT_UNASKED, /**< the test ended before its turn came */
    YN_VERDICT_MET,
    YN_VERDICT_FAILED,
    YN_VERDICT_UNKNOWN, /**< no answer came that could be compared */
    YN_VERDICT_SKIPPED, /**< a server cannot be told what it says of the request */
    YN_VERDICTS,
} yn_expect_verdict;

/** What came of one. Of one that is met, texts are there for the report by line only. */
typedef struct yn_expect_outcome {
    yonder_text location; /**< of the first answer */
    yonder_text final;    /**< where its chain ended; empty: it was not followed */
    yonder_text rule_file;
    uint32_t rule_line; /**< of the first answer; 0: none */
    uint32_t hops;
    uint16_t status;     /**< of the first answer; 0: none */
    uint8_t verdict;     /**< yn_expect_verdict */
    uint8_t faults;      /**< yn_fault, a set */
    uint8_t fetch_error; /**< yn_fetch_error: why it is UNKNOWN */
} yn_expect_outcome;

typedef enum yn_expect_form {
    YN_EXPECT_TEXT,
    YN_EXPECT_JSON,
    YN_EXPECT_JSONL,
} yn_expect_form;

typedef struct yn_expect_report {
    yn_expect_form form;
    yn_style style;
    yonder_text file; /**< of the expectations */
    bool follow;
    size_t counts[YN_VERDICTS];
    size_t one_hop, more_hops; /**< of those that are met */
    yn_buf out;
    yn_json json;
} yn_expect_report;

void yn_expect_report_begin(yn_expect_report *r, yn_expect_form form, yn_colour colour,
                            const char *file, bool follow);
/** Whether the report would show more of an outcome of this verdict than that it is. */
bool yn_expect_report_shows(const yn_expect_report *r, yn_expect_verdict verdict);
void yn_expect_report_take(yn_expect_report *r, const yn_expectation *e,
                           const yn_expect_outcome *o);
/** The summary. @return YONDER_OK or an error of the buffer */
int yn_expect_report_end(yn_expect_report *r);

#endif
