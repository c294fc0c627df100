// SPDX-License-Identifier: MIT
// Rules as a configuration of HAProxy, which goes through its http-request lines in the order in
// which they stand, as rules are asked. It sees paths as they were sent; its own normalizers make
// them what rules compare. Tables of exact paths are maps, which HAProxy reads from files of their
// own: here they are comments, to be cut out.
#include <stdio.h>

#include "base/text.h"
#include "dialects/outgoing.h"
#include "dialects/regexp.h"
#include "dialects/rows.h"

enum {
    least_map = 16 // so many exact rules in a row become a map
};

typedef struct writing {
    yn_outgoing *o;
    yn_buf maps; // the comments
    bool ignores_case, drops_query;
    size_t map_count, acl_count;
    char guard[32]; // the condition for the hosts of a block
} writing;

/* ---- words ----------------------------------------------------------------------------------- */

// A word in single quotes, in which nothing means anything.
static void put_word(yn_buf *out, yonder_text t)
{
    yn_buf_char(out, '\'');
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '\'')
            yn_buf_str(out, "'\\''");
        else
            yn_buf_char(out, t.ptr[i]);
    yn_buf_char(out, '\'');
}

// Part of a log format in double quotes.
static void put_format(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] && strchr("\"\\$", t.ptr[i]))
            yn_buf_char(out, '\\');
        if (t.ptr[i] == '%')
            yn_buf_char(out, '%');
        yn_buf_char(out, t.ptr[i]);
    }
}

// An argument of a converter in single quotes, all of it in double quotes.
static void put_argument(yn_buf *out, yonder_text t)
{
    yn_buf_char(out, '\'');
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] && strchr("\"\\$", t.ptr[i]))
            yn_buf_char(out, '\\');
        if (t.ptr[i] == '\'')
            yn_buf_str(out, "\\\\x27");
        else
            yn_buf_char(out, t.ptr[i]);
    }
    yn_buf_char(out, '\'');
}

// A path as the normalizers leave it.
static void put_raw_path(yn_buf *out, yonder_text subject)
{
    for (size_t i = 0; i < subject.len; i++) {
        unsigned char c = (unsigned char)subject.ptr[i];
        if (c <= ' ' || c >= 0x7F || strchr("\"<>[]\\^`{|}", c))
            yn_buf_printf(out, "%%%02X", c);
        else
            yn_buf_char(out, (char)c);
    }
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void put_list(yn_buf *out, yonder_text list)
{
    while (list.len) {
        size_t end = yn_find_char(list, ',');
        yn_buf_char(out, ' ');
        put_word(out, yn_slice(list, 0, end));
        list = yn_skip(list, end < list.len ? end + 1 : end);
    }
}

static void put_glob(writing *w, yn_buf *out, yonder_text glob)
{
    yn_out_put_glob(&w->o->plan.scratch, glob);
    yn_buf_str(out, " -m reg ");
    put_word(out, yn_plan_written(&w->o->plan));
    yn_buf_str(out, " }");
}

static bool is_name(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !strchr("-._", t.ptr[i]))
            return false;
    return t.len > 0;
}

// Cookies of which one has to be there.
static bool put_cookies(yn_buf *out, yonder_text names)
{
    for (size_t i = 0; i < names.len; i++)
        if (names.ptr[i] != ',' && !is_name(yn_slice(names, i, i + 1)))
            return false;
    yn_buf_str(out, " { req.fhdr(cookie) -m reg '(^|; *)(");
    yn_out_put_alternatives(out, names);
    yn_buf_str(out, ")=' }");
    return true;
}

static bool put_condition(writing *w, yn_buf *out, const yn_draft_pair *c)
{
    bool header = yn_starts_with(c->name, YN_TEXT("header:"));
    bool cookie = yn_starts_with(c->name, YN_TEXT("cookie:"));
    yonder_text name = header || cookie ? yn_skip(c->name, 7) : (yonder_text){0};
    if (yn_equal(c->name, YN_TEXT("method"))) {
        yn_buf_str(out, " { method");
        put_list(out, yn_out_methods(w->o, c->value));
        yn_buf_str(out, " }");
        return true;
    }
    if (yn_equal(c->name, YN_TEXT("http"))) {
        yn_buf_str(out,
                   yn_equal(c->value, YN_TEXT("1.0")) ? " { req.ver 1.0 }" : " !{ req.ver 1.0 }");
        return true;
    }
    if (yn_equal(c->name, YN_TEXT("cookie")))
        return put_cookies(out, c->value);
    if (!(header || cookie) || !is_name(name))
        return false;
    if (!c->value.len) {
        yn_buf_printf(out, " !{ %s(%.*s) -m len gt 0 }", header ? "req.fhdr" : "req.cook",
                      YN_PRINT(name));
        return true;
    }
    yn_buf_printf(out, " { %s(%.*s)", header ? "req.fhdr" : "req.cook", YN_PRINT(name));
    put_glob(w, out, c->value);
    return true;
}

