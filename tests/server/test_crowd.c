// SPDX-License-Identifier: MIT
#include "test.h"

#include "net/cidr.h"
#include "server/crowd.h"

static yn_address address(const char *text)
{
    yn_address a;
    assert_true(yn_address_read_ip(&a, yonder_text_of(text), 1));
    return a;
}

static void so_many_and_no_more_may_come(void **state)
{
    (void)state;
    yn_crowd crowd;
    assert_true(yn_crowd_init(&crowd, 20, 0));
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(yn_crowd_is_tight(&crowd), i >= 19);
        assert_true(yn_crowd_enter(&crowd));
    }
    assert_false(yn_crowd_enter(&crowd));
    yn_crowd_leave(&crowd);
    assert_true(yn_crowd_enter(&crowd));
    yn_crowd_free(&crowd);
    assert_true(yn_crowd_init(&crowd, 0, 0));
    assert_true(yn_crowd_enter(&crowd));
    assert_false(yn_crowd_is_tight(&crowd));
    yn_crowd_free(&crowd);
}

static void addresses_count_by_themselves(void **state)
{
    (void)state;
    static const struct {
        const char *one, *same, *other;
    } rows[] = {
        {"192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"},
        {"2001:db8::1", "2001:db8::ffff:1:2:3", "2001:db8:0:1::1"},
    };
    yn_crowd crowd;
    yn_crowd_place place;
    assert_true(yn_crowd_init(&crowd, 0, 2));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_address one = address(rows[i].one), same = address(rows[i].same),
                   other = address(rows[i].other);
        assert_true(yn_crowd_enter_from(&crowd, &one, &place));
        assert_true(yn_crowd_enter_from(&crowd, &same, &place));
        assert_false(yn_crowd_enter_from(&crowd, &one, &(yn_crowd_place){{0}}));
        assert_false(yn_crowd_enter_from(&crowd, &same, &(yn_crowd_place){{0}}));
        assert_true(yn_crowd_enter_from(&crowd, &other, &(yn_crowd_place){{0}}));
        yn_crowd_leave_from(&crowd, &place);
        assert_true(yn_crowd_enter_from(&crowd, &one, &place));
    }
    yn_crowd_free(&crowd);
}

// Ten thousand clients with a connection each, and a limit of two: hardly one is taken for another.
static void few_are_taken_for_others(void **state)
{
    (void)state;
    yn_crowd crowd;
    unsigned refused = 0;
    assert_true(yn_crowd_init(&crowd, 0, 2));
    for (unsigned i = 0; i < 10000; i++) {
        char text[32];
        yn_crowd_place place;
        snprintf(text, sizeof text, "10.%u.%u.1", i / 256, i % 256);
        yn_address a = address(text);
        refused += !yn_crowd_enter_from(&crowd, &a, &place);
    }
    assert_true(refused < 20);
    yn_crowd_free(&crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_and_no_more_may_come),
        cmocka_unit_test(addresses_count_by_themselves),
        cmocka_unit_test(few_are_taken_for_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
