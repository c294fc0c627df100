// SPDX-License-Identifier: MIT
#include "server/access.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "server/count.h"

enum {
    ring_size = 1 << 20, // bytes a worker may be ahead of the writer; a power of two
    gather_ms = 10,      // lines that come together are written together
    complain_seconds = 10,
    close_seconds = 2,
};

/* ---- a line ---------------------------------------------------------------------------------- */

static yonder_text field(const yn_h1_request *request, yonder_text name)
{
    for (size_t i = 0; request && i < request->field_count; i++)
        if (yn_equal_nocase(request->fields[i].name, name))
            return request->fields[i].value;
    return (yonder_text){NULL, 0};
}

static void put_escaped(yn_buf *out, yonder_text t)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
            yn_buf_char(out, (char)c);
        } else {
            const char escaped[] = {'\\', 'x', digits[c >> 4], digits[c & 15]};
            yn_buf_put(out, (yonder_text){escaped, sizeof escaped});
        }
    }
}

static void put_or_dash(yn_buf *out, yonder_text t)
{
    put_escaped(out, t.len ? t : YN_TEXT("-"));
}

// What stood in the request line, nearly: an absolute form is shown as what it comes to.
static void put_target(yn_buf *out, const yn_h1_request *r)
{
    if (r->form == YN_H1_ASTERISK)
        yn_buf_char(out, '*');
    else
        put_escaped(out, r->form == YN_H1_AUTHORITY ? r->host : r->target);
}

static const char *protocol_of(const yn_h1_request *r)
{
    return r->http2 ? "HTTP/2.0" : r->http10 ? "HTTP/1.0" : "HTTP/1.1";
}

static void write_combined(yn_buf *out, const yn_access_entry *e)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const char form[] = "YYYY-MM-DDThh:mm:ss";
    char time[sizeof form - 1];
    yn_date_write(time, form, e->now);
    const char *month = months + 3 * ((time[5] - '0') * 10 + time[6] - '1');
    put_or_dash(out, e->client);
    yn_buf_printf(out, " - - [%.2s/%.3s/%.4s:%.8s +0000] \"", time + 8, month, time, time + 11);
    if (e->request) {
        put_escaped(out, e->request->method);
        yn_buf_char(out, ' ');
        put_target(out, e->request);
        yn_buf_char(out, ' ');
        yn_buf_str(out, protocol_of(e->request));
    } else {
        yn_buf_char(out, '-');
    }
    yn_buf_printf(out, "\" %d %zu \"", e->status, e->body);
    put_or_dash(out, field(e->request, YN_TEXT("Referer")));
    yn_buf_str(out, "\" \"");
    put_or_dash(out, field(e->request, YN_TEXT("User-Agent")));
    yn_buf_str(out, "\"\n");
}

static void write_request(yn_json *j, const yn_h1_request *r)
{
    yn_json_text(j, "method", r->method);
    yn_json_text(j, "host", r->host);
    yn_json_text(j, "target", r->form == YN_H1_ASTERISK ? YN_TEXT("*") : r->target);
    yn_json_str(j, "protocol", protocol_of(r));
    yonder_text referer = field(r, YN_TEXT("Referer")), agent = field(r, YN_TEXT("User-Agent"));
    if (referer.len)
        yn_json_text(j, "referer", referer);
    if (agent.len)
        yn_json_text(j, "user_agent", agent);
}

static void write_json(yn_buf *out, const yn_access_entry *e)
{
    static const char form[] = YN_DATE_MOMENT;
    char time[sizeof form - 1];
    yn_json j = yn_json_make(out, false);
    yn_date_write(time, form, e->now);
    yn_json_object(&j, NULL);
    yn_json_text(&j, "time", (yonder_text){time, sizeof time});
    yn_json_text(&j, "client", e->client);
    yn_json_str(&j, "scheme", e->https ? "https" : "http");
    if (e->request)
        write_request(&j, e->request);
    yn_json_int(&j, "status", e->status);
    yn_json_int(&j, "bytes", (int64_t)e->body);
    if (e->location.len)
        yn_json_text(&j, "location", e->location);
    if (e->answer && e->answer->cause != YONDER_RULES_NONE) {
        yn_json_text(&j, "file", e->answer->file);
        yn_json_int(&j, "line", e->answer->line);
    }
    yn_json_object_end(&j);
    yn_buf_char(out, '\n');
}

