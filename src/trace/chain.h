// SPDX-License-Identifier: MIT
// A chain of hops, followed as one client would follow it: ask, decide, prepare the next request,
// until the final response, a loop, the limit or an error. What the chain is in the end is plain
// data; how it looks is the business of src/report.
#ifndef YN_TRACE_CHAIN_H
#define YN_TRACE_CHAIN_H

#include <yonder/redirect.h>

#include "trace/fetch.h"
#include "trace/fields.h"

enum {
    YN_CLIENT_LIMIT = -1
};

/** What to trace. Views, which must outlive the chain. */
typedef struct yn_plan {
    const yonder_client *client;
    const yonder_url *url;
    yonder_text method;
    bool method_is_custom; /**< see yonder_request.method_is_custom */
    bool has_body;
    yonder_text body;
    const yn_given_field *given;
    size_t given_count;
    long max_redirects; /**< in place of the client's own limit, or YN_CLIENT_LIMIT */
} yn_plan;

/** One request and what came of it. */
typedef struct yn_hop {
    yonder_text method;
    yonder_url url;
    bool body_sent;
    bool method_changed;        /**< against the hop before */
    const yonder_field *fields; /**< of the request; without Host and Content-Length */
    size_t field_count;
    yn_evidence evidence;
    bool decided;             /**< there was a response: the members below are set */
    yonder_decision decision; /**< its url is where to go next, if anywhere */
    yonder_text location;     /**< the first Location as it came; ptr NULL if there is none */
    yonder_url target;        /**< what it resolves to; href NULL if it does not, or is not there */
} yn_hop;

/** How a chain ends: X(name, code, prose). Codes are stable and appear in machine output. */
#define YN_OUTCOMES(X)                                                                             \
    X(YN_OUTCOME_FINAL, "final", "the last hop's response is the one the client shows")            \
    X(YN_OUTCOME_LOOP, "loop", "the next request would be one already made")                       \
    X(YN_OUTCOME_TOO_MANY, "too_many", "the limit of redirects is reached")                        \
    X(YN_OUTCOME_ERROR, "error", "the last hop failed, or the client gives up on its response")

typedef enum yn_outcome {
#define YN_OUTCOME_ENUM(name, code, prose) name,
    YN_OUTCOMES(YN_OUTCOME_ENUM)
#undef YN_OUTCOME_ENUM
} yn_outcome;

const char *yn_outcome_code(yn_outcome outcome);

/** There is at least one hop. */
typedef struct yn_chain {
    yn_plan plan;
    yn_hop *hops; /**< owned, like all that lies in it */
    size_t count;
    yn_outcome outcome;
    size_t loop_to;        /**< LOOP: which hop, from 1, the next request would repeat */
    bool loop_sets_cookie; /**< LOOP: a hop inside it set a cookie, and none are sent back */
    double total_ms;       /**< of all hops */
    const yonder_mem *mem;
    yn_arena arena;
} yn_chain;

/**
 * Follows. Two requests are the same if method, URL but for the fragment, header fields and body
 * are; the second is not made, for the first tells what it would bring.
 *
 * @return YONDER_OK with `*out` made, to be freed by yn_chain_free(); YONDER_NO_MEMORY, or what
 *         `fetch` returned
 */
int yn_chain_follow(yn_chain *out, const yn_plan *plan, yn_fetch_fn *fetch, void *fetch_context,
                    const yonder_mem *mem);
void yn_chain_free(yn_chain *chain);

/** Of the outcome ERROR the stable code of what went wrong ("connection_refused",
 *  "invalid_location"…); NULL for the others. Static. */
const char *yn_chain_error(const yn_chain *chain);

/** True if the chain broke below HTTP: the network, TLS or the protocol failed. */
bool yn_chain_network_failed(const yn_chain *chain);

#endif
