// SPDX-License-Identifier: MIT
#include "trace/fetch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/text.h"
#include "trace/head.h"
#include "trace/wire.h"

enum {
    text_max = 1 << 26, // of a URL, a field, a CA bundle
};

struct yn_fetcher {
    CURLM *multi;
    CURL *easy;
    struct curl_slist *resolve, *connect_to;
    yn_wire_ca ca;
    bool insecure;
    long connect_ms, total_ms, body_ms;
    size_t max_body;
    const yn_fetch_tls *tls;
    const yn_fetch_gate *gate;
};

// One call of yn_fetch().
typedef struct hop {
    CURL *easy;
    const yn_fetch_tls *tls;
    const yn_fetch_gate *gate;
    bool kept_out; // the gate did not let it go somewhere
    struct curl_slist *fields;
    yn_buf url;
    yn_head head;
    size_t body_seen, body_max;
    yn_buf body;       // what is kept of it
    long body_ms;      // how long it is waited for
    bool gave_up;      // waiting for it
    bool trusts_all;   // certificates are not looked at
    bool stop_at_head; // what follows the head, if anything, is not ours to wait for
    char message[CURL_ERROR_SIZE];
    double started, tls_started, head_done; // milliseconds of the monotonic clock; 0: not yet
} hop;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

// ---- construction -------------------------------------------------------------------------------

