// SPDX-License-Identifier: MIT
#include "rules/source.h"

#include "base/text.h"
#include "core/host.h"
#include "rules/path.h"
#include "rules/query.h"

// What one call of yn_source_read() hands around.
typedef struct reading {
    yn_source *out;
    char *room; // the next free byte
    const yn_problems *problems;
    int error;
} reading;

#define PROBLEM(r, at, ...) ((r)->error = yn_problem((r)->problems, at, __VA_ARGS__))

bool yn_is_placeholder(yonder_text segment)
{
    return segment.len > 1 && segment.ptr[0] == ':' &&
           yn_name_length(yn_skip(segment, 1)) == segment.len - 1;
}

static bool looks_like_placeholder(yonder_text t)
{
    return t.len > 1 && t.ptr[0] == ':' && yn_is_alpha((unsigned char)t.ptr[1]);
}

size_t yn_scheme_prefix(yonder_text t)
{
    static const yonder_text prefixes[] = {YN_TEXT_INIT("http://"), YN_TEXT_INIT("https://")};
    if (yn_starts_with(t, YN_TEXT("//")))
        return 2;
    for (size_t i = 0; i < 2 && t.len && yn_lower(t.ptr[0]) == 'h'; i++)
        if (t.len >= prefixes[i].len &&
            yn_equal_nocase(yn_slice(t, 0, prefixes[i].len), prefixes[i]))
            return prefixes[i].len;
    return 0;
}

int yn_source_host(yonder_text *out, char *room, int32_t *port, yonder_text t,
                   const yn_problems *problems)
{
    bool wildcard = yn_starts_with(t, YN_TEXT("*."));
    yonder_text name = wildcard ? yn_skip(t, 2) : t, host;
    if (name.len == 0)
        return yn_problem(problems, t.ptr, "the host is missing");
    if (memchr(name.ptr, '*', name.len))
        return yn_problem(problems, t.ptr,
                          "'*' stands for whole labels at the start of a host: '*.example.com'");
    int error = yn_host_canonical(name, room + 1, 255, &host, port);
    if (error == YONDER_NO_MEMORY)
        return error;
    if (error)
        return yn_problem(problems, t.ptr, "'%.*s' is not a valid host", YN_PRINT(yn_quotable(t)));
    if (host.ptr[0] == '.') // to the URL standard a host, but of nobody
        return yn_problem(problems, t.ptr, "a host starts with a label; '*.' stands for any");
    room[0] = '.';
    *out = wildcard ? (yonder_text){room, host.len + 1} : host;
    return YONDER_OK;
}

static bool is_bound(const yn_source *s, yonder_text name)
{
    for (size_t i = 0; i < s->binding_count; i++)
        if (yn_equal(s->bindings[i].name, name))
            return true;
    return false;
}

// Notes a name, `at` being where it stands. One more than there is room for is told once.
static void note(reading *r, const char *at, yonder_text name, yn_capture capture)
{
    yn_source *s = r->out;
    if (s->binding_count < YONDER_RULES_MAX_PLACEHOLDERS) {
        s->bindings[s->binding_count++] = (yn_binding){name, capture};
        return;
    }
    if (!s->has_more_names)
        PROBLEM(r, at, "more than %u placeholders in one rule", YONDER_RULES_MAX_PLACEHOLDERS);
    s->has_more_names = true;
}

static void bind(reading *r, yonder_text name, yn_capture_kind kind, size_t n)
{
    if (yn_equal(name, YN_TEXT("splat")))
        PROBLEM(r, name.ptr - 1, "':splat' is the name of what '*' stands for; take another one");
    else if (is_bound(r->out, name))
        PROBLEM(r, name.ptr - 1, "':%.*s' is bound twice", YN_PRINT(yn_quotable(name)));
    else
        note(r, name.ptr - 1, name, (yn_capture){(uint16_t)kind, (uint16_t)n, 0});
}

static void bind_splat(reading *r, const char *star, size_t n)
{
    if (!is_bound(r->out, YN_TEXT("splat")))
        note(r, star, YN_TEXT("splat"), (yn_capture){YN_CAPTURE_SPLAT, (uint16_t)n, 0});
}

// A part of FROM in error: the names in it were meant to be bound, and TO does right to use them.
static void bind_in_error(reading *r, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        yonder_text name = yn_skip(t, i + 1);
        name.len = t.ptr[i] == ':' ? yn_name_length(name) : 0;
        if (t.ptr[i] == '*')
            bind_splat(r, t.ptr + i, 0);
        else if (name.len && !is_bound(r->out, name))
            note(r, t.ptr + i, name, (yn_capture){0});
    }
}

