// SPDX-License-Identifier: MIT
#include "rules/target.h"

#include "base/text.h"
#include "core/host.h"
#include "core/percent.h"
#include "rules/query.h"
#include "rules/site.h"

// Where the bytes may not stand in a Location, which is a URI reference (RFC 3986). "[" and "]" are
// left in a query, where every client leaves them. In the path these are the bytes that are encoded
// in a key (path.c): a Location is found again by the rules that have its path as FROM.
enum {
    IN_PATH = 1, // "?" there would be the end of it
    IN_REST = 2, // query and fragment
    IN_BOTH = IN_PATH | IN_REST,
    STRAY = 4, // unless it starts an escape
};

static const unsigned char not_in[256] = {
    [0x00 ... 0x20] = IN_BOTH, ['"'] = IN_BOTH, ['#'] = IN_BOTH, ['%'] = STRAY,
    ['<'] = IN_BOTH,           ['>'] = IN_BOTH, ['?'] = IN_PATH, ['['] = IN_PATH,
    ['\\'] = IN_BOTH,          [']'] = IN_PATH, ['^'] = IN_BOTH, ['`'] = IN_BOTH,
    ['{'] = IN_BOTH,           ['|'] = IN_BOTH, ['}'] = IN_BOTH, [0x7f ... 0xff] = IN_BOTH,
};

// Whether the byte at `at` has to be escaped in the part of a Location that `part` names.
static bool is_unsafe(yonder_text t, size_t at, unsigned part)
{
    char byte;
    unsigned where = not_in[(unsigned char)t.ptr[at]];
    return where == STRAY ? !yn_percent_decode_at(t, at, &byte) : where & part;
}

static size_t put_escaped(char *out, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    out[0] = '%';
    out[1] = hex[(unsigned char)c >> 4];
    out[2] = hex[(unsigned char)c & 15];
    return 3;
}

/* ---- compiling ----------------------------------------------------------------------------- */

typedef struct compiling {
    yn_target *out;
    const yn_source *source;
    const yn_problems *problems;
    char *code;
    size_t len;
    yn_capture group; // what find_group() found
    int error;
} compiling;

#define PROBLEM(c, at, ...) ((c)->error = yn_problem((c)->problems, at, __VA_ARGS__))

// The capture a name stands for. NULL where it stands for none, which is told.
static const yn_capture *find_name(compiling *c, yonder_text name)
{
    const yn_source *s = c->source;
    for (size_t i = 0; i < s->binding_count; i++)
        if (yn_equal(s->bindings[i].name, name))
            return &s->bindings[i].capture;
    size_t group = s->regex ? yn_regex_group(s->regex, name) : 0;
    if (group) {
        c->group = (yn_capture){YN_CAPTURE_GROUP, (uint16_t)group, 0};
        return &c->group;
    }
    if (s->has_more_names || (s->is_regex && !s->regex)) // that was told
        return NULL;
    // The name ends where its letters do: ":id" is never found in ":id_2".
    PROBLEM(c, name.ptr - 1, "':%.*s' is not bound by FROM (a plain colon can be written '%%3A')",
            YN_PRINT(yn_quotable(name)));
    return NULL;
}

// `len` bytes at `at` name the group.
static const yn_capture *find_group(compiling *c, const char *at, size_t len, size_t group)
{
    const yn_source *s = c->source;
    if (!s->regex) // that was told
        return NULL;
    size_t count = yn_regex_group_count(s->regex);
    c->group = (yn_capture){YN_CAPTURE_GROUP, (uint16_t)group, 0};
    if (group <= count)
        return &c->group;
    if (len == 3 && group / 10 && group / 10 <= count) // "$10" without braces
        PROBLEM(c, at, "'$%zu' is not there: write '${%zu}%zu' for group %zu and a '%zu'", group,
                group / 10, group % 10, group / 10, group % 10);
    else
        PROBLEM(c, at, "'$%zu' is not there: the regular expression has %zu group%s", group, count,
                count == 1 ? "" : "s");
    return NULL;
}

// A name or a number that stands for what a request brings.
typedef struct reference {
    size_t len; // of all of it; 0: none is here
    yonder_text name;
    const yn_capture *capture; // or NULL, which was told
} reference;

