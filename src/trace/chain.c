// SPDX-License-Identifier: MIT
#include "trace/chain.h"

#include <assert.h>

#include "base/mem.h"
#include "base/text.h"
#include "core/client.h"
#include "trace/cache.h"
#include "trace/credentials.h"
#include "trace/loop.h"
#include "trace/obey.h"
#include "trace/page.h"
#include "trace/walk.h"

const char *yn_outcome_code(yn_outcome outcome)
{
    static const char *const codes[] = {
#define CODE(name, code, prose) code,
        YN_OUTCOMES(CODE)
#undef CODE
    };
    return codes[outcome];
}

const char *yn_hop_kind_code(yn_hop_kind kind)
{
    static const char *const codes[] = {
#define CODE(name, code, prose) code,
        YN_HOP_KINDS(CODE)
#undef CODE
    };
    return codes[kind];
}

const char *yn_internal_reason_code(yn_internal_reason reason)
{
    return reason == YN_INTERNAL_HSTS ? "HSTS" : "HttpsUpgrades";
}

size_t yn_chain_requests(const yn_chain *chain)
{
    size_t n = 0;
    for (size_t i = 0; i < chain->count; i++)
        n += chain->hops[i].kind == YN_HOP_NETWORK;
    return n;
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

void yn_hop_free(yn_hop *hop, const yonder_mem *mem)
{
    if (hop->decided)
        yonder_decision_free(&hop->decision, mem);
    yonder_url_free(&hop->target, mem);
    yonder_url_free(&hop->refresh.url, mem);
    yonder_url_free(&hop->url, mem);
}

void yn_chain_free(yn_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++)
        yn_hop_free(&chain->hops[i], chain->mem);
    yn_free(chain->mem, chain->hops);
    yn_arena_free(&chain->arena);
    chain->hops = NULL;
    chain->count = 0;
}

int yn_chain_push(yn_chain *c, yn_hop *hop)
{
    yn_hop *hops = yn_resize(c->mem, c->hops, (c->count + 1) * sizeof *hops);
    if (!hops) {
        yn_hop_free(hop, c->mem);
        return YONDER_NO_MEMORY;
    }
    c->hops = hops;
    c->hops[c->count++] = *hop;
    return YONDER_OK;
}

// ---- a hop --------------------------------------------------------------------------------------

static int64_t now(const yn_walk *w)
{
    const yn_plan *plan = &w->chain->plan;
    return plan->now ? plan->now(plan->now_context) : 0;
}

// Where the navigation began, for a request that goes to `url`.
static const yonder_url *beginning(const yn_walk *w, const yonder_url *url)
{
    const yn_chain *c = w->chain;
    return w->began < c->count ? &c->hops[w->began].url : url;
}

static yn_fetch_request request_of(const yn_walk *w, const yn_hop *hop)
{
    const yn_plan *plan = &w->chain->plan;
    return (yn_fetch_request){
        .method = hop->method,
        .url = &hop->url,
        .fields = hop->fields,
        .field_count = hop->field_count,
        .has_body = hop->body_sent,
        .body = hop->body_sent ? plan->body : YN_TEXT(""),
        .keeps_blanks = plan->client->blanks_after_kept,
        .wants_body = plan->client->refreshing != YN_REFRESH_IGNORED,
    };
}

static int ask(yn_walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    const yn_fetch_request request = request_of(w, hop);
    int error = w->fetch(w->fetch_context, &request, &c->arena, &hop->evidence);
    hop->received = now(w);
    if (!error)
        c->total_ms += hop->evidence.timing.total;
    return error;
}

// Where the Location leads, be it followed or not.
static int resolve(yn_hop *hop, const yonder_mem *mem)
{
    hop->location = yn_evidence_field(&hop->evidence, "Location");
    if (hop->decision.url.href)
        return yonder_url_copy(&hop->target, &hop->decision.url, mem);
    if (!hop->location.ptr || hop->decision.reason == YONDER_INVALID_LOCATION ||
        hop->decision.reason == YONDER_LOCATION_NOT_ABSOLUTE)
        return YONDER_OK;
    int error = yonder_url_parse(&hop->target, hop->location, &hop->url, mem);
    return error == YONDER_NO_MEMORY ? error : YONDER_OK;
}

