// SPDX-License-Identifier: MIT
#include "proof/symbol.h"

#include "base/text.h"
#include "core/percent.h"
#include "rules/path.h"
#include "rules/query.h"

enum {
    most_bytes = 1 << 26,
};

// Values that a variable has as long as nothing is known: no literal of a rule is likely to be one.
static const char *const fresh_values[YN_VARIABLES] = {
    "any1",  "any2",  "any3",  "any4",  "any5",  "any6",  "any7",  "any8",  "any9",  "any10",
    "any11", "any12", "any13", "any14", "any15", "any16", "any17", "any18", "any19", "any20",
    "any21", "any22", "any23", "any24", "any25", "any26", "any27", "any28", "any29", "any30",
    "any31", "any32", "any33", "any34", "any35", "any36", "any37", "any38", "any39", "any40",
    "any41", "any42", "any43", "any44", "any45", "any46", "any47", "any48",
};

yn_workshop yn_workshop_make(yn_arena *arena, const yonder_mem *mem)
{
    return (yn_workshop){arena, yn_buf_make(most_bytes, mem), yn_buf_make(most_bytes, mem),
                         yn_buf_make(most_bytes, mem), yn_buf_make(most_bytes, mem)};
}

void yn_workshop_free(yn_workshop *w)
{
    yn_buf_free(&w->atoms);
    yn_buf_free(&w->segments);
    yn_buf_free(&w->items);
    yn_buf_free(&w->text);
}

static bool is_out_of_memory(const yn_workshop *w)
{
    return w->atoms.error || w->segments.error || w->items.error || w->text.error;
}

static void put_item(yn_buf *list, const void *item, size_t size)
{
    yn_buf_put(list, (yonder_text){item, size});
}

// What was collected in `list`, moved to the arena.
static const void *take(yn_workshop *w, yn_buf *list)
{
    void *all = yn_arena_alloc(w->arena, list->len + 1);
    if (all && list->len)
        memcpy(all, list->ptr, list->len);
    list->len = 0;
    return all;
}

static yn_term take_term(yn_workshop *w)
{
    size_t count = w->atoms.len / sizeof(yn_atom);
    return (yn_term){take(w, &w->atoms), count};
}

static yonder_text encoded(yn_workshop *w, yonder_text t)
{
    w->text.len = 0;
    yn_percent_encode(&w->text, t, YN_SET_COMPONENT);
    return yn_arena_text(w->arena, yn_buf_text(&w->text));
}

/* ---- the first request ----------------------------------------------------------------------- */

static bool put_variable(yn_workshop *w, yn_term *term, yn_env *env, bool may_be_empty)
{
    if (env->count == YN_VARIABLES)
        return false;
    return yn_term_variable(term, env, may_be_empty, yonder_text_of(fresh_values[env->count]),
                            w->arena);
}

static bool start_run(yn_workshop *w, yn_env *env, int run)
{
    yn_term term = {NULL, 0};
    if (run == YN_RUN_SLASH)
        put_item(&w->segments, &term, sizeof term);
    for (int i = 0; i < run; i++) {
        if (!put_variable(w, &term, env, true))
            return false;
        put_item(&w->segments, &term, sizeof term);
    }
    return true;
}

static bool start_path(yn_symbol *out, yn_env *env, const yn_view *rule, int run, yn_workshop *w)
{
    w->segments.len = 0;
    for (size_t i = 0; i < rule->part_count; i++) {
        const yn_part *part = &rule->parts[i];
        yn_term term;
        if (part->kind == YN_PART_SPLAT) {
            if (!start_run(w, env, run))
                return false;
            continue;
        }
        if (part->kind == YN_PART_LITERAL)
            term = yn_term_text(w->arena, part->literal);
        else if (!put_variable(w, &term, env, false))
            return false;
        put_item(&w->segments, &term, sizeof term);
    }
    if (!w->segments.len) { // the splat of "/*" stands for nothing: "/" has a segment, an empty one
        yn_term term = {NULL, 0};
        put_item(&w->segments, &term, sizeof term);
    }
    out->segment_count = w->segments.len / sizeof(yn_term);
    out->segments = take(w, &w->segments);
    return out->segments != NULL;
}

