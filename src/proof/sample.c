// SPDX-License-Identifier: MIT
#include "proof/sample.h"

#include "base/text.h"

enum {
    deepest = 8,
    most_steps = 200000,
    longest = 4096,
    most_repeats = 64,
};

typedef struct sampler {
    yonder_text pattern;
    size_t at;
    size_t group;  // how many groups have begun before `at`
    size_t branch; // which alternatives are taken
    size_t variant;
    size_t most;       // alternatives of any group so far
    bool has_anything; // ".*" or its like
    unsigned depth, steps;
    bool silent; // what is read is not written
    bool failed;
    yn_sample_text *out;
} sampler;

static void alternatives(sampler *s);

static char peek(const sampler *s)
{
    return s->at < s->pattern.len ? s->pattern.ptr[s->at] : '\0';
}

static bool looks_at(const sampler *s, const char *text)
{
    return yn_starts_with(yn_skip(s->pattern, s->at), yonder_text_of(text));
}

static void emit(sampler *s, yonder_text t)
{
    if (!s->silent)
        yn_buf_put(&s->out->text, t);
}

static void emit_char(sampler *s, char c)
{
    emit(s, (yonder_text){&c, 1});
}

/* ---- one character --------------------------------------------------------------------------- */

// A set of the characters a sample is made of.
typedef struct letters {
    bool has[128];
} letters;

// In the order in which they are taken, where there is a choice.
static const char preferred[] =
    "a1AbB2c3-_/. zyxwvutsrqponmlkjihgfedCDEFGHIJKLMNOPQRSTUVWXYZ4567890"
    "~!$&'()*+,;=:@%\"<>[]^`{|}\\";

static void add_kind(letters *l, char kind, bool value)
{
    for (int c = 32; c < 127; c++) {
        bool digit = yn_is_digit((unsigned char)c);
        bool word = digit || yn_is_alpha((unsigned char)c) || c == '_';
        char lower = yn_lower(kind);
        bool in = lower == 'd' ? digit : lower == 'w' ? word : lower == 's' && c == ' ';
        if ((kind == lower) == in)
            l->has[c] = value;
    }
}

static bool is_kind(char c)
{
    return c && strchr("dwsDWS", c);
}

static char escaped_char(char c)
{
    return c == 't' || c == 'n' || c == 'r' ? ' ' : c;
}

// "[:digit:]" and its like, at "[:".
static void add_named(sampler *s, letters *l)
{
    static const char *const names[] = {"alpha", "digit",  "alnum", "lower",
                                        "upper", "xdigit", "word"};
    static const char *const sample[] = {"aA", "12", "a1A", "a", "A", "a1", "a1_"};
    size_t end = s->at + 2;
    while (end < s->pattern.len && s->pattern.ptr[end] != ']')
        end++;
    yonder_text name = yn_slice(s->pattern, s->at + 2, end);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (const char *c = sample[i]; yn_starts_with(name, yonder_text_of(names[i])) && *c; c++)
            l->has[(unsigned char)*c] = true;
    s->at = end + 1;
}

static char class_char(sampler *s)
{
    char c = peek(s);
    s->at++;
    if (c != '\\')
        return c;
    c = peek(s);
    s->at++;
    return escaped_char(c);
}

static void add_range(sampler *s, letters *l)
{
    unsigned char first = (unsigned char)class_char(s), last = first;
    if (peek(s) == '-' && s->at + 1 < s->pattern.len && s->pattern.ptr[s->at + 1] != ']') {
        s->at++;
        last = (unsigned char)class_char(s);
    }
    for (unsigned c = first; c <= last && c < 128; c++)
        l->has[c] = true;
}

// Past "[".
static letters read_class(sampler *s)
{
    letters l = {0};
    bool negated = peek(s) == '^', first = true;
    s->at += negated;
    for (; s->at < s->pattern.len && (first || peek(s) != ']'); first = false) {
        if (looks_at(s, "[:"))
            add_named(s, &l);
        else if (peek(s) == '\\' && s->at + 1 < s->pattern.len &&
                 is_kind(s->pattern.ptr[s->at + 1]))
            add_kind(&l, s->pattern.ptr[s->at + 1], true), s->at += 2;
        else
            add_range(s, &l);
    }
    s->failed = s->failed || s->at >= s->pattern.len;
    s->at++;
    for (int c = 32; negated && c < 127; c++)
        l.has[c] = !l.has[c];
    return l;
}

