// SPDX-License-Identifier: MIT
// A status explained: the prose of its page, and what every client makes of it. The latter is asked
// of libyonder for each client and method, so that it is what `yonder decide` answers.
#ifndef YN_REPORT_EXPLAIN_H
#define YN_REPORT_EXPLAIN_H

#include <yonder/hsts.h>

#include "base/buf.h"
#include "report/status_page.h"
#include "report/style.h"

/** The methods of the table: X(name, whether the request asked about has a body). */
#define YN_EXPLAIN_METHODS(X)                                                                      \
    X("GET", false)                                                                                \
    X("HEAD", false)                                                                               \
    X("POST", true)                                                                                \
    X("PUT", true)                                                                                 \
    X("PATCH", true)                                                                               \
    X("DELETE", false)                                                                             \
    X("OPTIONS", false)

enum {
#define YN_EXPLAIN_COUNT(name, has_body) +1
    YN_EXPLAIN_METHOD_COUNT = 0 YN_EXPLAIN_METHODS(YN_EXPLAIN_COUNT),
#undef YN_EXPLAIN_COUNT
    YN_EXPLAIN_MAX_CLIENTS = 32,
};

/** What becomes of a request that is answered with the status and a Location. */
typedef struct yn_fate {
    bool follows;
    yonder_text method; /**< of the next request; empty where there is none. Static */
    bool body;          /**< goes along */
} yn_fate;

/** How a client goes to https by itself where the host is known to be for HTTPS only. */
typedef struct yn_explained_hsts {
    yonder_hsts_support support;
    bool learnt;        /**< it does so once a response of the host said so */
    bool preloaded;     /**< it does so where the preload list has the host */
    const char *phrase; /**< of the response it makes up to show it; NULL if it makes up none */
} yn_explained_hsts;

typedef struct yn_explained_client {
    const yonder_client *client;
    yn_fate fates[YN_EXPLAIN_METHOD_COUNT]; /**< in the order of YN_EXPLAIN_METHODS */
    yn_fate named[YN_EXPLAIN_METHOD_COUNT]; /**< where the user named the method, as with curl -X */
    bool names_methods;                     /**< it has methods of its own, and others only so */
    yonder_freshness kept;                  /**< of a GET, where no field says anything */
    yonder_freshness aged; /**< likewise, but that its Last-Modified is ten years before its Date */
    bool kept_if_told;     /**< of a GET, with Cache-Control: max-age=60 */
    bool kept_if_expires;  /**< of a GET, with an Expires a day after its Date */
    yn_explained_hsts hsts; /**< of the internal redirect's page alone */
} yn_explained_client;

typedef struct yn_explanation {
    const yn_status_page *page;
    yn_explained_client clients[YN_EXPLAIN_MAX_CLIENTS]; /**< every client of the library */
    size_t client_count;
} yn_explanation;

/** Works out what the clients do. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_explain(yn_explanation *out, const yn_status_page *page, const yonder_mem *mem);

/** The `index`-th of YN_EXPLAIN_METHODS. */
yonder_text yn_explain_method(size_t index, bool *has_body);

/** How many redirects in a row the client follows before it gives up. */
unsigned yn_explain_limit(const yonder_client *client, const yonder_mem *mem);

/**
 * One page, as text of at most 80 columns or as a JSON document:
 *
 *   {"schema":1, "code":308, "name", "phrase", "kind", "summary", "meaning",
 *    "clients":[{"client","version",
 *                "methods":[{"method","had_body","follows","next_method","body",
 *                            "if_named":{"follows","next_method","body"}}…],
 *                "cacheable_by_default","cacheable_if_told","cacheable_if_expires",
 *                "fresh_if_ten_years_old"}…],
 *    and of the internal redirect each has "hsts":{"support","learnt","preloaded","phrase"},
 *    "cache","search_engine","use_when","instead","sections":[{"title","text"}…],"specification"}
 */
void yn_explain_text(yn_buf *out, const yn_explanation *explanation, const yn_style *style);
void yn_explain_json(yn_buf *out, const yn_explanation *explanation);

/**
 * All pages in a line each, and which one to choose:
 *
 *   {"schema":1, "statuses":[{"code","name","phrase","kind","summary"}…],
 *    "choice":[{"lasting","method","code"}…],
 *    "clients":[{"client","version","limit"}…]}
 */
void yn_explain_overview_text(yn_buf *out, const yn_style *style, const yonder_mem *mem);
void yn_explain_overview_json(yn_buf *out, const yonder_mem *mem);

#endif
