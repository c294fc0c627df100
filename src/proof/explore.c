// SPDX-License-Identifier: MIT
// Rules with placeholders, pairs or conditions, and regular expressions: where they lead is held
// against the FROM of all others, pattern against pattern. Each way in which a request that one
// rule made can be for another one gives a request to start from; it is then put to the set, and
// what happens is told. So patterns say where to look, and nothing is told but what was seen.
#include "base/text.h"
#include "proof/prover.h"
#include "proof/seed.h"

enum {
    most_depth = YN_CLIENTS_LIMIT,
    most_tries = 4000,    // requests for one rule
    most_unfit = 2000000, // candidates that turn out not to fit, as long as there is time
    least_unfit = 2000,
    all_unfit = 10000000, // of all rules
    most_told = 50,       // chains of one rule
    most_doubts = 32,
    known_hosts = 64, // tried where a request gives a part of the host
};

typedef struct explorer {
    yn_prover *p;
    const yn_view *rule;
    const yn_context *context;
    const yn_seed *seed;
    const yn_view *fired[most_depth + 1]; // on the way to here
    size_t depth;
    size_t tries, unfit, most_unfit, told;
    bool is_exhausted;
    struct {
        const char *why; // something remains undecided
        uint32_t order;  // about which rule
    } doubts[most_doubts];
    size_t doubt_count;
} explorer;

static void doubt(explorer *e, const char *why, uint32_t order)
{
    for (size_t i = 0; i < e->doubt_count; i++)
        if (e->doubts[i].order == order)
            return;
    if (e->doubt_count == most_doubts)
        return;
    e->doubts[e->doubt_count].why = why;
    e->doubts[e->doubt_count++].order = order;
}

/* ---- trying ---------------------------------------------------------------------------------- */

// The n-th hop of the walk; a loop goes on for ever. NULL after the end.
static const yn_proof_hop *hop_at(const yn_proof_walk *w, size_t n)
{
    if (n >= w->count && w->end == YN_ENDS_REPEATS)
        n = w->loop + (n - w->loop) % w->loop_length;
    return n < w->count ? &w->hops[n] : NULL;
}

// Whether the rules that fired are those that were meant to, one after the other.
static bool went_as_meant(const explorer *e, size_t *at)
{
    const yn_proof_hop *hop;
    size_t n = 0;
    for (size_t i = 0; n <= e->depth && i < 2 * YN_HOPS && (hop = hop_at(&e->p->walk, i)); i++) {
        if (hop->cause != YONDER_RULES_RULE)
            continue;
        *at = i;
        if (hop->order != e->fired[n]->order)
            return false;
        n++;
    }
    return n > e->depth;
}

// Whether what fired instead fires for every request of this kind.
static bool is_certain(explorer *e, size_t at)
{
    const yn_proof_walk *w = &e->p->walk;
    if (at >= w->count || w->hops[at].cause != YONDER_RULES_RULE)
        return true;
    const yn_view *view = yn_prover_view(e->p, w->hops[at].order);
    return view && !view->is_regex && !view->condition_count && !view->pair_count;
}

// Whether a group has one of some values it can have: another one might do.
static bool has_sampled_group(const explorer *e, const yn_branch *branch)
{
    for (size_t i = 0; e->rule->is_regex && i < branch->env.count; i++)
        if (!branch->env.variables[i].bound &&
            !yn_starts_with(branch->env.variables[i].value, YN_TEXT("any")))
            return true;
    return false;
}

static bool is_doubtful(explorer *e, const yn_branch *branch, size_t at)
{
    if (e->rule->is_regex && at == 0) // the request was none of the rule's own
        return yn_seed_is_possible(e->rule, e->seed, branch, &e->p->shop);
    return branch->env.ambiguous || has_sampled_group(e, branch) || !is_certain(e, at);
}

// Where the n-th of the rules that fired led. `canonical` may have had its say in it.
static bool landed(const explorer *e, size_t n, yn_place_at *place)
{
    const yn_proof_walk *w = &e->p->walk;
    for (size_t i = 0; i < w->count; i++) {
        if (w->hops[i].cause != YONDER_RULES_RULE || n--)
            continue;
        *place = i + 1 < w->count ? w->hops[i + 1].from : w->last;
        return i + 1 < w->count || w->end == YN_ENDS_HERE;
    }
    return false;
}

