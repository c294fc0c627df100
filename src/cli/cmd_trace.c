// SPDX-License-Identifier: MIT
#include "cli/cli.h"

const yn_command yn_cmd_trace = {
    .name = "trace", .arguments = "", .summary = "", .description = ""};
