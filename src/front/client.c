// SPDX-License-Identifier: MIT
#include "front/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "http/forwarded.h"

// IPv4: RFC 1918, 3927 and 1122; IPv6: RFC 4193, 4291.
static const char *const near_ranges[] = {
    "127.0.0.0/8",    "::1",      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "169.254.0.0/16", "fc00::/7", "fe80::/10",
};
enum {
    loopback_ranges = 2 // the first of them
};

static bool is_near(const yn_address *address, size_t ranges)
{
    for (size_t i = 0; i < ranges; i++) {
        yn_cidr range;
        if (yn_cidr_parse(&range, yonder_text_of(near_ranges[i])) &&
            yn_cidr_has(&range, 1, address))
            return true;
    }
    return false;
}

void yn_client_print(const yn_address *address, char out[YN_ADDRESS_TEXT])
{
    const void *bytes = NULL;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    int family = address->storage.ss_family;
    if (family == AF_INET) {
        memcpy(&in, &address->storage, sizeof in);
        bytes = &in.sin_addr;
    } else if (family == AF_INET6) {
        memcpy(&in6, &address->storage, sizeof in6);
        bytes = &in6.sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
            family = AF_INET;
            bytes = &in6.sin6_addr.s6_addr[12];
        }
    }
    if (!bytes || !inet_ntop(family, bytes, out, YN_ADDRESS_TEXT))
        snprintf(out, YN_ADDRESS_TEXT, "unknown");
}

static bool is_our_name(const yn_client_rules *rules, yonder_text host)
{
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    for (size_t i = 0; i < rules->name_count; i++)
        if (yn_equal_nocase(host, rules->names[i]))
            return true;
    return yn_equal_nocase(host, YN_TEXT("localhost")); // which is always this machine's
}

// By an address, or by a name that is known to be ours.
static bool is_for_us(const yn_client_rules *rules, const yn_web_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!yn_equal_nocase(fields[i].name, YN_TEXT("Host")))
            continue;
        yonder_text host = fields[i].value;
        if (host.len && host.ptr[0] == '[')
            return true;
        host = yn_slice(host, 0, yn_find_char(host, ':'));
        yn_address address;
        return is_our_name(rules, host) || yn_address_read_ip(&address, host, 0);
    }
    return true;
}

// Whether it is passed on, for all that can be seen: by a field that proxies add, or by a version
// of HTTP that hardly anybody but a proxy speaks. nginx, as it comes, adds no field, asks for us by
// the address that it was told, and so would have everybody be of this machine; from 1.29.7 on it
// speaks HTTP/1.1 as well.
static bool is_passed_on(const yn_web_field *fields, size_t count, bool http_1_0)
{
    static const char *const names[] = {"Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP",
                                        "True-Client-IP"};
    static const yonder_text start = YN_TEXT_INIT("X-Forwarded-");
    for (size_t i = 0; i < count; i++) {
        if (yn_equal_nocase(yn_slice(fields[i].name, 0, start.len), start))
            return true;
        for (size_t n = 0; n < sizeof names / sizeof *names; n++)
            if (yn_equal_nocase(fields[i].name, yonder_text_of(names[n])))
                return true;
    }
    return http_1_0;
}

static size_t read_hops(const yn_web_field *fields, size_t count, yn_hop hops[YN_FORWARDED_MOST])
{
    yn_h1_request head = {.field_count = 0};
    for (size_t i = 0; i < count && head.field_count < YN_H1_MAX_FIELDS; i++)
        head.fields[head.field_count++] =
            (yonder_field){.name = fields[i].name, .value = fields[i].value};
    return yn_forwarded_read(&head, hops);
}

// Goes from proxy to proxy as long as these are trusted. False where somebody is told of by one who
// is not, where one who is tells of nobody, or what is told cannot be read.
static bool follow(const yn_client_rules *rules, const yn_web_field *fields, size_t count,
                   bool passed_on, yn_client_found *out)
{
    yn_hop hops[YN_FORWARDED_MOST];
    if (!yn_cidr_has(rules->trusted, rules->trusted_count, &out->address))
        return !passed_on;
    size_t hop_count = read_hops(fields, count, hops), i = 0;
    if (!hop_count)
        return false;
    out->tls = yn_equal(hops[0].proto, YN_TEXT("https"));
    for (; i < hop_count; i++) {
        if (!yn_cidr_has(rules->trusted, rules->trusted_count, &out->address))
            return false; // what is told from here on, anybody may have written
        if (!yn_address_read_ip(&out->address, hops[i].from, 0))
            return false; // it is hidden
        if (hops[i].proto.len)
            out->tls = yn_equal(hops[i].proto, YN_TEXT("https"));
    }
    return true;
}

