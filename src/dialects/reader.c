// SPDX-License-Identifier: MIT
// Text, in whatever pieces it comes, to a rule set.
#include "base/text.h"
#include "dialects/native.h"
#include "rules/build.h"

enum {
    // What is kept of a line whose end is still to come: enough to see that it is too long.
    most_carried = YONDER_RULES_MAX_LINE + 2 + 3 // the end of a line, a byte order mark
};

struct yonder_rules_reader {
    const yonder_mem *mem;
    yonder_mem mem_value;
    yn_native native;
    yn_builder *builder;
    yn_buf name;  // of the present source
    yn_buf carry; // the start of a line
    bool in_source;
    bool past_mark; // a byte order mark can come no more
    int error;      // that ended the reading
};

yonder_rules_reader *yonder_rules_reader_make(const yonder_rules_reading *how)
{
    yonder_rules_reader *r = yn_alloc(how->mem, sizeof *r);
    if (!r)
        return NULL;
    memset(r, 0, sizeof *r);
    r->mem_value = how->mem ? *how->mem : (yonder_mem){0};
    r->mem = how->mem ? &r->mem_value : NULL;
    yonder_rules_reading own = *how;
    own.mem = r->mem;
    yn_lines_make(&r->native.lines, how->report, how->report_context, r->mem);
    r->name = yn_buf_make(SIZE_MAX / 2, r->mem);
    r->carry = yn_buf_make(most_carried, r->mem);
    r->builder = yn_builder_make(&r->native.lines.problems, &own);
    if (r->builder) {
        r->native.sink = yn_builder_sink(r->builder);
        return r;
    }
    yonder_rules_reader_free(r);
    return NULL;
}

void yonder_rules_reader_free(yonder_rules_reader *r)
{
    if (!r)
        return;
    yn_builder_free(r->builder);
    yn_lines_close(&r->native.lines);
    yn_buf_free(&r->name);
    yn_buf_free(&r->carry);
    yonder_mem mem = r->mem_value;
    yn_free(r->mem ? &mem : NULL, r);
}

// Reads the lines of `text`; what is left of it is the start of one.
static yonder_text read_lines(yonder_rules_reader *r, yonder_text text, bool last)
{
    yn_lines *lines = &r->native.lines;
    if (!r->past_mark && yn_starts_with(text, YN_BYTE_ORDER_MARK)) {
        text = yn_skip(text, YN_BYTE_ORDER_MARK.len);
        r->past_mark = true;
    }
    lines->rest = text;
    r->error = yn_native_lines(&r->native, last);
    r->past_mark = r->past_mark || lines->number || lines->rest.len >= YN_BYTE_ORDER_MARK.len;
    return lines->rest;
}

// A byte order mark is no part of the line, which may be empty but for it.
static void carry(yonder_rules_reader *r, yonder_text text)
{
    size_t room = most_carried - r->carry.len;
    yn_buf_put(&r->carry, text.len < room ? text : yn_slice(text, 0, room));
    r->error = r->carry.error;
    if (r->error || r->past_mark || r->carry.len < YN_BYTE_ORDER_MARK.len)
        return;
    r->past_mark = true;
    if (!yn_starts_with(yn_buf_text(&r->carry), YN_BYTE_ORDER_MARK))
        return;
    r->carry.len -= YN_BYTE_ORDER_MARK.len;
    memmove(r->carry.ptr, r->carry.ptr + YN_BYTE_ORDER_MARK.len, r->carry.len);
}

static void end_source(yonder_rules_reader *r)
{
    if (!r->error && r->in_source && r->carry.len)
        read_lines(r, yn_buf_text(&r->carry), true);
    r->carry.len = 0;
    r->in_source = false;
}

int yonder_rules_reader_source(yonder_rules_reader *r, yonder_text name)
{
    end_source(r);
    if (r->error)
        return r->error;
    r->name.len = 0;
    yn_buf_put(&r->name, name);
    r->in_source = true;
    r->past_mark = false;
    yn_lines_open(&r->native.lines, &(yonder_rules_source){yn_buf_text(&r->name), {NULL, 0}});
    r->error = r->name.error ? r->name.error : r->native.sink.source(r->builder, name);
    return r->error;
}

int yonder_rules_reader_put(yonder_rules_reader *r, yonder_text piece)
{
    if (!r->error && !r->in_source)
        r->error = YONDER_INVALID_ARGUMENT;
    if (!r->error && r->carry.len && piece.len) {
        size_t end = yn_find_char(piece, '\n');
        carry(r, yn_slice(piece, 0, end));
        if (end < piece.len && r->carry.len && !r->error) {
            // Without the end of the line where no more fits: the line is too long in any case.
            read_lines(r, yn_buf_text(&r->carry), true);
            r->carry.len = 0;
            end++;
        }
        piece = yn_skip(piece, end);
    }
    if (!r->error && piece.len) {
        yonder_text rest = read_lines(r, piece, false);
        if (!r->error)
            carry(r, rest);
    }
    return r->error;
}

int yonder_rules_reader_finish(yonder_rules_reader *r, yonder_rules **out)
{
    end_source(r);
    int error = r->error;
    if (!error && r->native.lines.problem_count)
        error = YONDER_INVALID_RULES;
    if (!error) {
        error = yn_builder_finish(r->builder, out);
        r->builder = NULL;
    }
    yonder_rules_reader_free(r);
    return error;
}

int yonder_rules_read(yonder_rules **out, const yonder_rules_source *sources, size_t count,
                      const yonder_rules_reading *how)
{
    yonder_rules_reader *r = yonder_rules_reader_make(how);
    int error = r ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; !error && i < count; i++) {
        error = yonder_rules_reader_source(r, sources[i].name);
        if (!error) {
            r->native.lines.file = sources[i].name; // it stays, unlike that of a source in pieces
            read_lines(r, sources[i].text, true);
            error = r->error;
        }
    }
    if (!error)
        return yonder_rules_reader_finish(r, out);
    yonder_rules_reader_free(r);
    return error;
}
