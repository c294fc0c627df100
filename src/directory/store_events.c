// SPDX-License-Identifier: MIT
// What happened: rows that are added, and never changed.
#include <assert.h>

#include "base/text.h"
#include "directory/store_db.h"

enum {
    domain_max = 253, // RFC 1035 section 2.3.4, as text
};

static const char *const actor_codes[] = {
    [YN_ACTOR_VISITOR] = "visitor",
    [YN_ACTOR_OPERATOR] = "operator",
    [YN_ACTOR_SCANNER] = "scanner",
    [YN_ACTOR_PUBLISHER] = "publisher",
};

const char *yn_actor_code(yn_actor actor)
{
    return actor_codes[actor];
}

static bool find_actor(yonder_text code, yn_actor *out)
{
    for (unsigned i = 0; i < YN_ACTOR_COUNT; i++)
        if (yn_equal(code, yonder_text_of(actor_codes[i]))) {
            *out = i;
            return true;
        }
    return false;
}

/* ---- adding ------------------------------------------------------------------------------------
 */

static bool is_printable(yonder_text text, size_t max)
{
    bool good = text.len <= max;
    for (size_t i = 0; i < text.len && good; i++)
        good = text.ptr[i] > ' ' && text.ptr[i] < 0x7F;
    return good;
}

// Callers have been through IDNA; what has not would be a row that nobody finds.
static int check(const yn_store_event *event)
{
    yonder_text domain = event->domain;
    bool good = domain.len > 0 && is_printable(domain, domain_max) && domain.ptr[0] != '.' &&
                domain.ptr[domain.len - 1] != '.';
    for (size_t i = 0; i < domain.len && good; i++)
        good = domain.ptr[i] < 'A' || domain.ptr[i] > 'Z';
    if (!good)
        return yn_db_say(YONDER_INVALID_ARGUMENT,
                         "a domain is 1 to 253 bytes of ASCII, in lower case, without a dot at "
                         "either end");
    if (!is_printable(event->what.policy, YN_LIFE_POLICY_MAX - 1))
        return yn_db_say(YONDER_INVALID_ARGUMENT, "a policy is at most %d printable bytes",
                         YN_LIFE_POLICY_MAX - 1);
    return YONDER_OK;
}

static int insert(yn_db *db, yn_store_event *event)
{
    static const char sql[] =
        "INSERT INTO events (domain, at, kind, policy, include_subdomains, actor, reason,"
        "                    issues, version, from_state, to_state)"
        "  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (!s)
        return yn_db_fail(db);
    yn_db_bind_text(s, 1, event->domain);
    (void)sqlite3_bind_int64(s, 2, event->what.at);
    yn_db_bind_text(s, 3, yonder_text_of(yn_life_kind_code(event->what.kind)));
    yn_db_bind_text(s, 4, event->what.policy);
    (void)sqlite3_bind_int(s, 5, event->what.include_subdomains);
    yn_db_bind_text(s, 6, yonder_text_of(yn_actor_code(event->actor)));
    yn_db_bind_text(s, 7, event->reason);
    yn_db_bind_text(s, 8, event->issues);
    (void)sqlite3_bind_int64(s, 9, event->version);
    yn_db_bind_text(s, 10, yonder_text_of(yn_life_state_code(event->from)));
    yn_db_bind_text(s, 11, yonder_text_of(yn_life_state_code(event->to)));
    int code = yn_db_do(db, s);
    if (!code)
        event->id = sqlite3_last_insert_rowid(db->handle);
    return code;
}

static int tell_hooks(yn_db *db, const yn_store_event *event)
{
    static const char sql[] = "INSERT INTO hooks (event, due, tries)"
                              "  SELECT ?1, 0, 0 FROM settings" YN_HOOKS_WANTED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s)
        (void)sqlite3_bind_int64(s, 1, event->id);
    return yn_db_do(db, s);
}

