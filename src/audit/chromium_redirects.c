// SPDX-License-Identifier: MIT
// Redirects as the checker, a Go program, follows them: libyonder's client "go" resolves each
// Location. Hosts are compared as they are spelt, for the checker does not fold their case.
#include "audit/chromium.h"

#include <yonder/redirect.h>

#include "base/text.h"

#define TELL(g, code, visit, ...)                                                                  \
    yn_grading_tell(g, &yn_chromium_checks[code], (yonder_text){"", 0}, visit, __VA_ARGS__)

typedef struct hop {
    bool https;
    yonder_text href; // by the URL standard, without a fragment: how visits are found
    yonder_text host; // as it is spelt
    bool nowhere;     // it is read as a URL, and no request can be made for it
} hop;

typedef struct chain {
    hop hops[YN_CHROMIUM_REDIRECTS + 1];
    const yn_visit *from[YN_CHROMIUM_REDIRECTS + 1]; // who leads to it
    size_t count;
    const yn_visit *failed; // the visit at which following failed
    const char *failure;
    bool too_many;
} chain;

/* ---- one hop -----------------------------------------------------------------------------------
 */

// The host in a Location with an authority; ptr is NULL for one without.
static yonder_text spelt_host(yonder_text location)
{
    location = yn_trim(location, " \t");
    size_t colon = 0;
    while (colon < location.len &&
           (yn_is_alpha((unsigned char)location.ptr[colon]) ||
            yn_is_digit((unsigned char)location.ptr[colon]) || strchr("+-.", location.ptr[colon])))
        colon++;
    if (colon && colon < location.len && location.ptr[colon] == ':')
        location = yn_skip(location, colon + 1);
    if (!yn_starts_with(location, YN_TEXT("//")))
        return (yonder_text){NULL, 0};
    yonder_text host = yn_skip(location, 2);
    size_t end = 0;
    while (end < host.len && !strchr("/?#", host.ptr[end]))
        end++;
    host.len = end;
    while (yn_find_char(host, '@') < host.len)
        host = yn_skip(host, yn_find_char(host, '@') + 1);
    bool bracketed = host.len && host.ptr[0] == '[';
    host.len = yn_find_char(host, bracketed ? ']' : ':');
    return bracketed ? yn_skip(host, 1) : host;
}

// The URL as visits have it.
static yonder_text visit_href(yn_grading *g, const yonder_url *url)
{
    yonder_url parsed;
    yonder_text text = yonder_url_href(url), href = YN_TEXT("");
    int error = yonder_url_parse(&parsed, yn_slice(text, 0, yn_find_char(text, '#')), NULL, NULL);
    if (error == YONDER_OK) {
        href = yn_arena_text(g->arena, yonder_url_href(&parsed));
        yonder_url_free(&parsed, NULL);
    }
    if (error == YONDER_NO_MEMORY || !href.ptr) {
        g->error = YONDER_NO_MEMORY;
        href = YN_TEXT("");
    }
    return href;
}

/* ---- a step ------------------------------------------------------------------------------------
 */

typedef enum step {
    step_end,    // it leads nowhere
    step_next,   // to `*next`, which can be asked
    step_beyond, // likewise, but it cannot be asked: another scheme
    step_bad,    // what it leads to is no URL
} step;

static step follow(yn_grading *g, const yn_visit *visit, yonder_text host, hop *next)
{
    const yonder_request request = {.method = YN_TEXT("GET"), .url = &visit->url};
    const yonder_response response = {.status = visit->response.status,
                                      .fields = visit->response.fields,
                                      .field_count = visit->response.field_count};
    yonder_decision d;
    if (yonder_redirect_decide(yonder_client_find(YN_TEXT("go")), &request, &response, NULL, &d)) {
        g->error = YONDER_NO_MEMORY;
        return step_end;
    }
    step how = d.action == YONDER_FOLLOW ? step_next
               : d.action == YONDER_STOP ? step_end
                                         : step_bad;
    if (d.action == YONDER_ERROR && d.reason == YONDER_SCHEME_NOT_FOLLOWED && d.url.href)
        how = step_beyond;
    const yonder_text location = yn_evidence_field(&visit->response, "Location");
    hop nowhere = {.https = yn_visit_is_https(visit), .href = YN_TEXT(""), .nowhere = true};
    if (how == step_bad && d.reason == YONDER_INVALID_LOCATION &&
        yn_chromium_leads_nowhere(location, &nowhere.https, &nowhere.host)) {
        how = step_beyond;
        *next = nowhere;
    } else if (how == step_next || how == step_beyond) {
        yonder_text spelt = spelt_host(location);
        *next =
            (hop){.https = yn_equal(yonder_url_get(&d.url, YONDER_URL_PROTOCOL), YN_TEXT("https:")),
                  .href = visit_href(g, &d.url),
                  .host = spelt.ptr ? spelt : host};
    }
    yonder_decision_free(&d, NULL);
    return how;
}

