// SPDX-License-Identifier: MIT
// What the tests of formats share: a text in one format becomes a text in another, and what is
// noted becomes "line: kind" lines.
#ifndef YN_TESTS_DIALECTS_CONVERT_H
#define YN_TESTS_DIALECTS_CONVERT_H

#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "dialects/rows.h"

typedef struct convert_row {
    const char *input;
    const char *output; // one blank between words, site lines and rules alike
    const char *notes;  // "2: lost\n" each; "0: …" is about the file
} convert_row;

static inline void convert_note(void *context, const yn_note *note)
{
    static const char *const kinds[] = {"error", "lost", "changed"};
    assert_true(note->message.len > 0 && note->message.len < 400);
    yn_buf_printf(context, "%u: %s\n", (unsigned)note->line, kinds[note->kind]);
}

// Runs of blanks are one: columns are tested elsewhere.
static inline void convert_squeeze(yn_buf *text)
{
    size_t len = 0;
    for (size_t i = 0; i < text->len; i++)
        if (text->ptr[i] != ' ' || !len || text->ptr[len - 1] != ' ')
            text->ptr[len++] = text->ptr[i];
    text->len = len;
}

static inline void convert(yn_buf *out, yn_buf *noted, const yn_dialect *from, const yn_dialect *to,
                           yonder_text text, const char *columns)
{
    yonder_rules_source source = {yonder_text_of("f"), text};
    yn_dialect_input input = {
        .sources = &source, .source_count = 1, .columns = yonder_text_of(columns)};
    yn_notes notes = {convert_note, noted};
    yn_writer writer;
    *out = *noted = yn_buf_make(1 << 24, NULL);
    assert_int_equal(to->write(&writer, out, &notes, NULL), YONDER_OK);
    assert_int_equal(from->read(&input, &writer.sink, &notes), YONDER_OK);
    assert_int_equal(writer.finish(writer.sink.context), YONDER_OK);
}

static inline void convert_check(const yn_dialect *from, const yn_dialect *to, const char *columns,
                                 const convert_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yn_buf out, noted;
        convert(&out, &noted, from, to, yonder_text_of(rows[i].input), columns);
        convert_squeeze(&out);
        assert_text(rows[i].input, yn_buf_text(&out), rows[i].output);
        assert_text(rows[i].input, yn_buf_text(&noted), rows[i].notes);
        yn_buf_free(&out);
        yn_buf_free(&noted);
    }
}

#define CONVERT(from, to, rows)                                                                    \
    convert_check(&yn_dialect_##from, &yn_dialect_##to, NULL, rows, sizeof(rows) / sizeof *(rows))

#endif
