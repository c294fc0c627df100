// SPDX-License-Identifier: MIT
#include "front/tend.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

enum {
    task_count = 5,
    glance = 1,        // seconds; so often it is looked whether something is due
    doubt_pause = 900, // after a round in which our own network was doubted
    error_pause = 60,
    scans_pause = 600, // from one line about scans to the next
    day = 86400,
};

typedef struct task {
    yn_tend *tend;
    /** One round, if it is due. @return seconds until it is to be called again */
    unsigned (*run)(yn_tend *tend);
    pthread_t thread;
    bool running;
} task;

struct yn_tend {
    const yn_directory *directory;
    yn_tend_options options;
    atomic_bool stop;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    yn_scan_round scans; // of the scanning thread alone: since the line that the log has of them
    int64_t scans_said;
    task tasks[task_count];
};

static void add(atomic_uint_fast64_t *counter, size_t more)
{
    atomic_fetch_add(counter, more);
}

static unsigned complain(const yn_tend *tend, const char *what, int error)
{
    add(&tend->options.counts->errors, 1);
    yn_log(YN_LOG_ERROR, "%s: %s", what,
           error == YN_EDITION_OTHER_KEY ? "the newest version was signed with another key"
                                         : yn_store_error_words(tend->directory->store, error));
    return error_pause;
}

/* ---- moments that outlive the process ----------------------------------------------------------
 */

// Whether the moment of that name has come; where it was never set it becomes `pause` from now.
static int is_due(const yn_directory *d, const char *name, int64_t pause, bool *due)
{
    yn_buf text = yn_buf_make(64, NULL);
    uint64_t at = 0;
    int error = yn_store_setting(d->store, name, &text);
    bool known = !error && yn_parse_number(yn_buf_text(&text), INT64_MAX, &at);
    *due = known && (int64_t)at <= d->now();
    text.len = 0;
    // A moment farther off than one pause is of an earlier clock, or of a longer interval.
    if (!error && (!known || (int64_t)at > d->now() + pause)) {
        yn_buf_number(&text, d->now() + pause);
        error = text.error ? text.error : yn_store_set(d->store, name, yn_buf_text(&text));
    }
    yn_buf_free(&text);
    return error;
}

static int set_next(const yn_directory *d, const char *name, int64_t pause)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)(d->now() + pause));
    return yn_store_set(d->store, name, (yonder_text){text, (size_t)len});
}

/* ---- rounds ------------------------------------------------------------------------------------
 */

// A scan farther off than one interval was set by a clock that was wrong.
static int next_scan(const yn_directory *d, int64_t *next)
{
    yn_directory_settings settings;
    int64_t last = 0;
    int error = yn_directory_settings_read(d->store, &settings);
    if (!error)
        error = yn_store_next_scan(d->store, next, &last);
    if (!error && last > d->now() + settings.scan_interval) {
        error = yn_store_reschedule(d->store, NULL, d->now(), settings.scan_interval);
        if (!error)
            error = yn_store_next_scan(d->store, next, &last);
    }
    return error;
}

// Scans come one by one, an interval long: a line tells of all since the one before.
static void note_scans(yn_tend *tend, const yn_scan_round *round)
{
    int64_t now = tend->directory->now();
    yn_scan_round *sum = &tend->scans;
    sum->scanned += round->scanned;
    sum->failed += round->failed;
    sum->unreachable += round->unreachable;
    // A clock that was set back is no reason to be silent.
    bool due =
        atomic_load(&tend->stop) || now >= tend->scans_said + scans_pause || now < tend->scans_said;
    if (!sum->scanned || !due)
        return;
    yn_log(YN_LOG_INFO, "scan: %zu members scanned, %zu failed, %zu of these not reached",
           sum->scanned, sum->failed, sum->unreachable);
    *sum = (yn_scan_round){.scanned = 0};
    tend->scans_said = now;
}

static unsigned scan(yn_tend *tend)
{
    const yn_directory *d = tend->directory;
    int64_t next = 0;
    yn_scan_round round = {0};
    int error = next_scan(d, &next);
    if (!error && next && next <= d->now())
        error = yn_scan_run(d, 0, false, tend->options.many, &tend->stop, &round);
    add(&tend->options.counts->scans, round.scanned);
    add(&tend->options.counts->failed, round.failed);
    note_scans(tend, &round);
    if (error)
        return complain(tend, "scan", error);
    if (!round.doubted)
        return glance;
    add(&tend->options.counts->doubted, 1);
    yn_log(YN_LOG_WARNING,
           "scan: so many members are out of reach that our own network is doubted; "
           "it goes on in a quarter of an hour");
    return doubt_pause;
}

