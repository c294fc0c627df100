// SPDX-License-Identifier: MIT
#include "proof/compose.h"

#include "base/text.h"
#include "rules/target.h"

int yn_compose_status(int first, int second)
{
    bool keeps = first >= 307 && second >= 307;
    bool permanent = (first == 301 || first == 308) && (second == 301 || second == 308);
    if (first == 303 || second == 303)
        return 303;
    if (keeps)
        return permanent ? 308 : 307;
    return permanent ? 301 : 302;
}

/* ---- targets taken apart --------------------------------------------------------------------- */

enum {
    most_pieces = 48,
    most_segments = 48,
};

typedef struct pieces {
    yn_piece all[most_pieces];
    size_t count;
    bool full;
} pieces;

typedef struct target {
    pieces origin, path, query, fragment; // the path without its first slash
    bool has_query, has_fragment;
} target;

static void put_piece(pieces *p, const yn_piece *piece)
{
    if (p->count == most_pieces)
        p->full = true;
    else if (piece->is_capture || piece->text.len)
        p->all[p->count++] = *piece;
}

static void put_text(pieces *p, yonder_text text)
{
    put_piece(p, &(yn_piece){.text = text});
}

static void put_all(pieces *p, const pieces *from)
{
    for (size_t i = 0; i < from->count; i++)
        put_piece(p, &from->all[i]);
    p->full = p->full || from->full;
}

// Cuts a text where the next part begins, and moves on to that.
static void take_text(target *t, pieces **now, yonder_text text)
{
    while (text.len) {
        bool in_origin = *now == &t->origin, in_path = *now == &t->path;
        size_t end = yn_find_char(text, '#');
        if (in_origin || in_path)
            end = end < yn_find_char(text, '?') ? end : yn_find_char(text, '?');
        if (in_origin)
            end = end < yn_find_char(text, '/') ? end : yn_find_char(text, '/');
        if (*now == &t->fragment)
            end = text.len;
        put_text(*now, yn_slice(text, 0, end));
        if (end == text.len)
            return;
        *now = text.ptr[end] == '#' ? &t->fragment : text.ptr[end] == '?' ? &t->query : &t->path;
        t->has_query = t->has_query || *now == &t->query;
        t->has_fragment = t->has_fragment || *now == &t->fragment;
        text = yn_skip(text, end + 1);
    }
}

static void take_apart(target *t, const yn_view *rule)
{
    pieces *now = rule->is_local ? &t->path : &t->origin;
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < rule->piece_count; i++) {
        const yn_piece *piece = &rule->pieces[i];
        yonder_text text = piece->text;
        if (piece->is_capture) {
            put_piece(now, piece);
            continue;
        }
        if (!i) { // the scheme, or the slash the path begins with
            size_t skip = rule->is_local ? 1 : yn_find_char(text, '/') + 2;
            skip = skip < text.len ? skip : text.len;
            if (!rule->is_local)
                put_text(&t->origin, yn_slice(text, 0, skip));
            text = yn_skip(text, skip);
        }
        take_text(t, &now, text);
    }
    t->has_query = t->has_query || !rule->passes_query;
}

// The path of the first target by segments; one of them may be the run a splat stands for.
typedef struct segments {
    pieces list[most_segments];
    size_t count;
    size_t run; // count: none
} segments;

static void cut(segments *s, const pieces *path)
{
    s->count = 1;
    s->run = SIZE_MAX;
    s->list[0] = (pieces){.count = 0};
    for (size_t i = 0; i < path->count; i++) {
        const yn_piece *piece = &path->all[i];
        yonder_text rest = piece->text;
        if (piece->is_capture) {
            if (piece->capture.kind == YN_CAPTURE_SPLAT)
                s->run = s->run == SIZE_MAX ? s->count - 1 : SIZE_MAX - 1;
            put_piece(&s->list[s->count - 1], piece);
            continue;
        }
        for (size_t end; (end = yn_find_char(rest, '/')) < rest.len;
             rest = yn_skip(rest, end + 1)) {
            put_text(&s->list[s->count - 1], yn_slice(rest, 0, end));
            if (s->count == most_segments) {
                s->list[0].full = true;
                return;
            }
            s->list[s->count++] = (pieces){.count = 0};
        }
        put_text(&s->list[s->count - 1], rest);
    }
}

