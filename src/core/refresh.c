// SPDX-License-Identifier: MIT
// The shared declarative refresh steps of the HTML standard, up to the point where the page waits.
#include "core/refresh.h"

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

static bool has_digit(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (yn_is_digit((unsigned char)t.ptr[i]))
            return true;
    return false;
}

// Whether the client takes the time, which the standard does, and which is written `written`.
static bool is_taken(const yonder_client *client, yonder_text written, int64_t seconds)
{
    if (!client)
        return true;
    return (has_digit(written) || !client->refresh_needs_digit) &&
           (seconds <= client->refresh_limit || client->refresh_limit == 0);
}

static bool take_time_of(const yonder_client *client, yonder_text *t, int64_t *seconds)
{
    skip_spaces(t);
    yonder_text written = *t;
    if (!take_time(t, seconds))
        return false;
    return is_taken(client, yn_slice(written, 0, written.len - t->len), *seconds);
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

// Where the rest of a value, `t`, leads.
static int read_url(const yonder_client *client, yonder_text t, yonder_refresh_source source,
                    const yonder_url *document, const yonder_url *base, const yonder_mem *mem,
                    yonder_url *out)
{
    if (t.len == 0)
        return yonder_url_copy(out, document, mem);
    yonder_url url;
    int error = parse(url_of(t), source, base ? base : document, mem, &url);
    if (error)
        return error;
    if (client && client->spelling)
        error = yn_spell(client->spelling, mem, &url);
    if (error)
        yonder_url_free(&url, mem);
    else
        *out = url;
    return error;
}

int yn_refresh_read(const yonder_client *client, yonder_text value, yonder_refresh_source source,
                    const yonder_url *document, const yonder_url *base, const yonder_mem *mem,
                    yonder_refresh *out)
{
    yonder_refresh refresh;
    if (!take_time_of(client, &value, &refresh.seconds) || !take_separator(&value))
        return 0;
    int error = read_url(client, value, source, document, base, mem, &refresh.url);
    if (error)
        return error == YONDER_INVALID_URL ? 0 : error;
    if (yn_equal(yonder_url_get(&refresh.url, YONDER_URL_PROTOCOL), YN_TEXT("javascript:"))) {
        yonder_url_free(&refresh.url, mem);
        return 0;
    }
    *out = refresh;
    return 1;
}

int yonder_refresh_read(yonder_text value, yonder_refresh_source source, const yonder_url *document,
                        const yonder_url *base, const yonder_mem *mem, yonder_refresh *out)
{
    return yn_refresh_read(NULL, value, source, document, base, mem, out);
}
