// SPDX-License-Identifier: MIT
// What writers of formats without sections share. Rules of a section go before those outside, the
// named hosts before the wildcards: three texts, put one behind the other at the end.
#ifndef YN_DIALECTS_FLAT_H
#define YN_DIALECTS_FLAT_H

#include "dialects/dialect.h"

typedef struct yn_flat {
    yn_buf *out;
    const yn_notes *notes;
    const yonder_mem *mem;
    yn_arena names;
    yonder_text file;  /**< which the rules come from */
    yonder_text hosts; /**< of the section; empty: any */
    yn_buf named, wild, any;
    yn_buf room; /**< for whatever a writer composes */
    int error;
} yn_flat;

void yn_flat_begin(yn_flat *flat, yn_buf *out, const yn_notes *notes, const yonder_mem *mem);
/** Puts the texts together and frees all. @return YONDER_OK or an error */
int yn_flat_end(yn_flat *flat);

/** These have the context of a sink whose struct starts with a yn_flat. */
int yn_flat_source(void *context, yonder_text name);
int yn_flat_section(void *context, yonder_text hosts, uint32_t line);

/** Takes the next host off `*hosts`; empty after the last. */
yonder_text yn_flat_host(yonder_text *hosts);

/** Where rules for `host` go. */
yn_buf *yn_flat_text(yn_flat *flat, yonder_text host);

/** Takes a note about what stands in `line`. @return YONDER_OK */
int yn_flat_note(yn_flat *flat, yn_note_kind kind, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Takes a note that what is written in, `format`, has no such line, unless it only says what is so
 *  without it. @return YONDER_OK */
int yn_flat_site_lost(yn_flat *flat, const yn_draft_site *site, const char *format);

#endif
