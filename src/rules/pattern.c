// SPDX-License-Identifier: MIT
#include "rules/pattern.h"

#include "base/text.h"
#include "base/utf8.h"

static bool has(yonder_text t, size_t at, char c)
{
    return at < t.len && t.ptr[at] == c;
}

// How long the character at `at` is.
static size_t char_len(yonder_text t, size_t at)
{
    uint32_t c;
    return yn_utf8_decode(yn_skip(t, at), &c);
}

// Where the text from `at` on has its first `c`, and past it; the end where it has none.
static size_t past(yonder_text t, size_t at, char c)
{
    size_t found = at + yn_find_char(yn_skip(t, at), c);
    return found < t.len ? found + 1 : t.len;
}

static size_t quote_len(yonder_text t)
{
    for (size_t i = 2; i < t.len; i++)
        if (t.ptr[i] == '\\' && has(t, i + 1, 'E'))
            return i + 2;
    return t.len;
}

// The length of an escape that starts at `at`, what stands in braces or brackets behind it
// included.
static size_t escape_len(yonder_text t, size_t at)
{
    static const char with_braces[] = "xopPgkN", with_brackets[] = "gk";
    if (at + 1 >= t.len)
        return t.len - at;
    char c = t.ptr[at + 1];
    size_t end = at + 1 + char_len(t, at + 1);
    if (c == 'c' && end < t.len)
        end += char_len(t, end);
    else if (memchr(with_braces, c, sizeof with_braces - 1) && has(t, end, '{'))
        end = past(t, end, '}');
    else if (memchr(with_brackets, c, sizeof with_brackets - 1) && has(t, end, '<'))
        end = past(t, end, '>');
    else if (memchr(with_brackets, c, sizeof with_brackets - 1) && has(t, end, '\''))
        end = past(t, end + 1, '\'');
    else if ((c == 'p' || c == 'P') && end < t.len)
        end += char_len(t, end);
    else if (c == 'x')
        for (unsigned n = 0; n < 2 && end < t.len && yn_hex_value((unsigned char)t.ptr[end]) >= 0;
             n++)
            end++;
    else if (yn_is_digit((unsigned char)c) || c == 'g') {
        end += has(t, end, '-') || has(t, end, '+') ? c == 'g' : 0;
        while (end < t.len && yn_is_digit((unsigned char)t.ptr[end]))
            end++;
    }
    return end - at;
}

// "[:alpha:]" at `at`, inside a class: its length, or 0.
static size_t posix_len(yonder_text t, size_t at)
{
    size_t i = at + 2;
    if (!has(t, at, '[') || !has(t, at + 1, ':'))
        return 0;
    i += has(t, i, '^');
    while (i < t.len && yn_is_alpha((unsigned char)t.ptr[i]))
        i++;
    return has(t, i, ':') && has(t, i + 1, ']') ? i + 2 - at : 0;
}

static size_t class_len(yonder_text t)
{
    size_t i = 1;
    i += has(t, i, '^');
    i += has(t, i, ']'); // stands for itself there
    while (i < t.len && t.ptr[i] != ']') {
        size_t posix = posix_len(t, i);
        if (posix)
            i += posix;
        else if (t.ptr[i] == '\\' && has(t, i + 1, 'Q'))
            i += quote_len(yn_skip(t, i));
        else
            i += t.ptr[i] == '\\' ? escape_len(t, i) : 1;
    }
    return i < t.len ? i + 1 : t.len;
}

// "{2}", "{2,}", "{2,5}" or "{,5}", which is one from PCRE2 10.43 on: its length; 0 where "{"
// stands for itself.
static size_t braces_len(yonder_text t, unsigned *min, unsigned *max)
{
    size_t close = yn_find_char(t, '}');
    yonder_text inside = close < t.len ? yn_slice(t, 1, close) : (yonder_text){NULL, 0};
    size_t comma = yn_find_char(inside, ',');
    uint64_t low = 0, high;
    bool without_low = comma == 0 && inside.len > 1;
    if (!without_low && !yn_parse_number(yn_slice(inside, 0, comma), YN_REPEAT_UNBOUNDED - 1, &low))
        return 0;
    high = comma == inside.len ? low : YN_REPEAT_UNBOUNDED;
    if (comma + 1 < inside.len &&
        !yn_parse_number(yn_skip(inside, comma + 1), YN_REPEAT_UNBOUNDED - 1, &high))
        return 0;
    *min = (unsigned)low;
    *max = (unsigned)high;
    return close + 1;
}

static size_t repeat_len(yonder_text t, yn_token *token)
{
    size_t len = 1;
    token->min = *t.ptr == '+';
    token->max = *t.ptr == '?' ? 1 : YN_REPEAT_UNBOUNDED;
    if (*t.ptr == '{' && !(len = braces_len(t, &token->min, &token->max)))
        return 0;
    token->possessive = has(t, len, '+');
    return len + (token->possessive || has(t, len, '?'));
}

static bool is_option(char c)
{
    return yn_is_alpha((unsigned char)c) || c == '-' || c == '^';
}

