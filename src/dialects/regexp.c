// SPDX-License-Identifier: MIT
#include "dialects/regexp.h"

#include "base/text.h"

/* ---- tokens ---------------------------------------------------------------------------------- */

static yn_regexp_token take(yonder_text *rest, yn_regexp_token_kind kind, size_t length)
{
    yn_regexp_token token = {.kind = kind, .text = yn_slice(*rest, 0, length)};
    token.byte = length ? token.text.ptr[length - 1] : '\0';
    *rest = yn_skip(*rest, length);
    return token;
}

static yn_regexp_token take_escape(yonder_text *rest)
{
    if (rest->len < 2)
        return take(rest, YN_REGEXP_ODD, rest->len);
    char c = rest->ptr[1];
    if (!yn_is_alpha((unsigned char)c) && !yn_is_digit((unsigned char)c))
        return take(rest, YN_REGEXP_LITERAL, 2);
    if (strchr("QEKGgkXCRPpLUlu", c))
        return take(rest, YN_REGEXP_ODD, 2);
    if (c == 'x' && rest->len >= 4 && yn_hex_value((unsigned char)rest->ptr[2]) >= 0 &&
        yn_hex_value((unsigned char)rest->ptr[3]) >= 0)
        return take(rest, YN_REGEXP_ESCAPE, 4);
    return take(rest, strchr("xcoN", c) ? YN_REGEXP_ODD : YN_REGEXP_ESCAPE, 2);
}

// "[^]a]", "[[:alpha:]\]]"
static yn_regexp_token take_class(yonder_text *rest)
{
    size_t at = 1;
    if (at < rest->len && rest->ptr[at] == '^')
        at++;
    if (at < rest->len && rest->ptr[at] == ']')
        at++;
    while (at < rest->len && rest->ptr[at] != ']') {
        if (rest->ptr[at] == '\\')
            at++;
        if (at + 1 < rest->len && rest->ptr[at] == '[' && rest->ptr[at + 1] == ':') {
            size_t end = at + 2;
            while (end + 1 < rest->len && yn_is_alpha((unsigned char)rest->ptr[end]))
                end++;
            if (end + 1 < rest->len && rest->ptr[end] == ':' && rest->ptr[end + 1] == ']')
                at = end + 1;
        }
        at++;
    }
    if (at >= rest->len)
        return take(rest, YN_REGEXP_ODD, rest->len);
    return take(rest, YN_REGEXP_CLASS, at + 1);
}

// "(?<name>", "(?P<name>", "(?'name'": the length, or 0.
static size_t group_name(yonder_text t, yonder_text *name)
{
    size_t at = t.len > 2 && t.ptr[2] == 'P' ? 3 : 2;
    if (at >= t.len || (t.ptr[at] != '<' && t.ptr[at] != '\''))
        return 0;
    char end = t.ptr[at] == '<' ? '>' : '\'';
    size_t from = ++at;
    while (at < t.len && t.ptr[at] != end && t.ptr[at] != ')')
        at++;
    if (at >= t.len || t.ptr[at] != end || at == from)
        return 0;
    *name = yn_slice(t, from, at);
    return at + 1;
}

static yn_regexp_token take_open(yonder_text *rest)
{
    static const char *const assertions[] = {"(?=", "(?!", "(?<=", "(?<!"};
    yn_regexp_token token;
    if (rest->len > 1 && rest->ptr[1] == '*')
        return take(rest, YN_REGEXP_ODD, 2);
    if (rest->len < 2 || rest->ptr[1] != '?') {
        token = take(rest, YN_REGEXP_OPEN, 1);
        token.captures = true;
        return token;
    }
    if (yn_starts_with(*rest, YN_TEXT("(?:")) || yn_starts_with(*rest, YN_TEXT("(?>")))
        return take(rest, YN_REGEXP_OPEN, 3);
    for (size_t i = 0; i < sizeof assertions / sizeof *assertions; i++)
        if (yn_starts_with(*rest, yonder_text_of(assertions[i]))) {
            token = take(rest, YN_REGEXP_OPEN, strlen(assertions[i]));
            token.asserts = true;
            return token;
        }
    yonder_text name;
    size_t length = group_name(*rest, &name);
    if (!length)
        return take(rest, YN_REGEXP_ODD, 2); // flags, comments, conditions, recursion
    token = take(rest, YN_REGEXP_OPEN, length);
    token.captures = true;
    token.name = name;
    return token;
}

static yn_regexp_token take_repeat(yonder_text *rest)
{
    size_t at = 1;
    if (rest->ptr[0] == '{') {
        while (at < rest->len &&
               (yn_is_digit((unsigned char)rest->ptr[at]) || rest->ptr[at] == ','))
            at++;
        // What looks otherwise is a plain brace.
        if (at == 1 || at >= rest->len || rest->ptr[at] != '}' || rest->ptr[1] == ',')
            return take(rest, YN_REGEXP_LITERAL, 1);
        at++;
    }
    if (at < rest->len && (rest->ptr[at] == '?' || rest->ptr[at] == '+'))
        at++;
    return take(rest, YN_REGEXP_REPEAT, at);
}

