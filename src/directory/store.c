// SPDX-License-Identifier: MIT
// Opens and closes the database, and gives out connections: one to write with, in turns, and as
// many to read with as there are threads that read at once. A reader sees what was there when it
// began, and neither waits for a writer nor makes one wait (WAL).
#include "directory/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "directory/store_db.h"

enum {
    readers_kept = 16, // connections that are kept for the next who reads
};

/* ---- opening -----------------------------------------------------------------------------------
 */

// Only what is not there is opened here: to close a descriptor of a database that another store of
// this process has open would take the locks from it (POSIX).
static int make_file(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return errno == EEXIST ? YONDER_OK
                               : yn_db_say(YN_STORE_FAILED, "cannot be made: %s", strerror(errno));
    (void)close(file);
    return YONDER_OK;
}

// What is written to a file that has no name any more is lost when the process ends, and another
// file of that name has another list.
static int check_file(const yn_store *store)
{
    struct stat now;
    if (stat(store->path, &now) == 0 && now.st_dev == store->device && now.st_ino == store->inode)
        return YONDER_OK;
    return yn_db_say(YN_STORE_FAILED,
                     "%s is not the file any more that was opened: it was deleted or replaced",
                     store->path);
}

static int open_all(yn_store *store)
{
    struct stat made;
    int code = make_file(store->path);
    if (!code && stat(store->path, &made))
        code = yn_db_say(YN_STORE_FAILED, "%s", strerror(errno));
    if (!code) {
        store->device = made.st_dev;
        store->inode = made.st_ino;
        code = yn_db_open(&store->writer, store->path, true);
    }
    if (!code)
        code = yn_db_migrate(&store->writer, yn_store_layouts, yn_store_layout_count);
    return code;
}

int yn_store_open(yn_store **out, const char *path, yn_buf *message)
{
    yn_store *store = calloc(1, sizeof *store);
    char *copy = strdup(path);
    if (!store || !copy) {
        free(store);
        free(copy);
        return YONDER_NO_MEMORY;
    }
    store->path = copy;
    (void)pthread_mutex_init(&store->writing, NULL);
    (void)pthread_mutex_init(&store->choosing, NULL);
    int code = open_all(store);
    if (code) {
        yn_store_close(store);
        yn_buf_printf(message, "%s: %s", path, yn_store_problem(NULL));
        return code;
    }
    *out = store;
    return YONDER_OK;
}

void yn_store_close(yn_store *store)
{
    if (!store)
        return;
    for (yn_db *db; (db = store->readers);) {
        store->readers = db->next;
        yn_db_close(db);
        free(db);
    }
    yn_db_close(&store->writer);
    (void)pthread_mutex_destroy(&store->writing);
    (void)pthread_mutex_destroy(&store->choosing);
    free(store->path);
    free(store);
}

/* ---- connections -------------------------------------------------------------------------------
 */

yn_db *yn_store_enter(yn_store *store)
{
    (void)pthread_mutex_lock(&store->choosing);
    yn_db *db = store->readers;
    if (db) {
        store->readers = db->next;
        store->reader_count--;
    }
    (void)pthread_mutex_unlock(&store->choosing);
    if (db)
        return db;
    db = malloc(sizeof *db);
    if (!db) {
        (void)yn_db_no_memory();
        return NULL;
    }
    if (check_file(store) || yn_db_open(db, store->path, false)) {
        free(db);
        return NULL;
    }
    return db;
}

void yn_store_leave(yn_store *store, yn_db *db)
{
    if (!db)
        return;
    (void)pthread_mutex_lock(&store->choosing);
    bool keep = store->reader_count < readers_kept;
    if (keep) {
        db->next = store->readers;
        store->readers = db;
        store->reader_count++;
    }
    (void)pthread_mutex_unlock(&store->choosing);
    if (keep)
        return;
    yn_db_close(db);
    free(db);
}

int yn_store_begin(yn_store *store, yn_db **db)
{
    (void)pthread_mutex_lock(&store->writing);
    int code = check_file(store);
    if (!code)
        code = yn_db_run(&store->writer, "BEGIN IMMEDIATE");
    if (code)
        (void)pthread_mutex_unlock(&store->writing);
    else
        *db = &store->writer;
    return code;
}

int yn_store_end(yn_store *store, int code)
{
    yn_db *db = &store->writer;
    if (!code)
        code = yn_db_run(db, "COMMIT");
    // What failed badly may have undone itself already.
    if (code && !sqlite3_get_autocommit(db->handle))
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    (void)pthread_mutex_unlock(&store->writing);
    return code;
}
