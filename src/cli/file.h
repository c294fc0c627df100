// SPDX-License-Identifier: MIT
// Whole files: read, mapped, replaced at one stroke. All but yn_file_take() say on stderr what went
// wrong, with the name of the file.
#ifndef YN_CLI_FILE_H
#define YN_CLI_FILE_H

#include "base/buf.h"

/** Appends all of the file `path`, "-" being stdin, to `out`. Says nothing: returns 0 or an errno;
 * an error of the buffer is also set in `out`. */
int yn_file_take(const char *path, yn_buf *out);

/** Reads all of the file `path`, "-" being stdin, into `out`. An error is also set in `out`. */
bool yn_file_read(const char *path, yn_buf *out);

/** Maps the file for reading, to be shared with other processes; ends with yn_file_unmap(). An
 *  empty file gives the empty text. */
bool yn_file_map(const char *path, yonder_text *out);
void yn_file_unmap(yonder_text mapped);

/** Puts `content` in the place of what `path` holds, if anything: who opens it sees the old or the
 *  new, whole, also after a loss of power. What is no regular file, such as a device, stays what it
 *  is, and is written to. */
bool yn_file_replace(const char *path, yonder_text content);

/** The same, with those permissions (-1: those of a new file) from the first moment. */
bool yn_file_replace_as(const char *path, yonder_text content, int mode);

#endif
