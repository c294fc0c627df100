// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/text.h"
#include "proof/prover.h"

enum {
    longest_message = 1500,
    shown_hops = 22, // of a chain
};

yn_proof_line yn_prover_line(const yn_prover *p, uint32_t order)
{
    yn_proof_line line = {.order = order};
    line.file = yn_set_source_of(p->model.set, order, &line.line);
    return line;
}

bool yn_prover_walk(yn_prover *p, const yn_place_at *place, const yn_client_side *client)
{
    if (!yn_walk_from(&p->walk, &p->asker, place, client, &p->arena))
        p->failed = true;
    return !p->failed;
}

void yn_prover_next(yn_prover *p)
{
    enum {
        plenty = 1 << 20
    };
    if (p->arena.used > plenty) {
        yn_arena_free(&p->arena);
        p->arena = yn_arena_make(p->options->mem);
    }
}

const yn_view *yn_prover_view(yn_prover *p, uint32_t order)
{
    const yn_view *known = yn_model_symbolic(&p->model, order);
    if (known)
        return known;
    const yonder_rules *owner;
    const yn_rule *rule = yn_rules_find(p->model.set, order, &owner);
    yn_view *view = rule ? yn_arena_alloc(&p->arena, sizeof *view) : NULL;
    if (view && yn_view_rule(view, owner, rule, &p->arena))
        return view;
    p->failed = true;
    return NULL;
}

/* ---- composing ------------------------------------------------------------------------------- */

static yonder_text kept(yn_prover *p, yonder_text t)
{
    if (!t.len)
        return (yonder_text){NULL, 0};
    t = yn_arena_text(&p->out->arena, t);
    p->failed = p->failed || !t.ptr;
    return t;
}

static yn_witness witness_of(yn_prover *p, const yn_place_at *place, const yn_client_side *client)
{
    yn_witness w = {0};
    if (!place)
        return w;
    p->text.len = 0;
    yn_place_write(&p->text, place);
    w.url = kept(p, yn_buf_text(&p->text));
    w.method = kept(p, client->method);
    w.country = kept(p, client->country);
    w.client = kept(p, client->client);
    w.http10 = client->http10;
    w.now = client->now == p->nobody.now ? 0 : client->now;
    if (!client->field_count)
        return w;
    yonder_field *fields = yn_arena_alloc(&p->out->arena, client->field_count * sizeof *fields);
    p->failed = p->failed || !fields;
    for (size_t i = 0; fields && i < client->field_count; i++)
        fields[i] =
            (yonder_field){kept(p, client->fields[i].name), kept(p, client->fields[i].value)};
    w.fields = fields;
    w.field_count = fields ? client->field_count : 0;
    return w;
}

static void add(yn_prover *p, yn_proof_code code, const uint32_t *orders, size_t count,
                yn_witness witness, yonder_text message)
{
    yn_proof_line *lines = yn_arena_alloc(&p->out->arena, (count + 1) * sizeof *lines);
    for (size_t i = 0; lines && i < count; i++)
        lines[i] = yn_prover_line(p, orders[i]);
    yn_proof_finding f = {code, lines, lines ? count : 0, witness, kept(p, message)};
    yn_buf_put(&p->out->findings, (yonder_text){(const char *)&f, sizeof f});
    p->out->count[yn_proof_codes[code].severity]++;
    p->failed = p->failed || !lines || p->out->findings.error;
}

void yn_tell(yn_prover *p, yn_proof_code code, const uint32_t *orders, size_t count,
             const yn_place_at *place, const yn_client_side *client, const char *format, ...)
{
    char message[longest_message];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    add(p, code, orders, count, witness_of(p, place, client ? client : &p->nobody),
        yonder_text_of(message));
}

void yn_tell_undecided(yn_prover *p, uint32_t order, const char *format, ...)
{
    char message[longest_message];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    yn_proof_undecided u = {yn_prover_line(p, order), kept(p, yonder_text_of(message))};
    yn_buf_put(&p->out->undecided, (yonder_text){(const char *)&u, sizeof u});
    p->failed = p->failed || p->out->undecided.error;
}

