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
// Between the rows and the verdict there is a note for each hop whose body was cut short.
#ifndef YN_REPORT_TERMINAL_H
#define YN_REPORT_TERMINAL_H

#include "report/style.h"
#include "trace/chain.h"

void yn_report_terminal(yn_buf *out, const yn_chain *chain, const yn_style *style);

#endif
