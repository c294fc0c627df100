// SPDX-License-Identifier: MIT
// The load: a closed loop of connections that send requests, and hold every answer against what it
// should be. One thread, one epoll loop. Where a general tool runs a script for each path, this one
// reads paths and expected targets from a file, so that random requests cost as little as fixed
// ones.
//
// usage: load -p PORT -f SAMPLE [-c CONNECTIONS] [-n PIPELINE] [-x] [-b] [-s] [-r]
//             [-t SECONDS] [-k STATUS]
//   -f SAMPLE       lines PATH TAB TARGET; connections take the next line in turn, round and round
//   -c CONNECTIONS  how many at once (default 64)
//   -n PIPELINE     requests sent together, then waited for together (default 1)
//   -x              a new connection for each request; the server closes it
//   -b              send the header fields a browser sends, not Host alone
//   -s              over TLS 1.3
//   -r              -s and -x, each connection going on with the session of the one before
//   -t SECONDS      (default 3) or until SIGTERM; then what is owed is waited for, two seconds at
//   most -k STATUS       the status every answer must have (default 308)
//
// Prints one JSON object. "requests" counts right answers; "wrong" answers that had another status
// or Location, or with -r came over a connection that had a session and could not go on with it;
// "errors" connections refused, reset, closed early or never answered. "phases" tells how long
// answers took, from the request, or with -x from connect(): a phase ends with SIGUSR1 and at the
// end. Several answers to one pipeline count as one time.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "latency.h"
#include "tls_client.h"

enum {
    phase_most = 8,
    in_size = 65536,
    out_size = 65536,
    request_max = 4096,
};

typedef struct entry {
    const char *path;
    uint32_t path_len;
    uint32_t target_len; /**< the target starts after the TAB that ends the path */
} entry;

typedef struct connection {
    int fd;
    bool connecting, shaking; /**< hands: TLS is being begun */
    tls_client *tls;          /**< or NULL */
    tls_session session;
    uint64_t asked_at; /**< ns */
    unsigned owed;     /**< answers not yet complete */
    size_t expected;   /**< the entry the next answer belongs to */
    size_t body;       /**< bytes of an answer's body still to come */
    size_t have;
    char in[in_size];
} connection;

static const char minimal_fields[] = " HTTP/1.1\r\nHost: www.example.com\r\n";
static const char browser_fields[] =
    " HTTP/1.1\r\nHost: www.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
    "\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9,de;q=0.7\r\n"
    "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Site: none\r\n"
    "Sec-Fetch-User: ?1\r\nUpgrade-Insecure-Requests: 1\r\nCache-Control: max-age=0\r\n"
    "Cookie: session=1f0c2a5be86d47a39b5d; consent=analytics%3D0%26ads%3D0; theme=light\r\n";

static struct {
    int port, epoll, status;
    size_t connection_count;
    unsigned pipeline;
    bool one_shot, tls, resume, stopping;
    double seconds;
    const char *fields;
    size_t fields_len;
    entry *entries;
    size_t entry_count, next;
    size_t live; /**< connections that are open */
    uint64_t right, wrong, errors;
    volatile sig_atomic_t phase, ending;
    latency phases[phase_most];
    char out[out_size];
} load = {.status = 308, .connection_count = 64, .pipeline = 1, .seconds = 3};

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static double now(void)
{
    return (double)now_ns() / 1e9;
}

static void next_phase(int signal_number)
{
    (void)signal_number;
    if (load.phase < phase_most - 1)
        load.phase++;
}

static void end_now(int signal_number)
{
    (void)signal_number;
    load.ending = 1;
}

// ---- the sample
// -----------------------------------------------------------------------------------

static bool read_sample(const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || st.st_size == 0) {
        fprintf(stderr, "load: cannot read %s\n", name);
        return false;
    }
    size_t size = (size_t)st.st_size, lines = 0;
    const char *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    if (text == MAP_FAILED)
        return false;
    for (const char *p = text; (p = memchr(p, '\n', (size_t)(text + size - p))); p++)
        lines++;
    load.entries = calloc(lines + 1, sizeof(entry));
    for (const char *p = text; load.entries && load.entry_count < lines;) {
        const char *line_end = memchr(p, '\n', (size_t)(text + size - p));
        const char *tab = memchr(p, '\t', (size_t)(line_end - p));
        if (!tab || tab == p || line_end - p > request_max / 2) {
            fprintf(stderr, "load: %s:%zu: not PATH TAB TARGET\n", name, load.entry_count + 1);
            return false;
        }
        load.entries[load.entry_count++] =
            (entry){p, (uint32_t)(tab - p), (uint32_t)(line_end - tab - 1)};
        p = line_end + 1;
    }
    return load.entry_count > 0;
}

// ---- requests
// -------------------------------------------------------------------------------------

#define PUT(out, literal) ((char *)mempcpy(out, literal, sizeof(literal) - 1))

static char *put_request(char *out, const entry *e)
{
    out = PUT(out, "GET ");
    out = mempcpy(out, e->path, e->path_len);
    out = mempcpy(out, load.fields, load.fields_len);
    if (load.one_shot)
        out = PUT(out, "Connection: close\r\n");
    return PUT(out, "\r\n");
}

