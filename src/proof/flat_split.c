// SPDX-License-Identifier: MIT
// A rule only some of whose requests go on: each rule they go on to gets a line of its own before
// it, for the requests that go there. In the order of those rules, so that what the first takes is
// out of the way of the second.
#include <stdlib.h>

#include "base/text.h"
#include "proof/compose.h"
#include "proof/flattener.h"
#include "proof/seed.h"
#include "rules/regex.h"
#include "rules/same.h"

enum {
    most_lines = 64, // new ones before one line
    most_nexts = 256,
};

typedef struct splitting {
    yn_flattener *f;
    const yn_view *rule;
    uint32_t nexts[most_nexts]; // rules that its requests may go on to
    size_t next_count;
    uint32_t gone[most_nexts]; // those whose requests have a line of their own by now
    size_t gone_count;
    size_t lines;
    bool has_more;       // rules than `nexts` has room for
    size_t languages_at; // where the changes were before the first that asks for a language
    bool has_languages;
    // one request at a time
    const yn_symbol *request;
    const yn_branch *branch;
    const yn_view *only;
    bool certain, seen;
} splitting;

static const yn_scope_view *scope_of(const splitting *s, const yn_view *rule)
{
    return &s->f->p.model.scopes[rule->scope].view;
}

/* ---- which rules are next -------------------------------------------------------------------- */

static bool is_listed(const uint32_t *list, size_t count, uint32_t order)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == order)
            return true;
    return false;
}

static bool take_next(splitting *s, uint32_t order)
{
    if (is_listed(s->nexts, s->next_count, order))
        return true;
    s->has_more = s->next_count == most_nexts;
    if (!s->has_more)
        s->nexts[s->next_count++] = order;
    return !s->has_more;
}

static bool collect(void *context, uint32_t order)
{
    splitting *s = context;
    yn_prover *p = &s->f->p;
    const yn_view *next = yn_prover_view(p, order);
    yn_branch branch = *s->branch;
    if (!next || next->is_regex)
        return next != NULL;
    return !yn_symbol_meets(s->request, next, scope_of(s, next), &branch, &p->shop) ||
           take_next(s, order);
}

// What a request of `rule` becomes. False: it leads away, or it is not known where.
static bool follow(splitting *s, yn_symbol *after, yn_seed *seed, const yn_view *rule,
                   const yn_context *context, size_t n)
{
    yn_prover *p = &s->f->p;
    if (!yn_seed_make(seed, rule, n, &p->shop))
        return false;
    seed->start.https = context->https;
    seed->start.host = context->host;
    return yn_symbol_next(after, &seed->start, s->rule, NULL, &seed->branch, &p->shop) &&
           (s->rule->is_local ? yn_flat_land(s->f, s->rule, &seed->start, after, &seed->branch)
                              : yn_flat_find_host(s->f, after, &seed->branch));
}

static yn_reply ask(splitting *s, const yn_symbol *request, const yn_branch *branch,
                    const yn_client_side *client)
{
    yn_prover *p = &s->f->p;
    p->text.len = 0;
    yn_symbol_target(&p->text, request, branch);
    yn_place_at place = {request->https, request->host,
                         yn_arena_text(&p->arena, yn_buf_text(&p->text))};
    p->failed = p->failed || !place.target.ptr;
    return p->failed ? (yn_reply){0} : yn_ask(&p->asker, &place, client);
}

static void collect_seed(splitting *s, yn_seed *seed, const yn_context *context, size_t n)
{
    yn_prover *p = &s->f->p;
    yn_symbol after;
    if (!follow(s, &after, seed, s->rule, context, n))
        return;
    yn_reply reply = ask(s, &after, &seed->branch, &p->nobody);
    if (reply.cause == YONDER_RULES_RULE)
        (void)take_next(s, reply.order);
    s->request = &after;
    s->branch = &seed->branch;
    yn_candidate_sink sink = {collect, s, true, false};
    yn_candidates_at(&p->candidates, &after, &seed->branch.env, &sink);
}

