// SPDX-License-Identifier: MIT
// The store as those see it that work on it: scanner, hooks, publisher, settings.
#include "store_test.h"

#include <sys/stat.h>

#include "directory/directory.h"

enum {
    week = 604800
};

static int import(bench *b, const char *domain, const char *policy, int64_t at)
{
    yn_store_event event = event_of(domain, YN_LIFE_IMPORTED, at);
    event.what.policy = yonder_text_of(policy);
    return yn_store_add(b->store, &event, NULL);
}

static size_t due(bench *b, int64_t now, size_t limit, yonder_text **names)
{
    size_t count = 99;
    assert_int_equal(yn_store_due(b->store, now, limit, &b->arena, names, &count), YONDER_OK);
    return count;
}

static int64_t next_scan(bench *b)
{
    int64_t at = -1, last = -1;
    assert_int_equal(yn_store_next_scan(b->store, &at, &last), YONDER_OK);
    assert_int_equal(last, atol(raw_text(b, "SELECT ifnull(max(next_scan), 0) FROM members")));
    return at;
}

static int scanned(bench *b, const char *domain, bool passed, int64_t at)
{
    yn_scan_result result = {.domain = yonder_text_of(domain),
                             .passed = passed,
                             .at = at,
                             .issues = YN_TEXT("{\"errors\":[],\"warnings\":[]}")};
    return yn_store_scanned(b->store, &result, 1, week);
}

/* ---- the scanner -------------------------------------------------------------------------------
 */

static void a_round_is_spread_evenly(void **state)
{
    bench *b = *state;
    enum {
        members = 2000,
        parts = 7
    };
    static yn_store_event events[members];
    static char names[members][16];
    for (int i = 0; i < members; i++) {
        (void)snprintf(names[i], sizeof names[i], "n%d.example", i);
        events[i] = event_of(names[i], YN_LIFE_IMPORTED, 1000000);
    }
    size_t wrong;
    assert_int_equal(yn_store_add_many(b->store, events, members, &wrong), YONDER_OK);
    yonder_text *names_due;
    assert_int_equal(due(b, 1000000, 0, &names_due), 0);
    size_t before = 0;
    for (int part = 1; part <= parts; part++) {
        size_t now = due(b, 1000000 + (int64_t)week * part / parts, 0, &names_due);
        // Of 2,000 in 7 parts, 286 each, with a standard deviation of 16.
        assert_in_range(now - before, 286 - 80, 286 + 80);
        before = now;
    }
    assert_int_equal(before, members);
}

static void who_is_due_longest_comes_first_and_then_not_for_a_round(void **state)
{
    bench *b = *state;
    assert_int_equal(next_scan(b), 0);
    assert_int_equal(import(b, "a", "bulk-1-year", 1000), YONDER_OK);
    assert_int_equal(import(b, "b", "bulk-18-weeks", 1000), YONDER_OK);
    assert_int_equal(import(b, "c", "custom", 1000), YONDER_OK);
    assert_int_equal(add(b, "d", YN_LIFE_SUBMITTED, 1000), YONDER_OK);
    yonder_text *names;
    assert_int_equal(due(b, 1000 + week, 0, &names), 2);
    int64_t first = next_scan(b);
    assert_int_equal(due(b, first - 1, 0, &names), 0);
    assert_int_equal(due(b, first, 0, &names), 1);
    yonder_text longest = names[0];
    assert_int_equal(due(b, 1000 + week, 1, &names), 1);
    assert_true(yn_equal(names[0], longest));
    assert_int_equal(scanned(b, longest.ptr, true, first + 10), YONDER_OK);
    assert_int_equal(due(b, first + week - 1, 0, &names), 1);
    assert_false(yn_equal(names[0], longest));
    assert_int_equal(scanned(b, names[0].ptr, true, first + 10), YONDER_OK);
    // The moment is its own: that it was scanned late puts nothing off.
    assert_int_equal(due(b, first + week, 0, &names), 1 + (next_scan(b) < first + week));
    assert_string_equal(raw_text(b, "SELECT count(*) FROM events"), "4"); // a pass is none
    open_again(b); // what was scanned stays so
    assert_true(next_scan(b) > first);
    // Nor does what happens to one that is due put it off.
    int64_t then = next_scan(b);
    assert_int_equal(due(b, then, 1, &names), 1);
    assert_int_equal(add(b, names[0].ptr, YN_LIFE_REMOVAL_REQUESTED, then + 1), YONDER_OK);
    assert_int_equal(next_scan(b), then);
}

