// SPDX-License-Identifier: MIT
// What is answered before a domain is asked, or where it does not answer; the rest is in
// tests/e2e/test_directory_api.py.
#include "rounds_test.h"

#include "directory/intake.h"

static yn_intake_answer wish(stage *s, yn_intake_wish wish, const char *domain)
{
    static const yn_intake_asker visitor = {.actor = YN_ACTOR_VISITOR, .address = {"192.0.2.1", 9}};
    yn_intake_answer a;
    assert_int_equal(
        yn_intake(&s->directory, wish, yonder_text_of(domain), &visitor, &s->bench->arena, &a),
        YONDER_OK);
    return a;
}

static void happen_as(stage *s, const char *domain, yn_life_kind kind, const char *policy)
{
    yn_store_event event = event_of(domain, kind, the_time);
    event.what.policy = yonder_text_of(policy);
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
}

static void decide(stage *s, const char *domain, yn_life_kind kind, const char *reason)
{
    yn_store_event event = event_of(domain, kind, the_time);
    event.actor = YN_ACTOR_OPERATOR;
    event.reason = yonder_text_of(reason);
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
}

static void people(stage *s)
{
    happen(s, "pending.example", YN_LIFE_SUBMITTED);
    happen(s, "listed.example", YN_LIFE_IMPORTED);
    happen_as(s, "custom.example", YN_LIFE_IMPORTED, "custom");
    happen_as(s, "dev", YN_LIFE_IMPORTED, "public-suffix");
    happen(s, "leaving.example", YN_LIFE_IMPORTED);
    happen(s, "leaving.example", YN_LIFE_REMOVAL_REQUESTED);
    happen(s, "gone.example", YN_LIFE_IMPORTED);
    happen(s, "gone.example", YN_LIFE_WITHDRAWN);
    happen(s, "marked.example", YN_LIFE_IMPORTED);
    happen(s, "marked.example", YN_LIFE_MARKED);
    decide(s, "barred.example", YN_LIFE_REJECTION, "Not ours.");
    happen(s, "sold.example", YN_LIFE_IMPORTED);
    decide(s, "sold.example", YN_LIFE_REMOVAL_REQUESTED, "");
    decide(s, "free.example", YN_LIFE_REJECTION, "By mistake");
    decide(s, "free.example", YN_LIFE_ALLOWED, "");
}

/* The code of the only issue, which is not accepted. */
typedef struct row {
    yn_intake_wish wish;
    const char *domain, *code;
    bool error, checked;
    const char *message; // NULL: any
} row;

static const row rows[] = {
    {YN_INTAKE_SUBMIT, "pending.example", "server.preload.already_pending", false, false,
     "pending.example was submitted on 2027-01-15, and waits for the next version of the list."},
    {YN_INTAKE_SUBMIT, "listed.example", "server.preload.already_preloaded", true, false,
     "listed.example is on the list since 2027-01-15."},
    {YN_INTAKE_SUBMIT, "custom.example", "server.preload.already_preloaded", true, false, NULL},
    {YN_INTAKE_SUBMIT, "new.example", "domain.tls.cannot_connect", true, true, NULL},
    {YN_INTAKE_SUBMIT, "gone.example", "domain.tls.cannot_connect", true, true, NULL},
    {YN_INTAKE_SUBMIT, "barred.example", "server.preload.barred", true, false,
     "The operator did not take it: Not ours. Only the operator can lift that."},
    {YN_INTAKE_SUBMIT, "sold.example", "server.preload.barred", true, false,
     "The operator took it off. Only the operator can lift that."},
    {YN_INTAKE_SUBMIT, "free.example", "domain.tls.cannot_connect", true, true, NULL},
    {YN_INTAKE_REMOVE, "barred.example", "server.remove.not_preloaded", false, false, NULL},
    {YN_INTAKE_SUBMIT, "leaving.example", "domain.tls.cannot_connect", true, true, NULL},
    {YN_INTAKE_REMOVE, "new.example", "server.remove.not_preloaded", false, false, NULL},
    {YN_INTAKE_REMOVE, "leaving.example", "server.remove.already_pending_removal", false, false,
     "leaving.example is to leave the list with its next version; that was asked for on "
     "2027-01-15."},
    {YN_INTAKE_REMOVE, "gone.example", "server.remove.already_removed", false, false,
     "gone.example left the list on 2027-01-15."},
    {YN_INTAKE_REMOVE, "custom.example", "server.remove.protected", true, false, NULL},
    {YN_INTAKE_REMOVE, "below.listed.example", "server.remove.not_preloaded", false, false, NULL},
    {YN_INTAKE_REMOVE, "pending.example", "domain.tls.cannot_connect", true, true, NULL},
    {YN_INTAKE_REMOVE, "marked.example", "domain.tls.cannot_connect", true, true, NULL},
    {YN_INTAKE_REMOVABLE, "below.listed.example", "server.removable.subdomain", true, false, NULL},
    {YN_INTAKE_REMOVABLE, "a.dev", "server.removable.preloaded_tld", true, false, NULL},
    {YN_INTAKE_REMOVABLE, "listed.example", "domain.tls.cannot_connect", true, true, NULL},
    {YN_INTAKE_PRELOADABLE, "listed.example", "domain.tls.cannot_connect", true, true, NULL},
};

