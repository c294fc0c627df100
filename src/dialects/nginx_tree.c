// SPDX-License-Identifier: MIT
#include "dialects/nginx_tree.h"

#include "base/text.h"

enum {
    most_words = 64, // most of a directive; more are cut off, which none that matters has
    deepest = 40,    // blocks in blocks
    deepest_include = 8,
    most_includes = 2000,
};

typedef struct reading {
    yn_plan *plan;
    const yn_dialect_input *input;
    yonder_text file, rest;
    uint32_t line;
    unsigned depth, include_depth;
    unsigned *include_count;
    yn_directive **end; // where the next directive goes
} reading;

typedef enum mark {
    MARK_WORD,
    MARK_END, // of the file
    MARK_SEMICOLON,
    MARK_OPEN,
    MARK_CLOSE,
} mark;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void advance(reading *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        r->line += r->rest.ptr[i] == '\n';
    r->rest = yn_skip(r->rest, n);
}

static void skip_blanks(reading *r)
{
    while (r->rest.len) {
        if (is_blank(r->rest.ptr[0]))
            advance(r, 1);
        else if (r->rest.ptr[0] == '#')
            advance(r, yn_find_char(r->rest, '\n'));
        else
            break;
    }
}

// The length of the word at the start of `t`; a quoted one with its quotes.
static size_t word_length(yonder_text t)
{
    size_t at = 0;
    char quote = t.ptr[0] == '"' || t.ptr[0] == '\'' ? t.ptr[0] : '\0';
    for (at = quote ? 1 : 0; at < t.len; at++) {
        char c = t.ptr[at];
        if (c == '\\' && at + 1 < t.len)
            at++;
        else if (quote && c == quote)
            return at + 1;
        else if (!quote && c == '$' && at + 1 < t.len && t.ptr[at + 1] == '{')
            at++;
        else if (!quote && (is_blank(c) || c == ';' || c == '{'))
            break;
    }
    return at < t.len ? at : t.len;
}

// nginx takes the backslash off quotes, itself and blanks, and leaves it to regular expressions
// otherwise.
static yonder_text word_text(reading *r, yonder_text raw)
{
    static const char from[] = "trn", to[] = "\t\r\n";
    yn_buf *out = &r->plan->scratch;
    for (size_t i = 0; i < raw.len; i++) {
        char next = i + 1 < raw.len ? raw.ptr[i + 1] : '\0';
        const char *control = next ? strchr(from, next) : NULL;
        if (raw.ptr[i] != '\\' || !next) {
            yn_buf_char(out, raw.ptr[i]);
        } else if (control) {
            yn_buf_char(out, to[control - from]);
            i++;
        } else {
            if (next != '"' && next != '\'' && next != '\\')
                yn_buf_char(out, '\\');
            yn_buf_char(out, next);
            i++;
        }
    }
    return yn_plan_written(r->plan);
}

static mark next_word(reading *r, yonder_text *word)
{
    skip_blanks(r);
    if (!r->rest.len)
        return MARK_END;
    char c = r->rest.ptr[0];
    if (c == ';' || c == '{' || c == '}') {
        advance(r, 1);
        return c == ';' ? MARK_SEMICOLON : c == '{' ? MARK_OPEN : MARK_CLOSE;
    }
    size_t length = word_length(r->rest);
    yonder_text raw = yn_slice(r->rest, 0, length);
    if (c == '"' || c == '\'') {
        bool closed = length > 1 && raw.ptr[length - 1] == c;
        if (!closed)
            yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "a quote is never closed");
        raw = yn_slice(raw, 1, length - closed);
    }
    *word = word_text(r, raw);
    advance(r, length);
    return MARK_WORD;
}

/* ---- directives ------------------------------------------------------------------------------ */

static void read_block(reading *r, bool inside);

static void read_source(void *context, const yonder_rules_source *source)
{
    reading *from = context;
    reading r = {.plan = from->plan, .input = from->input, .rest = source->text, .line = 1};
    r.file = yn_plan_copy(from->plan, source->name);
    r.depth = from->depth;
    r.include_depth = from->include_depth + 1;
    r.include_count = from->include_count;
    r.end = from->end;
    if (yn_starts_with(r.rest, YN_TEXT("\xEF\xBB\xBF")))
        r.rest = yn_skip(r.rest, 3);
    if (++*r.include_count > most_includes || r.include_depth > deepest_include)
        yn_plan_note(r.plan, YN_NOTE_LOST, r.file, 0, "files include each other without end");
    else
        read_block(&r, false);
    from->end = r.end;
}

