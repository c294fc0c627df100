// SPDX-License-Identifier: MIT
#include "front/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

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
// the address that it was told, and so would have everybody be of this machine.
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
// is not, or what is told cannot be read.
static bool follow(const yn_client_rules *rules, const yn_web_field *fields, size_t count,
                   bool passed_on, yn_client_found *out)
{
    yn_hop hops[YN_FORWARDED_MOST];
    if (!yn_cidr_has(rules->trusted, rules->trusted_count, &out->address))
        return !passed_on;
    size_t hop_count = read_hops(fields, count, hops), i = 0;
    if (!hop_count)
        return !passed_on;
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

void yn_client_find(const yn_client_rules *rules, const yn_address *peer, bool tls, bool http_1_0,
                    const yn_web_field *fields, size_t field_count, yn_client_found *out)
{
    *out = (yn_client_found){.address = *peer, .tls = tls};
    bool passed_on = is_passed_on(fields, field_count, http_1_0);
    bool whole = follow(rules, fields, field_count, passed_on, out);
    bool ours = is_for_us(rules, fields, field_count);
    out->elsewhere = rules->name_count && !ours;
    out->local = !passed_on && ours && is_near(peer, loopback_ranges);
    bool near = whole && ours && is_near(&out->address, sizeof near_ranges / sizeof *near_ranges);
    out->inside = rules->reach == YN_REACH_ANY || (rules->reach == YN_REACH_AUTO && near);
}
