// SPDX-License-Identifier: MIT
// The option --color, which commands that write for people share.
#ifndef YN_CLI_COLOUR_H
#define YN_CLI_COLOUR_H

#include "report/style.h"

/** The help of the option. */
#define YN_COLOUR_HELP "auto (on a terminal, unless NO_COLOR is set), always or never"

/** Reads "auto", "always" or "never"; NULL is "auto". Returns an exit code: YN_EXIT_OK, or
 *  YN_EXIT_USAGE with the reason on stderr. */
int yn_choose_colour(const char *command, const char *word, yn_colour *out);

#endif
