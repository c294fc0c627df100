// SPDX-License-Identifier: MIT
#include "server/conn.h"

#include <assert.h>
#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "http/chunked.h"
#include "net/proxy.h"
#include "server/answer_h2.h"

enum {
    out_batch = 64 * 1024,   // answers to pipelined requests are sent when they come to this
    batches_a_turn = 4,      // then the other connections have their turn
    linger_most = 256 << 20, // bytes thrown away after the last answer
    linger_reads = 16,       // in one turn
    sent_at_once = 8 * 1024, // leaves without waiting for the client to acknowledge
};

typedef enum state {
    NEW, // also set by start_over()
    PROXY,
    HANDSHAKE,
    IDLE,
    HEAD,
    WRITING,
    BODY,
    STOPPED, // HTTP/2: a body is too long
    STALLED, // HTTP/2: the client has room for no more of its answers
    LINGERING,
    GONE, // to be closed
} state;

typedef enum body_kind {
    BODY_NONE,
    BODY_LENGTH,
    BODY_CHUNKED,
} body_kind;

// What follows once all output is sent.
typedef enum ending {
    STAY,
    CLOSE,  // the client has nothing more to send; LINGER unless the connection is `plain`
    LINGER, // the client may still be sending: closing now could cost it the answer
    BROKEN, // close at once
} ending;

struct yn_conn {
    yn_watch watch; // first: a watch is its connection
    yn_timer timer;
    yn_worker *worker;
    yn_tls *tls;   // NULL: plain HTTP
    yn_proxy *via; // what a proxy said of it; or NULL
    yn_chunk *in;  // bytes received and not dealt with
    yn_chunk *out; // bytes the socket would not take yet
    union {
        uint64_t left;      // BODY_LENGTH
        yn_chunked chunked; // BODY_CHUNKED
        yn_h2 *session;     // HTTP/2, until LINGERING
        uint64_t thrown;    // LINGERING
    } body;
    uint32_t unsent; // WRITING: what the kernel had not got rid of when the time began
    uint8_t state;
    uint8_t body_kind;
    uint8_t ending;
    bool plain : 1;       // nothing but a small answer was sent, and it never waited
    bool counted : 1;     // `place` is of use
    bool trusted : 1;     // what it says of who asks is believed
    bool more : 1;        // `in` holds whole requests, put off in favour of other connections
    bool asked : 1;       // a request of HTTP/1 was answered
    bool h2 : 1;          // HTTP/2: there is a session
    yn_crowd_place place; // where its address is counted
};

const size_t yn_conn_size = sizeof(yn_conn);

static_assert(sizeof(yn_conn) <= 128, "an idle connection costs two cache lines");

static void on_proxy(yn_conn *c);
static void on_handshake(yn_conn *c);
static void on_readable(yn_conn *c);
static void on_writable(yn_conn *c);
static void on_body(yn_conn *c);
static void on_lingering(yn_conn *c);

// One row a state: what it waits for, for how long, and what happens then.
static const struct {
    void (*ready)(yn_conn *c);
    uint32_t events;
    size_t time; // offset of the timer list in yn_worker
} states[] = {
    [PROXY] = {on_proxy, EPOLLIN, offsetof(yn_worker, head)},
    [HANDSHAKE] = {on_handshake, EPOLLIN, offsetof(yn_worker, head)},
    [IDLE] = {on_readable, EPOLLIN, offsetof(yn_worker, idle)},
    [HEAD] = {on_readable, EPOLLIN, offsetof(yn_worker, head)},
    [WRITING] = {on_writable, EPOLLOUT, offsetof(yn_worker, write)},
    [BODY] = {on_body, EPOLLIN, offsetof(yn_worker, body)},
    [STOPPED] = {on_readable, EPOLLIN, offsetof(yn_worker, stop)},
    [STALLED] = {on_readable, EPOLLIN, offsetof(yn_worker, write)},
    [LINGERING] = {on_lingering, EPOLLIN, offsetof(yn_worker, linger)},
};

static void end_h2(yn_conn *c)
{
    if (c->h2)
        yn_h2_free(c->body.session);
    c->h2 = false;
}

