// SPDX-License-Identifier: MIT
// Configurations of Apache httpd as a tree of directives.
#include "base/text.h"
#include "dialects/apache.h"

enum {
    most_words = 64,
    deepest = 40,
    deepest_include = 8,
    most_includes = 2000,
};

typedef struct reading {
    yn_apache *a;
    const yn_dialect_input *input;
    yonder_text file, rest;
    uint32_t line, next_line;
    unsigned depth, include_depth;
    unsigned *include_count;
    yn_directive **end;
} reading;

bool yn_apache_is(const yn_directive *d, const char *name)
{
    return yn_equal_nocase(d->words[0], yonder_text_of(name));
}

// The next line, with those it goes on in: they end in a backslash.
static bool next_line(reading *r, yonder_text *line)
{
    yn_buf *out = &r->a->plan->scratch;
    if (!r->rest.len)
        return false;
    r->line = r->next_line;
    for (bool more = true; more && r->rest.len;) {
        size_t end = yn_find_char(r->rest, '\n');
        yonder_text part = yn_slice(r->rest, 0, end);
        r->rest = yn_skip(r->rest, end < r->rest.len ? end + 1 : end);
        r->next_line++;
        if (part.len && part.ptr[part.len - 1] == '\r')
            part.len--;
        more = part.len && part.ptr[part.len - 1] == '\\';
        part.len -= more;
        yn_buf_put(out, part);
    }
    *line = yn_trim(yn_plan_written(r->a->plan), " \t");
    return true;
}

// A word: in quotes, or up to a blank. A backslash protects a quote and itself; `raw`: as
// mod_rewrite reads its arguments, where it protects blanks as well and stays.
static yonder_text next_word(reading *r, yonder_text *rest, bool raw)
{
    yn_buf *out = &r->a->plan->scratch;
    *rest = yn_trim(*rest, " \t");
    char quote = rest->len && (rest->ptr[0] == '"' || rest->ptr[0] == '\'') ? rest->ptr[0] : '\0';
    size_t at = quote ? 1 : 0;
    for (; at < rest->len; at++) {
        char c = rest->ptr[at], next = at + 1 < rest->len ? rest->ptr[at + 1] : '\0';
        bool protects = c == '\\' && next && (next == quote || next == (raw ? ' ' : '\\'));
        if (protects) {
            if (raw)
                yn_buf_char(out, c);
            yn_buf_char(out, next);
            at++;
        } else if (quote ? c == quote : c == ' ' || c == '\t') {
            at++;
            break;
        } else {
            yn_buf_char(out, c);
        }
    }
    *rest = yn_skip(*rest, at < rest->len ? at : rest->len);
    return yn_plan_written(r->a->plan);
}

static bool is_raw(yonder_text name)
{
    return yn_equal_nocase(name, YN_TEXT("RewriteRule")) ||
           yn_equal_nocase(name, YN_TEXT("RewriteCond"));
}

static void read_lines(reading *r, yonder_text until);

static void read_source(void *context, const yonder_rules_source *source)
{
    reading *from = context;
    yn_plan *plan = from->a->plan;
    reading r = {.a = from->a, .input = from->input, .rest = source->text, .next_line = 1};
    r.file = yn_plan_copy(plan, source->name);
    r.depth = from->depth;
    r.include_depth = from->include_depth + 1;
    r.include_count = from->include_count;
    r.end = from->end;
    if (yn_starts_with(r.rest, YN_TEXT("\xEF\xBB\xBF")))
        r.rest = yn_skip(r.rest, 3);
    if (++*r.include_count > most_includes || r.include_depth > deepest_include)
        yn_plan_note(plan, YN_NOTE_LOST, r.file, 0, "files include each other without end");
    else
        read_lines(&r, (yonder_text){0});
    from->end = r.end;
}

