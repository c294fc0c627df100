// SPDX-License-Identifier: MIT
// Known HSTS hosts in a file, as the option --state names it, shared with other processes and with
// `curl --hsts FILE`.
#ifndef YN_CLI_HSTS_FILE_H
#define YN_CLI_HSTS_FILE_H

#include <yonder/hsts.h>

#include "base/buf.h"

typedef struct yn_hsts_file {
    const char *path;
    yn_buf text;         /**< as it was read */
    yonder_hsts *store;  /**< to read and to change */
    yonder_hsts *before; /**< as it was read: the difference is what is written */
} yn_hsts_file;

/**
 * Reads the file, as `client` does at the time `now`, or, for NULL, with all that is in it. Of
 * lines that are no entries stderr is told; they stay in the file. One that is not there is an
 * empty one, unless it `must_exist`. `path` NULL: no file, and an empty store.
 *
 * @return YN_EXIT_OK, or an exit code after a line on stderr
 */
int yn_hsts_file_open(yn_hsts_file *out, const char *path, bool must_exist,
                      const yonder_client *client, int64_t now);

/** What was read, as `client` reads it at the time `now`, into a store of its own, which is the
 *  caller's. @return YONDER_OK, YONDER_NO_MEMORY, YONDER_TOO_LARGE */
int yn_hsts_file_read_as(const yn_hsts_file *file, const yonder_client *client, int64_t now,
                         yonder_hsts **out);

/**
 * Writes what has changed, if anything has. Under a lock, the file is read once more and the
 * changes are made to that, so that those of other yonder processes stay; it is then replaced at
 * one stroke. A device or a pipe is neither read again nor replaced: it gets all that is in the
 * store. curl takes no lock: what it writes between our reading and our writing is lost, as it is
 * between two curls.
 *
 * @return YN_EXIT_OK, or an exit code after a line on stderr
 */
int yn_hsts_file_save(const yn_hsts_file *file);

void yn_hsts_file_close(yn_hsts_file *file);

/** Adds wget's known hosts. @return as yn_hsts_file_open() */
int yn_hsts_file_import_wget(yn_hsts_file *file, const char *path);

#endif
