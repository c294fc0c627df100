// SPDX-License-Identifier: MIT
// From records in file order to tables, and to chains of those that share a FROM.
#include <stdlib.h>

#include "base/text.h"
#include "rules/builder.h"

enum {
    in_flight = 16 // exact paths whose slots are being fetched
};

typedef struct pending {
    uint32_t ref, hash;
} pending;

typedef struct linking {
    yn_builder *b;
    yn_slot *exact;
    size_t exact_size;
    pending ring[in_flight];
    size_t waiting; // in the ring, the oldest first
    size_t oldest;
} linking;

/* ---- chains ---------------------------------------------------------------------------------- */

// Puts `ref` behind the last rule of the chain that starts with `head`.
static int append(yn_builder *b, uint32_t head, uint32_t ref)
{
    uint32_t hash = yn_chain_hash(head), last = head;
    yn_probe probe = yn_slots_probe(hash, b->tails.size);
    yn_slot *tail = (yn_slot *)yn_slots_next(b->tails.slot, b->tails.size, hash, &probe);
    if (tail) {
        last = tail->ref;
        tail->ref = ref;
    } else {
        if (!yn_slots_reserve(&b->tails, 1, b->mem))
            return YONDER_NO_MEMORY;
        yn_slots_insert(&b->tails, hash, ref);
    }
    yn_builder_rule(b, last)->flags |= YN_RULE_CHAINED;
    return yn_builder_enter(b, YN_PART_chain, yn_chain_hash(last), ref);
}

static int add_to_chain(yn_builder *b, uint32_t *head, uint32_t ref)
{
    if (*head)
        return append(b, *head, ref);
    *head = ref;
    return YONDER_OK;
}

/* ---- exact paths ----------------------------------------------------------------------------- */

static int place_exact(linking *l, pending p)
{
    const yn_rule *rule = yn_builder_rule(l->b, p.ref);
    size_t at = yn_slots_home(p.hash, l->exact_size);
    for (; l->exact[at].ref; at = at + 1 < l->exact_size ? at + 1 : 0) {
        if (l->exact[at].hash != p.hash)
            continue;
        const yn_rule *other = yn_builder_rule(l->b, l->exact[at].ref);
        if (yn_rule_place(other) == yn_rule_place(rule) &&
            yn_equal(yn_rule_key(other), yn_rule_key(rule)))
            return append(l->b, l->exact[at].ref, p.ref);
    }
    l->exact[at] = (yn_slot){p.hash, p.ref};
    return YONDER_OK;
}

// A slot is fetched some rules before it is looked at: each is a miss of the cache.
static int link_exact(linking *l, uint32_t ref, const yn_rule *rule)
{
    pending p = {ref, yn_slots_hash(yn_rule_key(rule), yn_rule_place(rule))};
    int error = YONDER_OK;
    __builtin_prefetch(&l->exact[yn_slots_home(p.hash, l->exact_size)], 1);
    if (l->waiting == in_flight) {
        error = place_exact(l, l->ring[l->oldest]);
        l->ring[l->oldest] = p;
        l->oldest = (l->oldest + 1) % in_flight;
    } else {
        l->ring[l->waiting++] = p;
    }
    return error;
}

static int place_waiting(linking *l)
{
    int error = YONDER_OK;
    for (size_t i = 0; !error && i < l->waiting; i++)
        error = place_exact(l, l->ring[(l->oldest + i) % l->waiting]);
    return error;
}

/* ---- the others ------------------------------------------------------------------------------ */

static int link_values(yn_builder *b, uint32_t ref, const yn_rule *rule)
{
    uint32_t shape = yn_rule_rest(rule)->shape;
    uint32_t hash = yn_values_hash(shape, yn_rule_key(rule));
    const yn_slots *table = &b->tables[YN_PART_values];
    yn_probe probe = yn_slots_probe(hash, table->size);
    for (const yn_slot *s; (s = yn_slots_next(table->slot, table->size, hash, &probe));) {
        const yn_rule *other = yn_builder_rule(b, s->ref);
        if (yn_rule_rest(other)->shape == shape && yn_equal(yn_rule_key(other), yn_rule_key(rule)))
            return append(b, s->ref, ref);
    }
    return yn_builder_enter(b, YN_PART_values, hash, ref);
}

static int link_node(yn_builder *b, uint32_t ref, const yn_rule *rule)
{
    yn_node *node = yn_builder_node(b, yn_rule_place(rule));
    bool at_splat = yn_rule_rest(rule)->at_splat;
    return add_to_chain(b, at_splat ? &node->splat.rule : &node->end.rule, ref);
}

// The prefix of a regular expression as the table has it.
static size_t regex_prefix(const yn_regex_key *key, bool *folded, char *prefix)
{
    bool whole;
    size_t len = yn_regex_prefix(prefix, key->pattern, &whole), end = 0;
    *folded = key->ignore_case;
    if (!key->ignore_case)
        return len;
    // Without case, "k" and "s" are also U+212A and U+017F, and beyond ASCII there are many more.
    for (; end < len && (unsigned char)prefix[end] < 0x80 && (prefix[end] | 0x20) != 'k' &&
           (prefix[end] | 0x20) != 's';
         end++)
        prefix[end] = yn_lower(prefix[end]);
    return end;
}

