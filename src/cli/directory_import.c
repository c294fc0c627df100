// SPDX-License-Identifier: MIT
// yonder directory import LIST: takes over what another list has, all of it or nothing.
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/directory_words.h"
#include "cli/preload_listing.h"

enum {
    reason_max = 1 << 12,
};

typedef struct import {
    yn_store *store;
    yn_arena arena;
    yonder_text reason, policy; // the policy of entries that have none
    int64_t at;
    yn_store_event *events;
    size_t count, same, leaving;
} import;

// An entry whose policy is not known leaves a member the one it has.
static bool is_same(const yn_life *life, const yn_listed *entry)
{
    return life->state == YN_LIFE_PRELOADED &&
           life->include_subdomains == entry->include_subdomains &&
           (!entry->policy.len || yn_equal(entry->policy, yonder_text_of(life->policy)));
}

static int consider(import *m, const yn_listed *entry)
{
    yn_life life;
    if (!entry->force_https)
        return YONDER_OK;
    int error = yn_store_get(m->store, entry->name, &life);
    if (error)
        return error;
    yn_store_event event = {.domain = entry->name,
                            .what = {.kind = YN_LIFE_IMPORTED,
                                     .at = m->at,
                                     .policy = entry->policy.len ? entry->policy : m->policy,
                                     .include_subdomains = entry->include_subdomains},
                            .actor = YN_ACTOR_OPERATOR,
                            .reason = m->reason};
    if (life.state == YN_LIFE_PRELOADED && !entry->policy.len) {
        event.what.policy = yn_arena_text(&m->arena, yonder_text_of(life.policy));
        if (!event.what.policy.ptr)
            return YONDER_NO_MEMORY;
    }
    if (is_same(&life, entry))
        m->same++;
    else if (!yn_life_apply(&life, &event.what)) // a removal is under way, and stays so
        m->leaving++;
    else
        m->events[m->count++] = event;
    return YONDER_OK;
}

static int add_all(import *m)
{
    size_t wrong = 0;
    int error = yn_store_add_many(m->store, m->events, m->count, &wrong);
    return error ? yn_directory_failed(m->store, error) : YN_EXIT_OK;
}

static void tell(const import *m, bool json)
{
    if (json) {
        printf("{\"imported\":%zu,\"unchanged\":%zu,\"leaving\":%zu}\n", m->count, m->same,
               m->leaving);
        return;
    }
    printf("%zu imported, %zu as they were\n", m->count, m->same);
    if (m->leaving)
        printf("%zu left alone, for their removal is under way\n", m->leaving);
}

static int by_domain(const void *a, const void *b)
{
    const yn_store_event *x = a, *y = b;
    return yn_preload_item_order(x->domain, y->domain);
}

static int take(import *m, const yn_listing *list, bool json)
{
    m->events = yn_arena_alloc(&m->arena, (list->count + 1) * sizeof *m->events);
    int error = m->events ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; i < list->count && !error; i++)
        error = consider(m, &list->entries[i]);
    // In the order of the tables' indexes, where the pages of one are filled one after the other.
    qsort(m->events, m->count, sizeof *m->events, by_domain);
    int code = error ? yn_directory_failed(m->store, error) : add_all(m);
    if (!code)
        tell(m, json);
    return code;
}

static int check(const yn_directory_options *o, const yn_listing *list)
{
    if (o->policy && !yn_life_is_policy(yonder_text_of(o->policy)))
        return yn_usage_error("directory", YN_DIRECTORY_NO_POLICY);
    for (size_t i = 0; i < list->count; i++) {
        const yn_listed *e = &list->entries[i];
        if (!e->policy.len || yn_life_is_policy(e->policy))
            continue;
        fprintf(stderr, "%s: the policy of %.*s is none: " YN_DIRECTORY_NO_POLICY "\n", list->path,
                YN_PRINT(e->name));
        return YN_EXIT_USAGE;
    }
    return YN_EXIT_OK;
}

int yn_directory_import(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("directory", "import takes one LIST");
    if (!o->db)
        return yn_usage_error("directory", "--db FILE is missing");
    yn_listing list;
    int code = yn_listing_open(&list, arguments[0]);
    if (code)
        return code;
    yn_directory_opened opened;
    code = check(o, &list);
    if (!code)
        code = yn_directory_open(o, 0, &opened);
    if (!code) {
        yn_buf reason = yn_buf_make(reason_max, NULL);
        yn_buf_printf(&reason, "imported from %s", arguments[0]);
import m = {.store = opened.store, .arena = yn_arena_make(NULL), .reason = o->reason ? yonder_text_of(o->reason) :yn_buf_text(& reason), .policy = yonder_text_of(o->policy ? o->policy: "custom"), .at = opened.directory.now() };
        code = take(&m, &list, o->json);
        yn_arena_free(&m.arena);
        yn_buf_free(&reason);
        yn_directory_close(&opened);
    }
    yn_listing_close(&list);
    return code;
}
