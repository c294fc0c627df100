// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "lists/preload_about.h"

#define FIRST "yonder preload list 1\n"
#define HEAD  FIRST "image 0123456789abcdef\nbrowser firefox\nsource https://a/ b\n"
#define LIST  "list 2026-11-26T11:00:00Z 94600\n"

static void what_is_written_is_what_was_read(void **state)
{
    (void)state;
    static const char *const rows[] = {
        HEAD LIST "entries 0\n",
        HEAD "etag W/\"x y\"\nmodified Thu, 26 Nov 2026 11:00:00 GMT\n"
             "expires 2027-01-15T08:00:00Z\npolicy google\npolicy custom\n" LIST
             "list 2026-12-26T11:00:00Z 5\nentries 4\n0 0\n1 1\n- 1\n1 0 +\n",
        FIRST "image ffffffffffffffff\nbrowser directory\nsource x\nexpires 2027-01-15T08:00:00Z\n"
              "version 9223372036854775807\nkey a+/=\npolicy custom\n" LIST "entries 1\n0 0\n",
        FIRST "image ffffffffffffffff\nbrowser chromium\nsource x\n" LIST LIST LIST
              "entries 1\n- 2\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_preload_about about;
        yn_list_problem problem;
        yn_buf out = yn_buf_make(4096, NULL);
        assert_row(rows[i],
                   yn_preload_about_read(&about, yonder_text_of(rows[i]), &problem) == YONDER_OK);
        yn_preload_about_write(&about, &out);
        assert_text("round", yn_buf_text(&out), rows[i]);
        yn_preload_about_free(&about);
        yn_buf_free(&out);
    }
}

static void its_members_are_found(void **state)
{
    (void)state;
    yn_preload_about a;
    yn_list_problem problem;
    const yonder_text text = YN_TEXT(HEAD "expires 1970-01-02T00:00:00Z\npolicy google\n" LIST
                                          "entries 2\n0 0 +\n- 0\n");
    assert_int_equal(yn_preload_about_read(&a, text, &problem), YONDER_OK);
    assert_true(a.image == 0x0123456789abcdef && a.browser == YN_PRELOAD_FIREFOX);
    assert_text("source", a.source, "https://a/ b");
    assert_true(a.expires == 86400 && a.etag.len == 0 && a.modified.len == 0);
    assert_true(a.version == 0 && a.key.len == 0);
    assert_true(a.list_count == 1 && a.lists[0].names == 94600 && a.lists[0].fetched == 1795690800);
    assert_text("policy", a.policies[0], "google");
    assert_true(a.row_count == 2 && a.rows[0].policy == 0 && a.rows[0].idle_subdomains);
    assert_true(a.rows[1].policy == YN_PRELOAD_NO_POLICY && !a.rows[1].idle_subdomains);
    yn_preload_about_free(&a);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        size_t line;
        const char *message; // its beginning
    } rows[] = {
        {"", 0, "the first line"},
        {"yonder preload list 2\n", 1, "the first line"},
        {FIRST, 1, "there is no line 'entries'"},
        {FIRST "image 0123456789abcde\n", 2, "the hash"},
        {FIRST "image 0123456789abcdeg\n", 2, "the hash"},
        {FIRST "browser opera\n", 2, "no browser"},
        {FIRST "colour red\n", 2, "no word"},
        {FIRST "source \n", 2, "a word and a printable value"},
        {FIRST "etag a\rb\n", 2, "a word and a printable value"},
        {FIRST "expires tomorrow\n", 2, "expires takes"},
        {FIRST "version 9223372036854775808\n", 2, "a version is"},
        {FIRST "version -1\n", 2, "a version is"},
        {FIRST "list 2026-11-26T11:00:00Z\n", 2, "a list is"},
        {FIRST "list 2026-13-26T11:00:00Z 5\n", 2, "a list is"},
        {FIRST "list 2026-11-26T11:00:00Z 4294967296\n", 2, "a list is"},
        {HEAD "entries 0\n", 5, "image, browser, source"},
        {FIRST LIST "entries 0\n", 3, "image, browser, source"},
        {HEAD LIST "entries 1\n", 6, "there are not so many"},
        {HEAD LIST "entries 99999999999\n", 6, "there are not so many"},
        {HEAD LIST "entries x\n", 6, "there are not so many"},
        {HEAD LIST "entries 1\n0 0\n", 7, "the first word"},
        {HEAD LIST "entries 1\n- 1\n", 7, "the second word"},
        {HEAD LIST "entries 1\n- x\n", 7, "the second word"},
        {HEAD LIST "entries 1\n- 0 -\n", 7, "after two words"},
        {HEAD LIST "entries 1\n- 0\n- 0\n", 7, "there are more"},
        {HEAD LIST "entries 2\n- 0 +\n\n\n", 8, "the first word"},
        {HEAD LIST "entries 2\n- 0         \n", 7, "after two words"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_preload_about about;
        yn_list_problem problem;
        assert_row(rows[i].input, yn_preload_about_read(&about, yonder_text_of(rows[i].input),
                                                        &problem) == YONDER_INVALID_ARGUMENT);
        assert_row(rows[i].input, problem.line == rows[i].line);
        assert_row(problem.message, yn_starts_with(yonder_text_of(problem.message),
                                                   yonder_text_of(rows[i].message)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(its_members_are_found),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
