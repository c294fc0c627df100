// SPDX-License-Identifier: MIT
#include "lists/preload_delta.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

#define FIRST_LINE "yonder list delta 1"

enum {
    head_lines = 3,
};

static int wrong(yn_list_problem *problem, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Names are shown only once they are known to be names.
static int wrong(yn_list_problem *problem, size_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->message, sizeof problem->message, format, arguments);
    va_end(arguments);
    problem->line = line;
    return YONDER_INVALID_ARGUMENT;
}

static int no_memory(yn_list_problem *problem)
{
    wrong(problem, 0, "%s", yonder_strerror(YONDER_NO_MEMORY));
    return YONDER_NO_MEMORY;
}

static bool is_same(const yn_preload_item *a, const yn_preload_item *b)
{
    return a->include_subdomains == b->include_subdomains && yn_equal(a->policy, b->policy);
}

// ---- writing ------------------------------------------------------------------------------------

static void write_added(yn_buf *out, const yn_preload_item *item)
{
    yn_buf_printf(out, "+%.*s %.*s %d\n", YN_PRINT(item->name), YN_PRINT(item->policy),
                  item->include_subdomains);
}

// Both are sorted, so one walk through both meets every difference in order.
static void write_changes(yn_preload_items a, yn_preload_items b, yn_buf *out)
{
    size_t i = 0, j = 0;
    while (i < a.count || j < b.count) {
        const int order = i == a.count   ? 1
                          : j == b.count ? -1
                                         : yn_preload_item_order(a.items[i].name, b.items[j].name);
        if (order < 0)
            yn_buf_printf(out, "-%.*s\n", YN_PRINT(a.items[i].name));
        else if (order > 0 || !is_same(&a.items[i], &b.items[j]))
            write_added(out, &b.items[j]);
        i += order <= 0;
        j += order >= 0;
    }
}

int yn_preload_delta_write(int64_t from, yn_preload_items before, int64_t to,
                           yn_preload_items after, yn_buf *out)
{
    char old[YN_SEAL_DIGEST], new[YN_SEAL_DIGEST];
    if (!yn_preload_items_digest(before, old) || !yn_preload_items_digest(after, new))
        return YONDER_NO_MEMORY;
    yn_buf_printf(out, FIRST_LINE "\nfrom %lld %.*s\nto %lld %.*s\n", (long long)from,
                  YN_SEAL_DIGEST, old, (long long)to, YN_SEAL_DIGEST, new);
    write_changes(before, after, out);
    return out->error;
}

// ---- reading ------------------------------------------------------------------------------------

// Takes a line that is ended off `rest`.
static bool take_line(yonder_text *rest, yonder_text *line)
{
    const size_t end = yn_find_char(*rest, '\n');
    if (end == rest->len)
        return false;
    *line = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end + 1);
    return true;
}

// Takes what stands before the next blank off `line`.
static yonder_text take_word(yonder_text *line)
{
    const size_t end = yn_find_char(*line, ' ');
    const yonder_text word = yn_slice(*line, 0, end);
    *line = yn_skip(*line, end < line->len ? end + 1 : end);
    return word;
}

static bool read_edge(yonder_text line, yonder_text name, yn_preload_edge *out)
{
    if (!yn_equal(take_word(&line), name))
        return false;
    const yonder_text number = take_word(&line);
    uint64_t version;
    if (!yn_parse_number(number, INT64_MAX, &version) || number.ptr[0] == '0' ||
        line.len != YN_SEAL_DIGEST)
        return false;
    for (size_t i = 0; i < line.len; i++)
        if (yn_hex_value((unsigned char)line.ptr[i]) < 0 || yn_lower(line.ptr[i]) != line.ptr[i])
            return false;
    out->version = (int64_t)version;
    memcpy(out->digest, line.ptr, line.len);
    return true;
}

static int read_head(yn_preload_delta *d, yonder_text *rest, yn_list_problem *problem)
{
    yonder_text line;
    if (!take_line(rest, &line) || !yn_equal(line, YN_TEXT(FIRST_LINE)))
        return wrong(problem, 1, "the first line is not '" FIRST_LINE "'");
    if (!take_line(rest, &line) || !read_edge(line, YN_TEXT("from"), &d->from))
        return wrong(problem, 2, "this is not 'from', a version and 64 hexadecimal digits");
    if (!take_line(rest, &line) || !read_edge(line, YN_TEXT("to"), &d->to))
        return wrong(problem, 3, "this is not 'to', a version and 64 hexadecimal digits");
    return YONDER_OK;
}

