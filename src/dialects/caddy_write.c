// SPDX-License-Identifier: MIT
// Rules as a Caddyfile: redirects inside `route`, which keeps their order.
#include <stdio.h>

#include "base/text.h"
#include "dialects/outgoing.h"
#include "dialects/regexp.h"
#include "dialects/rows.h"

typedef struct writing {
    yn_outgoing *o;
    bool ignores_case, drops_query;
    size_t count; // of matchers
    const char *indent;
} writing;

/* ---- words ----------------------------------------------------------------------------------- */

// A word in backquotes, in which nothing means anything, or in quotes where it has one.
static void put_word(yn_buf *out, yonder_text t)
{
    bool plain = yn_find_char(t, '`') == t.len;
    yn_buf_char(out, plain ? '`' : '"');
    for (size_t i = 0; i < t.len; i++) {
        if (!plain && t.ptr[i] == '"')
            yn_buf_char(out, '\\');
        yn_buf_char(out, t.ptr[i]);
    }
    yn_buf_char(out, plain ? '`' : '"');
}

// Text of a target: no placeholder, and no quote.
static void put_text(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (strchr("{}`\"\\", t.ptr[i]) && t.ptr[i])
            yn_buf_printf(out, "%%%02X", (unsigned)(unsigned char)t.ptr[i]);
        else
            yn_buf_char(out, t.ptr[i]);
}

static void put_pieces(yn_buf *out, const yn_out_piece *piece, size_t matcher)
{
    for (; piece; piece = piece->next)
        if (piece->kind == YN_OUT_TEXT)
            put_text(out, piece->text);
        else if (piece->kind == YN_OUT_PAIR)
            yn_buf_printf(out, "{http.request.uri.query.%.*s}", YN_PRINT(piece->text));
        else
            yn_buf_printf(out, "{re.r%zu.%zu}", matcher, piece->number);
}

/* ---- matchers -------------------------------------------------------------------------------- */

// A matcher in the making. Each field can be asked about once.
typedef struct matcher {
    yn_buf text;
    size_t number;
    yonder_text fields[8];
    size_t field_count;
} matcher;

static bool add_field(matcher *m, yonder_text field)
{
    for (size_t i = 0; i < m->field_count; i++)
        if (yn_equal_nocase(m->fields[i], field))
            return false;
    if (m->field_count == sizeof m->fields / sizeof *m->fields)
        return false;
    m->fields[m->field_count++] = field;
    return true;
}

static void put_line(writing *w, matcher *m, const char *what)
{
    yn_buf_printf(&m->text, "%s\t%s", w->indent, what);
}

static bool put_header(writing *w, matcher *m, yonder_text field, yonder_text pattern,
                       bool negative)
{
    if (!negative && !add_field(m, field))
        return false;
    put_line(w, m, negative ? "not header_regexp " : "header_regexp ");
    yn_buf_printf(&m->text, "%.*s ", YN_PRINT(field));
    put_word(&m->text, pattern);
    yn_buf_char(&m->text, '\n');
    return true;
}

static bool put_condition(writing *w, matcher *m, const yn_draft_pair *c)
{
    if (yn_equal(c->name, YN_TEXT("method"))) {
        put_line(w, m, "method");
        yonder_text methods = yn_out_methods(w->o, c->value);
        yn_buf_char(&m->text, ' ');
        for (size_t i = 0; i < methods.len; i++)
            yn_buf_char(&m->text, methods.ptr[i] == ',' ? ' ' : methods.ptr[i]);
        yn_buf_char(&m->text, '\n');
        return true;
    }
    if (yn_starts_with(c->name, YN_TEXT("header:")) && c->value.len) {
        yn_out_put_glob(&w->o->plan.scratch, c->value);
        return put_header(w, m, yn_skip(c->name, 7), yn_plan_written(&w->o->plan), false);
    }
    if (yn_starts_with(c->name, YN_TEXT("header:")))
        return put_header(w, m, yn_skip(c->name, 7), YN_TEXT("."), true);
    if (yn_starts_with(c->name, YN_TEXT("cookie:")) && c->value.len) {
        yn_out_put_cookie(&w->o->plan.scratch, yn_skip(c->name, 7), c->value);
        return put_header(w, m, YN_TEXT("Cookie"), yn_plan_written(&w->o->plan), false);
    }
    if (yn_equal(c->name, YN_TEXT("cookie"))) {
        yn_out_put_cookies(&w->o->plan.scratch, c->value);
        return put_header(w, m, YN_TEXT("Cookie"), yn_plan_written(&w->o->plan), false);
    }
    return false;
}

