// SPDX-License-Identifier: MIT
// The connections there are: how many each client has, and since when each waits for what. A client
// that takes too long over a request, or over the answer, is cut off: each connection has a thread,
// and a byte now and then would keep it for ever.
#ifndef YN_FRONT_CALLERS_H
#define YN_FRONT_CALLERS_H

#include "net/listen.h"

typedef struct yn_callers yn_callers;

enum {
    YN_CALLERS_SPARE =
        64, /**< connections that may be about to go, beyond those that there may be */
};

/** Up to `most` connections, and `most_each` of one client. @return NULL where memory is out */
yn_callers *yn_callers_new(size_t most, size_t most_each);
void yn_callers_free(yn_callers *callers); /**< NULL is left alone */

/** Whether one more may come from there. `trusted`: a proxy, which may have all. Where there are as
 *  many as there may be, the one that is waited for longest is ended for it. */
bool yn_callers_may(yn_callers *callers, const yn_address *address, bool trusted);

/** A connection is there, and is gone. `fd` is open between the two. `now` in milliseconds. */
void yn_callers_enter(yn_callers *callers, int fd, const yn_address *address, uint64_t now);
void yn_callers_leave(yn_callers *callers, int fd);

/** Its request is there whole and is being worked on; its time counts from the answer on. */
void yn_callers_busy(yn_callers *callers, int fd);
/** It has its answer to take from here on. */
void yn_callers_waits(yn_callers *callers, int fd, uint64_t now);

/** Ends those that have been waited for longer than `limit` milliseconds. @return how many */
size_t yn_callers_end_slow(yn_callers *callers, uint64_t now, uint64_t limit);

#endif
