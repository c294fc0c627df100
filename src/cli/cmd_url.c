// SPDX-License-Identifier: MIT
#include "cli/cli.h"

const yn_command yn_cmd_url = {.name = "url", .arguments = "", .summary = "", .description = ""};
