// SPDX-License-Identifier: MIT
#include "cli/hsts_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "core/hsts_store.h"
#include "report/style.h"

enum {
    file_max = 1 << 30,
    shown_max = 200,    // bytes of a line
    lock_patience = 10, // seconds
    lock_pause = 20,    // milliseconds
};

typedef int read_fn(yonder_hsts *store, yonder_text text, yonder_hsts_bad_line *bad, void *context);

static int complain(const char *path, int error)
{
    fprintf(stderr, "yonder: %s: %s\n", path, yonder_strerror(error));
    return error == YONDER_TOO_LARGE ? YN_EXIT_USAGE : YN_EXIT_FAILED;
}

// ---- reading ------------------------------------------------------------------------------------

static void tell_of_bad_line(void *context, size_t number, yonder_text line)
{
    const char *path = context;
    yn_buf safe = yn_buf_make(shown_max * sizeof "\\xNN", NULL);
    yn_put_untrusted(&safe, yn_slice(line, 0, line.len < shown_max ? line.len : shown_max));
    fprintf(stderr, "yonder: %s:%zu: not an entry: %.*s\n", path, number,
            YN_PRINT(yn_buf_text(&safe)));
    yn_buf_free(&safe);
}

static int take_file(const char *path, bool must_exist, yn_buf *text)
{
    int error = yn_file_take(path, text);
    if (error == ENOENT && !must_exist)
        return YN_EXIT_OK;
    if (error)
        fprintf(stderr, "yonder: cannot read %s: %s\n", path, strerror(error));
    return error ? YN_EXIT_USAGE : YN_EXIT_OK;
}

static int load(const char *path, bool must_exist, read_fn *read, yonder_hsts_bad_line *bad,
                yonder_hsts *store)
{
    yn_buf text = yn_buf_make(file_max, NULL);
    int code = take_file(path, must_exist, &text);
    int error = code ? YONDER_OK : read(store, yn_buf_text(&text), bad, (void *)path);
    yn_buf_free(&text);
    return error ? complain(path, error) : code;
}

// A store of what is in the file; `bad` may be NULL.
static int read_text(const yn_hsts_file *file, const yonder_client *client, int64_t now,
                     yonder_hsts_bad_line *bad, yonder_hsts **out)
{
    yonder_text text = yn_buf_text(&file->text);
    int error = yonder_hsts_new(out, 0, NULL);
    if (error)
        return error;
    error = client ? yonder_hsts_read_as(*out, client, now, text, bad, (void *)file->path)
                   : yonder_hsts_read(*out, text, bad, (void *)file->path);
    if (error) {
        yonder_hsts_free(*out);
        *out = NULL;
    }
    return error;
}

int yn_hsts_file_read_as(const yn_hsts_file *file, const yonder_client *client, int64_t now,
                         yonder_hsts **out)
{
    return read_text(file, client, now, NULL, out);
}

int yn_hsts_file_open(yn_hsts_file *out, const char *path, bool must_exist,
                      const yonder_client *client, int64_t now)
{
    yn_hsts_file file = {.path = path, .text = yn_buf_make(file_max, NULL)};
    int code = path ? take_file(path, must_exist, &file.text) : YN_EXIT_OK;
    int error = code ? YONDER_OK : read_text(&file, client, now, tell_of_bad_line, &file.store);
    if (!code && !error)
        error = read_text(&file, client, now, NULL, &file.before);
    if (error)
        code = complain(path ? path : "hsts", error);
    if (code)
        yn_hsts_file_close(&file);
    else
        *out = file;
    return code;
}

void yn_hsts_file_close(yn_hsts_file *file)
{
    yonder_hsts_free(file->store);
    yonder_hsts_free(file->before);
    yn_buf_free(&file->text);
    *file = (yn_hsts_file){0};
}

int yn_hsts_file_import_wget(yn_hsts_file *file, const char *path)
{
    return load(path, true, yonder_hsts_read_wget, tell_of_bad_line, file->store);
}

// ---- writing ------------------------------------------------------------------------------------

static bool same(const yonder_hsts_entry *a, const yonder_hsts_entry *b)
{
    return a && b && a->expires == b->expires && a->learnt == b->learnt &&
           a->include_subdomains == b->include_subdomains && a->knocked_out == b->knocked_out;
}

