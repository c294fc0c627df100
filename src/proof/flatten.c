// SPDX-License-Identifier: MIT
#include "proof/flatten.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "proof/compose.h"
#include "proof/flattener.h"
#include "proof/seed.h"
#include "rules/target.h"

/* ---- hops ------------------------------------------------------------------------------------ */

// Whether nothing but the URL without its query decides what is answered there.
static bool is_settled(yn_flattener *f, const yn_proof_hop *hop)
{
    yonder_text path = hop->from.target;
    path.len = yn_find_char(path, '?');
    return !f->p.model.has_narrow ||
           !yn_candidates_narrow(&f->p.candidates, hop->from.https, hop->from.host, path);
}

// How many hops of p.walk from the first on can be one. What goes from http to https on a host
// stays there: what follows may not leave it.
static size_t mergeable(yn_flattener *f)
{
    const yn_proof_walk *w = &f->p.walk;
    const yonder_text *bound = NULL;
    size_t n = 1;
    if (w->end == YN_ENDS_REPEATS || w->end == YN_ENDS_GROWS || w->end == YN_ENDS_LATE)
        return 1;
    for (; n < w->count; n++) {
        const yn_proof_hop *before = &w->hops[n - 1], *hop = &w->hops[n];
        const yn_place_at *to = n + 1 < w->count ? &w->hops[n + 1].from : &w->last;
        bool leads = hop->cause == YONDER_RULES_RULE || hop->cause == YONDER_RULES_CANONICAL;
        if (before->upgrades || hop->upgrades || !leads || !hop->location.len)
            break;
        if (!before->from.https && hop->from.https && yn_equal(before->from.host, hop->from.host))
            bound = &hop->from.host;
        if (bound && (!to->https || !yn_equal(to->host, *bound)))
            break;
        if (!is_settled(f, hop)) {
            yn_flat_stay(
                f,
                "what follows depends on the query or the client, for there are rules with "
                "pairs or conditions for the same URL",
                hop->order);
            break;
        }
    }
    return n;
}

/* ---- one URL --------------------------------------------------------------------------------- */

typedef struct ending {
    yn_buf to;
    int status;
    size_t hops;
    bool is_local, passes_query;
} ending;

static void put_ending(yn_flattener *f, ending *e)
{
    const yn_proof_walk *w = &f->p.walk;
    const yn_place_at *end = e->hops < w->count ? &w->hops[e->hops].from : &w->last;
    yonder_text fragment = {NULL, 0};
    e->is_local = true;
    e->passes_query = true;
    e->to.len = 0;
    for (size_t i = 0; i < e->hops; i++) {
        const yn_proof_hop *hop = &w->hops[i];
        const yn_view *view =
            hop->cause == YONDER_RULES_RULE ? yn_prover_view(&f->p, hop->order) : NULL;
        size_t at = yn_find_char(hop->location, '#');
        e->status = i ? yn_compose_status(e->status, hop->status) : hop->status;
        e->is_local = e->is_local && view && view->is_local;
        e->passes_query = e->passes_query && (!view || view->passes_query);
        if (at < hop->location.len)
            fragment = yn_skip(hop->location, at);
    }
    if (e->is_local)
        yn_buf_put(&e->to, end->target);
    else
        yn_place_write(&e->to, end);
    bool has_query = yn_find_char(end->target, '?') < end->target.len;
    if (!e->passes_query && !has_query)
        yn_buf_char(&e->to, '?');
    e->passes_query = e->passes_query && !has_query;
    yn_buf_put(&e->to, fragment);
}

// A piece of text as yonder-rules(5) has it: a colon before a letter would be a placeholder.
static yonder_text as_written(yn_flattener *f, yonder_text to)
{
    yn_buf text = yn_buf_make(1 << 20, f->p.options->mem);
    size_t path = to.len && to.ptr[0] == '/' ? 0 : yn_find_char(to, '/') + 2;
    for (size_t i = 0; i < to.len; i++)
        if (i > path && to.ptr[i] == ':' && i + 1 < to.len &&
            yn_is_alpha((unsigned char)to.ptr[i + 1]))
            yn_buf_str(&text, "%3A");
        else
            yn_buf_char(&text, to.ptr[i]);
    yonder_text kept = yn_arena_text(&f->out->arena, yn_buf_text(&text));
    f->p.failed = f->p.failed || text.error || !kept.ptr;
    yn_buf_free(&text);
    return kept;
}

