// SPDX-License-Identifier: MIT
// The PROXY protocol, versions 1 and 2: what a proxy says of a connection before the client's first
// byte (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt).
#ifndef YN_NET_PROXY_H
#define YN_NET_PROXY_H

#include "net/listen.h"

enum {
    YN_PROXY_LONGEST = 16 + 65535 /**< bytes of a header */
};

typedef struct yn_proxy {
    bool known; /**< whose connection it is; otherwise (UNKNOWN, LOCAL, a family that is not IP)
                     it counts as the proxy's own */
    yn_address client;
    bool https; /**< version 2: the client speaks TLS with the proxy */
} yn_proxy;

/**
 * Parses the header at the start of `data`. The verdict does not depend on how bytes arrived.
 *
 * @return its length, with `*out` set; 0 if more bytes are needed, and all that are there belong to
 *         it; -1 if it is none
 */
int yn_proxy_parse(yonder_text data, yn_proxy *out);

#endif
