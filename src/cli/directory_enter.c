// SPDX-License-Identifier: MIT
#include "cli/directory_enter.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/directory_words.h"
#include "cli/print.h"
#include "report/style.h"

enum {
    line_max = 1 << 20,
};

static const char *const whys[] = {
#define WHY(name, why) why,
    YN_ENTER_SKIPS(WHY)
#undef WHY
};

/* ---- what happens to whom ----------------------------------------------------------------------
 */

static void skip(yn_enter *e, yonder_text name, yn_enter_skip why)
{
    if (e->skips[why].count < YN_ENTER_NAMED)
        e->skips[why].names[e->skips[why].count] = name;
    e->skips[why].count++;
}

// An entry whose policy is not known leaves a member the one it has.
static bool is_same(const yn_life *life, const yn_listed *entry)
{
    return life->state == YN_LIFE_PRELOADED &&
           life->include_subdomains == entry->include_subdomains &&
           (!entry->policy.len || yn_equal(entry->policy, yonder_text_of(life->policy)));
}

static int consider(yn_enter *e, const yn_listed *entry)
{
    yn_life life;
    if (!entry->force_https) {
        skip(e, entry->name, YN_ENTER_NO_HTTPS);
        return YONDER_OK;
    }
    int error = yn_store_get(e->store, entry->name, &life);
    if (error)
        return error;
    yn_store_event event = {.domain = entry->name,
                            .what = {.kind = YN_LIFE_IMPORTED,
                                     .at = e->at,
                                     .policy = entry->policy.len ? entry->policy : e->policy,
                                     .include_subdomains = entry->include_subdomains},
                            .actor = YN_ACTOR_OPERATOR,
                            .reason = e->reason};
    if (life.state == YN_LIFE_PRELOADED && !entry->policy.len) {
        event.what.policy = yn_arena_text(&e->arena, yonder_text_of(life.policy));
        if (!event.what.policy.ptr)
            return YONDER_NO_MEMORY;
    }
    bool barred = life.barred;
    if (is_same(&life, entry))
        e->same++;
    else if (!yn_life_apply(&life, &event.what))
        skip(e, entry->name, barred ? YN_ENTER_BARRED : YN_ENTER_LEAVING);
    else
        e->events[e->count++] = event;
    return YONDER_OK;
}

static int by_domain(const void *a, const void *b)
{
    const yn_store_event *x = a, *y = b;
    return yn_preload_item_order(x->domain, y->domain);
}

// In the order of the tables' indexes, where the pages of one are filled one after the other.
static int add_all(yn_enter *e)
{
    size_t wrong = 0;
    qsort(e->events, e->count, sizeof *e->events, by_domain);
    return yn_store_add_many(e->store, e->events, e->count, &wrong);
}

/* ---- what is said of it ------------------------------------------------------------------------
 */

static void write_all(yn_buf *line, const yn_enter *e, size_t skipped)
{
    yn_json out = yn_json_make(line, false);
    yn_json_object(&out, NULL);
    yn_json_int(&out, "imported", (int64_t)e->count);
    yn_json_int(&out, "unchanged", (int64_t)e->same);
    yn_json_int(&out, "leaving", (int64_t)e->skips[YN_ENTER_LEAVING].count);
    yn_json_int(&out, "skipped", (int64_t)skipped);
    yn_json_array(&out, "skips");
    for (size_t why = 0; why < YN_ENTER_SKIP_COUNT; why++)
        for (size_t i = 0; i < e->skips[why].count && i < YN_ENTER_NAMED; i++) {
            yn_json_object(&out, NULL);
            yn_json_text(&out, "name", e->skips[why].names[i]);
            yn_json_str(&out, "why", whys[why]);
            yn_json_object_end(&out);
        }
    yn_json_array_end(&out);
    yn_json_object_end(&out);
}

static void tell_all(yn_buf *line, const yn_enter *e)
{
    yn_buf_printf(line, "%zu imported, %zu as they were", e->count, e->same);
    for (size_t why = 0; why < YN_ENTER_SKIP_COUNT; why++) {
        size_t count = e->skips[why].count;
        if (count)
            yn_buf_printf(line, "\n%zu skipped (%s):", count, whys[why]);
        for (size_t i = 0; i < count && i < YN_ENTER_NAMED; i++) {
            yn_buf_char(line, ' ');
            yn_put_untrusted(line, e->skips[why].names[i]);
        }
        if (count > YN_ENTER_NAMED)
            yn_buf_printf(line, " and %zu more", count - YN_ENTER_NAMED);
    }
}

int yn_directory_enter(const yn_directory_options *o, const yn_directory_opened *opened,
                       const yn_listed *entries, size_t count, yonder_text reason, size_t *skipped)
{
    yn_enter e = {.store = opened->store,
                  .arena = yn_arena_make(NULL),
                  .reason = o->reason ? yonder_text_of(o->reason) : reason,
                  .policy = yonder_text_of(o->policy ? o->policy : "custom"),
                  .at = opened->directory.now()};
    yn_buf line = yn_buf_make(line_max, NULL);
    e.events = yn_arena_alloc(&e.arena, (count + 1) * sizeof *e.events);
    int error = e.events ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; i < count && !error; i++)
        error = consider(&e, &entries[i]);
    if (!error)
        error = add_all(&e);
    *skipped = 0;
    for (size_t why = 0; why < YN_ENTER_SKIP_COUNT; why++)
        *skipped += e.skips[why].count;
    if (!error && o->json)
        write_all(&line, &e, *skipped);
    else if (!error)
        tell_all(&line, &e);
    int code = error ? yn_directory_failed(e.store, error) : YN_EXIT_OK;
    if (!error)
        yn_print_line(&line);
    yn_buf_free(&line);
    yn_arena_free(&e.arena);
    return code;
}