bool yn_chromium_answers(yn_grading *g, const yn_visit *visit)
{
    hop next;
    return yn_chromium_connects(visit) &&
           follow(g, visit, yn_visit_hostname(visit), &next) != step_bad;
}

/* ---- a chain -----------------------------------------------------------------------------------
 */

static bool is_answered(const yn_visit *visit)
{
    return yn_chromium_connects(visit) && yn_visit_is_good(visit);
}

static void fail(yn_grading *g, chain *c, const yn_visit *visit, const char *failure)
{
    c->failed = visit;
    c->failure = failure;
    g->grade.unknown = g->grade.unknown || yn_visit_is_unknown(visit);
}

static chain follow_all(yn_grading *g, const yn_visit *visit)
{
    chain c = {.count = 0};
    yonder_text host = g->audit->ascii;
    for (hop next; visit && !g->error;) {
        if (!is_answered(visit)) {
            fail(g, &c, visit,
                 visit->response.error ? yn_fetch_error_prose(visit->response.error)
                                       : "its certificate or its TLS is not accepted");
            break;
        }
        step how = follow(g, visit, host, &next);
        if (how == step_bad)
            fail(g, &c, visit, "its Location is no URL");
        if (how == step_end || how == step_bad)
            break;
        c.from[c.count] = visit;
        c.hops[c.count++] = next;
        c.too_many = c.count > YN_CHROMIUM_REDIRECTS;
        if (!c.too_many && how == step_beyond)
            fail(g, &c, visit,
                 next.nowhere ? "its Location has no host, or a port that there is not"
                              : "its Location is neither http nor https");
        if (c.too_many || how == step_beyond)
            break;
        visit = yn_audit_get(g->audit, next.href);
        g->grade.unknown = g->grade.unknown || !visit; // the collector did not get there
        host = next.host;
    }
    return c;
}

static void mend(yn_grading *g, yn_issue *issue, yn_fix fix)
{
    const yonder_text nothing = YN_TEXT("");
    yn_grading_mend(issue, fix, g->audit->ascii, nothing, nothing);
}

static bool goes_in_a_circle(const chain *c)
{
    for (size_t i = 1; i < c->count; i++)
        for (size_t k = 0; k < i; k++)
            if (c->from[i] == c->from[k])
                return true;
    return false;
}

static void tell_following(yn_grading *g, const chain *c, const char *start)
{
    if (c->too_many)
        mend(g,
             TELL(g, YN_CR_TOO_MANY, c->from[YN_CHROMIUM_REDIRECTS],
                  "%s://%.*s/ leads on more than %d times", start, YN_PRINT(g->audit->ascii),
                  YN_CHROMIUM_REDIRECTS),
             goes_in_a_circle(c) ? YN_FIX_LOOP : YN_FIX_FEWER_HOPS);
    else if (c->failed)
        mend(g,
             TELL(g, YN_CR_FOLLOW_ERROR, c->failed, "%.*s cannot be followed: %s",
                  YN_PRINT(yn_say(yonder_url_href(&c->failed->url))), c->failure),
             c->failed->response.error == YN_FETCH_DNS ? YN_FIX_NAME : YN_FIX_TARGET);
}

// Only the first that is not https is told.
static void tell_insecure(yn_grading *g, const chain *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->hops[i].https)
            continue;
        mend(g,
             TELL(g, i ? YN_CR_SUBSEQUENT : YN_CR_INITIAL, c->from[i], "redirect %zu leads to %.*s",
                  i + 1, YN_PRINT(yn_say(c->hops[i].href))),
             YN_FIX_LEAD_TO_HTTPS);
        return;
    }
}

/* ---- the branches ------------------------------------------------------------------------------
 */

