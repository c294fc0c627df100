// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/saved.h"
#include "base/hash.h"
#include "base/text.h"

enum {
    name_max = 200, // bytes of a domain in a file's name; "~" and a hash follow what is cut
};

static bool is_plain(char c)
{
    return yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) || c == '-' || c == '_' ||
           c == '.';
}

void yn_saved_name(const yn_audit *audit, char out[YN_SAVED_MAX_NAME])
{
    yonder_text name = audit->ascii.len ? audit->ascii : audit->domain;
    size_t len = 0;
    for (size_t i = 0; i < name.len && len < name_max; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        // A dot in front would hide the file.
        if (is_plain((char)c) && !(c == '.' && i == 0))
            out[len++] = (char)c;
        else
            len += (size_t)snprintf(out + len, 4, "%%%02X", c);
    }
    if (len >= name_max)
        len = name_max + (size_t)snprintf(out + name_max, 18, "~%016" PRIx64, yn_hash(name, 0));
    (void)snprintf(out + len, YN_SAVED_MAX_NAME - len, ".json");
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static bool write_all(int fd, yonder_text t)
{
    while (t.len) {
        ssize_t n = write(fd, t.ptr, t.len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0)
            t = yn_skip(t, (size_t)n);
    }
    return true;
}

// Not synced: evidence can be collected again, and a hundred thousand syncs take an hour.
static bool put_file(int folder, const char *name, yonder_text bytes)
{
    static atomic_uint number;
    char part[64];
    (void)snprintf(part, sizeof part, ".%ld.%u.part", (long)getpid(),
                   atomic_fetch_add(&number, 1u));
    int fd = openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    bool ok = write_all(fd, bytes);
    ok = close(fd) == 0 && ok;
    ok = ok && renameat(folder, part, folder, name) == 0;
    int error = errno;
    if (!ok)
        (void)unlinkat(folder, part, 0);
    errno = error;
    return ok;
}

bool yn_saved_put(const char *folder, const yn_audit *audit, yn_buf *message)
{
    char name[YN_SAVED_MAX_NAME];
    yn_buf out = yn_buf_make(YN_SAVED_MAX, NULL);
    yn_saved_write(audit, &out);
    yn_buf_char(&out, '\n');
    yn_saved_name(audit, name);
    int fd = -1;
    if (out.error) {
        yn_buf_str(message, yonder_strerror(out.error));
    } else if ((mkdir(folder, 0777) < 0 && errno != EEXIST) ||
               (fd = open(folder, O_DIRECTORY | O_PATH | O_CLOEXEC)) < 0) {
        yn_buf_printf(message, "cannot use the folder '%s': %s", folder, strerror(errno));
    } else if (!put_file(fd, name, yn_buf_text(&out))) {
        yn_buf_printf(message, "cannot write '%s/%s': %s", folder, name, strerror(errno));
        out.error = YONDER_INVALID_ARGUMENT;
    }
    bool ok = fd >= 0 && !out.error;
    if (fd >= 0)
        (void)close(fd);
    yn_buf_free(&out);
    return ok;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

int yn_saved_get(const char *path, yn_arena *arena, yn_audit *out, yn_buf *message)
{
    char part[16384];
    size_t n;
    yn_buf bytes = yn_buf_make(YN_SAVED_MAX, NULL);
    FILE *file = fopen(path, "rbe");
    while (file && (n = fread(part, 1, sizeof part, file)) > 0)
        yn_buf_put(&bytes, (yonder_text){part, n});
    int error = bytes.error;
    if (!file || ferror(file)) {
        yn_buf_printf(message, "cannot read '%s': %s", path, strerror(errno));
        error = YONDER_INVALID_ARGUMENT;
    } else if (error) {
        yn_buf_printf(message, "'%s': %s", path, yonder_strerror(error));
    } else {
        size_t before = message->len;
        yn_buf_printf(message, "'%s': ", path);
        error = yn_saved_read(yn_buf_text(&bytes), arena, out, message);
        if (error != YONDER_INVALID_ARGUMENT)
            message->len = before;
    }
    if (file)
        (void)fclose(file);
    yn_buf_free(&bytes);
    return error == YONDER_TOO_LARGE ? YONDER_INVALID_ARGUMENT : error;
}
