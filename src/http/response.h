// SPDX-License-Identifier: MIT
// Writes whole HTTP/1 responses: head, and for people a short page (RFC 9110 section 15.4 asks for
// a link where there is a Location). No sockets, no clock.
#ifndef YN_HTTP_RESPONSE_H
#define YN_HTTP_RESPONSE_H

#include "base/buf.h"

typedef enum yn_h1_connection {
    YN_H1_PERSIST,    /**< no Connection field: HTTP/1.1 stays open */
    YN_H1_KEEP_ALIVE, /**< for HTTP/1.0 clients that asked */
    YN_H1_CLOSE,
} yn_h1_connection;

typedef struct yn_h1_response {
    int status;           /**< 200 to 599; 204 and 304 get no content */
    yonder_text phrase;   /**< reason phrase, may be empty */
    yonder_text date;     /**< of YN_DATE_LEN bytes */
    yonder_text origin;   /**< put before the Location, such as "http://host"; most often empty */
    yonder_text location; /**< empty: no Location */
    yonder_text fields;   /**< further whole field lines, each with its CR LF */
    yn_h1_connection connection;
    bool head; /**< it answers HEAD: all but the content */
} yn_h1_response;

/**
 * Appends the response to `out`, which has to have room; nothing grows.
 *
 * @return YONDER_OK; YONDER_TOO_LARGE if it does not fit; YONDER_INVALID_ARGUMENT if origin or
 *         location hold a control character, which would end the field. `out` is untouched then.
 */
int yn_h1_respond(yn_buf *out, const yn_h1_response *response);

#endif
