// SPDX-License-Identifier: MIT
// Each grader, for the table of them.
#ifndef YN_AUDIT_GRADERS_H
#define YN_AUDIT_GRADERS_H

#include "audit/grade.h"

yn_grade_fn yn_grade_chromium;
yn_grade_fn yn_grade_rfc6797;
yn_grade_fn yn_grade_observatory;
yn_grade_fn yn_grade_internetnl;
yn_grade_fn yn_grade_yonder;

#endif
