// SPDX-License-Identifier: MIT
#include "trace/chain.h"

#include "base/mem.h"
#include "base/text.h"
#include "core/client.h"
#include "trace/credentials.h"

// The chain while it grows.
typedef struct walk {
    yn_chain *chain;
    yn_field_list fields;    // of the next request
    yonder_text credentials; // from the URLs so far
    yn_fetch_fn *fetch;
    void *fetch_context;
} walk;

const char *yn_outcome_code(yn_outcome outcome)
{
    static const char *const codes[] = {
#define CODE(name, code, prose) code,
        YN_OUTCOMES(CODE)
#undef CODE
    };
    return codes[outcome];
}

const char *yn_chain_error(const yn_chain *chain)
{
    if (chain->outcome != YN_OUTCOME_ERROR)
        return NULL;
    const yn_hop *last = &chain->hops[chain->count - 1];
    return last->decided ? yonder_reason_code(last->decision.reason)
                         : yn_fetch_error_code(last->evidence.error);
}

bool yn_chain_network_failed(const yn_chain *chain)
{
    return chain->outcome == YN_OUTCOME_ERROR && !chain->hops[chain->count - 1].decided;
}

static void free_hop(yn_hop *hop, const yonder_mem *mem)
{
    if (hop->decided)
        yonder_decision_free(&hop->decision, mem);
    yonder_url_free(&hop->target, mem);
    yonder_url_free(&hop->url, mem);
}

void yn_chain_free(yn_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++)
        free_hop(&chain->hops[i], chain->mem);
    yn_free(chain->mem, chain->hops);
    yn_arena_free(&chain->arena);
    chain->hops = NULL;
    chain->count = 0;
}

// ---- the same request ---------------------------------------------------------------------------

static yonder_text without_fragment(const yonder_url *url)
{
    yonder_text href = yonder_url_href(url);
    return yn_slice(href, 0, yn_find_char(href, '#'));
}

static bool same_fields(const yn_hop *a, const yn_hop *b)
{
    if (a->field_count != b->field_count)
        return false;
    for (size_t i = 0; i < a->field_count; i++)
        if (!yn_equal(a->fields[i].name, b->fields[i].name) ||
            !yn_equal(a->fields[i].value, b->fields[i].value))
            return false;
    return true;
}

static bool same_request(const yn_hop *a, const yn_hop *b)
{
    return yn_equal(a->method, b->method) && a->body_sent == b->body_sent &&
           yn_equal(without_fragment(&a->url), without_fragment(&b->url)) && same_fields(a, b);
}

static bool sets_cookie(const yn_hop *hop)
{
    for (size_t i = 0; i < hop->evidence.field_count; i++)
        if (yn_equal_nocase(hop->evidence.fields[i].name, YN_TEXT("Set-Cookie")))
            return true;
    return false;
}

// If `next` was made before, that is how the chain ends.
static bool closes_a_loop(yn_chain *c, const yn_hop *next)
{
    size_t i = 0;
    while (i < c->count && !same_request(&c->hops[i], next))
        i++;
    if (i == c->count)
        return false;
    c->outcome = YN_OUTCOME_LOOP;
    c->loop_to = i + 1;
    for (; i < c->count; i++)
        c->loop_sets_cookie |= sets_cookie(&c->hops[i]);
    return true;
}

// ---- a hop --------------------------------------------------------------------------------------

static int ask(walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    const yn_fetch_request request = {
        .method = hop->method,
        .url = &hop->url,
        .fields = hop->fields,
        .field_count = hop->field_count,
        .has_body = hop->body_sent,
        .body = hop->body_sent ? c->plan.body : YN_TEXT(""),
    };
    int error = w->fetch(w->fetch_context, &request, &c->arena, &hop->evidence);
    if (!error)
        c->total_ms += hop->evidence.timing.total;
    return error;
}

static yonder_text first_location(const yn_evidence *e)
{
    for (size_t i = 0; i < e->field_count; i++)
        if (yn_equal_nocase(e->fields[i].name, YN_TEXT("Location")))
            return e->fields[i].value.ptr ? e->fields[i].value : YN_TEXT("");
    return (yonder_text){NULL, 0};
}

// Where the Location leads, be it followed or not.
static int resolve(yn_hop *hop, const yonder_mem *mem)
{
    hop->location = first_location(&hop->evidence);
    if (hop->decision.url.href)
        return yonder_url_copy(&hop->target, &hop->decision.url, mem);
    if (!hop->location.ptr || hop->decision.reason == YONDER_INVALID_LOCATION)
        return YONDER_OK;
    int error = yonder_url_parse(&hop->target, hop->location, &hop->url, mem);
    return error == YONDER_NO_MEMORY ? error : YONDER_OK;
}

static int decide(walk *w, yn_hop *hop)
{
    const yn_plan *plan = &w->chain->plan;
    bool own_limit = plan->max_redirects == YN_CLIENT_LIMIT;
    size_t followed = w->chain->count - 1;
    const yonder_request request = {
        .method = hop->method,
        .url = &hop->url,
        .has_body = hop->body_sent,
        .method_is_custom = plan->method_is_custom,
        .count = own_limit ? (unsigned)followed : 0,
        .initial = plan->url,
    };
    const yonder_response response = {
        .status = hop->evidence.status,
        .fields = hop->evidence.fields,
        .field_count = hop->evidence.field_count,
    };
    int error =
        yonder_redirect_decide(plan->client, &request, &response, w->chain->mem, &hop->decision);
    if (error)
        return error;
    hop->decided = true;
    if (!own_limit && hop->decision.action == YONDER_FOLLOW &&
        followed >= (size_t)plan->max_redirects) {
        hop->decision.action = YONDER_ERROR;
        hop->decision.reason = YONDER_TOO_MANY_REDIRECTS;
    }
    return resolve(hop, w->chain->mem);
}

