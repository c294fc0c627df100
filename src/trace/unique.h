// SPDX-License-Identifier: MIT
// Names that mean the same to everybody.
#ifndef YN_TRACE_UNIQUE_H
#define YN_TRACE_UNIQUE_H

#include <yonder/url.h>

/**
 * Whether the URL's host is one of the public network: a name below a suffix of the Public Suffix
 * List (its ICANN part), or an address that is routed there (IANA's special-purpose registries).
 * "localhost", "nas", "nas.lan", "192.168.1.1" and "[fd00::1]" are not. The suffix itself is not
 * either.
 */
bool yn_host_is_unique(const yonder_url *url);

#endif
