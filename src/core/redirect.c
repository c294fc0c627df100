// SPDX-License-Identifier: MIT
// A decision is a walk: the client's checks in the client's order, then what the next request looks
// like. Nothing here knows a client by name.
#include <yonder/redirect.h>

#include "base/text.h"
#include "core/client.h"
#include "core/freshness.h"
#include "core/location.h"
#include "core/port.h"

typedef struct walk {
    const yonder_client *client;
    const yonder_request *request;
    const yonder_response *response;
    const yonder_mem *mem;
    yn_buf joined; // owns the Location where several were joined
    yn_found found;
    yonder_text location;
    yonder_text method; // of the next request
    bool body_lost;     // by the rules, whether there was one or not
    int error;          // of memory
    yonder_decision *decision;
} walk;

// ---- method and body ----------------------------------------------------------------------------

static bool is_own_method(const yonder_client *client, yonder_text method)
{
    if (!client->own_methods)
        return true;
    for (const char *const *m = client->own_methods; *m; m++)
        if (yn_equal(method, yonder_text_of(*m)))
            return true;
    return false;
}

static const yn_method_rule *rule_for(const yonder_client *client, int status)
{
    static const yn_method_rule keep;
    for (size_t i = 0; i < sizeof client->methods / sizeof *client->methods; i++)
        if (yn_statuses_have(&client->methods[i].statuses, status))
            return &client->methods[i];
    return &keep;
}

static bool becomes_get(yn_rewrite rewrite, yonder_text method)
{
    switch (rewrite) {
    case YN_KEEP:
        return false;
    case YN_POST_TO_GET:
        return yn_equal(method, YN_TEXT("POST"));
    case YN_ALL_BUT_HEAD_TO_GET:
        return !yn_equal(method, YN_TEXT("HEAD")) && !yn_equal(method, YN_TEXT("GET"));
    }
    return false;
}

// The rules speak of what the client does underneath: a name given to it by the user covers a POST
// where there is a body and a GET where there is none.
static void choose_method(walk *w)
{
    const yonder_client *client = w->client;
    const yonder_request *request = w->request;
    bool custom = client->custom != YN_CUSTOM_IS_PLAIN &&
                  (request->method_is_custom || !is_own_method(client, request->method));
    yonder_text underneath = request->method;
    if (custom)
        underneath = request->has_body ? YN_TEXT("POST") : YN_TEXT("GET");
    const yn_method_rule *rule = rule_for(client, w->response->status);
    bool gives_way =
        custom && client->custom == YN_CUSTOM_GIVES_WAY && rule->rewrite == YN_ALL_BUT_HEAD_TO_GET;
    bool changes = becomes_get(rule->rewrite, underneath) ||
                   (gives_way && !yn_equal(request->method, YN_TEXT("GET")));
    bool sticks = custom && client->custom == YN_CUSTOM_STICKS;
    w->method = changes && !sticks ? YN_TEXT("GET") : request->method;
    w->body_lost = changes || rule->loses_body;
}

// ---- checks -------------------------------------------------------------------------------------
// Each returns true if the response passes; otherwise it has said how the chain ends.

static bool ends(walk *w, yonder_action action, yonder_reason reason)
{
    w->decision->action = action;
    w->decision->reason = reason;
    return false;
}

// The URL, where it can be had. False when memory is out.
static bool resolve(walk *w, bool *valid)
{
    int error = w->joined.error;
    if (!error)
        error =
            yn_location_resolve(w->client, w->location, w->request->url, w->mem, &w->decision->url);
    *valid = error == YONDER_OK;
    if (error == YONDER_NO_MEMORY)
        w->error = error;
    return error != YONDER_NO_MEMORY;
}

static bool duplicates(walk *w)
{
    if (w->found == YN_LOCATION_CONFLICT)
        return ends(w, YONDER_ERROR, YONDER_MULTIPLE_LOCATIONS);
    return true;
}

static bool status(walk *w)
{
    int code = w->response->status;
    if (code < 300 || code > 399)
        return ends(w, YONDER_STOP, YONDER_NOT_A_REDIRECT);
    bool safe = yn_equal(w->request->method, YN_TEXT("GET")) ||
                yn_equal(w->request->method, YN_TEXT("HEAD"));
    if (!yn_statuses_have(&w->client->followed, code) || (w->client->safe_methods_only && !safe))
        return ends(w, YONDER_STOP, YONDER_STATUS_NOT_FOLLOWED);
    return true;
}

static bool location(walk *w)
{
    if (w->found == YN_LOCATION_NONE)
        return ends(w, YONDER_STOP, YONDER_NO_LOCATION);
    return true;
}

static bool limit(walk *w)
{
    bool valid;
    if (w->request->count < w->client->limit)
        return true;
    if (w->found != YN_LOCATION_FOUND || w->decision->url.href || resolve(w, &valid))
        ends(w, YONDER_ERROR, YONDER_TOO_MANY_REDIRECTS);
    return false;
}

