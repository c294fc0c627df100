// SPDX-License-Identifier: MIT
// A copy of the database, as it is at one moment, while others go on with it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "directory/store_db.h"

enum {
    path_max = 4096,
};

// One transaction of a reader: neither waits for a writer nor makes one wait.
static int copy(const char *from, const char *to)
{
    yn_db db;
    sqlite3_stmt *statement;
    int code = yn_db_open(&db, from, true);
    if (code)
        return code;
    if (sqlite3_prepare_v2(db.handle, "VACUUM INTO ?1", -1, &statement, NULL) != SQLITE_OK) {
        code = yn_db_fail(&db);
    } else {
        yn_db_bind_text(statement, 1, yonder_text_of(to));
        code = yn_db_do(&db, statement);
        (void)sqlite3_finalize(statement);
    }
    yn_db_close(&db);
    return code;
}

// Whether a check has nothing but `good` to say; NULL: nothing at all.
static int is_sound(yn_db *db, const char *check, const char *good)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, check, -1, &statement, NULL) != SQLITE_OK)
        return yn_db_fail(db);
    int code = yn_db_step(db, statement);
    bool sound =
        good ? code == 1 && yn_equal(yn_db_text(statement, 0), yonder_text_of(good)) : code == 0;
    if (code >= 0 && !sound)
        code = yn_db_say(YN_STORE_FAILED, "the copy is not sound (%s)", check);
    (void)sqlite3_finalize(statement);
    return code < 0 ? code : YONDER_OK;
}

static int check(const char *path)
{
    yn_db db;
    int code = yn_db_open(&db, path, false);
    if (code)
        return code;
    code = is_sound(&db, "PRAGMA integrity_check", "ok");
    if (!code)
        code = is_sound(&db, "PRAGMA foreign_key_check", NULL);
    yn_db_close(&db);
    return code;
}

static int fail(const char *path)
{
    return yn_db_say(YN_STORE_FAILED, "%s: %s", path, strerror(errno));
}

static bool sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        (void)close(fd);
    errno = error;
    return done;
}

// So that it is there after a loss of power.
static bool sync_folder(const char *path)
{
    yonder_text whole = yonder_text_of(path);
    size_t end = whole.len;
    while (end && whole.ptr[end - 1] != '/')
        end--;
    yn_buf folder = yn_buf_make(path_max, NULL);
    yn_buf_put(&folder, end ? yn_slice(whole, 0, end) : YN_TEXT("."));
    yn_buf_char(&folder, '\0');
    bool done = !folder.error && sync_path(folder.ptr, O_RDONLY | O_DIRECTORY);
    yn_buf_free(&folder);
    return done;
}

static int make(const char *from, const char *to, const char *beside)
{
    int code = copy(from, beside);
    if (!code)
        code = check(beside);
    if (!code && !sync_path(beside, O_RDONLY))
        code = fail(beside);
    if (!code && link(beside, to)) // unlike rename() never over what is there
        code = fail(to);
    if (!code && !sync_folder(to))
        code = fail(to);
    return code;
}

int yn_store_backup(yn_store *store, const char *path)
{
    yn_buf beside = yn_buf_make(path_max, NULL);
    int code = YONDER_OK;
    if (access(path, F_OK) == 0)
        return yn_db_say(YN_STORE_FAILED, "%s is there already, and is not written over", path);
    yn_buf_printf(&beside, "%s.XXXXXX", path);
    yn_buf_char(&beside, '\0');
    if (beside.error)
        return yn_db_say(YN_STORE_FAILED, "the path is too long");
    int fd = mkostemp(beside.ptr, O_CLOEXEC); // mode 0600; VACUUM takes an empty file
    if (fd < 0) {
        code = fail(path);
    } else {
        (void)close(fd);
        code = make(store->path, path, beside.ptr);
        (void)unlink(beside.ptr);
    }
    yn_buf_free(&beside);
    return code;
}
