// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "server/near.h"

static yonder_text text(const char *s)
{
    return yonder_text_of(s);
}

static void what_is_kept_is_printable_and_without_a_query(void **state)
{
    (void)state;
    static const struct {
        const char *host, *target, *expected;
        bool cut;
    } rows[] = {
        {"a.test", "/x", "a.test/x", false},
        {"A.Test:80", "/X?q=1", "a.test:80/X", false},
        {"", "/\x1b[31m \xC3\xA4\x7F", "/%1B[31m%20%C3%A4%7F", false},
        {"a",
         "/"
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
         "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
         "01234567890123456789012345678901234567890123456789012345678901234567890123456789\xFF",
         NULL, true},
    };
    yn_misses *m = calloc(1, sizeof *m);
    yn_miss out[YN_MISSES_KEPT];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memset(m, 0, sizeof *m);
        yn_misses_note(m, false, text(rows[i].host), text(rows[i].target), 7);
        assert_int_equal(yn_misses_copy(m, out), 1);
        if (rows[i].expected)
            assert_text(rows[i].target, ((yonder_text){out[0].text, out[0].text_len}),
                        rows[i].expected);
        assert_int_equal(out[0].cut, rows[i].cut);
        assert_int_equal(out[0].last, 7);
    }
    free(m);
}

// A stream in which few are frequent and most come once, against exact counts.
static void the_frequent_are_kept_and_counts_are_within_their_errors(void **state)
{
    (void)state;
    enum {
        frequent = 40,
        total = 200000
    };
    static uint64_t exact[frequent];
    memset(exact, 0, sizeof exact);
    yn_misses *m = calloc(1, sizeof *m);
    yn_miss out[YN_MISSES_KEPT];
    uint64_t random = 1;
    for (uint32_t i = 0; i < total; i++) {
        char target[32];
        random = random * 6364136223846793005u + 1442695040888963407u;
        unsigned which = (unsigned)(random >> 40) % 100;
        if (which < frequent)
            exact[which]++;
        snprintf(target, sizeof target, which < frequent ? "/often/%u" : "/once/%u",
                 which < frequent ? which : i);
        yn_misses_note(m, false, text("h"), text(target), i);
    }
    size_t count = yn_misses_copy(m, out), found = 0;
    assert_int_equal(count, YN_MISSES_KEPT);
    count = yn_misses_merge(out, count);
    assert_int_equal(count, YN_MISSES_KEPT);
    for (size_t i = 0; i < count; i++) {
        unsigned which;
        char url[YN_MISS_TEXT + 1];
        snprintf(url, sizeof url, "%.*s", (int)out[i].text_len, out[i].text);
        if (sscanf(url, "h/often/%u", &which) != 1)
            continue;
        found++;
        assert_true(i < frequent);
        assert_true(out[i].count >= exact[which]);
        assert_true(out[i].count - out[i].error <= exact[which]);
    }
    assert_int_equal(found, frequent);
    free(m);
}

static void those_of_several_workers_are_one(void **state)
{
    (void)state;
    yn_misses *m = calloc(2, sizeof *m);
    static yn_miss all[2 * YN_MISSES_KEPT];
    yn_misses_note(&m[0], false, text("h"), text("/a"), 1);
    yn_misses_note(&m[1], false, text("h"), text("/a"), 5);
    yn_misses_note(&m[1], true, text("h"), text("/a"), 2);
    size_t count = yn_misses_copy(&m[0], all);
    count += yn_misses_copy(&m[1], all + count);
    assert_int_equal(yn_misses_merge(all, count), 2);
    assert_int_equal(all[0].count, 2);
    assert_int_equal(all[0].last, 5);
    assert_true(!all[0].https && all[1].https);
    free(m);
}

static void near_rules_differ_by_case_or_a_slash(void **state)
{
    (void)state;
    static const char rules_text[] = "/Dir/ /1\n"
                                     "/plain /2\n"
                                     "/Blog/* /3\n"
                                     "~^/Re$ /4\n"
                                     "[a.test]\n"
                                     "/Only /5\n";
    static const struct {
        const char *host, *target, *path;
        unsigned line;
    } rows[] = {
        {"h", "/Dir", "/Dir/", 1},
        {"h", "/dir", "/Dir/", 1},
        {"h", "/DIR/", "/Dir/", 1},
        {"h", "/PLAIN", "/plain", 2},
        {"h", "/plain/", "/plain", 2},
        {"h", "/Plain/", "/plain", 2},
        {"h", "/other", "", 0},
        {"h", "/only", "", 0},
        {"a.test", "/only", "/Only", 6},
        {"h", "/blog/x", "", 0},
        {"h", "/re", "", 0},
    };
    yonder_rules *rules;
    yonder_rules_source source = {YN_TEXT("f"), YN_TEXT(rules_text)};
    assert_int_equal(yonder_rules_read(&rules, &source, 1, &(yonder_rules_reading){0}), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_misses *m = calloc(1, sizeof *m);
        yn_near near;
        yn_misses_note(m, false, text(rows[i].host), text(rows[i].target), 1);
        yn_near_find(rules, m->kept, 1, &near);
        assert_text(rows[i].target, ((yonder_text){near.path, near.path_len}), rows[i].path);
        if (near.path_len)
            assert_int_equal(near.line, rows[i].line);
        free(m);
    }
    yonder_rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_is_printable_and_without_a_query),
        cmocka_unit_test(the_frequent_are_kept_and_counts_are_within_their_errors),
        cmocka_unit_test(those_of_several_workers_are_one),
        cmocka_unit_test(near_rules_differ_by_case_or_a_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
