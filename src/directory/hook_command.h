// SPDX-License-Identifier: MIT
// A program that is given a text, and so much time.
#ifndef YN_DIRECTORY_HOOK_COMMAND_H
#define YN_DIRECTORY_HOOK_COMMAND_H

#include <stdatomic.h>

#include "base/buf.h"

/**
 * Runs the program at the path `command`, no shell between and without arguments, in a process
 * group of its own; `input` is its standard input, a file, and what it says is thrown away. After
 * `timeout_ms`, or where `*stop` (which may be NULL) is set, all of the group is killed.
 *
 * @return whether it ended with 0; else what happened is put into `problem`
 */
bool yn_hook_command(const char *command, yonder_text input, long timeout_ms,
                     const atomic_bool *stop, yn_buf *problem);

#endif
