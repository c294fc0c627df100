// SPDX-License-Identifier: MIT
// What a request gets: the rules are asked, and the response is written.
#ifndef YN_SERVER_ANSWER_H
#define YN_SERVER_ANSWER_H

#include <yonder/rules.h>

#include "http/h1.h"
#include "http/response.h"
#include "server/country.h"

/** What all answers of a turn share. */
typedef struct yn_answerer {
    const yonder_rules *rules;
    yonder_text date; /**< of YN_DATE_LEN bytes */
    int64_t now;      /**< seconds since 1970 */
    const yn_country_db *countries; /**< or NULL */
    char *scratch;    /**< of yn_answer_scratch() bytes; holds nothing between answers */
    size_t scratch_size;
} yn_answerer;

/** How much scratch space answers need with these limits, and how large the largest answer is. */
size_t yn_answer_scratch(const yn_h1_limits *limits);
size_t yn_answer_max(const yn_h1_limits *limits);

/**
 * Appends the response to `request`, which came over the connected socket `fd` (asked for its own
 * address where an HTTP/1.0 client needs an absolute Location and named no host). `close`: the
 * connection ends with this response.
 *
 * @return false if `out` has too little room left, and nothing was written
 */
bool yn_answer_request(const yn_answerer *a, const yn_h1_request *request, int fd, bool close,
                       yn_buf *out);

/** Appends a response that reports an error and closes. Likewise. `method` is what is known of the
 *  request's: empty, or the whole of it. */
bool yn_answer_error(const yn_answerer *a, yonder_text method, int status, yn_buf *out);

#endif
