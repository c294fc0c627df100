// SPDX-License-Identifier: MIT
#include "audit/public.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct block {
    unsigned char bytes[16];
    unsigned bits;
} block;

// What is not globally reachable. The few addresses within 192.0.0.0/24 and 2001::/23 that are
// belong to protocols, and no site is there.
static const block special_4[] = {
    {{0}, 8},             // "this network"
    {{10}, 8},            // private use
    {{100, 64}, 10},      // shared by carriers
    {{127}, 8},           // loopback
    {{169, 254}, 16},     // link-local, where clouds keep their secrets
    {{172, 16}, 12},      // private use
    {{192, 0, 0}, 24},    // protocol assignments
    {{192, 0, 2}, 24},    // documentation
    {{192, 88, 99}, 24},  // 6to4 relays, no longer
    {{192, 168}, 16},     // private use
    {{198, 18}, 15},      // benchmarks
    {{198, 51, 100}, 24}, // documentation
    {{203, 0, 113}, 24},  // documentation
    {{224}, 4},           // multicast
    {{240}, 4},           // reserved, and broadcast
};

// Of IPv6 only 2000::/3 has been handed out to be reached; of that, these are not.
static const block unicast_6 = {{0x20}, 3};
static const block special_6[] = {
    {{0x20, 0x01, 0x00}, 23},       // protocol assignments: Teredo, benchmarks, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
    {{0x20, 0x02}, 16},             // 6to4, which has any IPv4 address in it
    {{0x3f, 0xff, 0x00}, 20},       // documentation
};

// An IPv4 address stands at the end of these.
static const block wraps_4[] = {
    {{[10] = 0xff, [11] = 0xff}, 96}, // mapped
    {{0x00, 0x64, 0xff, 0x9b}, 96},   // NAT64
};

static bool is_in(const unsigned char *address, const block *b)
{
    unsigned whole = b->bits / 8, rest = b->bits % 8;
    unsigned char mask = (unsigned char)(0xff00u >> rest);
    return memcmp(address, b->bytes, whole) == 0 &&
           (rest == 0 || (address[whole] & mask) == (b->bytes[whole] & mask));
}

static bool is_in_any(const unsigned char *address, const block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_in(address, &blocks[i]))
            return true;
    return false;
}

#define IN(address, table) is_in_any(address, table, sizeof(table) / sizeof *(table))

bool yn_is_public(const char *address)
{
    unsigned char bytes[16];
    if (inet_pton(AF_INET, address, bytes) == 1)
        return !IN(bytes, special_4);
    if (inet_pton(AF_INET6, address, bytes) != 1)
        return false;
    if (IN(bytes, wraps_4))
        return !IN(bytes + 12, special_4);
    return is_in(bytes, &unicast_6) && !IN(bytes, special_6);
}

// Only to an address of its own a machine binds a socket.
bool yn_is_ours(const char *address)
{
    union {
        struct sockaddr any;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
    } at = {.in6.sin6_family = AF_INET6};
    socklen_t len = sizeof at.in6;
    if (inet_pton(AF_INET6, address, &at.in6.sin6_addr) != 1) {
        at.in = (struct sockaddr_in){.sin_family = AF_INET};
        len = sizeof at.in;
        if (inet_pton(AF_INET, address, &at.in.sin_addr) != 1)
            return false;
    }
    int fd = socket(at.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ours = fd >= 0 && bind(fd, &at.any, len) == 0;
    if (fd >= 0)
        (void)close(fd);
    return ours;
}
