// SPDX-License-Identifier: MIT
#include "rules/set.h"

#include "base/text.h"

uint32_t yn_set_find_host(const yonder_rules *set, yonder_text name)
{
    uint32_t hash = yn_slots_hash(name, 0);
    size_t at = hash;
    for (const yn_slot *s; (s = yn_slots_next(&set->host_index, hash, &at));)
        if (yn_equal(yn_set_text(set, yn_set_host(set, s->ref)->name), name))
            return s->ref;
    return 0;
}

uint32_t yn_set_find_url(const yonder_rules *set, uint32_t parent, uint32_t host, bool https,
                         int32_t port)
{
    uint32_t hash = yn_url_hash(parent, host, https, port);
    size_t at = hash;
    for (const yn_slot *s; (s = yn_slots_next(&set->url_index, hash, &at));) {
        const yn_url_scope *u = yn_set_url(set, s->ref);
        if (u->parent == parent && u->host == host && u->https == https && u->port == port)
            return u->scope;
    }
    return 0;
}

uint32_t yn_set_find_child(const yonder_rules *set, uint32_t node, yonder_text segment)
{
    uint32_t hash = yn_slots_hash(segment, node);
    size_t at = hash;
    for (const yn_slot *s; (s = yn_slots_next(&set->literals, hash, &at));) {
        const yn_node *child = yn_set_node(set, s->ref);
        if (child->parent == node && yn_equal(yn_set_text(set, child->segment), segment))
            return s->ref;
    }
    return 0;
}

size_t yonder_rules_count(const yonder_rules *rules)
{
    return rules->count;
}

void yonder_rules_free(yonder_rules *rules)
{
    if (!rules)
        return;
    yn_buf *arrays[] = {&rules->records, &rules->pool,        &rules->nodes,
                        &rules->shapes,  &rules->scopes,      &rules->hosts,
                        &rules->urls,    &rules->host_scopes, &rules->sources};
    yn_slots *tables[] = {&rules->exact, &rules->literals, &rules->values, &rules->host_index,
                          &rules->url_index};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        yn_buf_free(arrays[i]);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        yn_free(rules->mem, tables[i]->slot);
    // The allocator's value lies in the block that is freed.
    yonder_mem mem = rules->mem_value;
    yn_free(rules->mem ? &mem : NULL, rules);
}
