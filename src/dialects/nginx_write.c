// SPDX-License-Identifier: MIT
// Rules as servers of nginx. The directives of its rewrite module are gone through in the order in
// which they stand, as rules are; tables of exact paths are maps.
#include <stdio.h>

#include "base/text.h"
#include "core/percent.h"
#include "dialects/outgoing.h"
#include "dialects/regexp.h"
#include "dialects/rows.h"

enum {
    least_map = 16 // so many exact rules in a row become a map
};

typedef struct writing {
    yn_outgoing *o;
    yn_buf maps; // of the http block
    bool ignores_case, drops_query;
    bool uses_path; // $yonder_path
    bool uses_hsts;
    size_t map_count;
    size_t longest_key, key_count;
    yn_buf any[2]; // rules for any host; with and without the request's query
    bool any_written[2], any_answers_all;
} writing;

/* ---- words ----------------------------------------------------------------------------------- */

// A byte inside double quotes. nginx has no way to write a dollar.
static void put_quoted(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '"' || t.ptr[i] == '\\')
            yn_buf_char(out, '\\');
        if (t.ptr[i] == '$')
            yn_buf_str(out, "%24");
        else
            yn_buf_char(out, t.ptr[i]);
    }
}

// A regular expression, where a dollar is none of a variable.
static void put_pattern_word(yn_buf *out, yonder_text t)
{
    yn_buf_char(out, '"');
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '"' || t.ptr[i] == '\\')
            yn_buf_char(out, '\\');
        yn_buf_char(out, t.ptr[i]);
    }
    yn_buf_char(out, '"');
}

static void put_pieces(yn_buf *out, const yn_out_piece *piece, bool numbered)
{
    for (; piece; piece = piece->next) {
        if (piece->kind == YN_OUT_TEXT)
            put_quoted(out, piece->text);
        else if (piece->kind == YN_OUT_PAIR)
            yn_buf_printf(out, "${arg_%.*s}", YN_PRINT(piece->text));
        else
            yn_buf_printf(out, numbered ? "$%zu" : "${y%zu}", piece->number);
    }
}

static bool starts_with_slashes(const yn_out_rule *rule)
{
    return rule->to && rule->to->kind == YN_OUT_TEXT &&
           yn_starts_with(rule->to->text, YN_TEXT("//"));
}

static bool passes_query(const writing *w, const yn_out_rule *rule)
{
    return rule->passes_query && !w->drops_query;
}

// The target between quotes. `rewrites`: of `rewrite`, which numbers its groups, and adds the
// query itself unless a "?" is at the end.
static void put_target(writing *w, yn_buf *out, const yn_out_rule *rule, bool rewrites)
{
    bool passes = passes_query(w, rule);
    yn_buf_char(out, '"');
    if (starts_with_slashes(rule))
        yn_buf_str(out, "$scheme:");
    put_pieces(out, rule->to, rewrites);
    if (rule->query) {
        yn_buf_char(out, '?');
        put_pieces(out, rule->query, rewrites);
    }
    if (passes && (!rewrites || rule->fragment))
        yn_buf_str(out, "$is_args$args");
    if (rule->fragment) {
        yn_buf_char(out, '#');
        put_pieces(out, rule->fragment, rewrites);
    }
    if (rewrites && (!passes || rule->fragment))
        yn_buf_char(out, '?');
    yn_buf_char(out, '"');
}

/* ---- conditions ------------------------------------------------------------------------------ */

static bool is_plain_name(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            t.ptr[i] != '_')
            return false;
    return t.len > 0;
}

// Puts a test that clears $yonder where it does not hold.
static void put_test(yn_buf *out, const char *variable, const char *op, yonder_text value)
{
    yn_buf_printf(out, "    if (%s %s ", variable, op);
    put_pattern_word(out, value);
    yn_buf_str(out, ") { set $yonder 0; }\n");
}

static void put_list_test(writing *w, yn_buf *out, const char *variable, yonder_text list)
{
    yn_buf *scratch = &w->o->plan.scratch;
    yn_buf_str(scratch, "^(?:");
    yn_out_put_alternatives(scratch, list);
    yn_buf_str(scratch, ")$");
    put_test(out, variable, "!~", yn_plan_written(&w->o->plan));
}

