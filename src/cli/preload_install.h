// SPDX-License-Identifier: MIT
// What becomes of a list that fetch has got, whoever publishes it: held against the old one, put in
// its place, told to whoever called. Functions that return int return YN_EXIT_OK, or an exit code
// after a line on stderr.
#ifndef YN_CLI_PRELOAD_INSTALL_H
#define YN_CLI_PRELOAD_INSTALL_H

#include "cli/preload_verbs.h"
#include "trace/fetch.h"

/** One list on its way. */
typedef struct yn_install {
    const yn_preload_options *options;
    yn_preload_layout browser;
    const char *source;
    yn_buf path; /**< of the image, ended by NUL */
    bool has_old;
    yn_listing old, new;
    yonder_text etag, modified; /**< to ask with the next time; may be empty */
    int64_t now;
    /* Only of a directory's list: */
    int64_t version;
    yonder_text key; /**< Base64 */
    bool by_delta;
    size_t bytes; /**< that were fetched */
} yn_install;

/** Says what is wrong. @return YN_EXIT_FAILED */
int yn_install_fail(const yn_install *job, const char *why);

/** Sets `path`: what --output names, or where lists of that browser are. */
int yn_install_place(yn_install *job);

/** Opens the list that is there, if there is one; that of another browser is refused. */
int yn_install_open_old(yn_install *job);

/** Holds `new`, which is whole and read, against what the options say and the old list, puts it in
 *  place, and prints what came of it. */
int yn_install_new(yn_install *job);

/** Prints that the old list is still the one that is published. */
void yn_install_unchanged(const yn_install *job);

/** Frees `path` and the old list. */
void yn_install_close(yn_install *job);

/** How the options say that a list is reached, of at most that many bytes. */
yn_fetch_options yn_install_reach(const yn_preload_options *options, size_t max_body);

#endif
