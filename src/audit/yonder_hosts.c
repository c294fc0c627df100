// SPDX-License-Identifier: MIT
// The hosts besides the domain, and what preload lists say of it.
#include "audit/graders.h"
#include "audit/policy.h"
#include "audit/yonder.h"
#include "base/text.h"

/* ---- hosts -------------------------------------------------------------------------------------
 */

static bool is_below(yonder_text host, yonder_text domain)
{
    return host.len > domain.len && host.ptr[host.len - domain.len - 1] == '.' &&
           yn_equal(yn_skip(host, host.len - domain.len), domain);
}

static void tell_covered(yn_grading *g, const yn_seen_host *host)
{
    switch (yn_policy_https(g->audit, host)) {
    case YN_NO:
        if (host->port_80 == YN_NO && host->port_443 == YN_NO) // nobody is there to be locked out
            break;
        yn_grading_mend(YN_OWN(g, LOCKED_OUT, host->name, NULL,
                               "%.*s is there, and has no HTTPS with a valid certificate",
                               YN_PRINT(host->name)),
                        YN_FIX_CERTIFICATE, host->name, YN_TEXT(""), YN_TEXT(""));
        break;
    case YN_UNKNOWN:
        YN_OWN(g, COVERED_UNKNOWN, host->name, NULL, "%.*s did not answer, or was not asked",
               YN_PRINT(host->name));
        break;
    case YN_YES:
        break;
    }
}

// A host that answers over HTTPS without a policy that counts, be it of its own or from above.
static void tell_policy(yn_grading *g, const yn_seen_host *host, const yn_visit *v, bool covered)
{
    yonder_hsts_policy policy = {0};
    bool www = host->origin == YN_HOST_WWW;
    if (v->response.error || yn_visit_is_unknown(v))
        return;
    if (!yn_visit_is_good(v)) {
        yn_issue *issue =
            www ? YN_OWN(g, WWW_CERTIFICATE, host->name, v, "of the certificate of %.*s, %s",
                         YN_PRINT(host->name), yn_distrust_prose(v->tls.distrust))
                : YN_OWN(g, CHAIN_CERTIFICATE, host->name, v, "of the certificate of %.*s, %s",
                         YN_PRINT(host->name), yn_distrust_prose(v->tls.distrust));
        yn_grading_mend(issue, YN_FIX_CERTIFICATE, host->name, YN_TEXT(""), YN_TEXT(""));
        return;
    }
    if ((yn_yonder_policy(v, &policy) && policy.max_age > 0) || covered)
        return;
    yn_issue *issue = www ? YN_OWN(g, WWW_WITHOUT, host->name, v, "%.*s answers without it",
                                   YN_PRINT(yn_say(yonder_url_href(&v->url))))
                          : YN_OWN(g, HOST_WITHOUT, host->name, v, "%.*s answers without it",
                                   YN_PRINT(yn_say(yonder_url_href(&v->url))));
    yn_grading_mend(issue, YN_FIX_HSTS, host->name, YN_TEXT(""), YN_TEXT("max-age=63072000"));
}

// The first visit of a host over https, whatever its page.
static const yn_visit *https_of(const yn_audit *audit, yonder_text name)
{
    for (size_t i = 0; i < audit->visit_count; i++) {
        const yn_visit *v = &audit->visits[i];
        if (yn_visit_is_https(v) && v->family == YN_FAMILY_ANY &&
            yn_equal(yn_visit_hostname(v), name))
            return v;
    }
    return NULL;
}

// Whether sub-domains have to have HTTPS: by the header, or by a preload list.
static bool covers_all(const yn_audit *a, const yn_visit *first)
{
    yonder_hsts_policy policy = {0};
    for (size_t i = 0; i < a->list_count; i++)
        if (a->lists[i].listed && a->lists[i].include_subdomains)
            return true;
    return first && yn_yonder_policy(first, &policy) && policy.include_subdomains &&
           policy.max_age > 0;
}

