// SPDX-License-Identifier: MIT
// What a server and the one who started it (systemd) tell each other: sd_listen_fds(3) and
// sd_notify(3), without the library.
#ifndef YN_SERVER_SUPERVISOR_H
#define YN_SERVER_SUPERVISOR_H

#include "net/listen.h"

/** A listening socket that was opened before the program started. */
typedef struct yn_passed {
    int fd;
    bool tls; /**< its name (FileDescriptorName=) is "https" or starts with "https-" */
    yn_address address;
} yn_passed;

enum {
    YN_PASSED_MOST = 64
};

/**
 * Takes over what was passed, and takes it out of the environment, so that no child believes it is
 * meant. Sockets are made not to block. To be called before there are threads.
 *
 * @return how many there are; -1 after a line on stderr where one is no listening TCP socket
 */
int yn_supervisor_sockets(yn_passed out[YN_PASSED_MOST]);

/* Each is of no effect where nobody wants to know ($NOTIFY_SOCKET). */
void yn_supervisor_ready(void);
void yn_supervisor_replaced(void);  /**< this process is the main one now, and ready */
void yn_supervisor_reloading(void); /**< until the next yn_supervisor_ready() */
void yn_supervisor_stopping(void);

#endif
