// SPDX-License-Identifier: MIT
// The formats redirects are written in: a row each, with a reader that turns files into drafts and
// a writer that turns drafts into a file. What cannot be carried over is told, line by line.
#ifndef YN_DIALECTS_DIALECT_H
#define YN_DIALECTS_DIALECT_H

#include <yonder/rules.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rules/draft.h"

typedef enum yn_note_kind {
    YN_NOTE_ERROR,   /**< the line is none of the format: it would not work there either */
    YN_NOTE_LOST,    /**< it could not be carried over */
    YN_NOTE_CHANGED, /**< it was, and means something a little different, which the message says */
} yn_note_kind;

typedef struct yn_note {
    yn_note_kind kind;
    yonder_text file;
    uint32_t line; /**< 0: the file as a whole */
    yonder_text message;
} yn_note;

/** Takes notes as they are found; views, good during the call. */
typedef struct yn_notes {
    void (*take)(void *context, const yn_note *note);
    void *context;
} yn_notes;

/** Takes a note, whose message is cut after some 400 bytes. */
void yn_note_take(const yn_notes *notes, yn_note_kind kind, yonder_text file, uint32_t line,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

typedef struct yn_dialect_input {
    const yonder_rules_source *sources;
    size_t source_count;
    /** Where a source names another file ("include sites/ *.conf;"): calls `take` for each, in
     *  order; false: there is none that could be read. NULL: nothing can be included. */
    bool (*include)(void *context, yonder_text from_file, yonder_text name,
                    void (*take)(void *take_context, const yonder_rules_source *source),
                    void *take_context);
    void *include_context;
    yonder_text columns; /**< of CSV: "from=1,to=3,status=4" or names of the header row; or empty */
    const yonder_mem *mem;
} yn_dialect_input;

/** Reads all sources. Sections, site lines and rules go to `sink` in the order in which they are
 *  asked there. @return YONDER_OK, whatever was noted; the sink's errors but
 *  YONDER_INVALID_RULES; YONDER_NO_MEMORY */
typedef int yn_dialect_read_fn(const yn_dialect_input *input, const yn_sink *sink,
                               const yn_notes *notes);

/** A writer in work: its sink takes the rules, finish() completes the text. */
typedef struct yn_writer {
    yn_sink sink;
    /** Writes what is left, and frees `sink.context`. @return YONDER_OK or an error */
    int (*finish)(void *context);
} yn_writer;

/** Starts writing to `out`, which like `notes` has to outlive the writer. @return YONDER_OK;
 *  YONDER_NO_MEMORY */
typedef int yn_dialect_write_fn(yn_writer *writer, yn_buf *out, const yn_notes *notes,
                                const yonder_mem *mem);

typedef struct yn_dialect {
    const char *name;           /**< as `convert --from` and `--to` take it */
    const char *summary;        /**< what it is, in a few words */
    yn_dialect_read_fn *read;   /**< NULL: it is written only */
    yn_dialect_write_fn *write; /**< NULL: it is read only */
} yn_dialect;

/** The rows, ended by NULL. */
extern const yn_dialect *const yn_dialects[];

/** The dialect of that name, or NULL. */
const yn_dialect *yn_dialect_find(yonder_text name);

#endif
