// SPDX-License-Identifier: MIT
// One step of a plan as rules, for one site.
#ifndef YN_DIALECTS_PLAN_RENDER_H
#define YN_DIALECTS_PLAN_RENDER_H

#include "dialects/plan.h"

/** Hosts that are told apart. */
typedef struct yn_site {
    yonder_text host;                 /**< empty: those without a site of their own */
    bool wildcard;                    /**< "*.example.com" */
    const yn_plan_server *servers[2]; /**< that answers for it over http, https; or NULL */
} yn_site;

/** A rule, but for the host it is for. */
typedef struct yn_plan_rule {
    struct yn_plan_rule *next;
    const yn_step *step;
    yn_path_kind kind; /**< a prefix: "/a/" and a star */
    bool ignore_case;
    yonder_text path; /**< of an exact one as a URL has it; a pattern */
    const yn_draft_pair *pairs, *conditions;
    size_t pair_count, condition_count;
    yonder_text to; /**< empty: none */
    unsigned schemes;
    bool upgrades; /**< it leads to the same URL with https */
} yn_plan_rule;

typedef struct yn_plan_rules {
    yn_plan_rule *first, *last, **end; /**< where the next one goes */
    size_t count;
} yn_plan_rules;

/** How the path of a rule is written, and what can be taken from it. */
typedef struct yn_frame {
    yn_plan *plan;
    const yn_site *site;
    const yn_step *step;
    const yn_case *which;
    unsigned schemes;
    yn_path_kind kind;
    yonder_text exact; /**< subject form */
    yonder_text pattern;
    bool ignore_case;
    const char
        *any_group; /**< what group 1 is where every path fits: ":splat", "/:splat", or NULL */
    uint32_t any_id;
    yonder_text folder; /**< "/a" where all below "/a/" fits, subject form */
    size_t whole; /**< the group that is the path without its first slash; 0: none was asked for */
    struct {
        uint32_t id;
        size_t offset; /**< its group 1 is this and one */
    } groups[8];
    size_t group_count;
    // A group that starts with the slash a target needs: "/$1" with the slash outside, or nothing.
    uint32_t lead_id, lead_number;
    bool lead_is_empty;
    unsigned without; /**< a bit for each argument of TO that the query does not have */
} yn_frame;

/** Names of the query that TO asks for, and FROM has to bind. */
enum {
    YN_MOST_ARGUMENTS = 2
};

typedef struct yn_uses {
    bool whole; /**< of the path */
    bool lead;  /**< a group stands where a slash has to */
    uint32_t lead_id, lead_number;
    uint32_t ids[8]; /**< regular expressions whose groups are used */
    size_t id_count;
    yonder_text arguments[YN_MOST_ARGUMENTS];
    size_t argument_count;
    const char *lost; /**< why it can not be written, or NULL */
} yn_uses;

/** What the target of a step needs. */
yn_uses yn_target_uses(const yn_frame *frame);

/**
 * The target of a step: `*to` in native terms. False where it has none; why, was told.
 */
bool yn_target_write(yonder_text *to, bool *upgrades, const yn_frame *frame, const yn_uses *uses);

/** Appends the rules for `step`, whose requests are now those of `which`, to `rules`.
 *  @return false where it could not be carried over, which was told */
bool yn_plan_render(yn_plan *plan, const yn_site *site, const yn_step *step, const yn_case *which,
                    unsigned schemes, yn_plan_rules *rules);

typedef enum yn_holds {
    YN_HOLDS_NOT,
    YN_HOLDS,
    YN_HOLDS_MAYBE
} yn_holds;

/** Whether a test holds for the hosts of a site; `groups`, of a regular expression that fits the
 *  host of it, may be NULL. */
yn_holds yn_site_holds(yn_plan *plan, const yn_site *site, const yn_host_test *test,
                       yonder_text *groups, size_t group_count);

#endif