yn_regexp_token yn_regexp_next(yonder_text *rest)
{
    if (!rest->len)
        return take(rest, YN_REGEXP_END, 0);
    switch (rest->ptr[0]) {
    case '\\':
        return take_escape(rest);
    case '[':
        return take_class(rest);
    case '(':
        return take_open(rest);
    case ')':
        return take(rest, YN_REGEXP_CLOSE, 1);
    case '|':
        return take(rest, YN_REGEXP_BAR, 1);
    case '^':
        return take(rest, YN_REGEXP_START, 1);
    case '$':
        return take(rest, YN_REGEXP_FINISH, 1);
    case '.':
        return take(rest, YN_REGEXP_DOT, 1);
    case '*':
    case '+':
    case '?':
    case '{':
        return take_repeat(rest);
    default:
        return take(rest, YN_REGEXP_LITERAL, 1);
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

// "(*UTF8)", which changes nothing here, is not there.
static yonder_text without_verb(yonder_text pattern)
{
    static const char *const verbs[] = {"(*UTF8)", "(*UTF)", "(*UCP)"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (yn_starts_with(pattern, yonder_text_of(verbs[i])))
            return yn_skip(pattern, strlen(verbs[i]));
    return pattern;
}

bool yn_regexp_read(yn_regexp *out, yonder_text pattern)
{
    yn_regexp found = {0};
    yonder_text rest = without_verb(pattern);
    size_t depth = 0;
    yn_regexp_token token;
    for (bool first = true; (token = yn_regexp_next(&rest)).kind != YN_REGEXP_END; first = false) {
        found.closed = token.kind == YN_REGEXP_FINISH && depth == 0;
        found.odd = found.odd || token.kind == YN_REGEXP_ODD;
        found.group_count += token.captures;
        if (token.kind == YN_REGEXP_START && first)
            found.anchored = true;
        else if (token.kind == YN_REGEXP_BAR && depth == 0)
            found.alternates = true;
        else if (token.kind == YN_REGEXP_ESCAPE && yn_is_digit((unsigned char)token.text.ptr[1]))
            found.refers = true;
        else if (token.kind == YN_REGEXP_OPEN ||
                 (token.kind == YN_REGEXP_ODD && token.text.ptr[0] == '('))
            depth++;
        else if (token.kind == YN_REGEXP_CLOSE && depth-- == 0)
            return false;
        else if (token.kind == YN_REGEXP_ODD && token.text.ptr[0] == '[')
            return false;
    }
    found.anchored = found.anchored && !found.alternates;
    found.closed = found.closed && !found.alternates;
    *out = found;
    return depth == 0;
}

size_t yn_regexp_group(yonder_text pattern, yonder_text name)
{
    yonder_text rest = without_verb(pattern);
    yn_regexp_token token;
    size_t number = 0;
    while ((token = yn_regexp_next(&rest)).kind != YN_REGEXP_END) {
        number += token.captures;
        if (token.captures && name.len && yn_equal(token.name, name))
            return number;
    }
    return 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put_byte(yn_buf *out, char c)
{
    if ((unsigned char)c <= ' ' || c == 0x7F)
        yn_buf_printf(out, "\\x%02X", (unsigned)(unsigned char)c);
    else
        yn_buf_char(out, c);
}

static void put_bytes(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        // An escaped blank is a blank.
        if (t.ptr[i] == '\\' && i + 1 < t.len && (unsigned char)t.ptr[i + 1] <= ' ')
            continue;
        if (t.ptr[i] == '\\' && i + 1 < t.len)
            yn_buf_char(out, t.ptr[i++]);
        put_byte(out, t.ptr[i]);
    }
}

static void put_literal(yn_buf *out, const yn_regexp_token *token, yonder_text rest, unsigned how)
{
    if (!(how & YN_REGEXP_DECODED) || !strchr("%?#", token->byte) || !token->byte) {
        put_bytes(out, token->text);
        return;
    }
    bool repeated = yn_regexp_next(&rest).kind == YN_REGEXP_REPEAT;
    yn_buf_printf(out, repeated ? "(?:%%%02X)" : "%%%02X", (unsigned)(unsigned char)token->byte);
}

void yn_regexp_write(yn_buf *out, yonder_text pattern, unsigned how)
{
    yonder_text rest = without_verb(pattern);
    yn_regexp_token token;
    while ((token = yn_regexp_next(&rest)).kind != YN_REGEXP_END) {
        if (token.kind == YN_REGEXP_LITERAL)
            put_literal(out, &token, rest, how);
        else if (token.kind == YN_REGEXP_START && how & YN_REGEXP_AFTER_SLASH)
            yn_buf_str(out, "(?<=^/)");
        else if (token.captures && how & YN_REGEXP_PLAIN_GROUPS)
            yn_buf_str(out, "(?:");
        else
            put_bytes(out, token.text);
    }
}

void yn_regexp_quote(yn_buf *out, yonder_text literal)
{
    for (size_t i = 0; i < literal.len; i++) {
        char c = literal.ptr[i];
        if (c && strchr("\\^$.[|()?*+{", c))
            yn_buf_char(out, '\\');
        put_byte(out, c);
    }
}
