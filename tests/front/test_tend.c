// SPDX-License-Identifier: MIT
// What goes on by itself, of a store that is really there.
#include "front/tend.h"

#include "../test.h"
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum {
    now = 1795707000,
    day = 86400,
};

static int64_t fixed_now(void)
{
    return now;
}

static void submit(yn_store *store, const char *domain, int64_t at)
{
    yn_store_event event = {
        .domain = yonder_text_of(domain),
        .what = {.kind = YN_LIFE_SUBMITTED, .at = at, .policy = YN_TEXT("bulk-1-year")},
        .actor = YN_ACTOR_VISITOR,
        .address = YN_TEXT("192.0.2.1")};
    assert_int_equal(yn_store_add(store, &event, NULL), 0);
}

static bool has_address(yn_store *store, const char *domain)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_store_event *events = NULL;
    size_t count = 0;
    assert_int_equal(
        yn_store_history(store, yonder_text_of(domain), 0, 10, &arena, &events, &count), 0);
    assert_int_equal(count, 1);
    bool has = events[0].address.len > 0;
    yn_arena_free(&arena);
    return has;
}

// Until the setting is another, for ten seconds at most.
static void await_change(yn_store *store, const char *name, yonder_text from)
{
    const struct timespec moment = {.tv_nsec = 5000000};
    yn_buf text = yn_buf_make(64, NULL);
    for (int i = 0; i < 2000; i++) {
        text.len = 0;
        assert_int_equal(yn_store_setting(store, name, &text), 0);
        if (!yn_equal(yn_buf_text(&text), from))
            break;
        (void)nanosleep(&moment, NULL);
    }
    assert_false(yn_equal(yn_buf_text(&text), from));
    yn_buf_free(&text);
}

static void addresses_are_forgotten_where_nothing_else_is_done(void **state)
{
    (void)state;
    char folder[] = "/tmp/yonder-tend-XXXXXX", path[64];
    static const char *const ends[] = {"", "-wal", "-shm"};
    yn_store *store;
    yn_counts counts = {0};
    yn_buf words = yn_buf_make(4096, NULL);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/db", folder);
    assert_int_equal(yn_store_open(&store, path, &words), 0);
    submit(store, "old.example", now - 31 * day);
    submit(store, "new.example", now - 29 * day);
    assert_int_equal(yn_store_set(store, "forget.next", YN_TEXT("1795706999")), 0);
    const yn_directory directory = {.store = store, .now = fixed_now};
    const yn_tend_options options = {.counts = &counts}; // no scans, no versions, no hooks
    yn_tend *tend = yn_tend_start(&directory, &options);
    assert_non_null(tend);
    await_change(store, "forget.next", YN_TEXT("1795706999"));
    yn_tend_stop(tend);
    assert_false(has_address(store, "old.example"));
    assert_true(has_address(store, "new.example"));
    yn_buf_free(&words);
    words = yn_buf_make(4096, NULL);
    assert_int_equal(yn_store_setting(store, "forget.next", &words), 0);
    assert_text("next", yn_buf_text(&words), "1795793400"); // in a day
    yn_buf_free(&words);
    yn_store_close(store);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/db%s", folder, ends[i]);
        (void)unlink(path);
    }
    (void)rmdir(folder);
}

static void an_edition_is_counted_and_its_doubt_is_told(void **state)
{
    (void)state;
    static const struct {
        yn_edition edition;
        const char *by, *says;
        uint64_t editions, doubted;
    } rows[] = {
        {{.version = {7, now, 50}, .added = 4, .withdrawn = 3, .rejected = 2, .imported = 1},
         "",
         "yonder: version 7 is published: 50 names, 4 new, 1 imported, 3 gone, 2 rejected\n",
         1,
         0},
        {{.version = {0}, .doubted = true},
         " (operator)",
         "yonder: warning: publish: so many domains are out of reach that our own network is "
         "doubted; nobody was rejected or removed for that (operator)\n",
         0,
         1},
        {{.version = {0}}, "", "", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[4096];
        yn_counts counts = {0};
        FILE *file = tmpfile();
        int stderr_before = dup(STDERR_FILENO);
        assert_non_null(file);
        assert_true(stderr_before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
        yn_tend_published(&counts, &rows[i].edition, rows[i].by);
        (void)fflush(stderr);
        (void)dup2(stderr_before, STDERR_FILENO);
        (void)close(stderr_before);
        rewind(file);
        size_t len = fread(text, 1, sizeof text, file);
        (void)fclose(file);
        assert_text(rows[i].says, ((yonder_text){text, len}), rows[i].says);
        assert_int_equal(atomic_load(&counts.editions), rows[i].editions);
        assert_int_equal(atomic_load(&counts.doubted), rows[i].doubted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_forgotten_where_nothing_else_is_done),
        cmocka_unit_test(an_edition_is_counted_and_its_doubt_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
