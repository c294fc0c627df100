// SPDX-License-Identifier: MIT
#include "audit/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "audit/follow.h"
#include "audit/href.h"
#include "audit/visit.h"
#include "base/text.h"
#include "trace/fetch.h"
#include "trace/psl.h"

enum {
    url_max = 320, // bytes of the URLs that are made here
};

/* ---- what all domains share --------------------------------------------------------------------
 */

yn_collector *yn_collector_new(const yn_collect_options *options, yn_buf *message)
{
    const char *wrong = yn_fetch_ready();
    yn_collector *c = wrong ? NULL : calloc(1, sizeof *c);
    if (!c) {
        yn_buf_str(message, wrong ? wrong : yonder_strerror(YONDER_NO_MEMORY));
        return NULL;
    }
    c->options = *options;
    if (c->options.request_ms == 0)
        c->options.request_ms = YN_COLLECT_REQUEST_MS;
    if (c->options.domain_ms == 0)
        c->options.domain_ms = YN_COLLECT_DOMAIN_MS;
    if (c->options.max_requests == 0)
        c->options.max_requests = YN_COLLECT_REQUESTS;
    c->trust = yn_trust_new(options->ca_file, message);
    if (!c->trust) {
        free(c);
        return NULL;
    }
    return c;
}

void yn_collector_free(yn_collector *collector)
{
    if (collector)
        yn_trust_free(collector->trust);
    free(collector);
}

/* ---- chains ------------------------------------------------------------------------------------
 */

static bool has_www(yonder_text name)
{
    return yn_starts_with(name, YN_TEXT("www."));
}

static int follow_all(yn_collecting *c)
{
    // A port 80 that is filtered uses much time, and none of what is told of https depends on it.
    static const struct {
        yn_start start;
        const char *scheme, *www;
    } starts[] = {{YN_START_HTTPS, "https", ""},
                  {YN_START_WWW_HTTPS, "https", "www."},
                  {YN_START_HTTP, "http", ""},
                  {YN_START_WWW_HTTP, "http", "www."}};
    char text[url_max];
    yn_seen_host *host;
    int error = YONDER_OK;
    (void)snprintf(text, sizeof text, "www.%.*s", YN_PRINT(c->audit->ascii));
    if (!has_www(c->audit->ascii))
        error = yn_visit_host(c, yonder_text_of(text), YN_HOST_WWW, NULL, &host);
    for (size_t i = 0; i < sizeof starts / sizeof *starts && !error; i++) {
        if (*starts[i].www && has_www(c->audit->ascii))
            continue;
        (void)snprintf(text, sizeof text, "%s://%s%.*s/", starts[i].scheme, starts[i].www,
                       YN_PRINT(c->audit->ascii));
        error = yn_follow_seen(c, text, &c->audit->chains[starts[i].start]);
    }
    return error;
}

/* ---- the first pages once more -----------------------------------------------------------------
 */

// The first visit of a chain, or NULL.
static const yn_visit *first_of(const yn_audit *audit, yn_start start)
{
    const yn_seen_chain *chain = &audit->chains[start];
    return chain->count ? &audit->visits[chain->hops[0]] : NULL;
}

// A failure that another request might not have: the host is there, and answers somebody, perhaps.
static bool may_depend_on_agent(yn_fetch_error error)
{
    return error == YN_FETCH_OK || error == YN_FETCH_EMPTY_REPLY || error == YN_FETCH_RESET ||
           error == YN_FETCH_PROTOCOL;
}

