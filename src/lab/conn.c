// SPDX-License-Identifier: MIT
#include "lab/conn.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "http/chunked.h"
#include "lab/respond.h"

enum {
    read_size = 16 * 1024,
    steps_a_turn = 64,       // then the other connections have their turn
    framing_max = 64 * 1024, // of a chunked body, beside its data
    handshake_record = 0x16, // the first byte of TLS (RFC 8446 section 5.1); of HTTP it is a letter
};

typedef enum state {
    FIRST_BYTE,
    HANDSHAKE,
    READING,
    WRITING,
} state;

// What a step came to.
typedef enum progress {
    ON, // there may be more to do at once
    WAIT_READ,
    WAIT_WRITE,
    OVER,
} progress;

struct yn_lab_conn {
    yn_watch watch; // first: a watch is its connection
    yn_timer timer; // runs always, since the last answer went out
    yn_lab *lab;
    yn_lab_conn *next, **link; // among the open ones
    yn_tls *tls;               // NULL: plain
    state state;
    yn_buf in;  // from the start of a request
    yn_buf out; // what is to be sent
    size_t sent;
    // Of the request at the start of `in`, once its head is whole:
    size_t head;    // its length; 0 before
    size_t body_at; // up to where the body was looked at
    uint64_t body;  // bytes of its content so far
    yn_chunked chunked;
    bool continued; // 100 (Continue) was sent
    bool last;      // the connection ends with this answer
};

static const yn_h1_limits limits = {YN_LAB_MAX_HEAD, YN_LAB_MAX_HEAD / 2, YN_H1_MAX_FIELDS};

void yn_lab_conn_close(yn_lab_conn *c)
{
    yn_lab *lab = c->lab;
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    yn_timer_stop(&c->timer);
    yn_tls_free(c->tls);
    close(c->watch.fd);
    yn_buf_free(&c->in);
    yn_buf_free(&c->out);
    free(c);
    lab->conn_count--;
    yn_lab_accept(lab, true);
}

void yn_lab_conn_expired(yn_timer *timer)
{
    yn_lab_conn_close((yn_lab_conn *)(void *)((char *)timer - offsetof(yn_lab_conn, timer)));
}

// ---- bytes in and out ---------------------------------------------------------------------------

static progress of_tls(yn_tls_status status)
{
    switch (status) {
    case YN_TLS_DONE:
        return ON;
    case YN_TLS_WANT_READ:
        return WAIT_READ;
    case YN_TLS_WANT_WRITE:
        return WAIT_WRITE;
    case YN_TLS_ENDED:
    case YN_TLS_FAILED:
        break;
    }
    return OVER;
}

static progress of_errno(progress wait)
{
    return errno == EAGAIN || errno == EINTR ? wait : OVER;
}

static progress first_byte(yn_lab_conn *c)
{
    unsigned char byte;
    ssize_t n = recv(c->watch.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n <= 0)
        return n == 0 ? OVER : of_errno(WAIT_READ);
    c->state = READING;
    if (byte != handshake_record)
        return ON;
    c->state = HANDSHAKE;
    c->tls = yn_tls_new(c->lab->tls, c->watch.fd);
    return c->tls ? ON : OVER;
}

static progress shake_hands(yn_lab_conn *c)
{
    progress p = of_tls(yn_tls_handshake(c->tls));
    if (p == ON)
        c->state = READING;
    return p;
}

static progress read_some(yn_lab_conn *c)
{
    char bytes[read_size];
    size_t count = 0;
    progress p = ON;
    if (c->tls) {
        p = of_tls(yn_tls_read(c->tls, bytes, sizeof bytes, &count));
    } else {
        ssize_t n = recv(c->watch.fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n <= 0)
            p = n == 0 ? OVER : of_errno(WAIT_READ);
        else
            count = (size_t)n;
    }
    if (p == ON)
        yn_buf_put(&c->in, (yonder_text){bytes, count});
    return c->in.error ? OVER : p;
}

static progress write_some(yn_lab_conn *c)
{
    yonder_text rest = yn_skip(yn_buf_text(&c->out), c->sent);
    size_t count = 0;
    progress p = ON;
    if (c->tls) {
        p = of_tls(yn_tls_write(c->tls, rest, &count));
    } else {
        ssize_t n = send(c->watch.fd, rest.ptr, rest.len, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n < 0)
            p = of_errno(WAIT_WRITE);
        else
            count = (size_t)n;
    }
    c->sent += count;
    return p;
}

// ---- requests -----------------------------------------------------------------------------------

static int64_t now(void)
{
    return (int64_t)time(NULL);
}

static void refuse(yn_lab_conn *c, int status)
{
    yn_lab_refuse(status, now(), &c->out);
    c->last = true;
    c->state = WRITING;
}

