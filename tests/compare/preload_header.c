// SPDX-License-Identifier: MIT
// Tells of each Strict-Transport-Security value, a line in hexadecimal, what the preload list's
// checker would say: the codes, one space between, errors and warnings as they come. preload.py is
// the user. Its arguments are "removal" or a number of seconds, the least max-age.
#include <stdio.h>
#include <stdlib.h>

#include "audit/preload_header.h"
#include "base/text.h"

enum {
    line_max = 1 << 16,
};

static const char *const codes[] = {
#define CODE_ROW(id, code, severity, summary, why) code,
    YN_CHROMIUM_CODES(CODE_ROW)
#undef CODE_ROW
};

static void tell(void *context, yn_chromium_code code, yonder_text about)
{
    (void)about;
    bool *any = context;
    printf("%s%s", *any ? " " : "", codes[code]);
    *any = true;
}

int main(int argc, char **argv)
{
    static char line[2 * line_max + 2], value[line_max];
    if (argc != 2)
        return 2;
    while (fgets(line, sizeof line, stdin)) {
        size_t len = 0;
        bool any = false;
        for (const char *p = line; yn_hex_value((unsigned char)p[0]) >= 0; p += 2)
            value[len++] =
                (char)(yn_hex_value((unsigned char)p[0]) << 4 | yn_hex_value((unsigned char)p[1]));
        // Memory of just its size, so that a sanitizer sees what reads beyond.
        char *copy = malloc(len ? len : 1);
        if (!copy)
            return 3;
        memcpy(copy, value, len);
        if (strcmp(argv[1], "removal") == 0)
            yn_preload_header_removable((yonder_text){copy, len}, tell, &any);
        else
            yn_preload_header_eligible((yonder_text){copy, len}, strtoull(argv[1], NULL, 10), tell,
                                       &any);
        free(copy);
        putchar('\n');
    }
    return 0;
}
