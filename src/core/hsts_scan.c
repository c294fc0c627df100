// SPDX-License-Identifier: MIT
// Field values into directives, as four real parsers do it. doc/why/hsts-grammar.md compares them.
#include "base/text.h"
#include "core/hsts.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// What the C library calls white space.
static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_while(yonder_text *t, bool (*is)(char c))
{
    while (t->len && is(*t->ptr))
        *t = yn_skip(*t, 1);
}

static bool accept(yonder_text *t, char c)
{
    bool is = t->len && *t->ptr == c;
    if (is)
        *t = yn_skip(*t, 1);
    return is;
}

// All up to the first byte that `stops`, or to the end.
static yonder_text take_until(yonder_text *t, bool (*stops)(char c))
{
    size_t n = 0;
    while (n < t->len && !stops(t->ptr[n]))
        n++;
    yonder_text taken = yn_slice(*t, 0, n);
    *t = yn_skip(*t, n);
    return taken;
}

static bool is_semicolon(char c)
{
    return c == ';';
}

// ---- tokens -------------------------------------------------------------------------------------

// The part up to the next ";" outside quotes. A quote that does not end takes the rest.
static yonder_text take_part(yonder_text *rest)
{
    size_t n = 0;
    for (bool quoted = false; n < rest->len && (quoted || rest->ptr[n] != ';'); n++) {
        if (rest->ptr[n] == '"')
            quoted = !quoted;
        else if (quoted && rest->ptr[n] == '\\' && n + 1 < rest->len)
            n++;
    }
    yonder_text part = yn_slice(*rest, 0, n);
    *rest = yn_skip(*rest, n < rest->len ? n + 1 : n);
    return yn_trim(part, " \t");
}

// What stands between two quotes: no third one, and nothing for the last "\" to stand before.
static bool unquote(yonder_text *value)
{
    if (value->len < 2 || value->ptr[value->len - 1] != '"')
        return false;
    *value = yn_slice(*value, 1, value->len - 1);
    for (size_t i = 0; i < value->len; i++)
        if (value->ptr[i] == '"' || (value->ptr[i] == '\\' && ++i == value->len))
            return false;
    return true;
}

static yn_hsts_scanned scan_tokens(yonder_text *rest, yn_hsts_directive *out)
{
    yonder_text part = {NULL, 0};
    while (rest->len && part.len == 0)
        part = take_part(rest);
    if (part.len == 0)
        return YN_HSTS_END;
    size_t equals = yn_find_char(part, '=');
    out->name = yn_trim(yn_slice(part, 0, equals), " \t");
    if (!yn_is_token(out->name))
        return YN_HSTS_BAD;
    out->has_value = equals < part.len;
    if (!out->has_value)
        return YN_HSTS_DIRECTIVE;
    out->value = yn_trim(yn_skip(part, equals + 1), " \t");
    out->quoted = out->value.len && *out->value.ptr == '"';
    bool max_age = yn_equal_nocase(out->name, YN_TEXT("max-age")); // whose value is looked at later
    bool good = out->quoted ? unquote(&out->value) : max_age || yn_is_token(out->value);
    return good ? YN_HSTS_DIRECTIVE : YN_HSTS_BAD;
}

// ---- lenient ------------------------------------------------------------------------------------

static bool is_no_token_byte(char c)
{
    return !yn_is_token((yonder_text){&c, 1});
}

// Up to the closing quote or a byte that may not stand in quotes.
static bool take_quoted(yonder_text *rest, yonder_text *value)
{
    size_t n = 0;
    for (; n < rest->len && rest->ptr[n] != '"'; n++) {
        unsigned char c = (unsigned char)rest->ptr[n];
        if (c == '\\' && n + 1 < rest->len && (unsigned char)rest->ptr[n + 1] < 0x80)
            n++;
        else if ((c < ' ' && c != '\t') || c >= 0x7F)
            return false;
    }
    *value = yn_slice(*rest, 0, n);
    *rest = yn_skip(*rest, n);
    return accept(rest, '"');
}

static yn_hsts_scanned scan_lenient(yonder_text *rest, yn_hsts_directive *out)
{
    if (rest->len == 0)
        return YN_HSTS_END;
    skip_while(rest, is_blank);
    out->name = take_until(rest, is_no_token_byte);
    skip_while(rest, is_blank);
    if (accept(rest, '=')) {
        out->has_value = true;
        skip_while(rest, is_blank);
        if (!accept(rest, '"'))
            out->value = take_until(rest, is_no_token_byte);
        else if (!take_quoted(rest, &out->value))
            return YN_HSTS_BAD;
        skip_while(rest, is_blank);
    }
    return rest->len == 0 || accept(rest, ';') ? YN_HSTS_DIRECTIVE : YN_HSTS_BAD;
}

// ---- prefixes -----------------------------------------------------------------------------------