static bool send_requests(connection *c)
{
    char *out = load.out;
    c->expected = load.next;
    for (c->owed = 0; c->owed < load.pipeline; c->owed++) {
        out = put_request(out, &load.entries[load.next]);
        load.next = load.next + 1 == load.entry_count ? 0 : load.next + 1;
    }
    if (!load.one_shot)
        c->asked_at = now_ns();
    size_t count = (size_t)(out - load.out);
    ssize_t sent = c->tls ? tls_client_send(c->tls, load.out, count)
                          : send(c->fd, load.out, count, MSG_NOSIGNAL);
    return sent == (ssize_t)count;
}

static void watch(connection *c, int operation, uint32_t events)
{
    struct epoll_event e = {.events = events, .data.ptr = c};
    epoll_ctl(load.epoll, operation, c->fd, &e);
}

static void open_connection(connection *c)
{
    int on = 1;
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)load.port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    c->connecting = c->shaking = true;
    c->owed = 0;
    c->have = c->body = 0;
    c->asked_at = now_ns();
    c->tls = load.tls ? tls_client_open(c->fd, load.resume ? &c->session : NULL) : NULL;
    if (c->fd < 0 || (load.tls && !c->tls) ||
        (connect(c->fd, (struct sockaddr *)&a, sizeof a) != 0 && errno != EINPROGRESS)) {
        load.errors++;
        tls_client_close(c->tls);
        if (c->fd >= 0)
            close(c->fd);
        return;
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    load.live++;
    watch(c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void close_connection(connection *c)
{
    tls_client_close(c->tls);
    close(c->fd);
    load.live--;
    if (!load.stopping)
        open_connection(c);
}

static void fail(connection *c)
{
    load.errors += c->owed ? c->owed : 1;
    close_connection(c);
}

// ---- answers
// --------------------------------------------------------------------------------------

typedef struct answer {
    int status;
    bool has_length;
    size_t length;
    const char *location;
    size_t location_len;
} answer;

static bool field_is(const char *line, const char *line_end, const char *name, size_t len)
{
    return (size_t)(line_end - line) > len && line[len] == ':' && strncasecmp(line, name, len) == 0;
}

static void read_field(const char *line, const char *line_end, answer *a)
{
    if (field_is(line, line_end, "location", 8)) {
        a->location = line + 9 + (line[9] == ' ');
        a->location_len = (size_t)(line_end - a->location);
    } else if (field_is(line, line_end, "content-length", 14)) {
        a->has_length = true;
        a->length = strtoul(line + 15, NULL, 10);
    }
}

// Reads the head in [p, end), `end` being past its empty line.
static bool read_head(const char *p, const char *end, answer *a)
{
    *a = (answer){0};
    if (end - p < 15 || memcmp(p, "HTTP/1.1 ", 9) != 0)
        return false;
    a->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    const char *line = memchr(p, '\n', (size_t)(end - p));
    while (++line < end - 2) {
        const char *line_feed = memchr(line, '\n', (size_t)(end - line));
        if ((*line | 0x20) == 'l' || (*line | 0x20) == 'c')
            read_field(line, line_feed - 1, a);
        line = line_feed;
    }
    return true;
}

static void judge(connection *c, const answer *a)
{
    const entry *e = &load.entries[c->expected];
    c->expected = c->expected + 1 == load.entry_count ? 0 : c->expected + 1;
    c->owed--;
    if (a->status == load.status && a->location_len == e->target_len &&
        memcmp(a->location, e->path + e->path_len + 1, e->target_len) == 0 &&
        (!c->tls || tls_client_kept_session(c->tls)))
        load.right++;
    else
        load.wrong++;
}

// Takes every whole answer out of the buffer. False where something is not HTTP or was not asked.
static bool take_answers(connection *c)
{
    char *p = c->in, *end = c->in + c->have, *blank;
    for (;;) {
        size_t skip = c->body < (size_t)(end - p) ? c->body : (size_t)(end - p);
        p += skip;
        c->body -= skip;
        if (c->body || p == end || !(blank = memmem(p, (size_t)(end - p), "\r\n\r\n", 4)))
            break;
        answer a;
        if (!c->owed || !read_head(p, blank + 4, &a) || !a.has_length)
            return false;
        p = blank + 4;
        c->body = a.length;
        judge(c, &a);
    }
    c->have = (size_t)(end - p);
    if (c->have == in_size)
        return false;
    memmove(c->in, p, c->have);
    return true;
}

// The server is done with the connection: right if it ends the one answer it was made for.
static void ended(connection *c)
{
    if (load.one_shot && !c->owed && !c->body && !c->have)
        close_connection(c);
    else
        fail(c);
}

// Takes what is there. False where nothing is left to be taken, or no connection.
static bool receive(connection *c)
{
    size_t room = in_size - c->have;
    ssize_t got = c->tls ? tls_client_receive(c->tls, c->in + c->have, room)
                         : recv(c->fd, c->in + c->have, room, 0);
    if (got < 0 && errno == EAGAIN)
        return false;
    unsigned owed = c->owed;
    if (got == 0) {
        ended(c);
        return false;
    }
    if (got < 0) {
        fail(c);
        return false;
    }
    c->have += (size_t)got;
    if (!take_answers(c)) {
        fail(c);
        return false;
    }
    if (owed && !c->owed)
        latency_add(&load.phases[load.phase], now_ns() - c->asked_at);
    return true;
}

static void readable(connection *c)
{
    do {
        if (!receive(c))
            return;
        if (!c->owed && !c->body && !load.one_shot) {
            if (load.stopping)
                close_connection(c);
            else if (!send_requests(c))
                fail(c);
            return; // what may be here of tickets comes with the next answer
        }
    } while (c->tls);
}

static void shake_hands(connection *c)
{
    tls_progress progress = c->tls ? tls_client_handshake(c->tls) : TLS_DONE;
    c->shaking = progress == TLS_WAITING;
    if (progress == TLS_FAILED || (progress == TLS_DONE && !send_requests(c)))
        fail(c);
}

static void connected(connection *c)
{
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    c->connecting = false;
    if (error) {
        fail(c);
        return;
    }
    watch(c, EPOLL_CTL_MOD, EPOLLIN);
    shake_hands(c);
}

// ---- the run
// --------------------------------------------------------------------------------------

static void print_phase(const latency *l, const char *before)
{
    printf("%s{\"answers\": %" PRIu64
           ", \"p50_us\": %.1f, \"p99_us\": %.1f, \"p999_us\": %.1f, \"most_us\": %.1f}",
           before, l->count, (double)latency_quantile(l, 0.5) / 1e3,
           (double)latency_quantile(l, 0.99) / 1e3, (double)latency_quantile(l, 0.999) / 1e3,
           (double)l->most / 1e3);
}

static void run(connection *connections)
{
    struct epoll_event events[256];
    double started = now(), end = started + load.seconds, last = started;
    for (size_t i = 0; i < load.connection_count; i++)
        open_connection(&connections[i]);
    while (load.live > 0 && last < end + 2) {
        int n = epoll_wait(load.epoll, events, 256, 100);
        last = now();
        if (load.ending && last < end)
            end = last;
        load.stopping = last >= end;
        for (int i = 0; i < n; i++) {
            connection *c = events[i].data.ptr;
            if (c->connecting)
                connected(c);
            else if (c->shaking)
                shake_hands(c);
            else
                readable(c);
        }
    }
    load.errors += load.live; // never answered
    double took = now() - started;
    printf("{\"requests\": %" PRIu64 ", \"seconds\": %.6f, \"wrong\": %" PRIu64
           ", \"errors\": %" PRIu64 ", \"phases\": [",
           load.right, took, load.wrong, load.errors);
    for (int i = 0; i <= load.phase; i++)
        print_phase(&load.phases[i], i ? ", " : "");
    printf("]}\n");
}

static bool read_options(int argc, char **argv)
{
    int option;
    const char *sample = NULL;
    load.fields = minimal_fields;
    while ((option = getopt(argc, argv, "p:f:c:n:xbsrt:k:")) != -1) {
        switch (option) {
        case 'p':
            load.port = (int)strtol(optarg, NULL, 10);
            break;
        case 'f':
            sample = optarg;
            break;
        case 'c':
            load.connection_count = strtoul(optarg, NULL, 10);
            break;
        case 'n':
            load.pipeline = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'x':
            load.one_shot = true;
            break;
        case 'b':
            load.fields = browser_fields;
            break;
        case 's':
            load.tls = true;
            break;
        case 'r':
            load.tls = load.resume = load.one_shot = true;
            break;
        case 't':
            load.seconds = strtod(optarg, NULL);
            break;
        case 'k':
            load.status = (int)strtol(optarg, NULL, 10);
            break;
        default:
            return false;
        }
    }
    load.fields_len = strlen(load.fields);
    if (load.one_shot)
        load.pipeline = 1;
    return load.port > 0 && load.port < 65536 && sample && load.connection_count > 0 &&
           load.connection_count <= 10000 && load.pipeline > 0 &&
           load.pipeline <= out_size / request_max && load.seconds > 0 && load.seconds <= 3600 &&
           read_sample(sample);
}

int main(int argc, char **argv)
{
    if (!read_options(argc, argv)) {
        fprintf(stderr,
                "usage: load -p PORT -f SAMPLE [-c CONNECTIONS] [-n PIPELINE] [-x] [-b] [-s] [-r]\n"
                "            [-t SECONDS] [-k STATUS]\n");
        return 2;
    }
    alarm((unsigned)load.seconds + 10); // whatever happens
    signal(SIGPIPE, SIG_IGN);           // OpenSSL's write() has no flag against it
    signal(SIGUSR1, next_phase);
    signal(SIGTERM, end_now);
    if (load.tls && !tls_client_init())
        return 3;
    connection *connections = calloc(load.connection_count, sizeof(connection));
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (connections && load.epoll >= 0)
        run(connections);
    free(connections);
    return load.wrong || load.errors || !load.right ? 1 : 0;
}