// A change of state, the first scan that fails, a bar and its end. Who imports a list of 100,000
// knows of it, and is not to have as many messages.
static bool is_news(const yn_store_event *event, const yn_life *before, const yn_life *life)
{
    bool first = event->what.kind == YN_LIFE_SCAN_FAILED && life->failing == 1;
    bool moved = event->from != event->to && event->what.kind != YN_LIFE_IMPORTED;
    return moved || first || before->barred != life->barred;
}

int yn_event_mark_list(yn_db *db, yn_life_state state, int64_t id)
{
    static const char sql[] = "INSERT OR REPLACE INTO lists (state, event) VALUES (?1, ?2)";
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s) {
        yn_db_bind_text(s, 1, yonder_text_of(yn_life_state_code(state)));
        (void)sqlite3_bind_int64(s, 2, id);
    }
    return yn_db_do(db, s);
}

bool yn_event_changes_list(const yn_store_event *event, const yn_life *before, const yn_life *after)
{
    return strcmp(before->policy, after->policy) != 0 || event->what.kind == YN_LIFE_REJECTION ||
           before->include_subdomains != after->include_subdomains;
}

static int mark_lists(yn_db *db, const yn_store_event *event, const yn_life *before,
                      const yn_life *after)
{
    bool moved = before->state != after->state;
    if (!moved && !yn_event_changes_list(event, before, after))
        return YONDER_OK;
    int code = yn_event_mark_list(db, after->state, event->id);
    return code || !moved ? code : yn_event_mark_list(db, before->state, event->id);
}

static int refuse(const yn_store_event *event, const yn_life *life)
{
    yn_life_kind kind = event->what.kind;
    if (life->barred && (kind == YN_LIFE_SUBMITTED || kind == YN_LIFE_IMPORTED))
        return yn_db_say(YN_STORE_REFUSED,
                         "%.*s is barred by the operator, who has to allow it first",
                         YN_PRINT(event->domain));
    if (kind == YN_LIFE_ALLOWED)
        return yn_db_say(YN_STORE_REFUSED, "%.*s is not barred", YN_PRINT(event->domain));
    return yn_db_say(YN_STORE_REFUSED, "%.*s is %s: it cannot be %s", YN_PRINT(event->domain),
                     yn_life_state_code(life->state), yn_life_kind_code(kind));
}

int yn_event_put(yn_db *db, yn_store_event *event, yn_life *life)
{
    yn_member_row row;
    int code = check(event);
    if (!code)
        code = yn_member_find(db, event->domain, &row);
    if (code)
        return code;
    yn_life before = row.life;
    *life = before;
    if (event->from != YN_LIFE_UNKNOWN && event->from != before.state)
        return yn_db_say(YN_STORE_REFUSED, "%.*s is %s, and no longer %s", YN_PRINT(event->domain),
                         yn_life_state_code(before.state), yn_life_state_code(event->from));
    event->from = before.state;
    event->what.by_operator = event->actor == YN_ACTOR_OPERATOR;
    if (!yn_life_apply(&row.life, &event->what))
        return refuse(event, &before);
    event->to = row.life.state;
    *life = row.life;
    code = insert(db, event);
    if (!code)
        code = yn_address_keep(db, event);
    if (!code)
        code = yn_scan_schedule(db, &row, event->what.at);
    if (!code)
        code = yn_member_write(db, &row);
    if (!code)
        code = mark_lists(db, event, &before, &row.life);
    if (!code && is_news(event, &before, &row.life))
        code = tell_hooks(db, event);
    return code;
}

int yn_store_add(yn_store *store, yn_store_event *event, yn_life *life)
{
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    yn_store_event added = *event;
    yn_life now = {0};
    code = yn_store_end(store, yn_event_put(db, &added, &now));
    if (!code)
        *event = added;
    if (life && (!code || code == YN_STORE_REFUSED))
        *life = now;
    return code;
}

