// SPDX-License-Identifier: MIT
// The store, contract by contract: events and what they come to.
#include "directory/directory.h"
#include "store_test.h"

#include <sys/stat.h>

/* ---- events ------------------------------------------------------------------------------------
 */

static void an_event_is_kept_with_all_it_says(void **state)
{
    bench *b = *state;
    yn_store_event event = {
        .domain = YN_TEXT("example.com"),
        .what = {.kind = YN_LIFE_SUBMITTED,
                 .at = 1000,
                 .policy = YN_TEXT("bulk-1-year"),
                 .include_subdomains = true},
        .actor = YN_ACTOR_VISITOR,
        .address = YN_TEXT("2001:db8::1"),
        .reason = YN_TEXT("'); DROP TABLE events; -- <b>\xC3\xA4"),
        .issues = YN_TEXT("{\"errors\":[],\"warnings\":[]}"),
        .version = 7,
    };
    yn_life life;
    assert_int_equal(yn_store_add(b->store, &event, &life), YONDER_OK);
    assert_int_equal(event.id, 1);
    assert_int_equal(event.from, YN_LIFE_UNKNOWN);
    assert_int_equal(event.to, YN_LIFE_PENDING);
    assert_int_equal(life.state, YN_LIFE_PENDING);
    open_again(b);
    yn_store_event *events;
    size_t count;
    assert_int_equal(yn_store_history(b->store, event.domain, 0, 0, &b->arena, &events, &count),
                     YONDER_OK);
    assert_int_equal(count, 1);
    assert_int_equal(events->id, 1);
    assert_text("domain", events->domain, "example.com");
    assert_int_equal(events->what.kind, YN_LIFE_SUBMITTED);
    assert_int_equal(events->what.at, 1000);
    assert_text("policy", events->what.policy, "bulk-1-year");
    assert_true(events->what.include_subdomains);
    assert_int_equal(events->actor, YN_ACTOR_VISITOR);
    assert_text("address", events->address, "2001:db8::1");
    assert_text("reason", events->reason, "'); DROP TABLE events; -- <b>\xC3\xA4");
    assert_text("issues", events->issues, "{\"errors\":[],\"warnings\":[]}");
    assert_int_equal(events->version, 7);
    assert_int_equal(events->from, YN_LIFE_UNKNOWN);
    assert_int_equal(events->to, YN_LIFE_PENDING);
    life = get(b, "example.com");
    assert_int_equal(life.state, YN_LIFE_PENDING);
    assert_int_equal(life.submitted, 1000);
    assert_string_equal(life.policy, "bulk-1-year");
}

static void a_refused_event_changes_nothing(void **state)
{
    bench *b = *state;
    assert_int_equal(add(b, "a.example", YN_LIFE_SUBMITTED, 1), YONDER_OK);
    yn_store_event event = event_of("a.example", YN_LIFE_MARKED, 2), before = event;
    yn_life life = {0};
    assert_int_equal(yn_store_add(b->store, &event, &life), YN_STORE_REFUSED);
    assert_memory_equal(&event, &before, sizeof event);
    assert_int_equal(life.state, YN_LIFE_PENDING);
    assert_string_equal(yn_store_problem(b->store), "a.example is pending: it cannot be marked");
    assert_string_equal(raw_text(b, "SELECT count(*) FROM events"), "1");
    assert_string_equal(raw_text(b, "SELECT count(*) FROM hooks"), "1");
}

static void what_is_no_domain_is_refused(void **state)
{
    bench *b = *state;
    static const yonder_text rows[] = {
        {NULL, 0},
        YN_TEXT_INIT("."),
        YN_TEXT_INIT("Example.com"),
        YN_TEXT_INIT("example.com."),
        YN_TEXT_INIT(".example.com"),
        YN_TEXT_INIT("exa mple.com"),
        YN_TEXT_INIT("b\xC3\xBC.example"),
        YN_TEXT_INIT("a\0b.example"),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_store_event event = event_of("x", YN_LIFE_SUBMITTED, 1);
        event.domain = rows[i];
        assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_INVALID_ARGUMENT);
    }
    char name[260];
    memset(name, 'a', sizeof name);
    name[254] = '\0';
    assert_int_equal(add(b, name, YN_LIFE_SUBMITTED, 1), YONDER_INVALID_ARGUMENT);
    name[253] = '\0';
    assert_int_equal(add(b, name, YN_LIFE_SUBMITTED, 1), YONDER_OK);
    yn_store_event event = event_of("x", YN_LIFE_SUBMITTED, 1);
    event.what.policy = YN_TEXT("01234567890123456789012345678901");
    assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_INVALID_ARGUMENT);
    assert_string_equal(raw_text(b, "SELECT count(*) FROM events"), "1");
}

