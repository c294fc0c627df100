// SPDX-License-Identifier: MIT
// Rules whose FROM fits, and what else has to hold before one of them fires.
#include "base/text.h"
#include "rules/lookup.h"
#include "rules/path.h"
#include "rules/query.h"
#include "rules/same.h"
#include "rules/target.h"

/* ---- what a request wrote where a rule has a name -------------------------------------------- */

// The value of the first pair with this name, unless the site ignores it.
static yonder_text value_of(const yn_lookup *l, yonder_text name)
{
    yonder_text rest = l->query;
    yn_pair pair;
    if (!l->ignored.len)
        return yn_query_value(rest, name);
    while (yn_query_next(&rest, &pair))
        if (yn_query_is(pair.name, name) && !yn_site_ignores(l->ignored, pair.name))
            return pair.value;
    return (yonder_text){NULL, 0};
}

static yonder_text pair_value(const yn_lookup *l, const yn_rule *rule, size_t n)
{
    yonder_text names = yn_shape_names(l->set, yn_set_shape(l->set, yn_rule_rest(rule)->shape));
    yn_shape_pair pair = {0};
    for (size_t i = 0; i <= n; i++)
        if (!yn_shape_next(&names, &pair))
            return (yonder_text){NULL, 0};
    return value_of(l, pair.name);
}

// A cursor over the segments of a path; captures mostly stand in order.
typedef struct segment_cursor {
    size_t n, at;
} segment_cursor;

static size_t seek_segment(yonder_text path, segment_cursor *c, size_t n)
{
    if (n < c->n)
        *c = (segment_cursor){0, 1};
    for (; c->n < n && c->at <= path.len; c->n++)
        c->at += yn_path_segment(path, c->at).len + 1;
    return c->n == n ? c->at : path.len + 1;
}

// Where the n-th segment from the end starts, 0 being the last; 0 if there are not so many.
static size_t seek_back(yonder_text path, size_t n)
{
    size_t at = path.len;
    for (;; n--) {
        while (at && path.ptr[at - 1] != '/')
            at--;
        if (n == 0 || at <= 1)
            return n == 0 ? at : 0;
        at--;
    }
}

static yonder_text splat_of(yonder_text path, size_t at, size_t behind)
{
    size_t end = path.len;
    if (behind) {
        end = seek_back(path, behind - 1);
        end -= end != 0;
    }
    // "/blog" for "/blog/*", "/a/b" for "/a/*/b": nothing is left.
    return at < end ? yn_slice(path, at, end) : (yonder_text){NULL, 0};
}

// The groups of a rule's regular expression, at most YN_REGEX_MAX_GROUPS + 1.
static bool match_regex(yn_lookup *l, const yn_rule *rule, yonder_text *groups)
{
    uint32_t number = yn_rule_rest(rule)->regex;
    if (number >= l->set->regexes_count || !l->set->compiled[number])
        return false;
    return yn_regex_match(l->set->compiled[number], yn_lookup_subject(l), groups,
                          YN_REGEX_MAX_GROUPS + 1) == YN_REGEX_YES;
}

void yn_read_captures(yn_lookup *l, const yn_rule *rule, yonder_text *captures)
{
    segment_cursor cursor = {0, 1};
    yonder_text groups[YN_REGEX_MAX_GROUPS + 1], raw = l->raw;
    size_t count = yn_rule_rest(rule)->capture_count;
    if (rule->flags & YN_RULE_REGEX) {
        memset(groups, 0, sizeof groups);
        match_regex(l, rule, groups);
    } else if (rule->flags & YN_RULE_IN_NODE && raw.len > 1 && raw.ptr[raw.len - 1] == '/' &&
               yn_set_scope(l->set, yn_set_rule_node(l->set, yn_rule_place(rule))->scope)
                   ->slash_ignored) {
        raw.len--;
    }
    for (size_t i = 0; i < count && i < YONDER_RULES_MAX_PLACEHOLDERS; i++) {
        yn_capture c = yn_rule_capture(rule, i);
        size_t at;
        captures[i] = (yonder_text){NULL, 0};
        switch ((yn_capture_kind)c.kind) {
        case YN_CAPTURE_PAIR:
            captures[i] = pair_value(l, rule, c.n);
            break;
        case YN_CAPTURE_GROUP:
            if (rule->flags & YN_RULE_REGEX && c.n <= YN_REGEX_MAX_GROUPS)
                captures[i] = groups[c.n];
            break;
        case YN_CAPTURE_SPLAT:
            at = seek_segment(raw, &cursor, c.n);
            captures[i] = splat_of(c.behind ? raw : l->raw, at, c.behind);
            break;
        case YN_CAPTURE_BACK:
            at = seek_back(raw, c.n);
            captures[i] = at ? yn_path_segment(raw, at) : (yonder_text){NULL, 0};
            break;
        case YN_CAPTURE_SEGMENT:
            at = seek_segment(raw, &cursor, c.n);
            captures[i] = at <= raw.len ? yn_path_segment(raw, at) : (yonder_text){NULL, 0};
            break;
        }
    }
}