// What the first redirect of http leads to is asked once more. The issue goes behind those of the
// chain.
static void tell_first_redirect(yn_grading *g, const hop *first, const yn_visit *from,
                                uint64_t min_age)
{
    const yn_visit *visit = yn_audit_get(g->audit, first->href);
    if (first->nowhere) {
        mend(g,
             TELL(g, YN_CR_FIRST_INVALID, from, "where http://%.*s/ leads to cannot be asked",
                  YN_PRINT(g->audit->ascii)),
             YN_FIX_TARGET);
        return;
    }
    if (!visit) {
        g->grade.unknown = true;
        return;
    }
    if (!is_answered(visit) || !yn_chromium_answers(g, visit)) {
        mend(g,
             TELL(g, YN_CR_FIRST_INVALID, visit, "%.*s does not answer, or not as it should",
                  YN_PRINT(yn_say(first->href))),
             YN_FIX_TARGET);
        return;
    }
    yn_grading there = yn_grading_begin(g->audit, g->arena);
    yn_chromium_header(&there, visit, min_age, false);
    g->error = there.error ? there.error : g->error;
    for (size_t i = 0; i < there.grade.count; i++) {
        const yn_issue *issue = &there.grade.issues[i];
        if (issue->check->severity != YN_SEVERITY_ERROR)
            continue;
        yn_grading_mend(TELL(g, YN_CR_FIRST_NO_HSTS, visit, "of %.*s: %s",
                             YN_PRINT(yn_say(first->href)), issue->check->title),
                        issue->fix, issue->place.host, issue->place.other, issue->place.value);
        return;
    }
}

static bool is_www_of(yonder_text host, yonder_text domain)
{
    return yn_starts_with(host, YN_TEXT("www.")) && yn_equal(yn_skip(host, 4), domain);
}

static void tell_http(yn_grading *g, const yn_visit *visit, uint64_t first_age)
{
    const yonder_text domain = g->audit->ascii; // as the list's service has it: in lower case
    chain c = follow_all(g, visit);
    tell_following(g, &c, "http");
    const hop *first = &c.hops[0];
    if (c.count == 0) {
        mend(g,
             TELL(g, YN_CR_NO_REDIRECT, visit, "http://%.*s/ answers %d", YN_PRINT(g->audit->ascii),
                  visit->response.status),
             YN_FIX_REDIRECT);
    } else if (first->https && yn_equal(first->host, domain)) {
        tell_insecure(g, &c);
        if (first_age)
            tell_first_redirect(g, first, visit, first_age);
    } else {
        yn_issue *issue =
            is_www_of(first->host, domain)
                ? TELL(g, YN_CR_WWW_FIRST, visit, "http leads to %.*s first",
                       YN_PRINT(yn_say(first->href)))
                : TELL(g, YN_CR_FIRST_INSECURE, visit, "http leads to %.*s (host \"%.*s\") first",
                       YN_PRINT(yn_say(first->href)), YN_PRINT(yn_say(first->host)));
        mend(g, issue, YN_FIX_REDIRECT);
    }
}

static void tell_http_branch(yn_grading *g, uint64_t first_age)
{
    const yn_visit *visit = yn_grading_visit(g, "http", g->audit->ascii);
    if (!visit) {
        g->grade.unknown = true;
        return;
    }
    if (!is_answered(visit) || !yn_chromium_answers(g, visit)) {
        g->grade.unknown = g->grade.unknown || yn_visit_is_unknown(visit);
        TELL(g, YN_CR_HTTP_ABSENT, visit, "http://%.*s/ does not answer: %s",
             YN_PRINT(g->audit->ascii),
             visit->response.error ? yn_fetch_error_prose(visit->response.error)
                                   : "its Location is no URL");
        return;
    }
    if (yn_visit_field_count(visit, YN_STS))
        mend(g,
             TELL(g, YN_CR_USELESS_HEADER, visit, "http://%.*s/ sends the header",
                  YN_PRINT(g->audit->ascii)),
             YN_FIX_NOT_OVER_HTTP);
    tell_http(g, visit, first_age);
}

void yn_chromium_redirects(yn_grading *g, uint64_t first_age)
{
    tell_http_branch(g, first_age);
    chain c = follow_all(g, yn_grading_visit(g, "https", g->audit->ascii));
    tell_following(g, &c, "https");
    tell_insecure(g, &c);
}
