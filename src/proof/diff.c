// SPDX-License-Identifier: MIT
#include "proof/diff.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"
#include "core/percent.h"
#include "proof/prover.h"
#include "proof/seed.h"

enum {
    most_meetings = 3000, // of one rule
    most_plain_meetings = 100,
    most_narrow = 20000,
};

typedef struct differ {
    yn_diff *out;
    const yn_proof_options *options;
    const yonder_rules *sets[2];
    yn_prover p[2]; // for going through each of them
    yn_proof unused[2];
    yn_links told; // pairs of lines
    yn_buf extra;  // a query
    char *scratch[2];
    size_t scratch_size;
    size_t narrow; // plain rules that were looked at more closely
    bool failed;
} differ;

/* ---- both answers ---------------------------------------------------------------------------- */

static yonder_text kept(differ *d, yonder_text t)
{
    if (!t.len)
        return (yonder_text){NULL, 0};
    t = yn_arena_text(&d->out->arena, t);
    d->failed = d->failed || !t.ptr;
    return t;
}

static yn_diff_answer ask(differ *d, size_t set, const yn_place_at *place,
                          const yn_client_side *client)
{
    yonder_rules_request request = yn_request_of(place, client);
    yonder_rules_answer a = {0};
    int found = yonder_rules_match(d->sets[set], &request, d->scratch[set], d->scratch_size, &a);
    if (found < 0)
        return (yn_diff_answer){.cause = YONDER_RULES_NONE, .status = 414};
    if (found == 0)
        return (yn_diff_answer){.cause = YONDER_RULES_NONE, .hsts = a.hsts};
    return (yn_diff_answer){a.cause, a.status, a.location, a.cache_control, a.hsts, a.file, a.line};
}

static bool same_answer(const yn_diff_answer *a, const yn_diff_answer *b)
{
    return a->status == b->status && yn_equal(a->location, b->location) &&
           yn_equal(a->cache_control, b->cache_control) && yn_equal(a->hsts, b->hsts);
}

static uint64_t key_of(const yn_diff_answer *a, const yn_diff_answer *b)
{
    uint64_t key = yn_hash(a->file, a->line + 1);
    key = yn_hash(b->file, key * 31 + b->line);
    return yn_hash_mix(key ^ (uint64_t)a->cause, (uint64_t)b->cause + 0x9e3779b97f4a7c15u);
}

static void keep_answer(differ *d, yn_diff_answer *a)
{
    a->location = kept(d, a->location);
    a->cache_control = kept(d, a->cache_control);
    a->hsts = kept(d, a->hsts);
    a->file = kept(d, a->file);
}

static yn_witness witness_of(differ *d, const yn_place_at *place, const yn_client_side *client)
{
    yn_witness w = {.http10 = client->http10};
    yn_buf url = yn_buf_make(1 << 20, d->options->mem);
    yn_place_write(&url, place);
    w.url = kept(d, yn_buf_text(&url));
    w.method = kept(d, client->method);
    w.client = kept(d, client->client);
    w.country = kept(d, client->country);
    w.now = client->now == d->options->now ? 0 : client->now;
    yonder_field *fields =
        yn_arena_alloc(&d->out->arena, (client->field_count + 1) * sizeof *fields);
    d->failed = d->failed || url.error || !fields;
    for (size_t i = 0; fields && i < client->field_count; i++)
        fields[i] =
            (yonder_field){kept(d, client->fields[i].name), kept(d, client->fields[i].value)};
    w.fields = fields;
    w.field_count = fields ? client->field_count : 0;
    yn_buf_free(&url);
    return w;
}

static void compare_request_at(differ *d, const yn_place_at *place, const yn_client_side *client)
{
    yn_diff_change change = {.before = ask(d, 0, place, client), .after = ask(d, 1, place, client)};
    d->out->asked++;
    if (same_answer(&change.before, &change.after))
        return;
    uint64_t key = key_of(&change.before, &change.after);
    if (yn_links_has(&d->told, key))
        return;
    yn_links_open(&d->told, key);
    keep_answer(d, &change.before);
    keep_answer(d, &change.after);
    change.witness = witness_of(d, place, client);
    yn_buf_put(&d->out->changes, (yonder_text){(const char *)&change, sizeof change});
    d->failed = d->failed || d->told.failed || d->out->changes.error;
}

// As it is and, for what is passed on and for who does not want a pair, with a query.
static void compare_at(differ *d, const yn_place_at *place, const yn_client_side *client)
{
    char room[2048];
    yonder_text extra = yn_buf_text(&d->extra);
    yn_place_at with_query = *place;
    compare_request_at(d, place, client);
    if (place->target.len + extra.len + 1 > sizeof room)
        return;
    bool has_query = yn_find_char(place->target, '?') < place->target.len;
    memcpy(room, place->target.ptr, place->target.len);
    room[place->target.len] = has_query ? '&' : '?';
    memcpy(room + place->target.len + 1, extra.ptr, extra.len);
    with_query.target = (yonder_text){room, place->target.len + 1 + extra.len};
    compare_request_at(d, &with_query, client);
}