// Notes that the scope has regular expressions with prefixes of this length. While the set is
// built, the lengths of a scope are bits in 32 bytes of the pool.
static int note_length(yn_builder *b, uint32_t number, size_t len)
{
    yn_scope *scope = yn_builder_item(b, YN_PART_scopes, sizeof(yn_scope), number);
    static const char none[32];
    if (!scope->lengths) {
        uint64_t at;
        int error = yn_builder_pool(b, (yonder_text){none, sizeof none}, &at);
        if (error || at > UINT32_MAX)
            return error ? error : YONDER_TOO_LARGE;
        scope->lengths = (uint32_t)at;
    }
    b->parts[YN_PART_pool].ptr[scope->lengths + len / 8] |= (char)(1 << len % 8);
    return YONDER_OK;
}

static int link_regex(yn_builder *b, uint32_t ref, const yn_rule *rule)
{
    char prefix[YN_REGEX_MAX_PREFIX], other_prefix[YN_REGEX_MAX_PREFIX];
    bool folded, other_folded;
    yn_regex_key key = yn_rule_regex_key(rule);
    uint32_t scope = yn_rule_place(rule);
    size_t len = regex_prefix(&key, &folded, prefix);
    uint32_t hash = yn_regex_hash(scope, folded, (yonder_text){prefix, len});
    const yn_slots *table = &b->tables[YN_PART_regex_index];
    yn_probe probe = yn_slots_probe(hash, table->size);
    for (const yn_slot *s; (s = yn_slots_next(table->slot, table->size, hash, &probe));) {
        const yn_rule *other = yn_builder_rule(b, s->ref);
        yn_regex_key other_key = yn_rule_regex_key(other);
        size_t other_len = regex_prefix(&other_key, &other_folded, other_prefix);
        if (yn_rule_place(other) == scope && folded == other_folded && len == other_len &&
            memcmp(prefix, other_prefix, len) == 0)
            return append(b, s->ref, ref);
    }
    int error = note_length(b, scope, len);
    return error ? error : yn_builder_enter(b, YN_PART_regex_index, hash, ref);
}

// Shapes in lists: those with a name that needs a value by the first such name, the others at their
// place. From the last to the first: what is linked later goes first.
static int link_shapes(yn_builder *b)
{
    for (uint32_t i = (uint32_t)b->set->shapes_count; i-- > 1;) {
        yn_shape *shape = yn_builder_item(b, YN_PART_shapes, sizeof *shape, i);
        if (!shape->node) // of a regular expression
            continue;
        yonder_text names = yn_shape_names(b->set, shape), name;
        if (!yn_shape_first_name(names, &name)) {
            yn_node *node = yn_builder_node(b, shape->node);
            yn_place *place = shape->splat ? &node->splat : &node->end;
            shape->next = place->shape;
            place->shape = i;
            continue;
        }
        uint32_t hash = yn_shape_hash(shape->node, shape->splat, name);
        yn_slot *first = (yn_slot *)yn_set_find_named(b->set, shape->node, shape->splat, name);
        if (first) {
            shape->next = first->ref;
            first->ref = i;
            continue;
        }
        int error = yn_builder_enter(b, YN_PART_shape_names, hash, i);
        if (error)
            return error;
        yn_builder_node(b, shape->node)->has_named = 1;
    }
    return YONDER_OK;
}

static int link_rule(linking *l, uint32_t ref, const yn_rule *rule)
{
    if (rule->flags & YN_RULE_REGEX)
        return link_regex(l->b, ref, rule);
    if (!(rule->flags & YN_RULE_IN_NODE))
        return link_exact(l, ref, rule);
    return yn_rule_rest(rule)->shape ? link_values(l->b, ref, rule) : link_node(l->b, ref, rule);
}

int yn_builder_link(yn_builder *b, yn_slot **exact)
{
    linking l = {.b = b, .exact_size = yn_slots_size_for(b->exact_count)};
    l.exact = yn_alloc(b->mem, l.exact_size * sizeof *l.exact + 1);
    if (!l.exact)
        return YONDER_NO_MEMORY;
    memset(l.exact, 0, l.exact_size * sizeof *l.exact);
    *exact = l.exact;
    uint32_t end = (uint32_t)b->set->records_count;
    int error = YONDER_OK;
    for (uint32_t ref = 2; !error && ref < end;) { // the records begin with 8 zeros
        const yn_rule *rule = yn_builder_rule(b, ref);
        error = link_rule(&l, ref, rule);
        ref += (uint32_t)(yn_rule_size(rule) / 4);
    }
    if (!error)
        error = place_waiting(&l);
    return error ? error : link_shapes(b);
}
