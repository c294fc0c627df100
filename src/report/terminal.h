// SPDX-License-Identifier: MIT
// A trace as a table a person reads at a glance, and a last line with the verdict.
//
//   #  status                 method       dns  connect  tls  first byte  total  ms
//   1  307 …, method kept     POST           -      0.1    -         0.4    0.6  http://…/old
//   2  200 OK                 POST → GET     -        -    -         0.3    0.3  http://…/new
//   Final: 200 OK at http://…/new (2 hops, 0.9 ms, as chrome)
//
// A URL is never cut and always copyable whole. It stands at the end of its row or, where that is
// too long for the terminal, in a line of its own. Of each URL after the first, the parts that are
// not those of the hop before are bold, the others dim. A phase that took no time is "-".
#ifndef YN_REPORT_TERMINAL_H
#define YN_REPORT_TERMINAL_H

#include "report/style.h"
#include "trace/chain.h"

void yn_report_terminal(yn_buf *out, const yn_chain *chain, const yn_style *style);

#endif
