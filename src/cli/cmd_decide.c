// SPDX-License-Identifier: MIT
#include "cli/cli.h"

const yn_command yn_cmd_decide = {
    .name = "decide", .arguments = "", .summary = "", .description = ""};
