// SPDX-License-Identifier: MIT
// Whether HSTS would lock visitors out of a site: what is told to browsers for a year cannot be
// taken back from them.
#ifndef YN_SERVER_LOCKOUT_H
#define YN_SERVER_LOCKOUT_H

#include <yonder/rules.h>

#include "server/certs.h"

/** Holds each line `hsts` that includes subdomains against the hosts the rules name. @return false
 *  after a line on stderr for each host that would be locked out */
bool yn_lockout_check(const yonder_rules *rules, const yn_certs *certs);

#endif
