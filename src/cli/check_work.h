// SPDX-License-Identifier: MIT
// The work on one domain once its evidence is there: it is graded, compared with what was before,
// and written. All of that is asked for once, and then done by any number of threads.
#ifndef YN_CLI_CHECK_WORK_H
#define YN_CLI_CHECK_WORK_H

#include "base/date.h"
#include "cli/check_earlier.h"
#include "cli/preload_listing.h"
#include "report/check.h"

typedef enum yn_check_format {
    YN_CHECK_TEXT,  /**< the whole report */
    YN_CHECK_BRIEF, /**< a line for the domain and one for each finding */
    YN_CHECK_JSON,  /**< a document */
    YN_CHECK_JSONL, /**< an object on a line */
} yn_check_format;

/** A preload list at hand. */
typedef struct yn_check_list_file {
    yonder_text name;    /**< "chromium", "firefox" */
    yonder_text version; /**< when it was fetched; empty if not known */
    char moment[sizeof YN_DATE_MOMENT];
    yn_listing listing;
} yn_check_list_file;

enum {
    YN_CHECK_MAX_GRADERS = 16,
    YN_CHECK_MAX_LISTS = 8,
};

typedef struct yn_check_how {
    const yn_grader *graders[YN_CHECK_MAX_GRADERS]; /**< that are shown */
    size_t grader_count;
    const yn_grader *own; /**< the only one whose findings count, and are told in full; NULL: all */
    yn_grade_options grading;
    yn_severity fail_on;
    const yn_earlier *baseline; /**< or NULL */
    yn_check_list_file lists[YN_CHECK_MAX_LISTS];
    size_t list_count;
    const char *save;   /**< the folder for evidence, or NULL */
    const char *server; /**< see yn_checked */
    yn_check_format format;
    bool pretty; /**< JSON that is laid out */
    bool html, html_open;
    yn_style style;
} yn_check_how;

/** Puts what the lists of `how` say in the place of what evidence has of lists; nothing where there
 * are none. False when memory is out. */
bool yn_check_ask_lists(const yn_check_how *how, yn_audit *audit, yn_arena *arena);

/** What comes of a domain. */
typedef struct yn_check_done {
    yn_buf text, html;
    yn_buf complaint; /**< what could not be done; empty if nothing */
    yn_check_result result;
    bool changed; /**< a baseline was given, and something got worse */
    size_t better;
} yn_check_done;

/** `context` is a yn_check_how. @return a yn_check_done, to be freed by yn_check_done_free(); NULL
 * if memory is out */
void *yn_check_make(void *context, yn_audit *audit, yn_arena *arena);
void yn_check_done_free(yn_check_done *done);

#endif
