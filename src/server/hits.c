// SPDX-License-Identifier: MIT
#include "server/hits.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/text.h"
#include "rules/view.h"
#include "server/memory.h"

yn_hits *yn_hits_make(const yonder_rules *rules, size_t worker_count)
{
    yn_hits *hits = calloc(1, sizeof *hits);
    if (!hits)
        return NULL;
    hits->places = yonder_rules_places(rules);
    hits->sites = yonder_rules_sites(rules);
    hits->worker_count = worker_count;
    hits->own = calloc(worker_count, sizeof *hits->own);
    size_t count = hits->places + hits->sites;
    hits->over = calloc(count, sizeof *hits->over);
    bool ok = hits->own && hits->over;
    for (size_t i = 0; ok && i < worker_count; i++)
        ok = (hits->own[i] = yn_server_zeros(count * sizeof **hits->own)) != NULL;
    if (ok)
        return hits;
    yn_hits_free(hits);
    return NULL;
}

void yn_hits_free(yn_hits *hits)
{
    if (!hits)
        return;
    for (size_t i = 0; hits->own && i < hits->worker_count; i++)
        yn_server_drop(hits->own[i]);
    free(hits->own);
    free(hits->carry);
    free((void *)hits->over);
    free(hits);
}

yn_hit_sum yn_hits_sum(const yn_hits *hits, size_t at)
{
    yn_hit_sum sum = hits->carry ? hits->carry[at] : (yn_hit_sum){0};
    sum.count += atomic_load_explicit(&hits->over[at], memory_order_relaxed) << 32;
    for (size_t i = 0; i < hits->worker_count; i++) {
        const yn_hit *hit = &hits->own[i][at];
        int64_t last = atomic_load_explicit(&hit->last, memory_order_relaxed);
        sum.count += atomic_load_explicit(&hit->count, memory_order_relaxed);
        sum.last = last > sum.last ? last : sum.last;
    }
    return sum;
}

/* ---- carrying over --------------------------------------------------------------------------- */

// What a line is known by in another set: a hash of what it is about. One in 2^64 is taken for
// another one's, which a count can bear.
typedef struct carrying {
    yn_hits *to;
    const yonder_rules *to_rules;
    const yn_hits *from;
    const yonder_rules *from_rules;
    yn_map known; // hash → index of `sums`
    uint64_t *keys;
    yn_hit_sum *sums;
    size_t count, room;
    bool failed;
} carrying;

static uint64_t add_number(uint64_t hash, uint64_t number)
{
    return yn_hash_mix(hash ^ 0x9e3779b97f4a7c15u, number + 0xd6e8feb86659fd93u);
}

static uint64_t scope_key(const yonder_rules *owner, uint32_t scope, yn_arena *arena, bool *failed)
{
    yn_scope_view view;
    if (!yn_view_scope(&view, owner, scope, arena)) {
        *failed = true;
        return 0;
    }
    uint64_t hash = add_number((uint64_t)view.scheme, (uint64_t)(int64_t)view.port);
    for (size_t i = 0; i < view.host_count; i++)
        hash = yn_hash(view.hosts[i], hash);
    return yn_hash(view.url_host, hash);
}

static uint64_t rule_key(const yonder_rules *owner, const yn_rule *rule, yn_arena *arena,
                         bool *failed)
{
    yn_view view;
    if (!yn_view_rule(&view, owner, rule, arena)) {
        *failed = true;
        return 0;
    }
    uint64_t hash = scope_key(owner, view.scope, arena, failed);
    hash = yn_hash(view.is_regex ? view.regex : (yonder_text){NULL, 0}, hash);
    for (size_t i = 0; i < view.part_count; i++)
        hash = yn_hash(view.parts[i].literal, add_number(hash, view.parts[i].kind));
    for (size_t i = 0; i < view.pair_count; i++) {
        hash = yn_hash(view.pairs[i].name, add_number(hash, view.pairs[i].kind));
        hash = yn_hash(view.pairs[i].kind == YN_PAIR_LITERAL ? view.pairs[i].value
                                                             : (yonder_text){NULL, 0},
                       hash);
    }
    return yn_hash(yn_rule_conditions(rule), hash);
}

static bool make_room(carrying *c)
{
    if (c->count < c->room)
        return true;
    size_t room = c->room ? 2 * c->room : 1024;
    uint64_t *keys = realloc(c->keys, room * sizeof *keys);
    c->keys = keys ? keys : c->keys;
    yn_hit_sum *sums = realloc(c->sums, room * sizeof *sums);
    c->sums = sums ? sums : c->sums;
    if (!keys || !sums)
        return false;
    c->room = room;
    return true;
}

