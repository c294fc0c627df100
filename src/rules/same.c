// SPDX-License-Identifier: MIT
#include "rules/same.h"

#include "base/text.h"

static uint32_t scope_of(const yonder_rules *set, const yn_rule *rule)
{
    uint32_t place = yn_rule_place(rule);
    return rule->flags & YN_RULE_IN_NODE ? yn_set_rule_node(set, place)->scope : place;
}

static bool same_section(const yonder_rules *a_set, const yn_scope *a, const yonder_rules *b_set,
                         const yn_scope *b)
{
    if (a->member_count != b->member_count || a->case_ignored != b->case_ignored ||
        a->slash_ignored != b->slash_ignored)
        return false;
    for (uint32_t i = 0; i < a->member_count; i++)
        if (!yn_equal(yn_host_name(a_set, *yn_set_member(a_set, a->members + i)),
                      yn_host_name(b_set, *yn_set_member(b_set, b->members + i))))
            return false;
    return true;
}

static bool same_scope(const yonder_rules *a_set, const yn_scope *a, const yonder_rules *b_set,
                       const yn_scope *b)
{
    if (!a->url || !b->url)
        return a->url == b->url && same_section(a_set, a, b_set, b);
    const yn_url_scope *x = yn_set_url(a_set, a->url), *y = yn_set_url(b_set, b->url);
    return x->port == y->port && x->scheme == y->scheme &&
           yn_equal(yn_host_name(a_set, x->host), yn_host_name(b_set, y->host)) &&
           same_section(a_set, yn_set_scope(a_set, x->parent), b_set,
                        yn_set_scope(b_set, y->parent));
}

static bool same_pattern(const yonder_rules *a_set, uint32_t a, const yonder_rules *b_set,
                         uint32_t b)
{
    for (;;) {
        const yn_node *x = yn_set_rule_node(a_set, a), *y = yn_set_rule_node(b_set, b);
        if (x->is_placeholder != y->is_placeholder || x->is_behind != y->is_behind ||
            !yn_equal(yn_node_segment(x), yn_node_segment(y)))
            return false;
        a = yn_set_rule_parent(a_set, a);
        b = yn_set_rule_parent(b_set, b);
        if (!a || !b)
            return a == b;
    }
}

bool yn_same_from(const yonder_rules *a_set, const yn_rule *a, const yonder_rules *b_set,
                  const yn_rule *b)
{
    const uint8_t kind = YN_RULE_REGEX | YN_RULE_IN_NODE;
    const yn_rule_more *x = yn_rule_rest(a), *y = yn_rule_rest(b);
    if ((a->flags & kind) != (b->flags & kind) || !yn_equal(yn_rule_key(a), yn_rule_key(b)) ||
        x->at_splat != y->at_splat || x->ignore_case != y->ignore_case ||
        !yn_equal(yn_shape_names(a_set, yn_set_shape(a_set, x->shape)),
                  yn_shape_names(b_set, yn_set_shape(b_set, y->shape))))
        return false;
    if (a->flags & YN_RULE_IN_NODE &&
        !same_pattern(a_set, yn_rule_place(a), b_set, yn_rule_place(b)))
        return false;
    return same_scope(a_set, yn_set_scope(a_set, scope_of(a_set, a)), b_set,
                      yn_set_scope(b_set, scope_of(b_set, b)));
}
