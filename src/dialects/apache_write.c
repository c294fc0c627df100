// SPDX-License-Identifier: MIT
// Rules as RewriteRule lines of Apache httpd, which are gone through in the order in which they
// stand, as rules are.
#include <stdio.h>

#include "base/text.h"
#include "core/percent.h"
#include "dialects/outgoing.h"
#include "dialects/regexp.h"
#include "dialects/rows.h"

typedef struct writing {
    yn_outgoing *o;
    bool in_folder; // .htaccess: paths come without the first slash
    bool ignores_case, drops_query;
    size_t count; // of RewriteRule lines
} writing;

/* ---- arguments ------------------------------------------------------------------------------- */

// mod_rewrite knows two marks and no escape for either: where both are in a pattern, one is a code.
static void put_quoted(yn_buf *out, yonder_text t)
{
    bool both = yn_find_char(t, '"') < t.len && yn_find_char(t, '\'') < t.len;
    char mark = yn_find_char(t, '"') < t.len && !both ? '\'' : '"';
    yn_buf_char(out, mark);
    for (size_t i = 0; i < t.len; i++) {
        bool escaped = t.ptr[i] == '\\' && i + 1 < t.len;
        if (t.ptr[i + escaped] == mark)
            yn_buf_str(out, "\\x22");
        else
            yn_buf_put(out, yn_slice(t, i, i + 1 + escaped));
        i += escaped;
    }
    yn_buf_char(out, mark);
}

static void put_cond(yn_buf *out, const char *what, yonder_text pattern, const char *flags)
{
    yn_buf_printf(out, "RewriteCond %s ", what);
    put_quoted(out, pattern);
    yn_buf_printf(out, "%s%s\n", *flags ? " " : "", flags);
}

// A byte of a target that means itself.
static void put_target_byte(yn_buf *out, char c)
{
    if (strchr("$%\\", c) && c)
        yn_buf_char(out, '\\');
    yn_buf_char(out, c);
}

// Text of a target as it is.
static void put_text(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        put_target_byte(out, t.ptr[i]);
}

// Text of a path that Apache is going to escape. False where an escape would not come back.
static bool put_decoded(yn_buf *out, yonder_text t)
{
    bool good = true;
    char byte;
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '%' && yn_percent_decode_at(t, i, &byte)) {
            good = good && !strchr("/?&+=;,:@!*'()$", byte);
            put_target_byte(out, byte);
            i += 2;
        } else {
            good = good && t.ptr[i] != ';';
            put_target_byte(out, t.ptr[i]);
        }
    return good;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void put_methods(writing *w, yn_buf *out, yonder_text methods)
{
    yn_buf *scratch = &w->o->plan.scratch;
    yn_buf_str(scratch, "^(?:");
    yn_out_put_alternatives(scratch, methods);
    yn_buf_str(scratch, ")$");
    put_cond(out, "%{REQUEST_METHOD}", yn_plan_written(&w->o->plan), "");
}

// Its name and value, or one of several names.
static void put_cookie(writing *w, yn_buf *out, yonder_text name, yonder_text value)
{
    if (name.len)
        yn_out_put_cookie(&w->o->plan.scratch, name, value);
    else
        yn_out_put_cookies(&w->o->plan.scratch, value);
    put_cond(out, "%{HTTP_COOKIE}", yn_plan_written(&w->o->plan), "");
}

static void put_header(writing *w, yn_buf *out, yonder_text name, yonder_text glob)
{
    char what[300];
    snprintf(what, sizeof what, "%%{HTTP:%.*s}", (int)(name.len < 200 ? name.len : 200), name.ptr);
    yn_out_put_glob(&w->o->plan.scratch, glob);
    put_cond(out, what, yn_plan_written(&w->o->plan), "");
}

static bool put_condition(writing *w, yn_buf *out, const yn_draft_pair *c)
{
    if (yn_equal(c->name, YN_TEXT("method")))
        put_methods(w, out, yn_out_methods(w->o, c->value));
    else if (yn_starts_with(c->name, YN_TEXT("header:")))
        put_header(w, out, yn_skip(c->name, 7), c->value);
    else if (yn_starts_with(c->name, YN_TEXT("cookie:")) && c->value.len)
        put_cookie(w, out, yn_skip(c->name, 7), c->value);
    else if (yn_equal(c->name, YN_TEXT("cookie")))
        put_cookie(w, out, (yonder_text){0}, c->value);
    else if (yn_equal(c->name, YN_TEXT("http")))
        put_cond(out, "%{SERVER_PROTOCOL}",
                 yn_equal(c->value, YN_TEXT("1.0")) ? YN_TEXT("=HTTP/1.0") : YN_TEXT("!=HTTP/1.0"),
                 "");
    else
        return false;
    return true;
}

