// SPDX-License-Identifier: MIT
// The format of a file nobody has named one for.
#ifndef YN_CLI_CONVERT_GUESS_H
#define YN_CLI_CONVERT_GUESS_H

#include "dialects/dialect.h"

/** The format by the file's name, and where that is not enough by what is in it; NULL: no idea. */
const yn_dialect *yn_convert_guess(const char *path, yonder_text text);

#endif
