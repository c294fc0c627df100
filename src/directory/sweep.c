// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/day.h"
#include "directory/rounds.h"

enum {
    reason_max = 256,
    batch_max = 200, // in one transaction
};

static void put_reason(yn_buf *out, const yn_life *life)
{
    long long days = (long long)((life->failing_at - life->failing_since) / 86400);
    yn_buf_printf(out, "It failed %u scans in a row, from ", (unsigned)life->failing);
    yn_day_put(out, life->failing_since);
    yn_buf_str(out, " to ");
    yn_day_put(out, life->failing_at);
    yn_buf_printf(out, ": %lld days.", days);
}

// Fills in the event where the rule applies still: it may have passed, or left, since it was asked.
static int decide(const yn_directory *directory, yonder_text domain, const yn_life_rule *rule,
                  yn_arena *arena, yn_store_event *event, bool *due)
{
    yn_life life;
    int error = yn_store_get(directory->store, domain, &life);
    *due = !error && yn_life_is_due(&life, rule);
    if (!*due)
        return error;
    yn_buf reason = yn_buf_make(reason_max, NULL);
    put_reason(&reason, &life);
    *event = (yn_store_event){.domain = domain,
                              .what = {.kind = YN_LIFE_MARKED, .at = directory->now()},
                              .actor = YN_ACTOR_SCANNER,
                              .reason = yn_arena_text(arena, yn_buf_text(&reason))};
    error = reason.error ? reason.error : event->reason.ptr ? YONDER_OK : YONDER_NO_MEMORY;
    yn_buf_free(&reason);
    return error;
}

// All of them in one transaction: each alone would wait for the disk. Where the state of one
// changed meanwhile it is left out, and the others are marked.
static int mark(const yn_directory *directory, yonder_text *domains, size_t count,
                const yn_life_rule *rule, yn_arena *arena, yn_sweep_round *round)
{
    yn_store_event events[batch_max];
    size_t marked = 0, wrong = 0;
    int error = YONDER_OK;
    for (size_t i = 0; i < count && !error; i++) {
        bool due = false;
        error = decide(directory, domains[i], rule, arena, &events[marked], &due);
        marked += due;
    }
    if (!error)
        error = yn_store_add_many(directory->store, events, marked, &wrong);
    while (error == YN_STORE_REFUSED) {
        memmove(&events[wrong], &events[wrong + 1], (--marked - wrong) * sizeof *events);
        error = yn_store_add_many(directory->store, events, marked, &wrong);
    }
    for (size_t i = 0; i < marked && !error; i++)
        round->domains[round->count++] = events[i].domain;
    return error;
}

int yn_sweep_run(const yn_directory *directory, bool dry, const atomic_bool *stop, yn_arena *arena,
                 yn_sweep_round *out)
{
    yn_directory_settings s;
    yn_sweep_round round = {0};
    yonder_text *all = NULL;
    size_t count = 0;
    int error = yn_directory_settings_read(directory->store, &s);
    if (!error && !dry)
        error = yn_directory_forget(directory->store, directory->now());
    if (error)
        return error;
    const yn_life_rule rule = {(uint32_t)s.removal_scans, (uint32_t)s.removal_days,
                               (uint32_t)s.removal_cap};
    error = yn_store_removable(directory->store, &rule, arena, &all, &count, &round.total);
    round.domains = all;
    round.count = dry ? count : 0;
    for (size_t i = 0; i < count && !error && !dry && !(stop && atomic_load(stop)); i += batch_max)
        error = mark(directory, all + i, count - i < batch_max ? count - i : batch_max, &rule,
                     arena, &round);
    if (!error)
        *out = round;
    return error;
}