int yn_store_add_many(yn_store *store, yn_store_event *events, size_t count, size_t *wrong)
{
    yn_db *db;
    int code = yn_store_begin(store, &db);
    if (code)
        return code;
    size_t i = 0;
    for (yn_life life; i < count && !code; i++)
        code = yn_event_put(db, &events[i], &life);
    if (code)
        *wrong = i - 1;
    return yn_store_end(store, code);
}

/* ---- reading -----------------------------------------------------------------------------------
 */

int yn_event_read(sqlite3_stmt *s, yn_arena *arena, yn_store_event *out)
{
    *out = (yn_store_event){.id = sqlite3_column_int64(s, 0),
                            .what.at = sqlite3_column_int64(s, 2),
                            .what.include_subdomains = sqlite3_column_int(s, 5) != 0,
                            .version = sqlite3_column_int64(s, 10)};
    if (!yn_life_kind_find(yn_db_text(s, 3), &out->what.kind) ||
        !find_actor(yn_db_text(s, 6), &out->actor) ||
        !yn_life_state_find(yn_db_text(s, 11), &out->from) ||
        !yn_life_state_find(yn_db_text(s, 12), &out->to))
        return yn_db_say(YN_STORE_FAILED, "event %lld has words that this yonder does not know",
                         (long long)out->id);
    out->what.by_operator = out->actor == YN_ACTOR_OPERATOR;
    const struct {
        int column;
        yonder_text *text;
    } texts[] = {{1, &out->domain},
                 {4, &out->what.policy},
                 {7, &out->address},
                 {8, &out->reason},
                 {9, &out->issues}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        yonder_text view = yn_db_text(s, texts[i].column);
        *texts[i].text = arena ? yn_arena_text(arena, view) : view;
        if (arena && !texts[i].text->ptr)
            return yn_db_no_memory();
    }
    return YONDER_OK;
}

static int read_row(sqlite3_stmt *s, yn_arena *arena, void *item)
{
    return yn_event_read(s, arena, item);
}

int yn_store_history(yn_store *store, yonder_text domain, int64_t before, size_t limit,
                     yn_arena *arena, yn_store_event **out, size_t *count)
{
    static const char sql[] = "SELECT " YN_EVENT_COLUMNS " FROM events AS e"
                              "  WHERE e.domain = ?1 AND e.id < ?2 ORDER BY e.id DESC LIMIT ?3";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    yn_store_rows rows;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    if (s) {
        yn_db_bind_text(s, 1, domain);
        (void)sqlite3_bind_int64(s, 2, before ? before : INT64_MAX);
        (void)sqlite3_bind_int64(s, 3, limit ? (int64_t)limit : -1);
    }
    int code = yn_store_rows_read(db, s, arena, read_row, sizeof **out, &rows);
    yn_store_leave(store, db);
    if (code)
        return code;
    *out = rows.items;
    *count = rows.count;
    return YONDER_OK;
}

int yn_store_last(yn_store *store, yonder_text domain, unsigned kinds, yn_arena *arena,
                  yn_store_event *out)
{
    static const char sql[] = "SELECT " YN_EVENT_COLUMNS " FROM events AS e"
                              "  WHERE e.domain = ?1 ORDER BY e.id DESC";
    yn_db *db = yn_store_enter(store);
    if (!db)
        return YN_STORE_FAILED;
    sqlite3_stmt *s = yn_db_ready(db, sql);
    int code = s ? 1 : yn_db_fail(db);
    bool found = false;
    if (s)
        yn_db_bind_text(s, 1, domain);
    while (code == 1 && (code = yn_db_step(db, s)) == 1) {
        int bad = yn_event_read(s, NULL, out);
        found = !bad && kinds & 1U << out->what.kind;
        if (found)
            bad = yn_event_read(s, arena, out);
        if (bad || found) {
            (void)sqlite3_reset(s);
            code = bad;
        }
    }
    yn_store_leave(store, db);
    return code || found ? code : yn_db_say(YN_STORE_MISSING, "there is no such event");
}