/* ---- the second in terms of the first -------------------------------------------------------- */

static void put_segments(pieces *out, const segments *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (i > from)
            put_text(out, YN_TEXT("/"));
        put_all(out, &s->list[i]);
    }
}

// False where the capture reaches into the run, or is of another kind.
static bool substitute(pieces *out, const segments *s, yn_capture c)
{
    bool has_run = s->run < s->count;
    if (c.kind == YN_CAPTURE_SEGMENT && c.n < (has_run ? s->run : s->count))
        put_segments(out, s, c.n, (size_t)c.n + 1);
    else if (c.kind == YN_CAPTURE_BACK && c.n < (has_run ? s->count - 1 - s->run : s->count))
        put_segments(out, s, s->count - 1 - c.n, s->count - c.n);
    else if (c.kind == YN_CAPTURE_SPLAT && c.n + c.behind <= s->count &&
             (!has_run || (c.n <= s->run && c.behind <= s->count - 1 - s->run)))
        put_segments(out, s, c.n, s->count - c.behind);
    else
        return false;
    return true;
}

static bool rewrite(pieces *out, const segments *s, const pieces *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (!from->all[i].is_capture)
            put_piece(out, &from->all[i]);
        else if (from->all[i].where == YN_MARK_AUTHORITY ||
                 !substitute(out, s, from->all[i].capture))
            return false;
    }
    return true;
}

typedef struct composing {
    target first, second;
    segments path;
    pieces out;
} composing;

static bool compose(composing *c, yn_view *out, const yn_view *second)
{
    const pieces *origin = second->is_local ? &c->first.origin : &c->second.origin;
    bool rewritten = true;
    put_all(&c->out, origin);
    put_text(&c->out, YN_TEXT("/"));
    rewritten = rewrite(&c->out, &c->path, &c->second.path);
    out->passes_query = !c->first.has_query && !c->second.has_query;
    const pieces *query = c->second.has_query ? &c->second.query : &c->first.query;
    if (query->count)
        put_text(&c->out, YN_TEXT("?"));
    if (c->second.has_query)
        rewritten = rewritten && rewrite(&c->out, &c->path, query);
    else
        put_all(&c->out, query);
    out->query_at = c->out.count;
    const target *last = c->second.has_fragment ? &c->second : &c->first;
    if (last->has_fragment)
        put_text(&c->out, YN_TEXT("#"));
    if (last == &c->second)
        rewritten = rewritten && rewrite(&c->out, &c->path, &last->fragment);
    else
        put_all(&c->out, &last->fragment);
    return rewritten && !c->out.full && !c->path.list[0].full;
}

bool yn_compose(yn_view *out, const yn_view *first, const yn_view *second, yn_arena *arena)
{
    composing *c = yn_arena_alloc(arena, sizeof *c);
    if (!c)
        return false;
    *out = *first;
    c->out = (pieces){.count = 0};
    take_apart(&c->first, first);
    take_apart(&c->second, second);
    cut(&c->path, &c->first.path);
    if (c->path.run == SIZE_MAX - 1) // more than one run
        return false;
    if (!compose(c, out, second))
        return false;
    yn_piece *all = yn_arena_alloc(arena, (c->out.count + 1) * sizeof *all);
    if (!all)
        return false;
    memcpy(all, c->out.all, c->out.count * sizeof *all);
    out->pieces = all;
    out->piece_count = c->out.count;
    out->is_local = first->is_local && second->is_local;
    out->status = yn_compose_status(first->status, second->status);
    return true;
}
