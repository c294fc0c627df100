// SPDX-License-Identifier: MIT
// What to think of a walk.
#ifndef YN_LAB_GRADE_H
#define YN_LAB_GRADE_H

#include "lab/journal.h"
#include "lab/simulate.h"

typedef struct yn_lab_grade {
    yn_lab_verdict verdict;
    const char *why;    /**< a sentence; static */
    uint64_t resembles; /**< bit i: the i-th client of the table would make the same requests */
} yn_lab_grade;

/** Grades the walk of `item` in `run`. The host of its first step is taken for the lab's.
 *  @return YONDER_OK, YONDER_NO_MEMORY */
int yn_lab_grade_walk(const yn_lab_site *site, yonder_text run, const yn_lab_case *item,
                      const yn_lab_walk *walk, yn_lab_grade *out);

/** Grades every case of a run, into `grades[yn_lab_case_count()]`. A run that is NULL has none.
 *  @return YONDER_OK, YONDER_NO_MEMORY */
int yn_lab_grade_run(const yn_lab_site *site, const yn_lab_run *run, yn_lab_grade *grades);

/** Where the URL of a step is, for templates. */
yn_lab_where yn_lab_where_of(const yn_lab_site *site, yonder_text run, const yn_lab_case *item,
                             yonder_text url);

#endif
