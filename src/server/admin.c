// SPDX-License-Identifier: MIT
#include "server/admin.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "net/local.h"
#include "net/mhd.h"

enum {
    longest_document = 1 << 30,
    most_connections = 64,
    time_out = 10, // seconds
    default_limit = 100,
};

struct yn_admin {
    yn_observed *observed;
    struct MHD_Daemon *daemon;
    int fd;
    bool is_path;   // and no address
    yn_local local; // where it is
};

/* ---- what is answered ------------------------------------------------------------------------ */

static void healthz(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out)
{
    (void)wanted;
    yn_buf_str(out, atomic_load(&o->draining) ? "draining\n" : "ok\n");
}

static void metrics(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out)
{
    (void)wanted;
    yn_observe_metrics(o, out);
}

static void status(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out)
{
    (void)wanted;
    yn_observe_status(o, out);
    yn_buf_char(out, '\n');
}

static void hits(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out)
{
    yn_observe_hits(o, wanted, out);
    yn_buf_char(out, '\n');
}

static void misses(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out)
{
    yn_observe_misses(o, wanted, out);
    yn_buf_char(out, '\n');
}

static const struct {
    const char *path, *type;
    void (*write)(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out);
} documents[] = {
    {"/healthz", "text/plain; charset=utf-8", healthz},
    {"/metrics", "text/plain; version=0.0.4; charset=utf-8", metrics},
    {"/status", "application/json", status},
    {"/hits", "application/json", hits},
    {"/misses", "application/json", misses},
};

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned code,
                                   yonder_text text, const char *type)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(text.len, (void *)text.ptr, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    enum MHD_Result queued = MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code, const char *why)
{
    return answer_text(connection, code, yonder_text_of(why), "text/plain; charset=utf-8");
}

// A page of some web site may have a browser on this machine ask us, by a name that leads here. Who
// means us says so by our address, or by a name that is always this machine's.
static bool is_for_us(const yn_admin *admin, struct MHD_Connection *connection)
{
    const char *field = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");
    yonder_text host = yonder_text_of(field ? field : "");
    yn_address address;
    if (admin->is_path || !host.len)
        return true;
    if (host.ptr[0] != '[' && yn_find_char(host, ':') < host.len)
        host.len = yn_find_char(host, ':');
    char with_port[280];
    if (yn_equal_nocase(host, YN_TEXT("localhost")))
        return true;
    if (host.len > 255)
        return false;
    bool has_port = host.ptr[0] == '[' && host.ptr[host.len - 1] != ']';
    int len = snprintf(with_port, sizeof with_port, "%.*s%s", YN_PRINT(host), has_port ? "" : ":1");
    return yn_address_parse(&address, (yonder_text){with_port, (size_t)len});
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    const yn_admin *admin = context;
    (void)version, (void)upload, (void)state;
    if (*upload_size) { // of no use to anybody
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "It can only be read.\n");
    if (!is_for_us(admin, connection))
        return refuse(connection, MHD_HTTP_MISDIRECTED_REQUEST, "Ask by address.\n");
    size_t i = 0;
    while (i < sizeof documents / sizeof *documents && strcmp(url, documents[i].path) != 0)
        i++;
    if (i == sizeof documents / sizeof *documents)
        return refuse(connection, MHD_HTTP_NOT_FOUND,
                      "There are /healthz, /metrics, /status, /hits and /misses.\n");
    uint64_t limit = default_limit;
    const char *said = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "limit");
    if (said && !yn_parse_number(yonder_text_of(said), UINT32_MAX, &limit))
        return refuse(connection, MHD_HTTP_BAD_REQUEST, "limit is a number.\n");
    const char *unused = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "unused");
    const yn_observe_wanted wanted = {(size_t)limit, unused && strcmp(unused, "0") != 0};
    yn_buf out = yn_buf_make(longest_document, NULL);
    documents[i].write(admin->observed, &wanted, &out);
    bool draining = i == 0 && atomic_load(&admin->observed->draining);
    enum MHD_Result result =
        out.error ? refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "It is too long.\n")
                  : answer_text(connection, draining ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
                                yn_buf_text(&out), documents[i].type);
    yn_buf_free(&out);
    return result;
}

