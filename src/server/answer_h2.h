// SPDX-License-Identifier: MIT
// Requests that come over HTTP/2 get the answers that HTTP/1 gives.
#ifndef YN_SERVER_ANSWER_H2_H
#define YN_SERVER_ANSWER_H2_H

#include "http/h2.h"
#include "server/answer.h"

typedef enum yn_h2_result {
    YN_H2_ALL,  /**< all requests in `data` were answered; what is left of it is the start of one */
    YN_H2_FULL, /**< `out` has to be sent before more is done */
    YN_H2_ENDED, /**< the connection ends once `out` is sent */
} yn_h2_result;

/**
 * Answers what is whole at the front of `data`, until `out` holds `enough`. `request` is room for
 * one; `now` is the loop's time. `*answered` grows by the number of requests.
 */
yn_h2_result yn_answer_h2(const yn_answerer *a, yn_h2 *session, yonder_text *data,
                          const yn_peer *peer, int64_t now, size_t enough, yn_h1_request *request,
                          size_t *answered, yn_buf *out);

#endif
