// SPDX-License-Identifier: MIT
// Lines about a site: which there are, and writing them. Reading is in site_read.c.
#include "rules/site.h"

#include "base/text.h"
#include "rules/query.h"
#include "rules/site_words.h"

static const yonder_text words[YN_SITE_COUNT] = {
#define SITE_WORD(name, word) YN_TEXT_INIT(word),
    YN_SITE_LINES(SITE_WORD)
#undef SITE_WORD
};

yn_site_line yn_site_find(yonder_text word)
{
    yn_site_line line = 0;
    while (line < YN_SITE_COUNT && !yn_equal(words[line], word))
        line++;
    return line;
}

const yn_site_status yn_site_statuses[YN_SITE_STATUSES] = {
    {"permanent", 308, false}, {"temporary", 307, false}, {"308", 308, false},
    {"307", 307, false},       {"302", 302, true},        {"301", 301, true},
};

// ---- writing ------------------------------------------------------------------------------------

static void write_status(yn_buf *out, unsigned status)
{
    for (size_t i = 0; i < YN_SITE_STATUSES; i++) {
        if (yn_site_statuses[i].status == status) {
            yn_buf_str(out, yn_site_statuses[i].word);
            return;
        }
    }
}

// A field's value as words: "a; b" and "a, b" lose what is between them.
static void write_words(yn_buf *out, yonder_text value, char separator)
{
    bool quoted = false;
    for (size_t i = 0; i < value.len; i++) {
        quoted = quoted != (value.ptr[i] == '"');
        if (quoted || value.ptr[i] != separator)
            yn_buf_char(out, value.ptr[i]);
    }
}

static void write_maintenance(yn_buf *out, const yn_site_value *value)
{
    if (value->text.len)
        yn_buf_put(out, value->text);
    else
        yn_buf_str(out, "on");
    if (value->seconds)
        yn_buf_printf(out, " retry-after=%u", (unsigned)value->seconds);
}

static bool is_plain(unsigned char c)
{
    return yn_is_alpha(c) || yn_is_digit(c) || strchr("-._~*,:@!$'()/[]", c) != NULL;
}

static void write_query(yn_buf *out, const yn_site_value *value)
{
    if (value->drop || value->text.len == 0) {
        yn_buf_str(out, value->drop ? "drop" : "pass");
        return;
    }
    yn_buf_str(out, "ignore=");
    for (size_t i = 0; i < value->text.len; i++) {
        unsigned char c = (unsigned char)value->text.ptr[i];
        if (c && is_plain(c))
            yn_buf_char(out, (char)c);
        else
            yn_buf_printf(out, "%%%02X", c);
    }
}

static void write_value(yn_buf *out, yn_site_line line, const yn_site_value *value)
{
    switch (line) {
    case YN_SITE_HTTPS:
    case YN_SITE_HTTP10:
        write_status(out, value->status);
        break;
    case YN_SITE_HSTS:
        write_words(out, value->text, ';');
        break;
    case YN_SITE_CANONICAL:
        yn_buf_put(out, value->text);
        break;
    case YN_SITE_MAINTENANCE:
        write_maintenance(out, value);
        break;
    case YN_SITE_QUERY:
        write_query(out, value);
        break;
    case YN_SITE_SLASH:
    case YN_SITE_CASE:
        yn_buf_str(out, value->ignore ? "ignore" : "exact");
        break;
    case YN_SITE_CACHE:
        write_words(out, value->text, ',');
        break;
    case YN_SITE_COUNT:
        break;
    }
}

void yn_site_write(yn_buf *out, yn_site_line line, const yn_site_value *value)
{
    yn_buf_put(out, words[line]);
    yn_buf_char(out, ' ');
    if (value->off)
        yn_buf_str(out, "off");
    else
        write_value(out, line, value);
}

// ---- query parameters ---------------------------------------------------------------------------

// Whether what `name` stands for starts with the bytes of `start`.
static bool begins(yonder_text name, yonder_text start)
{
    size_t at = 0;
    for (size_t i = 0; i < start.len; i++)
        if (at == name.len || yn_query_byte(name, &at) != start.ptr[i])
            return false;
    return true;
}

bool yn_site_ignores(yonder_text names, yonder_text name)
{
    while (names.len) {
        size_t end = yn_find_char(names, ',');
        yonder_text one = yn_slice(names, 0, end);
        bool open = end && one.ptr[end - 1] == '*';
        one.len -= open;
        if (open ? begins(name, one) : yn_query_is(name, one))
            return true;
        names = yn_skip(names, end < names.len ? end + 1 : end);
    }
    return false;
}