int yn_walk_decide(yn_walk *w, yn_hop *hop, const yonder_response *response)
{
    const yn_plan *plan = &w->chain->plan;
    bool own_limit = plan->max_redirects == YN_CLIENT_LIMIT;
    bool counts = hop->kind != YN_HOP_INTERNAL || plan->client->internal.counts;
    const yonder_request request = {
        .method = hop->method,
        .url = &hop->url,
        .has_body = hop->body_sent,
        .method_is_custom = plan->method_is_custom,
        .count = own_limit && counts ? w->followed : 0,
        .initial = beginning(w, &w->upgrade.url),
    };
    int error =
        yonder_redirect_decide(plan->client, &request, response, w->chain->mem, &hop->decision);
    if (error)
        return error;
    hop->decided = true;
    if (hop->decision.action == YONDER_FOLLOW && counts) {
        if (!own_limit && w->followed >= (unsigned long)plan->max_redirects) {
            hop->decision.action = YONDER_ERROR;
            hop->decision.reason = YONDER_TOO_MANY_REDIRECTS;
        } else {
            w->followed++;
        }
    }
    return resolve(hop, w->chain->mem);
}

static yonder_response response_of(const yn_hop *hop)
{
    return (yonder_response){
        .status = hop->evidence.status,
        .fields = hop->evidence.fields,
        .field_count = hop->evidence.field_count,
        .received = hop->received,
    };
}

// ---- the client by itself -----------------------------------------------------------------------

// A client that makes up no response decides as for a 307 all the same; but it edits no fields on
// the way, and the navigation begins where it goes.
static int decide_silently(yn_walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    const yonder_field location = {YN_TEXT("Location"), yonder_url_href(&w->upgrade.url)};
    const yonder_response response = {.status = 307, .fields = &location, .field_count = 1};
    if (w->began == c->count - 1)
        w->began++;
    int error = yn_walk_decide(w, hop, &response);
    if (!error && !hop->decision.composed_anew)
        hop->decision.dropped_count = 0;
    return error;
}

static int go_by_itself(yn_walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    const yn_timing timing = hop->evidence.timing;
    const yonder_text remote = hop->evidence.remote;
    int error = yn_upgrade_answer(c->plan.client, hop, &w->upgrade, &c->arena, &hop->evidence);
    hop->evidence.timing = timing;
    hop->evidence.remote = remote;
    if (!error && w->upgrade.cause.reason == YN_INTERNAL_FALLBACK)
        error = yn_profile_allow_http(c->plan.profile, &w->upgrade.url, now(w));
    if (!error) {
        const yonder_response response = response_of(hop);
        error = response.status ? yn_walk_decide(w, hop, &response) : decide_silently(w, hop);
    }
    yonder_url_free(&w->upgrade.url, c->mem);
    return error;
}

// What the profile makes of the next request, before it is made.
static int look_into_profile(yn_walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    w->stored = NULL;
    if (!c->plan.profile)
        return YONDER_OK;
    int found = yn_upgrade_find(c, hop, now(w), &w->upgrade);
    if (found < 0)
        return found;
    if (found) {
        hop->kind = YN_HOP_INTERNAL;
        hop->cause = w->upgrade.cause;
        hop->cause.matched = yn_arena_text(&c->arena, hop->cause.matched);
        return hop->cause.matched.ptr ? YONDER_OK : YONDER_NO_MEMORY;
    }
    const yn_fetch_request request = request_of(w, hop);
    w->stored = yn_cache_find(&c->plan.client->cache, c->plan.profile->store, &request,
                              w->began < c->count ? c->hops[w->began].method : hop->method, now(w));
    if (w->stored)
        hop->kind = YN_HOP_CACHE;
    return YONDER_OK;
}

// ---- what is learnt -----------------------------------------------------------------------------

static int learn_hsts(yn_walk *w, yn_hop *hop)
{
    const yn_plan *plan = &w->chain->plan;
    const yonder_hsts_response response = {
        .url = &hop->url,
        .fields = hop->evidence.fields,
        .field_count = hop->evidence.field_count,
        .certificate_valid = !hop->evidence.distrust.ptr,
        .now = hop->received,
    };
    int error = yonder_hsts_note(plan->profile->hsts, plan->client, plan->profile->preload,
                                 &response, &hop->hsts);
    return error == YONDER_TOO_LARGE ? YONDER_OK : error; // a full store learns no more
}

