// SPDX-License-Identifier: MIT
#include "proof/model.h"

#include <assert.h>

#include "base/hash.h"
#include "base/text.h"
#include "core/host.h"
#include "core/percent.h"

enum {
    most_contexts = 8,        // of a scope with hosts
    most_any_work = 20000000, // rules that serve any host, times hosts
};

/* ---- hosts ----------------------------------------------------------------------------------- */

static bool add_host(yn_model *m, yonder_text name)
{
    char room[256];
    yonder_text host;
    int32_t port;
    bool wildcard = yn_starts_with(name, YN_TEXT("*."));
    if (yn_host_canonical(yn_skip(name, wildcard ? 2 : 0), room + 1, sizeof room - 1, &host, &port))
        return false;
    room[0] = '.';
    if (wildcard)
        host = (yonder_text){room, host.len + 1};
    host = yn_arena_text(&m->arena, host);
    return host.ptr && yn_hosts_add(&m->hosts, host);
}

static uint64_t name_key(yonder_text name)
{
    return yn_hash(name, 0x5c0de);
}

static bool index_scope(yn_model *m, uint32_t number)
{
    const yn_scope_view *view = &m->scopes[number].view;
    const yonder_text *names = view->url_host.len ? &view->url_host : view->hosts;
    size_t count = view->url_host.len ? 1 : view->host_count;
    m->has_schemes = m->has_schemes || view->scheme != YN_SCHEME_ANY;
    if (!count)
        yn_links_put(&m->scopes_by_name, name_key(YN_TEXT("")), number);
    for (size_t i = 0; i < count; i++) {
        yn_links_put(&m->scopes_by_name, name_key(names[i]), number);
        if (!yn_hosts_add(&m->hosts, names[i]))
            return false;
    }
    for (size_t i = 0; view->url_host.len && i < view->host_count; i++)
        if (!yn_hosts_add(&m->hosts, view->hosts[i]))
            return false;
    return !m->scopes_by_name.failed;
}

static void take_named(const yn_model *m, yonder_text name, bool https,
                       void (*take)(void *context, uint32_t scope), void *context)
{
    const yn_link *link = yn_links_first(&m->scopes_by_name, name_key(name));
    for (; link; link = yn_links_next(&m->scopes_by_name, link))
        if (m->scopes[link->value].view.scheme != (https ? YN_SCHEME_HTTP : YN_SCHEME_HTTPS))
            take(context, link->value);
}

void yn_model_scopes_at(const yn_model *model, bool https, yonder_text host,
                        void (*take)(void *context, uint32_t scope), void *context)
{
    host = yn_host_without_port(host);
    take_named(model, host, https, take, context);
    for (size_t i = 1; model->hosts.has_wildcards && i < host.len; i++)
        if (host.ptr[i] == '.')
            take_named(model, yn_skip(host, i), https, take, context);
    if (host.len)
        take_named(model, YN_TEXT(""), https, take, context);
}

/* ---- contexts -------------------------------------------------------------------------------- */

typedef struct choosing {
    yn_model *m;
    yn_model_scope *scope;
    yn_buf contexts; // yn_context
    yn_links seen;   // kinds of hosts
    size_t most;
    uint64_t kind;
    bool failed;
} choosing;

static void mix_scope(void *context, uint32_t scope)
{
    choosing *c = context;
    c->kind = yn_hash_mix(c->kind ^ (scope + 1), 0x9e3779b97f4a7c15u);
}

// What distinguishes a host: which scopes serve it, and whether it is where others lead.
static uint64_t kind_of(choosing *c, yonder_text host)
{
    c->kind = 1 + yn_links_has(&c->m->canonical, name_key(host));
    yn_model_scopes_at(c->m, true, host, mix_scope, c);
    yn_model_scopes_at(c->m, false, host, mix_scope, c);
    return c->kind;
}

static void put_context(choosing *c, bool https, yonder_text host)
{
    yn_context context = {https, host};
    yn_buf_put(&c->contexts, (yonder_text){(const char *)&context, sizeof context});
}

