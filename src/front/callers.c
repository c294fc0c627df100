// SPDX-License-Identifier: MIT
#include "front/callers.h"

#include <pthread.h>

#include "base/mem.h"
#include "front/limit.h"

typedef struct caller {
    int fd;
    bool busy, ended; // ended: it is to go, and has not yet
    uint64_t client, since;
} caller;

struct yn_callers {
    pthread_mutex_t mutex;
    size_t count, most, most_each;
    caller all[]; // the first `count`, in no order; there is room for those that are to go
};

yn_callers *yn_callers_new(size_t most, size_t most_each)
{
    yn_callers *callers =
        yn_alloc(NULL, sizeof *callers + (most + YN_CALLERS_SPARE) * sizeof *callers->all);
    if (!callers)
        return NULL;
    *callers = (yn_callers){.most = most, .most_each = most_each};
    pthread_mutex_init(&callers->mutex, NULL);
    return callers;
}

void yn_callers_free(yn_callers *callers)
{
    if (!callers)
        return;
    pthread_mutex_destroy(&callers->mutex);
    yn_free(NULL, callers);
}

static void end(caller *c)
{
    c->ended = true;
    shutdown(c->fd, SHUT_RDWR); // its thread sees the end, and closes it
}

// The one that has been waited for longest has to go for a new one: whoever has them all by saying
// nothing does not keep others out.
static bool make_room(yn_callers *callers)
{
    caller *longest = NULL;
    for (size_t i = 0; i < callers->count; i++) {
        caller *c = &callers->all[i];
        if (!c->busy && !c->ended && (!longest || c->since < longest->since))
            longest = c;
    }
    if (longest)
        end(longest);
    return longest;
}

bool yn_callers_may(yn_callers *callers, const yn_address *address, bool trusted)
{
    uint64_t client = yn_limit_client(address);
    size_t same = 0, there = 0;
    pthread_mutex_lock(&callers->mutex);
    for (size_t i = 0; i < callers->count; i++) {
        same += callers->all[i].client == client;
        there += !callers->all[i].ended;
    }
    bool may = callers->count < callers->most + YN_CALLERS_SPARE &&
               (trusted || same < callers->most_each) &&
               (there < callers->most || make_room(callers));
    pthread_mutex_unlock(&callers->mutex);
    return may;
}

void yn_callers_enter(yn_callers *callers, int fd, const yn_address *address, uint64_t now)
{
    pthread_mutex_lock(&callers->mutex);
    if (callers->count < callers->most + YN_CALLERS_SPARE)
        callers->all[callers->count++] =
            (caller){.fd = fd, .client = yn_limit_client(address), .since = now};
    else // several listeners let one in at the same moment
        shutdown(fd, SHUT_RDWR);
    pthread_mutex_unlock(&callers->mutex);
}

static caller *find(yn_callers *callers, int fd)
{
    for (size_t i = 0; i < callers->count; i++)
        if (callers->all[i].fd == fd)
            return &callers->all[i];
    return NULL;
}

void yn_callers_leave(yn_callers *callers, int fd)
{
    pthread_mutex_lock(&callers->mutex);
    caller *found = find(callers, fd);
    if (found)
        *found = callers->all[--callers->count];
    pthread_mutex_unlock(&callers->mutex);
}

static void set(yn_callers *callers, int fd, bool busy, uint64_t now)
{
    pthread_mutex_lock(&callers->mutex);
    caller *found = find(callers, fd);
    if (found) {
        found->busy = busy;
        found->since = now;
    }
    pthread_mutex_unlock(&callers->mutex);
}

void yn_callers_busy(yn_callers *callers, int fd)
{
    set(callers, fd, true, 0);
}

void yn_callers_waits(yn_callers *callers, int fd, uint64_t now)
{
    set(callers, fd, false, now);
}

size_t yn_callers_end_slow(yn_callers *callers, uint64_t now, uint64_t limit)
{
    size_t ended = 0;
    pthread_mutex_lock(&callers->mutex);
    for (size_t i = 0; i < callers->count; i++) {
        caller *c = &callers->all[i];
        if (!c->busy && !c->ended && now > c->since && now - c->since > limit) {
            end(c);
            ended++;
        }
    }
    pthread_mutex_unlock(&callers->mutex);
    return ended;
}
