// SPDX-License-Identifier: MIT
// Streams that outlive the reading of their request: bodies and windows (RFC 9113
// sections 5.2, 6.1, 6.5, 6.9).
#include <assert.h>
#include <stdlib.h>

#include "base/text.h"
#include "http/h2_parts.h"

enum {
    give_back = YN_H2_WINDOW_DEFAULT / 2, // so much of a window is used before it is given back
    first_streams = 4,
    small_data = 32, // bytes: who sends less at a time, and no end, is watched
    cost_small_data = 2,
    cost_closed = 1,
};

// ---- the list -----------------------------------------------------------------------------------

yn_h2_stream *yn_h2_find(const yn_h2 *s, uint32_t id)
{
    for (uint32_t i = 0; i < s->stream_count; i++)
        if (s->streams[i].id == id)
            return &s->streams[i];
    return NULL;
}

bool yn_h2_was(uint64_t set, const yn_h2 *s, uint32_t id)
{
    uint32_t steps = (s->last_id - id) / 2;
    return id <= s->last_id && steps < 64 && (set >> steps & 1);
}

bool yn_h2_keep(yn_h2 *s, const char *page, size_t len, int32_t window)
{
    if (s->stream_count == s->stream_cap) {
        uint32_t cap = s->stream_cap ? 2 * s->stream_cap : first_streams;
        yn_h2_stream *grown = realloc(s->streams, cap * sizeof *grown);
        if (!grown)
            return false;
        s->streams = grown;
        s->stream_cap = cap;
    }
    char *copy = len ? malloc(len) : NULL;
    if (len && !copy)
        return false;
    if (len)
        memcpy(copy, page, len);
    s->pages += (uint32_t)len;
    s->streams[s->stream_count++] = (yn_h2_stream){.id = s->id,
                                                   .window = window,
                                                   .window_in = YN_H2_WINDOW_DEFAULT,
                                                   .receiving = s->receiving,
                                                   .expected = s->expected,
                                                   .opened = s->now,
                                                   .page = copy,
                                                   .page_len = (uint32_t)len};
    return true;
}

static void drop_page(yn_h2 *s, yn_h2_stream *stream)
{
    s->pages -= stream->page_len;
    free(stream->page);
    stream->page = NULL;
    stream->page_len = stream->page_at = 0;
}

void yn_h2_forget(yn_h2 *s, yn_h2_stream *stream)
{
    size_t at = (size_t)(stream - s->streams);
    drop_page(s, stream);
    memmove(stream, stream + 1, (s->stream_count - at - 1) * sizeof *stream);
    if (--s->stream_count)
        return;
    free(s->streams); // an idle connection has none
    s->streams = NULL;
    s->stream_cap = 0;
}

void yn_h2_reset(yn_h2 *s, uint32_t id, uint32_t code, yn_buf *out)
{
    yn_h2_stream *stream = yn_h2_find(s, id);
    uint32_t steps = (s->last_id - id) / 2;
    yn_h2_put_number(out, YN_H2_RST_STREAM, id, code);
    if (stream)
        yn_h2_forget(s, stream);
    if (steps < 64)
        s->reset |= (uint64_t)1 << steps;
}

// Forgets a stream that is over on both sides. Of a body that is too long no more is asked for; but
// a client that is told so together with its answer may lose the answer (curl 7.88 does), so it is
// given a moment to end by itself.
static bool ends(yn_h2 *s, yn_h2_stream *stream)
{
    if (stream->page)
        return false;
    uint64_t most = s->server->max_body;
    bool told = stream->expected != UINT64_MAX && stream->expected > most;
    if (stream->receiving && !stream->stopped && (told || stream->received > most))
        stream->stopped = s->now;
    if (stream->receiving)
        return false;
    yn_h2_forget(s, stream);
    return true;
}

// ---- bodies that come ---------------------------------------------------------------------------

void yn_h2_body_came(yn_h2 *s, yn_h2_stream *stream, yn_buf *out)
{
    bool wrong = stream->expected != UINT64_MAX &&
                 (stream->receiving ? stream->received > stream->expected
                                    : stream->received != stream->expected);
    if (wrong) {
        yn_h2_reset(s, stream->id, YN_H2_PROTOCOL_ERROR, out);
        return;
    }
    if (ends(s, stream) || stream->stopped)
        return;
    if (stream->receiving && YN_H2_WINDOW_DEFAULT - stream->window_in > give_back) {
        yn_h2_put_number(out, YN_H2_WINDOW_UPDATE, stream->id,
                         (uint32_t)(YN_H2_WINDOW_DEFAULT - stream->window_in));
        stream->window_in = YN_H2_WINDOW_DEFAULT;
    }
}

