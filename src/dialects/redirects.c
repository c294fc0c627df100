// SPDX-License-Identifier: MIT
#include "dialects/redirects.h"

#include "base/map.h"
#include "base/text.h"
#include "dialects/carry.h"
#include "dialects/lines.h"
#include "dialects/rows.h"

static const uint16_t cloudflare_statuses[] = {200, 301, 302, 303, 307, 308, 0};
static const uint16_t gitlab_statuses[] = {200, 301, 302, 0};
static const uint16_t ipfs_statuses[] = {200, 301, 302, 303, 307, 308, 404, 410, 451, 0};

const yn_redirects_traits yn_redirects_netlify = {
    .name = "Netlify",
    .default_status = 301,
    .query = YN_REDIRECTS_3_PASS,
    .conditions = true,
    .urls = true,
    .bare_fits = true,
    .any_slash = true,
    .files_win = true,
    .name_inside = true,
};

const yn_redirects_traits yn_redirects_cloudflare = {
    .name = "Cloudflare",
    .default_status = 302,
    .statuses = cloudflare_statuses,
    .comment_from = 2,
    .star_inside = true,
    .https_only = true,
    .name_inside = true,
    .max_static = 2000,
    .max_dynamic = 100,
    .max_line = 2000,
};

const yn_redirects_traits yn_redirects_gitlab = {
    .name = "GitLab",
    .default_status = 301,
    .statuses = gitlab_statuses,
    .comment_from = 2,
    .query = YN_REDIRECTS_DROP,
    .urls = true,
    .bare_fits = true,
    .any_slash = true,
    .files_win = true,
    .max_static = 1000,
};

const yn_redirects_traits yn_redirects_ipfs = {
    .name = "IPFS",
    .default_status = 301,
    .statuses = ipfs_statuses,
    .comment_from = SIZE_MAX,
    .files_win = true,
    .max_file = 65536,
};

enum {
    most_words = 200,
    most_conditions = 16,
};

typedef struct reader {
    yn_carry carry;
    const yn_redirects_traits *traits;
    yn_map exact;   // paths that are answered whatever else the request has
    yn_arena paths; // their texts
    size_t static_count, dynamic_count;
    bool said_files, said_static, said_dynamic, said_any_slash;
} reader;

// A line in its parts.
typedef struct rule {
    yonder_text words[most_words];
    size_t count;
    yonder_text from, to;
    int status;
    bool forced;
    bool splits; // what it stands for has a "*" or a placeholder
    yn_from pattern;
    yn_draft_pair pairs[YONDER_RULES_MAX_PAIRS];
    yn_draft_pair conditions[most_conditions];
    yn_draft draft;
} rule;

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool split(reader *r, rule *u, yonder_text line)
{
    u->count = 0;
    for (size_t i = 0, end;; i = end) {
        while (i < line.len && is_blank(line.ptr[i]))
            i++;
        if (i == line.len ||
            (line.ptr[i] == '#' && (!u->count || u->count >= r->traits->comment_from)))
            return true;
        for (end = i; end < line.len && !is_blank(line.ptr[end]);)
            end++;
        if (u->count == most_words)
            return YN_ERROR(&r->carry, "more than %d words", most_words);
        u->words[u->count++] = yn_slice(line, i, end);
    }
}

// "301", "301!"
static bool read_status(yonder_text word, int *status, bool *forced)
{
    uint64_t n;
    *forced = word.len && word.ptr[word.len - 1] == '!';
    if (!yn_parse_number(yn_slice(word, 0, word.len - *forced), 599, &n) || n < 100)
        return false;
    *status = (int)n;
    return true;
}

static bool is_target(yonder_text word)
{
    return word.ptr[0] == '/' || yn_scheme_length(word);
}

static yonder_text cut(yonder_text t)
{
    return t.len < 100 ? t : yn_slice(t, 0, 100);
}

// "/admin/* 200": TO is FROM.
static bool read_forward(reader *r, rule *u)
{
    yn_buf to = yn_carry_buf(&r->carry);
    size_t len = u->from.len;
    if (u->status / 100 != 2 || len < 2 || memcmp(u->from.ptr + len - 2, "/*", 2) != 0)
        return YN_ERROR(&r->carry, "the destination is missing: only a path that ends in '/*' can "
                                   "do without, with status 200");
    yn_buf_put(&to, yn_slice(u->from, 0, len - 1));
    yn_buf_put(&to, YN_TEXT(":splat"));
    u->to = yn_carry_text(&r->carry, &to);
    return true;
}