static int compare_orders(const void *a, const void *b)
{
    uint32_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

static bool collect_all(splitting *s)
{
    yn_prover *p = &s->f->p;
    const yn_model_scope *scope = &p->model.scopes[s->rule->scope];
    yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
    size_t seeds = yn_seed_count(s->rule, &p->shop);
    p->failed = p->failed || !seed;
    for (size_t i = 0; i < scope->context_count; i++)
        for (size_t n = 0; n < seeds && !p->failed && !s->has_more; n++)
            collect_seed(s, seed, &scope->contexts[i], n);
    qsort(s->nexts, s->next_count, sizeof *s->nexts, compare_orders);
    return !p->failed && !s->has_more;
}

/* ---- conditions ------------------------------------------------------------------------------ */

// Of the rule first; those of the next one that it has, too, once.
static yn_special join_conditions(splitting *s, yn_view *out, const yn_view *next)
{
    const yn_view *rule = s->rule;
    size_t count = rule->condition_count;
    yn_condition *all =
        yn_arena_alloc(&s->f->p.arena, (count + next->condition_count + 1) * sizeof *all);
    if (!all)
        return YN_SPECIAL_UNKNOWN;
    for (size_t i = 0; i < count; i++)
        all[i] = rule->conditions[i];
    for (size_t i = 0; i < next->condition_count; i++) {
        const yn_condition *c = &next->conditions[i];
        bool implied = false, alike = false;
        for (size_t k = 0; k < rule->condition_count; k++) {
            if (yn_condition_excludes(&rule->conditions[k], c))
                return YN_SPECIAL_NEVER;
            implied = implied || yn_condition_implies(&rule->conditions[k], c);
            alike = alike || (rule->conditions[k].kind == c->kind &&
                              yn_equal(rule->conditions[k].name, c->name));
        }
        bool of_path = c->kind == YN_IF_SHARE || c->kind == YN_IF_METHOD; // or of the hop's method
        bool of_host = c->kind == YN_IF_COOKIE && !rule->is_local;
        if (of_path || of_host || (alike && !implied))
            return YN_SPECIAL_UNKNOWN;
        if (!implied)
            all[count++] = *c;
    }
    out->conditions = all;
    out->condition_count = count;
    return count > rule->condition_count ? YN_SPECIAL_PART : YN_SPECIAL_ALL;
}

static bool has_condition(const yn_view *rule, yn_condition_kind kind)
{
    for (size_t i = 0; i < rule->condition_count; i++)
        if (rule->conditions[i].kind == kind)
            return true;
    return false;
}

// Rules with the same FROM that ask for languages are weighed against each other: whether there are
// others than those that come now.
static bool weighs_languages(splitting *s)
{
    const yonder_rules *set = s->f->p.model.set, *owner, *own;
    const yn_rule *rule = yn_rules_find(set, s->rule->order, &own);
    yn_rule_cursor cursor = yn_rules_begin(set);
    for (const yn_rule *other; rule && (other = yn_rules_next(&cursor, &owner));) {
        if (!yn_same_from(own, rule, owner, other))
            continue;
        const yn_view *view = yn_prover_view(&s->f->p, other->order);
        if (!view || has_condition(view, YN_IF_LANGUAGE))
            return true;
    }
    return !rule;
}

/* ---- whether it is certain ------------------------------------------------------------------- */

// Whether the path may begin as all texts do that the expression matches.
static bool may_begin(const splitting *s, const yn_view *regex)
{
    char prefix[YN_REGEX_MAX_PREFIX];
    bool whole;
    size_t len = yn_regex_prefix(prefix, regex->regex, &whole), at = 0;
    const yn_symbol *r = s->request;
    yn_buf *text = &s->f->p.text;
    for (size_t i = 0; i < r->segment_count && at < len; i++) {
        bool plain = yn_term_is_plain(r->segments[i], &s->branch->env);
        text->len = 0;
        yn_buf_char(text, '/');
        if (plain)
            yn_term_write(text, r->segments[i], &s->branch->env);
        for (size_t k = 0; k < text->len && at < len; k++, at++) {
            if (text->ptr[k] == '%' || (unsigned char)prefix[at] >= 0x80)
                return true;
            if (yn_lower(text->ptr[k]) != yn_lower(prefix[at]))
                return false;
        }
        if (!plain)
            return true;
    }
    return true;
}

static bool doubt(void *context, uint32_t order)
{
    splitting *s = context;
    yn_prover *p = &s->f->p;
    const yn_view *rule = yn_prover_view(p, order);
    yn_branch branch = *s->branch;
    bool same_list = rule && rule->scope == s->only->scope;
    if (same_list && (order >= s->only->order || is_listed(s->gone, s->gone_count, order)))
        return true;
    if (rule &&
        (rule->is_regex ? !may_begin(s, rule)
                        : !yn_symbol_meets(s->request, rule, scope_of(s, rule), &branch, &p->shop)))
        return true;
    s->certain = false;
    return false;
}

static bool is_first(splitting *s, const yn_symbol *request, const yn_branch *branch,
                     const yn_view *next)
{
    s->request = request;
    s->branch = branch;
    s->only = next;
    s->certain = true;
    yn_candidate_sink sink = {doubt, s, true, true};
    yn_candidates_at(&s->f->p.candidates, request, &branch->env, &sink);
    return s->certain;
}

bool yn_flat_is_first(yn_flattener *f, const yn_symbol *request, const yn_branch *branch,
                      const yn_view *next)
{
    splitting s = {.f = f};
    return is_first(&s, request, branch, next);
}

// Whether what answered has a line of its own by now. Where a request has no variables, rules that
// are plain are seen by asking only: one might be behind a condition.
static bool is_gone(splitting *s, const yn_symbol *request, const yn_branch *branch,
                    const yn_view *next, uint32_t order)
{
    const yn_view *gone =
        is_listed(s->gone, s->gone_count, order) ? yn_prover_view(&s->f->p, order) : NULL;
    bool open = yn_symbol_plain_prefix(request, &branch->env) < request->segment_count;
    return gone && gone->scope == next->scope && order < next->order &&
           (open || !gone->condition_count);
}

// http to https on one host stays a hop of its own.
bool yn_flat_upgrades(const yn_symbol *request, const yn_context *context, const yn_view *next)
{
    if (next->is_local || (request->https && context->https) || !next->piece_count ||
        !yn_starts_with(next->pieces[0].text, YN_TEXT("https://")))
        return false;
    yonder_text host = yn_skip(next->pieces[0].text, 8);
    host.len = yn_find_char(host, '/');
    host.len = yn_find_char(host, '?');
    return yn_equal_nocase(yn_host_without_port(host), yn_host_without_port(request->host)) ||
           yn_equal_nocase(yn_host_without_port(host), yn_host_without_port(context->host));
}

static bool is_certain_at(splitting *s, yn_seed *seed, const yn_view *part, const yn_view *next,
                          const yn_context *context, size_t n)
{
    yn_prover *p = &s->f->p;
    const yn_view *both[] = {part, next};
    yn_client_made client;
    yn_symbol after;
    if (!follow(s, &after, seed, part, context, n) || yn_flat_upgrades(&after, context, next) ||
        !yn_client_make(&client, both, 2, p->nobody.now, 0, &p->arena) ||
        !yn_symbol_is_covered(&after, next, scope_of(s, next), &seed->branch, &p->shop))
        return false;
    yn_reply reply = ask(s, &after, &seed->branch, &client.side);
    if (reply.cause != YONDER_RULES_RULE)
        return false;
    if (reply.order != next->order && !is_gone(s, &after, &seed->branch, next, reply.order))
        return false;
    s->seen = s->seen || reply.order == next->order;
    return is_first(s, &after, &seed->branch, next);
}

static bool is_certain(splitting *s, const yn_view *part, const yn_view *next)
{
    yn_prover *p = &s->f->p;
    const yn_model_scope *scope = &p->model.scopes[part->scope];
    yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
    size_t seeds = yn_seed_count(part, &p->shop);
    if (!seed)
        return false;
    s->seen = false;
    for (size_t i = 0; i < scope->context_count; i++)
        for (size_t n = 0; n < seeds; n++)
            if (p->failed || !is_certain_at(s, seed, part, next, &scope->contexts[i], n))
                return false;
    return s->seen;
}

/* ---- one next rule --------------------------------------------------------------------------- */

static bool same_parts(const yn_view *a, const yn_view *b)
{
    bool same = a->part_count == b->part_count && !b->is_regex && !a->pair_count && !b->pair_count;
    for (size_t i = 0; same && i < a->part_count; i++)
        same = a->parts[i].kind == b->parts[i].kind &&
               (a->parts[i].kind != YN_PART_LITERAL ||
                yn_equal(a->parts[i].literal, b->parts[i].literal));
    return same;
}

// Whether a line before the rule takes all of these requests, as one of an earlier round does.
static bool is_taken(splitting *s, const yn_view *part, uint32_t order)
{
    const yn_view *taker = yn_prover_view(&s->f->p, order);
    if (!taker || taker->scope != part->scope || order >= part->order || !same_parts(part, taker))
        return false;
    for (size_t i = 0; i < taker->condition_count; i++) {
        bool implied = false;
        for (size_t k = 0; k < part->condition_count; k++)
            implied = implied || yn_condition_implies(&part->conditions[k], &taker->conditions[i]);
        if (!implied)
            return false;
    }
    return true;
}

typedef enum firing {
    FIRES,
    TAKEN,
    SILENT,
} firing;

static firing fires(splitting *s, const yn_view *part)
{
    yn_flattener *f = s->f;
    const yn_model_scope *scope = &f->p.model.scopes[part->scope];
    const yn_proof_walk *w = &f->p.walk;
    for (size_t i = 0; i < scope->context_count; i++) {
        if (yn_flat_walk_rule(f, part, &scope->contexts[i]))
            return w->end == YN_ENDS_REPEATS || w->end == YN_ENDS_GROWS || w->end == YN_ENDS_LATE
                       ? SILENT
                       : FIRES;
        if (w->count && w->hops[0].cause == YONDER_RULES_RULE &&
            is_taken(s, part, w->hops[0].order))
            return TAKEN;
    }
    return SILENT;
}

static bool is_fit(const splitting *s, const yn_view *next)
{
    return next->order != s->rule->order && next->piece_count && !next->pair_count &&
           !yn_flat_captures_host(next) && !has_condition(s->rule, YN_IF_SHARE);
}

// "/old//page" leads to "/page", too, where TO is "/:splat".
static bool strips_slashes(const yn_view *rule)
{
    return rule->is_local && rule->piece_count > 1 && rule->pieces[1].is_capture &&
           rule->pieces[1].capture.kind == YN_CAPTURE_SPLAT && rule->pieces[0].text.len == 1;
}

static yn_special specialise(splitting *s, yn_view *part, const yn_view *next)
{
    const yn_scope_view *here = scope_of(s, s->rule), *there = scope_of(s, next);
    bool plain = !here->case_ignored && !there->case_ignored && !here->slash_ignored &&
                 !there->slash_ignored;
    yn_special path = yn_compose_special(part, s->rule, next, plain, &s->f->p.arena);
    if (path == YN_SPECIAL_NEVER)
        return path;
    yn_special conditions = join_conditions(s, part, next);
    if (conditions == YN_SPECIAL_NEVER) // not one of its requests, so it is out of the way
        s->gone[s->gone_count++] = next->order;
    if (path == YN_SPECIAL_UNKNOWN || conditions == YN_SPECIAL_NEVER)
        return conditions == YN_SPECIAL_NEVER ? conditions : path;
    bool slashes = here->slash_ignored || there->slash_ignored;
    bool language = has_condition(next, YN_IF_LANGUAGE);
    if (language && has_condition(s->rule, YN_IF_LANGUAGE))
        return YN_SPECIAL_UNKNOWN;
    if (part->splat < part->part_count && strips_slashes(s->rule))
        return YN_SPECIAL_UNKNOWN;
    if (conditions == YN_SPECIAL_UNKNOWN || (path == YN_SPECIAL_PART && (language || slashes)) ||
        (language && !s->has_languages && weighs_languages(s)))
        return YN_SPECIAL_UNKNOWN;
    return path == YN_SPECIAL_PART ? path : conditions;
}

static bool put_line(splitting *s, const yn_view *part, const yn_view *next, bool is_new)
{
    yn_flattener *f = s->f;
    yn_view *composed = yn_arena_alloc(&f->p.arena, sizeof *composed);
    if (!composed || !yn_compose(composed, part, next, &f->p.arena))
        return false;
    if (is_new && has_condition(next, YN_IF_LANGUAGE) && !s->has_languages) {
        s->has_languages = true;
        s->languages_at = f->out->changed.len;
    }
    return yn_flat_put(f, composed, 1, is_new);
}

typedef enum outcome {
    GOES_ON,
    IN_DOUBT,
    ENDS, // all the rule's requests are dealt with
} outcome;

static outcome split_off(splitting *s, const yn_view *next)
{
    yn_view part;
    yn_special special = specialise(s, &part, next);
    if (special == YN_SPECIAL_NEVER)
        return GOES_ON;
    if (special == YN_SPECIAL_UNKNOWN || !is_fit(s, next))
        return IN_DOUBT;
    firing how = special == YN_SPECIAL_PART ? fires(s, &part) : FIRES;
    bool done = how == TAKEN;
    if (how == FIRES && is_certain(s, &part, next))
        done = put_line(s, &part, next, special == YN_SPECIAL_PART);
    if (!done)
        return IN_DOUBT;
    if (!strips_slashes(s->rule))
        s->gone[s->gone_count++] = next->order;
    s->lines += special == YN_SPECIAL_PART;
    return special == YN_SPECIAL_PART ? GOES_ON : ENDS;
}

/* ---- all ------------------------------------------------------------------------------------- */

static bool may_split(splitting *s)
{
    yn_flattener *f = s->f;
    const yn_model_scope *scope = &f->p.model.scopes[s->rule->scope];
    if (scope->is_partial || yn_flat_captures_host(s->rule))
        return false;
    for (size_t i = 0; i < scope->context_count; i++)
        if (!scope->contexts[i].https && !s->rule->is_local)
            return false;
    return true;
}

// Languages are weighed against each other: all of them have a line, or none has.
static void take_back(splitting *s)
{
    if (s->has_languages)
        s->f->out->changed.len = s->languages_at;
}

static const char *split_all(splitting *s)
{
    yn_flattener *f = s->f;
    const char *doubtful = NULL;
    for (size_t i = 0; i < s->next_count && !f->p.failed; i++) {
        const yn_view *next = yn_prover_view(&f->p, s->nexts[i]);
        if (s->lines >= most_lines) {
            take_back(s);
            return "it leads to more rules than lines are put before it";
        }
        outcome how = next ? split_off(s, next) : IN_DOUBT;
        if (how == ENDS)
            break;
        if (how == GOES_ON)
            continue;
        doubtful = "which of its requests go on to one rule cannot be said in a line of its own";
        if (next && has_condition(next, YN_IF_LANGUAGE) && s->has_languages) {
            take_back(s);
            break;
        }
    }
    return doubtful;
}

void yn_flat_split(yn_flattener *f, const yn_view *rule)
{
    splitting *s = yn_arena_alloc(&f->p.arena, sizeof *s);
    if (!s) {
        f->p.failed = true;
        return;
    }
    memset(s, 0, sizeof *s);
    s->f = f;
    s->rule = rule;
    if (!may_split(s))
        return;
    const char *doubtful =
        collect_all(s) ? split_all(s) : "there are too many rules it may lead to";
    f->reason = NULL;
    if (doubtful)
        yn_flat_stay(f, doubtful, rule->order);
}
