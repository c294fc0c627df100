// SPDX-License-Identifier: MIT
// A rule in its parts, as text in the terms of yonder-rules(5): what readers of rule files hand
// over, and what whoever makes something of rules takes: the builder, and the writers of other
// formats.
#ifndef YN_RULES_DRAFT_H
#define YN_RULES_DRAFT_H

#include <yonder/base.h>

/** "name=value" as written: a query pair, or a condition. */
typedef struct yn_draft_pair {
    yonder_text name, value;
} yn_draft_pair;

/** Texts are UTF-8 without control characters. They may go once the call that took them returns. */
typedef struct yn_draft {
    yonder_text
        from; /**< a path, a URL, "//host/path", or a regular expression after "~" or "~*" */
    const yn_draft_pair *pairs;
    size_t pair_count;
    yonder_text to; /**< empty for a status without Location */
    int status;
    const yn_draft_pair *conditions; /**< names in lower case but for what follows "header:" and
                                          "cookie:" */
    size_t condition_count;
    uint32_t line;
} yn_draft;

/** A line about a whole site: `hsts max-age=600 preload` has the name "hsts". */
typedef struct yn_draft_site {
    yonder_text name, value; /**< the value without blanks around it */
    uint32_t line;
} yn_draft_site;

/** Takes rules in file order. Each call returns YONDER_OK; YONDER_INVALID_RULES, every problem
 * told, and the next call is welcome all the same; or an error that ends the reading. */
typedef struct yn_sink {
    /** What follows comes from the source of this name, and serves any host. */
    int (*source)(void *context, yonder_text name);
    /** What follows serves `hosts`, separated by blanks. */
    int (*section)(void *context, yonder_text hosts, uint32_t line);
    int (*site)(void *context, const yn_draft_site *site);
    int (*rule)(void *context, const yn_draft *draft);
    void *context;
} yn_sink;

#endif