// "header:Accept-Language" is $http_accept_language.
static bool put_field_test(writing *w, yn_buf *out, const char *kind, yonder_text name,
                           yonder_text glob)
{
    char variable[300];
    size_t n = (size_t)snprintf(variable, sizeof variable, "$%s_", kind);
    if (name.len > 200)
        return false;
    for (size_t i = 0; i < name.len; i++)
        variable[n++] = name.ptr[i] == '-' ? '_' : yn_lower(name.ptr[i]);
    variable[n] = '\0';
    if (!is_plain_name(yn_skip(yonder_text_of(variable), 1)))
        return false;
    if (!glob.len) {
        put_test(out, variable, "!=", (yonder_text){0});
        return true;
    }
    yn_out_put_glob(&w->o->plan.scratch, glob);
    put_test(out, variable, "!~", yn_plan_written(&w->o->plan));
    return true;
}

static bool put_condition(writing *w, yn_buf *out, const yn_draft_pair *c)
{
    if (yn_equal(c->name, YN_TEXT("method"))) {
        put_list_test(w, out, "$request_method", yn_out_methods(w->o, c->value));
        return true;
    }
    if (yn_starts_with(c->name, YN_TEXT("header:")))
        return put_field_test(w, out, "http", yn_skip(c->name, 7), c->value);
    if (yn_starts_with(c->name, YN_TEXT("cookie:")))
        return put_field_test(w, out, "cookie", yn_skip(c->name, 7), c->value);
    if (yn_equal(c->name, YN_TEXT("cookie"))) {
        yn_out_put_cookies(&w->o->plan.scratch, c->value);
        put_test(out, "$http_cookie", "!~", yn_plan_written(&w->o->plan));
        return true;
    }
    if (yn_equal(c->name, YN_TEXT("http"))) {
        bool old = yn_equal(c->value, YN_TEXT("1.0"));
        put_test(out, "$server_protocol", old ? "!=" : "=", YN_TEXT("HTTP/1.0"));
        return true;
    }
    return false;
}

static bool is_simple_value(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !strchr("-._~", t.ptr[i]))
            return false;
    return true;
}

static bool put_pair(writing *w, yn_buf *out, const yn_out_rule *rule, const yn_draft_pair *pair)
{
    char variable[300];
    if (!is_plain_name(pair->name) || pair->name.len > 200)
        return false;
    snprintf(variable, sizeof variable, "$arg_%.*s", YN_PRINT(pair->name));
    if (pair->value.len && pair->value.ptr[0] == ':') {
        put_test(out, variable, "=", (yonder_text){0});
        return true;
    }
    if (!is_simple_value(pair->value))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                    "the value of a parameter is compared as it is spelled here");
    put_test(out, variable, "!=", pair->value);
    return true;
}

static void put_host_test(writing *w, yn_buf *out, yonder_text host)
{
    yn_buf *scratch = &w->o->plan.scratch;
    yn_buf_char(scratch, '^');
    yn_out_put_host(scratch, host);
    yn_buf_char(scratch, '$');
    put_test(out, "$host", "!~*", yn_plan_written(&w->o->plan));
}

static bool is_conditional(const yn_out_rule *rule)
{
    return rule->pair_count || rule->condition_count || rule->scheme.len || rule->host.len;
}

// Sets $yonder to 1 where all but the path is right. False where that cannot be said.
static bool put_conditions(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    bool good = true;
    yn_buf_str(out, "    set $yonder 1;\n");
    if (rule->scheme.len)
        put_test(out, "$scheme", "!=", rule->scheme);
    if (rule->host.len)
        put_host_test(w, out, rule->host);
    for (size_t i = 0; i < rule->condition_count; i++)
        good = put_condition(w, out, &rule->conditions[i]) && good;
    if (!good)
        yn_out_note(w->o, YN_NOTE_LOST, rule, "there is no such condition");
    for (size_t i = 0; good && i < rule->pair_count; i++)
        if (!put_pair(w, out, rule, &rule->pairs[i])) {
            yn_out_note(w->o, YN_NOTE_LOST, rule, "no variable has the name of its parameter");
            good = false;
        }
    if (good && rule->pair_count && passes_query(w, rule))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                    "the query is passed on whole, with the parameters the rule names");
    return good;
}

/* ---- one rule -------------------------------------------------------------------------------- */

// Whether a target may come to start with two slashes, which would make a host of its path.
static bool may_leave_host(const yn_out_rule *rule)
{
    const yn_out_piece *to = rule->to;
    if (!to)
        return false;
    if (to->kind != YN_OUT_TEXT)
        return true;
    return yn_equal(to->text, YN_TEXT("/")) && to->next && to->next->kind == YN_OUT_GROUP;
}

