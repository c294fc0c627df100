// SPDX-License-Identifier: MIT
// A trace as a table a person reads at a glance, and a last line with the verdict.
//
//   #  status                            method      dns   tcp  wait  total ms  URL
//   1  302 for now, POST may become GET  POST        1.5  20.0  31.0      52.5  http://…/old
//   2  200 OK                            POST → GET    -     -  30.2      30.9  http://…/new
//   Final: 200 OK at http://…/new (2 hops, 83.4 ms, as chrome)
//
// A URL is never cut and always copyable whole. It stands at the end of its row or, where that is
// too long for the terminal, in a line of its own. Of each URL after the first, the parts that are
// not those of the hop before are bold, the others dim. A phase that did not take place is "-", and
// has no column where no hop has it: there is no "tls" above plain HTTP. Where the terminal is
// too narrow for all that, statuses have their phrases, then none, and at last the phases go.
// A hop that no server saw says so in place of its status, or has the status that the client makes
// up or has kept. Between the rows and the verdict there are notes: who caused such a hop, what was
// learnt, whose body was cut short; then the findings (findings.h).
#ifndef YN_REPORT_TERMINAL_H
#define YN_REPORT_TERMINAL_H

#include "report/style.h"
#include "trace/chain.h"

/** One table, or, of several visits, one for each below a line that counts them. */
void yn_report_terminal(yn_buf *out, const yn_chain *visits, size_t count, const yn_style *style);

#endif
