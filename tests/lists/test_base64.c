// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "lists/base64.h"

static void text_is_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *input, *expected; // the vectors of RFC 4648 section 10, and blanks
    } rows[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {" Zm9v\r\nYm\tE = \n", "fooba"},
        {"+/+/", "\xFB\xFF\xBF"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(64, NULL);
        size_t bad;
        assert_row(rows[i].input,
                   yn_base64_decode(yonder_text_of(rows[i].input), &out, &bad) == YONDER_OK);
        assert_text(rows[i].input, yn_buf_text(&out), rows[i].expected);
        if (yn_find_char(yonder_text_of(rows[i].input), ' ') == strlen(rows[i].input)) {
            yn_buf back = yn_buf_make(64, NULL);
            yn_base64_encode(yonder_text_of(rows[i].expected), &back);
            assert_text(rows[i].expected, yn_buf_text(&back), rows[i].input);
            yn_buf_free(&back);
        }
        yn_buf_free(&out);
    }
}

static void what_does_not_belong_there_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        size_t bad;
    } rows[] = {
        {"Z", 1},     {"Zg", 2},   {"Zg=", 3},     {"Zm8", 3},      {"Zm9vY", 5},
        {"Zm9v*", 4}, {"=", 0},    {"Zm9v=", 4},   {"Zg==Zg==", 4}, {"Zg===", 4},
        {"Zh==", 2},  {"Zm9=", 3}, {"Zm8=\nx", 5}, {"Zm-v", 2},     {"Zg=x", 3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(64, NULL);
        size_t bad = 99;
        assert_row(rows[i].input, yn_base64_decode(yonder_text_of(rows[i].input), &out, &bad) ==
                                      YONDER_INVALID_ARGUMENT);
        assert_row(rows[i].input, bad == rows[i].bad);
        yn_buf_free(&out);
    }
    yn_buf small = yn_buf_make(2, NULL);
    size_t bad;
    assert_int_equal(yn_base64_decode(YN_TEXT("Zm9v"), &small, &bad), YONDER_TOO_LARGE);
    yn_buf_free(&small);
}

static void what_is_short_or_has_blanks_is_taken_for_words(void **state)
{
    (void)state;
#define LINE63 "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+"
    assert_false(yn_base64_likely(YN_TEXT("")));
    assert_false(yn_base64_likely(YN_TEXT("names")));
    assert_false(yn_base64_likely(YN_TEXT(LINE63)));
    assert_false(yn_base64_likely(YN_TEXT(LINE63 " /")));
    assert_true(yn_base64_likely(YN_TEXT("\n " LINE63 "/")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_decoded),
        cmocka_unit_test(what_does_not_belong_there_is_found),
        cmocka_unit_test(what_is_short_or_has_blanks_is_taken_for_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
