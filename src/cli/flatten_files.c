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
    most_rounds = 6,
    random_requests = 20000,
};

typedef struct flattening {
    const yonder_rules *set;
    const char *const *names;
    size_t count;
    yn_rule_lines *lines;
    const yn_proof_options *options;
    yn_buf *texts; // of the files as they are to be
    yn_buf except; // uint32_t: rules that have to stay
    size_t asked;
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

static void rewrite_file(const flattening *f, size_t file, const yn_flat *flat, size_t *next)
{
    yonder_text name = yonder_text_of(f->names[file]), rest = yn_rule_lines_file(f->lines, name);
    yn_buf *out = &f->texts[file];
    out->len = 0;
    for (uint32_t line = 1; rest.len; line++) {
        size_t end = yn_find_char(rest, '\n');
        yonder_text text = yn_slice(rest, 0, end);
        const yn_flat_line *changed = yn_flat_changed(flat, *next);
        if (changed && changed->line.line == line && yn_equal(changed->line.file, name)) {
            bool cr = text.len && text.ptr[text.len - 1] == '\r';
            text.len -= cr;
            yn_buf_put(out, changed->text);
            yn_buf_put(out, comment_of(text));
            yn_buf_str(out, cr ? "\r" : "");
            (*next)++;
        } else {
            yn_buf_put(out, text);
        }
        yn_buf_char(out, '\n');
        rest = yn_skip(rest, end < rest.len ? end + 1 : end);
    }
}

static int read_texts(yonder_rules **out, const flattening *f)
{
    yonder_rules_source *sources = calloc(f->count + 1, sizeof *sources);
    yonder_rules_reading how = {.local_time = yn_local_time};
    int error = sources ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; sources && i < f->count; i++) {
        sources[i] = (yonder_rules_source){yonder_text_of(f->names[i]), yn_buf_text(&f->texts[i])};
        error = error ? error : f->texts[i].error;
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
        yonder_text t = yn_buf_text(&f->texts[i]);
        (void)fwrite(t.ptr, 1, first_section(t), stdout);
    }
    for (size_t i = 0; i < f->count; i++) {
        yonder_text t = yn_buf_text(&f->texts[i]);
        size_t at = first_section(t);
        (void)fwrite(t.ptr + at, 1, t.len - at, stdout);
    }
}

static int print(const flattening *f, const yn_flat *flat)
{
    const yn_flat_line *changed;
    const yn_proof_undecided *left;
    size_t n = 0, saved = 0;
    for (; (changed = yn_flat_changed(flat, n)); n++)
        saved += changed->saved;
    print_texts(f);
    for (size_t i = 0; (left = yn_flat_left(flat, i)); i++)
        fprintf(stderr, "%.*s:%u: stays a chain: %.*s\n", YN_PRINT(left->rule.file),
                left->rule.line, YN_PRINT(left->reason));
    fprintf(stderr,
            "%zu rule%s changed, %zu redirect%s saved; %zu requests lead to the same places as "
            "before\n",
            n, n == 1 ? "" : "s", saved, saved == 1 ? "" : "s", f->asked);
    return YN_EXIT_OK;
}

/* ---- rounds ---------------------------------------------------------------------------------- */

static int fail(int error)
{
    fprintf(stderr, "yonder lint: %s\n", yonder_strerror(error));
    return YN_EXIT_FAILED;
}

// Whether the new texts do what the old ones do; rules for which they do not go to f->except.
static int check(flattening *f, bool *same)
{
    yonder_rules *after = NULL;
    yn_buf differ = yn_buf_make(SIZE_MAX / 2, NULL);
    int error = read_texts(&after, f);
    if (!error)
        error = yn_flat_compare(&differ, &f->asked, f->set, after, random_requests, f->options);
    *same = !differ.len;
    yn_buf_put(&f->except, yn_buf_text(&differ));
    yonder_rules_free(after);
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

// Rules whose new line does not do the same are left as they were, and all is checked again.
static int flatten(flattening *f)
{
    for (unsigned round = 0; round < most_rounds; round++) {
        yn_flat flat;
        bool same = false;
        size_t next = 0, excepted = f->except.len / sizeof(uint32_t);
        if (excepted)
            qsort(f->except.ptr, excepted, sizeof(uint32_t), compare_orders);
        int error = yn_flatten(&flat, f->set, f->options,
                               (const uint32_t *)(const void *)f->except.ptr, excepted);
        if (error)
            return fail(error);
        for (size_t i = 0; i < f->count; i++)
            rewrite_file(f, i, &flat, &next);
        error = check(f, &same);
        int code = error ? fail(error) : same ? print(f, &flat) : YN_EXIT_FAILED;
        yn_flat_free(&flat);
        if (error || same)
            return code;
    }
    fprintf(stderr, "yonder lint: no flat form of these rules was found that does the same\n");
    return YN_EXIT_FAILED;
}

int yn_flatten_files(const yonder_rules *set, const char *const *names, size_t count,
                     yn_rule_lines *lines, const yn_proof_options *options)
{
    flattening f = {.set = set, .names = names, .count = count, .lines = lines, .options = options};
    for (size_t i = 0; i < count; i++)
        if (!yn_rule_lines_file(lines, yonder_text_of(names[i])).len && yonder_rules_count(set))
            return yn_usage_error("lint", "--flatten needs files with rules as text: '%s' is none",
                                  names[i]);
    f.except = yn_buf_make(SIZE_MAX / 2, NULL);
    f.texts = calloc(count + 1, sizeof *f.texts);
    for (size_t i = 0; f.texts && i < count; i++)
        f.texts[i] = yn_buf_make(SIZE_MAX / 2, NULL);
    int code = f.texts ? flatten(&f) : fail(YONDER_NO_MEMORY);
    for (size_t i = 0; f.texts && i < count; i++)
        yn_buf_free(&f.texts[i]);
    free(f.texts);
    yn_buf_free(&f.except);
    return code;
}