static void a_failure_is_an_event_and_a_pass_after_one(void **state)
{
    bench *b = *state;
    assert_int_equal(import(b, "a", "bulk-1-year", 1000), YONDER_OK);
    static const struct {
        bool passed;
        uint32_t failing;
        const char *events, *hooks;
    } rows[] = {
        {true, 0, "1", "0"}, {false, 1, "2", "1"}, {false, 2, "3", "1"}, {false, 3, "4", "1"},
        {true, 0, "5", "1"}, {true, 0, "5", "1"},  {false, 1, "6", "2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(scanned(b, "a", rows[i].passed, 2000 + (int64_t)i), YONDER_OK);
        assert_int_equal(get(b, "a").failing, rows[i].failing);
        assert_string_equal(raw_text(b, "SELECT count(*) FROM events"), rows[i].events);
        assert_string_equal(raw_text(b, "SELECT count(*) FROM hooks"), rows[i].hooks);
    }
    assert_int_equal(get(b, "a").failing_since, 2006);
    assert_string_equal(raw_text(b, "SELECT actor || issues FROM events ORDER BY id DESC LIMIT 1"),
                        "scanner{\"errors\":[],\"warnings\":[]}");
    assert_sound(b);
}

static void who_is_no_member_any_more_is_passed_over(void **state)
{
    bench *b = *state;
    assert_int_equal(import(b, "left", "bulk-1-year", 1000), YONDER_OK);
    assert_int_equal(add(b, "left", YN_LIFE_WITHDRAWN, 1001), YONDER_OK);
    assert_int_equal(import(b, "protected", "bulk-1-year", 1000), YONDER_OK);
    yn_store_event event = event_of("protected", YN_LIFE_POLICY_SET, 1001);
    event.what.policy = YN_TEXT("custom");
    assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_OK);
    assert_int_equal(next_scan(b), 0);
    static const char *const names[] = {"left", "protected", "never-was"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(scanned(b, names[i], false, 2000), YONDER_OK);
    assert_string_equal(raw_text(b, "SELECT count(*) FROM events"), "4");
    assert_int_equal(next_scan(b), 0);
    assert_int_equal(get(b, "never-was").state, YN_LIFE_UNKNOWN);
}

static void the_interval_that_is_set_counts_from_the_first_scan(void **state)
{
    bench *b = *state;
    assert_int_equal(yn_store_set(b->store, "scan.interval", YN_TEXT("100")), YONDER_OK);
    assert_int_equal(import(b, "a", "bulk-1-year", 1000), YONDER_OK);
    assert_in_range(next_scan(b), 1001, 1100);
    assert_int_equal(yn_store_set(b->store, "scan.interval", YN_TEXT("nonsense")), YONDER_OK);
    assert_int_equal(import(b, "b", "bulk-1-year", 5000), YONDER_OK);
    assert_in_range(atoi(raw_text(b, "SELECT max(next_scan) FROM members")), 5001, 5000 + week);
}

static void another_interval_holds_for_who_waits_already(void **state)
{
    bench *b = *state;
    assert_int_equal(import(b, "a", "bulk-1-year", 1000000), YONDER_OK);
    int64_t before = next_scan(b);
    assert_int_equal(yn_store_reschedule(b->store, "scan.interval", before, 60),
                     YONDER_OK); // it is due: no delay
    assert_int_equal(next_scan(b), before);
    assert_int_equal(yn_store_reschedule(b->store, "scan.interval", 1000000, 60), YONDER_OK);
    assert_string_equal(raw_text(b, "SELECT value FROM settings WHERE name = 'scan.interval'"),
                        "60");
    assert_in_range(next_scan(b), 1000001, 1000060);
    // The same by the setting, whose clock is the real one.
    int64_t now = yn_directory_now();
    assert_int_equal(scanned(b, "a", true, now + week), YONDER_OK);
    yn_buf message = yn_buf_make(100, NULL);
    assert_int_equal(
        yn_directory_settings_write(b->store, YN_TEXT("scan.interval"), YN_TEXT("60"), &message),
        YONDER_OK);
    assert_in_range(next_scan(b), now + 1, now + 70);
    yn_buf_free(&message);
}

static size_t passed(bench *b, size_t limit, yonder_text **names)
{
    size_t count = 99;
    assert_int_equal(yn_store_passed(b->store, limit, &b->arena, names, &count), YONDER_OK);
    return count;
}

static void who_passed_last_is_known(void **state)
{
    bench *b = *state;
    yonder_text *names;
    static const char *const domains[] = {"a", "b", "c", "d", "e"};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(import(b, domains[i], "bulk-1-year", 1), YONDER_OK);
    assert_int_equal(passed(b, 20, &names), 0); // nobody has been asked
    for (int i = 0; i < 4; i++)
        assert_int_equal(scanned(b, domains[i], true, 100 + i), YONDER_OK);
    assert_int_equal(scanned(b, "b", false, 200), YONDER_OK);
    assert_int_equal(add(b, "c", YN_LIFE_REMOVAL_REQUESTED, 201), YONDER_OK);
    assert_int_equal(passed(b, 20, &names), 2);
    assert_int_equal(names[0].ptr[0] + names[1].ptr[0], 'a' + 'd');
    assert_int_equal(passed(b, 1, &names), 1);
}

static void what_is_unsure_moves_the_next_scan_only(void **state)
{
    bench *b = *state;
    yonder_text *names;
    assert_int_equal(import(b, "a", "bulk-1-year", 1), YONDER_OK);
    assert_int_equal(scanned(b, "a", false, 100), YONDER_OK);
    yn_scan_result result = {.domain = YN_TEXT("a"), .at = 200, .unsure = true, .again = 3800};
    assert_int_equal(yn_store_scanned(b->store, &result, 1, week), YONDER_OK);
    assert_int_equal(get(b, "a").failing, 1);
    assert_int_equal(get(b, "a").failing_at, 100);
    assert_int_equal(next_scan(b), 3800);
    result.passed = true; // which it is not, for it is unsure
    result.again = 0;
    assert_int_equal(yn_store_scanned(b->store, &result, 1, week), YONDER_OK);
    assert_int_equal(get(b, "a").failing, 1);
    assert_in_range(next_scan(b), 201, 200 + week);
    assert_int_equal(passed(b, 20, &names), 0);
    assert_sound(b);
}

static void the_longest_failing_are_removed_first(void **state)
{
    bench *b = *state;
    enum {
        day = 86400
    };
    static const struct {
        const char *domain;
        int64_t from, to;
    } rows[] = {{"c", 3, 40}, {"a", 1, 40}, {"b", 2, 40}, {"short", 20, 40}, {"gone", 1, 40}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(import(b, rows[i].domain, "bulk-1-year", 1), YONDER_OK);
        assert_int_equal(scanned(b, rows[i].domain, false, rows[i].from * day), YONDER_OK);
        assert_int_equal(scanned(b, rows[i].domain, false, rows[i].to * day), YONDER_OK);
    }
    assert_int_equal(add(b, "gone", YN_LIFE_REMOVAL_REQUESTED, 41 * day), YONDER_OK);
    yn_life_rule rule = (yn_life_rule){.scans = 2, .days = 30, .cap = 1000};
    rule.cap = 2;
    yonder_text *names;
    size_t count, total;
    assert_int_equal(yn_store_removable(b->store, &rule, &b->arena, &names, &count, &total),
                     YONDER_OK);
    assert_int_equal(count, 2);
    assert_int_equal(total, 3);
    assert_text("first", names[0], "a");
    assert_text("second", names[1], "b");
    rule = (yn_life_rule){.scans = 3, .days = 0, .cap = 100};
    assert_int_equal(yn_store_removable(b->store, &rule, &b->arena, &names, &count, &total),
                     YONDER_OK);
    assert_int_equal(count + total, 0);
}

/* ---- hooks -------------------------------------------------------------------------------------
 */

static size_t untold(bench *b, int64_t now, size_t limit, yn_store_telling **rows)
{
    size_t count = 99;
    assert_int_equal(yn_store_untold(b->store, now, limit, &b->arena, rows, &count), YONDER_OK);
    return count;
}

static void hooks_are_told_of_every_change_until_they_know(void **state)
{
    bench *b = *state;
    assert_int_equal(add(b, "a", YN_LIFE_SUBMITTED, 1), YONDER_OK);
    assert_int_equal(add(b, "b", YN_LIFE_SUBMITTED, 2), YONDER_OK);
    assert_int_equal(add(b, "a", YN_LIFE_PUBLISHED, 3), YONDER_OK);
    assert_int_equal(add(b, "a", YN_LIFE_POLICY_SET, 4), YONDER_OK); // no change of state
    yn_store_telling *rows;
    assert_int_equal(untold(b, 0, 2, &rows), 2);
    assert_int_equal(untold(b, 0, 0, &rows), 3);
    assert_text("domain", rows[2].event.domain, "a");
    assert_int_equal(rows[2].event.what.kind, YN_LIFE_PUBLISHED);
    assert_int_equal(rows[2].event.from, YN_LIFE_PENDING);
    assert_int_equal(rows[0].tries, 0);
    assert_int_equal(yn_store_told(b->store, rows[1].id, true, 0), YONDER_OK);
    assert_int_equal(yn_store_told(b->store, rows[0].id, false, 500), YONDER_OK);
    assert_int_equal(yn_store_told(b->store, rows[1].id, true, 0), YN_STORE_MISSING);
    open_again(b);
    // What comes after it in the same domain waits for it; other domains do not.
    assert_int_equal(untold(b, 499, 0, &rows), 0);
    assert_int_equal(add(b, "c", YN_LIFE_SUBMITTED, 5), YONDER_OK);
    assert_int_equal(untold(b, 499, 0, &rows), 1);
    assert_text("other", rows[0].event.domain, "c");
    assert_int_equal(yn_store_told(b->store, rows[0].id, true, 0), YONDER_OK);
    assert_int_equal(untold(b, 500, 0, &rows), 2);
    assert_int_equal(rows[0].tries, 1);
    // By a clock that was wrong it is tried again in years.
    assert_int_equal(yn_store_told(b->store, rows[0].id, false, 3000000000), YONDER_OK);
    assert_int_equal(untold(b, 3000000000 - 86400, 0, &rows), 0);
    assert_int_equal(untold(b, 500, 0, &rows), 2);
    assert_int_equal(rows[0].tries, 2);
    assert_int_equal(yn_store_told(b->store, rows[0].id, false, 0), YONDER_OK); // given up
    assert_int_equal(untold(b, 500, 0, &rows), 1);
    assert_int_equal(rows[0].event.what.kind, YN_LIFE_PUBLISHED);
}

static void hooks_are_told_of_what_happens_while_there_are_some(void **state)
{
    bench *b = *state;
    yn_store_telling *rows;
    assert_int_equal(import(b, "listed", "bulk-1-year", 1), YONDER_OK); // of which who did it knows
    assert_int_equal(untold(b, 9, 0, &rows), 0);
    assert_int_equal(add(b, "a", YN_LIFE_SUBMITTED, 2), YONDER_OK);
    assert_int_equal(yn_store_hooks(b->store, true), YONDER_OK); // a restart
    assert_int_equal(untold(b, 9, 0, &rows), 1);
    assert_int_equal(yn_store_hooks(b->store, false), YONDER_OK);
    assert_int_equal(add(b, "b", YN_LIFE_SUBMITTED, 3), YONDER_OK);
    assert_string_equal(raw_text(b, "SELECT count(*) FROM hooks"), "0");
    open_again(b);
    assert_int_equal(add(b, "c", YN_LIFE_SUBMITTED, 4), YONDER_OK);
    // As a layout of before left them, when all was kept.
    (void)raw(b, "INSERT INTO hooks (event, due, tries) VALUES (1, 0, 0)");
    assert_int_equal(yn_store_hooks(b->store, true), YONDER_OK);
    assert_int_equal(untold(b, 9, 0, &rows), 0);
    assert_int_equal(add(b, "d", YN_LIFE_SUBMITTED, 5), YONDER_OK);
    assert_int_equal(untold(b, 9, 0, &rows), 1);
    assert_text("domain", rows[0].event.domain, "d");
}

/* ---- versions ----------------------------------------------------------------------------------
 */

static int publish(bench *b, int64_t number, yn_store_event *events, size_t count)
{
    const yn_store_document documents[] = {
        {YN_TEXT("list.json"), YN_TEXT("[]\0[]")},
        {YN_TEXT("empty"), {NULL, 0}},
        {YN_TEXT("version.json"), YN_TEXT("{}")},
        {YN_TEXT("version.json.sig"), YN_TEXT("sig")},
    };
    const yn_store_version version = {.number = number, .at = 1000 * number, .names = 5};
    return yn_store_publish(b->store, &version, documents, 4, events, count);
}

static int document(bench *b, int64_t version, const char *name, yn_buf *out)
{
    out->len = 0;
    return yn_store_document_read(b->store, version, yonder_text_of(name), out);
}

static void a_version_is_published_with_its_events_or_not_at_all(void **state)
{
    bench *b = *state;
    assert_int_equal(add(b, "a", YN_LIFE_SUBMITTED, 1), YONDER_OK);
    yn_store_version newest = {.number = 9};
    assert_int_equal(yn_store_newest(b->store, &newest), YONDER_OK);
    assert_int_equal(newest.number, 0);
    yn_store_event events[] = {event_of("a", YN_LIFE_PUBLISHED, 2),
                               event_of("b", YN_LIFE_PUBLISHED, 2)};
    yn_buf bytes = yn_buf_make(100, NULL);
    assert_int_equal(publish(b, 1, events, 2), YN_STORE_REFUSED); // b was never submitted
    assert_int_equal(publish(b, 0, events, 1), YN_STORE_REFUSED);
    assert_int_equal(get(b, "a").state, YN_LIFE_PENDING);
    assert_int_equal(document(b, 1, "list.json", &bytes), YN_STORE_MISSING);
    assert_int_equal(publish(b, 1, events, 1), YONDER_OK);
    assert_int_equal(publish(b, 1, NULL, 0), YN_STORE_REFUSED);
    assert_true(get(b, "a").published);
    assert_int_equal(document(b, 1, "list.json", &bytes), YONDER_OK);
    assert_int_equal(bytes.len, 5);
    assert_memory_equal(bytes.ptr, "[]\0[]", 5);
    assert_int_equal(document(b, 1, "empty", &bytes), YONDER_OK);
    assert_int_equal(bytes.len, 0);
    assert_int_equal(document(b, 1, "' OR 1", &bytes), YN_STORE_MISSING);
    assert_string_equal(yn_store_error_words(b->store, YN_STORE_MISSING),
                        "version 1 has no such document");
    assert_string_equal(yn_store_error_words(b->store, YONDER_INVALID_URL),
                        yonder_strerror(YONDER_INVALID_URL));
    yn_buf small = yn_buf_make(2, NULL);
    assert_int_equal(document(b, 1, "list.json", &small), YONDER_TOO_LARGE);
    yn_buf_free(&small);
    yn_buf_free(&bytes);
    // Numbers that clients may have seen are left out, and none comes twice.
    assert_int_equal(publish(b, 1000, NULL, 0), YONDER_OK);
    assert_int_equal(publish(b, 999, NULL, 0), YN_STORE_REFUSED);
    assert_int_equal(publish(b, 1000, NULL, 0), YN_STORE_REFUSED);
    assert_int_equal(publish(b, 1001, NULL, 0), YONDER_OK);
}

static void old_documents_go_and_what_was_signed_stays(void **state)
{
    bench *b = *state;
    yn_buf bytes = yn_buf_make(100, NULL);
    for (int64_t number = 1; number <= 20; number++)
        assert_int_equal(publish(b, number, NULL, 0), YONDER_OK);
    assert_int_equal(raw(b, "UPDATE documents SET bytes = x''"), SQLITE_CONSTRAINT);
    assert_int_equal(raw(b, "UPDATE versions SET names = 1"), SQLITE_CONSTRAINT);
    assert_int_equal(raw(b, "DELETE FROM versions"), SQLITE_CONSTRAINT);
    assert_int_equal(yn_store_prune(b->store, 20), YONDER_OK);
    assert_int_equal(document(b, 19, "list.json", &bytes), YN_STORE_MISSING);
    assert_int_equal(document(b, 19, "version.json", &bytes), YONDER_OK);
    assert_int_equal(document(b, 19, "version.json.sig", &bytes), YONDER_OK);
    assert_int_equal(document(b, 20, "list.json", &bytes), YONDER_OK);
    yn_store_version *rows, newest;
    size_t count;
    assert_int_equal(yn_store_versions(b->store, &b->arena, &rows, &count), YONDER_OK);
    assert_int_equal(count, 20);
    assert_int_equal(rows[0].number, 20);
    assert_int_equal(rows[19].at, 1000);
    assert_int_equal(yn_store_newest(b->store, &newest), YONDER_OK);
    assert_memory_equal(&newest, &rows[0], sizeof newest);
    yn_buf_free(&bytes);
}

// REPLACE deletes without a trigger being asked.
static void nothing_is_replaced_by_other_programs(void **state)
{
    bench *b = *state;
    assert_int_equal(import(b, "a", "bulk-1-year", 1), YONDER_OK);
    const yn_store_version version = {1, 5, 1};
    yn_store_document document = {YN_TEXT("list.json"), YN_TEXT("[]")};
    assert_int_equal(yn_store_publish(b->store, &version, &document, 1, NULL, 0), YONDER_OK);
    static const char *const rows[] = {
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "UPDATE OR REPLACE events SET reason = 'another'",
        "INSERT OR REPLACE INTO versions VALUES (1, 0, 7)",
        "INSERT OR REPLACE INTO documents VALUES (1, 'list.json', 'x')",
        "INSERT OR REPLACE INTO documents (rowid, version, name, bytes) VALUES (1, 1, 'y', 'x')",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i], raw(b, rows[i]) == SQLITE_CONSTRAINT);
}