static bool start_query(yn_symbol *out, yn_env *env, const yn_view *rule, yn_workshop *w)
{
    w->items.len = 0;
    for (size_t i = 0; i < rule->pair_count; i++) {
        const yn_view_pair *pair = &rule->pairs[i];
        yn_item item = {.name = pair->name};
        if (pair->kind == YN_PAIR_EMPTY)
            continue;
        if (pair->kind == YN_PAIR_LITERAL)
            item.value = yn_term_text(w->arena, encoded(w, pair->value));
        else if (!put_variable(w, &item.value, env, false))
            return false;
        put_item(&w->items, &item, sizeof item);
    }
    out->item_count = w->items.len / sizeof(yn_item);
    out->items = take(w, &w->items);
    return out->items != NULL;
}

bool yn_symbol_start(yn_symbol *out, yn_branch *branch, const yn_view *rule, int run,
                     yn_workshop *w)
{
    *out = (yn_symbol){.passes = true};
    return start_path(out, &branch->env, rule, run, w) && start_query(out, &branch->env, rule, w) &&
           !is_out_of_memory(w);
}

bool yn_symbol_path(const yn_term **segments, size_t *count, yonder_text path, yn_workshop *w)
{
    w->segments.len = 0;
    for (size_t at = 1; at <= path.len;) {
        yonder_text rest = yn_skip(path, at);
        rest.len = yn_find_char(rest, '/');
        yn_term term = yn_term_text(w->arena, rest);
        put_item(&w->segments, &term, sizeof term);
        at += rest.len + 1;
    }
    *count = w->segments.len / sizeof(yn_term);
    *segments = take(w, &w->segments);
    return *segments && !w->segments.error;
}

size_t yn_symbol_plain_prefix(const yn_symbol *request, const yn_env *env)
{
    size_t n = 0;
    while (n < request->segment_count && yn_term_is_plain(request->segments[n], env))
        n++;
    return n;
}

/* ---- a request and a FROM -------------------------------------------------------------------- */

static bool is_empty(yn_term term, const yn_env *env)
{
    for (size_t i = 0; i < term.count; i++) {
        const yn_atom *a = &term.atoms[i];
        if (a->variable != YN_NO_VARIABLE
                ? !env->variables[a->variable].bound || env->variables[a->variable].value.len
                : a->text.len)
            return false;
    }
    return true;
}

// How many segments count: where the slash at the end does not, it makes none.
static size_t counted(const yn_symbol *request, const yn_scope_view *scope, const yn_env *env)
{
    size_t n = request->segment_count;
    return scope->slash_ignored && n > 1 && is_empty(request->segments[n - 1], env) ? n - 1 : n;
}

// The segment a part of FROM is laid beside; those behind a splat are counted from the end.
static size_t beside(const yn_view *rule, size_t part, size_t segments)
{
    return part < rule->splat ? part : segments - (rule->part_count - part);
}

static bool has_length(const yn_view *rule, size_t segments)
{
    return rule->splat < rule->part_count ? segments + 1 >= rule->part_count
                                          : segments == rule->part_count;
}

static bool path_meets(const yn_symbol *request, const yn_view *rule, const yn_scope_view *scope,
                       yn_env *env)
{
    size_t count = counted(request, scope, env);
    if (!has_length(rule, count))
        return false;
    for (size_t i = 0; i < rule->part_count; i++) {
        const yn_part *part = &rule->parts[i];
        if (part->kind == YN_PART_SPLAT)
            continue;
        yn_term term = request->segments[beside(rule, i, count)];
        if (part->kind == YN_PART_PLACEHOLDER
                ? !yn_term_is_filled(term, env)
                : !yn_term_is(term, part->literal, scope->case_ignored, env))
            return false;
    }
    return true;
}

static const yn_item *find_item(const yn_symbol *request, yonder_text name)
{
    for (size_t i = 0; i < request->item_count; i++)
        if (yn_equal(request->items[i].name, name))
            return &request->items[i];
    return NULL;
}

// What was added since the request was composed counts as well.
static const yn_item *find_added(const yn_branch *branch, yonder_text name)
{
    for (size_t i = 0; i < branch->added_count; i++)
        if (yn_equal(branch->added[i].name, name))
            return &branch->added[i];
    return NULL;
}

static bool add_item(const yn_symbol *request, const yn_view_pair *pair, yn_branch *branch,
                     yn_workshop *w)
{
    const size_t most = sizeof branch->added / sizeof *branch->added;
    yn_item item = {.name = pair->name};
    if (!request->passes || branch->added_count == most)
        return false;
    if (pair->kind == YN_PAIR_LITERAL)
        item.value = yn_term_text(w->arena, encoded(w, pair->value));
    else if (!put_variable(w, &item.value, &branch->env, false))
        return false;
    branch->added[branch->added_count++] = item;
    return true;
}

