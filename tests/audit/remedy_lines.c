// SPDX-License-Identifier: MIT
// Prints the lines of a remedy for remedies.sh: remedy_lines FIX SERVER, both by their names. Exits
// 1 where there are none.
#include <stdio.h>
#include <string.h>

#include "audit/remedy.h"
#include "base/text.h"

int main(int argc, char **argv)
{
    const yn_remedy_place place = {.host = YN_TEXT("example.test"),
                                   .other = YN_TEXT("www.example.test"),
                                   .value = YN_TEXT("max-age=63072000; includeSubDomains")};
    yn_buf lines = yn_buf_make(1 << 16, NULL);
    bool written = false;
    for (int fix = YN_FIX_NONE; argc == 3 && fix <= YN_FIX_CERTIFICATE; fix++)
        for (int s = 0; s < YN_SERVER_COUNT; s++)
            if (strcmp(argv[1], yn_fix_code((yn_fix)fix)) == 0 &&
                strcmp(argv[2], yn_server_name((yn_server)s)) == 0)
                written = yn_remedy_write(&lines, (yn_fix)fix, (yn_server)s, &place);
    if (written)
        fwrite(lines.ptr, 1, lines.len, stdout);
    yn_buf_free(&lines);
    return written ? 0 : 1;
}