/* ---- does it fire? --------------------------------------------------------------------------- */

static void note_condition(yn_lookup *l, const yn_condition *c, uint64_t place)
{
    yonder_text field = yn_condition_field(c);
    if (c->kind == YN_IF_METHOD)
        return;
    if (place < l->conditional)
        l->conditional = place;
    for (size_t i = 0; i < l->vary_count; i++)
        if (yn_equal_nocase(l->vary[i].field, field)) {
            if (place < l->vary[i].place)
                l->vary[i].place = place;
            return;
        }
    if (field.len && l->vary_count < YN_MOST_VARY)
        l->vary[l->vary_count++] = (yn_noted){field, place};
    else if (field.len && place < l->vary_lost)
        l->vary_lost = place;
}

void yn_note_conditions(yn_lookup *l, const yn_rule *rule, size_t count, uint64_t place)
{
    yonder_text rest = yn_rule_conditions(rule);
    yn_condition c;
    for (size_t n = 1; (!count || n <= count) && yn_condition_next(&rest, &c); n++)
        note_condition(l, &c, place);
}

// A share goes by the rule's key and its target, of which any part may be kept as a prefix.
static uint64_t share_salt(const yn_lookup *l, const yn_rule *rule)
{
    const yonder_text parts[] = {
        yn_rule_key(rule), {"", 1}, yn_rule_prefix(l->set, rule), yn_rule_target(rule)};
    uint64_t salt = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (size_t k = 0; k < parts[i].len; k++)
            salt = yn_hash_mix(salt ^ (unsigned char)parts[i].ptr[k], 0x9e3779b97f4a7c15u) + 1;
    return salt;
}

static uint64_t place_of(const yn_lookup *l, const yn_rule *rule)
{
    return l->choosing ? l->place : (uint64_t)l->rank << 32 | rule->order;
}

// The number of the first condition that does not hold, from 1; 0: all hold. Notes those that were
// asked.
static size_t failing_condition(yn_lookup *l, const yn_rule *rule)
{
    yonder_text rest = yn_rule_conditions(rule);
    yn_condition c;
    for (size_t n = 1; yn_condition_next(&rest, &c); n++) {
        note_condition(l, &c, place_of(l, rule));
        uint64_t salt = c.kind == YN_IF_SHARE ? share_salt(l, rule) : 0;
        if (!yn_condition_holds(&c, l->request, salt))
            return n;
    }
    return 0;
}

// What a regular expression needs besides its match.
static bool pairs_fit(const yn_lookup *l, const yn_rule *rule)
{
    uint32_t number = yn_rule_rest(rule)->shape;
    yonder_text names = yn_shape_names(l->set, yn_set_shape(l->set, number));
    yonder_text values = yn_rule_regex_key(rule).values;
    yn_shape_pair pair;
    while (number && yn_shape_next(&names, &pair)) {
        yonder_text value = value_of(l, pair.name);
        uint16_t len = 0;
        if ((value.len == 0) != (pair.kind == YN_PAIR_EMPTY))
            return false;
        if (pair.kind != YN_PAIR_LITERAL)
            continue;
        if (values.len >= sizeof len)
            memcpy(&len, values.ptr, sizeof len);
        if (values.len < sizeof len + (size_t)len ||
            !yn_query_is(value, yn_slice(values, sizeof len, sizeof len + (size_t)len)))
            return false;
        values = yn_skip(values, sizeof len + (size_t)len);
    }
    return true;
}

static yn_verdict judge(yn_lookup *l, const yn_rule *rule, size_t *condition, yonder_text *captures)
{
    if (rule->flags & YN_RULE_REGEX && !pairs_fit(l, rule))
        return YN_VERDICT_PAIRS;
    if (rule->flags & YN_RULE_CONDITIONAL || l->watch) {
        yn_read_captures(l, rule, captures);
        if (rule->flags & YN_RULE_CONDITIONAL && !yn_target_fits(rule, captures))
            return YN_VERDICT_AUTHORITY;
    }
    *condition = rule->flags & YN_RULE_MORE ? failing_condition(l, rule) : 0;
    return *condition ? YN_VERDICT_CONDITION : YN_VERDICT_FIRES;
}

static bool fires(yn_lookup *l, const yn_rule *rule)
{
    yonder_text captures[YN_MOST_CAPTURES];
    size_t condition = 0;
    if (rule->flags & YN_RULE_CONDITIONAL || l->watch)
        memset(captures, 0, sizeof captures);
    if (!(rule->flags & (YN_RULE_CONDITIONAL | YN_RULE_MORE | YN_RULE_REGEX)) && !l->watch)
        return true;
    if (rule->flags & YN_RULE_REGEX) {
        yonder_text groups[YN_REGEX_MAX_GROUPS + 1];
        if (!match_regex(l, rule, groups))
            return false;
    }
    yn_verdict verdict = judge(l, rule, &condition, captures);
    if (l->watch)
        l->watch->candidate(l->watch->context, l->set, rule, verdict, condition, captures);
    return verdict == YN_VERDICT_FIRES;
}

