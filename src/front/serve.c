// SPDX-License-Identifier: MIT
#include "front/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "front/serve_parts.h"
#include "net/tls.h"

enum {
    head_memory = 32768, // bytes for a request's head
    stack_size = 1 << 20,
    last_words = 5,   // seconds for what has been told to end
    threshold = 1000, // milliseconds in which who came as a door was closed is through it
};

uint64_t yn_serve_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void nap(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* ---- doors -------------------------------------------------------------------------------------
 */

typedef struct pair {
    const char *certificate, *key;
} pair;

static struct MHD_Daemon *start_daemon(yn_door *door, int fd, const pair *tls_pair)
{
    const yn_listener *l = door->listener;
    const yn_serve_options *o = &l->serve->options;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)tls_pair->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)tls_pair->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    // Its own time-out would drop the answer of a check that took longer: watch() looks after time.
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | MHD_USE_ITC | (l->tls ? MHD_USE_TLS : 0);
    return MHD_start_daemon(
        flags, 0, yn_serve_may_connect, door, yn_serve_handle, door, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, o->max_connections + YN_CALLERS_SPARE,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)head_memory,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)stack_size, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, yn_serve_connection, door, MHD_OPTION_NOTIFY_COMPLETED,
        yn_serve_ends, door, MHD_OPTION_URI_LOG_CALLBACK, yn_serve_begins, door,
        MHD_OPTION_UNESCAPE_CALLBACK, yn_serve_leave_percents, NULL, MHD_OPTION_ARRAY,
        l->tls ? tls : none, MHD_OPTION_END);
}

// The listener keeps its socket; a door has a descriptor of its own for it.
static yn_door *open_door(yn_listener *l, const pair *tls_pair)
{
    yn_door *door = yn_alloc(NULL, sizeof *door);
    int fd = fcntl(l->fd, F_DUPFD_CLOEXEC, 3);
    if (door) {
        *door = (yn_door){.listener = l};
        door->daemon = fd < 0 ? NULL : start_daemon(door, fd, tls_pair);
    }
    if (door && door->daemon)
        return door;
    if (fd >= 0)
        close(fd);
    yn_free(NULL, door);
    return NULL;
}

// Nobody comes in by it any more; who is inside stays.
static void close_door(yn_door *door)
{
    if (atomic_exchange(&door->closed, true))
        return;
    int fd = MHD_quiesce_daemon(door->daemon);
    if (fd >= 0)
        close(fd);
    door->closed_at = yn_serve_now();
}

static void remove_door(yn_door *door)
{
    MHD_stop_daemon(door->daemon);
    yn_free(NULL, door);
}

// Those by which the last has left.
static void remove_doors(yn_serve *serve, bool all)
{
    yn_door *gone = NULL;
    pthread_mutex_lock(&serve->mutex);
    for (yn_door **at = &serve->closed; *at;) {
        yn_door *door = *at;
        if (!all && (atomic_load(&door->callers) || yn_serve_now() < door->closed_at + threshold)) {
            at = &door->next;
            continue;
        }
        *at = door->next;
        door->next = gone;
        gone = door;
    }
    pthread_mutex_unlock(&serve->mutex);
    while (gone) {
        yn_door *door = gone;
        gone = door->next;
        remove_door(door);
    }
}

static void *watch(void *context)
{
    yn_serve *serve = context;
    uint64_t patience = serve->options.patience * UINT64_C(1000);
    while (!atomic_load(&serve->stopping)) {
        size_t ended = yn_callers_end_slow(serve->callers, yn_serve_now(), patience);
        atomic_fetch_add(&serve->dispatcher.site->counts->slow, ended);
        remove_doors(serve, false);
        nap(100);
    }
    return NULL;
}

/* ---- life --------------------------------------------------------------------------------------
 */

static bool listen_at(yn_serve *serve, const yn_address *where, bool tls, bool redirects,
                      yn_buf *message)
{
    const pair own = {serve->options.certificate, serve->options.key};
    yn_listener *l = &serve->listeners[serve->listener_count];
    char text[YN_ADDRESS_TEXT];
    *l = (yn_listener){
        .serve = serve, .fd = -1, .tls = tls, .redirects = redirects, .address = *where};
    yn_address_print(where, text);
    if (!yn_listen(&l->address, &l->fd, 1)) {
        yn_buf_printf(message, "cannot listen on %s: %s", text, strerror(errno));
        return false;
    }
    serve->listener_count++;
    if (!(l->door = open_door(l, &own))) {
        yn_buf_printf(message, "the HTTP server does not start on %s", text);
        return false;
    }
    yn_address_print(&l->address, text);
    yn_log(YN_LOG_INFO, "listening on %s://%s/", tls ? "https" : "http", text);
    return true;
}

// `*expires` is when.
static bool check_certificate(const pair *p, int64_t *expires, yn_buf *message)
{
    *expires = 0;
    if (!p->certificate)
        return true;
    yn_tls_identity *identity =
        yn_tls_identity_new(yonder_text_of(p->certificate), yonder_text_of(p->key), message);
    if (identity)
        *expires = yn_tls_identity_expires(identity);
    yn_tls_identity_free(identity);
    return identity != NULL;
}