static void include(reading *r, const yn_directive *d)
{
    const yn_dialect_input *input = r->input;
    if (d->count < 2)
        return;
    bool found = input->include && r->include_depth < deepest_include &&
                 input->include(input->include_context, r->file, d->words[1], read_source, r);
    bool idle = memmem(d->words[1].ptr, d->words[1].len, "ssl", 3) ||
                memmem(d->words[1].ptr, d->words[1].len, "mods-", 5);
    if (!found && !idle && yn_apache_is(d, "Include"))
        yn_plan_note(r->a->plan, YN_NOTE_LOST, d->file, d->line,
                     "'%.*s' cannot be read: whatever redirects it has", YN_PRINT(d->words[1]));
}

static yn_directive *make_directive(reading *r, const yonder_text *words, size_t count)
{
    yn_directive *d = yn_plan_alloc(r->a->plan, sizeof *d);
    yonder_text *copy = yn_plan_alloc(r->a->plan, count * sizeof *copy);
    if (!d || !copy)
        return NULL;
    memcpy(copy, words, count * sizeof *copy);
    *d = (yn_directive){.words = copy, .count = count, .file = r->file, .line = r->line};
    return d;
}

static void read_block(reading *r, yn_directive *d)
{
    yn_directive **end = r->end;
    d->is_block = true;
    r->end = &d->first;
    r->depth++;
    if (r->depth > deepest) {
        yn_plan_note(r->a->plan, YN_NOTE_ERROR, r->file, r->line, "too many sections in sections");
        r->rest.len = 0;
    } else {
        read_lines(r, d->words[0]);
    }
    r->depth--;
    r->end = end;
}

static void read_directive(reading *r, yonder_text line)
{
    yonder_text words[most_words];
    size_t count = 0;
    bool block = line.ptr[0] == '<';
    if (block) {
        line = yn_trim(yn_skip(line, 1), " \t");
        line.len -= line.len && line.ptr[line.len - 1] == '>';
    }
    while (yn_trim(line, " \t").len && count < most_words)
        words[count] = next_word(r, &line, count && is_raw(words[0])), count++;
    if (!count)
        return;
    yn_directive *d = make_directive(r, words, count);
    if (!d)
        return;
    if (yn_apache_is(d, "Include") || yn_apache_is(d, "IncludeOptional")) {
        include(r, d);
        return;
    }
    *r->end = d;
    r->end = &d->next;
    if (block)
        read_block(r, d);
}

// Up to the end of the section `until`, or of the file.
static void read_lines(reading *r, yonder_text until)
{
    yonder_text line;
    while (!r->a->plan->error && next_line(r, &line)) {
        if (!line.len || line.ptr[0] == '#')
            continue;
        if (!yn_starts_with(line, YN_TEXT("</"))) {
            read_directive(r, line);
            continue;
        }
        yonder_text name = yn_trim(yn_skip(line, 2), " \t>");
        if (until.len && yn_equal_nocase(name, until))
            return;
        yn_plan_note(r->a->plan, YN_NOTE_ERROR, r->file, r->line, "it closes nothing");
    }
    if (until.len)
        yn_plan_note(r->a->plan, YN_NOTE_ERROR, r->file, r->line, "</%.*s> is missing",
                     YN_PRINT(yn_slice(until, 0, until.len < 60 ? until.len : 60)));
}

yn_directive *yn_apache_tree(yn_apache *a, const yn_dialect_input *input)
{
    yn_directive *first = NULL;
    unsigned includes = 0;
    reading r = {.a = a, .input = input, .end = &first, .include_count = &includes};
    for (size_t i = 0; i < input->source_count; i++) {
        includes = 0;
        read_source(&r, &input->sources[i]);
    }
    return first;
}

/* ---- other files ----------------------------------------------------------------------------- */

typedef struct taking {
    yn_plan *plan;
    yonder_text text;
} taking;

static void take_text(void *context, const yonder_rules_source *source)
{
    taking *t = context;
    t->text = yn_plan_copy(t->plan, source->text);
}

bool yn_apache_file(yn_apache *a, const yn_directive *d, yonder_text name, yonder_text *text)
{
    taking t = {.plan = a->plan};
    if (!a->input->include ||
        !a->input->include(a->input->include_context, d->file, name, take_text, &t))
        return false;
    *text = t.text;
    return true;
}
