// SPDX-License-Identifier: MIT
#include "rules/char_set.h"

#include "base/text.h"
#include "base/utf8.h"

static const yn_char_set full = {{UINT64_MAX, UINT64_MAX}, true};

static void add_one(yn_char_set *set, uint32_t c)
{
    if (c >= 0x80)
        set->beyond = true;
    else
        set->ascii[c / 64] |= UINT64_C(1) << c % 64;
}

static void add(yn_char_set *set, uint32_t c)
{
    add_one(set, c);
    if (c < 0x80) {
        add_one(set, (unsigned char)yn_lower((char)c));
        add_one(set, (unsigned char)yn_upper((char)c));
    }
    // Without regard to case, "k" and "s" have partners beyond ASCII, and those have them in it.
    if (c >= 0x80 || (c | 0x20) == 'k' || (c | 0x20) == 's') {
        set->beyond = true;
        if (c >= 0x80)
            for (const char *p = "KkSs"; *p; p++)
                add_one(set, (unsigned char)*p);
    }
}

static yn_char_set complement(yn_char_set set)
{
    // All beyond ASCII is one: some of it is out of every set.
    return (yn_char_set){{~set.ascii[0], ~set.ascii[1]}, true};
}

static bool is_in(char c, uint32_t byte)
{
    switch (c) {
    case 'd':
        return byte >= '0' && byte <= '9';
    case 'w':
        return yn_is_alpha((unsigned char)byte) || yn_is_digit((unsigned char)byte) || byte == '_';
    case 's':
        return byte == ' ' || (byte >= 9 && byte <= 13);
    case 'h':
        return byte == ' ' || byte == '\t';
    default: // 'v'
        return byte >= 10 && byte <= 13;
    }
}

// "\d", "\w", "\s", "\h", "\v", and the capitals that stand for all else. False for others.
static bool add_shorthand(yn_char_set *set, char c)
{
    yn_char_set it = {.beyond = c == 'h' || c == 'v'};
    if (!memchr("dwshvDWSHV", c, 10))
        return false;
    for (uint32_t byte = 0; byte < 0x80; byte++)
        if (is_in(yn_lower(c), byte))
            add_one(&it, byte);
    *set = yn_char_set_union(*set, c == yn_lower(c) ? it : complement(it));
    return true;
}

// The one character an escape like "\x20" or "\t" stands for, or -1.
static int escaped_char(yonder_text t)
{
    static const char names[] = "tnrfea", bytes[] = "\t\n\r\f\033\a";
    const char *name = memchr(names, t.ptr[1], sizeof names - 1);
    if (t.len == 2 && name)
        return bytes[name - names];
    if (t.len == 4 && t.ptr[1] == 'x' && yn_hex_value((unsigned char)t.ptr[2]) >= 0 &&
        yn_hex_value((unsigned char)t.ptr[3]) >= 0)
        return yn_hex_value((unsigned char)t.ptr[2]) * 16 + yn_hex_value((unsigned char)t.ptr[3]);
    return -1;
}

static yn_char_set of_escape(yonder_text t, bool *zero_width)
{
    yn_char_set set = {0};
    int c = t.len > 1 ? escaped_char(t) : -1;
    if (t.len < 2)
        return full;
    *zero_width = memchr("bBAzZGE", t.ptr[1], 7) != NULL;
    if (c >= 0)
        add(&set, (uint32_t)c);
    else if (!add_shorthand(&set, t.ptr[1]))
        return full;
    return set;
}

static yn_char_set of_text(yonder_text t)
{
    yn_char_set set = {0};
    for (uint32_t c; t.len;) {
        t = yn_skip(t, yn_utf8_decode(t, &c));
        add(&set, c);
    }
    return set;
}

// A character of a class at the start of `*t`; -1 for what is a set, added to `*set`. What is not
// understood makes that full.
static int take_member(yonder_text *t, yn_char_set *set)
{
    uint32_t c;
    if (*t->ptr == '[' && t->len > 1 && t->ptr[1] == ':') {
        size_t end = yn_find_char(*t, ']');
        *set = full;
        *t = yn_skip(*t, end < t->len ? end + 1 : end);
        return -1;
    }
    if (*t->ptr != '\\' || t->len < 2) {
        *t = yn_skip(*t, yn_utf8_decode(*t, &c));
        return (int)c;
    }
    yonder_text before = *t;
    yn_token token = yn_token_next(t);
    if (token.kind == YN_TOKEN_LITERAL)
        return yn_utf8_decode(token.text, &c), (int)c;
    int one = token.kind == YN_TOKEN_ESCAPE && token.text.len > 1 ? escaped_char(token.text) : -1;
    if (one >= 0)
        return one;
    if (token.kind == YN_TOKEN_QUOTE || !add_shorthand(set, before.ptr[1]))
        *set = full;
    return -1;
}

static yn_char_set of_class(yonder_text t)
{
    yn_char_set set = {0};
    bool negated = t.len > 1 && t.ptr[1] == '^', first = true;
    // What is taken out of all must not be too large: there, case counts.
    void (*put)(yn_char_set *, uint32_t) = negated ? add_one : add;
    t = yn_skip(t, negated ? 2 : 1);
    for (; t.len && (first || *t.ptr != ']'); first = false) {
        int low = take_member(&t, &set);
        int high = low;
        if (low >= 0 && t.len > 1 && t.ptr[0] == '-' && t.ptr[1] != ']') {
            t = yn_skip(t, 1);
            high = take_member(&t, &set);
            if (high < 0) { // "[a-\d]": three members
                put(&set, '-');
                high = low;
            }
        }
        for (int c = low; c >= 0 && c <= high && c < 0x80; c++)
            put(&set, (uint32_t)c);
        if (high >= 0x80)
            put(&set, (uint32_t)high);
    }
    if (negated)
        return yn_char_set_is_full(set) ? full : complement(set);
    return set;
}

yn_char_set yn_char_set_of(const yn_token *token, bool *zero_width)
{
    *zero_width = false;
    switch (token->kind) {
    case YN_TOKEN_LITERAL:
        return of_text(token->text);
    case YN_TOKEN_QUOTE:
        *zero_width = token->text.len == 0;
        return of_text(token->text);
    case YN_TOKEN_CLASS:
        return of_class(token->text);
    case YN_TOKEN_ESCAPE:
        return of_escape(token->text, zero_width);
    default:
        return full;
    }
}

bool yn_token_is_reference(const yn_token *token)
{
    yonder_text t = token->text;
    return token->kind == YN_TOKEN_ESCAPE && t.len > 1 &&
           ((t.ptr[1] >= '1' && t.ptr[1] <= '9') || t.ptr[1] == 'g' || t.ptr[1] == 'k');
}