static bool has_authority_group(const yn_out_rule *rule)
{
    const yn_out_piece *to = rule->to;
    if (!to || !to->next || to->kind != YN_OUT_TEXT)
        return false;
    size_t slashes = 0;
    for (size_t i = 0; i < to->text.len; i++)
        slashes += to->text.ptr[i] == '/';
    return slashes == 2 && memmem(to->text.ptr, to->text.len, "//", 2);
}

static size_t most_group(const yn_out_piece *piece)
{
    size_t most = 0;
    for (; piece; piece = piece->next)
        if (piece->kind == YN_OUT_GROUP && piece->number > most)
            most = piece->number;
    return most;
}

static bool uses_groups(const yn_out_rule *rule)
{
    return most_group(rule->to) || most_group(rule->query) || most_group(rule->fragment);
}

// The pattern; a guard against more slashes where the target would start with them.
static yonder_text pattern_text(writing *w, const yn_out_rule *rule, unsigned how)
{
    yn_plan *plan = &w->o->plan;
    yn_buf *scratch = &plan->scratch;
    if (rule->ignore_case || w->ignores_case)
        yn_buf_str(scratch, "(?i)");
    if (rule->leads && may_leave_host(rule))
        yn_buf_str(scratch, "(?!.*//)");
    if (!yn_out_put_pattern(scratch, rule, how))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule, "an escaped slash is a slash");
    return yn_plan_written(plan);
}

static void put_answer(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    yn_buf_printf(out, "return %d", rule->status);
    if (rule->leads) {
        yn_buf_char(out, ' ');
        put_target(w, out, rule, false);
    }
    yn_buf_str(out, ";");
}

static bool rewrites(const yn_out_rule *rule)
{
    return rule->leads && uses_groups(rule) && (rule->status == 301 || rule->status == 302) &&
           most_group(rule->to) <= 9 && most_group(rule->query) <= 9 &&
           most_group(rule->fragment) <= 9 && !starts_with_slashes(rule);
}

static void put_rewrite(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    yn_buf_str(out, "rewrite ");
    put_pattern_word(out, pattern_text(w, rule, 0));
    yn_buf_char(out, ' ');
    put_target(w, out, rule, true);
    yn_buf_str(out, rule->status == 301 ? " permanent;" : " redirect;");
}

// "$uri = …": what the path is held against, and how.
static void put_path_test(writing *w, yn_buf *out, const yn_out_rule *rule, bool negative)
{
    yn_buf *scratch = &w->o->plan.scratch;
    const char *no = negative ? "!" : "";
    if (rule->exact && !w->ignores_case) {
        bool good = yn_out_put_path(scratch, rule->path);
        yonder_text path = yn_plan_written(&w->o->plan);
        if (!good)
            yn_out_note(w->o, YN_NOTE_CHANGED, rule, "an escaped slash is a slash");
        if (yn_find_char(path, '$') == path.len) { // it would begin a variable
            yn_buf_printf(out, "$uri %s= ", no);
            put_pattern_word(out, path);
            return;
        }
    }
    bool raw = rule->leads && uses_groups(rule);
    if (raw) {
        w->uses_path = true;
        yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                    "with this status the path is compared as the client spells it");
    }
    yn_buf_printf(out, "%s %s~ ", raw ? "$yonder_path" : "$uri", no);
    put_pattern_word(out, pattern_text(w, rule, raw ? YN_OUT_RAW | YN_OUT_NAMED : 0));
}

static void put_rule(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    yn_buf text = yn_buf_make(1 << 20, w->o->plan.mem);
    bool good = !has_authority_group(rule);
    if (!good)
        yn_out_note(w->o, YN_NOTE_LOST, rule, "what a request brings would be part of the host");
    if (rule->leads && may_leave_host(rule))
        yn_out_note(w->o, YN_NOTE_CHANGED, rule, "paths with // in them are left out");
    if (good && is_conditional(rule)) {
        good = put_conditions(w, &text, rule);
        if (!rewrites(rule)) {
            yn_buf_str(&text, "    if (");
            put_path_test(w, &text, rule, true);
            yn_buf_str(&text, ") { set $yonder 0; }\n");
        }
        yn_buf_str(&text, "    if ($yonder) { ");
        if (rewrites(rule))
            put_rewrite(w, &text, rule);
        else
            put_answer(w, &text, rule);
        yn_buf_str(&text, " }\n");
    } else if (good && rewrites(rule)) {
        yn_buf_str(&text, "    ");
        put_rewrite(w, &text, rule);
        yn_buf_char(&text, '\n');
    } else if (good) {
        yn_buf_str(&text, "    if (");
        put_path_test(w, &text, rule, false);
        yn_buf_str(&text, ") { ");
        put_answer(w, &text, rule);
        yn_buf_str(&text, " }\n");
    }
    if (good)
        yn_buf_put(out, yn_buf_text(&text));
    yn_buf_free(&text);
}

