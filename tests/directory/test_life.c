// SPDX-License-Identifier: MIT
#include "directory/life.h"

#include "base/text.h"
#include "test.h"

static const char *const letters = "UPLRXAM"; // of the states, in their order

static yn_life_event event_of(yn_life_kind kind, int64_t at, const char *policy)
{
    return (yn_life_event){.kind = kind, .at = at, .policy = yonder_text_of(policy)};
}

static bool same(const yn_life *a, const yn_life *b)
{
    return a->state == b->state && a->published == b->published &&
           a->include_subdomains == b->include_subdomains && a->barred == b->barred &&
           strcmp(a->policy, b->policy) == 0 && a->submitted == b->submitted &&
           a->changed == b->changed && a->failing == b->failing &&
           a->failing_since == b->failing_since && a->failing_at == b->failing_at;
}

/* ---- the table ---------------------------------------------------------------------------------
 */

// How a domain gets into a state that it is asked to be in.
static yn_life life_in(const char *kinds)
{
    static const struct {
        char letter;
        yn_life_kind kind;
    } events[] = {
        {'s', YN_LIFE_SUBMITTED}, {'p', YN_LIFE_PUBLISHED},         {'r', YN_LIFE_REJECTION},
        {'w', YN_LIFE_WITHDRAWN}, {'q', YN_LIFE_REMOVAL_REQUESTED}, {'m', YN_LIFE_MARKED},
    };
    yn_life life = {0};
    int64_t at = 100;
    for (const char *k = kinds; *k; k++)
        for (size_t i = 0; i < sizeof events / sizeof *events; i++)
            if (events[i].letter == *k) {
                yn_life_event event = event_of(events[i].kind, at++, "bulk-1-year");
                assert_row(kinds, yn_life_apply(&life, &event));
            }
    return life;
}

// From the table of the existing service, with what is repaired.
static void events_lead_where_the_table_says(void **state)
{
    (void)state;
    static const char *const ways[] = {"", "s", "sp", "sr", "spw", "spq", "spm", "sq"};
    static const char *const from = "UPLRXAMa"; // a: A, and never in a version
    static const struct {
        yn_life_kind kind;
        const char *to; // '.': refused
    } rows[] = {
        {YN_LIFE_SUBMITTED, "P..PPLLP"},
        {YN_LIFE_REJECTION, ".R......"},
        {YN_LIFE_PUBLISHED, ".L......"},
        {YN_LIFE_IMPORTED, "LLLLL..."},
        {YN_LIFE_REMOVAL_REQUESTED, ".AA...A."},
        {YN_LIFE_SCAN_FAILED, "..L..AMA"},
        {YN_LIFE_SCAN_PASSED, "..L..AMA"},
        {YN_LIFE_MARKED, "..M....."},
        {YN_LIFE_SPARED, "......L."},
        {YN_LIFE_WITHDRAWN, "..X..XXX"},
        {YN_LIFE_POLICY_SET, ".PL..AMA"},
        {YN_LIFE_ALLOWED, "........"}, // nobody is barred
    };
    assert_int_equal(sizeof rows / sizeof *rows, YN_LIFE_KIND_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t j = 0; from[j]; j++) {
            yn_life life = life_in(ways[j]), before = life;
            char name[64];
            (void)snprintf(name, sizeof name, "%s from %c", yn_life_kind_code(rows[i].kind),
                           from[j]);
            assert_row(name, letters[life.state] == (from[j] == 'a' ? 'A' : from[j]));
            yn_life_event event = event_of(rows[i].kind, 1000, "bulk-18-weeks");
            bool taken = yn_life_apply(&life, &event);
            assert_row(name, taken == (rows[i].to[j] != '.'));
            assert_row(name, taken || same(&life, &before));
            assert_row(name, !taken || letters[life.state] == rows[i].to[j]);
            assert_row(name, life.changed == (life.state == before.state ? before.changed : 1000));
        }
}

