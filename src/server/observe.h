// SPDX-License-Identifier: MIT
// What is known of a running server, as documents: for --admin. From any thread but the workers'.
#ifndef YN_SERVER_OBSERVE_H
#define YN_SERVER_OBSERVE_H

#include <pthread.h>

#include "base/buf.h"
#include "server/access.h"
#include "server/live.h"
#include "server/tally.h"

typedef struct yn_observed {
    pthread_mutex_t lock; /**< held while the live set is exchanged, and while it is looked at */
    yn_live *live;
    yn_tally **tallies; /**< one a worker */
    size_t worker_count;
    unsigned sandbox;        /**< which parts are in force */
    int64_t started;         /**< seconds since 1970 */
    _Atomic int64_t loaded;  /**< likewise: when the live set was read */
    const yn_access *access; /**< or NULL */
    yn_count reloads, reloads_failed;
    atomic_bool draining;
} yn_observed;

/** How many connections were closed at once. */
uint64_t yn_observe_shed(const yn_observed *o);

/** For Prometheus: its text format, version 0.0.4. Of hosts, the `YN_OBSERVE_SITES` busiest have
 *  a line of their own; the others are one. */
void yn_observe_metrics(yn_observed *o, yn_buf *out);

enum {
    YN_OBSERVE_SITES = 100
};

/** A JSON object. */
void yn_observe_status(yn_observed *o, yn_buf *out);

/** How much to tell; 0: all. */
typedef struct yn_observe_wanted {
    size_t limit;
    bool unused; /**< of lines: those that never were answered by, in the order of their files */
} yn_observe_wanted;

/** Lines by hits, the busiest first. A JSON object. */
void yn_observe_hits(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out);

/** URLs that nothing answers, and for each the rule that would answer one nearly the same. */
void yn_observe_misses(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out);

#endif