static int vary(yn_collecting *c)
{
    const yn_visit *first = first_of(c->audit, YN_START_HTTPS);
    size_t index;
    if (!first || !may_depend_on_agent(first->response.error))
        return YONDER_OK;
    const yonder_url url = first->url;
    yn_visit_plan plans[] = {
        {YN_PURPOSE_REPEAT, "GET", url, YN_AGENT_CHECK, YN_FAMILY_ANY},
        {YN_PURPOSE_AGENT, "GET", url, YN_AGENT_BROWSER, YN_FAMILY_ANY},
        {YN_PURPOSE_METHOD, "HEAD", url, YN_AGENT_CHECK, YN_FAMILY_ANY},
        {YN_PURPOSE_ERROR, "GET", url, YN_AGENT_CHECK, YN_FAMILY_ANY},
    };
    bool answered = first->response.error == YN_FETCH_OK;
    int error = yn_href_parse(c->arena, YN_TEXT("/yonder-check/no-such-page"), &url, &plans[3].url);
    for (size_t i = 0; i < sizeof plans / sizeof *plans && !error; i++)
        if (answered || plans[i].purpose == YN_PURPOSE_AGENT)
            error = yn_visit_make(c, &plans[i], &index);
    return error;
}

// Where there are addresses of both families, each is asked.
static int ask_families(yn_collecting *c)
{
    static const yn_start starts[] = {YN_START_HTTP, YN_START_HTTPS};
    const yn_seen_host *host = &c->audit->hosts[0];
    bool seen[2] = {false};
    size_t index;
    int error = YONDER_OK;
    for (size_t i = 0; i < host->address_count; i++)
        seen[yn_find_char(host->addresses[i], ':') < host->addresses[i].len] = true;
    for (size_t i = 0; i < 4 && seen[0] && seen[1] && !error; i++) {
        const yn_visit *first = first_of(c->audit, starts[i / 2]);
        if (!first)
            continue;
        const yn_visit_plan plan = {YN_PURPOSE_FAMILY, "GET", first->url, YN_AGENT_CHECK,
                                    i % 2 ? YN_FAMILY_6 : YN_FAMILY_4};
        error = yn_visit_make(c, &plan, &index);
    }
    return error;
}

/* ---- sub-domains -------------------------------------------------------------------------------
 */

static int ask_below(yn_collecting *c, yonder_text name, yn_host_origin origin)
{
    char text[url_max];
    yn_seen_host *host;
    size_t index;
    yn_visit_plan plan = {.purpose = YN_PURPOSE_SUBDOMAIN, .method = "GET"};
    if (name.len + sizeof "https:///" > sizeof text)
        return YONDER_OK;
    (void)snprintf(text, sizeof text, "https://%.*s/", YN_PRINT(name));
    int error = yn_href_parse(c->arena, yonder_text_of(text), NULL, &plan.url);
    if (error) // not a name that could be asked
        return error == YONDER_NO_MEMORY ? error : YONDER_OK;
    error = yn_visit_host(c, yonder_url_get(&plan.url, YONDER_URL_HOSTNAME), origin, NULL, &host);
    if (error == YONDER_OK)
        error = yn_visit_make(c, &plan, &index);
    return error == YONDER_TOO_LARGE ? YONDER_OK : error;
}

static bool is_below(yonder_text name, yonder_text domain)
{
    return name.len > domain.len + 1 && name.ptr[name.len - domain.len - 1] == '.' &&
           yn_equal_nocase(yn_skip(name, name.len - domain.len), domain);
}

static bool is_seen(const yn_audit *audit, yonder_text name)
{
    for (size_t i = 0; i < audit->host_count; i++)
        if (yn_equal_nocase(audit->hosts[i].name, name) && audit->hosts[i].https != YN_NO_VISIT)
            return true;
    return false;
}

static int ask_given(yn_collecting *c)
{
    const yn_collect_options *o = &c->collector->options;
    int error = YONDER_OK;
    for (size_t i = 0; i < o->subdomain_count && !error; i++) {
        yonder_text name = yonder_text_of(o->subdomains[i]);
        if (!is_below(name, c->audit->ascii))
            continue;
        c->requests_left += 2;
        error = ask_below(c, name, YN_HOST_GIVEN);
    }
    return error;
}

