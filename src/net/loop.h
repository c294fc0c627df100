// SPDX-License-Identifier: MIT
// One thread's event loop over epoll, level-triggered. It knows descriptors and time-outs, and
// nothing of what is said over them.
//
// A turn: wait; `turn_begins`; the watches that are ready; the timers that are due; `turn_ends`.
#ifndef YN_NET_LOOP_H
#define YN_NET_LOOP_H

#include <sys/epoll.h>

#include "net/timer.h"

typedef struct yn_watch yn_watch;

/** `events` are epoll's. The watch may be changed, closed and freed by this; other watches may not,
 *  for their events of the same turn may be still to come. */
typedef void yn_watch_fn(yn_watch *watch, uint32_t events);

/** Lies in whatever owns the descriptor. Set `ready` and `fd`, leave `interest` zero. */
struct yn_watch {
    yn_watch_fn *ready;
    int fd;
    uint32_t interest; /**< what epoll was asked for; 0 while it does not know the descriptor */
};

typedef void yn_turn_fn(void *context);

enum {
    YN_LOOP_LISTS = 10 /**< timer lists a loop can have */
};

typedef struct yn_loop {
    int64_t now; /**< monotonic milliseconds, read once a turn */
    int epoll_fd;
    int wake_fd;
    bool stopped;
    yn_watch waker;
    yn_timer_list *lists[YN_LOOP_LISTS];
    unsigned list_count;
    yn_turn_fn *turn_begins, *turn_ends;
    void *context;
} yn_loop;

/** @return false, with errno, if the kernel has no descriptors left; there is nothing to free then.
 *  The loop must not move from here on. */
bool yn_loop_init(yn_loop *loop, yn_turn_fn *turn_begins, yn_turn_fn *turn_ends, void *context);
void yn_loop_free(yn_loop *loop);

/** Has the timers of `list` expire in this loop. The list must outlive it. */
void yn_loop_add_timers(yn_loop *loop, yn_timer_list *list);

/** Asks for `events` (EPOLLIN, EPOLLOUT) of the watch; 0 takes it out. Free of cost where nothing
 *  changes. @return false, with errno, where the kernel has no room for it. */
bool yn_loop_watch(yn_loop *loop, yn_watch *watch, uint32_t events);

/** Takes turns until yn_loop_stop(). */
void yn_loop_run(yn_loop *loop);
/** Lets the present turn be the last. In the loop's own thread only. */
void yn_loop_stop(yn_loop *loop);
/** Has a turn begin, now or when the present one is over. From any thread. */
void yn_loop_wake(yn_loop *loop);

#endif
