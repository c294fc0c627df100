// SPDX-License-Identifier: MIT
// Expectations: what a URL is to be answered with. Read from lines with arrows, or from a table;
// which of the two a file is its lines tell. Nothing is asked and nothing compared here.
//
//   /old → 301 /new                    also "->" and "=>"; a line that starts with '#' is a comment
//   /gone → gone                       a word of yonder-rules(5), or "none": no redirect
//   /a → ~^/b/\d+$                     any status, and a Location that fits
//   /de → 302 /at header:Accept-Language=de-AT now=2026-12-24
#ifndef YN_CLI_EXPECT_H
#define YN_CLI_EXPECT_H

#include <yonder/rules.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "rules/regex.h"

typedef enum yn_expect_place {
    YN_EXPECT_ANYWHERE, /**< the Location is not looked at */
    YN_EXPECT_NOWHERE,  /**< there is to be no redirect */
    YN_EXPECT_EXACTLY,
    YN_EXPECT_PATTERN,
} yn_expect_place;

/** What a line says of the request beyond its URL. */
typedef struct yn_expect_more {
    yonder_text method;
    yonder_text client, country; /**< what only rules can be told; so is the time */
    const yonder_field *fields;
    size_t field_count;
    bool http10;
    bool has_now;
    int64_t now;
} yn_expect_more;

typedef struct yn_expectation {
    yonder_text url;      /**< as written */
    yonder_text host;     /**< in ASCII, with a port that is not the scheme's; empty: a path */
    yonder_text target;   /**< path and query as a request line has them */
    yonder_text location; /**< or the pattern, with its "~"; as written */
    const yn_regex *pattern;
    const yn_expect_more *more; /**< NULL: nothing */
    uint32_t line;
    uint16_t status; /**< 0: any */
    uint8_t place;   /**< yn_expect_place */
    bool https;
} yn_expectation;

typedef struct yn_expectations {
    yn_expectation *items;
    size_t count;
    yn_buf list, patterns;
    yn_map by_pattern;
    yn_arena arena;
} yn_expectations;

/**
 * Reads a file. `text` must outlive what is read. Every bad line is reported; so is a file without
 * any expectation. `*out` ends with yn_expectations_free(), whatever is returned.
 *
 * @return YONDER_OK; YONDER_INVALID_RULES after at least one report; YONDER_NO_MEMORY
 */
int yn_expectations_read(yn_expectations *out, yonder_text name, yonder_text text,
                         yonder_report_fn *report, void *context);
void yn_expectations_free(yn_expectations *e);

/** Whether a request with this status is sent elsewhere. */
bool yn_expect_redirects(int status);

#endif
