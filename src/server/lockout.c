// SPDX-License-Identifier: MIT
#include "server/lockout.h"

#include "base/log.h"
#include "base/text.h"
#include "rules/set.h"

// Whether `name`, which may be a wildcard's ".example.com", is `domain` or below it.
static bool is_within(yonder_text name, yonder_text domain)
{
    if (domain.ptr[0] == '.')
        domain = yn_skip(domain, 1);
    if (name.len && name.ptr[0] == '.')
        name = yn_skip(name, 1);
    if (name.len < domain.len || !yn_equal(yn_skip(name, name.len - domain.len), domain))
        return false;
    return name.len == domain.len || name.ptr[name.len - domain.len - 1] == '.';
}

static bool includes_subdomains(const yonder_rules *rules, const yn_site_row *row)
{
    yonder_text value = {rules->pool + row->text, row->text_len};
    return !row->off && memmem(value.ptr, value.len, "includeSubDomains", 17);
}

static bool check_host(const yonder_rules *rules, const yn_certs *certs, const yn_site_row *row,
                       yonder_text domain)
{
    bool good = true;
    uint32_t line;
    yonder_text file = yn_set_source_of(rules, row->order, &line);
    for (uint32_t i = 1; i < rules->hosts_count; i++) {
        yonder_text name = yn_host_name(rules, i);
        if (!is_within(name, domain) || yn_certs_cover(certs, name))
            continue;
        yn_log(YN_LOG_ERROR,
               "%.*s:%u: hsts with includeSubDomains for %s%.*s would lock visitors out of %s%.*s, "
               "which has no certificate here",
               YN_PRINT(file), (unsigned)line, domain.ptr[0] == '.' ? "*" : "", YN_PRINT(domain),
               name.ptr[0] == '.' ? "*" : "", YN_PRINT(name));
        good = false;
    }
    return good;
}

static bool check_scope(const yonder_rules *rules, const yn_certs *certs, const yn_scope *scope,
                        const yn_site_row *row)
{
    bool good = true;
    for (uint32_t i = 0; i < scope->member_count; i++)
        good = check_host(rules, certs, row,
                          yn_host_name(rules, *yn_set_member(rules, scope->members + i))) &&
               good;
    // Outside sections the line is for every host the rules name, each with what is below it.
    for (uint32_t i = 1; !scope->member_count && i < rules->hosts_count; i++)
        good = check_host(rules, certs, row, yn_host_name(rules, i)) && good;
    return good;
}

bool yn_lockout_check(const yonder_rules *rules, const yn_certs *certs)
{
    bool good = true;
    for (uint32_t i = 0; rules->has_sites && i < rules->scopes_count; i++) {
        const yn_scope *scope = yn_set_scope(rules, i);
        for (uint32_t n = scope->sites; n; n = yn_set_site(rules, n)->next) {
            const yn_site_row *row = yn_set_site(rules, n);
            if (row->line == YN_SITE_HSTS && includes_subdomains(rules, row))
                good = check_scope(rules, certs, scope, row) && good;
        }
    }
    return good;
}
