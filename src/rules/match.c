// SPDX-License-Identifier: MIT
// The way of a request through a rule set: which scopes it belongs to, which rules of those it
// meets, the first of these in file order, and the Location that rule makes of it.
#include "base/text.h"
#include "core/host.h"
#include "rules/path.h"
#include "rules/query.h"
#include "rules/set.h"
#include "rules/target.h"

enum {
    longest_host = 255,
    most_names = longest_host / 2 + 2, // a host and the wildcards that cover it
};

typedef struct lookup {
    const yonder_rules *set;
    yonder_text key;   // the canonical path
    yonder_text raw;   // the path as written, without dot segments: the same segments
    yonder_text query; // without "?"
    char *scratch;     // what is still free of it
    size_t scratch_size;
    bool https;
    int32_t port;
    uint32_t *hosts; // most_names; names in the set that cover the request's, most specific first
    size_t host_count;
    uint32_t order; // of the best rule so far
    const yn_rule *best;
    int error;
} lookup;

/* ---- what a request wrote where a rule has a name -------------------------------------------- */

static yonder_text pair_value(const lookup *l, const yn_rule *rule, size_t n)
{
    yonder_text names = yn_shape_names(l->set, yn_set_shape(l->set, rule->shape));
    yn_shape_pair pair = {0};
    for (size_t i = 0; i <= n; i++)
        yn_shape_next(&names, &pair);
    return yn_query_value(l->query, pair.name);
}

// A cursor over the segments of a path; captures mostly stand in order.
typedef struct segment_cursor {
    size_t n, at;
} segment_cursor;

static size_t seek_segment(yonder_text path, segment_cursor *c, size_t n)
{
    if (n < c->n)
        *c = (segment_cursor){0, 1};
    for (; c->n < n; c->n++)
        c->at += yn_path_segment(path, c->at).len + 1;
    return c->at;
}

static void read_captures(const lookup *l, const yn_rule *rule, yonder_text *captures)
{
    segment_cursor cursor = {0, 1};
    for (size_t i = 0; i < rule->capture_count; i++) {
        yn_capture c = yn_rule_capture(rule, i);
        if (c.kind == YN_CAPTURE_PAIR) {
            captures[i] = pair_value(l, rule, c.n);
            continue;
        }
        size_t at = seek_segment(l->raw, &cursor, c.n);
        if (at > l->raw.len) // "/blog" for "/blog/*": nothing is left
            captures[i] = (yonder_text){NULL, 0};
        else if (c.kind == YN_CAPTURE_SPLAT)
            captures[i] = yn_skip(l->raw, at);
        else
            captures[i] = yn_path_segment(l->raw, at);
    }
}

/* ---- candidates ---------------------------------------------------------------------------- */

static bool fires(const lookup *l, const yn_rule *rule)
{
    if (!(rule->flags & YN_RULE_CONDITIONAL))
        return true;
    yonder_text captures[YONDER_RULES_MAX_PLACEHOLDERS];
    read_captures(l, rule, captures);
    return yn_target_fits(rule, captures);
}

// Takes the first rule of a chain that fires and comes before the best so far.
static void consider(lookup *l, uint32_t ref)
{
    while (ref) {
        const yn_rule *rule = yn_set_rule(l->set, ref);
        if (rule->order >= l->order)
            return;
        if (fires(l, rule)) {
            l->best = rule;
            l->order = rule->order;
            return;
        }
        ref = rule->next;
    }
}

// The literal values a shape asks for as the request has them, in the form of the rules' keys; they
// lie in the scratch space. False if the request lacks a pair or has one too many.
static bool request_values(lookup *l, const yn_shape *shape, yonder_text *values)
{
    yonder_text names = yn_shape_names(l->set, shape);
    yn_shape_pair pair;
    char *out = l->scratch;
    while (yn_shape_next(&names, &pair)) {
        yonder_text value = yn_query_value(l->query, pair.name);
        if ((value.len == 0) != (pair.kind == YN_PAIR_EMPTY))
            return false;
        if (pair.kind != YN_PAIR_LITERAL)
            continue;
        if (value.len > YONDER_RULES_MAX_LINE * 3) // no rule can have it
            return false;
        if (value.len + 2 > l->scratch_size - (size_t)(out - l->scratch)) {
            l->error = YONDER_TOO_LARGE;
            return false;
        }
        uint16_t len = (uint16_t)yn_query_decode(out + 2, value);
        memcpy(out, &len, sizeof len);
        out += 2 + len;
    }
    *values = (yonder_text){l->scratch, (size_t)(out - l->scratch)};
    return true;
}

