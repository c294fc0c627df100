// SPDX-License-Identifier: MIT
// The directives of nginx's rewrite module, for all requests at once.
#include "base/text.h"
#include "dialects/nginx.h"
#include "dialects/regexp.h"

enum {
    most_work = 4000000, // directives gone through; an end to what nests itself
    deepest_jump = 4
};

bool yn_ngx_is(const yn_directive *directive, const char *name)
{
    return yn_equal(directive->words[0], yonder_text_of(name));
}

static void lost(yn_ngx *n, const yn_directive *d, const char *why)
{
    yn_plan_note(n->plan, YN_NOTE_LOST, d->file, d->line, "%s", why);
}

bool yn_ngx_acts(const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_ngx_is(d, "return") || yn_ngx_is(d, "rewrite") ||
            (yn_ngx_is(d, "if") && yn_ngx_acts(d->first)))
            return true;
    return false;
}

/* ---- what needs a map first ------------------------------------------------------------------ */

typedef struct with_map {
    const yn_directive *directive;
    bool in_location;
} with_map;

static bool run_one(yn_ngx *n, yn_ngx_env *env, const yn_directive *d, bool in_location);

static void again(yn_ngx *n, yn_ngx_env *env, void *context)
{
    const with_map *w = context;
    run_one(n, env, w->directive, w->in_location);
}

// Goes through one directive for each entry of a map.
static void run_with_map(yn_ngx *n, yn_ngx_env *env, const yn_ngx_map *map, const yn_directive *d,
                         bool in_location)
{
    with_map w = {d, in_location};
    yn_ngx_selection all = {.all = true};
    if (!yn_ngx_map_run(n, env, map, &all, again, &w))
        lost(n, d, "what it is for depends on a map whose source is nothing a rule can ask for");
}

/* ---- return ---------------------------------------------------------------------------------- */

static bool is_code(yonder_text t)
{
    uint64_t code;
    return yn_parse_number(t, 999, &code);
}

// The text of a target without what only ends its query.
static yn_step *add_answer(yn_ngx *n, const yn_ngx_env *env, const yn_directive *d, int status)
{
    yn_step *step =
        yn_plan_step_add(n->plan, n->server, YN_STEP_ANSWER, &env->which, d->file, d->line);
    step->status = status;
    return step;
}

static bool is_redirect(uint64_t code)
{
    return code == 301 || code == 302 || code == 303 || code == 307 || code == 308;
}

static bool run_return(yn_ngx *n, yn_ngx_env *env, const yn_directive *d, bool in_location)
{
    const yn_ngx_map *pending;
    uint64_t code = 302;
    yonder_text url = d->count > 1 ? d->words[1] : (yonder_text){0};
    if (d->count > 1 && is_code(url)) {
        yn_parse_number(url, 999, &code);
        url = d->count > 2 ? d->words[2] : (yonder_text){0};
    }
    if (d->count < 2)
        yn_plan_note(n->plan, YN_NOTE_ERROR, d->file, d->line, "it returns nothing");
    if (is_redirect(code) && url.len) {
        yn_to to = yn_ngx_value(n, env, url, &pending);
        if (pending) {
            run_with_map(n, env, pending, d, in_location);
            return true;
        }
        yn_step *step = add_answer(n, env, d, (int)code);
        step->to = to.first;
        if (!to.first) {
            lost(n, d, "its target is empty");
            step->kind = YN_STEP_STOP;
            step->until = INT32_MAX;
        }
    } else if (is_redirect(code)) {
        lost(n, d, "it has no target: nginx sends an empty Location");
        yn_plan_step_add(n->plan, n->server, YN_STEP_STOP, &env->which, d->file, d->line);
    } else if (code >= 200 && code < 300) {
        yn_plan_step_add(n->plan, n->server, YN_STEP_STOP, &env->which, d->file, d->line);
    } else {
        add_answer(n, env, d, (int)code);
    }
    return true;
}

/* ---- rewrite --------------------------------------------------------------------------------- */

static bool leads_away(yonder_text to, yonder_text flag)
{
    return yn_equal(flag, YN_TEXT("redirect")) || yn_equal(flag, YN_TEXT("permanent")) ||
           yn_starts_with(to, YN_TEXT("http://")) || yn_starts_with(to, YN_TEXT("https://")) ||
           yn_starts_with(to, YN_TEXT("$scheme"));
}

static bool has_redirect(const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next) {
        yonder_text flag = d->count > 3 ? d->words[3] : (yonder_text){0};
        if (yn_ngx_is(d, "return") ||
            (yn_ngx_is(d, "rewrite") && d->count > 2 && leads_away(d->words[2], flag)) ||
            (d->first && has_redirect(d->first)))
            return true;
    }
    return false;
}

