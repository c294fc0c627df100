// SPDX-License-Identifier: MIT
// Graders: pure functions from evidence to findings. Each is a file of its own with a table of its
// checks; graders.c is the table of graders. The same evidence gives the same grade, for ever.
#ifndef YN_AUDIT_GRADE_H
#define YN_AUDIT_GRADE_H

#include "audit/evidence.h"
#include "audit/remedy.h"
#include "trace/findings.h"

/** A thing that a grader looks at. Static. */
typedef struct yn_check {
    const char *code; /**< stable; appears in machine output */
    yn_severity severity;
    const char *title;  /**< a few words; the grader `chromium` uses the list's own summaries */
    const char *prose;  /**< why it matters, in sentences */
    const char *source; /**< where the rule stands: "RFC 6797 section 7.2" */
} yn_check;

/** What a check found. Texts lie in the arena of the grade. */
typedef struct yn_issue {
    const yn_check *check;
    yonder_text title;   /**< the check's, where it is not made of what was seen */
    yonder_text message; /**< what was seen, in a sentence */
    yonder_text host;    /**< which it is about; empty for the domain as a whole */
    size_t visit;        /**< that shows it, or YN_NO_VISIT */
    yn_fix fix;          /**< what to change; with `place` for yn_remedy_write() */
    yn_remedy_place place;
} yn_issue;

/** How a domain stands with one grader. */
typedef struct yn_grade {
    yonder_text
        verdict; /**< in the grader's own words: "PROTECTED", "eligible",
                      "redirection-to-https hsts-not-implemented"; of yonder's see verdict.h */
    bool passed;
    bool unknown; /**< it could not be told: the network or time was in the way */
    bool has_score;
    int score;        /**< of graders that give one: a modifier or points, as they name it */
    yn_issue *issues; /**< in the grader's order; errors and warnings each keep it */
    size_t count;
} yn_grade;

/** How to grade. */
typedef struct yn_grade_options {
    bool removal;       /**< chromium: is it removable from the list, in place of eligible for it */
    const char *policy; /**< chromium: "bulk-1-year" (NULL), "bulk-18-weeks" */
    /** chromium: where http leads to first is held against `policy`, too. The list's own checker
     *  wants a year there whatever the policy is, so that who has 18 weeks never passes. */
    bool lenient_throughout;
} yn_grade_options;

/** @return YONDER_OK with `*out` set; YONDER_NO_MEMORY */
typedef int yn_grade_fn(const yn_audit *audit, const yn_grade_options *options, yn_arena *arena,
                        yn_grade *out);

typedef struct yn_grader {
    const char *name;  /**< "chromium", "rfc6797", "observatory", "internetnl", "yonder" */
    const char *title; /**< whose rules these are, for a reader */
    yn_grade_fn *grade;
    const yn_check *checks;
    size_t check_count;
} yn_grader;

/** All of them; `*count` is how many. */
const yn_grader *yn_graders(size_t *count);
const yn_grader *yn_grader_find(yonder_text name); /**< or NULL */

#endif
