// SPDX-License-Identifier: MIT
// Whatever comes after the preface: what is answered does not depend on how it was cut, is whole
// frames of which the heads decode, and stays within what the session promises to need.
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "http/h2.h"
#include "http/h2_frame.h"
#include "http/hpack.h"

enum {
    out_size = 4 << 20,
    most_input = 1 << 16,
};

static const yn_h1_limits limits = {2048, 1024, 20};

typedef struct side {
    yn_h2 *session;
    yn_buf out;
    char in[most_input + 64];
    size_t in_len;
    bool over;
} side;

static void answer(side *s, const yn_h1_request *request, int status)
{
    const yn_h2_response response = {.status = status ? status : 308,
                                     .phrase = YN_TEXT("Permanent Redirect"),
                                     .date = YN_TEXT("Sun, 06 Nov 1994 08:49:37 GMT"),
                                     .location = status ? (yonder_text){NULL, 0} : request->target,
                                     .head = yn_equal(request->method, YN_TEXT("HEAD"))};
    assert(request->field_count <= limits.max_fields);
    assert(status || request->form == YN_H1_AUTHORITY || request->host.len);
    assert(yn_h2_respond(s->session, &response, &(size_t){0}, &s->out) == YONDER_OK);
}

static void feed(side *s, const uint8_t *data, size_t len)
{
    static yn_h1_request request;
    memcpy(s->in + s->in_len, data, len);
    yonder_text rest = {s->in, s->in_len + len};
    int status = 0;
    yn_h2_event event;
    while ((event = yn_h2_read(s->session, &rest, 1000, &request, &status, &s->out)) ==
           YN_H2_REQUEST) {
        answer(s, &request, status);
        status = 0;
    }
    s->over = event == YN_H2_OVER;
    assert(s->over || rest.len < limits.max_head + YN_H2_UNIT + 2 * (YN_H2_HEAD + YN_H2_PAYLOAD));
    memmove(s->in, rest.ptr, rest.len);
    s->in_len = rest.len;
}

static void start(side *s, yn_h2_server *server)
{
    s->session = yn_h2_new(server, 1000);
    s->out = yn_buf_make(out_size, NULL);
    s->in_len = 0;
    s->over = false;
    assert(s->session && yn_buf_reserve(&s->out, out_size));
    feed(s, (const uint8_t *)YN_H2_PREFACE, sizeof YN_H2_PREFACE - 1);
}

static void end(side *s)
{
    yn_h2_close(s->session, &s->out);
    yn_h2_free(s->session);
    yn_buf_free(&s->out);
}

static void nothing(void *context, yonder_text name, yonder_text value)
{
    (void)context, (void)value;
    assert(name.len);
}

static void check_output(yonder_text out)
{
    yn_hpack_decoder *decoder = yn_hpack_decoder_new();
    uint32_t block = 0; // the stream whose head is not at its end
    while (out.len) {
        assert(out.len >= YN_H2_HEAD);
        yn_h2_frame frame = yn_h2_frame_at(out.ptr);
        out = yn_skip(out, YN_H2_HEAD);
        assert(frame.len <= YN_H2_PAYLOAD && frame.len <= out.len);
        assert(block ? frame.type == YN_H2_CONTINUATION && frame.stream == block
                     : frame.type != YN_H2_CONTINUATION);
        if (frame.type == YN_H2_HEADERS || frame.type == YN_H2_CONTINUATION) {
            bool last = frame.flags & YN_H2_END_HEADERS;
            assert(frame.stream % 2 == 1);
            assert(yn_hpack_decode(decoder, yn_slice(out, 0, frame.len), last, nothing, NULL));
            block = last ? 0 : frame.stream;
        }
        out = yn_skip(out, frame.len);
    }
    assert(block == 0);
    yn_hpack_decoder_free(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static side whole, cut;
    if (size > most_input)
        return 0;
    yn_h2_server *server = yn_h2_server_new(&limits, 4096, 30000, 30000, 60000);
    assert(server);
    start(&whole, server);
    start(&cut, server);
    feed(&whole, data, size);
    size_t step = size ? 1 + data[size - 1] % 64 : 1;
    for (size_t at = 0; at < size && !cut.over; at += step)
        feed(&cut, data + at, size - at < step ? size - at : step);
    assert(whole.over == cut.over);
    assert(yn_equal(yn_buf_text(&whole.out), yn_buf_text(&cut.out)));
    check_output(yn_buf_text(&whole.out));
    end(&whole);
    end(&cut);
    yn_h2_server_free(server);
    return 0;
}
