// SPDX-License-Identifier: MIT
// --admin: a small HTTP server of its own, in a thread of its own, that tells what the real one
// does. It only ever reads. The one place that sees libmicrohttpd.
//
//   /healthz  "ok", or 503 "draining"      /metrics  for Prometheus
//   /status   JSON                         /hits     JSON; ?limit=N (0: all), ?unused=1
//                                          /misses   JSON; ?limit=N
#ifndef YN_SERVER_ADMIN_H
#define YN_SERVER_ADMIN_H

#include "server/handover.h"
#include "server/observe.h"

typedef struct yn_admin yn_admin;

/** Loads what it needs, while files can still be opened. @return false after a line on stderr */
bool yn_admin_prepare(void);

/**
 * Where it listens: the path of a Unix socket, which contains a "/", is made readable and writable
 * for the owner and the group, and takes the place of one that nobody listens on any more; or
 * ADDR:PORT, where ADDR is a loopback address. Where the server that is taken over from, `from`
 * (or NULL), listens there, its socket goes on.
 *
 * @return NULL after a line on stderr
 */
yn_admin *yn_admin_start(const char *where, yn_takeover *from, yn_observed *observed);
int yn_admin_socket(const yn_admin *admin); /**< its listening socket */
/** The other server has left: the file of the socket is this one's to remove from here on. */
void yn_admin_own(yn_admin *admin);
/** Leaves the socket to the server that has it, too: nobody new is answered here. */
void yn_admin_leave(yn_admin *admin);
/** Ends the thread and takes the socket away. NULL is left alone. */
void yn_admin_stop(yn_admin *admin);

#endif