static void choose_host(choosing *c, yonder_text host)
{
    const yn_scope_view *view = &c->scope->view;
    uint64_t kind = kind_of(c, host);
    if (yn_links_has(&c->seen, kind))
        return;
    if (c->contexts.len / sizeof(yn_context) >= c->most) {
        c->scope->is_partial = true;
        return;
    }
    yn_links_open(&c->seen, kind);
    if (view->port >= 0) {
        yn_buf name = yn_buf_make(512, c->m->mem);
        yn_buf_put(&name, host);
        yn_buf_printf(&name, ":%d", (int)view->port);
        host = yn_arena_text(&c->m->arena, yn_buf_text(&name));
        c->failed = c->failed || name.error || !host.ptr;
        yn_buf_free(&name);
    }
    if (view->scheme != YN_SCHEME_HTTP)
        put_context(c, true, host);
    if (view->scheme == YN_SCHEME_HTTP || (view->scheme == YN_SCHEME_ANY && c->m->has_schemes))
        put_context(c, false, host);
}

// A host that a wildcard covers and no other name does.
static void choose_below(choosing *c, yonder_text wildcard)
{
    static const char *const labels[] = {"any", "some", "other"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        yn_buf name = yn_buf_make(512, c->m->mem);
        yn_buf_str(&name, labels[i]);
        yn_buf_put(&name, wildcard);
        yonder_text host = yn_arena_text(&c->m->arena, yn_buf_text(&name));
        c->failed = c->failed || name.error || !host.ptr;
        yn_buf_free(&name);
        if (c->failed || !yn_map_find(&c->m->hosts.names, host)) {
            choose_host(c, host);
            return;
        }
    }
}

static yonder_text name_at(const yn_model *m, size_t slot)
{
    const yn_map_slot *s = &m->hosts.names.slots[slot];
    return (yonder_text){s->key, s->key_len};
}

static void choose_covered(choosing *c, yonder_text wildcard)
{
    const yn_link *link = yn_links_first(&c->m->names_below, name_key(wildcard));
    for (; link && !c->scope->is_partial; link = yn_links_next(&c->m->names_below, link))
        choose_host(c, name_at(c->m, link->value));
}

static void choose_all(choosing *c)
{
    for (size_t i = 0; i < c->m->hosts.names.slot_count && !c->scope->is_partial; i++) {
        yonder_text name = name_at(c->m, i);
        if (name.ptr && name.ptr[0] == '.')
            choose_below(c, name);
        else if (name.ptr)
            choose_host(c, name);
    }
}

static void choose_contexts(choosing *c, bool served_for_named)
{
    const yn_scope_view *view = &c->scope->view;
    const yonder_text *names = view->url_host.len ? &view->url_host : view->hosts;
    size_t count = view->url_host.len ? 1 : view->host_count;
    for (size_t i = 0; i < count; i++)
        if (names[i].ptr[0] != '.')
            choose_host(c, names[i]);
    for (size_t i = 0; i < count; i++) {
        if (names[i].ptr[0] != '.')
            continue;
        choose_below(c, names[i]);
        choose_covered(c, names[i]);
    }
    if (count)
        return;
    if (!served_for_named)
        choose_host(c, c->m->any_host);
    choose_all(c);
}

static bool find_contexts(yn_model *m, yn_model_scope *scope, bool served_for_named)
{
    choosing c = {.m = m, .scope = scope, .most = most_contexts};
    bool any = !scope->view.host_count && !scope->view.url_host.len;
    if (any && m->rule_count && most_any_work / m->rule_count > c.most)
        c.most = most_any_work / m->rule_count;
    c.contexts = yn_buf_make(1 << 28, m->mem);
    c.seen = yn_links_make(m->mem);
    choose_contexts(&c, served_for_named);
    if (!c.contexts.len) // all its hosts are like those of others: one of them will do
        put_context(&c, scope->view.scheme != YN_SCHEME_HTTP, m->any_host);
    yn_context *all = yn_arena_alloc(&m->arena, c.contexts.len);
    bool ok = all && !c.contexts.error && !c.seen.failed && !c.failed;
    if (ok) {
        memcpy(all, c.contexts.ptr, c.contexts.len);
        scope->contexts = all;
        scope->context_count = c.contexts.len / sizeof *all;
    }
    yn_buf_free(&c.contexts);
    yn_links_free(&c.seen);
    return ok;
}

