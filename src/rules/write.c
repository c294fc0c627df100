// SPDX-License-Identifier: MIT
// A compiled rule as text again.
#include "base/text.h"
#include "rules/path.h"
#include "rules/target.h"
#include "rules/view.h"

// What stands in a word of a rule file as itself: unreserved characters, and what means nothing
// there.
static bool is_plain(char c)
{
    return yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) ||
           (c && strchr("-._~/,;!'()@", c));
}

static void put_decoded(yn_buf *out, yonder_text t, bool is_name)
{
    for (size_t i = 0; i < t.len; i++)
        if (is_plain(t.ptr[i]) && !(is_name && i == 0 && t.ptr[i] == '/')) // that would be a target
            yn_buf_char(out, t.ptr[i]);
        else
            yn_buf_printf(out, "%%%02X", (unsigned char)t.ptr[i]);
}

static void put_host(yn_buf *out, yonder_text host)
{
    if (host.len && host.ptr[0] == '.')
        yn_buf_char(out, '*');
    yn_buf_put(out, host);
}

static void put_origin(yn_buf *out, const yn_scope_view *scope)
{
    static const char *const schemes[] = {
        [YN_SCHEME_ANY] = "//", [YN_SCHEME_HTTP] = "http://", [YN_SCHEME_HTTPS] = "https://"};
    if (!scope->url_host.len)
        return;
    yn_buf_str(out, schemes[scope->scheme]);
    put_host(out, scope->url_host);
    if (scope->port >= 0)
        yn_buf_printf(out, ":%d", (int)scope->port);
}

// Placeholders are named by their places: the names they had are not kept.
static void put_from(yn_buf *out, const yn_view *v, const yn_scope_view *scope)
{
    if (v->is_regex) {
        yn_buf_str(out, v->regex_ignores_case && !scope->case_ignored ? "~*" : "~");
        yn_buf_put(out, v->regex);
        return;
    }
    put_origin(out, scope);
    bool starts_empty = v->part_count > 1 && v->parts[0].kind == YN_PART_LITERAL &&
                        !v->parts[0].literal.len && !scope->url_host.len;
    if (starts_empty) // two slashes would begin a host
        yn_buf_str(out, "/.");
    for (size_t i = 0; i < v->part_count; i++) {
        yn_buf_char(out, '/');
        if (v->parts[i].kind == YN_PART_LITERAL)
            yn_buf_put(out, v->parts[i].literal);
        else if (v->parts[i].kind == YN_PART_SPLAT)
            yn_buf_char(out, '*');
        else if (i < v->splat)
            yn_buf_printf(out, ":s%zu", i);
        else
            yn_buf_printf(out, ":b%zu", v->part_count - 1 - i);
    }
    const yn_part *last = v->part_count > 1 ? &v->parts[v->part_count - 1] : NULL;
    if (scope->slash_ignored && last && last->kind == YN_PART_LITERAL && !last->literal.len)
        yn_buf_char(out, '/'); // one more, which does not count
}

static void put_capture(yn_buf *out, yn_capture c)
{
    switch ((yn_capture_kind)c.kind) {
    case YN_CAPTURE_SEGMENT:
        yn_buf_printf(out, ":s%u", (unsigned)c.n);
        break;
    case YN_CAPTURE_BACK:
        yn_buf_printf(out, ":b%u", (unsigned)c.n);
        break;
    case YN_CAPTURE_SPLAT:
        yn_buf_str(out, ":splat");
        break;
    case YN_CAPTURE_PAIR:
        yn_buf_printf(out, ":q%u", (unsigned)c.n);
        break;
    case YN_CAPTURE_GROUP:
        yn_buf_printf(out, "${%u}", (unsigned)c.n);
        break;
    }
}

static void put_to(yn_buf *out, const yn_view *v)
{
    bool has_query = false;
    for (size_t i = 0; i <= v->piece_count; i++) {
        // A query of its own that is empty leaves nothing but this.
        if (i == v->query_at && !v->passes_query && !has_query && v->piece_count)
            yn_buf_char(out, '?');
        if (i == v->piece_count)
            break;
        if (v->pieces[i].is_capture)
            put_capture(out, v->pieces[i].capture);
        else
            yn_buf_put(out, v->pieces[i].text);
        has_query = has_query || (!v->pieces[i].is_capture && i < v->query_at &&
                                  yn_find_char(v->pieces[i].text, '?') < v->pieces[i].text.len);
    }
}

// Each text of the draft is a piece of `text`, which does not move once all is written: first
// lengths, then views.
typedef struct drafting {
    yn_buf *text;
    size_t at;
} drafting;