void yn_flat_stay(yn_flattener *f, const char *reason, uint32_t order)
{
    f->reason = reason;
    f->reason_order = order;
}

bool yn_flat_put(yn_flattener *f, const yn_view *view, size_t saved, bool is_new)
{
    yn_buf line = yn_buf_make(YONDER_RULES_MAX_LOCATION * 4, f->p.options->mem);
    bool good = yn_view_write(&line, view, f->p.model.set, &f->p.arena);
    bool fits = line.len <= YONDER_RULES_MAX_LINE;
    yn_flat_line changed = {yn_prover_line(&f->p, view->order),
                            yn_arena_text(&f->out->arena, yn_buf_text(&line)), (unsigned)saved,
                            is_new};
    if (!fits)
        yn_flat_stay(f, "the line would be too long", view->order);
    else
        yn_buf_put(&f->out->changed, (yonder_text){(const char *)&changed, sizeof changed});
    f->p.failed = f->p.failed || !good || !changed.text.ptr || f->out->changed.error;
    yn_buf_free(&line);
    return fits;
}

static void change(yn_flattener *f, const yn_view *view, size_t hops)
{
    (void)yn_flat_put(f, view, hops - 1, false);
}

static bool same_ending(const ending *a, const ending *b)
{
    return a->hops == b->hops && a->status == b->status && a->is_local == b->is_local &&
           a->passes_query == b->passes_query && yn_equal(yn_buf_text(&a->to), yn_buf_text(&b->to));
}

static bool walk_seed(yn_flattener *f, const yn_view *rule, const yn_context *context,
                      size_t number)
{
    yn_prover *p = &f->p;
    yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
    yn_client_made client;
    if (!seed || !yn_seed_make(seed, rule, number, &p->shop))
        return false;
    for (unsigned n = 0; n < YN_CLIENT_SHARES && !p->failed; n++) {
        if (!yn_client_make(&client, &rule, 1, p->nobody.now, n, &p->arena))
            return false;
        p->text.len = 0;
        yn_symbol_target(&p->text, &seed->start, &seed->branch);
        yn_place_at place = {context->https, context->host,
                             yn_arena_text(&p->arena, yn_buf_text(&p->text))};
        p->failed = p->failed || !place.target.ptr;
        if (p->failed || !yn_prover_walk(p, &place, &client.side))
            return false;
        if (p->walk.count && p->walk.hops[0].cause == YONDER_RULES_RULE &&
            p->walk.hops[0].order == rule->order)
            return true;
        if (!client.has_share)
            break;
    }
    return false;
}

// The request of a rule without captures, at one host; of a regular expression's, some that leads
// where all of them do. False: the rule does not fire there.
bool yn_flat_walk_rule(yn_flattener *f, const yn_view *rule, const yn_context *context)
{
    size_t count = rule->is_regex ? yn_seed_count(rule, &f->p.shop) : 1;
    for (size_t n = 0; n < count && n < 8; n++)
        if (walk_seed(f, rule, context, n))
            return true;
    return false;
}

