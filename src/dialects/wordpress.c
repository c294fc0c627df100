// SPDX-License-Identifier: MIT
#include "dialects/wordpress.h"

#include "base/text.h"
#include "dialects/csv.h"
#include "dialects/rows.h"

typedef struct rule {
    const yn_wordpress_entry *entry;
    yn_from from;
    yn_draft_pair pairs[YONDER_RULES_MAX_PAIRS];
    yn_draft draft;
} rule;

/* ---- regular expressions --------------------------------------------------------------------- */

// Without the part at its end that stands for any query or none.
static yonder_text without_query(yonder_text pattern)
{
    static const char *const tails[] = {"(\\?.*)?$", "(?:\\?.*)?$", "(\\?.+)?$", "(?:\\?.+)?$",
                                        "(\\?.*)?",  "(?:\\?.*)?",  "(\\?.+)?",  "(?:\\?.+)?"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        size_t len = strlen(tails[i]);
        if (pattern.len > len && memcmp(pattern.ptr + pattern.len - len, tails[i], len) == 0)
            return yn_slice(pattern, 0, pattern.len - len);
    }
    return pattern;
}

// Whether it takes all that is left of the address, and so the query.
static bool takes_rest(yonder_text pattern)
{
    if (pattern.len && pattern.ptr[pattern.len - 1] == '$')
        pattern.len--;
    return pattern.len >= 4 && pattern.ptr[pattern.len - 1] == ')' &&
           (memcmp(pattern.ptr + pattern.len - 4, "(.*)", 4) == 0 ||
            memcmp(pattern.ptr + pattern.len - 4, "(.+)", 4) == 0);
}

static bool asks_for_query(yonder_text pattern)
{
    for (size_t i = 0; i + 1 < pattern.len; i++)
        if (pattern.ptr[i] == '\\' && pattern.ptr[++i] == '?')
            return true;
    return false;
}

static bool read_regex(yn_carry *carry, rule *u, bool *passes)
{
    const yn_wordpress_entry *e = u->entry;
    yonder_text pattern = without_query(e->url);
    bool cut = pattern.len < e->url.len;
    *passes = e->query == YN_WORDPRESS_PASS || takes_rest(pattern);
    if (e->origin.len)
        return YN_LOST(carry, "a regular expression cannot be tied to a host");
    if (asks_for_query(pattern))
        return YN_LOST(carry,
                       "the regular expression asks for a query, which is not held against it");
    if (yn_starts_with(pattern, YN_TEXT("http")) || yn_starts_with(pattern, YN_TEXT("^http")))
        return YN_LOST(carry,
                       "the regular expression asks for a host, which is not held against it");
    yn_buf out = yn_carry_buf(carry);
    yn_buf_str(&out, e->ignores_case ? "~*" : "~");
    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.ptr[i] == ' ')
            yn_buf_put(&out, YN_TEXT("\\x20"));
        else
            yn_buf_char(&out, pattern.ptr[i]);
    }
    if (cut)
        yn_buf_char(&out, '$');
    u->draft.from = yn_carry_text(carry, &out);
    return true;
}

/* ---- paths ----------------------------------------------------------------------------------- */

