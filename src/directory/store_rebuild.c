// SPDX-License-Identifier: MIT
// Makes the members anew: the events of each domain, one after the other, come to its row.
#include "base/text.h"
#include "directory/store_db.h"

typedef struct rebuild {
    yn_db *db;
    yn_buf domain; // whose events are being read
    yn_life life;  // what they have come to so far
    int64_t at;    // the last of them
    int64_t lists[YN_LIFE_STATE_COUNT];
    size_t differ;
} rebuild;

// The row of the domain whose events have ended.
static int settle(rebuild *r)
{
    yonder_text domain = yn_buf_text(&r->domain);
    if (!domain.len)
        return YONDER_OK;
    yn_member_row row;
    int code = yn_member_find(r->db, domain, &row);
    if (code == YN_STORE_FAILED) // unreadable is as good as none
        row = (yn_member_row){.domain = domain, .next_scan = -1};
    else if (code)
        return code;
    int64_t next = row.next_scan;
    bool differs = !yn_life_same(&row.life, &r->life);
    row.life = r->life;
    // When it is scanned next is known to its row alone.
    code = yn_scan_schedule(r->db, &row, r->at);
    if (code || (!differs && row.next_scan == next))
        return code;
    r->differ++;
    return yn_member_write(r->db, &row);
}

static void note_list(rebuild *r, const yn_store_event *event, const yn_life *before)
{
    bool moved = before->state != r->life.state;
    if (!moved && !yn_event_changes_list(event, before, &r->life))
        return;
    const yn_life_state states[] = {before->state, r->life.state};
    for (size_t i = 0; i < 2; i++)
        if (r->lists[states[i]] < event->id)
            r->lists[states[i]] = event->id;
}

// In layout 1 the operator's word barred nobody: what came after it then was taken.
static bool apply(yn_life *life, const yn_life_event *what)
{
    if (yn_life_apply(life, what))
        return true;
    yn_life free = *life;
    free.barred = false;
    if (!life->barred || !yn_life_apply(&free, what))
        return false;
    *life = free;
    return true;
}

static int take(rebuild *r, const yn_store_event *event)
{
    if (!yn_equal(yn_buf_text(&r->domain), event->domain)) {
        int code = settle(r);
        if (code)
            return code;
        r->domain.len = 0;
        yn_buf_put(&r->domain, event->domain);
        if (r->domain.error)
            return yn_db_no_memory();
        r->life = (yn_life){0};
    }
    yn_life before = r->life;
    if (!apply(&r->life, &event->what))
        return yn_db_say(YN_STORE_FAILED, "event %lld: %.*s was %s and cannot have been %s",
                         (long long)event->id, YN_PRINT(event->domain),
                         yn_life_state_code(before.state), yn_life_kind_code(event->what.kind));
    r->at = event->what.at;
    note_list(r, event, &before);
    return YONDER_OK;
}

static int replay(rebuild *r)
{
    static const char sql[] =
        "SELECT " YN_EVENT_COLUMNS " FROM events AS e INDEXED BY events_of_domain"
        "  ORDER BY e.domain, e.id";
    sqlite3_stmt *s = yn_db_ready(r->db, sql);
    int code = s ? 1 : yn_db_fail(r->db);
    while (code == 1 && (code = yn_db_step(r->db, s)) == 1) {
        yn_store_event event;
        int bad = yn_event_read(s, NULL, &event);
        if (!bad)
            bad = take(r, &event);
        if (bad) {
            (void)sqlite3_reset(s);
            code = bad;
        }
    }
    return code ? code : settle(r);
}

// Rows of domains that nothing ever happened to.
static int drop_strangers(rebuild *r)
{
    static const char sql[] = "DELETE FROM members WHERE NOT EXISTS"
                              "  (SELECT 1 FROM events WHERE events.domain = members.domain)";
    int code = yn_db_do(r->db, yn_db_ready(r->db, sql));
    if (!code)
        r->differ += (size_t)sqlite3_changes(r->db->handle);
    return code;
}

static int write_lists(rebuild *r)
{
    int code = yn_db_run(r->db, "DELETE FROM lists");
    for (unsigned i = 0; i < YN_LIFE_STATE_COUNT && !code; i++)
        if (r->lists[i])
            code = yn_event_mark_list(r->db, i, r->lists[i]);
    return code;
}

int yn_store_rebuild(yn_store *store, size_t *differ)
{
    rebuild r = {.domain = yn_buf_make(1 << 20, NULL)};
    int code = yn_store_begin(store, &r.db);
    if (code)
        return code;
    code = replay(&r);
    if (!code)
        code = drop_strangers(&r);
    if (!code)
        code = write_lists(&r);
    code = yn_store_end(store, code);
    yn_buf_free(&r.domain);
    if (!code)
        *differ = r.differ;
    return code;
}
