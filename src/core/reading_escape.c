// SPDX-License-Identifier: MIT
#include "core/reading_escape.h"

#include "base/text.h"
#include "base/utf8.h"
#include "core/percent.h"

size_t yn_find_any(yonder_text t, const char *set)
{
    size_t i = 0;
    while (i < t.len && !(t.ptr[i] && strchr(set, t.ptr[i])))
        i++;
    return i;
}

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7F;
}

// RFC 3986 section 2.3.
static bool is_unreserved(unsigned char c)
{
    return yn_is_alpha(c) || yn_is_digit(c) || (c && strchr("-._~", c));
}

static bool is_escape(yonder_text t, size_t at)
{
    char byte;
    return yn_percent_decode_at(t, at, &byte);
}

static bool has_bad_percent(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '%' && !is_escape(t, i))
            return true;
    return false;
}

// ---- what is removed or refused -----------------------------------------------------------------

static bool is_utf8(yonder_text t)
{
    while (t.len) {
        uint32_t code_point;
        size_t n = yn_utf8_decode(t, &code_point);
        if (code_point == 0xFFFD && !yn_starts_with(t, YN_TEXT("\xEF\xBF\xBD")))
            return false;
        t = yn_skip(t, n);
    }
    return true;
}

int yn_reading_clean(const yn_reading *r, yonder_text value, yn_buf *out)
{
    if (r->utf8_only && !is_utf8(value))
        return YONDER_INVALID_URL;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool refused = is_control((unsigned char)c) && r->controls == YN_CONTROLS_REFUSED;
        if (r->controls == YN_CONTROLS_AND_SPACES_REFUSED)
            refused = c == ' ' || is_control((unsigned char)c);
        if (refused)
            return YONDER_INVALID_URL;
        if (!(r->controls == YN_CONTROLS_TAB_REMOVED && (c == '\t' || c == '\n' || c == '\r')))
            yn_buf_char(out, c);
    }
    return out->error;
}

// ---- what is escaped ----------------------------------------------------------------------------

void yn_reading_escape_byte(const yn_reading *r, unsigned char c, yn_buf *out)
{
    const char *digits = r->lower_hex ? "0123456789abcdef" : "0123456789ABCDEF";
    yn_buf_char(out, '%');
    yn_buf_char(out, digits[c >> 4]);
    yn_buf_char(out, digits[c & 15]);
}

void yn_reading_decode_unreserved(yonder_text host, yn_buf *out)
{
    for (size_t i = 0; i < host.len; i++) {
        char byte = host.ptr[i];
        if (yn_percent_decode_at(host, i, &byte) && is_unreserved((unsigned char)byte))
            i += 2;
        else
            byte = host.ptr[i];
        yn_buf_char(out, byte);
    }
}

// requests asks whether two letters or digits follow, and then whether they are hex.
bool yn_reading_escapes_all(const yn_reading *r, yonder_text t)
{
    if (r->bad_percent != YN_PERCENT_ALL_ESCAPED)
        return false;
    for (size_t i = 0; i + 2 < t.len; i++) {
        unsigned char a = (unsigned char)t.ptr[i + 1], b = (unsigned char)t.ptr[i + 2];
        if (t.ptr[i] == '%' && (yn_is_alpha(a) || yn_is_digit(a)) &&
            (yn_is_alpha(b) || yn_is_digit(b)) && !is_escape(t, i))
            return true;
    }
    return false;
}

// Go: a path none of whose bytes needs escaping stays; any other is encoded from scratch.
static int put_path_anew(yn_buf *out, const yn_reading *r, yonder_text t)
{
    bool fine = true;
    for (size_t i = 0; i < t.len && fine; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        fine = is_unreserved(c) || (c && strchr("!$&'()*+,;=:@[]/%", c));
    }
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        if (!fine && yn_percent_decode_at(t, i, &c))
            i += 2;
        if (fine || is_unreserved((unsigned char)c) || (c && strchr("$&+,/:;=@", c)))
            yn_buf_char(out, c);
        else
            yn_reading_escape_byte(r, (unsigned char)c, out);
    }
    return out->error;
}

// "%xx" at `at`, as this client writes it.
static void put_escape(yn_buf *out, const yn_reading *r, yonder_text t, size_t at)
{
    char byte;
    (void)yn_percent_decode_at(t, at, &byte);
    if (r->decodes_unreserved && is_unreserved((unsigned char)byte)) {
        yn_buf_char(out, byte);
        return;
    }
    for (size_t i = at; i < at + 3; i++)
        yn_buf_char(out, r->upper_escapes ? yn_upper(t.ptr[i]) : t.ptr[i]);
}

static int put_escaped(yn_buf *out, const yn_reading *r, yonder_text t, bool all_percents)
{
    bool in_query = false;
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        bool escape = is_escape(t, i);
        bool bad_percent =
            c == '%' && (all_percents || (r->bad_percent == YN_PERCENT_ESCAPED && !escape));
        if (escape && !all_percents) {
            put_escape(out, r, t, i);
            i += 2;
        } else if (c == ' ' && in_query && r->plus_for_space) {
            yn_buf_char(out, '+');
        } else if (c <= ' ' || c >= 0x7F || bad_percent || (r->escaped && strchr(r->escaped, c))) {
            yn_reading_escape_byte(r, c, out);
        } else {
            yn_buf_char(out, (char)c);
        }
        in_query = in_query || c == '?';
    }
    return out->error;
}

int yn_reading_escape(const yn_reading *r, yonder_text t, bool all_percents, yn_buf *out)
{
    size_t end = r->path_only ? yn_find_any(t, "?#") : t.len;
    yonder_text rest = yn_skip(t, end);
    t.len = end;
    if (r->bad_percent == YN_PERCENT_REFUSED &&
        (has_bad_percent(t) || has_bad_percent(yn_skip(rest, yn_find_char(rest, '#')))))
        return YONDER_INVALID_URL;
    int error = r->path_anew ? put_path_anew(out, r, t) : put_escaped(out, r, t, all_percents);
    yn_buf_put(out, rest);
    return error ? error : out->error;
}

void yn_reading_put_part(const yn_reading *r, yonder_text t, yn_buf *out)
{
    bool again = r->bad_percent == YN_PERCENT_ALL_ESCAPED && has_bad_percent(t);
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if ((again && c == '%') || (c && r->escaped_last && strchr(r->escaped_last, c)))
            yn_reading_escape_byte(r, c, out);
        else
            yn_buf_char(out, (char)c);
    }
}
