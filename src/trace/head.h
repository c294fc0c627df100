// SPDX-License-Identifier: MIT
// Puts a response head together from its lines, as they come out of the fetching library. Interim
// responses (RFC 9110 section 15.2) are passed over, trailers are left out.
#ifndef YN_TRACE_HEAD_H
#define YN_TRACE_HEAD_H

#include "base/arena.h"
#include "base/buf.h"
#include "trace/evidence.h"

enum {
    YN_HEAD_MAX = 256 * 1024 /**< bytes of all lines of a head: what Chrome takes */
};

typedef struct yn_head {
    yn_buf lines;  /**< field lines, each ended by one LF */
    yn_buf phrase; /**< the reason phrase */
    char version[4];
    int status;        /**< of the head now being read; 0 before its status line */
    bool keeps_blanks; /**< behind a value; to be set, they are cut off otherwise */
    bool complete;     /**< the final response's head is whole; further lines are not looked at */
} yn_head;

yn_head yn_head_make(void);
void yn_head_free(yn_head *head);

/** Takes the next line, with or without its CR LF: a status line, a field line, a continuation of
 *  one, or the empty line that ends a head. */
void yn_head_line(yn_head *head, yonder_text line);

/** Sets status, phrase, version and fields of `out` from a complete head.
 *  @return YONDER_OK, YONDER_NO_MEMORY, YONDER_TOO_LARGE */
int yn_head_finish(const yn_head *head, yn_arena *arena, yn_evidence *out);

#endif
