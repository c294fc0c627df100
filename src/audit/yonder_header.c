// SPDX-License-Identifier: MIT
// The header of the domain: what it says, to whom, and whether it is always the same.
#include "audit/readings.h"
#include "audit/rfc6797.h"
#include "audit/yonder.h"
#include "base/text.h"

#define YEAR      31536000
#define TWO_YEARS INT64_C(63072000)

static bool is_listed_itself(const yn_audit *audit)
{
    for (size_t i = 0; i < audit->list_count; i++)
        if (audit->lists[i].listed && yn_equal(audit->lists[i].matched, audit->ascii))
            return true;
    return false;
}

bool yn_yonder_policy(const yn_visit *visit, yonder_hsts_policy *out)
{
    return yn_visit_is_good(visit) && yn_visit_field_count(visit, YN_STS) &&
           yonder_hsts_parse(yonder_client_find(YN_TEXT("chrome")),
                             yn_visit_field(visit, YN_STS, 0), out) == YONDER_HSTS_VALID;
}

yonder_text yn_yonder_value(yn_grading *g)
{
    const yn_visit *first = yn_chain_first(g->audit, YN_START_HTTPS);
    yonder_hsts_policy policy = {0};
    bool listed = is_listed_itself(g->audit);
    bool have = first && yn_yonder_policy(first, &policy);
    bool subdomains = listed || (have && policy.include_subdomains);
    return yn_grading_text(g, "max-age=%lld%s%s", (long long)TWO_YEARS,
                           subdomains ? "; includeSubDomains" : "", listed ? "; preload" : "");
}

static void mend(yn_grading *g, yn_issue *issue, yn_fix fix)
{
    yn_grading_mend(issue, fix, g->audit->ascii, YN_TEXT(""), yn_yonder_value(g));
}

/* ---- what it says ------------------------------------------------------------------------------
 */

static void tell_disagreement(yn_grading *g, const yn_visit *first, const yn_readings *readings)
{
    yn_buf text = yn_buf_make(4096, NULL);
    yn_readings_write(&text, readings);
    yonder_text value = yn_say(yn_visit_field(first, YN_STS, 0));
    yn_issue *issue =
        readings->browsers
            ? YN_OWN(g, DISAGREEMENT, g->audit->ascii, first, "\"%.*s\" is to %.*s",
                     YN_PRINT(value), YN_PRINT(yn_buf_text(&text)))
            : YN_OWN(g, HSTS_UNREADABLE, g->audit->ascii, first, "\"%.*s\" is to %.*s",
                     YN_PRINT(value), YN_PRINT(yn_buf_text(&text)));
    mend(g, issue, YN_FIX_HSTS);
    g->error = text.error == YONDER_NO_MEMORY ? text.error : g->error;
    yn_buf_free(&text);
}

static void tell_policy(yn_grading *g, const yn_visit *first, const yonder_hsts_policy *policy)
{
    const yonder_text host = g->audit->ascii;
    // Chrome cuts down what is too long, so that it does not show.
    const yn_sts_grammar said = yn_rfc6797_read(yn_visit_field(first, YN_STS, 0));
    if (policy->max_age == 0)
        mend(g, YN_OWN(g, HSTS_OFF, host, first, "max-age is 0"), YN_FIX_HSTS);
    else if (policy->max_age < YEAR)
        mend(g,
             YN_OWN(g, SHORT, host, first, "it is %lld seconds, less than a year of 31536000",
                    (long long)policy->max_age),
             YN_FIX_HSTS);
    else if (said.reading == YONDER_HSTS_VALID && said.max_age > 10 * YEAR)
        mend(
            g,
            YN_OWN(g, FOREVER, host, first, "it is %llu seconds", (unsigned long long)said.max_age),
            YN_FIX_HSTS);
    if (policy->max_age && !policy->include_subdomains)
        YN_OWN(g, THIS_HOST, host, first, "the header has no includeSubDomains");
}

void yn_yonder_header(yn_grading *g, const yn_visit *first)
{
    const yonder_text host = g->audit->ascii, value = yn_visit_field(first, YN_STS, 0);
    size_t count = yn_visit_field_count(first, YN_STS);
    yn_readings readings;
    if (!count) {
        mend(g,
             YN_OWN(g, NO_HSTS, host, first, "%.*s answers %d without the header",
                    YN_PRINT(yonder_url_href(&first->url)), first->response.status),
             YN_FIX_HSTS);
        return;
    }
    yn_readings_make(&readings, value);
    if (!readings.agree || !readings.browsers)
        tell_disagreement(g, first, &readings);
    else if (yn_rfc6797_read(value).reading != YONDER_HSTS_VALID)
        mend(g, YN_OWN(g, NOT_GRAMMAR, host, first, "\"%.*s\"", YN_PRINT(yn_say(value))),
             YN_FIX_HSTS);
    if (readings.items[0].reading == YONDER_HSTS_VALID)
        tell_policy(g, first, &readings.items[0].policy);
    if (count > 1)
        mend(g,
             YN_OWN(g, SEVERAL, host, first, "there are %zu; the first is \"%.*s\"", count,
                    YN_PRINT(yn_say(value))),
             YN_FIX_HSTS_ONCE);
}

