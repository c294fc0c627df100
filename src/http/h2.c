// SPDX-License-Identifier: MIT
#include "http/h2.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "http/h2_parts.h"

enum {
    // Budgets: what they hold, and what comes back in a second. A request adds to the second.
    most_resets = 1000,
    resets_a_second = 33,
    most_chatter = 4000,
    chatter_a_second = 400,
    chatter_a_request = 8,
    // What things cost.
    cost_reset = 1,
    cost_ping = 8,
    cost_settings = 16,
    cost_other = 2,
    leeway = 1000, // ms: whoever times the connection as a whole is first
};

// ---- life ---------------------------------------------------------------------------------------

yn_h2_server *yn_h2_server_new(const yn_h1_limits *limits, uint64_t max_body, int64_t body_time,
                               int64_t write_time, int64_t idle_time)
{
    yn_h2_server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    *server = (yn_h2_server){.limits = *limits,
                             .max_body = max_body,
                             .body_time = body_time,
                             .write_time = write_time,
                             .idle_time = idle_time};
    server->fields.limits = &server->limits;
    server->fields.room = malloc(2 * (size_t)limits->max_head);
    if (server->fields.room)
        return server;
    free(server);
    return NULL;
}

void yn_h2_server_free(yn_h2_server *server)
{
    if (!server)
        return;
    free(server->fields.room);
    free(server);
}

yn_h2 *yn_h2_new(yn_h2_server *server, int64_t now)
{
    yn_h2 *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->server = server;
    s->decoder = yn_hpack_decoder_new();
    s->window = s->window_in = s->stream_window = YN_H2_WINDOW_DEFAULT;
    yn_hpack_encoder_init(&s->encoder);
    s->now = s->asked = now;
    s->resets = (yn_h2_budget){most_resets, now};
    s->chatter = (yn_h2_budget){most_chatter, now};
    if (s->decoder)
        return s;
    free(s);
    return NULL;
}

void yn_h2_free(yn_h2 *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->stream_count; i++)
        free(s->streams[i].page);
    free(s->streams);
    yn_hpack_decoder_free(s->decoder);
    yn_hpack_encoder_free(&s->encoder);
    free(s);
}

// ---- ends ---------------------------------------------------------------------------------------

void yn_h2_fail(yn_h2 *s, uint32_t code, yn_buf *out)
{
    if (!s->over)
        yn_h2_put_goaway(out, s->last_id, code);
    s->over = true;
}

void yn_h2_close(yn_h2 *s, yn_buf *out)
{
    yn_h2_fail(s, YN_H2_NO_ERROR, out);
}

void yn_h2_drain(yn_h2 *s, yn_buf *out)
{
    // Until the client's preface is there it may not know that this is HTTP/2.
    if (!s->draining && !s->over && s->greeted)
        yn_h2_put_goaway(out, INT32_MAX, YN_H2_NO_ERROR);
    s->draining = s->draining || s->greeted;
}

static void refill(yn_h2_budget *budget, int64_t now, int32_t a_second, int32_t most)
{
    int64_t passed = now - budget->since;
    if (passed < 1000)
        return;
    int64_t left = budget->left + passed / 1000 * a_second;
    budget->since += passed / 1000 * 1000;
    budget->left = left < most ? (int32_t)left : most;
}

bool yn_h2_spend(yn_h2 *s, yn_h2_budget *budget, int32_t cost, yn_buf *out)
{
    budget->left -= cost;
    if (budget->left >= 0)
        return true;
    yn_h2_fail(s, YN_H2_ENHANCE_YOUR_CALM, out);
    return false;
}

// ---- frames -------------------------------------------------------------------------------------

static void on_priority(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    bool itself = (yn_h2_u32(payload.ptr) & INT32_MAX) == frame->stream;
    if (itself)
        yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out);
    else
        yn_h2_spend(s, &s->chatter, cost_other, out);
}

static void on_rst_stream(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    (void)payload;
    if (frame->stream > s->last_id || frame->stream % 2 == 0) {
        yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out);
        return;
    }
    yn_h2_stream *stream = yn_h2_find(s, frame->stream);
    if (stream)
        yn_h2_forget(s, stream);
    yn_h2_spend(s, &s->resets, cost_reset, out);
}

