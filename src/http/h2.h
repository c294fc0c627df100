// SPDX-License-Identifier: MIT
// A server's side of an HTTP/2 connection, RFC 9113: bytes in, requests out, answers in, bytes out.
// No sockets and no clock: times are arguments, milliseconds of a monotonic clock.
//
// The framing is ours: a redirect is answered as soon as its head is there, so that most streams
// are opened, answered and closed within one read and leave nothing behind. What stays is a stream
// whose request has a body, which is thrown away, or whose client has no room for the answer's
// page.
#ifndef YN_HTTP_H2_H
#define YN_HTTP_H2_H

#include "base/buf.h"
#include "http/h1.h"

/** What a client sends first (RFC 9113 section 3.4). */
#define YN_H2_PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

enum {
    YN_H2_STREAMS = 128,    /**< at once */
    YN_H2_UNIT = 48 * 1024, /**< what is read as one is at most so much longer than a head may be */
    YN_H2_STOP_TIME = 1000, /**< ms: for a client to end a body that is too long */
    YN_H2_ROOM = 128 * 1024, /**< has to be free in `out` wherever it is an argument */
};

/** What all sessions of a thread share: limits, and room for the request at hand. */
typedef struct yn_h2_server yn_h2_server;

/** `max_body`: of a larger body no more is asked for. Times: `body_time` for a whole body,
 * `write_time` for a client to take its page, `idle_time` for one that only keeps the connection
 * alive. NULL where memory is out. */
yn_h2_server *yn_h2_server_new(const yn_h1_limits *limits, uint64_t max_body, int64_t body_time,
                               int64_t write_time, int64_t idle_time);
void yn_h2_server_free(yn_h2_server *server); /**< NULL is left alone */

typedef struct yn_h2 yn_h2;

yn_h2 *yn_h2_new(yn_h2_server *server, int64_t now); /**< NULL where memory is out */
void yn_h2_free(yn_h2 *session);                     /**< NULL is left alone */

typedef enum yn_h2_event {
    YN_H2_MORE, /**< more bytes are needed; what is left of `data` has to come again before them */
    YN_H2_REQUEST, /**< to be answered by yn_h2_respond() before anything else is done */
    YN_H2_OVER, /**< the last frame of ours, GOAWAY, has been written: nothing more will be read */
} yn_h2_event;

/**
 * Reads on, from the front of `data`, up to the next request. What the protocol has to say by
 * itself goes to `out`.
 *
 * A request comes as that of HTTP/1 with a target in absolute form does, to be answered alike; its
 * text is good until the next call. `*status` is 0, or the error to answer it with.
 */
yn_h2_event yn_h2_read(yn_h2 *session, yonder_text *data, int64_t now, yn_h1_request *request,
                       int *status, yn_buf *out);

typedef struct yn_h2_response {
    int status;
    yonder_text phrase; /**< for the page */
    yonder_text date;
    yonder_text origin, location; /**< of the Location, in two parts; location empty: none */
    const yonder_field *fields;   /**< further ones, at most YN_H2_FIELDS */
    size_t field_count;
    bool head; /**< it answers HEAD: all but the page */
} yn_h2_response;

enum {
    YN_H2_FIELDS = 8
};

/**
 * Answers the request that was read. A page goes out as far as the client has room for it; the rest
 * is kept. `*content` is set to its length.
 *
 * @return YONDER_OK; YONDER_TOO_LARGE if `out` has no room, or YONDER_INVALID_ARGUMENT if there is
 * a control character in origin or location: nothing was written then
 */
int yn_h2_respond(yn_h2 *session, const yn_h2_response *response, size_t *content, yn_buf *out);

/** Asks the client to open no more streams here; those it opens all the same are answered. Once. */
void yn_h2_drain(yn_h2 *session, yn_buf *out);

/** Ends it: says which requests were dealt with. Nothing is read from here on. */
void yn_h2_close(yn_h2 *session, yn_buf *out);

typedef enum yn_h2_wait {
    YN_H2_IDLE,    /**< nothing: every request was answered, and is at its end */
    YN_H2_BODY,    /**< the rest of a body */
    YN_H2_STOPPED, /**< the end of a body that is too long, for a second */
    YN_H2_WINDOW,  /**< room for what it asked for */
} yn_h2_wait;

/** What the client owes; of several things the last in the list. */
yn_h2_wait yn_h2_waits(const yn_h2 *session);

/** Ends the streams whose client owes this. */
void yn_h2_drop(yn_h2 *session, yn_h2_wait what, yn_buf *out);

#endif
