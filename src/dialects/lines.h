// SPDX-License-Identifier: MIT
// Rule files as lines and words: what every line-based dialect reads through, and where the place
// of a problem becomes a line and a column.
#ifndef YN_DIALECTS_LINES_H
#define YN_DIALECTS_LINES_H

#include <yonder/rules.h>

#include "base/buf.h"
#include "rules/problem.h"

typedef struct yn_lines {
    yonder_text file;
    yonder_text rest;
    yonder_text line; /**< the present one, without its end */
    uint32_t number;  /**< of the present one, from 1 */
    yonder_report_fn *report;
    void *context;
    uint64_t problem_count;
    yn_buf found;         /**< problems of the present line, by column */
    yn_buf messages;      /**< of these */
    yn_problems problems; /**< takes problems of the present line */
} yn_lines;

/** Before the first source. `lines` is the context of its own `problems` and must stay where it
 *  is. It is freed by yn_lines_close(). */
void yn_lines_make(yn_lines *lines, yonder_report_fn *report, void *context, const yonder_mem *mem);
void yn_lines_close(yn_lines *lines);

/** Starts before the first line of `source`; a byte order mark is skipped. */
void yn_lines_open(yn_lines *lines, const yonder_rules_source *source);

/** Goes to the next line. False after the last: with `last` the text ends where `rest` does, and so
 *  may its last line; otherwise what has no end yet stays in `rest`. Lines end in LF or CR LF. */
bool yn_lines_next(yn_lines *lines, bool last);

/** Reports the problems of the present line in the order of their columns, each once: they are
 *  found in that of the checks. @return YONDER_OK, or YONDER_NO_MEMORY where some got lost */
int yn_lines_report(yn_lines *lines);

/** True if the present line is UTF-8, without control characters but tabs, without byte order marks
 *  but at its start, and not too long; otherwise the first problem is told. */
bool yn_lines_check(const yn_lines *lines);

/** Tells of a byte order mark at `at`. @return YONDER_INVALID_RULES */
int yn_lines_tell_mark(const yn_lines *lines, const char *at);

/** The byte order mark in UTF-8 (U+FEFF). */
#define YN_BYTE_ORDER_MARK YN_TEXT("\xEF\xBB\xBF")

/** Takes the next word, between blanks and tabs, from `*rest`. It is empty at the end, which the
 *  start of a comment is: a "#" at the start of a word. */
yonder_text yn_word_next(yonder_text *rest);

#endif