// Whether somebody has heard from the host since the entry was read. curl, which does not say when,
// has it last longer.
static bool is_newer(const yonder_hsts_entry *other, const yonder_hsts_entry *read)
{
    return other->learnt > read->learnt || other->expires > read->expires;
}

// Makes to `now` the changes that led from `before` to `after`. `now` NULL: only tells whether
// there are any, by a positive number. Otherwise an error.
static int apply_changes(const yonder_hsts *before, const yonder_hsts *after, yonder_hsts *now)
{
    const yonder_hsts_entry *e;
    int error = YONDER_OK;
    for (size_t cursor = 0; !error && (e = yonder_hsts_next(after, &cursor));) {
        if (same(e, yonder_hsts_find(before, e->host, e->port)))
            continue;
        if (!now)
            return 1;
        const yonder_hsts_entry *other = yonder_hsts_find(now, e->host, e->port);
        if (!other || other->learnt <= e->learnt) // otherwise somebody has heard of it later
            error = yonder_hsts_put(now, e);
    }
    for (size_t cursor = 0; !error && (e = yonder_hsts_next(before, &cursor));) {
        yn_hsts_name name;
        if (yonder_hsts_find(after, e->host, e->port) || !yn_hsts_name_of(e->host, &name))
            continue;
        if (!now)
            return 1;
        yonder_hsts_entry *other = yn_hsts_lookup(now, &name, e->port);
        if (other && !is_newer(other, e))
            yn_hsts_take_out(now, other);
    }
    return error;
}

// Whether the descriptor is of the file that the path names by now.
static bool is_current(int fd, const char *path)
{
    struct stat mine, named;
    return fstat(fd, &mine) == 0 && stat(path, &named) == 0 && mine.st_dev == named.st_dev &&
           mine.st_ino == named.st_ino;
}

// Opens and locks the file, which is made if it is not there. A lock belongs to the file and not to
// its name: whoever waited while it was replaced begins anew. Returns a descriptor, or -1 with
// errno.
static int lock(const char *path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    for (int tries = 0; tries < lock_patience * 1000 / lock_pause;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return -1;
        if (fcntl(fd, F_OFD_SETLK, &whole) == 0) {
            if (is_current(fd, path))
                return fd;
            tries++;
        } else if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
            int error = errno;
            close(fd);
            errno = error;
            return -1;
        } else {
            nanosleep(&(struct timespec){.tv_nsec = lock_pause * 1000000L}, NULL);
            tries++;
        }
        close(fd);
    }
    errno = ETIMEDOUT;
    return -1;
}

static int write_store(const yonder_hsts *store, const char *path, int mode)
{
    char *text;
    size_t len;
    int error = yonder_hsts_write(store, NULL, &text, &len);
    if (error)
        return complain(path, error);
    bool done = yn_file_replace_as(path, (yonder_text){text, len}, mode);
    yn_free(NULL, text);
    return done ? YN_EXIT_OK : YN_EXIT_FAILED;
}

// The file at `path`, which is locked.
static int merge_into(const yn_hsts_file *file, const char *path, int mode)
{
    yonder_hsts *now;
    int error = yonder_hsts_new(&now, 0, NULL);
    if (error)
        return complain(path, error);
    int code = load(path, true, yonder_hsts_read, NULL, now);
    if (!code && (error = apply_changes(file->before, file->store, now)))
        code = complain(path, error);
    if (!code)
        code = write_store(now, path, mode);
    yonder_hsts_free(now);
    return code;
}

// A device and the like is neither locked nor read again.
static bool is_regular(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

int yn_hsts_file_save(const yn_hsts_file *file)
{
    if (!file->path || !apply_changes(file->before, file->store, NULL))
        return YN_EXIT_OK;
    if (!is_regular(file->path))
        return write_store(file->store, file->path, -1);
    int fd = lock(file->path);
    char *path = fd < 0 ? NULL : realpath(file->path, NULL); // a link stays one
    struct stat status;
    if (fd < 0 || !path || fstat(fd, &status) != 0) {
        fprintf(stderr, "yonder: cannot write %s: %s\n", file->path, strerror(errno));
        if (fd >= 0)
            close(fd);
        free(path);
        return YN_EXIT_FAILED;
    }
    int code = merge_into(file, path, (int)(status.st_mode & 07777));
    close(fd);
    free(path);
    return code;
}