// Puts the request to the set and tells what comes of it. True if it went as meant, and is worth
// going on from.
static bool try(explorer *e, const yn_branch *branch)
{
    yn_prover *p = e->p;
    yn_client_made client;
    size_t at = 0;
    p->text.len = 0;
    yn_symbol_target(&p->text, &e->seed->start, branch);
    yn_place_at place = {e->context->https, e->context->host,
                         yn_arena_text(&p->arena, yn_buf_text(&p->text))};
    p->failed = p->failed || !place.target.ptr;
    for (unsigned attempt = 0; attempt < YN_CLIENT_SHARES && !p->failed; attempt++) {
        if (!yn_client_make(&client, e->fired, e->depth + 1, p->nobody.now, attempt, &p->arena))
            return false;
        e->tries++;
        if (!yn_prover_walk(p, &place, &client.side))
            return false;
        if (went_as_meant(e, &at)) {
            bool loops = p->walk.end == YN_ENDS_REPEATS || p->walk.end == YN_ENDS_GROWS;
            if (loops || e->depth < 2)
                e->told += yn_tell_walk(p, &client.side) && e->depth == 1 && !loops;
            return !loops || p->walk.loop > at; // others may leave before they get to that
        }
        if (!client.has_share)
            break;
    }
    if (e->depth && is_doubtful(e, branch, at))
        doubt(e, "those that were tried do not", e->fired[e->depth]->order);
    return false;
}

/* ---- going on -------------------------------------------------------------------------------- */

static void explore(explorer *e, const yn_symbol *request, const yn_branch *branch);

// A path leads to the host that was seen.
static void go_to(yn_symbol *request, const yn_view *rule, const yn_place_at *place)
{
    if (!rule->is_local || !place)
        return;
    request->https = place->https;
    request->host = place->host;
}

typedef struct meeting {
    explorer *e;
    const yn_symbol *request;
    const yn_branch *branch;
} meeting;

// What answers where the query has what a rule does not want to be there.
static void try_without(explorer *e, const meeting *m, const yn_view *next)
{
    const size_t most = sizeof m->branch->added / sizeof *m->branch->added;
    for (size_t i = 0; i < next->pair_count; i++) {
        yn_branch branch = *m->branch;
        yn_item item = {next->pairs[i].name, yn_term_text(&e->p->arena, YN_TEXT("any"))};
        if (next->pairs[i].kind != YN_PAIR_EMPTY || !m->request->passes ||
            branch.added_count == most)
            continue;
        branch.added[branch.added_count++] = item;
        try(e, &branch);
    }
}

// A rule that may be next, laid beside the request.
static void meet(meeting *m, const yn_view *next, const yn_view *as)
{
    explorer *e = m->e;
    yn_branch branch = *m->branch;
    yn_scope_view scope = e->p->model.scopes[next->scope].view;
    scope.case_ignored = scope.case_ignored || (next->is_regex && next->regex_ignores_case);
    if (!yn_symbol_meets(m->request, as, &scope, &branch, &e->p->shop)) {
        e->unfit++;
        return;
    }
    try_without(e, m, next);
    e->fired[++e->depth] = next;
    if (try(e, &branch) && as == next && e->depth < most_depth &&
        e->p->model.classes[next->order] == YN_CLASS_SYMBOLIC) {
        yn_symbol after;
        yn_place_at place;
        bool known = landed(e, e->depth, &place);
        if (yn_symbol_next(&after, m->request, next, NULL, &branch, &e->p->shop)) {
            go_to(&after, next, known ? &place : NULL);
            explore(e, &after, &branch);
        }
    }
    e->depth--;
}

