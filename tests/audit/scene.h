// SPDX-License-Identifier: MIT
// Evidence for tests, from what a site answers: a scene lists requests with what comes of them, and
// chains, hosts and ports follow from these as the collector would have it.
#ifndef YN_TESTS_AUDIT_SCENE_H
#define YN_TESTS_AUDIT_SCENE_H

#include "test.h"

#include "audit/grade.h"
#include "base/text.h"

enum {
    SCENE_ANSWERS = 16,
    SCENE_HOSTS = 16,
};

typedef struct answer {
    const char *url;
    int status; // 0: the request failed, by `error`
    const char *location;
    const char *sts, *sts2;
    yn_fetch_error error;
    yn_distrust distrust;
    const char *version, *cipher; // NULL: TLS 1.3
    const char *signature;        // of the leaf
    int64_t not_after;
    const char *name; // a field more
    const char *value;
    yn_purpose purpose;
    yn_agent agent;
    yn_family family;
    bool head;
    double ms; // that it took
} answer;

typedef struct scene {
    const char *domain;
    const char *ascii;       // NULL: the domain; "": it is none
    const char *suffix;      // NULL: its last label
    const char *registrable; // NULL: the domain
    answer answers[SCENE_ANSWERS];
    const char *absent; // a host that does not exist
    const char *known;  // a sub-domain whoever asked named
    yn_seen_list list;
    bool cut_short;
    bool www; // its www. is known as such
} scene;

#define SCENE_NOW INT64_C(1800000000)

static inline void scene_field(yn_visit *v, const char *name, const char *value)
{
    if (value)
        v->response.fields[v->response.field_count++] =
            (yonder_field){yonder_text_of(name), yonder_text_of(value)};
}

static inline yn_visit scene_visit(const answer *a, yn_arena *arena)
{
    yn_visit v = {.purpose = a->purpose,
                  .method = yonder_text_of(a->head ? "HEAD" : "GET"),
                  .agent = a->agent,
                  .family = a->family,
                  .tries = 1};
    yonder_url url;
    assert_int_equal(yonder_url_parse(&url, yonder_text_of(a->url), NULL, NULL), YONDER_OK);
    v.url = url;
    v.url.href = (char *)yn_arena_text(arena, yonder_url_href(&url)).ptr;
    yonder_url_free(&url, NULL);
    v.response.status = a->status;
    v.response.timing.total = a->ms;
    v.response.error = a->status ? YN_FETCH_OK : a->error ? a->error : YN_FETCH_REFUSED;
    v.response.fields = yn_arena_alloc(arena, 4 * sizeof *v.response.fields);
    scene_field(&v, "location", a->location);
    scene_field(&v, "strict-transport-security", a->sts);
    scene_field(&v, "Strict-Transport-Security", a->sts2);
    scene_field(&v, a->name, a->value);
    bool connected = v.response.error != YN_FETCH_REFUSED && v.response.error != YN_FETCH_DNS;
    if (connected)
        v.response.remote = YN_TEXT("192.0.2.1:443");
    if (!yn_starts_with(yonder_text_of(a->url), YN_TEXT("https:")))
        return v;
    yn_certificate *chain = yn_arena_alloc(arena, 2 * sizeof *chain);
    chain[0] = (yn_certificate){
        .subject = YN_TEXT("leaf"),
        .not_after = a->not_after ? a->not_after : SCENE_NOW + 7776000,
        .signature = yonder_text_of(a->signature ? a->signature : "ecdsa-with-SHA256")};
    chain[1] = (yn_certificate){.subject = YN_TEXT("root"),
                                .not_after = SCENE_NOW + 77760000,
                                .signature = YN_TEXT("sha1WithRSAEncryption"),
                                .self_signed = true};
    bool whole = a->status != 0;
    v.tls =
        (yn_tls_facts){.complete = whole,
                       .version = yonder_text_of(a->version ? a->version : "TLSv1.3"),
                       .cipher = yonder_text_of(a->cipher ? a->cipher : "TLS_AES_128_GCM_SHA256"),
                       .distrust = a->distrust,
                       .sent = chain,
                       .sent_count = whole ? 1 : 0,
                       .verified = chain,
                       .verified_count = whole && !a->distrust ? 2 : 0};
    if (a->distrust)
        v.response.distrust = YN_TEXT("it is not valid");
    return v;
}

static inline yn_seen_host *scene_host(yn_audit *audit, const char *name, yn_host_origin origin)
{
    for (size_t i = 0; i < audit->host_count; i++)
        if (yn_equal(audit->hosts[i].name, yonder_text_of(name)))
            return &audit->hosts[i];
    assert_true(audit->host_count < SCENE_HOSTS);
    yn_seen_host *host = &audit->hosts[audit->host_count++];
    *host = (yn_seen_host){
        .name = yonder_text_of(name), .origin = origin, .exists = YN_YES, .https = YN_NO_VISIT};
    return host;
}

