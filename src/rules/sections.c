// SPDX-License-Identifier: MIT
// Hosts, sections, the scopes they make, and what is said of a site.
#include "base/text.h"
#include "rules/builder.h"

// Which section's scope a host belongs to.
typedef struct section_host {
    uint32_t host, scope;
} section_host;

/* ---- hosts and scopes ------------------------------------------------------------------------ */

static yn_host *host_item(yn_builder *b, uint32_t number)
{
    return yn_builder_item(b, YN_PART_hosts, sizeof(yn_host), number);
}

static yn_scope *scope_item(yn_builder *b, uint32_t number)
{
    return yn_builder_item(b, YN_PART_scopes, sizeof(yn_scope), number);
}

static int add_host(yn_builder *b, yonder_text name, uint32_t *number)
{
    yn_host host = {0};
    uint64_t at = 0;
    *number = yn_set_find_host(b->set, name);
    if (*number)
        return YONDER_OK;
    bool fits = name.len <= sizeof host.start;
    int error = fits ? YONDER_OK : yn_builder_pool(b, name, &at);
    host.name = (yn_span){fits ? 0 : at, (uint16_t)name.len};
    if (fits)
        memcpy(host.start, name.ptr, name.len);
    if (!error)
        error = yn_builder_push(b, YN_PART_hosts, &host, sizeof host, number);
    b->set->has_wildcards = b->set->has_wildcards || name.ptr[0] == '.';
    return error ? error : yn_builder_enter(b, YN_PART_host_index, yn_slots_hash(name, 0), *number);
}

// A scope inside `parent` compares paths as that does.
static int add_scope(yn_builder *b, uint32_t parent, uint32_t *number)
{
    const yn_scope *p = yn_set_scope(b->set, parent);
    yn_scope scope = {.slash_ignored = p->slash_ignored, .case_ignored = p->case_ignored};
    yn_buf_char(&b->scope_has_rules, 0);
    if (b->scope_has_rules.error)
        return b->scope_has_rules.error;
    return yn_builder_push(b, YN_PART_scopes, &scope, sizeof scope, number);
}

static uint32_t member_count(const yn_builder *b)
{
    return (uint32_t)(b->parts[YN_PART_members].len / sizeof(uint32_t));
}

static yn_section *get_section(const yn_builder *b, uint32_t n)
{
    return (yn_section *)(void *)b->sections.ptr + n;
}

static int add_member(yn_builder *b, yonder_text as_written)
{
    char room[256];
    yonder_text name;
    int32_t port;
    uint32_t number, ignored;
    int error = yn_source_host(&name, room, &port, as_written, b->problems);
    if (!error && port >= 0)
        error = yn_problem(b->problems, as_written.ptr, "a section names hosts without a port");
    if (!error)
        error = add_host(b, name, &number);
    if (error || host_item(b, number)->section == b->section)
        return error;
    host_item(b, number)->section = b->section;
    return yn_builder_push(b, YN_PART_members, &number, sizeof number, &ignored);
}

static bool same_members(const yn_builder *b, const yn_section *a, const yn_section *other)
{
    return a->count == other->count &&
           memcmp(yn_set_member(b->set, a->first), yn_set_member(b->set, other->first),
                  a->count * sizeof(uint32_t)) == 0;
}

// Makes the scope of a section whose list of hosts is new.
static int new_section(yn_builder *b, uint32_t hash)
{
    yn_section *present = &b->present;
    uint32_t number = (uint32_t)(b->sections.len / sizeof *present);
    int error = add_scope(b, 0, &present->scope);
    if (error)
        return error;
    scope_item(b, present->scope)->members = present->first;
    scope_item(b, present->scope)->member_count = present->count;
    yn_buf_put(&b->sections, (yonder_text){(const char *)present, sizeof *present});
    for (uint32_t i = 0; i < present->count; i++) {
        section_host pair = {*yn_set_member(b->set, present->first + i), present->scope};
        yn_buf_put(&b->host_in_scope, (yonder_text){(const char *)&pair, sizeof pair});
    }
    if (b->sections.error || b->host_in_scope.error)
        return YONDER_NO_MEMORY;
    if (!yn_slots_reserve(&b->section_index, 1, b->mem))
        return YONDER_NO_MEMORY;
    yn_slots_insert(&b->section_index, hash, number);
    return YONDER_OK;
}

// Sections that list the same hosts have one scope.
static int scope_of_members(yn_builder *b)
{
    yn_section *present = &b->present;
    const uint32_t *members = yn_set_member(b->set, present->first);
    uint32_t hash =
        yn_slots_hash((yonder_text){(const char *)members, present->count * sizeof *members}, 0);
    yn_probe probe = yn_slots_probe(hash, b->section_index.size);
    int error = YONDER_OK;
    for (const yn_slot *s;
         (s = yn_slots_next(b->section_index.slot, b->section_index.size, hash, &probe));) {
        if (!same_members(b, get_section(b, s->ref), present))
            continue;
        b->parts[YN_PART_members].len = present->first * sizeof(uint32_t);
        *present = *get_section(b, s->ref);
        b->scope = present->scope;
        return YONDER_OK;
    }
    error = new_section(b, hash);
    b->scope = present->scope;
    return error;
}

