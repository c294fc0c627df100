// SPDX-License-Identifier: MIT
// The sockets a server listens on: opened by itself, passed by systemd, or taken over from the
// server it replaces; and which worker has which.
#ifndef YN_SERVER_SOCKETS_H
#define YN_SERVER_SOCKETS_H

#include "server/handover.h"
#include "server/supervisor.h"
#include "server/worker.h"

typedef struct yn_listen_at {
    yn_address address;
    bool tls;
} yn_listen_at;

/** An address, or a part of one where there are more sockets than workers. */
typedef struct yn_socket_row {
    yn_address address; /**< what was bound: the port is known */
    bool tls, passed;
    int *fds;  /**< one for each worker: -1 where it has none, or where the worker owns it by now */
    bool more; /**< of the same address as the row before */
} yn_socket_row;

typedef struct yn_sockets {
    yn_socket_row *rows;
    size_t count;
    size_t workers;
} yn_sockets;

/**
 * Opens the sockets of `listen`, but for those that `takeover` (or NULL) has; and adds `passed`,
 * and what was passed to the other server, for systemd will not pass it again.
 * @return false after a line on stderr; `sockets` is to be freed all the same
 */
bool yn_sockets_open(yn_sockets *sockets, size_t workers, const yn_listen_at *listen,
                     size_t listen_count, const yn_passed *passed, size_t passed_count,
                     yn_takeover *takeover);
void yn_sockets_free(yn_sockets *sockets); /**< closes what no worker owns */

/** What worker `k` listens on, into `out` with room for a row each. @return how many */
size_t yn_sockets_of(const yn_sockets *sockets, size_t k, yn_listening *out);
/** They are the worker's now. */
void yn_sockets_owned(yn_sockets *sockets, size_t k);

/** A line for each address. */
void yn_sockets_say(const yn_sockets *sockets);

/** What the next server may have: each socket of every worker, while none owns any. NULL where
 *  memory is out. The array is the caller's. */
yn_offer *yn_sockets_offers(const yn_sockets *sockets, size_t *count);

#endif
