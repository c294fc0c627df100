// SPDX-License-Identifier: MIT
// IP addresses as hosts of URLs (URL standard sections 3.5 and 3.6).
#ifndef YN_CORE_IP_H
#define YN_CORE_IP_H

#include "base/buf.h"

/** The "ends in a number checker": whether an ASCII domain (not empty) must be an IPv4 address. */
bool yn_ends_in_number(yonder_text domain);

/** The IPv4 parser: one to four parts, each decimal, octal (0…) or hexadecimal (0x…). */
bool yn_ipv4_parse(yonder_text t, uint32_t *address);
/** "127.0.0.1" */
void yn_ipv4_write(yn_buf *out, uint32_t address);

/** The IPv6 parser, on what stands between the brackets. `pieces` is clobbered on failure. */
bool yn_ipv6_parse(yonder_text t, uint16_t pieces[8]);
/** RFC 5952's form, without brackets; an embedded IPv4 address comes out in hexadecimal. */
void yn_ipv6_write(yn_buf *out, const uint16_t pieces[8]);

#endif