void yn_access_write(yn_buf *out, yn_access_format format, const yn_access_entry *entry)
{
    if (format == YN_ACCESS_JSON)
        write_json(out, entry);
    else
        write_combined(out, entry);
}

/* ---- rings ----------------------------------------------------------------------------------- */

// Bytes [taken, put) are there; both only grow, and are taken modulo the size.
typedef struct ring {
    alignas(64) yn_count put; // by the worker
    yn_count lost;
    yn_buf line;   // the worker's, with room for the longest
    uint64_t told; // `put` when the writer was told last
    char *bytes;
    alignas(64) yn_count taken; // by the writer
} ring;

struct yn_access {
    const char *path; // NULL: stdout
    yn_access_format format;
    size_t worker_count;
    ring *rings;
    int fd;
    int wake_fd;
    atomic_bool asleep, reopen, stop;
    yn_count unwritten; // lines lost by the writer
    pthread_t thread;
    // Of who complains.
    uint64_t complained_of;
    time_t complained;
};

static void wake(yn_access *a)
{
    uint64_t one = 1;
    ssize_t n = write(a->wake_fd, &one, sizeof one);
    (void)n; // it fails only where the counter is full, and then the writer is awake
}

bool yn_access_put(yn_access *a, size_t worker, const yn_access_entry *entry)
{
    ring *r = &a->rings[worker];
    r->line.len = 0;
    r->line.error = YONDER_OK;
    yn_access_write(&r->line, a->format, entry);
    size_t len = r->line.len;
    uint64_t put = atomic_load_explicit(&r->put, memory_order_relaxed);
    uint64_t taken = atomic_load_explicit(&r->taken, memory_order_acquire);
    if (r->line.error || len > ring_size - (put - taken)) {
        yn_count_add(&r->lost, 1);
        return false;
    }
    size_t at = put % ring_size, first = len < ring_size - at ? len : ring_size - at;
    memcpy(r->bytes + at, r->line.ptr, first);
    memcpy(r->bytes, r->line.ptr + first, len - first);
    atomic_store_explicit(&r->put, put + len, memory_order_release);
    return true;
}

void yn_access_turn_ends(yn_access *a, size_t worker)
{
    ring *r = &a->rings[worker];
    uint64_t put = atomic_load_explicit(&r->put, memory_order_relaxed);
    if (put == r->told)
        return;
    r->told = put;
    // Either the writer sees the lines after it has set `asleep`, or this sees `asleep`.
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load(&a->asleep) && atomic_exchange(&a->asleep, false))
        wake(a);
}

/* ---- the writer ------------------------------------------------------------------------------ */

static int open_log(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
}

static void reopen(yn_access *a)
{
    int fd = a->path ? open_log(a->path) : -1;
    if (fd >= 0) {
        close(a->fd);
        a->fd = fd;
    } else if (a->path) {
        yn_log(YN_LOG_ERROR, "cannot open %s anew, the old file is written on: %s", a->path,
               strerror(errno));
    }
}

static size_t count_lines(const char *bytes, size_t len)
{
    size_t lines = 0;
    for (const char *p = bytes; (p = memchr(p, '\n', len - (size_t)(p - bytes))); p++)
        lines++;
    return lines;
}

// What cannot be written is lost: waiting would only lose others in its place.
static void write_bytes(yn_access *a, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(a->fd, bytes, len);
        if (n < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = a->fd, .events = POLLOUT}, 1, -1);
        } else if (n < 0 && errno != EINTR) {
            yn_count_add(&a->unwritten, count_lines(bytes, len));
            return;
        } else if (n > 0) {
            bytes += n;
            len -= (size_t)n;
        }
    }
}

// Returns whether there was anything.
static bool empty_ring(yn_access *a, ring *r)
{
    uint64_t taken = atomic_load_explicit(&r->taken, memory_order_relaxed);
    uint64_t put = atomic_load_explicit(&r->put, memory_order_acquire);
    bool any = taken < put;
    while (taken < put) {
        size_t at = taken % ring_size, len = ring_size - at;
        len = put - taken < len ? (size_t)(put - taken) : len;
        write_bytes(a, r->bytes + at, len);
        taken += len;
        atomic_store_explicit(&r->taken, taken, memory_order_release);
    }
    return any;
}