static void many_events_are_added_or_none(void **state)
{
    bench *b = *state;
    yn_store_event events[] = {
        event_of("a.example", YN_LIFE_IMPORTED, 1),
        event_of("b.example", YN_LIFE_IMPORTED, 1),
        event_of("c.example", YN_LIFE_SPARED, 1),
    };
    size_t wrong = 99;
    assert_int_equal(yn_store_add_many(b->store, events, 3, &wrong), YN_STORE_REFUSED);
    assert_int_equal(wrong, 2);
    assert_int_equal(get(b, "a.example").state, YN_LIFE_UNKNOWN);
    assert_int_equal(yn_store_add_many(b->store, events, 2, &wrong), YONDER_OK);
    assert_int_equal(get(b, "a.example").state, YN_LIFE_PRELOADED);
    assert_int_equal(events[1].id, events[0].id + 1);
}

static void a_history_comes_page_by_page(void **state)
{
    bench *b = *state;
    enum {
        all = 40
    };
    for (int i = 0; i < all; i++)
        assert_int_equal(add(b, "a.example", i % 2 ? YN_LIFE_REJECTION : YN_LIFE_SUBMITTED, i + 1),
                         YONDER_OK);
    assert_int_equal(add(b, "b.example", YN_LIFE_SUBMITTED, 1), YONDER_OK);
    yn_store_event *events;
    size_t count, seen = 0;
    int64_t before = 0;
    do {
        assert_int_equal(yn_store_history(b->store, YN_TEXT("a.example"), before, 17, &b->arena,
                                          &events, &count),
                         YONDER_OK);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(events[i].what.at, all - (int64_t)seen++);
        before = count ? events[count - 1].id : 0;
    } while (count);
    assert_int_equal(seen, all);
}

static void events_are_never_changed_or_deleted(void **state)
{
    bench *b = *state;
    assert_int_equal(add(b, "a.example", YN_LIFE_SUBMITTED, 1), YONDER_OK);
    assert_int_equal(raw(b, "UPDATE events SET reason = 'x'"), SQLITE_CONSTRAINT);
    assert_int_equal(raw(b, "DELETE FROM events"), SQLITE_CONSTRAINT);
    assert_string_equal(raw_text(b, "SELECT count(*) FROM events WHERE reason = ''"), "1");
}

/* ---- members -----------------------------------------------------------------------------------
 */

static void a_name_is_covered_by_the_closest_that_includes_it(void **state)
{
    bench *b = *state;
    static const struct {
        const char *domain;
        bool published, include;
    } members[] = {
        {"example", true, true},    {"a.example", true, false},  {"b.a.example", false, true},
        {"c.example", false, true}, {"d.c.example", true, true}, {"other", true, false},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        yn_store_event event = event_of(
            members[i].domain, members[i].published ? YN_LIFE_IMPORTED : YN_LIFE_SUBMITTED, 1);
        event.what.include_subdomains = members[i].include;
        assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_OK);
    }
    static const struct {
        const char *domain, *by;
    } rows[] = {
        {"example", "example"},
        {"a.example", "a.example"},
        {"x.a.example", "example"},
        {"b.a.example", "example"},
        {"d.c.example", "d.c.example"},
        {"e.d.c.example", "d.c.example"},
        {"c.example", "example"},
        {"other", "other"},
        {"x.other", ""},
        {"notexample", ""},
        {"", ""},
        {"..", ""},
        {"example.", ""},
        {"' OR 1=1 --", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf by = yn_buf_make(256, NULL);
        yn_life life = {.failing = 9};
        assert_int_equal(yn_store_covering(b->store, yonder_text_of(rows[i].domain), &by, &life),
                         YONDER_OK);
        assert_text(rows[i].domain, yn_buf_text(&by), rows[i].by);
        assert_row(rows[i].domain, life.published == !!*rows[i].by && life.failing == 0);
        yn_buf_free(&by);
    }
}

