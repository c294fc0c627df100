// SPDX-License-Identifier: MIT
#include "cli/flatten_files.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "proof/flatten.h"
#include "server/rulefiles.h"

enum {
    most_passes = 8,      // what was put together may go on
    most_rounds = 6,      // of one pass
    most_added = 1000000, // lines, after which there is no other pass
    random_requests = 20000,
};

// A file in one pass. Its lines have the numbers of the lines they come from.
typedef struct file_text {
    yn_buf text, numbers; // uint32_t
} file_text;

typedef struct flattening {
    const yonder_rules *set; // of `now`
    yonder_rules *own;       // the same; NULL in the first pass
    const char *const *names;
    size_t count;
    const yn_proof_options *options;
    file_text *now, *then; // the files as they are, and as they are to be
    yn_buf except;         // uint32_t: rules that have to stay
    size_t asked, changed, added, saved;
} flattening;

/* ---- texts ----------------------------------------------------------------------------------- */

// The comment at the end of a line, with the blanks before it.
static yonder_text comment_of(yonder_text line)
{
    for (size_t i = 1; i < line.len; i++) {
        bool blank = line.ptr[i - 1] == ' ' || line.ptr[i - 1] == '\t';
        if (line.ptr[i] != '#' || !blank)
            continue;
        while (i && (line.ptr[i - 1] == ' ' || line.ptr[i - 1] == '\t'))
            i--;
        return yn_skip(line, i);
    }
    return (yonder_text){NULL, 0};
}

static uint32_t number_of(const file_text *t, uint32_t line)
{
    uint32_t number = line;
    if (line && line <= t->numbers.len / sizeof number)
        memcpy(&number, t->numbers.ptr + (line - 1) * sizeof number, sizeof number);
    return number;
}

static void put_line(file_text *out, yonder_text text, bool cr, uint32_t number)
{
    yn_buf_put(&out->text, text);
    yn_buf_str(&out->text, cr ? "\r\n" : "\n");
    yn_buf_put(&out->numbers, (yonder_text){(const char *)&number, sizeof number});
}

// A line, with the new ones before it.
static void rewrite_line(file_text *out, const flattening *f, size_t file, uint32_t line,
                         yonder_text text, const yn_flat *flat, size_t *next)
{
    const yn_flat_line *changed;
    uint32_t number = number_of(&f->now[file], line);
    bool cr = text.len && text.ptr[text.len - 1] == '\r';
    text.len -= cr;
    while ((changed = yn_flat_changed(flat, *next)) && changed->line.line == line &&
           yn_equal(changed->line.file, yonder_text_of(f->names[file]))) {
        (*next)++;
        if (changed->is_new) {
            put_line(out, changed->text, cr, number);
            continue;
        }
        yn_buf_put(&out->text, changed->text);
        text = comment_of(text);
    }
    put_line(out, text, cr, number);
}

static void rewrite_file(const flattening *f, size_t file, const yn_flat *flat, size_t *next)
{
    yonder_text rest = yn_buf_text(&f->now[file].text);
    file_text *out = &f->then[file];
    out->text.len = out->numbers.len = 0;
    for (uint32_t line = 1; rest.len; line++) {
        size_t end = yn_find_char(rest, '\n');
        rewrite_line(out, f, file, line, yn_slice(rest, 0, end), flat, next);
        rest = yn_skip(rest, end < rest.len ? end + 1 : end);
    }
}

static int read_texts(yonder_rules **out, const flattening *f)
{
    yonder_rules_source *sources = calloc(f->count + 1, sizeof *sources);
    yonder_rules_reading how = {.local_time = yn_local_time};
    int error = sources ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; sources && i < f->count; i++) {
        sources[i] =
            (yonder_rules_source){yonder_text_of(f->names[i]), yn_buf_text(&f->then[i].text)};
        error = error                   ? error
                : f->then[i].text.error ? f->then[i].text.error
                                        : f->then[i].numbers.error;
    }
    if (!error)
        error = yonder_rules_read(out, sources, f->count, &how);
    free(sources);
    return error;
}

/* ---- output ---------------------------------------------------------------------------------- */

// Where the first section begins: what stands before it serves any host.
static size_t first_section(yonder_text text)
{
    for (size_t at = 0; at < text.len; at += yn_find_char(yn_skip(text, at), '\n') + 1) {
        yonder_text line =
            yn_trim(yn_slice(text, at, at + yn_find_char(yn_skip(text, at), '\n')), " \t\r");
        if (line.len && line.ptr[0] == '[')
            return at;
    }
    return text.len;
}

// In one file, what serves any host has to stand before all sections.
static void print_texts(const flattening *f)
{
    for (size_t i = 0; i < f->count; i++) {
        yonder_text t = yn_buf_text(&f->now[i].text);
        (void)fwrite(t.ptr, 1, first_section(t), stdout);
    }
    for (size_t i = 0; i < f->count; i++) {
        yonder_text t = yn_buf_text(&f->now[i].text);
        size_t at = first_section(t);
        (void)fwrite(t.ptr + at, 1, t.len - at, stdout);
    }
}

// By the number the line, or the one it was put before, had at first.
static uint32_t first_number(const flattening *f, const yn_proof_line *line)
{
    for (size_t i = 0; i < f->count; i++)
        if (yn_equal(yonder_text_of(f->names[i]), line->file))
            return number_of(&f->now[i], line->line);
    return line->line;
}

static void print_left(const flattening *f, const yn_flat *flat)
{
    const yn_proof_undecided *left;
    for (size_t i = 0; (left = yn_flat_left(flat, i)); i++)
        fprintf(stderr, "%.*s:%u: stays a chain: %.*s\n", YN_PRINT(left->rule.file),
                first_number(f, &left->rule), YN_PRINT(left->reason));
}

