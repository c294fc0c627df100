// SPDX-License-Identifier: MIT
// Sweeps and editions, of domains that nobody reaches; those that pass are in
// tests/e2e/test_directory_rounds.py.
#include <stdatomic.h>

#include "rounds_test.h"

#include <stdio.h>

#include "directory/documents.h"
#include "directory/signer.h"

static yn_edition make_how(stage *s, bool dry, bool even_if_same)
{
    yn_edition e;
    assert_int_equal(
        yn_edition_make(&s->directory, dry, even_if_same, &s->many, NULL, &s->bench->arena, &e),
        YONDER_OK);
    return e;
}

static yn_edition make(stage *s)
{
    return make_how(s, false, false);
}

static const char *document(stage *s, int64_t version, const char *name)
{
    yn_buf out = yn_buf_make(1 << 24, NULL);
    int error = yn_store_document_read(s->directory.store, version, yonder_text_of(name), &out);
    yonder_text text = yn_arena_text(&s->bench->arena, yn_buf_text(&out));
    yn_buf_free(&out);
    return error ? NULL : text.ptr;
}

static void fail_for(stage *s, const char *domain, int64_t days)
{
    happen(s, domain, YN_LIFE_SCAN_FAILED);
    assert_int_equal(add(s->bench, domain, YN_LIFE_SCAN_FAILED, the_time + days * DAY), YONDER_OK);
}

static struct {
    yn_store *store;
    const char *domain;
    yn_life_kind kind;
    atomic_int looks;
} meanwhile;

// A clock that has something happen when it is looked at for the nth time, by whatever thread.
static int64_t now_and_more(void)
{
    if (atomic_fetch_sub(&meanwhile.looks, 1) == 1) {
        yn_store_event event = event_of(meanwhile.domain, meanwhile.kind, the_time);
        (void)yn_store_add(meanwhile.store, &event, NULL); // the state of it is looked at later
    }
    return the_time;
}

static void happen_meanwhile(stage *s, int look, const char *domain, yn_life_kind kind)
{
    s->directory.now = now_and_more;
    meanwhile.store = s->directory.store;
    meanwhile.domain = domain;
    meanwhile.kind = kind;
    atomic_store(&meanwhile.looks, look);
}

/* ---- sweeps ------------------------------------------------------------------------------------
 */

static void who_fails_for_too_long_is_marked(void **state)
{
    stage *s = *state;
    yn_sweep_round round;
    static const char *const names[] = {"a.example", "b.example", "c.example", "d.example"};
    for (size_t i = 0; i < 4; i++)
        happen(s, names[i], YN_LIFE_IMPORTED);
    fail_for(s, "b.example", 31);
    the_time -= DAY;
    fail_for(s, "c.example", 32); // for longer
    the_time += DAY;
    fail_for(s, "d.example", 30); // not for longer than 30 days
    set(s, "removal.cap", "1");
    assert_int_equal(yn_sweep_run(&s->directory, true, NULL, &s->bench->arena, &round), YONDER_OK);
    assert_int_equal(round.total, 2);
    assert_int_equal(round.count, 1);
    assert_text("the longest failing", round.domains[0], "c.example");
    assert_int_equal(state_of(s, "c.example"), YN_LIFE_PRELOADED); // it was dry
    assert_int_equal(yn_sweep_run(&s->directory, false, NULL, &s->bench->arena, &round), YONDER_OK);
    assert_int_equal(round.count, 1);
    assert_int_equal(state_of(s, "c.example"), YN_LIFE_PENDING_AUTOMATED_REMOVAL);
    assert_int_equal(state_of(s, "b.example"), YN_LIFE_PRELOADED);
    yn_store_event event = latest(s, "c.example");
    assert_int_equal(event.what.kind, YN_LIFE_MARKED);
    assert_text("reason", event.reason,
                "It failed 2 scans in a row, from 2027-01-14 to 2027-02-15: 32 days.");
    assert_int_equal(yn_sweep_run(&s->directory, false, NULL, &s->bench->arena, &round), YONDER_OK);
    assert_int_equal(state_of(s, "b.example"), YN_LIFE_PENDING_AUTOMATED_REMOVAL);
    set(s, "removal.cap", "0");
    set(s, "removal.days", "29");
    assert_int_equal(yn_sweep_run(&s->directory, false, NULL, &s->bench->arena, &round), YONDER_OK);
    assert_int_equal(round.count, 0);
    assert_int_equal(round.total, 1);
}

