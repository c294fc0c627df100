// SPDX-License-Identifier: MIT
// Frames of HTTP/2, RFC 9113 sections 4 and 6, as they stand on the wire.
#ifndef YN_HTTP_H2_FRAME_H
#define YN_HTTP_H2_FRAME_H

#include "base/buf.h"

enum {
    YN_H2_HEAD = 9,        /**< bytes before a payload */
    YN_H2_PAYLOAD = 16384, /**< the longest either side sends: nobody is asked for more */
    YN_H2_WINDOW_DEFAULT = 65535,
    YN_H2_WINDOW_MAX = INT32_MAX,
};

typedef enum yn_h2_type {
    YN_H2_DATA,
    YN_H2_HEADERS,
    YN_H2_PRIORITY,
    YN_H2_RST_STREAM,
    YN_H2_SETTINGS,
    YN_H2_PUSH_PROMISE,
    YN_H2_PING,
    YN_H2_GOAWAY,
    YN_H2_WINDOW_UPDATE,
    YN_H2_CONTINUATION,
    YN_H2_TYPES,
} yn_h2_type;

enum {
    YN_H2_ACK = 1, /**< of SETTINGS and PING */
    YN_H2_END_STREAM = 1,
    YN_H2_END_HEADERS = 4,
    YN_H2_PADDED = 8,
    YN_H2_HAS_PRIORITY = 32,
};

/** RFC 9113 section 7. */
enum {
    YN_H2_NO_ERROR,
    YN_H2_PROTOCOL_ERROR,
    YN_H2_INTERNAL_ERROR,
    YN_H2_FLOW_CONTROL_ERROR,
    YN_H2_SETTINGS_TIMEOUT,
    YN_H2_STREAM_CLOSED,
    YN_H2_FRAME_SIZE_ERROR,
    YN_H2_REFUSED_STREAM,
    YN_H2_CANCEL,
    YN_H2_COMPRESSION_ERROR,
    YN_H2_CONNECT_ERROR,
    YN_H2_ENHANCE_YOUR_CALM,
};

enum {
    YN_H2_HEADER_TABLE_SIZE = 1,
    YN_H2_ENABLE_PUSH = 2,
    YN_H2_MAX_CONCURRENT_STREAMS = 3,
    YN_H2_INITIAL_WINDOW_SIZE = 4,
    YN_H2_MAX_FRAME_SIZE = 5,
    YN_H2_MAX_HEADER_LIST_SIZE = 6,
    YN_H2_NO_PRIORITIES = 9, /**< RFC 9218 section 2.1 */
};

typedef struct yn_h2_frame {
    uint32_t len; /**< of the payload */
    uint8_t type, flags;
    uint32_t stream;
} yn_h2_frame;

static inline uint32_t yn_h2_u32(const char *from)
{
    uint32_t n;
    memcpy(&n, from, sizeof n);
    return __builtin_bswap32(n);
}

static inline uint16_t yn_h2_u16(const char *from)
{
    return (uint16_t)((unsigned char)from[0] << 8 | (unsigned char)from[1]);
}

/** What stands in the first YN_H2_HEAD bytes. */
static inline yn_h2_frame yn_h2_frame_at(const char *from)
{
    return (yn_h2_frame){.len = yn_h2_u32(from) >> 8,
                         .type = (uint8_t)from[3],
                         .flags = (uint8_t)from[4],
                         .stream = yn_h2_u32(from + 5) & INT32_MAX};
}

static inline char *yn_h2_put_u32(char *to, uint32_t n)
{
    n = __builtin_bswap32(n);
    return mempcpy(to, &n, sizeof n);
}

static inline char *yn_h2_put_head(char *to, const yn_h2_frame *frame)
{
    to = yn_h2_put_u32(to, frame->len << 8 | frame->type);
    *to++ = (char)frame->flags;
    return yn_h2_put_u32(to, frame->stream);
}

/** Appends a whole frame, for which there has to be room. */
void yn_h2_put_frame(yn_buf *out, const yn_h2_frame *frame, const char *payload);
/** Likewise, of four bytes or eight: RST_STREAM, WINDOW_UPDATE; GOAWAY. */
void yn_h2_put_number(yn_buf *out, yn_h2_type type, uint32_t stream, uint32_t n);
void yn_h2_put_goaway(yn_buf *out, uint32_t last, uint32_t code);

#endif
