// SPDX-License-Identifier: MIT
// Caddyfiles as trees: a line is a directive, and what stands in braces behind it is its block.
#include "base/text.h"
#include "dialects/caddy.h"

enum {
    most_words = 256,
    deepest = 40,
    deepest_import = 8,
    most_imports = 2000,
};

typedef struct snippet {
    struct snippet *next;
    yonder_text name;
    yn_directive *first;
} snippet;

typedef struct reading {
    yn_plan *plan;
    const yn_dialect_input *input;
    yonder_text file, rest;
    uint32_t line;
    unsigned depth, import_depth;
    unsigned *import_count;
    snippet **snippets;
    yn_directive **end;
} reading;

typedef struct word {
    yonder_text text;
    bool quoted;
} word;

bool yn_caddy_is(const yn_directive *d, const char *name)
{
    return yn_equal(d->words[0], yonder_text_of(name));
}

static void advance(reading *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        r->line += r->rest.ptr[i] == '\n';
    r->rest = yn_skip(r->rest, n);
}

// Takes a word of the present line; false at its end.
static bool next_word(reading *r, word *out)
{
    size_t at = 0;
    yn_buf *text = &r->plan->scratch;
    while (r->rest.len &&
           (strchr(" \t\r", r->rest.ptr[0]) || yn_starts_with(r->rest, YN_TEXT("\\\n"))))
        advance(r, r->rest.ptr[0] == '\\' ? 2 : 1);
    if (r->rest.len && r->rest.ptr[0] == '#')
        advance(r, yn_find_char(r->rest, '\n'));
    if (!r->rest.len || r->rest.ptr[0] == '\n')
        return false;
    char quote = strchr("\"`", r->rest.ptr[0]) ? r->rest.ptr[0] : '\0';
    *out = (word){.quoted = quote != '\0'};
    for (at = quote ? 1 : 0; at < r->rest.len; at++) {
        char c = r->rest.ptr[at];
        if (quote == '"' && c == '\\' && at + 1 < r->rest.len && r->rest.ptr[at + 1] == '"')
            yn_buf_char(text, r->rest.ptr[++at]);
        else if (quote ? c == quote : strchr(" \t\r\n", c) != NULL)
            break;
        else
            yn_buf_char(text, c);
    }
    if (quote && at < r->rest.len)
        at++;
    else if (quote)
        yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "a quote is never closed");
    advance(r, at < r->rest.len ? at : r->rest.len);
    out->text = yn_plan_written(r->plan);
    return true;
}

/* ---- importing ------------------------------------------------------------------------------- */

static void read_lines(reading *r, bool inside);

static void read_source(void *context, const yonder_rules_source *source)
{
    reading *from = context;
    reading r = *from;
    r.file = yn_plan_copy(from->plan, source->name);
    r.rest = source->text;
    r.line = 1;
    r.import_depth++;
    if (yn_starts_with(r.rest, YN_TEXT("\xEF\xBB\xBF")))
        r.rest = yn_skip(r.rest, 3);
    if (++*r.import_count > most_imports || r.import_depth > deepest_import)
        yn_plan_note(r.plan, YN_NOTE_LOST, r.file, 0, "files import each other without end");
    else
        read_lines(&r, false);
    from->end = r.end;
}

static yn_directive *copy_tree(reading *r, const yn_directive *first, unsigned depth)
{
    yn_directive *copy = NULL, **end = &copy;
    for (const yn_directive *d = first; d && depth < deepest; d = d->next) {
        yn_directive *one = yn_plan_alloc(r->plan, sizeof *one);
        if (!one || ++*r->import_count > most_imports * 10)
            break;
        *one = *d;
        one->next = NULL;
        one->first = copy_tree(r, d->first, depth + 1);
        *end = one;
        end = &one->next;
    }
    return copy;
}

static bool put_snippet(reading *r, yonder_text name)
{
    for (const snippet *s = *r->snippets; s; s = s->next) {
        if (!yn_equal(s->name, name))
            continue;
        *r->end = copy_tree(r, s->first, 0);
        while (*r->end)
            r->end = &(*r->end)->next;
        return true;
    }
    return false;
}

