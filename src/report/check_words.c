// SPDX-License-Identifier: MIT
#include "report/check_words.h"

#include "audit/policy.h"
#include "base/text.h"

/* ---- durations ---------------------------------------------------------------------------------
 */

static const struct {
    int64_t seconds;
    const char *name;
} units[] = {
    {31536000, "year"}, {604800, "week"}, {86400, "day"},
    {3600, "hour"},     {60, "minute"},   {1, "second"},
};
enum {
    unit_count = sizeof units / sizeof *units
};

static void put_unit(yn_buf *out, int64_t count, const char *name)
{
    yn_buf_number(out, count);
    yn_buf_printf(out, " %s%s", name, count == 1 ? "" : "s");
}

// A month is 30 days to everybody who writes these headers, half a year 180.
static bool put_days(yn_buf *out, int64_t seconds)
{
    if (seconds % 86400 || seconds < INT64_C(8) * 86400 || seconds >= 31536000)
        return false;
    put_unit(out, seconds / 86400, "day");
    return true;
}

void yn_duration_write(yn_buf *out, int64_t seconds)
{
    if (seconds == YONDER_HSTS_FOREVER) {
        yn_buf_str(out, "ever");
        return;
    }
    size_t at = 0;
    while (at + 1 < unit_count && seconds < units[at].seconds)
        at++;
    int64_t rest = seconds % units[at].seconds;
    if (put_days(out, seconds))
        return;
    size_t next = at + (at == 0 ? 2 : 1); // "1 year and 3 days", not weeks
    int64_t more = rest && next < unit_count ? rest / units[next].seconds : 0;
    if (rest && (!more || rest % units[next].seconds))
        yn_buf_str(out, "about ");
    put_unit(out, seconds / units[at].seconds, units[at].name);
    if (more) {
        yn_buf_str(out, " and ");
        put_unit(out, more, units[next].name);
    }
}

/* ---- answers -----------------------------------------------------------------------------------
 */

static bool is_https(const yn_visit *visit)
{
    return yn_equal(yonder_url_get(&visit->url, YONDER_URL_PROTOCOL), YN_TEXT("https:"));
}

yn_look yn_check_status(yn_buf *out, const yn_visit *visit)
{
    const yn_evidence *e = &visit->response;
    if (e->error) {
        yn_buf_str(out, yn_fetch_error_title(e->error));
        return e->error == YN_FETCH_TIMEOUT ? YN_NOTICE : YN_BAD;
    }
    const char *phrase = yonder_status_phrase(e->status);
    yn_buf_number(out, e->status);
    if (*phrase || e->phrase.len)
        yn_buf_char(out, ' ');
    if (*phrase)
        yn_buf_str(out, phrase);
    else
        yn_buf_put(out, e->phrase);
    if (is_https(visit) && !yn_visit_is_trusted(visit))
        return YN_BAD;
    return e->status >= 400 ? YN_BAD : e->status >= 300 ? YN_PLAIN : YN_GOOD;
}

static yn_look put_policy(yn_buf *out, const yonder_hsts_policy *policy)
{
    if (policy->max_age == 0) {
        yn_buf_str(out, "HSTS is switched off by max-age=0");
        return YN_BAD;
    }
    yn_buf_str(out, "HSTS for ");
    yn_duration_write(out, policy->max_age);
    yn_buf_str(out, policy->include_subdomains ? ", subdomains too" : ", this host only");
    if (policy->preload)
        yn_buf_str(out, ", says preload");
    return YN_GOOD;
}

// Most browsers read as Chrome does; where they part is a finding.
yn_look yn_check_hsts(yn_buf *out, const yn_visit *visit)
{
    static const char field[] = "strict-transport-security";
    size_t count = yn_visit_field_count(visit, field);
    if (visit->response.error)
        return YN_PLAIN;
    if (!is_https(visit)) {
        yn_buf_str(out, count ? "HSTS over http, which does not count" : "");
        return count ? YN_NOTICE : YN_DIM;
    }
    if (!count) {
        yn_buf_str(out, "no HSTS");
        return YN_BAD;
    }
    if (!yn_visit_is_trusted(visit)) {
        yn_buf_str(out, "HSTS does not count, for the certificate is not valid");
        return YN_BAD;
    }
    yonder_hsts_policy policy;
    yonder_hsts_reading reading = yn_policy_read(visit, &policy);
    if (reading != YONDER_HSTS_VALID) {
        yn_buf_printf(out, "HSTS is not accepted: %s", yonder_hsts_reading_prose(reading));
        return YN_BAD;
    }
    yn_look look = put_policy(out, &policy);
    if (count > 1)
        yn_buf_printf(out, " (the first of %zu fields)", count);
    return look;
}

