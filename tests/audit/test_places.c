// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdio.h>

#include "audit/places.h"
#include "base/text.h"

static void a_queue_gives_what_was_put_first(void **state)
{
    (void)state;
    yn_queue q;
    size_t item;
    assert_true(yn_queue_make(&q, 3));
    assert_false(yn_queue_take(&q, &item));
    for (size_t round = 0; round < 5; round++) { // over its end, and on
        for (size_t i = 0; i < 3; i++)
            yn_queue_put(&q, 10 * round + i);
        for (size_t i = 0; i < 3; i++) {
            assert_true(yn_queue_take(&q, &item));
            assert_int_equal(item, 10 * round + i);
        }
        assert_false(yn_queue_take(&q, &item));
        yn_queue_put(&q, 0);
        assert_true(yn_queue_take(&q, &item));
    }
    yn_queue_free(&q);
}

static void who_finds_a_place_full_is_there_next_in_turn(void **state)
{
    (void)state;
    yn_places p;
    size_t at[6];
    assert_true(yn_places_make(&p, 6, 2));
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(yn_places_enter(&p, YN_TEXT("10.0.0.1"), i, &at[i]),
                         i < 2 ? YN_PLACE_FREE : YN_PLACE_FULL);
    assert_int_equal(yn_places_enter(&p, YN_TEXT("10.0.0.2"), 5, &at[5]), YN_PLACE_FREE);
    assert_int_equal(yn_places_leave(&p, at[1]), 2);
    assert_int_equal(yn_places_leave(&p, at[5]), YN_NOBODY);
    assert_int_equal(yn_places_leave(&p, at[0]), 3);
    assert_int_equal(yn_places_leave(&p, at[3]), 4);
    assert_int_equal(yn_places_leave(&p, at[2]), YN_NOBODY);
    assert_int_equal(yn_places_enter(&p, YN_TEXT("10.0.0.1"), 0, &at[0]), YN_PLACE_FREE);
    yn_places_free(&p);
}

static void everybody_may_be_at_no_place(void **state)
{
    (void)state;
    yn_places p;
    size_t at;
    assert_true(yn_places_make(&p, 4, 1));
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(yn_places_enter(&p, YN_TEXT(""), i, &at), YN_PLACE_FREE);
    assert_int_equal(at, YN_NO_PLACE);
    assert_int_equal(yn_places_leave(&p, at), YN_NOBODY);
    yn_places_free(&p);
}

// As many visitors as there is room for, each at one place of its own, again and again.
static void a_place_that_is_left_is_used_again(void **state)
{
    (void)state;
    yn_places p;
    size_t at[8];
    char name[100];
    assert_true(yn_places_make(&p, 8, 1));
    for (size_t round = 0; round < 100; round++) {
        for (size_t i = 0; i < 8; i++) {
            (void)snprintf(name, sizeof name, "%zu.%zu.%070d", i, round, 0); // more than counts
            assert_int_equal(yn_places_enter(&p, yonder_text_of(name), i, &at[i]), YN_PLACE_FREE);
        }
        for (size_t i = 0; i < 8; i++)
            assert_int_equal(yn_places_leave(&p, at[(i * 3 + round) % 8]), YN_NOBODY);
    }
    assert_int_equal(p.by_name.count, 0);
    yn_places_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_gives_what_was_put_first),
        cmocka_unit_test(who_finds_a_place_full_is_there_next_in_turn),
        cmocka_unit_test(everybody_may_be_at_no_place),
        cmocka_unit_test(a_place_that_is_left_is_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
