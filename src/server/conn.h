// SPDX-License-Identifier: MIT
// A connection: what a worker does with one socket, from accept to close.
//
//   (PROXY ──▶) (HANDSHAKE ──▶) IDLE ──first bytes──▶ HEAD ──────▶ answered ──▶ IDLE
//     a request may go straight from IDLE to its answer; what is left over decides what follows:
//       WRITING    the client does not take its answer fast enough
//       BODY       the request's body is still to come, and is thrown away
//       STOPPED    an HTTP/2 request's body is too long, and may end by itself
//       STALLED    an HTTP/2 client has room for no more of its answers
//       LINGERING  our side is shut; read on, so that the client gets to read our last answer
//
// Between turns an idle connection is this struct and nothing more.
#ifndef YN_SERVER_CONN_H
#define YN_SERVER_CONN_H

#include "server/worker.h"

typedef struct yn_conn yn_conn;

/** The size of a yn_conn, for the pool. */
extern const size_t yn_conn_size;

/** Takes over a socket that was just accepted, and answers what has come with it. */
void yn_conn_open(yn_worker *worker, int fd, bool tls);

/** Tells the client of the connection that this timer belongs to that it should ask no more here,
 *  where its protocol has words for that. The timer may change its list, or be gone. */
void yn_conn_drain(yn_timer *timer);

/** What a timer list of the worker calls when a connection's time is over. */
void yn_conn_expired(yn_timer *timer);

#endif
