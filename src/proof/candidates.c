// SPDX-License-Identifier: MIT
#include "proof/candidates.h"

#include "base/hash.h"
#include "base/text.h"
#include "rules/path.h"
#include "rules/target.h"

enum {
    most_segment = 1024, // longer ones share a key
};

/* ---- keys ------------------------------------------------------------------------------------ */

static const uint64_t no_segments = 0x9afe, any_regex = 0x4e9e;

// The key of a start that is one segment longer.
static uint64_t longer(uint64_t start, yonder_text segment, bool folded)
{
    char room[most_segment];
    if (folded) {
        segment.len = segment.len < most_segment ? segment.len : most_segment;
        for (size_t i = 0; i < segment.len; i++)
            room[i] = yn_lower(segment.ptr[i]);
        segment.ptr = room;
    }
    return yn_hash(segment, start * 3 + 1);
}

// Of plain rules only those as long as the path are wanted.
static uint64_t with_length(uint64_t start, size_t segments)
{
    return yn_hash_mix(start ^ 0x1e4, segments + 0x9e3779b97f4a7c15u);
}

static uint64_t in_scope(uint32_t scope, uint64_t start)
{
    return yn_hash_mix(start ^ 0xd6e8feb86659fd93u, scope + 0x9e3779b97f4a7c15u);
}

/* ---- what is wanted -------------------------------------------------------------------------- */

// In both spellings of case, for it is not known yet whose rules will be looked for.
static void open_path(yn_candidates *c, yonder_text path)
{
    uint64_t keys[2] = {no_segments, no_segments};
    yn_links_open(&c->open, keys[0]);
    for (size_t at = 1; at <= path.len;) {
        yonder_text segment = yn_path_segment(path, at);
        char key[3 * 512];
        at += segment.len + 1;
        if (at > path.len || segment.len > 512) // what follows may be captured
            return;
        segment = (yonder_text){key, yn_path_canonical(key, segment)};
        for (size_t i = 0; i < 2; i++) {
            keys[i] = longer(keys[i], segment, i == 1);
            yn_links_open(&c->open, keys[i]);
        }
    }
}

// The starts of a target's path up to where it stops being plain are opened for plain rules.
static void open_target(yn_candidates *c, const yn_view *rule)
{
    yn_buf start = yn_buf_make(1 << 20, c->model->mem);
    yn_model_location(&start, rule);
    yonder_text path = yn_buf_text(&start);
    if (!rule->is_local) { // past the authority, where nothing of that is captured
        size_t at = yn_find_char(path, ':');
        at = at < path.len ? at + 3 : 2;
        at = at < path.len ? at + yn_find_char(yn_skip(path, at), '/') : path.len;
        path = at < path.len ? yn_skip(path, at) : YN_TEXT("/");
    }
    path.len = yn_find_char(path, '?');
    open_path(c, path);
    yn_buf_free(&start);
}

static bool has_captures(const yn_view *rule)
{
    for (size_t i = 0; i < rule->piece_count; i++)
        if (rule->pieces[i].is_capture && rule->pieces[i].where != YN_MARK)
            return true;
    return false;
}

/* ---- making ---------------------------------------------------------------------------------- */

static void file_symbolic(yn_candidates *c, const yn_view *rule)
{
    uint64_t start = no_segments;
    bool folded = c->model->scopes[rule->scope].view.case_ignored;
    bool narrow = rule->pair_count + rule->condition_count != 0;
    if (rule->is_regex) {
        yn_links_put(&c->regexes, rule->scope, rule->order);
        if (narrow)
            yn_links_open(&c->narrow, in_scope(rule->scope, any_regex));
        return;
    }
    for (size_t i = 0; i < rule->part_count; i++) {
        if (rule->parts[i].kind != YN_PART_LITERAL)
            break;
        yn_links_put(&c->below, in_scope(rule->scope, start), rule->order);
        start = longer(start, rule->parts[i].literal, folded);
    }
    yn_links_put(&c->ends, in_scope(rule->scope, start), rule->order);
    if (narrow)
        yn_links_open(&c->narrow, in_scope(rule->scope, start));
}

// A plain rule is filed below the starts that are open; one with pairs also where its path ends.
static void file_plain(yn_candidates *c, uint32_t scope, uint32_t order, yonder_text path,
                       bool has_pairs)
{
    uint64_t start = no_segments;
    bool folded = c->model->scopes[scope].view.case_ignored;
    size_t segments = 0;
    for (size_t i = 0; i < path.len; i++)
        segments += path.ptr[i] == '/';
    for (size_t at = 1; at <= path.len;) {
        yonder_text segment = yn_path_segment(path, at);
        if (yn_links_has(&c->open, start))
            yn_links_put(&c->plain, in_scope(scope, with_length(start, segments)), order);
        start = longer(start, segment, folded);
        at += segment.len + 1;
    }
    if (has_pairs) {
        yn_links_put(&c->ends, in_scope(scope, start), order);
        yn_links_open(&c->narrow, in_scope(scope, start));
    }
}

