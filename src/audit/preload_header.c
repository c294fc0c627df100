// SPDX-License-Identifier: MIT
#include "audit/preload_header.h"

#include "base/text.h"
#include "trace/findings.h"

enum {
    max_age_len = 8, // of "max-age="
};

#define TEN_YEARS UINT64_C(315360000)

typedef struct reader {
    yn_preload_tell *tell;
    void *context;
    uint64_t told; // a bit for each code
    yn_preload_header header;
} reader;

static const yn_severity severities[] = {
#define SEVERITY_ROW(id, code, severity, summary, why) YN_SEVERITY_##severity,
    YN_CHROMIUM_CODES(SEVERITY_ROW)
#undef SEVERITY_ROW
};

bool yn_chromium_is_error(yn_chromium_code code)
{
    return severities[code] == YN_SEVERITY_ERROR;
}

static void tell(reader *r, yn_chromium_code code, yonder_text about)
{
    r->told |= UINT64_C(1) << code;
    r->tell(r->context, code, about);
}

static void tell_once(reader *r, yn_chromium_code code, yonder_text about)
{
    if (!(r->told >> code & 1))
        tell(r, code, about);
}

/* ---- Unicode, as far as ASCII words can meet it ------------------------------------------------
 */

// White space (the property White_Space) beyond ASCII, in UTF-8.
static const yonder_text spaces[] = {
    YN_TEXT_INIT("\xc2\x85"),     YN_TEXT_INIT("\xc2\xa0"),     YN_TEXT_INIT("\xe1\x9a\x80"),
    YN_TEXT_INIT("\xe2\x80\x80"), YN_TEXT_INIT("\xe2\x80\x81"), YN_TEXT_INIT("\xe2\x80\x82"),
    YN_TEXT_INIT("\xe2\x80\x83"), YN_TEXT_INIT("\xe2\x80\x84"), YN_TEXT_INIT("\xe2\x80\x85"),
    YN_TEXT_INIT("\xe2\x80\x86"), YN_TEXT_INIT("\xe2\x80\x87"), YN_TEXT_INIT("\xe2\x80\x88"),
    YN_TEXT_INIT("\xe2\x80\x89"), YN_TEXT_INIT("\xe2\x80\x8a"), YN_TEXT_INIT("\xe2\x80\xa8"),
    YN_TEXT_INIT("\xe2\x80\xa9"), YN_TEXT_INIT("\xe2\x80\xaf"), YN_TEXT_INIT("\xe2\x81\x9f"),
    YN_TEXT_INIT("\xe3\x80\x80"),
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t space_at_start(yonder_text t)
{
    if (t.len && is_space(t.ptr[0]))
        return 1;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (yn_starts_with(t, spaces[i]))
            return spaces[i].len;
    return 0;
}

static size_t space_at_end(yonder_text t)
{
    if (t.len && is_space(t.ptr[t.len - 1]))
        return 1;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (t.len >= spaces[i].len && yn_equal(yn_skip(t, t.len - spaces[i].len), spaces[i]))
            return spaces[i].len;
    return 0;
}

static yonder_text trim(yonder_text t)
{
    for (size_t n; (n = space_at_start(t));)
        t = yn_skip(t, n);
    for (size_t n; (n = space_at_end(t));)
        t.len -= n;
    return t;
}

// Letters beyond ASCII that are an ASCII letter in another case: to Unicode's simple folding, which
// Go's EqualFold goes by, or to its lower-case mapping, which ToLower goes by.
static const struct {
    yonder_text text;
    char letter;
    bool folds, lowers;
} letters[] = {
    {YN_TEXT_INIT("\xc5\xbf"), 's', true, false},    // U+017F
    {YN_TEXT_INIT("\xe2\x84\xaa"), 'k', true, true}, // U+212A
    {YN_TEXT_INIT("\xc4\xb0"), 'i', false, true},    // U+0130
};

// How many bytes at the start of `t` are this letter; 0 if none.
static size_t letter_at_start(yonder_text t, char letter, bool folding)
{
    if (t.len && yn_lower(t.ptr[0]) == letter)
        return 1;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].letter == letter && (folding ? letters[i].folds : letters[i].lowers) &&
            yn_starts_with(t, letters[i].text))
            return letters[i].text.len;
    return 0;
}

// Whether `t` begins with the word; equals it, with `whole`.
static bool is_word(yonder_text t, const char *word, bool whole)
{
    for (; *word; word++) {
        size_t n = letter_at_start(t, yn_lower(*word), whole);
        if (!n)
            return false;
        t = yn_skip(t, n);
    }
    return !whole || t.len == 0;
}

/* ---- directives --------------------------------------------------------------------------------
 */

