// SPDX-License-Identifier: MIT
// The writer of yonder's own rule files, yonder-rules(5). What serves any host comes first and then
// the sections, for a file does not leave its sections again.
#include "base/text.h"
#include "dialects/rows.h"

enum {
    block_rows = 64, // that have common columns
    widest_column = 48,
};

typedef struct scope {
    yonder_text hosts; // empty: any
    yn_buf sites, rules;
} scope;

// Lengths of the words of a row, one behind the other in writer.words.
typedef struct row {
    size_t from, to, rest;
} row;

typedef struct writer {
    yn_buf *out;
    const yonder_mem *mem;
    yn_arena arena; // hosts
    yn_buf scopes;  // scope[]; the first serves any host
    size_t current;
    yn_buf words;
    row rows[block_rows];
    size_t row_count;
    int error;
} writer;

static scope *scope_at(const writer *w, size_t i)
{
    return (scope *)(void *)w->scopes.ptr + i;
}

static size_t scope_count(const writer *w)
{
    return w->scopes.len / sizeof(scope);
}

static int keep(writer *w, int error)
{
    if (error && !w->error)
        w->error = error;
    return w->error;
}

/* ---- columns --------------------------------------------------------------------------------- */

static size_t columns(yonder_text t)
{
    size_t n = 0;
    for (size_t i = 0; i < t.len; i++)
        n += ((unsigned char)t.ptr[i] & 0xC0) != 0x80;
    return n;
}

static void put_padded(yn_buf *out, yonder_text t, size_t width)
{
    yn_buf_put(out, t);
    yn_buf_char(out, ' ');
    for (size_t n = columns(t); n < width; n++)
        yn_buf_char(out, ' ');
}

static size_t wider(size_t width, yonder_text t)
{
    size_t n = columns(t);
    return n > width && n <= widest_column ? n : width;
}

static void flush(writer *w)
{
    size_t from_width = 0, to_width = 0, at = 0;
    yn_buf *out = &scope_at(w, w->current)->rules;
    yonder_text words = yn_buf_text(&w->words);
    for (size_t i = 0; i < w->row_count && !w->words.error; i++) {
        const row *r = &w->rows[i];
        from_width = wider(from_width, yn_slice(words, at, at + r->from));
        to_width = wider(to_width, yn_slice(words, at + r->from, at + r->from + r->to));
        at += r->from + r->to + r->rest;
    }
    at = 0;
    for (size_t i = 0; i < w->row_count && !w->words.error; i++) {
        const row *r = &w->rows[i];
        put_padded(out, yn_slice(words, at, at + r->from), from_width);
        put_padded(out, yn_slice(words, at + r->from, at + r->from + r->to), to_width);
        at += r->from + r->to + r->rest;
        yn_buf_put(out, yn_slice(words, at - r->rest, at));
        yn_buf_char(out, '\n');
    }
    keep(w, w->words.error ? w->words.error : out->error);
    w->words.len = w->row_count = 0;
}

/* ---- the sink -------------------------------------------------------------------------------- */

static int go_to(writer *w, yonder_text hosts)
{
    flush(w);
    size_t count = scope_count(w);
    if (!hosts.len) {
        w->current = 0;
        return w->error;
    }
    // Of hosts that several sections name, the rules stay in order if no section moves up.
    if (count > 1 && yn_equal(scope_at(w, count - 1)->hosts, hosts)) {
        w->current = count - 1;
        return w->error;
    }
    scope fresh = {.hosts = yn_arena_text(&w->arena, hosts)};
    fresh.sites = yn_buf_make(SIZE_MAX / 4, w->mem);
    fresh.rules = yn_buf_make(SIZE_MAX / 4, w->mem);
    yn_buf_put(&w->scopes, (yonder_text){(const char *)&fresh, sizeof fresh});
    if (!fresh.hosts.ptr || w->scopes.error)
        return keep(w, YONDER_NO_MEMORY);
    w->current = count;
    return w->error;
}

static int take_source(void *context, yonder_text name)
{
    (void)name;
    return go_to(context, (yonder_text){NULL, 0});
}

static int take_section(void *context, yonder_text hosts, uint32_t line)
{
    (void)line;
    return go_to(context, yn_trim(hosts, " \t"));
}