/* ---- maps ------------------------------------------------------------------------------------ */

static bool fits_map(const writing *w, const yn_out_rule *rule)
{
    return rule->exact && rule->leads && !is_conditional(rule) && !w->ignores_case;
}

static yonder_text lower_key(writing *w, yonder_text path)
{
    yn_buf *scratch = &w->o->plan.scratch;
    for (size_t i = 0; i < path.len; i++)
        yn_buf_char(scratch, yn_lower(path.ptr[i]));
    return yn_plan_written(&w->o->plan);
}

// How many rules from `rule` on one map takes: of one status, and of no two that it would confuse.
static size_t run_length(writing *w, const yn_out_rule *rule)
{
    yn_map keys = yn_map_make(w->o->plan.mem);
    size_t count = 0;
    int status = rule->status;
    for (; rule && rule->status == status && fits_map(w, rule); rule = rule->next, count++) {
        bool added = false;
        if (!yn_map_add(&keys, lower_key(w, rule->path), 0, &added))
            w->o->plan.error = YONDER_NO_MEMORY;
        if (!added)
            break;
    }
    yn_map_free(&keys);
    return count;
}

// Two maps: the target, and the key, since a map takes no notice of case.
static const yn_out_rule *put_map(writing *w, yn_buf *out, const yn_out_rule *rule, size_t count)
{
    size_t number = ++w->map_count;
    yn_buf keys = yn_buf_make((size_t)1 << 36, w->o->plan.mem), *scratch = &w->o->plan.scratch;
    yn_buf_printf(&w->maps, "map $uri $yonder_to_%zu {\n", number);
    yn_buf_printf(&keys, "map $uri $yonder_key_%zu {\n", number);
    int status = rule->status;
    for (size_t i = 0; i < count; i++, rule = rule->next) {
        if (!yn_out_put_path(scratch, rule->path))
            yn_out_note(w->o, YN_NOTE_CHANGED, rule, "an escaped slash is a slash");
        yonder_text path = yn_plan_written(&w->o->plan);
        w->longest_key = path.len > w->longest_key ? path.len : w->longest_key;
        for (int which = 0; which < 2; which++) {
            yn_buf *text = which ? &keys : &w->maps;
            yn_buf_str(text, "    ");
            put_pattern_word(text, path);
            yn_buf_char(text, ' ');
            if (which)
                put_pattern_word(text, path);
            else
                put_target(w, text, rule, false);
            yn_buf_str(text, ";\n");
        }
    }
    w->key_count = count > w->key_count ? count : w->key_count;
    yn_buf_str(&w->maps, "}\n");
    yn_buf_str(&keys, "}\n\n");
    yn_buf_put(&w->maps, yn_buf_text(&keys));
    yn_buf_free(&keys);
    yn_buf_printf(out, "    if ($yonder_key_%zu = $uri) { return %d $yonder_to_%zu; }\n", number,
                  status, number);
    return rule;
}

/* ---- servers --------------------------------------------------------------------------------- */

static const char *const known_lines[] = {"https", "hsts", "canonical", "case", "query", NULL};

// The rules of a section. True if none that follows is asked.
static bool put_section(writing *w, yn_buf *out, const yn_out_section *section)
{
    const yn_out_section *sections[] = {section};
    w->ignores_case = yn_out_site_is(yn_out_site_find(sections, 1, "case"), "ignore");
    bool all = false;
    for (const yn_out_rule *rule = section->rules; rule && !w->o->plan.error && !all;) {
        size_t count = fits_map(w, rule) ? run_length(w, rule) : 0;
        if (count >= least_map) {
            rule = put_map(w, out, rule, count);
            continue;
        }
        put_rule(w, out, rule);
        all = yn_out_answers_all(rule) && !rule->scheme.len;
        rule = rule->next;
    }
    return all;
}

// The rules for any host are the same in each server.
static bool put_any(writing *w, yn_buf *out)
{
    yn_buf *text = &w->any[w->drops_query];
    if (!w->any_written[w->drops_query])
        w->any_answers_all = put_section(w, text, w->o->sections);
    w->any_written[w->drops_query] = true;
    yn_buf_put(out, yn_buf_text(text));
    return w->any_answers_all;
}

