// SPDX-License-Identifier: MIT
#include "audit/policy.h"

#include "base/text.h"

yonder_hsts_reading yn_policy_read(const yn_visit *visit, yonder_hsts_policy *out)
{
    yonder_hsts_policy whole;
    yonder_text value = yn_visit_field(visit, "strict-transport-security", 0);
    yonder_hsts_reading reading =
        yonder_hsts_parse(yonder_client_find(YN_TEXT("chrome")), value, out);
    if (reading == YONDER_HSTS_VALID &&
        yonder_hsts_parse(yonder_client_find(YN_TEXT("safari")), value, &whole) ==
            YONDER_HSTS_VALID &&
        whole.max_age > out->max_age)
        out->max_age = whole.max_age;
    return reading;
}

void yn_policy_write(yn_buf *out, const yonder_hsts_policy *policy)
{
    yn_buf_printf(out, "max-age=%lld", (long long)policy->max_age);
    if (policy->include_subdomains)
        yn_buf_str(out, "; includeSubDomains");
    if (policy->preload)
        yn_buf_str(out, "; preload");
}

yn_known yn_policy_https(const yn_audit *audit, const yn_seen_host *host)
{
    if (host->exists == YN_NO || host->port_443 == YN_NO)
        return YN_NO;
    if (host->https == YN_NO_VISIT)
        return YN_UNKNOWN;
    const yn_visit *visit = &audit->visits[host->https];
    // That there is no such name is told above; else no name server answered.
    if (visit->response.error == YN_FETCH_TIMEOUT || visit->response.error == YN_FETCH_DNS)
        return YN_UNKNOWN;
    return !visit->response.error && yn_visit_is_trusted(visit) ? YN_YES : YN_NO;
}