static void on_settings(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    if (yn_h2_spend(s, &s->chatter, cost_settings + (int32_t)frame->len / 6, out))
        yn_h2_settings(s, frame, payload, out);
}

static void on_push_promise(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    (void)frame, (void)payload;
    yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out); // a client promises nothing
}

static void on_ping(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    const yn_h2_frame answer = {.len = frame->len, .type = YN_H2_PING, .flags = YN_H2_ACK};
    if (yn_h2_spend(s, &s->chatter, cost_ping, out) && !(frame->flags & YN_H2_ACK))
        yn_h2_put_frame(out, &answer, payload.ptr);
}

static void on_goaway(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    (void)frame, (void)payload; // it goes by itself
    yn_h2_spend(s, &s->chatter, cost_other, out);
}

static void on_window_update(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    if (yn_h2_spend(s, &s->chatter, cost_other, out))
        yn_h2_window_update(s, frame, payload, out);
}

static void on_continuation(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    (void)frame, (void)payload;
    yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out); // of nothing
}

typedef enum on_stream {
    EITHER,
    NEVER, // a frame about the connection
    ALWAYS,
} on_stream;

// One row a type of frames: how long a payload is, what it is about, and what is done with it.
// DATA and HEADERS, which are not read whole or not alone, are not called from here.
static const struct {
    void (*take)(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out);
    uint32_t least, most;
    on_stream stream;
} types[YN_H2_TYPES] = {
    [YN_H2_DATA] = {yn_h2_data, 0, YN_H2_PAYLOAD, ALWAYS},
    [YN_H2_HEADERS] = {NULL, 0, YN_H2_PAYLOAD, ALWAYS},
    [YN_H2_PRIORITY] = {on_priority, 5, 5, ALWAYS},
    [YN_H2_RST_STREAM] = {on_rst_stream, 4, 4, ALWAYS},
    [YN_H2_SETTINGS] = {on_settings, 0, YN_H2_PAYLOAD, NEVER},
    [YN_H2_PUSH_PROMISE] = {on_push_promise, 0, YN_H2_PAYLOAD, EITHER},
    [YN_H2_PING] = {on_ping, 8, 8, NEVER},
    [YN_H2_GOAWAY] = {on_goaway, 8, YN_H2_PAYLOAD, NEVER},
    [YN_H2_WINDOW_UPDATE] = {on_window_update, 4, 4, EITHER},
    [YN_H2_CONTINUATION] = {on_continuation, 0, YN_H2_PAYLOAD, EITHER},
};

// What is wrong with a frame by its head alone.
static uint32_t error_of(const yn_h2 *s, const yn_h2_frame *frame)
{
    if (!s->configured && (frame->type != YN_H2_SETTINGS || frame->flags & YN_H2_ACK))
        return YN_H2_PROTOCOL_ERROR; // settings come first
    if (frame->len > YN_H2_PAYLOAD)
        return YN_H2_FRAME_SIZE_ERROR;
    if (frame->type >= YN_H2_TYPES)
        return YN_H2_NO_ERROR;
    if ((types[frame->type].stream == ALWAYS && !frame->stream) ||
        (types[frame->type].stream == NEVER && frame->stream))
        return YN_H2_PROTOCOL_ERROR;
    if (frame->len < types[frame->type].least || frame->len > types[frame->type].most)
        return YN_H2_FRAME_SIZE_ERROR;
    return YN_H2_NO_ERROR;
}