static void many_are_marked_and_who_left_meanwhile_is_not(void **state)
{
    stage *s = *state;
    enum {
        members = 450
    };
    static char names[members][16];
    yn_sweep_round round;
    set(s, "removal.scans", "3");
    for (size_t i = 0; i < members; i++) {
        (void)snprintf(names[i], sizeof names[i], "m%03zu.example", i);
        happen(s, names[i], YN_LIFE_IMPORTED);
        fail_for(s, names[i], 31);
    }
    assert_int_equal(yn_sweep_run(&s->directory, false, NULL, &s->bench->arena, &round), YONDER_OK);
    assert_int_equal(round.total, 0); // two scans are too few by that rule
    set(s, "removal.scans", "2");
    happen_meanwhile(s, 2, names[0], YN_LIFE_REMOVAL_REQUESTED);
    assert_int_equal(yn_sweep_run(&s->directory, false, NULL, &s->bench->arena, &round), YONDER_OK);
    assert_int_equal(round.total, members);
    assert_int_equal(round.count, members - 1);
    assert_text("first", round.domains[0], names[1]);
    assert_text("last", round.domains[members - 2], names[members - 1]);
    assert_int_equal(state_of(s, names[0]), YN_LIFE_PENDING_REMOVAL);
    for (size_t i = 1; i < members; i++) {
        assert_row(names[i], state_of(s, names[i]) == YN_LIFE_PENDING_AUTOMATED_REMOVAL);
        yn_store_event event = latest(s, names[i]);
        assert_row(names[i], event.actor == YN_ACTOR_SCANNER && event.what.at == the_time);
    }
}

/* ---- editions ----------------------------------------------------------------------------------
 */

static void a_version_has_what_is_listed(void **state)
{
    stage *s = *state;
    happen(s, "b.example", YN_LIFE_IMPORTED);
    happen(s, "a.example", YN_LIFE_IMPORTED);
    yn_edition e = make(s);
    assert_int_equal(e.version.number, 1);
    assert_int_equal(e.version.names, 2);
    assert_int_equal(e.imported, 2);
    assert_int_equal(e.event_count, 0);
    const char *list = document(s, 1, YN_DOCUMENT_LIST);
    assert_true(strstr(list, "\"a.example\"") < strstr(list, "\"b.example\""));
    assert_non_null(document(s, 1, YN_DOCUMENT_SIGNATURE));
    assert_int_equal(make(s).version.number, 0); // the same again is no version
    assert_int_equal(make_how(s, true, true).version.number, 2);
    assert_null(document(s, 2, YN_DOCUMENT_LIST)); // it was dry
    assert_int_equal(make_how(s, false, true).version.number, 2);
    assert_non_null(document(s, 2, YN_DOCUMENT_DELTA "1"));
}

static void an_empty_list_is_published_if_it_must_be(void **state)
{
    stage *s = *state;
    assert_int_equal(make(s).version.number, 0);
    assert_int_equal(make_how(s, false, true).version.number, 1);
}

static void who_asked_to_leave_is_gone(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_IMPORTED);
    happen(s, "b.example", YN_LIFE_IMPORTED);
    assert_int_equal(make(s).version.number, 1);
    happen(s, "a.example", YN_LIFE_REMOVAL_REQUESTED);
    yn_edition e = make(s);
    assert_int_equal(e.version.number, 2);
    assert_int_equal(e.withdrawn, 1);
    assert_int_equal(state_of(s, "a.example"), YN_LIFE_REMOVED);
    assert_null(strstr(document(s, 2, YN_DOCUMENT_LIST), "a.example"));
    yn_store_event event = latest(s, "a.example");
    assert_int_equal(event.version, 2);
    assert_int_equal(event.actor, YN_ACTOR_PUBLISHER);
    assert_text("reason", event.reason, "Its owner asked for it.");
}