void yn_yonder_hosts(yn_grading *g, const yn_visit *first)
{
    const yn_audit *a = g->audit;
    bool all = covers_all(a, first);
    for (size_t i = 1; i < a->host_count; i++) {
        const yn_seen_host *host = &a->hosts[i];
        bool covered = all && is_below(host->name, a->ascii);
        const yn_visit *v = https_of(a, host->name);
        if (host->exists == YN_NO || yn_equal(host->name, a->ascii))
            continue;
        if (covered)
            tell_covered(g, host);
        bool met = host->origin == YN_HOST_WWW || host->origin == YN_HOST_CHAIN;
        if (met && v && !(covered && !yn_visit_is_good(v)))
            tell_policy(g, host, v, covered);
    }
}

/* ---- lists -------------------------------------------------------------------------------------
 */

static const yn_seen_list *chromium_list(const yn_audit *audit)
{
    for (size_t i = 0; i < audit->list_count; i++)
        if (yn_equal(audit->lists[i].list, YN_TEXT("chromium")))
            return &audit->lists[i];
    return NULL;
}

static bool may_be_removed(yonder_text policy)
{
    return policy.len == 0 || yn_equal(policy, YN_TEXT("bulk-1-year")) ||
           yn_equal(policy, YN_TEXT("bulk-18-weeks"));
}

// The list's own rules, of the time of the entry.
static bool is_eligible(yn_grading *g, yonder_text policy, yn_grade *grade)
{
    bool old = yn_equal(policy, YN_TEXT("bulk-18-weeks"));
    const yn_grade_options options = {.policy = old ? "bulk-18-weeks" : "bulk-1-year"};
    int error = yn_grade_chromium(g->audit, &options, g->arena, grade);
    g->error = error ? error : g->error;
    return error || grade->passed || grade->unknown;
}

static yonder_text first_error(const yn_grade *grade)
{
    for (size_t i = 0; i < grade->count; i++)
        if (grade->issues[i].check->severity == YN_SEVERITY_ERROR)
            return yonder_text_of(grade->issues[i].check->code);
    return YN_TEXT("");
}

static bool tell_listed(yn_grading *g, const yn_seen_list *list, const yn_visit *first)
{
    const yonder_text host = g->audit->ascii;
    yn_grade grade = {0};
    YN_OWN(g, LISTED, host, NULL, "the list of %.*s has %.*s%s%.*s", YN_PRINT(list->list),
           YN_PRINT(list->matched), list->policy.len ? ", by policy " : "", YN_PRINT(list->policy));
    if (!yn_equal(list->matched, host) || !may_be_removed(list->policy))
        return false;
    if (!is_eligible(g, list->policy, &grade)) {
        yonder_text why = first_error(&grade);
        yn_grading_mend(
            YN_OWN(g, NOT_ELIGIBLE, host, first, "the list would say %.*s", YN_PRINT(why)),
            YN_FIX_HSTS, host, YN_TEXT(""), yn_yonder_value(g));
        return true;
    }
    return false;
}

bool yn_yonder_lists(yn_grading *g, const yn_visit *first)
{
    const yn_seen_list *list = chromium_list(g->audit);
    yonder_hsts_policy policy = {0};
    bool says_preload = yn_yonder_policy(first, &policy) && policy.preload;
    yn_grade grade = {0};
    if (list && list->listed)
        return tell_listed(g, list, first);
    if (!says_preload)
        return false;
    yn_issue *issue = NULL;
    if (!is_eligible(g, YN_TEXT("bulk-1-year"), &grade))
        issue = YN_OWN(g, PRELOAD_UNFIT, g->audit->ascii, first, "the list would say %.*s",
                       YN_PRINT(first_error(&grade)));
    else if (list)
        issue = YN_OWN(g, PRELOAD_SAID, g->audit->ascii, first,
                       "the header says preload; Chromium's list does not have it");
    yn_grading_mend(issue, YN_FIX_HSTS, g->audit->ascii, YN_TEXT(""), yn_yonder_value(g));
    return false;
}