// Which names each wildcard covers.
static bool index_names(yn_model *m)
{
    for (size_t i = 0; m->hosts.has_wildcards && i < m->hosts.names.slot_count; i++) {
        yonder_text name = name_at(m, i);
        for (size_t k = 1; name.ptr && name.ptr[0] != '.' && k < name.len; k++)
            if (name.ptr[k] == '.' && yn_map_find(&m->hosts.names, yn_skip(name, k)))
                yn_links_put(&m->names_below, name_key(yn_skip(name, k)), (uint32_t)i);
    }
    return !m->names_below.failed;
}

static bool find_scopes(yn_model *m)
{
    m->scope_count = m->set->scopes_count;
    m->scopes = yn_arena_alloc(&m->arena, (m->scope_count + 1) * sizeof *m->scopes);
    if (!m->scopes)
        return false;
    memset(m->scopes, 0, (m->scope_count + 1) * sizeof *m->scopes);
    for (uint32_t i = 0; i < m->scope_count; i++)
        if (!yn_view_scope(&m->scopes[i].view, m->set, i, &m->arena) || !index_scope(m, i))
            return false;
    for (uint32_t i = 1; i < m->set->sites_count; i++) {
        const yn_site_row *site = yn_set_site(m->set, i);
        m->has_schemes = m->has_schemes || (site->line == YN_SITE_HTTPS && !site->off);
        if (site->line == YN_SITE_CANONICAL)
            yn_links_open(&m->canonical,
                          name_key((yonder_text){m->set->pool + site->text, site->text_len}));
    }
    return index_names(m) && !m->canonical.failed;
}

bool yn_model_is_upgraded(const yn_model *model, const yn_model_scope *scope)
{
    uint32_t number = (uint32_t)(scope - model->scopes);
    for (uint32_t i = yn_set_scope(model->set, number)->sites; i;
         i = yn_set_site(model->set, i)->next)
        if (yn_set_site(model->set, i)->line == YN_SITE_HTTPS)
            return !yn_set_site(model->set, i)->off;
    return false;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static yn_rule_class class_of(const yn_view *view)
{
    if (view->is_regex || view->has_placeholders || view->splat < view->part_count ||
        view->condition_count)
        return YN_CLASS_SYMBOLIC;
    for (size_t i = 0; i < view->pair_count; i++)
        if (view->pairs[i].kind != YN_PAIR_LITERAL)
            return YN_CLASS_SYMBOLIC;
    for (size_t i = 0; i < view->piece_count; i++)
        if (view->pieces[i].is_capture)
            return YN_CLASS_SYMBOLIC;
    return view->pair_count ? YN_CLASS_PAIRS : YN_CLASS_PLAIN;
}

// A rule without anything beside a path and a target, told without taking it apart.
static bool is_simple(const yn_rule *rule)
{
    return !(rule->flags & (YN_RULE_MORE | YN_RULE_IN_NODE | YN_RULE_CAPTURES | YN_RULE_REGEX |
                            YN_RULE_CONDITIONAL));
}

static bool keep_symbolic(yn_model *m, const yonder_rules *owner, const yn_rule *rule,
                          yn_buf *symbolic)
{
    yn_view *view = yn_arena_alloc(&m->arena, sizeof *view);
    if (!view || !yn_view_rule(view, owner, rule, &m->arena))
        return false;
    yn_buf_put(symbolic, (yonder_text){(const char *)&view, sizeof(const yn_view *)});
    return !symbolic->error;
}

static bool find_rules(yn_model *m, yn_buf *symbolic)
{
    yn_arena scratch = yn_arena_make(m->mem);
    yn_rule_cursor cursor = yn_rules_begin(m->set);
    const yonder_rules *owner;
    bool ok = true;
    for (const yn_rule *rule; ok && (rule = yn_rules_next(&cursor, &owner));) {
        yn_rule_class class = YN_CLASS_PLAIN;
        yn_view view = {0};
        if (!is_simple(rule)) {
            ok = yn_view_rule(&view, owner, rule, &scratch);
            class = ok ? class_of(&view) : YN_CLASS_NONE;
            m->has_narrow = m->has_narrow || (ok && view.pair_count + view.condition_count);
            if (scratch.used > 1 << 20) {
                yn_arena_free(&scratch);
                scratch = yn_arena_make(m->mem);
            }
        }
        if (class == YN_CLASS_SYMBOLIC)
            ok = ok && keep_symbolic(m, owner, rule, symbolic);
        assert(rule->order < m->end_order);
        m->classes[rule->order] = (uint8_t) class;
        m->scope_of[rule->order] = is_simple(rule) ? yn_rule_place(rule) : view.scope;
        m->serves_any = m->serves_any || m->scope_of[rule->order] == 0;
        m->rule_count++;
        m->plain_count += class == YN_CLASS_PLAIN;
    }
    yn_arena_free(&scratch);
    return ok;
}

static int fill(yn_model *m, const yonder_text *hosts, size_t host_count, yn_buf *symbolic)
{
    for (size_t i = 0; i < host_count; i++)
        if (!add_host(m, hosts[i]))
            return YONDER_INVALID_ARGUMENT;
    m->classes = yn_alloc(m->mem, m->end_order);
    m->scope_of = yn_alloc(m->mem, m->end_order * sizeof *m->scope_of);
    if (!m->classes || !m->scope_of)
        return YONDER_NO_MEMORY;
    memset(m->classes, 0, m->end_order);
    if (!find_rules(m, symbolic) || !find_scopes(m))
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < m->scope_count; i++)
        if (!find_contexts(m, &m->scopes[i], host_count != 0))
            return YONDER_NO_MEMORY;
    m->symbolic_count = symbolic->len / sizeof *m->symbolic;
    m->symbolic = yn_arena_alloc(&m->arena, symbolic->len + 1);
    if (!m->symbolic)
        return YONDER_NO_MEMORY;
    if (symbolic->len)
        memcpy(m->symbolic, symbolic->ptr, symbolic->len);
    return YONDER_OK;
}

