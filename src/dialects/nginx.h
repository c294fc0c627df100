// SPDX-License-Identifier: MIT
// What the parts of the reader of nginx configurations share. The rewrite directives of a server
// and its locations are gone through as nginx would for a request, but for all requests at once:
// an yn_ngx_env is the set of those that come by, and what is known of variables.
#ifndef YN_DIALECTS_NGINX_H
#define YN_DIALECTS_NGINX_H

#include "dialects/nginx_tree.h"

typedef struct yn_ngx_var {
    const struct yn_ngx_var *next;
    yonder_text name;
    const yn_to_part *value; /**< NULL and `known`: empty */
    bool known;
} yn_ngx_var;

typedef struct yn_ngx_env {
    yn_case which;
    const yn_ngx_var *vars;
    uint32_t regex_id; /**< whose groups are $1, $2 …; 0: no regular expression was met */
    yonder_text regex;
    yonder_text fixed; /**< the path after an internal rewrite to a certain one; else empty */
} yn_ngx_env;

typedef struct yn_ngx_map {
    yonder_text name; /**< without "$" */
    yonder_text source;
    bool hostnames;
    const yn_directive *block;
} yn_ngx_map;

typedef struct yn_ngx_location {
    struct yn_ngx_location *next; /**< in the order in which they get requests */
    struct yn_ngx_location *read; /**< all, as the file has them */
    yn_path path;
    bool is_regex; /**< "~" or "~*", whatever the path was found to be */
    bool stops;    /**< "^~": no regular expression is asked */
    bool is_named;
    yonder_text name; /**< of a named one */
    const yn_directive *directive;
    const struct yn_ngx_location *parent; /**< it stands in this one */
    bool is_parent;
} yn_ngx_location;

typedef struct yn_ngx {
    yn_plan *plan;
    yn_ngx_map *maps;
    size_t map_count;
    yn_map map_places;
    // Of the server that is being read:
    yn_plan_server *server;
    yn_ngx_location *locations; /**< in the order in which they get requests */
    unsigned jumps;             /**< internal rewrites within each other */
    size_t work;                /**< steps taken; there is an end to it */
} yn_ngx;

/* ---- variables ------------------------------------------------------------------------------- */

/** The value of a text with variables; `*pending` is a map's name if it needs that map first. */
yn_to yn_ngx_value(yn_ngx *n, const yn_ngx_env *env, yonder_text text, const yn_ngx_map **pending);
void yn_ngx_set(yn_ngx *n, yn_ngx_env *env, yonder_text name, const yn_to_part *value, bool known);
const yn_ngx_var *yn_ngx_var_find(const yn_ngx_env *env, yonder_text name);
const yn_ngx_map *yn_ngx_map_find(yn_ngx *n, yonder_text name);
/** Takes the variable "$name" or "${name}" at the start of `*rest`; false if there is none. */
bool yn_ngx_take_variable(yonder_text *rest, yonder_text *name);
/** Where a value is text and nothing else; false otherwise. */
bool yn_ngx_is_text(yn_plan *plan, const yn_to_part *value, yonder_text *text);

/* ---- tests ----------------------------------------------------------------------------------- */

typedef enum yn_ngx_outcome {
    YN_NGX_NEVER,  /**< no request */
    YN_NGX_CASES,  /**< those of `envs` */
    YN_NGX_UNKNOWN /**< it is nothing a rule can ask for */
} yn_ngx_outcome;

typedef struct yn_ngx_envs {
    size_t count;
    yn_ngx_env envs[YN_MOST_CASES];
} yn_ngx_envs;

/** The requests of `env` for which "$name op value" holds: op is "", "=", "!=", "~", "~*", "!~" or
 *  "!~*". A map's key is a test, too: of it case does not count. */
yn_ngx_outcome yn_ngx_test(yn_ngx *n, const yn_ngx_env *env, yonder_text name, yonder_text op,
                           yonder_text value, bool any_case, const yn_directive *where,
                           yn_ngx_envs *out);

/** Makes `env` smaller: to a path, or the paths a regular expression fits or does not. */
bool yn_ngx_is_path(yn_ngx *n, yn_ngx_env *env, const yn_path *path, bool negative);

/** The words of `if (…)` as name, operator and value; false if they are nothing of the kind. */
bool yn_ngx_condition(const yn_directive *directive, yonder_text *name, yonder_text *op,
                      yonder_text *value);

/* ---- going through --------------------------------------------------------------------------- */

/** Goes through a list of directives, from `directive` on. True if no request comes out of it. */
bool yn_ngx_run(yn_ngx *n, yn_ngx_env *env, const yn_directive *directive, bool in_location);

/** The requests of `env` go to the server's locations. */
void yn_ngx_locate(yn_ngx *n, const yn_ngx_env *env);
/** Sorts the locations of a server. */
void yn_ngx_locations_read(yn_ngx *n, const yn_directive *first);

/** Calls `each` for every entry of `map` that `selects`, with the requests of `env` that have its
 *  key and the map's variable bound. False if that cannot be told. */
typedef struct yn_ngx_selection {
    yonder_text op, value; /**< "" alone: neither empty nor "0" */
    bool all;              /**< all entries, whatever they are */
} yn_ngx_selection;
bool yn_ngx_map_run(yn_ngx *n, const yn_ngx_env *env, const yn_ngx_map *map,
                    const yn_ngx_selection *selection,
                    void (*each)(yn_ngx *n, yn_ngx_env *env, void *context), void *context);

/** Whether these directives, or those in them, answer requests or change their path. */
bool yn_ngx_acts(const yn_directive *first);
bool yn_ngx_is(const yn_directive *directive, const char *name);

/** A pattern as it is held against decoded paths; false, and told, if it is none. */
bool yn_ngx_pattern(yn_ngx *n, yonder_text text, const yn_directive *where, yonder_text *out);

#endif