int yn_builder_section(yn_builder *b, yonder_text hosts)
{
    int result = YONDER_OK;
    b->section++;
    b->in_section = true;
    b->present = (yn_section){.first = member_count(b)};
    b->section_is_bad = true;
    for (size_t at = 0, end; at < hosts.len; at = end) {
        end = at + 1;
        if (hosts.ptr[at] == ' ' || hosts.ptr[at] == '\t')
            continue;
        while (end < hosts.len && hosts.ptr[end] != ' ' && hosts.ptr[end] != '\t')
            end++;
        int error = add_member(b, yn_slice(hosts, at, end));
        if (error && error != YONDER_INVALID_RULES)
            return error;
        result = error ? error : result;
    }
    b->present.count = member_count(b) - b->present.first;
    if (!result && b->present.count == 0)
        result = yn_problem(b->problems, hosts.ptr, "a section names at least one host");
    if (result)
        return result;
    b->section_is_bad = false;
    return scope_of_members(b);
}

static bool names_same_hosts(const yn_builder *b, const yonder_rules *set, const yn_scope *scope)
{
    if (scope->member_count != b->present.count)
        return false;
    for (uint32_t i = 0; i < scope->member_count; i++) {
        uint32_t own = *yn_set_member(b->set, b->present.first + i);
        uint32_t other = *yn_set_member(set, scope->members + i);
        if (!yn_equal(yn_host_name(b->set, own), yn_host_name(set, other)))
            return false;
    }
    return true;
}

uint32_t yn_builder_section_in(const yn_builder *b, const yonder_rules *set)
{
    uint32_t first = *yn_set_member(b->set, b->present.first);
    uint32_t number = yn_set_find_host(set, yn_host_name(b->set, first));
    const yn_host *host = yn_set_host(set, number);
    for (uint32_t i = 0; number && i < host->scope_count; i++) {
        uint32_t scope = *yn_set_host_scope(set, host->scopes + i);
        if (names_same_hosts(b, set, yn_set_scope(set, scope)))
            return scope;
    }
    return 0;
}

/* ---- URLs ------------------------------------------------------------------------------------ */

static bool is_in_section(yn_builder *b, yonder_text name)
{
    uint32_t host = yn_set_find_host(b->set, name);
    return host && host_item(b, host)->section == b->section;
}

// Whether some host of the present section is one of the URL's.
static bool section_has_url_host(yn_builder *b, yonder_text name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((i == 0 || name.ptr[i] == '.') && is_in_section(b, yn_skip(name, i)))
            return true;
    if (name.ptr[0] != '.')
        return false;
    for (uint32_t i = 0; i < b->present.count; i++) {
        uint32_t number = *yn_set_member(b->set, b->present.first + i);
        yonder_text host = yn_host_name(b->set, number);
        if (host.len > name.len && yn_equal(yn_skip(host, host.len - name.len), name))
            return true;
    }
    return false;
}

static uint32_t url_hash(uint32_t parent, uint32_t host, const yn_source *s)
{
    uint32_t key[] = {host, (uint32_t)s->port, s->scheme};
    return yn_slots_hash((yonder_text){(const char *)key, sizeof key}, parent);
}

// The scope inside `parent` of the URL that b->source is, or 0.
static uint32_t find_url(const yn_builder *b, uint32_t parent, uint32_t host, uint32_t hash)
{
    const yn_source *s = &b->source;
    yn_probe probe = yn_slots_probe(hash, b->url_index.size);
    for (const yn_slot *slot;
         (slot = yn_slots_next(b->url_index.slot, b->url_index.size, hash, &probe));) {
        const yn_url_scope *u = yn_set_url(b->set, slot->ref);
        if (u->parent == parent && u->host == host && u->scheme == s->scheme && u->port == s->port)
            return u->scope;
    }
    return 0;
}

int yn_builder_find_scope(yn_builder *b, const char *from, uint32_t *scope)
{
    const yn_source *s = &b->source;
    uint32_t host, number;
    *scope = b->scope;
    if (!s->is_url)
        return YONDER_OK;
    if (b->in_section && !b->section_is_bad && !section_has_url_host(b, s->host))
        return yn_problem(b->problems, from,
                          "the URL's host is not one of the section's: the rule can never fire");
    int error = add_host(b, s->host, &host);
    if (error)
        return error;
    uint32_t hash = url_hash(b->scope, host, s);
    *scope = find_url(b, b->scope, host, hash);
    if (*scope)
        return YONDER_OK;
    error = add_scope(b, b->scope, scope);
    yn_url_scope url = {b->scope, host, s->port, s->scheme, *scope, 0};
    if (!error)
        error = yn_builder_push(b, YN_PART_urls, &url, sizeof url, &number);
    if (error)
        return error;
    scope_item(b, *scope)->url = number;
    scope_item(b, b->scope)->has_urls = 1;
    if (!yn_slots_reserve(&b->url_index, 1, b->mem))
        return YONDER_NO_MEMORY;
    yn_slots_insert(&b->url_index, hash, number);
    return YONDER_OK;
}