// Files that are included everywhere and say nothing of redirects.
static bool is_idle(yonder_text name)
{
    static const char *const parts[] = {"mime.types", "_params", "fastcgi",
                                        "modules",    "ssl",     "tls"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (memmem(name.ptr, name.len, parts[i], strlen(parts[i])))
            return true;
    return false;
}

static void include(reading *r, const yn_directive *directive)
{
    yonder_text name = directive->words[1];
    const yn_dialect_input *input = r->input;
    bool found = input->include && r->include_depth < deepest_include &&
                 input->include(input->include_context, r->file, name, read_source, r);
    if (!found && name.len && !is_idle(name))
        yn_plan_note(r->plan, YN_NOTE_LOST, directive->file, directive->line,
                     "'%.*s' cannot be read: whatever redirects it has",
                     YN_PRINT(yn_slice(name, 0, name.len < 200 ? name.len : 200)));
}

// Lua between braces is no nginx.
static void skip_code(reading *r)
{
    size_t open = 1, at = 0;
    for (; at < r->rest.len && open; at++)
        open += (r->rest.ptr[at] == '{') - (r->rest.ptr[at] == '}');
    advance(r, at);
}

static bool ends_with(yonder_text t, const char *end)
{
    size_t n = strlen(end);
    return t.len >= n && memcmp(t.ptr + t.len - n, end, n) == 0;
}

static void finish_directive(reading *r, yn_directive *directive, mark how)
{
    if (how == MARK_SEMICOLON && directive->count == 2 &&
        yn_equal(directive->words[0], YN_TEXT("include"))) {
        include(r, directive);
        return;
    }
    *r->end = directive;
    r->end = &directive->next;
    if (how != MARK_OPEN)
        return;
    directive->is_block = true;
    if (ends_with(directive->words[0], "_by_lua_block")) {
        skip_code(r);
    } else if (r->depth >= deepest) {
        yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "too many blocks in blocks");
        r->rest.len = 0;
    } else {
        yn_directive **end = r->end;
        r->end = &directive->first;
        r->depth++;
        read_block(r, true);
        r->depth--;
        r->end = end;
    }
}

static yn_directive *make_directive(reading *r, const yonder_text *words, size_t count,
                                    uint32_t line)
{
    yn_directive *directive = yn_plan_alloc(r->plan, sizeof *directive);
    yonder_text *copy = yn_plan_alloc(r->plan, count * sizeof *copy);
    if (!directive || !copy)
        return NULL;
    memcpy(copy, words, count * sizeof *copy);
    *directive = (yn_directive){.words = copy, .count = count, .file = r->file, .line = line};
    return directive;
}

// Up to the end of the block, or of the file.
static void read_block(reading *r, bool inside)
{
    yonder_text words[most_words], word;
    size_t count = 0;
    uint32_t line = 0;
    while (!r->plan->error) {
        mark found = next_word(r, &word);
        if (found == MARK_WORD) {
            line = count ? line : r->line;
            if (count < most_words)
                words[count++] = word;
            continue;
        }
        if (count && found != MARK_SEMICOLON && found != MARK_OPEN)
            yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, line, "'%.*s' has no ';' behind it",
                         YN_PRINT(yn_slice(words[0], 0, words[0].len < 60 ? words[0].len : 60)));
        if (count) {
            yn_directive *directive = make_directive(r, words, count, line);
            if (directive)
                finish_directive(r, directive, found);
        } else if (found == MARK_OPEN) {
            yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "a block without a name");
        }
        count = 0;
        if (found == MARK_CLOSE && inside)
            return;
        if (found == MARK_CLOSE)
            yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "'}' closes nothing");
        if (found == MARK_END) {
            if (inside)
                yn_plan_note(r->plan, YN_NOTE_ERROR, r->file, r->line, "'}' is missing");
            return;
        }
    }
}

yn_directive *yn_nginx_tree(yn_plan *plan, const yn_dialect_input *input)
{
    yn_directive *first = NULL;
    unsigned includes = 0;
    reading r = {.plan = plan, .input = input, .end = &first, .include_count = &includes};
    for (size_t i = 0; i < input->source_count; i++) {
        includes = 0;
        read_source(&r, &input->sources[i]);
    }
    return first;
}
