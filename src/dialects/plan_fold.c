// SPDX-License-Identifier: MIT
#include "dialects/plan_fold.h"

#include <limits.h>

#include "base/text.h"

// Requests that no later step is for.
typedef struct stop {
    struct stop *next;
    const yn_step *step;
    yn_path path;
    const yn_look *looks;
    unsigned schemes;
    int until;
} stop;

typedef struct folding {
    yn_plan *plan;
    const yn_site *site;
    yn_plan_rules *rules;
    stop *stops, **stops_end;
    unsigned ended; // schemes for which nothing is left
} folding;

static const struct {
    int status;
    bool has_target;
} statuses[] = {{301, true},  {302, true},  {303, true},  {307, true}, {308, true},
                {403, false}, {404, false}, {410, false}, {451, false}};

static bool is_known(const yn_step *step)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i].status == step->status)
            return statuses[i].has_target == (step->to != NULL);
    return false;
}

// Whether the hosts of the site are those the step is for.
static bool is_for_site(folding *f, const yn_step *step)
{
    bool maybe = false;
    for (const yn_host_test *test = step->which.hosts; test; test = test->next) {
        yn_holds holds = yn_site_holds(f->plan, f->site, test, NULL, 0);
        if (holds == YN_HOLDS_NOT)
            return false;
        maybe = maybe || holds == YN_HOLDS_MAYBE;
    }
    if (maybe)
        yn_plan_note(f->plan, YN_NOTE_LOST, step->file, step->line,
                     "which hosts this is for cannot be told from the regular expression%s",
                     f->site->host.len ? "" : ": it is carried over for the hosts that are named");
    return !maybe;
}

static void add_stop(folding *f, const yn_step *step, const yn_case *which, unsigned schemes,
                     int until)
{
    stop *added = yn_plan_alloc(f->plan, sizeof *added);
    if (!added)
        return;
    *added = (stop){NULL, step, which->path, which->looks, schemes, until};
    *f->stops_end = added;
    f->stops_end = &added->next;
}

// Takes a stop's requests out of `which`. False where nothing is left.
static bool take_out(folding *f, const stop *s, yn_case *which)
{
    yn_cover cover = yn_path_covers(f->plan, &s->path, &which->path);
    if (cover == YN_COVER_NONE)
        return true;
    if (cover == YN_COVER_ALL && !s->looks)
        return false;
    yn_look *look = yn_plan_alloc(f->plan, sizeof *look);
    if (!look)
        return false;
    *look = (yn_look){which->looks, true, s->path, s->looks};
    which->looks = look;
    return true;
}

static void fold_stop(folding *f, const yn_step *step, unsigned schemes)
{
    if (!step->which.pairs && !step->which.conditions) {
        add_stop(f, step, &step->which, schemes, step->until);
        return;
    }
    if (step->next)
        yn_plan_note(f->plan, YN_NOTE_CHANGED, step->file, step->line,
                     "requests that end here for another reason than their path reach the rules "
                     "that follow");
}

static bool answers_all(const yn_plan_rule *rule)
{
    return rule->kind == YN_PATH_ANY && !rule->pair_count && !rule->condition_count;
}

static void fold_answer(folding *f, const yn_step *step, const yn_case *which, unsigned schemes)
{
    bool good = is_known(step);
    bool always = !which->pairs && !which->conditions;
    const yn_plan_rule *last = f->rules->last;
    if (!good)
        yn_plan_note(f->plan, YN_NOTE_LOST, step->file, step->line,
                     "an answer with status %d %s target is none a rule can give", step->status,
                     step->to ? "and" : "without");
    else
        good = yn_plan_render(f->plan, f->site, step, which, schemes, f->rules);
    if (!good && always) // not for a later rule either
        add_stop(f, step, &step->which, schemes, INT_MAX);
    else if (good && f->rules->last != last && answers_all(f->rules->last))
        f->ended |= schemes;
}

static void fold_step(folding *f, const yn_step *step, unsigned schemes)
{
    yn_case which = step->which;
    for (const stop *s = f->stops; s; s = s->next) {
        unsigned both = s->schemes & schemes;
        if (s->until < step->phase || !both)
            continue;
        if (both != schemes) {
            fold_step(f, step, YN_HTTP);
            fold_step(f, step, YN_HTTPS);
            return;
        }
        if (!take_out(f, s, &which))
            return;
    }
    if (step->kind == YN_STEP_STOP)
        fold_stop(f, step, schemes);
    else
        fold_answer(f, step, &which, schemes);
}

unsigned yn_plan_fold(yn_plan *plan, const yn_site *site, const yn_plan_server *server,
                      unsigned schemes, yn_plan_rules *rules)
{
    folding f = {.plan = plan, .site = site, .rules = rules};
    f.stops_end = &f.stops;
    for (const yn_step *step = server->steps; step && !plan->error; step = step->next) {
        unsigned left = step->which.schemes & schemes & ~f.ended;
        if (left && is_for_site(&f, step))
            fold_step(&f, step, left);
    }
    return f.ended;
}
