// SPDX-License-Identifier: MIT
// Which URL of a chain a search engine keeps, as Google's documentation of redirects and of status
// codes has it: a permanent redirect (301, 308, a refresh after 0 seconds) is a strong sign that
// its target is the canonical URL; a temporary one (302, 303, 307, a later refresh) a weak one, and
// its source is shown; content is wanted within ten redirects.
//
// Where the client itself went from http to https, the server's answer to http was not seen. The
// rest of the chain is weighed, and the caveat says so.
//
// What a page says of itself (rel=canonical, a sitemap) is not looked at.
#ifndef YN_TRACE_CANONICAL_H
#define YN_TRACE_CANONICAL_H

#include "trace/chain.h"

typedef enum yn_strength {
    YN_STRENGTH_NONE,
    YN_STRENGTH_WEAK,
    YN_STRENGTH_STRONG,
} yn_strength;

/** NULL, "weak", "strong". */
const char *yn_strength_code(yn_strength strength);

typedef struct yn_canonical {
    const yonder_url *url; /**< a hop's; NULL if none is kept, or if the chain does not tell */
    yn_strength strength;  /**< NONE if and only if `url` is NULL */
    const char *reason;    /**< in words; static */
    const char *caveat;    /**< what the chain could not show, in words; or NULL. Static */
    size_t hop;            /**< the one that decided, from 1 */
} yn_canonical;

yn_canonical yn_canonical_of(const yn_chain *chain);

/** True for a status that says the move is for good. */
bool yn_status_is_permanent(int status);

#endif