static void conn_close(yn_conn *c)
{
    yn_worker *w = c->worker;
    if (c->via)
        yn_pool_give(&w->vias, c->via);
    if (c->tls && c->state != PROXY && c->state != HANDSHAKE && c->ending != BROKEN)
        yn_tls_end(c->tls);
    end_h2(c);
    yn_tls_free(c->tls);
    close(c->watch.fd); // which takes it out of epoll, too
    yn_timer_stop(&c->timer);
    yn_chain_drop(&c->in, SIZE_MAX, &w->chunks);
    yn_chain_drop(&c->out, SIZE_MAX, &w->chunks);
    if (c->counted)
        yn_crowd_leave_from(w->config->crowd, &c->place);
    if (w->config->crowd)
        yn_crowd_leave(w->config->crowd);
    yn_pool_give(&w->conns, c);
    w->conn_count--;
    yn_count_add(&w->tally->closed, 1);
}

// Whether the client has taken anything since the last look. That the socket is not writable does
// not say: a slow client may need minutes for what fits into the kernel's buffer.
static bool client_reads(yn_conn *c)
{
    int unsent = 0;
    if (ioctl(c->watch.fd, SIOCOUTQ, &unsent) != 0)
        return false;
    bool less = (uint32_t)unsent < c->unsent;
    c->unsent = (uint32_t)unsent;
    return less;
}

static void wait_for(yn_conn *c, state next, uint32_t events)
{
    yn_worker *w = c->worker;
    if (!yn_loop_watch(&w->loop, &c->watch, events)) {
        conn_close(c);
        return;
    }
    if (c->state == next)
        return;
    c->plain = false;
    if (next == WRITING)
        client_reads(c); // from here on
    yn_timer_start(&c->timer, (yn_timer_list *)(void *)((char *)w + states[next].time),
                   w->loop.now);
    c->state = (uint8_t)next;
}

// Waits in `next`. Its time starts when the state is entered, and for an idle connection anew with
// each request.
static void wait_in(yn_conn *c, state next)
{
    wait_for(c, next, states[next].events);
}

// Something happened that gives the state its whole time again.
static void start_over(yn_conn *c)
{
    c->state = NEW;
}

static state h2_state(const yn_h2 *session)
{
    switch (yn_h2_waits(session)) {
    case YN_H2_BODY:
        return BODY;
    case YN_H2_STOPPED:
        return STOPPED;
    case YN_H2_WINDOW:
        return STALLED;
    default:
        return IDLE;
    }
}

// What is left to wait for; GONE: nothing.
static state next_state(const yn_conn *c)
{
    if (c->ending == BROKEN)
        return GONE;
    if (c->out || c->more)
        return WRITING;
    // Received and not read: the socket will not tell of it. It is most likely writable, and then
    // on.
    if (c->ending == STAY && c->tls && yn_tls_pending(c->tls))
        return WRITING;
    if (c->ending == CLOSE && c->plain)
        return GONE;
    if (c->ending != STAY)
        return LINGERING;
    if (c->body_kind)
        return BODY;
    if (c->in)
        return HEAD;
    return c->h2 ? h2_state(c->body.session) : IDLE;
}

// Called when all that can be done at once is done.
static void settle(yn_conn *c)
{
    state next = next_state(c);
    if (next == GONE) {
        conn_close(c);
        return;
    }
    if (next == LINGERING && c->state != LINGERING) {
        if (c->tls)
            yn_tls_end(c->tls);
        shutdown(c->watch.fd, SHUT_WR);
        end_h2(c);
        c->body.thrown = 0;
    }
    wait_in(c, next);
}

// ---- sending ------------------------------------------------------------------------------------

static size_t send_tls(yn_conn *c, yonder_text bytes)
{
    size_t sent = 0, n;
    while (sent < bytes.len) {
        yn_tls_status status = yn_tls_write(c->tls, yn_skip(bytes, sent), &n);
        if (status == YN_TLS_FAILED || status == YN_TLS_ENDED)
            c->ending = BROKEN;
        if (status != YN_TLS_DONE)
            break;
        sent += n;
    }
    return sent;
}

