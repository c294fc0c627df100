// SPDX-License-Identifier: MIT
// Regular expressions whose last group is the rest of a path, and goes to where another rule takes
// it with its splat: whatever it is, the splat is the same text.
#include "base/text.h"
#include "proof/compose.h"
#include "proof/flattener.h"
#include "proof/seed.h"
#include "rules/target.h"

enum {
    most_segments = 24,
};

/* ---- the expression -------------------------------------------------------------------------- */

// Whether group `n` is all of the path behind some slash: "^/r/(.*)$".
static bool is_rest(yonder_text pattern, size_t n)
{
    size_t depth = 0, groups = 0, open = 0;
    bool in_class = false;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.ptr[i], next = i + 1 < pattern.len ? pattern.ptr[i + 1] : '\0';
        if (c == '\\') {
            if (next == 'Q')
                return false;
            i++;
        } else if (in_class) {
            in_class = c != ']';
        } else if (c == '[') {
            in_class = true;
            i += next == '^' || next == ']';
        } else if (c == '(') {
            if (next == '?')
                return false;
            groups++;
            if (groups == n && !depth)
                open = i;
            depth++;
        } else if (c == ')' && depth) {
            depth--;
            if (groups == n && !depth && open)
                return pattern.ptr[open - 1] == '/' && i + 2 == pattern.len && next == '$';
        }
    }
    return false;
}

/* ---- TO -------------------------------------------------------------------------------------- */

static bool is_simple(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            (!t.ptr[i] || !strchr("-_~/", t.ptr[i])))
            return false;
    return t.len != 0;
}

// Whether TO is "/plain/segments/$1", with a query or a fragment that is a plain text. `parts` are
// then those of "/plain/segments/*".
static bool takes_group(const yn_view *rule, yn_part parts[most_segments + 1], size_t *count)
{
    yonder_text text = rule->pieces[0].text;
    *count = 0;
    if (!rule->is_local || rule->piece_count < 2 || rule->pieces[0].is_capture ||
        !rule->pieces[1].is_capture || rule->pieces[1].capture.kind != YN_CAPTURE_GROUP ||
        !is_rest(rule->regex, rule->pieces[1].capture.n) || !is_simple(text) ||
        text.ptr[text.len - 1] != '/' || text.len < 2)
        return false;
    for (size_t i = 2; i < rule->piece_count; i++)
        if (rule->pieces[i].is_capture ||
            (i == 2 && !strchr("?#", rule->pieces[i].text.len ? *rule->pieces[i].text.ptr : 'x')))
            return false;
    for (text = yn_skip(text, 1); text.len;) {
        size_t end = yn_find_char(text, '/');
        if (!end || *count == most_segments)
            return false;
        parts[(*count)++] = (yn_part){YN_PART_LITERAL, yn_slice(text, 0, end)};
        text = yn_skip(text, end + 1);
    }
    parts[*count] = (yn_part){.kind = YN_PART_SPLAT};
    return true;
}

static bool takes_splat(const yn_view *next, size_t count)
{
    if (next->is_regex || next->condition_count || next->pair_count || !next->piece_count ||
        next->splat + 1 != next->part_count || next->splat > count || next->has_placeholders)
        return false;
    for (size_t i = 0; i < next->piece_count; i++)
        if (next->pieces[i].is_capture && next->pieces[i].where != YN_MARK_PATH)
            return false;
    return true;
}

/* ---- the rule it leads to -------------------------------------------------------------------- */

// Whether `next` answers all there is below the path.
static bool answers_all(yn_flattener *f, const yn_view *below, const yn_view *next,
                        const yn_place_at *place, const yn_context *context)
{
    yn_prover *p = &f->p;
    const yn_scope_view *scope = &p->model.scopes[next->scope].view;
    yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
    size_t seeds = yn_seed_count(below, &p->shop);
    for (size_t n = 0; seed && n < seeds && !p->failed; n++) {
        if (!yn_seed_make(seed, below, n, &p->shop))
            return false;
        seed->start.https = place->https;
        seed->start.host = place->host;
        p->text.len = 0;
        yn_symbol_target(&p->text, &seed->start, &seed->branch);
        yn_place_at at = {place->https, place->host, yn_buf_text(&p->text)};
        yn_reply reply = yn_ask(&p->asker, &at, &p->nobody);
        if (reply.cause != YONDER_RULES_RULE || reply.order != next->order ||
            yn_flat_upgrades(&seed->start, context, next) ||
            !yn_symbol_is_covered(&seed->start, next, scope, &seed->branch, &p->shop) ||
            !yn_flat_is_first(f, &seed->start, &seed->branch, next))
            return false;
    }
    return seed != NULL;
}