static bool value_is(yn_term value, yonder_text decoded, yn_env *env, yn_workshop *w)
{
    if (!yn_term_is_plain(value, env))
        return yn_term_is(value, encoded(w, decoded), false, env);
    w->text.len = 0;
    yn_term_write(&w->text, value, env);
    return yn_query_is(yn_buf_text(&w->text), decoded);
}

static bool pair_meets(const yn_symbol *request, const yn_view_pair *pair, yn_branch *branch,
                       yn_workshop *w)
{
    const yn_item *item = find_item(request, pair->name);
    if (!item && request->passes)
        item = find_added(branch, pair->name);
    if (pair->kind == YN_PAIR_EMPTY)
        return !item || is_empty(item->value, &branch->env);
    if (!item)
        return add_item(request, pair, branch, w);
    return pair->kind == YN_PAIR_BOUND ? yn_term_is_filled(item->value, &branch->env)
                                       : value_is(item->value, pair->value, &branch->env, w);
}

bool yn_symbol_meets(const yn_symbol *request, const yn_view *rule, const yn_scope_view *scope,
                     yn_branch *branch, yn_workshop *w)
{
    if (!path_meets(request, rule, scope, &branch->env))
        return false;
    for (size_t i = 0; i < rule->pair_count; i++)
        if (!pair_meets(request, &rule->pairs[i], branch, w))
            return false;
    return !is_out_of_memory(w);
}

bool yn_symbol_is_covered(const yn_symbol *request, const yn_view *rule, const yn_scope_view *scope,
                          const yn_branch *branch, yn_workshop *w)
{
    yn_branch tried = *branch;
    if (!yn_symbol_meets(request, rule, scope, &tried, w) ||
        tried.added_count > branch->added_count)
        return false;
    for (size_t i = 0; i < branch->env.count; i++)
        if (tried.env.variables[i].bound != branch->env.variables[i].bound ||
            tried.env.variables[i].may_be_empty != branch->env.variables[i].may_be_empty)
            return false;
    // An open query may hold what an empty pair does not want.
    for (size_t i = 0; i < rule->pair_count; i++)
        if (rule->pairs[i].kind == YN_PAIR_EMPTY && request->passes &&
            !find_item(request, rule->pairs[i].name))
            return false;
    return true;
}

/* ---- a target -------------------------------------------------------------------------------- */

typedef enum url_part {
    IN_AUTHORITY,
    IN_PATH,
    IN_NAME,
    IN_VALUE,
    IN_FRAGMENT,
} url_part;

typedef struct composing {
    yn_workshop *w;
    yn_symbol *out;
    const yn_env *env;
    url_part where;
    yonder_text name; // of the item being read
    bool failed;
} composing;

static void put_text(composing *c, yonder_text text)
{
    yn_atom atom = {text, YN_NO_VARIABLE};
    if (text.len)
        put_item(&c->w->atoms, &atom, sizeof atom);
}

static void put_path_text(composing *c, yonder_text text)
{
    if (!text.len)
        return;
    char *key = yn_arena_alloc(c->w->arena, 3 * text.len);
    c->failed = c->failed || !key;
    if (key)
        put_text(c, (yonder_text){key, yn_path_canonical(key, text)});
}

static bool is_dots(yn_term term, const yn_env *env, const char *dots)
{
    size_t len = 0;
    for (size_t i = 0; i < term.count; i++) {
        const yn_atom *a = &term.atoms[i];
        if (a->variable != YN_NO_VARIABLE && !env->variables[a->variable].bound)
            return false;
        yonder_text t = a->variable == YN_NO_VARIABLE ? a->text : env->variables[a->variable].value;
        if (len + t.len > strlen(dots) || (t.len && memcmp(t.ptr, dots + len, t.len) != 0))
            return false;
        len += t.len;
    }
    return len == strlen(dots);
}

// The segment whose atoms were put. Dot segments do what they do to a client.
static void end_segment(composing *c, bool is_last)
{
    yn_term term = take_term(c->w);
    bool up = is_dots(term, c->env, "..");
    if (up && c->w->segments.len)
        c->w->segments.len -= sizeof term;
    if (up || is_dots(term, c->env, ".")) {
        if (!is_last)
            return;
        term = (yn_term){NULL, 0};
    }
    put_item(&c->w->segments, &term, sizeof term);
}

