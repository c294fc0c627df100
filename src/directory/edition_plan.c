// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/text.h"
#include "directory/edition.h"
#include "directory/intake.h"

/* ---- members -----------------------------------------------------------------------------------
 */

typedef struct reading {
    yn_edition_plan *plan;
    size_t room, expected; // members
    bool no_memory;
} reading;

static bool grow(reading *r)
{
    yn_edition_plan *p = r->plan;
    size_t room = r->room ? 2 * r->room : r->expected + 1024;
    yn_store_member *more = yn_arena_alloc(p->arena, room * sizeof *more);
    if (more && p->member_count)
        memcpy(more, p->members, p->member_count * sizeof *more);
    if (more) {
        p->members = more;
        r->room = room;
    }
    return more;
}

static bool read_member(void *context, const yn_store_member *member)
{
    reading *r = context;
    yn_edition_plan *p = r->plan;
    yonder_text domain = yn_arena_text(p->arena, member->domain);
    r->no_memory = !domain.ptr || (p->member_count == r->room && !grow(r));
    if (!r->no_memory)
        p->members[p->member_count++] = (yn_store_member){domain, member->life};
    return !r->no_memory;
}

static int read_members(yn_edition_plan *p)
{
    const unsigned states = 1U << YN_LIFE_PENDING | 1U << YN_LIFE_PRELOADED |
                            1U << YN_LIFE_PENDING_REMOVAL | 1U << YN_LIFE_PENDING_AUTOMATED_REMOVAL;
    reading r = {.plan = p};
    size_t counts[YN_LIFE_STATE_COUNT];
    p->member_count = 0;
    int error = yn_store_newest(p->directory->store, &p->newest);
    p->number = p->newest.number + 1;
    if (p->number < p->directory->at_least)
        p->number = p->directory->at_least;
    if (!error)
        error = yn_store_counts(p->directory->store, counts);
    for (unsigned i = 0; i < YN_LIFE_STATE_COUNT && !error; i++)
        r.expected += states & 1U << i ? counts[i] : 0;
    if (!error)
        error = yn_store_each(p->directory->store, states, YN_TEXT(""), 0, read_member, &r);
    return r.no_memory ? YONDER_NO_MEMORY : error;
}

/* ---- checks ------------------------------------------------------------------------------------
 */

static bool is_bulk(const yn_life *life)
{
    return yn_life_is_bulk(yonder_text_of(life->policy));
}

// What the operator has put on the list by a policy of its own meets no requirements.
static bool is_ripe(const yn_edition_plan *p, const yn_life *life)
{
    int64_t waited = p->now - life->submitted, wait = p->settings.publish_wait;
    // A moment that is farther off than it has to wait is of a clock that was wrong.
    return life->state == YN_LIFE_PENDING && (waited >= wait || waited < -wait);
}

// By whose requirements it is checked; NULL: by none.
static const char *requirement(const yn_edition_plan *p, const yn_life *life)
{
    if (!is_bulk(life))
        return NULL;
    if (life->state == YN_LIFE_PENDING_AUTOMATED_REMOVAL)
        return "bulk-18-weeks";
    return is_ripe(p, life) ? yn_life_requirement(life) : NULL;
}

static int run_checks(yn_edition_plan *p)
{
    const yn_directory *d = p->directory;
    size_t count = 0;
    for (size_t i = 0; i < p->member_count; i++)
        count += requirement(p, &p->members[i].life) != NULL;
    p->checks = yn_arena_alloc(p->arena, (count + 1) * sizeof *p->checks);
    if (!p->checks)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < p->member_count; i++) {
        const char *policy = requirement(p, &p->members[i].life);
        if (policy)
            p->checks[p->check_count++] =
                (yn_checks_item){.domain = p->members[i].domain, .policy = policy};
    }
    int error = yn_checks_run(d, p->options, p->stop, p->arena, p->checks, p->check_count);
    if (!error)
        error = yn_checks_doubt(d, p->options, p->stop, p->settings.scan_doubt, p->checks,
                                p->check_count, &p->out->doubted);
    return error;
}

/* ---- events ------------------------------------------------------------------------------------
 */

static const char *const failed = "It did not pass the check before version ";

// Of who leaves without having failed: somebody asked for it.
static void put_request(yn_edition_plan *p, yonder_text domain, yn_buf *out)
{
    yn_store_event request;
    if (!yn_store_last(p->directory->store, domain, 1U << YN_LIFE_REMOVAL_REQUESTED, p->arena,
                       &request))
        yn_intake_put_request(out, &request);
}

static yonder_text reason_of(yn_edition_plan *p, yonder_text domain, yn_life_kind kind,
                             const yn_checks_item *check)
{
    yn_buf text = yn_buf_make(1 << 16, NULL);
    bool at_request = kind == YN_LIFE_WITHDRAWN && !check;
    if (at_request)
        put_request(p, domain, &text);
    else if (kind == YN_LIFE_WITHDRAWN || kind == YN_LIFE_REJECTION)
        yn_buf_printf(&text, "%s%lld. %.*s", failed, (long long)p->number, YN_PRINT(check->reason));
    else if (kind == YN_LIFE_SPARED)
        yn_buf_str(&text, "It meets the requirements again.");
    yonder_text copy = yn_arena_text(p->arena, yn_buf_text(&text));
    yn_buf_free(&text);
    return copy;
}

