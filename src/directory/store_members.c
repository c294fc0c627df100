// SPDX-License-Identifier: MIT
// How domains stand: rows that the events have come to.
#include <assert.h>

#include "base/text.h"
#include "directory/store_db.h"

/* ---- rows --------------------------------------------------------------------------------------
 */

bool yn_life_same(const yn_life *a, const yn_life *b)
{
    return a->state == b->state && a->published == b->published &&
           a->include_subdomains == b->include_subdomains && a->barred == b->barred &&
           strcmp(a->policy, b->policy) == 0 && a->submitted == b->submitted &&
           a->changed == b->changed && a->failing == b->failing &&
           a->failing_since == b->failing_since && a->failing_at == b->failing_at;
}

int yn_member_read(sqlite3_stmt *statement, yn_member_row *out)
{
    yonder_text state = yn_db_text(statement, 1), policy = yn_db_text(statement, 4);
    *out = (yn_member_row){.domain = yn_db_text(statement, 0)};
    yn_life *life = &out->life;
    if (!yn_life_state_find(state, &life->state) || policy.len >= sizeof life->policy)
        return yn_db_say(YN_STORE_FAILED, "the member %.*s is damaged: rebuild the members",
                         YN_PRINT(out->domain));
    life->published = sqlite3_column_int(statement, 2) != 0;
    life->include_subdomains = sqlite3_column_int(statement, 3) != 0;
    if (policy.len)
        memcpy(life->policy, policy.ptr, policy.len);
    life->submitted = sqlite3_column_int64(statement, 5);
    life->changed = sqlite3_column_int64(statement, 6);
    life->failing = (uint32_t)sqlite3_column_int64(statement, 7);
    life->failing_since = sqlite3_column_int64(statement, 8);
    life->failing_at = sqlite3_column_int64(statement, 9);
    out->next_scan = sqlite3_column_type(statement, 10) == SQLITE_NULL
                         ? -1
                         : sqlite3_column_int64(statement, 10);
    life->barred = sqlite3_column_int(statement, 11) != 0;
    return YONDER_OK;
}

int yn_member_find(yn_db *db, yonder_text domain, yn_member_row *out)
{
    static const char sql[] = "SELECT " YN_MEMBER_COLUMNS " FROM members WHERE domain = ?1";
    sqlite3_stmt *statement = yn_db_ready(db, sql);
    if (!statement)
        return yn_db_fail(db);
    yn_db_bind_text(statement, 1, domain);
    *out = (yn_member_row){.next_scan = -1};
    int code = yn_db_step(db, statement);
    if (code == 1) {
        code = yn_member_read(statement, out);
        (void)sqlite3_reset(statement);
    }
    out->domain = domain;
    return code;
}

int yn_member_write(yn_db *db, const yn_member_row *row)
{
    static const char sql[] = "INSERT OR REPLACE INTO members (" YN_MEMBER_COLUMNS ")"
                              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (!s)
        return yn_db_fail(db);
    const yn_life *life = &row->life;
    yn_db_bind_text(s, 1, row->domain);
    yn_db_bind_text(s, 2, yonder_text_of(yn_life_state_code(life->state)));
    (void)sqlite3_bind_int(s, 3, life->published);
    (void)sqlite3_bind_int(s, 4, life->include_subdomains);
    yn_db_bind_text(s, 5, yonder_text_of(life->policy));
    (void)sqlite3_bind_int64(s, 6, life->submitted);
    (void)sqlite3_bind_int64(s, 7, life->changed);
    (void)sqlite3_bind_int64(s, 8, life->failing);
    (void)sqlite3_bind_int64(s, 9, life->failing_since);
    (void)sqlite3_bind_int64(s, 10, life->failing_at);
    if (row->next_scan >= 0)
        (void)sqlite3_bind_int64(s, 11, row->next_scan);
    (void)sqlite3_bind_int(s, 12, life->barred);
    return yn_db_do(db, s);
}

/* ---- one domain --------------------------------------------------------------------------------
 */

int yn_store_get(yn_store *store, yonder_text domain, yn_life *out)
{
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    yn_member_row row;
    int code = yn_member_find(db, domain, &row);
    yn_store_leave(store, db);
    if (!code)
        *out = row.life;
    return code;
}

