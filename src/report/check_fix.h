// SPDX-License-Identifier: MIT
// The lines to change, for the servers that a site may have.
#ifndef YN_REPORT_CHECK_FIX_H
#define YN_REPORT_CHECK_FIX_H

#include "report/check.h"

/** X(id, name on the command line, title, how its Server field begins) */
#define YN_CHECK_SERVERS(X)                                                                        \
    X(YN_CHECK_NGINX, "nginx", "nginx", "nginx")                                                   \
    X(YN_CHECK_APACHE, "apache", "Apache", "Apache")                                               \
    X(YN_CHECK_CADDY, "caddy", "Caddy", "Caddy")                                                   \
    X(YN_CHECK_HAPROXY, "haproxy", "HAProxy", "HAProxy")                                           \
    X(YN_CHECK_H2O, "h2o", "h2o", "h2o")                                                           \
    X(YN_CHECK_YONDER, "yonder", "yonder", "yonder")

typedef enum yn_check_server {
#define YN_CHECK_SERVER_ENUM(id, name, title, field) id,
    YN_CHECK_SERVERS(YN_CHECK_SERVER_ENUM)
#undef YN_CHECK_SERVER_ENUM
    YN_CHECK_SERVER_COUNT
} yn_check_server;

const char *yn_check_server_title(yn_check_server server);

/** Whether that server's lines are to be shown: the one that was chosen; else the one that answers
 *  and says so; else every one. */
bool yn_check_shows(const yn_checked *checked, yn_check_server server);

#endif
