// SPDX-License-Identifier: MIT
#include "rules/view.h"

#include "base/text.h"
#include "rules/path.h"
#include "rules/target.h"

/* ---- going through --------------------------------------------------------------------------- */

static const yn_rule *rule_at(const yonder_rules *set, size_t at)
{
    return at && at < set->records_count ? yn_set_rule(set, (uint32_t)at) : NULL;
}

yn_rule_cursor yn_rules_begin(const yonder_rules *set)
{
    return (yn_rule_cursor){set, 2, 2}; // the records begin with 8 zeros
}

static const yn_rule *next_below(yn_rule_cursor *c)
{
    const yonder_rules *below = c->set->below;
    const yn_rule *rule;
    while (below && (rule = rule_at(below, c->below)) && yn_set_is_gone(c->set, rule->order))
        c->below += yn_rule_size(rule) / 4;
    return below ? rule_at(below, c->below) : NULL;
}

const yn_rule *yn_rules_next(yn_rule_cursor *c, const yonder_rules **owner)
{
    const yn_rule *own = rule_at(c->set, c->at), *below = next_below(c);
    bool take_own = own && (!below || own->order < below->order);
    const yn_rule *rule = take_own ? own : below;
    if (!rule)
        return NULL;
    *(take_own ? &c->at : &c->below) += yn_rule_size(rule) / 4;
    *owner = take_own ? c->set : c->set->below;
    return rule;
}

static const yn_rule *find_in(const yonder_rules *set, uint32_t order)
{
    size_t low = 0, high = set->marks_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (set->marks[middle].order <= order)
            low = middle;
        else
            high = middle;
    }
    if (!set->marks_count)
        return NULL;
    size_t at = set->marks[low].rule;
    const yn_rule *rule;
    while ((rule = rule_at(set, at)) && rule->order < order)
        at += yn_rule_size(rule) / 4;
    return rule && rule->order == order ? rule : NULL;
}

const yn_rule *yn_rules_find(const yonder_rules *set, uint32_t order, const yonder_rules **owner)
{
    const yn_rule *rule = find_in(set, order);
    *owner = set;
    if (!rule && set->below && !yn_set_is_gone(set, order)) {
        rule = find_in(set->below, order);
        *owner = set->below;
    }
    return rule;
}

/* ---- taking apart ---------------------------------------------------------------------------- */

typedef struct viewing {
    yn_view *out;
    const yonder_rules *set;
    const yn_rule *rule;
    yn_arena *arena;
} viewing;

static void *take(const viewing *v, size_t count, size_t size)
{
    return yn_arena_alloc(v->arena, count ? count * size : 1);
}

static bool view_exact(const viewing *v)
{
    yonder_text key = yn_rule_key(v->rule);
    size_t count = 0;
    for (size_t i = 0; i < key.len; i++)
        count += key.ptr[i] == '/';
    yn_part *parts = take(v, count, sizeof *parts);
    if (!parts)
        return false;
    size_t at = 1;
    for (size_t i = 0; i < count; i++) {
        parts[i] = (yn_part){YN_PART_LITERAL, yn_path_segment(key, at)};
        at += parts[i].literal.len + 1;
    }
    v->out->parts = parts;
    v->out->part_count = v->out->splat = count;
    return true;
}

static yn_part part_of(const yn_node *node)
{
    return node->is_placeholder ? (yn_part){YN_PART_PLACEHOLDER, {NULL, 0}}
                                : (yn_part){YN_PART_LITERAL, yn_node_segment(node)};
}

// From the rule's node up to the root: behind a splat that is from left to right, before it from
// right to left.
static bool view_pattern(const viewing *v)
{
    const yonder_rules *set = v->set;
    size_t behind = 0, before = 0;
    uint32_t splat_node = yn_rule_place(v->rule), n;
    for (; yn_set_rule_node(set, splat_node)->is_behind; behind++)
        splat_node = yn_set_rule_parent(set, splat_node);
    bool has_splat = behind || yn_rule_rest(v->rule)->at_splat;
    behind -= behind != 0; // the root of what is behind is no segment
    for (n = splat_node; (n = yn_set_rule_parent(set, n));)
        before++;
    yn_part *parts = take(v, before + has_splat + behind, sizeof *parts);
    if (!parts)
        return false;
    size_t at = before;
    for (n = splat_node; at; n = yn_set_rule_parent(set, n))
        parts[--at] = part_of(yn_set_rule_node(set, n));
    if (has_splat)
        parts[before] = (yn_part){YN_PART_SPLAT, {NULL, 0}};
    n = yn_rule_place(v->rule);
    for (size_t i = 0; i < behind; i++, n = yn_set_rule_parent(set, n))
        parts[before + 1 + i] = part_of(yn_set_rule_node(set, n));
    v->out->parts = parts;
    v->out->part_count = before + has_splat + behind;
    v->out->splat = has_splat ? before : v->out->part_count;
    for (size_t i = 0; i < v->out->part_count; i++)
        v->out->has_placeholders = v->out->has_placeholders || parts[i].kind == YN_PART_PLACEHOLDER;
    return true;
}