// "Country=us,ca"
static bool read_condition(reader *r, rule *u, yonder_text word)
{
    static const struct {
        yonder_text theirs, ours;
    } names[] = {
        {YN_TEXT_INIT("country"), YN_TEXT_INIT("country")},
        {YN_TEXT_INIT("language"), YN_TEXT_INIT("language")},
        {YN_TEXT_INIT("cookie"), YN_TEXT_INIT("cookie")},
    };
    size_t equals = yn_find_char(word, '=');
    yonder_text name = yn_slice(word, 0, equals),
                value = yn_skip(word, equals < word.len ? equals + 1 : equals);
    value = yn_slice(value, 0, yn_find_char(value, '='));
    if (equals == word.len)
        return YN_ERROR(&r->carry, "'%.*s' after the status is no condition", YN_PRINT(cut(word)));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!yn_equal_nocase(name, names[i].theirs))
            continue;
        if (u->draft.condition_count == most_conditions)
            return YN_LOST(&r->carry, "more than %d conditions", most_conditions);
        for (size_t k = 0; k < value.len; k++) {
            char c = value.ptr[k];
            if (!yn_is_alpha((unsigned char)c) && !yn_is_digit((unsigned char)c) && c != ',' &&
                !(i && (c == '-' || c == '_' || (c == '.' && i == 2))))
                return YN_LOST(&r->carry, "'%.*s' is no list of names that a condition can have",
                               YN_PRINT(cut(word)));
        }
        if (!value.len)
            return YN_ERROR(&r->carry, "the condition '%.*s' has no value", YN_PRINT(cut(word)));
        u->conditions[u->draft.condition_count++] = (yn_draft_pair){names[i].ours, value};
        return true;
    }
    if (yn_equal_nocase(name, YN_TEXT("role")))
        return YN_LOST(&r->carry, "who has which role is not known here (the condition '%.*s')",
                       YN_PRINT(cut(word)));
    if (yn_equal_nocase(name, YN_TEXT("sign")) || yn_equal_nocase(name, YN_TEXT("signed")))
        return YN_LOST(&r->carry, "requests are not signed here ('%.*s')", YN_PRINT(cut(word)));
    return YN_LOST(&r->carry, "the condition '%.*s' is not known", YN_PRINT(cut(word)));
}

// A query pair; what follows a second "=" does not count.
static bool read_pair(reader *r, rule *u, yonder_text word)
{
    size_t equals = yn_find_char(word, '=');
    if (equals == word.len)
        return YN_LOST(&r->carry,
                       "'%.*s' names a query parameter without a value, which fits by chance only",
                       YN_PRINT(cut(word)));
    yonder_text value = yn_skip(word, equals + 1);
    size_t end = yn_find_char(value, '=');
    if (end < value.len)
        YN_CHANGED(&r->carry, "what follows the second '=' of '%.*s' does not count",
                   YN_PRINT(cut(word)));
    if (u->draft.pair_count == YONDER_RULES_MAX_PAIRS)
        return YN_LOST(&r->carry, "more than %u query parameters", YONDER_RULES_MAX_PAIRS);
    u->pairs[u->draft.pair_count++] =
        yn_pair_write(&r->carry, yn_slice(word, 0, equals), yn_slice(value, 0, end), true);
    return true;
}

// FROM, pairs, TO, status, conditions.
static bool read_long(reader *r, rule *u)
{
    size_t at = 1;
    u->from = u->words[0];
    if (yn_starts_with(u->from, YN_TEXT("/.netlify")))
        return YN_ERROR(&r->carry, "paths under '/.netlify' cannot be redirected");
    if (u->count == 1)
        return YN_ERROR(&r->carry, "the destination is missing");
    if (read_status(u->words[1], &u->status, &u->forced)) {
        if (!read_forward(r, u))
            return false;
        at = 2;
    } else {
        while (at < u->count && !is_target(u->words[at]))
            at++;
        if (at == u->count)
            return YN_ERROR(&r->carry,
                            "no word is a destination, which starts with '/', 'http:' or 'https:'");
        for (size_t i = 1; i < at; i++)
            if (!read_pair(r, u, u->words[i]))
                return false;
        u->to = u->words[at++];
        if (at < u->count && !read_status(u->words[at++], &u->status, &u->forced))
            return YN_ERROR(&r->carry, "'%.*s' stands where the status is expected",
                            YN_PRINT(cut(u->words[at - 1])));
    }
    for (; at < u->count; at++)
        if (!read_condition(r, u, u->words[at]))
            return false;
    return true;
}

