// SPDX-License-Identifier: MIT
#include "server/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "net/listen.h"
#include "net/proxy.h"
#include "server/conn.h"

enum {
    receive_room = 64 * 1024, // beside the start of a head
    accepts_a_turn = 64,
    retry_accept_time = 100, // ms
    least_idle_time = 1000,
    linger_time = 10000,
    drain_linger_time = 1000,
    grace_time = 300,
    complain_time = 10000,
    kept_conns = 4096,
    kept_chunks = 512,
};

// One worker is woken where several wait at one socket.
static const uint32_t listen_events = EPOLLIN | EPOLLEXCLUSIVE;

// ---- the turn -----------------------------------------------------------------------------------

static void turn_begins(void *context)
{
    yn_worker *w = context;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec != w->date_second) {
        w->date_second = now.tv_sec;
        yn_date_format(w->date, now.tv_sec);
    }
    const yn_ruleset *set = yn_live_enter(w->live, w->number);
    w->answerer.rules = set->rules;
    w->certs = set->certs;
    w->answerer.now = now.tv_sec;
    yn_tally_turn_begins(w->tally, set->hits, now.tv_sec);
}

static bool accept_some(const yn_listener *listener);

// As long as others have the socket, closing it does not take it out of epoll.
static void close_listener(yn_worker *w, yn_listener *l)
{
    yn_loop_watch(&w->loop, &l->watch, 0);
    close(l->watch.fd);
    l->watch.fd = -1;
}

// HTTP/2 has a word for it that need not wait for an answer.
static void tell_all(yn_worker *w)
{
    yn_timer_list *lists[] = {&w->idle, &w->head, &w->body, &w->stop, &w->write};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        size_t count = yn_timer_list_count(lists[i]);
        yn_timer *next, *timer = lists[i]->ends.next;
        for (; count--; timer = next) { // those that change their list come behind
            next = timer->next;
            yn_conn_drain(timer);
        }
    }
}

// From here on every answer says that its connection ends. Clients that are about to ask learn of
// it in this way: for the time of the grace idle connections are kept, and whoever has connected
// and not asked yet is waited for.
static void begin_drain(yn_worker *w)
{
    int64_t grace = w->config->drain_time < grace_time ? w->config->drain_time : grace_time;
    w->draining = true;
    for (size_t i = 0; i < w->listener_count; i++) {
        if (w->listeners[i].passed)
            close_listener(w, &w->listeners[i]);
        else
            yn_listen_last(w->listeners[i].watch.fd);
    }
    yn_timer_list_respan(&w->idle, grace, w->loop.now);
    yn_timer_list_respan(&w->linger, drain_linger_time, w->loop.now);
    yn_timer_list_respan(&w->grace, grace, w->loop.now);
    tell_all(w);
    yn_timer_start(&w->grace_timer, &w->grace, w->loop.now);
    yn_timer_start(&w->drain_timer, &w->drain, w->loop.now);
}

static void grace_expired(yn_timer *timer)
{
    yn_worker *w = (yn_worker *)(void *)((char *)timer - offsetof(yn_worker, grace_timer));
    w->last_call = true;
    yn_timer_stop(&w->retry_timer);
}

// Closes the listeners where nobody waits any more. A turn at a time, so that a crowd there keeps
// neither the connections from being served nor the drain time from being over.
static void close_listeners(yn_worker *w)
{
    size_t closed = 0;
    for (size_t i = 0; i < w->listener_count; i++) {
        yn_listener *l = &w->listeners[i];
        if (l->watch.fd >= 0 && !accept_some(l))
            close_listener(w, l);
        closed += l->watch.fd < 0;
    }
    if (closed == w->listener_count && w->conn_count == 0)
        yn_loop_stop(&w->loop);
    else if (closed < w->listener_count)
        yn_loop_wake(&w->loop);
}

// Who has asked nothing for a while makes room, the longest silent first.
static void close_idle(yn_worker *w)
{
    int64_t recent = w->loop.now + w->idle.span - least_idle_time;
    for (unsigned i = 0; i < accepts_a_turn && yn_timer_list_due(&w->idle) <= recent; i++) {
        yn_timer *oldest = w->idle.ends.next;
        yn_timer_stop(oldest);
        yn_conn_expired(oldest);
    }
}