static bool collect(void *context, const yn_store_member *member)
{
    yn_buf *out = context;
    yn_buf_put(out, member->domain);
    yn_buf_char(out, ' ');
    return !yn_equal(member->domain, YN_TEXT("stop"));
}

static void members_are_listed_by_state_in_the_order_of_names(void **state)
{
    bench *b = *state;
    static const char *const pending[] = {"b.a", "a.b", "a-b.c", "stop", "z"};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(add(b, pending[i], YN_LIFE_SUBMITTED, 1), YONDER_OK);
    assert_int_equal(add(b, "m", YN_LIFE_IMPORTED, 1), YONDER_OK);
    assert_int_equal(add(b, "n", YN_LIFE_IMPORTED, 1), YONDER_OK);
    assert_int_equal(add(b, "n", YN_LIFE_REMOVAL_REQUESTED, 1), YONDER_OK);
    enum {
        P = 1 << YN_LIFE_PENDING,
        L = 1 << YN_LIFE_PRELOADED,
        A = 1 << YN_LIFE_PENDING_REMOVAL
    };
    static const struct {
        unsigned states;
        const char *after;
        size_t limit;
        const char *expected;
    } rows[] = {
        {P, "", 0, "a-b.c a.b b.a stop "},
        {P, "a-b.c", 2, "a.b b.a "},
        {P, "stop", 0, "z "},
        {P | L, "", 0, "a-b.c a.b b.a m stop "},
        {L | A, "", 0, "m n "},
        {L | A, "m", 9, "n "},
        {P | L | A, "b.a", 1, "m "},
        {0, "", 0, ""},
        {(1U << YN_LIFE_STATE_COUNT) - 1, "m", 0, "n stop "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(256, NULL);
        assert_int_equal(yn_store_each(b->store, rows[i].states, yonder_text_of(rows[i].after),
                                       rows[i].limit, collect, &out),
                         YONDER_OK);
        assert_text(rows[i].expected, yn_buf_text(&out), rows[i].expected);
        yn_buf_free(&out);
    }
    size_t counts[YN_LIFE_STATE_COUNT];
    assert_int_equal(yn_store_counts(b->store, counts), YONDER_OK);
    assert_int_equal(counts[YN_LIFE_PENDING], 5);
    assert_int_equal(counts[YN_LIFE_PRELOADED], 1);
    assert_int_equal(counts[YN_LIFE_PENDING_REMOVAL], 1);
    assert_int_equal(counts[YN_LIFE_REMOVED], 0);
}

static int64_t changed(bench *b, yn_life_state state)
{
    int64_t id = -1;
    assert_int_equal(yn_store_changed(b->store, state, &id), YONDER_OK);
    return id;
}

static void a_list_changes_with_its_domains_only(void **state)
{
    bench *b = *state;
    assert_int_equal(changed(b, YN_LIFE_PENDING), 0);
    (void)add(b, "a", YN_LIFE_SUBMITTED, 1);
    assert_int_equal(changed(b, YN_LIFE_PENDING), 1);
    (void)add(b, "b", YN_LIFE_IMPORTED, 1);
    assert_int_equal(changed(b, YN_LIFE_PENDING), 1);
    assert_int_equal(changed(b, YN_LIFE_PRELOADED), 2);
    (void)add(b, "b", YN_LIFE_SCAN_FAILED, 1);
    assert_int_equal(changed(b, YN_LIFE_PRELOADED), 2);
    (void)add(b, "a", YN_LIFE_PUBLISHED, 1); // gone from one, new in another
    assert_int_equal(changed(b, YN_LIFE_PENDING), 4);
    assert_int_equal(changed(b, YN_LIFE_PRELOADED), 4);
    yn_store_event event = event_of("a", YN_LIFE_POLICY_SET, 1);
    event.what.policy = YN_TEXT("custom");
    assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_OK);
    assert_int_equal(changed(b, YN_LIFE_PRELOADED), 5);
    event = event_of("a", YN_LIFE_IMPORTED, 1);
    event.what.policy = YN_TEXT("custom");
    event.what.include_subdomains = false; // the flag alone
    assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_OK);
    assert_int_equal(changed(b, YN_LIFE_PRELOADED), 6);
    size_t differ;
    assert_int_equal(yn_store_rebuild(b->store, &differ), YONDER_OK);
    assert_int_equal(changed(b, YN_LIFE_PENDING), 4);
    assert_int_equal(changed(b, YN_LIFE_PRELOADED), 6);
}