// DATA for a stream that is not known, or whose client had said that there is no more.
static void data_out_of_place(yn_h2 *s, const yn_h2_frame *frame, yn_buf *out)
{
    uint32_t id = frame->stream;
    if (id > s->last_id || id % 2 == 0)
        yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out);
    else if (yn_h2_was(s->reset, s, id) || !yn_h2_was(s->opened, s, id))
        yn_h2_spend(s, &s->chatter, cost_closed, out); // was under way, or is long past
    else if (yn_h2_spend(s, &s->resets, cost_closed, out))
        yn_h2_reset(s, id, YN_H2_STREAM_CLOSED, out);
}

static void take_body(yn_h2 *s, const yn_h2_frame *frame, yn_h2_stream *stream, size_t padding,
                      yn_buf *out)
{
    stream->window_in -= (int32_t)frame->len;
    if (stream->window_in < 0) {
        yn_h2_reset(s, frame->stream, YN_H2_FLOW_CONTROL_ERROR, out);
        return;
    }
    stream->received += frame->len - padding;
    stream->receiving = !(frame->flags & YN_H2_END_STREAM);
    if (!stream->receiving || frame->len >= small_data ||
        yn_h2_spend(s, &s->chatter, cost_small_data, out))
        yn_h2_body_came(s, stream, out);
}

void yn_h2_data(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    size_t padding = 0;
    if (frame->flags & YN_H2_PADDED) {
        padding = frame->len ? 1 + (size_t)(unsigned char)payload.ptr[0] : 0;
        if (!frame->len || padding > frame->len) {
            yn_h2_fail(s, frame->len ? YN_H2_PROTOCOL_ERROR : YN_H2_FRAME_SIZE_ERROR, out);
            return;
        }
    }
    s->window_in -= (int32_t)frame->len;
    if (s->window_in < 0) {
        yn_h2_fail(s, YN_H2_FLOW_CONTROL_ERROR, out);
        return;
    }
    if (YN_H2_WINDOW_DEFAULT - s->window_in > give_back) {
        yn_h2_put_number(out, YN_H2_WINDOW_UPDATE, 0,
                         (uint32_t)(YN_H2_WINDOW_DEFAULT - s->window_in));
        s->window_in = YN_H2_WINDOW_DEFAULT;
    }
    yn_h2_stream *stream = yn_h2_find(s, frame->stream);
    if (stream && stream->receiving)
        take_body(s, frame, stream, padding, out);
    else
        data_out_of_place(s, frame, out);
}

yn_h2_wait yn_h2_stream_waits(const yn_h2_stream *stream)
{
    if (stream->page)
        return YN_H2_WINDOW;
    return stream->stopped ? YN_H2_STOPPED : YN_H2_BODY;
}

void yn_h2_drop(yn_h2 *s, yn_h2_wait what, yn_buf *out)
{
    for (uint32_t i = s->stream_count; i-- > 0;)
        if (yn_h2_stream_waits(&s->streams[i]) == what)
            yn_h2_reset(s, s->streams[i].id, what == YN_H2_STOPPED ? YN_H2_NO_ERROR : YN_H2_CANCEL,
                        out);
}

yn_h2_wait yn_h2_waits(const yn_h2 *s)
{
    yn_h2_wait wait = YN_H2_IDLE;
    for (uint32_t i = 0; i < s->stream_count; i++) {
        yn_h2_wait this = yn_h2_stream_waits(&s->streams[i]);
        wait = this > wait ? this : wait;
    }
    return wait;
}

// ---- pages that go ------------------------------------------------------------------------------

// As much of one page as the windows have room for. false: nothing more of any page can go.
static bool send_page(yn_h2 *s, yn_h2_stream *stream, yn_buf *out)
{
    while (stream->page) {
        int64_t window = stream->window < s->window ? stream->window : s->window;
        uint32_t len = stream->page_len - stream->page_at;
        len = len < YN_H2_PAYLOAD ? len : YN_H2_PAYLOAD;
        if (window < len)
            len = window > 0 ? (uint32_t)window : 0;
        if (len == 0 || out->cap - out->len < YN_H2_HEAD + len)
            break;
        bool last = stream->page_at + len == stream->page_len;
        const yn_h2_frame frame = {.len = len,
                                   .type = YN_H2_DATA,
                                   .flags = last ? YN_H2_END_STREAM : 0,
                                   .stream = stream->id};
        yn_h2_put_frame(out, &frame, stream->page + stream->page_at);
        stream->window -= (int32_t)len;
        s->window -= len;
        stream->page_at += len;
        if (last)
            drop_page(s, stream);
    }
    return s->window > 0;
}