static void consider_place(lookup *l, const yn_place *place)
{
    consider(l, place->rule);
    const yn_shape *shape;
    for (uint32_t n = place->shape; n; n = shape->next) {
        yonder_text values;
        shape = yn_set_shape(l->set, n);
        if (shape->min_order >= l->order)
            return;
        if (!request_values(l, shape, &values))
            continue;
        uint32_t hash = yn_values_hash(n, values);
        size_t at = hash;
        for (const yn_slot *s; (s = yn_slots_next(&l->set->values, hash, &at));) {
            const yn_rule *rule = yn_set_rule(l->set, s->ref);
            if (rule->shape == n && yn_equal(yn_rule_key(rule), values)) {
                consider(l, s->ref);
                break;
            }
        }
    }
}

static void consider_exact(lookup *l, uint32_t scope)
{
    uint32_t hash = yn_slots_hash(l->key, scope);
    size_t at = hash;
    for (const yn_slot *s; (s = yn_slots_next(&l->set->exact, hash, &at));) {
        const yn_rule *rule = yn_set_rule(l->set, s->ref);
        if (rule->place == scope && yn_equal(yn_rule_key(rule), l->key)) {
            consider(l, s->ref);
            return;
        }
    }
}

/* ---- patterns ------------------------------------------------------------------------------ */

// A place in the tree: the node and the segment of the key that comes after it. Past the last
// segment `at` is key.len + 1.
typedef struct step {
    uint32_t node;
    size_t at;
} step;

static bool is_worth(const lookup *l, uint32_t node)
{
    return node && yn_set_node(l->set, node)->min_order < l->order;
}

static bool descend(const lookup *l, step *s, bool literals)
{
    if (s->at > l->key.len)
        return false;
    const yn_node *node = yn_set_node(l->set, s->node);
    yonder_text segment = yn_path_segment(l->key, s->at);
    uint32_t child = 0;
    if (literals && node->has_literals)
        child = yn_set_find_child(l->set, s->node, segment);
    if (!is_worth(l, child))
        child = segment.len ? node->placeholder : 0;
    if (!is_worth(l, child))
        return false;
    *s = (step){child, s->at + segment.len + 1};
    return true;
}

// Back to the nearest node whose placeholder was not tried yet, and on to that.
static bool backtrack(const lookup *l, step *s)
{
    for (;;) {
        const yn_node *node = yn_set_node(l->set, s->node);
        if (!node->parent)
            return false;
        s->node = node->parent;
        size_t slash = s->at - 1;
        while (l->key.ptr[--slash] != '/') {
        }
        s->at = slash + 1;
        if (!node->is_placeholder && descend(l, s, false))
            return true;
    }
}

// Every node whose pattern fits the start of the path is seen once, so that a look-up costs no more
// than there are such nodes; those that could only lose are left out with all below them.
static void consider_patterns(lookup *l, uint32_t root)
{
    step s = {root, 1};
    if (!is_worth(l, root))
        return;
    do {
        const yn_node *node = yn_set_node(l->set, s.node);
        consider_place(l, &node->splat);
        if (s.at > l->key.len)
            consider_place(l, &node->end);
    } while (descend(l, &s, true) || backtrack(l, &s));
}

/* ---- scopes -------------------------------------------------------------------------------- */

static void consider_one_scope(lookup *l, uint32_t number)
{
    const yn_scope *scope = yn_set_scope(l->set, number);
    if (scope->has_exact)
        consider_exact(l, number);
    if (scope->root)
        consider_patterns(l, scope->root);
}

// A scope and those its URLs make inside it: they are one by file order.
static void consider_scope(lookup *l, uint32_t number)
{
    consider_one_scope(l, number);
    if (!yn_set_scope(l->set, number)->has_urls)
        return;
    for (size_t i = 0; i < l->host_count; i++) {
        const int32_t ports[] = {-1, l->port};
        for (size_t k = 0; k < 2; k++) {
            uint32_t scope = yn_set_find_url(l->set, number, l->hosts[i], l->https, ports[k]);
            if (scope)
                consider_one_scope(l, scope);
        }
    }
}