static int cover(yn_db *db, yonder_text domain, yonder_text *by, yn_life *out)
{
    yn_member_row row = {.next_scan = -1};
    int code = YONDER_OK;
    for (yonder_text name = domain; name.len && !code;) {
        code = yn_member_find(db, name, &row);
        bool itself = name.len == domain.len;
        if (!code && row.life.published && (itself || row.life.include_subdomains)) {
            *by = name;
            *out = row.life;
            return YONDER_OK;
        }
        size_t dot = yn_find_char(name, '.');
        name = yn_skip(name, dot < name.len ? dot + 1 : dot);
    }
    return code;
}

int yn_store_covering(yn_store *store, yonder_text domain, yn_buf *name, yn_life *out)
{
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    yonder_text by = {NULL, 0};
    yn_life life = {0};
    // One look: what is published between two questions is seen by neither.
    int code = yn_db_run(db, "BEGIN");
    if (!code) {
        code = cover(db, domain, &by, &life);
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    yn_store_leave(store, db);
    if (code)
        return code;
    yn_buf_put(name, by);
    *out = life;
    return name->error;
}

/* ---- many --------------------------------------------------------------------------------------
 */

// Those of one state stand together in an index. Those of several are picked from all, which are in
// the order of names already.
static sqlite3_stmt *ready_each(yn_db *db, unsigned states)
{
    static const char one[] = "SELECT " YN_MEMBER_COLUMNS " FROM members"
                              "  INDEXED BY members_of_state"
                              "  WHERE state = ?1 AND domain > ?8 ORDER BY domain LIMIT ?9";
    static const char many[] = "SELECT " YN_MEMBER_COLUMNS " FROM members"
                               "  WHERE domain > ?8 AND +state IN (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                               "  ORDER BY domain LIMIT ?9";
    static_assert(YN_LIFE_STATE_COUNT == 7, "as many as the statement has places for");
    bool single = states && !(states & (states - 1));
    sqlite3_stmt *statement = yn_db_ready(db, single ? one : many);
    int number = 1;
    for (unsigned i = 0; i < YN_LIFE_STATE_COUNT && statement; i++)
        if (states & 1U << i)
            yn_db_bind_text(statement, number++, yonder_text_of(yn_life_state_code(i)));
    return statement;
}

int yn_store_each(yn_store *store, unsigned states, yonder_text after, size_t limit,
                  yn_store_each_fn *each, void *context)
{
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *statement = ready_each(db, states);
    int code = statement ? 1 : yn_db_fail(db);
    if (statement) {
        yn_db_bind_text(statement, 8, after);
        (void)sqlite3_bind_int64(statement, 9, limit ? (int64_t)limit : -1);
    }
    while (code == 1 && (code = yn_db_step(db, statement)) == 1) {
        yn_member_row row;
        int bad = yn_member_read(statement, &row);
        yn_store_member member = {row.domain, row.life};
        if (bad || !each(context, &member)) {
            (void)sqlite3_reset(statement);
            code = bad;
        }
    }
    yn_store_leave(store, db);
    return code;
}

int yn_store_counts(yn_store *store, size_t counts[YN_LIFE_STATE_COUNT])
{
    static const char sql[] = "SELECT state, count(*) FROM members GROUP BY state";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *statement = yn_db_ready(db, sql);
    size_t found[YN_LIFE_STATE_COUNT] = {0};
    int code = statement ? 1 : yn_db_fail(db);
    while (code == 1 && (code = yn_db_step(db, statement)) == 1) {
        yn_life_state state;
        if (yn_life_state_find(yn_db_text(statement, 0), &state))
            found[state] = (size_t)sqlite3_column_int64(statement, 1);
    }
    yn_store_leave(store, db);
    if (!code)
        memcpy(counts, found, sizeof found);
    return code;
}

int yn_store_changed(yn_store *store, yn_life_state state, int64_t *out)
{
    static const char sql[] = "SELECT event FROM lists WHERE state = ?1";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *statement = yn_db_ready(db, sql);
    int code = statement ? 1 : yn_db_fail(db);
    if (statement) {
        yn_db_bind_text(statement, 1, yonder_text_of(yn_life_state_code(state)));
        code = yn_db_step(db, statement);
    }
    if (code >= 0) {
        *out = code ? sqlite3_column_int64(statement, 0) : 0;
        (void)sqlite3_reset(statement);
        code = YONDER_OK;
    }
    yn_store_leave(store, db);
    return code;
}