static void end_name(composing *c)
{
    yn_term name = take_term(c->w);
    c->failed = c->failed || !yn_term_is_plain(name, c->env);
    c->w->text.len = 0;
    yn_term_write(&c->w->text, name, c->env);
    char *decoded = yn_arena_alloc(c->w->arena, c->w->text.len + 1);
    c->failed = c->failed || !decoded;
    if (decoded)
        c->name = (yonder_text){decoded, yn_query_decode(decoded, yn_buf_text(&c->w->text))};
}

static void end_value(composing *c)
{
    yn_item item = {c->name, take_term(c->w)};
    put_item(&c->w->items, &item, sizeof item);
}

// What stood before `next` is complete.
static void end_part(composing *c, url_part next)
{
    if (c->where == IN_AUTHORITY)
        c->out->authority = take_term(c->w);
    else if (c->where == IN_PATH)
        end_segment(c, next != IN_PATH);
    else if (c->where == IN_NAME)
        end_name(c);
    else if (c->where == IN_VALUE)
        end_value(c);
    if (c->where == IN_NAME && next != IN_VALUE && c->name.len) // without "="
        end_value(c);
    c->w->atoms.len = 0;
    c->where = next;
}

static url_part after(url_part now, char byte)
{
    if (byte == '#')
        return IN_FRAGMENT;
    if (now == IN_AUTHORITY || now == IN_PATH)
        return byte == '/' ? IN_PATH : byte == '?' ? IN_NAME : now;
    return byte == '&' ? IN_NAME : now == IN_NAME && byte == '=' ? IN_VALUE : now;
}

static const char *stops_of(url_part part)
{
    return part == IN_NAME ? "=&#" : part == IN_VALUE ? "&#" : part == IN_FRAGMENT ? "" : "/?#";
}

static void compose_text(composing *c, yonder_text text)
{
    for (size_t start = 0, i = 0; i <= text.len; i++) {
        bool stop = i < text.len && text.ptr[i] && strchr(stops_of(c->where), text.ptr[i]);
        if (!stop && i < text.len)
            continue;
        if (c->where == IN_PATH)
            put_path_text(c, yn_slice(text, start, i));
        else
            put_text(c, yn_slice(text, start, i));
        if (stop)
            end_part(c, after(c->where, text.ptr[i]));
        start = i + 1;
    }
}

static void compose_term(composing *c, yn_term term)
{
    for (size_t i = 0; i < term.count; i++)
        put_item(&c->w->atoms, &term.atoms[i], sizeof *term.atoms);
}

static void compose_run(composing *c, const yn_term *segments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i && c->where == IN_PATH)
            end_part(c, IN_PATH);
        else if (i)
            put_text(c, YN_TEXT("/"));
        compose_term(c, segments[i]);
    }
}

// The text of a group may hold several segments.
static void compose_group(composing *c, yn_term term)
{
    for (size_t i = 0; i < term.count; i++)
        if (term.atoms[i].variable == YN_NO_VARIABLE)
            compose_text(c, term.atoms[i].text);
        else
            put_item(&c->w->atoms, &term.atoms[i], sizeof *term.atoms);
}

static void compose_capture(composing *c, const yn_symbol *from, const yn_view *rule,
                            const yn_groups *groups, yn_capture capture)
{
    size_t count = from->segment_count, n = capture.n;
    if (capture.kind == YN_CAPTURE_PAIR) {
        const yn_item *item = n < rule->pair_count ? find_item(from, rule->pairs[n].name) : NULL;
        if (item)
            compose_term(c, item->value);
    } else if (capture.kind == YN_CAPTURE_SEGMENT) {
        if (n < count)
            compose_term(c, from->segments[n]);
    } else if (capture.kind == YN_CAPTURE_BACK) {
        if (n < count)
            compose_term(c, from->segments[count - 1 - n]);
    } else if (capture.kind == YN_CAPTURE_SPLAT) {
        if (n + capture.behind < count)
            compose_run(c, from->segments + n, count - n - capture.behind);
    } else if (groups && n < groups->count) {
        compose_group(c, groups->terms[n]);
    } else {
        c->failed = true;
    }
}

