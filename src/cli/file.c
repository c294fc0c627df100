// SPDX-License-Identifier: MIT
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum {
    read_size = 1 << 16
};

// Names the file and the reason, which is errno's; false.
static bool complain(const char *verb, const char *path)
{
    fprintf(stderr, "yonder: cannot %s %s: %s\n", verb, path, strerror(errno));
    return false;
}

// ---- reading ------------------------------------------------------------------------------------

static bool read_all(int fd, yn_buf *out)
{
    for (;;) {
        if (!yn_buf_reserve(out, read_size)) {
            errno = out->error == YONDER_TOO_LARGE ? EFBIG : ENOMEM;
            return false;
        }
        ssize_t n = read(fd, out->ptr + out->len, read_size);
        if (n > 0)
            out->len += (size_t)n;
        else if (n == 0)
            return true;
        else if (errno != EINTR)
            return false;
    }
}

int yn_file_take(const char *path, yn_buf *out)
{
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    int error = fd >= 0 && read_all(fd, out) ? 0 : errno;
    if (fd >= 0 && !standard_input)
        close(fd);
    return error;
}

bool yn_file_read(const char *path, yn_buf *out)
{
    errno = yn_file_take(path, out);
    return !errno || complain("read", strcmp(path, "-") == 0 ? "standard input" : path);
}

bool yn_file_map(const char *path, yonder_text *out)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return complain("read", path);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        close(fd);
        return complain("map", path);
    }
    size_t size = (size_t)status.st_size;
    void *at = size ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0) : NULL;
    close(fd);
    if (at == MAP_FAILED)
        return complain("map", path);
    *out = (yonder_text){at, size};
    return true;
}

void yn_file_unmap(yonder_text mapped)
{
    if (mapped.len)
        munmap((void *)mapped.ptr, mapped.len);
}

// ---- replacing ----------------------------------------------------------------------------------

static bool write_all(int fd, yonder_text content)
{
    while (content.len) {
        ssize_t n = write(fd, content.ptr, content.len);
        if (n >= 0)
            content = yn_skip(content, (size_t)n);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

// A new file beside `path` with those permissions, or, for -1, with what open() would give; its
// name goes to `name`.
static int create_beside(const char *path, int mode, yn_buf *name)
{
    yn_buf_printf(name, "%s.XXXXXX", path);
    yn_buf_char(name, '\0');
    if (name->error) {
        errno = ENOMEM;
        return -1;
    }
    int fd = mkostemp(name->ptr, O_CLOEXEC);
    if (fd >= 0) {
        mode_t mask = umask(0);
        umask(mask);
        fchmod(fd, mode >= 0 ? (mode_t)mode : 0666 & ~mask);
    }
    return fd;
}

// Makes a rename in the folder of `path` last. Some file systems cannot: it is done all the same.
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    yn_buf folder = yn_buf_make(1 << 16, NULL);
    yn_buf_put(&folder, slash ? (yonder_text){path, (size_t)(slash - path) + 1} : YN_TEXT("."));
    yn_buf_char(&folder, '\0');
    int fd = folder.error ? -1 : open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    yn_buf_free(&folder);
}

static bool write_into(const char *path, yonder_text content)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool done = fd >= 0 && write_all(fd, content);
    if (fd >= 0)
        done = close(fd) == 0 && done;
    return done || complain("write", path);
}

bool yn_file_replace(const char *path, yonder_text content)
{
    return yn_file_replace_as(path, content, -1);
}

bool yn_file_replace_as(const char *path, yonder_text content, int mode)
{
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return write_into(path, content);
    yn_buf name = yn_buf_make(1 << 16, NULL);
    int fd = create_beside(path, mode, &name);
    bool done = fd >= 0 && write_all(fd, content) && fsync(fd) == 0;
    if (fd >= 0)
        done = close(fd) == 0 && done;
    done = done && rename(name.ptr, path) == 0;
    if (!done) {
        complain("write", path);
        if (fd >= 0)
            unlink(name.ptr);
    } else {
        sync_folder(path);
    }
    yn_buf_free(&name);
    return done;
}
