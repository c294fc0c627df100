// SPDX-License-Identifier: MIT
// Locations, in the order in which they get requests: exact ones, prefixes that ask for no regular
// expression, regular expressions, and prefixes, the longest first.
#include "base/text.h"
#include "dialects/nginx.h"

enum {
    deepest_jump = 4
};

typedef enum turn {
    TURN_EXACT,
    TURN_STOPS,
    TURN_REGEX,
    TURN_PREFIX,
    TURN_NAMED,
} turn;

static turn turn_of(const yn_ngx_location *l)
{
    if (l->is_named)
        return TURN_NAMED;
    if (l->path.kind == YN_PATH_EXACT)
        return TURN_EXACT;
    if (l->path.kind == YN_PATH_REGEX)
        return TURN_REGEX;
    return l->stops ? TURN_STOPS : TURN_PREFIX;
}

// Whether `a` gets requests before `b`, which was read before it.
static bool goes_before(const yn_ngx_location *a, const yn_ngx_location *b)
{
    turn mine = turn_of(a), other = turn_of(b);
    if (mine != other)
        return mine < other;
    if (mine == TURN_REGEX) // one in another location before those beside that
        return a->parent && !b->parent;
    return a->path.kind != YN_PATH_REGEX && a->path.text.len > b->path.text.len;
}

static void insert(yn_ngx *n, yn_ngx_location *location)
{
    yn_ngx_location **at = &n->locations;
    while (*at && !goes_before(location, *at))
        at = &(*at)->next;
    location->next = *at;
    *at = location;
}

/* ---- reading --------------------------------------------------------------------------------- */

// "= /a", "=/a", "^~ /a", "~ a", "~* a", "@a", "/a"
static bool read_path(yn_ngx *n, const yn_directive *d, yn_ngx_location *out)
{
    static const char *const modifiers[] = {"=", "^~", "~*", "~"};
    yonder_text text = d->words[d->count - 1], modifier = {0};
    if (d->count == 3)
        modifier = d->words[1];
    for (size_t i = 0; d->count == 2 && i < 4 && !modifier.len; i++)
        if (yn_starts_with(text, yonder_text_of(modifiers[i]))) {
            modifier = yonder_text_of(modifiers[i]);
            text = yn_skip(text, modifier.len);
        }
    if (d->count < 2 || d->count > 3)
        return false;
    if (yn_starts_with(text, YN_TEXT("@"))) {
        out->is_named = true;
        out->name = text;
        return true;
    }
    bool any_case = yn_equal(modifier, YN_TEXT("~*"));
    if (any_case || yn_equal(modifier, YN_TEXT("~"))) {
        yonder_text pattern;
        if (!yn_ngx_pattern(n, text, d, &pattern))
            return false;
        out->path = yn_path_regex(n->plan, pattern, any_case);
        return true;
    }
    if (!text.len || text.ptr[0] != '/')
        return false; // no path starts so
    out->stops = yn_equal(modifier, YN_TEXT("^~"));
    yonder_text subject = yn_plan_decoded(n->plan, text);
    out->path = yn_equal(modifier, YN_TEXT("="))
                    ? yn_path_exact(subject, false)
                    : (yn_path){.kind = YN_PATH_PREFIX, .text = subject};
    return true;
}

static void read_locations(yn_ngx *n, const yn_directive *first, const yn_ngx_location *parent)
{
    for (const yn_directive *d = first; d; d = d->next) {
        if (!yn_ngx_is(d, "location") || !d->is_block)
            continue;
        yn_ngx_location *location = yn_plan_alloc(n->plan, sizeof *location);
        if (!location)
            return;
        location->directive = d;
        if (!read_path(n, d, location)) {
            yn_plan_note(n->plan, YN_NOTE_ERROR, d->file, d->line,
                         "a location no request ever has");
            continue;
        }
        location->parent = location->path.kind == YN_PATH_REGEX ? parent : NULL;
        insert(n, location);
        read_locations(n, d->first, location);
    }
}

void yn_ngx_locations_read(yn_ngx *n, const yn_directive *first)
{
    n->locations = NULL;
    read_locations(n, first, NULL);
}

