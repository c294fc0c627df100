// SPDX-License-Identifier: MIT
// Whether two sets with the same lines lead to the same ends.
#include <stdlib.h>

#include "base/text.h"
#include "proof/flatten.h"
#include "proof/prover.h"
#include "proof/seed.h"

enum {
    most_narrow = 1000,
    // Of Locations in walks of random requests: where rules make URLs longer and longer, a walk is
    // a megabyte.
    most_random_bytes = 1 << 26,
};

typedef struct comparing {
    yn_prover p; // of the set before
    yn_proof unused;
    yn_asker after;
    yn_proof_walk other;
    yn_buf *differ;
    size_t asked, walked; // requests, and bytes of the Locations they led to
    uint64_t dice;
    yn_buf pieces; // yonder_text: segments the rules have
    yn_buf narrow; // uint32_t: rules with conditions, of the set before
} comparing;

static yonder_text fragment_of(const yn_proof_walk *w)
{
    yonder_text fragment = {NULL, 0};
    for (size_t i = 0; i < w->count; i++) {
        size_t at = yn_find_char(w->hops[i].location, '#');
        if (at < w->hops[i].location.len)
            fragment = yn_skip(w->hops[i].location, at);
    }
    return fragment;
}

static bool same_end(const yn_proof_walk *a, const yn_proof_walk *b)
{
    bool endless = a->end == YN_ENDS_REPEATS || a->end == YN_ENDS_GROWS || a->end == YN_ENDS_LATE;
    if (endless) // there is no end that could be the same
        return true;
    bool status = a->end != YN_ENDS_STATUS ||
                  (b->count && a->hops[a->count - 1].status == b->hops[b->count - 1].status);
    return a->end == b->end && status && a->last.https == b->last.https &&
           yn_equal(a->last.host, b->last.host) && yn_equal(a->last.target, b->last.target) &&
           yn_equal(fragment_of(a), fragment_of(b));
}

static void compare_at(comparing *c, const yn_place_at *place, const yn_client_side *client)
{
    yn_prover *p = &c->p;
    c->asked++;
    if (!yn_prover_walk(p, place, client) || !p->walk.count)
        return;
    for (size_t i = 0; i < p->walk.count; i++)
        c->walked += p->walk.hops[i].location.len;
    if (!yn_walk_from(&c->other, &c->after, place, client, &p->arena))
        p->failed = true;
    else if (!same_end(&p->walk, &c->other))
        for (size_t i = 0; i < p->walk.count; i++) // whichever was put together wrongly
            yn_buf_put(c->differ, (yonder_text){(const char *)&p->walk.hops[i].order,
                                                sizeof p->walk.hops[i].order});
    p->failed = p->failed || c->differ->error || c->narrow.error;
}

static void compare_target(comparing *c, const yn_context *context, yonder_text target,
                           const yn_client_side *client)
{
    static const char *const queries[] = {"", "q=1", "q=1&id=7&lang="};
    yn_prover *p = &c->p;
    for (size_t i = 0; i < sizeof queries / sizeof *queries && !p->failed; i++) {
        p->text.len = 0;
        yn_buf_put(&p->text, target);
        if (*queries[i])
            yn_buf_char(&p->text, yn_find_char(target, '?') < target.len ? '&' : '?');
        yn_buf_str(&p->text, queries[i]);
        yn_place_at place = {context->https, context->host,
                             yn_arena_text(&p->arena, yn_buf_text(&p->text))};
        p->failed = p->failed || !place.target.ptr;
        if (!p->failed)
            compare_at(c, &place, client);
    }
}

static void compare_rule(comparing *c, const yn_view *rule)
{
    yn_prover *p = &c->p;
    const yn_model_scope *scope = &p->model.scopes[rule->scope];
    size_t seeds = yn_seed_count(rule, &p->shop);
    for (size_t n = 0; n < seeds && !p->failed; n++) {
        yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
        yn_client_made client;
        if (!seed || !yn_seed_make(seed, rule, n, &p->shop) ||
            !yn_client_make(&client, &rule, 1, p->nobody.now, 0, &p->arena))
            return;
        p->text.len = 0;
        yn_symbol_target(&p->text, &seed->start, &seed->branch);
        yonder_text target = yn_arena_text(&p->arena, yn_buf_text(&p->text));
        p->failed = p->failed || !target.ptr;
        for (size_t i = 0; i < scope->context_count && !p->failed; i++) {
            compare_target(c, &scope->contexts[i], target, &client.side);
            if (client.has_conditions)
                compare_target(c, &scope->contexts[i], target, &p->nobody);
        }
    }
    for (size_t i = 0; i < rule->part_count; i++)
        if (rule->parts[i].kind == YN_PART_LITERAL && c->pieces.len < (1 << 16))
            yn_buf_put(&c->pieces,
                       (yonder_text){(const char *)&rule->parts[i].literal, sizeof(yonder_text)});
}

static size_t throw_dice(comparing *c, size_t sides)
{
    c->dice = c->dice * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(c->dice >> 33) % sides;
}