static void the_operators_word_holds_until_the_operator_lifts_it(void **state)
{
    (void)state;
    static const char *const ways[] = {"", "s", "sp", "sr", "spw", "spq", "spm", "sq"};
    static const struct {
        yn_life_kind kind;
        const char *to; // from each way; '.': refused
    } rows[] = {
        {YN_LIFE_REJECTION, "RR.RR..."},
        {YN_LIFE_REMOVAL_REQUESTED, ".AA..AAA"},
    };
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; rows[i].to[j]; j++) {
            yn_life life = life_in(ways[j]);
            yn_life_event event = event_of(rows[i].kind, 1000, "");
            event.by_operator = true;
            char name[64];
            (void)snprintf(name, sizeof name, "%s after '%s'", yn_life_kind_code(event.kind),
                           ways[j]);
            bool taken = yn_life_apply(&life, &event);
            assert_row(name, taken == (rows[i].to[j] != '.') && life.barred == taken);
            if (!taken)
                continue;
            assert_row(name, letters[life.state] == rows[i].to[j]);
            assert_row(name, yn_life_ask(&life, YN_LIFE_TO_SUBMIT) == YN_LIFE_BARRED);
            event = event_of(YN_LIFE_WITHDRAWN, 1001, "");
            assert_row(name, yn_life_apply(&life, &event) == (rows[i].to[j] == 'A'));
            event = event_of(YN_LIFE_SUBMITTED, 1002, "bulk-1-year");
            assert_row(name, !yn_life_apply(&life, &event));
            event.kind = YN_LIFE_IMPORTED;
            assert_row(name, !yn_life_apply(&life, &event));
            event.kind = YN_LIFE_ALLOWED;
            assert_row(name, !yn_life_apply(&life, &event)); // that is the operator's
            event.by_operator = true;
            assert_row(name, yn_life_apply(&life, &event) && !life.barred);
            event = event_of(YN_LIFE_SUBMITTED, 1003, "bulk-1-year");
            assert_row(name, yn_life_ask(&life, YN_LIFE_TO_SUBMIT) == YN_LIFE_GO_ON);
            assert_row(name, yn_life_apply(&life, &event) && life.state == YN_LIFE_PENDING);
        }
}

static void who_comes_back_from_a_removal_keeps_his_policy(void **state)
{
    (void)state;
    static const char *const ways[] = {"spq", "spm", "spmq"};
    for (size_t i = 0; i < 3; i++) {
        yn_life life = life_in(ways[i]);
        yn_life_event event = event_of(YN_LIFE_SUBMITTED, 1000, "");
        assert_row(ways[i], yn_life_apply(&life, &event));
        assert_row(ways[i], life.state == YN_LIFE_PRELOADED && life.published);
        assert_text(ways[i], yonder_text_of(life.policy), "bulk-1-year");
        assert_row(ways[i], yn_life_ask(&life, YN_LIFE_TO_REMOVE) == YN_LIFE_GO_ON);
    }
}

static void a_policy_that_is_too_long_is_cut(void **state)
{
    (void)state;
    yn_life life = {0};
    yn_life_event event =
        event_of(YN_LIFE_SUBMITTED, 1, "0123456789012345678901234567890123456789");
    assert_true(yn_life_apply(&life, &event));
    assert_int_equal(strlen(life.policy), YN_LIFE_POLICY_MAX - 1);
    event = (yn_life_event){.kind = YN_LIFE_POLICY_SET};
    assert_true(yn_life_apply(&life, &event));
    assert_text("NULL", yonder_text_of(life.policy), "");
}

/* ---- rules and answers -------------------------------------------------------------------------
 */

static void who_asks_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *way, *policy, *submit, *remove;
    } rows[] = {
        {"", "", "", "server.remove.not_preloaded"},
        {"s", "bulk-1-year", "server.preload.already_pending", ""},
        {"s", "custom", "server.preload.already_pending", ""},
        {"sp", "bulk-1-year", "server.preload.already_preloaded", ""},
        {"sp", "bulk-18-weeks", "server.preload.already_preloaded", ""},
        {"sp", "bulk-legacy", "server.preload.already_preloaded", "server.remove.protected"},
        {"sp", "custom", "server.preload.already_preloaded", "server.remove.protected"},
        {"sr", "", "", "server.remove.not_preloaded"},
        {"spw", "", "", "server.remove.already_removed"},
        {"spq", "bulk-1-year", "", "server.remove.already_pending_removal"},
        {"sq", "bulk-1-year", "", "server.remove.already_pending_removal"},
        {"spm", "bulk-1-year", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_life life = life_in(rows[i].way);
        (void)snprintf(life.policy, sizeof life.policy, "%s", rows[i].policy);
        yn_life_answer submit = yn_life_ask(&life, YN_LIFE_TO_SUBMIT);
        yn_life_answer removal = yn_life_ask(&life, YN_LIFE_TO_REMOVE);
        assert_text(rows[i].way, yonder_text_of(yn_life_answer_code(submit)), rows[i].submit);
        assert_text(rows[i].way, yonder_text_of(yn_life_answer_code(removal)), rows[i].remove);
        assert_row(rows[i].way,
                   yn_life_answer_is_error(submit) == (submit == YN_LIFE_ALREADY_PRELOADED));
        assert_row(rows[i].way, yn_life_answer_is_error(removal) == (removal == YN_LIFE_PROTECTED));
        assert_row(rows[i].way, (submit == YN_LIFE_GO_ON) == !*yn_life_answer_summary(submit));
    }
}