static bool url(walk *w)
{
    bool valid;
    if (!resolve(w, &valid))
        return false;
    if (valid)
        return true;
    if (yn_location_leaves(w->client, w->location))
        return ends(w, YONDER_ERROR, YONDER_SCHEME_NOT_FOLLOWED);
    bool relative = yn_location_lacks_scheme(w->client, w->location);
    return ends(w, YONDER_ERROR, relative ? YONDER_LOCATION_NOT_ABSOLUTE : YONDER_INVALID_LOCATION);
}

static yonder_text scheme_of(const yonder_url *url)
{
    yonder_text protocol = yonder_url_get(url, YONDER_URL_PROTOCOL);
    return yn_slice(protocol, 0, protocol.len - 1);
}

static bool unsafe(walk *w)
{
    if (!yn_location_scheme_in(w->client->unsafe_schemes, scheme_of(&w->decision->url)))
        return true;
    return ends(w, YONDER_ERROR, YONDER_SCHEME_NOT_FOLLOWED);
}

static bool scheme(walk *w)
{
    if (yn_location_follows_scheme(w->client, scheme_of(&w->decision->url)))
        return true;
    return ends(w, YONDER_ERROR, YONDER_SCHEME_NOT_FOLLOWED);
}

static bool port(walk *w)
{
    if (!yn_port_is_bad(yonder_url_effective_port(&w->decision->url)))
        return true;
    return ends(w, YONDER_ERROR, YONDER_PORT_NOT_FOLLOWED);
}

static bool stream(walk *w)
{
    if (!w->request->has_body || !w->request->body_is_stream)
        return true;
    bool replayed =
        w->client->stream == YN_STREAM_UNLESS_303 ? w->response->status != 303 : !w->body_lost;
    return !replayed || ends(w, w->client->stream_action, YONDER_BODY_NOT_REPLAYABLE);
}

static bool passes(walk *w, yn_check check)
{
    static bool (*const checks[YN_CHECKS])(walk *) = {
        [YN_CHECK_DUPLICATES] = duplicates,
        [YN_CHECK_STATUS] = status,
        [YN_CHECK_LOCATION] = location,
        [YN_CHECK_LIMIT] = limit,
        [YN_CHECK_URL] = url,
        [YN_CHECK_UNSAFE] = unsafe,
        [YN_CHECK_SCHEME] = scheme,
        [YN_CHECK_STREAM] = stream,
        [YN_CHECK_PORT] = port,
    };
    return checks[check](w);
}

// ---- header fields ------------------------------------------------------------------------------

static bool is_below(yonder_text host, yonder_text above)
{
    if (host.len <= above.len)
        return yn_equal(host, above);
    yonder_text tail = yn_skip(host, host.len - above.len);
    return above.len && yn_equal(tail, above) && tail.ptr[-1] == '.';
}

static bool is_upgrade(const yonder_url *from, const yonder_url *to)
{
    return yn_equal(yonder_url_get(from, YONDER_URL_PROTOCOL), YN_TEXT("http:")) &&
           yn_equal(yonder_url_get(to, YONDER_URL_PROTOCOL), YN_TEXT("https:")) &&
           yonder_url_effective_port(from) == 80 && yonder_url_effective_port(to) == 443 &&
           yn_equal(yonder_url_get(from, YONDER_URL_HOSTNAME),
                    yonder_url_get(to, YONDER_URL_HOSTNAME));
}

static bool site_changes(const walk *w)
{
    const yonder_request *request = w->request;
    const yonder_url *to = &w->decision->url;
    const yonder_url *from =
        w->client->site_is_initial && request->initial ? request->initial : request->url;
    switch (w->client->site) {
    case YN_SITE_HOST_OR_SUBDOMAIN:
        return !is_below(yonder_url_get(to, YONDER_URL_HOSTNAME),
                         yonder_url_get(from, YONDER_URL_HOSTNAME));
    case YN_SITE_ORIGIN_OR_UPGRADE:
        if (is_upgrade(from, to))
            return false;
        break;
    case YN_SITE_ORIGIN:
        break;
    }
    return !yonder_url_same_origin(from, to);
}

static bool happens(const walk *w, yn_drop_when when)
{
    switch (when) {
    case YN_DROP_ALWAYS:
        return true;
    case YN_DROP_WHEN_METHOD_CHANGES:
        return !yn_equal(w->method, w->request->method);
    case YN_DROP_WHEN_BODY_IS_LOST:
        return w->body_lost;
    case YN_DROP_WHEN_SITE_CHANGES:
        return site_changes(w);
    }
    return false;
}

