// SPDX-License-Identifier: MIT
// What serve.c, which starts and ends, and serve_answer.c, which answers, share.
#ifndef YN_FRONT_SERVE_PARTS_H
#define YN_FRONT_SERVE_PARTS_H

#include <pthread.h>

#include "front/callers.h"
#include "front/dispatch.h"
#include "front/serve.h"
#include "net/mhd.h"

enum {
    YN_SERVE_LISTENERS = 17, /**< one of them redirects */
};

/** The library's server on a listening socket. Another takes its place where the certificate is
 *  renewed, for the library reads that once; this one then serves whom it has until they go. */
typedef struct yn_door {
    struct yn_listener *listener;
    struct MHD_Daemon *daemon;
    atomic_size_t callers;
    atomic_bool closed; /**< it takes no new ones */
    uint64_t closed_at; /**< milliseconds */
    struct yn_door *next;
} yn_door;

typedef struct yn_listener {
    yn_serve *serve;
    int fd;
    bool tls, redirects;
    yn_address address;
    yn_door *door;
} yn_listener;

struct yn_serve {
    yn_serve_options options;
    yn_dispatcher dispatcher;
    yn_callers *callers;
    yn_listener listeners[YN_SERVE_LISTENERS];
    size_t listener_count;
    pthread_mutex_t mutex;
    yn_door *closed;            /**< under `mutex`: doors that some have still to leave by */
    atomic_bool stopping, over; /**< over: nobody is waited for any more */
    atomic_size_t under_way;    /**< requests */
    pthread_t watch;
    bool watching;
};

uint64_t yn_serve_now(void); /**< milliseconds */

/* What the library calls; its context is a door. */
enum MHD_Result yn_serve_may_connect(void *context, const struct sockaddr *address, socklen_t len);
void yn_serve_connection(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_ConnectionNotificationCode what);
void *yn_serve_begins(void *context, const char *target, struct MHD_Connection *connection);
void yn_serve_ends(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode how);
size_t yn_serve_leave_percents(void *context, struct MHD_Connection *connection, char *text);
enum MHD_Result yn_serve_handle(void *context, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_size, void **state);

#endif