static void flatten_fixed(yn_flattener *f, const yn_view *rule)
{
    const yn_model_scope *scope = &f->p.model.scopes[rule->scope];
    ending ends[2] = {{.to = yn_buf_make(1 << 20, f->p.options->mem)},
                      {.to = yn_buf_make(1 << 20, f->p.options->mem)}};
    size_t known = 0;
    bool same = true, unseen = false;
    for (size_t i = 0; i < scope->context_count && same && !f->p.failed; i++) {
        if (!yn_flat_walk_rule(f, rule, &scope->contexts[i])) {
            unseen = unseen || rule->is_regex; // it may fire for other paths
            continue;
        }
        ending *e = &ends[known ? 1 : 0];
        e->hops = mergeable(f);
        put_ending(f, e);
        same = !known || same_ending(&ends[0], &ends[1]);
        known = 1;
    }
    if (known && unseen)
        yn_flat_stay(f, "paths it looks like matching do not show where all its hosts lead",
                     rule->order);
    else if (known && (!same || scope->is_partial) && ends[0].hops + ends[1].hops > 2)
        yn_flat_stay(f, "it does not lead to the same place on all its hosts", rule->order);
    else if (known && ends[0].hops > 1) {
        yn_view view = *rule;
        yn_piece piece = {.text = as_written(f, yn_buf_text(&ends[0].to))};
        view.pieces = &piece;
        view.piece_count = view.query_at = 1;
        view.is_local = ends[0].is_local;
        view.passes_query = true; // what the query is stands in the text
        view.status = ends[0].status;
        f->reason = NULL;
        change(f, &view, ends[0].hops);
    }
    f->p.failed = f->p.failed || ends[0].to.error || ends[1].to.error;
    yn_buf_free(&ends[0].to);
    yn_buf_free(&ends[1].to);
}

/* ---- patterns -------------------------------------------------------------------------------- */

typedef struct meeting {
    yn_flattener *f;
    const yn_symbol *request;
    const yn_branch *branch;
    const yn_view *only; // the rule that is for the request
    bool certain;
} meeting;

static bool meet(void *context, uint32_t order)
{
    meeting *m = context;
    yn_prover *p = &m->f->p;
    const yn_view *rule = yn_prover_view(p, order);
    yn_branch branch = *m->branch;
    if (!rule || (m->only && rule->order == m->only->order))
        return rule != NULL;
    if (rule->is_regex) {
        m->certain = false;
        return false;
    }
    const yn_scope_view *scope = &p->model.scopes[rule->scope].view;
    if (!yn_symbol_meets(m->request, rule, scope, &branch, &p->shop))
        return true;
    // One that comes later in the same list is not asked.
    if (m->only && m->only->scope == rule->scope && m->only->order < rule->order)
        return true;
    m->certain = false;
    return false;
}

bool yn_flat_captures_host(const yn_view *rule)
{
    for (size_t i = 0; i < rule->piece_count; i++)
        if (rule->pieces[i].is_capture && rule->pieces[i].where == YN_MARK_AUTHORITY)
            return true;
    return false;
}

bool yn_flat_find_host(yn_flattener *f, yn_symbol *next, const yn_branch *branch)
{
    char room[256];
    yn_place_at at, here = {next->https, next->host, YN_TEXT("/")};
    yn_prover *p = &f->p;
    if (!next->authority.count)
        return true;
    p->text.len = 0;
    yn_buf_str(&p->text, next->https ? "https://" : "http://");
    yn_term_write(&p->text, next->authority, &branch->env);
    if (yn_follow(&at, &p->asker, &here, yn_buf_text(&p->text), room) == YN_LEADS_AWAY)
        return false;
    next->host = yn_arena_text(&p->arena, at.host);
    p->failed = p->failed || !next->host.ptr;
    return !p->failed;
}

// A path leads to the host itself, or, where that is not the canonical one, to that.
bool yn_flat_land(yn_flattener *f, const yn_view *rule, const yn_symbol *start, yn_symbol *next,
                  const yn_branch *branch)
{
    char room[256];
    yn_prover *p = &f->p;
    yn_place_at at = {start->https, start->host, {NULL, 0}}, to;
    p->text.len = 0;
    yn_symbol_target(&p->text, start, branch);
    at.target = yn_buf_text(&p->text);
    yn_reply reply = yn_ask(&p->asker, &at, &p->nobody);
    if (reply.cause != YONDER_RULES_RULE || reply.order != rule->order || !reply.location.len)
        return true;
    yn_lead lead = yn_follow(&to, &p->asker, &at, reply.location, room);
    next->host = yn_arena_text(&p->arena, to.host);
    next->https = to.https;
    p->failed = p->failed || !next->host.ptr;
    return lead == YN_LEADS_ON && !p->failed;
}