int yn_model_make(yn_model *out, const yonder_rules *set, const yonder_text *hosts,
                  size_t host_count, const yonder_mem *mem)
{
    yn_buf symbolic = yn_buf_make((size_t)1 << 40, mem);
    *out = (yn_model){.set = set,
                      .mem = mem,
                      .arena = yn_arena_make(mem),
                      .end_order = set->end_order + 1,
                      .scopes_by_name = yn_links_make(mem),
                      .names_below = yn_links_make(mem),
                      .canonical = yn_links_make(mem),
                      .hosts = yn_hosts_make(mem),
                      .any_host = YN_TEXT("any.example")};
    int error = fill(out, hosts, host_count, &symbolic);
    yn_buf_free(&symbolic);
    if (error)
        yn_model_free(out);
    return error;
}

void yn_model_free(yn_model *model)
{
    yn_free(model->mem, model->classes);
    yn_free(model->mem, model->scope_of);
    yn_links_free(&model->scopes_by_name);
    yn_links_free(&model->names_below);
    yn_links_free(&model->canonical);
    yn_hosts_free(&model->hosts);
    yn_arena_free(&model->arena);
}

const yn_view *yn_model_symbolic(const yn_model *model, uint32_t order)
{
    size_t low = 0, high = model->symbolic_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (model->symbolic[middle]->order < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low < model->symbolic_count && model->symbolic[low]->order == order
               ? model->symbolic[low]
               : NULL;
}

void yn_model_target(yn_buf *out, const yn_view *rule)
{
    for (size_t i = 0; i < rule->part_count; i++) {
        yn_buf_char(out, '/');
        yn_buf_put(out, rule->parts[i].literal);
    }
    for (size_t i = 0; i < rule->pair_count; i++) {
        yn_buf_char(out, i ? '&' : '?');
        yn_percent_encode(out, rule->pairs[i].name, YN_SET_COMPONENT);
        yn_buf_char(out, '=');
        yn_percent_encode(out, rule->pairs[i].value, YN_SET_COMPONENT);
    }
}

void yn_model_location(yn_buf *out, const yn_view *rule)
{
    for (size_t i = 0; i < rule->piece_count && !rule->pieces[i].is_capture; i++)
        yn_buf_put(out, rule->pieces[i].text);
}