/* ---- which requests -------------------------------------------------------------------------- */

static bool is_longer_prefix(const yn_ngx_location *a, const yn_ngx_location *of)
{
    return turn_of(a) == TURN_PREFIX && a->path.text.len > of->path.text.len &&
           yn_starts_with(a->path.text, of->path.text);
}

// The requests of `env` that get to `l` if no location before it in the list had them.
static bool narrow(yn_ngx *n, yn_ngx_env *env, const yn_ngx_location *l)
{
    yn_path path = l->path;
    if (path.kind == YN_PATH_PREFIX)
        path = yn_path_prefix(path.text);
    if (!yn_ngx_is_path(n, env, &path, false))
        return false;
    // A regular expression inside a prefix is asked where that prefix is the longest.
    const yn_ngx_location *prefix = l->parent ? l->parent : l->stops ? l : NULL;
    if (l->parent && l->parent->path.kind == YN_PATH_PREFIX) {
        yn_path within = yn_path_prefix(l->parent->path.text);
        yn_ngx_env inside = *env;
        if (!yn_ngx_is_path(n, &inside, &within, false))
            return false;
        inside.regex_id = env->regex_id;
        inside.regex = env->regex;
        *env = inside;
    }
    for (const yn_ngx_location *other = n->locations; prefix && other; other = other->next)
        if (is_longer_prefix(other, prefix) && !yn_ngx_is_path(n, env, &other->path, true))
            return false;
    return true;
}

static const yn_directive *passes_on(const yn_ngx_location *l)
{
    static const char *const names[] = {"proxy_pass", "fastcgi_pass",   "uwsgi_pass",
                                        "scgi_pass",  "memcached_pass", "grpc_pass"};
    for (const yn_directive *d = l->directive->first; d; d = d->next)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (yn_ngx_is(d, names[i]))
                return d;
    return NULL;
}

// A location "/a/" that passes requests on answers "/a" with a redirect to "/a/", unless that is a
// location as well.
static void add_slash(yn_ngx *n, const yn_ngx_env *env, const yn_ngx_location *l)
{
    yonder_text path = l->path.text;
    if (turn_of(l) != TURN_PREFIX && turn_of(l) != TURN_STOPS)
        return;
    if (path.len < 2 || path.ptr[path.len - 1] != '/' || !passes_on(l))
        return;
    path.len--;
    for (const yn_ngx_location *other = n->locations; other; other = other->next)
        if (other->path.kind != YN_PATH_REGEX && yn_equal(other->path.text, path))
            return;
    yn_path exact = yn_path_exact(path, false);
    yn_ngx_env one = *env;
    yn_to to = {0};
    if (env->fixed.len || !yn_ngx_is_path(n, &one, &exact, false))
        return;
    yn_plan_put_url(&n->plan->scratch, l->path.text);
    yn_to_add(n->plan, &to, YN_TO_TEXT, yn_plan_written(n->plan));
    yn_step *step = yn_plan_step_add(n->plan, n->server, YN_STEP_ANSWER, &one.which,
                                     l->directive->file, l->directive->line);
    step->status = 301;
    step->to = to.first;
    step->query = YN_QUERY_PASSED;
}

void yn_ngx_locate(yn_ngx *n, const yn_ngx_env *env)
{
    if (n->jumps > deepest_jump)
        return;
    for (const yn_ngx_location *l = n->locations; l; l = l->next)
        if (!l->is_named)
            add_slash(n, env, l);
    for (const yn_ngx_location *l = n->locations; l && !n->plan->error; l = l->next) {
        yn_ngx_env inside = *env;
        if (l->is_named || !narrow(n, &inside, l))
            continue;
        const yn_case which = inside.which;
        bool answered = yn_ngx_run(n, &inside, l->directive->first, true);
        if (env->fixed.len)
            return; // it is this location and no other
        if (!answered)
            yn_plan_step_add(n->plan, n->server, YN_STEP_STOP, &which, l->directive->file,
                             l->directive->line);
    }
}
