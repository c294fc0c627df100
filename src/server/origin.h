// SPDX-License-Identifier: MIT
// Who asks, and for what, where proxies stand between: what trusted ones say in Forwarded or
// X-Forwarded-* fields.
#ifndef YN_SERVER_ORIGIN_H
#define YN_SERVER_ORIGIN_H

#include "net/cidr.h"
#include "server/answer.h"

/**
 * Corrects `peer`, who is trusted, by what the request says: its scheme, host and client. From the
 * nearest proxy on, each is believed about whom it was asked by; who is not trusted is the client.
 *
 * @param room holds the client's address, as long as the peer is used
 */
void yn_origin_find(const yn_cidr *trusted, size_t count, const yn_h1_request *request,
                    yn_peer *peer, yn_address *room);

#endif
