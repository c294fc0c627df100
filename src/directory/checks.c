// SPDX-License-Identifier: MIT
#include "directory/checks.h"

#include <stdlib.h>

#include "base/text.h"
#include "directory/assess.h"

enum {
    issues_max = 1 << 18, // bytes of what a check found, as JSON
};

typedef struct checks {
    const yn_directory *directory;
    yn_checks_item *items;
    size_t count, given, taken;
    yn_arena *arena;
    bool no_memory;
} checks;

// What a thread makes of a domain.
typedef struct result {
    bool passed, unsure, unreachable;
    yn_buf reason, issues;
} result;

/* ---- the work of yn_many_run() -----------------------------------------------------------------
 */

static yn_many_input next(void *context, yn_buf *domain)
{
    checks *c = context;
    if (c->given == c->count)
        return YN_MANY_END;
    yn_buf_put(domain, c->items[c->given++].domain);
    return YN_MANY_GIVEN;
}

static void drop(void *context, void *made)
{
    result *r = made;
    (void)context;
    yn_buf_free(&r->reason);
    yn_buf_free(&r->issues);
    free(r);
}

static void put_reason(yn_buf *out, const yn_assessed *a)
{
    for (size_t i = 0; i < a->grade.count; i++)
        if (a->grade.issues[i].check->severity == YN_SEVERITY_ERROR) {
            yn_buf_put(out, a->grade.issues[i].title);
            yn_buf_str(out, ": ");
            yn_buf_put(out, a->grade.issues[i].message);
            return;
        }
    if (a->cut_short)
        yn_buf_str(out, "It answers so slowly that there was no time to ask for all of it.");
}

static void *make(void *context, yn_audit *audit, yn_arena *arena)
{
    const checks *c = context;
    const yn_checks_item *item = yn_checks_find(c->items, c->count, audit->domain);
    yn_assessed a;
    result *r = malloc(sizeof *r);
    if (!r || !item ||
        yn_assess_grade(audit, YN_ASSESS_PRELOADABLE, item->policy, 0, arena, &a) != YONDER_OK) {
        free(r);
        return NULL;
    }
    *r = (result){.passed = a.passed,
                  .unsure = a.cut_short,
                  .unreachable = a.unreachable,
                  .reason = yn_buf_make(issues_max, NULL),
                  .issues = yn_buf_make(issues_max, NULL)};
    put_reason(&r->reason, &a);
    yn_assess_issues(&r->issues, &a.grade, false);
    if (!r->reason.error && !r->issues.error)
        return r;
    drop(NULL, r);
    return NULL;
}

static bool take(void *context, void *made)
{
    checks *c = context;
    result *r = made;
    yn_checks_item *item = &c->items[c->taken++];
    item->passed = r->passed;
    item->unsure = r->unsure;
    item->unreachable = r->unreachable;
    item->at = c->directory->now();
    item->reason = yn_arena_text(c->arena, yn_buf_text(&r->reason));
    item->issues = yn_arena_text(c->arena, yn_buf_text(&r->issues));
    item->done = item->reason.ptr && item->issues.ptr;
    c->no_memory = !item->done;
    drop(NULL, r);
    return item->done;
}

/* ---- all of them -------------------------------------------------------------------------------
 */

static int order(yonder_text a, yonder_text b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int by_bytes = len ? memcmp(a.ptr, b.ptr, len) : 0;
    return by_bytes ? by_bytes : (a.len > b.len) - (a.len < b.len);
}

static int by_domain(const void *a, const void *b)
{
    return order(((const yn_checks_item *)a)->domain, ((const yn_checks_item *)b)->domain);
}

const yn_checks_item *yn_checks_find(const yn_checks_item *items, size_t count, yonder_text domain)
{
    const yn_checks_item wanted = {.domain = domain};
    return count ? bsearch(&wanted, items, count, sizeof *items, by_domain) : NULL;
}

int yn_checks_run(const yn_directory *directory, const yn_many_options *options,
                  const atomic_bool *stop, yn_arena *arena, yn_checks_item *items, size_t count)
{
    checks c = {.directory = directory, .items = items, .count = count, .arena = arena};
    const yn_many_work work = {next, make, take, drop, &c};
    yn_many_progress progress = {0};
    if (count == 0)
        return YONDER_OK;
    yn_many_options few = *options; // threads as many as there are domains
    if ((few.at_once ? few.at_once : YN_MANY_AT_ONCE) > count)
        few.at_once = count;
    qsort(items, count, sizeof *items, by_domain);
    int error = yn_many_run(directory->rounds, &few, &work, &progress, stop);
    return c.no_memory ? YONDER_NO_MEMORY : error;
}

