// SPDX-License-Identifier: MIT
// What the files of HTTP/2 share, and nobody else sees.
#ifndef YN_HTTP_H2_PARTS_H
#define YN_HTTP_H2_PARTS_H

#include "http/h2.h"
#include "http/h2_fields.h"
#include "http/h2_frame.h"
#include "http/hpack.h"
#include "http/hpack_encoder.h"

/** A stream that was answered and is not over. */
typedef struct yn_h2_stream {
    uint32_t id;
    int32_t window;    /**< how much of the page the client takes */
    int32_t window_in; /**< how much of the body it may send */
    bool receiving;    /**< its half is open */
    uint64_t received; /**< of the body */
    uint64_t expected; /**< UINT64_MAX: not said */
    int64_t opened;    /**< when */
    int64_t stopped;   /**< when no more of the body was asked for; 0: it is */
    char *page;        /**< what is left of it, or NULL */
    uint32_t page_len, page_at;
} yn_h2_stream;

/** How often something may be done: what it costs is taken from `left`, which fills with time. */
typedef struct yn_h2_budget {
    int32_t left;
    int64_t since;
} yn_h2_budget;

struct yn_h2_server {
    yn_h1_limits limits;
    uint64_t max_body;
    int64_t body_time, write_time, idle_time;
    yn_h2_fields fields; /**< of the request at hand */
};

struct yn_h2 {
    yn_h2_server *server;
    yn_hpack_decoder *decoder;
    yn_hpack_encoder encoder;
    yn_h2_stream *streams; /**< by id */
    uint32_t stream_count, stream_cap;
    uint32_t last_id; /**< the client's latest */
    uint64_t opened;  /**< of the last 64 ids: bit i is about last_id - 2 * i */
    uint64_t reset;   /**< likewise: we ended it, and it may not have heard of it */
    int64_t window;   /**< of the connection, to send */
    int32_t window_in;
    int32_t stream_window; /**< what new streams have to send, as the client says */
    uint32_t skip;         /**< bytes of a payload that is not looked at */
    uint32_t pages;        /**< bytes of pages that wait */
    int64_t now;
    int64_t asked; /**< when the last request came, or the session began */
    yn_h2_budget resets, chatter;
    uint8_t preface; /**< how much of it has come */
    bool greeted;    /**< our settings were sent */
    bool configured; /**< the client's have come */
    bool draining, over;
    // The request at hand.
    uint32_t id;
    bool receiving;
    uint64_t expected;
};

/** Ends the connection: GOAWAY with the error code. */
void yn_h2_fail(yn_h2 *s, uint32_t code, yn_buf *out);

/** Takes what something costs. false: too much was done, and the connection is over. */
bool yn_h2_spend(yn_h2 *s, yn_h2_budget *budget, int32_t cost, yn_buf *out);

// ---- streams ------------------------------------------------------------------------------------

yn_h2_stream *yn_h2_find(const yn_h2 *s, uint32_t id);
/** Of the last 64 ids; false for all before. */
bool yn_h2_was(uint64_t set, const yn_h2 *s, uint32_t id);
/** The request at hand stays: `page` of `len` bytes is what could not be sent, and is copied. false
 *  where memory is out. */
bool yn_h2_keep(yn_h2 *s, const char *page, size_t len, int32_t window);
void yn_h2_forget(yn_h2 *s, yn_h2_stream *stream);
/** RST_STREAM, and the stream is forgotten, if it was known. */
void yn_h2_reset(yn_h2 *s, uint32_t id, uint32_t code, yn_buf *out);
/** What it waits for. */
yn_h2_wait yn_h2_stream_waits(const yn_h2_stream *stream);
/** Sends of the pages what there is room for now. */
void yn_h2_pump(yn_h2 *s, yn_buf *out);
/** The stream's body has grown, or has ended: what follows from it. */
void yn_h2_body_came(yn_h2 *s, yn_h2_stream *stream, yn_buf *out);

// ---- frames -------------------------------------------------------------------------------------

/** HEADERS with what continues it. @return how much of `data` it was, 0 if more is needed */
size_t yn_h2_headers(yn_h2 *s, const yn_h2_frame *frame, yonder_text data, yn_h1_request *request,
                     int *status, yn_buf *out);
void yn_h2_settings(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out);
void yn_h2_window_update(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out);
/** DATA, of which `payload` has the first byte at least, where it is not empty. */
void yn_h2_data(yn_h2 *s, const yn_h2_frame *frame, yonder_text payload, yn_buf *out);

#endif
