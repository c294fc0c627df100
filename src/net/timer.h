// SPDX-License-Identifier: MIT
// Time-outs by class. All timers of a list run for the same span, so that the list in order of
// starting is the list in order of ending: every operation takes the same few steps, whatever the
// number of timers. Times are milliseconds of a monotonic clock, and arguments.
#ifndef YN_NET_TIMER_H
#define YN_NET_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct yn_timer_list yn_timer_list;

/** Lies in whatever it times. All zero is a timer that does not run. */
typedef struct yn_timer {
    struct yn_timer *previous, *next;
    yn_timer_list *list; /**< NULL while it does not run */
    int64_t due;
} yn_timer;

/** The timer no longer runs when this is called, and may be started again or be freed by it. */
typedef void yn_timer_fn(yn_timer *timer);

struct yn_timer_list {
    yn_timer ends; /**< the list is a ring through this */
    int64_t span;
    yn_timer_fn *expired;
};

/** The list must not move from here on. */
void yn_timer_list_init(yn_timer_list *list, int64_t span, yn_timer_fn *expired);

/** Starts `timer` on `list`, or starts it over; it may have run on another list. It expires up to a
 *  tick (64 ms) late, so that starting over within a tick costs nothing. */
void yn_timer_start(yn_timer *timer, yn_timer_list *list, int64_t now);
void yn_timer_stop(yn_timer *timer);

/** Gives every timer of the list `span` from now on, and those that are started later, too. */
void yn_timer_list_respan(yn_timer_list *list, int64_t span, int64_t now);
size_t yn_timer_list_count(const yn_timer_list *list);

/** The timer that expires next, which was started before all others; NULL if none runs. */
yn_timer *yn_timer_list_first(const yn_timer_list *list);
/** When the first timer is due; INT64_MAX if none runs. */
int64_t yn_timer_list_due(const yn_timer_list *list);
/** Calls `expired` for every timer that is due. */
void yn_timer_list_expire(yn_timer_list *list, int64_t now);
/** Calls `expired` for every timer that runs at this moment, due or not. */
void yn_timer_list_expire_all(yn_timer_list *list);

#endif
