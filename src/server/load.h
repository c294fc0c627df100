// SPDX-License-Identifier: MIT
// What a server goes by, from disk: rules and certificates, which fit each other.
#ifndef YN_SERVER_LOAD_H
#define YN_SERVER_LOAD_H

#include "server/proved.h"

typedef struct yn_load {
    const char *const *files; /**< rule files, or an image */
    size_t file_count;
    yn_cert_paths certs; /**< none: no TLS */
    yn_proved_mode proof;
} yn_load;

/**
 * Reads both. With TLS, rules whose HSTS would lock visitors out are refused: `includeSubDomains`
 * or `preload` where a host that the rules name is covered by it and has no certificate (RFC 6797
 * section 14.2); and by `proof` such that cannot be proved. The checksum of an image is left to
 * yn_load_is_intact().
 *
 * @return NULL after at least one line on stderr
 */
yn_ruleset *yn_load_all(const yn_load *load);

/** Reads the whole of an image. false after a line on stderr. */
bool yn_load_is_intact(const yn_load *load, const yn_ruleset *set);

/** A number that differs if what yn_load_all() would read may differ. */
int64_t yn_load_state(const yn_load *load);

#endif
