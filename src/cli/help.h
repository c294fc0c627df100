// SPDX-License-Identifier: MIT
// What the tables of commands and options look like: help, man pages, shell completion.
#ifndef YN_CLI_HELP_H
#define YN_CLI_HELP_H

#include "cli/cli.h"

void yn_help_program(void);
void yn_help_command(const yn_command *command);
/** yonder(1) where `command` is NULL, otherwise yonder-<command>(1); mdoc on stdout. */
void yn_help_man(const yn_command *command);
void yn_help_bash_completion(void);

#endif
