// SPDX-License-Identifier: MIT
// When members are looked at again, and what came of it.
#include "base/hash.h"
#include "base/text.h"
#include "directory/directory.h"
#include "directory/store_db.h"

enum {
    number_max = 32, // bytes of a number
    lately = 500,    // members, that passed latest
};

/* ---- moments -----------------------------------------------------------------------------------
 */

int yn_scan_interval(yn_db *db, int64_t *out)
{
    static const char sql[] = "SELECT value FROM settings WHERE name = 'scan.interval'";
    static const yn_directory_settings initial = {
#define INITIAL(member, name, value, least, most, help) .member = (value),
        YN_DIRECTORY_SETTINGS(INITIAL)
#undef INITIAL
    };
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (!s)
        return yn_db_fail(db);
    int code = yn_db_step(db, s);
    if (code < 0)
        return code;
    uint64_t set = 0;
    bool good = code == 1 && yn_parse_number(yn_db_text(s, 0), INT32_MAX, &set) && set > 0;
    *out = good ? (int64_t)set : initial.scan_interval;
    if (code == 1)
        (void)sqlite3_reset(s);
    return YONDER_OK;
}

int64_t yn_scan_moment(yonder_text domain, int64_t at, int64_t interval)
{
    if (interval <= 0)
        return at;
    int64_t phase = (int64_t)(yn_hash(domain, 0) % (uint64_t)interval);
    int64_t past = (at - phase) % interval; // since the last of its moments
    return at + interval - (past < 0 ? past + interval : past);
}

int yn_scan_schedule(yn_db *db, yn_member_row *row, int64_t at)
{
    bool scanned = row->life.published && yn_life_is_bulk(yonder_text_of(row->life.policy));
    if (!scanned)
        row->next_scan = -1;
    if (!scanned || row->next_scan >= 0)
        return YONDER_OK;
    int64_t interval = 0;
    int code = yn_scan_interval(db, &interval);
    if (!code)
        row->next_scan = yn_scan_moment(row->domain, at, interval);
    return code;
}

/* ---- what is due -------------------------------------------------------------------------------
 */

static int read_name(sqlite3_stmt *s, yn_arena *arena, void *item)
{
    yonder_text *name = item;
    *name = yn_arena_text(arena, yn_db_text(s, 0));
    return name->ptr ? YONDER_OK : yn_db_no_memory();
}

// The first column of all rows, in the arena.
static int take_names(yn_db *db, sqlite3_stmt *s, yn_arena *arena, yonder_text **out, size_t *count)
{
    yn_store_rows rows;
    int code = yn_store_rows_read(db, s, arena, read_name, sizeof **out, &rows);
    if (code)
        return code;
    *out = rows.items;
    *count = rows.count;
    return YONDER_OK;
}

int yn_store_due(yn_store *store, int64_t now, size_t limit, yn_arena *arena, yonder_text **domains,
                 size_t *count)
{
    static const char sql[] = "SELECT domain FROM members INDEXED BY members_due"
                              "  WHERE next_scan IS NOT NULL AND next_scan <= ?1"
                              "  ORDER BY next_scan, domain LIMIT ?2";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    int code = s ? YONDER_OK : yn_db_fail(db);
    if (!code) {
        (void)sqlite3_bind_int64(s, 1, now);
        (void)sqlite3_bind_int64(s, 2, limit ? (int64_t)limit : -1);
        code = take_names(db, s, arena, domains, count);
    }
    yn_store_leave(store, db);
    return code;
}

int yn_store_next_scan(yn_store *store, int64_t *at, int64_t *last)
{
    // Two questions, each of which is answered from an end of the index.
    static const char sql[] = "SELECT (SELECT min(next_scan) FROM members INDEXED BY members_due"
                              "  WHERE next_scan IS NOT NULL),"
                              "  (SELECT max(next_scan) FROM members INDEXED BY members_due"
                              "  WHERE next_scan IS NOT NULL)";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    int code = s ? yn_db_step(db, s) : yn_db_fail(db);
    if (code == 1) {
        *at = sqlite3_column_int64(s, 0); // NULL reads as 0
        *last = sqlite3_column_int64(s, 1);
        (void)sqlite3_reset(s);
        code = YONDER_OK;
    }
    yn_store_leave(store, db);
    return code;
}

/* ---- results -----------------------------------------------------------------------------------
 */

static int set_next(yn_db *db, yonder_text domain, int64_t next)
{
    static const char sql[] = "UPDATE members SET next_scan = ?2 WHERE domain = ?1";
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s) {
        yn_db_bind_text(s, 1, domain);
        (void)sqlite3_bind_int64(s, 2, next);
    }
    return yn_db_do(db, s);
}

static int note_passed(yn_db *db, const yn_scan_result *result)
{
    static const char put[] = "INSERT OR REPLACE INTO passed (domain, at) VALUES (?1, ?2)";
    static const char drop[] = "DELETE FROM passed WHERE domain = ?1";
    sqlite3_stmt *s = yn_db_ready(db, result->passed ? put : drop);
    if (s) {
        yn_db_bind_text(s, 1, result->domain);
        if (result->passed)
            (void)sqlite3_bind_int64(s, 2, result->at);
    }
    return yn_db_do(db, s);
}

