// SPDX-License-Identifier: MIT
#include "cli/batch.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "cli/cli.h"

enum {
    line_max = 1 << 28,
    output_max = 1 << 28,
    read_size = 1 << 16,
};

// An arena as a yonder_mem: freeing is a no-op, and a resized block is copied. Its true size is
// kept before it.
static void *arena_resize(void *context, void *ptr, size_t size)
{
    if (size == 0)
        return NULL;
    size_t *old = ptr ? (size_t *)ptr - 2 : NULL;
    if (old && *old >= size)
        return ptr;
    size_t *block = yn_arena_alloc(context, size + 2 * sizeof *block);
    if (!block)
        return NULL;
    *block = size;
    if (old)
        memcpy(block + 2, ptr, *old);
    return block + 2;
}

// Whether \uDXYZ stands at `p`, with X from `first` to `last`: 8 to B a high surrogate, C to F a
// low.
static bool is_surrogate(const char *p, const char *end, int first, int last)
{
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u' || (p[2] | 0x20) != 'd')
        return false;
    int x = yn_hex_value((unsigned char)p[3]);
    return x >= first && x <= last && yn_hex_value((unsigned char)p[4]) >= 0 &&
           yn_hex_value((unsigned char)p[5]) >= 0;
}

// JavaScript writes strings with lone surrogates, jansson refuses them. They become U+FFFD, which
// is what conversion to a USVString makes of them.
static void mend_lone_surrogates(char *line, size_t len)
{
    char *end = line + len;
    for (char *p = line; p < end;) {
        bool high = is_surrogate(p, end, 0x8, 0xB);
        if (high && is_surrogate(p + 6, end, 0xC, 0xF)) {
            p += 12;
        } else if (high || is_surrogate(p, end, 0xC, 0xF)) {
            memcpy(p + 2, "fffd", 4);
            p += 6;
        } else {
            p += *p == '\\' && p + 1 < end ? 2 : 1;
        }
    }
}

static const char *answer_line(yn_batch_fn *answer, void *context, char *line, size_t len,
                               yn_json *out, const yonder_mem *mem)
{
    json_error_t error;
    mend_lone_surrogates(line, len);
    json_t *input = json_loadb(line, len, JSON_ALLOW_NUL, &error);
    const char *message;
    if (!input) {
        yn_buf text = yn_buf_make(1024, mem);
        yn_buf_printf(&text, "not JSON: column %d: %s", error.column, error.text);
        yn_buf_char(&text, '\0');
        return text.error ? "not JSON" : text.ptr;
    }
    if (json_is_object(input))
        message = answer(context, input, out, mem);
    else
        message = "not a JSON object";
    json_decref(input);
    return message;
}

// Returns whether the line was in error.
static bool one_line(yn_batch_fn *answer, void *context, char *line, size_t len, yn_buf *buf)
{
    yn_arena arena = yn_arena_make(NULL);
    const yonder_mem mem = {arena_resize, &arena};
    buf->len = 0;
    yn_json out = yn_json_make(buf, false);
    yn_json_object(&out, NULL);
    const char *message = answer_line(answer, context, line, len, &out, &mem);
    if (message) {
        buf->len = 0;
        out = yn_json_make(buf, false);
        yn_json_object(&out, NULL);
        yn_json_str(&out, "error", message);
    }
    yn_json_object_end(&out);
    yn_buf_char(buf, '\n');
    yn_arena_free(&arena);
    return message != NULL;
}

// Standard input by lines. getline() would not let us see when it is about to wait.
typedef struct reader {
    yn_buf buf;
    size_t at;      // the next line begins here
    size_t scanned; // no line end stands from `at` to here
    bool ended;
    int error; // an errno
} reader;

// Reads once, at the end of what is there; the line begun moves to the front.
static void read_more(reader *r)
{
    if (r->at) {
        memmove(r->buf.ptr, r->buf.ptr + r->at, r->buf.len - r->at);
        r->buf.len -= r->at;
        r->at = 0;
    }
    r->scanned = r->buf.len;
    if (!yn_buf_reserve(&r->buf, read_size)) {
        r->error = r->buf.error == YONDER_TOO_LARGE ? EFBIG : ENOMEM;
        return;
    }
    fflush(stdout); // before we may have to wait
    ssize_t n = read(STDIN_FILENO, r->buf.ptr + r->buf.len, read_size);
    if (n > 0)
        r->buf.len += (size_t)n;
    else if (n == 0)
        r->ended = true;
    else if (errno != EINTR)
        r->error = errno;
}

