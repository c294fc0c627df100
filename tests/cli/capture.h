// SPDX-License-Identifier: MIT
// What a function writes to stdout or stderr, as text; and text for it to read from stdin.
#ifndef YN_TESTS_CLI_CAPTURE_H
#define YN_TESTS_CLI_CAPTURE_H

#include "test.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct capture {
    FILE *stream;
    FILE *file;
    int saved;
} capture;

static inline capture capture_begin(FILE *stream)
{
    fflush(stream);
    capture c = {stream, tmpfile(), dup(fileno(stream))};
    assert_true(c.file && c.saved >= 0);
    assert_true(dup2(fileno(c.file), fileno(stream)) >= 0);
    return c;
}

/** Ends the capture. The text is NUL-terminated, and the caller's to free(). */
static inline char *capture_end(capture *c)
{
    fflush(c->stream);
    dup2(c->saved, fileno(c->stream));
    close(c->saved);
    off_t size = lseek(fileno(c->file), 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(pread(fileno(c->file), text, (size_t)size, 0), size);
    fclose(c->file);
    return text;
}

/** Stdin reads `text` from now on. */
static inline void feed_stdin(yonder_text text)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
    rewind(file);
    assert_true(dup2(fileno(file), STDIN_FILENO) >= 0);
    lseek(STDIN_FILENO, 0, SEEK_SET);
    fclose(file);
}

#endif
