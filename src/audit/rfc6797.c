// SPDX-License-Identifier: MIT
#include "audit/rfc6797.h"

#include "base/text.h"

enum {
    names_max = 64, // directives whose names are compared with each other
};

#define BLANKS " \t\r\n"

typedef struct directive {
    yonder_text name, value;
    bool has_value, quoted;
} directive;

// A quoted-string at the start of `t`: its length with the quotes, or 0.
static size_t quoted_length(yonder_text t)
{
    for (size_t i = 1; i < t.len; i++) {
        if (t.ptr[i] == '"')
            return i + 1;
        if (t.ptr[i] == '\\')
            i++;
        if (i < t.len && ((unsigned char)t.ptr[i] < ' ' && t.ptr[i] != '\t'))
            return 0;
    }
    return 0;
}

static size_t token_length(yonder_text t)
{
    size_t len = 0;
    while (len < t.len && yn_is_token(yn_slice(t, len, len + 1)))
        len++;
    return len;
}

static yonder_text skip_blanks(yonder_text t)
{
    while (t.len && strchr(BLANKS, t.ptr[0]) && t.ptr[0])
        t = yn_skip(t, 1);
    return t;
}

// Takes a directive off the start of `*rest`, up to the semicolon or the end.
static bool take(yonder_text *rest, directive *out)
{
    yonder_text t = *rest;
    *out = (directive){.name = yn_slice(t, 0, token_length(t))};
    t = skip_blanks(yn_skip(t, out->name.len));
    if (t.len && t.ptr[0] == '=') {
        t = skip_blanks(yn_skip(t, 1));
        out->has_value = true;
        out->quoted = t.len && t.ptr[0] == '"';
        size_t len = out->quoted ? quoted_length(t) : token_length(t);
        if (!len)
            return false;
        out->value = out->quoted ? yn_slice(t, 1, len - 1) : yn_slice(t, 0, len);
        t = skip_blanks(yn_skip(t, len));
    }
    *rest = t;
    return out->name.len && (t.len == 0 || t.ptr[0] == ';');
}

// Digits and nothing else, of whatever size.
static bool parse_seconds(yonder_text t, uint64_t *out)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_digit((unsigned char)t.ptr[i]))
            return false;
    if (!yn_parse_number(t, UINT64_MAX, out))
        *out = UINT64_MAX;
    return t.len > 0;
}

static yonder_hsts_reading note(const directive *d, bool *has_max_age, yn_sts_grammar *out)
{
    if (yn_equal_nocase(d->name, YN_TEXT("max-age"))) {
        if (!parse_seconds(d->value, &out->max_age))
            return YONDER_HSTS_BAD_MAX_AGE;
        *has_max_age = true;
    } else if (yn_equal_nocase(d->name, YN_TEXT("includeSubDomains"))) {
        if (d->has_value)
            return YONDER_HSTS_UNEXPECTED_VALUE;
        out->include_subdomains = true;
    }
    return YONDER_HSTS_VALID;
}

static yonder_hsts_reading read_all(yonder_text rest, yn_sts_grammar *out)
{
    yonder_text names[names_max];
    size_t count = 0;
    bool has_max_age = false;
    directive d;
    for (rest = skip_blanks(rest); rest.len; rest = skip_blanks(rest)) {
        if (rest.ptr[0] == ';') { // directives may be empty
            rest = yn_skip(rest, 1);
            continue;
        }
        if (!take(&rest, &d))
            return YONDER_HSTS_SYNTAX;
        for (size_t i = 0; i < count; i++)
            if (yn_equal_nocase(names[i], d.name))
                return YONDER_HSTS_REPEATED;
        if (count < names_max)
            names[count++] = d.name;
        yonder_hsts_reading reading = note(&d, &has_max_age, out);
        if (reading != YONDER_HSTS_VALID)
            return reading;
    }
    return has_max_age ? YONDER_HSTS_VALID : YONDER_HSTS_NO_MAX_AGE;
}

yn_sts_grammar yn_rfc6797_read(yonder_text value)
{
    yn_sts_grammar out = {0};
    out.reading = read_all(value, &out);
    return out;
}