static bool is_gone(const yn_lookup *l, const yn_rule *rule)
{
    return l->set != l->top && yn_set_is_gone(l->top, rule->order);
}

void yn_consider(yn_lookup *l, uint32_t ref)
{
    uint32_t before = 0;
    while (ref) {
        const yn_rule *rule = yn_set_rule(l->set, ref);
        // In a chain orders rise; in a damaged one they may not.
        if (!rule || rule->order >= l->limit || rule->order <= before)
            return;
        before = rule->order;
        if (!is_gone(l, rule) && fires(l, rule)) {
            if (rule->order < l->order) {
                l->order = rule->order;
                l->best = ref;
                l->best_set = l->set;
                l->place = place_of(l, rule);
            }
            if (!l->watch) {
                l->limit = l->order;
                return;
            }
        }
        ref = yn_set_next(l->set, ref, rule);
    }
}

/* ---- query pairs ----------------------------------------------------------------------------- */

// The literal values a shape asks for as the request has them, in the form of the rules' keys; they
// lie in the scratch space. False if the request lacks a pair or has one too many.
static bool request_values(yn_lookup *l, const yn_shape *shape, yonder_text *values)
{
    yonder_text names = yn_shape_names(l->set, shape);
    yn_shape_pair pair;
    char *out = l->scratch;
    while (yn_shape_next(&names, &pair)) {
        yonder_text value = value_of(l, pair.name);
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

static void consider_values(yn_lookup *l, uint32_t number, yonder_text values)
{
    uint32_t hash = yn_values_hash(number, values);
    yn_probe probe = yn_slots_probe(hash, l->set->values_count);
    for (const yn_slot *s;
         (s = yn_slots_next(l->set->values, l->set->values_count, hash, &probe));) {
        const yn_rule *rule = yn_set_rule(l->set, s->ref);
        if (rule && yn_rule_rest(rule)->shape == number && yn_equal(yn_rule_key(rule), values)) {
            yn_consider(l, s->ref);
            return;
        }
    }
}

static void consider_shapes(yn_lookup *l, uint32_t number)
{
    while (number) {
        const yn_shape *shape = yn_set_shape(l->set, number);
        yonder_text values;
        if (shape->min_order >= l->limit)
            return;
        if (request_values(l, shape, &values))
            consider_values(l, number, values);
        number = shape->next;
    }
}

// Shapes that ask for a value are found by the names the request has.
static void consider_named(yn_lookup *l, uint32_t node, bool splat)
{
    yonder_text rest = l->query;
    yn_pair pair;
    while (yn_query_next(&rest, &pair)) {
        if (!pair.value.len)
            continue;
        if (pair.name.len > l->scratch_size) {
            l->error = YONDER_TOO_LARGE;
            return;
        }
        yonder_text name = {l->scratch, yn_query_decode(l->scratch, pair.name)};
        const yn_slot *s = yn_set_find_named(l->set, node, splat, name);
        // A query may repeat a name; the first time counts.
        if (s && yn_query_value(l->query, name).ptr == pair.value.ptr)
            consider_shapes(l, s->ref);
    }
}

void yn_consider_place(yn_lookup *l, uint32_t number, bool splat)
{
    const yn_node *node = yn_set_node(l->set, number);
    const yn_place *place = splat ? &node->splat : &node->end;
    yn_consider(l, place->rule);
    consider_shapes(l, place->shape);
    if (node->has_named && l->query.len)
        consider_named(l, number, splat);
}

/* ---- languages ------------------------------------------------------------------------------- */

int yn_quality_of(const yn_lookup *l, const yn_rule *rule)
{
    yonder_text rest = yn_rule_conditions(rule);
    yn_condition c;
    int quality = 0;
    while (yn_condition_next(&rest, &c))
        if (c.kind == YN_IF_LANGUAGE)
            quality = yn_condition_quality(&c, l->request);
    return quality;
}

void yn_choose_language(yn_lookup *l)
{
    const yonder_rules *set = l->set = l->best_set;
    uint32_t ref = l->best;
    const yn_rule *first = yn_set_rule(set, ref), *rule = first;
    l->watch = NULL;
    l->choosing = true;
    int best = yn_quality_of(l, rule);
    while ((ref = yn_set_next(set, ref, rule)) && (rule = yn_set_rule(set, ref))) {
        // Regular expressions with one prefix are one chain.
        if ((rule->flags & YN_RULE_REGEX && !yn_same_from(set, rule, set, first)) ||
            !fires(l, rule))
            continue;
        if (!yn_rule_rest(rule)->has_language)
            return;
        int quality = yn_quality_of(l, rule);
        if (quality > best) {
            best = quality;
            l->best = ref;
        }
    }
}
