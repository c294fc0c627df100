// SPDX-License-Identifier: MIT
#include "audit/many.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "audit/places.h"
#include "base/text.h"

enum {
    stack_size = 512 * 1024,
    window_factor = 16,
    tick_ms = 100, // how soon a stop is seen
    name_max = 1 << 20,
};

typedef enum state {
    FREE,
    QUEUED,  // came in
    WAITING, // looked up; its address is busy
    READY,   // its address is kept free for it
    RUNNING,
    DONE,
    DROPPED, // not collected to its end: the run is stopped
} state;

// A domain between coming in and being taken.
typedef struct slot {
    state state;
    yn_buf domain;
    yn_arena arena;
    yn_collect_target target;
    size_t place; // of yn_places; YN_NO_PLACE for none
    void *result;
} slot;

typedef struct crowd {
    const yn_collector *collector;
    const yn_many_work *work;
    yn_many_progress *progress;
    const atomic_bool *stop;
    pthread_mutex_t lock; // of all below
    pthread_cond_t more;  // for workers: there is something to do
    pthread_cond_t done;  // for the run: a domain is done
    slot *slots;          // a ring: domain n is in slot n % window
    size_t window;
    size_t first, end; // domains that are not taken yet
    yn_queue queued, ready;
    yn_places places;
    bool ended;       // nothing more comes
    atomic_bool halt; // it is over, whatever is left
    int error;
} crowd;

static bool is_halted(const crowd *c)
{
    return atomic_load_explicit(&c->halt, memory_order_relaxed);
}

static void wait_tick(crowd *c, pthread_cond_t *condition)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += tick_ms * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_cond_timedwait(condition, &c->lock, &until);
}

/* ---- a worker ----------------------------------------------------------------------------------
 */

// Of the addresses of a domain that which stands for them all: the least, since resolvers change
// their order from one look-up to the next.
static yonder_text address_of(const yn_collect_target *target)
{
    yonder_text least = {0};
    for (size_t i = 0; i < target->addresses.count; i++)
        if (!least.ptr || strcmp(target->addresses.all[i].ptr, least.ptr) < 0)
            least = target->addresses.all[i];
    return least;
}

// Looks a domain up, with the lock let go. True if it may be collected at once; else it waits until
// another leaves its address, and is made ready by that.
static bool look_up(crowd *c, size_t index)
{
    slot *s = &c->slots[index];
    s->state = RUNNING;
    (void)pthread_mutex_unlock(&c->lock);
    int error =
        yn_collect_target_make(c->collector, yn_buf_text(&s->domain), &s->arena, &s->target);
    (void)pthread_mutex_lock(&c->lock);
    if (!error)
        error = yn_places_enter(&c->places, address_of(&s->target), index, &s->place);
    if (error < 0) {
        c->error = error;
        s->state = DROPPED;
        (void)pthread_cond_signal(&c->done);
        return false;
    }
    if (error == YN_PLACE_FULL)
        s->state = WAITING;
    return error == YN_PLACE_FREE;
}

static void collect(crowd *c, size_t index)
{
    slot *s = &c->slots[index];
    yn_audit audit;
    s->state = RUNNING;
    atomic_fetch_add(&c->progress->running, 1u);
    (void)pthread_mutex_unlock(&c->lock);
    int error = yn_collect(c->collector, &s->target, &s->arena, &c->halt, &audit);
    bool whole = !error && !is_halted(c);
    if (whole)
        s->result = c->work->make(c->work->context, &audit, &s->arena);
    yn_arena_free(&s->arena);
    (void)pthread_mutex_lock(&c->lock);
    atomic_fetch_sub(&c->progress->running, 1u);
    if (error || (whole && !s->result))
        c->error = YONDER_NO_MEMORY;
    s->state = s->result ? DONE : DROPPED;
    if (s->result)
        atomic_fetch_add(&c->progress->finished, 1u);
    size_t next = yn_places_leave(&c->places, s->place);
    if (next != YN_NOBODY) {
        c->slots[next].state = READY;
        yn_queue_put(&c->ready, next);
        (void)pthread_cond_signal(&c->more);
    }
    (void)pthread_cond_signal(&c->done);
}

