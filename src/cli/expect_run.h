// SPDX-License-Identifier: MIT
// A run of expectations: what holds for all of them, and the two that can be asked, rules and a
// server.
#ifndef YN_CLI_EXPECT_RUN_H
#define YN_CLI_EXPECT_RUN_H

#include "cli/expect_hold.h"
#include "cli/expect_report.h"
#include "trace/bulk.h"

typedef struct yn_expect_run {
    const yn_expectations *expectations;
    yn_expect_report *report;
    yonder_text host;           /**< of URLs that are paths; empty: none */
    bool https;                 /**< likewise */
    const yonder_field *fields; /**< of all requests, where a line does not name them */
    size_t field_count;
    int64_t now;
    bool follow;
    long max_hops;
    yn_map hosts; /**< at which chains are followed */
} yn_expect_run;

/** A server, as --live names it. */
typedef struct yn_expect_base {
    bool https;
    yonder_text connect, host; /**< "host:port"; the same without the scheme's own port */
} yn_expect_base;

/** Asks rules, one after the other. @return YONDER_OK; YONDER_NO_MEMORY */
int yn_expect_ask_rules(const yn_expect_run *run, const yonder_rules *rules);

/** Asks a server; `bases` are one, or one a scheme. Tells of its progress on a terminal.
 *  @return as yn_bulk_run() */
int yn_expect_ask_server(const yn_expect_run *run, const yn_expect_base *bases, size_t base_count,
                         const yn_bulk_options *options, yn_buf *message);

/* ---- for the two ----------------------------------------------------------------------------- */

/** The fields of a request, the line's before the run's, appended to `room`, which is an array. An
 *  error sticks there. */
void yn_expect_fields(const yn_expect_run *run, const yn_expectation *e, yn_buf *room);

/** The URL an expectation is about, whole, in place of what `out` held. Where no host is known it
 *  is one that cannot be. */
void yn_expect_url(const yn_expect_run *run, const yn_expectation *e, yn_buf *out);

/** The host that cannot be. */
#define YN_EXPECT_NO_HOST YN_TEXT("host.invalid")

/** Whether a chain is to be followed from this first answer on. */
bool yn_expect_follows(const yn_expect_run *run, const yn_expectation *e, int status,
                       yonder_text location);

/** Compares and sets `o->verdict` and `o->faults`; `trail` is NULL where nothing was followed. */
void yn_expect_judge(const yn_expectation *e, yonder_text url, const yn_trail *trail,
                     yn_expect_outcome *o);

#endif