// Writes the names that go to `names`, or only counts them where that is NULL.
static size_t dropped_names(const walk *w, const char **names)
{
    const yn_drop *drops = w->client->drops;
    size_t count = 0;
    for (size_t i = 0; i < sizeof w->client->drops / sizeof *drops && drops[i].when; i++) {
        if (!happens(w, drops[i].when))
            continue;
        for (const char *const *name = drops[i].names; *name; name++, count++)
            if (names)
                names[count] = *name;
    }
    return count;
}

static int drop_fields(walk *w)
{
    size_t count = dropped_names(w, NULL);
    if (count == 0)
        return YONDER_OK;
    const char **names = yn_alloc(w->mem, count * sizeof *names);
    if (!names)
        return YONDER_NO_MEMORY;
    w->decision->dropped_count = dropped_names(w, names);
    w->decision->dropped = names;
    return YONDER_OK;
}

// ---- the decision -------------------------------------------------------------------------------

static void follow(walk *w)
{
    bool kept = yn_equal(w->method, w->request->method);
    w->decision->action = YONDER_FOLLOW;
    w->decision->reason = kept ? YONDER_METHOD_KEPT : YONDER_METHOD_CHANGED;
    w->decision->method = w->method;
    w->decision->body = w->request->has_body && !w->body_lost;
    w->error = drop_fields(w);
}

static bool is_http_request(const yonder_request *request)
{
    yonder_text protocol = yonder_url_get(request->url, YONDER_URL_PROTOCOL);
    return yn_is_token(request->method) &&
           (yn_equal(protocol, YN_TEXT("http:")) || yn_equal(protocol, YN_TEXT("https:")));
}

// Whether the decision's URL is set, to follow or for information.
static bool tells_url(const yonder_decision *decision)
{
    return decision->action == YONDER_FOLLOW || decision->reason == YONDER_SCHEME_NOT_FOLLOWED ||
           decision->reason == YONDER_PORT_NOT_FOLLOWED ||
           decision->reason == YONDER_TOO_MANY_REDIRECTS;
}

// A response that is refused while its head is read never gets as far as a cache, and of some
// clients no redirect does that is refused at all.
static bool reaches_cache(const yonder_client *client, const yonder_decision *decision)
{
    const char *const *kept = client->cache.kept_schemes;
    if (!kept || decision->action != YONDER_ERROR)
        return decision->reason != YONDER_MULTIPLE_LOCATIONS;
    return decision->reason == YONDER_SCHEME_NOT_FOLLOWED && decision->url.href &&
           yn_location_scheme_in(kept, scheme_of(&decision->url));
}

int yonder_redirect_decide(const yonder_client *client, const yonder_request *request,
                           const yonder_response *response, const yonder_mem *mem,
                           yonder_decision *out)
{
    if (!is_http_request(request))
        return YONDER_INVALID_ARGUMENT;
    yonder_decision decision = {.composed_anew = client->composes_anew};
    walk w = {.client = client,
              .request = request,
              .response = response,
              .mem = mem,
              .joined = yn_buf_make(YONDER_URL_MAX, mem),
              .decision = &decision};
    w.found = yn_location_find(client, response, &w.joined, &w.location);
    w.error = w.joined.error == YONDER_NO_MEMORY ? YONDER_NO_MEMORY : YONDER_OK;
    choose_method(&w);
    bool goes_on = w.error == YONDER_OK;
    for (const yn_check *check = client->checks; goes_on && *check; check++)
        goes_on = passes(&w, *check);
    if (goes_on)
        follow(&w);
    yn_buf_free(&w.joined);
    if (w.error) {
        yonder_decision_free(&decision, mem);
        return w.error;
    }
    if (!tells_url(&decision))
        yonder_url_free(&decision.url, mem);
    if (reaches_cache(client, &decision))
        decision.freshness = yn_freshness(&client->cache, request->method, response);
    *out = decision;
    return YONDER_OK;
}

void yonder_decision_free(yonder_decision *decision, const yonder_mem *mem)
{
    if (!decision)
        return;
    yonder_url_free(&decision->url, mem);
    yn_free(mem, (void *)decision->dropped);
    *decision = (yonder_decision){0};
}

// ---- words --------------------------------------------------------------------------------------

const char *yonder_action_code(yonder_action action)
{
    switch (action) {
    case YONDER_FOLLOW:
        return "follow";
    case YONDER_STOP:
        return "stop";
    case YONDER_ERROR:
        return "error";
    }
    return "";
}

const char *yonder_reason_code(yonder_reason reason)
{
    switch (reason) {
#define CODE(name, code, prose)                                                                    \
    case name:                                                                                     \
        return code;
        YONDER_REASONS(CODE)
#undef CODE
    }
    return "";
}

const char *yonder_reason_prose(yonder_reason reason)
{
    switch (reason) {
#define PROSE(name, code, prose)                                                                   \
    case name:                                                                                     \
        return prose;
        YONDER_REASONS(PROSE)
#undef PROSE
    }
    return "";
}