static bool is_name(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !strchr("-._~", t.ptr[i]))
            return false;
    return t.len > 0;
}

// All pairs as one expression: of several matchers for the query one is enough, in some versions.
static bool put_pairs(writing *w, matcher *m, const yn_out_rule *rule)
{
    if (!rule->pair_count)
        return true;
    put_line(w, m, "expression `");
    for (size_t i = 0; i < rule->pair_count; i++) {
        const yn_draft_pair *pair = &rule->pairs[i];
        bool any = pair->value.len && pair->value.ptr[0] == ':';
        if (!is_name(pair->name) || (pair->value.len && !any && !is_name(pair->value)))
            return false;
        yn_buf_printf(&m->text, "%s{http.request.uri.query.%.*s} %s \"%.*s\"", i ? " && " : "",
                      YN_PRINT(pair->name),
                      any ? "!=" : "==", YN_PRINT(any ? (yonder_text){0} : pair->value));
    }
    yn_buf_str(&m->text, "`\n");
    yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                "where a parameter is there several times, its values count as one");
    return true;
}

static bool put_host(writing *w, matcher *m, yonder_text host)
{
    yn_buf *scratch = &w->o->plan.scratch;
    if (!yn_starts_with(host, YN_TEXT("*."))) {
        put_line(w, m, "host ");
        yn_buf_printf(&m->text, "%.*s\n", YN_PRINT(host));
        return true;
    }
    yn_buf_str(scratch, "(?i)^");
    yn_out_put_host(scratch, host);
    yn_buf_str(scratch, "(?::[0-9]+)?$");
    return put_header(w, m, YN_TEXT("Host"), yn_plan_written(&w->o->plan), false);
}

// Whether the regular expression is one of RE2.
static bool is_re2(yonder_text pattern)
{
    yn_regexp read;
    if (!yn_regexp_read(&read, pattern) || read.refers)
        return false;
    for (yn_regexp_token token; (token = yn_regexp_next(&pattern)).kind != YN_REGEXP_END;) {
        bool possessive = token.kind == YN_REGEXP_REPEAT && token.text.len > 1 &&
                          token.text.ptr[token.text.len - 1] == '+';
        bool atomic = token.kind == YN_REGEXP_OPEN && yn_equal(token.text, YN_TEXT("(?>"));
        if (token.asserts || possessive || atomic || token.kind == YN_REGEXP_ODD)
            return false;
        if (token.kind == YN_REGEXP_ESCAPE && strchr("ZGhHvVNR", token.text.ptr[1]))
            return false;
    }
    return true;
}

static bool put_path(writing *w, matcher *m, const yn_out_rule *rule)
{
    yn_buf *scratch = &w->o->plan.scratch;
    if (yn_out_answers_all(rule) && !rule->leads)
        return true;
    if (rule->ignore_case || w->ignores_case)
        yn_buf_str(scratch, "(?i)");
    if (!yn_out_put_pattern(scratch, rule, 0))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule, "an escaped slash is a slash");
    yonder_text pattern = yn_plan_written(&w->o->plan);
    put_line(w, m, "path_regexp ");
    yn_buf_printf(&m->text, "r%zu ", m->number);
    put_word(&m->text, pattern);
    yn_buf_char(&m->text, '\n');
    bool flagged = rule->ignore_case || w->ignores_case;
    if (is_re2(yn_skip(pattern, flagged ? 4 : 0)))
        return true;
    yn_out_note(w->o, YN_NOTE_LOST, rule, "its regular expressions look neither ahead nor back");
    return false;
}

