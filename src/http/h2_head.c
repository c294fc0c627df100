// SPDX-License-Identifier: MIT
// HEADERS, which opens a stream or ends its body, and CONTINUATION (RFC 9113 sections 6.2, 6.10).
#include "base/text.h"
#include "http/h2_parts.h"

enum {
    continuations = 16, // and one more for each of these bytes
    continued_bytes = 4096,
    cost_malformed = 1,
    cost_continuation = 4,
};

// The length of the frames of a header block, the first of which is at the front of `data`; 0 if
// there are not all yet. Whoever sends no end of them is stopped.
static size_t block_length(yn_h2 *s, yonder_text data, yn_buf *out)
{
    const yn_h1_limits *limits = &s->server->limits;
    uint32_t stream = 0, count = 0;
    for (size_t at = 0; data.len - at >= YN_H2_HEAD; count++) {
        const yn_h2_frame frame = yn_h2_frame_at(data.ptr + at);
        if (count && (frame.type != YN_H2_CONTINUATION || frame.stream != stream)) {
            yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out);
            return 0;
        }
        if (frame.len > YN_H2_PAYLOAD) {
            yn_h2_fail(s, YN_H2_FRAME_SIZE_ERROR, out);
            return 0;
        }
        at += YN_H2_HEAD + frame.len;
        if (at > (size_t)limits->max_head + YN_H2_UNIT ||
            count > continuations + limits->max_head / continued_bytes) {
            yn_h2_fail(s, YN_H2_ENHANCE_YOUR_CALM, out);
            return 0;
        }
        if (at > data.len)
            return 0;
        if (frame.flags & YN_H2_END_HEADERS)
            return yn_h2_spend(s, &s->chatter, (int32_t)count * cost_continuation, out) ? at : 0;
        stream = frame.stream;
    }
    return 0;
}

// Takes padding and priority off a HEADERS frame's payload. Returns an error code.
static uint32_t strip(const yn_h2_frame *frame, yonder_text *payload, bool *depends_on_itself)
{
    size_t padding = 0, priority = frame->flags & YN_H2_HAS_PRIORITY ? 5 : 0;
    *depends_on_itself = false;
    if (frame->flags & YN_H2_PADDED) {
        if (!payload->len)
            return YN_H2_FRAME_SIZE_ERROR;
        padding = (unsigned char)payload->ptr[0];
        *payload = yn_skip(*payload, 1);
    }
    if (payload->len < priority)
        return YN_H2_FRAME_SIZE_ERROR;
    if (priority)
        *depends_on_itself = (yn_h2_u32(payload->ptr) & INT32_MAX) == frame->stream;
    *payload = yn_skip(*payload, priority);
    if (padding > payload->len)
        return YN_H2_PROTOCOL_ERROR;
    payload->len -= padding;
    return YN_H2_NO_ERROR;
}

// The fields of all frames of the block. false: the connection is over.
static bool decode(yn_h2 *s, const yn_h2_frame *first, yonder_text block, bool *depends_on_itself,
                   yn_buf *out)
{
    yonder_text part = yn_slice(block, YN_H2_HEAD, YN_H2_HEAD + first->len);
    uint32_t error = strip(first, &part, depends_on_itself);
    size_t at = YN_H2_HEAD + first->len;
    while (!error) {
        bool last = at == block.len;
        if (!yn_hpack_decode(s->decoder, part, last, yn_h2_fields_take, &s->server->fields))
            error = YN_H2_COMPRESSION_ERROR;
        if (last || error)
            break;
        size_t len = yn_h2_frame_at(block.ptr + at).len;
        part = (yonder_text){block.ptr + at + YN_H2_HEAD, len};
        at += YN_H2_HEAD + len;
    }
    if (error)
        yn_h2_fail(s, error, out);
    return !error;
}

// Where a stream cannot be opened: that was done already, or was let go. The code to end the
// connection with.
static uint32_t error_of_old(const yn_h2 *s, uint32_t id)
{
    if (s->last_id - id < 128 && !yn_h2_was(s->opened, s, id))
        return YN_H2_PROTOCOL_ERROR; // skipped (RFC 9113 section 5.1.1)
    return YN_H2_STREAM_CLOSED;
}

static void take_trailers(yn_h2 *s, const yn_h2_frame *frame, yn_h2_stream *stream, yn_buf *out)
{
    if (!yn_h2_fields_end(&s->server->fields, true) || !(frame->flags & YN_H2_END_STREAM)) {
        yn_h2_reset(s, frame->stream, YN_H2_PROTOCOL_ERROR, out);
        return;
    }
    stream->receiving = false;
    yn_h2_body_came(s, stream, out);
}

static void open_stream(yn_h2 *s, uint32_t id)
{
    uint32_t steps = (id - s->last_id + 1) / 2; // from 0 to 1 it is one step, too
    s->opened = (steps < 64 ? s->opened << steps : 0) | 1;
    s->reset = steps < 64 ? s->reset << steps : 0;
    s->last_id = id;
}

static void take_request(yn_h2 *s, const yn_h2_frame *frame, bool depends_on_itself, int *status,
                         yn_buf *out)
{
    bool body_follows = !(frame->flags & YN_H2_END_STREAM);
    yn_h2_fields *fields = &s->server->fields;
    if (!yn_h2_fields_end(fields, body_follows) || depends_on_itself) {
        if (yn_h2_spend(s, &s->resets, cost_malformed, out))
            yn_h2_reset(s, frame->stream, YN_H2_PROTOCOL_ERROR, out);
    } else if (s->stream_count == YN_H2_STREAMS) {
        if (yn_h2_spend(s, &s->resets, cost_malformed, out))
            yn_h2_reset(s, frame->stream, YN_H2_REFUSED_STREAM, out);
    } else {
        s->id = frame->stream;
        s->receiving = body_follows;
        s->expected = fields->length;
        *status = fields->status;
    }
}

size_t yn_h2_headers(yn_h2 *s, const yn_h2_frame *frame, yonder_text data, yn_h1_request *request,
                     int *status, yn_buf *out)
{
    size_t len = block_length(s, data, out);
    if (len == 0 || s->over)
        return s->over ? data.len : 0;
    uint32_t id = frame->stream;
    bool fresh = id > s->last_id, itself, pass_over = false;
    yn_h2_stream *stream = fresh ? NULL : yn_h2_find(s, id);
    if (id % 2 == 0) {
        yn_h2_fail(s, YN_H2_PROTOCOL_ERROR, out);
    } else if (!fresh && (!stream || !stream->receiving)) {
        pass_over = yn_h2_was(s->reset, s, id);
        if (!pass_over)
            yn_h2_fail(s, stream ? YN_H2_STREAM_CLOSED : error_of_old(s, id), out);
    }
    if (s->over)
        return data.len;
    yn_h2_fields_start(&s->server->fields, request, !fresh);
    if (!decode(s, frame, yn_slice(data, 0, len), &itself, out))
        return data.len;
    if (fresh) {
        open_stream(s, id);
        take_request(s, frame, itself, status, out);
    } else if (stream && !pass_over) {
        take_trailers(s, frame, stream, out);
    }
    return len;
}