// One segment as written; the n-th of its path.
static void read_segment(reading *r, yonder_text segment, size_t n)
{
    size_t star = yn_find_char(segment, '*');
    if (yn_equal(segment, YN_TEXT("*")) && !r->out->splat) {
        r->out->splat = true;
        r->out->splat_at = n;
        bind_splat(r, segment.ptr, n);
    } else if (segment.len == 1 && star == 0) {
        PROBLEM(r, segment.ptr, "there can be one '*' only: two could divide a path in many ways");
    } else if (star < segment.len) {
        PROBLEM(r, segment.ptr + star,
                "'*' can only be a whole segment, as in '/blog/*'; a star itself is matched by "
                "a regular expression ('~^/a\\*b$')");
        bind_in_error(r, segment);
    } else if (yn_is_placeholder(segment)) {
        bind(r, yn_skip(segment, 1), YN_CAPTURE_SEGMENT, n);
    } else if (looks_like_placeholder(segment)) {
        PROBLEM(r, segment.ptr,
                "a placeholder is a whole segment: ':' and a name of letters, digits and '_'");
        bind_in_error(r, segment);
    }
}

// What stands behind a splat is counted from the end of the path.
static void count_from_the_end(yn_source *s)
{
    for (size_t i = 0; i < s->binding_count; i++) {
        yn_capture *c = &s->bindings[i].capture;
        if (c->kind == YN_CAPTURE_SPLAT)
            c->behind = (uint16_t)(s->segment_count - 1 - c->n);
        else if (c->kind == YN_CAPTURE_SEGMENT && c->n > s->splat_at)
            *c = (yn_capture){YN_CAPTURE_BACK, (uint16_t)(s->segment_count - 1 - c->n), 0};
    }
}

static void read_segments(reading *r, yonder_text path)
{
    size_t n = 0;
    for (size_t at = 1; at <= path.len; n++) {
        yonder_text segment = yn_path_segment(path, at);
        at += segment.len + 1;
        read_segment(r, segment, n);
    }
    r->out->segment_count = n;
    if (r->out->splat)
        count_from_the_end(r->out);
}

static void read_path(reading *r, yonder_text path, bool ignore_slash)
{
    yn_source *s = r->out;
    size_t fragment = yn_find_char(path, '#'), query = yn_find_char(path, '?');
    if (query < fragment)
        PROBLEM(r, path.ptr + query,
                "a query is matched by pairs after the path: '%.*s name=value'",
                YN_PRINT(yn_quotable(yn_slice(path, 0, query))));
    else if (fragment < path.len)
        PROBLEM(r, path.ptr + fragment,
                "a fragment is never sent to a server: it cannot be matched");
    yonder_text after = path;
    path.len = query < fragment ? query : fragment;
    read_segments(r, path);
    bind_in_error(r, yn_skip(after, path.len));
    yonder_text as_written = path;
    s->path = (yonder_text){r->room, yn_path_remove_dots(r->room, path)};
    r->room += s->path.len;
    if (ignore_slash && s->path.len > 1 && s->path.ptr[s->path.len - 1] == '/')
        s->path.len--;
    if (s->path.len != as_written.len && !r->error) {
        // Dot segments may have taken placeholders away, and what stands after them has moved up.
        s->binding_count = 0;
        s->splat = false;
        read_segments(r, s->path);
    }
    s->is_pattern = s->binding_count != 0;
}

// The part before the path. Returns the path.
static yonder_text read_origin(reading *r, yonder_text from)
{
    yn_source *s = r->out;
    size_t prefix = yn_scheme_prefix(from), end = prefix;
    while (end < from.len && from.ptr[end] != '/' && from.ptr[end] != '?' && from.ptr[end] != '#')
        end++;
    yonder_text authority = yn_slice(from, prefix, end);
    s->is_url = true;
    s->scheme = prefix == 2                    ? YN_SCHEME_ANY
                : prefix == strlen("https://") ? YN_SCHEME_HTTPS
                                               : YN_SCHEME_HTTP;
    size_t user = yn_find_char(authority, '@');
    if (user < authority.len) {
        PROBLEM(r, authority.ptr, "a user name is not part of what can be matched");
        authority = yn_skip(authority, user + 1);
    }
    int error = authority.len == 0 && prefix == 2
                    ? yn_problem(r->problems, authority.ptr,
                                 "the host is missing; a path that starts with '//' is written "
                                 "'/.//'")
                    : yn_source_host(&s->host, s->host_bytes, &s->port, authority, r->problems);
    if (error)
        r->error = error;
    else if ((s->port == 443 && s->scheme == YN_SCHEME_HTTPS) ||
             (s->port == 80 && s->scheme == YN_SCHEME_HTTP))
        s->port = -1;
    return end < from.len ? yn_skip(from, end) : YN_TEXT("/");
}