// Whether all texts the expression matches have as many segments as it has slashes itself.
static bool has_fixed_length(yonder_text pattern, size_t *segments)
{
    size_t depth = 0;
    *segments = 0;
    if (pattern.len < 2 || pattern.ptr[0] != '^' || pattern.ptr[pattern.len - 1] != '$')
        return false;
    for (size_t i = 1; i + 1 < pattern.len; i++) {
        char c = pattern.ptr[i];
        depth += c == '(';
        depth -= c == ')' && depth;
        bool escaped = c == '\\';
        i += escaped;
        char kind = escaped && i < pattern.len ? pattern.ptr[i] : '\0';
        bool wide = kind && !strchr("dw./-+?*()[]{}|^$", kind);
        if (wide || (!escaped && (c == '.' || c == '|' || c == '^')))
            return false;
        bool slash = c == '/' || kind == '/';
        bool repeated = i + 1 < pattern.len && strchr("?*+{", pattern.ptr[i + 1]);
        if (slash && (depth || repeated))
            return false;
        *segments += slash;
    }
    return true;
}

// Whether the path can begin as every match of the expression does, and be as long.
static bool may_begin(explorer *e, const meeting *m, const yn_view *regex)
{
    char prefix[YN_REGEX_MAX_PREFIX];
    bool whole;
    size_t len = yn_regex_prefix(prefix, regex->regex, &whole), at = 0;
    const yn_symbol *r = m->request;
    yn_buf *text = &e->p->text;
    size_t segments;
    if (has_fixed_length(regex->regex, &segments) && segments != r->segment_count)
        return false;
    for (size_t i = 0; i < r->segment_count; i++) {
        bool plain = yn_term_is_plain(r->segments[i], &m->branch->env);
        text->len = 0;
        yn_buf_char(text, '/');
        if (plain)
            yn_term_write(text, r->segments[i], &m->branch->env);
        for (size_t k = 0; k < text->len && at < len; k++, at++)
            if (yn_lower(text->ptr[k]) != yn_lower(prefix[at]))
                return false;
        if (!plain)
            return true;
    }
    return at >= len;
}

static void meet_regex(meeting *m, const yn_view *regex)
{
    explorer *e = m->e;
    yn_view pattern;
    size_t told = e->told;
    if (!may_begin(e, m, regex) || yn_symbol_plain_prefix(m->request, &m->branch->env) ==
                                       m->request->segment_count) // that was seen by asking
        return;
    for (size_t n = 0; n < YN_SAMPLE_VARIANTS && e->tries < most_tries; n++) {
        if (!yn_seed_as_pattern(&pattern, regex, n, &e->p->shop))
            break;
        meet(m, regex, &pattern);
        if (e->told > told)
            return;
    }
    doubt(e, "it is a regular expression, and paths it looks like matching do not show it",
          regex->order);
}

static bool take(void *context, uint32_t order)
{
    meeting *m = context;
    explorer *e = m->e;
    if (e->tries >= most_tries || e->unfit >= e->most_unfit || e->told >= most_told)
        e->is_exhausted = true;
    if (e->p->failed || e->is_exhausted)
        return false;
    const yn_view *next = yn_prover_view(e->p, order);
    if (next && next->is_regex)
        meet_regex(m, next);
    else if (next)
        meet(m, next, next);
    if (next && e->rule->is_regex && next->part_count > YN_SAMPLE_SEGMENTS)
        doubt(e, "paths as long as that were not tried", order);
    return true;
}

static void explore_here(explorer *e, const yn_symbol *request, const yn_branch *branch)
{
    meeting m = {e, request, branch};
    yn_candidate_sink sink = {take, &m, e->depth == 0 || request->item_count != 0, e->depth == 0};
    yn_candidates_at(&e->p->candidates, request, &branch->env, &sink);
}

// A part of the host comes from the request: each host that is known may be meant.
static void explore_hosts(explorer *e, const yn_symbol *request, const yn_branch *branch)
{
    const yn_map *names = &e->p->model.hosts.names;
    size_t tried = 0;
    for (size_t i = 0; i < names->slot_count && tried < known_hosts; i++) {
        yonder_text name = {names->slots[i].key, names->slots[i].key_len};
        yn_branch at = *branch;
        yn_symbol there = *request;
        if (!name.ptr || name.ptr[0] == '.' || !yn_term_is(request->authority, name, true, &at.env))
            continue;
        tried++;
        there.host = name;
        explore_here(e, &there, &at);
    }
    if (tried == known_hosts)
        doubt(e, "it may lead to more hosts than were tried", e->rule->order);
}