static void turn_ends(void *context)
{
    yn_worker *w = context;
    if (w->config->crowd && yn_crowd_is_tight(w->config->crowd))
        close_idle(w);
    yn_tally_turn_ends(w->tally);
    if (w->config->access)
        yn_access_turn_ends(w->config->access, w->number);
    if (!w->draining && atomic_load_explicit(&w->drain_requested, memory_order_acquire))
        begin_drain(w);
    if (w->last_call)
        close_listeners(w);
    w->answerer.rules = NULL;
    yn_live_leave(w->live, w->number);
}

static void drain_expired(yn_timer *timer)
{
    yn_worker *w = (yn_worker *)(void *)((char *)timer - offsetof(yn_worker, drain_timer));
    size_t cut = w->conn_count - yn_timer_list_count(&w->linger); // those have their answers
    if (cut)
        yn_log(YN_LOG_WARNING, "%zu connection%s cut: time is over", cut, cut == 1 ? "" : "s");
    yn_loop_stop(&w->loop);
}

// ---- accepting ----------------------------------------------------------------------------------

// Out of descriptors or memory: a listener that stays ready would spin, so it rests for a while.
static void pause_accepting(yn_worker *w, int error)
{
    for (size_t i = 0; i < w->listener_count; i++)
        if (w->listeners[i].watch.fd >= 0)
            yn_loop_watch(&w->loop, &w->listeners[i].watch, 0);
    yn_timer_start(&w->retry_timer, &w->retry_accept, w->loop.now);
    if (w->complained == 0 || w->loop.now - w->complained > complain_time) {
        w->complained = w->loop.now;
        yn_log(YN_LOG_WARNING, "cannot accept connections: %s (%zu are open)", strerror(error),
               w->conn_count);
    }
}

static void retry_accept(yn_timer *timer)
{
    yn_worker *w = (yn_worker *)(void *)((char *)timer - offsetof(yn_worker, retry_timer));
    close_idle(w); // the events of this turn have been dealt with: other watches may be touched
    for (size_t i = 0; i < w->listener_count; i++)
        if (w->listeners[i].watch.fd >= 0 &&
            !yn_loop_watch(&w->loop, &w->listeners[i].watch, listen_events))
            pause_accepting(w, errno);
}

// Accepts a number of connections, and answers what has come with them. @return whether more may be
// waiting
static bool accept_some(const yn_listener *listener)
{
    yn_worker *w = listener->worker;
    for (unsigned i = 0; i < accepts_a_turn; i++) {
        int fd = accept4(listener->watch.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            yn_conn_open(w, fd, listener->tls);
        } else if (errno == EAGAIN) {
            return false;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            if (!w->last_call)
                pause_accepting(w, errno);
            return false;
        } // anything else is that connection's trouble: the next one
    }
    return true;
}

static void acceptable(yn_watch *watch, uint32_t events)
{
    (void)events;
    accept_some((const yn_listener *)(const void *)watch);
}

// ---- life ---------------------------------------------------------------------------------------

static void add_timers(yn_worker *w)
{
    const yn_worker_config *config = w->config;
    struct {
        yn_timer_list *list;
        int64_t span;
        yn_timer_fn *expired;
    } rows[] = {
        {&w->idle, config->idle_time, yn_conn_expired},
        {&w->head, config->head_time, yn_conn_expired},
        {&w->stop, YN_H2_STOP_TIME, yn_conn_expired},
        {&w->body, config->body_time, yn_conn_expired},
        {&w->write, config->write_time, yn_conn_expired},
        {&w->linger, linger_time, yn_conn_expired},
        {&w->retry_accept, retry_accept_time, retry_accept},
        {&w->grace, grace_time, grace_expired},
        {&w->drain, config->drain_time, drain_expired},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_timer_list_init(rows[i].list, rows[i].span, rows[i].expired);
        yn_loop_add_timers(&w->loop, rows[i].list);
    }
}