static void who_fails_for_more_than_30_days_is_due(void **state)
{
    (void)state;
    enum {
        day = 86400
    };
    static const struct {
        const char *name, *way, *policy;
        int64_t at[8]; // of failing scans, ended by 0
        bool due;
    } rows[] = {
        {"never", "sp", "bulk-1-year", {0}, false},
        {"once", "sp", "bulk-1-year", {day}, false},
        {"30 days", "sp", "bulk-1-year", {day, 31 * day}, false},
        {"more", "sp", "bulk-1-year", {day, 31 * day + 1}, true},
        {"weekly, five times", "sp", "bulk-1-year", {1, 7 * day, 14 * day, 21 * day, 28 * day}, 0},
        {"weekly, six times",
         "sp",
         "bulk-18-weeks",
         {1, 7 * day, 14 * day, 21 * day, 28 * day, 35 * day},
         true},
        {"protected", "sp", "custom", {day, 90 * day}, false},
        {"on its way out", "spq", "bulk-1-year", {day, 90 * day}, false},
        {"marked", "spm", "bulk-1-year", {day, 90 * day}, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_life life = life_in(rows[i].way);
        (void)snprintf(life.policy, sizeof life.policy, "%s", rows[i].policy);
        for (const int64_t *at = rows[i].at; *at; at++) {
            yn_life_event event = event_of(YN_LIFE_SCAN_FAILED, *at, "");
            assert_row(rows[i].name, yn_life_apply(&life, &event));
        }
        yn_life_rule rule = (yn_life_rule){.scans = 2, .days = 30, .cap = 1000};
        assert_row(rows[i].name, yn_life_is_due(&life, &rule) == rows[i].due);
        rule = (yn_life_rule){.scans = 7, .days = 0, .cap = 1}; // the rule is data
        assert_row(rows[i].name, !yn_life_is_due(&life, &rule));
        yn_life_event passed = event_of(YN_LIFE_SCAN_PASSED, 100 * day, "");
        assert_row(rows[i].name, yn_life_apply(&life, &passed));
        rule = (yn_life_rule){.scans = 2, .days = 30, .cap = 1000};
        assert_row(rows[i].name, !yn_life_is_due(&life, &rule));
    }
}

static void codes_are_found(void **state)
{
    (void)state;
    for (yn_life_state s = 0; s < YN_LIFE_STATE_COUNT; s++) {
        yn_life_state found = YN_LIFE_STATE_COUNT;
        assert_true(yn_life_state_find(yonder_text_of(yn_life_state_code(s)), &found));
        assert_int_equal(found, s);
    }
    for (yn_life_kind k = 0; k < YN_LIFE_KIND_COUNT; k++) {
        yn_life_kind found = YN_LIFE_KIND_COUNT;
        assert_true(yn_life_kind_find(yonder_text_of(yn_life_kind_code(k)), &found));
        assert_int_equal(found, k);
    }
    yn_life_state none = YN_LIFE_REMOVED;
    assert_false(yn_life_state_find(YN_TEXT("pending-"), &none));
    assert_false(yn_life_state_find(YN_TEXT(""), &none));
    assert_int_equal(none, YN_LIFE_REMOVED);
}

static void policies_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        bool is, is_bulk;
    } rows[] = {
        {"bulk-1-year", true, true},
        {"bulk-18-weeks", true, true},
        {"bulk-legacy", true, false},
        {"custom", true, false},
        {"bulk-1-year ", false, false},
        {"Bulk-1-year", false, false},
        {"", false, false},
        {"a_b", false, false},
        {"0123456789012345678901234567890", true, false},
        {"01234567890123456789012345678901", false, false},
        {"google", true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_text policy = yonder_text_of(rows[i].policy);
        assert_row(rows[i].policy, yn_life_is_policy(policy) == rows[i].is);
        assert_row(rows[i].policy, yn_life_is_bulk(policy) == rows[i].is_bulk);
        assert_row(rows[i].policy, yn_life_is_known_policy(policy) ==
                                       (i < 4 || i == sizeof rows / sizeof *rows - 1));
    }
    assert_non_null(strstr(yn_life_known_policies, " public-suffix-requested"));
}

/* ---- whatever happens --------------------------------------------------------------------------
 */

static uint64_t seed = 0x9E3779B97F4A7C15;

static unsigned dice(unsigned sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)((seed >> 33) % sides);
}

