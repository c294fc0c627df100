// SPDX-License-Identifier: MIT
#include "cli/print.h"

#include <stdio.h>

void yn_print_line(yn_buf *line)
{
    yn_buf_char(line, '\n');
    (void)fwrite(line->ptr, 1, line->len, stdout);
    line->len = 0;
}