// Returns how many bytes the socket took, at once; none where the connection is broken.
static size_t send_some(yn_conn *c, yonder_text bytes, int flags)
{
    if (c->tls)
        return send_tls(c, bytes);
    ssize_t n = send(c->watch.fd, bytes.ptr, bytes.len, MSG_DONTWAIT | MSG_NOSIGNAL | flags);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        c->ending = BROKEN;
    return n < 0 ? 0 : (size_t)n;
}

// Sends the worker's output; what the socket does not take is kept in the connection.
static void flush(yn_conn *c)
{
    yn_worker *w = c->worker;
    yonder_text rest = yn_buf_text(&w->out);
    w->out.len = 0;
    c->plain = c->plain && rest.len <= sent_at_once;
    if (rest.len && !c->out && c->ending != BROKEN)
        rest = yn_skip(rest, send_some(c, rest, 0));
    if (rest.len && c->ending != BROKEN && !yn_chain_put(&c->out, rest, &w->chunks))
        c->ending = BROKEN;
}

// ---- answering ----------------------------------------------------------------------------------

static yn_peer peer_of(const yn_conn *c)
{
    return (yn_peer){.fd = c->watch.fd,
                     .tls = c->tls,
                     .https = c->tls || (c->via && c->via->https),
                     .trusted = c->trusted,
                     .client = c->via ? &c->via->client : NULL};
}

// Answers what was parsed last with an error; whatever else was sent will not be looked at.
static void refuse(yn_conn *c, int status)
{
    yn_worker *w = c->worker;
    yonder_text method = w->request.method;
    const yn_peer peer = peer_of(c);
    if (!yn_answer_error(&w->answerer, &peer, method, status, &w->out)) {
        flush(c);
        yn_answer_error(&w->answerer, &peer, method, status, &w->out);
    }
    c->ending = LINGER;
}

// Takes the part of the request's body that has come. false: it is malformed.
static bool begin_body(yn_conn *c, const yn_h1_request *r, yonder_text *data)
{
    yn_chunked_status status;
    c->body_kind = BODY_NONE;
    if (r->chunked) {
        c->body.chunked = (yn_chunked){0};
        status = yn_chunked_feed(&c->body.chunked, data);
        c->body_kind = status == YN_CHUNKED_MORE ? BODY_CHUNKED : BODY_NONE;
        return status != YN_CHUNKED_BAD;
    }
    if (r->content_length) {
        size_t here = r->content_length < data->len ? (size_t)r->content_length : data->len;
        *data = yn_skip(*data, here);
        c->body.left = r->content_length - here;
        c->body_kind = c->body.left ? BODY_LENGTH : BODY_NONE;
    }
    return true;
}

// Some clients send CR LF after a body. It begins no head, so the connection stays idle.
static yonder_text skip_empty_lines(yonder_text data)
{
    while (data.len >= 2 && data.ptr[0] == '\r' && data.ptr[1] == '\n')
        data = yn_skip(data, 2);
    return data;
}

// Whether nothing of what comes after this request will be answered, though the client may hope so.
static bool must_end(yn_conn *c, const yn_h1_request *r, yonder_text rest)
{
    yn_worker *w = c->worker;
    if (c->body_kind == BODY_LENGTH && r->content_length > w->config->max_body)
        return true;
    if (c->body_kind == BODY_CHUNKED && c->body.chunked.total > w->config->max_body)
        return true;
    // It may or may not send the body after seeing the answer: where the next request starts cannot
    // be known (RFC 9110 section 10.1.1).
    if (c->body_kind && r->expect_continue)
        return true;
    if (r->form == YN_H1_AUTHORITY)
        return true;
    // Requests that were in flight when draining began are answered, the last one with the news.
    return w->draining &&
           yn_h1_parse(&w->next_request, skip_empty_lines(rest), &w->config->limits) <= 0;
}

// Whether a body may follow all the same: clients of HTTP/1.0 may end one by shutting their half.
static bool unframed(const yn_h1_request *r)
{
    return r->http10 && !yn_equal(r->method, YN_TEXT("GET")) &&
           !yn_equal(r->method, YN_TEXT("HEAD"));
}

