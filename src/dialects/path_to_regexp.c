// SPDX-License-Identifier: MIT
#include "dialects/path_to_regexp.h"

#include "base/text.h"

typedef struct reading {
    yn_carry *carry;
    yn_from *from;
    yonder_text path;
    size_t at;
    yn_buf literal; // before the next part
    uint32_t unnamed;
} reading;

// A part that stands for something: what goes before and behind it goes with it.
typedef struct part {
    yonder_text prefix, name, pattern, suffix;
    char modifier; // '?', '*', '+' or 0
} part;

static bool is_word(char c)
{
    return yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) || c == '_';
}

static char peek(const reading *r)
{
    return r->at < r->path.len ? r->path.ptr[r->at] : '\0';
}

static yonder_text take_name(reading *r)
{
    size_t start = ++r->at;
    while (is_word(peek(r)))
        r->at++;
    return yn_slice(r->path, start, r->at);
}

// "(…)": what is between, without groups of its own.
static bool take_pattern(reading *r, yonder_text *out)
{
    yn_buf buf = yn_carry_buf(r->carry);
    int depth = 1;
    for (r->at++; r->at < r->path.len; r->at++) {
        char c = r->path.ptr[r->at], next = r->at + 1 < r->path.len ? r->path.ptr[r->at + 1] : '\0';
        if (c == ')' && --depth == 0) {
            r->at++;
            *out = yn_carry_text(r->carry, &buf);
            return out->len || YN_ERROR(r->carry, "an empty pattern in the source");
        }
        depth += c == '(';
        if (c == '(' && next != '?')
            return YN_ERROR(r->carry, "a group within a pattern of the source: write '(?:'");
        if (c == ' ') {
            yn_buf_put(&buf, YN_TEXT("\\x20"));
            continue;
        }
        yn_buf_char(&buf, c);
        if (c == '\\' && next && next != ' ') {
            yn_buf_char(&buf, next);
            r->at++;
        }
    }
    return YN_ERROR(r->carry, "')' is missing in the source");
}

static bool take_value(reading *r, part *p)
{
    if (peek(r) == ':')
        p->name = take_name(r);
    if (peek(r) == '(' && !take_pattern(r, &p->pattern))
        return false;
    if (!p->name.len && !p->pattern.len)
        return YN_ERROR(r->carry, "a ':' without a name in the source");
    if (!p->name.len) {
        yn_buf name = yn_carry_buf(r->carry);
        yn_buf_number(&name, r->unnamed++);
        p->name = yn_carry_text(r->carry, &name);
    }
    return true;
}

static void take_modifier(reading *r, part *p)
{
    char c = peek(r);
    p->modifier = c == '?' || c == '*' || c == '+' ? c : '\0';
    r->at += p->modifier != '\0';
}

// Literal text up to what a part has in it.
static yonder_text take_literal(reading *r)
{
    yn_buf buf = yn_carry_buf(r->carry);
    for (; r->at < r->path.len && !strchr(":({})*+?", peek(r)); r->at++) {
        if (peek(r) == '\\' && r->at + 1 < r->path.len)
            r->at++;
        yn_buf_char(&buf, peek(r));
    }
    return yn_carry_text(r->carry, &buf);
}

static void quote(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (memchr("\\.+*?()[]{}|^$#", t.ptr[i], sizeof "\\.+*?()[]{}|^$#" - 1))
            yn_buf_char(out, '\\');
        if (t.ptr[i] == ' ')
            yn_buf_put(out, YN_TEXT("\\x20"));
        else
            yn_buf_char(out, t.ptr[i]);
    }
}

static void put_repeated(yn_buf *out, const part *p, yonder_text pattern)
{
    yn_buf_put(out, YN_TEXT("(?:"));
    quote(out, p->prefix);
    yn_buf_put(out, YN_TEXT("((?:"));
    yn_buf_put(out, pattern);
    yn_buf_put(out, YN_TEXT(")(?:"));
    quote(out, p->suffix);
    quote(out, p->prefix);
    yn_buf_put(out, YN_TEXT("(?:"));
    yn_buf_put(out, pattern);
    yn_buf_put(out, YN_TEXT("))*)"));
    quote(out, p->suffix);
    yn_buf_str(out, p->modifier == '*' ? ")?" : ")");
}

static yonder_text part_regex(reading *r, const part *p)
{
    yn_buf out = yn_carry_buf(r->carry);
    yonder_text pattern = p->pattern.len ? p->pattern : YN_TEXT("[^/]+?");
    bool around = p->prefix.len || p->suffix.len;
    bool repeats = p->modifier == '*' || p->modifier == '+';
    if (around && repeats) {
        put_repeated(&out, p, pattern);
        return yn_carry_text(r->carry, &out);
    }
    yn_buf_str(&out, around ? "(?:" : "");
    quote(&out, p->prefix);
    yn_buf_str(&out, repeats ? "((?:" : "(");
    yn_buf_put(&out, pattern);
    yn_buf_str(&out, repeats ? ")" : "");
    if (repeats)
        yn_buf_char(&out, p->modifier);
    yn_buf_char(&out, ')');
    quote(&out, p->suffix);
    yn_buf_str(&out, around ? ")" : "");
    if (p->modifier == '?')
        yn_buf_char(&out, '?');
    return yn_carry_text(r->carry, &out);
}