static void whom_the_operator_takes_off_is_told_why(void **state)
{
    stage *s = *state;
    static const struct {
        const char *domain, *said, *reason;
    } rows[] = {
        {"a.example", "Sold.", "The operator takes it off: Sold."},
        {"b.example", "", "The operator takes it off."},
    };
    happen(s, "c.example", YN_LIFE_IMPORTED);
    for (size_t i = 0; i < 2; i++) {
        yn_store_event event = event_of(rows[i].domain, YN_LIFE_REMOVAL_REQUESTED, the_time);
        event.actor = YN_ACTOR_OPERATOR;
        event.reason = yonder_text_of(rows[i].said);
        happen(s, rows[i].domain, YN_LIFE_IMPORTED);
        assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
    }
    assert_int_equal(make(s).version.number, 1);
    for (size_t i = 0; i < 2; i++) {
        assert_text(rows[i].domain, latest(s, rows[i].domain).reason, rows[i].reason);
        assert_int_equal(state_of(s, rows[i].domain), YN_LIFE_REMOVED);
        assert_true(get(s->bench, rows[i].domain).barred);
    }
}

static void numbers_that_clients_have_seen_are_left_out(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_IMPORTED);
    assert_int_equal(make(s).version.number, 1);
    s->directory.at_least = 2; // that is what comes anyway: nothing changed
    assert_int_equal(make(s).version.number, 0);
    s->directory.at_least = 1000; // and this is made, so that clients have something newer
    assert_int_equal(make(s).version.number, 1000);
    assert_non_null(strstr(document(s, 1000, YN_DOCUMENT_STATEMENT), "\"version\": 1"));
    assert_non_null(document(s, 1000, YN_DOCUMENT_DELTA "1"));
    assert_int_equal(make(s).version.number, 0);
    happen(s, "b.example", YN_LIFE_IMPORTED);
    s->directory.at_least = 7; // long past
    assert_int_equal(make(s).version.number, 1001);
    assert_non_null(document(s, 1001, YN_DOCUMENT_DELTA "1000"));
    s->directory.at_least = 0;
}

static void whose_key_signed_is_known(void **state)
{
    stage *s = *state;
    yn_signer signer;
    yn_buf by = yn_buf_make(1 << 10, NULL), own = yn_buf_make(1 << 10, NULL);
    uint8_t public_key[YN_SEAL_PUBLIC];
    yn_seal_key *other = yn_seal_key_new();
    assert_int_equal(yn_signer_look(s->directory.store, NULL, &signer, &by), YONDER_OK);
    assert_int_equal(signer, YN_SIGNER_FIRST);
    happen(s, "a.example", YN_LIFE_IMPORTED);
    assert_int_equal(make(s).version.number, 1);
    assert_int_equal(yn_signer_look(s->directory.store, s->key, &signer, &by), YONDER_OK);
    assert_int_equal(signer, YN_SIGNER_SAME);
    yn_seal_public(s->key, public_key);
    yn_seal_public_write(public_key, &own);
    yn_buf_char(&own, '\0');
    assert_text("signed by", yn_buf_text(&by), own.ptr);
    assert_int_equal(yn_signer_look(s->directory.store, other, &signer, &by), YONDER_OK);
    assert_int_equal(signer, YN_SIGNER_OTHER);
    assert_int_equal(yn_signer_look(s->directory.store, NULL, &signer, &by), YONDER_OK);
    assert_int_equal(signer, YN_SIGNER_OTHER);
    // Somebody else published with another key meanwhile.
    yn_edition e;
    s->directory.key = other;
    assert_int_equal(
        yn_edition_make(&s->directory, false, true, &s->many, NULL, &s->bench->arena, &e),
        YN_EDITION_OTHER_KEY);
    s->directory.new_key = true;
    assert_int_equal(make_how(s, false, true).version.number, 2);
    s->directory.new_key = false;
    s->directory.key = s->key;
    assert_int_equal(
        yn_edition_make(&s->directory, false, true, &s->many, NULL, &s->bench->arena, &e),
        YN_EDITION_OTHER_KEY);
    yn_seal_key_free(other);
    yn_buf_free(&by);
    yn_buf_free(&own);
}

