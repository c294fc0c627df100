// SPDX-License-Identifier: MIT
// What a report of a domain is made of, in order: text and HTML show the same.
#ifndef YN_REPORT_CHECK_VIEW_H
#define YN_REPORT_CHECK_VIEW_H

#include "report/check.h"

enum {
    YN_SHOWN_MAX = 128, /**< findings told in full; of what is left there is a count */
};

/** A finding, with the remedy that is shown with it. */
typedef struct yn_shown_issue {
    const yn_checked_grade *by;
    const yn_issue *issue;
    size_t as; /**< the number, from 1, of the finding whose remedy is the same; 0: it has its own,
                  or there is none */
} yn_shown_issue;

/** The findings that are told in full, by weight: errors, warnings, notes; else as graders have
 *  them. */
typedef struct yn_shown {
    yn_shown_issue items[YN_SHOWN_MAX];
    size_t count;
    size_t left_out;
    size_t by_severity[3];
} yn_shown;

void yn_shown_make(yn_shown *out, const yn_checked *checked);

/** Whether that grade's issues are among the findings that are told in full. */
bool yn_shown_in_full(const yn_checked *checked, const yn_checked_grade *grade);

/** What yonder's verdict means, in a clause; NULL for words that are none of its own. */
const char *yn_check_meaning(yonder_text verdict);

/** What to change, with the verb of yonder that helps. */
void yn_check_fix_words(yn_buf *out, yn_fix fix);

/** What to say of the header's value beside lines that send it, where there is none to build upon;
 *  NULL where there is nothing to say. */
const char *yn_check_caution(const yn_checked *checked, const yn_issue *issue);

/** "1 error, 2 warnings"; "nothing" where there is nothing. */
void yn_check_counts(yn_buf *out, const yn_grade *grade);

#endif