static void members_are_made_anew_from_the_events(void **state)
{
    bench *b = *state;
    static const char *const names[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(add(b, names[i], YN_LIFE_IMPORTED, 1000), YONDER_OK);
    assert_int_equal(add(b, "c", YN_LIFE_SCAN_FAILED, 1001), YONDER_OK);
    assert_sound(b);
    const char *next = raw_text(b, "SELECT next_scan FROM members WHERE domain = 'c'");
    assert_int_equal(raw(b,
                         "UPDATE members SET state = 'removed' WHERE domain = 'a';"
                         "DELETE FROM members WHERE domain = 'b';"
                         "UPDATE members SET failing_at = 7, policy = 'x' WHERE domain = 'c';"
                         "UPDATE members SET state = 'nonsense' WHERE domain = 'd';"
                         "INSERT INTO members SELECT 'e', state, published,"
                         "  include_subdomains, policy, submitted, changed, failing,"
                         "  failing_since, failing_at, next_scan, barred FROM members"
                         "  WHERE domain = 'c'; UPDATE members SET barred = 1 WHERE domain = 'b';"
                         "DELETE FROM lists"),
                     SQLITE_OK);
    yn_life life;
    assert_int_equal(yn_store_get(b->store, YN_TEXT("d"), &life), YN_STORE_FAILED);
    size_t differ;
    assert_int_equal(yn_store_rebuild(b->store, &differ), YONDER_OK);
    assert_int_equal(differ, 5);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(get(b, names[i]).state, YN_LIFE_PRELOADED);
    assert_int_equal(get(b, "c").failing_at, 1001);
    assert_int_equal(get(b, "e").state, YN_LIFE_UNKNOWN);
    assert_int_equal(changed(b, YN_LIFE_PRELOADED), 4);
    assert_string_equal(raw_text(b, "SELECT next_scan FROM members WHERE domain = 'c'"), next);
    assert_sound(b);
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

static void check_domain(bench *b, const char *domain, const yn_life *expected)
{
    yn_life life = get(b, domain), replayed = {0};
    assert_row(domain, yn_life_same(&life, expected));
    yn_store_event *events;
    size_t count;
    assert_int_equal(
        yn_store_history(b->store, yonder_text_of(domain), 0, 0, &b->arena, &events, &count),
        YONDER_OK);
    while (count--) {
        assert_row(domain, events[count].from == replayed.state);
        assert_row(domain, yn_life_apply(&replayed, &events[count].what));
        assert_row(domain, events[count].to == replayed.state);
    }
    assert_row(domain, yn_life_same(&replayed, expected));
}

static void no_sequence_of_events_loses_a_domain(void **state)
{
    bench *b = *state;
    static const char *const policies[] = {"bulk-1-year", "bulk-18-weeks", "custom"};
    enum {
        domains = 8,
        steps = 3000
    };
    static char names[domains][16];
    static yn_life lives[domains];
    memset(lives, 0, sizeof lives);
    for (int i = 0; i < domains; i++)
        (void)snprintf(names[i], sizeof names[i], "d%d.example", i);
    assert_int_equal(yn_db_run(&b->store->writer, "PRAGMA synchronous = OFF"), YONDER_OK);
    for (int64_t at = 1; at <= steps; at++) {
        unsigned i = dice(domains);
        yn_store_event event = event_of(names[i], dice(YN_LIFE_KIND_COUNT), at);
        event.what.policy = yonder_text_of(policies[dice(3)]);
        event.what.include_subdomains = dice(2);
        event.actor = dice(YN_ACTOR_COUNT);
        event.what.by_operator = event.actor == YN_ACTOR_OPERATOR;
        bool possible = yn_life_apply(&lives[i], &event.what);
        yn_life life;
        assert_int_equal(yn_store_add(b->store, &event, &life),
                         possible ? YONDER_OK : YN_STORE_REFUSED);
        assert_true(yn_life_same(&life, &lives[i]));
    }
    for (int i = 0; i < domains; i++)
        check_domain(b, names[i], &lives[i]);
    assert_sound(b);
}

/* ---- opening -----------------------------------------------------------------------------------
 */

static int open_path(const char *path, yn_buf *message)
{
    yn_store *store = NULL;
    message->len = 0;
    int code = yn_store_open(&store, path, message);
    assert_true((code == YONDER_OK) == (store != NULL));
    yn_store_close(store);
    yn_buf_char(message, '\0');
    return code;
}

static void write_file(const char *path, const void *bytes, size_t size, long at)
{
    FILE *file = fopen(path, at < 0 ? "wb" : "r+b");
    assert_non_null(file);
    assert_true(at < 0 || fseek(file, at, SEEK_SET) == 0);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void what_is_no_directory_is_refused_in_words(void **state)
{
    bench *b = *state;
    yn_buf message = yn_buf_make(1 << 12, NULL);
    yn_store_close(b->store);
    b->store = NULL;
    assert_int_equal(raw(b, "PRAGMA user_version = 99"), SQLITE_OK);
    assert_int_equal(open_path(b->path, &message), YN_STORE_FAILED);
    assert_non_null(strstr(message.ptr, "a newer yonder has written it: it has layout 99"));

    assert_int_equal(raw(b, "PRAGMA user_version = 1; PRAGMA application_id = 5"), SQLITE_OK);
    assert_int_equal(open_path(b->path, &message), YN_STORE_FAILED);
    assert_non_null(strstr(message.ptr, "no directory's"));

    unlink(b->path);
    assert_int_equal(raw(b, "CREATE TABLE mine (x); PRAGMA journal_mode = DELETE"), SQLITE_OK);
    assert_int_equal(open_path(b->path, &message), YN_STORE_FAILED);
    assert_non_null(strstr(message.ptr, "no directory's"));
    assert_string_equal(raw_text(b, "PRAGMA journal_mode"), "delete"); // it is as it was

    write_file(b->path, "This is no database, but a text that is long enough.", 52, -1);
    assert_int_equal(open_path(b->path, &message), YN_STORE_FAILED);
    assert_non_null(strstr(message.ptr, "file is not a database"));
    assert_non_null(strstr(message.ptr, b->path));

    assert_int_equal(open_path("/nowhere/at/all", &message), YN_STORE_FAILED);
    assert_non_null(strstr(message.ptr, "No such file or directory"));
    assert_int_equal(open_path(b->folder, &message), YN_STORE_FAILED);
    yn_buf_free(&message);
}

static void damage_is_told_and_not_taken_for_an_answer(void **state)
{
    bench *b = *state;
    static const char rubbish[4096] = {1, 2, 3};
    for (int i = 0; i < 200; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%d", i);
        yn_store_event event = event_of(name, YN_LIFE_SUBMITTED, 1);
        size_t wrong;
        assert_int_equal(yn_store_add_many(b->store, &event, 1, &wrong), YONDER_OK);
    }
    yn_store_close(b->store);
    b->store = NULL;
    int pages = atoi(raw_text(b, "PRAGMA page_count"));
    for (int page = 2; page < pages; page++)
        write_file(b->path, rubbish, sizeof rubbish, page * 4096L);
    yn_buf message = yn_buf_make(1 << 12, NULL);
    yn_store *store = NULL;
    int code = yn_store_open(&store, b->path, &message);
    yn_life life;
    if (!code)
        code = yn_store_get(store, YN_TEXT("n7"), &life);
    assert_int_equal(code, YN_STORE_FAILED);
    assert_non_null(strstr(yn_store_problem(NULL), "malformed"));
    yn_store_close(store);
    yn_buf_free(&message);
}

static void a_new_database_is_its_owners_alone(void **state)
{
    bench *b = *state;
    struct stat about;
    assert_int_equal(stat(b->path, &about), 0);
    assert_int_equal(about.st_mode & 07777, 0600);
    assert_string_equal(raw_text(b, "PRAGMA journal_mode"), "wal");
    static const struct {
        const char *pragma;
        int expected;
    } rows[] = {{"PRAGMA synchronous", 2}, {"PRAGMA foreign_keys", 1}};
    for (size_t i = 0; i < 2; i++) {
        sqlite3_stmt *s = yn_db_ready(&b->store->writer, rows[i].pragma);
        assert_int_equal(yn_db_step(&b->store->writer, s), 1);
        assert_row(rows[i].pragma, sqlite3_column_int(s, 0) == rows[i].expected);
        (void)sqlite3_reset(s);
    }
}

static void an_older_layout_is_brought_up_step_by_step(void **state)
{
    bench *b = *state;
    size_t count = yn_store_layout_count;
    const char *layouts[8];
    memcpy(layouts, yn_store_layouts, count * sizeof *layouts);
    layouts[count] = "CREATE TABLE more (x) STRICT"; // STRICT asks for types: an error
    layouts[count + 1] = "INSERT INTO more VALUES (1)";
    assert_int_equal(add(b, "a", YN_LIFE_SUBMITTED, 1), YONDER_OK);
    yn_db *db = &b->store->writer;
    assert_int_equal(yn_db_migrate(db, layouts, count + 2), YN_STORE_FAILED);
    assert_int_equal(atoi(raw_text(b, "PRAGMA user_version")), count);
    layouts[count] = "CREATE TABLE more (x)";
    layouts[count + 1] = "INSERT INTO more VALUES (1); INSERT INTO less VALUES (1)";
    assert_int_equal(yn_db_migrate(db, layouts, count + 2), YN_STORE_FAILED);
    assert_int_equal(atoi(raw_text(b, "PRAGMA user_version")), count + 1);
    assert_string_equal(raw_text(b, "SELECT count(*) FROM more"), "0"); // half a step is none
    layouts[count + 1] = "INSERT INTO more VALUES (1)";
    assert_int_equal(yn_db_migrate(db, layouts, count + 2), YONDER_OK);
    assert_int_equal(yn_db_migrate(db, layouts, count + 2), YONDER_OK); // and once only
    assert_string_equal(raw_text(b, "SELECT count(*) FROM more"), "1");
    assert_int_equal(get(b, "a").state, YN_LIFE_PENDING);
}

// Back to layout 2, where an event had its address, and other programs could replace rows.
#define WITHOUT_ADDRESSES                                                                          \
    "DROP TABLE passed; DROP TRIGGER events_are_new;"                                              \
    "DROP TRIGGER versions_are_new; DROP TRIGGER documents_are_new;"                               \
    "ALTER TABLE events ADD COLUMN address TEXT NOT NULL DEFAULT '';"                              \
    "DROP TRIGGER events_stay;"                                                                    \
    "UPDATE events SET address = coalesce("                                                        \
    "  (SELECT a.address FROM addresses AS a WHERE a.event = events.id), '');"                     \
    "CREATE TRIGGER events_stay BEFORE UPDATE ON events"                                           \
    "  BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;"                                \
    "DROP TABLE addresses;"

static const char *address_of(bench *b, const char *domain)
{
    yn_store_event *events;
    size_t count;
    assert_int_equal(
        yn_store_history(b->store, yonder_text_of(domain), 0, 1, &b->arena, &events, &count),
        YONDER_OK);
    assert_int_equal(count, 1);
    return events->address.len ? events->address.ptr : "";
}

static void submit_from(bench *b, const char *domain, int64_t at, const char *address)
{
    yn_store_event event = event_of(domain, YN_LIFE_SUBMITTED, at);
    event.address = yonder_text_of(address);
    assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_OK);
}

static bool file_has(const char *path, const char *text)
{
    char bytes[1 << 16];
    FILE *file = fopen(path, "r");
    bool found = false;
    assert_non_null(file);
    for (size_t len; !found && (len = fread(bytes, 1, sizeof bytes, file));)
        found = memmem(bytes, len, text, strlen(text)) != NULL;
    (void)fclose(file);
    return found;
}

static void addresses_end_and_events_stay(void **state)
{
    bench *b = *state;
    submit_from(b, "a", 100, "192.0.2.123");
    submit_from(b, "b", 200, "192.0.2.7");
    submit_from(b, "c", 300, "");
    assert_int_equal(raw(b, WITHOUT_ADDRESSES "PRAGMA user_version = 2"), SQLITE_OK);
    open_again(b); // from the layout that kept them for ever
    assert_string_equal(address_of(b, "a"), "192.0.2.123");
    assert_string_equal(address_of(b, "b"), "192.0.2.7");
    assert_string_equal(address_of(b, "c"), "");
    assert_int_equal(yn_store_forget_addresses(b->store, 200), YONDER_OK);
    assert_string_equal(address_of(b, "a"), "");
    assert_string_equal(address_of(b, "b"), "192.0.2.7");
    open_again(b); // what was written ahead is in the file now
    assert_false(file_has(b->path, "192.0.2.123"));
    assert_true(file_has(b->path, "192.0.2.7"));
    assert_sound(b);
}

static void addresses_are_kept_for_as_long_as_is_set(void **state)
{
    bench *b = *state;
    yn_buf message = yn_buf_make(1 << 10, NULL);
    int64_t now = yn_directory_now();
    submit_from(b, "old", now - 31 * 86400, "192.0.2.1");
    submit_from(b, "new", now - 29 * 86400, "192.0.2.2");
    assert_int_equal(yn_directory_forget(b->store, now), YONDER_OK);
    assert_string_equal(address_of(b, "old"), "");
    assert_string_equal(address_of(b, "new"), "192.0.2.2");
    assert_int_equal(
        yn_directory_settings_write(b->store, YN_TEXT("address.days"), YN_TEXT("28"), &message),
        YONDER_OK);
    assert_string_equal(address_of(b, "new"), ""); // at once
    submit_from(b, "newer", now + 60, "192.0.2.3");
    assert_int_equal(
        yn_directory_settings_write(b->store, YN_TEXT("address.days"), YN_TEXT("0"), &message),
        YONDER_OK);
    assert_string_equal(address_of(b, "newer"), "");
    submit_from(b, "never", now, "192.0.2.4");
    assert_string_equal(raw_text(b, "SELECT count(*) FROM addresses"), "0");
    yn_buf_free(&message);
}

static void what_an_older_layout_has_bars_whom_the_operator_took_off(void **state)
{
    bench *b = *state;
    static const struct {
        const char *domain;
        yn_life_kind kind;
        yn_actor actor;
        bool barred;
    } rows[] = {
        {"rejected", YN_LIFE_REJECTION, YN_ACTOR_OPERATOR, true},
        {"failed", YN_LIFE_REJECTION, YN_ACTOR_PUBLISHER, false},
        {"sold", YN_LIFE_REMOVAL_REQUESTED, YN_ACTOR_OPERATOR, true},
        {"left", YN_LIFE_REMOVAL_REQUESTED, YN_ACTOR_VISITOR, false},
        {"back", YN_LIFE_REMOVAL_REQUESTED, YN_ACTOR_OPERATOR, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_store_event event = event_of(rows[i].domain, rows[i].kind, 2);
        event.actor = rows[i].actor;
        assert_int_equal(add(b, rows[i].domain, YN_LIFE_SUBMITTED, 1), YONDER_OK);
        assert_int_equal(yn_store_add(b->store, &event, NULL), YONDER_OK);
    }
    // As layout 1 had it: no bars, so that a visitor brought one back.
    assert_int_equal(raw(b,
                         "INSERT INTO events SELECT max(id) + 1, 'back', 3, 'submitted', 'custom', "
                         "0, 'visitor', '', '', 0, 'pending-removal', 'pending' FROM events;"
                         "UPDATE members SET state = 'pending', submitted = 3, changed = 3,"
                         "  include_subdomains = 0, policy = 'custom' WHERE domain = 'back';"
                         "UPDATE lists SET event = (SELECT max(id) FROM events)"
                         "  WHERE state IN ('pending', 'pending-removal');"
                         "ALTER TABLE members DROP COLUMN barred;" WITHOUT_ADDRESSES
                         "PRAGMA user_version = 1"),
                     SQLITE_OK);
    open_again(b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].domain, get(b, rows[i].domain).barred == rows[i].barred);
    assert_sound(b); // and the events come to the same
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_event_is_kept_with_all_it_says),
        TEST(a_refused_event_changes_nothing),
        TEST(what_is_no_domain_is_refused),
        TEST(many_events_are_added_or_none),
        TEST(a_history_comes_page_by_page),
        TEST(events_are_never_changed_or_deleted),
        TEST(a_name_is_covered_by_the_closest_that_includes_it),
        TEST(members_are_listed_by_state_in_the_order_of_names),
        TEST(a_list_changes_with_its_domains_only),
        TEST(members_are_made_anew_from_the_events),
        TEST(no_sequence_of_events_loses_a_domain),
        TEST(what_is_no_directory_is_refused_in_words),
        TEST(damage_is_told_and_not_taken_for_an_answer),
        TEST(a_new_database_is_its_owners_alone),
        TEST(an_older_layout_is_brought_up_step_by_step),
        TEST(addresses_end_and_events_stay),
        TEST(addresses_are_kept_for_as_long_as_is_set),
        TEST(what_an_older_layout_has_bars_whom_the_operator_took_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
