// SPDX-License-Identifier: MIT
// Plain rules, of which there may be millions: each is asked for its own path, and what it answers
// is followed until something is met whose end is known. So every rule is asked for once, and every
// target; loops among rules close the stack.
#include <assert.h>

#include "base/text.h"
#include "proof/prover.h"

// What is known of a plain rule at the first host of its scope: how many rules it takes to the end,
// itself included; or one of these.
enum {
    UNKNOWN = 0,
    IN_LOOP = UINT32_MAX,      // never ends, or not soon
    ON_STACK = UINT32_MAX - 1, // is being followed
    MOST_HOPS = UINT32_MAX - 2,
};

typedef struct frame {
    uint32_t order;
    uint32_t after; // rules without memory between this one and the next
} frame;

static size_t frame_count(const yn_prover *p)
{
    return p->stack.len / sizeof(frame);
}

static frame *frame_at(const yn_prover *p, size_t n)
{
    return (frame *)(void *)p->stack.ptr + n;
}

static void push(yn_prover *p, uint32_t order)
{
    frame f = {order, 0};
    yn_buf_put(&p->stack, (yonder_text){(const char *)&f, sizeof f});
    p->failed = p->failed || p->stack.error;
    p->memo[order] = ON_STACK;
}

// All that is followed takes `rest` rules from the end on.
static void finish(yn_prover *p, uint32_t rest)
{
    for (size_t n = frame_count(p); n--;) {
        const frame *f = frame_at(p, n);
        if (rest != IN_LOOP)
            rest = rest < MOST_HOPS - f->after - 1 ? rest + f->after + 1 : MOST_HOPS;
        p->memo[f->order] = rest;
    }
    p->stack.len = 0;
}

static bool is_plain(const yn_prover *p, uint32_t order)
{
    uint8_t class = p->model.classes[order];
    return class == YN_CLASS_PLAIN || class == YN_CLASS_PAIRS;
}

// Whether what is known of the rule is about requests like this one: at the first host of its
// scope, without a query.
static bool remembers(const yn_prover *p, const yn_reply *reply, const yn_place_at *at)
{
    if (reply->cause != YONDER_RULES_RULE || p->model.classes[reply->order] != YN_CLASS_PLAIN)
        return false;
    const yn_context *home = &p->model.scopes[p->model.scope_of[reply->order]].contexts[0];
    return home->https == at->https && yn_equal(home->host, at->host) &&
           yn_find_char(at->target, '?') == at->target.len;
}

static void follow_closely(yn_prover *p, const yn_place_at *start)
{
    if (yn_prover_walk(p, start, &p->nobody))
        yn_tell_walk(p, &p->nobody);
}

// Takes the answer at `at`, which moves on. False: that was the end, and all is known.
static bool step(yn_prover *p, yn_place_at *at, const yn_reply *reply, char *room,
                 uint32_t *forgotten)
{
    yn_place_at next;
    bool counts = reply->cause == YONDER_RULES_RULE || reply->cause == YONDER_RULES_CANONICAL;
    if (reply->cause == YONDER_RULES_NONE || !reply->location.len) {
        finish(p, 0);
        return false;
    }
    yn_lead lead = yn_follow(&next, &p->asker, at, reply->location, room);
    bool upgrades = !at->https && next.https && yn_equal(at->host, next.host) &&
                    yn_equal(at->target, next.target);
    if (remembers(p, reply, at) && !upgrades) {
        uint32_t known = p->memo[reply->order];
        if (known != UNKNOWN) {
            finish(p, known == ON_STACK ? IN_LOOP : known);
            return false;
        }
        push(p, reply->order);
        *forgotten = 0;
    } else if (counts && !upgrades && frame_count(p)) {
        frame_at(p, frame_count(p) - 1)->after++;
    }
    if (lead == YN_LEADS_AWAY || ++*forgotten > YN_HOPS) {
        finish(p, lead == YN_LEADS_AWAY ? 0 : IN_LOOP);
        return false;
    }
    *at = next;
    return true;
}

