// SPDX-License-Identifier: MIT
#include "test.h"

#include <yonder/redirect.h>

static void phrases_are_those_of_the_registry(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *phrase;
    } rows[] = {
        {100, "Continue"},
        {200, "OK"},
        {226, "IM Used"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {404, "Not Found"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {431, "Request Header Fields Too Large"},
        {511, "Network Authentication Required"},
        {0, ""},
        {99, ""},
        {299, ""},
        {309, ""},
        {419, ""},
        {599, ""},
        {-1, ""},
        {1000, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(yonder_status_phrase(rows[i].status), rows[i].phrase);
}

static void the_registry_is_whole(void **state)
{
    (void)state;
    static const struct {
        int from, to;
    } registered[] = {
        {100, 104}, {200, 208}, {226, 226}, {300, 308}, {400, 418}, {421, 426},
        {428, 429}, {431, 431}, {451, 451}, {500, 508}, {510, 511},
    };
    size_t row = 0;
    for (int status = 0; status < 1000; status++) {
        if (row < sizeof registered / sizeof *registered && status > registered[row].to)
            row++;
        bool expected = row < sizeof registered / sizeof *registered &&
                        status >= registered[row].from && status <= registered[row].to;
        assert_int_equal(*yonder_status_phrase(status) != '\0', expected);
    }
}

static void every_3xx_and_no_other_status_has_a_meaning(void **state)
{
    (void)state;
    for (int status = 0; status < 1000; status++)
        assert_int_equal(*yonder_status_meaning(status) != '\0', status >= 300 && status <= 308);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_are_those_of_the_registry),
        cmocka_unit_test(the_registry_is_whole),
        cmocka_unit_test(every_3xx_and_no_other_status_has_a_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
