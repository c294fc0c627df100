// SPDX-License-Identifier: MIT
#include "front/serve.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "front/callers.h"
#include "front/exchange.h"
#include "http/h1.h"
#include "net/mhd.h"
#include "net/tls.h"

enum {
    most_listeners = 17, // one of them redirects
    head_memory = 32768, // bytes for a request's head
    stack_size = 1 << 20,
    slowest = 16,   // bytes of an answer that a client is to take in a millisecond
    last_words = 5, // seconds for what has been told to end
};

typedef struct listener {
    yn_serve *serve;
    struct MHD_Daemon *daemon;
    int fd; // -1: the daemon's
    bool tls, redirects;
    yn_address address;
} listener;

struct yn_serve {
    yn_serve_options options;
    yn_dispatcher dispatcher;
    yn_callers *callers;
    listener listeners[most_listeners];
    size_t listener_count;
    atomic_bool stopping, over; // over: nobody is waited for any more
    atomic_size_t under_way;    // requests
    pthread_t watch;
    bool watching;
};

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void nap(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* ---- connections -------------------------------------------------------------------------------
 */

static int descriptor(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? (int)info->connect_fd : -1;
}

static void take_address(yn_address *out, const struct sockaddr *address)
{
    out->len = address->sa_family == AF_INET    ? sizeof(struct sockaddr_in)
               : address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                : sizeof(sa_family_t);
    memset(&out->storage, 0, sizeof out->storage);
    memcpy(&out->storage, address, out->len);
}

static bool peer(struct MHD_Connection *connection, yn_address *out)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info && info->client_addr)
        take_address(out, info->client_addr);
    return info && info->client_addr;
}

static enum MHD_Result may_connect(void *context, const struct sockaddr *address, socklen_t len)
{
    yn_serve *serve = ((listener *)context)->serve;
    const yn_client_rules *rules = &serve->options.clients;
    yn_address from;
    (void)len;
    take_address(&from, address);
    bool trusted = yn_cidr_has(rules->trusted, rules->trusted_count, &from);
    return yn_callers_may(serve->callers, &from, trusted) ? MHD_YES : MHD_NO;
}

// The request that a connection is about. The library does not tell of the end of one whose head it
// could not read to its end (of too many cookies, for one), so a connection ends what it has left.
typedef struct slot {
    yn_exchange *begun;
} slot;

static void end_request(yn_serve *serve, slot *s)
{
    if (s && s->begun) {
        atomic_fetch_sub(&serve->under_way, 1);
        yn_exchange_free(s->begun);
        s->begun = NULL;
    }
}

static slot *slot_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void connection_changes(void *context, struct MHD_Connection *connection, void **state,
                               enum MHD_ConnectionNotificationCode what)
{
    yn_serve *serve = ((listener *)context)->serve;
    yn_address from;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        yn_callers_leave(serve->callers, descriptor(connection));
        end_request(serve, *state);
        yn_free(NULL, *state);
        *state = NULL;
        return;
    }
    if (peer(connection, &from))
        yn_callers_enter(serve->callers, descriptor(connection), &from, now_ms());
    slot *s = yn_alloc(NULL, sizeof *s);
    if (s)
        s->begun = NULL;
    *state = s;
}

static void *watch(void *context)
{
    yn_serve *serve = context;
    uint64_t patience = serve->options.patience * UINT64_C(1000);
    while (!atomic_load(&serve->stopping)) {
        size_t ended = yn_callers_end_slow(serve->callers, now_ms(), patience);
        atomic_fetch_add(&serve->dispatcher.site->counts->slow, ended);
        nap(100);
    }
    return NULL;
}

/* ---- requests ----------------------------------------------------------------------------------
 */

static void *request_begins(void *context, const char *target, struct MHD_Connection *connection)
{
    yn_serve *serve = ((listener *)context)->serve;
    yn_callers_waits(serve->callers, descriptor(connection), now_ms());
    slot *s = slot_of(connection);
    end_request(serve, s);
    if (!s || !(s->begun = yn_exchange_new(yonder_text_of(target))))
        return NULL;
    atomic_fetch_add(&serve->under_way, 1);
    return s->begun;
}

static void request_ends(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode how)
{
    (void)how;
    if (*state)
        end_request(((listener *)context)->serve, slot_of(connection));
    *state = NULL;
}

static enum MHD_Result each_field(void *context, enum MHD_ValueKind kind, const char *name,
                                  size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    yn_exchange_field(context, (yonder_text){name, name_len},
                      (yonder_text){value ? value : "", value_len});
    return MHD_YES;
}

static size_t leave_percents(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context, (void)connection; // form.c decodes
    return strlen(text);
}

static void add_field(struct MHD_Response *to, yonder_text name, yonder_text value, yn_arena *arena)
{
    yonder_text n = yn_arena_text(arena, name), v = yn_arena_text(arena, value);
    if (!n.ptr || !v.ptr || MHD_add_response_header(to, n.ptr, v.ptr) != MHD_YES)
        yn_log(YN_LOG_WARNING, "a header field was left out: %s", n.ptr ? n.ptr : "out of memory");
}