static unsigned sweep(yn_tend *tend)
{
    const yn_directory *d = tend->directory;
    yn_arena arena = yn_arena_make(NULL);
    yn_sweep_round round = {0};
    bool due = false;
    int error = is_due(d, "sweep.next", day, &due);
    if (!error && due) {
        error = yn_sweep_run(d, false, &tend->stop, &arena, &round);
        if (!error && !atomic_load(&tend->stop))
            error = set_next(d, "sweep.next", day);
    }
    add(&tend->options.counts->marked, round.count);
    if (!error && round.count)
        yn_log(YN_LOG_INFO, "sweep: %zu of %zu members that failed for too long are marked",
               round.count, round.total);
    yn_arena_free(&arena);
    return error ? complain(tend, "sweep", error) : glance;
}

// Whence visitors came is not kept for long, whatever else is done here.
static unsigned forget(yn_tend *tend)
{
    const yn_directory *d = tend->directory;
    bool due = false;
    int error = is_due(d, "forget.next", day, &due);
    if (!error && due)
        error = yn_directory_forget(d->store, d->now());
    if (!error && due)
        error = set_next(d, "forget.next", day);
    return error ? complain(tend, "forget", error) : glance;
}

static int publish_due(yn_tend *tend, yn_arena *arena, yn_edition *edition)
{
    const yn_directory *d = tend->directory;
    yn_directory_settings settings;
    bool due = false;
    int error = yn_directory_settings_read(d->store, &settings);
    if (!error && settings.publish_interval)
        error = is_due(d, "publish.next", settings.publish_interval, &due);
    if (!error && due)
        error = yn_edition_make(d, false, false, tend->options.many, &tend->stop, arena, edition);
    if (!error && due && !edition->stopped)
        error = set_next(d, "publish.next", settings.publish_interval);
    return error;
}

void yn_tend_published(yn_counts *counts, const yn_edition *edition, const char *by)
{
    if (edition->version.number) {
        add(&counts->editions, 1);
        yn_log(YN_LOG_INFO,
               "version %lld is published: %zu names, %zu new, %zu imported, %zu gone, "
               "%zu rejected%s",
               (long long)edition->version.number, edition->version.names, edition->added,
               edition->imported, edition->withdrawn, edition->rejected, by);
    }
    if (edition->doubted) {
        add(&counts->doubted, 1);
        yn_log(YN_LOG_WARNING,
               "publish: so many domains are out of reach that our own network is doubted; "
               "nobody was rejected or removed for that%s",
               by);
    }
}

static unsigned publish(yn_tend *tend)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_edition edition = {.version = {0}};
    int error = publish_due(tend, &arena, &edition);
    if (!error)
        yn_tend_published(tend->options.counts, &edition, "");
    yn_arena_free(&arena);
    return error ? complain(tend, "publish", error) : glance;
}

static unsigned tell(yn_tend *tend)
{
    yn_hooks_round round = {0};
    int error = yn_hooks_run(tend->directory, tend->options.hooks, &tend->stop, &round);
    return error ? complain(tend, "hooks", error) : 1;
}

/* ---- threads -----------------------------------------------------------------------------------
 */

static void wait_for(yn_tend *tend, unsigned seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&tend->mutex);
    while (!atomic_load(&tend->stop) &&
           pthread_cond_timedwait(&tend->wake, &tend->mutex, &until) == 0)
        ;
    pthread_mutex_unlock(&tend->mutex);
}

static void *run(void *context)
{
    task *t = context;
    while (!atomic_load(&t->tend->stop))
        wait_for(t->tend, t->run(t->tend));
    return NULL;
}

yn_tend *yn_tend_start(const yn_directory *directory, const yn_tend_options *options)
{
    const struct {
        bool wanted;
        unsigned (*run)(yn_tend *tend);
    } rows[task_count] = {
        {options->scan, scan},       {options->scan, sweep},         {true, forget},
        {options->publish, publish}, {options->hooks != NULL, tell},
    };
    yn_tend *tend = yn_alloc(NULL, sizeof *tend);
    if (!tend)
        return NULL;
    *tend = (yn_tend){.directory = directory, .options = *options};
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&tend->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&tend->mutex, NULL);
    bool started = true;
    for (size_t i = 0; i < task_count && started; i++) {
        tend->tasks[i] = (task){.tend = tend, .run = rows[i].run};
        if (rows[i].wanted)
            started = tend->tasks[i].running =
                !pthread_create(&tend->tasks[i].thread, NULL, run, &tend->tasks[i]);
    }
    if (started)
        return tend;
    yn_tend_stop(tend);
    return NULL;
}

void yn_tend_end(yn_tend *tend)
{
    if (!tend)
        return;
    pthread_mutex_lock(&tend->mutex);
    atomic_store(&tend->stop, true);
    pthread_cond_broadcast(&tend->wake);
    pthread_mutex_unlock(&tend->mutex);
}

void yn_tend_stop(yn_tend *tend)
{
    if (!tend)
        return;
    yn_tend_end(tend);
    for (size_t i = 0; i < task_count; i++)
        if (tend->tasks[i].running)
            pthread_join(tend->tasks[i].thread, NULL);
    pthread_cond_destroy(&tend->wake);
    pthread_mutex_destroy(&tend->mutex);
    yn_free(NULL, tend);
}
