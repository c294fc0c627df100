// SPDX-License-Identifier: MIT
// Vercel's redirects as JSON: the member "redirects" of a vercel.json, whose sources are patterns,
// or lists of bulk redirects.
#include "dialects/vercel.h"

#include "base/text.h"
#include "dialects/path_to_regexp.h"
#include "dialects/rows.h"
#include "dialects/tree.h"

enum {
    most_conditions = 16,
};

// A rule that has to be in a section, and comes after the others.
typedef struct deferred {
    yn_draft draft; // its texts lie in the reader's arena
    yonder_text host;
    struct deferred *next;
} deferred;

typedef struct reader {
    yn_carry carry;
    yn_arena tree;
    deferred *first, **last;
    bool case_ignored; // all bulk redirects want it so, and a line says it
    bool said_case;
} reader;

typedef struct rule {
    yn_from from;
    yonder_text host;
    yn_draft_pair pairs[YONDER_RULES_MAX_PAIRS];
    yn_draft_pair conditions[most_conditions];
    yn_draft draft;
} rule;

/* ---- has and missing ------------------------------------------------------------------------- */

static bool is_plain(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (memchr("\\+*?()[]{}|^$", t.ptr[i], sizeof "\\+*?()[]{}|^$" - 1))
            return false;
    return true;
}

// "(?<name>.*)" or "(?<name>.+)": the name, or an empty text.
static yonder_text bound_name(yonder_text value)
{
    if (!yn_starts_with(value, YN_TEXT("(?<")) || value.len < 8)
        return (yonder_text){NULL, 0};
    yonder_text name = yn_skip(value, 3);
    name.len = yn_name_length(name);
    yonder_text rest = yn_skip(value, 3 + name.len);
    return yn_equal(rest, YN_TEXT(">.*)")) || yn_equal(rest, YN_TEXT(">.+)"))
               ? name
               : (yonder_text){NULL, 0};
}

// A value that is matched as a whole, as a glob. False if it is more than texts and ".*".
static bool put_glob(yn_buf *out, yonder_text value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i], next = i + 1 < value.len ? value.ptr[i + 1] : '\0';
        if (c == '.' && next == '*') {
            yn_buf_char(out, '*');
            i++;
        } else if (c == '\\' && next && strchr(".+*?()[]{}|^$/-", next)) {
            if (next == '*')
                yn_buf_put(out, YN_TEXT("%2A"));
            else
                yn_buf_char(out, next);
            i++;
        } else if (strchr("\\+*?()[]{}|^$", c)) {
            return false;
        } else if (c == ' ' || c == '%') {
            yn_buf_printf(out, "%%%02X", c);
        } else {
            yn_buf_char(out, c);
        }
    }
    return true;
}

static bool add_condition(reader *r, rule *u, yonder_text name, yonder_text value)
{
    if (u->draft.condition_count == most_conditions)
        return YN_LOST(&r->carry, "more than %d conditions", most_conditions);
    u->conditions[u->draft.condition_count++] = (yn_draft_pair){name, value};
    return true;
}

static yonder_text joined(reader *r, const char *before, yonder_text t)
{
    yn_buf out = yn_carry_buf(&r->carry);
    yn_buf_str(&out, before);
    yn_buf_put(&out, t);
    return yn_carry_text(&r->carry, &out);
}

static bool read_header(reader *r, rule *u, yonder_text key, const yn_node *value, bool missing)
{
    yn_buf glob = yn_carry_buf(&r->carry);
    yonder_text text = yn_tree_text(value);
    if (!yn_is_token(key))
        return YN_ERROR(&r->carry, "a condition names no header field");
    if (yn_equal_nocase(key, YN_TEXT("x-vercel-ip-country")) && text.len == 2 && is_plain(text) &&
        !missing)
        return add_condition(r, u, YN_TEXT("country"), text);
    if (missing && value)
        return YN_LOST(&r->carry,
                       "that a header field has not a certain value cannot be asked for");
    if (!missing && !value)
        yn_buf_char(&glob, '*');
    else if (!missing && !put_glob(&glob, text))
        return YN_LOST(&r->carry, "the pattern of a header field is more than texts and '.*'");
    return add_condition(r, u, joined(r, "header:", key), yn_carry_text(&r->carry, &glob));
}