static void free_body(void *body)
{
    yn_free(NULL, body);
}

static enum MHD_Result send_it(yn_serve *serve, struct MHD_Connection *connection,
                               yn_web_response *r, yn_arena *arena)
{
    bool empty = r->status == 304 || r->status == 204;
    struct MHD_Response *response =
        r->release ? MHD_create_response_from_buffer_with_free_callback_cls(
                         empty ? 0 : r->shared.len, (void *)r->shared.ptr, r->release, r->held)
                   : MHD_create_response_from_buffer_with_free_callback_cls(
                         empty ? 0 : r->body.len, r->body.ptr, free_body, r->body.ptr);
    if (!response) {
        if (r->release)
            r->release(r->held);
        yn_buf_free(&r->body);
        return MHD_NO;
    }
    if (r->release)
        yn_buf_free(&r->body);
    size_t len = r->release ? r->shared.len : r->body.len;
    for (size_t i = 0; i < r->field_count; i++)
        add_field(response, r->fields[i].name, r->fields[i].value, arena);
    if (!empty && len)
        add_field(response, YN_TEXT("Content-Type"), yonder_text_of(r->type), arena);
    if (atomic_load(&serve->stopping))
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(connection, r->status, response);
    MHD_destroy_response(response);
    yn_callers_waits(serve->callers, descriptor(connection), now_ms() + len / slowest);
    return queued;
}

static enum MHD_Result answer(listener *l, struct MHD_Connection *connection, yn_exchange *x,
                              bool old)
{
    yn_serve *serve = l->serve;
    yn_address from = {.len = 0};
    yn_dispatch_input input;
    yn_client_found client;
    char address[YN_ADDRESS_TEXT];
    yn_callers_busy(serve->callers, descriptor(connection));
    yn_exchange_finish(x, &input);
    peer(connection, &from);
    yn_client_find(&serve->options.clients, &from, l->tls, old, x->fields, x->field_count, &client);
    yn_client_print(&client.address, address);
    input.client = &client;
    input.own_tls = l->tls;
    input.request.address = yonder_text_of(address);
    input.request.inside = client.inside;
    input.request.local = client.local;
    input.request.tls = client.tls;
    input.request.site = serve->dispatcher.site;
    input.request.stop = &serve->over;
    yn_web_response response = yn_dispatch_begin();
    yn_dispatch(&serve->dispatcher, &input, &response);
    return send_it(serve, connection, &response, &x->arena);
}

/* ---- from http to https ------------------------------------------------------------------------
 */

static void redirect(const yn_serve *serve, const yn_exchange *x, yn_web_response *response)
{
    yonder_text host = {NULL, 0};
    for (size_t i = 0; i < x->field_count; i++)
        if (yn_equal_nocase(x->fields[i].name, YN_TEXT("Host")))
            host = x->fields[i].value;
    if (x->refused || !yn_h1_host_valid(host) || !x->target.len || x->target.ptr[0] != '/') {
        yn_web_say(response, x->refused ? (unsigned)x->refused : 400,
                   x->refused ? x->why : "It is not said which host is meant.");
        return;
    }
    size_t end = host.len;
    while (end && yn_is_digit((unsigned char)host.ptr[end - 1]))
        end--;
    if (end && host.ptr[end - 1] == ':')
        host.len = end - 1;
    yn_buf to = yn_buf_make(1 << 17, NULL);
    char address[YN_ADDRESS_TEXT];
    yn_address_print(&serve->listeners[0].address, address);
    const char *port = strrchr(address, ':');
    yn_buf_str(&to, "https://");
    yn_buf_put(&to, host);
    if (port && strcmp(port, ":443") != 0)
        yn_buf_str(&to, port);
    yn_buf_put(&to, x->target);
    yonder_text kept = yn_arena_text((yn_arena *)&x->arena, yn_buf_text(&to));
    bool whole = !to.error && kept.ptr;
    yn_buf_free(&to);
    yn_web_say(response, whole ? 308 : 500, whole ? "It is there by https." : "Internal error");
    if (whole)
        yn_web_add(response, "Location", kept);
}

/* ---- what the library calls --------------------------------------------------------------------
 */

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    listener *l = context;
    yn_exchange *x = *state;
    (void)url;
    if (!x)
        return MHD_NO;
    if (!x->begun) {
        MHD_get_connection_values_n(connection, MHD_HEADER_KIND, each_field, x);
        yn_exchange_begin(x, yonder_text_of(method));
        if (!x->refused)
            return MHD_YES;
    } else if (*upload_size) {
        bool more = yn_exchange_body(x, (yonder_text){upload, *upload_size});
        *upload_size = 0;
        return more ? MHD_YES : MHD_NO;
    }
    if (!l->redirects)
        return answer(l, connection, x, strcmp(version, "HTTP/1.0") == 0);
    yn_web_response response = yn_dispatch_begin();
    redirect(l->serve, x, &response);
    return send_it(l->serve, connection, &response, &x->arena);
}

