// SPDX-License-Identifier: MIT
// The files a conversion reads: those named, and those they include.
#ifndef YN_CLI_CONVERT_FILES_H
#define YN_CLI_CONVERT_FILES_H

#include "dialects/dialect.h"

typedef struct yn_convert_files {
    yn_buf sources; /**< yonder_rules_source[]: the files that were named */
    yn_arena names; /**< and texts */
} yn_convert_files;

void yn_convert_files_begin(yn_convert_files *files);
void yn_convert_files_end(yn_convert_files *files);

/** Reads a file, "-" being stdin. False after a line on stderr. */
bool yn_convert_files_add(yn_convert_files *files, const char *path);

/** As yn_dialect_input.include: `context` is the yn_convert_files. Names are relative to the folder
 *  of the file that includes, and may be patterns of the shell. */
bool yn_convert_include(void *context, yonder_text from_file, yonder_text name,
                        void (*take)(void *take_context, const yonder_rules_source *source),
                        void *take_context);

#endif