// Answers the request in w->request, whose head has been taken from `data`.
static void answer(yn_conn *c, yonder_text *data)
{
    yn_worker *w = c->worker;
    const yn_h1_request *r = &w->request;
    start_over(c);
    c->asked = true;
    if (!begin_body(c, r, data)) {
        refuse(c, 400);
        return;
    }
    if (must_end(c, r, *data) || (!r->keep_alive && (c->body_kind || data->len || unframed(r))))
        c->ending = LINGER;
    else if (!r->keep_alive)
        c->ending = CLOSE;
    bool close = c->ending != STAY;
    const yn_peer peer = peer_of(c);
    if (!yn_answer_request(&w->answerer, r, &peer, close, &w->out)) {
        flush(c);
        bool fits = yn_answer_request(&w->answerer, r, &peer, close, &w->out);
        assert(fits); // yn_answer_max()
        (void)fits;
    }
}

// Whether `data` is the start of what a client of HTTP/2 says first, to HTTP/1 an error. Over TLS
// that is agreed on before.
static bool begins_h2(const yn_conn *c, yonder_text data)
{
    yonder_text preface = YN_TEXT(YN_H2_PREFACE);
    return !c->tls && !c->asked && (yn_starts_with(data, preface) || yn_starts_with(preface, data));
}

// Answers the whole requests at the front of `data`, in order, while the client takes the answers.
// Returns what is left: the start of a request, or, with c->more set, whole ones.
static yonder_text answer_all(yn_conn *c, yonder_text data)
{
    yn_worker *w = c->worker;
    unsigned batches = 0;
    c->more = false;
    while ((data = skip_empty_lines(data)).len && c->ending == STAY && !c->body_kind) {
        if (w->out.len >= out_batch) {
            flush(c);
            c->more = c->out || ++batches == batches_a_turn;
            if (c->more)
                return data;
        }
        int n = yn_h1_parse(&w->request, data, &w->config->limits);
        if (n == 0 || (n < 0 && begins_h2(c, data)))
            break;
        if (n < 0) {
            refuse(c, -n);
            break;
        }
        data = yn_skip(data, (size_t)n);
        answer(c, &data);
    }
    return data;
}

static bool start_h2(yn_conn *c)
{
    c->plain = false;
    c->body.session = yn_h2_new(c->worker->h2, c->worker->loop.now);
    c->h2 = c->body.session != NULL;
    return c->h2;
}

// Answers HTTP/2 while the client takes the answers.
static yonder_text answer_h2(yn_conn *c, yonder_text data)
{
    yn_worker *w = c->worker;
    const yn_peer peer = peer_of(c);
    unsigned batches = 0;
    yn_h2_result result;
    do {
        size_t answered = 0;
        result = yn_answer_h2(&w->answerer, c->body.session, &data, &peer, w->loop.now, out_batch,
                              &w->request, &answered, &w->out);
        if (answered)
            start_over(c);
        if (w->last_call)
            yn_h2_close(c->body.session, &w->out);
        else if (w->draining)
            yn_h2_drain(c->body.session, &w->out);
        flush(c);
        c->more = result == YN_H2_FULL && (c->out || ++batches == batches_a_turn);
    } while (result == YN_H2_FULL && !c->more && c->ending == STAY);
    if ((result == YN_H2_ENDED || w->last_call) && c->ending == STAY)
        c->ending = LINGER;
    return data;
}

// `data` lies in the worker's receive buffer, and is all that the client has sent and that was not
// dealt with.
static void serve(yn_conn *c, yonder_text data)
{
    yn_worker *w = c->worker;
    if (!c->h2)
        data = answer_all(c, data);
    if (!c->h2 && data.len >= sizeof YN_H2_PREFACE - 1 && begins_h2(c, data) && !start_h2(c))
        c->ending = BROKEN;
    if (c->h2)
        data = answer_h2(c, data);
    flush(c);
    if (c->ending != STAY)
        c->more = false;
    else if (data.len && !yn_chain_put(&c->in, data, &w->chunks))
        c->ending = BROKEN;
    settle(c);
}

// ---- what epoll tells ---------------------------------------------------------------------------

