// SPDX-License-Identifier: MIT
// What the files store*.c share, and the only place that sees SQLite: connections, their prepared
// statements, transactions. A connection is one thread's at a time.
//
// Functions that return int return YONDER_OK or a code of the store, and then what is wrong is what
// yn_store_problem() says to this thread.
#ifndef YN_DIRECTORY_STORE_DB_H
#define YN_DIRECTORY_STORE_DB_H

#include <pthread.h>
#include <sqlite3.h>
#include <sys/types.h>

#include "directory/store.h"

enum {
    YN_DB_STATEMENTS = 48, /**< prepared ones of a connection; there are fewer in all store*.c */
};

typedef struct yn_db {
    sqlite3 *handle;
    struct {
        const char *sql; /**< static: statements are known by its address */
        sqlite3_stmt *made;
    } statements[YN_DB_STATEMENTS];
    size_t count;
    struct yn_db *next; /**< of the readers that nobody uses now */
} yn_db;

struct yn_store {
    char *path;
    dev_t device; /**< of the file that `path` was when it was opened */
    ino_t inode;
    yn_db writer;
    pthread_mutex_t writing; /**< held by who uses `writer` */
    yn_db *readers;          /**< that nobody uses now */
    size_t reader_count;
    pthread_mutex_t choosing; /**< held by who looks at `readers` */
};

/* ---- connections: store.c ----------------------------------------------------------------------
 */

/** A connection to read with; ends with yn_store_leave(). NULL where there is none to be had. */
yn_db *yn_store_enter(yn_store *store);
void yn_store_leave(yn_store *store, yn_db *db);

/** Begins a transaction on the writer's connection, whose turn it is when this returns. */
int yn_store_begin(yn_store *store, yn_db **db);
/** Commits it where `code` is YONDER_OK, else undoes it. @return `code`, or why it did not commit
 */
int yn_store_end(yn_store *store, int code);

/* ---- statements: store_db.c --------------------------------------------------------------------
 */

int yn_db_open(yn_db *db, const char *path, bool writes);
void yn_db_close(yn_db *db);
/** Has the database written ahead (WAL). */
int yn_db_wal(yn_db *db);

/** Notes what is wrong with the connection. @return YONDER_NO_MEMORY or YN_STORE_FAILED */
int yn_db_fail(yn_db *db);
int yn_db_no_memory(void);
/** Notes what is wrong. @return `code` */
int yn_db_say(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** A statement without values, ready to be bound; NULL where it cannot be made. */
sqlite3_stmt *yn_db_ready(yn_db *db, const char *sql);
/** Makes a step. @return 1 where there is a row, 0 where there is none any more, or a code. But for
 *  1 the statement is over. */
int yn_db_step(yn_db *db, sqlite3_stmt *statement);
/** Makes the only step of a statement that gives no row. NULL is passed over: a failure. */
int yn_db_do(yn_db *db, sqlite3_stmt *statement);
/** Runs texts of SQL without values. */
int yn_db_run(yn_db *db, const char *sql);

/** The bytes must stay until the statement is over. */
void yn_db_bind_text(sqlite3_stmt *statement, int number, yonder_text text);
/** A view that ends with the row. */
yonder_text yn_db_text(sqlite3_stmt *statement, int column);

/** `items`, of which there are `count`, with room for one more; NULL where memory is out. */
void *yn_store_room(yn_arena *arena, void *items, size_t count, size_t size);

typedef struct yn_store_rows {
    void *items; /**< in the arena; NULL where there are none */
    size_t count;
} yn_store_rows;

/** Reads the row at which the statement stands into `item`. @return YONDER_OK or a failure */
typedef int yn_store_row_fn(sqlite3_stmt *statement, yn_arena *arena, void *item);

/** All rows of a statement whose values are bound, as items of `size` bytes. NULL is passed over: a
 *  failure. */
int yn_store_rows_read(yn_db *db, sqlite3_stmt *statement, yn_arena *arena, yn_store_row_fn *read,
                       size_t size, yn_store_rows *out);

/* ---- layouts: store_layout.c -------------------------------------------------------------------
 */

/** The SQL that leads from layout i to layout i + 1. */
extern const char *const yn_store_layouts[];
extern const size_t yn_store_layout_count;

/** Brings the database from the layout it has (PRAGMA user_version) to layout `count`, each step
 *  in a transaction. Refuses a newer one, and one that is not the directory's. */
int yn_db_migrate(yn_db *db, const char *const *layouts, size_t count);

/* ---- members: store_members.c ------------------------------------------------------------------
 */

/** The columns of a member, as yn_member_read() reads them. */
#define YN_MEMBER_COLUMNS                                                                          \
    "domain, state, published, include_subdomains, policy, submitted, changed, failing, "          \
    "failing_since, failing_at, next_scan, barred"

typedef struct yn_member_row {
    yonder_text domain;
    yn_life life;
    int64_t next_scan; /**< -1: it is not scanned */
} yn_member_row;

/** The row a statement is at; `domain` ends with it. */
int yn_member_read(sqlite3_stmt *statement, yn_member_row *out);
/** The member of that name; where there is none `out` is that of an unknown domain. */
int yn_member_find(yn_db *db, yonder_text domain, yn_member_row *out);
int yn_member_write(yn_db *db, const yn_member_row *row);
/** Whether two lives are the same in every member. */
bool yn_life_same(const yn_life *a, const yn_life *b);

/* ---- events: store_events.c --------------------------------------------------------------------
 */

/** yn_store_add() inside of a transaction. */
int yn_event_put(yn_db *db, yn_store_event *event, yn_life *life);

/** Of a row of settings: yn_store_hooks() has said that there are some. */
#define YN_HOOKS_WANTED " WHERE name = 'hooks.wanted' AND value = '1'"

/** The columns of an event, as yn_event_read() reads them. */
#define YN_EVENT_COLUMNS                                                                           \
    "e.id, e.domain, e.at, e.kind, e.policy, e.include_subdomains, e.actor, "                      \
    "coalesce((SELECT address FROM addresses AS a WHERE a.event = e.id), ''), e.reason, "          \
    "e.issues, e.version, e.from_state, e.to_state"

/** The row a statement is at, its texts in the arena (NULL: they end with the row). */
int yn_event_read(sqlite3_stmt *statement, yn_arena *arena, yn_store_event *out);

/** Keeps whence an event came, but for settings that have none kept: store_addresses.c. */
int yn_address_keep(yn_db *db, const yn_store_event *event);

/** Whether the event made the list of the domain's state another, though it is in that state as
 *  before: a list has domains with their policies and flags, and why they were rejected. */
bool yn_event_changes_list(const yn_store_event *event, const yn_life *before,
                           const yn_life *after);

/** That the list of a state is another from the event `id` on. */
int yn_event_mark_list(yn_db *db, yn_life_state state, int64_t id);

/** yn_store_set() inside of a transaction. */
int yn_setting_put(yn_db *db, const char *name, yonder_text value);

/* ---- scans: store_scans.c ----------------------------------------------------------------------
 */

/** Seconds from one scan of a member to the next, as it is set. */
int yn_scan_interval(yn_db *db, int64_t *out);
/** The first moment of that domain's own after `at`. */
int64_t yn_scan_moment(yonder_text domain, int64_t at, int64_t interval);
/** Sets when a member is scanned next: it keeps what it has if it is scanned before and after. */
int yn_scan_schedule(yn_db *db, yn_member_row *row, int64_t at);

#endif
