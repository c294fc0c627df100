// SPDX-License-Identifier: MIT
#include "rounds_test.h"

#include <stdio.h>

#include "directory/checks.h"

static void import(stage *s, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%02zu.example", i);
        happen(s, name, YN_LIFE_IMPORTED);
    }
}

static yn_scan_round scan(stage *s, size_t limit, bool everyone)
{
    yn_scan_round round = {0};
    assert_int_equal(yn_scan_run(&s->directory, limit, everyone, &s->many, NULL, &round),
                     YONDER_OK);
    return round;
}

static void a_member_that_is_not_reached_fails(void **state)
{
    stage *s = *state;
    import(s, 3);
    yn_scan_round round = scan(s, 0, true);
    assert_int_equal(round.scanned, 3);
    assert_int_equal(round.failed, 3);
    assert_int_equal(round.unreachable, 3);
    assert_false(round.doubted);
    yn_life life = get(s->bench, "m01.example");
    assert_int_equal(life.failing, 1);
    assert_int_equal(life.failing_since, NOON);
    yn_store_event event = latest(s, "m01.example");
    assert_int_equal(event.what.kind, YN_LIFE_SCAN_FAILED);
    assert_int_equal(event.actor, YN_ACTOR_SCANNER);
    assert_non_null(strstr(event.issues.ptr, "domain.tls.cannot_connect"));
}

static void what_is_due_is_scanned_once_in_an_interval(void **state)
{
    stage *s = *state;
    int64_t next, last;
    import(s, 3);
    assert_int_equal(scan(s, 0, false).scanned, 0); // they have just been taken over
    the_time += 14 * DAY;
    assert_int_equal(scan(s, 2, false).scanned, 2);
    assert_int_equal(scan(s, 0, false).scanned, 1);
    assert_int_equal(scan(s, 0, false).scanned, 0);
    assert_int_equal(yn_store_next_scan(s->directory.store, &next, &last), YONDER_OK);
    assert_true(next > the_time && next <= last && last <= the_time + 7 * DAY);
}

static void the_network_is_doubted_where_nobody_is_reached(void **state)
{
    stage *s = *state;
    import(s, 25);
    yn_scan_round round = scan(s, 0, true);
    assert_true(round.doubted);
    assert_int_equal(round.scanned, 0);
    assert_int_equal(get(s->bench, "m00.example").failing, 0);
    the_time += 14 * DAY;
    assert_true(scan(s, 0, false).doubted);
    assert_int_equal(scan(s, 0, false).scanned, 0);
    assert_false(scan(s, 0, false).doubted); // they are put off, so that others have their turn
    the_time += 3600;
    assert_true(scan(s, 0, false).doubted);
    set(s, "scan.doubt", "0");
    the_time += 3600;
    assert_int_equal(scan(s, 0, false).failed, 25); // the operator knows better
}

// As `count` members that pass would leave it.
static void pass(stage *s, size_t from, size_t count)
{
    for (size_t i = from; i < from + count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%02zu.example", i);
        const yn_scan_result result = {
            .domain = yonder_text_of(name), .passed = true, .at = the_time};
        assert_int_equal(yn_store_scanned(s->directory.store, &result, 1, 7 * DAY), YONDER_OK);
    }
}

static void the_network_is_doubted_where_those_who_passed_are_out_of_reach(void **state)
{
    stage *s = *state;
    import(s, 60);
    pass(s, 0, 30);
    the_time += 60;
    assert_true(scan(s, 1, true).doubted); // m00, and the latest of the others
    for (size_t i = 30; i < 60; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%02zu.example", i);
        happen(s, name, YN_LIFE_SCAN_FAILED);
    }
    yn_scan_round round = scan(s, 0, true);
    assert_true(round.doubted);
    assert_int_equal(round.scanned, 0);
    assert_int_equal(get(s->bench, "m59.example").failing, 1);
}

// A round that is spread evenly has a few members at a time: others are asked beside them.
static void a_small_batch_is_doubted_by_asking_others(void **state)
{
    stage *s = *state;
    import(s, 25);
    the_time += 14 * DAY;
    yn_scan_round round = scan(s, 1, false);
    assert_true(round.doubted);
    assert_int_equal(round.scanned, 0);
    assert_int_equal(scan(s, 1, true).scanned, 0);
}

// Somebody may take down as many as he has, or there may be many that are to be removed anyway.
static void many_that_are_gone_are_no_reason_to_doubt_where_others_are_reached(void **state)
{
    stage *s = *state;
    char to[YN_CHECKS_SAMPLE + 1][64];
    const char *connect_to[YN_CHECKS_SAMPLE + 1];
    talker answers = open_talker();
    import(s, 30 + YN_CHECKS_SAMPLE);
    for (size_t i = 0; i <= YN_CHECKS_SAMPLE; i++) {
        (void)snprintf(to[i], sizeof to[i], "m%02zu.example:443:127.0.0.1:%d", 30 + i,
                       answers.port);
        connect_to[i] = i < YN_CHECKS_SAMPLE ? to[i] : "::127.0.0.1:1";
    }
    yn_buf message = yn_buf_make(4096, NULL);
    const yn_collect_options options = {.connect_to = connect_to,
                                        .connect_to_count = YN_CHECKS_SAMPLE + 1};
    yn_collector *some = yn_collector_new(&options, &message);
    assert_non_null(some);
    s->directory.rounds = some;
    yn_scan_round round = scan(s, 30, true);
    assert_false(round.doubted);
    assert_int_equal(round.scanned, 30);
    assert_int_equal(round.unreachable, 30);
    close_talker(&answers);
    yn_collector_free(some);
    yn_buf_free(&message);
}

// Whether others were reached is not asked again for ten minutes.
static void a_small_batch_counts_where_others_were_reached_lately(void **state)
{
    stage *s = *state;
    char text[32];
    import(s, 25);
    (void)snprintf(text, sizeof text, "%lld", (long long)(the_time - 60));
    assert_int_equal(yn_store_set(s->directory.store, "checks.reached", yonder_text_of(text)),
                     YONDER_OK);
    assert_int_equal(scan(s, 1, true).scanned, 1);
    the_time += 3600;
    assert_true(scan(s, 1, true).doubted);
}

static void who_meets_no_requirements_is_not_scanned(void **state)
{
    stage *s = *state;
    yn_store_event event = event_of("custom.example", YN_LIFE_IMPORTED, the_time);
    event.what.policy = YN_TEXT("custom");
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
    happen(s, "pending.example", YN_LIFE_SUBMITTED);
    assert_int_equal(scan(s, 0, true).scanned, 0);
}

static void a_scan_that_is_stopped_takes_nothing_more(void **state)
{
    stage *s = *state;
    atomic_bool stop = true;
    yn_scan_round round = {0};
    import(s, 3);
    assert_int_equal(yn_scan_run(&s->directory, 0, true, &s->many, &stop, &round), YONDER_OK);
    assert_int_equal(round.scanned, 0);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        STAGED(a_member_that_is_not_reached_fails),
        STAGED(what_is_due_is_scanned_once_in_an_interval),
        STAGED(the_network_is_doubted_where_nobody_is_reached),
        STAGED(the_network_is_doubted_where_those_who_passed_are_out_of_reach),
        STAGED(a_small_batch_is_doubted_by_asking_others),
        STAGED(many_that_are_gone_are_no_reason_to_doubt_where_others_are_reached),
        STAGED(a_small_batch_counts_where_others_were_reached_lately),
        STAGED(who_meets_no_requirements_is_not_scanned),
        STAGED(a_scan_that_is_stopped_takes_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
