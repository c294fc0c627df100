// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "lab/journal.h"

static const yn_lab_site site = {.domain = "lab.test", .port = 8307, .other_port = 8308};

#define STEP(method_, url_, body_, ...)                                                            \
    {                                                                                              \
        .method = YN_TEXT_INIT(method_), .url = YN_TEXT_INIT(url_), .body = body_, __VA_ARGS__     \
    }

static const yonder_field secret[] = {{YN_TEXT_INIT("authorization"), YN_TEXT_INIT("x")}};
static yn_lab_step steps[] = {
    STEP("POST", "http://h:8307/r/limit-two/start", 3, .fields = secret, .field_count = 1),
    STEP("GET", "http://h:8308/r/limit-two/end;a", 0),
};

static const struct {
    const char *pattern;
    bool matches;
} patterns[] = {
    {"POST http://h:8307{base}/start > GET http://h:8308{base}/end;a", true},
    {"POST http://h:8307{base}/start +body +Authorization > GET * -body -Authorization", true},
    {"* * > * *", true},
    {"...", true},
    {"* * > ...", true},
    {"* * > * * > ...", true},
    {"* * > * * > * *", false},
    {"* * > * * > * * > ...", false},
    {"* *", false},
    {"", false},
    {"GET * > ...", false},
    {"POST * -body > ...", false},
    {"* * > * * +Authorization", false},
    {"POST http://h:8307{base}/ > ...", false},
};

static void patterns_describe_walks(void **state)
{
    (void)state;
    const yn_lab_walk walk = {.steps = steps, .count = 2};
    const yn_lab_where where = {
        .site = &site, .run = YN_TEXT("r"), .item = yn_lab_case_find(YN_TEXT("limit-two")).item};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        assert_row(patterns[i].pattern,
                   yn_lab_walk_matches(&walk, patterns[i].pattern, &where) == patterns[i].matches);
    const yn_lab_walk longer = {.steps = steps, .count = 2, .more = true};
    assert_false(yn_lab_walk_matches(&longer, "* * > * *", &where));
    assert_true(yn_lab_walk_matches(&longer, "* * > ...", &where));
}

static void a_journal_keeps_runs_and_cases_apart(void **state)
{
    (void)state;
    yn_lab_journal *journal = calloc(1, sizeof *journal);
    assert_non_null(journal);
    assert_null(yn_lab_journal_find(journal, YN_TEXT("")));
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(yn_lab_journal_note(journal, YN_TEXT("One"), 3, &steps[0]), i);
    assert_int_equal(yn_lab_journal_note(journal, YN_TEXT("one"), 4, &steps[1]), 0);
    assert_int_equal(yn_lab_journal_note(journal, YN_TEXT("two"), 3, &steps[1]), 0);
    const yn_lab_run *run = yn_lab_journal_find(journal, YN_TEXT("ONE"));
    assert_non_null(run);
    assert_int_equal(run->walks[3].count, 5);
    assert_int_equal(run->walks[4].count, 1);
    assert_text("copied", run->walks[3].steps[4].fields[0].name, "authorization");
    assert_ptr_not_equal(run->walks[3].steps[4].url.ptr, steps[0].url.ptr);
    yn_lab_journal_free(journal);
    free(journal);
}

static void a_journal_is_bounded(void **state)
{
    (void)state;
    yn_lab_journal *journal = calloc(1, sizeof *journal);
    assert_non_null(journal);
    for (size_t i = 0; i < YN_LAB_WALK_MAX + 10; i++)
        assert_int_equal(yn_lab_journal_note(journal, YN_TEXT("long"), 0, &steps[1]),
                         i < YN_LAB_WALK_MAX ? i : YN_LAB_WALK_MAX);
    assert_true(yn_lab_journal_find(journal, YN_TEXT("long"))->walks[0].more);
    for (int i = 0; i < YN_LAB_RUNS; i++) {
        char name[YN_LAB_RUN_MAX + 1];
        snprintf(name, sizeof name, "run-%d", i);
        yn_lab_journal_note(journal, yonder_text_of(name), 0, &steps[1]);
    }
    assert_null(yn_lab_journal_find(journal, YN_TEXT("long"))); // the longest silent
    assert_int_equal(journal->dropped, 1);
    assert_non_null(yn_lab_journal_find(journal, YN_TEXT("run-0")));
    yn_lab_journal_free(journal);
    free(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_describe_walks),
        cmocka_unit_test(a_journal_keeps_runs_and_cases_apart),
        cmocka_unit_test(a_journal_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
