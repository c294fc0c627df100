// SPDX-License-Identifier: MIT
// A hundred thousand rules of each awkward kind: read and asked in time, which a scan or anything
// quadratic would not be (10^10 steps), and still answered rightly.
#include "rules/rules_test.h"

#include <unistd.h>

#include "base/buf.h"

enum {
    count = 100000,
    time_limit = 20, // seconds for all; half a one is used, some under sanitizers
};

// "%1$u" is the number of the rule, from 0.
typedef struct scale_row {
    const char *rule;
    const char *host, *target; // of a request that meets rule `meets`, and of one that meets none
    unsigned meets;
    const char *answer; // without the line
    const char *miss_host, *miss;
} scale_row;

static const scale_row rows[] = {
    {"/page-%1$u /new-%1$u\n", "h", "/page-%1$u", 77777, "301 /new-%1$u", "h", "/page-x"},
    {"/same /new-%1$u\n", "h", "/same", 0, "301 /new-%1$u", "h", "/other"},
    {"/same/:p/* /new-%1$u\n", "h", "/same/x/y", 0, "301 /new-%1$u", "h", "/same"},
    {"/old-%1$u/* /new-%1$u/:splat\n", "h", "/old-%1$u/a/b", 99999, "301 /new-%1$u/a/b", "h",
     "/old-x/a"},
    {"/:a/old-%1$u/:b /%1$u/:b/:a\n", "h", "/x/old-%1$u/y", 50000, "301 /%1$u/y/x", "h",
     "/x/old-5/"},
    {"/index.php id=%1$u /new-%1$u\n", "h", "/index.php?a=b&id=%1$u", 12345, "301 /new-%1$u?a=b",
     "h", "/index.php?id=x"},
    {"/index.php p%1$u=:v /new-%1$u/:v\n", "h", "/index.php?p%1$u=1", 3, "301 /new-%1$u/1", "h",
     "/index.php"},
    {"http://h%1$u.test/ /new-%1$u\n", "h%1$u.test", "/", 99999, "301 /new-%1$u", "h.test", "/"},
    {"http://*.h%1$u.test/* /new-%1$u/:splat\n", "a.b.h%1$u.test", "/x", 4711, "301 /new-%1$u/x",
     "h5.test", "/x"},
    {"[h%1$u.test]\n/a /new-%1$u\n", "h%1$u.test", "/a", 99999, "301 /new-%1$u", "h.test", "/a"},
    {"[h.test]\n/page-%1$u /new-%1$u\n", "h.test", "/page-%1$u", 99999, "301 /new-%1$u", "i.test",
     "/page-1"},
};

static void many_rules_of_any_kind_are_read_and_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const scale_row *row = &rows[i];
        char host[64], target[64], answer[64];
        yn_buf text = yn_buf_make((size_t)1 << 30, NULL);
        for (unsigned n = 0; n < count; n++)
            yn_buf_printf(&text, row->rule, n);
        yonder_rules *rules = rules_of(row->rule, yn_buf_text(&text));
        assert_int_equal(yonder_rules_count(rules), count);
        snprintf(host, sizeof host, row->host, row->meets);
        snprintf(target, sizeof target, row->target, row->meets);
        snprintf(answer, sizeof answer, row->answer, row->meets);
        yn_buf_free(&text);
        for (unsigned n = 0; n < 1000; n++) {
            yonder_text given = {answer_to(rules, host, target), 0};
            const char *line = strstr(given.ptr, " line ");
            assert_row(row->rule, line != NULL);
            given.len = (size_t)(line - given.ptr);
            assert_text(row->rule, given, answer);
            assert_string_equal(answer_to(rules, row->miss_host, row->miss), "none");
        }
        yonder_rules_free(rules);
    }
}

// Patterns that agree for long make a look-up go back often, but over no node twice.
static void patterns_that_agree_for_long_are_tried_once_each(void **state)
{
    (void)state;
    enum {
        depth = 12
    };
    yn_buf text = yn_buf_make((size_t)1 << 30, NULL);
    for (unsigned n = 0; n < 1u << depth; n++) {
        for (unsigned i = 0; i < depth; i++)
            yn_buf_printf(&text, n >> i & 1 ? "/:p%u" : "/a", i);
        yn_buf_printf(&text, "/end /%u\n", n);
    }
    yonder_rules *rules = rules_of("agree", yn_buf_text(&text));
    assert_string_equal(answer_to(rules, "h", "/a/a/a/a/a/a/a/a/a/a/a/a/end"), "301 /0 line 1");
    assert_string_equal(answer_to(rules, "h", "/b/b/b/b/b/b/b/b/b/b/b/b/end"),
                        "301 /4095 line 4096");
    for (unsigned n = 0; n < 100; n++)
        assert_string_equal(answer_to(rules, "h", "/a/a/a/a/a/a/a/a/a/a/a/a/miss"), "none");
    yonder_rules_free(rules);

    text.len = 0; // thousands of segments in one pattern and one request
    yn_buf_str(&text, "/:a");
    for (unsigned i = 0; i < 5000; i++)
        yn_buf_str(&text, "/b");
    size_t from = text.len;
    yn_buf_str(&text, "/:z /:z/:a");
    rules = rules_of("deep", yn_buf_text(&text));
    text.len = from;
    yn_buf_put(&text, (yonder_text){"/c", 3});
    memcpy(text.ptr, "/x", 2);
    memmove(text.ptr + 2, text.ptr + 3, text.len - 3);
    assert_string_equal(answer_to(rules, "h", text.ptr), "301 /c/x line 1");
    yonder_rules_free(rules);
    yn_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_rules_of_any_kind_are_read_and_found),
        cmocka_unit_test(patterns_that_agree_for_long_are_tried_once_each),
    };
    alarm(time_limit);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