static int take_result(yn_db *db, const yn_scan_result *result, int64_t interval)
{
    yn_member_row row;
    int code = yn_member_find(db, result->domain, &row);
    if (code || row.next_scan < 0)
        return code; // left since, or is the operator's alone by now
    if (!result->unsure)
        code = note_passed(db, result);
    if (!code && !result->unsure && (!result->passed || row.life.failing)) {
        yn_store_event event = {
            .domain = result->domain,
            .what = {.kind = result->passed ? YN_LIFE_SCAN_PASSED : YN_LIFE_SCAN_FAILED,
                     .at = result->at},
            .actor = YN_ACTOR_SCANNER,
            .issues = result->issues};
        code = yn_event_put(db, &event, &row.life);
    }
    int64_t again =
        result->again ? result->again : yn_scan_moment(result->domain, result->at, interval);
    return code ? code : set_next(db, result->domain, again);
}

int yn_store_scanned(yn_store *store, const yn_scan_result *results, size_t count, int64_t interval)
{
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    for (size_t i = 0; i < count && !code; i++)
        code = take_result(db, &results[i], interval);
    return yn_store_end(store, code);
}

int yn_store_passed(yn_store *store, size_t limit, yn_arena *arena, yonder_text **domains,
                    size_t *count)
{
    static const char sql[] =
        "SELECT domain FROM (SELECT p.domain FROM passed AS p INDEXED BY passed_lately"
        "    JOIN members AS m ON m.domain = p.domain"
        "    WHERE m.state = 'preloaded' AND m.failing = 0 AND m.next_scan IS NOT NULL"
        "    ORDER BY p.at DESC, p.domain LIMIT ?2)"
        "  ORDER BY random() LIMIT ?1";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    int code = s ? YONDER_OK : yn_db_fail(db);
    if (!code) {
        (void)sqlite3_bind_int64(s, 1, (int64_t)limit);
        (void)sqlite3_bind_int64(s, 2, lately);
        code = take_names(db, s, arena, domains, count);
    }
    yn_store_leave(store, db);
    return code;
}

int yn_store_reschedule(yn_store *store, const char *name, int64_t now, int64_t interval)
{
    static const char sql[] = "SELECT domain FROM members INDEXED BY members_due"
                              "  WHERE next_scan IS NOT NULL AND next_scan > ?1";
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    yn_arena arena = yn_arena_make(NULL);
    yonder_text *names = NULL;
    size_t count = 0;
    yn_buf value = yn_buf_make(number_max, NULL);
    yn_buf_number(&value, interval);
    code = value.error ? value.error
           : name      ? yn_setting_put(db, name, yn_buf_text(&value))
                       : YONDER_OK;
    yn_buf_free(&value);
    sqlite3_stmt *s = code ? NULL : yn_db_ready(db, sql);
    code = code ? code : s ? YONDER_OK : yn_db_fail(db);
    if (!code) {
        (void)sqlite3_bind_int64(s, 1, now);
        code = take_names(db, s, &arena, &names, &count); // rows that are read are not moved
    }
    for (size_t i = 0; i < count && !code; i++)
        code = set_next(db, names[i], yn_scan_moment(names[i], now, interval));
    code = yn_store_end(store, code);
    yn_arena_free(&arena);
    return code;
}

/* ---- the removal rule --------------------------------------------------------------------------
 */

// The rule is that of life.h, so it is asked and not written a second time as SQL.
static int take_removable(yn_db *db, sqlite3_stmt *s, const yn_life_rule *rule, yn_arena *arena,
                          yonder_text **out, size_t *count, size_t *total)
{
    yonder_text *names = NULL;
    size_t found = 0, all = 0;
    int code = 1;
    while (code == 1 && (code = yn_db_step(db, s)) == 1) {
        yn_member_row row;
        int bad = yn_member_read(s, &row);
        if (!bad && yn_life_is_due(&row.life, rule) && all++ < rule->cap) {
            names = yn_store_room(arena, names, found, sizeof *names);
            if (names)
                names[found] = yn_arena_text(arena, row.domain);
            if (!names || !names[found++].ptr)
                bad = yn_db_no_memory();
        }
        if (bad) {
            (void)sqlite3_reset(s);
            code = bad;
        }
    }
    if (code)
        return code;
    *out = names;
    *count = found;
    *total = all;
    return YONDER_OK;
}

int yn_store_removable(yn_store *store, const yn_life_rule *rule, yn_arena *arena,
                       yonder_text **domains, size_t *count, size_t *total)
{
    static const char sql[] = "SELECT " YN_MEMBER_COLUMNS " FROM members INDEXED BY members_failing"
                              "  WHERE failing > 0 ORDER BY failing_since, domain";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    int code = s ? take_removable(db, s, rule, arena, domains, count, total) : yn_db_fail(db);
    yn_store_leave(store, db);
    return code;
}
