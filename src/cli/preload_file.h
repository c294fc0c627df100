// SPDX-License-Identifier: MIT
// A preload image in a file, as the option --preload names it.
#ifndef YN_CLI_PRELOAD_FILE_H
#define YN_CLI_PRELOAD_FILE_H

#include <yonder/preload.h>

typedef struct yn_preload_file {
    yonder_preload *set;
    yonder_text image; /**< the mapped file */
} yn_preload_file;

/** Maps and opens the image. @return YN_EXIT_OK, or an exit code after a line on stderr */
int yn_preload_file_open(yn_preload_file *out, const char *path);
/** Whether the bytes begin as those of an image, be it of another version. */
bool yn_preload_file_is_image(yonder_text bytes);
void yn_preload_file_close(yn_preload_file *file);

/** Makes of a host as a person or a URL may write it one in ASCII, in lower case and without the
 *  dot at the end, in `ascii`; empty if it is none. */
yonder_text yn_preload_file_host(yonder_text host, char ascii[512]);

/** Looks up a host as a person or a URL may write it: one that is not ASCII goes through the URL
 *  standard's host parser first, and `match->matched` is then a view of `ascii`. */
void yn_preload_file_query(const yn_preload_file *file, yonder_text host, char ascii[512],
                           yonder_preload_match *match);

#endif
