// SPDX-License-Identifier: MIT
// `yonder serve`: rule files and addresses in, a running server, until a signal ends it.
#ifndef YN_SERVER_SERVER_H
#define YN_SERVER_SERVER_H

#include "server/load.h"
#include "server/sockets.h"

typedef struct yn_server_options {
    yn_load load;
    const yn_listen_at *listen;
    size_t listen_count;
    bool listen_if_none_passed; /**< not beside sockets that were passed: yn_supervisor_sockets() */
    const char *user;           /**< whom to be once the ports are open; or NULL */
    bool no_sandbox;
    uint64_t max_connections; /**< 0: as many as there are descriptors */
    uint32_t max_per_address; /**< 0: any number */
    bool keep;                /**< do not read anew what changes on disk until SIGHUP */
    const char *access_log;   /**< a file, "-" for stdout; or NULL */
    yn_access_format access_format;
    const char *admin;    /**< where to ask what it does: see yn_admin_start(); or NULL */
    const char *handover; /**< the path where the next server takes over, as this one does from
                               whoever serves there; or NULL */
    size_t workers;       /**< 0: one for each core this process may use */
    yn_worker_config config;
} yn_server_options;

typedef enum yn_server_result {
    YN_SERVER_ENDED,     /**< by SIGTERM or SIGINT, after draining */
    YN_SERVER_BAD_RULES, /**< shown on stderr */
    YN_SERVER_FAILED,    /**< an address, a thread or memory could not be had; said on stderr */
} yn_server_result;

/**
 * Serves until SIGTERM or SIGINT, or until another server has taken over. SIGHUP, or a change on
 * disk, has rules and certificates read anew: good ones replace the live ones between two requests,
 * bad ones are shown and change nothing. Blocks these signals in the calling thread, which has to
 * be the program's first; SIGTERM and SIGINT only when the files have been read.
 */
yn_server_result yn_server_run(const yn_server_options *options);

#endif
