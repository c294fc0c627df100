// SPDX-License-Identifier: MIT
#include "rules/set.h"

#include <stdlib.h>

#include "base/text.h"

const yn_status_row yn_statuses[] = {
    {{NULL, 0}, 0, false},
    {YN_TEXT_INIT("permanent"), 308, true},
    {YN_TEXT_INIT("temporary"), 307, true},
    {YN_TEXT_INIT("see-other"), 303, true},
    {YN_TEXT_INIT("gone"), 410, false},
    {{NULL, 0}, 301, true},
    {{NULL, 0}, 302, true},
    {{NULL, 0}, 403, false},
    {{NULL, 0}, 404, false},
    {{NULL, 0}, 451, false},
};

enum {
    status_count = sizeof yn_statuses / sizeof *yn_statuses
};

const uint8_t yn_status_count = status_count;

uint8_t yn_status_row_of(int status)
{
    uint8_t row = 1;
    while (row < status_count && yn_statuses[row].status != status)
        row++;
    return row < status_count ? row : 0;
}

uint8_t yn_status_find(yonder_text word)
{
    uint64_t number;
    if (word.len == 3 && yn_is_digit((unsigned char)word.ptr[0]))
        return yn_parse_number(word, 999, &number) ? yn_status_row_of((int)number) : 0;
    for (unsigned row = 1; row < status_count; row++)
        if (yn_statuses[row].word.len && yn_equal(yn_statuses[row].word, word))
            return (uint8_t)row;
    return 0;
}

bool yn_shape_next(yonder_text *names, yn_shape_pair *pair)
{
    uint16_t len;
    if (names->len < 3)
        return false;
    memcpy(&len, names->ptr + 1, sizeof len);
    if (len > names->len - 3)
        return false;
    *pair = (yn_shape_pair){(yn_pair_kind)names->ptr[0], {names->ptr + 3, len}};
    names->ptr += 3 + len;
    names->len -= 3 + (size_t)len;
    return true;
}

bool yn_shape_first_name(yonder_text names, yonder_text *name)
{
    yn_shape_pair pair;
    while (yn_shape_next(&names, &pair))
        if (pair.kind != YN_PAIR_EMPTY) {
            *name = pair.name;
            return true;
        }
    return false;
}

const yn_slot *yn_set_find_named(const yonder_rules *set, uint32_t node, bool splat,
                                 yonder_text name)
{
    uint32_t hash = yn_shape_hash(node, splat, name);
    yn_probe probe = yn_slots_probe(hash, set->shape_names_count);
    yonder_text first;
    for (const yn_slot *s;
         (s = yn_slots_next(set->shape_names, set->shape_names_count, hash, &probe));) {
        const yn_shape *shape = yn_set_shape(set, s->ref);
        if (shape->node == node && shape->splat == splat &&
            yn_shape_first_name(yn_shape_names(set, shape), &first) && yn_equal(first, name))
            return s;
    }
    return NULL;
}

uint32_t yn_values_hash(uint32_t shape, yonder_text values)
{
    uint64_t hash = yn_hash_mix(shape, 0x9e3779b97f4a7c15u); // there may be no values
    while (values.len) {
        uint16_t len;
        memcpy(&len, values.ptr, sizeof len);
        hash = yn_hash((yonder_text){values.ptr + 2, len}, hash);
        values.ptr += 2 + len;
        values.len -= 2 + (size_t)len;
    }
    return (uint32_t)(yn_hash_mix(hash, 0xd6e8feb86659fd93u) >> 32);
}

uint32_t yn_set_find_host(const yonder_rules *set, yonder_text name)
{
    uint32_t hash = yn_slots_hash(name, 0);
    yn_probe probe = yn_slots_probe(hash, set->host_index_count);
    for (const yn_slot *s;
         (s = yn_slots_next(set->host_index, set->host_index_count, hash, &probe));)
        if (yn_equal(yn_host_name(set, s->ref), name))
            return s->ref;
    return 0;
}

uint32_t yn_set_find_child(const yonder_rules *set, uint32_t node, yonder_text segment)
{
    uint32_t hash = yn_slots_hash(segment, node);
    yn_probe probe = yn_slots_probe(hash, set->literals_count);
    for (const yn_slot *s; (s = yn_slots_next(set->literals, set->literals_count, hash, &probe));) {
        const yn_node *child = yn_set_node(set, s->ref);
        if (child->parent == node && !child->is_placeholder &&
            yn_equal(yn_node_segment(child), segment))
            return s->ref;
    }
    return 0;
}

uint32_t yn_set_next(const yonder_rules *set, uint32_t ref, const yn_rule *rule)
{
    if (!(rule->flags & YN_RULE_CHAINED))
        return 0;
    uint32_t hash = yn_chain_hash(ref); // no two references have the same
    yn_probe probe = yn_slots_probe(hash, set->chain_count);
    const yn_slot *s = yn_slots_next(set->chain, set->chain_count, hash, &probe);
    return s && s->ref > ref ? s->ref : 0; // a chain that goes back could go on for ever
}

static int compare_orders(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

bool yn_set_is_gone(const yonder_rules *changed, uint32_t order)
{
    return changed->gone_count && bsearch(&order, changed->gone, changed->gone_count,
                                          sizeof *changed->gone, compare_orders);
}

// The last of the sources that start at `order` or before it.
static const yn_source_name *source_at(const yonder_rules *set, uint32_t order)
{
    size_t low = 0, high = set->sources_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (yn_set_source(set, (uint32_t)middle)->first_order <= order)
            low = middle;
        else
            high = middle;
    }
    return yn_set_source(set, (uint32_t)low);
}

yonder_text yn_set_source_of(const yonder_rules *set, uint32_t order, uint32_t *line)
{
    if (set->below && order < set->below->end_order)
        set = set->below;
    const yn_source_name *source = source_at(set, order);
    *line = order - source->first_order + source->first_line;
    return (yonder_text){set->pool + source->at, source->len};
}

size_t yonder_rules_count(const yonder_rules *rules)
{
    return rules->count;
}

size_t yonder_rules_places(const yonder_rules *rules)
{
    return rules->end_order;
}

static const yonder_rules *bottom(const yonder_rules *rules)
{
    return rules->below ? rules->below : rules;
}

size_t yonder_rules_sites(const yonder_rules *rules)
{
    return bottom(rules)->hosts_count;
}

yonder_text yonder_rules_site(const yonder_rules *rules, uint32_t site)
{
    return site < yonder_rules_sites(rules) ? yn_host_name(bottom(rules), site)
                                            : (yonder_text){NULL, 0};
}

bool yonder_rules_has_conditions(const yonder_rules *rules)
{
    return rules->has_conditions || (rules->below && rules->below->has_conditions);
}

yonder_text yonder_rules_image(const yonder_rules *rules)
{
    return rules->below ? (yonder_text){NULL, 0} : rules->image;
}

void yonder_rules_free(yonder_rules *rules)
{
    if (!rules)
        return;
    for (size_t i = 0; rules->compiled && i < rules->regexes_count; i++)
        yn_regex_free(rules->compiled[i]);
    yn_free(rules->mem, rules->compiled);
    yn_free(rules->mem, rules->gone);
    if (rules->owns_image)
        yn_free(rules->mem, (void *)rules->image.ptr);
    // The allocator's value lies in the block that is freed.
    yonder_mem mem = rules->mem_value;
    yn_free(rules->mem ? &mem : NULL, rules);
}