// The names on the certificates of the domain and of www.
static int ask_named(yn_collecting *c)
{
    static const yn_start starts[] = {YN_START_HTTPS, YN_START_WWW_HTTPS};
    size_t asked = 0;
    int error = YONDER_OK;
    for (size_t s = 0; s < 2; s++) {
        const yn_visit *first = first_of(c->audit, starts[s]);
        if (!first || first->tls.sent_count == 0)
            continue;
        const yn_certificate leaf = first->tls.sent[0]; // visits stay, but so does this
        for (size_t i = 0; i < leaf.name_count && asked < YN_COLLECT_MAX_NAMES && !error; i++) {
            yonder_text name = leaf.names[i];
            if (!is_below(name, c->audit->ascii) || name.ptr[0] == '*' || is_seen(c->audit, name))
                continue;
            error = ask_below(c, name, YN_HOST_CERTIFICATE);
            asked++;
        }
    }
    return error;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static int collect_all(yn_collecting *c, const yn_addresses *addresses)
{
    yn_seen_host *host;
    int error = yn_visit_host(c, c->audit->ascii, YN_HOST_DOMAIN, addresses, &host);
    if (!error)
        error = follow_all(c);
    if (!error)
        error = vary(c);
    if (!error)
        error = ask_families(c);
    if (!error)
        error = ask_given(c);
    if (!error)
        error = ask_named(c);
    return error;
}

static int collect_name(const yn_collector *collector, const yn_collect_target *target,
                        yn_arena *arena, const atomic_bool *stop, yn_audit *audit)
{
    const yn_collect_options *o = &collector->options;
    yn_collecting c = {.collector = collector,
                       .arena = arena,
                       .audit = audit,
                       .stop = stop,
                       .requests_left = o->max_requests,
                       .deadline = yn_visit_now_ms() + (double)o->domain_ms};
    yn_buf message = yn_buf_make(1024, NULL);
    size_t given = 0;
    for (size_t i = 0; i < o->subdomain_count; i++)
        given += is_below(yonder_text_of(o->subdomains[i]), audit->ascii);
    c.host_room = given + YN_VISIT_HOSTS;
    c.visit_room = given + o->max_requests + YN_VISIT_HOSTS;
    audit->hosts = yn_arena_alloc(arena, c.host_room * sizeof *audit->hosts);
    audit->visits = yn_arena_alloc(arena, c.visit_room * sizeof *audit->visits);
    yn_tls_look_init(&c.look, collector->trust, arena);
    const yn_fetch_options options = {.resolve = o->resolve,
                                      .resolve_count = o->resolve_count,
                                      .connect_to = o->connect_to,
                                      .connect_to_count = o->connect_to_count,
                                      .tls = &c.look.hooks,
                                      .gate = o->public_only ? &c.gate : NULL};
    c.gate = (yn_fetch_gate){yn_visit_lets, &c};
    c.fetcher = audit->hosts && audit->visits ? yn_fetcher_new(&options, &message) : NULL;
    int error = c.fetcher ? collect_all(&c, &target->addresses) : YONDER_NO_MEMORY;
    yn_fetcher_free(c.fetcher);
    yn_buf_free(&message);
    return error;
}

int yn_collect(const yn_collector *collector, const yn_collect_target *target, yn_arena *arena,
               const atomic_bool *stop, yn_audit *out)
{
    double begun = yn_visit_now_ms();
    yn_audit audit = {.begun = (int64_t)time(NULL), .ascii = target->ascii};
    audit.domain = yn_arena_text(arena, target->domain);
    if (!audit.domain.ptr)
        return YONDER_NO_MEMORY;
    if (audit.ascii.len) { // which ends in NUL
        audit.public_suffix = yn_psl_suffix(audit.ascii.ptr);
        audit.registrable = yn_psl_registrable(audit.ascii.ptr);
        int error = collect_name(collector, target, arena, stop, &audit);
        if (error)
            return error;
    }
    audit.took_ms = yn_visit_now_ms() - begun;
    *out = audit;
    return YONDER_OK;
}
