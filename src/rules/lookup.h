// SPDX-License-Identifier: MIT
// A request's way through a set, for the files that are that way: match.c begins and ends it,
// walk.c goes through the trees of patterns, candidates.c decides which rule fires, and fields.c
// what the line of a site adds.
#ifndef YN_RULES_LOOKUP_H
#define YN_RULES_LOOKUP_H

#include "rules/condition.h"
#include "rules/match.h"
#include "rules/set.h"

enum {
    YN_LONGEST_HOST = 255,
    YN_MOST_NAMES =
        YN_LONGEST_HOST + 1, // a host and the wildcards that cover it: labels may be empty
    YN_MOST_VARY = 16,
    YN_MOST_CAPTURES = 256, // any byte of a damaged target can be the number of one
};

/** A set, or what lies below it. */
typedef struct yn_layer {
    const yonder_rules *set;
    uint32_t hosts[YN_MOST_NAMES]; /**< names in the set that cover the request's, most specific
                                        first; 0 where it has not the name */
} yn_layer;

/** A field that a condition asked for. Rules are not looked at in their order: what stands behind
 *  the rule that fires has no part in the answer. */
typedef struct yn_noted {
    yonder_text field;
    uint64_t place; /**< of the first such rule: its rank, then its order */
} yn_noted;

/** No rule has this place. */
#define YN_NO_PLACE UINT64_MAX

typedef struct yn_lookup {
    const yonder_rules_request *request;
    const yonder_rules *top; /**< what was asked */
    const yonder_rules *set; /**< the layer at hand */
    const yn_watch *watch;   /**< or NULL */
    yonder_text key;         /**< the canonical path */
    yonder_text raw;         /**< the path as written, without dot segments: the same segments */
    yonder_text folded;      /**< the key without case; NULL until it is asked for */
    yonder_text subject;     /**< what regular expressions are held against; likewise */
    yonder_text query;       /**< without "?" and what the site ignores */
    yonder_text ignored;     /**< names of parameters that are not there for rules */
    char *scratch;           /**< what is still free of it */
    size_t scratch_size;
    char host_room[YN_LONGEST_HOST];
    yonder_text host; /**< canonical; empty: unknown */
    int32_t port;
    yn_layer layers[2];
    size_t layer_count;
    size_t name_count;
    uint32_t rank;  /**< of the name whose sections are at hand: 0 is the most specific */
    uint32_t order; /**< of the best rule so far */
    uint32_t limit; /**< rules from here on need not be looked at */
    uint32_t best;
    const yonder_rules *best_set;
    uint64_t place;              /**< of the best rule, or YN_NO_PLACE */
    bool choosing;               /**< among the rules of one FROM, whose place counts for all */
    yn_noted vary[YN_MOST_VARY]; /**< fields that conditions asked for */
    size_t vary_count;
    uint64_t vary_lost;   /**< where the first stands that found no room */
    uint64_t conditional; /**< where the first condition about more than the method stands */
    int error;
} yn_lookup;

/** Room for `size` bytes that stay until the answer is made; NULL, and the error set, without. */
char *yn_lookup_room(yn_lookup *l, size_t size);

/** The key as a scope compares paths. */
yonder_text yn_lookup_key(yn_lookup *l, const yn_scope *scope);

/** What regular expressions are held against. */
yonder_text yn_lookup_subject(yn_lookup *l);

/* candidates.c */

/** Takes the first rule of a chain that fires and comes before the best so far. */
void yn_consider(yn_lookup *l, uint32_t ref);

/** The rules of a place, those that ask for query pairs included. */
void yn_consider_place(yn_lookup *l, uint32_t number, bool splat);

/** Notes what the answer depends on by the first `count` conditions of `rule`, 0 being all, as if
 * it stood at `place`. */
void yn_note_conditions(yn_lookup *l, const yn_rule *rule, size_t count, uint64_t place);

/** What `rule` captures from the request, into room for YN_MOST_CAPTURES. */
void yn_read_captures(yn_lookup *l, const yn_rule *rule, yonder_text *captures);

/** How much the client likes the languages of a rule that fires. */
int yn_quality_of(const yn_lookup *l, const yn_rule *rule);

/** Of the rules that share the best one's FROM, and that ask for a language as it does, the one the
 *  client likes best is the best. For a set without one below it. */
void yn_choose_language(yn_lookup *l);

/* walk.c */

/** Every rule of a tree of patterns that fits the path. */
void yn_consider_patterns(yn_lookup *l, uint32_t root, const yn_scope *scope);

/* fields.c */

typedef struct yn_site {
    const yn_site_row *line[YN_SITE_COUNT]; /**< NULL: nothing is said */
    const yonder_rules *set;
} yn_site;

/** What is said of the request's site: by the section of the most specific name, else by the next,
 *  else outside sections. */
void yn_find_site(const yn_lookup *l, yn_site *site);

/** The text of a line that is there. */
yonder_text yn_site_text(const yn_site *site, yn_site_line line);

/** What the site answers before any rule: https, then maintenance. True with `*answer` set. */
bool yn_site_goes_first(yn_lookup *l, const yn_site *site, yonder_text target,
                        yonder_rules_answer *answer);

/** The scheme and host that a path is sent to if the host is not the canonical one, in `room` of
 * 300 bytes; empty if it is. */
yonder_text yn_site_canonical(const yn_lookup *l, const yn_site *site, char *room);

/** What no rule answered goes to the canonical host. */
bool yn_site_goes_last(yn_lookup *l, const yn_site *site, yonder_text target,
                       yonder_rules_answer *answer);

/** HTTP/1.0, caches, HSTS, Vary: what every answer needs. */
void yn_finish_answer(yn_lookup *l, const yn_site *site, yonder_rules_answer *answer);

#endif