// "$1" or "${12}", in rules with a regular expression.
static reference group_at(compiling *c, yonder_text t, size_t at)
{
    bool braced = at + 1 < t.len && t.ptr[at + 1] == '{';
    size_t start = at + 1 + braced, end = start, group = 0;
    for (; end < t.len && end < start + 2 && yn_is_digit((unsigned char)t.ptr[end]); end++)
        group = group * 10 + (size_t)(t.ptr[end] - '0');
    if (end == start || (braced && (end == t.len || t.ptr[end] != '}')))
        return (reference){0};
    end += braced;
    return (reference){end - at, yn_slice(t, at, end), find_group(c, t.ptr + at, end - at, group)};
}

static reference reference_at(compiling *c, yonder_text t, size_t at)
{
    if (t.ptr[at] == '$' && c->source->is_regex)
        return group_at(c, t, at);
    if (t.ptr[at] != ':')
        return (reference){0};
    yonder_text name = yn_skip(t, at + 1);
    name.len = yn_name_length(name);
    return name.len ? (reference){name.len + 1, name, find_name(c, name)} : (reference){0};
}

static void put_mark(compiling *c, int mark, const yn_capture *capture)
{
    yn_target *t = c->out;
    size_t n = 0;
    while (n < t->capture_count && memcmp(&t->captures[n], capture, sizeof *capture) != 0)
        n++;
    if (n == t->capture_count)
        t->captures[t->capture_count++] = *capture;
    c->code[c->len++] = (char)mark;
    c->code[c->len++] = (char)n;
    t->flags |= YN_RULE_CAPTURES;
}

// False if it is not at a place for one.
static bool capture_in_authority(compiling *c, yonder_text authority, const char *at,
                                 const reference *r)
{
    size_t after = (size_t)(at - authority.ptr) + r->len;
    if (yn_equal(r->name, YN_TEXT("splat"))) {
        PROBLEM(c, at, "':splat' cannot be part of a host");
        return false;
    }
    if (after + 1 >= authority.len || authority.ptr[after] != '.') {
        PROBLEM(c, at,
                "what a request brings cannot end a host: a literal '.domain' has to follow");
        return false;
    }
    if (r->capture)
        put_mark(c, YN_MARK_AUTHORITY, r->capture);
    c->out->flags |= YN_RULE_CONDITIONAL;
    return true;
}

// To the URL standard '"' and some others may stand in a host.
static bool has_unsafe_ascii(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] < 0x80 && not_in[(unsigned char)t.ptr[i]] == IN_BOTH)
            return true;
    return false;
}

// `sample` is the authority with every capture replaced by a letter.
static void check_host(compiling *c, yonder_text authority, yonder_text sample)
{
    char host_bytes[256];
    yonder_text host;
    int32_t port;
    bool ascii = true;
    for (size_t i = 0; i < authority.len; i++)
        ascii = ascii && (unsigned char)authority.ptr[i] < 0x80;
    int error = yn_host_canonical(sample, host_bytes, sizeof host_bytes, &host, &port);
    if (error == YONDER_NO_MEMORY) {
        c->error = error;
    } else if (error || has_unsafe_ascii(ascii ? sample : host)) {
        PROBLEM(c, authority.ptr, "'%.*s' is not a valid host", YN_PRINT(yn_quotable(authority)));
    } else if (!ascii && sample.len < authority.len) {
        PROBLEM(c, authority.ptr, "beside a placeholder, a host is written in ASCII ('xn--…')");
    } else if (!ascii) {
        // The host as it goes over the wire; the port as written.
        yonder_text tail = yn_skip(authority, yn_find_char(authority, ':'));
        c->len -= authority.len;
        memcpy(c->code + c->len, host.ptr, host.len);
        memcpy(c->code + c->len + host.len, tail.ptr, tail.len);
        c->len += host.len + tail.len;
    }
}

static void compile_authority(compiling *c, yonder_text authority, char *sample)
{
    size_t sample_len = 0, user = yn_find_char(authority, '@');
    bool misplaced = false;
    if (user < authority.len) {
        PROBLEM(c, authority.ptr, "a Location has no user name (RFC 9110 section 4.2.4)");
        authority = yn_skip(authority, user + 1);
    }
    if (authority.len == 0) {
        PROBLEM(c, authority.ptr, "the host is missing");
        return;
    }
    for (size_t i = 0; i < authority.len; i++) {
        reference r = reference_at(c, authority, i);
        if (r.len) {
            misplaced = !capture_in_authority(c, authority, authority.ptr + i, &r) || misplaced;
            sample[sample_len++] = 'a';
            i += r.len - 1;
        } else {
            c->code[c->len++] = sample[sample_len++] = authority.ptr[i];
        }
    }
    if (!misplaced)
        check_host(c, authority, (yonder_text){sample, sample_len});
}

