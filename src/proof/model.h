// SPDX-License-Identifier: MIT
// A rule set as the proof goes through it: which rules can be followed by asking, which have to be
// reasoned about, and at which hosts.
#ifndef YN_PROOF_MODEL_H
#define YN_PROOF_MODEL_H

#include "proof/links.h"
#include "proof/visit.h"
#include "rules/view.h"

/** Where the rules of a scope are looked at: one host for all that are alike. */
typedef struct yn_context {
    bool https;
    yonder_text host;
} yn_context;

typedef struct yn_model_scope {
    yn_scope_view view;
    const yn_context *contexts; /**< at least one */
    size_t context_count;
    bool is_partial; /**< there are hosts that were left out, for there are too many */
} yn_model_scope;

/** How a rule is dealt with. */
typedef enum yn_rule_class {
    YN_CLASS_NONE,     /**< no rule has this order */
    YN_CLASS_PLAIN,    /**< one path, one answer: it is asked */
    YN_CLASS_PAIRS,    /**< one path, and pairs, all literal: likewise */
    YN_CLASS_SYMBOLIC, /**< it has placeholders, conditions, or is a regular expression */
} yn_rule_class;

typedef struct yn_model {
    const yonder_rules *set;
    const yonder_mem *mem;
    yn_arena arena;         /**< of all that is here */
    yn_model_scope *scopes; /**< by number */
    size_t scope_count;
    uint8_t *classes;   /**< yn_rule_class by order */
    uint32_t *scope_of; /**< of plain rules, by order */
    uint32_t end_order;
    size_t plain_count, rule_count;
    const yn_view **symbolic; /**< in file order */
    size_t symbolic_count;
    yn_links scopes_by_name; /**< hash of a host's name, or of "" → scopes */
    yn_links names_below;    /**< hash of a wildcard → slots of hosts.names it covers */
    yn_links canonical;      /**< hashes of hosts that lines `canonical` name */
    yn_hosts hosts;
    bool has_schemes;     /**< http and https are not the same to some rule or site */
    bool serves_any;      /**< some rule serves any host */
    bool has_narrow;      /**< some rule has pairs or conditions */
    yonder_text any_host; /**< stands for hosts that nothing names */
} yn_model;

/** Takes `set` in. `hosts` are those it is served for besides the ones it names ("*.example.com"
 *  for a wildcard); they have to last. @return YONDER_OK, YONDER_NO_MEMORY, or
 *  YONDER_INVALID_ARGUMENT for a host that is none */
int yn_model_make(yn_model *out, const yonder_rules *set, const yonder_text *hosts,
                  size_t host_count, const yonder_mem *mem);
void yn_model_free(yn_model *model);

/** The view of a symbolic rule, or NULL. */
const yn_view *yn_model_symbolic(const yn_model *model, uint32_t order);

/** Calls `take` with each scope whose rules may answer at this host; some are named in vain. */
void yn_model_scopes_at(const yn_model *model, bool https, yonder_text host,
                        void (*take)(void *context, uint32_t scope), void *context);

/** The path of an exact FROM, and its literal pairs as a query, appended to `out`. */
void yn_model_target(yn_buf *out, const yn_view *rule);

/** The text TO begins with, up to the first thing a request brings, appended to `out`. */
void yn_model_location(yn_buf *out, const yn_view *rule);

/** Whether every request at this place is sent to https first. */
bool yn_model_is_upgraded(const yn_model *model, const yn_model_scope *scope);

#endif
