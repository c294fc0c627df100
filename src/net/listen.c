// SPDX-License-Identifier: MIT
#include "net/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

enum {
    backlog = 4096,
    defer_seconds = 1
};

static bool has_ipv6(void)
{
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void set_ipv4(yn_address *a, struct in_addr ip, uint16_t port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = ip};
    memcpy(&a->storage, &in, sizeof in);
    a->len = sizeof in;
}

static void set_ipv6(yn_address *a, struct in6_addr ip, uint16_t port)
{
    struct sockaddr_in6 in = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = ip};
    memcpy(&a->storage, &in, sizeof in);
    a->len = sizeof in;
}

bool yn_address_parse(yn_address *address, yonder_text text)
{
    size_t colon = text.len;
    while (colon && text.ptr[colon - 1] != ':')
        colon--;
    uint64_t port;
    char host[INET6_ADDRSTRLEN];
    if (colon < 2 || !yn_parse_number(yn_skip(text, colon), 65535, &port))
        return false;
    yonder_text name = yn_slice(text, 0, colon - 1);
    *address = (yn_address){.len = 0};
    if (yn_equal(name, YN_TEXT("*"))) {
        if (has_ipv6())
            set_ipv6(address, in6addr_any, (uint16_t)port);
        else
            set_ipv4(address, (struct in_addr){htonl(INADDR_ANY)}, (uint16_t)port);
        return true;
    }
    if (yn_equal_nocase(name, YN_TEXT("localhost")))
        name = YN_TEXT("127.0.0.1");
    bool ipv6 = name.len > 2 && name.ptr[0] == '[' && name.ptr[name.len - 1] == ']';
    if (ipv6)
        name = yn_slice(name, 1, name.len - 1);
    if (name.len >= sizeof host)
        return false;
    memcpy(host, name.ptr, name.len);
    host[name.len] = '\0';
    struct in6_addr six;
    struct in_addr four;
    if (inet_pton(ipv6 ? AF_INET6 : AF_INET, host, ipv6 ? (void *)&six : (void *)&four) != 1)
        return false;
    if (ipv6)
        set_ipv6(address, six, (uint16_t)port);
    else
        set_ipv4(address, four, (uint16_t)port);
    return true;
}

bool yn_address_equal(const yn_address *a, const yn_address *b)
{
    if (a->storage.ss_family != b->storage.ss_family)
        return false;
    if (a->storage.ss_family == AF_UNIX) {
        struct sockaddr_un x = {0}, y = {0};
        memcpy(&x, &a->storage, sizeof x);
        memcpy(&y, &b->storage, sizeof y);
        return strncmp(x.sun_path, y.sun_path, sizeof x.sun_path) == 0;
    }
    if (a->storage.ss_family == AF_INET) {
        struct sockaddr_in x, y;
        memcpy(&x, &a->storage, sizeof x);
        memcpy(&y, &b->storage, sizeof y);
        return x.sin_port == y.sin_port && x.sin_addr.s_addr == y.sin_addr.s_addr;
    }
    struct sockaddr_in6 x, y;
    memcpy(&x, &a->storage, sizeof x);
    memcpy(&y, &b->storage, sizeof y);
    return x.sin6_port == y.sin6_port && x.sin6_scope_id == y.sin6_scope_id &&
           memcmp(&x.sin6_addr, &y.sin6_addr, sizeof x.sin6_addr) == 0;
}

void yn_address_print(const yn_address *address, char out[YN_ADDRESS_TEXT])
{
    char host[INET6_ADDRSTRLEN] = "";
    if (address->storage.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &address->storage, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, host, sizeof host);
        snprintf(out, YN_ADDRESS_TEXT, "%s:%u", host, (unsigned)ntohs(in.sin_port));
        return;
    }
    struct sockaddr_in6 in;
    memcpy(&in, &address->storage, sizeof in);
    bool mapped = IN6_IS_ADDR_V4MAPPED(&in.sin6_addr);
    if (mapped)
        inet_ntop(AF_INET, in.sin6_addr.s6_addr + 12, host, sizeof host);
    else
        inet_ntop(AF_INET6, &in.sin6_addr, host, sizeof host);
    snprintf(out, YN_ADDRESS_TEXT, mapped ? "%s:%u" : "[%s]:%u", host,
             (unsigned)ntohs(in.sin6_port));
}

bool yn_address_of_socket(int fd, yn_address *address)
{
    address->len = sizeof address->storage;
    return getsockname(fd, (struct sockaddr *)&address->storage, &address->len) == 0;
}

bool yn_address_of_peer(int fd, yn_address *address)
{
    address->len = sizeof address->storage;
    return getpeername(fd, (struct sockaddr *)&address->storage, &address->len) == 0;
}

static bool set_option(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

// A socket bound to `address`, not listening yet; -1 with errno.
static int open_bound(const yn_address *address, bool share)
{
    int family = address->storage.ss_family;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    bool any = false;
    if (family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, &address->storage, sizeof in);
        any = IN6_IS_ADDR_UNSPECIFIED(&in.sin6_addr);
    }
    if (set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
        (!share || set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
        (family != AF_INET6 || set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, !any)) &&
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
        set_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, defer_seconds) &&
        bind(fd, (const struct sockaddr *)&address->storage, address->len) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

void yn_listen_last(int fd)
{
    // The filter sees a packet from its TCP header on; 13 is the offset of the flags. Accepted
    // sockets inherit it, which changes nothing for them. Where it cannot be had, connections that
    // begin in the last moment are reset, as they would be without it.
    struct sock_filter no_syn[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TH_SYN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    struct sock_fprog program = {.len = sizeof no_syn / sizeof *no_syn, .filter = no_syn};
    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
    set_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 0);
}

bool yn_listen(yn_address *address, int *fds, size_t count)
{
    size_t opened = 0;
    // The first is bound alone, which fails where anybody has the address; only then does it share
    // with the others, which are ours.
    bool ok = (fds[0] = open_bound(address, false)) >= 0;
    if (ok) {
        opened = 1;
        ok = yn_address_of_socket(fds[0], address) &&
             (count == 1 || set_option(fds[0], SOL_SOCKET, SO_REUSEPORT, 1));
    }
    while (ok && opened < count) {
        fds[opened] = open_bound(address, true);
        ok = fds[opened] >= 0;
        opened += ok;
    }
    for (size_t i = 0; ok && i < count; i++)
        ok = listen(fds[i], backlog) == 0;
    int error = errno;
    while (!ok && opened)
        close(fds[--opened]);
    errno = error;
    return ok;
}