static int add_event(yn_edition_plan *p, const yn_store_member *m, yn_life_kind kind,
                     const yn_checks_item *check)
{
    yn_edition *out = p->out;
    yn_store_event *e = &out->events[out->event_count++];
    yn_life after = m->life;
    *e = (yn_store_event){.domain = m->domain,
                          .what = {.kind = kind, .at = p->now},
                          .actor = YN_ACTOR_PUBLISHER,
                          .reason = reason_of(p, m->domain, kind, check),
                          .issues = check ? check->issues : (yonder_text){"", 0},
                          .from = m->life.state};
    if (kind == YN_LIFE_PUBLISHED || kind == YN_LIFE_WITHDRAWN)
        e->version = p->number;
    (void)yn_life_apply(&after, &e->what);
    e->to = after.state;
    out->added += kind == YN_LIFE_PUBLISHED;
    out->withdrawn += kind == YN_LIFE_WITHDRAWN;
    out->rejected += kind == YN_LIFE_REJECTION;
    out->spared += kind == YN_LIFE_SPARED;
    return e->reason.ptr ? YONDER_OK : YONDER_NO_MEMORY;
}

/* ---- what happens to whom ----------------------------------------------------------------------
 */

// A check that did not end, or that another state was checked for, decides nothing.
static const yn_checks_item *check_of(const yn_edition_plan *p, const yn_store_member *m)
{
    const yn_checks_item *check = yn_checks_find(p->checks, p->check_count, m->domain);
    const char *policy = requirement(p, &m->life);
    return check && policy && check->done && strcmp(check->policy, policy) == 0 ? check : NULL;
}

// Whether it goes in.
static bool decide_pending(yn_edition_plan *p, const yn_store_member *m, int *error)
{
    const yn_checks_item *check = check_of(p, m);
    if (!is_ripe(p, &m->life) || (is_bulk(&m->life) && !check))
        return false;
    if (!check || check->passed) {
        *error = add_event(p, m, YN_LIFE_PUBLISHED, check);
        return true;
    }
    // What has answered has answered, whatever is to be thought of our network.
    bool known = !check->unreachable && !check->unsure;
    bool late = !p->out->doubted && p->now - m->life.submitted >= YN_EDITION_PATIENCE;
    if (known || late)
        *error = add_event(p, m, YN_LIFE_REJECTION, check);
    return false;
}

// Of those that are marked, and fail still, the longest failing go until the cap is reached.
static bool fails_still(const yn_edition_plan *p, const yn_store_member *m)
{
    const yn_checks_item *check =
        m->life.state == YN_LIFE_PENDING_AUTOMATED_REMOVAL ? check_of(p, m) : NULL;
    return check && !check->passed && !check->unsure && !(check->unreachable && p->out->doubted);
}

static int by_length(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

// Who fails since a later moment than that stays; `*at_limit` more of those who fail since it go.
static int find_limit(const yn_edition_plan *p, int64_t *since, size_t *at_limit)
{
    size_t count = 0, cap = (size_t)p->settings.removal_cap;
    int64_t *all = yn_arena_alloc(p->arena, (p->member_count + 1) * sizeof *all);
    if (!all)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < p->member_count; i++)
        if (fails_still(p, &p->members[i]))
            all[count++] = p->members[i].life.failing_since;
    *since = cap ? INT64_MAX : INT64_MIN;
    *at_limit = cap;
    if (count <= cap || cap == 0)
        return YONDER_OK;
    qsort(all, count, sizeof *all, by_length);
    *since = all[cap - 1];
    for (size_t i = 0; i < cap && all[i] < *since; i++)
        --*at_limit;
    return YONDER_OK;
}

// Whether it stays.
static bool decide_marked(yn_edition_plan *p, const yn_store_member *m, int64_t since,
                          size_t *at_limit, int *error)
{
    const yn_checks_item *check = check_of(p, m);
    if (check && check->passed)
        *error = add_event(p, m, YN_LIFE_SPARED, check);
    if (!fails_still(p, m) || m->life.failing_since > since ||
        (m->life.failing_since == since && *at_limit == 0))
        return true;
    *at_limit -= m->life.failing_since == since;
    *error = add_event(p, m, YN_LIFE_WITHDRAWN, check);
    return false;
}

static int decide_all(yn_edition_plan *p)
{
    int64_t since;
    size_t at_limit;
    int error = find_limit(p, &since, &at_limit);
    for (size_t i = 0; i < p->member_count && !error; i++) {
        const yn_store_member *m = &p->members[i];
        bool in = false;
        switch (m->life.state) {
        case YN_LIFE_PENDING:
            in = decide_pending(p, m, &error);
            break;
        case YN_LIFE_PENDING_REMOVAL:
            error = add_event(p, m, YN_LIFE_WITHDRAWN, NULL);
            break;
        case YN_LIFE_PENDING_AUTOMATED_REMOVAL:
            in = decide_marked(p, m, since, &at_limit, &error);
            break;
        default:
            in = true;
            break;
        }
        if (in)
            p->items.items[p->items.count++] = (yn_preload_item){
                m->domain, yonder_text_of(m->life.policy), m->life.include_subdomains};
    }
    return error;
}

int yn_edition_decide(yn_edition_plan *p)
{
    bool doubted = p->out->doubted;
    int error = read_members(p);
    *p->out = (yn_edition){.doubted = doubted};
    if (!error && !p->checked)
        error = run_checks(p);
    if (error)
        return error;
    p->checked = true;
    p->items = (yn_preload_items){
        .items = yn_arena_alloc(p->arena, (p->member_count + 1) * sizeof *p->items.items)};
    p->out->events = yn_arena_alloc(p->arena, (p->member_count + 1) * sizeof *p->out->events);
    return p->items.items && p->out->events ? decide_all(p) : YONDER_NO_MEMORY;
}
