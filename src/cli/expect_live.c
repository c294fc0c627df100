// SPDX-License-Identifier: MIT
// Expectations held against a server.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/expect_run.h"

enum {
    give_up_after = 100, // failures at the start, without one answer
    news_ms = 100,
};

typedef struct live {
    const yn_expect_run *run;
    const yn_expect_base *bases;
    size_t base_count;
    size_t next; // of the expectations
    yn_expect_outcome *outcomes;
    yn_arena arena; // of their texts
    size_t done, failed, unknown, answered, give_up;
    bool on_terminal;
    int64_t told;
    int error;
} live;

// An expectation under way. What its request views lies here.
typedef struct job {
    const yn_expectation *e;
    yn_buf url, fields;
    yn_trail trail;
    bool follows;
} job;

/* ---- progress -------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void tell_progress(live *l)
{
    if (!l->on_terminal || now_ms() - l->told < news_ms)
        return;
    l->told = now_ms();
    fprintf(stderr, "\r%zu of %zu asked, %zu failed, %zu without an answer\033[K", l->done,
            l->run->expectations->count, l->failed, l->unknown);
}

/* ---- requests -------------------------------------------------------------------------------- */

// The server for a scheme; NULL if there is none.
static const yn_expect_base *base_of(const live *l, bool https)
{
    for (size_t i = 0; i < l->base_count; i++)
        if (l->bases[i].https == https)
            return &l->bases[i];
    return NULL;
}

// What only rules can be told.
static bool cannot_be_sent(const yn_expectation *e)
{
    return e->more && (e->more->has_now || e->more->client.len || e->more->country.len);
}

static void set_request(const live *l, job *j, const yn_expect_base *base, yn_bulk_request *q)
{
    const yn_expectation *e = j->e;
    bool has_method = e->more && e->more->method.len;
    *q = (yn_bulk_request){.https = base->https,
                           .connect = base->connect,
                           .host = e->host.len ? e->host : l->run->host,
                           .target = e->target,
                           .method = has_method ? e->more->method : YN_TEXT("GET"),
                           .fields = (const yonder_field *)(const void *)j->fields.ptr,
                           .field_count = j->fields.len / sizeof(yonder_field),
                           .http10 = e->more && e->more->http10,
                           .user = j};
}

static void end_job(job *j)
{
    if (j->follows)
        yn_trail_free(&j->trail);
    yn_buf_free(&j->url);
    yn_buf_free(&j->fields);
    free(j);
}

static bool next(void *context, yn_bulk_request *q)
{
    live *l = context;
    const yn_expectations *all = l->run->expectations;
    while (l->next < all->count && cannot_be_sent(&all->items[l->next]))
        l->outcomes[l->next++].verdict = YN_VERDICT_SKIPPED;
    bool hopeless = !l->answered && l->unknown >= l->give_up;
    if (l->next == all->count || hopeless || l->error)
        return false;
    job *j = calloc(1, sizeof *j);
    if (!j) {
        l->error = YONDER_NO_MEMORY;
        return false;
    }
    j->e = &all->items[l->next++];
    j->url = j->fields = yn_buf_make(SIZE_MAX / 4, NULL);
    yn_expect_url(l->run, j->e, &j->url);
    yn_expect_fields(l->run, j->e, &j->fields);
    if (j->url.error || j->fields.error) {
        l->error = YONDER_NO_MEMORY;
        end_job(j);
        return false;
    }
    const yn_expect_base *base = base_of(l, j->e->host.len ? j->e->https : l->run->https);
    set_request(l, j, base ? base : &l->bases[0], q);
    return true;
}

/* ---- answers --------------------------------------------------------------------------------- */

static void keep(live *l, yonder_text *t)
{
    if (t->len && !(*t = yn_arena_text(&l->arena, *t)).ptr) {
        t->len = 0;
        l->error = YONDER_NO_MEMORY;
    }
}

static bool begin_chain(live *l, job *j, const yn_bulk_answer *answer)
{
    if (!yn_expect_follows(l->run, j->e, answer->status, answer->location))
        return false;
    yonder_text method = j->e->more ? j->e->more->method : YN_TEXT("");
    int error =
        yn_trail_begin(&j->trail, yn_buf_text(&j->url), method, l->run->max_hops, &l->run->hosts);
    if (error)
        yn_trail_free(&j->trail);
    return !error;
}

// Whether the chain goes on, and with which request. A URL whose scheme has no server is the end,
// unless it is the expectation's own scheme, which the first server has stood for from the start.
static bool go_on(live *l, job *j, const yn_bulk_answer *answer, yn_bulk_request *again)
{
    if (!j->follows || !yn_trail_next(&j->trail, answer->status, answer->location))
        return false;
    yn_trail_request at = yn_trail_at(&j->trail);
    const yn_expect_base *base = base_of(l, at.https);
    if (!base && at.https == (j->e->host.len ? j->e->https : l->run->https))
        base = &l->bases[0];
    if (!base)
        return false;
    set_request(l, j, base, again);
    again->host = at.host;
    again->target = at.target;
    again->method = at.method;
    return true;
}

static void settle(live *l, job *j, yn_expect_outcome *o, const yn_bulk_answer *answer)
{
    if (answer->error) {
        o->verdict = YN_VERDICT_UNKNOWN;
        o->fetch_error = (uint8_t)answer->error;
        o->final = j->follows ? yonder_url_href(&j->trail.at) : (yonder_text){NULL, 0};
    } else {
        yn_expect_judge(j->e, yn_buf_text(&j->url), j->follows ? &j->trail : NULL, o);
    }
    if (yn_expect_report_shows(l->run->report, o->verdict))
        keep(l, &o->final);
    else
        o->location = o->final = (yonder_text){NULL, 0};
    l->done++;
    l->failed += o->verdict == YN_VERDICT_FAILED;
    l->unknown += o->verdict == YN_VERDICT_UNKNOWN;
}

static bool take(void *context, void *user, const yn_bulk_answer *answer, yn_bulk_request *again)
{
    live *l = context;
    job *j = user;
    yn_expect_outcome *o = &l->outcomes[j->e - l->run->expectations->items];
    l->answered += !answer->error;
    if (!j->follows && !answer->error) {
        o->status = (uint16_t)answer->status;
        o->location = answer->location;
        keep(l, &o->location);
        j->follows = begin_chain(l, j, answer);
    }
    if (!answer->error && go_on(l, j, answer, again))
        return true;
    if (j->follows && j->trail.error)
        l->error = j->trail.error;
    settle(l, j, o, answer);
    tell_progress(l);
    end_job(j);
    return false;
}

int yn_expect_ask_server(const yn_expect_run *run, const yn_expect_base *bases, size_t base_count,
                         const yn_bulk_options *options, yn_buf *message)
{
    const yn_expectations *all = run->expectations;
    live l = {.run = run,
              .bases = bases,
              .base_count = base_count,
              .outcomes = calloc(all->count, sizeof *l.outcomes),
              .arena = yn_arena_make(NULL),
              .give_up =
                  options->concurrency > give_up_after ? options->concurrency : give_up_after,
              .on_terminal = isatty(STDERR_FILENO) == 1};
    const yn_bulk_work work = {next, take, &l};
    int error = l.outcomes ? yn_bulk_run(options, &work, message) : YONDER_NO_MEMORY;
    error = error ? error : l.error;
    if (l.told)
        fputs("\r\033[K", stderr);
    for (size_t i = 0; !error && i < all->count; i++)
        yn_expect_report_take(run->report, &all->items[i], &l.outcomes[i]);
    free(l.outcomes);
    yn_arena_free(&l.arena);
    return error;
}
