// SPDX-License-Identifier: MIT
// The way to HSTS from where a domain stands, for people and for machines:
//
//   {"schema":1, "domain","ascii",
//    "now":{"value","valid","reason","max_age","include_subdomains","preload"} or null,
//    "listed":bool,
//    "obstacles":[{"code","host","message"}…], "subdomains":[{"code","host","message"}…],
//    "next":STEP, "ramp":[STEP…]}
//
// STEP is {"step","message","value","max_age","include_subdomains","preload","settle","wait","why",
// "lines":{SERVER:line}}: "settle" is how many seconds the present header should have been served
// for, "wait" how many this one should be. "value" and "lines" are null where no header is due.
#ifndef YN_REPORT_ADVISE_H
#define YN_REPORT_ADVISE_H

#include "audit/advise.h"
#include "report/check.h"

/** `server` is as in yn_checked. */
typedef struct yn_advised {
    const yn_audit *audit;
    const yn_advice *advice;
    const char *server;
    bool wants_preload;
} yn_advised;

void yn_advise_text(yn_buf *out, const yn_advised *advised, const yn_style *style);
void yn_advise_json(yn_buf *out, const yn_advised *advised);

#endif