static void check_invariants(const char *row, const yn_life *life)
{
    const unsigned listed = 1U << YN_LIFE_PRELOADED | 1U << YN_LIFE_PENDING_REMOVAL |
                            1U << YN_LIFE_PENDING_AUTOMATED_REMOVAL;
    const unsigned may_fail = listed;
    unsigned state = 1U << life->state;
    assert_row(row, !life->published || state & listed);
    // Only an owner who withdraws what was pending is in a state of the list and not on it.
    assert_row(row, life->published || !(state & listed) || life->state == YN_LIFE_PENDING_REMOVAL);
    assert_row(row, (life->policy[0] != '\0') == !!(state & (listed | 1U << YN_LIFE_PENDING)));
    assert_row(row, life->policy[0] || !life->include_subdomains);
    assert_row(row, (life->failing == 0) == (life->failing_since == 0));
    assert_row(row, (life->failing == 0) == (life->failing_at == 0));
    assert_row(row, life->failing != 1 || life->failing_since == life->failing_at);
    assert_row(row, life->failing_since <= life->failing_at);
    assert_row(row, life->failing == 0 || state & may_fail);
    assert_row(row, (life->changed == 0) == (life->state == YN_LIFE_UNKNOWN));
    assert_row(row, !life->barred || state & (1U << YN_LIFE_REJECTED | 1U << YN_LIFE_REMOVED |
                                              1U << YN_LIFE_PENDING_REMOVAL));
}

static void check_step(const char *row, const yn_life *before, const yn_life_event *event,
                       const yn_life *after)
{
    assert_row(row, after->state != YN_LIFE_UNKNOWN); // a domain is never lost
    if (after->published != before->published)
        assert_row(row, event->kind == YN_LIFE_PUBLISHED || event->kind == YN_LIFE_IMPORTED ||
                            event->kind == YN_LIFE_WITHDRAWN);
    if (strcmp(after->policy, before->policy) != 0)
        assert_row(row, event->kind == YN_LIFE_POLICY_SET || event->kind == YN_LIFE_IMPORTED ||
                            !after->policy[0] || !before->published);
    // Who is barred stays out until the operator says otherwise.
    if (before->barred)
        assert_row(row, after->barred || (event->kind == YN_LIFE_ALLOWED && event->by_operator));
    assert_row(row, !after->barred || before->barred || event->by_operator);
    assert_row(row, after->submitted ==
                        (event->kind == YN_LIFE_SUBMITTED ? event->at : before->submitted));
    if (event->kind == YN_LIFE_SUBMITTED || event->kind == YN_LIFE_IMPORTED)
        assert_row(row, after->include_subdomains == event->include_subdomains);
    if (event->kind == YN_LIFE_SUBMITTED || event->kind == YN_LIFE_SCAN_PASSED ||
        event->kind == YN_LIFE_SPARED)
        assert_row(row, after->failing == 0); // counted anew from here
    if (event->kind == YN_LIFE_SCAN_FAILED)
        assert_row(row, after->failing == before->failing + 1 && after->failing_at == event->at);
    else
        assert_row(row, after->failing == before->failing || after->failing == 0);
}

static void no_sequence_of_events_breaks_a_life(void **state)
{
    (void)state;
    static const char *const policies[] = {"bulk-1-year", "bulk-18-weeks", "custom"};
    enum {
        rounds = 1000,
        steps = 100
    };
    static yn_life_event log[steps];
    size_t reached[YN_LIFE_STATE_COUNT] = {0};
    for (int round = 0; round < rounds; round++) {
        yn_life life = {0};
        size_t logged = 0;
        int64_t at = 1;
        for (int i = 0; i < steps; i++) {
            yn_life_event event =
                event_of(dice(YN_LIFE_KIND_COUNT), at += dice(1000000), policies[dice(3)]);
            event.include_subdomains = dice(2);
            event.by_operator = dice(3) == 0;
            yn_life before = life;
            const char *row = yn_life_kind_code(event.kind);
            if (yn_life_apply(&life, &event)) {
                log[logged++] = event;
                check_step(row, &before, &event, &life);
            } else {
                assert_row(row, same(&life, &before));
            }
            check_invariants(row, &life);
            reached[life.state]++;
        }
        yn_life again = {0};
        for (size_t i = 0; i < logged; i++)
            assert_true(yn_life_apply(&again, &log[i]));
        assert_true(same(&again, &life));
    }
    for (yn_life_state s = 0; s < YN_LIFE_STATE_COUNT; s++)
        assert_row(yn_life_state_code(s), reached[s] > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_lead_where_the_table_says),
        cmocka_unit_test(the_operators_word_holds_until_the_operator_lifts_it),
        cmocka_unit_test(who_comes_back_from_a_removal_keeps_his_policy),
        cmocka_unit_test(a_policy_that_is_too_long_is_cut),
        cmocka_unit_test(who_asks_is_told),
        cmocka_unit_test(who_fails_for_more_than_30_days_is_due),
        cmocka_unit_test(codes_are_found),
        cmocka_unit_test(policies_have_names),
        cmocka_unit_test(no_sequence_of_events_breaks_a_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
