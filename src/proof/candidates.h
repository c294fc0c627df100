// SPDX-License-Identifier: MIT
// Which rules can be for a symbolic request at all: told from what is plain at the start of its
// path, so that patterns by the thousand need not be tried one by one. Some that are named are not
// for it; none that is for it is left out.
#ifndef YN_PROOF_CANDIDATES_H
#define YN_PROOF_CANDIDATES_H

#include "proof/model.h"
#include "proof/symbol.h"

typedef struct yn_candidates {
    const yn_model *model;
    yn_links ends;    /**< (scope, plain start of FROM) → rules */
    yn_links below;   /**< (scope, a shorter start of it) → rules */
    yn_links regexes; /**< scope → rules */
    yn_links
        narrow; /**< (scope, plain start of FROM), and scopes: of rules with pairs or conditions */
    yn_links open;  /**< starts below which plain rules are wanted, too */
    yn_links plain; /**< (scope, such a start) → plain rules */
} yn_candidates;

/** False when memory is out. */
bool yn_candidates_make(yn_candidates *out, const yn_model *model);
void yn_candidates_free(yn_candidates *c);

typedef struct yn_candidate_sink {
    bool (*take)(void *context, uint32_t order); /**< false: that was enough */
    void *context;
    bool wants_plain; /**< those of class YN_CLASS_PLAIN below a path that is not plain */
    bool wants_regexes;
} yn_candidate_sink;

void yn_candidates_at(const yn_candidates *c, const yn_symbol *request, const yn_env *env,
                      const yn_candidate_sink *sink);

/** Whether there may be a rule with pairs or conditions for a path without variables. */
bool yn_candidates_narrow(const yn_candidates *c, bool https, yonder_text host, yonder_text path);

#endif
