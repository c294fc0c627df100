// SPDX-License-Identifier: MIT
#include "rules/rules_test.h"

// One row: a rule file, a request, the answer.
typedef struct match_row {
    const char *rules;
    const char *host;
    const char *target;
    const char *answer;
} match_row;

static void check(const match_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yonder_rules *rules = rules_of(rows[i].rules, yonder_text_of(rows[i].rules));
        char row[1024];
        snprintf(row, sizeof row, "%s ← %s %s", rows[i].rules, rows[i].host, rows[i].target);
        assert_text(row, yonder_text_of(answer_to(rules, rows[i].host, rows[i].target)),
                    rows[i].answer);
        yonder_rules_free(rules);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void a_path_is_matched_whole(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/a /b", "h", "/a", "301 /b line 1"},
        {"/a /b", "", "/a", "301 /b line 1"},
        {"/a /b", "h", "/", "none"},
        {"/a /b", "h", "/a/", "none"},
        {"/a /b", "h", "/ab", "none"},
        {"/a /b", "h", "/A", "none"},
        {"/a /b", "h", "//a", "none"},
        {"/a /b", "h", "a", "none"},
        {"/a /b", "h", "*", "none"},
        {"/a /b", "h", "", "none"},
        {"/a//b /c", "h", "/a//b", "301 /c line 1"},
        {"/a//b /c", "h", "/a/b", "none"},
        {"/ /de/ 302", "h", "/", "302 /de/ line 1"},
        {"# c\n\n/x /y\r\n/a /b # d\n", "h", "/a", "301 /b line 4"},
    };
    CHECK(rows);
}

static void a_splat_matches_what_is_below_and_the_path_itself(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/blog/* /news/:splat", "h", "/blog/x/y?z=1", "301 /news/x/y?z=1 line 1"},
        {"/blog/* /news/:splat", "h", "/blog/", "301 /news/ line 1"},
        {"/blog/* /news/:splat", "h", "/blog", "301 /news/ line 1"},
        {"/blog/* /news/:splat", "h", "/blogs", "none"},
        {"/blog/* /news/:splat", "h", "/blog//x", "301 /news//x line 1"},
        {"/* https://new.example/:splat", "h", "/", "301 https://new.example/ line 1"},
        {"/* https://new.example/:splat", "h", "/a/b/", "301 https://new.example/a/b/ line 1"},
        {"/p/:id/* /q/:id?rest=:splat", "h", "/p/1/2/3", "301 /q/1?rest=2/3 line 1"},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_matched_whole),
        cmocka_unit_test(a_splat_matches_what_is_below_and_the_path_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