// As receive(): all that has come, as far as there is room.
static size_t receive_tls(yn_conn *c, size_t have, size_t max)
{
    size_t got = 0, n;
    yn_tls_status status;
    do {
        status = yn_tls_read(c->tls, c->worker->receive + have + got, max - got, &n);
        got += status == YN_TLS_DONE ? n : 0;
    } while (status == YN_TLS_DONE && got < max && yn_tls_pending(c->tls));
    if (got)
        return got;
    if (status == YN_TLS_WANT_READ || status == YN_TLS_WANT_WRITE)
        settle(c);
    else
        conn_close(c);
    return 0;
}

// Receives at most `max` bytes to the receive buffer, past its first `have`. 0: nothing to do any
// more, the connection waits or is closed.
static size_t receive(yn_conn *c, size_t have, size_t max, int flags)
{
    if (c->tls)
        return receive_tls(c, have, max);
    ssize_t n = recv(c->watch.fd, c->worker->receive + have, max, MSG_DONTWAIT | flags);
    if (n > 0)
        return (size_t)n;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        settle(c);
    else
        conn_close(c); // the client is gone, or has nothing more to ask
    return 0;
}

static void on_readable(yn_conn *c)
{
    yn_worker *w = c->worker;
    size_t have = yn_chain_length(c->in); // shorter than max_head, so there is room for more
    size_t n = receive(c, have, w->receive_size - have, 0);
    if (n == 0)
        return;
    c->plain = c->plain && have + n < w->receive_size; // else there may be more to read
    if (have)
        yn_chain_take(&c->in, w->receive, &w->chunks);
    // A head began when its timer was started.
    w->tally->waited = c->state == HEAD ? w->loop.now - (c->timer.due - w->head.span) : 0;
    serve(c, (yonder_text){w->receive, have + n});
}

// What is to be sent next. Over TLS it begins as what was tried last, and is not shorter.
static yonder_text next_output(const yn_conn *c)
{
    if (!c->tls)
        return (yonder_text){c->out->bytes + c->out->at, c->out->len};
    char *room = c->worker->receive;
    return (yonder_text){room, yn_chain_peek(c->out, room, c->worker->receive_size)};
}

static void on_writable(yn_conn *c)
{
    yn_worker *w = c->worker;
    while (c->out && c->ending != BROKEN) {
        yonder_text bytes = next_output(c);
        size_t n = send_some(c, bytes, c->out->next ? MSG_MORE : 0);
        yn_chain_drop(&c->out, n, &w->chunks);
        if (n)
            start_over(c);
        if (n < bytes.len)
            break;
    }
    if (!c->out && c->more && c->ending == STAY) {
        start_over(c);
        size_t len = yn_chain_take(&c->in, w->receive, &w->chunks);
        serve(c, (yonder_text){w->receive, len});
    } else if (!c->out && c->ending == STAY && c->tls && yn_tls_pending(c->tls)) {
        start_over(c);
        (c->body_kind ? on_body : on_readable)(c);
    } else {
        settle(c);
    }
}

// The body's bytes among those of a record, which may hold the next request as well.
static void on_tls_body(yn_conn *c)
{
    yn_worker *w = c->worker;
    size_t n = receive(c, 0, w->receive_size, 0);
    if (n == 0)
        return;
    size_t here = c->body.left < n ? (size_t)c->body.left : n;
    c->body.left -= here;
    if (c->body.left == 0)
        c->body_kind = BODY_NONE;
    serve(c, (yonder_text){w->receive + here, n - here});
}

static void on_body(yn_conn *c)
{
    yn_worker *w = c->worker;
    if (c->h2) {
        on_readable(c);
        return;
    }
    if (c->body_kind == BODY_LENGTH && c->tls) {
        on_tls_body(c);
        return;
    }
    if (c->body_kind == BODY_LENGTH) {
        // Never past its end, and MSG_TRUNC: TCP throws the bytes away without copying them.
        size_t max = c->body.left < w->receive_size ? (size_t)c->body.left : w->receive_size;
        size_t n = receive(c, 0, max, MSG_TRUNC);
        if (n == 0)
            return;
        c->body.left -= n;
        if (c->body.left == 0)
            c->body_kind = BODY_NONE;
        settle(c);
        return;
    }
    size_t n = receive(c, 0, w->receive_size, 0);
    if (n == 0)
        return;
    yonder_text data = {w->receive, n};
    yn_chunked_status status = yn_chunked_feed(&c->body.chunked, &data);
    if (status == YN_CHUNKED_END)
        c->body_kind = BODY_NONE;
    else if (status == YN_CHUNKED_BAD || c->body.chunked.total > w->config->max_body)
        c->ending = LINGER; // it has its answer
    serve(c, data);
}

