// SPDX-License-Identifier: MIT
// What a request gets: the rules are asked, and the response is written.
#ifndef YN_SERVER_ANSWER_H
#define YN_SERVER_ANSWER_H

#include <yonder/rules.h>

#include "http/h1.h"
#include "http/response.h"
#include "net/cidr.h"
#include "net/tls.h"
#include "server/access.h"
#include "server/country.h"
#include "server/tally.h"

/** What all answers of a turn share. */
typedef struct yn_answerer {
    const yonder_rules *rules;
    yonder_text date;               /**< of YN_DATE_LEN bytes */
    int64_t now;                    /**< seconds since 1970 */
    const yn_country_db *countries; /**< or NULL */
    yn_tally *tally;                /**< counts what is answered; or NULL */
    const yn_cidr *trusted;         /**< whose word on who asks is believed */
    size_t trusted_count;
    yn_access *access; /**< or NULL: nothing is logged */
    size_t worker;     /**< its number there */
    char *scratch;     /**< of yn_answer_scratch() bytes; holds nothing between answers */
    size_t scratch_size;
} yn_answerer;

/** How much scratch space answers need with these limits, and how large the largest answer is. */
size_t yn_answer_scratch(const yn_h1_limits *limits);
size_t yn_answer_max(const yn_h1_limits *limits);

/** Where a request comes from. */
typedef struct yn_peer {
    int fd; /**< connected: asked for its own address where an HTTP/1.0 client needs an absolute
                 Location and named no host, and for the client's where rules go by it */
    const yn_tls *tls;        /**< NULL: not with us */
    bool https;               /**< the client speaks TLS, with us or with a proxy that is trusted */
    bool trusted;             /**< what the request says of who asks is believed */
    const yn_address *client; /**< NULL: the one that `fd` is connected to */
    yonder_text
        host; /**< what the client asked for, by a proxy's word; empty: what the request says */
} yn_peer;

enum {
    YN_ANSWER_FIELDS = 6
};

/** An answer in no protocol's words. Views of rules, scratch space and statics, and of
 *  itself: it does not move. */
typedef struct yn_answer {
    int status;
    yonder_text origin, location;          /**< of the Location, in two parts */
    yonder_field fields[YN_ANSWER_FIELDS]; /**< what goes with it, Date and content apart */
    size_t field_count;
    bool asked; /**< the rules were: `found` is what they said */
    yonder_rules_answer found;
    yn_peer peer;      /**< who asks, by the word of proxies that are trusted */
    yn_address client; /**< of `peer`, where they gave one */
    char number[12];
} yn_answer;

/** What `request` gets. `direct` is whom the connection is with. */
void yn_answer_find(const yn_answerer *a, const yn_h1_request *request, const yn_peer *direct,
                    yn_answer *answer);
/** What a request gets that is not understood. */
void yn_answer_find_error(const yn_answerer *a, const yn_peer *peer, int status, yn_answer *answer);
/** It was written, in so many bytes, so many of which are content: it is counted and logged.
 *  `request` or NULL. */
void yn_answer_note(const yn_answerer *a, const yn_answer *answer, const yn_h1_request *request,
                    size_t bytes, size_t content);

/**
 * Appends the response to `request`. `close`: the connection ends with this response.
 *
 * @return false if `out` has too little room left, and nothing was written
 */
bool yn_answer_request(const yn_answerer *a, const yn_h1_request *request, const yn_peer *peer,
                       bool close, yn_buf *out);

/** Appends a response that reports an error and closes. Likewise. `method` is what is known of the
 *  request's: empty, or the whole of it. */
bool yn_answer_error(const yn_answerer *a, const yn_peer *peer, yonder_text method, int status,
                     yn_buf *out);

#endif
