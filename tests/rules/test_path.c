// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "rules/path.h"

static void spellings_of_one_path_have_one_key(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        const char *key;
    } rows[] = {
        {"/", "/"},
        {"/a/b.html", "/a/b.html"},
        {"/caf\xC3\xA9", "/caf%C3%A9"},
        {"/caf%c3%a9", "/caf%C3%A9"},
        {"/caf%C3%A9", "/caf%C3%A9"},
        {"/%41%7e%2D%5f%2E%7a", "/A~-_.z"}, // unreserved
        {"/%2f%3a%40", "/%2F%3A%40"},       // reserved: another path than with the bytes
        {"/:@!$&'()*+,;=", "/:@!$&'()*+,;="},
        {"/[\\]|", "/%5B%5C%5D%7C"},
        {"/\"#<>^`{}", "/%22%23%3C%3E%5E%60%7B%7D"},
        {"/ \x01\x7F", "/%20%01%7F"},
        {"/100%", "/100%25"}, // a stray "%" stands for itself
        {"/%zz%4", "/%25zz%254"},
        {"/%2%35", "/%2525"}, // decoded once, not again
        {"/Case", "/Case"},
        {"//a//", "//a//"},
        {"/a/./b", "/a/b"},
        {"/a/../b", "/b"},
        {"/a/%2e%2E/b", "/b"},
        {"/a/.%2e/b", "/b"},
        {"/a/%2e", "/a/"},
        {"/a/.", "/a/"},
        {"/a/..", "/"},
        {"/a/b/..", "/a/"},
        {"/../../a", "/a"},
        {"/..", "/"},
        {"/a//../b", "/a/b"},
        {"/...", "/..."},
        {"/.a/..b/c.", "/.a/..b/c."},
        {"/.well-known", "/.well-known"},
        {"/%2e%2e%2e", "/..."},
        {"/a/b/../../../c/./d/..", "/c/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char raw[64], key[192];
        yonder_text path = yonder_text_of(rows[i].path);
        yonder_text dotless = {raw, yn_path_remove_dots(raw, path)};
        yonder_text canonical = {key, yn_path_canonical(key, dotless)};
        assert_text(rows[i].path, canonical, rows[i].key);
        bool is_key;
        assert_row(rows[i].path, yn_path_scan(path, &is_key) == path.len);
        assert_row(rows[i].path, is_key == yn_equal(path, canonical));
        assert_row(rows[i].path, yn_path_scan(canonical, &is_key) == canonical.len && is_key);
    }
}

static void the_path_ends_at_the_first_question_mark(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        size_t len;
        bool canonical;
    } rows[] = {
        {"/a?b?c", 2, true},      {"/a", 2, true},         {"/?/../x", 1, true},
        {"/%41?b", 4, false},     {"/a/.?b", 4, false},    {"/a/..?b", 5, false},
        {"/a/.b?b", 5, true},     {"/a/%2F?%2f", 6, true}, {"/a/%2f?", 6, false},
        {"/a/%2", 5, false},      {"/a/%", 4, false},      {"/a%?41", 3, false},
        {"/\xC3\xA9?", 3, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bool canonical;
        size_t len = yn_path_scan(yonder_text_of(rows[i].target), &canonical);
        assert_row(rows[i].target, len == rows[i].len);
        assert_row(rows[i].target, canonical == rows[i].canonical);
    }
}

static void a_path_without_dot_segments_is_left_as_written(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"/A%41/%c3\xC3\xA9//x", "/A%41/%c3\xC3\xA9//x"},
        {"/x/../A%41/./%zz/", "/A%41/%zz/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char raw[64];
        yonder_text dotless = {raw, yn_path_remove_dots(raw, yonder_text_of(rows[i][0]))};
        assert_text(rows[i][0], dotless, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_of_one_path_have_one_key),
        cmocka_unit_test(the_path_ends_at_the_first_question_mark),
        cmocka_unit_test(a_path_without_dot_segments_is_left_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
