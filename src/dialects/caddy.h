// SPDX-License-Identifier: MIT
// What the parts of the reader of Caddyfiles share.
#ifndef YN_DIALECTS_CADDY_H
#define YN_DIALECTS_CADDY_H

#include "dialects/directive.h"

typedef struct yn_caddy_regex {
    const struct yn_caddy_regex *next;
    yonder_text name; /**< of the matcher, as {re.name.1} has it */
    uint32_t id;
} yn_caddy_regex;

/** Requests, with the regular expressions whose groups targets may use. */
typedef struct yn_caddy_env {
    yn_case which;
    const yn_caddy_regex *regexes;
    bool stripped; /**< handle_path took the front of the path away */
} yn_caddy_env;

typedef struct yn_caddy_envs {
    size_t count;
    yn_caddy_env envs[YN_MOST_CASES];
} yn_caddy_envs;

typedef struct yn_caddy {
    yn_plan *plan;
    yn_plan_server *server;
    int phase; /**< grows from directive to directive, in the order in which they are run */
} yn_caddy;

/** Reads all sources, what they import included, as a tree: a line is a directive. Snippets are put
 *  in where they are imported. */
yn_directive *yn_caddy_tree(yn_plan *plan, const yn_dialect_input *input);

bool yn_caddy_is(const yn_directive *d, const char *name);

/** The matcher of a directive: its second word if that is one. `*at` is the first word behind it.
 */
yonder_text yn_caddy_matcher(const yn_directive *d, size_t *at);

/** The requests of `env` that a matcher lets through; `block` is where named ones are defined.
 *  False, and told, where no rule can say so. */
bool yn_caddy_match(yn_caddy *c, const yn_caddy_env *env, const yn_directive *block,
                    const yn_directive *d, yonder_text matcher, yn_caddy_envs *out);

/** For sorting: the path of a directive's matcher if it is a single one; `*any` if it has a
 * matcher. */
yonder_text yn_caddy_path_of(const yn_directive *d, const yn_directive *block, bool *any);

#endif
