// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/text.h"
#include "dialects/rows.h"
#include "dialects/tree.h"
#include "dialects/wordpress.h"

typedef struct item {
    const yn_node *node;
    int position;
    uint32_t number; // in the file, from 1
} item;

typedef struct reader {
    yn_carry carry;
    yn_arena tree;
    const yn_node *groups;
    yn_wordpress_file file;
    bool said_case, said_slash;
} reader;

static int compare(const void *left, const void *right)
{
    const item *a = left, *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static const yn_node *flag(const yn_node *entry, const char *name)
{
    return yn_tree_member(yn_tree_member(yn_tree_member(entry, "match_data"), "source"), name);
}

static bool is_regex(const yn_node *entry)
{
    return yn_tree_truth(flag(entry, "flag_regex")) ||
           yn_tree_truth(yn_tree_member(entry, "regex"));
}

static bool is_off(const yn_node *node)
{
    const yn_node *enabled = yn_tree_member(node, "enabled");
    return enabled && enabled->kind != YN_NODE_NULL && !yn_tree_truth(enabled);
}

static bool group_is_off(const reader *r, const yn_node *entry)
{
    int wanted, id;
    if (!yn_tree_int(yn_tree_member(entry, "group_id"), &wanted))
        return false;
    for (const yn_node *g = r->groups ? r->groups->first : NULL; g; g = g->next)
        if (yn_tree_int(yn_tree_member(g, "id"), &id) && id == wanted)
            return is_off(g);
    return false;
}

static yn_wordpress_query query_of(const yn_node *entry)
{
    yonder_text text = yn_tree_text(flag(entry, "flag_query"));
    return yn_equal(text, YN_TEXT("ignore")) ? YN_WORDPRESS_IGNORE
           : yn_equal(text, YN_TEXT("pass")) ? YN_WORDPRESS_PASS
                                             : YN_WORDPRESS_EXACT;
}

/* ---- who it is for --------------------------------------------------------------------------- */

static yonder_text joined(reader *r, const char *before, yonder_text t)
{
    yn_buf out = yn_carry_buf(&r->carry);
    yn_buf_str(&out, before);
    yn_buf_put(&out, t);
    return yn_carry_text(&r->carry, &out);
}

static yonder_text glob(reader *r, yonder_text t)
{
    yn_buf out = yn_carry_buf(&r->carry);
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == ' ' || t.ptr[i] == '*' || t.ptr[i] == '%')
            yn_buf_printf(&out, "%%%02X", t.ptr[i]);
        else
            yn_buf_char(&out, t.ptr[i]);
    }
    return yn_carry_text(&r->carry, &out);
}

static bool read_server(reader *r, yn_wordpress_entry *e, yonder_text server)
{
    size_t scheme = yn_scheme_length(server);
    if (!server.len)
        return YN_ERROR(&r->carry, "the server is missing");
    server = yn_slice(server, 0, yn_authority_end(server, scheme));
    e->origin = scheme ? server : joined(r, "//", server);
    return true;
}

static bool read_named(reader *r, yn_wordpress_entry *e, const yn_node *data, bool cookie)
{
    yonder_text name = yn_tree_text(yn_tree_member(data, "name"));
    yonder_text value = yn_tree_text(yn_tree_member(data, "value"));
    if (yn_tree_truth(yn_tree_member(data, "regex")))
        return YN_LOST(&r->carry, "a %s is held against a regular expression",
                       cookie ? "cookie" : "header field");
    if (!yn_is_token(name) || !value.len || !yn_carry_check(&r->carry, "a condition", value))
        return YN_ERROR(&r->carry, "a condition lacks name or value");
    e->conditions[e->condition_count++] =
        (yn_draft_pair){joined(r, cookie ? "cookie:" : "header:", name), glob(r, value)};
    return true;
}

static bool read_language(reader *r, yn_wordpress_entry *e, yonder_text languages)
{
    for (size_t i = 0; i < languages.len; i++)
        if (!yn_is_alpha((unsigned char)languages.ptr[i]) &&
            !strchr("-,0123456789", languages.ptr[i]))
            return YN_LOST(&r->carry, "the languages are no list of names, separated by commas");
    if (!languages.len)
        return YN_ERROR(&r->carry, "the languages are missing");
    e->conditions[e->condition_count++] = (yn_draft_pair){YN_TEXT("language"), languages};
    return true;
}