static bool takes_status(const yn_redirects_traits *t, int status)
{
    for (const uint16_t *s = t->statuses; s && *s; s++)
        if (*s == status)
            return true;
    return !t->statuses;
}

static bool read_short(reader *r, rule *u)
{
    if (u->count < 2)
        return YN_ERROR(&r->carry, "the destination is missing");
    if (u->count > 3)
        return YN_ERROR(&r->carry, "a rule of %s has two or three words, and this one has %zu",
                        r->traits->name, u->count);
    u->from = u->words[0];
    u->to = u->words[1];
    bool status = u->count < 3 || (read_status(u->words[2], &u->status, &u->forced) && !u->forced);
    if (!status || !takes_status(r->traits, u->status))
        return YN_ERROR(&r->carry, "'%.*s' is no status that %s takes", YN_PRINT(cut(u->words[2])),
                        r->traits->name);
    return true;
}

/* ---- what they mean -------------------------------------------------------------------------- */

static bool read_origin(reader *r, rule *u)
{
    size_t scheme = yn_scheme_length(u->from);
    yonder_text cut_from = cut(u->from);
    if (!scheme && u->from.ptr[0] != '/' && r->traits->https_only) {
        yn_buf from = yn_carry_buf(&r->carry);
        yn_buf_char(&from, '/');
        yn_buf_put(&from, u->from);
        u->from = yn_carry_text(&r->carry, &from);
    }
    if (!u->from.len || (!scheme && u->from.ptr[0] != '/'))
        return YN_ERROR(&r->carry, "'%.*s' is no path: it does not start with '/'",
                        YN_PRINT(cut_from));
    if (!scheme)
        return true;
    if (!r->traits->urls)
        return YN_ERROR(&r->carry, "%s takes paths only, and this is a URL: '%.*s'",
                        r->traits->name, YN_PRINT(cut_from));
    size_t end = yn_authority_end(u->from, scheme);
    u->pattern.origin = yn_slice(u->from, 0, end);
    u->from = yn_skip(u->from, end);
    if (!u->from.len)
        u->from = YN_TEXT("/");
    return true;
}

// Query and fragment of FROM are cut off by one, and never fit with the others.
static bool check_from(reader *r, rule *u)
{
    size_t end = yn_find_char(u->from, '?'), fragment = yn_find_char(u->from, '#');
    end = end < fragment ? end : fragment;
    if (end == u->from.len)
        return true;
    if (!r->traits->https_only)
        return YN_ERROR(&r->carry, "a path has no '%c': such a rule never fits", u->from.ptr[end]);
    YN_CHANGED(&r->carry,
               "Cloudflare does not look at what follows the path ('%.*s'), nor does the rule now",
               YN_PRINT(cut(yn_skip(u->from, end))));
    u->from = yn_slice(u->from, 0, end);
    return true;
}

static bool check_names(reader *r, const rule *u)
{
    const yn_from *f = &u->pattern;
    size_t stars = 0;
    for (size_t i = 0; i < f->count; i++) {
        const yn_from_piece *p = &f->pieces[i];
        if (p->kind == YN_FROM_TEXT)
            continue;
        bool star = p->kind == YN_FROM_REST;
        stars += star;
        if (stars > 1 && star)
            return YN_ERROR(&r->carry, "two '*' in one rule: it never fits");
        if (yn_from_find(f, p->name) != i)
            return YN_ERROR(&r->carry, "':%.*s' stands twice in what is redirected",
                            YN_PRINT(cut(p->name)));
        if (star && !r->traits->star_inside && i + 1 < f->count)
            return YN_LOST(&r->carry, "'*' can only end what is redirected: what the rest means is "
                                      "not defined");
        bool whole = i && f->pieces[i - 1].kind == YN_FROM_TEXT &&
                     f->pieces[i - 1].text.ptr[f->pieces[i - 1].text.len - 1] == '/' &&
                     (i + 1 == f->count || (f->pieces[i + 1].kind == YN_FROM_TEXT &&
                                            f->pieces[i + 1].text.ptr[0] == '/'));
        if (!whole && !r->traits->name_inside)
            return YN_LOST(&r->carry, "'%s' is not a whole segment: what that means is not defined",
                           star ? "*" : ":name");
    }
    return true;
}