// From a rule that has answered at `start`. The hosts on the way are kept in turn in two rooms, as
// the answers are in the asker.
static uint32_t follow(yn_prover *p, const yn_place_at *start, yn_reply reply)
{
    char rooms[2][256];
    yn_place_at at = *start;
    yonder_text root = YN_TEXT("/");
    uint32_t order = reply.order, forgotten = 0;
    for (unsigned turn = 0; step(p, &at, &reply, rooms[turn], &forgotten) && !p->failed;
         turn ^= 1) {
        if (!at.target.len)
            at.target = root;
        reply = yn_ask(&p->asker, &at, &p->nobody);
    }
    p->stack.len = 0;
    return p->memo[order];
}

static bool is_site(const yn_reply *reply)
{
    return reply->cause != YONDER_RULES_RULE && reply->cause != YONDER_RULES_NONE;
}

// Whether there is no second answer.
static bool ends_at_once(yn_prover *p, const yn_place_at *place)
{
    char room[256];
    yn_place_at next;
    yn_reply reply = yn_ask(&p->asker, place, &p->nobody);
    if (!reply.location.len ||
        yn_follow(&next, &p->asker, place, reply.location, room) == YN_LEADS_AWAY)
        return true;
    if (!next.target.len)
        next.target = YN_TEXT("/");
    return yn_ask(&p->asker, &next, &p->nobody).cause == YONDER_RULES_NONE;
}

// At one host. True if the rule fires there.
static bool prove_at(yn_prover *p, const yn_view *rule, const yn_context *context, bool is_home)
{
    yn_place_at place = {context->https, context->host, yn_buf_text(&p->text)};
    uint32_t known = is_home ? p->memo[rule->order] : UNKNOWN;
    if (known == UNKNOWN) {
        yn_reply reply = yn_ask(&p->asker, &place, &p->nobody);
        if (reply.order != rule->order || is_site(&reply) || reply.cause == YONDER_RULES_NONE)
            return false;
        if (is_home && p->model.classes[rule->order] == YN_CLASS_PLAIN)
            known = follow(p, &place, reply);
    }
    if (known == UNKNOWN && ends_at_once(p, &place))
        return true;
    if (known != 1) { // where there is no memory, a closer look tells what there is to tell
        yonder_text target = yn_arena_text(&p->arena, place.target);
        p->failed = p->failed || !target.ptr;
        place.target = target;
        if (!p->failed)
            follow_closely(p, &place);
    }
    return true;
}

// With other queries, or for other clients, there may be more to say.
static bool is_narrowed(yn_prover *p, const yn_view *rule, const yn_context *context)
{
    char room[256];
    yn_place_at here = {context->https, context->host, YN_TEXT("/")}, next;
    if (!p->model.has_narrow || !rule->piece_count)
        return false;
    p->text.len = 0;
    yn_model_location(&p->text, rule);
    if (yn_follow(&next, &p->asker, &here, yn_buf_text(&p->text), room) == YN_LEADS_AWAY)
        return false;
    next.target.len = yn_find_char(next.target, '?');
    if (!next.target.len)
        next.target = YN_TEXT("/");
    return yn_candidates_narrow(&p->candidates, next.https, next.host, next.target);
}

static void prove_rule(yn_prover *p, const yn_view *rule)
{
    const yn_model_scope *scope = &p->model.scopes[rule->scope];
    bool fires = false, narrowed = false;
    p->text.len = 0;
    yn_model_target(&p->text, rule);
    yonder_text target = yn_arena_text(&p->arena, yn_buf_text(&p->text));
    p->failed = p->failed || !target.ptr;
    for (size_t i = 0; i < scope->context_count && !p->failed; i++) {
        p->text.len = 0;
        yn_buf_put(&p->text, target);
        fires = prove_at(p, rule, &scope->contexts[i], i == 0) || fires;
        narrowed = narrowed || is_narrowed(p, rule, &scope->contexts[i]);
    }
    if (narrowed)
        yn_prove_symbolic(p, rule);
    if (!fires)
        yn_prove_alive(p, rule);
    yn_prove_local(p, rule);
}

void yn_prove_plain(yn_prover *p)
{
    const yonder_rules *owner;
    yn_rule_cursor cursor = yn_rules_begin(p->model.set);
    for (const yn_rule *rule; !p->failed && (rule = yn_rules_next(&cursor, &owner));) {
        yn_view view;
        if (!is_plain(p, rule->order))
            continue;
        yn_prover_next(p);
        if (yn_view_rule(&view, owner, rule, &p->arena))
            prove_rule(p, &view);
        else
            p->failed = true;
    }
}