static bool read_cookie(reader *r, rule *u, yonder_text key, const yn_node *value, bool missing)
{
    yn_buf glob = yn_carry_buf(&r->carry);
    if (!yn_is_token(key))
        return YN_ERROR(&r->carry, "a condition names no cookie");
    if (missing)
        return YN_LOST(&r->carry, "that a cookie is missing cannot be asked for");
    if (!value)
        return add_condition(r, u, YN_TEXT("cookie"), key);
    if (!put_glob(&glob, yn_tree_text(value)))
        return YN_LOST(&r->carry, "the pattern of a cookie is more than texts and '.*'");
    return add_condition(r, u, joined(r, "cookie:", key), yn_carry_text(&r->carry, &glob));
}

static bool read_query(reader *r, rule *u, yonder_text key, const yn_node *value, bool missing)
{
    yonder_text text = yn_tree_text(value), bound = bound_name(text);
    if (missing && value)
        return YN_LOST(&r->carry, "that a parameter has not a certain value cannot be asked for");
    if (value && !bound.len && (!is_plain(text) || !text.len))
        return YN_LOST(&r->carry, "the value of a parameter is a pattern of its own");
    if (u->draft.pair_count == YONDER_RULES_MAX_PAIRS)
        return YN_LOST(&r->carry, "more than %u query parameters", YONDER_RULES_MAX_PAIRS);
    yn_buf name = yn_carry_buf(&r->carry);
    if (!value && !missing)
        yn_buf_printf(&name, ":yn_%zu", u->draft.pair_count);
    yonder_text wanted = bound.len ? joined(r, ":", bound)
                         : value   ? text
                                   : yn_carry_text(&r->carry, &name);
    u->pairs[u->draft.pair_count++] = yn_pair_write(&r->carry, key, wanted, bound.len || !value);
    if (!missing)
        YN_CHANGED(&r->carry, "the parameter that is asked for is not passed on with the others");
    return true;
}

static bool read_condition(reader *r, rule *u, const yn_node *node, bool missing)
{
    yonder_text type = yn_tree_text(yn_tree_member(node, "type"));
    yonder_text key = yn_tree_text(yn_tree_member(node, "key"));
    const yn_node *value = yn_tree_member(node, "value");
    if (!yn_carry_check(&r->carry, "a condition", key) ||
        !yn_carry_check(&r->carry, "a condition", yn_tree_text(value)))
        return false;
    if (value && value->kind != YN_NODE_TEXT)
        return YN_LOST(&r->carry, "the value of a condition is no plain text");
    if (yn_equal(type, YN_TEXT("header")) && yn_equal_nocase(key, YN_TEXT("host")))
        type = YN_TEXT("host");
    if (yn_equal(type, YN_TEXT("header")))
        return read_header(r, u, key, value, missing);
    if (yn_equal(type, YN_TEXT("cookie")))
        return read_cookie(r, u, key, value, missing);
    if (yn_equal(type, YN_TEXT("query")))
        return read_query(r, u, key, value, missing);
    if (!yn_equal(type, YN_TEXT("host")))
        return YN_ERROR(&r->carry,
                        "a condition is of none of the types: header, cookie, query, host");
    u->host = yn_tree_text(value);
    if (missing || !u->host.len || !is_plain(u->host))
        return YN_LOST(&r->carry, "which hosts it is for is a pattern, or which it is not for");
    return true;
}