static int keep(yn_walk *w, const yn_hop *hop)
{
    const yn_plan *plan = &w->chain->plan;
    const yn_fetch_request request = request_of(w, hop);
    const yn_stored response = {hop->evidence, hop->received, hop->decision.freshness};
    return yn_cache_take(&plan->client->cache, plan->profile->store, &request, &response,
                         w->chain->mem);
}

// Whether the client gave the response up while it read the head, before it looked at the fields.
static bool is_unread(const yonder_client *client, const yonder_decision *decision)
{
    return decision->reason == YONDER_MULTIPLE_LOCATIONS &&
           client->checks[0] == YN_CHECK_DUPLICATES;
}

static int learn(yn_walk *w, yn_hop *hop)
{
    const yn_profile *profile = w->chain->plan.profile;
    if (hop->evidence.distrust.ptr) // nobody keeps what anyone may have sent
        hop->decision.freshness = (yonder_freshness){0};
    bool noted = profile && profile->hsts && !is_unread(w->chain->plan.client, &hop->decision);
    int error = noted ? learn_hsts(w, hop) : YONDER_OK;
    return profile && !error ? keep(w, hop) : error;
}

// ---- one step -----------------------------------------------------------------------------------

static int decide_as_received(yn_walk *w, yn_hop *hop)
{
    const yonder_response response = response_of(hop);
    int error = yn_walk_decide(w, hop, &response);
    return error ? error : yn_page_refresh(w->chain->plan.client, hop, w->chain->mem);
}

static int answer_from_cache(yn_walk *w, yn_hop *hop)
{
    assert(w->stored); // it is what made the hop one of the cache
    hop->evidence = w->stored->evidence;
    hop->evidence.timing = (yn_timing){0};
    hop->evidence.remote = YN_TEXT("");
    hop->received = w->stored->received;
    if (!yn_evidence_copy(&hop->evidence, &w->chain->arena))
        return YONDER_NO_MEMORY;
    return decide_as_received(w, hop);
}

static int answer_from_network(yn_walk *w, yn_hop *hop)
{
    int error = ask(w, hop);
    if (error || hop->evidence.error != YN_FETCH_OK)
        return error;
    error = decide_as_received(w, hop);
    return error ? error : learn(w, hop);
}

// Where https was only tried, and it failed, the client goes back to http, and the limit is anew.
static int fall_back(yn_walk *w, yn_hop *hop)
{
    bool failed = !hop->decided || hop->decision.action == YONDER_ERROR;
    if (!failed || hop->kind != YN_HOP_NETWORK || !w->chain->plan.profile)
        return YONDER_OK;
    int found = yn_upgrade_undo(w->chain, &w->upgrade);
    if (found <= 0)
        return found;
    yonder_decision_free(&hop->decision, w->chain->mem);
    yonder_url_free(&hop->target, w->chain->mem);
    hop->kind = YN_HOP_INTERNAL;
    hop->cause = w->upgrade.cause;
    w->followed = 0;
    return go_by_itself(w, hop);
}

