// SPDX-License-Identifier: MIT
// The access log: a line for each answer. Workers put lines into rings of their own, one thread
// writes them to the file. A worker never waits: a line that finds no room is lost, and counted as
// such.
#ifndef YN_SERVER_ACCESS_H
#define YN_SERVER_ACCESS_H

#include <yonder/rules.h>

#include "base/buf.h"
#include "http/h1.h"

typedef enum yn_access_format {
    YN_ACCESS_COMBINED, /**< as Apache and nginx have it */
    YN_ACCESS_JSON,     /**< an object a line */
} yn_access_format;

/** One answer. Views. */
typedef struct yn_access_entry {
    int64_t now;        /**< seconds since 1970 */
    yonder_text client; /**< an address in words; may be empty */
    bool https;
    const yn_h1_request *request; /**< NULL: it was not understood */
    int status;
    size_t body; /**< bytes of content */
    yonder_text location;
    const yonder_rules_answer *answer; /**< what the rules said, or NULL */
} yn_access_entry;

/** Appends a line, its end included. Nothing of a request gets into it but as printable ASCII
 *  (combined), or as JSON. */
void yn_access_write(yn_buf *out, yn_access_format format, const yn_access_entry *entry);

typedef struct yn_access yn_access;

/** Opens the log, "-" being stdout, for lines of at most `longest` bytes, and starts its thread.
 *  @return NULL after a line on stderr */
yn_access *yn_access_open(const char *path, yn_access_format format, size_t worker_count,
                          size_t longest);
/** Writes what is there, unless whoever reads it takes none of it for two seconds. Once all workers
 *  have ended. NULL is left alone. */
void yn_access_close(yn_access *access);

/** Goes on with the file that has the path now, or will be made. From any thread. */
void yn_access_reopen(yn_access *access);

/** In the thread of that worker. @return false: there was no room, the line is lost */
bool yn_access_put(yn_access *access, size_t worker, const yn_access_entry *entry);
/** Likewise, once a turn: lines are there to be written. */
void yn_access_turn_ends(yn_access *access, size_t worker);

/** Lines lost so far: for want of room, or because the file could not be written. */
uint64_t yn_access_lost(const yn_access *access);
/** Says so on stderr, if it was not said and not said a moment ago. In one thread. */
void yn_access_complain(yn_access *access);

#endif