// The next line without its end, good until the next call; false at the end or on an error.
static bool next_line(reader *r, char **line, size_t *len)
{
    for (;;) {
        char *end = NULL;
        if (r->buf.len > r->scanned)
            end = memchr(r->buf.ptr + r->scanned, '\n', r->buf.len - r->scanned);
        if (end || (r->ended && r->buf.len > r->at)) {
            size_t stop = end ? (size_t)(end - r->buf.ptr) : r->buf.len;
            *line = r->buf.ptr + r->at;
            *len = stop - r->at;
            r->at = r->scanned = stop + (end ? 1 : 0);
            return true;
        }
        if (r->ended || r->error)
            return false;
        read_more(r);
    }
}

static int run_lines(yn_batch_fn *answer, void *context, reader *in, yn_buf *out)
{
    int code = YN_EXIT_OK;
    char *line;
    size_t len;
    while (next_line(in, &line, &len)) {
        if (yn_trim((yonder_text){line, len}, " \t\r").len == 0)
            continue;
        if (one_line(answer, context, line, len, out))
            code = YN_EXIT_USAGE;
        if (out->error) {
            fprintf(stderr, "yonder: %s\n", yonder_strerror(out->error));
            return YN_EXIT_FAILED;
        }
        if (fwrite(out->ptr, 1, out->len, stdout) != out->len || ferror(stdout))
            return YN_EXIT_FAILED; // main() says why
    }
    if (in->error) {
        fprintf(stderr, "yonder: cannot read standard input: %s\n", strerror(in->error));
        return YN_EXIT_FAILED;
    }
    return code;
}

int yn_batch_run(yn_batch_fn *answer, void *context)
{
    reader in = {.buf = yn_buf_make(line_max, NULL)};
    yn_buf out = yn_buf_make(output_max, NULL);
    int code = run_lines(answer, context, &in, &out);
    yn_buf_free(&in.buf);
    yn_buf_free(&out);
    return code;
}

static const json_t *member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_null(value) ? NULL : value;
}

bool yn_batch_text(const json_t *object, const char *name, yonder_text *out)
{
    const json_t *value = member(object, name);
    if (!value)
        return true;
    if (!json_is_string(value))
        return false;
    *out = (yonder_text){json_string_value(value), json_string_length(value)};
    return true;
}

bool yn_batch_int(const json_t *object, const char *name, int64_t *out)
{
    const json_t *value = member(object, name);
    if (!value)
        return true;
    if (!json_is_integer(value))
        return false;
    *out = json_integer_value(value);
    return true;
}

bool yn_batch_bool(const json_t *object, const char *name, bool *out)
{
    const json_t *value = member(object, name);
    if (!value)
        return true;
    if (!json_is_boolean(value))
        return false;
    *out = json_is_true(value);
    return true;
}

static bool read_field(const json_t *pair, yonder_field *field)
{
    const json_t *name = json_array_get(pair, 0), *value = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !json_is_string(name) || !json_is_string(value))
        return false;
    field->name = (yonder_text){json_string_value(name), json_string_length(name)};
    field->value = (yonder_text){json_string_value(value), json_string_length(value)};
    return true;
}

const char *yn_batch_fields(const json_t *object, const char *name, yonder_field **fields,
                            size_t *count, const yonder_mem *mem)
{
    const json_t *list = member(object, name);
    *count = 0;
    if (!list)
        return NULL;
    if (!json_is_array(list))
        return "\"headers\" must be an array of [name, value]";
    *fields = yn_alloc(mem, (json_array_size(list) + 1) * sizeof **fields);
    if (!*fields)
        return yonder_strerror(YONDER_NO_MEMORY);
    for (; *count < json_array_size(list); ++*count)
        if (!read_field(json_array_get(list, *count), &(*fields)[*count]))
            return "\"headers\" must be an array of [name, value], both strings";
    return NULL;
}
