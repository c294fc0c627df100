// SPDX-License-Identifier: MIT
// A worker: one thread, its listening sockets, its connections and the memory they share. Nothing
// in it is seen by another thread but the flag that asks it to drain, and what goes with it.
#ifndef YN_SERVER_WORKER_H
#define YN_SERVER_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/date.h"
#include "http/h2.h"
#include "net/loop.h"
#include "server/answer.h"
#include "server/crowd.h"
#include "server/live.h"
#include "server/pool.h"

/** What all workers go by. Times are milliseconds. */
typedef struct yn_worker_config {
    yn_h1_limits limits;
    uint64_t max_body;              /**< larger request bodies are not read to their end */
    int64_t idle_time;              /**< between requests, and before the first */
    int64_t head_time;              /**< from a head's first byte to its last */
    int64_t body_time;              /**< for a whole request body */
    int64_t write_time;             /**< for the client to take anything of what it is sent */
    int64_t drain_time;             /**< from the request to drain until connections are cut */
    const yn_country_db *countries; /**< or NULL */
    yn_tls_tickets *tickets;        /**< of a server with TLS */
    yn_crowd *crowd;                /**< how many connections there may be; or NULL */
    bool proxy_protocol;            /**< each connection begins with a PROXY header */
    const yn_cidr *trusted;         /**< whose word on who asks is believed */
    size_t trusted_count;
    yn_access *access; /**< or NULL */
} yn_worker_config;

typedef struct yn_worker yn_worker;

typedef struct yn_listener {
    yn_watch watch;
    yn_worker *worker;
    bool tls, passed;
} yn_listener;

/** A listening socket of a worker's own. */
typedef struct yn_listening {
    int fd;
    bool tls;
    bool passed; /**< it is not ours alone: whoever waits there is for the next server */
} yn_listening;

struct yn_worker {
    // What every request touches.
    yn_loop loop;
    const yn_worker_config *config;
    yn_answerer answerer;
    yn_h2_server *h2;
    yn_tls_server *tls;    /**< NULL: no listener is for TLS */
    const yn_certs *certs; /**< of the present turn */
    char *receive;         /**< what the connection at hand has sent */
    size_t receive_size;
    yn_buf out; /**< what it gets; never grows */
    size_t conn_count;
    bool draining;
    yn_tally *tally; /**< its answerer's */
    yn_timer_list idle, head, body, stop, write, linger;
    yn_pool conns, chunks, vias;
    yn_h1_request request, next_request;

    // The rest.
    yn_live *live;
    size_t number; /**< its slot in `live` */
    char date[YN_DATE_LEN];
    int64_t date_second;
    yn_timer_list retry_accept, grace, drain;
    yn_timer retry_timer, grace_timer, drain_timer;
    bool cutting; /**< expired timers close their connections, whatever they are about */
    int64_t complained;
    yn_listener *listeners;
    size_t listener_count;
    bool last_call; /**< draining, and listeners are closed as soon as nobody waits there */
    atomic_bool drain_requested;
    pthread_t thread;
};

/** A worker that will listen on `fds`, which are its own from here on unless NULL is returned (with
 *  errno). `config` and `live` must outlive it. */
yn_worker *yn_worker_make(const yn_worker_config *config, yn_live *live, size_t number,
                          const yn_listening *fds, size_t fd_count);
/** Closes what is open. Its thread must have ended, or never been started. */
void yn_worker_free(yn_worker *worker);

/** Starts the thread. @return 0 or an errno */
int yn_worker_start(yn_worker *worker);
/** The listening socket `fd` is another process's from here on: whoever waits there is left to it
 *  when this worker drains. Before yn_worker_drain(), by the thread that calls that. */
void yn_worker_leave(yn_worker *worker, int fd);
/** Asks it to take no new connections, finish what has begun and end. From any thread. */
void yn_worker_drain(yn_worker *worker);
/** Waits for the thread's end. */
void yn_worker_join(yn_worker *worker);

#endif
