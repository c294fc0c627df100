// SPDX-License-Identifier: MIT
// A trace as one JSON document. Keys are only ever added; "schema" changes if one's meaning does.
//
//   {"schema":1, "client":"chrome", "request":{"method","url"},
//    "hops":[{"n":1, "url","method","status","kind":"network","reason","location",
//             "location_resolved","method_changed","body_sent","headers":[[name,value]…],
//             "timing_ms":{"dns","connect","tls","first_byte","total"},"remote","http_version"}…],
//    "result":{"outcome","url","status","error","message","loop_to","hops","total_ms"}}
//
// A hop that failed has status, reason, remote (if not connected) and http_version null. `location`
// is the first Location as it came, `location_resolved` what it means there, followed or not.
// `result.hops` counts the entries of "hops"; `url` and `status` are those of the last of them.
// `error` is set for the outcome "error"; `loop_to` for "loop": the n the next request would
// repeat. Bytes of header fields that are not UTF-8 come out as U+FFFD.
#ifndef YN_REPORT_JSON_H
#define YN_REPORT_JSON_H

#include "base/buf.h"
#include "trace/chain.h"

/** Writes the document, without a line end. */
void yn_report_json(yn_buf *out, const yn_chain *chain);

#endif