// Whether a location that a path starting with `start` may get to has redirects.
static bool may_redirect(const yn_ngx *n, yonder_text start)
{
    for (const yn_ngx_location *l = n->locations; l; l = l->next) {
        if (l->is_named || !has_redirect(l->directive->first))
            continue;
        if (l->path.kind == YN_PATH_REGEX || yn_starts_with(l->path.text, start) ||
            (l->path.kind == YN_PATH_PREFIX && yn_starts_with(start, l->path.text)))
            return true;
    }
    return false;
}

// The requests of `env` go on with another path, and are done with afterwards.
static void run_internal(yn_ngx *n, yn_ngx_env *env, const yn_directive *d, bool in_location)
{
    yonder_text to = d->words[2], flag = d->count > 3 ? d->words[3] : (yonder_text){0};
    yonder_text start = yn_slice(to, 0, yn_find_char(to, '$'));
    bool certain = start.len == to.len, last = yn_equal(flag, YN_TEXT("last"));
    bool stays = yn_equal(flag, YN_TEXT("break"));
    yn_ngx_env inside = *env;
    start = yn_slice(start, 0, yn_find_char(start, '?'));
    if (certain && start.len && start.ptr[0] == '/' && n->jumps < deepest_jump) {
        n->jumps++;
        inside.fixed = yn_plan_decoded(n->plan, start);
        bool done = !flag.len && yn_ngx_run(n, &inside, d->next, in_location);
        if (!done && (in_location ? last : true) && !(in_location && stays))
            yn_ngx_locate(n, &inside);
        n->jumps--;
    } else if ((!flag.len && has_redirect(d->next)) ||
               ((last || !in_location) && may_redirect(n, start))) {
        lost(n, d, "an internal rewrite, after which other directives may redirect");
    }
    yn_plan_step_add(n->plan, n->server, YN_STEP_STOP, &env->which, d->file, d->line);
}

static bool run_rewrite(yn_ngx *n, yn_ngx_env *env, const yn_directive *d, bool in_location)
{
    const yn_ngx_map *pending;
    yn_ngx_env inside = *env;
    yonder_text pattern, flag = d->count > 3 ? d->words[3] : (yonder_text){0};
    if (d->count < 3) {
        yn_plan_note(n->plan, YN_NOTE_ERROR, d->file, d->line, "it needs a pattern and a target");
        return false;
    }
    if (!yn_ngx_pattern(n, d->words[1], d, &pattern))
        return false;
    yn_path path = yn_path_regex(n->plan, pattern, false);
    if (!yn_ngx_is_path(n, &inside, &path, false))
        return false;
    // Every path fits: nothing comes out of it.
    bool always = inside.which.path.id == path.id && !inside.which.looks &&
                  yn_path_fits_all(&path) && env->which.path.kind == YN_PATH_ANY;
    if (!leads_away(d->words[2], flag)) {
        run_internal(n, &inside, d, in_location);
        return always;
    }
    yonder_text target = d->words[2];
    bool drops = target.len && target.ptr[target.len - 1] == '?';
    target.len -= drops;
    yn_to to = yn_ngx_value(n, &inside, target, &pending);
    if (pending) {
        run_with_map(n, env, pending, d, in_location);
        return always;
    }
    yn_step *step = add_answer(n, &inside, d, yn_equal(flag, YN_TEXT("permanent")) ? 301 : 302);
    step->to = to.first;
    step->query = drops ? YN_QUERY_DROPPED : YN_QUERY_JOINED;
    if (!to.first) {
        lost(n, d, "its target is empty");
        step->kind = YN_STEP_STOP;
        step->until = INT32_MAX;
    }
    return always;
}

/* ---- if -------------------------------------------------------------------------------------- */

// What is set where it is not known whether it is set is not known.
static void forget_sets(yn_ngx *n, yn_ngx_env *env, const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_ngx_is(d, "set") && d->count > 1 && d->words[1].len)
            yn_ngx_set(n, env, yn_skip(d->words[1], 1), NULL, false);
}

static bool ends(const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_ngx_is(d, "return") || yn_ngx_is(d, "break") ||
            (yn_ngx_is(d, "rewrite") && d->count > 2))
            return true;
    return false;
}

static void run_inside(yn_ngx *n, yn_ngx_env *env, void *context)
{
    const with_map *w = context;
    yn_ngx_run(n, env, w->directive->first, w->in_location);
}

