// SPDX-License-Identifier: MIT
// A store in a folder of its own, and short ways to ask it.
#ifndef YN_TESTS_STORE_TEST_H
#define YN_TESTS_STORE_TEST_H

#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "directory/store.h"
#include "directory/store_db.h"

typedef struct bench {
    char folder[64], path[128];
    yn_store *store;
    yn_arena arena;
} bench;

static inline void open_again(bench *b)
{
    yn_buf message = yn_buf_make(1 << 12, NULL);
    yn_store_close(b->store);
    b->store = NULL;
    int code = yn_store_open(&b->store, b->path, &message);
    if (code)
        print_error("%.*s\n", YN_PRINT(yn_buf_text(&message)));
    assert_int_equal(code, YONDER_OK);
    yn_buf_free(&message);
}

static inline int set_up(void **state)
{
    static bench b;
    b = (bench){.arena = yn_arena_make(NULL)};
    // In memory where that is to be had: a disk that others use, too, makes the tests slow, and of
    // a process that is killed a disk keeps no more.
    (void)snprintf(b.folder, sizeof b.folder, "%s/yonder-store-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(b.folder));
    (void)snprintf(b.path, sizeof b.path, "%s/db", b.folder);
    open_again(&b);
    assert_int_equal(yn_store_hooks(b.store, true), YONDER_OK);
    *state = &b;
    return 0;
}

static inline int tear_down(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    bench *b = *state;
    yn_store_close(b->store);
    yn_arena_free(&b->arena);
    for (size_t i = 0; i < 3; i++) {
        char path[160];
        (void)snprintf(path, sizeof path, "%s%s", b->path, ends[i]);
        (void)unlink(path);
    }
    return rmdir(b->folder);
}

/** By whom it usually is. */
static inline yn_actor actor_of(yn_life_kind kind)
{
    return kind == YN_LIFE_SUBMITTED || kind == YN_LIFE_REMOVAL_REQUESTED ? YN_ACTOR_VISITOR
           : kind == YN_LIFE_REJECTION                                    ? YN_ACTOR_PUBLISHER
                                                                          : YN_ACTOR_OPERATOR;
}

static inline yn_store_event event_of(const char *domain, yn_life_kind kind, int64_t at)
{
    return (yn_store_event){.domain = yonder_text_of(domain),
                            .what = {.kind = kind,
                                     .at = at,
                                     .policy = YN_TEXT("bulk-1-year"),
                                     .include_subdomains = true},
                            .actor = actor_of(kind)};
}

static inline int add(bench *b, const char *domain, yn_life_kind kind, int64_t at)
{
    yn_store_event event = event_of(domain, kind, at);
    return yn_store_add(b->store, &event, NULL);
}

static inline yn_life get(bench *b, const char *domain)
{
    yn_life life;
    assert_int_equal(yn_store_get(b->store, yonder_text_of(domain), &life), YONDER_OK);
    return life;
}

/** Runs SQL on a connection of its own, as another program would. @return a code of SQLite */
static inline int raw(bench *b, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return code;
}

/** The first column of the first row, as text in the arena. */
static inline const char *raw_text(bench *b, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(b->path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    yonder_text text =
        yn_arena_text(&b->arena, yonder_text_of((const char *)sqlite3_column_text(statement, 0)));
    (void)sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return text.ptr;
}

/** The members are what the events come to. */
static inline void assert_sound(bench *b)
{
    size_t differ = 99;
    assert_int_equal(yn_store_rebuild(b->store, &differ), YONDER_OK);
    assert_int_equal(differ, 0);
    assert_string_equal(raw_text(b, "PRAGMA integrity_check"), "ok");
}

#endif