static void put_host(yn_buf *out, yonder_text host)
{
    bool wildcard = yn_starts_with(host, YN_TEXT("*."));
    yn_buf_printf(out, "req.hdr(host),field(1,:),lower -m %s %.*s", wildcard ? "end" : "str",
                  YN_PRINT(yn_skip(host, wildcard ? 1 : 0)));
}

static bool put_pair(writing *w, yn_buf *out, const yn_out_rule *rule, const yn_draft_pair *pair)
{
    if (!is_name(pair->name))
        return false;
    if (!pair->value.len) {
        yn_buf_printf(out, " !{ url_param(%.*s) -m len gt 0 }", YN_PRINT(pair->name));
    } else if (pair->value.ptr[0] == ':') {
        yn_buf_printf(out, " { url_param(%.*s) -m len gt 0 }", YN_PRINT(pair->name));
    } else {
        if (!is_name(pair->value))
            yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                        "the value of a parameter is compared as it is spelled here");
        yn_buf_printf(out, " { url_param(%.*s) -m str ", YN_PRINT(pair->name));
        put_word(out, pair->value);
        yn_buf_str(out, " }");
    }
    return true;
}

static yonder_text pattern_text(writing *w, const yn_out_rule *rule)
{
    const yn_out_piece *to = rule->to;
    // What would start with two slashes would lead to another host.
    bool guarded =
        to && (to->kind != YN_OUT_TEXT || (yn_equal(to->text, YN_TEXT("/")) && to->next));
    if (guarded) {
        yn_buf_str(&w->o->plan.scratch, "^(?!.*//)");
        yn_out_note(w->o, YN_NOTE_CHANGED, rule, "paths with // in them are left out");
    }
    yn_out_put_pattern(&w->o->plan.scratch, rule, YN_OUT_RAW);
    return yn_plan_written(&w->o->plan);
}

static bool ignores_case(const writing *w, const yn_out_rule *rule)
{
    return rule->ignore_case || w->ignores_case;
}

static void put_path(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    yn_buf_str(out, rule->exact ? " { path -m str" : " { path -m reg");
    yn_buf_str(out, ignores_case(w, rule) ? " -i " : " ");
    if (rule->exact)
        put_raw_path(&w->o->plan.scratch, rule->path);
    put_word(out, rule->exact ? yn_plan_written(&w->o->plan) : pattern_text(w, rule));
    yn_buf_str(out, " }");
}

// All that has to hold, behind "if".
static bool put_conditions(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    bool good = true;
    yn_buf_str(out, " if");
    yn_buf_str(out, w->guard);
    put_path(w, out, rule);
    if (rule->scheme.len)
        yn_buf_str(out, yn_equal(rule->scheme, YN_TEXT("https")) ? " { ssl_fc }" : " !{ ssl_fc }");
    if (rule->host.len) {
        yn_buf_str(out, " { ");
        put_host(out, rule->host);
        yn_buf_str(out, " }");
    }
    for (size_t i = 0; i < rule->condition_count; i++)
        good = put_condition(w, out, &rule->conditions[i]) && good;
    for (size_t i = 0; i < rule->pair_count; i++)
        good = put_pair(w, out, rule, &rule->pairs[i]) && good;
    if (!good)
        yn_out_note(w->o, YN_NOTE_LOST, rule, "there is no such condition");
    if (good && rule->pair_count && rule->passes_query && !w->drops_query)
        yn_out_note(w->o, YN_NOTE_CHANGED, rule,
                    "the query is passed on whole, with the parameters the rule names");
    yn_buf_char(out, '\n');
    return good;
}

/* ---- targets --------------------------------------------------------------------------------- */

// A group, taken out of the path by putting it in the place of all of it.
static bool put_group(writing *w, yn_buf *out, const yn_out_rule *rule, size_t number)
{
    char group[8];
    yn_buf *scratch = &w->o->plan.scratch;
    yonder_text pattern = pattern_text(w, rule);
    bool whole =
        pattern.len && pattern.ptr[pattern.len - 1] == '$' && yn_starts_with(pattern, YN_TEXT("^"));
    if (number > 9)
        return false;
    if (!whole)
        yn_buf_printf(scratch, "^.*?(?:%.*s).*$", YN_PRINT(pattern));
    else
        yn_buf_put(scratch, pattern);
    snprintf(group, sizeof group, "\\%zu", number);
    yn_buf_str(out, "%[path,regsub(");
    put_argument(out, yn_plan_written(&w->o->plan));
    yn_buf_char(out, ',');
    put_argument(out, yonder_text_of(group));
    yn_buf_str(out, ignores_case(w, rule) ? ",i)]" : ")]");
    return true;
}