static bool view_pairs(const viewing *v, yonder_text values)
{
    uint32_t number = yn_rule_rest(v->rule)->shape;
    yonder_text names = yn_shape_names(v->set, yn_set_shape(v->set, number));
    yn_view_pair *pairs = take(v, number ? YONDER_RULES_MAX_PAIRS : 0, sizeof *pairs);
    yn_shape_pair pair;
    size_t count = 0;
    if (!pairs)
        return false;
    while (number && count < YONDER_RULES_MAX_PAIRS && yn_shape_next(&names, &pair)) {
        yn_view_pair *p = &pairs[count++];
        uint16_t len = 0;
        *p = (yn_view_pair){.kind = pair.kind, .name = pair.name};
        if (pair.kind != YN_PAIR_LITERAL)
            continue;
        if (values.len >= sizeof len)
            memcpy(&len, values.ptr, sizeof len);
        if (values.len < sizeof len + (size_t)len)
            break;
        p->value = yn_slice(values, sizeof len, sizeof len + (size_t)len);
        values = yn_skip(values, sizeof len + (size_t)len);
    }
    v->out->pairs = pairs;
    v->out->pair_count = count;
    return true;
}

static bool view_conditions(const viewing *v)
{
    yonder_text rest = yn_rule_conditions(v->rule);
    yn_condition *list = take(v, rest.len ? YONDER_RULES_MAX_CONDITIONS : 0, sizeof *list);
    size_t count = 0;
    if (!list)
        return false;
    while (count < YONDER_RULES_MAX_CONDITIONS && yn_condition_next(&rest, &list[count]))
        count++;
    v->out->conditions = list;
    v->out->condition_count = count;
    return true;
}

static void add_text(yn_view *out, yn_piece *pieces, yonder_text text)
{
    if (text.len)
        pieces[out->piece_count++] = (yn_piece){.text = text};
}

static bool view_target(const viewing *v)
{
    const yn_rule *rule = v->rule;
    yn_view *out = v->out;
    yonder_text code = yn_rule_target(rule), prefix = yn_rule_prefix(v->set, rule);
    const yn_rule_more *more = yn_rule_rest(rule);
    size_t query_at = rule->flags & YN_RULE_MORE ? more->query_at : code.len, done = 0, marks = 0;
    for (size_t i = 0; i < code.len; i++)
        marks += (unsigned char)code.ptr[i] <= YN_MARK_PATH;
    yn_piece *pieces = take(v, 2 * marks + 4, sizeof *pieces);
    if (!pieces)
        return false;
    out->piece_count = 0;
    add_text(out, pieces, prefix);
    out->query_at = SIZE_MAX;
    for (size_t i = 0; i <= code.len; i++) {
        bool mark = i + 1 < code.len && (unsigned char)code.ptr[i] <= YN_MARK_PATH;
        if (i == query_at || mark || i == code.len) {
            add_text(out, pieces, yn_slice(code, done, i));
            done = i;
        }
        if (i == query_at)
            out->query_at = out->piece_count;
        if (!mark)
            continue;
        yn_piece *p = &pieces[out->piece_count++];
        *p = (yn_piece){.is_capture = true, .where = (unsigned char)code.ptr[i]};
        size_t n = (unsigned char)code.ptr[++i];
        if (n < more->capture_count)
            p->capture = yn_rule_capture(rule, n);
        done = i + 1;
    }
    if (out->query_at > out->piece_count)
        out->query_at = out->piece_count;
    out->pieces = pieces;
    out->passes_query = out->piece_count && !(rule->flags & YN_RULE_OWN_QUERY);
    out->is_local = out->piece_count && rule->flags & YN_RULE_LOCAL;
    return true;
}

bool yn_view_rule(yn_view *out, const yonder_rules *owner, const yn_rule *rule, yn_arena *arena)
{
    viewing v = {out, owner, rule, arena};
    yonder_text values = yn_rule_key(rule);
    *out = (yn_view){.rule = rule, .order = rule->order, .scope = yn_rule_place(rule)};
    out->file = yn_set_source_of(owner, rule->order, &out->line);
    out->status = rule->status < yn_status_count ? yn_statuses[rule->status].status : 0;
    bool good;
    if (rule->flags & YN_RULE_REGEX) {
        yn_regex_key key = yn_rule_regex_key(rule);
        out->is_regex = true;
        out->regex = key.pattern;
        out->regex_ignores_case = key.ignore_case;
        values = key.values;
        good = true;
    } else if (rule->flags & YN_RULE_IN_NODE) {
        out->scope = yn_set_rule_node(owner, yn_rule_place(rule))->scope;
        good = view_pattern(&v);
    } else {
        good = view_exact(&v);
    }
    return good && view_pairs(&v, values) && view_conditions(&v) && view_target(&v);
}

bool yn_view_scope(yn_scope_view *out, const yonder_rules *owner, uint32_t number, yn_arena *arena)
{
    const yn_scope *scope = yn_set_scope(owner, number), *section = scope;
    *out = (yn_scope_view){
        .port = -1, .slash_ignored = scope->slash_ignored, .case_ignored = scope->case_ignored};
    if (scope->url) {
        const yn_url_scope *url = yn_set_url(owner, scope->url);
        out->url_host = yn_host_name(owner, url->host);
        out->scheme = (yn_scheme)url->scheme;
        out->port = url->port;
        section = yn_set_scope(owner, url->parent);
    }
    yonder_text *hosts = yn_arena_alloc(arena, (section->member_count + 1) * sizeof *hosts);
    if (!hosts)
        return false;
    for (uint32_t i = 0; i < section->member_count; i++) {
        uint32_t host = *yn_set_member(owner, section->members + i);
        hosts[i] = yn_host_name(owner, host);
    }
    out->hosts = hosts;
    out->host_count = section->member_count;
    return true;
}