/* ---- settings ----------------------------------------------------------------------------------
 */

#define LONG                                                                                       \
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012" \
    "34567890"

static void settings_have_bounds_and_defaults(void **state)
{
    bench *b = *state;
    static const struct {
        const char *name, *value, *wrong; // what the complaint has in it; NULL: it is taken
    } rows[] = {
        {"removal.cap", "5", NULL},
        {"scan.doubt", "100", NULL},
        {"scan.doubt", "101", "from 0 to 100"},
        {"scan.doubt", "0", NULL},
        {"scan.doubt", "-1", "from 0 to 100"},
        {"scan.doubt", "many", "from 0 to 100"},
        {"scan.doubt", "", "from 0 to 100"},
        {"scan.doubt", "99999999999999999999", "from 0 to 100"},
        {"scan", "1", "removal.scans, "},
        {"", "1", "publish.deltas"},
        {"site.name",
         "B\xc3\xbc"
         "cher & <Sons>",
         NULL},
        {"site.contact", "", NULL},
        {"site.contact", "a\nb", "a line of text"},
        {"site.contact", "\x1b[31m", "a line of text"},
        {"site.contact", "\xff", "a line of text"},
        {"site.contact", LONG LONG "x", "200 bytes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf message = yn_buf_make(1000, NULL);
        int code = yn_directory_settings_write(b->store, yonder_text_of(rows[i].name),
                                               yonder_text_of(rows[i].value), &message);
        assert_row(rows[i].value, code == (rows[i].wrong ? YONDER_INVALID_ARGUMENT : YONDER_OK));
        yn_buf_char(&message, '\0');
        assert_row(rows[i].value,
                   rows[i].wrong ? !!strstr(message.ptr, rows[i].wrong) : message.len == 1);
        yn_buf_free(&message);
    }
    // What somebody else has written and means nothing is not heeded.
    assert_int_equal(yn_store_set(b->store, "publish.keep", YN_TEXT("0")), YONDER_OK);
    assert_int_equal(
        yn_store_set(b->store, "publish.wait",
                     YN_TEXT("11111111111111111111111111111111111111111111111111111111111111111")),
        YONDER_OK);
    yn_directory_settings read;
    assert_int_equal(yn_directory_settings_read(b->store, &read), YONDER_OK);
    assert_int_equal(read.removal_cap, 5);
    assert_int_equal(read.scan_doubt, 0);
    assert_int_equal(read.publish_keep, 20);
    assert_int_equal(read.publish_wait, 0);
    assert_int_equal(read.scan_interval, week);
    yn_directory_texts texts;
    assert_int_equal(yn_store_set(b->store, "site.contact", YN_TEXT(LONG LONG "x")), YONDER_OK);
    assert_int_equal(yn_directory_texts_read(b->store, &texts), YONDER_OK);
    assert_string_equal(texts.site_name, "B\xc3\xbc"
                                         "cher & <Sons>");
    assert_string_equal(texts.site_contact, "");
}

/* ---- copies ------------------------------------------------------------------------------------
 */

static void a_copy_is_whole_and_never_over_another_file(void **state)
{
    bench *b = *state;
    char path[160], sql[400];
    struct stat about;
    (void)snprintf(path, sizeof path, "%s/copy", b->folder);
    assert_int_equal(add(b, "a", YN_LIFE_SUBMITTED, 1), YONDER_OK);
    assert_int_equal(yn_store_backup(b->store, path), YONDER_OK);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_int_equal(add(b, "b", YN_LIFE_SUBMITTED, 2), YONDER_OK); // goes on as before
    assert_int_equal(yn_store_backup(b->store, path), YN_STORE_FAILED);
    assert_non_null(strstr(yn_store_problem(b->store), "is there already"));
    (void)snprintf(sql, sizeof sql, "%s/nowhere/copy", b->folder);
    assert_int_equal(yn_store_backup(b->store, sql), YN_STORE_FAILED);
    yn_store *copy = NULL;
    yn_buf message = yn_buf_make(1 << 12, NULL);
    assert_int_equal(yn_store_open(&copy, path, &message), YONDER_OK);
    yn_life life;
    assert_int_equal(yn_store_get(copy, YN_TEXT("a"), &life), YONDER_OK);
    assert_int_equal(life.state, YN_LIFE_PENDING);
    assert_int_equal(yn_store_get(copy, YN_TEXT("b"), &life), YONDER_OK);
    assert_int_equal(life.state, YN_LIFE_UNKNOWN); // it came later
    size_t differ;
    assert_int_equal(yn_store_rebuild(copy, &differ), YONDER_OK);
    assert_int_equal(differ, 0);
    yn_store_close(copy);
    assert_int_equal(unlink(path), 0);
    // Of what is damaged there is no copy that looks whole; the row that a key asks for is gone.
    assert_int_equal(raw(b, "PRAGMA foreign_keys = OFF; INSERT INTO hooks VALUES (999, 0, 0)"),
                     SQLITE_OK);
    assert_int_equal(yn_store_backup(b->store, path), YN_STORE_FAILED);
    assert_non_null(strstr(yn_store_problem(b->store), "not sound"));
    assert_int_equal(access(path, F_OK), -1); // and tear_down() finds nothing beside it
    yn_buf_free(&message);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_copy_is_whole_and_never_over_another_file),
        TEST(a_round_is_spread_evenly),
        TEST(who_is_due_longest_comes_first_and_then_not_for_a_round),
        TEST(a_failure_is_an_event_and_a_pass_after_one),
        TEST(who_is_no_member_any_more_is_passed_over),
        TEST(the_interval_that_is_set_counts_from_the_first_scan),
        TEST(another_interval_holds_for_who_waits_already),
        TEST(who_passed_last_is_known),
        TEST(what_is_unsure_moves_the_next_scan_only),
        TEST(nothing_is_replaced_by_other_programs),
        TEST(the_longest_failing_are_removed_first),
        TEST(hooks_are_told_of_what_happens_while_there_are_some),
        TEST(hooks_are_told_of_every_change_until_they_know),
        TEST(a_version_is_published_with_its_events_or_not_at_all),
        TEST(old_documents_go_and_what_was_signed_stays),
        TEST(settings_have_bounds_and_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