static bool put_pieces(writing *w, yn_buf *out, const yn_out_rule *rule, const yn_out_piece *piece)
{
    bool good = true;
    for (; piece; piece = piece->next)
        if (piece->kind == YN_OUT_TEXT)
            put_format(out, piece->text);
        else if (piece->kind == YN_OUT_PAIR)
            yn_buf_printf(out, "%%[url_param(%.*s)]", YN_PRINT(piece->text));
        else
            good = put_group(w, out, rule, piece->number) && good;
    return good;
}

static bool passes_query(const writing *w, const yn_out_rule *rule)
{
    return rule->passes_query && !w->drops_query;
}

// In double quotes.
static bool put_target(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    yn_buf_char(out, '"');
    bool good = put_pieces(w, out, rule, rule->to);
    if (rule->query)
        yn_buf_char(out, '?');
    good = put_pieces(w, out, rule, rule->query) && good;
    if (passes_query(w, rule))
        yn_buf_str(out, "%[var(txn.yonder_query)]");
    if (rule->fragment)
        yn_buf_char(out, '#');
    good = put_pieces(w, out, rule, rule->fragment) && good;
    yn_buf_char(out, '"');
    if (!good)
        yn_out_note(w->o, YN_NOTE_LOST, rule, "a regular expression has nine groups at most");
    return good;
}

static void put_rule(writing *w, yn_buf *out, const yn_out_rule *rule)
{
    yn_buf text = yn_buf_make(1 << 20, w->o->plan.mem);
    bool good = true;
    if (rule->leads) {
        yn_buf_printf(&text, "    http-request redirect code %d location ", rule->status);
        good = put_target(w, &text, rule);
    } else {
        yn_buf_printf(&text, "    http-request return status %d", rule->status);
    }
    good = good && put_conditions(w, &text, rule);
    if (good)
        yn_buf_put(out, yn_buf_text(&text));
    yn_buf_free(&text);
}

/* ---- maps ------------------------------------------------------------------------------------ */

static bool has_groups(const yn_out_piece *piece)
{
    for (; piece; piece = piece->next)
        if (piece->kind != YN_OUT_TEXT)
            return true;
    return false;
}

static bool fits_map(const writing *w, const yn_out_rule *rule)
{
    return rule->exact && rule->leads && !ignores_case(w, rule) && !rule->pair_count &&
           !rule->condition_count && !rule->scheme.len && !rule->host.len &&
           !has_groups(rule->to) && !has_groups(rule->query) && !rule->fragment;
}

static size_t run_length(const writing *w, const yn_out_rule *rule)
{
    const yn_out_rule *first = rule;
    size_t count = 0;
    for (; rule && fits_map(w, rule) && rule->status == first->status &&
           rule->passes_query == first->passes_query;
         rule = rule->next)
        count++;
    return count;
}

static const yn_out_rule *put_map(writing *w, yn_buf *out, const yn_out_rule *rule, size_t count)
{
    size_t number = ++w->map_count;
    yn_buf_printf(
        out,
        "    http-request redirect code %d location \"%%[path,map_str(yonder-%zu.map)]%s\" "
        "if%s { path,map_str(yonder-%zu.map) -m found }\n",
        rule->status, number, passes_query(w, rule) ? "%[var(txn.yonder_query)]" : "", w->guard,
        number);
    for (size_t i = 0; i < count; i++, rule = rule->next) {
        yn_buf_printf(&w->maps, "#yonder-%zu.map ", number);
        put_raw_path(&w->maps, rule->path);
        yn_buf_char(&w->maps, ' ');
        for (const yn_out_piece *piece = rule->to; piece; piece = piece->next)
            yn_buf_put(&w->maps, piece->text);
        if (rule->query)
            yn_buf_char(&w->maps, '?');
        for (const yn_out_piece *piece = rule->query; piece; piece = piece->next)
            yn_buf_put(&w->maps, piece->text);
        yn_buf_char(&w->maps, '\n');
    }
    return rule;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void put_section(writing *w, yn_buf *out, const yn_out_section *section)
{
    const yn_out_section *sections[] = {section};
    w->ignores_case = yn_out_site_is(yn_out_site_find(sections, 1, "case"), "ignore");
    for (const yn_out_rule *rule = section->rules; rule && !w->o->plan.error;) {
        size_t count = fits_map(w, rule) ? run_length(w, rule) : 0;
        if (count >= least_map) {
            rule = put_map(w, out, rule, count);
            continue;
        }
        put_rule(w, out, rule);
        rule = rule->next;
    }
}

static void put_https(writing *w, yn_buf *out, const yn_out_site *https)
{
    if (yn_out_site_on(https))
        yn_buf_printf(out, "    http-request redirect scheme https code %d if%s !{ ssl_fc }\n",
                      yn_out_https_status(https), w->guard);
}

static void put_block(writing *w, yn_buf *out, const yn_out_block *block)
{
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1];
    size_t count = yn_out_sections_of(w->o, block, sections);
    snprintf(w->guard, sizeof w->guard, " yonder_hosts_%zu", ++w->acl_count);
    yn_buf_char(out, '\n');
    for (size_t i = 0; i < block->host_count; i++) {
        yn_buf_printf(out, "    acl%s ", w->guard);
        put_host(out, block->hosts[i]);
        yn_buf_char(out, '\n');
    }
    w->drops_query = yn_out_site_is(yn_out_site_find(sections, count, "query"), "drop");
    put_https(w, out, yn_out_site_find(sections, count, "https"));
    for (size_t i = 1; i < count; i++)
        put_section(w, out, sections[i]);
    w->guard[0] = '\0';
}