/* ---- whether it is always the same -------------------------------------------------------------
 */

static bool is_same_header(const yn_visit *a, const yn_visit *b)
{
    return yn_equal(yn_visit_field(a, YN_STS, 0), yn_visit_field(b, YN_STS, 0)) &&
           yn_visit_field_count(a, YN_STS) == yn_visit_field_count(b, YN_STS);
}

static const char *shown(yn_grading *g, const yn_visit *v)
{
    if (v->response.error)
        return yn_fetch_error_prose(v->response.error);
    if (!yn_visit_field_count(v, YN_STS))
        return "no header";
    return yn_grading_text(g, "\"%.*s\"", YN_PRINT(yn_say(yn_visit_field(v, YN_STS, 0)))).ptr;
}

// What another request of the same page had, set against the first.
static void tell_other(yn_grading *g, const yn_visit *first, const yn_visit *v)
{
    const yonder_text host = g->audit->ascii;
    const char *here = shown(g, first), *there = shown(g, v);
    yn_issue *issue = NULL;
    switch (v->purpose) {
    case YN_PURPOSE_REPEAT:
        issue = YN_OWN(g, REPEAT_DIFFERS, host, v, "first %s, then %s", here, there);
        break;
    case YN_PURPOSE_AGENT:
        issue = YN_OWN(g, AGENT_DIFFERS, host, v, "%s to yonder, %s to a browser", here, there);
        break;
    case YN_PURPOSE_METHOD:
        issue = YN_OWN(g, HEAD_DIFFERS, host, v, "%s by GET, %s by HEAD", here, there);
        break;
    case YN_PURPOSE_ERROR:
        issue = YN_OWN(g, ERROR_WITHOUT, host, v, "%s with %d, %s with %d", here,
                       first->response.status, there, v->response.status);
        break;
    default:
        return;
    }
    mend(g, issue, YN_FIX_HSTS);
}

static const yn_visit *of_family(const yn_audit *audit, const yonder_url *url, yn_family family)
{
    return yn_audit_find(audit, "GET", yonder_url_href(url), YN_PURPOSE_FAMILY, YN_AGENT_CHECK,
                         family);
}

static bool is_same_answer(const yn_visit *a, const yn_visit *b)
{
    return a->response.error == b->response.error && a->response.status == b->response.status &&
           a->tls.distrust == b->tls.distrust && is_same_header(a, b) &&
           yn_equal(yn_evidence_field(&a->response, "Location"),
                    yn_evidence_field(&b->response, "Location"));
}

static void tell_families(yn_grading *g, yn_start start)
{
    const yn_visit *first = yn_chain_first(g->audit, start);
    const yn_visit *v4 = first ? of_family(g->audit, &first->url, YN_FAMILY_4) : NULL;
    const yn_visit *v6 = first ? of_family(g->audit, &first->url, YN_FAMILY_6) : NULL;
    if (!v4 || !v6 || yn_visit_is_unknown(v4) || yn_visit_is_unknown(v6) || is_same_answer(v4, v6))
        return;
    mend(g,
         YN_OWN(g, FAMILY_DIFFERS, g->audit->ascii, v6,
                "%.*s: by IPv4 status %d and %s, by IPv6 status %d and %s",
                YN_PRINT(yonder_url_href(&first->url)), v4->response.status, shown(g, v4),
                v6->response.status, shown(g, v6)),
         YN_FIX_ALIKE);
}

void yn_yonder_stability(yn_grading *g, const yn_visit *first)
{
    for (size_t i = 0; i < g->audit->visit_count; i++) {
        const yn_visit *v = &g->audit->visits[i];
        if (v == first || !yn_visit_is_https(v) || yn_visit_is_unknown(v) ||
            !yn_equal(yn_visit_hostname(v), g->audit->ascii) || is_same_header(first, v))
            continue;
        // An error page without what the first page has not either is no finding of its own.
        bool failed = v->response.error != YN_FETCH_OK;
        if (!failed || v->purpose == YN_PURPOSE_AGENT)
            tell_other(g, first, v);
    }
    tell_families(g, YN_START_HTTP);
    tell_families(g, YN_START_HTTPS);
}