void yn_h2_pump(yn_h2 *s, yn_buf *out)
{
    bool more = s->pages != 0;
    for (uint32_t i = 0; more && i < s->stream_count;) {
        yn_h2_stream *stream = &s->streams[i];
        bool waited = stream->page;
        more = send_page(s, stream, out);
        if (!waited || !ends(s, stream))
            i++;
    }
}

// Most often about an answer that had all the room it needed. What no client may say is an error of
// a stream that is no more, all the same: no room, or more than its window can hold, whatever the
// page took of it.
static void window_out_of_place(yn_h2 *s, uint32_t id, uint32_t more, yn_buf *out)
{
    const int64_t page = YN_H2_WINDOW_DEFAULT - 1; // hardly one is longer
    bool wide = s->stream_window - page + more > YN_H2_WINDOW_MAX && yn_h2_was(s->opened, s, id) &&
                !yn_h2_was(s->reset, s, id);
    if ((more == 0 || wide) && yn_h2_spend(s, &s->resets, cost_closed, out))
        yn_h2_reset(s, id, more ? YN_H2_FLOW_CONTROL_ERROR : YN_H2_PROTOCOL_ERROR, out);
}

void yn_h2_window_update(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    uint32_t more = yn_h2_u32(payload.ptr) & INT32_MAX;
    if (frame->stream == 0) {
        s->window += more;
        if (more == 0 || s->window > YN_H2_WINDOW_MAX)
            yn_h2_fail(s, more ? YN_H2_FLOW_CONTROL_ERROR : YN_H2_PROTOCOL_ERROR, out);
        else
            yn_h2_pump(s, out);
        return;
    }
    if (frame->stream > s->last_id || frame->stream % 2 == 0) {
        yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out);
        return;
    }
    yn_h2_stream *stream = yn_h2_find(s, frame->stream);
    if (!stream) {
        window_out_of_place(s, frame->stream, more, out);
        return;
    }
    if (more == 0 || (int64_t)stream->window + more > YN_H2_WINDOW_MAX) {
        yn_h2_reset(s, stream->id, more ? YN_H2_FLOW_CONTROL_ERROR : YN_H2_PROTOCOL_ERROR, out);
        return;
    }
    stream->window += (int32_t)more;
    yn_h2_pump(s, out);
}

// ---- settings -----------------------------------------------------------------------------------

static uint32_t set_stream_window(yn_h2 *s, uint32_t value)
{
    if (value > YN_H2_WINDOW_MAX)
        return YN_H2_FLOW_CONTROL_ERROR;
    int64_t change = (int64_t)value - s->stream_window;
    for (uint32_t i = 0; i < s->stream_count; i++) {
        int64_t window = s->streams[i].window + change; // may be negative (section 6.9.2)
        if (window > YN_H2_WINDOW_MAX || window < INT32_MIN)
            return YN_H2_FLOW_CONTROL_ERROR;
        s->streams[i].window = (int32_t)window;
    }
    s->stream_window = (int32_t)value;
    return YN_H2_NO_ERROR;
}

static uint32_t set(yn_h2 *s, unsigned name, uint32_t value)
{
    switch (name) {
    case YN_H2_HEADER_TABLE_SIZE:
        yn_hpack_encoder_resize(&s->encoder, value);
        return YN_H2_NO_ERROR;
    case YN_H2_ENABLE_PUSH:
    case YN_H2_NO_PRIORITIES:
        return value > 1 ? YN_H2_PROTOCOL_ERROR : YN_H2_NO_ERROR;
    case YN_H2_INITIAL_WINDOW_SIZE:
        return set_stream_window(s, value);
    case YN_H2_MAX_FRAME_SIZE:
        return value < YN_H2_PAYLOAD || value >= 1 << 24 ? YN_H2_PROTOCOL_ERROR : YN_H2_NO_ERROR;
    default:
        return YN_H2_NO_ERROR;
    }
}

void yn_h2_settings(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out)
{
    bool acknowledges = frame->flags & YN_H2_ACK;
    uint32_t error =
        payload.len % 6 || (acknowledges && payload.len) ? YN_H2_FRAME_SIZE_ERROR : YN_H2_NO_ERROR;
    for (; !error && payload.len; payload = yn_skip(payload, 6))
        error = set(s, yn_h2_u16(payload.ptr), yn_h2_u32(payload.ptr + 2));
    if (error) {
        yn_h2_fail(s, error, out);
        return;
    }
    s->configured = true;
    if (acknowledges)
        return;
    yn_h2_put_frame(out, &(yn_h2_frame){.type = YN_H2_SETTINGS, .flags = YN_H2_ACK}, NULL);
    yn_h2_pump(s, out);
}
