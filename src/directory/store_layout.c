// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "directory/store_db.h"

// "yndr", in the head of the file: the database is a directory's.
#define APPLICATION "2037277810"

static const char layout_1[] =
    "PRAGMA application_id = " APPLICATION ";"
    "CREATE TABLE events ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  domain TEXT NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  policy TEXT NOT NULL,"
    "  include_subdomains INTEGER NOT NULL,"
    "  actor TEXT NOT NULL,"
    "  address TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  issues TEXT NOT NULL,"
    "  version INTEGER NOT NULL,"
    "  from_state TEXT NOT NULL,"
    "  to_state TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX events_of_domain ON events (domain, id);"
    "CREATE TRIGGER events_stay BEFORE UPDATE ON events"
    "  BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;"
    "CREATE TRIGGER events_remain BEFORE DELETE ON events"
    "  BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;"
    // What the events come to.
    "CREATE TABLE members ("
    "  domain TEXT NOT NULL PRIMARY KEY,"
    "  state TEXT NOT NULL,"
    "  published INTEGER NOT NULL,"
    "  include_subdomains INTEGER NOT NULL,"
    "  policy TEXT NOT NULL,"
    "  submitted INTEGER NOT NULL,"
    "  changed INTEGER NOT NULL,"
    "  failing INTEGER NOT NULL,"
    "  failing_since INTEGER NOT NULL,"
    "  failing_at INTEGER NOT NULL,"
    "  next_scan INTEGER" // NULL: it is not scanned
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX members_of_state ON members (state, domain);"
    "CREATE INDEX members_due ON members (next_scan, domain) WHERE next_scan IS NOT NULL;"
    "CREATE INDEX members_failing ON members (failing_since, domain) WHERE failing > 0;"
    // The newest event that made the list of a state another.
    "CREATE TABLE lists ("
    "  state TEXT NOT NULL PRIMARY KEY,"
    "  event INTEGER NOT NULL REFERENCES events (id)"
    ") STRICT, WITHOUT ROWID;"
    // What hooks are to be told of still.
    "CREATE TABLE hooks ("
    "  event INTEGER NOT NULL PRIMARY KEY REFERENCES events (id),"
    "  due INTEGER NOT NULL,"
    "  tries INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE settings ("
    "  name TEXT NOT NULL PRIMARY KEY,"
    "  value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE versions ("
    "  number INTEGER NOT NULL PRIMARY KEY,"
    "  at INTEGER NOT NULL,"
    "  names INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TRIGGER versions_stay BEFORE UPDATE ON versions"
    "  BEGIN SELECT RAISE(ABORT, 'versions are never changed'); END;"
    "CREATE TRIGGER versions_remain BEFORE DELETE ON versions"
    "  BEGIN SELECT RAISE(ABORT, 'versions are never deleted'); END;"
    "CREATE TABLE documents ("
    "  version INTEGER NOT NULL REFERENCES versions (number),"
    "  name TEXT NOT NULL,"
    "  bytes BLOB NOT NULL,"
    "  UNIQUE (version, name)"
    ") STRICT;"
    "CREATE TRIGGER documents_stay BEFORE UPDATE ON documents"
    "  BEGIN SELECT RAISE(ABORT, 'documents are never changed'); END;";

// Bars, as store_rebuild.c has them from the events of before.
static const char layout_2[] =
    "ALTER TABLE members ADD COLUMN barred INTEGER NOT NULL DEFAULT 0;"
    "UPDATE members SET barred = 1"
    "  WHERE state IN ('rejected', 'removed', 'pending-removal') AND EXISTS"
    "    (SELECT 1 FROM events AS e WHERE e.domain = members.domain AND e.actor = 'operator'"
    "      AND e.kind IN ('rejected', 'removal-requested') AND NOT EXISTS"
    "        (SELECT 1 FROM events AS l WHERE l.domain = e.domain AND l.id > e.id"
    "          AND l.kind IN ('submitted', 'imported')));";

