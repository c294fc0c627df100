// SPDX-License-Identifier: MIT
#include "cli/rule_lines.h"

#include <stdlib.h>
#include <unistd.h>

#include <yonder/rules.h>

#include "base/text.h"
#include "cli/file.h"

typedef struct one_file {
    const char *name;
    bool is_open;
    yonder_text text;
    yn_buf starts; // size_t: where each line begins
} one_file;

struct yn_rule_lines {
    size_t count;
    one_file files[];
};

yn_rule_lines *yn_rule_lines_make(const char *const *names, size_t count)
{
    yn_rule_lines *lines = calloc(1, sizeof *lines + count * sizeof *lines->files);
    if (!lines)
        return NULL;
    lines->count = count;
    for (size_t i = 0; i < count; i++) {
        lines->files[i].name = names[i];
        lines->files[i].starts = yn_buf_make((size_t)1 << 40, NULL);
    }
    return lines;
}

void yn_rule_lines_free(yn_rule_lines *lines)
{
    for (size_t i = 0; lines && i < lines->count; i++) {
        yn_file_unmap(lines->files[i].text);
        yn_buf_free(&lines->files[i].starts);
    }
    free(lines);
}

static void find_starts(one_file *f)
{
    for (size_t at = 0; at < f->text.len;) {
        yn_buf_put(&f->starts, (yonder_text){(const char *)&at, sizeof at});
        at += yn_find_char(yn_skip(f->text, at), '\n') + 1;
    }
}

static one_file *open_file(yn_rule_lines *lines, yonder_text name)
{
    for (size_t i = 0; i < lines->count; i++) {
        one_file *f = &lines->files[i];
        if (!yn_equal(yonder_text_of(f->name), name))
            continue;
        if (!f->is_open) {
            f->is_open = true;
            if (access(f->name, R_OK) == 0 && yn_file_map(f->name, &f->text) &&
                !yn_starts_with(f->text, YN_TEXT(YONDER_RULES_IMAGE_MAGIC)))
                find_starts(f);
        }
        return f;
    }
    return NULL;
}

yonder_text yn_rule_lines_file(yn_rule_lines *lines, yonder_text name)
{
    const one_file *f = open_file(lines, name);
    return f && f->starts.len ? f->text : (yonder_text){NULL, 0};
}

yonder_text yn_rule_lines_get(yn_rule_lines *lines, yonder_text name, uint32_t line)
{
    const one_file *f = open_file(lines, name);
    const size_t *starts = f ? (const size_t *)(const void *)f->starts.ptr : NULL;
    if (!f || line - 1 >= f->starts.len / sizeof *starts)
        return (yonder_text){NULL, 0};
    yonder_text rest = yn_skip(f->text, starts[line - 1]);
    rest.len = yn_find_char(rest, '\n');
    return rest;
}