// A group's start: the length of "(", "(?:", "(?<name>", "(?|", "(?i:", … `*nothing`: it is a
// comment or an option, whole.
static size_t open_len(yonder_text t, bool *nothing)
{
    size_t i = 2;
    *nothing = false;
    if (!has(t, 1, '?'))
        return 1;
    if (has(t, 2, '#')) {
        *nothing = true;
        return past(t, 2, ')');
    }
    if (has(t, 2, 'P') && (has(t, 3, '<') || has(t, 3, '\'')))
        i = 3;
    if (has(t, i, '<') && !has(t, i + 1, '=') && !has(t, i + 1, '!') && !has(t, i + 1, '*'))
        return past(t, i, '>');
    if (has(t, i, '\''))
        return past(t, i + 1, '\'');
    if (has(t, 2, '<'))
        return t.len < 4 ? t.len : 4;
    if (has(t, 2, '(')) // a condition: the next group
        return 2;
    while (i < t.len && is_option(t.ptr[i]))
        i++;
    *nothing = has(t, i, ')') && (i == 2 || (t.ptr[2] != 'R' && t.ptr[2] != 'P'));
    return *nothing || has(t, i, ':') || i == 2 ? (i < t.len ? i + 1 : t.len) : i;
}

static size_t escape_token(yonder_text t, yn_token *token)
{
    unsigned char c = t.len > 1 ? (unsigned char)t.ptr[1] : 0;
    if (c == 'Q') {
        token->kind = YN_TOKEN_QUOTE;
        size_t len = quote_len(t);
        bool closed = len >= 4 && t.ptr[len - 1] == 'E' && t.ptr[len - 2] == '\\';
        token->text = yn_slice(t, 2, closed ? len - 2 : len);
        return len;
    }
    if (c == 'E') {
        token->kind = YN_TOKEN_QUOTE;
        token->text = yn_slice(t, 2, 2);
        return 2;
    }
    size_t len = escape_len(t, 0);
    bool is_literal = len > 1 && !yn_is_alpha(c) && !yn_is_digit(c);
    token->kind = is_literal ? YN_TOKEN_LITERAL : YN_TOKEN_ESCAPE;
    token->text = yn_slice(t, is_literal, len);
    return len;
}

yn_token yn_token_next(yonder_text *rest)
{
    static const struct {
        char c;
        yn_token_kind kind;
    } singles[] = {{'.', YN_TOKEN_DOT},    {'^', YN_TOKEN_START},  {'$', YN_TOKEN_FINISH},
                   {'|', YN_TOKEN_BAR},    {')', YN_TOKEN_CLOSE},  {'[', YN_TOKEN_CLASS},
                   {'(', YN_TOKEN_OPEN},   {'*', YN_TOKEN_REPEAT}, {'+', YN_TOKEN_REPEAT},
                   {'?', YN_TOKEN_REPEAT}, {'{', YN_TOKEN_REPEAT}};
    yn_token token = {.kind = YN_TOKEN_LITERAL, .text = yn_slice(*rest, 0, 0)};
    yonder_text t = *rest;
    size_t len = 1;
    bool nothing = false;
    if (t.len == 0) {
        token.kind = YN_TOKEN_END;
        return token;
    }
    for (size_t i = 0; i < sizeof singles / sizeof *singles; i++)
        if (singles[i].c == *t.ptr)
            token.kind = singles[i].kind;
    if (*t.ptr == '\\') {
        len = escape_token(t, &token);
        *rest = yn_skip(t, len);
        return token;
    }
    if (token.kind == YN_TOKEN_CLASS)
        len = class_len(t);
    else if (token.kind == YN_TOKEN_OPEN)
        len = open_len(t, &nothing);
    else if (token.kind == YN_TOKEN_REPEAT)
        len = repeat_len(t, &token);
    else if (token.kind == YN_TOKEN_LITERAL)
        len = char_len(t, 0);
    if (nothing)
        token.kind = YN_TOKEN_NOTHING;
    if (len == 0) { // a brace that stands for itself
        token.kind = YN_TOKEN_LITERAL;
        len = 1;
    }
    token.text = yn_slice(t, 0, len);
    *rest = yn_skip(t, len);
    return token;
}

const char *yn_pattern_forbidden(yonder_text pattern, const char **at)
{
    yonder_text rest = pattern;
    for (;;) {
        *at = rest.ptr;
        if (yn_starts_with(rest, YN_TEXT("(*")))
            return "'(*…)' is not taken in a regular expression";
        if (yn_starts_with(rest, YN_TEXT("(?C")))
            return "a regular expression calls nothing out: '(?C…)' is not taken";
        yn_token token = yn_token_next(&rest);
        if (token.kind == YN_TOKEN_END)
            return NULL;
        if (token.kind == YN_TOKEN_ESCAPE && yn_equal(token.text, YN_TEXT("\\C")))
            return "'\\C' would take a character apart";
        if (token.kind == YN_TOKEN_ESCAPE && yn_equal(token.text, YN_TEXT("\\K")))
            return "'\\K' is not taken: a rule replaces nothing";
    }
}