// The host in canonical form. Plain names, nearly all, need but lower case; the others must not
// reach IDNA, which allocates, and are no host a client would send.
static bool canonical_host(yonder_text field, char *room, yonder_text *host, int32_t *port)
{
    for (size_t i = 0; i < field.len; i++)
        if ((unsigned char)field.ptr[i] >= 0x80 || field.ptr[i] == '%')
            return false;
    return field.len && yn_host_canonical(field, room, longest_host, host, port) == YONDER_OK;
}

static void find_hosts(lookup *l, yonder_text field)
{
    char room[longest_host];
    yonder_text host;
    int32_t port;
    if (!l->set->host_index.count || !canonical_host(field, room, &host, &port))
        return;
    l->port = port >= 0 ? port : l->https ? 443 : 80;
    // With a dot at its start it would be taken for the name of a wildcard.
    uint32_t found = host.ptr[0] == '.' ? 0 : yn_set_find_host(l->set, host);
    if (found)
        l->hosts[l->host_count++] = found;
    for (size_t i = 1; l->set->has_wildcards && i < host.len; i++) {
        found = host.ptr[i] == '.' ? yn_set_find_host(l->set, yn_skip(host, i)) : 0;
        if (found && l->host_count < most_names)
            l->hosts[l->host_count++] = found;
    }
}

// The sections of the most specific name first; what serves any host last.
static void find_rule(lookup *l)
{
    for (size_t i = 0; i < l->host_count && !l->best; i++) {
        const yn_host *host = yn_set_host(l->set, l->hosts[i]);
        for (uint32_t k = 0; k < host->scope_count; k++)
            consider_scope(l, *yn_set_host_scope(l->set, host->scopes + k));
    }
    if (!l->best)
        consider_scope(l, 0);
}

/* ---- the call ------------------------------------------------------------------------------ */

// Sets key, raw and query. Only a path that is not its own key is written anew.
static bool read_target(lookup *l, yonder_text target)
{
    bool canonical;
    size_t end = yn_path_scan(target, &canonical);
    l->key = l->raw = yn_slice(target, 0, end);
    l->query = end < target.len ? yn_skip(target, end + 1) : (yonder_text){NULL, 0};
    if (canonical)
        return true;
    if (l->scratch_size / 4 < end)
        return false;
    l->raw = (yonder_text){l->scratch, yn_path_remove_dots(l->scratch, l->raw)};
    l->scratch += l->raw.len;
    l->key = (yonder_text){l->scratch, yn_path_canonical(l->scratch, l->raw)};
    l->scratch_size -= l->raw.len + l->key.len;
    l->scratch += l->key.len;
    return true;
}

static yonder_text source_of(const yonder_rules *set, const yn_rule *rule)
{
    size_t low = 0, high = set->sources.len / sizeof(yn_source_name);
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (yn_set_source(set, (uint32_t)middle)->first_order <= rule->order)
            low = middle;
        else
            high = middle;
    }
    const yn_source_name *source = yn_set_source(set, (uint32_t)low);
    return (yonder_text){set->pool.ptr + source->at, source->len};
}

int yonder_rules_match(const yonder_rules *rules, const yonder_rules_request *request,
                       char *scratch, size_t scratch_size, yonder_rules_answer *answer)
{
    uint32_t hosts[most_names];
    lookup l = {.set = rules,
                .hosts = hosts,
                .scratch = scratch,
                .scratch_size = scratch_size,
                .https = request->https,
                .order = YN_NO_ORDER};
    yonder_text captures[YONDER_RULES_MAX_PLACEHOLDERS], location;
    if (!request->target.len || request->target.ptr[0] != '/')
        return 0;
    if (!read_target(&l, request->target))
        return YONDER_TOO_LARGE;
    find_hosts(&l, request->host);
    find_rule(&l);
    if (l.error)
        return l.error;
    if (!l.best)
        return 0;
    read_captures(&l, l.best, captures);
    if (l.raw.ptr == scratch) { // of the scratch space, only the path as written is still needed
        scratch += l.raw.len;
        scratch_size -= l.raw.len;
    }
    yn_filling filling = {captures, l.query, rules,
                          l.best->shape ? yn_set_shape(rules, l.best->shape) : NULL};
    int error = yn_target_fill(l.best, &filling, scratch, scratch_size, &location);
    if (error)
        return error;
    *answer =
        (yonder_rules_answer){l.best->status, location, source_of(rules, l.best), l.best->line};
    return 1;
}
