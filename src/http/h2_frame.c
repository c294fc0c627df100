// SPDX-License-Identifier: MIT
#include "http/h2_frame.h"

#include <assert.h>

void yn_h2_put_frame(yn_buf *out, const yn_h2_frame *frame, const char *payload)
{
    assert(out->cap - out->len >= YN_H2_HEAD + frame->len);
    char *to = yn_h2_put_head(out->ptr + out->len, frame);
    if (frame->len)
        to = mempcpy(to, payload, frame->len);
    out->len = (size_t)(to - out->ptr);
}

void yn_h2_put_number(yn_buf *out, yn_h2_type type, uint32_t stream, uint32_t n)
{
    char payload[4];
    const yn_h2_frame frame = {.len = sizeof payload, .type = (uint8_t)type, .stream = stream};
    yn_h2_put_u32(payload, n);
    yn_h2_put_frame(out, &frame, payload);
}

void yn_h2_put_goaway(yn_buf *out, uint32_t last, uint32_t code)
{
    char payload[8];
    yn_h2_put_u32(yn_h2_put_u32(payload, last), code);
    yn_h2_put_frame(out, &(yn_h2_frame){.len = sizeof payload, .type = YN_H2_GOAWAY}, payload);
}