// The host the request is for, with the values variables have now.
static bool find_host(explorer *e, yn_symbol *request, const yn_branch *branch)
{
    char room[256];
    yn_place_at next, here = {request->https, request->host, YN_TEXT("/")};
    yn_buf *text = &e->p->text;
    if (!request->authority.count)
        return true;
    text->len = 0;
    yn_buf_str(text, request->https ? "https://" : "http://");
    yn_term_write(text, request->authority, &branch->env);
    here.host = (yonder_text){NULL, 0};
    if (yn_follow(&next, &e->p->asker, &here, yn_buf_text(text), room) == YN_LEADS_AWAY &&
        !yn_equal(next.host, e->context->host))
        return false;
    request->host = yn_arena_text(&e->p->arena, next.host);
    e->p->failed = e->p->failed || !request->host.ptr;
    return !e->p->failed;
}

static void explore(explorer *e, const yn_symbol *request, const yn_branch *branch)
{
    yn_symbol there = *request;
    if (!yn_term_is_plain(request->authority, &branch->env))
        explore_hosts(e, request, branch);
    if (find_host(e, &there, branch))
        explore_here(e, &there, branch);
}

/* ---- one rule -------------------------------------------------------------------------------- */

static void explore_seed(explorer *e, const yn_seed *seed)
{
    yn_symbol first = seed->start, next;
    yn_groups groups = {seed->groups, seed->group_count};
    e->seed = seed;
    e->fired[0] = e->rule;
    e->depth = 0;
    try(e, &seed->branch); // as it is; what it leads to is told
    yn_place_at place;
    bool known = landed(e, 0, &place) && e->p->walk.hops[0].order == e->rule->order;
    first.https = e->context->https;
    first.host = e->context->host;
    if (!e->rule->piece_count || e->p->failed)
        return;
    if (yn_symbol_next(&next, &first, e->rule, &groups, &seed->branch, &e->p->shop)) {
        go_to(&next, e->rule, known ? &place : NULL);
        explore(e, &next, &seed->branch);
    } else
        doubt(e, "where it leads is not understood", e->rule->order);
}

static void tell_doubts(explorer *e)
{
    const uint32_t rule = e->rule->order;
    if (e->told >= most_told)
        yn_tell_undecided(e->p, rule, "it begins more chains than the %u that are told",
                          (unsigned)most_told);
    else if (e->is_exhausted)
        yn_tell_undecided(e->p, rule,
                          "there are too many rules it may lead to; the first ones "
                          "were looked at");
    for (size_t i = 0; i < e->doubt_count && e->told < most_told && !e->is_exhausted; i++) {
        uint32_t order = e->doubts[i].order;
        if (order != rule && yn_was_seen(e->p, rule, order))
            continue;
        if (order == rule)
            yn_tell_undecided(e->p, rule, "%s", e->doubts[i].why);
        else
            yn_tell_undecided(e->p, rule, "some requests may go on to line %u: %s",
                              yn_prover_line(e->p, order).line, e->doubts[i].why);
        return; // one will do
    }
}

void yn_prove_symbolic(yn_prover *p, const yn_view *rule)
{
    const yn_model_scope *scope = &p->model.scopes[rule->scope];
    explorer e = {.p = p, .rule = rule, .most_unfit = most_unfit};
    if (p->unfit + most_unfit > all_unfit)
        e.most_unfit = least_unfit;
    size_t seeds = yn_seed_count(rule, &p->shop);
    for (size_t i = 0; i < scope->context_count; i++) {
        e.context = &scope->contexts[i];
        for (size_t n = 0; n < seeds && !p->failed && !e.is_exhausted; n++) {
            yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
            if (!seed || !yn_seed_make(seed, rule, n, &p->shop)) {
                if (!seed || !rule->is_regex)
                    doubt(&e, "it has too many placeholders", rule->order);
                break;
            }
            explore_seed(&e, seed);
        }
    }
    if (rule->is_regex && !seeds)
        doubt(&e, "its regular expression is not understood", rule->order);
    p->unfit += e.unfit;
    tell_doubts(&e);
}