static void unknown_condition(yn_ngx *n, yn_ngx_env *env, const yn_directive *d)
{
    if (yn_ngx_acts(d->first))
        lost(n, d, "its condition is nothing a rule can ask for");
    forget_sets(n, env, d->first);
}

static bool is_same(const yn_case *a, const yn_case *b)
{
    return a->path.kind == b->path.kind && a->path.id == b->path.id &&
           yn_equal(a->path.text, b->path.text) && a->looks == b->looks && a->hosts == b->hosts &&
           a->pairs == b->pairs && a->conditions == b->conditions && a->schemes == b->schemes;
}

static bool run_if(yn_ngx *n, yn_ngx_env *env, const yn_directive *d, bool in_location)
{
    yonder_text name, op, value;
    yn_ngx_envs *cases = yn_plan_alloc(n->plan, sizeof *cases);
    with_map w = {d, in_location};
    if (!cases || !yn_ngx_condition(d, &name, &op, &value)) {
        unknown_condition(n, env, d);
        return false;
    }
    const yn_ngx_map *map = yn_ngx_var_find(env, name) ? NULL : yn_ngx_map_find(n, name);
    if (map) {
        yn_ngx_selection selection = {op, value, false};
        if (!ends(d->first) || !yn_ngx_map_run(n, env, map, &selection, run_inside, &w))
            unknown_condition(n, env, d);
        return false;
    }
    if (yn_ngx_test(n, env, name, op, value, false, d, cases) == YN_NGX_UNKNOWN) {
        unknown_condition(n, env, d);
        return false;
    }
    bool all = cases->count == 1 && is_same(&cases->envs[0].which, &env->which);
    for (size_t i = 0; i < cases->count; i++) {
        bool done = yn_ngx_run(n, &cases->envs[i], d->first, in_location);
        if (all && !done)
            *env = cases->envs[i]; // it holds for each of them
        else if (all)
            return true;
    }
    if (!all && cases->count)
        forget_sets(n, env, d->first);
    // nginx's groups are those of the last regular expression that was tried and fit.
    return false;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void run_set(yn_ngx *n, yn_ngx_env *env, const yn_directive *d)
{
    const yn_ngx_map *pending;
    if (d->count != 3 || d->words[1].len < 2 || d->words[1].ptr[0] != '$')
        return;
    yn_to value = yn_ngx_value(n, env, d->words[2], &pending);
    yn_ngx_set(n, env, yn_skip(d->words[1], 1), value.first, !pending);
}

static const char *program_in(const yn_directive *d)
{
    static const char *const parts[] = {"_by_lua", "js_content", "perl", "njs"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (memmem(d->words[0].ptr, d->words[0].len, parts[i], strlen(parts[i])))
            return parts[i];
    return NULL;
}

static bool is_url(yonder_text t)
{
    return yn_starts_with(t, YN_TEXT("http://")) || yn_starts_with(t, YN_TEXT("https://")) ||
           yn_starts_with(t, YN_TEXT("$scheme"));
}

static bool run_one(yn_ngx *n, yn_ngx_env *env, const yn_directive *d, bool in_location)
{
    if (++n->work > most_work) {
        if (n->work == most_work + 1)
            lost(n, d, "too much follows from what: the rest is left out");
        return false;
    }
    if (yn_ngx_is(d, "return"))
        return run_return(n, env, d, in_location);
    if (yn_ngx_is(d, "rewrite"))
        return run_rewrite(n, env, d, in_location);
    if (yn_ngx_is(d, "if"))
        return run_if(n, env, d, in_location);
    if (yn_ngx_is(d, "set"))
        run_set(n, env, d);
    else if (yn_ngx_is(d, "error_page") && is_url(d->words[d->count - 1]))
        lost(n, d, "a redirect that depends on what the server itself answers");
    else if (program_in(d))
        lost(n, d, "a program, which may redirect");
    else if (yn_ngx_is(d, "server_name_in_redirect") && d->count > 1 &&
             yn_equal(d->words[1], YN_TEXT("on")))
        yn_plan_note(
            n->plan, YN_NOTE_CHANGED, d->file, d->line,
            "a target without a host leads to the request's host, not to the server's name");
    return false;
}

bool yn_ngx_run(yn_ngx *n, yn_ngx_env *env, const yn_directive *directive, bool in_location)
{
    for (const yn_directive *d = directive; d && !n->plan->error; d = d->next) {
        if (yn_ngx_is(d, "break")) {
            if (d->next && !in_location && yn_ngx_acts(d->next))
                lost(n, d, "'break' outside a location, with more to come");
            break;
        }
        if (run_one(n, env, d, in_location))
            return true;
    }
    return false;
}
