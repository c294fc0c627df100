// SPDX-License-Identifier: MIT
// A trace as one JSON document. Keys are only ever added; "schema" changes if one's meaning does.
//
//   {"schema":1, "client":"chrome", "request":{"method","url"},
//    "hops":[{"n":1, "url","method","status","kind":"network","reason","location",
//             "location_resolved","method_changed","body_sent","headers":[[name,value]…],
//             "incomplete","timing_ms":{"dns","connect","tls","first_byte","total"},"remote","http_version",
//             "cause":{"reason","source","matched","include_subdomains","learnt","learnt_at_hop",
//                      "expires","failure"},
//             "hsts":{"effect","reading","max_age","include_subdomains"},
//             "cacheable","fresh_for","stored","refresh":{"source","seconds","url"}}…],
//    "result":{"outcome","url","status","error","message","loop_to","hops","requests","total_ms"},
//    "visits":[{"hops","result"}…]}
//
// "visits" is there where there are several; "hops" and "result" are then those of the first.
//
// What each member says is told to users by the page of the command, from the tables of
// src/cli/cmd_trace.c.
#ifndef YN_REPORT_JSON_H
#define YN_REPORT_JSON_H

#include "base/buf.h"
#include "trace/chain.h"

/** Writes the document for one or more visits of the same plan, without a line end. */
void yn_report_json(yn_buf *out, const yn_chain *visits, size_t count);

#endif
