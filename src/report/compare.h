// SPDX-License-Identifier: MIT
// The same start followed as several clients, side by side: who ends where, and where they part.
//
//   client     requests  method      ends with  URL
//   chrome            2  POST → GET  200 OK     http://a.test/sent
//   firefox    as chrome
//   curl              2  POST → GET  200 OK     http://a.test/sent
//   googlebot         1  POST        302 Found  http://a.test/form
//
//   From chrome differ
//   googlebot  at hop 2: has stopped at 302, this client does not follow the status; chrome makes
//              GET http://a.test/sent
//
//   Warning (all but curl): hop 1 goes out in clear text…
//
// Two chains are equal if their hops are, in kind, method, URL, body and status, and they end
// alike. How long they took does not count, nor what a client makes up to show a step of its own.
#ifndef YN_REPORT_COMPARE_H
#define YN_REPORT_COMPARE_H

#include "base/buf.h"
#include "report/findings.h"
#include "report/style.h"
#include "trace/chain.h"

enum {
    YN_COMPARE_MAX = YN_FINDINGS_CHAINS,
};

typedef struct yn_comparison {
    const yn_chain *chains; /**< at least one; borrowed */
    size_t count;
    size_t same_as[YN_COMPARE_MAX];    /**< the first chain equal to this one; itself if none is */
    size_t differs_at[YN_COMPARE_MAX]; /**< the first hop, from 1, that is not as in chains[0]; one
                                            past the last hop of the shorter one where that is all;
                                            0 for those equal to it */
} yn_comparison;

/** `count` is at most YN_COMPARE_MAX. */
yn_comparison yn_compare(const yn_chain *chains, size_t count);

/** In words: how chain `i` is at `differs_at` beside chains[0]. Nothing for an equal one. */
void yn_compare_difference(yn_buf *out, const yn_comparison *comparison, size_t i);

/** The table, where they part, and what is worth knowing of each chain (findings.h). */
void yn_compare_text(yn_buf *out, const yn_comparison *comparison, const yn_style *style);

/**
 * {"schema":1, "request":{"method","url"},
 *  "clients":[{"client","version", and the members of a trace, without "schema"}…],
 *  "groups":[{"clients":[names],"differs_at","difference"}…]}, without a line end.
 */
void yn_compare_json(yn_buf *out, const yn_comparison *comparison);

#endif