static bool read_pattern(reader *r, rule *u)
{
    yn_from *f = &u->pattern;
    if (!read_origin(r, u) || !check_from(r, u) || !yn_from_split(&r->carry, f, u->from) ||
        !check_names(r, u))
        return false;
    u->splits = f->count > 1;
    f->bare_fits = r->traits->bare_fits;
    const yn_from_piece *first = &f->pieces[0];
    if (f->count == 2 && f->pieces[1].kind == YN_FROM_REST && first->text.len > 1)
        f->bare_taken = yn_map_find(&r->exact, yn_slice(first->text, 0, first->text.len - 1));
    return yn_from_write(&r->carry, f, &u->draft.from);
}

// Cloudflare takes https URLs and paths, and no empty segments in these.
static bool check_cloudflare(reader *r, rule *u)
{
    bool all = yn_equal(u->from, YN_TEXT("/*")) || yn_equal(u->from, YN_TEXT("/"));
    if (all && (yn_equal(u->to, YN_TEXT("/index")) || yn_equal(u->to, YN_TEXT("/index.html"))))
        return YN_ERROR(&r->carry, "Cloudflare refuses this as a loop without end");
    if (u->to.ptr[0] != '/' && yn_scheme_length(u->to) != 8)
        return YN_ERROR(&r->carry, "'%.*s' is no destination: it starts with '/' or 'https://'",
                        YN_PRINT(cut(u->to)));
    if (u->to.ptr[0] != '/')
        return true;
    yn_buf to = yn_carry_buf(&r->carry);
    size_t query = yn_find_char(u->to, '?'), fragment = yn_find_char(u->to, '#');
    size_t end = query < fragment ? query : fragment;
    for (size_t i = 0; i < u->to.len; i++)
        if (!(i && i < end && u->to.ptr[i] == '/' && u->to.ptr[i - 1] == '/'))
            yn_buf_char(&to, u->to.ptr[i]);
    u->to = yn_carry_text(&r->carry, &to);
    return true;
}

static bool read_to(reader *r, rule *u)
{
    if (u->status / 100 == 2)
        return YN_LOST(
            &r->carry,
            "a rewrite (status %d) serves something else in its place, and does not redirect",
            u->status);
    if (r->traits->https_only && !check_cloudflare(r, u))
        return false;
    if (yn_status_refuses(u->status)) {
        YN_CHANGED(&r->carry, "answered with status %d, and without the page '%.*s'", u->status,
                   YN_PRINT(cut(u->to)));
        return true;
    }
    u->draft.to = yn_to_write(&r->carry, &u->pattern, &u->draft, u->to);
    if (r->traits->query == YN_REDIRECTS_DROP ||
        (r->traits->query == YN_REDIRECTS_3_PASS && u->status != 301 && u->status != 302))
        u->draft.to = yn_to_drop_query(&r->carry, u->draft.to);
    return true;
}

static void note_exact(reader *r, const rule *u)
{
    if (u->splits || u->pattern.origin.len || u->draft.pair_count || u->draft.condition_count)
        return;
    bool added;
    yonder_text key = yn_arena_text(&r->paths, u->from);
    if (!key.ptr || !yn_map_add(&r->exact, key, 1, &added))
        r->carry.error = r->carry.error ? r->carry.error : YONDER_NO_MEMORY;
}

// What the program takes no more of, but we do.
static void check_limits(reader *r, const rule *u)
{
    const yn_redirects_traits *t = r->traits;
    bool dynamic = t->max_dynamic && (u->splits || r->dynamic_count);
    size_t count = dynamic ? ++r->dynamic_count : ++r->static_count;
    if (!dynamic && t->max_static && count > t->max_static && !r->said_static) {
        r->said_static = true;
        YN_CHANGED(
            &r->carry,
            "%s takes %zu %srules: this one and those that follow work here, and did not there",
            t->name, t->max_static, t->max_dynamic ? "plain " : "");
    }
    if (dynamic && count > t->max_dynamic && !r->said_dynamic) {
        r->said_dynamic = true;
        YN_CHANGED(&r->carry,
                   "%s stops reading after %zu rules with a '*' or a placeholder among or "
                   "before them: this one and those that follow work here, and did not there",
                   t->name, t->max_dynamic);
    }
}