static void emit_one_of(sampler *s, const letters *l)
{
    for (const char *c = preferred; *c; c++) {
        if (!l->has[(unsigned char)*c])
            continue;
        emit_char(s, *c);
        return;
    }
    s->failed = true;
}

// Past "\".
static void read_escape(sampler *s)
{
    char c = peek(s);
    s->at++;
    letters l = {0};
    if (is_kind(c)) {
        add_kind(&l, c, true);
        emit_one_of(s, &l);
    } else if (c == 'x' && s->at + 2 <= s->pattern.len) {
        int high = yn_hex_value((unsigned char)s->pattern.ptr[s->at]);
        int low = yn_hex_value((unsigned char)s->pattern.ptr[s->at + 1]);
        s->failed = s->failed || high < 0 || low < 0;
        emit_char(s, (char)(high * 16 + low));
        s->at += 2;
    } else if (yn_is_digit((unsigned char)c) ||
               (yn_is_alpha((unsigned char)c) && !strchr("bBAzZtnr", c))) {
        s->failed = true; // a back reference, or something rare
    } else if (!c || !strchr("bBAzZ", c)) {
        emit_char(s, escaped_char(c));
    }
}

/* ---- repeats --------------------------------------------------------------------------------- */

typedef struct repeat {
    unsigned min, max;
} repeat;

static unsigned read_number(sampler *s)
{
    unsigned n = 0;
    while (yn_is_digit((unsigned char)peek(s)) && n < most_repeats)
        n = n * 10 + (unsigned)(s->pattern.ptr[s->at++] - '0');
    return n;
}

// "{2}", "{2,}", "{2,5}"; otherwise the brace is a character.
static bool read_braces(sampler *s, repeat *r)
{
    size_t start = s->at++;
    r->min = r->max = read_number(s);
    if (peek(s) == ',') {
        s->at++;
        r->max = yn_is_digit((unsigned char)peek(s)) ? read_number(s) : UINT16_MAX;
    }
    if (peek(s) == '}' && s->at > start + 1) {
        s->at++;
        return true;
    }
    s->at = start;
    return false;
}

static repeat read_repeat(sampler *s)
{
    repeat r = {1, 1};
    char c = peek(s);
    if (c == '*')
        r = (repeat){0, UINT16_MAX};
    else if (c == '+')
        r = (repeat){1, UINT16_MAX};
    else if (c == '?')
        r = (repeat){0, 1};
    else if (c != '{' || !read_braces(s, &r))
        return r;
    s->at += c != '{';
    if (peek(s) == '?' || peek(s) == '+') // lazy, or possessive
        s->at++;
    return r;
}

static unsigned times(const sampler *s, repeat r)
{
    unsigned wanted = s->variant == 1 ? 0 : s->variant == 2 ? 2 : r.max == 1 ? s->variant & 1 : 1;
    wanted = wanted < r.min ? r.min : wanted > r.max ? r.max : wanted;
    return wanted < most_repeats ? wanted : most_repeats;
}

/* ---- groups ---------------------------------------------------------------------------------- */

// At "(?": past what kind of group it is. Returns whether it is one that captures.
static bool read_kind_of_group(sampler *s, bool *looks)
{
    static const char *const named[] = {"?<", "?P<", "?'"};
    *looks = looks_at(s, "?=") || looks_at(s, "?!") || looks_at(s, "?<=") || looks_at(s, "?<!");
    if (*looks)
        return false;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (!looks_at(s, named[i]))
            continue;
        while (s->at < s->pattern.len && peek(s) != '>' && !(i == 2 && peek(s) == '\''))
            s->at++;
        s->at++;
        return true;
    }
    while (s->at < s->pattern.len && peek(s) != ':' && peek(s) != ')' && peek(s) != '>')
        s->at++; // "?:", "?i:", "?>"
    s->at += peek(s) != ')';
    return false;
}

// Past "(".
static void read_group(sampler *s)
{
    bool captures = true, looks = false, before = s->silent;
    if (looks_at(s, "*"))
        s->failed = true; // verbs
    if (peek(s) == '?')
        captures = read_kind_of_group(s, &looks);
    size_t number = captures ? ++s->group : 0, start = s->out->text.len;
    s->silent = s->silent || looks;
    alternatives(s);
    s->silent = before;
    if (peek(s) != ')')
        s->failed = true;
    s->at++;
    if (number && number < YN_SAMPLE_GROUPS && !s->silent)
        s->out->groups[number] = (yn_sample_group){start, s->out->text.len, true};
}