// The rule that answers all that `rule` leads to from this host, as far as one seed shows. True
// with NULL: none does. False: it is not one rule.
static bool next_of_seed(yn_flattener *f, const yn_view *rule, const yn_context *context, size_t n,
                         const yn_view **next)
{
    yn_prover *p = &f->p;
    yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
    yn_symbol start, after;
    *next = NULL;
    if (!seed || !yn_seed_make(seed, rule, n, &p->shop))
        return false;
    start = seed->start;
    start.https = context->https;
    start.host = context->host;
    if (!yn_symbol_next(&after, &start, rule, NULL, &seed->branch, &p->shop) ||
        !(rule->is_local ? yn_flat_land(f, rule, &start, &after, &seed->branch)
                         : yn_flat_find_host(f, &after, &seed->branch)))
        return true;
    p->text.len = 0;
    yn_symbol_target(&p->text, &after, &seed->branch);
    yn_place_at place = {after.https, after.host, yn_arena_text(&p->arena, yn_buf_text(&p->text))};
    p->failed = p->failed || !place.target.ptr;
    if (p->failed)
        return false;
    yn_reply reply = yn_ask(&p->asker, &place, &p->nobody);
    bool answered = reply.cause == YONDER_RULES_RULE && reply.location.len;
    if (reply.cause != YONDER_RULES_NONE && !answered)
        return false;
    *next = answered ? yn_prover_view(p, reply.order) : NULL;
    meeting m = {f, &after, &seed->branch, *next, true};
    yn_candidate_sink sink = {meet, &m, true, true};
    yn_candidates_at(&p->candidates, &after, &seed->branch.env, &sink);
    if (*next && !yn_symbol_is_covered(&after, *next, &p->model.scopes[(*next)->scope].view,
                                       &seed->branch, &p->shop))
        return false;
    return m.certain;
}

static bool is_upgrade(const yn_view *rule, const yn_context *context)
{
    return !context->https && !rule->is_local;
}

// The rule that takes over from `rule`, whatever is put in and on every host; NULL: none, or none
// for certain.
static const yn_view *successor(yn_flattener *f, const yn_view *rule)
{
    const yn_model_scope *scope = &f->p.model.scopes[rule->scope];
    const yn_view *next = NULL, *found;
    size_t seeds = yn_seed_count(rule, &f->p.shop);
    for (size_t i = 0; i < scope->context_count; i++) {
        if (is_upgrade(rule, &scope->contexts[i]))
            return NULL;
        for (size_t n = 0; n < seeds && !f->p.failed; n++) {
            if (!next_of_seed(f, rule, &scope->contexts[i], n, &found) ||
                ((i || n) && found != next && (!found || !next || found->order != next->order))) {
                yn_flat_stay(f, "not all that it leads to is answered by one rule", rule->order);
                return NULL;
            }
            next = found;
        }
    }
    if (next && (next->is_regex || next->condition_count || next->pair_count ||
                 yn_flat_captures_host(next) || next->order == rule->order || scope->is_partial)) {
        yn_flat_stay(f, "the rule it leads to cannot be put in", next->order);
        return NULL;
    }
    return next;
}

static void flatten_pattern(yn_flattener *f, const yn_view *rule)
{
    yn_view now = *rule;
    size_t hops = 1;
    if (yn_flat_captures_host(rule))
        return;
    while (hops <= YN_CLIENTS_LIMIT && !f->p.failed) {
        const yn_view *next = successor(f, &now);
        yn_view *composed = next ? yn_arena_alloc(&f->p.arena, sizeof *composed) : NULL;
        if (!composed)
            break;
        if (!yn_compose(composed, &now, next, &f->p.arena)) {
            yn_flat_stay(f, "its target and that of the next rule have no common form",
                         next->order);
            break;
        }
        now = *composed;
        hops++;
    }
    if (hops > 1 && hops <= YN_CLIENTS_LIMIT) {
        f->reason = NULL;
        change(f, &now, hops);
    }
}

/* ---- all ------------------------------------------------------------------------------------- */

