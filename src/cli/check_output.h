// SPDX-License-Identifier: MIT
// What `yonder check` writes, in the order of the domains: to stdout, or at the end of the file
// that
// --resume names, and to the page of --html. Only whole lines are written, and each at once.
#ifndef YN_CLI_CHECK_OUTPUT_H
#define YN_CLI_CHECK_OUTPUT_H

#include "cli/check_progress.h"
#include "cli/check_work.h"

typedef struct yn_check_output {
    const yn_check_how *how;
    bool several;         /**< an array or a list of domains, even of one */
    int fd;               /**< of --resume; -1: stdout */
    const char *html;     /**< the file of the page, or NULL */
    yn_buf page;          /**< until it is written, at the end */
    size_t expected;      /**< domains; 0: not known */
    size_t written;       /**< of this run */
    size_t results[3];    /**< by yn_check_result, those that are resumed from included */
    size_t worse, better; /**< domains, and issues */
    bool failed;          /**< something could not be written, and it was said */
    yn_check_progress *progress;
} yn_check_output;

/** Goes on with what --resume has: its results count, what is cut off at its end is taken away.
 *  @return YN_EXIT_OK, or an exit code after a line on stderr; `*earlier` is to be freed */
int yn_check_output_resume(yn_check_output *out, const char *path, yn_earlier **earlier);

void yn_check_output_begin(yn_check_output *out);
/** `context` is a yn_check_output, `result` a yn_check_done or NULL. False: nothing more can be
 *  written. */
bool yn_check_output_take(void *context, void *result);
/** Writes what is left. @return the exit code */
int yn_check_output_end(yn_check_output *out);

#endif
