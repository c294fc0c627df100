// SPDX-License-Identifier: MIT
// What the parts of the reader of Apache's configurations share.
#ifndef YN_DIALECTS_APACHE_H
#define YN_DIALECTS_APACHE_H

#include "dialects/directive.h"

/** The order in which Apache asks: mod_rewrite of the server, mod_proxy, mod_alias of the server,
 *  then those of folders. The rules of mod_rewrite count on from the number of their list. */
enum {
    YN_APACHE_REWRITE = 0,
    YN_APACHE_PROXY = 1000000,
    YN_APACHE_ALIAS = 1000001,
    YN_APACHE_FOLDER_REWRITE = 1000002,
    YN_APACHE_FOLDER_ALIAS = 3000000,
    YN_APACHE_ALL = 4000000,
};

typedef struct yn_apache_map {
    yonder_text name;
    yonder_text text; /**< of a text file; empty where it is another kind */
    bool known;
} yn_apache_map;

typedef struct yn_apache {
    yn_plan *plan;
    const yn_dialect_input *input;
    yn_plan_server *server;
    yn_apache_map *maps;
    size_t map_count, map_cap;
    yonder_text root; /**< DocumentRoot */
    unsigned jumps;
    size_t work;
} yn_apache;

/** Where directives stand. */
typedef struct yn_apache_place {
    yn_case which;      /**< the requests that get there */
    bool in_folder;     /**< .htaccess or <Directory>: mod_rewrite sees paths without `folder` */
    yonder_text folder; /**< "/" or "/a/" */
    int rewrite_phase, alias_phase;
} yn_apache_place;

/** Reads all sources with what they include. */
yn_directive *yn_apache_tree(yn_apache *a, const yn_dialect_input *input);
/** A file that a directive names, read once; false if there is none. */
bool yn_apache_file(yn_apache *a, const yn_directive *d, yonder_text name, yonder_text *text);

bool yn_apache_is(const yn_directive *d, const char *name);

/** The rules of mod_rewrite, those of mod_alias, of one place. Blocks that are always there are
 *  gone into. */
void yn_apache_rewrite(yn_apache *a, const yn_apache_place *place, const yn_directive *first);
void yn_apache_alias(yn_apache *a, const yn_apache_place *place, const yn_directive *first);
/** Redirect inside <Location>, without a path of its own. */
void yn_apache_alias_here(yn_apache *a, const yn_apache_place *place, const yn_directive *first);
void yn_apache_proxy(yn_apache *a, const yn_apache_place *place, const yn_directive *first);

/** Whether what stands in a block counts as if it stood there without it: <IfModule> and the like.
 */
bool yn_apache_is_open(yn_apache *a, const yn_directive *d);

/* ---- mod_rewrite ----------------------------------------------------------------------------- */

typedef struct yn_apache_env {
    yn_case which;
    uint32_t rule_id, cond_id;   /**< whose groups are $1 and %1; 0: none */
    yonder_text cond_names[10];  /**< parameters that %1 … are the values of */
    yonder_text fixed;           /**< the path after an internal rewrite to a certain one */
    yonder_text rule_groups[10]; /**< of that */
    bool has_texts;
    yonder_text cond_texts[10]; /**< %0, %1 … where they are known */
} yn_apache_env;

typedef struct yn_apache_envs {
    size_t count;
    yn_apache_env envs[YN_MOST_CASES];
} yn_apache_envs;

typedef struct yn_apache_cond {
    yonder_text test, pattern;
    bool ignore_case, or_next, negative;
    const yn_directive *where;
} yn_apache_cond;

typedef struct yn_apache_rule {
    yonder_text pattern, to;
    bool negative;
    bool last, end, ignore_case, no_escape, query_append, query_drop, escapes_back, chains, next,
        proxy, passes_through;
    int status;    /**< of R, G, F; 0: none */
    unsigned skip; /**< S */
    bool is_unknown;
    const yn_apache_cond *conds;
    size_t cond_count;
    const yn_directive *where;
} yn_apache_rule;

/** Reads RewriteRule and RewriteCond; false, and told, if they are none. */
bool yn_apache_rule_read(yn_apache *a, const yn_directive *d, yn_apache_rule *out);
bool yn_apache_cond_read(yn_apache *a, const yn_directive *d, yn_apache_cond *out);

typedef enum yn_apache_outcome {
    YN_APACHE_CASES,
    YN_APACHE_UNKNOWN /**< it is nothing a rule can ask for; why, was told */
} yn_apache_outcome;

/** The requests of `env` for which the condition holds. */
yn_apache_outcome yn_apache_test(yn_apache *a, const yn_apache_env *env,
                                 const yn_apache_place *place, const yn_apache_cond *cond,
                                 yn_apache_envs *out);

/** A pattern of a rule in terms of the whole path; false, and told, if it is none. */
bool yn_apache_pattern(yn_apache *a, const yn_apache_place *place, const yn_directive *where,
                       yonder_text text, yonder_text *out);
/** A pattern of something that is a whole path; likewise. */
bool yn_apache_path_pattern(yn_apache *a, const yn_directive *where, yonder_text text,
                            yonder_text *out);

/** The text as a target: `$1`, `%1`, `%{NAME}`; `escape`: "%" and "#" are put as they are. */
yn_to yn_apache_value(yn_apache *a, const yn_apache_env *env, yonder_text text, bool escape);
/** The first "${map:key|default}" of a text, or false. */
bool yn_apache_find_map(yonder_text text, size_t *at, size_t *length, yonder_text *name,
                        yonder_text *key, yonder_text *fallback);
const yn_apache_map *yn_apache_map_find(const yn_apache *a, yonder_text name);
/** Takes the next line "key value" from the rest of a map's text. */
bool yn_apache_map_next(yonder_text *rest, yonder_text *key, yonder_text *value);

#endif