static void print(const flattening *f)
{
    print_texts(f);
    fprintf(stderr, "%zu rule%s changed, ", f->changed, f->changed == 1 ? "" : "s");
    if (f->added)
        fprintf(stderr, "%zu added, ", f->added);
    fprintf(stderr,
            "%zu redirect%s saved; %zu requests lead to the same places as "
            "before\n",
            f->saved, f->saved == 1 ? "" : "s", f->asked);
}

/* ---- rounds ---------------------------------------------------------------------------------- */

static int fail(int error)
{
    fprintf(stderr, "yonder lint: %s\n", yonder_strerror(error));
    return YN_EXIT_FAILED;
}

// Whether the new texts do what the old ones do: then `*after` is their set. Rules for which they
// do not go to f->except.
static int check(flattening *f, yonder_rules **after)
{
    yn_buf differ = yn_buf_make(SIZE_MAX / 2, NULL);
    size_t asked = 0;
    *after = NULL;
    int error = read_texts(after, f);
    if (!error)
        error = yn_flat_compare(&differ, &asked, f->set, *after, random_requests, f->options);
    f->asked += differ.len ? 0 : asked;
    if (error || differ.len) {
        yonder_rules_free(*after);
        *after = NULL;
    }
    yn_buf_put(&f->except, yn_buf_text(&differ));
    yn_buf_free(&differ);
    return error ? error : f->except.error;
}

static int compare_orders(const void *a, const void *b)
{
    uint32_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

// Whether there may be more to do: new lines are rules as others are.
static bool goes_on(const yn_flat *flat)
{
    const yn_flat_line *line;
    bool has_new = false;
    for (size_t n = 0; (line = yn_flat_changed(flat, n)); n++)
        has_new = has_new || line->is_new;
    return flat->changed.len && (has_new || flat->left.len);
}

// Goes on from the new texts.
static void take_over(flattening *f, const yn_flat *flat, yonder_rules *after)
{
    const yn_flat_line *line;
    file_text *texts = f->now;
    size_t n = 0, added = 0;
    for (; (line = yn_flat_changed(flat, n)); n++) {
        f->saved += line->saved;
        added += line->is_new;
    }
    f->added += added;
    f->changed += n - added;
    f->now = f->then;
    f->then = texts;
    yonder_rules_free(f->own);
    f->set = f->own = after;
    f->except.len = 0; // orders are others now
}

// Rules whose new line does not do the same are left as they were, and all is checked again.
static int run_pass(flattening *f, bool is_last, bool *again)
{
    for (unsigned round = 0; round < most_rounds; round++) {
        yn_flat flat;
        yonder_rules *after = NULL;
        size_t next = 0, excepted = f->except.len / sizeof(uint32_t);
        if (excepted)
            qsort(f->except.ptr, excepted, sizeof(uint32_t), compare_orders);
        int error = yn_flatten(&flat, f->set, f->options,
                               (const uint32_t *)(const void *)f->except.ptr, excepted);
        if (error)
            return fail(error);
        for (size_t i = 0; i < f->count; i++)
            rewrite_file(f, i, &flat, &next);
        error = check(f, &after);
        if (!error && after) {
            *again = goes_on(&flat) && !is_last && f->added < most_added;
            if (!*again)
                print_left(f, &flat);
            take_over(f, &flat, after);
        }
        yn_flat_free(&flat);
        if (error || after)
            return error ? fail(error) : YN_EXIT_OK;
    }
    fprintf(stderr, "yonder lint: no flat form of these rules was found that does the same\n");
    return YN_EXIT_FAILED;
}

static int flatten(flattening *f)
{
    bool again = true;
    for (unsigned pass = 1; again && pass <= most_passes; pass++) {
        int code = run_pass(f, pass == most_passes, &again);
        if (code != YN_EXIT_OK)
            return code;
    }
    print(f);
    return YN_EXIT_OK;
}

static file_text *make_texts(size_t count)
{
    file_text *texts = calloc(count + 1, sizeof *texts);
    for (size_t i = 0; texts && i < count; i++)
        texts[i] = (file_text){yn_buf_make(SIZE_MAX / 2, NULL), yn_buf_make(SIZE_MAX / 2, NULL)};
    return texts;
}

static void free_texts(file_text *texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++) {
        yn_buf_free(&texts[i].text);
        yn_buf_free(&texts[i].numbers);
    }
    free(texts);
}

int yn_flatten_files(const yonder_rules *set, const char *const *names, size_t count,
                     yn_rule_lines *lines, const yn_proof_options *options)
{
    flattening f = {.set = set, .names = names, .count = count, .options = options};
    f.now = make_texts(count);
    f.then = make_texts(count);
    f.except = yn_buf_make(SIZE_MAX / 2, NULL);
    bool made = f.now && f.then;
    int code = YN_EXIT_OK;
    for (size_t i = 0; made && code == YN_EXIT_OK && i < count; i++) {
        yonder_text text = yn_rule_lines_file(lines, yonder_text_of(names[i]));
        if (!text.len && yonder_rules_count(set))
            code = yn_usage_error("lint", "--flatten needs files with rules as text: '%s' is none",
                                  names[i]);
        yn_buf_put(&f.now[i].text, text);
        made = !f.now[i].text.error;
    }
    if (code == YN_EXIT_OK)
        code = made ? flatten(&f) : fail(YONDER_NO_MEMORY);
    yonder_rules_free(f.own);
    free_texts(f.now, count);
    free_texts(f.then, count);
    yn_buf_free(&f.except);
    return code;
}