// The library stays initialised from here on: that of each fetcher only counts.
const char *yn_fetch_ready(void)
{
    const char *wrong = yn_libcurl_load();
    if (!wrong && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        wrong = yonder_strerror(YONDER_NO_MEMORY);
    return wrong;
}

yn_fetcher *yn_fetcher_new(const yn_fetch_options *options, yn_buf *message)
{
    yn_fetcher *f = calloc(1, sizeof *f);
    const char *wrong = f ? yn_fetch_ready() : yonder_strerror(YONDER_NO_MEMORY);
    if (!f || wrong) {
        free(f);
        yn_buf_str(message, wrong);
        return NULL;
    }
    f->connect_ms = options->connect_ms;
    f->total_ms = options->total_ms;
    f->body_ms = options->body_ms ? options->body_ms : YN_FETCH_BODY_MS;
    f->max_body = options->max_body ? options->max_body : YN_FETCH_MAX_BODY;
    f->insecure = options->insecure;
    f->tls = options->tls;
    f->gate = options->gate;
    f->multi = curl_multi_init();
    f->easy = curl_easy_init();
    bool ok = f->multi && f->easy;
    for (size_t i = 0; ok && i < options->resolve_count; i++)
        ok = yn_wire_append(&f->resolve, options->resolve[i]);
    for (size_t i = 0; ok && i < options->connect_to_count; i++)
        ok = yn_wire_append(&f->connect_to, options->connect_to[i]);
    if (!ok)
        yn_buf_str(message, yonder_strerror(YONDER_NO_MEMORY));
    else if (f->tls || yn_wire_ca_read(&f->ca, f->easy, options->ca_file, message))
        return f;
    yn_fetcher_free(f);
    return NULL;
}

bool yn_fetcher_resolve(yn_fetcher *f, const char *entry)
{
    return yn_wire_append(&f->resolve, entry);
}

void yn_fetcher_limit(yn_fetcher *f, long connect_ms, long total_ms)
{
    f->connect_ms = connect_ms;
    f->total_ms = total_ms;
}

void yn_fetcher_free(yn_fetcher *f)
{
    if (!f)
        return;
    curl_easy_cleanup(f->easy);
    (void)curl_multi_cleanup(f->multi);
    curl_slist_free_all(f->resolve);
    curl_slist_free_all(f->connect_to);
    yn_wire_ca_free(&f->ca);
    free(f);
    curl_global_cleanup();
}

// ---- the request --------------------------------------------------------------------------------

// While the answer comes in, and not later, the connection can be asked for.
static void show_tls(const hop *h)
{
    struct curl_tlssessioninfo *session = NULL;
    if (h->tls && curl_easy_getinfo(h->easy, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK &&
        session && session->backend == CURLSSLBACKEND_OPENSSL && session->internals)
        h->tls->answered(h->tls->context, session->internals);
}

static size_t take_head(char *bytes, size_t size, size_t count, void *context)
{
    hop *h = context;
    yn_head_line(&h->head, (yonder_text){bytes, size * count});
    if (h->head.complete && h->head_done == 0) {
        h->head_done = now_ms();
        show_tls(h);
    }
    return h->head.lines.error || h->head.phrase.error ? 0 : count;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    hop *h = context;
    h->body_seen += size * count;
    yn_buf_put(&h->body, (yonder_text){bytes, size * count});
    return h->body_seen > h->body_max ? 0 : count;
}

// The library does not tell when the handshake began, nor, where it fails, when TCP was connected;
// so its first byte is noted here.
static int take_note(CURL *easy, curl_infotype type, char *bytes, size_t size, void *context)
{
    (void)easy;
    (void)bytes;
    (void)size;
    hop *h = context;
    if (type == CURLINFO_SSL_DATA_OUT && h->tls_started == 0)
        h->tls_started = now_ms();
    return 0;
}

static bool is_http(const yonder_url *url)
{
    yonder_text protocol = yonder_url_get(url, YONDER_URL_PROTOCOL);
    return yn_equal(protocol, YN_TEXT("http:")) || yn_equal(protocol, YN_TEXT("https:"));
}

// A field as the library takes it: a name alone, ended by a semicolon, is a field without a value.
static bool add_field(hop *h, yonder_text name, yonder_text value)
{
    yn_buf line = yn_buf_make(text_max, NULL);
    yn_buf_put(&line, name);
    yn_buf_put(&line, value.len ? YN_TEXT(": ") : YN_TEXT(";"));
    yn_buf_put(&line, value);
    yn_buf_char(&line, '\0');
    bool ok = !line.error && yn_wire_append(&h->fields, line.ptr);
    yn_buf_free(&line);
    return ok;
}

static bool has_field(const yn_fetch_request *request, const char *name)
{
    for (size_t i = 0; i < request->field_count; i++)
        if (yn_equal_nocase(request->fields[i].name, yonder_text_of(name)))
            return true;
    return false;
}

static bool add_fields(hop *h, const yn_fetch_request *request)
{
    // The library adds these of its own accord; "Name:" tells it not to.
    static const char *const unwanted[] = {"Accept", "Content-Type", "Expect"};
    bool ok = true;
    if (!has_field(request, "Host"))
        ok = add_field(h, YN_TEXT("Host"), yonder_url_get(request->url, YONDER_URL_HOST));
    for (size_t i = 0; ok && i < request->field_count; i++)
        ok = add_field(h, request->fields[i].name, request->fields[i].value);
    for (size_t i = 0; ok && i < sizeof unwanted / sizeof *unwanted; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "%s:", unwanted[i]);
        ok = has_field(request, unwanted[i]) || yn_wire_append(&h->fields, line);
    }
    return ok;
}

// The library gets scheme, host and port to connect to, and the request-target apart: so nothing
// of the path passes through another URL parser. `h->url` holds both, each ended by NUL.
static const char *write_url(hop *h, const yonder_url *url)
{
    yn_buf_put(&h->url, yonder_url_get(url, YONDER_URL_PROTOCOL));
    yn_buf_put(&h->url, YN_TEXT("//"));
    yn_buf_put(&h->url, yonder_url_get(url, YONDER_URL_HOSTNAME));
    yn_buf_printf(&h->url, ":%d/", yonder_url_effective_port(url));
    yn_buf_char(&h->url, '\0');
    size_t target = h->url.len;
    yn_buf_put(&h->url, yonder_url_get(url, YONDER_URL_PATHNAME));
    if (url->has_query) // an empty one is sent too, and is not part of "search"
        yn_buf_put(&h->url, url->part[YONDER_URL_SEARCH].len
                                ? yonder_url_get(url, YONDER_URL_SEARCH)
                                : YN_TEXT("?"));
    yn_buf_char(&h->url, '\0');
    return h->url.error ? NULL : h->url.ptr + target;
}

// The library's varargs setters, with the first error kept.
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = curl_easy_setopt(h->easy, option, value);                                       \
    } while (0)

