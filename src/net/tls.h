// SPDX-License-Identifier: MIT
// TLS for a server, over a descriptor that does not block: each step does what can be done at once
// and says what to wait for. tls.c and cert.c are the only files that know OpenSSL.
//
// TLS 1.2 and later. The certificate is chosen by the name the client asks for (SNI, RFC 6066
// section 3), the protocol by ALPN (RFC 7301).
#ifndef YN_NET_TLS_H
#define YN_NET_TLS_H

#include "base/buf.h"

/** A certificate with the chain above it, and its key. Shared by any number of connections of any
 *  thread; whoever made it frees it, and connections that use it live on. */
typedef struct yn_tls_identity yn_tls_identity;

/** Takes PEM: the certificate, then those above it; the key without a password. @return NULL with a
 *  sentence put into `message` where they are not that, or do not belong together */
yn_tls_identity *yn_tls_identity_new(yonder_text chain, yonder_text key, yn_buf *message);
void yn_tls_identity_free(yn_tls_identity *identity); /**< NULL is left alone */

/** Has the response of the certificate's OCSP responder, in DER, stapled to handshakes (RFC 6066
 *  section 8) until it says that a newer one is due. Its signature is not verified. false where it
 * is no response about this certificate, or memory is out. Before the identity is shared. */
bool yn_tls_identity_staple(yn_tls_identity *identity, yonder_text response);

/** The DNS names of the certificate (subjectAltName), one after the other: `*at` starts as 0. A
 *  wildcard is "*.example.com". False after the last. Views. */
bool yn_tls_identity_name(const yn_tls_identity *identity, size_t *at, yonder_text *name);

/** Whether the certificate is good for `host`, wildcards heeded (RFC 6125): a name, or an address
 * as in a URL. */
bool yn_tls_identity_covers(const yn_tls_identity *identity, yonder_text host);

/** Whether its key is of an elliptic curve. A server may have one such and one other for a name. */
bool yn_tls_identity_is_ec(const yn_tls_identity *identity);

/** Seconds since 1970 from which on the certificate is no longer good. */
int64_t yn_tls_identity_expires(const yn_tls_identity *identity);

enum {
    YN_TLS_MOST_IDENTITIES = 2 /**< for one name: of different kinds of keys */
};

/** What a server can show to a client that asks for `name`, empty where it names none: fills in
 *  `out`, and returns how many there are. 0 refuses the client with the alert unrecognized_name.
 *  The name is what the client sent: any bytes. */
typedef size_t yn_tls_choose_fn(void *context, yonder_text name,
                                const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES]);

/** The keys of session tickets (RFC 8446 section 4.6.1), which the servers of several threads
 * share: what one gave out the other takes. A key encrypts until the next one comes, and is good
 * for decrypting until two more have come. */
typedef struct yn_tls_tickets yn_tls_tickets;

/** With a key to begin with. NULL where memory or random numbers are out. */
yn_tls_tickets *yn_tls_tickets_new(void);
/** From here on a new key encrypts. From any thread. */
void yn_tls_tickets_rotate(yn_tls_tickets *tickets);
void yn_tls_tickets_free(yn_tls_tickets *tickets); /**< NULL is left alone */

/** The keys, as they pass from one process to the next of the same build. A secret. */
typedef struct yn_tls_ticket_keys {
    uint32_t count;
    unsigned char bytes[3 * 80];
} yn_tls_ticket_keys;

void yn_tls_tickets_save(yn_tls_tickets *tickets, yn_tls_ticket_keys *out);
/** What these keys encrypted is decrypted from here on; the first of them encrypts. Of no effect
 *  where there are none. */
void yn_tls_tickets_load(yn_tls_tickets *tickets, const yn_tls_ticket_keys *keys);
void yn_tls_ticket_keys_wipe(yn_tls_ticket_keys *keys);

/** What all connections of a server go by. */
typedef struct yn_tls_server yn_tls_server;

/**
 * `protocols` are those to agree on by ALPN, the preferred one first, NULL after the last; NULL for
 * no ALPN. A client that offers others only is served without. `tickets` or NULL: with them
 * sessions are resumed. All must outlive the server.
 * @return NULL where memory is out
 */
yn_tls_server *yn_tls_server_new(yn_tls_choose_fn *choose, void *context,
                                 const char *const *protocols, yn_tls_tickets *tickets);
void yn_tls_server_free(yn_tls_server *server); /**< NULL is left alone */

typedef enum yn_tls_status {
    YN_TLS_DONE,       /**< the step was made */
    YN_TLS_WANT_READ,  /**< once the descriptor is readable, take the same step again */
    YN_TLS_WANT_WRITE, /**< likewise, once it is writable */
    YN_TLS_ENDED,      /**< the client has said that nothing more comes */
    YN_TLS_FAILED,     /**< broken, by TLS or by the network; close the descriptor */
} yn_tls_status;

/** A connection. Its descriptor stays the caller's to close, after the connection was freed. */
typedef struct yn_tls yn_tls;

/** @return NULL where memory is out. The server must outlive it. */
yn_tls *yn_tls_new(const yn_tls_server *server, int fd);
void yn_tls_free(yn_tls *tls); /**< NULL is left alone */

/** To be done first, until it is YN_TLS_DONE. */
yn_tls_status yn_tls_handshake(yn_tls *tls);

/** Reads up to `max` bytes; `*count` is set with YN_TLS_DONE, and not 0. The descriptor may look
 *  idle while bytes are here already: read until it is YN_TLS_WANT_READ. */
yn_tls_status yn_tls_read(yn_tls *tls, char *to, size_t max, size_t *count);

/** Writes some of `bytes`, which are not empty; `*count` is set with YN_TLS_DONE. Otherwise the
 * next write has to begin with the same bytes, and may have more after them. */
yn_tls_status yn_tls_write(yn_tls *tls, yonder_text bytes, size_t *count);

/** Tells the client that nothing more comes (close_notify). It is not waited for. */
yn_tls_status yn_tls_end(yn_tls *tls);

/** What was agreed on by ALPN, or empty. Good as long as `tls`. */
yonder_text yn_tls_protocol(const yn_tls *tls);

/** The name the client asked for, or empty. Good as long as `tls`. */
yonder_text yn_tls_name(const yn_tls *tls);

/** Whether the certificate that was chosen is good for `host`. */
bool yn_tls_covers(const yn_tls *tls, yonder_text host);

/** Whether yn_tls_read() has something to tell at once, of which the descriptor may not tell: bytes
 *  that were received earlier, or that nothing more comes. */
bool yn_tls_pending(const yn_tls *tls);

/** Whether the session goes on where an earlier one ended. */
bool yn_tls_resumed(const yn_tls *tls);

#endif