// The names that rules want to be without.
static void put_extra(differ *d)
{
    enum {
        most = 1000
    };
    yn_buf_str(&d->extra, "q=1");
    for (size_t i = 0; i < 2; i++)
        for (size_t n = 0; n < d->p[i].model.symbolic_count && d->extra.len < most; n++) {
            const yn_view *rule = d->p[i].model.symbolic[n];
            for (size_t k = 0; k < rule->pair_count; k++) {
                yonder_text name = rule->pairs[k].name;
                uint64_t key = yn_hash(name, 0xe47);
                if (rule->pairs[k].kind != YN_PAIR_EMPTY || yn_links_has(&d->told, key))
                    continue;
                yn_links_open(&d->told, key);
                yn_buf_char(&d->extra, '&');
                yn_percent_encode(&d->extra, name, YN_SET_COMPONENT);
                yn_buf_str(&d->extra, "=any");
            }
        }
    d->failed = d->failed || d->extra.error;
}

/* ---- requests -------------------------------------------------------------------------------- */

typedef struct subject {
    differ *d;
    yn_prover *p; // whose rule it is
    const yn_view *rule;
    const yn_context *context;
    const yn_seed *seed;
    yn_prover *others; // whose rules it meets
    size_t meetings, most_meetings;
} subject;

static void compare_request(subject *s, const yn_branch *branch, const yn_client_side *client)
{
    yn_prover *p = s->p;
    p->text.len = 0;
    yn_symbol_target(&p->text, &s->seed->start, branch);
    yn_place_at place = {s->context->https, s->context->host,
                         yn_arena_text(&p->arena, yn_buf_text(&p->text))};
    s->d->failed = s->d->failed || !place.target.ptr;
    if (!s->d->failed)
        compare_at(s->d, &place, client);
}

// For a rule and, where there is one, another one that shares requests with it.
static void compare_clients(subject *s, const yn_branch *branch, const yn_view *other)
{
    const yn_view *both[] = {s->rule, other};
    yn_client_made client;
    for (unsigned n = 0; n < 8 && !s->d->failed; n++) {
        if (yn_client_make(&client, both, other ? 2 : 1, s->p->nobody.now, n, &s->p->arena))
            compare_request(s, branch, &client.side);
        if (!client.has_share)
            break;
    }
    if (other && other->condition_count) // and for who does not meet them
        compare_clients(s, branch, NULL);
    else if (s->rule->condition_count)
        compare_request(s, branch, &s->p->nobody);
}

static bool meet(void *context, uint32_t order)
{
    subject *s = context;
    yn_branch branch = s->seed->branch;
    if (s->d->failed || s->meetings >= s->most_meetings)
        return false;
    s->meetings++;
    if (s->others == s->p && order == s->rule->order)
        return true;
    const yn_view *other = yn_prover_view(s->others, order);
    if (!other || other->is_regex)
        return true;
    const yn_scope_view *scope = &s->others->model.scopes[other->scope].view;
    if (yn_symbol_meets(&s->seed->start, other, scope, &branch, &s->p->shop))
        compare_clients(s, &branch, other);
    return true;
}

static void compare_seed(subject *s)
{
    yn_symbol here = s->seed->start;
    here.https = s->context->https;
    here.host = s->context->host;
    compare_clients(s, &s->seed->branch, NULL);
    for (size_t i = 0; i < 2 && !s->d->failed; i++) {
        s->others = &s->d->p[i];
        s->meetings = 0;
        yn_candidate_sink sink = {meet, s, false, false};
        yn_candidates_at(&s->others->candidates, &here, &s->seed->branch.env, &sink);
    }
}

static void compare_symbolic(differ *d, yn_prover *p, const yn_view *rule)
{
    const yn_model_scope *scope = &p->model.scopes[rule->scope];
    size_t seeds = yn_seed_count(rule, &p->shop);
    for (size_t i = 0; i < scope->context_count; i++)
        for (size_t n = 0; n < seeds && !d->failed; n++) {
            yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
            if (!seed || !yn_seed_make(seed, rule, n, &p->shop))
                break;
            bool plain = p->model.classes[rule->order] != YN_CLASS_SYMBOLIC;
            subject s = {.d = d,
                         .p = p,
                         .rule = rule,
                         .context = &scope->contexts[i],
                         .seed = seed,
                         .most_meetings = plain ? most_plain_meetings : most_meetings};
            compare_seed(&s);
        }
}

// Whether in one of the sets the query or the client may have a say there.
static bool is_narrow(const differ *d, const yn_context *context, yonder_text target)
{
    target.len = yn_find_char(target, '?');
    for (size_t i = 0; i < 2; i++)
        if (d->p[i].model.has_narrow &&
            yn_candidates_narrow(&d->p[i].candidates, context->https, context->host, target))
            return true;
    return false;
}

