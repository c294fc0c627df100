// SPDX-License-Identifier: MIT
#include "report/html.h"

#include "base/text.h"
#include "base/utf8.h"

static const char *entity(uint32_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

// Characters without a look of their own, by which a text could pass for another.
static bool is_unseen(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } rows[] = {
        {0x00, 0x09},     {0x0B, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},
        {0x61C, 0x61C},   {0x180E, 0x180E}, {0x200B, 0x200F}, {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (c >= rows[i].first && c <= rows[i].last)
            return true;
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF); // no characters at all
}

void yn_html_put(yn_buf *out, yonder_text text)
{
    while (text.len) {
        uint32_t c;
        size_t taken = yn_utf8_decode(text, &c);
        const char *named = entity(c);
        if (named) {
            yn_buf_str(out, named);
        } else if (is_unseen(c)) {
            yn_buf_printf(out, "\\u{%X}", (unsigned)c);
        } else {
            char bytes[4];
            yn_buf_put(out, (yonder_text){bytes, yn_utf8_encode(bytes, c)});
        }
        text = yn_skip(text, taken);
    }
}