static void put_hosts(writing *w, yn_buf *out, const yonder_text *hosts, size_t count,
                      bool negative)
{
    yn_buf *scratch = &w->o->plan.scratch;
    yn_buf_str(scratch, negative ? "!^(?:" : "^(?:");
    for (size_t i = 0; i < count; i++) {
        yn_buf_str(scratch, i ? "|" : "");
        yn_out_put_host(scratch, hosts[i]);
    }
    yn_buf_str(scratch, ")(?::[0-9]+)?$");
    put_cond(out, "%{HTTP_HOST}", yn_plan_written(&w->o->plan), "[NC]");
}

static bool is_simple(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !strchr("-._~", t.ptr[i]))
            return false;
    return true;
}

// The first parameter of this name has the value; `capture`: it is %1.
static void put_pair(writing *w, yn_buf *out, const yn_out_rule *rule, const yn_draft_pair *pair,
                     bool capture)
{
    yn_buf *scratch = &w->o->plan.scratch;
    bool any = pair->value.len && pair->value.ptr[0] == ':';
    if (!is_simple(pair->name) || (!any && !is_simple(pair->value)))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                    "parameters are compared as they are spelled here");
    yn_buf_str(scratch, pair->value.len ? "^(?:(?!" : "!^(?:(?!");
    yn_regexp_quote(scratch, pair->name);
    yn_buf_str(scratch, "=)[^&]*&)*");
    yn_regexp_quote(scratch, pair->name);
    yn_buf_char(scratch, '=');
    if (!pair->value.len) {
        yn_buf_str(scratch, "[^&]");
    } else if (any) {
        yn_buf_str(scratch, capture ? "([^&]+)" : "[^&]");
    } else {
        yn_regexp_quote(scratch, pair->value);
        yn_buf_str(scratch, "(?:&|$)");
    }
    put_cond(out, "%{QUERY_STRING}", yn_plan_written(&w->o->plan), "");
}

/* ---- targets --------------------------------------------------------------------------------- */

static bool has_groups(const yn_out_piece *piece)
{
    for (; piece; piece = piece->next)
        if (piece->kind != YN_OUT_TEXT)
            return true;
    return false;
}

// The one parameter whose value the target takes, or NULL; `*many` if there are more.
static const yn_draft_pair *captured_pair(const yn_out_rule *rule, bool *many)
{
    const yn_draft_pair *found = NULL;
    const yn_out_piece *parts[] = {rule->to, rule->query, rule->fragment};
    *many = false;
    for (int i = 0; i < 3; i++)
        for (const yn_out_piece *piece = parts[i]; piece; piece = piece->next)
            for (size_t k = 0; piece->kind == YN_OUT_PAIR && k < rule->pair_count; k++)
                if (yn_equal(rule->pairs[k].name, piece->text)) {
                    *many = *many || (found && found != &rule->pairs[k]);
                    found = &rule->pairs[k];
                }
    return found;
}

static bool put_pieces(yn_buf *out, const yn_out_piece *piece, bool escaped, const char *group)
{
    bool good = true;
    for (; piece; piece = piece->next) {
        if (piece->kind == YN_OUT_TEXT && escaped)
            good = put_decoded(out, piece->text) && good;
        else if (piece->kind == YN_OUT_TEXT)
            put_text(out, piece->text);
        else if (piece->kind == YN_OUT_PAIR)
            yn_buf_str(out, "%1");
        else if (piece->number < 10)
            yn_buf_printf(out, "%s%zu", group, piece->number);
        else
            good = false;
    }
    return good;
}