static void what_is_wished_is_answered_by_where_a_domain_stands(void **state)
{
    stage *s = *state;
    people(s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        yn_life before = get(s->bench, r->domain);
        yn_intake_answer a = wish(s, r->wish, r->domain);
        const yn_intake_issue *issue = r->error ? a.errors : a.warnings;
        if (a.error_count != (size_t)r->error || a.warning_count != (size_t)!r->error)
            fail_msg("row %zu has %zu errors and %zu warnings", i, a.error_count, a.warning_count);
        assert_text(r->domain, issue->code, r->code);
        assert_true(issue->summary.len > 0 && issue->message.len > 0);
        if (r->message)
            assert_text(r->domain, issue->message, r->message);
        assert_int_equal(a.checked, r->checked);
        assert_false(a.accepted);
        yn_life after = get(s->bench, r->domain);
        assert_memory_equal(&before, &after, sizeof before);
    }
}

static void what_the_operator_listed_says_so_beside_the_check(void **state)
{
    stage *s = *state;
    people(s);
    yn_intake_answer a = wish(s, YN_INTAKE_REMOVABLE, "custom.example");
    assert_int_equal(a.error_count, 2);
    assert_text("check", a.errors[0].code, "domain.tls.cannot_connect");
    assert_text("state", a.errors[1].code, "server.removable.protected");
}

static void an_answer_is_written_with_all_that_is_hostile_in_quotes(void **state)
{
    (void)state;
    yn_intake_issue issues[] = {
        {YN_TEXT("a.b"), YN_TEXT("\"<b>\""), YN_TEXT("\x1b[31m\n\xff")},
    };
    const yn_intake_answer a = {.warnings = issues, .warning_count = 1};
    yn_buf out = yn_buf_make(4096, NULL);
    yn_intake_write(&out, &a, false);
    assert_text("answer", yn_buf_text(&out),
                "{\"errors\":[],\"warnings\":[{\"code\":\"a.b\",\"summary\":\"\\\"<b>\\\"\","
                "\"message\":\"\\u001b[31m\\n\xEF\xBF\xBD\"}]}");
    yn_buf_free(&out);
}

/* ---- looks -------------------------------------------------------------------------------------
 */

static yn_intake_status look(stage *s, const char *domain)
{
    yn_intake_status status;
    assert_int_equal(
        yn_intake_look(&s->directory, yonder_text_of(domain), &s->bench->arena, &status),
        YONDER_OK);
    return status;
}

