// SPDX-License-Identifier: MIT
#include "report/style.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

static bool wants_colour(yn_colour colour, bool terminal)
{
    if (colour != YN_COLOUR_AUTO)
        return colour == YN_COLOUR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return terminal && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

yn_style yn_style_for(FILE *stream, yn_colour colour)
{
    int fd = fileno(stream);
    bool terminal = isatty(fd) == 1;
    struct winsize size = {0};
    yn_style style = {.colour = wants_colour(colour, terminal)};
    if (terminal && ioctl(fd, TIOCGWINSZ, &size) == 0)
        style.width = size.ws_col;
    return style;
}

void yn_look_begin(yn_buf *out, const yn_style *style, yn_look look)
{
    static const char *const codes[] = {"",         "\033[1m",  "\033[2m",
                                        "\033[32m", "\033[33m", "\033[31m"};
    if (style->colour)
        yn_buf_str(out, codes[look]);
}

void yn_look_end(yn_buf *out, const yn_style *style, yn_look look)
{
    if (style->colour && look != YN_PLAIN)
        yn_buf_put(out, YN_TEXT("\033[0m"));
}

void yn_put_untrusted(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c < 0x20 || c > 0x7E || c == '\\')
            yn_buf_printf(out, "\\x%02X", c);
        else
            yn_buf_char(out, (char)c);
    }
}

size_t yn_columns(yonder_text t)
{
    size_t n = 0;
    for (size_t i = 0; i < t.len; i++)
        n += ((unsigned char)t.ptr[i] & 0xC0) != 0x80;
    return n;
}

void yn_put_spaces(yn_buf *out, size_t count)
{
    while (count--)
        yn_buf_char(out, ' ');
}

void yn_put_wrapped(yn_buf *out, const char *text, size_t at, size_t indent, size_t width)
{
    for (bool first = true; *text; first = false) {
        size_t len = strcspn(text, " ");
        yonder_text word = {text, len};
        if (!first && at + 1 + yn_columns(word) > width) {
            yn_buf_char(out, '\n');
            yn_put_spaces(out, indent);
            at = indent;
        } else if (!first) {
            yn_buf_char(out, ' ');
            at++;
        }
        yn_buf_put(out, word);
        at += yn_columns(word);
        text += len + (text[len] == ' ');
    }
}
