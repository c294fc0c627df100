// SPDX-License-Identifier: MIT
// How one server process takes the place of another without a connection lost: the new one asks the
// old one, at a Unix socket, for the very sockets it listens on, and when it serves, says so; the
// old one leaves them to it then, and drains. The old one executes nothing, so it can be confined.
//
// Both ends are the same user, or the asking one is root. What goes over the socket is no format
// for others: packets of one build's layout, whose first word says which. Between builds that
// differ in it there is no hand-over, and the old server goes on.
#ifndef YN_SERVER_HANDOVER_H
#define YN_SERVER_HANDOVER_H

#include "net/local.h"
#include "net/tls.h"

/** What a socket is for. */
typedef enum yn_offer_kind {
    YN_OFFER_LISTENER = 1, /**< clients come here */
    YN_OFFER_ADMIN,        /**< --admin */
    YN_OFFER_HANDOVER,     /**< the next server asks here */
} yn_offer_kind;

typedef struct yn_offer {
    yn_offer_kind kind;
    bool tls;
    bool passed; /**< by systemd, whose it stays */
    yn_address address;
    int fd;
    bool gone; /**< the old server: it is the other's now; the new one: it was put to use */
} yn_offer;

/* ---- the server that is to be replaced ------------------------------------------------------- */

typedef struct yn_handover yn_handover;

/**
 * Offers copies of these sockets, and that of `local`, from a thread of its own. Once they have
 * been taken the calling thread gets SIGTERM. `tickets` or NULL. `local`'s descriptor and file are
 * the handover's from here on, unless it fails.
 * @return NULL after a line on stderr
 */
yn_handover *yn_handover_start(const yn_local *local, const yn_offer *offers, size_t count,
                               yn_tls_tickets *tickets);

/** Ends the thread: nothing is offered any more. Whatever the other may have by now it has. Sets
 *  `gone` of the `offers` that were given to yn_handover_start(), in the same order.
 *  @return whether any is */
bool yn_handover_stop(yn_handover *handover, yn_offer *offers);
/** Removes the file of the socket where it was not handed over. NULL is left alone. */
void yn_handover_free(yn_handover *handover);

/* ---- the server that replaces it ------------------------------------------------------------- */

typedef struct yn_takeover yn_takeover;

/**
 * Asks the server at `path` for its sockets. Keys of session tickets become known to `tickets`,
 * which may be NULL. `user` is who the other server may be, beside root and whoever asks; or NULL.
 *
 * @return YONDER_OK with `*out` set, or NULL there if nobody serves at `path`;
 * YONDER_INVALID_ARGUMENT after a line on stderr
 */
int yn_takeover_begin(yn_takeover **out, const char *path, const char *user,
                      yn_tls_tickets *tickets);

/** What there is. Who puts one to use takes its descriptor, and sets `gone`. */
yn_offer *yn_takeover_offers(yn_takeover *takeover, size_t *count);

/** Whether the other serves sockets that systemd passed. */
bool yn_takeover_has_passed(const yn_takeover *takeover);

/** The socket of --admin at that address, which is the caller's then. */
bool yn_takeover_admin(yn_takeover *takeover, const yn_address *address, int *fd);

/** Tells the other to leave what was put to use, and waits until it does. Where the other ends
 *  meanwhile it has left it, too. */
void yn_takeover_finish(yn_takeover *takeover);

/** Closes what was not put to use. NULL is left alone. */
void yn_takeover_free(yn_takeover *takeover);

#endif