static bool start_daemon(yn_serve *serve, listener *l)
{
    const yn_serve_options *o = &serve->options;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)o->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)o->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    // Its own time-out would drop the answer of a check that took longer: watch() looks after time.
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | MHD_USE_ITC | (l->tls ? MHD_USE_TLS : 0);
    l->daemon = MHD_start_daemon(
        flags, 0, may_connect, l, handle, l, MHD_OPTION_LISTEN_SOCKET, l->fd,
        MHD_OPTION_CONNECTION_LIMIT, o->max_connections + YN_CALLERS_SPARE,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)head_memory,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)stack_size, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, connection_changes, l, MHD_OPTION_NOTIFY_COMPLETED,
        request_ends, l, MHD_OPTION_URI_LOG_CALLBACK, request_begins, l,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_percents, NULL, MHD_OPTION_ARRAY, l->tls ? tls : none,
        MHD_OPTION_END);
    return l->daemon != NULL;
}

/* ---- life --------------------------------------------------------------------------------------
 */

static bool listen_at(yn_serve *serve, const yn_address *where, bool tls, bool redirects,
                      yn_buf *message)
{
    listener *l = &serve->listeners[serve->listener_count];
    char text[YN_ADDRESS_TEXT];
    *l =
        (listener){.serve = serve, .fd = -1, .tls = tls, .redirects = redirects, .address = *where};
    yn_address_print(where, text);
    if (!yn_listen(&l->address, &l->fd, 1)) {
        yn_buf_printf(message, "cannot listen on %s: %s", text, strerror(errno));
        return false;
    }
    serve->listener_count++;
    if (!start_daemon(serve, l)) {
        yn_buf_printf(message, "the HTTP server does not start on %s", text);
        return false;
    }
    yn_address_print(&l->address, text);
    yn_log(YN_LOG_INFO, "listening on %s://%s/", tls ? "https" : "http", text);
    return true;
}

static bool check_certificate(const yn_serve_options *o, yn_buf *message)
{
    if (!o->certificate)
        return true;
    yn_tls_identity *identity =
        yn_tls_identity_new(yonder_text_of(o->certificate), yonder_text_of(o->key), message);
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
        options->listen_count >= most_listeners) {
        yn_buf_str(message, wrong ? wrong : "there are too many addresses, or no random numbers");
        return NULL;
    }
    yn_serve *serve = check_certificate(options, message) ? yn_alloc(NULL, sizeof *serve) : NULL;
    if (!serve)
        return NULL;
    memset(serve, 0, sizeof *serve);
    serve->options = *options;
    serve->callers = yn_callers_new(options->max_connections, options->max_per_address);
    serve->dispatcher = (yn_dispatcher){
        .directory = directory,
        .site = site,
        .token = options->token,
        .hsts = options->hsts,
        .hsts_behind_proxy = options->hsts_behind_proxy,
        .reads = yn_limit_new(options->reads_a_minute, seed),
        .checks = yn_limit_new(options->checks_a_minute, ~seed),
        .sites = yn_limit_new(options->site_a_minute, seed * 3),
        .turns = yn_turns_new(options->max_checks),
        .now_ms = now_ms,
    };
    if (!serve->callers || !serve->dispatcher.reads || !serve->dispatcher.checks ||
        !serve->dispatcher.sites || !serve->dispatcher.turns)
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
    uint64_t until = now_ms() + seconds * UINT64_C(1000);
    while (atomic_load(&serve->under_way) && now_ms() < until)
        nap(10);
}

// What has begun is finished: MHD_stop_daemon() would cut it off. What would take minutes ends.
static void drain(yn_serve *serve)
{
    for (size_t i = 0; i < serve->listener_count; i++)
        if (serve->listeners[i].daemon) {
            int fd = MHD_quiesce_daemon(serve->listeners[i].daemon);
            if (fd >= 0)
                close(fd);
            serve->listeners[i].fd = -1;
        }
    wait_for_requests(serve, serve->options.drain);
    atomic_store(&serve->over, true);
    wait_for_requests(serve, last_words);
}

void yn_serve_stop(yn_serve *serve)
{
    if (!serve)
        return;
    atomic_store(&serve->stopping, true);
    drain(serve);
    for (size_t i = 0; i < serve->listener_count; i++) {
        if (serve->listeners[i].daemon)
            MHD_stop_daemon(serve->listeners[i].daemon);
        if (serve->listeners[i].fd >= 0)
            close(serve->listeners[i].fd);
    }
    if (serve->watching)
        pthread_join(serve->watch, NULL);
    yn_callers_free(serve->callers);
    yn_limit_free(serve->dispatcher.reads);
    yn_limit_free(serve->dispatcher.checks);
    yn_limit_free(serve->dispatcher.sites);
    yn_turns_free(serve->dispatcher.turns);
    yn_free(NULL, serve);
}