static void *work(void *context)
{
    crowd *c = context;
    size_t index;
    (void)pthread_mutex_lock(&c->lock);
    for (;;) {
        if (c->error || is_halted(c))
            break;
        if (yn_queue_take(&c->ready, &index))
            collect(c, index);
        else if (yn_queue_take(&c->queued, &index)) {
            if (look_up(c, index))
                collect(c, index);
        } else if (c->ended && c->first == c->end)
            break;
        else
            wait_tick(c, &c->more);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---- the run -----------------------------------------------------------------------------------
 */

static void empty(slot *s)
{
    yn_buf_free(&s->domain);
    yn_arena_free(&s->arena);
    *s = (slot){
        .domain = yn_buf_make(name_max, NULL), .arena = yn_arena_make(NULL), .place = YN_NO_PLACE};
}

// Reads the next domain into its slot, with the lock let go: nobody else looks at a free slot.
static bool read_one(crowd *c)
{
    size_t index = c->end % c->window;
    slot *s = &c->slots[index];
    (void)pthread_mutex_unlock(&c->lock);
    yn_many_input input = c->work->next(c->work->context, &s->domain);
    (void)pthread_mutex_lock(&c->lock);
    if (input == YN_MANY_END)
        c->ended = true;
    if (input != YN_MANY_GIVEN)
        return false;
    s->state = QUEUED;
    c->end++;
    atomic_fetch_add(&c->progress->read, 1u);
    yn_queue_put(&c->queued, index);
    (void)pthread_cond_signal(&c->more);
    return true;
}

// Hands out what is done, from the first on. False if nothing more is wanted, or can be had.
static bool take_done(crowd *c)
{
    while (c->first < c->end) {
        slot *s = &c->slots[c->first % c->window];
        if (s->state == DROPPED)
            return false;
        if (s->state != DONE)
            return true;
        void *result = s->result;
        s->result = NULL;
        (void)pthread_mutex_unlock(&c->lock);
        bool goes_on = c->work->take(c->work->context, result);
        (void)pthread_mutex_lock(&c->lock);
        atomic_fetch_add(&c->progress->taken, 1u);
        empty(s);
        c->first++;
        if (!goes_on)
            return false;
    }
    return true;
}

// False if nothing more is wanted, not even of what is done by the time all have stopped.
static bool run(crowd *c)
{
    (void)pthread_mutex_lock(&c->lock);
    bool goes_on;
    while ((goes_on = take_done(c)) && !c->error && !(c->ended && c->first == c->end)) {
        if (c->stop && atomic_load(c->stop))
            break;
        bool has_room = !c->ended && c->end - c->first < c->window;
        slot *head = &c->slots[c->first % c->window];
        if (!(has_room && read_one(c)) && !(c->first < c->end && head->state == DONE))
            wait_tick(c, &c->done);
    }
    c->ended = true;
    atomic_store(&c->halt, true);
    (void)pthread_cond_broadcast(&c->more);
    (void)pthread_mutex_unlock(&c->lock);
    return goes_on;
}

/* ---- construction ------------------------------------------------------------------------------
 */

static bool set_up(crowd *c, const yn_many_options *o)
{
    size_t at_once = o->at_once ? o->at_once : YN_MANY_AT_ONCE;
    size_t per_address = o->per_address ? o->per_address : YN_MANY_PER_ADDRESS;
    c->window = o->window ? o->window : window_factor * at_once;
    if (c->window < at_once)
        c->window = at_once;
    pthread_condattr_t clock;
    bool ok = pthread_condattr_init(&clock) == 0 &&
              pthread_condattr_setclock(&clock, CLOCK_MONOTONIC) == 0 &&
              pthread_mutex_init(&c->lock, NULL) == 0 && pthread_cond_init(&c->more, &clock) == 0 &&
              pthread_cond_init(&c->done, &clock) == 0;
    (void)pthread_condattr_destroy(&clock);
    c->slots = calloc(c->window, sizeof *c->slots);
    ok = ok && c->slots && yn_queue_make(&c->queued, c->window) &&
         yn_queue_make(&c->ready, c->window) && yn_places_make(&c->places, c->window, per_address);
    for (size_t i = 0; c->slots && i < c->window; i++)
        empty(&c->slots[i]);
    return ok;
}

static void tear_down(crowd *c)
{
    for (size_t i = 0; c->slots && i < c->window; i++) {
        if (c->slots[i].result)
            c->work->drop(c->work->context, c->slots[i].result);
        empty(&c->slots[i]);
    }
    free(c->slots);
    yn_queue_free(&c->queued);
    yn_queue_free(&c->ready);
    yn_places_free(&c->places);
    (void)pthread_cond_destroy(&c->more);
    (void)pthread_cond_destroy(&c->done);
    (void)pthread_mutex_destroy(&c->lock);
}

// As many as there can be: one is enough to go on with.
static size_t start(crowd *c, pthread_t *threads, size_t wanted)
{
    pthread_attr_t small;
    size_t count = 0;
    if (pthread_attr_init(&small) != 0)
        return 0;
    (void)pthread_attr_setstacksize(&small, stack_size);
    while (count < wanted && pthread_create(&threads[count], &small, work, c) == 0)
        count++;
    (void)pthread_attr_destroy(&small);
    return count;
}

int yn_many_run(const yn_collector *collector, const yn_many_options *options,
                const yn_many_work *work_, yn_many_progress *progress, const atomic_bool *stop)
{
    crowd c = {.collector = collector, .work = work_, .progress = progress, .stop = stop};
    size_t wanted = options->at_once ? options->at_once : YN_MANY_AT_ONCE;
    wanted = wanted < YN_MANY_MAX_AT_ONCE ? wanted : YN_MANY_MAX_AT_ONCE;
    pthread_t *threads = calloc(wanted, sizeof *threads);
    size_t count = 0;
    bool goes_on = false;
    if (!threads || !set_up(&c, options))
        c.error = YONDER_NO_MEMORY;
    else if ((count = start(&c, threads, wanted)) == 0)
        c.error = YONDER_NO_MEMORY;
    else
        goes_on = run(&c);
    for (size_t i = 0; i < count; i++)
        (void)pthread_join(threads[i], NULL);
    if (goes_on && !c.error) {
        (void)pthread_mutex_lock(&c.lock);
        (void)take_done(&c);
        (void)pthread_mutex_unlock(&c.lock);
    }
    tear_down(&c);
    free(threads);
    return c.error;
}
