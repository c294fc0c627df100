// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/checks.h"
#include "directory/rounds.h"

enum {
    batch_max = 500, // members; what a kill -9 costs at most, and then is due still
    put_off = 3600,  // seconds until those are due again that were out of reach when the network
                     // was doubted: not first of all, or nobody else would ever be scanned
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

static bool add(void *context, const yn_store_member *member)
{
    batch *b = context;
    if (!member->life.published || !yn_life_is_bulk(yonder_text_of(member->life.policy)))
        return true;
    yonder_text domain = yn_arena_text(&b->arena, member->domain);
    b->no_memory = !domain.ptr;
    if (domain.ptr)
        b->items[b->count++] =
            (yn_checks_item){.domain = domain, .policy = yn_life_requirement(&member->life)};
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
                (yn_checks_item){.domain = domains[i], .policy = yn_life_requirement(&life)};
    }
    return error;
}

/* ---- what comes of it --------------------------------------------------------------------------
 */

// In doubt who was not reached counts for nothing, and neither does who was asked in haste at the
// end: the one is put off, the other due still.
static bool is_kept(const scanner *s, const yn_checks_item *item)
{
    bool hasty = item->unsure && s->stop && atomic_load(s->stop);
    return item->done && !hasty && !(s->round.doubted && item->unreachable);
}

static void count_kept(scanner *s, const yn_checks_item *item)
{
    yn_scan_round *r = &s->round;
    bool failed = !item->passed && !item->unsure;
    r->scanned++;
    r->unreachable += item->unreachable;
    r->passed += item->passed;
    r->unsure += item->unsure;
    r->failed += failed;
    if (r->failed_fn && failed)
        r->failed_fn(r->failed_context, item->domain, item->code, item->reason);
}

static int keep(scanner *s, batch *b)
{
    size_t count = 0;
    yn_scan_result *results = yn_arena_alloc(&b->arena, b->count * sizeof *results);
    if (!results)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < b->count; i++) {
        const yn_checks_item *item = &b->items[i];
        bool kept = is_kept(s, item), late = !kept && item->done && item->unreachable;
        if (kept || late)
            results[count++] = (yn_scan_result){.domain = item->domain,
                                                .passed = item->passed,
                                                .at = item->at,
                                                .issues = item->issues,
                                                .unsure = item->unsure || late,
                                                .again = late ? item->at + put_off : 0};
    }
    int error =
        count ? yn_store_scanned(s->directory->store, results, count, s->settings.scan_interval)
              : YONDER_OK;
    for (size_t i = 0; i < b->count && !error; i++)
        if (is_kept(s, &b->items[i]))
            count_kept(s, &b->items[i]);
    return error;
}

static int scan(scanner *s, batch *b)
{
    const yn_directory *d = s->directory;
    int error = yn_checks_run(d, s->options, s->stop, &b->arena, b->items, b->count);
    if (!error)
        error = yn_checks_doubt(d, s->options, s->stop, s->settings.scan_doubt, b->items, b->count,
                                &s->round.doubted);
    return error ? error : keep(s, b);
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