static void read_atom(sampler *s)
{
    char c = peek(s);
    s->at++;
    if (c == '(') {
        read_group(s);
    } else if (c == '[') {
        letters l = read_class(s);
        emit_one_of(s, &l);
    } else if (c == '\\') {
        read_escape(s);
    } else if (c == '.') {
        emit_char(s, 'a');
    } else if (c != '^' && c != '$') {
        emit_char(s, c);
    }
}

// ".*" and its like: something that is told apart from the literals.
static void emit_anything(sampler *s, repeat r)
{
    unsigned n = times(s, r);
    s->has_anything = true;
    if (n && r.min <= 1) {
        emit(s, YN_TEXT("any1"));
        for (unsigned i = 0; s->variant == 2 && i < 1 + s->branch / 3; i++)
            emit(s, YN_TEXT("/any2"));
    } else
        for (unsigned i = 0; i < n; i++)
            emit_char(s, 'a');
}

static void read_piece(sampler *s)
{
    size_t start = s->at, group = s->group;
    s->failed = s->failed || ++s->steps > most_steps;
    bool dot = peek(s) == '.', before = s->silent;
    s->silent = true;
    read_atom(s);
    size_t end_of_atom = s->at;
    repeat r = read_repeat(s);
    size_t end = s->at, last_group = s->group;
    s->silent = before;
    if (dot && r.max > 1) {
        emit_anything(s, r);
        return;
    }
    for (unsigned i = 0, n = times(s, r); i < n && !s->silent && !s->failed; i++) {
        s->at = start;
        s->group = group;
        read_atom(s);
        s->failed = s->failed || s->at != end_of_atom || s->out->text.len > longest;
    }
    s->at = end;
    s->group = last_group;
}

static void sequence(sampler *s)
{
    while (s->at < s->pattern.len && peek(s) != '|' && peek(s) != ')' && !s->failed)
        read_piece(s);
}

static void alternatives(sampler *s)
{
    bool before = s->silent;
    size_t start = s->at, group = s->group, count = 1;
    if (++s->depth > deepest) {
        s->failed = true;
        return;
    }
    s->silent = true; // how many are there?
    for (sequence(s); peek(s) == '|' && !s->failed; sequence(s)) {
        s->at++;
        count++;
    }
    s->most = count > s->most ? count : s->most;
    size_t end = s->at, last_group = s->group;
    s->at = start;
    s->group = group;
    for (size_t i = 0; i < count && !s->failed && !before; i++) {
        s->silent = i != s->branch % count;
        sequence(s);
        s->at++;
    }
    s->silent = before;
    s->at = end;
    s->group = last_group;
    s->depth--;
}

static bool shift(sampler *s, yonder_text front)
{
    yn_buf *text = &s->out->text;
    yn_buf moved = yn_buf_make(longest * 4, text->mem);
    yn_buf_put(&moved, front);
    yn_buf_put(&moved, yn_buf_text(text));
    text->len = 0;
    yn_buf_put(text, yn_buf_text(&moved));
    for (size_t i = 0; i < YN_SAMPLE_GROUPS; i++) {
        s->out->groups[i].start += front.len;
        s->out->groups[i].end += front.len;
    }
    bool ok = !moved.error && !text->error;
    yn_buf_free(&moved);
    return ok;
}

size_t yn_sample(yn_sample_text *out, yonder_text pattern, size_t variant)
{
    sampler s = {.pattern = pattern, .branch = variant, .variant = variant % 3, .out = out};
    out->text.len = 0;
    memset(out->groups, 0, sizeof out->groups);
    alternatives(&s);
    if (s.at < pattern.len || s.failed || out->text.error)
        return 0;
    out->groups[0] = (yn_sample_group){0, out->text.len, true};
    if (!out->text.len || out->text.ptr[0] != '/') {
        bool anchored = pattern.len && pattern.ptr[0] == '^';
        s.failed = !shift(&s, anchored      ? YN_TEXT("/")
                              : variant % 2 ? YN_TEXT("/any2/any0")
                                            : YN_TEXT("/any0"));
    }
    size_t worth = s.most * 3 > 4 ? s.most * 3 : 4;
    if (s.has_anything && worth < 3 * (YN_SAMPLE_SEGMENTS - 1))
        worth = 3 * (YN_SAMPLE_SEGMENTS - 1);
    return s.failed ? 0 : worth < YN_SAMPLE_VARIANTS ? worth : YN_SAMPLE_VARIANTS;
}