static void a_look_says_what_covers_a_domain(void **state)
{
    stage *s = *state;
    static const struct {
        const char *domain;
        yn_life_state state;
        bool bulk;
        const char *covered_by;
    } cases[] = {
        {"new.example", YN_LIFE_UNKNOWN, false, ""},
        {"listed.example", YN_LIFE_PRELOADED, true, "listed.example"},
        {"a.b.listed.example", YN_LIFE_PRELOADED, true, "listed.example"},
        {"custom.example", YN_LIFE_PRELOADED, false, "custom.example"},
        {"a.dev", YN_LIFE_PRELOADED, false, "dev"},
        {"pending.example", YN_LIFE_PENDING, false, ""},
        {"below.pending.example", YN_LIFE_UNKNOWN, false, ""},
        {"leaving.example", YN_LIFE_PENDING_REMOVAL, true, "leaving.example"},
        {"gone.example", YN_LIFE_REMOVED, false, ""},
        {"marked.example", YN_LIFE_PENDING_AUTOMATED_REMOVAL, true, "marked.example"},
    };
    people(s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        yn_intake_status status = look(s, cases[i].domain);
        if (status.life.state != cases[i].state || status.bulk != cases[i].bulk)
            fail_msg("%s is %s", cases[i].domain, yn_life_state_code(status.life.state));
        assert_text(cases[i].domain, status.preloaded_domain, cases[i].covered_by);
    }
}

static void a_look_says_why(void **state)
{
    stage *s = *state;
    people(s);
    assert_int_equal(look(s, "listed.example").message.len, 0);
    happen(s, "listed.example", YN_LIFE_SCAN_FAILED);
    the_time += 7 * DAY;
    happen(s, "listed.example", YN_LIFE_SCAN_FAILED);
    assert_text("failing", look(s, "listed.example").message,
                "It does not meet the requirements since 2027-01-15: 2 scans in a row failed, the "
                "last on 2027-01-22. It is removed after 2 or more that fail in a row, over more "
                "than 30 days.");
    yn_store_event event = event_of("pending.example", YN_LIFE_REJECTION, the_time);
    event.reason = YN_TEXT("No HSTS header.");
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
    assert_int_equal(look(s, "pending.example").life.state, YN_LIFE_REJECTED);
    assert_text("rejected", look(s, "pending.example").message, "No HSTS header.");
    event = event_of("leaving.example", YN_LIFE_WITHDRAWN, the_time);
    event.reason = YN_TEXT("Its owner asked for it.");
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
    assert_text("barred", look(s, "barred.example").message, "Not ours.");
    decide(s, "barred.example", YN_LIFE_REJECTION, "Not ours, still.");
    assert_text("again", look(s, "barred.example").message, "Not ours, still.");
    assert_text("allowed", look(s, "free.example").message, "By mistake");
    assert_text("off", look(s, "sold.example").message, "The operator takes it off.");
    assert_int_equal(look(s, "leaving.example").message.len, 0);
    assert_int_equal(look(s, "below.listed.example").message.len, 0); // which is its owner's alone
}

/* ---- looks at the same time --------------------------------------------------------------------
 */

static void a_look_is_held_until_it_is_given_back(void **state)
{
    stage *s = *state;
    s->directory.joints = yn_joints_new();
    assert_non_null(s->directory.joints);
    yn_intake_answer first = wish(s, YN_INTAKE_PRELOADABLE, "new.example");
    yn_intake_answer second = wish(s, YN_INTAKE_REMOVABLE, "new.example");
    assert_non_null(first.joint);
    assert_ptr_not_equal(first.joint, second.joint); // the first was over
    yn_intake_end(&first);
    assert_text("still there", second.assessed.audit.domain, "new.example");
    yn_intake_end(&second);
    yn_intake_answer own = wish(s, YN_INTAKE_SUBMIT, "new.example");
    assert_null(own.joint);
    yn_intake_end(&own);
    yn_joints_free(s->directory.joints);
    s->directory.joints = NULL;
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        STAGED(what_is_wished_is_answered_by_where_a_domain_stands),
        STAGED(what_the_operator_listed_says_so_beside_the_check),
        cmocka_unit_test(an_answer_is_written_with_all_that_is_hostile_in_quotes),
        STAGED(a_look_says_what_covers_a_domain),
        STAGED(a_look_says_why),
        STAGED(a_look_is_held_until_it_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