static bool put_literal(reading *r)
{
    bool put = yn_from_add(r->carry, r->from, YN_FROM_TEXT, yn_carry_text(r->carry, &r->literal),
                           (yonder_text){NULL, 0});
    r->literal = yn_carry_buf(r->carry);
    return put;
}

static bool put_part(reading *r, part *p)
{
    if (yn_from_find(r->from, p->name) < r->from->count)
        return YN_ERROR(r->carry, "':%.*s' stands twice in the source",
                        (int)(p->name.len < 60 ? p->name.len : 60), p->name.ptr);
    if (!p->pattern.len && !p->modifier && !p->suffix.len) {
        yn_buf_put(&r->literal, p->prefix);
        return put_literal(r) &&
               yn_from_add(r->carry, r->from, YN_FROM_SEGMENT, (yonder_text){NULL, 0}, p->name);
    }
    return put_literal(r) &&
           yn_from_add(r->carry, r->from, YN_FROM_REGEX, part_regex(r, p), p->name);
}

// "{prefix:name(pattern)suffix}?"
static bool take_braces(reading *r)
{
    part p = {0};
    r->at++;
    p.prefix = take_literal(r);
    if ((peek(r) == ':' || peek(r) == '(') && !take_value(r, &p))
        return false;
    if (p.name.len)
        p.suffix = take_literal(r);
    if (peek(r) != '}')
        return YN_ERROR(r->carry, "'}' is missing in the source");
    r->at++;
    take_modifier(r, &p);
    if (p.name.len)
        return put_part(r, &p);
    if (p.modifier)
        return YN_LOST(r->carry, "braces without a name, and with '%c', in the source", p.modifier);
    yn_buf_put(&r->literal, p.prefix);
    return true;
}

// A name or a pattern; the "/" or "." before it goes with it.
static bool take_part(reading *r)
{
    part p = {0};
    char before = r->literal.len ? r->literal.ptr[r->literal.len - 1] : '\0';
    if (!take_value(r, &p))
        return false;
    take_modifier(r, &p);
    if (before == '/' || before == '.') {
        p.prefix = before == '/' ? YN_TEXT("/") : YN_TEXT(".");
        r->literal.len--;
    }
    return put_part(r, &p);
}

bool yn_path_to_regexp_read(yn_carry *carry, yn_from *from, yonder_text path)
{
    reading r = {.carry = carry, .from = from, .path = path, .literal = yn_carry_buf(carry)};
    while (r.at < path.len) {
        char c = peek(&r);
        if (c == '{' ? !take_braces(&r) : c == ':' || c == '(' ? !take_part(&r) : false)
            return false;
        if (c == '{' || c == ':' || c == '(')
            continue;
        if (strchr("*+?)}", c))
            return YN_ERROR(carry, "'%c' at a place of the source where it means nothing", c);
        yn_buf_put(&r.literal, take_literal(&r));
    }
    return put_literal(&r);
}

/* ---- targets --------------------------------------------------------------------------------- */

bool yn_path_to_regexp_numbers(yonder_text target)
{
    for (size_t i = 0; i + 1 < target.len; i++)
        if (target.ptr[i] == '$' && yn_is_digit((unsigned char)target.ptr[i + 1]))
            return true;
    return false;
}

// The piece that group `n` is of, or from->count.
static size_t piece_of_group(const yn_from *from, unsigned n)
{
    size_t i = 0;
    for (; i < from->count; i++)
        if (from->pieces[i].kind != YN_FROM_TEXT && --n == 0)
            break;
    return i;
}

static bool is_pair(const yn_draft *pairs, yonder_text name)
{
    for (size_t i = 0; i < pairs->pair_count; i++)
        if (pairs->pairs[i].value.len && pairs->pairs[i].value.ptr[0] == ':' &&
            yn_equal(yn_skip(pairs->pairs[i].value, 1), name))
            return true;
    return false;
}

yonder_text yn_path_to_regexp_target(yn_carry *carry, const yn_from *from, const yn_draft *pairs,
                                     yonder_text target)
{
    yn_buf out = yn_carry_buf(carry);
    size_t done = 0;
    for (size_t i = 0, end; i < target.len; i = end) {
        size_t piece = from->count, name_end = end = i + 1;
        yonder_text name = {NULL, 0};
        if (target.ptr[i] == ':') {
            while (name_end < target.len && is_word(target.ptr[name_end]))
                name_end++;
            name = yn_slice(target, i + 1, name_end);
            piece = yn_from_find(from, name);
        } else if (target.ptr[i] == '$' && name_end < target.len &&
                   yn_is_digit((unsigned char)target.ptr[name_end])) {
            piece = piece_of_group(from, (unsigned)(target.ptr[name_end++] - '0'));
        }
        bool pair = name.len && piece == from->count && is_pair(pairs, name);
        if (piece == from->count && !pair)
            continue;
        end = name_end;
        yn_to_literal(&out, from, yn_slice(target, done, i));
        if (name.len && end < target.len && (target.ptr[end] == '*' || target.ptr[end] == '+'))
            end++;
        if (pair)
            yn_buf_put(&out, yn_slice(target, i, name_end));
        else
            yn_to_capture(&out, from, piece, end < target.len ? target.ptr[end] : '\0');
        done = end;
    }
    yn_to_literal(&out, from, yn_skip(target, done));
    return yn_carry_text(carry, &out);
}
