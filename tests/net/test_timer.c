// SPDX-License-Identifier: MIT
#include "test.h"

#include "net/timer.h"

static struct {
    yn_timer *expired[64];
    size_t count;
    int64_t now;
    yn_timer_list *again; // where expired timers are started anew
} seen;

static void expired(yn_timer *timer)
{
    assert_null(timer->list);
    seen.expired[seen.count++] = timer;
    if (seen.again)
        yn_timer_start(timer, seen.again, seen.now);
}

static int reset(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    return 0;
}

static void timers_expire_in_order_and_not_early(void **state)
{
    (void)state;
    yn_timer_list list;
    yn_timer timers[10] = {0};
    yn_timer_list_init(&list, 1000, expired);
    assert_true(yn_timer_list_due(&list) == INT64_MAX);
    assert_null(yn_timer_list_first(&list));
    for (int i = 0; i < 10; i++)
        yn_timer_start(&timers[i], &list, 5000 + 100 * i);
    assert_ptr_equal(yn_timer_list_first(&list), &timers[0]);
    for (int64_t now = 5000; now < 8000; now++) {
        size_t before = seen.count;
        yn_timer_list_expire(&list, now);
        for (size_t i = before; i < seen.count; i++) {
            int64_t started = 5000 + 100 * (int64_t)i;
            assert_ptr_equal(seen.expired[i], &timers[i]);
            assert_in_range(now - started, 1000, 1064);
        }
    }
    assert_int_equal(seen.count, 10);
}

static void a_timer_started_over_gets_its_whole_time_again(void **state)
{
    (void)state;
    yn_timer_list idle, other;
    yn_timer a = {0}, b = {0};
    yn_timer_list_init(&idle, 1000, expired);
    yn_timer_list_init(&other, 200, expired);
    yn_timer_start(&a, &idle, 0);
    yn_timer_start(&b, &idle, 0);
    yn_timer_start(&a, &idle, 500);
    yn_timer_list_expire(&idle, 1100);
    assert_int_equal(seen.count, 1);
    assert_ptr_equal(seen.expired[0], &b);
    yn_timer_start(&a, &other, 1100); // moves it
    assert_true(yn_timer_list_due(&idle) == INT64_MAX);
    yn_timer_list_expire(&idle, 9000);
    assert_int_equal(seen.count, 1);
    yn_timer_stop(&a);
    yn_timer_stop(&a);
    yn_timer_list_expire(&other, 9000);
    assert_int_equal(seen.count, 1);
}

static void a_timer_may_start_again_from_its_expiry(void **state)
{
    (void)state;
    yn_timer_list list;
    yn_timer timers[3] = {0};
    yn_timer_list_init(&list, 100, expired);
    for (int i = 0; i < 3; i++)
        yn_timer_start(&timers[i], &list, 0);
    seen.again = &list;
    seen.now = 1000;
    yn_timer_list_expire(&list, 1000); // ends, though all run again
    assert_int_equal(seen.count, 3);
    seen.now = 1100;
    yn_timer_list_expire_all(&list);
    assert_int_equal(seen.count, 6);
    seen.again = NULL;
    yn_timer_list_expire_all(&list);
    assert_int_equal(seen.count, 9);
    assert_true(yn_timer_list_due(&list) == INT64_MAX);
    yn_timer_list_expire_all(&list);
    assert_int_equal(seen.count, 9);
}

static void a_list_given_another_span_keeps_its_timers_in_order(void **state)
{
    (void)state;
    yn_timer_list list;
    yn_timer timers[3] = {0};
    yn_timer_list_init(&list, 60000, expired);
    for (int i = 0; i < 3; i++)
        yn_timer_start(&timers[i], &list, 1000 * i);
    assert_int_equal(yn_timer_list_count(&list), 3);
    yn_timer_list_respan(&list, 300, 5000);
    yn_timer_start(&timers[0], &list, 5200); // later than the others now
    yn_timer_list_expire(&list, 5299);
    assert_int_equal(seen.count, 0);
    yn_timer_list_expire(&list, 5364);
    assert_int_equal(seen.count, 2);
    assert_ptr_equal(seen.expired[0], &timers[1]);
    assert_ptr_equal(seen.expired[1], &timers[2]);
    assert_int_equal(yn_timer_list_count(&list), 1);
    yn_timer_list_expire(&list, 5564);
    assert_int_equal(seen.count, 3);
    assert_int_equal(yn_timer_list_count(&list), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(timers_expire_in_order_and_not_early, reset),
        cmocka_unit_test_setup(a_timer_started_over_gets_its_whole_time_again, reset),
        cmocka_unit_test_setup(a_timer_may_start_again_from_its_expiry, reset),
        cmocka_unit_test_setup(a_list_given_another_span_keeps_its_timers_in_order, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
