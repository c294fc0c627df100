// SPDX-License-Identifier: MIT
#include "trace/unique.h"

#include <stdio.h>

#include "base/text.h"
#include "core/ip.h"
#include "trace/psl.h"

// IANA IPv4 Special-Purpose Address Registry: what is not globally reachable, and multicast.
static const struct {
    uint32_t network;
    unsigned bits;
} reserved[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
    {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16},
    {0xC6120000, 15}, {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 3},
};

static bool is_routed(uint32_t address)
{
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if ((address ^ reserved[i].network) >> (32 - reserved[i].bits) == 0)
            return false;
    return true;
}

// Global unicast (RFC 4291 section 2.4) is 2000::/3; of that 2001:db8::/32 is for documents.
static bool is_routed_v6(yonder_text brackets)
{
    uint16_t pieces[8];
    if (!yn_ipv6_parse(yn_slice(brackets, 1, brackets.len - 1), pieces))
        return false;
    return pieces[0] >> 13 == 1 && !(pieces[0] == 0x2001 && pieces[1] == 0x0DB8);
}

bool yn_host_is_unique(const yonder_url *url)
{
    char name[256];
    uint32_t address;
    yonder_text host = yonder_url_get(url, YONDER_URL_HOSTNAME);
    if (host.len && host.ptr[0] == '[')
        return is_routed_v6(host);
    if (yn_ends_in_number(host))
        return yn_ipv4_parse(host, &address) && is_routed(address);
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    if (host.len == 0 || host.len >= sizeof name)
        return false;
    (void)snprintf(name, sizeof name, "%.*s", YN_PRINT(host));
    return yn_psl_is_below(name);
}
