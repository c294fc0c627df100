// SPDX-License-Identifier: MIT
// The domains to check: arguments, then the lines of files, one a line. Blank lines, and what
// begins with '#', are passed over. A pipe is read as lines come.
#ifndef YN_CLI_CHECK_INPUT_H
#define YN_CLI_CHECK_INPUT_H

#include "base/buf.h"

typedef struct yn_check_input {
    char *const *arguments;
    size_t argument_count;
    const char *path; /**< NULL for none, "-" for standard input */
    size_t next;      /**< of the arguments */
    int fd;           /**< -1: not open */
    bool ended;
    int error;     /**< an errno: what kept the file from being read to its end */
    yn_buf buffer; /**< what was read of the file and not yet given */
    size_t at;
    size_t total; /**< how many there are in all; 0 where it cannot be told */
} yn_check_input;

/** @return YN_EXIT_OK, or an exit code after a line on stderr */
int yn_check_input_open(yn_check_input *out, char *const *arguments, size_t count,
                        const char *path);
void yn_check_input_close(yn_check_input *input);

typedef enum yn_check_line_state {
    YN_CHECK_LINE_GIVEN,
    YN_CHECK_LINE_WAIT, /**< for a tenth of a second nothing came */
    YN_CHECK_LINE_END,
} yn_check_line_state;

/** Appends the next domain to `out`. */
yn_check_line_state yn_check_input_next(yn_check_input *input, yn_buf *out);

#endif