void yn_client_find(const yn_client_rules *rules, const yn_address *peer, bool tls, uint16_t port,
                    bool http_1_0, const yn_web_field *fields, size_t field_count,
                    yn_client_found *out)
{
    *out = (yn_client_found){.address = *peer, .tls = tls};
    bool passed_on = is_passed_on(fields, field_count, http_1_0);
    bool whole = follow(rules, fields, field_count, passed_on, out);
    bool ours = is_for_us(rules, fields, field_count);
    out->elsewhere = rules->name_count && !ours;
    out->local = !passed_on && ours && is_near(peer, loopback_ranges) &&
                 !yn_cidr_has(rules->trusted, rules->trusted_count, peer);
    switch (rules->reach) {
    case YN_REACH_AUTO:
        out->inside =
            out->local && !rules->trusted_count && rules->is_own && rules->is_own(peer, port);
        break;
    case YN_REACH_PRIVATE:
        out->inside =
            whole && ours && is_near(&out->address, sizeof near_ranges / sizeof *near_ranges);
        break;
    case YN_REACH_PUBLIC:
    case YN_REACH_ANY:
        out->inside = rules->reach == YN_REACH_ANY;
    }
}

const char *yn_client_reach_prose(const yn_client_rules *rules)
{
    switch (rules->reach) {
    case YN_REACH_AUTO:
        return rules->trusted_count
                   ? "nobody, for there are proxies (--reach private for clients of private "
                     "networks)"
                   : "programs of the same user on this machine (--reach private for clients of "
                     "private networks, public for nobody)";
    case YN_REACH_PRIVATE:
        return "clients of this machine and of private networks; proxies have to be named by "
               "--trust and to tell of their clients, or everybody may (--reach auto)";
    case YN_REACH_ANY:
        return "everybody (--reach any)";
    case YN_REACH_PUBLIC:
        break;
    }
    return "nobody (--reach public)";
}

/* ---- whose program it is -----------------------------------------------------------------------
 */

enum {
    time_wait = 6,
    listening = 10,
};

// A row of /proc/net/tcp or tcp6: "sl: LOCAL:PORT REMOTE:PORT STATE tx:rx tr:when retrnsmt UID …".
// Addresses are words of 32 bits as memory has them, in hex.
typedef struct socket_row {
    char address[33];
    unsigned port, remote_port, state, uid;
} socket_row;

static bool read_row(const char *line, socket_row *out)
{
    return sscanf(line, " %*u: %32[0-9A-F]:%x %*32[0-9A-F]:%x %x %*x:%*x %*x:%*x %*x %u",
                  out->address, &out->port, &out->remote_port, &out->state, &out->uid) == 5;
}

static void write_words(const void *bytes, size_t count, char out[33])
{
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, (const char *)bytes + 4 * i, sizeof word);
        snprintf(out + 8 * i, 9, "%08X", (unsigned)word);
    }
}

// Every row of that socket has to be ours, and there has to be one.
static void look_up(const char *path, const char *address, unsigned port, unsigned remote_port,
                    bool *ours, bool *others)
{
    FILE *file = fopen(path, "re");
    char line[512];
    socket_row row;
    while (file && fgets(line, sizeof line, file)) {
        if (!read_row(line, &row) || row.port != port || row.remote_port != remote_port ||
            row.state == time_wait || row.state == listening || strcmp(row.address, address) != 0)
            continue;
        *(row.uid == geteuid() ? ours : others) = true;
    }
    if (file)
        (void)fclose(file);
}

bool yn_client_is_own(const yn_address *peer, uint16_t port)
{
    bool ours = false, others = false;
    char text[33];
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (peer->storage.ss_family == AF_INET) {
        memcpy(&in, &peer->storage, sizeof in);
        in6 = (struct sockaddr_in6){.sin6_port = in.sin_port};
        memset(&in6.sin6_addr.s6_addr[10], 0xFF, 2); // as a socket of IPv6 would have it
        memcpy(&in6.sin6_addr.s6_addr[12], &in.sin_addr, 4);
    } else {
        memcpy(&in6, &peer->storage, sizeof in6);
    }
    unsigned peer_port = ntohs(in6.sin6_port);
    write_words(&in6.sin6_addr, 4, text);
    look_up("/proc/net/tcp6", text, peer_port, port, &ours, &others);
    if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
        write_words(&in6.sin6_addr.s6_addr[12], 1, text);
        look_up("/proc/net/tcp", text, peer_port, port, &ours, &others);
    }
    return ours && !others;
}