static bool accept_word(yonder_text *rest, yonder_text word)
{
    bool is = rest->len >= word.len && yn_equal_nocase(yn_slice(*rest, 0, word.len), word);
    if (is)
        *rest = yn_skip(*rest, word.len);
    return is;
}

static bool is_no_digit(char c)
{
    return !yn_is_digit((unsigned char)c);
}

// The number after "max-age=".
static bool take_seconds(const yn_hsts_rules *rules, yonder_text *rest, yn_hsts_directive *out)
{
    uint64_t number;
    skip_while(rest, is_blank);
    bool quoted = accept(rest, '"');
    if (!rules->strict_names) {
        skip_while(rest, is_blank);
        accept(rest, '+');
    }
    yonder_text before = *rest;
    out->value = take_until(rest, is_no_digit);
    if (rules->strict_names && !yn_parse_number(out->value, INT64_MAX, &number))
        *rest = before; // one that is too large it does not pass over
    return !quoted || accept(rest, '"');
}

static bool take_max_age_name(const yn_hsts_rules *rules, yonder_text *rest)
{
    return accept_word(rest, rules->strict_names ? YN_TEXT("max-age") : YN_TEXT("max-age="));
}

static yn_hsts_scanned scan_prefixes(const yn_hsts_rules *rules, yonder_text *rest,
                                     yn_hsts_directive *out)
{
    if (rest->len == 0)
        return YN_HSTS_END;
    skip_while(rest, is_blank);
    if (take_max_age_name(rules, rest)) {
        out->name = YN_TEXT("max-age");
        out->has_value = true;
        if (rules->strict_names) {
            skip_while(rest, is_blank);
            if (!accept(rest, '='))
                return YN_HSTS_BAD;
        }
        if (!take_seconds(rules, rest, out))
            return YN_HSTS_BAD;
    } else if (accept_word(rest, YN_TEXT("includesubdomains"))) {
        out->name = YN_TEXT("includesubdomains");
    } else {
        // Passed over; but a bare "max-age" must not look like one.
        yonder_text name = yn_trim(take_until(rest, is_semicolon), " \t");
        if (yn_equal_nocase(name, YN_TEXT("preload")))
            out->name = name;
    }
    skip_while(rest, is_blank);
    accept(rest, ';');
    return YN_HSTS_DIRECTIVE;
}

// ---- parameters ---------------------------------------------------------------------------------

static bool ends_name(char c)
{
    return is_space(c) || c == '=' || c == ';';
}

static bool is_quote(char c)
{
    return c == '"';
}

static yonder_text without_spaces_after(yonder_text t)
{
    while (t.len && is_space(t.ptr[t.len - 1]))
        t.len--;
    return t;
}

// "name*=charset'language'value" (RFC 2231): takes off what is not name and value.
static void take_off_charset(yn_hsts_directive *d)
{
    size_t star = yn_find_char(d->name, '*');
    if (star == d->name.len)
        return;
    bool encoded = star + 1 == d->name.len ||
                   yn_find_char(yn_skip(d->name, star + 1), '*') < d->name.len - star - 1;
    d->name.len = star;
    for (size_t quote; encoded && (quote = yn_find_char(d->value, '\'')) < d->value.len;)
        d->value = yn_skip(d->value, quote + 1);
}

static bool take_parameter_value(yonder_text *rest, yn_hsts_directive *out)
{
    skip_while(rest, is_space);
    if (!accept(rest, '"')) {
        out->value = without_spaces_after(take_until(rest, is_semicolon));
    } else {
        out->value = take_until(rest, is_quote);
        if (!accept(rest, '"'))
            return false;
        take_until(rest, is_semicolon);
    }
    accept(rest, ';');
    return true;
}

static yn_hsts_scanned scan_parameters(yonder_text *rest, yn_hsts_directive *out)
{
    skip_while(rest, is_space);
    out->name = take_until(rest, ends_name);
    if (out->name.len == 0)
        return YN_HSTS_END;
    skip_while(rest, is_space);
    if (rest->len == 0 || accept(rest, ';'))
        return YN_HSTS_DIRECTIVE;
    if (!accept(rest, '=') || !take_parameter_value(rest, out))
        return YN_HSTS_END;
    out->has_value = true;
    take_off_charset(out);
    return YN_HSTS_DIRECTIVE;
}

yn_hsts_scanned yn_hsts_scan(const yn_hsts_rules *rules, yonder_text *rest, yn_hsts_directive *out)
{
    *out = (yn_hsts_directive){0};
    switch (rules->scanner) {
    case YN_HSTS_TOKENS:
        return scan_tokens(rest, out);
    case YN_HSTS_LENIENT:
        return scan_lenient(rest, out);
    case YN_HSTS_PREFIXES:
        return scan_prefixes(rules, rest, out);
    case YN_HSTS_PARAMETERS:
        return scan_parameters(rest, out);
    }
    return YN_HSTS_BAD;
}