/* ---- walks ----------------------------------------------------------------------------------- */

// A URL as short as the reader can tell it: without what is the same as in the one before.
static void put_place(yn_buf *out, const yn_place_at *place, const yn_place_at *before)
{
    enum {
        most = 120
    };
    size_t start = out->len;
    if (before && before->https == place->https && yn_equal(before->host, place->host))
        yn_buf_put(out, place->target);
    else
        yn_place_write(out, place);
    if (out->len - start > most) {
        out->len = start + most;
        yn_buf_str(out, "...");
    }
}

static void put_hops(yn_prover *p, size_t first, size_t count)
{
    const yn_proof_walk *w = &p->walk;
    for (size_t i = 0; i < count && i < shown_hops && first + i < w->count; i++) {
        if (i)
            yn_buf_str(&p->text, " -> ");
        put_place(&p->text, &w->hops[first + i].from, i ? &w->hops[first + i - 1].from : NULL);
    }
    if (count > shown_hops)
        yn_buf_str(&p->text, " -> ...");
}

static bool told_before(yn_prover *p, uint64_t key)
{
    bool before = yn_links_has(&p->told, key);
    yn_links_open(&p->told, key);
    p->failed = p->failed || p->told.failed;
    return before;
}

static uint64_t chain_key(uint32_t first, uint32_t second)
{
    return yn_hash_mix(((uint64_t)first << 32) + second + 1, 0xd6e8feb86659fd93u);
}

static uint64_t seen_key(uint32_t first, uint32_t second)
{
    return ~chain_key(first, second);
}

bool yn_was_seen(const yn_prover *p, uint32_t first, uint32_t second)
{
    return yn_links_has(&p->told, seen_key(first, second));
}

// Which rules were seen one after the other: those that begin the walk, and those of a loop.
static void note_seen(yn_prover *p)
{
    const yn_proof_walk *w = &p->walk;
    const yn_proof_hop *before = NULL;
    bool loops = w->end == YN_ENDS_REPEATS || w->end == YN_ENDS_GROWS;
    size_t pairs = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (w->hops[i].cause != YONDER_RULES_RULE)
            continue;
        if (before && (!pairs++ || (loops && i > w->loop)))
            yn_links_open(&p->told, seen_key(before->order, w->hops[i].order));
        before = &w->hops[i];
    }
    if (w->end == YN_ENDS_REPEATS && before)
        yn_links_open(&p->told, seen_key(before->order, w->hops[w->loop].order));
}

// The same whichever rule of the loop comes first.
static uint64_t loop_key(const yn_proof_walk *w)
{
    uint64_t key = 0;
    for (size_t i = 0; i < w->loop_length; i++)
        key += yn_hash_mix(w->hops[w->loop + i].order + 1, 0x9e3779b97f4a7c15u);
    return key;
}

static size_t orders_of(const yn_proof_walk *w, size_t first, size_t count, uint32_t *orders)
{
    size_t n = 0;
    for (size_t i = first; i < first + count && i < w->count; i++) {
        size_t k = 0;
        while (k < n && orders[k] != w->hops[i].order)
            k++;
        if (k == n)
            orders[n++] = w->hops[i].order;
    }
    return n;
}

// The rule of the loop that stands first in the files begins it.
static void tell_loop(yn_prover *p, const yn_client_side *client)
{
    yn_proof_walk *w = &p->walk;
    size_t first = w->loop;
    uint32_t orders[YN_HOPS];
    if (told_before(p, loop_key(w)))
        return;
    for (size_t i = w->loop; i < w->loop + w->loop_length; i++)
        if (w->hops[i].order < w->hops[first].order)
            first = i;
    yn_witness witness = witness_of(p, &w->hops[first].from, client);
    p->text.len = 0;
    if (w->end == YN_ENDS_GROWS) {
        yn_buf_str(&p->text, "goes on and on to longer URLs: ");
        put_hops(p, w->loop, 2 * w->loop_length + 1);
        yn_buf_str(&p->text, " -> ...");
    } else {
        yn_buf_str(&p->text, w->loop_length == 1 ? "leads to itself: " : "never ends: ");
        put_hops(p, first, w->loop + w->loop_length - first);
        for (size_t i = w->loop; i <= first; i++) {
            yn_buf_str(&p->text, " -> ");
            put_place(&p->text, &w->hops[i].from,
                      i > w->loop ? &w->hops[i - 1].from
                                  : &w->hops[w->loop + w->loop_length - 1].from);
        }
    }
    size_t n = orders_of(w, first, w->loop + w->loop_length - first, orders);
    n += orders_of(w, w->loop, first - w->loop, orders + n);
    add(p, YN_PROOF_LOOP, orders, n, witness, yn_buf_text(&p->text));
}

