// SPDX-License-Identifier: MIT
// The difference of two rule sets, for people and for machines.
#ifndef YN_REPORT_DIFF_H
#define YN_REPORT_DIFF_H

#include "base/json.h"
#include "proof/diff.h"
#include "report/style.h"

/** Each change with its witness and both answers, and a last line that counts. */
void yn_diff_text(yn_buf *out, const yn_diff *diff, const yn_style *style);

/** One document:
 *    {"schema":1,"changes":[{"change":"added"|"removed"|"changed","witness":URL,"request":{…},
 *                            "before":ANSWER,"after":ANSWER}…]}
 *  ANSWER is null where nothing answers, and otherwise {"status","location","cache_control","hsts",
 *  "rule":{"file","line"}}; "request" is there where the witness takes more than a GET. */
void yn_diff_json(yn_buf *out, const yn_diff *diff);

#endif