static int take_site(void *context, const yn_draft_site *site)
{
    writer *w = context;
    yn_buf *out = &scope_at(w, w->current)->sites;
    put_padded(out, site->name, 11);
    yn_buf_put(out, site->value);
    yn_buf_char(out, '\n');
    return keep(w, out->error);
}

// A word: blanks are escaped as the place has it.
static void put_word(yn_buf *out, yonder_text t, const char *blank)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == ' ' || t.ptr[i] == '\t')
            yn_buf_str(out, blank);
        else
            yn_buf_char(out, t.ptr[i]);
    }
}

static void put_pairs(yn_buf *out, const yn_draft_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yn_buf_char(out, ' ');
        put_word(out, pairs[i].name, "%20");
        yn_buf_char(out, '=');
        put_word(out, pairs[i].value, "%20");
    }
}

static void put_status(yn_buf *out, int status)
{
    if (status == 308)
        yn_buf_put(out, YN_TEXT("permanent"));
    else if (status == 307)
        yn_buf_put(out, YN_TEXT("temporary"));
    else if (status == 303)
        yn_buf_put(out, YN_TEXT("see-other"));
    else if (status == 410)
        yn_buf_put(out, YN_TEXT("gone"));
    else
        yn_buf_number(out, status);
}

static int take_rule(void *context, const yn_draft *draft)
{
    writer *w = context;
    if (w->row_count == block_rows)
        flush(w);
    row *r = &w->rows[w->row_count++];
    size_t start = w->words.len;
    bool regex = draft->from.len && draft->from.ptr[0] == '~';
    put_word(&w->words, draft->from, regex ? "\\x20" : "%20");
    put_pairs(&w->words, draft->pairs, draft->pair_count);
    r->from = w->words.len - start;
    put_word(&w->words, draft->to.len ? draft->to : YN_TEXT("-"), "%20");
    r->to = w->words.len - start - r->from;
    put_status(&w->words, draft->status);
    put_pairs(&w->words, draft->conditions, draft->condition_count);
    r->rest = w->words.len - start - r->from - r->to;
    return keep(w, w->words.error);
}

static void put_scope(yn_buf *out, const scope *s)
{
    if (!s->sites.len && !s->rules.len)
        return;
    if (out->len)
        yn_buf_char(out, '\n');
    if (s->hosts.len) {
        yn_buf_char(out, '[');
        yn_buf_put(out, s->hosts);
        yn_buf_put(out, YN_TEXT("]\n"));
    }
    yn_buf_put(out, yn_buf_text(&s->sites));
    yn_buf_put(out, yn_buf_text(&s->rules));
}

static int finish(void *context)
{
    writer *w = context;
    flush(w);
    for (size_t i = 0; i < scope_count(w); i++) {
        scope *s = scope_at(w, i);
        keep(w, s->sites.error ? s->sites.error : s->rules.error);
        if (!w->error)
            put_scope(w->out, s);
        yn_buf_free(&s->sites);
        yn_buf_free(&s->rules);
    }
    int error = keep(w, w->out->error);
    yn_buf_free(&w->scopes);
    yn_buf_free(&w->words);
    yn_arena_free(&w->arena);
    yn_free(w->mem, w);
    return error;
}

static int start(yn_writer *out_writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem)
{
    (void)notes; // all can be written
    writer *w = yn_alloc(mem, sizeof *w);
    if (!w)
        return YONDER_NO_MEMORY;
    *w = (writer){.out = out, .mem = mem};
    w->arena = yn_arena_make(mem);
    w->words = yn_buf_make(SIZE_MAX / 4, mem);
    w->scopes = yn_buf_make(SIZE_MAX / 4, mem);
    scope any = {.sites = yn_buf_make(SIZE_MAX / 4, mem), .rules = yn_buf_make(SIZE_MAX / 4, mem)};
    yn_buf_put(&w->scopes, (yonder_text){(const char *)&any, sizeof any});
    if (w->scopes.error) {
        yn_free(mem, w);
        return YONDER_NO_MEMORY;
    }
    out_writer->sink = (yn_sink){take_source, take_section, take_site, take_rule, w};
    out_writer->finish = finish;
    return YONDER_OK;
}

const yn_dialect yn_dialect_yonder = {"yonder", "yonder-rules(5)", yn_native_read, start};