static void on_lingering(yn_conn *c)
{
    for (unsigned i = 0; i < linger_reads; i++) {
        size_t n = receive(c, 0, c->worker->receive_size, MSG_TRUNC);
        if (n == 0)
            return;
        c->body.thrown += n;
        if (c->body.thrown > linger_most) {
            conn_close(c);
            return;
        }
    }
}

static void ready(yn_watch *watch, uint32_t events)
{
    yn_conn *c = (yn_conn *)(void *)watch;
    (void)events; // errors show in what the state does next
    states[c->state].ready(c);
}

static void on_handshake(yn_conn *c)
{
    yn_tls_status status = yn_tls_handshake(c->tls);
    bool h2 = status == YN_TLS_DONE && yn_equal(yn_tls_protocol(c->tls), YN_TEXT("h2"));
    if (h2 && !start_h2(c))
        status = YN_TLS_FAILED;
    yn_tally *tally = c->worker->tally;
    if (status == YN_TLS_DONE) {
        yn_count_add(yn_tls_resumed(c->tls) ? &tally->tls_resumed : &tally->tls_full, 1);
        start_over(c);
        on_readable(c); // the request may have come with the end of it
    } else if (status == YN_TLS_WANT_READ || status == YN_TLS_WANT_WRITE) {
        wait_for(c, HANDSHAKE, status == YN_TLS_WANT_READ ? EPOLLIN : EPOLLOUT);
    } else {
        yn_count_add(&tally->tls_failed, 1);
        c->ending = BROKEN;
        conn_close(c);
    }
}

static bool address_of(const yn_conn *c, yn_address *address)
{
    if (!c->via)
        return yn_address_of_peer(c->watch.fd, address);
    *address = c->via->client;
    return true;
}

static bool is_trusted(const yn_conn *c)
{
    const yn_worker_config *config = c->worker->config;
    yn_address address;
    return config->trusted_count && address_of(c, &address) &&
           yn_cidr_has(config->trusted, config->trusted_count, &address);
}

// A proxy that is trusted comes for many.
static bool is_one_too_many(yn_conn *c)
{
    yn_crowd *crowd = c->worker->config->crowd;
    yn_address address;
    if (!crowd || !crowd->most_per_address || c->trusted || !address_of(c, &address))
        return false;
    c->counted = yn_crowd_enter_from(crowd, &address, &c->place);
    return !c->counted;
}

static void begin(yn_conn *c)
{
    c->trusted = is_trusted(c);
    if (is_one_too_many(c)) {
        yn_count_add(&c->worker->tally->shed, 1);
        c->ending = BROKEN;
        conn_close(c);
        return;
    }
    // Accept was deferred until there is something to read.
    (c->tls ? on_handshake : on_readable)(c);
}

static void refuse_proxy(yn_conn *c)
{
    yn_count_add(&c->worker->tally->proxy_bad, 1);
    c->ending = BROKEN;
    conn_close(c);
}