static CURLcode set_method(hop *h, const yn_fetch_request *request, const char *method)
{
    CURLcode code = CURLE_OK;
    bool head = yn_equal(request->method, YN_TEXT("HEAD"));
    if (request->has_body) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDS, request->body.len ? request->body.ptr : "");
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        SET(CURLOPT_CUSTOMREQUEST, method);
        h->stop_at_head = head;
    } else if (head) {
        SET(CURLOPT_NOBODY, 1L);
    } else {
        SET(CURLOPT_HTTPGET, 1L);
        SET(CURLOPT_CUSTOMREQUEST, method);
    }
    return code;
}

static CURLcode prepare_tls(CURL *easy, void *ssl_ctx, void *context)
{
    const yn_fetch_tls *tls = context;
    (void)easy;
    return tls->prepare(tls->context, ssl_ctx) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

// A session that is resumed would show no certificates.
static CURLcode set_tls(hop *h)
{
    CURLcode code = CURLE_OK;
    SET(CURLOPT_SSL_VERIFYPEER, 0L);
    SET(CURLOPT_SSL_VERIFYHOST, 0L);
    SET(CURLOPT_CAINFO, NULL);
    SET(CURLOPT_CAPATH, NULL);
    SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    SET(CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
    SET(CURLOPT_SSL_CTX_DATA, (void *)h->tls);
    return code;
}

// The last thing before a connection: no name and no redirect leads past it.
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    hop *h = context;
    char text[INET6_ADDRSTRLEN] = "";
    (void)purpose;
    if (address->family == AF_INET)
        (void)inet_ntop(AF_INET, &((const struct sockaddr_in *)(void *)&address->addr)->sin_addr,
                        text, sizeof text);
    else if (address->family == AF_INET6)
        (void)inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(void *)&address->addr)->sin6_addr,
                        text, sizeof text);
    if (h->gate->lets(h->gate->context, text))
        return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    h->kept_out = true;
    return CURL_SOCKET_BAD;
}

static CURLcode set_reach(hop *h, const yn_fetcher *f, yn_family family)
{
    static const long families[] = {[YN_FAMILY_ANY] = CURL_IPRESOLVE_WHATEVER,
                                    [YN_FAMILY_4] = CURL_IPRESOLVE_V4,
                                    [YN_FAMILY_6] = CURL_IPRESOLVE_V6};
    CURLcode code = CURLE_OK;
    SET(CURLOPT_IPRESOLVE, families[family]);
    SET(CURLOPT_CONNECTTIMEOUT_MS, f->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, f->total_ms);
    SET(CURLOPT_RESOLVE, f->resolve);
    SET(CURLOPT_CONNECT_TO, f->connect_to);
    if (h->gate) {
        SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
        SET(CURLOPT_OPENSOCKETDATA, h);
    }
    if (h->tls)
        return code == CURLE_OK ? set_tls(h) : code;
    SET(CURLOPT_SSL_VERIFYPEER, h->trusts_all ? 0L : 1L);
    SET(CURLOPT_SSL_VERIFYHOST, h->trusts_all ? 0L : 2L);
    return code == CURLE_OK ? yn_wire_ca_set(&f->ca, h->easy) : code;
}

static CURLcode set_up(hop *h, const yn_fetcher *f, const yn_fetch_request *request,
                       const char *method)
{
    curl_easy_reset(h->easy);
    const char *target = write_url(h, request->url);
    if (!target || !add_fields(h, request))
        return CURLE_OUT_OF_MEMORY;
    CURLcode code = yn_wire_isolate(h->easy);
    SET(CURLOPT_URL, h->url.ptr);
    SET(CURLOPT_REQUEST_TARGET, target);
    SET(CURLOPT_HTTPHEADER, h->fields);
    SET(CURLOPT_HEADERFUNCTION, take_head);
    SET(CURLOPT_HEADERDATA, h);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, h);
    SET(CURLOPT_ERRORBUFFER, h->message);
    SET(CURLOPT_VERBOSE, 1L); // for the next, which gets all of it; nothing is printed
    SET(CURLOPT_DEBUGFUNCTION, take_note);
    SET(CURLOPT_DEBUGDATA, h);
    if (code == CURLE_OK)
        code = set_method(h, request, method);
    return code == CURLE_OK ? set_reach(h, f, request->family) : code;
}

// ---- the transfer -------------------------------------------------------------------------------

static bool finished(CURLM *multi, CURLcode *code)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)))
        if (message->msg == CURLMSG_DONE) {
            *code = message->data.result;
            return true;
        }
    return false;
}

