// SPDX-License-Identifier: MIT
// Looks at the TLS of fetch.c's connections: what was agreed on, which certificates came, whether
// they are valid for the host, and if not, why. A connection goes on either way, so one is enough
// to tell of both. tls_look.c is the one file of this folder that knows OpenSSL.
//
// Offered are TLS 1.2 and 1.3, with the cipher suites that browsers offer: ECDHE and, of 1.2, RSA
// key exchange.
#ifndef YN_AUDIT_TLS_LOOK_H
#define YN_AUDIT_TLS_LOOK_H

#include "audit/evidence.h"
#include "base/buf.h"
#include "trace/fetch.h"

/** Who is trusted: the system's authorities, and those of a file. Shared by any number of threads;
 *  loaded once, for reading them takes longer than a handshake. */
typedef struct yn_trust yn_trust;

/** `ca_file` is PEM, or NULL. @return NULL with what is wrong put into `message` */
yn_trust *yn_trust_new(const char *ca_file, yn_buf *message);
void yn_trust_free(yn_trust *trust); /**< NULL is left alone */

/** What is seen by one fetcher. Not to be moved once the fetcher has it. */
typedef struct yn_tls_look {
    const yn_trust *trust;
    yn_arena *arena;      /**< holds the facts; ends after the fetcher's connections */
    yonder_text host;     /**< of the request that is made now */
    yn_tls_facts *latest; /**< of that request; NULL where no certificate came */
    bool no_memory;
    yn_fetch_tls hooks; /**< for yn_fetch_options */
} yn_tls_look;

void yn_tls_look_init(yn_tls_look *look, const yn_trust *trust, yn_arena *arena);

/** Before each request. `host` is as in a URL. */
void yn_tls_look_begin(yn_tls_look *look, yonder_text host);

#endif