static bool read_conditions(reader *r, rule *u, const yn_node *entry, const char *name)
{
    const yn_node *list = yn_tree_member(entry, name);
    for (const yn_node *n = list ? list->first : NULL; n; n = n->next)
        if (!read_condition(r, u, n, strcmp(name, "missing") == 0))
            return false;
    return true;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool read_status(reader *r, const yn_node *entry, bool permanent, int *status)
{
    int code = 0;
    const yn_node *given = yn_tree_member(entry, "statusCode"),
                  *flag = yn_tree_member(entry, "permanent");
    if (given && given->kind != YN_NODE_NULL && !yn_tree_int(given, &code))
        return YN_ERROR(&r->carry, "'statusCode' is no number");
    *status = yn_vercel_status(code, flag && flag->kind != YN_NODE_NULL ? yn_tree_truth(flag)
                                                                        : permanent);
    return true;
}

static yonder_text keep(reader *r, yonder_text t)
{
    yonder_text kept = t.len ? yn_arena_text(&r->tree, t) : t;
    if (t.len && !kept.ptr)
        r->carry.error = YONDER_NO_MEMORY;
    return kept;
}

static const yn_draft_pair *keep_pairs(reader *r, const yn_draft_pair *pairs, size_t count)
{
    yn_draft_pair *kept = yn_arena_alloc(&r->tree, (count + 1) * sizeof *kept);
    if (!kept)
        r->carry.error = YONDER_NO_MEMORY;
    for (size_t i = 0; kept && i < count; i++)
        kept[i] = (yn_draft_pair){keep(r, pairs[i].name), keep(r, pairs[i].value)};
    return kept;
}

// For a host, and a regular expression: only a section can have both, and sections come last.
static void defer(reader *r, const rule *u)
{
    const yn_draft *d = &u->draft;
    deferred *fresh = yn_arena_alloc(&r->tree, sizeof *fresh);
    if (!fresh) {
        r->carry.error = YONDER_NO_MEMORY;
        return;
    }
    fresh->draft = *d;
    fresh->draft.from = keep(r, d->from);
    fresh->draft.to = keep(r, d->to);
    fresh->draft.pairs = keep_pairs(r, d->pairs, d->pair_count);
    fresh->draft.conditions = keep_pairs(r, d->conditions, d->condition_count);
    fresh->draft.line = r->carry.line;
    fresh->host = keep(r, u->host);
    fresh->next = NULL;
    *r->last = fresh;
    r->last = &fresh->next;
    YN_CHANGED(&r->carry,
               "in a section of its host it goes before all rules that are for any host");
}

static bool read_rule(reader *r, rule *u, const yn_node *entry)
{
    yonder_text source = yn_tree_text(yn_tree_member(entry, "source"));
    yonder_text target = yn_tree_text(yn_tree_member(entry, "destination"));
    u->draft.pairs = u->pairs;
    u->draft.conditions = u->conditions;
    if (!yn_carry_check(&r->carry, "the source", source) ||
        !yn_carry_check(&r->carry, "the destination", target))
        return false;
    if (!source.len || source.ptr[0] != '/')
        return YN_ERROR(&r->carry, "the source is no path that starts with '/'");
    if (!read_status(r, entry, true, &u->draft.status) || !read_conditions(r, u, entry, "has") ||
        !read_conditions(r, u, entry, "missing") ||
        !yn_path_to_regexp_read(&r->carry, &u->from, source))
        return false;
    u->from.wants_numbers = yn_path_to_regexp_numbers(target);
    yn_buf origin = yn_carry_buf(&r->carry);
    if (!yn_from_write(&r->carry, &u->from, &u->draft.from))
        return false;
    if (u->host.len && !u->from.is_regex) {
        yn_buf_put(&origin, YN_TEXT("//"));
        yn_buf_put(&origin, u->host);
        yn_buf_put(&origin, u->draft.from);
        u->draft.from = yn_carry_text(&r->carry, &origin);
    }
    u->draft.to = yn_path_to_regexp_target(&r->carry, &u->from, &u->draft, target);
    if (yn_to_has_query(target))
        YN_CHANGED(&r->carry,
                   "the target has a query of its own: that of the request is not passed on");
    return true;
}

static void put_rule(reader *r, const yn_node *entry)
{
    rule *u = yn_arena_alloc(&r->carry.arena, sizeof *u);
    if (!u) {
        r->carry.error = YONDER_NO_MEMORY;
        return;
    }
    memset(u, 0, sizeof *u);
    if (!read_rule(r, u, entry))
        return;
    if (u->host.len && u->from.is_regex)
        defer(r, u);
    else
        yn_carry_rule(&r->carry, &u->draft);
}

static void put_deferred(reader *r)
{
    const yn_sink *sink = r->carry.sink;
    r->carry.entry = 0;
    for (deferred *d = r->first; d && !r->carry.error; d = d->next) {
        r->carry.line = d->draft.line;
        int error =
            sink->section ? sink->section(sink->context, d->host, d->draft.line) : YONDER_OK;
        if (error == YONDER_OK)
            yn_carry_rule(&r->carry, &d->draft);
        else if (error != YONDER_INVALID_RULES)
            r->carry.error = error;
    }
}

static void put_bulk(reader *r, const yn_node *entry)
{
    yn_vercel_bulk bulk = {
        .source = yn_tree_text(yn_tree_member(entry, "source")),
        .destination = yn_tree_text(yn_tree_member(entry, "destination")),
        .case_sensitive = yn_tree_truth(yn_tree_member(entry, "caseSensitive")),
        .query = yn_tree_truth(yn_tree_member(entry, "query")),
    };
    if (read_status(r, entry, false, &bulk.status))
        yn_vercel_bulk_put(&r->carry, &bulk, r->case_ignored);
}

static void put_entries(reader *r, const yn_node *first, void (*put)(reader *, const yn_node *))
{
    r->carry.entry = 0;
    for (const yn_node *n = first; n && !r->carry.error; n = n->next) {
        r->carry.entry++;
        r->carry.line = n->line;
        if (n->kind != YN_NODE_OBJECT)
            YN_ERROR(&r->carry, "no object");
        else
            put(r, n);
        yn_carry_rule_end(&r->carry);
    }
    r->carry.entry = r->carry.line = 0;
}

static bool all_ignore_case(const yn_node *first)
{
    for (const yn_node *n = first; n; n = n->next)
        if (yn_tree_truth(yn_tree_member(n, "caseSensitive")))
            return false;
    return first != NULL;
}

static void put_bulk_list(reader *r, const yn_node *first)
{
    r->case_ignored = !r->said_case && all_ignore_case(first);
    if (r->case_ignored)
        yn_carry_site(&r->carry, YN_TEXT("case"), YN_TEXT("ignore"));
    r->said_case = true;
    put_entries(r, first, put_bulk);
}

// What else of the file has to do with redirects.
static void note_others(reader *r, const yn_node *file)
{
    static const char *const names[] = {"routes", "rewrites", "cleanUrls", "trailingSlash",
                                        "bulkRedirectsPath"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const yn_node *n = yn_tree_member(file, names[i]);
        if (n && n->kind != YN_NODE_NULL && !(n->kind == YN_NODE_ARRAY && !n->first) &&
            !(n->kind == YN_NODE_BOOL && !n->truth && i == 2))
            YN_LOST(&r->carry, "the member '%s' is not read: only 'redirects' is", names[i]);
    }
}

static void read_source(reader *r, const yonder_rules_source *source)
{
    yonder_text text;
    if (!yn_carry_source(&r->carry, source, &text))
        return;
    yn_node *all = yn_tree_read(&r->carry, &r->tree, text), *first = all ? all->first : NULL;
    const yn_node *list = yn_tree_member(first, "redirects");
    r->first = NULL;
    r->last = &r->first;
    if (first && first->kind == YN_NODE_ARRAY) {
        put_bulk_list(r, first->first);
    } else if (list && list->kind == YN_NODE_ARRAY) {
        note_others(r, first);
        put_entries(r, list->first, put_rule);
        put_deferred(r);
    } else if (yn_tree_member(first, "source")) {
        put_bulk_list(r, first); // one a line
    } else if (first) {
        note_others(r, first);
        YN_ERROR(&r->carry, "neither a list nor an object with a list 'redirects'");
    }
    yn_arena_free(&r->tree);
}

static int read_vercel(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    reader r = {.tree = yn_arena_make(input->mem)};
    yn_carry_begin(&r.carry, input, sink, notes);
    for (size_t i = 0; i < input->source_count && !r.carry.error; i++)
        read_source(&r, &input->sources[i]);
    yn_arena_free(&r.tree);
    return yn_carry_end(&r.carry);
}

const yn_dialect yn_dialect_vercel = {
    "vercel", "redirects of vercel.json, or bulk redirects as JSON", read_vercel, NULL};