static void answer(yn_lab_conn *c, const yn_h1_request *request)
{
    yn_address address;
    char local[YN_ADDRESS_TEXT] = "";
    if (yn_address_of_socket(c->watch.fd, &address))
        yn_address_print(&address, local);
    const yn_lab_asked asked = {.request = request,
                                .secure = c->tls != NULL,
                                .body = c->body,
                                .local = yonder_text_of(local),
                                .now = now()};
    yn_lab_respond(c->lab, &asked, &c->out);
    c->last = !request->keep_alive || c->out.error;
    c->state = WRITING;
}

// Looks at what has come of the body. @return whether it is whole
static bool take_body(yn_lab_conn *c, const yn_h1_request *request)
{
    yonder_text rest = yn_skip(yn_buf_text(&c->in), c->body_at);
    bool whole;
    if (request->chunked) {
        yn_chunked_status status = yn_chunked_feed(&c->chunked, &rest);
        whole = status == YN_CHUNKED_END;
        c->body = c->chunked.total;
        if (status == YN_CHUNKED_BAD)
            refuse(c, 400);
    } else {
        uint64_t left = request->content_length - c->body;
        size_t here = rest.len < left ? rest.len : (size_t)left;
        rest = yn_skip(rest, here);
        c->body += here;
        whole = c->body == request->content_length;
    }
    c->body_at = c->in.len - rest.len;
    return whole && c->state == READING;
}

// The request at the start of `in` has been dealt with.
static void drop_request(yn_lab_conn *c)
{
    size_t rest = c->in.len - c->body_at;
    if (rest)
        memmove(c->in.ptr, c->in.ptr + c->body_at, rest);
    c->in.len = rest;
    c->head = c->body_at = 0;
    c->body = 0;
    c->chunked = (yn_chunked){0};
    c->continued = false;
}

// Answers the request that `in` begins with, if it is whole. It is parsed again whenever more of it
// has come, for `in` may have moved.
static void try_request(yn_lab_conn *c)
{
    yn_h1_request request;
    int n = yn_h1_parse(&request, yn_buf_text(&c->in), &limits);
    if (n < 0)
        refuse(c, -n);
    if (n <= 0)
        return;
    if (!c->head)
        c->body_at = (size_t)n;
    c->head = (size_t)n;
    if (request.content_length > YN_LAB_MAX_BODY) {
        refuse(c, 413);
    } else if (take_body(c, &request)) {
        answer(c, &request);
        drop_request(c);
    } else if (c->state == READING && c->body > YN_LAB_MAX_BODY) {
        refuse(c, 413);
    } else if (c->state == READING && request.expect_continue && !c->continued) {
        yn_buf_str(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
        c->continued = true;
        c->state = WRITING;
    }
}

static progress read_request(yn_lab_conn *c)
{
    progress p = read_some(c);
    if (p == ON)
        try_request(c);
    return p;
}

static progress write_answer(yn_lab_conn *c)
{
    if (c->sent < c->out.len)
        return write_some(c);
    c->out.len = c->sent = 0;
    if (!c->continued)
        yn_timer_start(&c->timer, &c->lab->exchanges, c->lab->loop.now);
    if (c->last) {
        if (c->tls)
            yn_tls_end(c->tls);
        shutdown(c->watch.fd, SHUT_WR);
        return OVER;
    }
    c->state = READING;
    if (c->in.len && !c->continued)
        try_request(c); // another was sent along
    return ON;
}

// ---- the loop -----------------------------------------------------------------------------------

static void ready(yn_watch *watch, uint32_t events)
{
    static progress (*const steps[])(yn_lab_conn *) = {
        [FIRST_BYTE] = first_byte,
        [HANDSHAKE] = shake_hands,
        [READING] = read_request,
        [WRITING] = write_answer,
    };
    yn_lab_conn *c = (yn_lab_conn *)(void *)watch;
    (void)events; // errors show in what a step comes to
    progress p = ON;
    for (unsigned i = 0; i < steps_a_turn && p == ON; i++)
        p = steps[c->state](c);
    // Bytes that TLS has read ahead do not wake epoll; writing always can.
    uint32_t wanted = p == WAIT_READ ? EPOLLIN : EPOLLOUT;
    if (p == OVER || !yn_loop_watch(&c->lab->loop, &c->watch, wanted))
        yn_lab_conn_close(c);
}

void yn_lab_conn_open(yn_lab *lab, int fd)
{
    yn_lab_conn *c = calloc(1, sizeof *c);
    if (!c) {
        close(fd);
        return;
    }
    c->watch = (yn_watch){.ready = ready, .fd = fd};
    c->lab = lab;
    c->in = yn_buf_make(YN_LAB_MAX_HEAD + YN_LAB_MAX_BODY + framing_max + read_size, NULL);
    c->out = yn_buf_make((size_t)32 << 20, NULL);
    c->next = lab->conns;
    c->link = &lab->conns;
    if (c->next)
        c->next->link = &c->next;
    lab->conns = c;
    lab->conn_count++;
    yn_timer_start(&c->timer, &lab->exchanges, lab->loop.now);
    ready(&c->watch, EPOLLIN);
}
