// SPDX-License-Identifier: MIT
// The head of an HTTP/1 request, RFC 9112: bytes in, meaning out. No sockets, no memory of its own.
//
// Strict wherever two readers could disagree about where a request ends or whom it is for; those
// are answered with an error and the connection must be closed. Lenient in one place: the target
// may hold any byte but controls, space, DEL and "#", because browsers send "|", "^" and their
// like, and curl sends UTF-8 as it was typed.
#ifndef YN_HTTP_H1_H
#define YN_HTTP_H1_H

#include <yonder/base.h>

enum {
    YN_H1_MAX_FIELDS = 100 /**< room in yn_h1_request */
};

typedef struct yn_h1_limits {
    uint32_t max_head;   /**< bytes of the whole head, its empty line included; else 431 */
    uint32_t max_target; /**< bytes of the request-target; else 414 */
    uint32_t max_fields; /**< at most YN_H1_MAX_FIELDS; else 431 */
} yn_h1_limits;

/** RFC 9112 section 3.2. */
typedef enum yn_h1_form {
    YN_H1_ORIGIN,    /**< "/path?query" */
    YN_H1_ABSOLUTE,  /**< "http://host/path?query" */
    YN_H1_AUTHORITY, /**< "host:port", with CONNECT and only there */
    YN_H1_ASTERISK,  /**< "*", with OPTIONS and only there */
} yn_h1_form;

/** A request's head. All text is a view of the bytes that were parsed, or static. */
typedef struct yn_h1_request {
    yonder_text method;
    yonder_text target; /**< path and query; starts with "/", or with "?" where an absolute form had
                             no path; empty for authority and asterisk */
    yonder_text host;   /**< authority of the absolute or authority form, else the Host field; port
                             and all; empty in HTTP/1.0 without Host only */
    yn_h1_form form;
    bool https;           /**< an absolute form said "https:" */
    bool http10;          /**< HTTP/1.0; otherwise 1.1 or a later 1.x */
    bool http2;           /**< or none of these: see h2.h */
    bool keep_alive;      /**< the client would have the connection stay open */
    bool expect_continue; /**< it waits for 100 (Continue) before it sends the body */
    bool chunked;         /**< the body is chunked; content_length is then 0 */
    uint64_t content_length;
    size_t field_count;
    yonder_field fields[YN_H1_MAX_FIELDS]; /**< values without the white space around them */
} yn_h1_request;

/**
 * Parses the head at the start of `data`, which may be cut off anywhere and may have more after it.
 * One empty line before the request line is skipped (RFC 9112 section 2.2).
 *
 * The verdict does not depend on how the bytes arrived: once a prefix gives anything but 0, every
 * longer input gives the same.
 *
 * @return the length of the head with `*request` set; 0 if more bytes are needed; or the negative
 *         of the status to answer: 400, 414, 431, 501 (a transfer coding nobody here decodes) or
 *         505. Unless positive, `*request` holds nothing of use but `method`, whole or empty: an
 *         error's answer to HEAD has no content either.
 */
int yn_h1_parse(yn_h1_request *request, yonder_text data, const yn_h1_limits *limits);

/** Whether `t` is `uri-host [":" port]` with a host that is not empty (RFC 9110 section 7.2). */
bool yn_h1_host_valid(yonder_text t);

#endif
