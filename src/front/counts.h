// SPDX-License-Identifier: MIT
// What the server has done, counted: for Prometheus. From any thread.
#ifndef YN_FRONT_COUNTS_H
#define YN_FRONT_COUNTS_H

#include <stdatomic.h>

#include "base/buf.h"

/** X(member, name, help) */
#define YN_COUNTS_COUNTERS(X)                                                                      \
    X(scans, "scans_total", "Members that were scanned.")                                          \
    X(failed, "scans_failed_total", "Of these, the ones that did not meet the requirements.")      \
    X(doubted, "scan_rounds_doubted_total",                                                        \
      "Rounds in which so much was out of reach that our own network was doubted.")                \
    X(marked, "marked_total", "Members that were marked for removal.")                             \
    X(editions, "publishes_total", "Versions that were published.")                                \
    X(told, "hooks_told_total", "Events that hooks were told of.")                                 \
    X(untold, "hooks_failed_total", "Tries to tell a hook that failed.")                           \
    X(given_up, "hooks_given_up_total", "Events that a hook was never told of.")                   \
    X(errors, "round_errors_total", "Rounds that ended with an error.")                            \
    X(slow, "slow_clients_total", "Connections that were closed because they took too long.")      \
    X(checks, "checks_total", "Live checks that were asked for.")                                  \
    X(limited, "limited_total", "Requests that were refused by a limit.")                          \
    X(denied, "wrong_tokens_total", "Requests with a token that is not the operator's.")

enum {
    YN_COUNTS_ROWS = 512
};

/** How often a route had a status. */
typedef struct yn_counts_row {
    const char *method, *path; /**< of the route's row */
    unsigned status;           /**< 0: the row is free */
    uint64_t count;
} yn_counts_row;

typedef struct yn_counts {
#define YN_COUNTS_MEMBER(member, name, help) atomic_uint_fast64_t member;
    YN_COUNTS_COUNTERS(YN_COUNTS_MEMBER)
#undef YN_COUNTS_MEMBER
    atomic_int_fast64_t certificate_expires; /**< of the served one; 0: there is none */
    atomic_flag busy;
    yn_counts_row rows[YN_COUNTS_ROWS];
} yn_counts;

/** `method` and `path` are static texts: those of a row of routes, or "" for none. */
void yn_counts_answer(yn_counts *counts, const char *method, const char *path, unsigned status);

/** All of it, in Prometheus' text format 0.0.4. */
void yn_counts_write(yn_counts *counts, yn_buf *out);

#endif
