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
    if (l->is_regex) // though its path may be plain: "~ ^/a"
        return TURN_REGEX;
    if (l->path.kind == YN_PATH_EXACT)
        return TURN_EXACT;
    return l->stops ? TURN_STOPS : TURN_PREFIX;
}

static bool is_static(const yn_ngx_location *l)
{
    return turn_of(l) == TURN_PREFIX || turn_of(l) == TURN_STOPS;
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
        out->is_regex = true;
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

// Prefixes stand with the longest first, all others as they were read.
static void add_read(yn_ngx_location **at, yn_ngx_location *location)
{
    bool sorted = is_static(location);
    while (*at && !(sorted && is_static(*at) && (*at)->path.text.len < location->path.text.len))
        at = &(*at)->read;
    location->read = *at;
    *at = location;
}

static void read_locations(yn_ngx *n, const yn_directive *first, yn_ngx_location *parent,
                           yn_ngx_location **all)
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
        location->parent = parent;
        if (parent)
            parent->is_parent = true;
        add_read(all, location);
        read_locations(n, d->first, location, all);
    }
}

/* ---- their order ------------------------------------------------------------------------------
 */

typedef struct ordering {
    const yn_ngx_location *all;
    yn_ngx_location **end; // of the list in order
} ordering;

static void append(ordering *o, const yn_ngx_location *l)
{
    yn_ngx_location *location = (yn_ngx_location *)l;
    *o->end = location;
    o->end = &location->next;
}

// Those in `parent` that get what no regular expression takes.
static void order_prefixes(ordering *o, const yn_ngx_location *parent)
{
    for (const yn_ngx_location *l = parent && !parent->is_parent ? NULL : o->all; l; l = l->read)
        if (l->parent == parent && turn_of(l) == TURN_PREFIX) {
            order_prefixes(o, l);
            append(o, l);
        }
}

// Those in `parent` that are asked before: what is inside goes first.
static void order_others(ordering *o, const yn_ngx_location *parent)
{
    const yn_ngx_location *all = parent && !parent->is_parent ? NULL : o->all;
    for (const yn_ngx_location *l = all; l; l = l->read)
        if (l->parent == parent && turn_of(l) == TURN_EXACT)
            append(o, l);
    for (const yn_ngx_location *l = all; l; l = l->read)
        if (l->parent == parent && is_static(l)) {
            order_others(o, l);
            if (l->stops) {
                order_prefixes(o, l);
                append(o, l);
            }
        }
    for (const yn_ngx_location *l = all; l; l = l->read)
        if (l->parent == parent && turn_of(l) == TURN_REGEX) {
            order_others(o, l);
            append(o, l);
        }
}

void yn_ngx_locations_read(yn_ngx *n, const yn_directive *first)
{
    yn_ngx_location *all = NULL;
    read_locations(n, first, NULL, &all);
    n->locations = NULL;
    ordering o = {all, &n->locations};
    order_others(&o, NULL);
    order_prefixes(&o, NULL);
    for (const yn_ngx_location *l = all; l; l = l->read)
        if (l->is_named)
            append(&o, l);
}

/* ---- which requests -------------------------------------------------------------------------- */

static bool is_longer_prefix(const yn_ngx_location *a, const yn_ngx_location *of)
{
    return a->parent == of->parent && turn_of(a) == TURN_PREFIX &&
           a->path.text.len > of->path.text.len && yn_starts_with(a->path.text, of->path.text);
}

// Makes `env` smaller to what gets into `l`, of which the groups are not known: another regular
// expression inside it is asked later.
static bool narrow_to(yn_ngx *n, yn_ngx_env *env, const yn_ngx_location *l)
{
    yn_path path = l->path;
    if (path.kind == YN_PATH_PREFIX)
        path = yn_path_prefix(path.text);
    yn_ngx_env inside = *env;
    if (!yn_ngx_is_path(n, &inside, &path, false))
        return false;
    inside.regex_id = env->regex_id;
    inside.regex = env->regex;
    *env = inside;
    return true;
}

// The requests of `env` that get to `l` if no location before it in the list had them.
static bool narrow(yn_ngx *n, yn_ngx_env *env, const yn_ngx_location *l)
{
    yn_path path = l->path;
    if (path.kind == YN_PATH_PREFIX)
        path = yn_path_prefix(path.text);
    if (!yn_ngx_is_path(n, env, &path, false))
        return false;
    if (turn_of(l) == TURN_PREFIX)
        return true;
    // What stands in a prefix is asked where that is the longest beside it.
    for (const yn_ngx_location *at = l; at; at = at->parent) {
        if (at != l && !narrow_to(n, env, at))
            return false;
        for (const yn_ngx_location *other = n->locations; is_static(at) && other;
             other = other->next)
            if (is_longer_prefix(other, at) && !yn_ngx_is_path(n, env, &other->path, true))
                return false;
    }
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
        if (!other->is_regex && yn_equal(other->path.text, path))
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