// Runs the transfer to its end, or until there is nothing more worth waiting for.
static CURLcode perform(CURLM *multi, hop *h)
{
    CURLcode code = CURLE_OK;
    if (curl_multi_add_handle(multi, h->easy) != CURLM_OK)
        return CURLE_FAILED_INIT;
    for (;;) {
        int running;
        if (curl_multi_perform(multi, &running) != CURLM_OK) {
            code = CURLE_FAILED_INIT;
            break;
        }
        if (finished(multi, &code))
            break;
        h->gave_up = h->head.complete && now_ms() - h->head_done > (double)h->body_ms;
        if (h->gave_up || (h->head.complete && h->stop_at_head))
            break;
        int wait = h->head.complete && h->body_ms < 10000 ? (int)h->body_ms / 10 : 1000;
        (void)curl_multi_poll(multi, NULL, 0, wait, NULL);
    }
    return code;
}

// ---- the evidence -------------------------------------------------------------------------------

static double info_ms(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;
    (void)curl_easy_getinfo(easy, info, &us);
    return (double)us / 1e3;
}

static yn_phase phase(double from, double to)
{
    return (yn_phase){true, to > from ? to - from : 0};
}

// A host of http that ends in a digit and has no letter is an IPv4 address, one in brackets IPv6
// (URL standard section 3.5).
static bool is_address(const yonder_url *url)
{
    yonder_text host = yonder_url_get(url, YONDER_URL_HOSTNAME);
    size_t i = 0;
    while (i < host.len && (yn_is_digit((unsigned char)host.ptr[i]) || host.ptr[i] == '.'))
        i++;
    return i == host.len || host.ptr[0] == '[';
}

// The library counts each phase from the start; a phase that was not reached is 0. Between TCP and
// the handshake it loads certificates, which is no time of the site's. `url` is known to be http
// or https.
static yn_timing timing_of(const hop *h, const yonder_url *url, bool looks_up)
{
    bool https = yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), YN_TEXT("https:"));
    yn_timing t = {.total = now_ms() - h->started};
    double dns = info_ms(h->easy, CURLINFO_NAMELOOKUP_TIME_T);
    double connect = info_ms(h->easy, CURLINFO_CONNECT_TIME_T);
    double tls = https ? info_ms(h->easy, CURLINFO_APPCONNECT_TIME_T) : connect;
    double ready = info_ms(h->easy, CURLINFO_PRETRANSFER_TIME_T);
    double first = info_ms(h->easy, CURLINFO_STARTTRANSFER_TIME_T);
    long connections = 0;
    (void)curl_easy_getinfo(h->easy, CURLINFO_NUM_CONNECTS, &connections);
    if (ready > 0 && connections == 0) { // an old connection was used again
        t.first_byte = phase(ready, first > 0 ? first : t.total);
        return t;
    }
    double hello = h->tls_started > 0 ? h->tls_started - h->started : connect;
    if (connect == 0)
        connect = hello;
    if (looks_up)
        t.dns = phase(0, dns > 0 ? dns : t.total);
    if (dns > 0)
        t.connect = phase(dns, connect > 0 ? connect : t.total);
    if (https && connect > 0)
        t.tls = phase(hello, tls > 0 ? tls : t.total);
    if (tls > 0)
        t.first_byte = phase(tls, first > 0 ? first : t.total);
    return t;
}

static bool write_remote(CURL *easy, yn_arena *arena, yn_evidence *out)
{
    char *address = NULL, text[80];
    long port = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    (void)curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
    if (!address || !*address || port == 0)
        return true;
    bool v6 = strchr(address, ':') != NULL;
    (void)snprintf(text, sizeof text, "%s%s%s:%ld", v6 ? "[" : "", address, v6 ? "]" : "", port);
    out->remote = yn_arena_text(arena, yonder_text_of(text));
    return out->remote.ptr;
}

