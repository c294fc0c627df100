// SPDX-License-Identifier: MIT
// A certificate authority for a while: made in memory, good for the names it was made for, gone
// with the process. For servers that are to be tried out, never for a real one.
#ifndef YN_NET_CERT_H
#define YN_NET_CERT_H

#include "base/buf.h"

/** An authority: a key on the curve P-256 and a certificate that it has signed itself. */
typedef struct yn_authority yn_authority;

/**
 * `title` is its common name. It can vouch for `domain` and the names below it, localhost, and the
 * loopback addresses; clients that heed name constraints (RFC 5280 section 4.2.1.10) believe it
 * nothing else. Good for 30 days from an hour before `now`, in seconds since 1970.
 *
 * @return NULL where memory or random numbers are out, or `domain` is no name
 */
yn_authority *yn_authority_new(const char *title, const char *domain, int64_t now);
void yn_authority_free(yn_authority *authority); /**< NULL is left alone */

/** Puts its certificate as PEM. @return false where memory is out */
bool yn_authority_pem(const yn_authority *authority, yn_buf *out);

/** A server's certificate to be. Views. */
typedef struct yn_leaf {
    const char *const
        *names; /**< DNS names, without a dot at the end, "*." before some; one at least */
    size_t name_count;
    bool loopback;                 /**< good for 127.0.0.1 and ::1, too */
    int64_t not_before, not_after; /**< seconds since 1970 */
} yn_leaf;

/** Makes a certificate with a key of its own, and puts both as PEM.
 *  @return false where memory is out, or a name is none */
bool yn_authority_issue(const yn_authority *authority, const yn_leaf *leaf, yn_buf *certificate,
                        yn_buf *key);

#endif
