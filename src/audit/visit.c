// SPDX-License-Identifier: MIT
#include "audit/visit.h"

#include <stdio.h>
#include <time.h>

#include <yonder/redirect.h>

#include "audit/href.h"
#include "audit/lookup.h"
#include "audit/public.h"
#include "base/text.h"

enum {
    tries_max = 2,
    entry_max = 2048, // bytes of a look-up's result as libcurl takes it
    plain_ms = 5000,  // for a connection to port 80: time for a SYN that is sent three times
};

double yn_visit_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- hosts -------------------------------------------------------------------------------------
 */

int yn_visit_host(yn_collecting *c, yonder_text name, yn_host_origin origin,
                  const yn_addresses *known, yn_seen_host **out)
{
    yn_audit *a = c->audit;
    yn_addresses found = {0};
    for (size_t i = 0; i < a->host_count; i++)
        if (yn_equal(a->hosts[i].name, name)) {
            *out = &a->hosts[i];
            return YONDER_OK;
        }
    if (a->host_count == c->host_room)
        return YONDER_TOO_LARGE;
    yonder_text copy = yn_arena_text(c->arena, name);
    if (!copy.ptr)
        return YONDER_NO_MEMORY;
    if (known)
        found = *known;
    else if (yn_lookup(&c->collector->options, name, c->arena, &found) != YONDER_OK)
        return YONDER_NO_MEMORY;
    yn_known port = found.exists == YN_NO ? YN_NO : YN_UNKNOWN;
    *out = &a->hosts[a->host_count++];
    **out = (yn_seen_host){.name = copy,
                           .origin = origin,
                           .exists = found.exists,
                           .withheld = found.withheld,
                           .addresses = found.all,
                           .address_count = found.count,
                           .port_80 = port,
                           .port_443 = port,
                           .https = YN_NO_VISIT};
    return YONDER_OK;
}

// What a visit tells of a port: that it was let in, or that it was not.
static void note_port(yn_seen_host *host, const yn_visit *visit)
{
    int port = yonder_url_effective_port(&visit->url);
    yn_known *known = port == 80 ? &host->port_80 : port == 443 ? &host->port_443 : NULL;
    if (!known || visit->family != YN_FAMILY_ANY)
        return;
    if (visit->response.remote.len)
        *known = YN_YES;
    else if (visit->response.error == YN_FETCH_REFUSED && *known != YN_YES)
        *known = YN_NO;
}

static bool is_first_page(const yn_visit *v)
{
    return v->family == YN_FAMILY_ANY && v->agent == YN_AGENT_CHECK && yn_href_is_https(&v->url) &&
           v->url.port < 0 && yn_equal(v->method, YN_TEXT("GET")) &&
           yn_equal(yonder_url_target(&v->url), YN_TEXT("/"));
}

// Has the fetcher go where the host was found, so that it is looked up once. Not with addresses
// that the caller gave, which it has.
static bool pin(yn_collecting *c, const yn_seen_host *host, const yonder_url *url)
{
    const yn_collect_options *o = &c->collector->options;
    int port = yonder_url_effective_port(url);
    if (host->address_count == 0 || o->connect_to_count || host->name.ptr[0] == '[' ||
        yn_lookup_is_given(o, host->name, port))
        return true;
    yn_buf entry = yn_buf_make(entry_max, NULL);
    yn_buf_printf(&entry, "%.*s:%d:", YN_PRINT(host->name), port);
    for (size_t i = 0; i < host->address_count; i++) {
        yonder_text address = host->addresses[i];
        bool v6 = yn_find_char(address, ':') < address.len;
        yn_buf_printf(&entry, "%s%s%.*s%s", i ? "," : "", v6 ? "[" : "", YN_PRINT(address),
                      v6 ? "]" : "");
    }
    yn_buf_char(&entry, '\0');
    bool ok = !entry.error && yn_fetcher_resolve(c->fetcher, entry.ptr);
    yn_buf_free(&entry);
    return ok;
}

// Whether an earlier visit went to that host and port.
static bool is_pinned(const yn_audit *audit, const yonder_url *url)
{
    for (size_t i = 0; i < audit->visit_count; i++) {
        const yonder_url *u = &audit->visits[i].url;
        if (yonder_url_effective_port(u) == yonder_url_effective_port(url) &&
            yn_equal(yonder_url_get(u, YONDER_URL_HOSTNAME),
                     yonder_url_get(url, YONDER_URL_HOSTNAME)))
            return true;
    }
    return false;
}

/* ---- one request -------------------------------------------------------------------------------
 */

static bool is_over(const yn_collecting *c)
{
    return (c->stop && atomic_load_explicit(c->stop, memory_order_relaxed)) ||
           yn_visit_now_ms() >= c->deadline;
}

static const yonder_field *fields_of(yn_agent agent, size_t *count)
{
    static const yonder_field own[] = {
        {YN_TEXT_INIT("User-Agent"), YN_TEXT_INIT("yonder/" YONDER_VERSION " check")},
        {YN_TEXT_INIT("Accept"), YN_TEXT_INIT("*/*")},
    };
    if (agent == YN_AGENT_BROWSER)
        return yonder_client_fields(yonder_client_find(YN_TEXT("chrome")), count);
    *count = sizeof own / sizeof *own;
    return own;
}

