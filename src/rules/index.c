// SPDX-License-Identifier: MIT
#include "rules/index.h"

#include "base/text.h"

// Puts a rule before those that come later in the files. What stands behind a rule that always
// fires can never be reached, and is left out.
static void put_before(uint32_t *head, uint32_t ref, yn_rule *rule)
{
    rule->next = rule->flags & YN_RULE_CONDITIONAL ? *head : 0;
    *head = ref;
}

static void link_in_table(yonder_rules *set, yn_slots *table, uint32_t hash, uint32_t ref)
{
    yn_rule *rule = yn_set_rule(set, ref);
    size_t at = hash;
    for (yn_slot *s; (s = yn_slots_next(table, hash, &at));) {
        const yn_rule *other = yn_set_rule(set, s->ref);
        bool same_owner = rule->shape ? other->shape == rule->shape : other->place == rule->place;
        if (same_owner && yn_equal(yn_rule_key(other), yn_rule_key(rule))) {
            put_before(&s->ref, ref, rule);
            return;
        }
    }
    yn_slots_insert(table, hash, ref);
    rule->next = 0;
}

static void link_rule(yonder_rules *set, uint32_t ref)
{
    yn_rule *rule = yn_set_rule(set, ref);
    if (!(rule->flags & YN_RULE_IN_NODE)) {
        link_in_table(set, &set->exact, yn_slots_hash(yn_rule_key(rule), rule->place), ref);
        return;
    }
    if (rule->shape) {
        yn_set_shape(set, rule->shape)->min_order = rule->order;
        link_in_table(set, &set->values, yn_values_hash(rule->shape, yn_rule_key(rule)), ref);
    } else {
        yn_node *node = yn_set_node(set, rule->place);
        put_before(rule->flags & YN_RULE_SPLAT ? &node->splat.rule : &node->end.rule, ref, rule);
    }
    for (uint32_t n = rule->place; n; n = yn_set_node(set, n)->parent)
        yn_set_node(set, n)->min_order = rule->order;
}

// Shapes were numbered as they appeared, so that going backwards each list comes out in file order.
static void link_shapes(yonder_rules *set)
{
    for (size_t i = set->shapes.len / sizeof(yn_shape); i-- > 1;) {
        yn_shape *shape = yn_set_shape(set, (uint32_t)i);
        yn_node *node = yn_set_node(set, shape->node);
        uint32_t *head = shape->splat ? &node->splat.shape : &node->end.shape;
        shape->next = *head;
        *head = (uint32_t)i;
    }
}

int yn_index_rules(yonder_rules *set, uint32_t last, size_t exact_count, size_t value_count)
{
    if ((exact_count && !yn_slots_reserve(&set->exact, exact_count, set->mem)) ||
        (value_count && !yn_slots_reserve(&set->values, value_count, set->mem)))
        return YONDER_NO_MEMORY;
    // From the last rule to the first: what is linked later goes first.
    for (uint32_t ref = last; ref;) {
        uint32_t before = yn_set_rule(set, ref)->next;
        link_rule(set, ref);
        ref = before;
    }
    link_shapes(set);
    return YONDER_OK;
}

int yn_index_hosts(yonder_rules *set, const yn_host_in_scope *pairs, size_t count)
{
    size_t host_count = set->hosts.len / sizeof(yn_host);
    set->host_scopes.len = 0;
    if (count && !yn_buf_reserve(&set->host_scopes, count * sizeof(uint32_t)))
        return set->host_scopes.error;
    set->host_scopes.len = count * sizeof(uint32_t);
    for (size_t i = 0; i < count; i++)
        yn_set_host(set, pairs[i].host)->scope_count++;
    uint32_t at = 0;
    for (size_t i = 1; i < host_count; i++) {
        yn_host *host = yn_set_host(set, (uint32_t)i);
        host->scopes = at;
        at += host->scope_count;
        host->scope_count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        yn_host *host = yn_set_host(set, pairs[i].host);
        *yn_set_host_scope(set, host->scopes + host->scope_count++) = pairs[i].scope;
    }
    return YONDER_OK;
}
