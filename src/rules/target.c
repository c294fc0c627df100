// SPDX-License-Identifier: MIT
#include "rules/target.h"

#include "base/text.h"
#include "core/host.h"
#include "core/percent.h"
#include "rules/query.h"

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
    int error;
} compiling;

#define PROBLEM(c, at, ...) ((c)->error = yn_problem((c)->problems, at, __VA_ARGS__))

static const yn_binding *find_binding(compiling *c, yonder_text name)
{
    for (size_t i = 0; i < c->source->binding_count; i++)
        if (yn_equal(c->source->bindings[i].name, name))
            return &c->source->bindings[i];
    if (c->source->has_more_names) // that was told
        return NULL;
    // The name ends where its letters do: ":id" is never found in ":id_2".
    PROBLEM(c, name.ptr - 1, "':%.*s' is not bound by FROM (a plain colon can be written '%%3A')",
            YN_PRINT(yn_quotable(name)));
    return NULL;
}

static void put_mark(compiling *c, int mark, const yn_binding *binding)
{
    yn_target *t = c->out;
    size_t n = 0;
    while (n < t->capture_count &&
           memcmp(&t->captures[n], &binding->capture, sizeof *t->captures) != 0)
        n++;
    if (n == t->capture_count)
        t->captures[t->capture_count++] = binding->capture;
    c->code[c->len++] = (char)mark;
    c->code[c->len++] = (char)n;
    t->flags |= YN_RULE_CAPTURES;
}

// The placeholder at `at`, or an empty text.
static yonder_text placeholder_at(yonder_text t, size_t at)
{
    yonder_text rest = yn_skip(t, at + 1);
    return t.ptr[at] == ':' ? yn_slice(rest, 0, yn_placeholder_name(rest)) : (yonder_text){0};
}

// False if it is not at a place for one.
static bool capture_in_authority(compiling *c, yonder_text authority, yonder_text name)
{
    const yn_binding *binding = find_binding(c, name);
    size_t after = (size_t)(name.ptr - authority.ptr) + name.len;
    if (yn_equal(name, YN_TEXT("splat"))) {
        PROBLEM(c, name.ptr - 1, "':splat' cannot be part of a host");
        return false;
    }
    if (after + 1 >= authority.len || authority.ptr[after] != '.') {
        PROBLEM(c, name.ptr - 1,
                "what a request brings cannot end a host: a literal '.domain' has to follow");
        return false;
    }
    if (binding)
        put_mark(c, YN_MARK_AUTHORITY, binding);
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
    } else if (error || has_unsafe_ascii(ascii ? authority : host)) {
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
        yonder_text name = placeholder_at(authority, i);
        if (name.len) {
            misplaced = !capture_in_authority(c, authority, name) || misplaced;
            sample[sample_len++] = 'a';
            i += name.len;
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
        yonder_text name = placeholder_at(text, i);
        const yn_binding *binding = name.len ? find_binding(c, name) : NULL;
        taken = 1 + name.len;
        if (binding)
            put_mark(c, part == IN_PATH ? YN_MARK_PATH : YN_MARK, binding);
        else if (!name.len && is_unsafe(text, i, part))
            c->len += put_escaped(c->code + c->len, text.ptr[i]);
        else if (!name.len)
            c->code[c->len++] = text.ptr[i];
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

int yn_target_compile(yn_target *out, char *room, yonder_text to, const yn_source *source,
                      const yn_problems *problems)
{
    compiling c = {.out = out, .source = source, .problems = problems, .code = room};
    size_t start = yn_starts_with(to, YN_TEXT("//")) ? 2 : yn_scheme_prefix(to), end = start;
    out->flags = out->capture_count = 0;
    if (start) {
        while (end < to.len && to.ptr[end] != '/' && to.ptr[end] != '?' && to.ptr[end] != '#')
            end++;
        memcpy(room, to.ptr, start);
        c.len = start;
        compile_authority(&c, yn_slice(to, start, end), room + 3 * to.len + 256);
    } else {
        out->flags |= YN_RULE_LOCAL;
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

static bool is_consumed(const yn_filling *f, yonder_text name)
{
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
    if (!f->shape && rest.len) {
        put(w, YN_TEXT("?"));
        put_safe(w, rest, IN_REST);
        return;
    }
    while (yn_query_next(&rest, &pair)) {
        if (pair.whole.len == 0 || is_consumed(f, pair.name))
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
        if (code.ptr[i++] != YN_MARK_AUTHORITY)
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

int yn_target_fill(const yn_rule *rule, const yn_filling *f, char *out, size_t size,
                   yonder_text *location)
{
    yonder_text code = yn_rule_target(rule);
    bool pass_query = code.len && !(rule->flags & YN_RULE_OWN_QUERY) && f->query.len;
    if (!pass_query && !(rule->flags & YN_RULE_CAPTURES)) {
        *location = code;
        return YONDER_OK;
    }
    writer w = {
        .ptr = out,
        .size = size < YONDER_RULES_MAX_LOCATION ? size : YONDER_RULES_MAX_LOCATION,
    };
    yonder_text before = yn_slice(code, 0, rule->query_at), after = yn_skip(code, rule->query_at);
    if (rule->flags & YN_RULE_CAPTURES)
        put_code(&w, before, f->captures);
    else
        put(&w, before);
    if (pass_query)
        put_query(&w, f);
    put_code(&w, after, f->captures);
    if (w.full)
        return YONDER_TOO_LARGE;
    *location = (yonder_text){w.ptr, w.len};
    // A path that starts with two slashes would name another host.
    while (rule->flags & YN_RULE_LOCAL && location->len > 1 && location->ptr[1] == '/')
        *location = yn_skip(*location, 1);
    return YONDER_OK;
}