static bool put_matcher(writing *w, matcher *m, const yn_out_rule *rule)
{
    bool good = true;
    if (!put_path(w, m, rule))
        return false;
    if (rule->scheme.len) {
        put_line(w, m, "protocol ");
        yn_buf_printf(&m->text, "%.*s\n", YN_PRINT(rule->scheme));
    }
    if (rule->host.len)
        good = put_host(w, m, rule->host);
    for (size_t i = 0; i < rule->condition_count; i++)
        good = put_condition(w, m, &rule->conditions[i]) && good;
    good = put_pairs(w, m, rule) && good;
    if (!good)
        yn_out_note(w->o, YN_NOTE_LOST, rule, "there is no such condition");
    return good;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static void put_target(writing *w, yn_buf *out, const yn_out_rule *rule, size_t number)
{
    yonder_text start =
        rule->to && rule->to->kind == YN_OUT_TEXT ? rule->to->text : (yonder_text){0};
    yn_buf_char(out, '"');
    if (yn_starts_with(start, YN_TEXT("//")))
        yn_buf_str(out, "{scheme}:");
    put_pieces(out, rule->to, number);
    if (rule->query)
        yn_buf_char(out, '?');
    put_pieces(out, rule->query, number);
    if (rule->passes_query && !w->drops_query)
        yn_buf_str(out, "?{query}");
    if (rule->fragment)
        yn_buf_char(out, '#');
    put_pieces(out, rule->fragment, number);
    yn_buf_char(out, '"');
}

static void put_rule(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    matcher m = {.number = ++w->count};
    m.text = yn_buf_make(1 << 18, w->o->plan.mem);
    const char *in = w->indent;
    if (put_matcher(w, &m, rule)) {
        if (m.text.len)
            yn_buf_printf(out, "%s@r%zu {\n%.*s%s}\n", in, m.number, YN_PRINT(yn_buf_text(&m.text)),
                          in);
        yn_buf_printf(out, "%s%s", in, rule->leads ? "redir " : "respond ");
        if (m.text.len)
            yn_buf_printf(out, "@r%zu ", m.number);
        if (rule->leads) {
            put_target(w, out, rule, m.number);
            yn_buf_char(out, ' ');
        }
        yn_buf_printf(out, "%d\n", rule->status);
        if (rule->leads && rule->passes_query && rule->pair_count && !w->drops_query)
            yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                        "the query is passed on whole, with the parameters the rule names");
        if (rule->leads && rule->passes_query && !w->drops_query)
            yn_plan_note(&w->o->plan, YN_NOTE_CHANGED, rule->file, 0,
                         "Caddy: where the request has no query, the target has a '?' at its end");
    }
    yn_buf_free(&m.text);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void put_section(writing *w, yn_buf *out, const yn_out_section *section)
{
    const yn_out_section *sections[] = {section};
    w->ignores_case = yn_out_site_is(yn_out_site_find(sections, 1, "case"), "ignore");
    for (const yn_out_rule *rule = section->rules; rule && !w->o->plan.error; rule = rule->next)
        put_rule(w, out, rule);
}

static void put_https(writing *w, yn_buf *out, const yn_out_site *https)
{
    if (!yn_out_site_on(https))
        return;
    size_t number = ++w->count;
    yn_buf_printf(out, "%s@r%zu protocol http\n%sredir @r%zu https://{host}{uri} %d\n", w->indent,
                  number, w->indent, number, yn_out_https_status(https));
}

static void put_canonical(writing *w, yn_buf *out, const yn_out_site *canonical)
{
    if (!yn_out_site_on(canonical))
        return;
    size_t number = ++w->count;
    yn_buf_printf(out, "%s@r%zu not host %.*s\n%sredir @r%zu {scheme}://%.*s{uri} 308\n", w->indent,
                  number, YN_PRINT(canonical->value), w->indent, number,
                  YN_PRINT(canonical->value));
}

static void put_hosts_matcher(writing *w, yn_buf *out, const yn_out_block *block, const char *name,
                              size_t number)
{
    yn_buf *scratch = &w->o->plan.scratch;
    yn_buf_str(scratch, "(?i)^(?:");
    for (size_t i = 0; i < block->host_count; i++) {
        yn_buf_str(scratch, i ? "|" : "");
        yn_out_put_host(scratch, block->hosts[i]);
    }
    yn_buf_str(scratch, ")(?::[0-9]+)?$");
    yn_buf_printf(out, "\t\t@%s%zu header_regexp Host ", name, number);
    put_word(out, yn_plan_written(&w->o->plan));
    yn_buf_char(out, '\n');
}

static void put_block(writing *w, yn_buf *out, const yn_out_block *block, size_t number)
{
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1];
    size_t count = yn_out_sections_of(w->o, block, sections);
    put_hosts_matcher(w, out, block, "hosts", number);
    yn_buf_printf(out, "\t\troute @hosts%zu {\n", number);
    w->indent = "\t\t\t";
    w->drops_query = yn_out_site_is(yn_out_site_find(sections, count, "query"), "drop");
    put_https(w, out, yn_out_site_find(sections, count, "https"));
    for (size_t i = 1; i < count; i++)
        put_section(w, out, sections[i]);
    yn_buf_str(out, "\t\t}\n");
    w->indent = "\t\t";
}