/* ---- doubt -------------------------------------------------------------------------------------
 */

// When the network was last seen to work, as a setting of the store.
#define REACHED "checks.reached"

enum {
    reached_lasts = 600, // seconds
};

typedef struct sample {
    const yn_checks_item *known; // which are not asked again
    size_t known_count;
    yn_checks_item items[YN_CHECKS_SAMPLE];
    size_t count, wanted;
    yn_arena *arena;
} sample;

static bool add_to_sample(void *context, const yn_store_member *member)
{
    sample *s = context;
    if (!member->life.published || yn_checks_find(s->known, s->known_count, member->domain))
        return true;
    s->items[s->count] = (yn_checks_item){.domain = yn_arena_text(s->arena, member->domain),
                                          .policy = "bulk-1-year"};
    s->count += s->items[s->count].domain.ptr != NULL;
    return s->count < s->wanted;
}

// Members that come after the first of the items in the order of names, and from the beginning.
static int draw(yn_store *store, sample *s)
{
    const unsigned listed = 1U << YN_LIFE_PRELOADED;
    yonder_text after = s->known_count ? s->known[0].domain : (yonder_text){"", 0};
    int error = yn_store_each(store, listed, after, 4 * (size_t)YN_CHECKS_SAMPLE, add_to_sample, s);
    if (!error && s->count < s->wanted) {
        s->count = 0;
        error = yn_store_each(store, listed, (yonder_text){"", 0}, 4 * (size_t)YN_CHECKS_SAMPLE,
                              add_to_sample, s);
    }
    return error;
}

static void count_unreachable(const yn_checks_item *items, size_t count, size_t *done,
                              size_t *unreachable)
{
    for (size_t i = 0; i < count; i++) {
        *done += items[i].done;
        *unreachable += items[i].done && items[i].unreachable;
    }
}

static bool is_much(size_t part, size_t of, int64_t percent)
{
    return of > 0 && part * 100 >= of * (uint64_t)percent;
}

static int read_reached(yn_store *store, int64_t *at)
{
    yn_buf text = yn_buf_make(64, NULL);
    uint64_t n = 0;
    int error = yn_store_setting(store, REACHED, &text);
    if (!error && !yn_parse_number(yn_buf_text(&text), INT64_MAX, &n))
        n = 0;
    yn_buf_free(&text);
    *at = (int64_t)n;
    return error;
}

static int write_reached(yn_store *store, int64_t now)
{
    yn_buf text = yn_buf_make(64, NULL);
    yn_buf_number(&text, now);
    int error = text.error ? text.error : yn_store_set(store, REACHED, yn_buf_text(&text));
    yn_buf_free(&text);
    return error;
}

// Asks others, until there are as many as a sample takes.
static int ask_others(const yn_directory *directory, const yn_many_options *options,
                      const atomic_bool *stop, sample *s, size_t *done, size_t *unreachable)
{
    int error = draw(directory->store, s);
    if (!error && s->count == s->wanted)
        error = yn_checks_run(directory, options, stop, s->arena, s->items, s->count);
    if (!error && s->count == s->wanted)
        count_unreachable(s->items, s->count, done, unreachable);
    return error;
}

int yn_checks_doubt(const yn_directory *directory, const yn_many_options *options,
                    const atomic_bool *stop, int64_t percent, const yn_checks_item *items,
                    size_t count, bool *doubted)
{
    size_t done = 0, unreachable = 0;
    int64_t now = directory->now(), reached = 0;
    yn_arena arena = yn_arena_make(NULL);
    sample s = {.known = items, .known_count = count, .arena = &arena};
    int error = YONDER_OK;
    *doubted = false;
    count_unreachable(items, count, &done, &unreachable);
    bool much = is_much(unreachable, done, percent);
    if (much && done < YN_CHECKS_SAMPLE)
        error = read_reached(directory->store, &reached);
    bool lately = reached > 0 && now >= reached && now - reached < reached_lasts;
    if (!error && much && done < YN_CHECKS_SAMPLE && !lately) {
        s.wanted = YN_CHECKS_SAMPLE - done;
        error = ask_others(directory, options, stop, &s, &done, &unreachable);
    }
    yn_arena_free(&arena);
    if (error || done < YN_CHECKS_SAMPLE)
        return error;
    *doubted = is_much(unreachable, done, percent);
    return *doubted ? YONDER_OK : write_reached(directory->store, now);
}
