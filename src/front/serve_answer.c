// SPDX-License-Identifier: MIT
// Connections, requests and answers, as libmicrohttpd calls for them.
#include <netinet/in.h>

#include "base/log.h"
#include "base/text.h"
#include "front/exchange.h"
#include "front/serve_parts.h"
#include "http/h1.h"

enum {
    slowest = 16, // bytes of an answer that a client is to take in a millisecond
};

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

enum MHD_Result yn_serve_may_connect(void *context, const struct sockaddr *address, socklen_t len)
{
    yn_serve *serve = ((yn_door *)context)->listener->serve;
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

void yn_serve_connection(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_ConnectionNotificationCode what)
{
    yn_door *door = context;
    yn_serve *serve = door->listener->serve;
    yn_address from;
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        yn_callers_leave(serve->callers, descriptor(connection));
        end_request(serve, *state);
        yn_free(NULL, *state);
        *state = NULL;
        atomic_fetch_sub(&door->callers, 1);
        return;
    }
    atomic_fetch_add(&door->callers, 1);
    if (peer(connection, &from))
        yn_callers_enter(serve->callers, descriptor(connection), &from, yn_serve_now());
    slot *s = yn_alloc(NULL, sizeof *s);
    if (s)
        s->begun = NULL;
    *state = s;
}

/* ---- requests ----------------------------------------------------------------------------------
 */

void *yn_serve_begins(void *context, const char *target, struct MHD_Connection *connection)
{
    yn_serve *serve = ((yn_door *)context)->listener->serve;
    yn_callers_waits(serve->callers, descriptor(connection), yn_serve_now());
    slot *s = slot_of(connection);
    end_request(serve, s);
    if (!s || !(s->begun = yn_exchange_new(yonder_text_of(target))))
        return NULL;
    atomic_fetch_add(&serve->under_way, 1);
    return s->begun;
}

void yn_serve_ends(void *context, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode how)
{
    (void)how;
    if (*state)
        end_request(((yn_door *)context)->listener->serve, slot_of(connection));
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

size_t yn_serve_leave_percents(void *context, struct MHD_Connection *connection, char *text)
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

static enum MHD_Result send_it(yn_door *door, struct MHD_Connection *connection, yn_web_response *r,
                               yn_arena *arena)
{
    yn_serve *serve = door->listener->serve;
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
    if (atomic_load(&serve->stopping) || atomic_load(&door->closed))
        MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result queued = MHD_queue_response(connection, r->status, response);
    MHD_destroy_response(response);
    yn_callers_waits(serve->callers, descriptor(connection), yn_serve_now() + len / slowest);
    return queued;
}

static const char elsewhere[] = "That host is not served here: it is none of the names that this "
                                "server was given (--name).";

static uint16_t port_of(const yn_listener *l)
{
    struct sockaddr_in in; // the port of IPv6 stands where that of IPv4 does
    memcpy(&in, &l->address.storage, sizeof in);
    return ntohs(in.sin_port);
}

static enum MHD_Result answer(yn_door *door, struct MHD_Connection *connection, yn_exchange *x,
                              bool old)
{
    const yn_listener *l = door->listener;
    yn_serve *serve = l->serve;
    yn_address from = {.len = 0};
    yn_dispatch_input input;
    yn_client_found client;
    char address[YN_ADDRESS_TEXT];
    yn_callers_busy(serve->callers, descriptor(connection));
    yn_exchange_finish(x, &input);
    peer(connection, &from);
    yn_client_find(&serve->options.clients, &from, l->tls, port_of(l), old, x->fields,
                   x->field_count, &client);
    yn_client_print(&client.address, address);
    if (client.elsewhere && !input.refused) {
        input.refused = 421;
        input.why = elsewhere;
    }
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
    return send_it(door, connection, &response, &x->arena);
}

/* ---- from http to https ------------------------------------------------------------------------
 */

static bool asks_elsewhere(const yn_door *door, struct MHD_Connection *connection,
                           const yn_exchange *x)
{
    yn_address from = {.len = 0};
    yn_client_found client;
    peer(connection, &from);
    yn_client_find(&door->listener->serve->options.clients, &from, false, port_of(door->listener),
                   false, x->fields, x->field_count, &client);
    return client.elsewhere;
}

static void redirect(const yn_door *door, struct MHD_Connection *connection, const yn_exchange *x,
                     yn_web_response *response)
{
    const yn_serve *serve = door->listener->serve;
    yonder_text host = {NULL, 0};
    for (size_t i = 0; i < x->field_count; i++)
        if (yn_equal_nocase(x->fields[i].name, YN_TEXT("Host")))
            host = x->fields[i].value;
    if (x->refused || !yn_h1_host_valid(host) || !x->target.len || x->target.ptr[0] != '/') {
        yn_web_say(response, x->refused ? (unsigned)x->refused : 400,
                   x->refused ? x->why : "It is not said which host is meant.");
        return;
    }
    if (asks_elsewhere(door, connection, x)) {
        yn_web_say(response, 421, elsewhere);
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

enum MHD_Result yn_serve_handle(void *context, struct MHD_Connection *connection, const char *url,
                                const char *method, const char *version, const char *upload,
                                size_t *upload_size, void **state)
{
    yn_door *door = context;
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
    if (!door->listener->redirects)
        return answer(door, connection, x, strcmp(version, "HTTP/1.0") == 0);
    yn_web_response response = yn_dispatch_begin();
    redirect(door, connection, x, &response);
    return send_it(door, connection, &response, &x->arena);
}
