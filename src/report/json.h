// SPDX-License-Identifier: MIT
// A trace as one JSON document. Keys are only ever added; "schema" changes if one's meaning does.
//
//   {"schema":1, "client":"chrome", "request":{"method","url"},
//    "hops":[{"n":1, "url","method","status","phrase","kind":"network","reason",
//             "location","location_resolved","method_changed","body_sent","headers":[[name,value]…],
//             "incomplete","certificate_error",
//             "timing_ms":{"dns","connect","tls","first_byte","total"},"remote","http_version",
//             "cause":{"reason","source","matched","include_subdomains","learnt","learnt_at_hop",
//                      "expires","failure"},
//             "hsts":{"effect","reading","max_age","include_subdomains"},
//             "cacheable","fresh_for","stored","refresh":{"source","seconds","url"}}…],
//    "result":{"outcome","url","status","error","message","loop_to","hops","requests","total_ms"},
//    "findings" and "canonical": see findings.h,
//    "visits":[{"hops","result","findings","canonical"}…]}
//
// "visits" is there where there are several; what else there is is then of the first.
//
// What each member says is told to users by the page of the command, from the tables of
// src/cli/cmd_trace.c.
#ifndef YN_REPORT_JSON_H
#define YN_REPORT_JSON_H

#include "base/json.h"
#include "trace/chain.h"

/** Writes the document for one or more visits of the same plan, without a line end. */
void yn_report_json(yn_buf *out, const yn_chain *visits, size_t count);

/** Writes what the document has of one visit, "client" and "request" included, as members of an
 *  object that the caller has begun. */
void yn_report_json_members(yn_json *j, const yn_chain *chain);

#endif
