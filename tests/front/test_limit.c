// SPDX-License-Identifier: MIT
#include "front/limit.h"

#include "../test.h"
#include "base/text.h"
#include "front/callers.h"
#include "net/cidr.h"

#include <unistd.h>

static yn_address at(const char *text)
{
    yn_address address;
    assert_row(text, yn_address_read_ip(&address, yonder_text_of(text), 0));
    return address;
}

static unsigned take(yn_limit *limit, const char *from, uint64_t now)
{
    yn_address address = at(from);
    return yn_limit_take(limit, &address, now);
}

static void a_client_has_twice_its_minute_at_once_and_then_its_rate(void **state)
{
    (void)state;
    yn_limit *limit = yn_limit_new(30, 1);
    for (int i = 0; i < 60; i++)
        assert_int_equal(take(limit, "192.0.2.1", 1000), 0);
    assert_int_equal(take(limit, "192.0.2.1", 1000), 2); // seconds
    assert_int_equal(take(limit, "192.0.2.1", 2000), 1);
    assert_int_equal(take(limit, "192.0.2.1", 3000), 0); // thirty a minute: one in two seconds
    assert_int_equal(take(limit, "192.0.2.1", 3000), 2);
    assert_int_equal(take(limit, "192.0.2.2", 3000), 0);
    for (int i = 0; i < 60; i++) // after a long pause it is full, and no fuller
        assert_int_equal(take(limit, "192.0.2.1", UINT64_C(1) << 50), 0);
    assert_int_not_equal(take(limit, "192.0.2.1", UINT64_C(1) << 50), 0);
    yn_limit_free(limit);
}

static void a_clock_that_stands_still_or_goes_back_gives_nothing(void **state)
{
    (void)state;
    yn_limit *limit = yn_limit_new(1, 1);
    assert_int_equal(take(limit, "192.0.2.1", 90000), 0);
    assert_int_equal(take(limit, "192.0.2.1", 90000), 0);
    assert_int_equal(take(limit, "192.0.2.1", 90000), 60);
    assert_int_equal(take(limit, "192.0.2.1", 10000), 60);
    yn_limit_free(limit);
}

static void addresses_of_one_client_share_a_bucket(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.1", "::ffff:192.0.2.1", true},
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"::1", "127.0.0.1", false},
        {"0.0.0.0", "0.0.0.1", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_address a = at(rows[i].a), b = at(rows[i].b);
        assert_row(rows[i].a, (yn_limit_client(&a) == yn_limit_client(&b)) == rows[i].same);
        assert_row(rows[i].a, yn_limit_client(&a) != 0);
    }
}

static void a_million_addresses_do_not_lift_the_limit_of_one_that_asks_on(void **state)
{
    (void)state;
    yn_limit *limit = yn_limit_new(30, 7);
    size_t passed = 0;
    for (uint32_t i = 0; i < 1000000; i++) { // memory is as large as at first: there is no growing
        yn_address a = at("2001:db8::");
        unsigned char *bytes = (unsigned char *)&a.storage + 8;
        memcpy(bytes, &i, sizeof i);
        assert_int_equal(yn_limit_take(limit, &a, i / 100), 0); // each of them goes on
        if (i % 100 == 0)
            passed += take(limit, "192.0.2.1", i / 100) == 0;
    }
    // Ten seconds: 60 at once and 5 more. Buckets that were used once are fuller, and go first.
    assert_in_range(passed, 60, 66);
    yn_limit_free(limit);
}

static void nothing_is_limited_at_a_rate_of_0(void **state)
{
    (void)state;
    yn_limit *limit = yn_limit_new(0, 1);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(take(limit, "192.0.2.1", 0), 0);
    yn_limit_free(limit);
}

static void connections_are_counted_by_client_and_in_all(void **state)
{
    (void)state;
    yn_callers *callers = yn_callers_new(3, 2);
    yn_address a = at("192.0.2.1"), b = at("192.0.2.2");
    assert_true(yn_callers_may(callers, &a, false));
    yn_callers_enter(callers, 1001, &a, 0);
    yn_callers_enter(callers, 1002, &a, 0);
    assert_false(yn_callers_may(callers, &a, false));
    assert_true(yn_callers_may(callers, &a, true)); // a proxy
    assert_true(yn_callers_may(callers, &b, false));
    yn_callers_enter(callers, 1003, &b, 0);
    yn_callers_busy(callers, 1001);
    yn_callers_busy(callers, 1002);
    yn_callers_busy(callers, 1003);
    assert_false(yn_callers_may(callers, &b, true)); // all that there are, and each is worked for
    yn_callers_leave(callers, 1001);
    assert_true(yn_callers_may(callers, &a, false));
    yn_callers_enter(callers, 1004, &a, 0); // in its place: all are there again
    yn_callers_busy(callers, 1004);
    assert_false(yn_callers_may(callers, &b, true));
    yn_callers_free(callers);
}

static void who_takes_too_long_is_cut_off_but_not_while_we_work(void **state)
{
    (void)state;
    int pair[2];
    char byte;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    yn_callers *callers = yn_callers_new(3, 3);
    yn_address a = at("192.0.2.1");
    yn_callers_enter(callers, pair[0], &a, 1000);
    assert_int_equal(yn_callers_end_slow(callers, 31000, 30000), 0);
    yn_callers_busy(callers, pair[0]);
    assert_int_equal(yn_callers_end_slow(callers, 100000, 30000), 0);
    yn_callers_waits(callers, pair[0], 200000); // a long answer has a later moment
    assert_int_equal(yn_callers_end_slow(callers, 100000, 30000), 0);
    assert_int_equal(yn_callers_end_slow(callers, 230001, 30000), 1);
    assert_int_equal(recv(pair[1], &byte, 1, MSG_DONTWAIT), 0); // the end
    yn_callers_free(callers);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_has_twice_its_minute_at_once_and_then_its_rate),
        cmocka_unit_test(a_clock_that_stands_still_or_goes_back_gives_nothing),
        cmocka_unit_test(addresses_of_one_client_share_a_bucket),
        cmocka_unit_test(a_million_addresses_do_not_lift_the_limit_of_one_that_asks_on),
        cmocka_unit_test(nothing_is_limited_at_a_rate_of_0),
        cmocka_unit_test(connections_are_counted_by_client_and_in_all),
        cmocka_unit_test(who_takes_too_long_is_cut_off_but_not_while_we_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
