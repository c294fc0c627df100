// SPDX-License-Identifier: MIT
#include "test.h"

#include "rules/likely.h"

static void a_slip_finds_its_word(void **state)
{
    (void)state;
    static const char *const words[] = {"method", "language", "max-age", "http", "from"};
    static const struct {
        const char *typed;
        int word;
    } rows[] = {
        {"method", 0},  {"METHOD", 0},   {"methd", 0},
        {"mehtod", 0},  {"methods", 0},  {"mtd", -1},
        {"lang", 1},    {"langauge", 1}, {"la", -1},
        {"max_age", 2}, {"maxage", 2},   {"max-ages", 2},
        {"htp", 3},     {"https", 3},    {"form", 4},
        {"fro", 4},     {"weather", -1}, {"", -1},
        {"x", -1},      {"h", -1},       {"a-word-that-is-longer-than-any-of-the-words", -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].typed,
                   yn_likely(yonder_text_of(rows[i].typed), words, 5) == rows[i].word);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_finds_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
