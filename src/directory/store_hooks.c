// SPDX-License-Identifier: MIT
// Events that hooks are to be told of, in rows that were written with the events, so that none is
// forgotten; and the settings, which outlive the process as well.
#include "directory/store_db.h"

/* ---- hooks -------------------------------------------------------------------------------------
 */

int yn_store_hooks(yn_store *store, bool wanted)
{
    static const char forget[] =
        "DELETE FROM hooks WHERE NOT ?1 OR NOT EXISTS (SELECT 1 FROM settings" YN_HOOKS_WANTED ")";
    static const char keep[] =
        "INSERT OR REPLACE INTO settings (name, value) VALUES ('hooks.wanted', ?1)";
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    sqlite3_stmt *s = yn_db_ready(db, forget);
    if (s)
        (void)sqlite3_bind_int(s, 1, wanted);
    code = yn_db_do(db, s);
    s = code ? NULL : yn_db_ready(db, keep);
    if (s)
        yn_db_bind_text(s, 1, yonder_text_of(wanted ? "1" : "0"));
    return yn_store_end(store, code ? code : yn_db_do(db, s));
}

// The columns after those of the event: how often it was tried.
static int read_telling(sqlite3_stmt *s, yn_arena *arena, void *item)
{
    yn_store_telling *out = item;
    int code = yn_event_read(s, arena, &out->event);
    out->id = out->event.id;
    out->tries = (uint32_t)sqlite3_column_int64(s, 13);
    return code;
}

int yn_store_untold(yn_store *store, int64_t now, size_t limit, yn_arena *arena,
                    yn_store_telling **out, size_t *count)
{
    // What is to be tried again farther off than a day is of a clock that was wrong.
    static const char sql[] =
        "SELECT " YN_EVENT_COLUMNS ", hooks.tries FROM hooks CROSS JOIN events AS e"
        "  ON e.id = hooks.event WHERE NOT hooks.due BETWEEN ?1 + 1 AND ?1 + 86400 AND NOT EXISTS"
        "  (SELECT 1 FROM events AS f CROSS JOIN hooks AS h ON h.event = f.id"
        "    WHERE f.domain = e.domain AND f.id < e.id AND h.due BETWEEN ?1 + 1 AND ?1 + 86400)"
        "  ORDER BY hooks.event LIMIT ?2";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    yn_store_rows rows;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s) {
        (void)sqlite3_bind_int64(s, 1, now);
        (void)sqlite3_bind_int64(s, 2, limit ? (int64_t)limit : -1);
    }
    int code = yn_store_rows_read(db, s, arena, read_telling, sizeof **out, &rows);
    yn_store_leave(store, db);
    if (code)
        return code;
    *out = rows.items;
    *count = rows.count;
    return YONDER_OK;
}

int yn_store_untold_count(yn_store *store, int64_t *count)
{
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, "SELECT count(*) FROM hooks");
    int code = s ? yn_db_step(db, s) : yn_db_fail(db);
    if (code == 1) {
        *count = sqlite3_column_int64(s, 0);
        (void)sqlite3_reset(s);
        code = YONDER_OK;
    }
    yn_store_leave(store, db);
    return code;
}

int yn_store_told(yn_store *store, int64_t id, bool told, int64_t again)
{
    static const char over[] = "DELETE FROM hooks WHERE event = ?1";
    static const char later[] = "UPDATE hooks SET due = ?2, tries = tries + 1 WHERE event = ?1";
    bool ends = told || again == 0;
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    sqlite3_stmt *s = yn_db_ready(db, ends ? over : later);
    if (s) {
        (void)sqlite3_bind_int64(s, 1, id);
        if (!ends)
            (void)sqlite3_bind_int64(s, 2, again);
    }
    code = yn_db_do(db, s);
    if (!code && sqlite3_changes(db->handle) == 0)
        code = yn_db_say(YN_STORE_MISSING, "event %lld is not to be told of", (long long)id);
    return yn_store_end(store, code);
}

/* ---- settings ----------------------------------------------------------------------------------
 */

int yn_store_setting(yn_store *store, const char *name, yn_buf *out)
{
    static const char sql[] = "SELECT value FROM settings WHERE name = ?1";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    int code = s ? YONDER_OK : yn_db_fail(db);
    if (s) {
        yn_db_bind_text(s, 1, yonder_text_of(name));
        code = yn_db_step(db, s);
    }
    if (code == 1) {
        yn_buf_put(out, yn_db_text(s, 0));
        (void)sqlite3_reset(s);
        code = out->error;
    }
    yn_store_leave(store, db);
    return code;
}

int yn_setting_put(yn_db *db, const char *name, yonder_text value)
{
    static const char sql[] = "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)";
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s) {
        yn_db_bind_text(s, 1, yonder_text_of(name));
        yn_db_bind_text(s, 2, value);
    }
    return yn_db_do(db, s);
}

int yn_store_set(yn_store *store, const char *name, yonder_text value)
{
    yn_db *db;
    int code = yn_store_begin(store, &db);
    return code ? code : yn_store_end(store, yn_setting_put(db, name, value));
}
