// SPDX-License-Identifier: MIT
#include "lists/base64.h"

#include "base/text.h"

enum {
    likely_length = 64,
};

static int value_of(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool yn_base64_likely(yonder_text text)
{
    size_t start = 0, len = 0;
    while (start < text.len && is_blank(text.ptr[start]))
        start++;
    while (start + len < text.len && len < likely_length &&
           value_of((unsigned char)text.ptr[start + len]) >= 0)
        len++;
    return len == likely_length;
}

// Where the first byte stands from `at` on that is not blank.
static size_t next(yonder_text text, size_t at)
{
    while (at < text.len && is_blank(text.ptr[at]))
        at++;
    return at;
}

// The last group: `count` of its digits have been read, `at` is what ended them.
static int end_group(yonder_text text, size_t at, uint32_t group, unsigned count, yn_buf *out,
                     size_t *bad)
{
    *bad = at;
    if (count < 2 || (group & (count == 2 ? 0xF : 0x3)) != 0)
        return YONDER_INVALID_ARGUMENT;
    for (unsigned padding = count; padding < 4; padding++, at = next(text, at + 1))
        if (at >= text.len || text.ptr[at] != '=') {
            *bad = at;
            return YONDER_INVALID_ARGUMENT;
        }
    if (at < text.len) {
        *bad = at;
        return YONDER_INVALID_ARGUMENT;
    }
    yn_buf_char(out, (char)(group >> (count == 2 ? 4 : 10)));
    if (count == 3)
        yn_buf_char(out, (char)(group >> 2));
    return out->error;
}

int yn_base64_decode(yonder_text text, yn_buf *out, size_t *bad)
{
    uint32_t group = 0;
    unsigned count = 0;
    for (size_t at = next(text, 0); at < text.len; at = next(text, at + 1)) {
        int value = value_of((unsigned char)text.ptr[at]);
        if (value < 0)
            return end_group(text, at, group, count, out, bad);
        group = group << 6 | (uint32_t)value;
        if (++count == 4) {
            yn_buf_char(out, (char)(group >> 16));
            yn_buf_char(out, (char)(group >> 8));
            yn_buf_char(out, (char)group);
            group = count = 0;
        }
    }
    return count ? end_group(text, text.len, group, count, out, bad) : out->error;
}

void yn_base64_encode(yonder_text bytes, yn_buf *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (; bytes.len; bytes = yn_skip(bytes, bytes.len < 3 ? bytes.len : 3)) {
        unsigned group = 0;
        for (size_t i = 0; i < 3; i++)
            group = group << 8 | (i < bytes.len ? (unsigned char)bytes.ptr[i] : 0);
        for (size_t i = 0; i < 4; i++)
            yn_buf_char(out, i <= bytes.len ? digits[group >> (18 - 6 * i) & 63] : '=');
    }
}