static void put_lines_before(writing *w, yn_buf *out, const yn_out_section *const *sections,
                             size_t count)
{
    const yn_out_site *https = yn_out_site_find(sections, count, "https");
    const yn_out_site *hsts = yn_out_site_find(sections, count, "hsts");
    const yn_out_site *query = yn_out_site_find(sections, count, "query");
    w->drops_query = yn_out_site_is(query, "drop");
    if (yn_out_site_on(hsts)) {
        size_t number = ++w->map_count;
        yn_buf_printf(&w->maps, "map $https $yonder_hsts_%zu {\n    on ", number);
        for (size_t i = 0; i < hsts->value.len; i++) { // its directives are parted by semicolons
            if (i == 0)
                yn_buf_char(&w->maps, '"');
            if (hsts->value.ptr[i] == ' ')
                yn_buf_char(&w->maps, ';');
            yn_buf_char(&w->maps, hsts->value.ptr[i]);
        }
        yn_buf_str(&w->maps, "\";\n}\n\n");
        yn_buf_printf(out, "    add_header Strict-Transport-Security $yonder_hsts_%zu always;\n",
                      number);
    }
    if (yn_out_site_on(https))
        yn_buf_printf(out, "    if ($scheme = http) { return %d \"https://$host$request_uri\"; }\n",
                      yn_out_https_status(https));
}

static void put_lines_after(yn_buf *out, const yn_out_section *const *sections, size_t count)
{
    const yn_out_site *canonical = yn_out_site_find(sections, count, "canonical");
    if (!yn_out_site_on(canonical))
        return;
    yn_buf_printf(
        out, "    if ($http_host != \"%.*s\") { return 308 \"$scheme://%.*s$request_uri\"; }\n",
        YN_PRINT(canonical->value), YN_PRINT(canonical->value));
}

static void put_server(writing *w, yn_buf *out, const yn_out_block *block)
{
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1];
    size_t count = yn_out_sections_of(w->o, block, sections);
    bool all = false;
    yn_buf_printf(out,
                  "server {\n    listen 80%s;\n    # listen 443 ssl; ssl_certificate …; "
                  "ssl_certificate_key …;\n    server_name",
                  block ? "" : " default_server");
    for (size_t i = 0; block && i < block->host_count; i++)
        yn_buf_printf(out, " %.*s", YN_PRINT(block->hosts[i]));
    yn_buf_str(out, block ? ";\n" : " _;\n");
    yn_buf_str(out, "    merge_slashes off;\n    absolute_redirect off;\n");
    put_lines_before(w, out, sections, count);
    for (size_t i = 1; i < count && !all; i++)
        all = put_section(w, out, sections[i]);
    if (!all)
        all = put_any(w, out);
    if (!all)
        put_lines_after(out, sections, count);
    yn_buf_str(out, "    location / { return 404; }\n}\n\n");
}

static size_t power_above(size_t n)
{
    size_t power = 64;
    while (power < n)
        power *= 2;
    return power;
}

static void write_nginx(yn_outgoing *o, yn_buf *out)
{
    writing w = {.o = o};
    yn_buf servers = yn_buf_make((size_t)1 << 36, o->plan.mem);
    w.maps = yn_buf_make((size_t)1 << 36, o->plan.mem);
    w.any[0] = w.any[1] = yn_buf_make((size_t)1 << 36, o->plan.mem);
    yn_out_tell_sites(o, known_lines);
    for (const yn_out_block *block = yn_out_blocks(o); block; block = block->next)
        put_server(&w, &servers, block);
    put_server(&w, &servers, NULL);
    yn_buf_str(out, "# For the http block of nginx: include this file there.\n");
    if (w.longest_key) {
        yn_buf_printf(out, "map_hash_max_size %zu;\n", power_above(w.key_count * 2));
        yn_buf_printf(out, "map_hash_bucket_size %zu;\n", power_above(w.longest_key + 32));
    }
    if (w.uses_path)
        yn_buf_str(out, "map $request_uri $yonder_path {\n    \"~^(?<yonder_raw>[^?]*)\" "
                        "$yonder_raw;\n}\n");
    yn_buf_char(out, '\n');
    yn_buf_put(out, yn_buf_text(&w.maps));
    yn_buf_put(out, yn_buf_text(&servers));
    yn_buf_free(&w.maps);
    yn_buf_free(&w.any[0]);
    yn_buf_free(&w.any[1]);
    yn_buf_free(&servers);
}

int yn_nginx_write(yn_writer *writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem)
{
    return yn_outgoing_begin(writer, out, notes, mem, YN_TEXT("nginx"), write_nginx, NULL);
}