bool yn_check_readings(const yn_audit *audit, yn_readings *out)
{
    const yn_seen_chain *chain = &audit->chains[YN_START_HTTPS];
    const yn_visit *visit = chain->asked && chain->count ? &audit->visits[chain->hops[0]] : NULL;
    *out = (yn_readings){.count = 0};
    if (!visit || !yn_visit_field_count(visit, "strict-transport-security"))
        return false;
    yn_readings_make(out, yn_visit_field(visit, "strict-transport-security", 0));
    return !out->agree;
}

yn_look yn_check_reading(yn_buf *out, const yn_reading *reading)
{
    if (reading->reading == YONDER_HSTS_VALID)
        return put_policy(out, &reading->policy);
    yn_buf_printf(out, "not accepted: %s", yonder_hsts_reading_prose(reading->reading));
    return YN_BAD;
}

/* ---- chains ------------------------------------------------------------------------------------
 */

yonder_text yn_check_name(const yn_audit *audit)
{
    return audit->ascii.len ? audit->ascii : audit->domain;
}

void yn_check_start(yn_buf *out, const yn_audit *audit, yn_start start)
{
    bool https = start == YN_START_HTTPS || start == YN_START_WWW_HTTPS;
    bool www = start == YN_START_WWW_HTTP || start == YN_START_WWW_HTTPS;
    yn_buf_str(out, https ? "https://" : "http://");
    yn_buf_str(out, www ? "www." : "");
    yn_buf_put(out, yn_check_name(audit));
    yn_buf_char(out, '/');
}

static const yn_visit *last_of(const yn_audit *audit, const yn_seen_chain *chain)
{
    return chain->count ? &audit->visits[chain->hops[chain->count - 1]] : NULL;
}

static void put_failure(yn_buf *out, const yn_evidence *e)
{
    yn_buf_str(out, yn_fetch_error_prose(e->error));
    if (e->detail.len) {
        yn_buf_str(out, " (");
        yn_buf_put(out, e->detail);
        yn_buf_char(out, ')');
    }
}

void yn_check_chain_end(yn_buf *out, const yn_audit *audit, const yn_seen_chain *chain)
{
    const yn_visit *last = last_of(audit, chain);
    yonder_text location = last && yn_visit_field_count(last, "location")
                               ? yn_visit_field(last, "location", 0)
                               : YN_TEXT("");
    switch (chain->end) {
    case YN_CHAIN_ANSWERED:
        break;
    case YN_CHAIN_FAILED:
        if (last)
            put_failure(out, &last->response);
        break;
    case YN_CHAIN_LOOP:
        yn_buf_str(out, "goes in a circle: ");
        yn_buf_put(out, location);
        yn_buf_str(out, " was there before");
        break;
    case YN_CHAIN_LONG:
        yn_buf_printf(out, "goes on; no more than %d hops are followed", YN_COLLECT_MAX_HOPS);
        break;
    case YN_CHAIN_UNREADABLE:
        yn_buf_str(out, "ends here: no client can follow the Location \"");
        yn_buf_put(out, location);
        yn_buf_char(out, '"');
        break;
    case YN_CHAIN_UNKNOWN:
        yn_buf_str(out, "time was over before its end");
        break;
    }
}

static bool is_tail(const yn_seen_chain *whole, const yn_seen_chain *part)
{
    if (!whole->asked || whole->count < part->count || whole->end != part->end || !part->count)
        return false;
    return memcmp(whole->hops + (whole->count - part->count), part->hops,
                  part->count * sizeof *part->hops) == 0;
}

bool yn_check_part_of(const yn_audit *audit, yn_start chain, yn_start *of, size_t *hop)
{
    for (yn_start i = 0; i < chain; i++) {
        if (!is_tail(&audit->chains[i], &audit->chains[chain]))
            continue;
        *of = i;
        *hop = audit->chains[i].count - audit->chains[chain].count + 1;
        return true;
    }
    return false;
}

/* ---- hosts -------------------------------------------------------------------------------------
 */

