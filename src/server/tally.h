// SPDX-License-Identifier: MIT
// What one worker counts. It alone writes; whoever wants to know reads the workers' tallies and
// adds them up. Nothing here is shared between workers, and no instruction waits for another
// processor.
#ifndef YN_SERVER_TALLY_H
#define YN_SERVER_TALLY_H

#include <stdalign.h>

#include <yonder/rules.h>

#include "server/hits.h"
#include "server/misses.h"

enum {
    YN_TALLY_STATUSES = 600,
    YN_TALLY_CAUSES = YONDER_RULES_MAINTENANCE + 1,
    YN_TALLY_SPANS = 16,  // of the histogram; the last one has no end
    YN_TALLY_NOTED = 256, // lines and hosts noted before they are counted
};

/** Where each span of the histogram ends, in microseconds; the last is INT64_MAX. */
extern const int64_t yn_tally_spans[YN_TALLY_SPANS];

/** Things that happen; X(member, name in metrics, what it counts). */
#define YN_TALLY_EVENTS(X)                                                                         \
    X(accepted, "connections_accepted", "Connections accepted.")                                   \
    X(closed, "connections_closed", "Connections closed.")                                         \
    X(shed, "connections_shed", "Connections closed at once, for there were too many.")            \
    X(refused, "requests_refused", "Requests refused: malformed, too large or too slow.")          \
    X(tls_full, "tls_handshakes_full", "TLS handshakes made from scratch.")                        \
    X(tls_resumed, "tls_handshakes_resumed", "TLS handshakes that went on with an old session.")   \
    X(tls_failed, "tls_handshakes_failed", "TLS handshakes that failed.")                          \
    X(proxy_bad, "proxy_headers_bad", "Connections closed for want of a good PROXY header.")       \
    X(bytes, "response_bytes", "Bytes of responses, before TLS.")

typedef struct yn_tally {
    // The worker's own.
    alignas(64) yn_hits *hits; /**< of the live set; NULL: none are counted */
    size_t worker;
    int64_t turn_began; /**< nanoseconds of a monotonic clock */
    int64_t now;        /**< seconds since 1970 */
    int64_t waited;     /**< milliseconds since the first byte of the request at hand, before this
                             turn; taken by the next answer */
    uint32_t answered;  /**< in this turn, and their time is not known yet */
    uint32_t noted_count;
    uint32_t noted[YN_TALLY_NOTED]; /**< indexes of `hits`, asked for and not counted yet */

    // Read by others.
    alignas(64) yn_count causes[YN_TALLY_CAUSES];
    yn_count spans[YN_TALLY_SPANS]; /**< requests whose time ends in that span */
    yn_count microseconds;          /**< of all requests */
#define YN_TALLY_MEMBER(member, name, help) yn_count member;
    YN_TALLY_EVENTS(YN_TALLY_MEMBER)
#undef YN_TALLY_MEMBER
    yn_count statuses[YN_TALLY_STATUSES];
    yn_misses misses;
} yn_tally;

/** One answer. Views. */
typedef struct yn_answered {
    int status;
    size_t bytes;
    bool https;
    yonder_text host, target;          /**< empty where the request was not understood */
    const yonder_rules_answer *answer; /**< what the rules said; NULL: they were not asked */
} yn_answered;

void yn_tally_turn_begins(yn_tally *tally, yn_hits *hits, int64_t now);
/** Their answers are with the kernel: it is known how long the requests of the turn have taken. The
 *  time is that of the turn, which is the resolution of the histogram: a request counts as answered
 *  when all that were ready together are. */
void yn_tally_turn_ends(yn_tally *tally);

void yn_tally_answer(yn_tally *tally, const yn_answered *answered);

#endif
