// SPDX-License-Identifier: MIT
#include "net/cidr.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/text.h"

bool yn_address_read_ip(yn_address *address, yonder_text text, unsigned port)
{
    char ip[INET6_ADDRSTRLEN];
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    if (!text.len || text.len >= sizeof ip || memchr(text.ptr, '\0', text.len))
        return false;
    memcpy(ip, text.ptr, text.len);
    ip[text.len] = '\0';
    *address = (yn_address){.len = 0};
    if (inet_pton(AF_INET, ip, &four.sin_addr) == 1) {
        memcpy(&address->storage, &four, sizeof four);
        address->len = sizeof four;
    } else if (inet_pton(AF_INET6, ip, &six.sin6_addr) == 1) {
        memcpy(&address->storage, &six, sizeof six);
        address->len = sizeof six;
    }
    return address->len != 0;
}

static bool bytes_of(const yn_address *address, unsigned char bytes[16])
{
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    if (address->storage.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &address->storage, sizeof in);
        memcpy(bytes, mapped, sizeof mapped);
        memcpy(bytes + sizeof mapped, &in.sin_addr, 4);
        return true;
    }
    if (address->storage.ss_family != AF_INET6)
        return false;
    struct sockaddr_in6 in;
    memcpy(&in, &address->storage, sizeof in);
    memcpy(bytes, &in.sin6_addr, 16);
    return true;
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    if (memcmp(a, b, bits / 8) != 0)
        return false;
    unsigned mask = 0xFF00u >> bits % 8 & 0xFF;
    return bits % 8 == 0 || ((a[bits / 8] ^ b[bits / 8]) & mask) == 0;
}

bool yn_cidr_parse(yn_cidr *cidr, yonder_text text)
{
    size_t slash = yn_find_char(text, '/');
    yn_address address;
    if (!yn_address_read_ip(&address, yn_slice(text, 0, slash), 0))
        return false;
    unsigned most = address.storage.ss_family == AF_INET ? 32 : 128;
    uint64_t bits = most;
    if (slash < text.len && !yn_parse_number(yn_skip(text, slash + 1), most, &bits))
        return false;
    yn_cidr read = {.bits = (unsigned)bits + 128 - most};
    bytes_of(&address, read.bytes);
    for (unsigned i = read.bits; i < 128; i++)
        if (read.bytes[i / 8] & 0x80 >> i % 8)
            return false;
    *cidr = read;
    return true;
}

bool yn_cidr_has(const yn_cidr *ranges, size_t count, const yn_address *address)
{
    unsigned char bytes[16];
    if (!bytes_of(address, bytes))
        return false;
    for (size_t i = 0; i < count; i++)
        if (same_bits(ranges[i].bytes, bytes, ranges[i].bits))
            return true;
    return false;
}
