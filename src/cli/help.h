// SPDX-License-Identifier: MIT
// What the tables of commands and options look like: help, man pages, shell completion.
#ifndef YN_CLI_HELP_H
#define YN_CLI_HELP_H

#include "cli/cli.h"

void yn_help_program(void);
void yn_help_command(const yn_command *command);
/** The same with the options of that verb first. False, and nothing is printed, where the command
 *  has no such verb. */
bool yn_help_verb(const yn_command *command, const char *verb);
/** yonder(1) where `command` is NULL, otherwise yonder-<command>(1); mdoc on stdout. */
void yn_help_man(const yn_command *command);
void yn_help_bash_completion(void);

#endif
