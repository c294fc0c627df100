// SPDX-License-Identifier: MIT
#include "directory/store_db.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static _Thread_local char problem[512];
static _Thread_local int problem_code; // that the words belong to

const char *yn_store_problem(const yn_store *store)
{
    (void)store;
    return problem;
}

const char *yn_store_error_words(const yn_store *store, int error)
{
    bool of_store = error <= YN_STORE_FAILED && error >= YN_STORE_MISSING;
    return of_store || error == problem_code ? yn_store_problem(store) : yonder_strerror(error);
}

int yn_db_say(int code, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    (void)vsnprintf(problem, sizeof problem, format, values);
    va_end(values);
    problem_code = code;
    return code;
}

int yn_db_no_memory(void)
{
    return yn_db_say(YONDER_NO_MEMORY, "out of memory");
}

int yn_db_fail(yn_db *db)
{
    int code = db->handle ? sqlite3_errcode(db->handle) : SQLITE_NOMEM;
    if (code == SQLITE_NOMEM)
        return yn_db_no_memory();
    if (code == SQLITE_BUSY)
        return yn_db_say(YN_STORE_FAILED, "another process has been writing for too long");
    return yn_db_say(YN_STORE_FAILED, "%s", sqlite3_errmsg(db->handle));
}

/* ---- statements --------------------------------------------------------------------------------
 */

sqlite3_stmt *yn_db_ready(yn_db *db, const char *sql)
{
    for (size_t i = 0; i < db->count; i++)
        if (db->statements[i].sql == sql) {
            (void)sqlite3_clear_bindings(db->statements[i].made);
            return db->statements[i].made;
        }
    assert(db->count < YN_DB_STATEMENTS);
    sqlite3_stmt *made;
    if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, NULL) !=
        SQLITE_OK) {
        (void)yn_db_fail(db);
        return NULL;
    }
    db->statements[db->count].sql = sql;
    db->statements[db->count++].made = made;
    return made;
}

int yn_db_step(yn_db *db, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return 1;
    code = code == SQLITE_DONE ? 0 : yn_db_fail(db); // before the reset, which forgets
    (void)sqlite3_reset(statement);
    return code;
}

int yn_db_do(yn_db *db, sqlite3_stmt *statement)
{
    if (!statement)
        return yn_db_fail(db);
    int code = yn_db_step(db, statement);
    if (code > 0)
        (void)sqlite3_reset(statement);
    return code < 0 ? code : YONDER_OK;
}

int yn_db_run(yn_db *db, const char *sql)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? YONDER_OK
                                                                        : yn_db_fail(db);
}

void yn_db_bind_text(sqlite3_stmt *statement, int number, yonder_text text)
{
    // A NULL pointer would bind NULL, which is not the empty text.
    (void)sqlite3_bind_text64(statement, number, text.ptr ? text.ptr : "", text.len, SQLITE_STATIC,
                              SQLITE_UTF8);
}

yonder_text yn_db_text(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return (yonder_text){bytes, (size_t)sqlite3_column_bytes(statement, column)};
}

void *yn_store_room(yn_arena *arena, void *items, size_t count, size_t size)
{
    enum {
        first = 16
    };
    bool full = count == 0 || (count >= first && (count & (count - 1)) == 0);
    if (!full)
        return items;
    void *larger = yn_arena_alloc(arena, (count ? 2 * count : first) * size);
    if (larger && count)
        memcpy(larger, items, count * size);
    return larger;
}

int yn_store_rows_read(yn_db *db, sqlite3_stmt *s, yn_arena *arena, yn_store_row_fn *read,
                       size_t size, yn_store_rows *out)
{
    yn_store_rows rows = {0};
    int code = s ? 1 : yn_db_fail(db);
    while (code == 1 && (code = yn_db_step(db, s)) == 1) {
        rows.items = yn_store_room(arena, rows.items, rows.count, size);
        int bad = rows.items ? read(s, arena, (char *)rows.items + rows.count++ * size)
                             : yn_db_no_memory();
        if (bad) {
            (void)sqlite3_reset(s);
            code = bad;
        }
    }
    if (!code)
        *out = rows;
    return code;
}

/* ---- connections -------------------------------------------------------------------------------
 */

// Several processes may set the journal's mode of a new database at once, where SQLite does not
// wait for its turn by itself.
int yn_db_wal(yn_db *db)
{
    int code = YN_STORE_FAILED;
    for (int tries = 0; tries < 200 && code; tries++) {
        code = yn_db_run(db, "PRAGMA journal_mode = WAL");
        if (!code || sqlite3_errcode(db->handle) != SQLITE_BUSY)
            return code;
        (void)sqlite3_sleep(20);
    }
    return code;
}

int yn_db_open(yn_db *db, const char *path, bool writes)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    *db = (yn_db){0};
    int code = sqlite3_open_v2(path, &db->handle, flags, NULL);
    if (code != SQLITE_OK) {
        code = yn_db_fail(db);
        yn_db_close(db);
        return code;
    }
    (void)sqlite3_busy_timeout(db->handle, 10000);
    code = yn_db_run(db, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                         "PRAGMA cache_size = -8192");
    if (!code)
        code = yn_db_run(db, writes ? "PRAGMA synchronous = FULL;"
                                      "PRAGMA journal_size_limit = 67108864"
                                    : "PRAGMA query_only = ON");
    if (code)
        yn_db_close(db);
    return code;
}

void yn_db_close(yn_db *db)
{
    for (size_t i = 0; i < db->count; i++)
        (void)sqlite3_finalize(db->statements[i].made);
    (void)sqlite3_close(db->handle);
    *db = (yn_db){0};
}
