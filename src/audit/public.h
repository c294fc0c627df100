// SPDX-License-Identifier: MIT
// Whether an address is one of the public internet: what a stranger may have us ask. By the IANA
// special-purpose address registries (RFC 6890) and the address blocks of multicast.
#ifndef YN_AUDIT_PUBLIC_H
#define YN_AUDIT_PUBLIC_H

#include <yonder/base.h>

/** `address` is as inet_ntop() writes it; what is no address is not public. One that has an IPv4
 *  address in it by ::ffff:0:0/96 or NAT64's 64:ff9b::/96 is judged by that. */
bool yn_is_public(const char *address);

/** Whether this machine itself has the address. */
bool yn_is_ours(const char *address);

#endif