static void carry_rule(reader *r, rule *u, size_t line_length)
{
    const yn_redirects_traits *t = r->traits;
    if (!(t->conditions ? read_long(r, u) : read_short(r, u)) || !read_pattern(r, u) ||
        !read_to(r, u))
        return;
    u->draft.pairs = u->pairs;
    u->draft.conditions = u->conditions;
    u->draft.status = u->status;
    if (!yn_carry_rule(&r->carry, &u->draft))
        return;
    if (t->files_win && !u->forced)
        yn_carry_once(
            &r->carry, &r->said_files,
            "there, rules without '!' give way to files that exist; here, a rule always answers");
    if (t->max_line && line_length > t->max_line)
        YN_CHANGED(&r->carry,
                   "%s leaves out lines of more than %zu bytes: it works here, and did not there",
                   t->name, t->max_line);
    check_limits(r, u);
    note_exact(r, u);
}

static void read_line(reader *r, yn_lines *lines)
{
    static const rule empty;
    yonder_text line = yn_trim(lines->line, " \t\r\v\f");
    r->carry.line = lines->number;
    if (!line.len || line.ptr[0] == '#')
        return;
    if (!yn_lines_check(lines)) {
        yn_lines_report(lines);
        return;
    }
    rule *u = yn_arena_alloc(&r->carry.arena, sizeof *u);
    if (!u) {
        r->carry.error = YONDER_NO_MEMORY;
        return;
    }
    *u = empty;
    u->status = r->traits->default_status;
    u->draft.pairs = u->pairs;
    if (split(r, u, line) && u->count)
        carry_rule(r, u, line.len);
    yn_carry_rule_end(&r->carry);
}

static void report(void *context, const yonder_diagnostic *d)
{
    yn_carry *carry = context;
    YN_ERROR(carry, "%.*s", YN_PRINT(d->message));
}

static void read_source(reader *r, const yonder_rules_source *source, yn_lines *lines)
{
    yonder_rules_source rest = *source;
    if (!yn_carry_source(&r->carry, source, &rest.text))
        return;
    if (r->traits->any_slash && !r->said_any_slash)
        yn_carry_site(&r->carry, YN_TEXT("slash"), YN_TEXT("ignore"));
    r->said_any_slash = true;
    r->said_files = r->said_static = r->said_dynamic = false;
    r->static_count = r->dynamic_count = 0;
    if (r->traits->max_file && source->text.len > r->traits->max_file)
        YN_CHANGED(&r->carry, "%s takes no file of more than %zu bytes", r->traits->name,
                   r->traits->max_file);
    yn_lines_open(lines, &rest);
    while (!r->carry.error && yn_lines_next(lines, true))
        read_line(r, lines);
}

static int read_redirects(const yn_redirects_traits *traits, const yn_dialect_input *input,
                          const yn_sink *sink, const yn_notes *notes)
{
    reader r = {
        .traits = traits, .exact = yn_map_make(input->mem), .paths = yn_arena_make(input->mem)};
    yn_lines lines;
    yn_carry_begin(&r.carry, input, sink, notes);
    yn_lines_make(&lines, report, &r.carry, input->mem);
    for (size_t i = 0; i < input->source_count && !r.carry.error; i++)
        read_source(&r, &input->sources[i], &lines);
    yn_lines_close(&lines);
    yn_map_free(&r.exact);
    yn_arena_free(&r.paths);
    return yn_carry_end(&r.carry);
}

#define DIALECT(id, text)                                                                          \
    static int read_##id(const yn_dialect_input *input, const yn_sink *sink,                       \
                         const yn_notes *notes)                                                    \
    {                                                                                              \
        return read_redirects(&yn_redirects_##id, input, sink, notes);                             \
    }                                                                                              \
    static int write_##id(yn_writer *writer, yn_buf *out, const yn_notes *notes,                   \
                          const yonder_mem *mem)                                                   \
    {                                                                                              \
        return yn_redirects_write(&yn_redirects_##id, writer, out, notes, mem);                    \
    }                                                                                              \
    const yn_dialect yn_dialect_##id = {#id, text, read_##id, write_##id};

DIALECT(netlify, "_redirects of Netlify")
DIALECT(cloudflare, "_redirects of Cloudflare Pages and Workers")
DIALECT(gitlab, "_redirects of GitLab Pages")
DIALECT(ipfs, "_redirects of IPFS gateways")