/* ---- where it listens ------------------------------------------------------------------------ */

static int failed(const char *where, int fd)
{
    yn_log(YN_LOG_ERROR, "cannot listen on %s for --admin: %s", where, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static int listen_at_path(yn_admin *admin, const char *where, yn_takeover *from)
{
    yn_address address;
    int fd = -1;
    if (!yn_local_address(where, &address)) {
        yn_log(YN_LOG_ERROR, "the path of --admin has %zu bytes at most",
               sizeof((struct sockaddr_un *)0)->sun_path - 1);
        return -1;
    }
    if (from && yn_takeover_admin(from, &address, &fd))
        admin->local = (yn_local){.fd = fd, .address = address}; // see yn_admin_own()
    else if (!yn_local_listen(&admin->local, where, SOCK_STREAM, 0660))
        return failed(where, -1);
    yn_log(YN_LOG_INFO, "admin on %s", where);
    return admin->local.fd;
}

static bool is_loopback(const yn_address *address)
{
    if (address->storage.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &address->storage, sizeof in);
        return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    struct sockaddr_in6 in;
    memcpy(&in, &address->storage, sizeof in);
    return IN6_IS_ADDR_LOOPBACK(&in.sin6_addr);
}

static int listen_at_address(const char *where, yn_takeover *from)
{
    yn_address address;
    int fd;
    if (!yn_address_parse(&address, yonder_text_of(where)) || !is_loopback(&address)) {
        yn_log(YN_LOG_ERROR,
               "--admin takes the path of a socket, with a '/', or ADDR:PORT where ADDR "
               "is of this machine alone, such as 127.0.0.1; not '%s'",
               where);
        return -1;
    }
    if (!(from && yn_takeover_admin(from, &address, &fd)) && !yn_listen(&address, &fd, 1))
        return failed(where, -1);
    char text[YN_ADDRESS_TEXT];
    yn_address_print(&address, text);
    yn_log(YN_LOG_INFO, "admin on http://%s/", text);
    return fd;
}

bool yn_admin_prepare(void)
{
    const char *wrong = yn_microhttpd_load();
    if (wrong)
        yn_log(YN_LOG_ERROR, "--admin: %s", wrong);
    return !wrong;
}

yn_admin *yn_admin_start(const char *where, yn_takeover *from, yn_observed *observed)
{
    yn_admin *admin = calloc(1, sizeof *admin);
    if (!admin)
        return NULL;
    admin->observed = observed;
    admin->is_path = strchr(where, '/') != NULL;
    int fd = admin->fd =
        admin->is_path ? listen_at_path(admin, where, from) : listen_at_address(where, from);
    if (fd >= 0) {
        admin->daemon =
            MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO | MHD_USE_ITC, 0, NULL,
                             NULL, handle, admin, MHD_OPTION_LISTEN_SOCKET, fd,
                             MHD_OPTION_CONNECTION_LIMIT, (unsigned)most_connections,
                             MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)time_out, MHD_OPTION_END);
        if (!admin->daemon)
            failed(where, fd);
    }
    if (admin->daemon)
        return admin;
    yn_admin_stop(admin);
    return NULL;
}

int yn_admin_socket(const yn_admin *admin)
{
    return admin->fd;
}

void yn_admin_own(yn_admin *admin)
{
    if (admin->is_path)
        admin->local = yn_local_adopt(admin->local.fd, &admin->local.address);
}

void yn_admin_leave(yn_admin *admin)
{
    int fd = MHD_quiesce_daemon(admin->daemon); // what was asked already is answered still
    if (fd >= 0)
        close(fd);
    admin->local.inode = 0; // the file is the next server's
}

void yn_admin_stop(yn_admin *admin)
{
    if (!admin)
        return;
    if (admin->daemon)
        MHD_stop_daemon(admin->daemon); // which closes the socket
    yn_local_remove(&admin->local);
    free(admin);
}
