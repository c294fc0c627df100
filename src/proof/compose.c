// SPDX-License-Identifier: MIT
#include "proof/compose.h"

#include "base/text.h"
#include "rules/path.h"
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
    pieces out, rewritten;
} composing;

// A path does not begin with two slashes, as where a splat before the second one stood for nothing.
static void strip_slashes(pieces *path)
{
    size_t empty = 0;
    for (; empty < path->count && !path->all[empty].is_capture; empty++) {
        yonder_text *text = &path->all[empty].text;
        while (text->len && *text->ptr == '/')
            *text = yn_skip(*text, 1);
        if (text->len)
            break;
    }
    path->count -= empty;
    memmove(path->all, path->all + empty, path->count * sizeof *path->all);
}

// "/:splat" leads to "/x" for "//x", too: the splat is not what the second rule gets.
static bool loses_slashes(const composing *c, const yn_view *first)
{
    const pieces *begin = &c->path.list[0];
    bool is_used = false;
    for (size_t i = 0; i < c->out.count; i++)
        is_used =
            is_used || (c->out.all[i].is_capture && c->out.all[i].capture.kind == YN_CAPTURE_SPLAT);
    return is_used && first->is_local && c->path.run == 0 && begin->all[0].is_capture &&
           begin->all[0].capture.kind == YN_CAPTURE_SPLAT;
}

static bool compose(composing *c, yn_view *out, const yn_view *second)
{
    const pieces *origin = second->is_local ? &c->first.origin : &c->second.origin;
    bool rewritten = true;
    put_all(&c->out, origin);
    put_text(&c->out, YN_TEXT("/"));
    rewritten = rewrite(&c->rewritten, &c->path, &c->second.path);
    if (second->is_local)
        strip_slashes(&c->rewritten);
    put_all(&c->out, &c->rewritten);
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
    c->out = c->rewritten = (pieces){.count = 0};
    take_apart(&c->first, first);
    take_apart(&c->second, second);
    cut(&c->path, &c->first.path);
    if (c->path.run == SIZE_MAX - 1) // more than one run
        return false;
    if (!compose(c, out, second) || loses_slashes(c, first))
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

/* ---- the first for what the second takes ----------------------------------------------------- */

typedef struct special {
    const yn_view *first;
    yn_arena *arena;
    segments path; // of the target of `first`
    bool plain, narrowed;
    yonder_text bound[most_segments]; // of each part of FROM; NULL: it is as it was
    yn_part run[most_segments];       // what the splat becomes
    size_t run_count;
    yn_part parts[2 * most_segments];
    size_t starts[most_segments + 1]; // where each part of FROM is in `parts`
    size_t count, splat;
    pieces out;
    size_t query_at;
} special;

// What means itself in FROM and in TO.
static bool is_simple(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            (!t.ptr[i] || !strchr("-._~", t.ptr[i])))
            return false;
    return t.len != 0;
}

static size_t part_of(const special *s, yn_capture c)
{
    return c.kind == YN_CAPTURE_BACK ? s->first->part_count - 1 - c.n : c.n;
}

static yn_special bind(special *s, yn_capture c, yonder_text literal)
{
    size_t at = part_of(s, c);
    if (c.kind != YN_CAPTURE_SEGMENT && c.kind != YN_CAPTURE_BACK)
        return YN_SPECIAL_UNKNOWN;
    if (!literal.len)
        return YN_SPECIAL_NEVER;
    if (at >= s->first->part_count || s->first->parts[at].kind != YN_PART_PLACEHOLDER ||
        !s->plain || !is_simple(literal))
        return YN_SPECIAL_UNKNOWN;
    if (s->bound[at].ptr && !yn_equal(s->bound[at], literal))
        return YN_SPECIAL_NEVER;
    s->bound[at] = literal;
    s->narrowed = true;
    return YN_SPECIAL_ALL;
}

static yn_special text_meets(special *s, yonder_text text, const yn_part *part)
{
    if (part->kind == YN_PART_PLACEHOLDER)
        return text.len ? YN_SPECIAL_ALL : YN_SPECIAL_NEVER;
    char *key = yn_arena_alloc(s->arena, 3 * text.len + 1);
    if (!key)
        return YN_SPECIAL_UNKNOWN;
    yonder_text whole = {key, text.len ? yn_path_canonical(key, text) : 0};
    if (yn_equal(whole, part->literal))
        return YN_SPECIAL_ALL;
    return s->plain || !yn_equal_nocase(whole, part->literal) ? YN_SPECIAL_NEVER
                                                              : YN_SPECIAL_UNKNOWN;
}