// Hops that one would do without: those from http to https are not among them, nor is one to the
// canonical host that comes first.
static bool is_counted(const yn_proof_walk *w, size_t i)
{
    const yn_proof_hop *hop = &w->hops[i];
    bool cause = hop->cause == YONDER_RULES_RULE || (hop->cause == YONDER_RULES_CANONICAL && i);
    return cause && !hop->upgrades && hop->location.len;
}

static size_t count_rules(const yn_proof_walk *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->count; i++)
        n += is_counted(w, i);
    return n;
}

// The chain that begins with hop `first`.
static void tell_chain(yn_prover *p, size_t first, const yn_client_side *client)
{
    const yn_proof_walk *w = &p->walk;
    uint32_t orders[YN_HOPS], begin[2] = {0, 0};
    size_t counted = 0;
    for (size_t i = first; i < w->count; i++) {
        if (is_counted(w, i) && counted < 2)
            begin[counted] = w->hops[i].order;
        counted += is_counted(w, i);
    }
    if (counted < 2 || told_before(p, chain_key(begin[0], begin[1])))
        return;
    bool is_late = w->end == YN_ENDS_LATE || counted > YN_CLIENTS_LIMIT;
    size_t n = orders_of(w, first, w->count - first, orders);
    yn_witness witness = witness_of(p, &w->hops[first].from, client);
    p->text.len = 0;
    if (w->end == YN_ENDS_LATE)
        yn_buf_printf(&p->text, "more than %u redirects: ", (unsigned)counted);
    else
        yn_buf_printf(&p->text, "%u redirects where one would do: ", (unsigned)counted);
    put_hops(p, first, w->count - first);
    yn_buf_str(&p->text, " -> ");
    if (w->count - first <= shown_hops)
        put_place(&p->text, &w->last, &w->hops[w->count - 1].from);
    add(p, is_late ? YN_PROOF_CHAIN_TOO_LONG : YN_PROOF_CHAIN, orders, n, witness,
        yn_buf_text(&p->text));
}

static bool is_nobody(const yn_prover *p, const yn_client_side *client)
{
    return !client->method.len && !client->http10 && !client->field_count && !client->client.len &&
           !client->country.len && client->now == p->nobody.now;
}

// Each rule on the way begins a chain, too; that it is met here may be the only way to it.
static void tell_chains(yn_prover *p, const yn_client_side *client)
{
    const yn_proof_walk *w = &p->walk;
    tell_chain(p, 0, client);
    if (w->end == YN_ENDS_LATE || !is_nobody(p, client))
        return;
    for (size_t i = 1; i + 1 < w->count; i++)
        if (w->hops[i].cause == YONDER_RULES_RULE && !w->hops[i].upgrades)
            tell_chain(p, i, client);
}

bool yn_tell_walk(yn_prover *p, const yn_client_side *client)
{
    const yn_proof_walk *w = &p->walk;
    size_t counted = count_rules(w);
    if (counted < 2 && w->end != YN_ENDS_REPEATS && w->end != YN_ENDS_GROWS)
        return false;
    note_seen(p);
    if (w->end == YN_ENDS_REPEATS || w->end == YN_ENDS_GROWS) {
        tell_loop(p, client);
        return true;
    }
    if (w->hops[0].upgrades) // what follows the upgrade is told of itself
        return false;
    tell_chains(p, client);
    return true;
}
