// SPDX-License-Identifier: MIT
#include "cli/check_progress.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum {
    interval_ms = 500,
    line_max = 256,
};

struct yn_check_progress {
    const yn_many_progress *progress;
    size_t total;
    double begun;
    pthread_t thread;
    pthread_mutex_t lock; // over what follows, and the line on the terminal
    pthread_cond_t woken;
    bool ended, on_screen;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void put_time_left(yn_buf *out, double seconds)
{
    if (seconds < 100)
        yn_buf_printf(out, "%.0f s left", seconds);
    else if (seconds < 6000)
        yn_buf_printf(out, "%.0f min left", seconds / 60);
    else
        yn_buf_printf(out, "%.1f h left", seconds / 3600);
}

void yn_check_progress_write(yn_buf *out, size_t done, size_t running, size_t total, double seconds)
{
    double rate = seconds > 0 ? (double)done / seconds : 0;
    yn_buf_printf(out, "%zu", done);
    if (total)
        yn_buf_printf(out, " of %zu", total);
    yn_buf_printf(out, " domain%s, %zu under way, %.*f/s", (total ? total : done) == 1 ? "" : "s",
                  running, rate < 10 ? 1 : 0, rate);
    if (total > done && rate > 0) {
        yn_buf_str(out, ", ");
        put_time_left(out, (double)(total - done) / rate);
    }
}

static void put(const yn_buf *line)
{
    if (!line->error && write(STDERR_FILENO, line->ptr, line->len) < 0)
        return; // a terminal that is gone needs no progress
}

static void erase(yn_check_progress *p)
{
    static const char back[] = "\r\033[K";
    if (p->on_screen && write(STDERR_FILENO, back, sizeof back - 1) < 0)
        return;
    p->on_screen = false;
}

static void draw(yn_check_progress *p)
{
    yn_buf line = yn_buf_make(line_max, NULL);
    yn_buf_str(&line, "\r\033[K");
    yn_check_progress_write(&line, atomic_load(&p->progress->finished),
                            atomic_load(&p->progress->running), p->total, now() - p->begun);
    put(&line);
    p->on_screen = true;
    yn_buf_free(&line);
}

static void *show(void *context)
{
    yn_check_progress *p = context;
    pthread_mutex_lock(&p->lock);
    while (!p->ended) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += interval_ms * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&p->woken, &p->lock, &until);
        if (!p->ended)
            draw(p);
    }
    erase(p);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

yn_check_progress *yn_check_progress_begin(const yn_many_progress *progress, size_t total)
{
    yn_check_progress *p = isatty(STDERR_FILENO) ? calloc(1, sizeof *p) : NULL;
    if (!p)
        return NULL;
    *p = (yn_check_progress){.progress = progress, .total = total, .begun = now()};
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->woken, NULL);
    if (pthread_create(&p->thread, NULL, show, p) == 0)
        return p;
    free(p);
    return NULL;
}

void yn_check_progress_hide(yn_check_progress *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    erase(p);
}

void yn_check_progress_show(yn_check_progress *p)
{
    if (p)
        pthread_mutex_unlock(&p->lock);
}

void yn_check_progress_end(yn_check_progress *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->ended = true;
    pthread_cond_signal(&p->woken);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->woken);
    free(p);
}
