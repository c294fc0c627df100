// SPDX-License-Identifier: MIT
#include "server/origin.h"

#include "base/text.h"
#include "http/forwarded.h"

void yn_origin_find(const yn_cidr *trusted, size_t count, const yn_h1_request *request,
                    yn_peer *peer, yn_address *room)
{
    yn_hop hops[YN_FORWARDED_MOST];
    size_t n = yn_forwarded_read(request, hops);
    for (size_t i = 0; i < n; i++) {
        yn_address from;
        if (hops[i].proto.len)
            peer->https = yn_equal_nocase(hops[i].proto, YN_TEXT("https"));
        if (hops[i].host.len)
            peer->host = hops[i].host;
        if (!yn_address_read_ip(&from, hops[i].from, 0))
            return;
        *room = from;
        peer->client = room;
        if (!yn_cidr_has(trusted, count, &from))
            return;
    }
}
