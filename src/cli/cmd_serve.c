// SPDX-License-Identifier: MIT
#include "cli/cli.h"

const yn_command yn_cmd_serve = {
    .name = "serve", .arguments = "", .summary = "", .description = ""};