// What answers after `hops` hops, on every host; NULL: that is not certain, or nothing does.
static const yn_view *successor(yn_flattener *f, const yn_view *rule, const yn_view *below,
                                size_t hops)
{
    const yn_model_scope *scope = &f->p.model.scopes[rule->scope];
    const yn_view *next = NULL;
    for (size_t i = 0; i < scope->context_count && !f->p.failed; i++) {
        const yn_proof_walk *w = &f->p.walk;
        if (!yn_flat_walk_rule(f, rule, &scope->contexts[i]) || w->count <= hops ||
            w->hops[hops].cause != YONDER_RULES_RULE || w->end == YN_ENDS_REPEATS ||
            w->end == YN_ENDS_GROWS || w->end == YN_ENDS_LATE)
            return NULL;
        const yn_view *found = yn_prover_view(&f->p, w->hops[hops].order);
        yn_place_at place = w->hops[hops].from;
        if (!found || (next && next->order != found->order) ||
            !takes_splat(found, below->part_count - 1) ||
            !answers_all(f, below, found, &place, &scope->contexts[i]))
            return NULL;
        next = found;
    }
    return scope->is_partial ? NULL : next;
}

// With the group where the splat was, and texts that stand side by side as one.
static bool take_composed(yn_flattener *f, yn_view *now, const yn_view *composed)
{
    yn_piece *pieces = yn_arena_alloc(&f->p.arena, (composed->piece_count + 1) * sizeof *pieces);
    size_t count = 0, query_at = 0;
    if (!pieces)
        return false;
    for (size_t i = 0; i < composed->piece_count; i++) {
        yn_piece piece = composed->pieces[i];
        yn_piece *last = count ? &pieces[count - 1] : NULL;
        if (i == composed->query_at)
            query_at = count;
        if (piece.is_capture)
            piece.capture = now->pieces[1].capture;
        if (piece.is_capture || !last || last->is_capture || i == composed->query_at) {
            pieces[count++] = piece;
            continue;
        }
        f->p.text.len = 0;
        yn_buf_put(&f->p.text, last->text);
        yn_buf_put(&f->p.text, piece.text);
        last->text = yn_arena_text(&f->p.arena, yn_buf_text(&f->p.text));
        if (!last->text.ptr)
            return false;
    }
    *now = *composed;
    now->pieces = pieces;
    now->piece_count = count;
    now->query_at = composed->query_at < composed->piece_count ? query_at : count;
    return true;
}

// One step; the group is a splat for as long.
static bool step(yn_flattener *f, yn_view *now, size_t hops)
{
    yn_part parts[most_segments + 1];
    yn_view below = *now, splat, composed;
    size_t count;
    if (!takes_group(now, parts, &count))
        return false;
    below.is_regex = below.has_placeholders = false;
    below.parts = parts;
    below.part_count = count + 1;
    below.splat = count;
    below.pair_count = below.condition_count = 0;
    const yn_view *next = successor(f, now, &below, hops);
    yn_piece *pieces = yn_arena_alloc(&f->p.arena, now->piece_count * sizeof *pieces);
    if (!next || !pieces)
        return false;
    memcpy(pieces, now->pieces, now->piece_count * sizeof *pieces);
    splat = *now;
    splat.pieces = pieces;
    pieces[1].capture = (yn_capture){YN_CAPTURE_SPLAT, (uint16_t)count, 0};
    if (!yn_compose(&composed, &splat, next, &f->p.arena))
        return false;
    return take_composed(f, now, &composed);
}

void yn_flat_group(yn_flattener *f, const yn_view *rule)
{
    yn_view now = *rule;
    size_t hops = 1;
    while (hops <= YN_CLIENTS_LIMIT && !f->p.failed && step(f, &now, hops))
        hops++;
    if (hops > 1)
        (void)yn_flat_put(f, &now, hops - 1, false);
    else
        yn_flat_stay(f, "it begins with a regular expression, whose groups go on", rule->order);
}
