// SPDX-License-Identifier: MIT
// What was published: versions with their documents, none of which is ever changed.
#include "base/text.h"
#include "directory/store_db.h"

/* ---- publishing --------------------------------------------------------------------------------
 */

static int newest(yn_db *db, yn_store_version *out)
{
    static const char sql[] = "SELECT number, at, names FROM versions ORDER BY number DESC LIMIT 1";
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (!s)
        return yn_db_fail(db);
    int code = yn_db_step(db, s);
    if (code < 0)
        return code;
    *out = (yn_store_version){0};
    if (code == 1) {
        *out = (yn_store_version){.number = sqlite3_column_int64(s, 0),
                                  .at = sqlite3_column_int64(s, 1),
                                  .names = (size_t)sqlite3_column_int64(s, 2)};
        (void)sqlite3_reset(s);
    }
    return YONDER_OK;
}

static int insert_version(yn_db *db, const yn_store_version *version)
{
    static const char sql[] = "INSERT INTO versions (number, at, names) VALUES (?1, ?2, ?3)";
    yn_store_version last = {0};
    int code = newest(db, &last);
    if (code)
        return code;
    if (version->number <= last.number)
        return yn_db_say(YN_STORE_REFUSED, "version %lld cannot follow version %lld",
                         (long long)version->number, (long long)last.number);
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s) {
        (void)sqlite3_bind_int64(s, 1, version->number);
        (void)sqlite3_bind_int64(s, 2, version->at);
        (void)sqlite3_bind_int64(s, 3, (int64_t)version->names);
    }
    return yn_db_do(db, s);
}

static int insert_document(yn_db *db, int64_t version, const yn_store_document *document)
{
    static const char sql[] = "INSERT INTO documents (version, name, bytes) VALUES (?1, ?2, ?3)";
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (!s)
        return yn_db_fail(db);
    yonder_text bytes = document->bytes;
    (void)sqlite3_bind_int64(s, 1, version);
    yn_db_bind_text(s, 2, document->name);
    if (sqlite3_bind_blob64(s, 3, bytes.len ? bytes.ptr : "", bytes.len, SQLITE_STATIC) !=
        SQLITE_OK)
        return yn_db_fail(db); // larger than SQLite takes
    return yn_db_do(db, s);
}

int yn_store_publish(yn_store *store, const yn_store_version *version,
                     const yn_store_document *documents, size_t document_count,
                     yn_store_event *events, size_t event_count)
{
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    code = insert_version(db, version);
    for (size_t i = 0; i < document_count && !code; i++)
        code = insert_document(db, version->number, &documents[i]);
    yn_life life;
    for (size_t i = 0; i < event_count && !code; i++)
        code = yn_event_put(db, &events[i], &life);
    return yn_store_end(store, code);
}

/* ---- reading -----------------------------------------------------------------------------------
 */

int yn_store_newest(yn_store *store, yn_store_version *out)
{
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    int code = newest(db, out);
    yn_store_leave(store, db);
    return code;
}

static int read_version(sqlite3_stmt *s, yn_arena *arena, void *item)
{
    (void)arena;
    *(yn_store_version *)item = (yn_store_version){.number = sqlite3_column_int64(s, 0),
                                                   .at = sqlite3_column_int64(s, 1),
                                                   .names = (size_t)sqlite3_column_int64(s, 2)};
    return YONDER_OK;
}

int yn_store_versions(yn_store *store, yn_arena *arena, yn_store_version **out, size_t *count)
{
    static const char sql[] = "SELECT number, at, names FROM versions ORDER BY number DESC";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    yn_store_rows rows;
    int code =
        yn_store_rows_read(db, yn_db_ready(db, sql), arena, read_version, sizeof **out, &rows);
    yn_store_leave(store, db);
    if (code)
        return code;
    *out = rows.items;
    *count = rows.count;
    return YONDER_OK;
}

int yn_store_document_read(yn_store *store, int64_t version, yonder_text name, yn_buf *out)
{
    static const char sql[] = "SELECT bytes FROM documents WHERE version = ?1 AND name = ?2";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    int code = s ? YONDER_OK : yn_db_fail(db);
    if (s) {
        (void)sqlite3_bind_int64(s, 1, version);
        yn_db_bind_text(s, 2, name);
        code = yn_db_step(db, s);
        if (code == 0)
            code = yn_db_say(YN_STORE_MISSING, "version %lld has no such document",
                             (long long)version);
    }
    if (code == 1) {
        yn_buf_put(out, yn_db_text(s, 0));
        (void)sqlite3_reset(s);
        code = out->error;
    }
    yn_store_leave(store, db);
    return code;
}

int yn_store_prune(yn_store *store, int64_t version)
{
    static const char sql[] = "DELETE FROM documents WHERE version < ?1"
                              "  AND name <> 'version.json' AND name NOT GLOB '*.sig'";
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s)
        (void)sqlite3_bind_int64(s, 1, version);
    return yn_store_end(store, yn_db_do(db, s));
}