static bool allocate(yn_worker *w, size_t listener_count)
{
    const yn_h1_limits *limits = &w->config->limits;
    size_t out_size = 64 * 1024 + yn_answer_max(limits);
    w->receive_size = limits->max_head + receive_room;
    w->receive = malloc(w->receive_size);
    w->answerer.scratch_size = yn_answer_scratch(limits);
    w->answerer.scratch = malloc(w->answerer.scratch_size);
    w->answerer.date = (yonder_text){w->date, YN_DATE_LEN};
    w->answerer.countries = w->config->countries;
    w->answerer.trusted = w->config->trusted;
    w->answerer.trusted_count = w->config->trusted_count;
    w->answerer.access = w->config->access;
    w->answerer.worker = w->number;
    w->out = yn_buf_make(out_size, NULL);
    w->h2 = yn_h2_server_new(limits, w->config->max_body, w->config->body_time,
                             w->config->write_time, w->config->idle_time);
    w->conns = yn_pool_make(yn_conn_size, kept_conns);
    w->vias = yn_pool_make(sizeof(yn_proxy), kept_conns);
    w->chunks = yn_pool_make(sizeof(yn_chunk), kept_chunks);
    w->listeners = calloc(listener_count, sizeof *w->listeners);
    w->tally = w->answerer.tally = aligned_alloc(alignof(yn_tally), sizeof *w->tally);
    if (w->tally) {
        memset(w->tally, 0, sizeof *w->tally);
        w->tally->worker = w->number;
    }
    return w->tally && w->receive && w->h2 && w->answerer.scratch && w->listeners &&
           yn_buf_reserve(&w->out, out_size);
}

static const char *const protocols[] = {"h2", "http/1.1", NULL};

// The certificates of the present turn.
static size_t choose(void *context, yonder_text name,
                     const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES])
{
    const yn_worker *w = context;
    return yn_certs_choose(w->certs, name, out);
}

yn_worker *yn_worker_make(const yn_worker_config *config, yn_live *live, size_t number,
                          const yn_listening *fds, size_t fd_count)
{
    yn_worker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->config = config;
    w->live = live;
    w->number = number;
    w->date_second = -1;
    w->loop.epoll_fd = w->loop.wake_fd = -1;
    bool ok = allocate(w, fd_count) && yn_loop_init(&w->loop, turn_begins, turn_ends, w);
    if (ok)
        add_timers(w);
    for (size_t i = 0; ok && i < fd_count; i++) {
        w->listeners[i] = (yn_listener){.watch = {.ready = acceptable, .fd = fds[i].fd},
                                        .worker = w,
                                        .tls = fds[i].tls,
                                        .passed = fds[i].passed};
        if (fds[i].tls && !w->tls)
            ok = (w->tls = yn_tls_server_new(choose, w, protocols, config->tickets)) != NULL;
        ok = ok && yn_loop_watch(&w->loop, &w->listeners[i].watch, listen_events);
    }
    if (ok) {
        w->listener_count = fd_count;
        return w;
    }
    int error = errno;
    yn_worker_free(w);
    errno = error;
    return NULL;
}

void yn_worker_free(yn_worker *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->listener_count; i++)
        if (w->listeners[i].watch.fd >= 0)
            close(w->listeners[i].watch.fd);
    yn_loop_free(&w->loop);
    yn_tls_server_free(w->tls);
    yn_h2_server_free(w->h2);
    yn_pool_free(&w->conns);
    yn_pool_free(&w->chunks);
    yn_pool_free(&w->vias);
    yn_buf_free(&w->out);
    free(w->answerer.scratch);
    free(w->receive);
    free(w->tally);
    free(w->listeners);
    free(w);
}

static void *run(void *context)
{
    yn_worker *w = context;
    yn_loop_run(&w->loop);
    w->cutting = true;
    for (unsigned i = 0; i < w->loop.list_count; i++)
        if (w->loop.lists[i]->expired == yn_conn_expired)
            yn_timer_list_expire_all(w->loop.lists[i]);
    return NULL;
}

int yn_worker_start(yn_worker *w)
{
    return pthread_create(&w->thread, NULL, run, w);
}

void yn_worker_leave(yn_worker *w, int fd)
{
    for (size_t i = 0; i < w->listener_count; i++)
        if (w->listeners[i].watch.fd == fd)
            w->listeners[i].passed = true; // which is looked at after drain_requested
}

void yn_worker_drain(yn_worker *w)
{
    atomic_store(&w->drain_requested, true);
    yn_loop_wake(&w->loop);
}

void yn_worker_join(yn_worker *w)
{
    pthread_join(w->thread, NULL);
}
