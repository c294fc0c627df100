// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "server/hits.h"

static yonder_rules *read_rules(const char *text)
{
    yonder_rules *rules;
    yonder_rules_source source = {YN_TEXT("f"), yonder_text_of(text)};
    assert_int_equal(yonder_rules_read(&rules, &source, 1, &(yonder_rules_reading){0}), 0);
    return rules;
}

static void the_workers_are_added_up(void **state)
{
    (void)state;
    yonder_rules *rules = read_rules("/a /b\n/c /d\n");
    yn_hits *hits = yn_hits_make(rules, 2);
    yn_hits_add(hits, 0, 1, 100);
    yn_hits_add(hits, 1, 1, 90);
    yn_hits_add(hits, 1, 1, 95);
    assert_int_equal(yn_hits_sum(hits, 1).count, 3);
    assert_int_equal(yn_hits_sum(hits, 1).last, 100);
    assert_int_equal(yn_hits_sum(hits, 2).count, 0);
    yn_hits_free(hits);
    yonder_rules_free(rules);
}

static void a_count_goes_past_32_bits(void **state)
{
    (void)state;
    yonder_rules *rules = read_rules("/a /b\n");
    yn_hits *hits = yn_hits_make(rules, 1);
    atomic_store(&hits->own[0][1].count, UINT32_MAX);
    yn_hits_add(hits, 0, 1, 1);
    yn_hits_add(hits, 0, 1, 1);
    assert_true(yn_hits_sum(hits, 1).count == (UINT64_C(1) << 32) + 1);
    yn_hits_free(hits);
    yonder_rules_free(rules);
}

// One request for each line of the old set; what the lines of the new one then have.
static void rules_keep_their_counts_where_they_are_the_same(void **state)
{
    (void)state;
    static const char before[] = "/a /1\n"
                                 "/b /2 method=POST\n"
                                 "/c/:x /3/:x\n"
                                 "~^/d$ /4\n"
                                 "/e id=:i /5/:i\n"
                                 "/gone /6\n"
                                 "[h.test]\n"
                                 "https permanent\n"
                                 "/a /7\n";
    static const char after[] = "# a line more\n"
                                "/e id=:i /5/:i\n"
                                "/a /elsewhere 302\n"
                                "/c/:y /3/:y\n"
                                "~^/d$ /4\n"
                                "/b /2 method=PUT\n"
                                "/new /6\n"
                                "[h.test]\n"
                                "/a /7\n"
                                "https 302\n";
    static const unsigned expected[] = {0, 0, 5, 1, 3, 4, 0, 0, 0, 9, 8}; // by line
    yonder_rules *old_rules = read_rules(before), *rules = read_rules(after);
    yn_hits *old = yn_hits_make(old_rules, 1), *hits = yn_hits_make(rules, 2);
    for (unsigned line = 1; line <= 9; line++)
        for (unsigned i = 0; line != 7 && i < line; i++)
            yn_hits_add(old, 0, line, 1000 + line);
    yn_hits_add(old, 0, old->places + 1, 1);
    assert_true(yn_hits_carry(hits, rules, old, old_rules));
    for (unsigned line = 1; line < sizeof expected / sizeof *expected; line++) {
        yn_hit_sum sum = yn_hits_sum(hits, line);
        assert_int_equal(sum.count, expected[line]);
        assert_int_equal(sum.last, expected[line] ? 1000 + expected[line] : 0);
    }
    assert_text("the host", yonder_rules_site(rules, 1), "h.test");
    assert_int_equal(yn_hits_sum(hits, hits->places + 1).count, 1);
    yn_hits_add(hits, 1, 3, 5000); // and they go on
    assert_int_equal(yn_hits_sum(hits, 3).count, 2);
    yn_hits_free(old);
    yn_hits_free(hits);
    yonder_rules_free(old_rules);
    yonder_rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_workers_are_added_up),
        cmocka_unit_test(a_count_goes_past_32_bits),
        cmocka_unit_test(rules_keep_their_counts_where_they_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