// A segment of the first target, and a part of the second FROM.
static yn_special meets(special *s, const pieces *segment, const yn_part *part)
{
    const yn_piece *piece = &segment->all[0];
    if (!segment->count)
        return text_meets(s, (yonder_text){NULL, 0}, part);
    if (segment->count > 1) {
        bool begins = piece->is_capture || part->kind != YN_PART_LITERAL || !s->plain ||
                      yn_starts_with(part->literal, piece->text);
        return part->kind == YN_PART_PLACEHOLDER   ? YN_SPECIAL_ALL
               : !begins && is_simple(piece->text) ? YN_SPECIAL_NEVER
                                                   : YN_SPECIAL_UNKNOWN;
    }
    if (!piece->is_capture)
        return text_meets(s, piece->text, part);
    if (part->kind == YN_PART_LITERAL)
        return bind(s, piece->capture, part->literal);
    return piece->capture.kind == YN_CAPTURE_PAIR ? YN_SPECIAL_UNKNOWN : YN_SPECIAL_ALL;
}

static void note(yn_special *all, yn_special one)
{
    if (*all == YN_SPECIAL_NEVER || one == YN_SPECIAL_NEVER)
        *all = YN_SPECIAL_NEVER;
    else if (one == YN_SPECIAL_UNKNOWN)
        *all = one;
}

static yn_special put_run(special *s, const yn_part *parts, size_t count)
{
    yn_special all = YN_SPECIAL_ALL;
    for (size_t i = 0; i < count; i++) {
        const yn_part *part = &parts[i];
        if (part->kind == YN_PART_LITERAL && (!s->plain || !is_simple(part->literal)))
            all = YN_SPECIAL_UNKNOWN;
        if (s->run_count == most_segments)
            return YN_SPECIAL_UNKNOWN;
        s->run[s->run_count++] = *part;
        s->narrowed = s->narrowed || part->kind != YN_PART_SPLAT;
    }
    return all;
}

// The second has a splat, too. What of its FROM reaches into the run, the run has to begin and to
// end with.
static yn_special meet_runs(special *s, const yn_view *second)
{
    size_t front = s->path.run, back = s->path.count - 1 - front, first = second->splat,
           last = second->part_count - 1 - first;
    yn_special all = YN_SPECIAL_ALL;
    for (size_t i = 0; i < front && i < first; i++)
        note(&all, meets(s, &s->path.list[i], &second->parts[i]));
    for (size_t i = 0; i < back && i < last; i++)
        note(&all, meets(s, &s->path.list[s->path.count - 1 - i],
                         &second->parts[second->part_count - 1 - i]));
    if (first > front)
        note(&all, put_run(s, second->parts + front, first - front));
    note(&all, put_run(s, &s->first->parts[s->first->splat], 1));
    if (last > back)
        note(&all, put_run(s, second->parts + first + 1, last - back));
    // Where the second splat reaches beyond the run, a short run would be passed by, and an empty
    // one leave a slash.
    bool reaches = s->run_count > 1 && (first < front || last < back);
    if (reaches || s->path.list[front].count != 1)
        note(&all, YN_SPECIAL_UNKNOWN);
    return all;
}

static yn_special meet_run(special *s, const yn_view *second)
{
    size_t front = s->path.run, back = s->path.count - 1 - front, count = second->part_count;
    yn_special all = YN_SPECIAL_ALL;
    if (count < s->path.count)
        return YN_SPECIAL_NEVER;
    for (size_t i = 0; i < front; i++)
        note(&all, meets(s, &s->path.list[i], &second->parts[i]));
    for (size_t i = 1; i <= back; i++)
        note(&all, meets(s, &s->path.list[s->path.count - i], &second->parts[count - i]));
    note(&all, put_run(s, second->parts + front, count - front - back));
    if (s->path.list[front].count != 1)
        note(&all, YN_SPECIAL_UNKNOWN);
    s->narrowed = true;
    return all;
}

static yn_special meet_path(special *s, const yn_view *second)
{
    size_t count = s->path.count;
    bool has_splat = second->splat < second->part_count;
    yn_special all = YN_SPECIAL_ALL;
    if (s->path.run < count)
        return has_splat ? meet_runs(s, second) : meet_run(s, second);
    if (has_splat ? count + 1 < second->part_count : count != second->part_count)
        return YN_SPECIAL_NEVER;
    for (size_t i = 0; i < second->part_count; i++)
        if (i != second->splat)
            note(&all,
                 meets(s, &s->path.list[i < second->splat ? i : count - second->part_count + i],
                       &second->parts[i]));
    return all;
}