static void import(reading *r, const yn_directive *d)
{
    const yn_dialect_input *input = r->input;
    if (d->count < 2 || put_snippet(r, d->words[1]))
        return;
    if (d->count > 2)
        yn_plan_note(r->plan, YN_NOTE_LOST, d->file, d->line, "an import with arguments");
    else if (!input->include || r->import_depth >= deepest_import ||
             !input->include(input->include_context, r->file, d->words[1], read_source, r))
        yn_plan_note(r->plan, YN_NOTE_LOST, d->file, d->line,
                     "'%.*s' cannot be read: whatever redirects it has", YN_PRINT(d->words[1]));
}

/* ---- directives ------------------------------------------------------------------------------ */

static void keep_snippet(reading *r, const yn_directive *d)
{
    snippet *s = yn_plan_alloc(r->plan, sizeof *s);
    if (!s)
        return;
    *s = (snippet){*r->snippets, yn_slice(d->words[0], 1, d->words[0].len - 1), d->first};
    *r->snippets = s;
}

static void add_directive(reading *r, const yonder_text *words, size_t count, uint32_t line,
                          bool block)
{
    yn_directive *d = yn_plan_alloc(r->plan, sizeof *d);
    yonder_text *copy = yn_plan_alloc(r->plan, count * sizeof *copy + 1);
    if (!d || !copy)
        return;
    memcpy(copy, words, count * sizeof *copy);
    *d = (yn_directive){
        .words = copy, .count = count, .file = r->file, .line = line, .is_block = block};
    bool is_snippet = block && words[0].len > 2 && words[0].ptr[0] == '(';
    if (!block && yn_caddy_is(d, "import")) {
        import(r, d);
        return;
    }
    yn_directive **end = r->end;
    if (block) {
        r->end = &d->first;
        r->depth++;
        if (r->depth > deepest) {
            yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "too many blocks in blocks");
            r->rest.len = 0;
        } else {
            read_lines(r, true);
        }
        r->depth--;
        r->end = end;
    }
    if (is_snippet) {
        keep_snippet(r, d);
        return;
    }
    *r->end = d;
    r->end = &d->next;
}

static void read_line(reading *r, bool *closed)
{
    yonder_text words[most_words];
    size_t count = 0;
    uint32_t line = r->line;
    word w;
    bool open = false;
    while (next_word(r, &w)) {
        if (!w.quoted && yn_equal(w.text, YN_TEXT("{"))) {
            open = true;
            break;
        }
        if (!w.quoted && yn_equal(w.text, YN_TEXT("}")) && !count) {
            *closed = true;
            return;
        }
        if (count < most_words)
            words[count++] = w.text;
    }
    // Addresses go on in the next line behind a comma.
    while (!open && count && words[count - 1].len &&
           words[count - 1].ptr[words[count - 1].len - 1] == ',' && r->rest.len) {
        advance(r, 1);
        while (!open && next_word(r, &w)) {
            open = !w.quoted && yn_equal(w.text, YN_TEXT("{"));
            if (!open && count < most_words)
                words[count++] = w.text;
        }
        if (!count || !r->rest.len)
            break;
    }
    if (!count && open)
        words[count++] = (yonder_text){"", 0}; // global options
    if (count)
        add_directive(r, words, count, line, open);
}

// Up to the end of the block, or of the file.
static void read_lines(reading *r, bool inside)
{
    while (r->rest.len && !r->plan->error) {
        bool closed = false;
        read_line(r, &closed);
        if (closed && inside)
            return;
        if (closed)
            yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "'}' closes nothing");
        if (r->rest.len && r->rest.ptr[0] == '\n')
            advance(r, 1);
    }
    if (inside && !r->plan->error)
        yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "'}' is missing");
}

yn_directive *yn_caddy_tree(yn_plan *plan, const yn_dialect_input *input)
{
    yn_directive *first = NULL;
    snippet *snippets = NULL;
    unsigned imports = 0;
    reading r = {.plan = plan, .input = input, .end = &first, .import_count = &imports};
    r.snippets = &snippets;
    for (size_t i = 0; i < input->source_count; i++) {
        imports = 0;
        read_source(&r, &input->sources[i]);
    }
    return first;
}
