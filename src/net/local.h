// SPDX-License-Identifier: MIT
// Listening sockets that are files (unix(7)).
#ifndef YN_NET_LOCAL_H
#define YN_NET_LOCAL_H

#include <sys/types.h>

#include "net/listen.h"

typedef struct yn_local {
    int fd; /**< -1 where there is none */
    yn_address address;
    ino_t inode; /**< of the file: another server may have made it its own since */
} yn_local;

/** The address of a path. false where it is too long. */
bool yn_local_address(const char *path, yn_address *address);

/**
 * Listens at `path`, with SOCK_STREAM or SOCK_SEQPACKET, in a file with the permissions `mode`. One
 * that a server left behind which ended in a hurry is removed before.
 * @return false with errno, and nothing left
 */
bool yn_local_listen(yn_local *local, const char *path, int type, mode_t mode);

/** Goes on with a socket that listens at that path already. */
yn_local yn_local_adopt(int fd, const yn_address *address);

/** Removes the file, where it is still this one's. The descriptor stays open. */
void yn_local_remove(yn_local *local);

#endif
