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
 * Compiles `pattern` (UTF-8, unanchored, PCRE syntax) to machine code where there is a compiler.
 * "." is any character and "$" the very end. Not taken are callouts, "\C", "\K" and "(*…)" verbs.
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
 * Holds it against `subject`, which is UTF-8 (what is not matches nothing). Group n of the match
 * goes to `groups[n]`, 0 being all of it, up to `group_count`; one that took no part is empty. Any
 * number of threads at once. Steps are limited so that it takes about a millisecond at most; where
 * every step looks over the whole subject, or a pattern that is not anchored does so at every
 * place, it can be a hundred for 8 KB (doc/why/regex.md). Allocates nothing with machine code, but
 * for a stack of its own where the thread's does not suffice, and calls malloc without.
 */
yn_regex_result yn_regex_match(const yn_regex *regex, yonder_text subject, yonder_text *groups,
                               size_t group_count);

/**
 * The text every match starts with at the start of the subject: of "^/blog/(\d+)" it is "/blog/".
 * Written to `out` (of YN_REGEX_MAX_PREFIX bytes); the length, 0 where nothing is certain. With
 * `*whole` the pattern is just this text, "^/blog$". Read from the pattern alone, and careful: what
 * it does not understand ends the prefix. Of a pattern that is held with `ignore_case` it says
 * nothing: "k" then also matches U+212A.
 */
size_t yn_regex_prefix(char *out, yonder_text pattern, bool *whole);

/**
 * Whether a match that fails may take very long, told from the pattern: repeats in repeats, or
 * alternatives under one, that can share the same text out in many ways; two repeats side by side
 * that can match the same text; three of them anywhere; recursion. A reason, which goes on after
 * "…: ", or NULL. Careful, not exact: "(foo|foobar)+" is no risk, but alike. Not told is what is
 * merely quadratic, and written by everyone: "^/a/(.*)/b/(.*)$", "[a-z]+\.html$" at every place.
 */
const char *yn_regex_risk(yonder_text pattern);

#endif