// "http://", "https://" or "//" at the start.
static size_t take_scheme(yn_symbol *out, yonder_text text)
{
    size_t slashes = 0;
    while (slashes < text.len && text.ptr[slashes] != '/')
        slashes++;
    if (slashes)
        out->https = slashes == 6; // "https:"
    return slashes + 2 <= text.len ? slashes + 2 : text.len;
}

// A path of a target that has to stay on the host does not begin with two slashes.
static void strip_slashes(composing *c)
{
    const yn_term *segments = (const yn_term *)(const void *)c->w->segments.ptr;
    size_t count = c->w->segments.len / sizeof *segments, n = 0;
    while (n + 1 < count && is_empty(segments[n], c->env))
        n++;
    if (n) {
        memmove(c->w->segments.ptr, segments + n, (count - n) * sizeof *segments);
        c->w->segments.len = (count - n) * sizeof *segments;
    }
}

static bool is_consumed(const yn_view *rule, yonder_text name)
{
    for (size_t i = 0; i < rule->pair_count; i++)
        if (yn_equal(rule->pairs[i].name, name))
            return true;
    return false;
}

static void pass_query(composing *c, const yn_symbol *from, const yn_view *rule)
{
    c->out->passes = from->passes;
    for (size_t i = 0; i < from->item_count; i++)
        if (!is_consumed(rule, from->items[i].name))
            put_item(&c->w->items, &from->items[i], sizeof *from->items);
}

// Pairs the first request was given on the way, and that get as far as here.
static void pass_added(composing *c, const yn_symbol *from, const yn_view *rule,
                       const yn_branch *branch)
{
    for (size_t i = 0; from->passes && i < branch->added_count; i++)
        if (!is_consumed(rule, branch->added[i].name) && !find_item(from, branch->added[i].name))
            put_item(&c->w->items, &branch->added[i], sizeof *branch->added);
}

bool yn_symbol_next(yn_symbol *out, const yn_symbol *request, const yn_view *rule,
                    const yn_groups *groups, const yn_branch *branch, yn_workshop *w)
{
    yn_symbol next = {.https = request->https, .host = request->host};
    composing c = {w, &next, &branch->env, rule->is_local ? IN_PATH : IN_AUTHORITY, {NULL, 0}, 0};
    w->atoms.len = w->segments.len = w->items.len = 0;
    for (size_t i = 0; i < rule->piece_count; i++) {
        const yn_piece *piece = &rule->pieces[i];
        if (piece->is_capture)
            compose_capture(&c, request, rule, groups, piece->capture);
        else // the slash a path starts with begins its first segment
            compose_text(&c,
                         yn_skip(piece->text, i                ? 0
                                              : rule->is_local ? 1
                                                               : take_scheme(&next, piece->text)));
    }
    end_part(&c, IN_FRAGMENT);
    if (rule->is_local)
        strip_slashes(&c);
    if (!w->segments.len) // "https://example.com"
        put_item(&w->segments, &(yn_term){NULL, 0}, sizeof(yn_term));
    if (rule->passes_query) {
        pass_query(&c, request, rule);
        pass_added(&c, request, rule, branch);
    }
    next.segment_count = w->segments.len / sizeof(yn_term);
    next.item_count = w->items.len / sizeof(yn_item);
    next.segments = take(w, &w->segments);
    next.items = take(w, &w->items);
    if (c.failed || !next.segments || !next.items || is_out_of_memory(w))
        return false;
    *out = next;
    return true;
}

/* ---- in full --------------------------------------------------------------------------------- */

static void write_item(yn_buf *out, const yn_item *item, const yn_env *env, bool is_first)
{
    yn_buf_char(out, is_first ? '?' : '&');
    yn_percent_encode(out, item->name, YN_SET_COMPONENT);
    yn_buf_char(out, '=');
    yn_term_write(out, item->value, env);
}

void yn_symbol_target(yn_buf *out, const yn_symbol *request, const yn_branch *branch)
{
    for (size_t i = 0; i < request->segment_count; i++) {
        yn_buf_char(out, '/');
        yn_term_write(out, request->segments[i], &branch->env);
    }
    for (size_t i = 0; i < request->item_count; i++)
        write_item(out, &request->items[i], &branch->env, i == 0);
    for (size_t i = 0; i < branch->added_count; i++)
        write_item(out, &branch->added[i], &branch->env, request->item_count + i == 0);
}