// The frame at the front of `data`, whole or, where only its head matters, as far as it is there.
// Returns how much of `data` was dealt with; 0 if more is needed.
static size_t take_frame(yn_h2 *s, yonder_text data, yn_h1_request *request, int *status,
                         yn_buf *out)
{
    const yn_h2_frame frame = yn_h2_frame_at(data.ptr);
    const yonder_text payload = yn_skip(data, YN_H2_HEAD);
    uint32_t error = error_of(s, &frame);
    if (error) {
        yn_h2_fail(s, error, out);
        return data.len;
    }
    if (frame.type == YN_H2_HEADERS)
        return yn_h2_headers(s, &frame, data, request, status, out);
    if (frame.type >= YN_H2_TYPES) {
        yn_h2_spend(s, &s->chatter, cost_other, out);
        s->skip = frame.len;
        return YN_H2_HEAD;
    }
    if (frame.type == YN_H2_DATA) {
        if (frame.len && !payload.len)
            return 0;
        yn_h2_data(s, &frame, payload, out);
        s->skip = frame.len;
        return YN_H2_HEAD;
    }
    if (payload.len < frame.len)
        return 0;
    types[frame.type].take(s, &frame, yn_slice(payload, 0, frame.len), out);
    return YN_H2_HEAD + frame.len;
}

// ---- reading ------------------------------------------------------------------------------------

static void greet(yn_h2 *s, yn_buf *out)
{
    const struct {
        uint16_t name;
        uint32_t value;
    } settings[] = {
        {YN_H2_MAX_CONCURRENT_STREAMS, YN_H2_STREAMS},
        {YN_H2_MAX_HEADER_LIST_SIZE, s->server->limits.max_head},
        {YN_H2_NO_PRIORITIES, 1},
    };
    char payload[sizeof settings / sizeof *settings * 6], *to = payload;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        *to++ = (char)(settings[i].name >> 8);
        *to++ = (char)settings[i].name;
        to = yn_h2_put_u32(to, settings[i].value);
    }
    yn_h2_put_frame(out, &(yn_h2_frame){.len = sizeof payload, .type = YN_H2_SETTINGS}, payload);
    s->greeted = true;
}

// false: it is another one.
static bool take_preface(yn_h2 *s, yonder_text *data)
{
    size_t left = sizeof YN_H2_PREFACE - 1 - s->preface, n = data->len < left ? data->len : left;
    if (n && memcmp(data->ptr, &YN_H2_PREFACE[s->preface], n) != 0)
        return false;
    s->preface = (uint8_t)(s->preface + n);
    *data = yn_skip(*data, n);
    return true;
}

// What follows from the time that has passed.
static void take_time(yn_h2 *s, int64_t now, yn_buf *out)
{
    s->now = now;
    refill(&s->resets, now, resets_a_second, most_resets);
    refill(&s->chatter, now, chatter_a_second, most_chatter);
    if (s->stream_count == 0 && now - s->asked > s->server->idle_time + leeway)
        yn_h2_close(s, out); // kept alive by nothing but small talk
    for (uint32_t i = 0; i < s->stream_count;) {
        yn_h2_stream *stream = &s->streams[i];
        bool stopped = stream->stopped && now - stream->stopped >= YN_H2_STOP_TIME;
        int64_t most = stream->page ? s->server->write_time : s->server->body_time;
        if (stopped || now - stream->opened > most + leeway)
            yn_h2_reset(s, stream->id, stopped ? YN_H2_NO_ERROR : YN_H2_CANCEL, out);
        else
            i++;
    }
}

yn_h2_event yn_h2_read(yn_h2 *s, yonder_text *data, int64_t now, yn_h1_request *request,
                       int *status, yn_buf *out)
{
    assert(out->cap - out->len >= YN_H2_ROOM);
    if (!s->greeted)
        greet(s, out);
    if (now != s->now && !s->over)
        take_time(s, now, out);
    if (s->preface < sizeof YN_H2_PREFACE - 1 && !s->over && !take_preface(s, data))
        yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out);
    yn_h2_pump(s, out);
    s->id = 0;
    while (!s->over) {
        size_t n = s->skip < data->len ? s->skip : data->len;
        *data = yn_skip(*data, n);
        s->skip -= (uint32_t)n;
        if (s->skip || data->len < YN_H2_HEAD || out->cap - out->len < YN_H2_ROOM / 2)
            return YN_H2_MORE;
        n = take_frame(s, *data, request, status, out);
        if (n == 0)
            return YN_H2_MORE;
        *data = yn_skip(*data, n);
        if (s->id && !s->over) {
            s->asked = now;
            s->chatter.left += chatter_a_request;
            return YN_H2_REQUEST;
        }
    }
    return YN_H2_OVER;
}