// Whence a request came is kept for a while only, and events are for ever.
static const char layout_3[] = "CREATE TABLE addresses ("
                               "  event INTEGER NOT NULL PRIMARY KEY REFERENCES events (id),"
                               "  at INTEGER NOT NULL,"
                               "  address TEXT NOT NULL"
                               ") STRICT;"
                               "CREATE INDEX addresses_of_time ON addresses (at);"
                               "INSERT INTO addresses (event, at, address)"
                               "  SELECT id, at, address FROM events WHERE address <> '';"
                               "ALTER TABLE events DROP COLUMN address;";

// What REPLACE overwrites is not deleted, for a trigger. And who passed the last scan, which is
// what our own network is judged by: no events, for these come only with what changes.
static const char layout_4[] = "CREATE TRIGGER events_are_new BEFORE INSERT ON events"
                               "  WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)"
                               "  BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;"
                               "CREATE TRIGGER versions_are_new BEFORE INSERT ON versions"
                               "  WHEN EXISTS (SELECT 1 FROM versions WHERE number = NEW.number)"
                               "  BEGIN SELECT RAISE(ABORT, 'versions are never changed'); END;"
                               "CREATE TRIGGER documents_are_new BEFORE INSERT ON documents"
                               "  WHEN EXISTS (SELECT 1 FROM documents WHERE rowid = NEW.rowid"
                               "    OR (version = NEW.version AND name = NEW.name))"
                               "  BEGIN SELECT RAISE(ABORT, 'documents are never changed'); END;"
                               "CREATE TABLE passed ("
                               "  domain TEXT NOT NULL PRIMARY KEY,"
                               "  at INTEGER NOT NULL"
                               ") STRICT, WITHOUT ROWID;"
                               "CREATE INDEX passed_lately ON passed (at, domain);";

const char *const yn_store_layouts[] = {layout_1, layout_2, layout_3, layout_4};
const size_t yn_store_layout_count = sizeof yn_store_layouts / sizeof *yn_store_layouts;

/* ---- from one to the next ----------------------------------------------------------------------
 */

static int number_of(yn_db *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        return yn_db_fail(db);
    int code = yn_db_step(db, statement);
    if (code == 1)
        *out = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return code < 0 ? code : YONDER_OK;
}

// Whose database it is. Layout 0 is an empty one. In this order, for another process may make it
// meanwhile: what has tables has a layout by then, and what has a layout an owner.
static int look(yn_db *db, size_t newest, int64_t *layout)
{
    int64_t application = 0, tables = 0;
    int code = number_of(db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (!code)
        code = number_of(db, "PRAGMA user_version", layout);
    if (!code)
        code = number_of(db, "PRAGMA application_id", &application);
    if (code)
        return code;
    if (*layout == 0 ? tables > 0 : application != strtoll(APPLICATION, NULL, 10))
        return yn_db_say(YN_STORE_FAILED, "it is a database, but no directory's");
    if (*layout < 0 || *layout > (int64_t)newest)
        return yn_db_say(YN_STORE_FAILED,
                         "a newer yonder has written it: it has layout %lld, and this one knows "
                         "%zu at most",
                         (long long)*layout, newest);
    return YONDER_OK;
}

static int step(yn_db *db, const char *sql, int64_t next)
{
    char number[64];
    (void)sqlite3_snprintf(sizeof number, number, "PRAGMA user_version = %lld", (long long)next);
    int code = yn_db_run(db, sql);
    return code ? code : yn_db_run(db, number);
}

int yn_db_migrate(yn_db *db, const char *const *layouts, size_t count)
{
    int64_t layout = 0;
    int code = look(db, count, &layout); // before anything is changed
    if (!code)
        code = yn_db_wal(db);
    while (!code && layout < (int64_t)count) {
        code = yn_db_run(db, "BEGIN IMMEDIATE");
        if (code)
            return code;
        // Another process may have been faster.
        code = look(db, count, &layout);
        if (!code && layout < (int64_t)count)
            code = step(db, layouts[layout], layout + 1);
        if (!code)
            code = yn_db_run(db, "COMMIT");
        if (code && !sqlite3_get_autocommit(db->handle))
            (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
        if (!code)
            code = look(db, count, &layout);
    }
    return code;
}
