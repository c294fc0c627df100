// SPDX-License-Identifier: MIT
// Ranges of addresses.
#ifndef YN_NET_CIDR_H
#define YN_NET_CIDR_H

#include "net/listen.h"

/** IPv4 is kept as IPv6 (::ffff:0:0/96), which is what sockets for both show it as. */
typedef struct yn_cidr {
    unsigned char bytes[16];
    unsigned bits; /**< the first so many count */
} yn_cidr;

/** Reads "10.0.0.0/8", "2001:db8::/32", or an address alone. False where it is none, or bits are
 * set behind those that count. */
bool yn_cidr_parse(yn_cidr *cidr, yonder_text text);

/** Whether the address is in one of the ranges. One of no IP family is in none. */
bool yn_cidr_has(const yn_cidr *ranges, size_t count, const yn_address *address);

/** Reads an address without a port, "192.0.2.1" or "2001:db8::1"; its port becomes `port`. */
bool yn_address_read_ip(yn_address *address, yonder_text text, unsigned port);

#endif
