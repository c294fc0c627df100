// SPDX-License-Identifier: MIT
// .openpublishing.redirection.json: pages of Microsoft's documentation that have moved.
#include "base/text.h"
#include "dialects/rows.h"
#include "dialects/tree.h"

typedef struct reader {
    yn_carry carry;
    yn_arena tree;
    bool said_paths;
} reader;

static bool drop_end(yonder_text *t, const char *end)
{
    size_t len = strlen(end);
    bool is_there =
        t->len >= len && yn_equal_nocase(yn_slice(*t, t->len - len, t->len), yonder_text_of(end));
    if (is_there)
        t->len -= len;
    return is_there;
}

// The path of a page from that of its file: without its ending, and without "index".
static bool read_path(reader *r, const yn_node *entry, yn_from *from)
{
    yonder_text source = yn_tree_text(yn_tree_member(entry, "source_path"));
    if (!source.len)
        source = yn_tree_text(yn_tree_member(entry, "source_path_from_root"));
    if (!source.len)
        return YN_ERROR(&r->carry, "the source is missing");
    if (!yn_carry_check(&r->carry, "the source", source))
        return false;
    if (!drop_end(&source, ".md") && !drop_end(&source, ".yml"))
        drop_end(&source, ".html");
    yn_buf path = yn_carry_buf(&r->carry);
    yn_buf_str(&path, source.len && source.ptr[0] == '/' ? "" : "/");
    yn_buf_put(&path, source);
    yonder_text whole = yn_carry_text(&r->carry, &path);
    if (whole.len >= 6 &&
        yn_equal_nocase(yn_slice(whole, whole.len - 6, whole.len), YN_TEXT("/index")))
        whole.len -= 5;
    return yn_from_add(&r->carry, from, YN_FROM_TEXT, whole, (yonder_text){NULL, 0});
}

static void put_entry(reader *r, const yn_node *entry)
{
    yn_from from = {.count = 0};
    yn_draft draft = {.status = 301};
    yonder_text target = yn_tree_text(yn_tree_member(entry, "redirect_url"));
    const yn_node *monikers = yn_tree_member(entry, "monikers");
    if (monikers && monikers->first) {
        YN_LOST(&r->carry, "it is for some versions of the documentation only ('monikers')");
        return;
    }
    if (!yn_carry_check(&r->carry, "the target", target) || !read_path(r, entry, &from) ||
        !yn_from_write(&r->carry, &from, &draft.from))
        return;
    draft.to = yn_to_write(&r->carry, &from, NULL, target);
    if (yn_carry_rule(&r->carry, &draft))
        yn_carry_once(&r->carry, &r->said_paths,
                      "sources are paths of files: what comes before them in the site's URLs, the "
                      "file does not say");
}

static void read_source(reader *r, const yonder_rules_source *source)
{
    yonder_text text;
    if (!yn_carry_source(&r->carry, source, &text))
        return;
    yn_node *all = yn_tree_read(&r->carry, &r->tree, text);
    const yn_node *file = all ? all->first : NULL, *list = yn_tree_member(file, "redirections");
    r->said_paths = false;
    if (file && !(list && list->kind == YN_NODE_ARRAY))
        YN_ERROR(&r->carry, "no object with a list 'redirections'");
    for (const yn_node *n = list ? list->first : NULL; n && !r->carry.error; n = n->next) {
        r->carry.entry++;
        r->carry.line = n->line;
        if (n->kind == YN_NODE_OBJECT)
            put_entry(r, n);
        else
            YN_ERROR(&r->carry, "no object");
        yn_carry_rule_end(&r->carry);
    }
    yn_arena_free(&r->tree);
}

static int read_microsoft(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    reader r = {.tree = yn_arena_make(input->mem)};
    yn_carry_begin(&r.carry, input, sink, notes);
    for (size_t i = 0; i < input->source_count && !r.carry.error; i++)
        read_source(&r, &input->sources[i]);
    yn_arena_free(&r.tree);
    return yn_carry_end(&r.carry);
}

const yn_dialect yn_dialect_microsoft = {"microsoft", ".openpublishing.redirection.json",
                                         read_microsoft, NULL};