static yonder_text key_text(const uint64_t *key)
{
    return (yonder_text){(const char *)key, sizeof *key};
}

// A line of the old set.
static void remember(carrying *c, uint64_t key, uint32_t place)
{
    yn_hit_sum sum = yn_hits_sum(c->from, place);
    if (c->failed || !sum.count)
        return;
    if (!make_room(c)) {
        c->failed = true;
        return;
    }
    c->keys[c->count] = key;
    c->sums[c->count++] = sum;
}

// The keys no longer move.
static void index_keys(carrying *c)
{
    bool added;
    for (size_t i = 0; !c->failed && i < c->count; i++) {
        uint32_t *at = yn_map_add(&c->known, key_text(&c->keys[i]), (uint32_t)i, &added);
        if (!at) {
            c->failed = true;
        } else if (!added) {
            yn_hit_sum *first = &c->sums[*at];
            first->count += c->sums[i].count;
            first->last = c->sums[i].last > first->last ? c->sums[i].last : first->last;
        }
    }
}

// A line of the new set.
static void receive(carrying *c, uint64_t key, uint32_t place)
{
    const uint32_t *at = yn_map_find(&c->known, key_text(&key));
    if (!at || place >= c->to->places)
        return;
    c->to->carry[place] = c->sums[*at];
    yn_map_remove(&c->known, key_text(&key));
}

typedef void each_fn(carrying *c, uint64_t key, uint32_t place);

// `counts`: where lines without a count need not be looked at.
static void each_rule(carrying *c, const yonder_rules *rules, const yn_hits *counts, each_fn *each)
{
    yn_rule_cursor cursor = yn_rules_begin(rules);
    const yonder_rules *owner;
    yn_arena arena = yn_arena_make(NULL);
    for (const yn_rule *rule; !c->failed && (rule = yn_rules_next(&cursor, &owner));) {
        if (counts && (rule->order >= counts->places || !yn_hits_sum(counts, rule->order).count))
            continue;
        uint64_t key = rule_key(owner, rule, &arena, &c->failed);
        if (!c->failed)
            each(c, key, rule->order);
        if (arena.used > 1 << 16)
            yn_arena_free(&arena);
    }
    yn_arena_free(&arena);
}

static void each_site_line(carrying *c, const yonder_rules *rules, each_fn *each)
{
    yn_arena arena = yn_arena_make(NULL);
    for (size_t i = 0; !c->failed && i < rules->scopes_count; i++) {
        uint32_t row = rules->scopes[i].sites;
        uint64_t scope = row ? scope_key(rules, (uint32_t)i, &arena, &c->failed) : 0;
        for (const yn_site_row *site; row && !c->failed; row = site->next) {
            site = yn_set_site(rules, row);
            each(c, add_number(scope, (site->line + UINT64_C(1)) << 32), site->order);
        }
    }
    yn_arena_free(&arena);
}

static void carry_sites(carrying *c)
{
    for (uint32_t i = 0; i < c->from->sites; i++) {
        yn_hit_sum sum = yn_hits_sum(c->from, c->from->places + i);
        yonder_text name = yonder_rules_site(c->from_rules, i);
        uint32_t at = i && name.len ? yn_set_find_host(c->to_rules, name) : 0;
        if (!sum.count || at >= c->to->sites)
            continue;
        yn_hit_sum *to = &c->to->carry[c->to->places + at];
        to->count += sum.count;
        to->last = sum.last > to->last ? sum.last : to->last;
    }
}

static bool counted_any(const yn_hits *hits)
{
    for (size_t i = 0; i < hits->places + hits->sites; i++)
        if (yn_hits_sum(hits, i).count)
            return true;
    return false;
}

bool yn_hits_carry(yn_hits *to, const yonder_rules *to_rules, const yn_hits *from,
                   const yonder_rules *from_rules)
{
    if (!counted_any(from))
        return true;
    carrying c = {.to = to,
                  .to_rules = to_rules,
                  .from = from,
                  .from_rules = from_rules,
                  .known = yn_map_make(NULL)};
    yn_hit_sum *carry = calloc(to->places + to->sites, sizeof *carry);
    c.failed = !carry;
    to->carry = carry;
    each_rule(&c, from_rules, from, remember);
    each_site_line(&c, from_rules, remember);
    index_keys(&c);
    if (c.count) {
        each_rule(&c, to_rules, NULL, receive);
        each_site_line(&c, to_rules, receive);
    }
    if (carry)
        carry_sites(&c);
    yn_map_free(&c.known);
    free(c.keys);
    free(c.sums);
    return !c.failed;
}