static void what_was_in_no_version_leaves_without_one(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    happen(s, "a.example", YN_LIFE_REMOVAL_REQUESTED);
    yn_edition e = make(s);
    assert_int_equal(e.version.number, 0);
    assert_int_equal(e.withdrawn, 1);
    assert_int_equal(state_of(s, "a.example"), YN_LIFE_REMOVED);
}

static void who_is_not_reached_waits_eight_weeks(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    assert_int_equal(make(s).event_count, 0);
    assert_int_equal(state_of(s, "a.example"), YN_LIFE_PENDING);
    the_time += YN_EDITION_PATIENCE - 1;
    assert_int_equal(make(s).rejected, 0);
    the_time += 1;
    assert_int_equal(make_how(s, true, false).rejected, 1);
    assert_int_equal(state_of(s, "a.example"), YN_LIFE_PENDING); // it was dry
    assert_int_equal(make(s).rejected, 1);
    assert_int_equal(state_of(s, "a.example"), YN_LIFE_REJECTED);
    yn_store_event event = latest(s, "a.example");
    assert_text("reason", event.reason,
                "It did not pass the check before version 1. No answer over HTTPS: "
                "https://a.example/ does not answer: nobody listens there");
    assert_non_null(strstr(event.issues.ptr, "domain.tls.cannot_connect"));
}

static void who_is_marked_and_fails_goes_up_to_the_cap(void **state)
{
    stage *s = *state;
    static const char *const names[] = {"a.example", "b.example", "c.example", "d.example"};
    for (size_t i = 0; i < 4; i++) {
        happen(s, names[i], YN_LIFE_IMPORTED);
        // c and d since the same moment, b before them, a the last
        static const int64_t since[] = {0, -2, -1, -1};
        assert_int_equal(add(s->bench, names[i], YN_LIFE_SCAN_FAILED, NOON + since[i]), YONDER_OK);
        happen(s, names[i], YN_LIFE_MARKED);
    }
    set(s, "removal.cap", "0");
    assert_int_equal(make(s).withdrawn, 0);
    set(s, "removal.cap", "2");
    assert_int_equal(make(s).withdrawn, 2);
    assert_int_equal(state_of(s, "b.example"), YN_LIFE_REMOVED);
    assert_int_equal(state_of(s, "c.example"), YN_LIFE_REMOVED);
    assert_int_equal(state_of(s, "d.example"), YN_LIFE_PENDING_AUTOMATED_REMOVAL);
    assert_non_null(strstr(document(s, 2, YN_DOCUMENT_LIST), "d.example"));
    assert_int_equal(make(s).withdrawn, 2);
    assert_int_equal(state_of(s, "a.example"), YN_LIFE_REMOVED);
    assert_non_null(strstr(latest(s, "a.example").reason.ptr, "nobody listens there"));
}

static void nobody_is_removed_where_nobody_was_ever_reached(void **state)
{
    stage *s = *state;
    for (size_t i = 0; i < 25; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%02zu.example", i);
        happen(s, name, YN_LIFE_IMPORTED);
        if (i < 22)
            happen(s, name, YN_LIFE_MARKED);
    }
    happen(s, "z.example", YN_LIFE_SUBMITTED);
    happen(s, "m24.example", YN_LIFE_REMOVAL_REQUESTED);
    the_time += YN_EDITION_PATIENCE;
    yn_edition e = make(s);
    assert_true(e.doubted);
    assert_int_equal(e.rejected, 0);
    assert_int_equal(e.withdrawn, 1);
    assert_int_equal(e.version.names, 24);
    assert_int_equal(state_of(s, "m24.example"), YN_LIFE_REMOVED);
    assert_int_equal(state_of(s, "z.example"), YN_LIFE_PENDING);
    set(s, "scan.doubt", "0");
    assert_int_equal(make(s).withdrawn, 22);
}