static bool file_all_plain(yn_candidates *c)
{
    yn_arena arena = yn_arena_make(c->model->mem);
    yn_buf path = yn_buf_make(1 << 20, c->model->mem);
    yn_rule_cursor cursor = yn_rules_begin(c->model->set);
    const yonder_rules *owner;
    bool ok = true;
    for (const yn_rule *rule; ok && (rule = yn_rules_next(&cursor, &owner));) {
        yn_rule_class class = c->model->classes[rule->order];
        yn_view view;
        if (class == YN_CLASS_SYMBOLIC || class == YN_CLASS_NONE)
            continue;
        ok = yn_view_rule(&view, owner, rule, &arena);
        if (!ok)
            break;
        path.len = 0;
        bool has_pairs = view.pair_count != 0;
        view.pair_count = 0;
        yn_model_target(&path, &view);
        file_plain(c, view.scope, view.order, yn_buf_text(&path), has_pairs);
        ok = !path.error;
        if (arena.used > 1 << 20) {
            yn_arena_free(&arena);
            arena = yn_arena_make(c->model->mem);
        }
    }
    yn_arena_free(&arena);
    yn_buf_free(&path);
    return ok;
}

bool yn_candidates_make(yn_candidates *out, const yn_model *model)
{
    bool ok = true, has_pairs = model->has_narrow;
    *out = (yn_candidates){model,
                           yn_links_make(model->mem),
                           yn_links_make(model->mem),
                           yn_links_make(model->mem),
                           yn_links_make(model->mem),
                           yn_links_make(model->mem),
                           yn_links_make(model->mem)};
    for (size_t i = 0; i < model->symbolic_count; i++) {
        file_symbolic(out, model->symbolic[i]);
        if (has_captures(model->symbolic[i]))
            open_target(out, model->symbolic[i]);
    }
    if (has_pairs || out->open.used)
        ok = file_all_plain(out);
    if (ok && !out->ends.failed && !out->below.failed && !out->regexes.failed &&
        !out->narrow.failed && !out->open.failed && !out->plain.failed)
        return true;
    yn_candidates_free(out);
    return false;
}

void yn_candidates_free(yn_candidates *c)
{
    yn_links_free(&c->ends);
    yn_links_free(&c->below);
    yn_links_free(&c->regexes);
    yn_links_free(&c->narrow);
    yn_links_free(&c->open);
    yn_links_free(&c->plain);
}

/* ---- asking ---------------------------------------------------------------------------------- */

typedef struct asking {
    const yn_candidates *c;
    const yn_symbol *request;
    const yn_env *env;
    const yn_candidate_sink *sink;
} asking;

static void take_all(const yn_links *links, uint64_t key, const yn_candidate_sink *sink)
{
    const yn_link *link = yn_links_first(links, key);
    while (link && sink->take(sink->context, link->value))
        link = yn_links_next(links, link);
}

static void ask_scope(void *context, uint32_t scope)
{
    const asking *a = context;
    const yn_candidates *c = a->c;
    bool folded = c->model->scopes[scope].view.case_ignored;
    size_t plain = yn_symbol_plain_prefix(a->request, a->env);
    uint64_t start = no_segments, deepest = no_segments;
    bool is_open = false;
    yn_buf text = yn_buf_make(1 << 20, c->model->mem);
    for (size_t i = 0;; i++) {
        take_all(&c->ends, in_scope(scope, start), a->sink);
        if (yn_links_has(&c->open, start)) {
            is_open = true;
            deepest = start;
        }
        if (i == plain)
            break;
        text.len = 0;
        yn_term_write(&text, a->request->segments[i], a->env);
        start = longer(start, yn_buf_text(&text), folded);
    }
    yn_buf_free(&text);
    if (plain < a->request->segment_count) {
        take_all(&c->below, in_scope(scope, start), a->sink);
        size_t segments = a->request->segment_count;
        for (size_t i = 0; is_open && a->sink->wants_plain &&
                           i < (c->model->scopes[scope].view.slash_ignored ? 2u : 1u);
             i++)
            take_all(&c->plain, in_scope(scope, with_length(deepest, segments - i)), a->sink);
    }
    if (a->sink->wants_regexes)
        take_all(&c->regexes, scope, a->sink);
}

void yn_candidates_at(const yn_candidates *c, const yn_symbol *request, const yn_env *env,
                      const yn_candidate_sink *sink)
{
    asking a = {c, request, env, sink};
    yn_model_scopes_at(c->model, request->https, request->host, ask_scope, &a);
}

typedef struct narrow_asking {
    const yn_candidates *c;
    yonder_text path;
    bool found;
} narrow_asking;

static void ask_narrow(void *context, uint32_t scope)
{
    narrow_asking *a = context;
    const yn_links *narrow = &a->c->narrow;
    bool folded = a->c->model->scopes[scope].view.case_ignored;
    uint64_t start = no_segments;
    a->found = a->found || yn_links_has(narrow, in_scope(scope, any_regex)) ||
               yn_links_has(narrow, in_scope(scope, start));
    for (size_t at = 1; at <= a->path.len && !a->found;) {
        yonder_text segment = yn_path_segment(a->path, at);
        start = longer(start, segment, folded);
        a->found = yn_links_has(narrow, in_scope(scope, start));
        at += segment.len + 1;
    }
}

bool yn_candidates_narrow(const yn_candidates *c, bool https, yonder_text host, yonder_text path)
{
    narrow_asking a = {c, path, false};
    yn_model_scopes_at(c->model, https, host, ask_narrow, &a);
    return a.found;
}