// The header is taken and no byte more: what follows may be TLS, which reads by itself.
static void on_proxy(yn_conn *c)
{
    yn_worker *w = c->worker;
    size_t have = yn_chain_length(c->in);
    ssize_t n =
        recv(c->watch.fd, w->receive + have, w->receive_size - have, MSG_DONTWAIT | MSG_PEEK);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        wait_in(c, PROXY);
        return;
    }
    if (n > 0)
        yn_chain_peek(c->in, w->receive, have);
    yn_proxy found;
    int len = n > 0 ? yn_proxy_parse((yonder_text){w->receive, have + (size_t)n}, &found) : -1;
    size_t taken = len > 0 ? (size_t)len - have : (size_t)n;
    if (len < 0 || recv(c->watch.fd, w->receive + have, taken, MSG_DONTWAIT) != (ssize_t)taken) {
        refuse_proxy(c);
    } else if (len == 0) {
        if (yn_chain_put(&c->in, (yonder_text){w->receive + have, taken}, &w->chunks))
            wait_in(c, PROXY);
        else
            refuse_proxy(c);
    } else {
        yn_chain_drop(&c->in, SIZE_MAX, &w->chunks);
        if (found.known && (c->via = yn_pool_take(&w->vias)))
            *c->via = found;
        start_over(c);
        begin(c);
    }
}

void yn_conn_open(yn_worker *worker, int fd, bool tls)
{
    if (worker->config->crowd && !yn_crowd_enter(worker->config->crowd)) {
        yn_count_add(&worker->tally->shed, 1);
        close(fd);
        return;
    }
    yn_conn *c = yn_pool_take(&worker->conns);
    yn_tls *session = c && tls ? yn_tls_new(worker->tls, fd) : NULL;
    if (!c || (tls && !session)) {
        if (c)
            yn_pool_give(&worker->conns, c);
        if (worker->config->crowd)
            yn_crowd_leave(worker->config->crowd);
        close(fd);
        return;
    }
    *c = (yn_conn){
        .watch = {.ready = ready, .fd = fd}, .worker = worker, .tls = session, .plain = !tls};
    worker->conn_count++;
    yn_count_add(&worker->tally->accepted, 1);
    if (!worker->config->proxy_protocol)
        begin(c);
    else if (worker->config->trusted_count && !is_trusted(c))
        refuse_proxy(c);
    else
        on_proxy(c);
}

static bool has_unread(const yn_conn *c)
{
    int unread = 0;
    return ioctl(c->watch.fd, FIONREAD, &unread) == 0 && unread > 0;
}

static yn_conn *of_timer(yn_timer *timer)
{
    return (yn_conn *)(void *)((char *)timer - offsetof(yn_conn, timer));
}

// The time of an HTTP/2 connection is over: of its bodies, or of itself; or it has to make room,
// and then at once.
static void h2_expired(yn_conn *c)
{
    bool early = c->timer.due > c->worker->loop.now;
    if (c->state == BODY || c->state == STOPPED) {
        yn_h2_drop(c->body.session, c->state == BODY ? YN_H2_BODY : YN_H2_STOPPED, &c->worker->out);
    } else {
        yn_h2_close(c->body.session, &c->worker->out);
        c->ending = LINGER;
    }
    flush(c);
    if (early)
        conn_close(c);
    else
        settle(c);
}

void yn_conn_drain(yn_timer *timer)
{
    yn_conn *c = of_timer(timer);
    if (!c->h2 || c->ending != STAY)
        return;
    yn_h2_drain(c->body.session, &c->worker->out);
    flush(c);
    if (c->state != LINGERING)
        settle(c);
}

void yn_conn_expired(yn_timer *timer)
{
    yn_conn *c = of_timer(timer);
    yn_worker *w = c->worker;
    bool h2 = c->h2 && c->ending == STAY && !w->cutting;
    if (h2 && c->state != IDLE && c->state != WRITING) {
        h2_expired(c);
    } else if (h2 && c->state == IDLE && !has_unread(c)) {
        h2_expired(c);
    } else if (c->state == HEAD && !w->cutting) {
        size_t len = yn_chain_take(&c->in, w->receive, &w->chunks);
        yn_h1_parse(&w->request, (yonder_text){w->receive, len}, &w->config->limits);
        refuse(c, 408);
        flush(c);
        settle(c);
    } else if (c->state == IDLE && !w->cutting && has_unread(c)) {
        start_over(c);
        on_readable(c); // a request in the last moment
    } else if (c->state == BODY && !w->cutting) {
        c->ending = LINGER; // it has its answer
        settle(c);
    } else if (c->state == WRITING && !w->cutting && client_reads(c)) {
        yn_timer_start(timer, &w->write, w->loop.now);
    } else {
        conn_close(c);
    }
}
