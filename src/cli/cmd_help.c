// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "cli/cli.h"
#include "cli/help.h"

typedef struct help_options {
    bool man;
    bool completion;
} help_options;

static int run(const void *values, size_t argument_count, char **arguments)
{
    const help_options *options = values;
    const yn_command *command = NULL;
    if (argument_count) {
        command = yn_command_find(arguments[0]);
        if (!command)
            return yn_usage_error("help", "there is no command '%s'", arguments[0]);
    }
    if (options->completion)
        yn_help_bash_completion();
    else if (options->man)
        yn_help_man(command);
    else if (command)
        yn_help_command(command);
    else
        yn_help_program();
    return YN_EXIT_OK;
}

static const yn_option options[] = {
    {0, "man", YN_FLAG, NULL, offsetof(help_options, man), "write the page as a manual page (mdoc)",
     0, 0, 0},
    {0, "completion", YN_FLAG, NULL, offsetof(help_options, completion),
     "write a completion script for bash", 0, 0, 0},
    {0},
};

const yn_command yn_cmd_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "tell about a command, as text or as a manual page",
    .description = "Shows what a command does and which options it takes.",
    .options = options,
    .options_size = sizeof(help_options),
    .max_arguments = 1,
    .run = run,
};