static bool read_change(yonder_text line, yn_preload_change *out)
{
    const char sign = line.len ? line.ptr[0] : '\0';
    // What is gone has no policy, but its name is judged in the same way.
    *out = (yn_preload_change){.item = {.policy = YN_TEXT("-")}, .gone = sign == '-'};
    line = yn_skip(line, line.len > 0);
    if (out->gone) {
        out->item.name = line;
    } else {
        out->item.name = take_word(&line);
        out->item.policy = take_word(&line);
        out->item.include_subdomains = yn_equal(line, YN_TEXT("1"));
        if (sign != '+' || (!out->item.include_subdomains && !yn_equal(line, YN_TEXT("0"))))
            return false;
    }
    return yn_preload_item_is_good(&out->item);
}

static int read_changes(yn_preload_delta *d, yonder_text rest, yn_list_problem *problem)
{
    while (rest.len) {
        yonder_text line;
        yn_preload_change *c = &d->changes[d->count];
        const size_t number = head_lines + d->count + 1;
        if (!take_line(&rest, &line))
            return wrong(problem, number, "the last line has no end: the rest is missing");
        if (!read_change(line, c))
            return wrong(problem, number, "this is neither '-NAME' nor '+NAME POLICY 0' (or 1)");
        if (d->count && yn_preload_item_order(c[-1].item.name, c->item.name) >= 0)
            return wrong(problem, number, "'%.*s' does not come after the name before it",
                         YN_PRINT(c->item.name));
        d->count++;
    }
    return YONDER_OK;
}

int yn_preload_delta_read(yn_preload_delta *out, yonder_text text, yn_arena *arena,
                          yn_list_problem *problem)
{
    yn_preload_delta d = {0};
    int error = read_head(&d, &text, problem);
    if (error)
        return error;
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    d.changes = yn_arena_alloc(arena, lines * sizeof *d.changes);
    if (!d.changes)
        return no_memory(problem);
    error = read_changes(&d, text, problem);
    if (!error)
        *out = d;
    return error;
}

// ---- applying -----------------------------------------------------------------------------------

static int check_edge(yn_preload_items items, const yn_preload_edge *edge, const char *which,
                      yn_list_problem *problem)
{
    char digest[YN_SEAL_DIGEST];
    if (!yn_preload_items_digest(items, digest))
        return no_memory(problem);
    if (memcmp(digest, edge->digest, sizeof digest) != 0)
        return wrong(problem, 0, "%s is not the version %lld that it is about", which,
                     (long long)edge->version);
    return YONDER_OK;
}

// `at` is the entry of the name that changes, or NULL.
static int apply_change(const yn_preload_change *c, size_t number, const yn_preload_item *at,
                        yn_preload_items *out, yn_list_problem *problem)
{
    if (c->gone && !at)
        return wrong(problem, number, "'%.*s' is to go and is not there", YN_PRINT(c->item.name));
    if (!c->gone && at && is_same(at, &c->item))
        return wrong(problem, number, "'%.*s' is there already, just so", YN_PRINT(c->item.name));
    if (!c->gone)
        out->items[out->count++] = c->item;
    return YONDER_OK;
}

static int apply_changes(const yn_preload_delta *d, yn_preload_items before, yn_preload_items *out,
                         yn_list_problem *problem)
{
    size_t i = 0;
    for (size_t c = 0; c < d->count; c++) {
        const yonder_text name = d->changes[c].item.name;
        int order = 1;
        for (; i < before.count; i++) {
            order = yn_preload_item_order(before.items[i].name, name);
            if (order >= 0)
                break;
            out->items[out->count++] = before.items[i];
        }
        const bool there = i < before.count && order == 0;
        int error = apply_change(&d->changes[c], head_lines + c + 1,
                                 there ? &before.items[i] : NULL, out, problem);
        if (error)
            return error;
        i += there;
    }
    for (; i < before.count; i++)
        out->items[out->count++] = before.items[i];
    return YONDER_OK;
}

int yn_preload_delta_apply(const yn_preload_delta *d, yn_preload_items before, yn_arena *arena,
                           yn_preload_items *out, yn_list_problem *problem)
{
    int error = check_edge(before, &d->from, "the list that there is", problem);
    if (error)
        return error;
    yn_preload_items after = {
        yn_arena_alloc(arena, (before.count + d->count + 1) * sizeof *after.items), 0};
    if (!after.items)
        return no_memory(problem);
    error = apply_changes(d, before, &after, problem);
    if (!error)
        error = check_edge(after, &d->to, "what comes of it", problem);
    if (!error)
        *out = after;
    return error;
}