static void put_canonical(writing *w, yn_buf *out, const yn_out_block *block, size_t number)
{
    const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1];
    size_t count = yn_out_sections_of(w->o, block, sections);
    const yn_out_site *canonical = yn_out_site_find(sections, count, "canonical");
    if (!yn_out_site_on(canonical))
        return;
    yn_buf_printf(out,
                  "    http-request redirect code 308 location "
                  "\"%%[ssl_fc,iif(https,http)]://%.*s%%[pathq]\" if",
                  YN_PRINT(canonical->value));
    if (block)
        yn_buf_printf(out, " yonder_hosts_%zu", number);
    yn_buf_printf(out, " !{ req.hdr(host),lower -m str %.*s }\n", YN_PRINT(canonical->value));
}

static const char head[] =
    "global\n"
    "    expose-experimental-directives # for normalize-uri\n"
    "\n"
    "defaults\n"
    "    mode http\n"
    "    timeout client 30s\n"
    "    timeout connect 5s\n"
    "    timeout server 30s\n"
    "\n"
    "frontend yonder\n"
    "    bind :80\n"
    "    # bind :443 ssl crt /etc/haproxy/certs/\n"
    "    http-request normalize-uri percent-to-uppercase\n"
    "    http-request normalize-uri percent-decode-unreserved\n"
    "    http-request normalize-uri path-strip-dot\n"
    "    http-request normalize-uri path-strip-dotdot full\n"
    "    http-request set-var-fmt(txn.yonder_query) \"?%[query]\" if { query -m len gt 0 }\n";

static const char *const known_lines[] = {"https", "canonical", "case", "query", NULL};

static void write_haproxy(yn_outgoing *o, yn_buf *out)
{
    writing w = {.o = o};
    const yn_out_section *any[] = {o->sections};
    yn_out_block *blocks = yn_out_blocks(o);
    yn_buf text = yn_buf_make((size_t)1 << 36, o->plan.mem);
    w.maps = yn_buf_make((size_t)1 << 36, o->plan.mem);
    yn_out_tell_sites(o, known_lines);
    yn_buf_str(&text, head);
    for (const yn_out_block *block = blocks; block; block = block->next)
        put_block(&w, &text, block);
    yn_buf_char(&text, '\n');
    w.drops_query = yn_out_site_is(yn_out_site_find(any, 1, "query"), "drop");
    put_https(&w, &text, yn_out_site_find(any, 1, "https"));
    put_section(&w, &text, o->sections);
    size_t number = 0;
    for (const yn_out_block *block = blocks; block; block = block->next)
        put_canonical(&w, &text, block, ++number);
    if (!blocks)
        put_canonical(&w, &text, NULL, 0);
    yn_buf_str(&text, "    http-request return status 404\n");
    if (w.map_count)
        yn_buf_printf(
            out,
            "# The maps are in this file, in lines that start with '#yonder-1.map' and so on.\n"
            "# This makes files of them, to lie where HAProxy starts:\n"
            "#   for n in $(seq %zu); do sed -n \"s/^#yonder-$n.map //p\" FILE "
            ">yonder-$n.map; done\n\n",
            w.map_count);
    yn_buf_put(out, yn_buf_text(&text));
    if (w.map_count)
        yn_buf_char(out, '\n');
    yn_buf_put(out, yn_buf_text(&w.maps));
    yn_buf_free(&text);
    yn_buf_free(&w.maps);
}

static int begin(yn_writer *writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem)
{
    return yn_outgoing_begin(writer, out, notes, mem, YN_TEXT("HAProxy"), write_haproxy, NULL);
}

const yn_dialect yn_dialect_haproxy = {
    .name = "haproxy",
    .summary = "HAProxy: http-request redirect, with maps",
    .read = NULL,
    .write = begin,
};
