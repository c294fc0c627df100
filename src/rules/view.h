// SPDX-License-Identifier: MIT
// A compiled rule, taken apart again: for whoever reasons about rules instead of asking them. What
// a view shows is the whole meaning of the rule.
#ifndef YN_RULES_VIEW_H
#define YN_RULES_VIEW_H

#include <yonder/rules.h>

#include "base/arena.h"
#include "rules/condition.h"
#include "rules/draft.h"
#include "rules/set.h"

typedef enum yn_part_kind {
    YN_PART_LITERAL,
    YN_PART_PLACEHOLDER, /**< one segment that is not empty */
    YN_PART_SPLAT,       /**< any number of segments, none included; one a pattern at most */
} yn_part_kind;

/** A segment of FROM. */
typedef struct yn_part {
    yn_part_kind kind;
    yonder_text literal; /**< canonical, as the keys of the rule's scope are (case folded or not) */
} yn_part;

/** A pair FROM asks for. */
typedef struct yn_view_pair {
    yn_pair_kind kind;
    yonder_text name, value; /**< decoded; the value of a YN_PAIR_LITERAL */
} yn_view_pair;

/** A piece of TO: a text, or what a request brings. */
typedef struct yn_piece {
    bool is_capture;
    yonder_text text; /**< as it goes into the Location */
    yn_capture capture;
    int where; /**< YN_MARK_AUTHORITY, YN_MARK_PATH, or YN_MARK: query or fragment */
} yn_piece;

typedef struct yn_view {
    const yn_rule *rule;
    uint32_t order; /**< place in file order; the smaller goes first */
    yonder_text file;
    uint32_t line;
    uint32_t scope;
    int status;
    bool is_regex;
    yonder_text regex; /**< the pattern, without "~" and "~*" */
    bool regex_ignores_case;
    const yn_part
        *parts; /**< of a path; "/" is one empty literal, "/a/" a literal and an empty one */
    size_t part_count;
    bool has_placeholders; /**< otherwise, and without a splat, the path is exact */
    size_t splat;          /**< which part it is; part_count: none */
    const yn_view_pair *pairs;
    size_t pair_count;
    const yn_condition *conditions;
    size_t condition_count;
    const yn_piece *pieces; /**< of TO; none: a status without Location */
    size_t piece_count;
    size_t query_at; /**< which piece the request's query would stand before; piece_count: at the
                        end */
    bool passes_query;
    bool is_local; /**< TO is a path */
} yn_view;

/** Which requests a scope is about: those that are for one of `hosts`, and meet the rest, too. */
typedef struct yn_scope_view {
    const yonder_text *hosts; /**< of the section, canonical; ".example.com" for a wildcard */
    size_t host_count;        /**< 0: any host */
    yonder_text url_host;     /**< of the rule's own URL; empty: none */
    yn_scheme scheme;
    int32_t port; /**< -1: any */
    bool slash_ignored, case_ignored;
} yn_scope_view;

/** The rules of a set in file order, those of a changed set's base included and those that went
 *  left out. */
typedef struct yn_rule_cursor {
    const yonder_rules *set;
    size_t at, below;
} yn_rule_cursor;

yn_rule_cursor yn_rules_begin(const yonder_rules *set);
/** The next rule, or NULL after the last. `*owner` is the set it lies in. */
const yn_rule *yn_rules_next(yn_rule_cursor *cursor, const yonder_rules **owner);

/** The rule at this place of file order, or NULL. */
const yn_rule *yn_rules_find(const yonder_rules *set, uint32_t order, const yonder_rules **owner);

/** Takes `rule` of `owner` apart; what the view points at lies in the set and in `arena`.
 *  @return false when memory is out */
bool yn_view_rule(yn_view *out, const yonder_rules *owner, const yn_rule *rule, yn_arena *arena);

/** Likewise a scope of `owner`. */
bool yn_view_scope(yn_scope_view *out, const yonder_rules *owner, uint32_t scope, yn_arena *arena);

/**
 * The rule as its reader might have handed it over, line 1. It means the same as the one it was
 * made from, and need not look the same: placeholders are named by their places. What the draft
 * points at lies in `text`, whose old content goes, and in `arena`.
 *
 * @return false when memory is out
 */
bool yn_view_draft(yn_draft *out, const yn_view *view, const yonder_rules *owner, yn_buf *text,
                   yn_arena *arena);

/** A draft as a line of yonder-rules(5), without its end, appended to `out`. */
void yn_draft_write(yn_buf *out, const yn_draft *draft);

/** Both in one. @return false when memory is out */
bool yn_view_write(yn_buf *out, const yn_view *view, const yonder_rules *owner, yn_arena *arena);

/** The hosts of a section as they stand between its brackets, appended to `out`. */
void yn_scope_write_hosts(yn_buf *out, const yn_scope_view *scope);

#endif
