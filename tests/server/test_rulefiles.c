// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "server/rulefiles.h"

static void a_diagnostic_points_at_its_column(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        uint32_t column;
        const char *shown;
    } rows[] = {
        {"/a /b 999", 7, "f:3:7: why\n    /a /b 999\n          ^\n"},
        {"/a", 1, "f:3:1: why\n    /a\n    ^\n"},
        {"/a", 3, "f:3:3: why\n    /a\n      ^\n"},            // past its end
        {"\t/a b", 5, "f:3:5: why\n    \t/a b\n    \t   ^\n"}, // a tab stays one
        {"/caf\xC3\xA9 b", 8, "f:3:8: why\n    /caf\xC3\xA9 b\n          ^\n"},
        {"/\x1B[31m\x7F", 2, "f:3:2: why\n    /?[31m?\n     ^\n"}, // nothing the terminal obeys
        {"", 1, "f:3:1: why\n    \n    ^\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        assert_non_null(out);
        yonder_text line = yonder_text_of(rows[i].line), shown;
        yonder_diagnostic d = {YN_TEXT("f"), 3, rows[i].column, YN_TEXT("why"), line};
        yn_diagnostic_print(out, &d);
        fclose(out);
        shown = (yonder_text){text, len};
        assert_text(rows[i].line, shown, rows[i].shown);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_diagnostic_points_at_its_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
