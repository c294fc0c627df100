// SPDX-License-Identifier: MIT
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <yonder/base.h>

#include "cli/cli.h"
#include "cli/help.h"

extern const yn_command yn_cmd_check, yn_cmd_url, yn_cmd_decide, yn_cmd_explain, yn_cmd_trace,
    yn_cmd_serve, yn_cmd_test, yn_cmd_match, yn_cmd_lint, yn_cmd_diff, yn_cmd_compile,
    yn_cmd_convert, yn_cmd_preload, yn_cmd_hsts, yn_cmd_lab, yn_cmd_help, yn_cmd_status,
    yn_cmd_hits, yn_cmd_misses, yn_cmd_directory;

const yn_command *const yn_commands[] = {
    &yn_cmd_trace,   &yn_cmd_check,     &yn_cmd_test,
    &yn_cmd_serve,   &yn_cmd_match,     &yn_cmd_lint,
    &yn_cmd_diff,    &yn_cmd_compile,   &yn_cmd_status,
    &yn_cmd_hits,    &yn_cmd_misses,    &yn_cmd_convert,
    &yn_cmd_decide,  &yn_cmd_explain,   &yn_cmd_url,
    &yn_cmd_preload, &yn_cmd_directory, &yn_cmd_hsts,
    &yn_cmd_lab,     &yn_cmd_help,      NULL,
};

const yn_command *yn_command_find(const char *name)
{
    for (const yn_command *const *c = yn_commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return NULL;
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        yn_help_program();
        return YN_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        yn_help_program();
        return YN_EXIT_OK;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("yonder %s\n", yonder_version());
        return YN_EXIT_OK;
    }
    const yn_command *command = yn_command_find(argv[1]);
    if (!command)
        return yn_usage_error(NULL, "there is no command '%s'", argv[1]);
    return yn_command_run(command, argc - 2, argv + 2);
}

// A reader that has seen enough ("| head") need not be told. By now errno may be of something else.
static bool reader_left(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); // a reader that left shows as a write error, below
    int code = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (!reader_left())
            perror("yonder: cannot write output");
        return YN_EXIT_FAILED;
    }
    return code;
}
