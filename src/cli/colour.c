// SPDX-License-Identifier: MIT
#include "cli/colour.h"

#include "cli/cli.h"

int yn_choose_colour(const char *command, const char *word, yn_colour *out)
{
    static const char *const words[] = {"auto", "always", "never"};
    for (int i = 0; i < 3; i++)
        if (!word || strcmp(word, words[i]) == 0) {
            *out = (yn_colour)i;
            return YN_EXIT_OK;
        }
    return yn_usage_error(command, "--color takes auto, always or never, not '%s'", word);
}
