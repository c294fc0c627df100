// SPDX-License-Identifier: MIT
// A directory of lists at a URL, as it is asked: which version is the newest, and for documents. No
// redirect is followed. Nothing that comes from there is believed here; preload_from.c looks at
// signatures. Functions that return int return YN_EXIT_OK, or an exit code after a line on stderr.
#ifndef YN_CLI_PRELOAD_REMOTE_H
#define YN_CLI_PRELOAD_REMOTE_H

#include <yonder/url.h>

#include "cli/preload_verbs.h"
#include "trace/fetch.h"

typedef struct yn_remote {
    const yn_preload_options *options;
    yonder_url base;     /**< ends with '/' */
    bool trusted;        /**< by https, or on this machine: who answers is whom the URL names */
    yn_fetcher *fetcher; /**< of small documents */
    size_t bytes;        /**< of documents that came */
    yn_arena arena;      /**< holds these */
} yn_remote;

/** The directory that --from names. Plain http to another machine takes --key. */
int yn_remote_open(yn_remote *out, const yn_preload_options *options);
void yn_remote_close(yn_remote *remote);

/** The number of the newest version: that to which /lists/newest/version.json redirects. */
int yn_remote_newest(yn_remote *remote, int64_t *version);

/** A document, `path` being what follows the base, such as "lists/12/list.json"; refused where it
 *  is longer than `max`. Empty ones are good. */
int yn_remote_get(yn_remote *remote, const char *path, size_t max, yonder_text *out);

/** Says what is wrong with that document, as `format` has it. @return `code` */
int yn_remote_complain(const yn_remote *remote, int code, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Says what a reader found in it; bytes that came from there are escaped. @return YN_EXIT_USAGE */
int yn_remote_unreadable(const yn_remote *remote, const char *path, const yn_list_problem *problem);

#endif
