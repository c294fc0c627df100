// SPDX-License-Identifier: MIT
// Where to listen, and the sockets that do.
#ifndef YN_NET_LISTEN_H
#define YN_NET_LISTEN_H

#include <sys/socket.h>

#include <yonder/base.h>

/** A socket address of any family. */
typedef struct yn_address {
    struct sockaddr_storage storage;
    socklen_t len;
} yn_address;

enum {
    YN_ADDRESS_TEXT = 80 /**< room for what yn_address_print() writes */
};

/**
 * Reads "127.0.0.1:8080", "[::1]:80", "localhost:80" (127.0.0.1) or "*:80" (every address: IPv6,
 * which takes IPv4 too, or IPv4 alone where the machine has no IPv6). Port 0 is any free one.
 * @return false where it is none of these
 */
bool yn_address_parse(yn_address *address, yonder_text text);

/** Writes "ADDR:PORT" as it stands in a URL, NUL-terminated; IPv4 in IPv6 shows as IPv4. */
void yn_address_print(const yn_address *address, char out[YN_ADDRESS_TEXT]);

/** Whether both are the same place: family, address, port (and IPv6's scope), or path. */
bool yn_address_equal(const yn_address *a, const yn_address *b);

/** The address the socket is bound to, and the one it is connected to. */
bool yn_address_of_socket(int fd, yn_address *address);
bool yn_address_of_peer(int fd, yn_address *address);

/**
 * Opens `count` listening sockets on the same address, among which the kernel spreads the
 * connections. Nobody else may have the address, not even one who would share it. `address` becomes
 * what was bound: its port is no longer 0.
 *
 * Connections are delivered once their first bytes have come, or after a second without
 * (TCP_DEFER_ACCEPT: doc/why/deferred-accept.md), and have TCP_NODELAY set.
 *
 * @return true, with `fds` set; false with errno, and nothing left open
 */
bool yn_listen(yn_address *address, int *fds, size_t count);

/**
 * Lets no new connection begin on a listening socket: who tries is not answered, tries again after
 * a second and finds a closed port or the next server. Connections that have begun come still, and
 * no longer wait for their first bytes. So the socket can be closed without resetting anybody as
 * soon as accept() has nothing more to give.
 */
void yn_listen_last(int fd);

#endif