// A part of what follows the authority: IN_PATH or IN_REST.
static void compile_part(compiling *c, yonder_text text, unsigned part)
{
    for (size_t i = 0, taken; i < text.len; i += taken) {
        char byte = text.ptr[i];
        reference r = byte == ':' || byte == '$' ? reference_at(c, text, i) : (reference){0};
        taken = r.len ? r.len : 1;
        if (r.capture)
            put_mark(c, part == IN_PATH ? YN_MARK_PATH : YN_MARK, r.capture);
        else if (!r.len && is_unsafe(text, i, part))
            c->len += put_escaped(c->code + c->len, byte);
        else if (!r.len)
            c->code[c->len++] = byte;
    }
}

static void compile_rest(compiling *c, yonder_text rest)
{
    size_t fragment = yn_find_char(rest, '#');
    size_t query = yn_find_char(yn_slice(rest, 0, fragment), '?');
    compile_part(c, yn_slice(rest, 0, query), IN_PATH);
    if (query < fragment)
        c->out->flags |= YN_RULE_OWN_QUERY;
    if (query + 1 < fragment) // "/x?" drops the query and is "/x"
        compile_part(c, yn_slice(rest, query, fragment), IN_REST);
    c->out->query_at = (uint16_t)c->len;
    if (fragment == rest.len)
        return;
    c->code[c->len++] = '#';
    compile_part(c, yn_skip(rest, fragment + 1), IN_REST);
}

size_t yn_target_origin(yonder_text to)
{
    size_t end = yn_scheme_prefix(to);
    if (end)
        while (end < to.len && to.ptr[end] != '/' && to.ptr[end] != '?' && to.ptr[end] != '#')
            end++;
    return end;
}

int yn_target_compile(yn_target *out, char *room, yonder_text to, size_t known,
                      const yn_source *source, const yn_problems *problems)
{
    compiling c = {.out = out, .source = source, .problems = problems, .code = room};
    size_t start = yn_scheme_prefix(to), end = known ? known : yn_target_origin(to);
    out->flags = out->capture_count = 0;
    out->origin_len = 0;
    if (!start) {
        out->flags |= YN_RULE_LOCAL;
    } else if (!known) {
        memcpy(room, to.ptr, start);
        c.len = start;
        compile_authority(&c, yn_slice(to, start, end), room + 3 * to.len + 256);
        if (!(out->flags & YN_RULE_CAPTURES))
            out->origin_len = (uint16_t)c.len;
    }
    compile_rest(&c, yn_skip(to, end));
    out->code = (yonder_text){room, c.len};
    return c.error;
}

/* ---- filling ------------------------------------------------------------------------------- */

// A bounded writer whose first overflow sticks.
typedef struct writer {
    char *ptr;
    size_t len, size;
    bool full;
} writer;

static bool has_room(writer *w, size_t len)
{
    w->full = w->full || len > w->size - w->len;
    return !w->full;
}

static void put(writer *w, yonder_text t)
{
    if (t.len && has_room(w, t.len)) {
        memcpy(w->ptr + w->len, t.ptr, t.len);
        w->len += t.len;
    }
}

// What the request brought: as written, but for what cannot stand in that part.
static void put_safe(writer *w, yonder_text t, unsigned part)
{
    for (size_t i = 0; i < t.len; i++) {
        bool unsafe = is_unsafe(t, i, part);
        if (!has_room(w, unsafe ? 3 : 1))
            return;
        if (unsafe)
            w->len += put_escaped(w->ptr + w->len, t.ptr[i]);
        else
            w->ptr[w->len++] = t.ptr[i];
    }
}

size_t yn_target_escape(char *out, yonder_text target)
{
    writer w = {.ptr = out, .size = 3 * target.len};
    size_t query = yn_find_char(target, '?');
    put_safe(&w, yn_slice(target, 0, query), IN_PATH);
    put_safe(&w, yn_skip(target, query), IN_REST);
    return w.len;
}