// A client that meets the conditions of one or two rules, or none.
static void choose_client(comparing *c, yn_client_made *client)
{
    yn_prover *p = &c->p;
    const uint32_t *orders = (const uint32_t *)(const void *)c->narrow.ptr;
    size_t count = c->narrow.len / sizeof *orders;
    if (count && throw_dice(c, 4)) {
        const yn_view *rules[] = {yn_prover_view(p, orders[throw_dice(c, count)]),
                                  yn_prover_view(p, orders[throw_dice(c, count)])};
        size_t most = 1 + throw_dice(c, 2);
        p->failed = p->failed || !rules[0] || !rules[1];
        if (!p->failed && yn_client_make(client, rules, most, p->nobody.now, 0, &p->arena))
            return;
    }
    *client = (yn_client_made){.side = p->nobody};
}

// Paths of pieces of the rules, at the hosts of any scope.
static void compare_random(comparing *c, size_t count)
{
    yn_prover *p = &c->p;
    size_t pieces = c->pieces.len / sizeof(yonder_text);
    const yonder_text *all = (const yonder_text *)(const void *)c->pieces.ptr;
    c->walked = 0;
    for (size_t i = 0;
         i < count && pieces && p->model.scope_count && !p->failed && c->walked < most_random_bytes;
         i++) {
        const yn_model_scope *scope = &p->model.scopes[throw_dice(c, p->model.scope_count)];
        yn_prover_next(p);
        p->text.len = 0;
        for (size_t n = 1 + throw_dice(c, 4); n; n--) {
            yn_buf_char(&p->text, '/');
            if (throw_dice(c, 6))
                yn_buf_put(&p->text, all[throw_dice(c, pieces)]);
            else
                yn_buf_str(&p->text, "zz9");
        }
        yonder_text target = yn_arena_text(&p->arena, yn_buf_text(&p->text));
        if (!target.ptr) {
            p->failed = true;
            return;
        }
        yn_client_made client;
        choose_client(c, &client);
        if (!p->failed)
            compare_target(c, &scope->contexts[throw_dice(c, scope->context_count)], target,
                           &client.side);
    }
}

// Requests for the rules of the set after: the new ones are for special ones of the set before. Of
// which scope they are is told by number, for no line opens a new one.
static void compare_new(comparing *c)
{
    yn_rule_cursor cursor = yn_rules_begin(c->after.set);
    const yonder_rules *owner;
    for (const yn_rule *rule; !c->p.failed && (rule = yn_rules_next(&cursor, &owner));) {
        yn_view view;
        yn_prover_next(&c->p);
        if (!yn_view_rule(&view, owner, rule, &c->p.arena))
            c->p.failed = true;
        else if (view.scope < c->p.model.scope_count)
            compare_rule(c, &view);
    }
}

static void compare_all(comparing *c, size_t random)
{
    yn_rule_cursor cursor = yn_rules_begin(c->p.model.set);
    const yonder_rules *owner;
    for (const yn_rule *rule; !c->p.failed && (rule = yn_rules_next(&cursor, &owner));) {
        yn_view view;
        yn_prover_next(&c->p);
        if (!yn_view_rule(&view, owner, rule, &c->p.arena)) {
            c->p.failed = true;
            return;
        }
        if (view.condition_count && c->narrow.len < most_narrow * sizeof view.order)
            yn_buf_put(&c->narrow, (yonder_text){(const char *)&view.order, sizeof view.order});
        compare_rule(c, &view);
    }
    if (yonder_rules_count(c->after.set) > yonder_rules_count(c->p.model.set))
        compare_new(c);
    compare_random(c, random);
}

static int compare_orders(const void *a, const void *b)
{
    uint32_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

int yn_flat_compare(yn_buf *differ, size_t *asked, const yonder_rules *before,
                    const yonder_rules *after, size_t random, const yn_proof_options *options)
{
    comparing *c = yn_alloc(options->mem, sizeof *c);
    if (!c)
        return YONDER_NO_MEMORY;
    *c = (comparing){.differ = differ,
                     .pieces = yn_buf_make(1 << 20, options->mem),
                     .narrow = yn_buf_make(1 << 20, options->mem),
                     .dice = 1};
    int error = yn_prover_open(&c->p, &c->unused, before, options);
    if (!error) {
        bool made = yn_asker_make(&c->after, after, &c->p.model.hosts, options->mem);
        if (made)
            compare_all(c, random);
        error = !made || c->p.failed ? YONDER_NO_MEMORY : YONDER_OK;
        if (made)
            yn_asker_free(&c->after);
        yn_prover_close(&c->p);
    }
    *asked = c->asked;
    if (differ->len)
        qsort(differ->ptr, differ->len / sizeof(uint32_t), sizeof(uint32_t), compare_orders);
    yn_proof_free(&c->unused);
    yn_buf_free(&c->pieces);
    yn_buf_free(&c->narrow);
    yn_free(options->mem, c);
    return error;
}