static size_t written(drafting *d)
{
    size_t len = d->text->len - d->at;
    d->at = d->text->len;
    return len;
}

static yonder_text view_next(const char **at, size_t len)
{
    yonder_text t = {*at, len};
    *at = len ? *at + len : *at; // nothing is added to a NULL
    return t;
}

static void put_pair(yn_buf *out, const yn_view_pair *pair, size_t n)
{
    if (pair->kind == YN_PAIR_BOUND)
        yn_buf_printf(out, ":q%zu", n);
    else if (pair->kind == YN_PAIR_LITERAL)
        put_decoded(out, pair->value, false);
}

static void put_condition(drafting *d, const yn_condition *c, size_t *name, size_t *value)
{
    yn_condition_write(d->text, c);
    yonder_text whole = yn_skip(yn_buf_text(d->text), d->at);
    *name = yn_find_char(whole, '=');
    *value = whole.len - *name;
    d->at = d->text->len;
}

bool yn_view_draft(yn_draft *out, const yn_view *view, const yonder_rules *owner, yn_buf *text,
                   yn_arena *arena)
{
    size_t pairs = view->pair_count, conditions = view->condition_count, count = pairs + conditions;
    size_t *lens = yn_arena_alloc(arena, (2 * count + 1) * sizeof *lens);
    yn_draft_pair *list = yn_arena_alloc(arena, (count + 1) * sizeof *list);
    yn_scope_view scope;
    if (!lens || !list || !yn_view_scope(&scope, owner, view->scope, arena))
        return false;
    text->len = 0;
    drafting d = {text, 0};
    put_from(text, view, &scope);
    size_t from = written(&d);
    put_to(text, view);
    size_t to = written(&d);
    for (size_t i = 0; i < pairs; i++) {
        put_decoded(text, view->pairs[i].name, true);
        lens[2 * i] = written(&d);
        put_pair(text, &view->pairs[i], i);
        lens[2 * i + 1] = written(&d);
    }
    for (size_t i = pairs; i < count; i++)
        put_condition(&d, &view->conditions[i - pairs], &lens[2 * i], &lens[2 * i + 1]);
    const char *at = text->ptr;
    *out = (yn_draft){.pairs = list, .pair_count = pairs, .status = view->status};
    out->from = view_next(&at, from);
    out->to = view_next(&at, to);
    out->conditions = list + pairs;
    out->condition_count = conditions;
    out->line = 1;
    for (size_t i = 0; i < count; i++) {
        list[i].name = view_next(&at, lens[2 * i]);
        list[i].value = view_next(&at, lens[2 * i + 1]);
        if (i >= pairs && list[i].value.len) // without the "="
            list[i].value = yn_skip(list[i].value, 1);
    }
    return !text->error;
}

void yn_draft_write(yn_buf *out, const yn_draft *draft)
{
    const yn_status_row *row = &yn_statuses[yn_status_row_of(draft->status)];
    yn_buf_put(out, draft->from);
    for (size_t i = 0; i < draft->pair_count; i++) {
        yn_buf_char(out, ' ');
        yn_buf_put(out, draft->pairs[i].name);
        yn_buf_char(out, '=');
        yn_buf_put(out, draft->pairs[i].value);
    }
    yn_buf_char(out, ' ');
    yn_buf_put(out, draft->to.len ? draft->to : YN_TEXT("-"));
    yn_buf_char(out, ' ');
    if (row->word.len)
        yn_buf_put(out, row->word);
    else
        yn_buf_number(out, draft->status);
    for (size_t i = 0; i < draft->condition_count; i++) {
        yn_buf_char(out, ' ');
        yn_buf_put(out, draft->conditions[i].name);
        yn_buf_char(out, '=');
        yn_buf_put(out, draft->conditions[i].value);
    }
}

bool yn_view_write(yn_buf *out, const yn_view *view, const yonder_rules *owner, yn_arena *arena)
{
    yn_buf text = yn_buf_make(SIZE_MAX / 2, out->mem);
    yn_draft draft;
    bool good = yn_view_draft(&draft, view, owner, &text, arena);
    if (good)
        yn_draft_write(out, &draft);
    yn_buf_free(&text);
    return good && !out->error;
}

void yn_scope_write_hosts(yn_buf *out, const yn_scope_view *scope)
{
    for (size_t i = 0; i < scope->host_count; i++) {
        if (i)
            yn_buf_char(out, ' ');
        put_host(out, scope->hosts[i]);
    }
}