static bool read_path(yn_carry *carry, rule *u, const yn_wordpress_file *file, bool other_slash)
{
    const yn_wordpress_entry *e = u->entry;
    size_t scheme = yn_scheme_length(e->url);
    yonder_text url = scheme ? yn_skip(e->url, yn_authority_end(e->url, scheme)) : e->url;
    size_t end = yn_find_char(url, '?'), fragment = yn_find_char(url, '#');
    if (fragment < url.len)
        return YN_LOST(carry, "a fragment never reaches a server: it cannot be redirected");
    yonder_text path = yn_slice(url, 0, end);
    if (end < url.len &&
        !yn_pairs_of_query(carry, yn_skip(url, end + 1), false, u->pairs, &u->draft.pair_count))
        return false;
    yn_buf out = yn_carry_buf(carry);
    yn_buf_str(&out, path.len && path.ptr[0] == '/' ? "" : "/");
    yn_buf_put(&out, path);
    if (other_slash && out.ptr && out.ptr[out.len - 1] == '/')
        out.len--;
    else if (other_slash)
        yn_buf_char(&out, '/');
    u->from = (yn_from){.origin = e->origin};
    u->from.ignores_case = e->ignores_case && !file->case_ignored && !e->origin.len;
    if (e->ignores_case && !file->case_ignored && e->origin.len)
        YN_CHANGED(carry, "case counts now, in a file in which it counts for some");
    return yn_from_add(carry, &u->from, YN_FROM_TEXT, yn_carry_text(carry, &out),
                       (yonder_text){NULL, 0}) &&
           yn_from_write(carry, &u->from, &u->draft.from);
}

static bool put_targets(yn_carry *carry, rule *u, bool passes)
{
    static const yn_from literal;
    const yn_wordpress_entry *e = u->entry;
    const yonder_text targets[] = {e->target, e->otherwise};
    bool put = false;
    for (size_t i = 0; i < 2; i++) {
        if (i && !e->otherwise.len)
            break;
        yn_buf to = yn_carry_buf(carry);
        yn_to_literal(&to, e->regex ? &literal : &u->from, targets[i]);
        u->draft.to = yn_carry_text(carry, &to);
        if (!passes)
            u->draft.to = yn_to_drop_query(carry, u->draft.to);
        u->draft.pairs = u->pairs;
        u->draft.conditions = e->conditions;
        u->draft.condition_count = i ? 0 : e->condition_count;
        if (targets[i].len || yn_status_refuses(u->draft.status))
            put = yn_carry_rule(carry, &u->draft) || put;
    }
    return put;
}

static bool read_action(yn_carry *carry, rule *u)
{
    const yn_wordpress_entry *e = u->entry;
    bool error = yn_equal(e->action, YN_TEXT("error"));
    u->draft.status = e->code ? e->code : error ? 404 : 301;
    if (!error && e->action.len && !yn_equal(e->action, YN_TEXT("url")))
        return YN_LOST(carry, "the action '%.*s' is no redirect",
                       (int)(e->action.len < 40 ? e->action.len : 40), e->action.ptr);
    if (error && !yn_status_refuses(u->draft.status))
        return YN_LOST(carry, "status %d is none that a rule can answer with", u->draft.status);
    if (!error && yn_status_refuses(u->draft.status) && e->target.len)
        YN_CHANGED(carry, "status %d has no target: it is left out", u->draft.status);
    if (!error && !e->target.len && !e->otherwise.len && !yn_status_refuses(u->draft.status))
        return YN_ERROR(carry, "the target is missing");
    return true;
}