static void in_doubt_who_has_answered_has_answered(void **state)
{
    stage *s = *state;
    talker answers = open_talker();
    char pending[64], marked[64];
    (void)snprintf(pending, sizeof pending, "z.example:443:127.0.0.1:%d", answers.port);
    (void)snprintf(marked, sizeof marked, "m00.example:443:127.0.0.1:%d", answers.port);
    const char *const connect_to[] = {pending, marked, "::127.0.0.1:1"};
    yn_buf message = yn_buf_make(4096, NULL);
    yn_collector *some = yn_collector_new(
        &(yn_collect_options){.connect_to = connect_to, .connect_to_count = 3}, &message);
    assert_non_null(some);
    s->directory.rounds = some;
    for (size_t i = 0; i < 30; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%02zu.example", i);
        happen(s, name, YN_LIFE_IMPORTED);
        const yn_scan_result passed = {
            .domain = yonder_text_of(name), .passed = true, .at = the_time};
        assert_int_equal(yn_store_scanned(s->directory.store, &passed, 1, 7 * DAY), YONDER_OK);
        if (i < 4)
            happen(s, name, YN_LIFE_MARKED);
    }
    happen(s, "z.example", YN_LIFE_SUBMITTED);
    yn_edition e = make(s);
    assert_true(e.doubted);
    assert_int_equal(e.rejected, 1);
    assert_int_equal(e.withdrawn, 1);
    assert_int_equal(state_of(s, "z.example"), YN_LIFE_REJECTED);
    assert_int_equal(state_of(s, "m00.example"), YN_LIFE_REMOVED);
    assert_int_equal(state_of(s, "m01.example"), YN_LIFE_PENDING_AUTOMATED_REMOVAL);
    close_talker(&answers);
    yn_collector_free(some);
    yn_buf_free(&message);
}

static void doubt_stays_where_all_is_decided_anew(void **state)
{
    stage *s = *state;
    for (size_t i = 0; i < 25; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "m%02zu.example", i);
        happen(s, name, YN_LIFE_IMPORTED);
        happen(s, name, i < 22 ? YN_LIFE_MARKED : YN_LIFE_REMOVAL_REQUESTED);
    }
    // The first look is for the edition's own moment, before it reads.
    static const char *const back = "m24.example";
    happen_meanwhile(s, 2, back, YN_LIFE_SUBMITTED);
    yn_edition e = make(s);
    assert_true(e.doubted);
    assert_int_equal(e.withdrawn, 2);
    assert_int_equal(state_of(s, "m00.example"), YN_LIFE_PENDING_AUTOMATED_REMOVAL);
    assert_int_equal(state_of(s, back), YN_LIFE_PRELOADED);
}

static void who_is_pending_waits_as_long_as_is_set(void **state)
{
    stage *s = *state;
    enum {
        wait = 3600
    };
    static const char *const name = "a.example";
    set(s, "publish.wait", "3600");
    yn_store_event event = event_of(name, YN_LIFE_SUBMITTED, the_time);
    event.what.policy = YN_TEXT("custom"); // which is not asked
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
    assert_int_equal(make(s).event_count, 0);
    the_time += wait - 1;
    assert_int_equal(make(s).event_count, 0);
    // A clock that is set back a little does not shorten it; one that was wrong does not prolong
    // it.
    the_time -= 2 * wait - 1;
    assert_int_equal(make(s).event_count, 0);
    the_time -= 1;
    assert_int_equal(make_how(s, true, false).added, 1);
    the_time += 2 * wait + 1;
    assert_int_equal(make(s).added, 1);
    assert_int_equal(state_of(s, name), YN_LIFE_PRELOADED);
}

static void a_statement_is_renewed_before_it_expires(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_IMPORTED);
    assert_int_equal(make(s).version.number, 1);
    the_time += YN_DOCUMENTS_LIFE / 2 - 1;
    assert_int_equal(make(s).version.number, 0);
    the_time += 1;
    assert_int_equal(make(s).version.number, 2);
}

