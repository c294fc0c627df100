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

// Whether browsers that heed the line keep off plain HTTP below the host. With max-age=0 they
// forget.
static bool binds_subdomains(const yonder_rules *rules, const yn_site_row *row)
{
    static const yonder_text start = YN_TEXT_INIT("max-age=");
    yonder_text value = {rules->pool + row->text, row->text_len};
    uint64_t seconds = 0;
    if (row->off || !yn_starts_with(value, start))
        return false;
    yonder_text age = yn_skip(value, start.len);
    age.len = yn_find_char(age, ';');
    return memmem(value.ptr, value.len, "includeSubDomains", 17) &&
           yn_parse_number(age, UINT32_MAX, &seconds) && seconds;
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

// The first in file order of the scope's lines about HSTS and `found`.
static const yn_site_row *first_of(const yonder_rules *rules, uint32_t scope,
                                   const yn_site_row *found)
{
    for (uint32_t n = yn_set_scope(rules, scope)->sites; n; n = yn_set_site(rules, n)->next) {
        const yn_site_row *row = yn_set_site(rules, n);
        if (row->line == YN_SITE_HSTS && (!found || row->order < found->order))
            found = row;
    }
    return found;
}

// What the sections say that give this very name, or NULL.
static const yn_site_row *said_of(const yonder_rules *rules, yonder_text name)
{
    uint32_t number = yn_set_find_host(rules, name);
    const yn_host *host = yn_set_host(rules, number);
    const yn_site_row *found = NULL;
    for (uint32_t i = 0; number && i < host->scope_count; i++)
        found = first_of(rules, *yn_set_host_scope(rules, host->scopes + i), found);
    return found;
}

// The line that is sent for a host: what is said of the name, else of the wildcards that cover it.
static const yn_site_row *line_for(const yonder_rules *rules, yonder_text name)
{
    const yn_site_row *row = said_of(rules, name);
    for (size_t i = 1; !row && i < name.len; i++)
        if (name.ptr[i] == '.')
            row = said_of(rules, yn_skip(name, i));
    return row;
}

bool yn_lockout_check(const yonder_rules *rules, const yn_certs *certs)
{
    bool good = true;
    for (uint32_t i = 1; rules->has_sites && i < rules->hosts_count; i++) {
        yonder_text name = yn_host_name(rules, i);
        const yn_site_row *row = line_for(rules, name);
        // Outside sections it is for every host, and heard by those who reach one over TLS.
        if (!row && yn_certs_cover(certs, name))
            row = first_of(rules, 0, NULL);
        if (row && binds_subdomains(rules, row))
            good = check_host(rules, certs, row, name) && good;
    }
    return good;
}