void yn_wordpress_put(yn_carry *carry, yn_wordpress_file *file, const yn_wordpress_entry *e)
{
    rule *u = yn_arena_alloc(&carry->arena, sizeof *u);
    bool passes = e->query == YN_WORDPRESS_PASS;
    if (!u) {
        carry->error = YONDER_NO_MEMORY;
        return;
    }
    memset(u, 0, sizeof *u);
    u->entry = e;
    if (!yn_carry_check(carry, "the source", e->url) ||
        !yn_carry_check(carry, "the target", e->target) ||
        !yn_carry_check(carry, "the target", e->otherwise) || !read_action(carry, u))
        return;
    yn_wordpress_entry bare = *e;
    if (yn_status_refuses(u->draft.status)) {
        bare.target = bare.otherwise = (yonder_text){NULL, 0};
        u->entry = &bare;
    }
    if (!e->url.len) {
        YN_ERROR(carry, "the source is empty");
        return;
    }
    if (!(e->regex ? read_regex(carry, u, &passes) : read_path(carry, u, file, false)) ||
        !put_targets(carry, u, passes))
        return;
    if (e->query == YN_WORDPRESS_EXACT)
        yn_carry_once(carry, &file->said_exact,
                      "there, a request with other parameters than a source has is not redirected; "
                      "here it is");
    if (e->regex || !e->ignores_slash || file->slash_ignored || e->url.len < 2)
        return;
    if (read_path(carry, u, file, true))
        put_targets(carry, u, passes);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

typedef struct reader {
    yn_carry carry;
    yn_csv csv;
    size_t source, target, regex, action, code, match; // columns
} reader;

static size_t find(const reader *r, const char *name)
{
    for (size_t i = 0; i < r->csv.count; i++)
        if (yn_equal_nocase(r->csv.cells[i], yonder_text_of(name)))
            return i;
    return SIZE_MAX;
}

// True if the first row is a header.
static bool find_columns(reader *r)
{
    uint64_t n;
    r->source = find(r, "source");
    r->target = find(r, "target");
    if (r->source != SIZE_MAX && r->target != SIZE_MAX) {
        r->regex = find(r, "regex");
        r->action = find(r, "type");
        r->code = find(r, "code");
        r->match = find(r, "match");
        return true;
    }
    bool short_form = yn_parse_number(yn_csv_cell(&r->csv, 3), 599, &n);
    r->source = 0;
    r->target = 1;
    r->regex = 2;
    r->action = short_form ? SIZE_MAX : 3;
    r->code = short_form ? 3 : 4;
    r->match = short_form ? SIZE_MAX : 5;
    return false;
}

static bool looks_like_regex(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (memchr("*^$()", t.ptr[i], 5))
            return true;
    return false;
}

static void read_row(reader *r, yn_wordpress_file *file)
{
    yn_wordpress_entry e = {
        .url = yn_csv_cell(&r->csv, r->source),
        .target = yn_csv_cell(&r->csv, r->target),
        .action = yn_csv_cell(&r->csv, r->action),
    };
    yonder_text regex = yn_csv_cell(&r->csv, r->regex), code = yn_csv_cell(&r->csv, r->code);
    yonder_text match = yn_csv_cell(&r->csv, r->match);
    uint64_t n = 0;
    if (code.len && !yn_parse_number(code, 599, &n)) {
        YN_ERROR(&r->carry, "the code is no number");
        return;
    }
    if (match.len && !yn_equal(match, YN_TEXT("url"))) {
        YN_LOST(&r->carry,
                "it depends on more than the URL ('%.*s'), and the file does not say on what",
                (int)(match.len < 40 ? match.len : 40), match.ptr);
        return;
    }
    e.code = (int)n;
    e.regex = regex.len ? yn_equal(regex, YN_TEXT("1")) : looks_like_regex(e.url);
    yn_wordpress_put(&r->carry, file, &e);
}

static void read_source(reader *r, const yonder_rules_source *source)
{
    yn_wordpress_file file = {.said_exact = false};
    yonder_text text;
    if (!yn_carry_source(&r->carry, source, &text))
        return;
    yn_csv_open(&r->csv, text, '\0');
    if (!yn_csv_next(&r->csv, &r->carry))
        return;
    if (!find_columns(r))
        read_row(r, &file);
    yn_carry_rule_end(&r->carry);
    while (!r->carry.error && yn_csv_next(&r->csv, &r->carry)) {
        read_row(r, &file);
        yn_carry_rule_end(&r->carry);
    }
}

static int read_csv(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    reader *r = yn_alloc(input->mem, sizeof *r);
    if (!r)
        return YONDER_NO_MEMORY;
    yn_carry_begin(&r->carry, input, sink, notes);
    for (size_t i = 0; i < input->source_count && !r->carry.error; i++)
        read_source(r, &input->sources[i]);
    int error = yn_carry_end(&r->carry);
    yn_free(input->mem, r);
    return error;
}

const yn_dialect yn_dialect_wordpress = {"wordpress", "CSV of WordPress' plugin Redirection",
                                         read_csv, NULL};
