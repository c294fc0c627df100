// SPDX-License-Identifier: MIT
#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    events_a_turn = 256
};

static int64_t monotonic_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t); // no system call; a few milliseconds' precision
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void woken(yn_watch *watch, uint32_t events)
{
    uint64_t count;
    (void)events;
    ssize_t n = read(watch->fd, &count, sizeof count);
    (void)n; // its only use was to end the wait
}

bool yn_loop_init(yn_loop *loop, yn_turn_fn *turn_begins, yn_turn_fn *turn_ends, void *context)
{
    *loop = (yn_loop){.now = monotonic_ms(),
                      .turn_begins = turn_begins,
                      .turn_ends = turn_ends,
                      .context = context};
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    loop->waker = (yn_watch){.ready = woken, .fd = loop->wake_fd};
    if (loop->epoll_fd >= 0 && loop->wake_fd >= 0 && yn_loop_watch(loop, &loop->waker, EPOLLIN))
        return true;
    int error = errno;
    yn_loop_free(loop);
    errno = error;
    return false;
}

void yn_loop_free(yn_loop *loop)
{
    if (loop->epoll_fd >= 0)
        close(loop->epoll_fd);
    if (loop->wake_fd >= 0)
        close(loop->wake_fd);
    loop->epoll_fd = loop->wake_fd = -1;
}

void yn_loop_add_timers(yn_loop *loop, yn_timer_list *list)
{
    assert(loop->list_count < YN_LOOP_LISTS);
    loop->lists[loop->list_count++] = list;
}

bool yn_loop_watch(yn_loop *loop, yn_watch *watch, uint32_t events)
{
    if (watch->interest == events)
        return true;
    struct epoll_event event = {.events = events, .data.ptr = watch};
    int op = !watch->interest ? EPOLL_CTL_ADD : events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
    if (epoll_ctl(loop->epoll_fd, op, watch->fd, &event) != 0)
        return false;
    watch->interest = events;
    return true;
}

// Until the first timer is due, in the form epoll_wait takes.
static int wait_time(const yn_loop *loop)
{
    int64_t due = INT64_MAX;
    for (unsigned i = 0; i < loop->list_count; i++) {
        int64_t d = yn_timer_list_due(loop->lists[i]);
        due = d < due ? d : due;
    }
    if (due == INT64_MAX)
        return -1;
    int64_t wait = due - loop->now;
    return wait < 0 ? 0 : wait > INT32_MAX ? INT32_MAX : (int)wait;
}

void yn_loop_run(yn_loop *loop)
{
    struct epoll_event events[events_a_turn];
    for (loop->stopped = false; !loop->stopped;) {
        int n = epoll_wait(loop->epoll_fd, events, events_a_turn, wait_time(loop));
        assert(n >= 0 || errno == EINTR);
        loop->now = monotonic_ms();
        loop->turn_begins(loop->context);
        for (int i = 0; i < n; i++) {
            yn_watch *watch = events[i].data.ptr;
            watch->ready(watch, events[i].events);
        }
        for (unsigned i = 0; i < loop->list_count; i++)
            yn_timer_list_expire(loop->lists[i], loop->now);
        loop->turn_ends(loop->context);
    }
}

void yn_loop_stop(yn_loop *loop)
{
    loop->stopped = true;
}

void yn_loop_wake(yn_loop *loop)
{
    uint64_t one = 1;
    ssize_t n = write(loop->wake_fd, &one, sizeof one);
    (void)n; // it fails only where the counter is full, and then the loop is awake
}
