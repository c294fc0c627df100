// SPDX-License-Identifier: MIT
// yonder's own files as one of the formats. A builder sees each line first: what it refuses is
// noted, and goes no further.
#include "dialects/native.h"
#include "dialects/rows.h"
#include "rules/build.h"

typedef struct checking {
    yn_native native;
    yn_builder *builder;
    yn_sink check, sink;
    const yn_notes *notes;
    bool skips; // the section has an error: nobody knows whose rules these are
} checking;

// Whether the present line goes on to `sink`.
static int pass(checking *c, int error)
{
    const yn_lines *lines = &c->native.lines;
    if (error || lines->found.len)
        return error ? error : YONDER_INVALID_RULES;
    if (!c->skips)
        return YONDER_OK;
    yn_note_take(c->notes, YN_NOTE_LOST, lines->file, lines->number,
                 "the section it stands in has an error");
    return YONDER_INVALID_RULES;
}

static int take_source(void *context, yonder_text name)
{
    checking *c = context;
    int error = c->check.source(c->check.context, name);
    c->skips = false;
    return error ? error : c->sink.source(c->sink.context, name);
}

static int take_section(void *context, yonder_text hosts, uint32_t line)
{
    checking *c = context;
    int error = c->check.section(c->check.context, hosts, line);
    c->skips = error || c->native.lines.found.len;
    return error ? error : c->sink.section(c->sink.context, hosts, line);
}

static int take_site(void *context, const yn_draft_site *site)
{
    checking *c = context;
    int error = pass(c, c->check.site(c->check.context, site));
    return error ? error : c->sink.site(c->sink.context, site);
}

static int take_rule(void *context, const yn_draft *draft)
{
    checking *c = context;
    int error = pass(c, c->check.rule(c->check.context, draft));
    return error ? error : c->sink.rule(c->sink.context, draft);
}

static void note_problem(void *context, const yonder_diagnostic *d)
{
    yn_note_take(context, YN_NOTE_ERROR, d->file, d->line, "%.*s", (int)d->message.len,
                 d->message.ptr);
}

int yn_native_read(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    yonder_rules_reading how = {.mem = input->mem};
    checking *c = yn_alloc(input->mem, sizeof *c);
    if (!c)
        return YONDER_NO_MEMORY;
    yn_lines *lines = &c->native.lines;
    yn_lines_make(lines, note_problem, (void *)notes, input->mem);
    c->native.sink = (yn_sink){take_source, take_section, take_site, take_rule, c};
    c->sink = *sink;
    c->notes = notes;
    c->builder = yn_builder_make(&lines->problems, &how);
    int error = c->builder ? YONDER_OK : YONDER_NO_MEMORY;
    if (!error)
        c->check = yn_builder_sink(c->builder);
    for (size_t i = 0; !error && i < input->source_count; i++) {
        yn_lines_open(lines, &input->sources[i]);
        error = take_source(c, input->sources[i].name);
        if (!error)
            error = yn_native_lines(&c->native, true);
    }
    yn_lines_close(lines);
    yn_builder_free(c->builder);
    yn_free(input->mem, c);
    return error;
}