static bool is_consumed(const yn_filling *f, yonder_text name)
{
    if (!f->shape)
        return false;
    yonder_text names = yn_shape_names(f->set, f->shape);
    yn_shape_pair pair;
    while (yn_shape_next(&names, &pair))
        if (yn_query_is(name, pair.name))
            return true;
    return false;
}

static void put_query(writer *w, const yn_filling *f)
{
    yonder_text rest = f->query;
    yn_pair pair;
    char before = '?';
    if (!f->shape && !f->ignored.len && rest.len) {
        put(w, YN_TEXT("?"));
        put_safe(w, rest, IN_REST);
        return;
    }
    while (yn_query_next(&rest, &pair)) {
        if (pair.whole.len == 0 || is_consumed(f, pair.name) ||
            (f->ignored.len && yn_site_ignores(f->ignored, pair.name)))
            continue;
        put(w, (yonder_text){&before, 1});
        put_safe(w, pair.whole, IN_REST);
        before = '&';
    }
}

static void put_code(writer *w, yonder_text code, const yonder_text *captures)
{
    size_t done = 0; // all before this is written
    for (size_t i = 0; i < code.len; i++) {
        unsigned char mark = (unsigned char)code.ptr[i];
        if (mark > YN_MARK_PATH)
            continue;
        if (i + 1 == code.len) // of a damaged image
            return;
        put(w, yn_slice(code, done, i));
        put_safe(w, captures[(unsigned char)code.ptr[++i]],
                 mark == YN_MARK_PATH ? IN_PATH : IN_REST);
        done = i + 1;
    }
    put(w, yn_skip(code, done));
}

bool yn_target_fits(const yn_rule *rule, const yonder_text *captures)
{
    yonder_text code = yn_rule_target(rule);
    for (size_t i = 0; i < code.len; i++) {
        if ((unsigned char)code.ptr[i] > YN_MARK_PATH)
            continue;
        if (code.ptr[i++] != YN_MARK_AUTHORITY || i == code.len)
            continue;
        yonder_text t = captures[(unsigned char)code.ptr[i]];
        for (size_t k = 0; k < t.len; k++) {
            unsigned char c = (unsigned char)t.ptr[k];
            if (!yn_is_alpha(c) && !yn_is_digit(c) && c != '-' && c != '_')
                return false;
        }
    }
    return true;
}

// A path that starts with two slashes would name another host.
static void stay_on_host(writer *w, size_t start)
{
    size_t extra = 0;
    while (w->len > start + extra + 1 && w->ptr[start + extra + 1] == '/')
        extra++;
    memmove(w->ptr + start, w->ptr + start + extra, w->len - start - extra);
    w->len -= extra;
}

int yn_target_fill(const yn_rule *rule, const yn_filling *f, char *out, size_t size,
                   yonder_text *location)
{
    yonder_text code = yn_rule_target(rule), prefix = yn_rule_prefix(f->set, rule);
    const yn_rule_more *more = yn_rule_rest(rule);
    bool has_captures = rule->flags & YN_RULE_CAPTURES, is_local = rule->flags & YN_RULE_LOCAL;
    bool has_location = code.len || prefix.len;
    bool pass_query = has_location && !(rule->flags & YN_RULE_OWN_QUERY) && f->query.len;
    if (is_local && has_location)
        prefix = f->origin;
    if (!pass_query && !has_captures && !prefix.len) {
        *location = code;
        return YONDER_OK;
    }
    writer w = {
        .ptr = out,
        .size = size < YONDER_RULES_MAX_LOCATION ? size : YONDER_RULES_MAX_LOCATION,
    };
    size_t query_at = rule->flags & YN_RULE_MORE ? more->query_at : code.len;
    put(&w, prefix);
    size_t start = w.len;
    if (query_at > code.len)
        query_at = code.len;
    if (has_captures)
        put_code(&w, yn_slice(code, 0, query_at), f->captures);
    else
        put(&w, yn_slice(code, 0, query_at));
    if (pass_query)
        put_query(&w, f);
    if (has_captures)
        put_code(&w, yn_skip(code, query_at), f->captures);
    else
        put(&w, yn_skip(code, query_at));
    if (w.full)
        return YONDER_TOO_LARGE;
    if (is_local)
        stay_on_host(&w, start);
    *location = (yonder_text){w.ptr, w.len};
    return YONDER_OK;
}
