// SPDX-License-Identifier: MIT
// What comes after `yonder preload`: its options, and the functions that do it, each in a file of
// its own but for the small ones in cmd_preload.c.
#ifndef YN_CLI_PRELOAD_VERBS_H
#define YN_CLI_PRELOAD_VERBS_H

#include "base/json.h"
#include "cli/cli.h"
#include "cli/preload_listing.h"

typedef struct yn_preload_options {
    const char *output;
    const char *preload;
    const char *chromium, *firefox, *directory;
    const char *from, *key;
    const char *ca_file;
    yn_list resolve, connect_to;
    long timeout, max_shrink, min_names; /**< -1: not given */
    bool json, jsonl, batch;
} yn_preload_options;

typedef int yn_preload_verb(const yn_preload_options *options, size_t count, char **arguments);

yn_preload_verb yn_preload_fetch, yn_preload_diff, yn_preload_stats, yn_preload_status;

/** fetch --from DIRECTORY, where no browser is named. @return an exit code */
int yn_preload_from(const yn_preload_options *options);

/** Where fetch puts the image of a browser's list unless told otherwise; ended by NUL. With `make`
 *  its folder is made. @return YN_EXIT_OK, or an exit code after a line on stderr */
int yn_preload_default_path(yn_preload_layout browser, bool make, yn_buf *out);

/** "YYYY-MM-DD" of a moment. */
void yn_preload_date(int64_t moment, char out[11]);

/** A member that is a moment, or null for 0. */
void yn_preload_json_moment(yn_json *out, const char *name, int64_t moment);

/** A member that is a text, or null where it is empty. */
void yn_preload_json_known(yn_json *out, const char *name, yonder_text value);

#endif