// What the library says of a failure, where that tells more than its class.
static yonder_text detail_of(const hop *h, CURLcode code, yn_fetch_error error)
{
    static const yonder_text noise[] = {YN_TEXT_INIT("SSL certificate problem: "),
                                        YN_TEXT_INIT("SSL: ")};
    if (error == YN_FETCH_DNS || error == YN_FETCH_REFUSED || error == YN_FETCH_HEAD_TOO_LARGE ||
        error == YN_FETCH_NOT_PUBLIC)
        return YN_TEXT("");
    yonder_text t = yonder_text_of(*h->message ? h->message : curl_easy_strerror(code));
    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
        if (yn_starts_with(t, noise[i]))
            t = yn_skip(t, noise[i].len);
    return t;
}

// What a transfer that has its head ends with where the peer did not send all of the body. That we
// have seen enough of it, or have waited long enough, is another matter.
static bool broke_off(CURLcode code)
{
    return code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_HTTP2 ||
           code == CURLE_HTTP2_STREAM;
}

static int write_evidence(hop *h, CURLcode code, yn_arena *arena, yn_evidence *out)
{
    yn_evidence e = {0};
    bool answered = info_ms(h->easy, CURLINFO_STARTTRANSFER_TIME_T) > 0;
    bool head_error = h->head.lines.error == YONDER_NO_MEMORY;
    if (head_error || (code == CURLE_OUT_OF_MEMORY && !answered))
        return YONDER_NO_MEMORY;
    if (!write_remote(h->easy, arena, &e))
        return YONDER_NO_MEMORY;
    if (h->head.complete) {
        int error = yn_head_finish(&h->head, arena, &e);
        if (error)
            return error;
        e.incomplete = broke_off(code);
        e.cut = h->gave_up || (code != CURLE_OK && !e.incomplete);
        // What does not fit has not been put, and what was put is good.
        if (h->body.error == YONDER_NO_MEMORY)
            return YONDER_NO_MEMORY;
        if (h->body.len && !(e.body = yn_arena_text(arena, yn_buf_text(&h->body))).ptr)
            return YONDER_NO_MEMORY;
    } else {
        e.error = h->kept_out && !e.remote.len ? YN_FETCH_NOT_PUBLIC : yn_wire_error(h->easy, code);
        e.detail = yn_arena_text(arena, detail_of(h, code, e.error));
        if (!e.detail.ptr)
            return YONDER_NO_MEMORY;
    }
    *out = e;
    return YONDER_OK;
}

static int ask(yn_fetcher *f, const yn_fetch_request *request, bool trusts_all, yn_arena *arena,
               yn_evidence *out)
{
    yonder_text method = yn_arena_text(arena, request->method);
    if (!method.ptr)
        return YONDER_NO_MEMORY;
    hop h = {.easy = f->easy,
             .tls = f->tls,
             .gate = f->gate,
             .url = yn_buf_make(text_max, NULL),
             .head = yn_head_make(),
             .body = yn_buf_make(request->wants_body ? f->max_body : 0, NULL),
             .body_max = f->max_body,
             .body_ms = f->body_ms,
             .trusts_all = trusts_all,
             .started = now_ms()};
    h.head.keeps_blanks = request->keeps_blanks;
    CURLcode code = set_up(&h, f, request, method.ptr);
    if (code == CURLE_OK)
        code = perform(f->multi, &h);
    // An address needs no look-up, unless a name may be put in its place.
    bool looks_up = f->connect_to || !is_address(request->url);
    const yn_timing timing = timing_of(&h, request->url, looks_up);
    int error = write_evidence(&h, code, arena, out);
    if (!error)
        out->timing = timing;
    (void)curl_multi_remove_handle(f->multi, f->easy);
    curl_easy_reset(f->easy); // which pointed into `h`
    curl_slist_free_all(h.fields);
    yn_head_free(&h.head);
    yn_buf_free(&h.body);
    yn_buf_free(&h.url);
    return error;
}

int yn_fetch(void *context, const yn_fetch_request *request, yn_arena *arena, yn_evidence *out)
{
    yn_fetcher *f = context;
    if (!is_http(request->url)) {
        *out = (yn_evidence){.error = YN_FETCH_SCHEME};
        return YONDER_OK;
    }
    int error = ask(f, request, false, arena, out);
    if (error || !f->insecure || out->error != YN_FETCH_TLS_CERTIFICATE)
        return error;
    // The request has not been sent, for the handshake comes before it.
    yonder_text distrust = out->detail;
    error = ask(f, request, true, arena, out);
    if (!error && out->error == YN_FETCH_OK)
        out->distrust = distrust;
    return error;
}
