// SPDX-License-Identifier: MIT
// Many requests to one place, so many at a time, of whose answers status and Location are wanted.
// Nothing is followed. What goes out is what a request says, and User-Agent where it says none; as
// in fetch.h, nothing else has a say. HTTP/1.1, or 1.0 where that is asked for; connections are
// used again.
#ifndef YN_TRACE_BULK_H
#define YN_TRACE_BULK_H

#include "base/buf.h"
#include "trace/evidence.h"

enum {
    YN_BULK_MAX_BODY = 256 * 1024 /**< bytes of a body that are read, to keep the connection */
};

/** Views, which are not needed any more once the request is under way. */
typedef struct yn_bulk_request {
    bool https;
    yonder_text connect; /**< "host:port": where it goes, whatever the host is */
    yonder_text host;    /**< the Host field; with https the certificate's, too */
    yonder_text target, method;
    const yonder_field *fields; /**< without Host and Content-Length */
    size_t field_count;
    bool http10;
    void *user; /**< handed back with the answer */
} yn_bulk_request;

typedef struct yn_bulk_answer {
    yn_fetch_error error; /**< YN_FETCH_OK if a whole head came */
    int status;
    yonder_text location; /**< of the first such field; good during the call */
} yn_bulk_answer;

typedef struct yn_bulk_work {
    /** Gives the next request; false: there is none, now or later. */
    bool (*next)(void *context, yn_bulk_request *request);
    /** Takes an answer, in the order in which they come. True: `*again` is to be asked at once. */
    bool (*take)(void *context, void *user, const yn_bulk_answer *answer, yn_bulk_request *again);
    void *context;
} yn_bulk_work;

typedef struct yn_bulk_options {
    const char *ca_file;        /**< PEM, trusted beside the system's; NULL for none */
    const char *const *resolve; /**< HOST:PORT:ADDR[,ADDR…] */
    size_t resolve_count;
    size_t concurrency;
    long connect_ms, total_ms; /**< for one request */
} yn_bulk_options;

/** Runs until there are no more requests. @return YONDER_OK; YONDER_INVALID_ARGUMENT with what is
 *  wrong put into `message` (the CA file); YONDER_NO_MEMORY */
int yn_bulk_run(const yn_bulk_options *options, const yn_bulk_work *work, yn_buf *message);

#endif
