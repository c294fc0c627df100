// SPDX-License-Identifier: MIT
// Each grader with its checks, for the table of them.
#ifndef YN_AUDIT_GRADERS_H
#define YN_AUDIT_GRADERS_H

#include "audit/chromium_codes.h"
#include "audit/grade.h"

enum {
    YN_RFC6797_COUNT = 16,
    YN_OBSERVATORY_COUNT = 15,
    YN_INTERNETNL_COUNT = 8,
    YN_YONDER_COUNT = 45,
};

extern const yn_check yn_chromium_checks[YN_CHROMIUM_COUNT];
extern const yn_check yn_rfc6797_checks[YN_RFC6797_COUNT];
extern const yn_check yn_observatory_checks[YN_OBSERVATORY_COUNT];
extern const yn_check yn_internetnl_checks[YN_INTERNETNL_COUNT];
extern const yn_check yn_yonder_checks[YN_YONDER_COUNT];

yn_grade_fn yn_grade_chromium;
yn_grade_fn yn_grade_rfc6797;
yn_grade_fn yn_grade_observatory;
yn_grade_fn yn_grade_internetnl;
yn_grade_fn yn_grade_yonder;

#endif
