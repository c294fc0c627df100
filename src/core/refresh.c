// SPDX-License-Identifier: MIT
// The shared declarative refresh steps of the HTML standard, up to the point where the page waits.
#include <yonder/refresh.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/utf8.h"

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static void skip_spaces(yonder_text *t)
{
    while (t->len && is_space(t->ptr[0]))
        *t = yn_skip(*t, 1);
}

// Takes `letter`, in lower case, off the front in either case.
static bool take(yonder_text *t, char letter)
{
    if (t->len == 0 || yn_lower(t->ptr[0]) != letter)
        return false;
    *t = yn_skip(*t, 1);
    return true;
}

// Steps 3 to 8: digits, of which there may be none before a full stop, and a fraction nobody heeds.
static bool take_time(yonder_text *t, int64_t *seconds)
{
    size_t digits = 0;
    uint64_t n;
    skip_spaces(t);
    while (digits < t->len && yn_is_digit((unsigned char)t->ptr[digits]))
        digits++;
    if (digits == 0 && (t->len == 0 || t->ptr[0] != '.'))
        return false;
    *seconds = 0;
    if (digits)
        *seconds = yn_parse_number(yn_slice(*t, 0, digits), INT64_MAX, &n) ? (int64_t)n : INT64_MAX;
    *t = yn_skip(*t, digits);
    while (t->len && (yn_is_digit((unsigned char)t->ptr[0]) || t->ptr[0] == '.'))
        *t = yn_skip(*t, 1);
    return true;
}

// Step 10: what may stand between time and URL. False where something else does.
static bool take_separator(yonder_text *t)
{
    if (t->len == 0)
        return true;
    if (!is_space(t->ptr[0]) && t->ptr[0] != ';' && t->ptr[0] != ',')
        return false;
    skip_spaces(t);
    if (!take(t, ';'))
        (void)take(t, ',');
    skip_spaces(t);
    return true;
}

static yonder_text without_quotes(yonder_text t)
{
    if (t.len == 0 || (t.ptr[0] != '"' && t.ptr[0] != '\''))
        return t;
    char quote = t.ptr[0];
    t = yn_skip(t, 1);
    return yn_slice(t, 0, yn_find_char(t, quote));
}

// Step 11: "url=" is left out, and quotes only where it stood or where there is no "u" at all.
static yonder_text url_of(yonder_text t)
{
    yonder_text rest = t;
    if (!take(&rest, 'u'))
        return without_quotes(t);
    if (!take(&rest, 'r') || !take(&rest, 'l'))
        return t;
    skip_spaces(&rest);
    if (!take(&rest, '='))
        return t;
    skip_spaces(&rest);
    return without_quotes(rest);
}

// Infra standard, isomorphic decode, into UTF-8.
static void decode(yn_buf *out, yonder_text bytes)
{
    char utf8[4];
    for (size_t i = 0; i < bytes.len; i++)
        yn_buf_put(out, (yonder_text){utf8, yn_utf8_encode(utf8, (unsigned char)bytes.ptr[i])});
}

static int parse(yonder_text url, yonder_refresh_source source, const yonder_url *base,
                 const yonder_mem *mem, yonder_url *out)
{
    if (source == YONDER_REFRESH_META)
        return yonder_url_parse(out, url, base, mem);
    yn_buf decoded = yn_buf_make(YONDER_URL_MAX, mem);
    decode(&decoded, url);
    int error = decoded.error;
    if (!error)
        error = yonder_url_parse(out, yn_buf_text(&decoded), base, mem);
    yn_buf_free(&decoded);
    return error;
}

int yonder_refresh_read(yonder_text value, yonder_refresh_source source, const yonder_url *document,
                        const yonder_url *base, const yonder_mem *mem, yonder_refresh *out)
{
    yonder_refresh refresh;
    if (!take_time(&value, &refresh.seconds) || !take_separator(&value))
        return 0;
    int error = value.len ? parse(url_of(value), source, base ? base : document, mem, &refresh.url)
                          : yonder_url_copy(&refresh.url, document, mem);
    if (error)
        return error == YONDER_INVALID_URL ? 0 : error;
    if (yn_equal(yonder_url_get(&refresh.url, YONDER_URL_PROTOCOL), YN_TEXT("javascript:"))) {
        yonder_url_free(&refresh.url, mem);
        return 0;
    }
    *out = refresh;
    return 1;
}