static int answer(yn_walk *w, yn_hop *hop)
{
    switch (hop->kind) {
    case YN_HOP_INTERNAL:
        return go_by_itself(w, hop);
    case YN_HOP_CACHE:
        return answer_from_cache(w, hop);
    case YN_HOP_NETWORK:
        return answer_from_network(w, hop);
    case YN_HOP_REFRESH: // has been made whole by yn_obey()
        break;
    }
    return YONDER_OK;
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
static yonder_text credentials_at_start(yn_walk *w, const yonder_url *url, yonder_text own)
{
    const yn_chain *c = w->chain;
    if (own.len || (c->count && !same_scheme_and_port(url, &c->hops[c->count - 1].url)))
        w->credentials = own;
    return yonder_url_same_origin(url, beginning(w, url)) ? w->credentials : YN_TEXT("");
}

static int use_credentials(yn_walk *w, const yonder_url *url)
{
    yn_credentials rule = w->chain->plan.client->credentials;
    bool is_first = w->chain->count == 0;
    yonder_text own;
    if (rule == YN_CREDENTIALS_WAIT)
        yn_fields_set_credentials(&w->fields, YN_TEXT(""));
    if (rule == YN_CREDENTIALS_WAIT || (rule == YN_CREDENTIALS_OF_FIRST && !is_first))
        return YONDER_OK;
    bool latin1 = w->chain->plan.client->credentials_latin1;
    int error = yn_credentials_of(url, latin1, &w->chain->arena, &own);
    if (error)
        return error;
    if (rule == YN_CREDENTIALS_AT_START)
        own = credentials_at_start(w, url, own);
    if (rule == YN_CREDENTIALS_OF_FIRST && !yn_credentials_have_password(url))
        own.len = 0;
    yn_fields_set_credentials(&w->fields, own);
    return YONDER_OK;
}

// The fields of `hop`, and its URL: a copy of `url`.
static int complete(yn_walk *w, yn_hop *hop, const yonder_url *url)
{
    yn_chain *c = w->chain;
    int error = use_credentials(w, url);
    if (!error && w->refreshed && c->plan.client->refreshing == YN_REFRESH_NAVIGATES)
        error = yn_fields_set_referrer(&w->fields, &c->hops[w->page].url, url, &c->arena);
    if (!error)
        error = yn_fields_sent(&w->fields, &c->arena, &hop->fields, &hop->field_count);
    if (!error)
        error = yonder_url_copy(&hop->url, url, c->mem);
    if (error)
        return error;
    error = look_into_profile(w, hop);
    if (error)
        yn_hop_free(hop, c->mem);
    return error;
}

static int first_request(yn_walk *w, yn_hop *hop)
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

// Whether the request for `url` gets the Host the user gave, which names the site the chain begins
// at.
static bool uses_given_host(yn_walk *w, const yn_hop *last, const yonder_url *url)
{
    const yn_plan *plan = &w->chain->plan;
    static const yn_reading standard = {.scheme_from_letter = true};
    switch (plan->client->given_host) {
    case YN_GIVEN_HOST_EVERYWHERE:
        return true;
    case YN_GIVEN_HOST_WHILE_RELATIVE:
        w->left |= yn_reading_scheme(&standard, last->location).len != 0;
        return !w->left;
    case YN_GIVEN_HOST_AT_START:
        break;
    }
    return same_host(url, plan->url);
}

// Where the client makes up no response it has changed the URL of the request, not the request.
static int next_request(yn_walk *w, yn_hop *hop)
{
    yn_chain *c = w->chain;
    const yn_hop *last = &c->hops[c->count - 1];
    const yonder_decision *decision = &last->decision;
    *hop = (yn_hop){.method = decision->method,
                    .body_sent = decision->body,
                    .method_changed = !yn_equal(decision->method, last->method)};
    if (last->kind != YN_HOP_INTERNAL || last->evidence.status || decision->composed_anew)
        yn_fields_prepare(&w->fields, decision);
    yn_fields_use_given_host(&w->fields, uses_given_host(w, last, &decision->url));
    return complete(w, hop, &decision->url);
}

// ---- the walk, step by step ---------------------------------------------------------------------

// Makes the request of `hop`; `*more` tells whether the chain goes on.
static int step(yn_walk *w, yn_hop *hop, bool *more)
{
    yn_chain *c = w->chain;
    int error = yn_chain_push(c, hop);
    if (error)
        return error;
    hop = &c->hops[c->count - 1];
    error = answer(w, hop);
    if (!error)
        error = fall_back(w, hop);
    if (error)
        return error;
    *more = hop->decided && hop->decision.action == YONDER_FOLLOW;
    if (!*more)
        c->outcome = outcome_of(hop);
    return !*more && yn_obey_asked(w) ? yn_obey(w, more) : YONDER_OK;
}

static int follow(yn_walk *w)
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
        if (!error && yn_loop_closes(c, &hop)) {
            yn_hop_free(&hop, c->mem);
            break;
        }
    }
    return error;
}

int yn_chain_follow(yn_chain *out, const yn_plan *plan, yn_fetch_fn *fetch, void *fetch_context,
                    const yonder_mem *mem)
{
    yn_chain c = {.plan = *plan, .mem = mem, .arena = yn_arena_make(mem)};
    yn_walk w = {.chain = &c, .fetch = fetch, .fetch_context = fetch_context};
    int error = follow(&w);
    yonder_url_free(&w.upgrade.url, mem); // of a hop that was not made
    c.followed = w.followed;
    c.asked_preload = plan->profile && plan->profile->preload;
    if (error)
        yn_chain_free(&c);
    else
        *out = c;
    return error;
}