static yn_outcome outcome_of(const yn_hop *last)
{
    if (!last->decided)
        return YN_OUTCOME_ERROR;
    if (last->decision.action == YONDER_STOP)
        return YN_OUTCOME_FINAL;
    return last->decision.reason == YONDER_TOO_MANY_REDIRECTS ? YN_OUTCOME_TOO_MANY
                                                              : YN_OUTCOME_ERROR;
}

// ---- the walk -----------------------------------------------------------------------------------

static bool same_scheme_and_port(const yonder_url *a, const yonder_url *b)
{
    return yonder_url_effective_port(a) == yonder_url_effective_port(b) &&
           yn_equal(yonder_url_get(a, YONDER_URL_PROTOCOL), yonder_url_get(b, YONDER_URL_PROTOCOL));
}

// The user name and password of a URL hold for those after it, until one has its own or leads to
// another port or scheme. They are sent where the chain began and nowhere else (curl 7.88).
static int use_credentials(walk *w, const yonder_url *url)
{
    const yn_chain *c = w->chain;
    yonder_text own;
    if (!c->plan.client->sends_url_credentials)
        return YONDER_OK;
    int error = yn_credentials_of(url, &w->chain->arena, &own);
    if (error)
        return error;
    if (own.len || (c->count && !same_scheme_and_port(url, &c->hops[c->count - 1].url)))
        w->credentials = own;
    bool here = yonder_url_same_origin(url, c->plan.url);
    yn_fields_set_credentials(&w->fields, here ? w->credentials : YN_TEXT(""));
    return YONDER_OK;
}

// The fields of `hop`, and its URL: a copy of `url`.
static int complete(walk *w, yn_hop *hop, const yonder_url *url)
{
    yn_chain *c = w->chain;
    int error = use_credentials(w, url);
    if (!error)
        error = yn_fields_sent(&w->fields, &c->arena, &hop->fields, &hop->field_count);
    return error ? error : yonder_url_copy(&hop->url, url, c->mem);
}

static int first_request(walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    const yn_plan *plan = &c->plan;
    *hop = (yn_hop){.method = plan->method, .body_sent = plan->has_body};
    int error = yn_fields_compose(plan->client, plan->given, plan->given_count, plan->has_body,
                                  &c->arena, &w->fields);
    return error ? error : complete(w, hop, plan->url);
}

static bool same_host(const yonder_url *a, const yonder_url *b)
{
    return yn_equal(yonder_url_get(a, YONDER_URL_HOSTNAME), yonder_url_get(b, YONDER_URL_HOSTNAME));
}

// A Host the user gave names the site the chain begins at, not those it leads to.
static int next_request(walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    const yn_hop *last = &c->hops[c->count - 1];
    const yonder_decision *decision = &last->decision;
    *hop = (yn_hop){.method = decision->method,
                    .body_sent = decision->body,
                    .method_changed = !yn_equal(decision->method, last->method)};
    yn_fields_prepare(&w->fields, decision);
    yn_fields_use_given_host(&w->fields, same_host(&decision->url, c->plan.url));
    return complete(w, hop, &decision->url);
}

// Takes `hop` over, whatever comes of it.
static int push(yn_chain *c, yn_hop *hop)
{
    yn_hop *hops = yn_resize(c->mem, c->hops, (c->count + 1) * sizeof *hops);
    if (!hops) {
        free_hop(hop, c->mem);
        return YONDER_NO_MEMORY;
    }
    c->hops = hops;
    c->hops[c->count++] = *hop;
    return YONDER_OK;
}

// Makes the request of `hop`; `*more` tells whether the chain goes on.
static int step(walk *w, yn_hop *hop, bool *more)
{
    yn_chain *c = w->chain;
    int error = push(c, hop);
    if (error)
        return error;
    hop = &c->hops[c->count - 1];
    error = ask(w, hop);
    if (!error && hop->evidence.error == YN_FETCH_OK)
        error = decide(w, hop);
    if (error)
        return error;
    *more = hop->decided && hop->decision.action == YONDER_FOLLOW;
    if (!*more)
        c->outcome = outcome_of(hop);
    return YONDER_OK;
}

static int follow(walk *w)
{
    yn_chain *c = w->chain;
    yn_hop hop;
    bool more = true;
    int error = first_request(w, &hop);
    while (!error && more) {
        error = step(w, &hop, &more);
        if (error || !more)
            break;
        error = next_request(w, &hop);
        if (!error && closes_a_loop(c, &hop)) {
            free_hop(&hop, c->mem);
            break;
        }
    }
    return error;
}

int yn_chain_follow(yn_chain *out, const yn_plan *plan, yn_fetch_fn *fetch, void *fetch_context,
                    const yonder_mem *mem)
{
    yn_chain c = {.plan = *plan, .mem = mem, .arena = yn_arena_make(mem)};
    walk w = {.chain = &c, .fetch = fetch, .fetch_context = fetch_context};
    int error = follow(&w);
    if (error)
        yn_chain_free(&c);
    else
        *out = c;
    return error;
}
