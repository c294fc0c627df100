// SPDX-License-Identifier: MIT
// A whole request becomes a whole response, and a note in the journal.
#ifndef YN_LAB_RESPOND_H
#define YN_LAB_RESPOND_H

#include "http/h1.h"
#include "lab/lab.h"

/** What is known of a request beside its head. */
typedef struct yn_lab_asked {
    const yn_h1_request *request;
    bool secure;
    uint64_t body;     /**< bytes of its content */
    yonder_text local; /**< address and port it came to, for HTTP/1.0 without Host */
    int64_t now;       /**< seconds since 1970 */
} yn_lab_asked;

/** Appends the response, the head and, unless it answers HEAD, content. */
void yn_lab_respond(yn_lab *lab, const yn_lab_asked *asked, yn_buf *out);

/** Likewise to what is no request that could be read; the connection ends with it. */
void yn_lab_refuse(int status, int64_t now, yn_buf *out);

#endif