static bool is_excepted(const yn_flattener *f, uint32_t order)
{
    size_t low = 0, high = f->except_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (f->except[middle] < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->except_count && f->except[low] == order;
}

static bool has_captures(const yn_view *rule)
{
    for (size_t i = 0; i < rule->piece_count; i++)
        if (rule->pieces[i].is_capture)
            return true;
    return false;
}

static void flatten_rule(yn_flattener *f, const yn_view *rule)
{
    bool captures = has_captures(rule);
    bool fixed = !captures && !rule->has_placeholders && rule->splat == rule->part_count;
    size_t before = f->out->changed.len;
    f->reason = NULL;
    if (!rule->piece_count)
        return;
    if (is_excepted(f, rule->order))
        yn_flat_stay(f, "the rule that was put together did not do the same", rule->order);
    else if (rule->is_regex && captures)
        yn_flat_group(f, rule);
    else if (fixed)
        flatten_fixed(f, rule);
    else
        flatten_pattern(f, rule);
    if (f->out->changed.len == before && !rule->is_regex && !is_excepted(f, rule->order))
        yn_flat_split(f, rule);
    if (!f->reason && f->out->changed.len == before)
        yn_flat_stay(f, "it is one for some of its requests only", rule->order);
}

// Chains the proof told and that are not among the changes.
static void tell_left(yn_flattener *f, const yn_view *rule)
{
    if (!f->reason)
        return;
    yn_proof_undecided left = {yn_prover_line(&f->p, rule->order), yonder_text_of(f->reason)};
    yn_buf_put(&f->out->left, (yonder_text){(const char *)&left, sizeof left});
    f->p.failed = f->p.failed || f->out->left.error;
}

// Whether the rule begins a chain: those that do not need no reason to stay.
static bool begins_chain(yn_flattener *f, const yn_proof *proof, uint32_t order, size_t *at)
{
    const yn_proof_finding *finding;
    (void)f;
    while ((finding = yn_proof_finding_at(proof, *at)) &&
           (!finding->rule_count || finding->rules[0].order < order))
        (*at)++;
    for (size_t i = *at; (finding = yn_proof_finding_at(proof, i)); i++) {
        if (!finding->rule_count || finding->rules[0].order != order)
            return false;
        if (finding->code == YN_PROOF_CHAIN || finding->code == YN_PROOF_CHAIN_TOO_LONG)
            return true;
    }
    return false;
}

static void flatten_all(yn_flattener *f, const yn_proof *proof)
{
    yn_rule_cursor cursor = yn_rules_begin(f->p.model.set);
    const yonder_rules *owner;
    size_t at = 0;
    for (const yn_rule *rule; !f->p.failed && (rule = yn_rules_next(&cursor, &owner));) {
        yn_view view;
        if (!begins_chain(f, proof, rule->order, &at))
            continue;
        yn_prover_next(&f->p);
        if (!yn_view_rule(&view, owner, rule, &f->p.arena)) {
            f->p.failed = true;
            return;
        }
        flatten_rule(f, &view);
        tell_left(f, &view);
    }
}

int yn_flatten(yn_flat *out, const yonder_rules *set, const yn_proof_options *options,
               const uint32_t *except, size_t except_count)
{
    yn_proof proof;
    yn_flattener *f = yn_alloc(options->mem, sizeof *f);
    int error = f ? yn_prove(&proof, set, options) : YONDER_NO_MEMORY;
    if (error) {
        yn_free(options->mem, f);
        return error;
    }
    *f = (yn_flattener){.out = out, .except = except, .except_count = except_count};
    *out = (yn_flat){.arena = yn_arena_make(options->mem),
                     .changed = yn_buf_make((size_t)1 << 40, options->mem),
                     .left = yn_buf_make((size_t)1 << 40, options->mem)};
    error = yn_prover_open(&f->p, &f->unused, set, options);
    if (!error) {
        flatten_all(f, &proof);
        error = f->p.failed ? YONDER_NO_MEMORY : YONDER_OK;
        yn_prover_close(&f->p);
    }
    yn_proof_free(&f->unused);
    yn_proof_free(&proof);
    yn_free(options->mem, f);
    if (error)
        yn_flat_free(out);
    return error;
}

void yn_flat_free(yn_flat *flat)
{
    yn_buf_free(&flat->changed);
    yn_buf_free(&flat->left);
    yn_arena_free(&flat->arena);
}