static void another_policy_or_flag_makes_another_version(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_IMPORTED);
    assert_int_equal(make(s).version.number, 1);
    yn_store_event event = event_of("a.example", YN_LIFE_POLICY_SET, the_time);
    event.what.policy = YN_TEXT("custom");
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
    assert_int_equal(make(s).version.number, 2);
    assert_non_null(strstr(document(s, 2, YN_DOCUMENT_LIST), "custom"));
}

static void documents_are_kept_of_so_many_versions(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_IMPORTED);
    set(s, "publish.keep", "2");
    for (int64_t i = 1; i <= 3; i++)
        assert_int_equal(make_how(s, false, true).version.number, i);
    assert_null(document(s, 1, YN_DOCUMENT_LIST));
    assert_non_null(document(s, 1, YN_DOCUMENT_STATEMENT));
    assert_non_null(document(s, 2, YN_DOCUMENT_LIST));
    assert_non_null(document(s, 3, YN_DOCUMENT_DELTA "2"));
}

static void nothing_is_published_without_a_key(void **state)
{
    stage *s = *state;
    yn_edition e;
    happen(s, "a.example", YN_LIFE_IMPORTED);
    s->directory.key = NULL;
    assert_int_equal(
        yn_edition_make(&s->directory, false, false, &s->many, NULL, &s->bench->arena, &e),
        YONDER_INVALID_ARGUMENT);
    assert_int_equal(make_how(s, true, false).version.number, 1);
}

static void what_is_stopped_has_not_happened(void **state)
{
    stage *s = *state;
    const atomic_bool stop = true;
    yn_edition e;
    yn_sweep_round round;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    happen(s, "b.example", YN_LIFE_IMPORTED);
    happen(s, "b.example", YN_LIFE_REMOVAL_REQUESTED);
    happen(s, "c.example", YN_LIFE_IMPORTED);
    fail_for(s, "c.example", 31);
    assert_int_equal(
        yn_edition_make(&s->directory, false, true, &s->many, &stop, &s->bench->arena, &e),
        YONDER_OK);
    assert_true(e.stopped);
    assert_int_equal(e.version.number, 0);
    assert_int_equal(e.event_count, 0);
    assert_int_equal(yn_sweep_run(&s->directory, false, &stop, &s->bench->arena, &round),
                     YONDER_OK);
    assert_int_equal(round.count, 0);
    assert_int_equal(state_of(s, "a.example"), YN_LIFE_PENDING);
    assert_int_equal(state_of(s, "b.example"), YN_LIFE_PENDING_REMOVAL);
    assert_int_equal(state_of(s, "c.example"), YN_LIFE_PRELOADED);
    assert_null(document(s, 1, YN_DOCUMENT_LIST));
    assert_false(make(s).stopped);
    assert_int_equal(state_of(s, "b.example"), YN_LIFE_REMOVED);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_stage)
    const struct CMUnitTest tests[] = {
        STAGED(who_fails_for_too_long_is_marked),
        STAGED(many_are_marked_and_who_left_meanwhile_is_not),
        STAGED(a_version_has_what_is_listed),
        STAGED(an_empty_list_is_published_if_it_must_be),
        STAGED(who_asked_to_leave_is_gone),
        STAGED(whom_the_operator_takes_off_is_told_why),
        STAGED(numbers_that_clients_have_seen_are_left_out),
        STAGED(whose_key_signed_is_known),
        STAGED(what_was_in_no_version_leaves_without_one),
        STAGED(who_is_not_reached_waits_eight_weeks),
        STAGED(who_is_marked_and_fails_goes_up_to_the_cap),
        STAGED(nobody_is_removed_where_nobody_was_ever_reached),
        STAGED(in_doubt_who_has_answered_has_answered),
        STAGED(doubt_stays_where_all_is_decided_anew),
        STAGED(who_is_pending_waits_as_long_as_is_set),
        STAGED(a_statement_is_renewed_before_it_expires),
        STAGED(another_policy_or_flag_makes_another_version),
        STAGED(documents_are_kept_of_so_many_versions),
        STAGED(nothing_is_published_without_a_key),
        STAGED(what_is_stopped_has_not_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