// At most 2^64 - 1; zeros before it do not count.
static bool parse_seconds(yonder_text digits, uint64_t *out)
{
    return yn_parse_number(digits, UINT64_MAX, out);
}

static void read_max_age(reader *r, yonder_text directive)
{
    yonder_text digits = yn_skip(directive, max_age_len);
    uint64_t seconds;
    if (digits.len > 1 && digits.ptr[0] == '0')
        tell(r, YN_CR_LEADING_ZERO, directive);
    for (size_t i = 0; i < digits.len; i++)
        if (!yn_is_digit((unsigned char)digits.ptr[i])) {
            tell(r, YN_CR_NON_DIGIT, directive);
            return;
        }
    if (!parse_seconds(digits, &seconds)) {
        tell(r, YN_CR_PARSE_INT, directive);
        return;
    }
    if (r->header.has_max_age) {
        tell_once(r, YN_CR_REPEATED_MAX_AGE, directive);
        return;
    }
    r->header.has_max_age = true;
    r->header.max_age = seconds;
}

static void read_word(reader *r, bool *flag, yn_chromium_code repeated, yonder_text directive)
{
    if (*flag)
        tell_once(r, repeated, directive);
    *flag = true;
}

static void read_directive(reader *r, yonder_text d)
{
    if (is_word(d, "preload", true))
        read_word(r, &r->header.preload, YN_CR_REPEATED_PRELOAD, d);
    else if (is_word(d, "preload", false))
        tell_once(r, YN_CR_INVALID_PRELOAD, d);
    else if (is_word(d, "includesubdomains", true))
        read_word(r, &r->header.include_subdomains, YN_CR_REPEATED_SUBDOMAINS, d);
    else if (is_word(d, "includesubdomains", false))
        tell_once(r, YN_CR_INVALID_SUBDOMAINS, d);
    else if (is_word(d, "max-age=", false))
        read_max_age(r, d);
    else if (is_word(d, "max-age", false))
        tell_once(r, YN_CR_MAX_AGE_NO_VALUE, d);
    else if (d.len == 0)
        tell_once(r, YN_CR_EMPTY_DIRECTIVE, d);
    else
        tell(r, YN_CR_UNKNOWN_DIRECTIVE, d);
}

yn_preload_header yn_preload_header_parse(yonder_text value, yn_preload_tell *tell_to,
                                          void *context)
{
    reader r = {.tell = tell_to, .context = context};
    if (yn_find_char(value, ';') == value.len && trim(value).len == 0) {
        tell(&r, YN_CR_EMPTY, value);
        return r.header;
    }
    for (bool more = true; more;) {
        size_t end = yn_find_char(value, ';');
        read_directive(&r, trim(yn_slice(value, 0, end)));
        more = end < value.len;
        value = yn_skip(value, more ? end + 1 : end);
    }
    return r.header;
}

/* ---- what it is fit for ------------------------------------------------------------------------
 */

void yn_preload_header_eligible(yonder_text value, uint64_t min_age, yn_preload_tell *tell_to,
                                void *context)
{
    const yn_preload_header h = yn_preload_header_parse(value, tell_to, context);
    const yonder_text none = YN_TEXT("");
    if (!h.include_subdomains)
        tell_to(context, YN_CR_NO_SUBDOMAINS, none);
    if (!h.preload)
        tell_to(context, YN_CR_NO_PRELOAD, none);
    if (!h.has_max_age)
        tell_to(context, YN_CR_NO_MAX_AGE, none);
    else if (h.max_age == 0)
        tell_to(context, YN_CR_ZERO, none);
    else if (h.max_age < min_age)
        tell_to(context, min_age == YN_PRELOAD_18_WEEKS ? YN_CR_BELOW_18_WEEKS : YN_CR_BELOW_YEAR,
                none);
    else if (h.max_age > TEN_YEARS)
        tell_to(context, YN_CR_OVER_10_YEARS, none);
}

typedef struct only_errors {
    yn_preload_tell *tell;
    void *context;
} only_errors;

static void tell_error(void *context, yn_chromium_code code, yonder_text about)
{
    const only_errors *to = context;
    if (yn_chromium_is_error(code))
        to->tell(to->context, code, about);
}

void yn_preload_header_removable(yonder_text value, yn_preload_tell *tell_to, void *context)
{
    only_errors to = {tell_to, context};
    const yn_preload_header h = yn_preload_header_parse(value, tell_error, &to);
    if (h.preload)
        tell_to(context, YN_CR_CONTAINS_PRELOAD, YN_TEXT(""));
    if (!h.has_max_age)
        tell_to(context, YN_CR_REMOVABLE_NO_MAX_AGE, YN_TEXT(""));
}