bool yn_visit_lets(void *collecting, const char *address)
{
    const yn_collecting *c = collecting;
    return c->goes_anywhere || (yn_is_public(address) && (c->usual_port || !yn_is_ours(address)));
}

static int ask(yn_collecting *c, yn_visit *v)
{
    const yn_collect_options *o = &c->collector->options;
    yonder_text host = yonder_url_get(&v->url, YONDER_URL_HOSTNAME);
    int port = yonder_url_effective_port(&v->url);
    c->goes_anywhere = yn_lookup_is_given(o, host, port) || yn_lookup_is_diverted(o, host, port);
    c->usual_port = port == 80 || port == 443;
    yn_fetch_request request = {.method = v->method, .url = &v->url, .family = v->family};
    request.fields = fields_of(v->agent, &request.field_count);
    double left = c->deadline - yn_visit_now_ms();
    c->hurried = left < (double)o->request_ms;
    long ms = c->hurried ? (long)left + 1 : o->request_ms;
    yn_fetcher_limit(c->fetcher, port == 80 && ms > plain_ms ? plain_ms : ms, ms);
    yn_tls_look_begin(&c->look, host);
    int error = yn_fetch(c->fetcher, &request, c->arena, &v->response);
    if (error == YONDER_TOO_LARGE) {
        v->response = (yn_evidence){.error = YN_FETCH_HEAD_TOO_LARGE};
        error = YONDER_OK;
    }
    if (error || c->look.no_memory)
        return YONDER_NO_MEMORY;
    v->tls = c->look.latest ? *c->look.latest : (yn_tls_facts){0};
    if (v->tls.distrust != YN_TRUSTED && v->response.error == YN_FETCH_OK)
        v->response.distrust = v->tls.distrust_detail;
    v->tries++;
    c->requests_left--;
    return YONDER_OK;
}

// A time-out is not worth the time that is wanted for the rest, and a port 80 that let nobody in
// has had three SYNs.
static bool is_tried_again(const yn_collecting *c, const yn_visit *v)
{
    double left = c->deadline - yn_visit_now_ms();
    bool filtered = v->response.error == YN_FETCH_TIMEOUT && !v->response.remote.len &&
                    yonder_url_effective_port(&v->url) == 80;
    if (filtered)
        return false;
    return v->response.error != YN_FETCH_OK && v->tries < tries_max && c->requests_left > 0 &&
           !is_over(c) &&
           (v->response.error != YN_FETCH_TIMEOUT ||
            left >= (double)c->collector->options.domain_ms / 2);
}

// Whether it would have had more time, but for the domain's: no time-out of the site's, then.
static bool is_cut(const yn_collecting *c, const yn_visit *v)
{
    return v->response.error == YN_FETCH_TIMEOUT && v->tries == 1 && c->hurried && is_over(c);
}

static int ask_until_it_answers(yn_collecting *c, const yn_seen_host *host, yn_visit *v)
{
    int error = YONDER_OK;
    if (host->exists == YN_NO) {
        v->response.error = host->withheld ? YN_FETCH_NOT_PUBLIC : YN_FETCH_DNS;
        v->tries = 1;
        return YONDER_OK;
    }
    do {
        error = ask(c, v);
    } while (!error && is_tried_again(c, v));
    return error;
}

/* ---- visits ------------------------------------------------------------------------------------
 */

static bool is_made(const yn_collecting *c, const yn_visit_plan *plan, size_t *index)
{
    yonder_text href = yonder_url_href(&plan->url);
    for (size_t i = 0; i < c->audit->visit_count && plan->purpose != YN_PURPOSE_REPEAT; i++) {
        const yn_visit *v = &c->audit->visits[i];
        if (v->agent == plan->agent && v->family == plan->family &&
            yn_equal(v->method, yonder_text_of(plan->method)) &&
            yn_equal(yonder_url_href(&v->url), href)) {
            *index = i;
            return true;
        }
    }
    return false;
}

int yn_visit_make(yn_collecting *c, const yn_visit_plan *plan, size_t *index)
{
    yn_audit *a = c->audit;
    yn_seen_host *host;
    *index = YN_NO_VISIT;
    if (is_made(c, plan, index))
        return YONDER_OK;
    if (is_over(c)) {
        a->cut_short = true;
        return YONDER_OK;
    }
    if (c->requests_left == 0 || a->visit_count == c->visit_room)
        return YONDER_OK;
    int error = yn_visit_host(c, yonder_url_get(&plan->url, YONDER_URL_HOSTNAME), YN_HOST_CHAIN,
                              NULL, &host);
    if (error)
        return error == YONDER_TOO_LARGE ? YONDER_OK : error;
    if (!is_pinned(a, &plan->url) && !pin(c, host, &plan->url))
        return YONDER_NO_MEMORY;
    yn_visit *v = &a->visits[a->visit_count];
    *v = (yn_visit){.purpose = plan->purpose,
                    .method = yonder_text_of(plan->method),
                    .url = plan->url,
                    .agent = plan->agent,
                    .family = plan->family};
    error = ask_until_it_answers(c, host, v);
    if (error)
        return error;
    if (is_cut(c, v)) {
        a->cut_short = true;
        return YONDER_OK;
    }
    *index = a->visit_count++;
    note_port(host, v);
    if (is_first_page(v))
        host->https = *index;
    return YONDER_OK;
}