static bool empty_rings(yn_access *a)
{
    bool any = false;
    for (size_t i = 0; i < a->worker_count; i++)
        any = empty_ring(a, &a->rings[i]) || any;
    return any;
}

static void *run(void *context)
{
    yn_access *a = context;
    const struct timespec gather = {.tv_nsec = gather_ms * 1000000};
    for (;;) {
        bool stop = atomic_load(&a->stop); // before the last look
        bool again = atomic_exchange(&a->reopen, false);
        bool any = empty_rings(a); // what was said before goes to the old file
        if (again)
            reopen(a);
        if (!any && stop)
            return NULL;
        if (any) {
            nanosleep(&gather, NULL);
            continue;
        }
        atomic_store(&a->asleep, true);
        atomic_thread_fence(memory_order_seq_cst);
        if (empty_rings(a))
            continue;
        uint64_t count;
        ssize_t n = read(a->wake_fd, &count, sizeof count); // waits
        (void)n;
        nanosleep(&gather, NULL);
    }
}

/* ---- life ------------------------------------------------------------------------------------ */

static void access_free(yn_access *a)
{
    for (size_t i = 0; a->rings && i < a->worker_count; i++) {
        yn_buf_free(&a->rings[i].line);
        free(a->rings[i].bytes);
    }
    free(a->rings);
    if (a->path && a->fd >= 0)
        close(a->fd);
    if (a->wake_fd >= 0)
        close(a->wake_fd);
    free(a);
}

static bool make_rings(yn_access *a, size_t longest)
{
    a->rings = aligned_alloc(alignof(ring), a->worker_count * sizeof *a->rings);
    if (!a->rings)
        return false;
    memset(a->rings, 0, a->worker_count * sizeof *a->rings);
    bool ok = true;
    for (size_t i = 0; i < a->worker_count; i++) {
        ring *r = &a->rings[i];
        r->line = yn_buf_make(longest, NULL);
        r->bytes = malloc(ring_size);
        ok = ok && r->bytes && yn_buf_reserve(&r->line, longest);
    }
    return ok;
}

yn_access *yn_access_open(const char *path, yn_access_format format, size_t worker_count,
                          size_t longest)
{
    yn_access *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->path = strcmp(path, "-") == 0 ? NULL : path;
    a->format = format;
    a->worker_count = worker_count;
    a->wake_fd = eventfd(0, EFD_CLOEXEC);
    a->fd = a->path ? open_log(a->path) : STDOUT_FILENO;
    int error = a->fd < 0 ? errno : 0;
    if (!error && (a->wake_fd < 0 || !make_rings(a, longest)))
        error = ENOMEM;
    if (!error)
        error = pthread_create(&a->thread, NULL, run, a);
    if (!error)
        return a;
    yn_log(YN_LOG_ERROR, "cannot write the access log %s: %s", path, strerror(error));
    access_free(a);
    return NULL;
}

void yn_access_close(yn_access *a)
{
    struct timespec deadline;
    if (!a)
        return;
    atomic_store(&a->stop, true);
    wake(a);
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += close_seconds;
    if (pthread_timedjoin_np(a->thread, NULL, &deadline) == 0)
        access_free(a);
    else // it hangs in write(), and the process is about to end
        yn_log(YN_LOG_WARNING, "the access log is not whole: nobody takes it");
}

void yn_access_reopen(yn_access *a)
{
    atomic_store(&a->reopen, true);
    wake(a);
}

uint64_t yn_access_lost(const yn_access *a)
{
    uint64_t lost = yn_count_read(&a->unwritten);
    for (size_t i = 0; i < a->worker_count; i++)
        lost += yn_count_read(&a->rings[i].lost);
    return lost;
}

void yn_access_complain(yn_access *a)
{
    uint64_t lost = yn_access_lost(a);
    time_t now = time(NULL);
    if (lost == a->complained_of || (a->complained && now - a->complained < complain_seconds))
        return;
    yn_log(YN_LOG_WARNING, "the access log has lost %llu lines so far: %s",
           (unsigned long long)lost,
           yn_count_read(&a->unwritten) ? "it cannot be written" : "it is written too slowly");
    a->complained = now;
    a->complained_of = lost;
}
