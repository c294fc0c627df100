// SPDX-License-Identifier: MIT
#include "test.h"

#include <yonder/redirect.h>

#include "base/text.h"

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
    static const yonder_text methods[] = {YN_TEXT_INIT("GET"), YN_TEXT_INIT("POST")};
    for (int status = 0; status < 1000; status++)
        for (int i = 0; i < 2; i++) {
            const char *meaning = yonder_status_meaning(status, methods[i]);
            assert_int_equal(*meaning != '\0', status >= 300 && status <= 308);
            assert_true(strlen(meaning) <= 29);
        }
}

static void only_a_post_is_warned_that_it_may_become_a_get(void **state)
{
    (void)state;
    static const char *const others[] = {"GET", "HEAD", "PUT", "post", ""};
    for (int status = 300; status <= 308; status++) {
        bool warned = strstr(yonder_status_meaning(status, YN_TEXT("POST")), "may become");
        assert_int_equal(warned, status == 301 || status == 302);
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            assert_null(
                strstr(yonder_status_meaning(status, yonder_text_of(others[i])), "may become"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_are_those_of_the_registry),
        cmocka_unit_test(the_registry_is_whole),
        cmocka_unit_test(every_3xx_and_no_other_status_has_a_meaning),
        cmocka_unit_test(only_a_post_is_warned_that_it_may_become_a_get),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