/* ---- site lines ------------------------------------------------------------------------------ */

static bool has_line(const yn_builder *b, yn_site_line line)
{
    uint32_t n = yn_set_scope(b->set, b->scope)->sites;
    for (; n; n = yn_set_site(b->set, n)->next)
        if (yn_set_site(b->set, n)->line == line)
            return true;
    return false;
}

// How paths are compared has to be known before the first of them.
static int set_comparison(yn_builder *b, const yn_draft_site *site, yn_site_line line, bool ignore)
{
    yn_scope *scope = scope_item(b, b->scope);
    if (b->scope ? b->scope_has_rules.ptr[b->scope] || scope->has_urls : b->anything)
        return yn_problem(b->problems, site->name.ptr,
                          b->scope ? "'%.*s' stands before the first rule of its section"
                                   : "outside sections, '%.*s' stands before the first rule and "
                                     "the first section",
                          YN_PRINT(site->name));
    if (line == YN_SITE_SLASH)
        scope->slash_ignored = ignore;
    else
        scope->case_ignored = ignore;
    return YONDER_OK;
}

static int store_line(yn_builder *b, const yn_draft_site *site, yn_site_line line,
                      const yn_site_value *value)
{
    yn_site_row row = {.text_len = (uint32_t)value->text.len,
                       .order = b->first_order + site->line - 1,
                       .next = yn_set_scope(b->set, b->scope)->sites,
                       .seconds = value->seconds,
                       .status = value->status,
                       .line = (uint8_t)line,
                       .off = value->off,
                       .ignore = value->ignore,
                       .drop = value->drop};
    uint32_t number;
    int error = yn_builder_pool(b, value->text, &row.text);
    if (!error)
        error = yn_builder_push(b, YN_PART_sites, &row, sizeof row, &number);
    if (error)
        return error;
    scope_item(b, b->scope)->sites = number;
    b->set->has_sites = true;
    if (row.order >= b->set->end_order)
        b->set->end_order = row.order + 1;
    return YONDER_OK;
}

int yn_builder_add_site(yn_builder *b, const yn_draft_site *site)
{
    yn_site_line line = yn_site_find(site->name);
    yn_site_value value = {0};
    if (line == YN_SITE_COUNT)
        return yn_problem(b->problems, site->name.ptr, "'%.*s' says nothing of a site",
                          YN_PRINT(yn_quotable(site->name)));
    b->room.len = 0;
    if (!yn_buf_reserve(&b->room, 4 * site->value.len + 256))
        return b->room.error;
    int error = yn_site_read(&value, b->room.ptr, line, site->value, b->problems);
    if (!error && b->section_is_bad) // that was told, and there is no site to keep it for
        return YONDER_OK;
    if (!error && has_line(b, line))
        error = yn_problem(b->problems, site->name.ptr, "'%.*s' is said twice of the same hosts",
                           YN_PRINT(site->name));
    if (!error && (line == YN_SITE_SLASH || line == YN_SITE_CASE))
        error = set_comparison(b, site, line, value.ignore);
    return error ? error : store_line(b, site, line, &value);
}

/* ---- after the last rule --------------------------------------------------------------------- */

int yn_builder_link_hosts(yn_builder *b)
{
    const section_host *pairs = (const section_host *)(void *)b->host_in_scope.ptr;
    size_t count = b->host_in_scope.len / sizeof *pairs, hosts = b->set->hosts_count;
    uint32_t at = 1, number, scope = 0; // number 0 is none
    for (size_t i = 0; i < count; i++)
        host_item(b, pairs[i].host)->scope_count++;
    for (size_t i = 1; i < hosts; i++) {
        yn_host *host = host_item(b, (uint32_t)i);
        host->scopes = at;
        at += host->scope_count;
        host->scope_count = 0;
        host->section = 0;
    }
    for (uint32_t i = (uint32_t)b->set->urls_count; i-- > 1;) { // what is linked later goes first
        yn_url_scope *url = yn_builder_item(b, YN_PART_urls, sizeof *url, i);
        url->next = host_item(b, url->host)->urls;
        host_item(b, url->host)->urls = i;
    }
    for (size_t i = 0; i < count; i++) {
        int error = yn_builder_push(b, YN_PART_host_scopes, &scope, sizeof scope, &number);
        if (error)
            return error;
    }
    for (size_t i = 0; i < count; i++) {
        yn_host *host = host_item(b, pairs[i].host);
        uint32_t *slot = yn_builder_item(b, YN_PART_host_scopes, sizeof scope,
                                         host->scopes + host->scope_count++);
        *slot = pairs[i].scope;
    }
    return YONDER_OK;
}