static yonder_text decode(reading *r, yonder_text t)
{
    yonder_text decoded = {r->room, yn_query_decode(r->room, t)};
    r->room += decoded.len;
    return decoded;
}

static int compare(yonder_text a, yonder_text b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

// Inserts a pair in its place by name.
static void read_pair(reading *r, yn_draft_pair as_written)
{
    yn_source *s = r->out;
    yonder_text value = as_written.value;
    yn_pair_kind kind = value.len == 0             ? YN_PAIR_EMPTY
                        : yn_is_placeholder(value) ? YN_PAIR_BOUND
                                                   : YN_PAIR_LITERAL;
    if (as_written.name.len == 0) {
        PROBLEM(r, as_written.name.ptr, "a query pair needs a name before '='");
        bind_in_error(r, value);
        return;
    }
    if (kind == YN_PAIR_LITERAL && looks_like_placeholder(value)) {
        PROBLEM(r, value.ptr,
                "a placeholder is a whole value: ':' and a name of letters, digits and '_'");
        bind_in_error(r, value);
        return;
    }
    yonder_text name = decode(r, as_written.name);
    if (kind == YN_PAIR_LITERAL)
        value = decode(r, value);
    size_t i = s->pair_count;
    for (; i && compare(s->pairs[i - 1].name, name) > 0; i--) {
        s->pairs[i] = s->pairs[i - 1];
        s->pair_kinds[i] = s->pair_kinds[i - 1];
    }
    if (i && yn_equal(s->pairs[i - 1].name, name))
        PROBLEM(r, as_written.name.ptr, "'%.*s=' is named twice",
                YN_PRINT(yn_quotable(as_written.name)));
    s->pairs[i] = (yn_draft_pair){name, value};
    s->pair_kinds[i] = kind;
    s->pair_count++;
}

static void read_pairs(reading *r, const yn_draft_pair *pairs, size_t count)
{
    yn_source *s = r->out;
    for (size_t i = 0; i < count; i++)
        read_pair(r, pairs[i]);
    for (size_t i = 0; i < s->pair_count; i++)
        if (s->pair_kinds[i] == YN_PAIR_BOUND)
            bind(r, yn_skip(s->pairs[i].value, 1), YN_CAPTURE_PAIR, i);
}

// "~PATTERN" or "~*PATTERN". Its groups that have names are names for TO.
static void read_regex(reading *r, yonder_text from, bool ignore_case, const yonder_mem *mem)
{
    yn_source *s = r->out;
    bool star = from.len > 1 && from.ptr[1] == '*';
    s->is_regex = true;
    s->pattern = yn_skip(from, star ? 2 : 1);
    s->ignore_case = star || ignore_case;
    if (s->pattern.len == 0) {
        PROBLEM(r, from.ptr + from.len, "the regular expression is missing after '~'");
        return;
    }
    int error = yn_regex_compile(&s->regex, s->pattern, s->ignore_case, r->problems, mem);
    if (error)
        r->error = error;
}

int yn_source_read(yn_source *out, char *room, yonder_text from, const yn_draft_pair *pairs,
                   size_t pair_count, yn_comparison how, const yn_problems *problems,
                   const yonder_mem *mem)
{
    reading r = {.out = out, .room = room, .problems = problems};
    yonder_text path = from;
    out->is_url = out->splat = out->is_pattern = out->has_more_names = out->is_regex = false;
    out->host = out->path = (yonder_text){NULL, 0};
    out->pair_count = out->binding_count = out->segment_count = 0;
    out->regex = NULL;
    if (from.len && from.ptr[0] == '~') {
        read_regex(&r, from, how.ignore_case, mem);
    } else {
        if (yn_scheme_prefix(from))
            path = read_origin(&r, from);
        else if (from.len == 0 || from.ptr[0] != '/')
            return yn_problem(
                problems, from.ptr,
                "a rule starts with a path ('/…'), a URL ('https://…', '//host/…') or "
                "a regular expression ('~…')");
        read_path(&r, path, how.ignore_slash);
    }
    read_pairs(&r, pairs, pair_count);
    return r.error;
}
