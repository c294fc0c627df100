// SPDX-License-Identifier: MIT
// Hosts: the URL standard's host parser and serialiser in one (sections 3.5 and 3.6), and the host
// of a request as the rules see it.
#ifndef YN_CORE_HOST_H
#define YN_CORE_HOST_H

#include "base/buf.h"

/**
 * Parses `in` as a host and appends its serialisation. `opaque` is the standard's isOpaque: the
 * URL's scheme is not special. `in` is not empty unless `opaque`.
 *
 * @return YONDER_OK; YONDER_INVALID_HOST; YONDER_TOO_LARGE; YONDER_NO_MEMORY. What was appended
 *         before a failure stays in `out`.
 */
int yn_host_parse(yn_buf *out, yonder_text in, bool opaque);

/** A port: empty (-1), or decimal digits up to 65535. False for anything else. */
bool yn_port_parse(yonder_text t, int32_t *port);

/**
 * Splits `field`, "host" or "host:port" as in a Host field or an authority without userinfo, and
 * writes the host to `out` as a URL with that authority would have it: in lower case, in ASCII,
 * IPv4 in four parts, IPv6 compressed and in brackets. One trailing dot is dropped, for
 * "example.com." and "example.com" name the same site; a dot alone is no host.
 *
 * Allocates nothing unless the host is not ASCII.
 *
 * @return YONDER_OK with `*host` (a view of `out`) and `*port` (-1 if there is none) set;
 *         YONDER_INVALID_HOST, which the empty text is; YONDER_TOO_LARGE if it does not fit `size`;
 *         YONDER_NO_MEMORY
 */
int yn_host_canonical(yonder_text field, char *out, size_t size, yonder_text *host, int32_t *port);

#endif
