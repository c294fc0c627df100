// SPDX-License-Identifier: MIT
#include "net/timer.h"

#include <assert.h>

enum {
    tick = 64 // a power of two
};

void yn_timer_list_init(yn_timer_list *list, int64_t span, yn_timer_fn *expired)
{
    assert(span > 0);
    *list = (yn_timer_list){.span = span, .expired = expired};
    list->ends.previous = list->ends.next = &list->ends;
}

static int64_t due_after(int64_t now, int64_t span)
{
    return (now + span + tick - 1) & -(int64_t)tick;
}

static void append(yn_timer_list *list, yn_timer *timer)
{
    timer->list = list;
    timer->previous = list->ends.previous;
    timer->next = &list->ends;
    list->ends.previous->next = timer;
    list->ends.previous = timer;
}

void yn_timer_start(yn_timer *timer, yn_timer_list *list, int64_t now)
{
    int64_t due = due_after(now, list->span);
    if (timer->list == list && timer->due == due)
        return;
    yn_timer_stop(timer);
    timer->due = due;
    assert(list->ends.previous == &list->ends || list->ends.previous->due <= due);
    append(list, timer);
}

void yn_timer_stop(yn_timer *timer)
{
    if (!timer->list)
        return;
    timer->previous->next = timer->next;
    timer->next->previous = timer->previous;
    timer->list = NULL;
}

void yn_timer_list_respan(yn_timer_list *list, int64_t span, int64_t now)
{
    assert(span > 0);
    list->span = span;
    for (yn_timer *timer = list->ends.next; timer != &list->ends; timer = timer->next)
        timer->due = due_after(now, span);
}

size_t yn_timer_list_count(const yn_timer_list *list)
{
    size_t count = 0;
    for (const yn_timer *timer = list->ends.next; timer != &list->ends; timer = timer->next)
        count++;
    return count;
}

yn_timer *yn_timer_list_first(const yn_timer_list *list)
{
    return list->ends.next == &list->ends ? NULL : list->ends.next;
}

int64_t yn_timer_list_due(const yn_timer_list *list)
{
    const yn_timer *first = yn_timer_list_first(list);
    return first ? first->due : INT64_MAX;
}

void yn_timer_list_expire(yn_timer_list *list, int64_t now)
{
    while (yn_timer_list_due(list) <= now) {
        yn_timer *timer = list->ends.next;
        yn_timer_stop(timer);
        list->expired(timer);
    }
}

void yn_timer_list_expire_all(yn_timer_list *list)
{
    // Those that run now move to a ring of their own: what `expired` starts anew stays out of it.
    yn_timer_list now = *list;
    if (list->ends.next == &list->ends)
        return;
    now.ends.next->previous = now.ends.previous->next = &now.ends;
    list->ends.previous = list->ends.next = &list->ends;
    while (now.ends.next != &now.ends) {
        yn_timer *timer = now.ends.next;
        yn_timer_stop(timer);
        list->expired(timer);
    }
}