static void put_from(special *s)
{
    const yn_view *first = s->first;
    s->splat = SIZE_MAX;
    for (size_t i = 0; i < first->part_count; i++) {
        s->starts[i] = s->count;
        if (i == first->splat && s->run_count) {
            for (size_t k = 0; k < s->run_count; k++)
                s->parts[s->count++] = s->run[k];
            continue;
        }
        s->parts[s->count] = first->parts[i];
        if (s->bound[i].ptr)
            s->parts[s->count] = (yn_part){YN_PART_LITERAL, s->bound[i]};
        s->count++;
    }
    s->starts[first->part_count] = s->count;
    for (size_t i = 0; i < s->count; i++)
        if (s->parts[i].kind == YN_PART_SPLAT)
            s->splat = i;
    s->splat = s->splat < s->count ? s->splat : s->count;
}

static void put_part(special *s, size_t at, int where)
{
    const yn_part *part = &s->parts[at];
    size_t behind = s->count - 1 - at;
    yn_piece piece = {.is_capture = true, .where = where};
    if (part->kind == YN_PART_LITERAL)
        piece = (yn_piece){.text = part->literal};
    else if (part->kind == YN_PART_SPLAT)
        piece.capture = (yn_capture){YN_CAPTURE_SPLAT, (uint16_t)at, (uint16_t)behind};
    else if (at < s->splat)
        piece.capture = (yn_capture){.kind = YN_CAPTURE_SEGMENT, .n = (uint16_t)at};
    else
        piece.capture = (yn_capture){.kind = YN_CAPTURE_BACK, .n = (uint16_t)behind};
    put_piece(&s->out, &piece);
}

// TO in terms of the new FROM. False where a splat that is no more goes into a query.
static bool put_to(special *s)
{
    const yn_view *first = s->first;
    s->query_at = SIZE_MAX;
    for (size_t i = 0; i < first->piece_count; i++) {
        const yn_piece *piece = &first->pieces[i];
        yn_capture c = piece->capture;
        if (i == first->query_at)
            s->query_at = s->out.count;
        if (!piece->is_capture || c.kind == YN_CAPTURE_PAIR || c.kind == YN_CAPTURE_GROUP) {
            put_piece(&s->out, piece);
            continue;
        }
        size_t part = c.kind == YN_CAPTURE_SPLAT ? first->splat : part_of(s, c);
        if (part >= first->part_count)
            return false;
        size_t from = s->starts[part], to = s->starts[part + 1];
        if (to - from != 1 && piece->where != YN_MARK_PATH)
            return false;
        for (size_t k = from; k < to; k++) {
            if (k > from)
                put_text(&s->out, YN_TEXT("/"));
            put_part(s, k, piece->where);
        }
    }
    s->query_at = s->query_at < s->out.count ? s->query_at : s->out.count;
    return !s->out.full;
}

static bool take_special(yn_view *out, const special *s, yn_arena *arena)
{
    yn_part *parts = yn_arena_alloc(arena, (s->count + 1) * sizeof *parts);
    yn_piece *all = yn_arena_alloc(arena, (s->out.count + 1) * sizeof *all);
    if (!parts || !all)
        return false;
    memcpy(parts, s->parts, s->count * sizeof *parts);
    memcpy(all, s->out.all, s->out.count * sizeof *all);
    out->parts = parts;
    out->part_count = s->count;
    out->splat = s->splat;
    out->has_placeholders = false;
    for (size_t i = 0; i < s->count; i++)
        out->has_placeholders = out->has_placeholders || parts[i].kind == YN_PART_PLACEHOLDER;
    out->pieces = all;
    out->piece_count = s->out.count;
    out->query_at = s->query_at;
    return true;
}

yn_special yn_compose_special(yn_view *out, const yn_view *first, const yn_view *second, bool plain,
                              yn_arena *arena)
{
    special *s = yn_arena_alloc(arena, sizeof *s);
    target *to = yn_arena_alloc(arena, sizeof *to);
    *out = *first;
    if (!s || !to || first->part_count > most_segments)
        return YN_SPECIAL_UNKNOWN;
    memset(s, 0, sizeof *s);
    s->first = first;
    s->arena = arena;
    s->plain = plain;
    take_apart(to, first);
    cut(&s->path, &to->path);
    if (s->path.run == SIZE_MAX - 1 || s->path.list[0].full || to->path.full)
        return YN_SPECIAL_UNKNOWN;
    yn_special all = meet_path(s, second);
    if (all != YN_SPECIAL_ALL || !s->narrowed)
        return all;
    put_from(s);
    return put_to(s) && take_special(out, s, arena) ? YN_SPECIAL_PART : YN_SPECIAL_UNKNOWN;
}
