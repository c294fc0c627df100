// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/checks.h"
#include "directory/rounds.h"

enum {
    batch_max = 500, // members; what a kill -9 costs at most, and then is due still
};

typedef struct scanner {
    const yn_directory *directory;
    const yn_many_options *options;
    const atomic_bool *stop;
    yn_directory_settings settings;
    bool everyone;
    int64_t begun;
    yn_buf after; // with `everyone`: the last member of the batch before
    yn_scan_round round;
} scanner;

typedef struct batch {
    yn_arena arena;
    yn_checks_item *items;
    size_t count, room;
    bool no_memory;
} batch;

/* ---- who is scanned ----------------------------------------------------------------------------
 */

static const char *requirement(const yn_life *life)
{
    return strcmp(life->policy, "bulk-18-weeks") == 0 ? "bulk-18-weeks" : "bulk-1-year";
}

static bool add(void *context, const yn_store_member *member)
{
    batch *b = context;
    if (!member->life.published || !yn_life_is_bulk(yonder_text_of(member->life.policy)))
        return true;
    yonder_text domain = yn_arena_text(&b->arena, member->domain);
    b->no_memory = !domain.ptr;
    if (domain.ptr)
        b->items[b->count++] =
            (yn_checks_item){.domain = domain, .policy = requirement(&member->life)};
    return domain.ptr && b->count < b->room;
}

// The next members in the order of names.
static int draw_all(scanner *s, batch *b)
{
    const unsigned listed = 1U << YN_LIFE_PRELOADED | 1U << YN_LIFE_PENDING_REMOVAL |
                            1U << YN_LIFE_PENDING_AUTOMATED_REMOVAL;
    int error = yn_store_each(s->directory->store, listed, yn_buf_text(&s->after), 0, add, b);
    if (error || b->no_memory)
        return error ? error : YONDER_NO_MEMORY;
    if (b->count) {
        s->after.len = 0;
        yn_buf_put(&s->after, b->items[b->count - 1].domain);
    }
    return s->after.error;
}

static int draw_due(scanner *s, batch *b)
{
    yonder_text *domains = NULL;
    size_t count = 0;
    yn_life life;
    int error = yn_store_due(s->directory->store, s->begun, b->room, &b->arena, &domains, &count);
    for (size_t i = 0; i < count && !error; i++) {
        error = yn_store_get(s->directory->store, domains[i], &life);
        if (!error)
            b->items[b->count++] =
                (yn_checks_item){.domain = domains[i], .policy = requirement(&life)};
    }
    return error;
}

/* ---- what comes of it --------------------------------------------------------------------------
 */

// What there was no time to find out does not count against a member.
static int keep(scanner *s, batch *b)
{
    size_t count = 0;
    yn_scan_result *results = yn_arena_alloc(&b->arena, b->count * sizeof *results);
    if (!results)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < b->count; i++) {
        const yn_checks_item *item = &b->items[i];
        if (item->done)
            results[count++] = (yn_scan_result){.domain = item->domain,
                                                .passed = item->passed || item->unsure,
                                                .at = item->at,
                                                .issues = item->issues};
    }
    int error =
        count ? yn_store_scanned(s->directory->store, results, count, s->settings.scan_interval)
              : YONDER_OK;
    if (error)
        return error;
    for (size_t i = 0; i < b->count; i++) {
        const yn_checks_item *item = &b->items[i];
        s->round.unreachable += item->done && item->unreachable;
        s->round.passed += item->done && (item->passed || item->unsure);
        if (s->round.failed_fn && item->done && !item->passed && !item->unsure)
            s->round.failed_fn(s->round.failed_context, item->domain, item->code, item->reason);
    }
    s->round.scanned += count;
    s->round.failed = s->round.scanned - s->round.passed;
    return YONDER_OK;
}

static int scan(scanner *s, batch *b)
{
    const yn_directory *d = s->directory;
    int error = yn_checks_run(d, s->options, s->stop, &b->arena, b->items, b->count);
    if (!error)
        error = yn_checks_doubt(d, s->options, s->stop, s->settings.scan_doubt, b->items, b->count,
                                &s->round.doubted);
    if (error)
        return error;
    return s->round.doubted ? YONDER_OK : keep(s, b);
}

static bool is_stopped(const scanner *s)
{
    return s->round.doubted || (s->stop && atomic_load(s->stop));
}

// `*count` is how many there were.
static int do_batch(scanner *s, size_t room, size_t *count)
{
    batch b = {.arena = yn_arena_make(NULL), .room = room};
    b.items = yn_arena_alloc(&b.arena, room * sizeof *b.items);
    int error = !b.items ? YONDER_NO_MEMORY : s->everyone ? draw_all(s, &b) : draw_due(s, &b);
    *count = b.count;
    if (!error && b.count)
        error = scan(s, &b);
    yn_arena_free(&b.arena);
    return error;
}

int yn_scan_run(const yn_directory *directory, size_t limit, bool everyone,
                const yn_many_options *options, const atomic_bool *stop, yn_scan_round *out)
{
    scanner s = {.directory = directory,
                 .options = options,
                 .stop = stop,
                 .everyone = everyone,
                 .begun = directory->now(),
                 .round = {.failed_fn = out->failed_fn, .failed_context = out->failed_context},
                 .after = yn_buf_make(1024, NULL)};
    size_t left = limit ? limit : SIZE_MAX, count = 1;
    int error = yn_directory_settings_read(directory->store, &s.settings);
    while (!error && count && left && !is_stopped(&s)) {
        error = do_batch(&s, left < batch_max ? left : batch_max, &count);
        left -= count;
    }
    yn_buf_free(&s.after);
    *out = s.round;
    return error;
}
