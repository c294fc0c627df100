// SPDX-License-Identifier: MIT
// What a server gives up once its ports are open: another user's rights, files that are none of its
// business, system calls it has no use for. What it keeps lets it read its files anew.
#ifndef YN_SERVER_SANDBOX_H
#define YN_SERVER_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/** Goes on as that user, with that user's groups. Of no effect if it is that user already.
 *  @return false after a line on stderr */
bool yn_sandbox_become(const char *user);

typedef struct yn_sandbox_paths {
    const char *const *read; /**< files and folders that may be read, and replaced by others */
    size_t read_count;
    const char *const
        *made; /**< files and sockets that are made: anything in their folders may be */
    size_t made_count;
} yn_sandbox_paths;

enum {
    YN_SANDBOX_LANDLOCK = 1, /**< other files, and connections to others, are out of reach */
    YN_SANDBOX_SECCOMP = 2,  /**< system calls a server does not need fail with EPERM */
};

/**
 * Confines the calling thread and those it starts from here on, for good, as far as the kernel can.
 *
 * @return which of the above are in force
 */
unsigned yn_sandbox_enter(const yn_sandbox_paths *paths);

#endif
