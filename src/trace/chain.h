// SPDX-License-Identifier: MIT
// A chain of hops, followed as one client would follow it: ask, decide, prepare the next request,
// until the final response, a loop, the limit or an error. What the chain is in the end is plain
// data; how it looks is the business of src/report.
//
// With a profile the client has a memory: a request that HSTS turns into https, or that is answered
// from the cache, is a hop that no server sees.
#ifndef YN_TRACE_CHAIN_H
#define YN_TRACE_CHAIN_H

#include <yonder/hsts.h>
#include <yonder/redirect.h>
#include <yonder/refresh.h>

#include "trace/fetch.h"
#include "trace/fields.h"
#include "trace/profile.h"

enum {
    YN_CLIENT_LIMIT = -1,
    YN_MAX_REFRESHES = 20, /**< pages in one chain that may ask to go on; no client has a limit */
};

/** The time of day, in seconds since 1970. */
typedef int64_t yn_now_fn(void *context);

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
    long max_redirects;  /**< in place of the client's own limit, or YN_CLIENT_LIMIT */
    bool follow_refresh; /**< pages that ask to go on are obeyed, by a client that shows pages */
    yn_profile *profile; /**< what the client remembers, changed on the way; NULL: nothing */
    yn_now_fn *now;      /**< must be there with a profile; without it, and where it is NULL, times
                              are not known */
    void *now_context;
} yn_plan;

/** Who gave the answer of a hop: X(name, code, prose). Codes appear in machine output. */
#define YN_HOP_KINDS(X)                                                                            \
    X(YN_HOP_NETWORK, "network", "a server was asked")                                             \
    X(YN_HOP_INTERNAL, "internal", "the client changed the scheme by itself; no server was asked") \
    X(YN_HOP_CACHE, "cache", "the client answered from its cache; no server was asked")            \
    X(YN_HOP_REFRESH, "refresh", "the page of the hop before asked to go on")

typedef enum yn_hop_kind {
#define YN_HOP_KIND_ENUM(name, code, prose) name,
    YN_HOP_KINDS(YN_HOP_KIND_ENUM)
#undef YN_HOP_KIND_ENUM
} yn_hop_kind;

const char *yn_hop_kind_code(yn_hop_kind kind);

/** Why a client changed the scheme by itself. */
typedef enum yn_internal_reason {
    YN_INTERNAL_HSTS,
    YN_INTERNAL_HTTPS_FIRST, /**< https is tried first */
    YN_INTERNAL_FALLBACK,    /**< and did not work: back to http */
} yn_internal_reason;

/** As Chromium writes it in Non-Authoritative-Reason: "HSTS", "HttpsUpgrades". */
const char *yn_internal_reason_code(yn_internal_reason reason);

/** Who caused an INTERNAL hop. All but `reason` is of HSTS. */
typedef struct yn_cause {
    yn_internal_reason reason;
    yonder_hsts_source source;
    yonder_text matched;     /**< the host of the entry */
    bool include_subdomains; /**< of the entry */
    int64_t learnt, expires; /**< of a dynamic one; 0 and YONDER_HSTS_FOREVER are what they are in
                                  yonder_hsts_entry */
    size_t learnt_at;        /**< the last hop of this chain, from 1, that taught it; 0: none did */
    const char *failure; /**< of FALLBACK: the code of what came of https, of the network or of a
                              reason; NULL where it only led back to http. Static */
    const char *prose;   /**< of that failure. Static */
} yn_cause;

/** Where the page of a hop asks to go. */
typedef struct yn_hop_refresh {
    bool present;
    yonder_refresh_source source;
    int64_t seconds;
    yonder_url url;
    bool reloads; /**< the page itself, again and again */
} yn_hop_refresh;

/** One request and what came of it. */
typedef struct yn_hop {
    yn_hop_kind kind;
    yn_cause cause; /**< of an INTERNAL hop */
    yonder_text method;
    yonder_url url;
    bool body_sent;
    bool method_changed;        /**< against the hop before */
    const yonder_field *fields; /**< of the request; without Host and Content-Length */
    size_t field_count;
    yn_evidence
        evidence;     /**< of a CACHE hop that of the response which was kept, of an INTERNAL
                           one what the client makes up, if anything: its status may be 0. Where
                           https was tried and failed, time and address are those of the trial */
    int64_t received; /**< when the response came, the kept one too; 0 if not known */
    bool decided;     /**< it did not fail: the members below are set */
    yonder_decision decision; /**< its url is where to go next, if anywhere */
    yonder_text location;     /**< the first Location as it came; ptr NULL if there is none */
    yonder_url target;        /**< what it resolves to; href NULL if it does not, or is not there */
    yonder_hsts_noted hsts;   /**< what was learnt from the response */
    yn_hop_refresh refresh;   /**< of the response's page; of a REFRESH hop the one obeyed */
    const char *page_unread;  /**< what kept its elements from being read, in a word or two, so that
                                   whether they ask for a refresh is not known; NULL: nothing did */
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

/** There is at least one hop. One of kind REFRESH comes after the hop whose page asks to go on, has
 *  that page's URL, and no request or response of its own. */
typedef struct yn_chain {
    yn_plan plan;
    yn_hop *hops; /**< owned, like all that lies in it */
    size_t count;
    yn_outcome outcome;
    size_t loop_to;        /**< LOOP: which hop, from 1, the next request would repeat */
    bool loop_sets_cookie; /**< LOOP: a hop inside it set a cookie, and none are sent back */
    bool asked_preload;    /**< the client had a preload list to look into */
    size_t followed;       /**< redirects that count to the limit, since the last refresh */
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

/** How many hops a server saw. */
size_t yn_chain_requests(const yn_chain *chain);

/** True if the chain broke below HTTP: the network, TLS or the protocol failed. */
bool yn_chain_network_failed(const yn_chain *chain);

#endif