static bool listen_everywhere(yn_serve *serve, yn_buf *message)
{
    const yn_serve_options *o = &serve->options;
    for (size_t i = 0; i < o->listen_count; i++)
        if (!listen_at(serve, &o->listen[i], o->certificate != NULL, false, message))
            return false;
    return !o->redirect || listen_at(serve, o->redirect, false, true, message);
}

yn_serve *yn_serve_start(const yn_directory *directory, const yn_web_site *site,
                         const yn_serve_options *options, yn_buf *message)
{
    const char *wrong = yn_microhttpd_load();
    uint64_t seed;
    if (wrong || getrandom(&seed, sizeof seed, 0) != sizeof seed ||
        options->listen_count >= YN_SERVE_LISTENERS) {
        yn_buf_str(message, wrong ? wrong : "there are too many addresses, or no random numbers");
        return NULL;
    }
    const pair own = {options->certificate, options->key};
    int64_t expires;
    yn_serve *serve =
        check_certificate(&own, &expires, message) ? yn_alloc(NULL, sizeof *serve) : NULL;
    if (!serve)
        return NULL;
    memset(serve, 0, sizeof *serve);
    pthread_mutex_init(&serve->mutex, NULL);
    atomic_store(&site->counts->certificate_expires, expires);
    serve->options = *options;
    serve->callers = yn_callers_new(options->max_connections, options->max_per_address);
    serve->dispatcher = (yn_dispatcher){
        .directory = directory,
        .site = site,
        .token = options->token,
        .hsts = options->hsts,
        .hsts_behind_proxy = options->hsts_behind_proxy,
        .gates = yn_gates_new(&(yn_gates_options){.reads = options->reads_a_minute,
                                                  .checks = options->checks_a_minute,
                                                  .site = options->site_a_minute,
                                                  .at_once = options->max_checks,
                                                  .seed = seed}),
        .now_ms = yn_serve_now,
    };
    if (!serve->callers || !serve->dispatcher.gates)
        yn_buf_str(message, "out of memory");
    else if (pthread_create(&serve->watch, NULL, watch, serve))
        yn_buf_str(message, "there are no threads");
    else if ((serve->watching = true) && listen_everywhere(serve, message))
        return serve;
    yn_serve_stop(serve);
    return NULL;
}

static void wait_for_requests(yn_serve *serve, unsigned seconds)
{
    uint64_t until = yn_serve_now() + seconds * UINT64_C(1000);
    while (atomic_load(&serve->under_way) && yn_serve_now() < until)
        nap(10);
}

// What has begun is finished: MHD_stop_daemon() would cut it off. What would take minutes ends.
static void drain(yn_serve *serve)
{
    for (size_t i = 0; i < serve->listener_count; i++)
        if (serve->listeners[i].door)
            close_door(serve->listeners[i].door);
    wait_for_requests(serve, serve->options.drain);
    atomic_store(&serve->over, true);
    wait_for_requests(serve, last_words);
}

void yn_serve_stop(yn_serve *serve)
{
    if (!serve)
        return;
    atomic_store(&serve->stopping, true);
    if (serve->watching)
        pthread_join(serve->watch, NULL);
    for (size_t i = 0; i < serve->listener_count; i++)
        close(serve->listeners[i].fd);
    drain(serve);
    for (size_t i = 0; i < serve->listener_count; i++)
        if (serve->listeners[i].door)
            remove_door(serve->listeners[i].door);
    remove_doors(serve, true);
    yn_callers_free(serve->callers);
    yn_gates_free(serve->dispatcher.gates);
    pthread_mutex_destroy(&serve->mutex);
    yn_free(NULL, serve);
}

/* ---- what is renewed ---------------------------------------------------------------------------
 */

void yn_serve_set_token(yn_serve *serve, const char *token)
{
    atomic_store(&serve->dispatcher.token, token);
}

// New doors first: where one does not open the old ones are still there.
static bool open_doors(yn_serve *serve, const pair *renewed, yn_door *doors[YN_SERVE_LISTENERS])
{
    for (size_t i = 0; i < serve->listener_count; i++) {
        yn_listener *l = &serve->listeners[i];
        doors[i] = l->tls ? open_door(l, renewed) : NULL;
        if (doors[i] || !l->tls)
            continue;
        while (i--)
            if (doors[i])
                remove_door(doors[i]);
        return false;
    }
    return true;
}

bool yn_serve_set_certificate(yn_serve *serve, const char *certificate, const char *key,
                              yn_buf *message)
{
    const pair renewed = {certificate, key};
    yn_door *doors[YN_SERVE_LISTENERS];
    int64_t expires;
    if (!check_certificate(&renewed, &expires, message))
        return false;
    if (!open_doors(serve, &renewed, doors)) {
        yn_buf_str(message, "the HTTP server does not start with it");
        return false;
    }
    for (size_t i = 0; i < serve->listener_count; i++) {
        yn_door *old = serve->listeners[i].door;
        if (!doors[i])
            continue;
        serve->listeners[i].door = doors[i];
        close_door(old);
        pthread_mutex_lock(&serve->mutex);
        old->next = serve->closed;
        serve->closed = old;
        pthread_mutex_unlock(&serve->mutex);
    }
    atomic_store(&serve->dispatcher.site->counts->certificate_expires, expires);
    return true;
}
