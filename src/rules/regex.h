// SPDX-License-Identifier: MIT
// Regular expressions, the one file that sees PCRE2. They are kept as text in a set, and compiled
// when it is made or opened.
#ifndef YN_RULES_REGEX_H
#define YN_RULES_REGEX_H

#include <yonder/base.h>

#include "rules/problem.h"

typedef struct yn_regex yn_regex;

enum {
    YN_REGEX_MAX_GROUPS = 99,
    YN_REGEX_MAX_PREFIX = 255
};

/**
 * Compiles `pattern` (UTF-8, unanchored, PCRE syntax) with JIT where there is one. Match and depth
 * limits are set. `at` of a problem lies in `pattern`.
 *
 * @return YONDER_OK with `*out` set; YONDER_INVALID_RULES, told; YONDER_NO_MEMORY
 */
int yn_regex_compile(yn_regex **out, yonder_text pattern, bool ignore_case,
                     const yn_problems *problems, const yonder_mem *mem);
void yn_regex_free(yn_regex *regex);

/** How many groups it has, and the number of the one with this name, or 0. */
size_t yn_regex_group_count(const yn_regex *regex);
size_t yn_regex_group(const yn_regex *regex, yonder_text name);

typedef enum yn_regex_result {
    YN_REGEX_NO,
    YN_REGEX_YES,
    YN_REGEX_GAVE_UP /**< a limit was met: counts as no match, but is to be told */
} yn_regex_result;

/**
 * Holds it against `subject`, which is UTF-8. Group n of the match goes to `groups[n]`, 0 being all
 * of it, up to `group_count`; one that took no part is empty. Any number of threads at once.
 */
yn_regex_result yn_regex_match(const yn_regex *regex, yonder_text subject, yonder_text *groups,
                               size_t group_count);

/**
 * The text every match starts with at the start of the subject: of "^/blog/(\d+)" it is "/blog/".
 * Written to `out` (of YN_REGEX_MAX_PREFIX bytes); the length, 0 where nothing is certain. With
 * `*whole` the pattern is just this text, "^/blog$". Read from the pattern alone, and careful: what
 * it does not understand ends the prefix.
 */
size_t yn_regex_prefix(char *out, yonder_text pattern, bool *whole);

/** Whether matching may take more than linear time in the length of the subject, told from the
 *  pattern: nested or adjacent unbounded repeats that can match the same text. A reason, or NULL.
 */
const char *yn_regex_risk(yonder_text pattern);

#endif
