// SPDX-License-Identifier: MIT
// How text looks on a terminal: colour, width, and bytes that must not get there.
#ifndef YN_REPORT_STYLE_H
#define YN_REPORT_STYLE_H

#include <stdio.h>

#include "base/buf.h"

typedef enum yn_colour {
    YN_COLOUR_AUTO, /**< on a terminal, unless NO_COLOR is set or TERM is "dumb" */
    YN_COLOUR_ALWAYS,
    YN_COLOUR_NEVER,
} yn_colour;

typedef struct yn_style {
    bool colour;
    unsigned width; /**< columns; 0 for no limit, as when the output is no terminal */
} yn_style;

/** The style for output to `stream`; looks at the stream and the environment. */
yn_style yn_style_for(FILE *stream, yn_colour colour);

typedef enum yn_look {
    YN_PLAIN,
    YN_BOLD,
    YN_DIM,
    YN_GOOD,
    YN_NOTICE,
    YN_BAD,
} yn_look;

/** Between the two, text has that look; without colour neither writes anything. */
void yn_look_begin(yn_buf *out, const yn_style *style, yn_look look);
void yn_look_end(yn_buf *out, const yn_style *style, yn_look look);

/** Writes text that came from elsewhere: what is not printable ASCII, and the backslash, as \xNN,
 *  so that no byte of it can steer the terminal. */
void yn_put_untrusted(yn_buf *out, yonder_text t);

/** How many columns trusted UTF-8 takes, one a code point. */
size_t yn_columns(yonder_text t);

/** Writes trusted text with a line break wherever a word would go beyond column `width`. The cursor
 *  stands at column `at`; the lines after the first are indented. No line end after the last. */
void yn_put_wrapped(yn_buf *out, const char *text, size_t at, size_t indent, size_t width);

void yn_put_spaces(yn_buf *out, size_t count);

#endif
