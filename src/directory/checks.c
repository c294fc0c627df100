// SPDX-License-Identifier: MIT
#include "directory/checks.h"

#include <stdlib.h>

#include "base/text.h"
#include "directory/assess.h"
#include "lists/preload_item.h"

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
    yonder_text code;
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

// @return the code of it
static yonder_text put_reason(yn_buf *out, const yn_assessed *a)
{
    for (size_t i = 0; i < a->grade.count; i++)
        if (a->grade.issues[i].check->severity == YN_SEVERITY_ERROR) {
            yn_buf_put(out, a->grade.issues[i].title);
            yn_buf_str(out, ": ");
            yn_buf_put(out, a->grade.issues[i].message);
            return yonder_text_of(a->grade.issues[i].check->code);
        }
    if (a->cut_short)
        yn_buf_str(out, "It answers so slowly that there was no time to ask for all of it.");
    return YN_TEXT("");
}

static void *make(void *context, yn_audit *audit, yn_arena *arena)
{
    const checks *c = context;
    const yn_checks_item *item = yn_checks_find(c->items, c->count, audit->domain);
    yn_assessed a;
    result *r = malloc(sizeof *r);
    if (!r || !item ||
        yn_assess_grade(audit, YN_ASSESS_PRELOADABLE, item->policy, arena, &a) != YONDER_OK) {
        free(r);
        return NULL;
    }
    *r = (result){.passed = a.passed,
                  .unsure = a.cut_short,
                  .unreachable = a.unreachable,
                  .reason = yn_buf_make(issues_max, NULL),
                  .issues = yn_buf_make(issues_max, NULL)};
    r->code = put_reason(&r->reason, &a);
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
    item->code = r->code;
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

static int by_domain(const void *a, const void *b)
{
    const yn_checks_item *x = a, *y = b;
    return yn_preload_item_order(x->domain, y->domain);
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