// Behind all rules, for the hosts of a block.
static void put_block_canonical(writing *w, yn_buf *out, const yn_out_block *block, size_t number)
{
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1];
    size_t count = yn_out_sections_of(w->o, block, sections);
    const yn_out_site *canonical = yn_out_site_find(sections, count, "canonical");
    if (!yn_out_site_on(canonical))
        return;
    yn_buf_printf(out, "\t\troute @hosts%zu {\n", number);
    w->indent = "\t\t\t";
    put_canonical(w, out, canonical);
    w->indent = "\t\t";
    yn_buf_str(out, "\t\t}\n");
}

static const char *const known_lines[] = {"https", "canonical", "case", "query", NULL};

static void write_caddy(yn_outgoing *o, yn_buf *out)
{
    writing w = {.o = o, .indent = "\t\t"};
    const yn_out_section *any[] = {o->sections};
    yn_out_block *blocks = yn_out_blocks(o);
    size_t number = 0;
    yn_out_tell_sites(o, known_lines);
    yn_buf_str(out,
               "# For https, name the hosts and import the rules: example.com { import yonder }\n"
               "(yonder) {\n\troute {\n");
    for (const yn_out_block *block = blocks; block; block = block->next)
        put_block(&w, out, block, ++number);
    w.drops_query = yn_out_site_is(yn_out_site_find(any, 1, "query"), "drop");
    put_https(&w, out, yn_out_site_find(any, 1, "https"));
    put_section(&w, out, o->sections);
    number = 0;
    for (const yn_out_block *block = blocks; block; block = block->next)
        put_block_canonical(&w, out, block, ++number);
    if (!blocks)
        put_canonical(&w, out, yn_out_site_find(any, 1, "canonical"));
    yn_buf_str(out, "\t\trespond 404\n\t}\n}\n\nhttp:// {\n\timport yonder\n}\n");
}

int yn_caddy_write(yn_writer *writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem)
{
    return yn_outgoing_begin(writer, out, notes, mem, YN_TEXT("Caddy"), write_caddy, NULL);
}
