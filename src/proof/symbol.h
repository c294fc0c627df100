// SPDX-License-Identifier: MIT
// Symbolic requests: what is known of a request after some hops when the first one is known but for
// variables. A path has a fixed number of segments, for a splat is taken apart by how many it
// stands for; so a path and a FROM can be laid side by side in one way only.
#ifndef YN_PROOF_SYMBOL_H
#define YN_PROOF_SYMBOL_H

#include "proof/term.h"
#include "rules/view.h"

/** A pair of a query. */
typedef struct yn_item {
    yonder_text name; /**< decoded */
    yn_term value;    /**< as it would be written */
} yn_item;

typedef struct yn_symbol {
    bool https;
    yonder_text host;  /**< canonical, with a port that is not the scheme's */
    yn_term authority; /**< what the host has to come from; no atoms where `host` is it */
    const yn_term *segments;
    size_t segment_count;
    const yn_item *items;
    size_t item_count;
    bool passes; /**< what else stood in the first request's query would stand in here, too */
} yn_symbol;

/** What was assumed to come this far. A value: copy it to try something. */
typedef struct yn_branch {
    yn_env env;
    yn_item added[8]; /**< pairs the first request has to have besides those of its rule */
    size_t added_count;
} yn_branch;

/** Where requests are composed; what they are made of lies in `arena`. */
typedef struct yn_workshop {
    yn_arena *arena;
    yn_buf atoms, segments, items, text;
} yn_workshop;

yn_workshop yn_workshop_make(yn_arena *arena, const yonder_mem *mem);
void yn_workshop_free(yn_workshop *w);

enum {
    YN_RUN_SLASH = -1, /**< the splat stands for nothing, and a slash is before it: "/blog/" */
};

/**
 * The requests a rule is for, at a host, where its splat stands for `run` segments. `branch` is
 * empty and gets the variables. Not of regular expressions.
 *
 * @return false where there are too many variables, or memory is out
 */
bool yn_symbol_start(yn_symbol *out, yn_branch *branch, const yn_view *rule, int run,
                     yn_workshop *w);

/** Whether the request can be one that `rule` is for; `branch` then says how. Scheme and host are
 *  not looked at, nor are conditions. False: `branch` is good for nothing any more. Not of regular
 *  expressions. */
bool yn_symbol_meets(const yn_symbol *request, const yn_view *rule, const yn_scope_view *scope,
                     yn_branch *branch, yn_workshop *w);

/** Whether it is one, whatever the variables are. */
bool yn_symbol_is_covered(const yn_symbol *request, const yn_view *rule, const yn_scope_view *scope,
                          const yn_branch *branch, yn_workshop *w);

/** What the groups of a regular expression stand for. */
typedef struct yn_groups {
    const yn_term *terms;
    size_t count;
} yn_groups;

/** The request that follows where `rule` answers `request`, which it is for. `groups` NULL: none.
 *  @return false where memory is out, or it can't be told (a name in the query is captured) */
bool yn_symbol_next(yn_symbol *out, const yn_symbol *request, const yn_view *rule,
                    const yn_groups *groups, const yn_branch *branch, yn_workshop *w);

/** Path and query with the variables' values put in, appended to `out`; with what the branch
 *  added. */
void yn_symbol_target(yn_buf *out, const yn_symbol *request, const yn_branch *branch);

/** Splits a path into segments of plain text. False when memory is out. */
bool yn_symbol_path(const yn_term **segments, size_t *count, yonder_text path, yn_workshop *w);

/** How many segments from the first on are plain. */
size_t yn_symbol_plain_prefix(const yn_symbol *request, const yn_env *env);

#endif
