// SPDX-License-Identifier: MIT
#include "dialects/flat.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

void yn_flat_begin(yn_flat *flat, yn_buf *out, const yn_notes *notes, const yonder_mem *mem)
{
    *flat = (yn_flat){.out = out, .notes = notes, .mem = mem, .names = yn_arena_make(mem)};
    flat->named = flat->wild = flat->any = flat->room = yn_buf_make(SIZE_MAX / 4, mem);
}

int yn_flat_end(yn_flat *flat)
{
    yn_buf *texts[] = {&flat->named, &flat->wild, &flat->any};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i]->error && !flat->error)
            flat->error = texts[i]->error;
        if (!flat->error)
            yn_buf_put(flat->out, yn_buf_text(texts[i]));
        yn_buf_free(texts[i]);
    }
    yn_buf_free(&flat->room);
    yn_arena_free(&flat->names);
    return flat->error ? flat->error : flat->out->error;
}

int yn_flat_source(void *context, yonder_text name)
{
    yn_flat *flat = context;
    flat->file = yn_arena_text(&flat->names, name);
    flat->hosts = (yonder_text){NULL, 0};
    return flat->file.ptr ? YONDER_OK : YONDER_NO_MEMORY;
}

int yn_flat_section(void *context, yonder_text hosts, uint32_t line)
{
    yn_flat *flat = context;
    (void)line;
    flat->hosts = yn_arena_text(&flat->names, hosts);
    return flat->hosts.ptr ? YONDER_OK : YONDER_NO_MEMORY;
}

yonder_text yn_flat_host(yonder_text *hosts)
{
    *hosts = yn_trim(*hosts, " \t");
    size_t end = 0;
    while (end < hosts->len && hosts->ptr[end] != ' ' && hosts->ptr[end] != '\t')
        end++;
    yonder_text host = yn_slice(*hosts, 0, end);
    *hosts = yn_skip(*hosts, end);
    return host;
}

yn_buf *yn_flat_text(yn_flat *flat, yonder_text host)
{
    return !host.len ? &flat->any : host.ptr[0] == '*' ? &flat->wild : &flat->named;
}

int yn_flat_note(yn_flat *flat, yn_note_kind kind, uint32_t line, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    yn_note_take(flat->notes, kind, flat->file, line, "%s", message);
    return YONDER_OK;
}

static bool is_default(const yn_draft_site *site)
{
    static const struct {
        yonder_text name, value;
    } defaults[] = {
        {YN_TEXT_INIT("query"), YN_TEXT_INIT("pass")},
        {YN_TEXT_INIT("slash"), YN_TEXT_INIT("exact")},
        {YN_TEXT_INIT("case"), YN_TEXT_INIT("exact")},
    };
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        if (yn_equal(site->name, defaults[i].name) && yn_equal(site->value, defaults[i].value))
            return true;
    return yn_equal(site->value, YN_TEXT("off"));
}

int yn_flat_site_lost(yn_flat *flat, const yn_draft_site *site, const char *format)
{
    if (is_default(site))
        return YONDER_OK;
    return yn_flat_note(flat, YN_NOTE_LOST, site->line, "%s has no line '%.*s'", format,
                        (int)(site->name.len < 40 ? site->name.len : 40), site->name.ptr);
}