// The target; `group` is what its groups start with. `*escaped` tells whether Apache has to escape
// the path, since groups are in it.
static bool put_target(writing *w, yn_buf *out, const yn_out_rule *rule, const char *group,
                       bool *escaped)
{
    yn_buf text = yn_buf_make(1 << 18, w->o->plan.mem);
    yonder_text start =
        rule->to && rule->to->kind == YN_OUT_TEXT ? rule->to->text : (yonder_text){0};
    *escaped = (has_groups(rule->to) || has_groups(rule->query)) && !rule->fragment;
    if (yn_starts_with(start, YN_TEXT("//")))
        yn_buf_str(&text, "%{REQUEST_SCHEME}:");
    bool good = put_pieces(&text, rule->to, *escaped, group);
    bool passes = rule->passes_query && !w->drops_query;
    if (rule->query || (passes && rule->fragment))
        yn_buf_char(&text, '?');
    good = put_pieces(&text, rule->query, false, group) && good;
    if (passes && rule->fragment)
        yn_buf_str(&text, "%{QUERY_STRING}");
    if (rule->fragment)
        yn_buf_char(&text, '#');
    good = put_pieces(&text, rule->fragment, false, group) && good;
    put_quoted(out, yn_buf_text(&text));
    yn_buf_free(&text);
    if (rule->fragment && has_groups(rule->to))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule, "beside a fragment, groups are put in decoded");
    return good;
}

static void put_flags(writing *w, yn_buf *out, const yn_out_rule *rule, bool escaped)
{
    bool passes = rule->passes_query && !w->drops_query;
    if (rule->status == 410 && !rule->leads)
        yn_buf_str(out, " [G");
    else if (rule->status == 403 && !rule->leads)
        yn_buf_str(out, " [F");
    else
        yn_buf_printf(out, " [R=%d,L", rule->status);
    if (rule->ignore_case || w->ignores_case)
        yn_buf_str(out, ",NC");
    if (rule->leads && !escaped)
        yn_buf_str(out, ",NE");
    if (rule->leads && !passes && !rule->query)
        yn_buf_str(out, ",QSD");
    yn_buf_str(out, "]\n");
}

/* ---- rules ----------------------------------------------------------------------------------- */

// Whether the pattern starts with the slash that a folder's rules do not see.
static bool starts_with_slash(yonder_text pattern)
{
    yonder_text rest = pattern;
    yn_regexp_token first = yn_regexp_next(&rest), second = yn_regexp_next(&rest),
                    third = yn_regexp_next(&rest);
    yn_regexp read;
    return first.kind == YN_REGEXP_START && second.kind == YN_REGEXP_LITERAL &&
           second.byte == '/' && second.text.len == 1 && third.kind != YN_REGEXP_REPEAT &&
           yn_regexp_read(&read, pattern) && !read.alternates;
}

static yonder_text pattern_text(writing *w, const yn_out_rule *rule)
{
    if (!yn_out_put_pattern(&w->o->plan.scratch, rule, 0))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule, "an escaped slash is a slash");
    return yn_plan_written(&w->o->plan);
}

static bool put_conditions(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    bool good = true;
    if (rule->scheme.len)
        put_cond(out, "%{HTTPS}",
                 yn_equal(rule->scheme, YN_TEXT("https")) ? YN_TEXT("=on") : YN_TEXT("!=on"), "");
    if (rule->host.len)
        put_hosts(w, out, &rule->host, 1, false);
    for (size_t i = 0; i < rule->condition_count; i++)
        good = put_condition(w, out, &rule->conditions[i]) && good;
    if (!good)
        yn_out_note(w->o, YN_NOTE_LOST, rule, "there is no such condition");
    return good;
}

// The pairs, the one the target takes last: its value is %1.
static bool put_pairs(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    bool many;
    const yn_draft_pair *captured = captured_pair(rule, &many);
    for (size_t i = 0; i < rule->pair_count; i++)
        if (&rule->pairs[i] != captured)
            put_pair(w, out, rule, &rule->pairs[i], false);
    if (captured)
        put_pair(w, out, rule, captured, true);
    if (many)
        yn_out_note(w->o, YN_NOTE_LOST, rule, "a target takes one value out of the query only");
    if (rule->pair_count && rule->passes_query && !w->drops_query)
        yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                    "the query is passed on whole, with the parameters the rule names");
    return !many;
}

