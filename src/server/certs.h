// SPDX-License-Identifier: MIT
// The certificates a server has, by the names they are good for. Immutable: a reload makes a new
// store.
#ifndef YN_SERVER_CERTS_H
#define YN_SERVER_CERTS_H

#include "net/tls.h"

typedef struct yn_certs yn_certs;

/** Where certificates are: pairs of files, in PEM; or folders. */
typedef struct yn_cert_paths {
    const char *const *certs;
    size_t cert_count;
    const char *const *keys; /**< for each file of `certs`, in order; none where all are folders */
    size_t key_count;
} yn_cert_paths;

/**
 * Reads them all. A folder holds NAME.pem, NAME.crt or NAME.cert with NAME.key beside it, or
 * folders with fullchain.pem and privkey.pem; a file FILE.ocsp beside a certificate is the response
 * of its OCSP responder, stapled if it is about this certificate and as long as it is good. Where
 * several are good for a name, the one that is valid longest is shown, one for each kind of key.
 *
 * @return NULL after a line on stderr for each file that is wrong
 */
yn_certs *yn_certs_read(const yn_cert_paths *paths);
void yn_certs_free(yn_certs *certs); /**< NULL is left alone */

/** What to show to who asks for `name`, as a yn_tls_choose_fn: exactly named, by a wildcard, or,
 * for who names nobody, the first of all, with one of another kind of key for the same name. */
size_t yn_certs_choose(const yn_certs *certs, yonder_text name,
                       const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES]);

/** Whether there is a certificate for `host`, which is in lower case; ".example.com" asks for one
 *  good for any name right below. */
bool yn_certs_cover(const yn_certs *certs, yonder_text host);

/** How many certificates there are. */
size_t yn_certs_count(const yn_certs *certs);

/** A number that differs if what yn_certs_read() would read may differ. */
int64_t yn_certs_changed(const yn_cert_paths *paths);

#endif
