// SPDX-License-Identifier: MIT
// What commands print that write into a buffer first. That stdout failed main() finds out.
#ifndef YN_CLI_PRINT_H
#define YN_CLI_PRINT_H

#include "base/buf.h"

/** Prints a line of JSON or text, to which the line's end is added, and takes it out of `line`. */
void yn_print_line(yn_buf *line);

#endif
