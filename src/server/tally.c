// SPDX-License-Identifier: MIT
#include "server/tally.h"

#include <time.h>

const int64_t yn_tally_spans[YN_TALLY_SPANS] = {
    50,    100,   250,    500,    1000,   2500,    5000,     10000,
    25000, 50000, 100000, 250000, 500000, 1000000, 10000000, INT64_MAX,
};

static int64_t monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t); // no system call
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void count_noted(yn_tally *t)
{
    for (uint32_t i = 0; i < t->noted_count; i++)
        yn_hits_add(t->hits, t->worker, t->noted[i], (uint32_t)t->now);
    t->noted_count = 0;
}

void yn_tally_turn_begins(yn_tally *t, yn_hits *hits, int64_t now)
{
    t->hits = hits;
    t->now = now;
    t->turn_began = monotonic_ns();
}

static void count_time(yn_tally *t, int64_t microseconds, uint32_t requests)
{
    size_t span = 0;
    while (microseconds > yn_tally_spans[span])
        span++;
    yn_count_add(&t->spans[span], requests);
    yn_count_add(&t->microseconds, (uint64_t)microseconds * requests);
}

void yn_tally_turn_ends(yn_tally *t)
{
    if (t->noted_count)
        count_noted(t);
    if (t->answered)
        count_time(t, (monotonic_ns() - t->turn_began) / 1000, t->answered);
    t->answered = 0;
    t->waited = 0;
}

// By the time it is counted, after what was answered has been sent, it is in the cache.
static void note(yn_tally *t, size_t at)
{
    if (t->noted_count == YN_TALLY_NOTED)
        count_noted(t);
    yn_hits_expect(t->hits, t->worker, at);
    t->noted[t->noted_count++] = (uint32_t)at;
}

// The numbers in a damaged image may be any.
static void note_answer(yn_tally *t, const yonder_rules_answer *answer)
{
    const yn_hits *hits = t->hits;
    if (answer->cause != YONDER_RULES_NONE && answer->place < hits->places)
        note(t, answer->place);
    note(t, hits->places + (answer->site < hits->sites ? answer->site : 0));
}

void yn_tally_answer(yn_tally *t, const yn_answered *answered)
{
    const yonder_rules_answer *answer = answered->answer;
    yn_count_add(&t->statuses[answered->status < YN_TALLY_STATUSES ? answered->status : 0], 1);
    yn_count_add(&t->bytes, answered->bytes);
    if (answer) {
        yn_count_add(&t->causes[answer->cause], 1);
        if (t->hits)
            note_answer(t, answer);
    } else {
        yn_count_add(&t->refused, 1);
    }
    if (answered->status == 404 && answered->target.len)
        yn_misses_note(&t->misses, answered->https, answered->host, answered->target,
                       (uint32_t)t->now);
    if (t->waited) {
        count_time(t, t->waited * 1000 + (monotonic_ns() - t->turn_began) / 1000, 1);
        t->waited = 0;
    } else {
        t->answered++;
    }
}