static void put_rule(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    yn_buf text = yn_buf_make(1 << 20, w->o->plan.mem);
    yonder_text pattern = pattern_text(w, rule);
    bool root = yn_equal(pattern, YN_TEXT("^(?:/(.*))?$"));
    bool by_cond = w->in_folder && !root && !starts_with_slash(pattern);
    bool many, escaped = false;
    bool good = put_conditions(w, &text, rule) && put_pairs(w, &text, rule);
    if (by_cond && captured_pair(rule, &many)) {
        yn_out_note(w->o, YN_NOTE_LOST, rule, "a target takes groups of one thing only");
        good = false;
    }
    if (by_cond)
        put_cond(&text, "%{REQUEST_URI}", pattern,
                 rule->ignore_case || w->ignores_case ? "[NC]" : "");
    yn_buf_str(&text, "RewriteRule ");
    if (by_cond)
        pattern = YN_TEXT("^");
    else if (root)
        pattern = w->in_folder ? YN_TEXT("^(.*)$") : YN_TEXT("^/(.*)$");
    else if (w->in_folder) {
        yn_buf_printf(&w->o->plan.scratch, "^%.*s", YN_PRINT(yn_skip(pattern, 2)));
        pattern = yn_plan_written(&w->o->plan);
    }
    put_quoted(&text, pattern);
    yn_buf_char(&text, ' ');
    if (!rule->leads) {
        yn_buf_str(&text, "-");
    } else if (!put_target(w, &text, rule, by_cond ? "%" : "$", &escaped)) {
        yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                    "beside groups, an escape of a reserved character is not kept in the target");
    }
    put_flags(w, &text, rule, escaped);
    if (good) {
        yn_buf_put(out, yn_buf_text(&text));
        w->count++;
    }
    yn_buf_free(&text);
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
    put_cond(out, "%{HTTPS}", YN_TEXT("!=on"), "");
    yn_buf_printf(out, "RewriteRule ^ https://%%{HTTP_HOST}%%{REQUEST_URI} [R=%d,L]\n",
                  yn_out_https_status(https));
    w->count++;
}

// The rules of some hosts: skipped by requests for others.
static void put_block(writing *w, yn_buf *out, const yn_out_block *block)
{
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1];
    yn_buf text = yn_buf_make((size_t)1 << 36, w->o->plan.mem);
    size_t count = yn_out_sections_of(w->o, block, sections);
    w->drops_query = yn_out_site_is(yn_out_site_find(sections, count, "query"), "drop");
    w->count = 0;
    put_https(w, &text, yn_out_site_find(sections, count, "https"));
    for (size_t i = 1; i < count; i++)
        put_section(w, &text, sections[i]);
    if (w->count) {
        yn_buf_char(out, '\n');
        put_hosts(w, out, block->hosts, block->host_count, true);
        yn_buf_printf(out, "RewriteRule ^ - [S=%zu]\n", w->count);
        yn_buf_put(out, yn_buf_text(&text));
    }
    yn_buf_free(&text);
}

static void put_canonical(writing *w, yn_buf *out, const yn_out_block *block)
{
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1];
    size_t count = yn_out_sections_of(w->o, block, sections);
    const yn_out_site *canonical = yn_out_site_find(sections, count, "canonical");
    if (!yn_out_site_on(canonical))
        return;
    if (block)
        put_hosts(w, out, block->hosts, block->host_count, false);
    put_hosts(w, out, &canonical->value, 1, true);
    yn_buf_printf(out, "RewriteRule ^ %%{REQUEST_SCHEME}://%.*s%%{REQUEST_URI} [R=308,L]\n",
                  YN_PRINT(canonical->value));
}

static const char *const known_lines[] = {"https", "canonical", "case", "query", NULL};

static void write_apache(yn_outgoing *o, yn_buf *out)
{
    writing w = {.o = o, .in_folder = o->how != NULL};
    const yn_out_section *any[] = {o->sections};
    yn_out_block *blocks = yn_out_blocks(o);
    yn_out_tell_sites(o, known_lines);
    yn_buf_str(
        out, w.in_folder
                 ? "# A .htaccess file for the document root.\nRewriteEngine On\nRewriteBase /\n"
                 : "# For a <VirtualHost> of Apache httpd.\nMergeSlashes Off\nRewriteEngine On\n");
    for (const yn_out_block *block = blocks; block; block = block->next)
        put_block(&w, out, block);
    yn_buf_char(out, '\n');
    w.drops_query = yn_out_site_is(yn_out_site_find(any, 1, "query"), "drop");
    put_https(&w, out, yn_out_site_find(any, 1, "https"));
    put_section(&w, out, o->sections);
    for (const yn_out_block *block = blocks; block; block = block->next)
        put_canonical(&w, out, block);
    if (!blocks)
        put_canonical(&w, out, NULL);
}

int yn_apache_write(yn_writer *writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem)
{
    return yn_outgoing_begin(writer, out, notes, mem, YN_TEXT("Apache"), write_apache, NULL);
}

int yn_htaccess_write(yn_writer *writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem)
{
    return yn_outgoing_begin(writer, out, notes, mem, YN_TEXT(".htaccess"), write_apache, "");
}
