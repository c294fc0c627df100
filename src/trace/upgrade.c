// SPDX-License-Identifier: MIT
#include "trace/upgrade.h"

#include "base/text.h"
#include "core/client.h"
#include "trace/unique.h"

static bool is_scheme(const yonder_url *url, const char *protocol)
{
    return yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), yonder_text_of(protocol));
}

// ---- HSTS ---------------------------------------------------------------------------------------

// The last hop that taught the client `host`; from 1.
static size_t learnt_at(const yn_chain *c, yonder_text host)
{
    for (size_t n = c->count; n; n--) {
        const yn_hop *hop = &c->hops[n - 1];
        yonder_text name = yonder_url_get(&hop->url, YONDER_URL_HOSTNAME);
        if (name.len && name.ptr[name.len - 1] == '.')
            name.len--;
        bool learnt =
            hop->hsts.effect == YONDER_HSTS_LEARNT || hop->hsts.effect == YONDER_HSTS_REFRESHED;
        if (learnt && yn_equal(name, host))
            return n;
    }
    return 0;
}

static int by_hsts(const yn_chain *c, const yn_hop *hop, int64_t now, yn_upgrade *out)
{
    const yn_profile *p = c->plan.profile;
    yonder_hsts_match match;
    yonder_hsts_query(p->hsts, p->preload, c->plan.client, &hop->url, now, &match);
    if (!match.upgrade)
        return 0;
    yn_upgrade u = {.cause = {.reason = YN_INTERNAL_HSTS,
                              .source = match.source,
                              .matched = match.matched,
                              .include_subdomains = match.include_subdomains}};
    if (match.source == YONDER_HSTS_DYNAMIC) {
        u.cause.learnt = match.learnt;
        u.cause.expires = match.expires;
        u.cause.learnt_at = learnt_at(c, match.matched);
    }
    int error = yonder_hsts_upgrade(c->plan.client, &hop->url, c->mem, &u.url);
    if (error)
        return error;
    *out = u;
    return 1;
}

// ---- https first --------------------------------------------------------------------------------

// The last time the chain went to https to try it, unless it has gone back since.
static const yn_hop *trial(const yn_chain *c)
{
    for (size_t n = c->count; n; n--) {
        const yn_hop *hop = &c->hops[n - 1];
        if (hop->kind == YN_HOP_INTERNAL && hop->cause.reason != YN_INTERNAL_HSTS)
            return hop->cause.reason == YN_INTERNAL_HTTPS_FIRST ? hop : NULL;
    }
    return NULL;
}

static bool is_tried(const yn_chain *c, const yn_hop *hop, int64_t now)
{
    const yn_profile *p = c->plan.profile;
    return p->https_first && c->plan.client->internal.tries_https &&
           yn_equal(hop->method, YN_TEXT("GET")) && yonder_url_effective_port(&hop->url) == 80 &&
           yn_host_is_unique(&hop->url) && !yn_profile_allows_http(p, &hop->url, now);
}

// An http URL that was tried by https and now comes up again: https only leads back to it.
static bool came_back(const yn_chain *c, const yn_hop *hop)
{
    const yn_hop *tried = trial(c);
    return tried && yonder_url_equal(&tried->url, &hop->url, true);
}

static int by_https_first(const yn_chain *c, const yn_hop *hop, int64_t now, yn_upgrade *out)
{
    if (!is_tried(c, hop, now))
        return 0;
    bool back = came_back(c, hop);
    yn_upgrade u = {.cause.reason = back ? YN_INTERNAL_FALLBACK : YN_INTERNAL_HTTPS_FIRST};
    int error = back ? yonder_url_copy(&u.url, &hop->url, c->mem)
                     : yonder_hsts_upgrade(c->plan.client, &hop->url, c->mem, &u.url);
    if (error)
        return error;
    *out = u;
    return 1;
}

int yn_upgrade_find(const yn_chain *c, const yn_hop *hop, int64_t now, yn_upgrade *out)
{
    if (!is_scheme(&hop->url, "http:"))
        return 0;
    int found = by_hsts(c, hop, now, out);
    return found ? found : by_https_first(c, hop, now, out);
}

int yn_upgrade_undo(const yn_chain *c, yn_upgrade *out)
{
    const yn_hop *tried = trial(c), *failed = &c->hops[c->count - 1];
    if (!tried || !is_scheme(&failed->url, "https:"))
        return 0;
    yn_upgrade u = {.cause.reason = YN_INTERNAL_FALLBACK};
    if (failed->decided) {
        u.cause.failure = yonder_reason_code(failed->decision.reason);
        u.cause.prose = yonder_reason_prose(failed->decision.reason);
    } else {
        u.cause.failure = yn_fetch_error_code(failed->evidence.error);
        u.cause.prose = yn_fetch_error_prose(failed->evidence.error);
    }
    int error = yonder_url_copy(&u.url, &tried->url, c->mem);
    if (error)
        return error;
    *out = u;
    return 1;
}

// ---- the response -------------------------------------------------------------------------------

// By a method that is not safe a page would have sent it (Fetch standard, "append a request Origin
// header"), and where there is no page it is "null".
static yonder_text origin_of(const yn_hop *hop)
{
    for (size_t i = 0; i < hop->field_count; i++)
        if (yn_equal_nocase(hop->fields[i].name, YN_TEXT("Origin")))
            return hop->fields[i].value;
    bool safe = yn_equal(hop->method, YN_TEXT("GET")) || yn_equal(hop->method, YN_TEXT("HEAD"));
    return safe ? YN_TEXT("") : YN_TEXT("null");
}

int yn_upgrade_answer(const yonder_client *client, const yn_hop *hop, const yn_upgrade *upgrade,
                      yn_arena *arena, yn_evidence *out)
{
    bool hsts = upgrade->cause.reason == YN_INTERNAL_HSTS;
    const yn_made_up *made_up = hsts ? &client->internal.hsts : &client->internal.https_first;
    size_t n = 0, own = 0;
    *out = (yn_evidence){0};
    if (!made_up->phrase)
        return YONDER_OK;
    while (made_up->fields[own].name.ptr)
        own++;
    yonder_field *fields = yn_arena_alloc(arena, (own + 3) * sizeof *fields);
    yonder_text location = yn_arena_text(arena, yonder_url_href(&upgrade->url));
    if (!fields || !location.ptr)
        return YONDER_NO_MEMORY;
    fields[n++] = (yonder_field){YN_TEXT("Location"), location};
    for (size_t i = 0; i < own; i++)
        fields[n++] = made_up->fields[i];
    yonder_text origin = origin_of(hop);
    if (made_up->allows_origin && origin.len) {
        fields[n++] = (yonder_field){YN_TEXT("Access-Control-Allow-Origin"), origin};
        fields[n++] = (yonder_field){YN_TEXT("Access-Control-Allow-Credentials"), YN_TEXT("true")};
    }
    *out = (yn_evidence){.status = 307,
                         .phrase = yonder_text_of(made_up->phrase),
                         .version = YN_TEXT("1.1"),
                         .fields = fields,
                         .field_count = n};
    return YONDER_OK;
}
