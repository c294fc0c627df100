// SPDX-License-Identifier: MIT
#include "audit/evidence.h"

#include "base/text.h"

static const struct {
    const char *code, *prose;
} distrusts[] = {
#define DISTRUST_ROW(name, code, prose) {code, prose},
    YN_DISTRUSTS(DISTRUST_ROW)
#undef DISTRUST_ROW
};

const char *yn_distrust_code(yn_distrust distrust)
{
    return distrusts[distrust].code;
}

const char *yn_distrust_prose(yn_distrust distrust)
{
    return distrusts[distrust].prose;
}

static bool is_of(const yn_visit *v, const char *method, yonder_text href, yn_agent agent)
{
    return v->agent == agent && yn_equal(v->method, yonder_text_of(method)) &&
           yn_equal(yonder_url_href(&v->url), href);
}

const yn_visit *yn_audit_find(const yn_audit *audit, const char *method, yonder_text href,
                              yn_purpose purpose, yn_agent agent, yn_family family)
{
    for (size_t i = 0; i < audit->visit_count; i++) {
        const yn_visit *v = &audit->visits[i];
        if (v->purpose == purpose && v->family == family && is_of(v, method, href, agent))
            return v;
    }
    return NULL;
}

const yn_visit *yn_audit_get(const yn_audit *audit, yonder_text href)
{
    const yn_visit *of_one_family = NULL;
    for (size_t i = 0; i < audit->visit_count; i++) {
        const yn_visit *v = &audit->visits[i];
        if (!is_of(v, "GET", href, YN_AGENT_CHECK))
            continue;
        if (v->family == YN_FAMILY_ANY)
            return v;
        if (!of_one_family)
            of_one_family = v;
    }
    return of_one_family;
}

const yn_seen_host *yn_audit_host(const yn_audit *audit, yonder_text name)
{
    for (size_t i = 0; i < audit->host_count; i++)
        if (yn_equal_nocase(audit->hosts[i].name, name))
            return &audit->hosts[i];
    return NULL;
}

size_t yn_visit_field_count(const yn_visit *visit, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < visit->response.field_count; i++)
        count += yn_equal_nocase(visit->response.fields[i].name, yonder_text_of(name));
    return count;
}

yonder_text yn_visit_field(const yn_visit *visit, const char *name, size_t index)
{
    for (size_t i = 0; i < visit->response.field_count; i++)
        if (yn_equal_nocase(visit->response.fields[i].name, yonder_text_of(name)) && !index--)
            return visit->response.fields[i].value;
    return (yonder_text){NULL, 0};
}

bool yn_visit_is_trusted(const yn_visit *visit)
{
    return visit->tls.distrust == YN_TRUSTED && !visit->response.distrust.ptr;
}
