// SPDX-License-Identifier: MIT
// `yonder lab`: a server of redirect cases that grades the client that walks them. One thread. Each
// port speaks plain HTTP and TLS, told apart by a connection's first byte: HSTS keeps a port that
// is not the default, so that https is where http was.
#ifndef YN_LAB_LAB_H
#define YN_LAB_LAB_H

#include "lab/journal.h"
#include "net/listen.h"
#include "net/loop.h"
#include "net/tls.h"

enum {
    YN_LAB_PORTS = 2,
    YN_LAB_CONNECTIONS = 256, /**< open at once; for one more, that of the slowest is closed */
};

typedef struct yn_lab_options {
    yn_address listen[YN_LAB_PORTS]; /**< where walks begin, and the other origin */
    const char *domain;              /**< names below it are the lab's */
    const char *ca_folder;           /**< for the authority's certificate, ca.pem; NULL for none */
    const char *report;              /**< file for the report at the end, JSON if it ends in .json;
                                          NULL for text on stdout */
} yn_lab_options;

typedef struct yn_lab yn_lab;

typedef struct yn_lab_listener {
    yn_watch watch;
    yn_lab *lab;
} yn_lab_listener;

typedef struct yn_lab_conn yn_lab_conn;
typedef struct yn_lab_certificates yn_lab_certificates;

/** What the connections share. */
struct yn_lab {
    yn_loop loop;
    yn_lab_site site;
    yn_lab_journal *journal;
    yn_lab_certificates *certificates;
    yn_tls_server *tls;
    yn_timer_list exchanges; /**< each connection's time for a request and its answer */
    yn_lab_listener listeners[YN_LAB_PORTS];
    yn_watch signals;
    yn_lab_conn *conns; /**< the open ones */
    size_t conn_count;
    bool crowded; /**< somebody waits, and there is no room */
};

/** Serves until SIGINT or SIGTERM, then reports on every run it remembers. Blocks these signals in
 * the calling thread. @return false where something could not be had; said on stderr */
bool yn_lab_serve(const yn_lab_options *options);

/** Lets the listeners rest or, once there is room for another connection, go on. */
void yn_lab_accept(yn_lab *lab, bool go_on);

#endif
