// SPDX-License-Identifier: MIT
// The lab's pages for people: HTML without scripts. Everything that comes from outside is escaped.
#ifndef YN_LAB_PAGE_H
#define YN_LAB_PAGE_H

#include "lab/report.h"

/** What the lab is, with links to a run, whose name is `run`. */
void yn_lab_page_home(yn_buf *out, const yn_lab_site *site, yonder_text run);

/** The cases with links to walk them by hand, and what is known of `run`, which may be NULL. */
void yn_lab_page_run(yn_buf *out, const yn_lab_site *site, yonder_text name, yonder_text hostname,
                     const yn_lab_run *run, const yn_lab_grade *grades);

/** The content of an answer to a case. */
void yn_lab_page_answer(yn_buf *out, int status, const yn_lab_case *item);

#endif