const char *yn_check_origin(yn_host_origin origin)
{
    static const char *const words[] = {
        [YN_HOST_DOMAIN] = "the domain",        [YN_HOST_WWW] = "www",
        [YN_HOST_CHAIN] = "redirected to",      [YN_HOST_CERTIFICATE] = "named in the certificate",
        [YN_HOST_GIVEN] = "named by who asked",
    };
    return words[origin];
}

yn_look yn_check_https_words(yn_buf *out, const yn_audit *audit, const yn_seen_host *host)
{
    const yn_visit *visit = host->https == YN_NO_VISIT ? NULL : &audit->visits[host->https];
    if (host->withheld) {
        yn_buf_str(out, "private address, not asked");
        return YN_DIM;
    }
    if (host->exists == YN_NO) {
        yn_buf_str(out, "no such name");
        return YN_DIM;
    }
    switch (yn_policy_https(audit, host)) {
    case YN_YES:
        yn_buf_str(out, "HTTPS works");
        return YN_GOOD;
    case YN_UNKNOWN:
        yn_buf_str(out, visit && visit->response.error == YN_FETCH_DNS
                            ? "HTTPS: not known, no name server told of it"
                            : "HTTPS: not known, there was no answer in time");
        return YN_NOTICE;
    case YN_NO:
        break;
    }
    yn_buf_str(out, "no HTTPS: ");
    if (visit && visit->tls.distrust != YN_TRUSTED)
        yn_buf_printf(out, "of the certificate, %s", yn_distrust_prose(visit->tls.distrust));
    else if (visit && visit->response.error)
        put_failure(out, &visit->response);
    else
        yn_buf_str(out, yn_fetch_error_prose(YN_FETCH_REFUSED));
    return YN_BAD;
}

/* ---- lists -------------------------------------------------------------------------------------
 */

void yn_check_list(yn_buf *out, const yn_seen_list *list)
{
    yn_buf_put(out, list->list);
    if (list->version.len) {
        yn_buf_str(out, " (");
        yn_buf_put(out, list->version);
        yn_buf_char(out, ')');
    }
    if (!list->listed) {
        yn_buf_str(out, ": not listed");
        return;
    }
    yn_buf_str(out, ": listed, by the entry ");
    yn_buf_put(out, list->matched);
    yn_buf_str(out, list->include_subdomains ? " with its subdomains" : ", that host only");
    if (list->policy.len) {
        yn_buf_str(out, ", policy ");
        yn_buf_put(out, list->policy);
    }
}

const char *const yn_check_costs[] = {
    "Preloading makes browsers use HTTPS even on the very first visit. It is not needed for a good "
    "verdict: the list itself no longer recommends it, because browsers try HTTPS first by now.",
    "It holds for every sub-domain, those inside the company and those not made yet: one without "
    "HTTPS cannot be reached any more, and no visitor can click past that.",
    "It cannot be taken back quickly: six to twelve weeks pass until a removal has reached most "
    "browsers, and browsers that are not updated keep the entry.",
    "The header has to stay as it is for as long as the domain is listed: max-age of a year or "
    "more, includeSubDomains, preload. Who changes it may be removed without notice.",
    NULL,
};

static const char *const leaving[] = {
    "First take preload out of the header, at https://DOMAIN/, and leave a valid max-age there: "
    "that "
    "is what makes a domain removable. 'yonder check --removal DOMAIN' says whether it is.",
    "Then ask for removal at https://hstspreload.org/removal/. Keep HTTPS working everywhere until "
    "the browsers your visitors use have the new list.",
    "To give up HSTS as well, send max-age=0 over HTTPS, and keep sending it for as long as the "
    "largest max-age you have ever sent.",
    NULL,
};

static bool is_listed(const yn_audit *audit)
{
    for (size_t i = 0; i < audit->list_count; i++)
        if (audit->lists[i].listed)
            return true;
    return false;
}

static bool has_https(const yn_audit *audit)
{
    for (size_t i = 0; i < audit->host_count; i++)
        if (yn_equal(audit->hosts[i].name, audit->ascii))
            return yn_policy_https(audit, &audit->hosts[i]) == YN_YES;
    return false;
}

const char *const *yn_check_preloading(const yn_audit *audit, const char **title)
{
    if (is_listed(audit)) {
        *title = "How to leave the list";
        return leaving;
    }
    *title = "What preloading would cost";
    return has_https(audit) ? yn_check_costs : NULL;
}
