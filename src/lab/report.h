// SPDX-License-Identifier: MIT
// What the lab writes: the list of cases, and what came of a run; for programs and for people.
#ifndef YN_LAB_REPORT_H
#define YN_LAB_REPORT_H

#include "lab/grade.h"

enum {
    YN_LAB_REPORT_MAX = 16 << 20 /**< bytes that no report is longer than */
};

/** The cases with what to ask, as JSON. `hostname` is where the client reaches the lab, for cases
 *  that do not name a host themselves. */
void yn_lab_report_cases(yn_buf *out, const yn_lab_site *site, yonder_text run,
                         yonder_text hostname);

/** The cases as a table, without URLs. */
void yn_lab_report_list(yn_buf *out);

/** What came of `run`, which may be NULL where nothing was asked; `name` is what it is called.
 *  `grades` are those of yn_lab_grade_run(). */
void yn_lab_report_json(yn_buf *out, yonder_text name, const yn_lab_run *run,
                        const yn_lab_grade *grades);
void yn_lab_report_text(yn_buf *out, yonder_text name, const yn_lab_run *run,
                        const yn_lab_grade *grades);

/** What came of every run that the journal keeps, as text or as one JSON document. That there is
 *  none is said, too. @return YONDER_OK, YONDER_NO_MEMORY, YONDER_TOO_LARGE */
int yn_lab_report_runs(yn_buf *out, bool json, const yn_lab_site *site,
                       const yn_lab_journal *journal);

#endif
