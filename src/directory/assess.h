// SPDX-License-Identifier: MIT
// Asks a domain and grades it by the preload list's own rules (the grader `chromium` of src/audit),
// and by yonder's where a person will read it.
#ifndef YN_DIRECTORY_ASSESS_H
#define YN_DIRECTORY_ASSESS_H

#include "audit/grade.h"
#include "directory/directory.h"

typedef enum yn_assess_what {
    YN_ASSESS_PRELOADABLE, /**< may it be on the list, by the rules of `policy`? */
    YN_ASSESS_REMOVABLE,   /**< does its owner say that it is to leave? */
} yn_assess_what;

typedef struct yn_assessed {
    yn_audit audit;
    yn_grade grade;          /**< of `chromium` */
    bool passed;             /**< without errors, and asked to its end */
    bool cut_short;          /**< without errors so far: there was no time to ask for all of it */
    bool unreachable;        /**< no answer over HTTPS: it may as well be our network */
    bool include_subdomains; /**< of the header of https://DOMAIN/ */
} yn_assessed;

/**
 * Blocks until it is known, a time-out included. `policy` is "bulk-1-year" (NULL) or
 * "bulk-18-weeks". The arena holds what is found. Where `*stop` (NULL for never) is set it ends
 * early, as if there were no more time.
 *
 * @return YONDER_OK, failures of the network included; YONDER_NO_MEMORY
 */
int yn_assess(const yn_collector *collector, yonder_text domain, yn_assess_what what,
              const char *policy, const atomic_bool *stop, yn_arena *arena, yn_assessed *out);

/** Grades evidence that is there already. */
int yn_assess_grade(const yn_audit *audit, yn_assess_what what, const char *policy, yn_arena *arena,
                    yn_assessed *out);

/** {"errors":[{"code","summary","message"}…],"warnings":[…]} of a grade, as the existing service
 *  writes it; in one line, or laid out by two spaces. */
void yn_assess_issues(yn_buf *out, const yn_grade *grade, bool pretty);

#endif
