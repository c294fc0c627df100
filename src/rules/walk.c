// SPDX-License-Identifier: MIT
// Through a tree of patterns: every node whose pattern fits the start of the path is seen once, so
// that a look-up costs no more than there are such nodes; those that could only lose are left out
// with all below them.
#include "base/text.h"
#include "rules/lookup.h"
#include "rules/path.h"

// A place in the tree, and the segment of the key that comes next. From the start of the path `at`
// is where that segment starts, and key.len + 1 past the last; behind a splat it is where it ends,
// and floor - 1 past the first.
typedef struct walk {
    yn_lookup *l;
    yonder_text key;
    uint32_t node;
    size_t at;
    size_t floor; // what stands before it belongs to the part before the splat
    bool behind;
} walk;

static bool is_worth(const walk *w, uint32_t node)
{
    return node && yn_set_node(w->l->set, node)->min_order < w->l->limit;
}

// The segment that comes next, and where `at` is past it. False if there is none.
static bool next_segment(const walk *w, yonder_text *segment, size_t *after)
{
    if (!w->behind) {
        if (w->at > w->key.len)
            return false;
        *segment = yn_path_segment(w->key, w->at);
        *after = w->at + segment->len + 1;
        return true;
    }
    if (w->at < w->floor)
        return false;
    size_t start = w->at;
    while (w->key.ptr[start - 1] != '/')
        start--;
    *segment = yn_slice(w->key, start, w->at);
    *after = start - 1;
    return true;
}

static bool descend(walk *w, bool literals)
{
    yonder_text segment;
    size_t after;
    if (!next_segment(w, &segment, &after))
        return false;
    const yn_node *node = yn_set_node(w->l->set, w->node);
    uint32_t child = 0;
    if (literals && node->has_literals)
        child = yn_set_find_child(w->l->set, w->node, segment);
    if (!is_worth(w, child))
        child = segment.len ? node->placeholder : 0;
    if (!is_worth(w, child))
        return false;
    w->node = child;
    w->at = after;
    return true;
}

// Where `at` was before the last step.
static size_t step_back(const walk *w)
{
    if (w->behind)
        return w->at + 1 + yn_path_segment(w->key, w->at + 1).len;
    size_t slash = w->at - 1;
    while (w->key.ptr[--slash] != '/') {
    }
    return slash + 1;
}

// Back to the nearest node whose placeholder was not tried yet, and on to that. `root` is where the
// walk began.
static bool backtrack(walk *w, uint32_t root)
{
    while (w->node != root) {
        const yn_node *node = yn_set_node(w->l->set, w->node);
        w->node = node->parent;
        w->at = step_back(w);
        if (!node->is_placeholder && descend(w, false))
            return true;
    }
    return false;
}

static void walk_behind(const walk *before, uint32_t root)
{
    walk w = {before->l, before->key, root, before->key.len, before->at, true};
    if (!is_worth(&w, root))
        return;
    do {
        yn_consider_place(w.l, w.node, false);
    } while (descend(&w, true) || backtrack(&w, root));
}

void yn_consider_patterns(yn_lookup *l, uint32_t root, const yn_scope *scope)
{
    walk w = {.l = l, .key = yn_lookup_key(l, scope), .node = root, .at = 1};
    if (!w.key.ptr || !is_worth(&w, root))
        return;
    do {
        yn_consider_place(l, w.node, true);
        if (w.at > w.key.len)
            yn_consider_place(l, w.node, false);
        uint32_t behind = yn_set_node(l->set, w.node)->behind;
        if (behind)
            walk_behind(&w, behind);
    } while (descend(&w, true) || backtrack(&w, root));
}