static inline void scene_note_host(yn_audit *audit, size_t index, yn_arena *arena)
{
    const yn_visit *v = &audit->visits[index];
    yonder_text name = yn_arena_text(arena, yonder_url_get(&v->url, YONDER_URL_HOSTNAME));
    yn_seen_host *host = scene_host(audit, name.ptr, YN_HOST_CHAIN);
    bool https = yn_starts_with(yonder_url_href(&v->url), YN_TEXT("https:"));
    yn_known *port = https ? &host->port_443 : &host->port_80;
    if (v->response.remote.len)
        *port = YN_YES;
    else if (*port == YN_UNKNOWN && v->response.error == YN_FETCH_REFUSED)
        *port = YN_NO;
    if (https && host->https == YN_NO_VISIT && v->family == YN_FAMILY_ANY &&
        v->agent == YN_AGENT_CHECK && yn_equal(yonder_url_target(&v->url), YN_TEXT("/")))
        host->https = index;
}

static inline void scene_chain(yn_audit *audit, yn_start start, const char *href, yn_arena *arena)
{
    yn_seen_chain *chain = &audit->chains[start];
    *chain = (yn_seen_chain){.asked = true,
                             .hops = yn_arena_alloc(arena, YN_COLLECT_MAX_HOPS * sizeof(size_t)),
                             .end = YN_CHAIN_UNKNOWN};
    const yn_visit *v = yn_audit_get(audit, yonder_text_of(href));
    while (v) {
        if (chain->count == YN_COLLECT_MAX_HOPS) {
            chain->end = YN_CHAIN_LONG;
            return;
        }
        chain->hops[chain->count++] = (size_t)(v - audit->visits);
        chain->end = v->response.error ? YN_CHAIN_FAILED : YN_CHAIN_ANSWERED;
        yonder_text location = yn_evidence_field(&v->response, "Location");
        if (!location.len || v->response.status / 100 != 3)
            return;
        yonder_url next;
        chain->end = YN_CHAIN_UNREADABLE;
        if (yonder_url_parse(&next, location, &v->url, NULL) != YONDER_OK)
            return;
        v = yn_audit_get(audit, yonder_url_href(&next));
        yonder_url_free(&next, NULL);
        chain->end = YN_CHAIN_UNKNOWN;
        for (size_t i = 0; v && i < chain->count; i++)
            if (&audit->visits[chain->hops[i]] == v) {
                chain->end = YN_CHAIN_LOOP;
                return;
            }
    }
}

static inline yonder_text scene_or(const char *given, yonder_text otherwise)
{
    return given ? yonder_text_of(given) : otherwise;
}

static inline void scene_chains(yn_audit *a, yn_arena *arena)
{
    static const char *const forms[] = {"http://%.*s/", "https://%.*s/", "http://www.%.*s/",
                                        "https://www.%.*s/"};
    char href[600];
    for (yn_start s = 0; s < YN_START_COUNT; s++) {
        (void)snprintf(href, sizeof href, forms[s], YN_PRINT(a->ascii));
        scene_chain(a, s, href, arena);
    }
}

/** Evidence of a scene, in the arena. */
static inline yn_audit scene_audit(const scene *s, yn_arena *arena)
{
    yonder_text domain = yonder_text_of(s->domain);
    size_t dot = domain.len;
    while (dot && domain.ptr[dot - 1] != '.')
        dot--;
    yn_audit a = {.domain = domain,
                  .ascii = scene_or(s->ascii, domain),
                  .public_suffix = scene_or(s->suffix, yn_skip(domain, dot)),
                  .registrable = scene_or(s->registrable, domain),
                  .begun = SCENE_NOW,
                  .cut_short = s->cut_short,
                  .visits = yn_arena_alloc(arena, SCENE_ANSWERS * sizeof *a.visits),
                  .hosts = yn_arena_alloc(arena, SCENE_HOSTS * sizeof *a.hosts)};
    if (a.ascii.len)
        scene_host(&a, a.ascii.ptr, YN_HOST_DOMAIN);
    if (s->absent)
        scene_host(&a, s->absent, YN_HOST_WWW)->exists = YN_NO;
    if (s->www)
        scene_host(&a, "www.example.test", YN_HOST_WWW);
    if (s->known)
        scene_host(&a, s->known, YN_HOST_GIVEN);
    for (size_t i = 0; i < SCENE_ANSWERS && s->answers[i].url; i++) {
        a.visits[a.visit_count++] = scene_visit(&s->answers[i], arena);
        scene_note_host(&a, i, arena);
    }
    if (a.ascii.len)
        scene_chains(&a, arena);
    if (s->list.list.ptr) {
        a.lists = yn_arena_alloc(arena, sizeof *a.lists);
        *a.lists = s->list;
        a.list_count = 1;
    }
    return a;
}

/** "code code / code": issues in order, errors, then warnings, then notes. */
static inline yonder_text scene_codes(const yn_grade *grade, yn_arena *arena)
{
    char text[4096] = "";
    size_t len = 0;
    for (int severity = YN_SEVERITY_ERROR; severity <= YN_SEVERITY_NOTE; severity++) {
        for (size_t i = 0; i < grade->count; i++)
            if ((int)grade->issues[i].check->severity == severity)
                len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len ? " " : "",
                                        grade->issues[i].check->code);
        if (severity != YN_SEVERITY_NOTE)
            len += (size_t)snprintf(text + len, sizeof text - len, len ? " /" : "/");
        assert_true(len < sizeof text);
    }
    while (len && (text[len - 1] == '/' || text[len - 1] == ' '))
        len--;
    return yn_arena_text(arena, (yonder_text){text, len});
}

#endif