static void compare_plain(differ *d, yn_prover *p, const yn_view *rule)
{
    const yn_model_scope *scope = &p->model.scopes[rule->scope];
    p->text.len = 0;
    yn_model_target(&p->text, rule);
    if (is_narrow(d, &scope->contexts[0], yn_buf_text(&p->text)) &&
        d->narrow++ < most_narrow) { // most look-ups for pairs are of this kind, and all alike
        compare_symbolic(d, p, rule);
        return;
    }
    for (size_t i = 0; i < scope->context_count && !d->failed; i++) {
        yn_place_at place = {scope->contexts[i].https, scope->contexts[i].host,
                             yn_buf_text(&p->text)};
        compare_at(d, &place, &p->nobody);
    }
}

// What site lines do to a path that no rule is about.
static void compare_sites(differ *d, yn_prover *p)
{
    for (size_t i = 0; i < p->model.scope_count; i++)
        for (size_t k = 0; k < p->model.scopes[i].context_count && !d->failed; k++)
            for (unsigned https = 0; https < 2; https++) {
                yn_place_at place = {https, p->model.scopes[i].contexts[k].host,
                                     YN_TEXT("/any1/any2")};
                compare_at(d, &place, &p->nobody);
            }
}

static void compare_rules_of(differ *d, yn_prover *p)
{
    yn_rule_cursor cursor = yn_rules_begin(p->model.set);
    const yonder_rules *owner;
    compare_sites(d, p);
    for (const yn_rule *rule; !d->failed && (rule = yn_rules_next(&cursor, &owner));) {
        yn_view view;
        yn_prover_next(&d->p[0]);
        yn_prover_next(&d->p[1]);
        if (!yn_view_rule(&view, owner, rule, &p->arena))
            d->failed = true;
        else if (p->model.classes[rule->order] == YN_CLASS_SYMBOLIC)
            compare_symbolic(d, p, &view);
        else
            compare_plain(d, p, &view);
        d->failed = d->failed || p->failed;
    }
}

/* ---- the call -------------------------------------------------------------------------------- */

static int compare_lines(const yn_diff_answer *a, const yn_diff_answer *b)
{
    bool x = a->cause != YONDER_RULES_NONE, y = b->cause != YONDER_RULES_NONE;
    if (x != y) // what nothing answered before comes last
        return x ? -1 : 1;
    size_t len = a->file.len < b->file.len ? a->file.len : b->file.len;
    int order = len ? memcmp(a->file.ptr, b->file.ptr, len) : 0;
    if (order || a->file.len != b->file.len)
        return order ? order : a->file.len < b->file.len ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static int compare_changes(const void *a, const void *b)
{
    const yn_diff_change *x = a, *y = b;
    int order = compare_lines(&x->before, &y->before);
    return order ? order : compare_lines(&x->after, &y->after);
}

static int open_all(differ *d, size_t *opened)
{
    d->scratch_size = YONDER_RULES_SCRATCH(YONDER_RULES_MAX_LOCATION);
    for (size_t i = 0; i < 2; i++)
        if (!(d->scratch[i] = yn_alloc(d->options->mem, d->scratch_size)))
            return YONDER_NO_MEMORY;
    for (size_t i = 0; i < 2; i++) {
        int error = yn_prover_open(&d->p[i], &d->unused[i], d->sets[i], d->options);
        if (error) {
            yn_proof_free(&d->unused[i]);
            return error;
        }
        ++*opened;
    }
    return YONDER_OK;
}

static void close_all(differ *d, size_t opened)
{
    for (size_t i = 0; i < opened; i++) {
        yn_prover_close(&d->p[i]);
        yn_proof_free(&d->unused[i]);
    }
    for (size_t i = 0; i < 2; i++)
        yn_free(d->options->mem, d->scratch[i]);
    yn_links_free(&d->told);
    yn_buf_free(&d->extra);
}

int yn_diff_sets(yn_diff *out, const yonder_rules *before, const yonder_rules *after,
                 const yn_proof_options *options)
{
    size_t opened = 0;
    differ *d = yn_alloc(options->mem, sizeof *d);
    if (!d)
        return YONDER_NO_MEMORY;
    *out = (yn_diff){.arena = yn_arena_make(options->mem),
                     .changes = yn_buf_make((size_t)1 << 40, options->mem)};
    *d = (differ){.out = out,
                  .options = options,
                  .sets = {before, after},
                  .told = yn_links_make(options->mem)};
    d->extra = yn_buf_make(1 << 14, options->mem);
    int error = open_all(d, &opened);
    if (!error)
        put_extra(d);
    for (size_t i = 0; !error && i < 2; i++)
        compare_rules_of(d, &d->p[i]);
    if (!error && d->failed)
        error = YONDER_NO_MEMORY;
    close_all(d, opened);
    yn_free(options->mem, d);
    if (error)
        yn_diff_free(out);
    else if (out->changes.len)
        qsort(out->changes.ptr, out->changes.len / sizeof(yn_diff_change), sizeof(yn_diff_change),
              compare_changes);
    return error;
}

void yn_diff_free(yn_diff *diff)
{
    yn_buf_free(&diff->changes);
    yn_arena_free(&diff->arena);
}
