// SPDX-License-Identifier: MIT
// What came of a chain, in a sentence.
#ifndef YN_REPORT_VERDICT_H
#define YN_REPORT_VERDICT_H

#include "base/buf.h"
#include "trace/chain.h"

/** "Final: 200 OK at https://example.com/", "Loop: hop 3 would be hop 1 again, GET http://…",
 *  "Refused connection at …". No line end; bytes from elsewhere are escaped. */
void yn_verdict_write(yn_buf *out, const yn_chain *chain);

/** The status of a hop and what to call it: the registered phrase or, where there is none, the
 *  server's. Of a hop of the client's own it is the phrase the client made up, "307 Internal
 *  Redirect", or "(no response)". */
void yn_status_write(yn_buf *out, const yn_hop *hop);

#endif