static bool read_match(reader *r, yn_wordpress_entry *e, const yn_node *entry)
{
    const yn_node *data = yn_tree_member(entry, "action_data");
    yonder_text match = yn_tree_text(yn_tree_member(entry, "match_type"));
    e->target =
        data && data->kind == YN_NODE_TEXT ? data->text : yn_tree_text(yn_tree_member(data, "url"));
    if (!match.len || yn_equal(match, YN_TEXT("url")))
        return true;
    e->target = yn_tree_text(yn_tree_member(data, "url_from"));
    e->otherwise = yn_tree_text(yn_tree_member(data, "url_notfrom"));
    bool error = yn_equal(e->action, YN_TEXT("error"));
    if (yn_equal(match, YN_TEXT("server"))) {
        if (e->otherwise.len)
            return YN_LOST(&r->carry, "it has a target for other servers");
        return read_server(r, e, yn_tree_text(yn_tree_member(data, "server")));
    }
    if (!e->target.len && !error)
        return YN_LOST(&r->carry, "it is for those only who do not meet a condition");
    if (yn_equal(match, YN_TEXT("header")))
        return read_named(r, e, data, false);
    if (yn_equal(match, YN_TEXT("cookie")))
        return read_named(r, e, data, true);
    if (yn_equal(match, YN_TEXT("language")))
        return read_language(r, e, yn_tree_text(yn_tree_member(data, "language")));
    return YN_LOST(&r->carry, "it depends on what is not asked for here ('%.*s')",
                   (int)(match.len < 40 ? match.len : 40), match.ptr);
}

/* ---- entries --------------------------------------------------------------------------------- */

static void put_entry(reader *r, const yn_node *entry)
{
    yn_wordpress_entry e = {
        .url = yn_tree_text(yn_tree_member(entry, "url")),
        .action = yn_tree_text(yn_tree_member(entry, "action_type")),
        .query = query_of(entry),
        .regex = is_regex(entry),
        .ignores_case = yn_tree_truth(flag(entry, "flag_case")),
        .ignores_slash = yn_tree_truth(flag(entry, "flag_trailing")),
    };
    const yn_node *code = yn_tree_member(entry, "action_code");
    if (code && code->kind != YN_NODE_NULL && !yn_tree_int(code, &e.code)) {
        YN_ERROR(&r->carry, "the code is no number");
        return;
    }
    if (is_off(entry) || group_is_off(r, entry)) {
        YN_LOST(&r->carry, "it is switched off%s", is_off(entry) ? "" : ", with its group");
        return;
    }
    if (read_match(r, &e, entry))
        yn_wordpress_put(&r->carry, &r->file, &e);
}

// Whether all entries that are no regular expressions have a flag.
static bool all_have(const yn_node *list, const char *name)
{
    size_t count = 0;
    for (const yn_node *n = list->first; n; n = n->next) {
        if (is_regex(n))
            continue;
        count++;
        if (!yn_tree_truth(flag(n, name)))
            return false;
    }
    return count != 0;
}

static void put_list(reader *r, const yn_node *list)
{
    size_t count = 0;
    for (const yn_node *n = list->first; n; n = n->next)
        count++;
    item *items = yn_arena_alloc(&r->tree, (count + 1) * sizeof *items);
    if (!items) {
        r->carry.error = YONDER_NO_MEMORY;
        return;
    }
    count = 0;
    for (const yn_node *n = list->first; n; n = n->next, count++) {
        items[count] = (item){n, 0, (uint32_t)count + 1};
        yn_tree_int(yn_tree_member(n, "position"), &items[count].position);
    }
    qsort(items, count, sizeof *items, compare);
    for (size_t i = 0; i < count && !r->carry.error; i++) {
        r->carry.entry = items[i].number;
        r->carry.line = items[i].node->line;
        if (items[i].node->kind == YN_NODE_OBJECT)
            put_entry(r, items[i].node);
        else
            YN_ERROR(&r->carry, "no object");
        yn_carry_rule_end(&r->carry);
    }
}

static void read_source(reader *r, const yonder_rules_source *source)
{
    yonder_text text;
    if (!yn_carry_source(&r->carry, source, &text))
        return;
    yn_node *all = yn_tree_read(&r->carry, &r->tree, text);
    const yn_node *file = all ? all->first : NULL, *list = yn_tree_member(file, "redirects");
    r->groups = yn_tree_member(file, "groups");
    r->file = (yn_wordpress_file){.said_exact = false};
    if (list && list->kind == YN_NODE_ARRAY) {
        // A line is for all files: one is taken at its word.
        r->file.case_ignored = !r->said_case && all_have(list, "flag_case");
        r->file.slash_ignored = !r->said_slash && all_have(list, "flag_trailing");
        if (r->file.case_ignored)
            yn_carry_site(&r->carry, YN_TEXT("case"), YN_TEXT("ignore"));
        if (r->file.slash_ignored)
            yn_carry_site(&r->carry, YN_TEXT("slash"), YN_TEXT("ignore"));
        r->said_case = r->said_slash = true;
        put_list(r, list);
    } else if (file) {
        YN_ERROR(&r->carry, "no object with a list 'redirects'");
    }
    yn_arena_free(&r->tree);
}

static int read_json(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    reader r = {.tree = yn_arena_make(input->mem)};
    yn_carry_begin(&r.carry, input, sink, notes);
    for (size_t i = 0; i < input->source_count && !r.carry.error; i++)
        read_source(&r, &input->sources[i]);
    yn_arena_free(&r.tree);
    return yn_carry_end(&r.carry);
}

const yn_dialect yn_dialect_wordpress_json = {
    "wordpress-json", "JSON of WordPress' plugin Redirection", read_json, NULL};
