// SPDX-License-Identifier: MIT
// The trees of patterns: a node a segment, and which query pairs are asked for at each.
#include "base/text.h"
#include "rules/builder.h"
#include "rules/path.h"

// Nodes lie behind one another in one part, each with its segment.
static int add_node(yn_builder *b, yn_node node, yonder_text segment, uint32_t *number)
{
    yn_buf *nodes = &b->parts[YN_PART_nodes];
    size_t size = sizeof node + segment.len;
    node.len = (uint16_t)segment.len;
    if (nodes->len / 8 + size / 8 + 1 > UINT32_MAX)
        return YONDER_TOO_LARGE;
    *number = (uint32_t)(nodes->len / 8);
    yn_buf_put(nodes, (yonder_text){(const char *)&node, sizeof node});
    yn_buf_put(nodes, segment);
    yn_buf_put(nodes, (yonder_text){"\0\0\0\0\0\0\0", -size & 7});
    b->set->nodes = (const uint64_t *)(void *)nodes->ptr;
    b->set->nodes_count = nodes->len / 8;
    return nodes->error;
}

static yn_node child_of(const yn_builder *b, uint32_t parent, uint32_t order)
{
    const yn_node *p = yn_set_node(b->set, parent);
    return (yn_node){
        .parent = parent, .min_order = order, .scope = p->scope, .is_behind = p->is_behind};
}

static int add_literal(yn_builder *b, uint32_t *node, uint32_t order, yonder_text segment)
{
    uint32_t parent = *node;
    *node = yn_set_find_child(b->set, parent, segment);
    if (*node)
        return YONDER_OK;
    int error = add_node(b, child_of(b, parent, order), segment, node);
    if (error)
        return error;
    yn_builder_node(b, parent)->has_literals = 1;
    return yn_builder_enter(b, YN_PART_literals, yn_slots_hash(segment, parent), *node);
}

static int add_placeholder(yn_builder *b, uint32_t *node, uint32_t order)
{
    uint32_t parent = *node;
    *node = yn_set_node(b->set, parent)->placeholder;
    if (*node)
        return YONDER_OK;
    yn_node child = child_of(b, parent, order);
    child.is_placeholder = 1;
    int error = add_node(b, child, (yonder_text){NULL, 0}, node);
    if (!error)
        yn_builder_node(b, parent)->placeholder = *node;
    return error;
}

static int add_segment(yn_builder *b, uint32_t scope, uint32_t *node, uint32_t order, char *room,
                       yonder_text segment)
{
    if (yn_is_placeholder(segment))
        return add_placeholder(b, node, order);
    yonder_text key = {room, yn_path_canonical(room, segment)};
    key = yn_path_as_key(room, key, false, yn_set_scope(b->set, scope)->case_ignored);
    return add_literal(b, node, order, key);
}

static int find_root(yn_builder *b, uint32_t scope, uint32_t order, uint32_t *node)
{
    *node = yn_set_scope(b->set, scope)->root;
    if (*node)
        return YONDER_OK;
    int error =
        add_node(b, (yn_node){.min_order = order, .scope = scope}, (yonder_text){NULL, 0}, node);
    if (!error)
        ((yn_scope *)yn_builder_item(b, YN_PART_scopes, sizeof(yn_scope), scope))->root = *node;
    return error;
}

// The root of what stands behind a splat at `*node`.
static int find_behind(yn_builder *b, uint32_t *node, uint32_t order)
{
    uint32_t parent = *node;
    *node = yn_set_node(b->set, parent)->behind;
    if (*node)
        return YONDER_OK;
    yn_node root = child_of(b, parent, order);
    root.is_behind = 1;
    int error = add_node(b, root, (yonder_text){NULL, 0}, node);
    if (!error)
        yn_builder_node(b, parent)->behind = *node;
    return error;
}

// What stands behind the splat, the last segment first.
static int find_node_behind(yn_builder *b, uint32_t scope, uint32_t *node, uint32_t order,
                            char *room, yonder_text behind)
{
    int error = find_behind(b, node, order);
    for (size_t end = behind.len; !error && end;) {
        size_t start = end;
        while (behind.ptr[start - 1] != '/')
            start--;
        error = add_segment(b, scope, node, order, room, yn_slice(behind, start, end));
        end = start - 1;
    }
    return error;
}

int yn_builder_find_node(yn_builder *b, uint32_t scope, uint32_t order, char *room, uint32_t *node)
{
    const yn_source *s = &b->source;
    yonder_text path = s->path;
    int error = find_root(b, scope, order, node);
    size_t at = 1;
    for (size_t n = 0; !error && n < s->segment_count; n++) {
        yonder_text segment = yn_path_segment(path, at);
        at += segment.len + 1;
        if (s->splat && n == s->splat_at) {
            if (n + 1 == s->segment_count)
                return YONDER_OK;
            return find_node_behind(b, scope, node, order, room, yn_skip(path, at - 1));
        }
        error = add_segment(b, scope, node, order, room, segment);
    }
    return error;
}

int yn_builder_find_shape(yn_builder *b, uint32_t node, bool splat, uint32_t order,
                          yonder_text names, uint32_t *number)
{
    yonder_rules *set = b->set;
    yn_slots *index = &b->shape_index;
    uint32_t hash = yn_shape_hash(node, splat, names);
    yn_probe probe = yn_slots_probe(hash, index->size);
    for (const yn_slot *s; (s = yn_slots_next(index->slot, index->size, hash, &probe));) {
        const yn_shape *shape = yn_set_shape(set, s->ref);
        if (shape->node == node && shape->splat == splat &&
            yn_equal(yn_shape_names(set, shape), names)) {
            *number = s->ref;
            return YONDER_OK;
        }
    }
    yn_shape shape = {
        .names_len = (uint32_t)names.len, .node = node, .min_order = order, .splat = splat};
    int error = yn_builder_pool(b, names, &shape.names);
    if (!error)
        error = yn_builder_push(b, YN_PART_shapes, &shape, sizeof shape, number);
    if (error)
        return error;
    if (!yn_slots_reserve(index, 1, b->mem))
        return YONDER_NO_MEMORY;
    yn_slots_insert(index, hash, *number);
    return YONDER_OK;
}
