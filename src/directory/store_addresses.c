// SPDX-License-Identifier: MIT
// Whence events came: beside them, since events stay and this does not.
#include "directory/store_db.h"

int yn_address_keep(yn_db *db, const yn_store_event *event)
{
    static const char sql[] =
        "INSERT INTO addresses (event, at, address) SELECT ?1, ?2, ?3 WHERE NOT EXISTS"
        "  (SELECT 1 FROM settings WHERE name = 'address.days' AND value = '0')";
    if (!event->address.len)
        return YONDER_OK;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s) {
        (void)sqlite3_bind_int64(s, 1, event->id);
        (void)sqlite3_bind_int64(s, 2, event->what.at);
        yn_db_bind_text(s, 3, event->address);
    }
    return yn_db_do(db, s);
}

// Their bytes in the file are written over, which is not what SQLite does by itself; the pragma
// holds for the connection, whose other deletions are large and no secret.
int yn_store_forget_addresses(yn_store *store, int64_t before)
{
    static const char sql[] = "DELETE FROM addresses WHERE at < ?1";
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    code = yn_db_run(db, "PRAGMA secure_delete = ON");
    sqlite3_stmt *s = code ? NULL : yn_db_ready(db, sql);
    if (s)
        (void)sqlite3_bind_int64(s, 1, before);
    code = code ? code : yn_db_do(db, s);
    int off = yn_db_run(db, "PRAGMA secure_delete = OFF");
    return yn_store_end(store, code ? code : off);
}
