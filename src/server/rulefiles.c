// SPDX-License-Identifier: MIT
#include "server/rulefiles.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

enum {
    max_file = INT32_MAX, // bytes
    patience = 1000,      // ms a pipe may be silent
};

void yn_diagnostic_print(FILE *out, const yonder_diagnostic *d)
{
    yonder_text line = d->source_line;
    fprintf(out, "%.*s:%u:%u: %.*s\n", YN_PRINT(d->file), d->line, d->column, YN_PRINT(d->message));
    fputs("    ", out);
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        putc((c < 0x20 && c != '\t') || c == 0x7F ? '?' : c, out);
    }
    fputs("\n    ", out);
    for (size_t i = 0; i + 1 < d->column && i < line.len; i++) {
        unsigned char c = (unsigned char)line.ptr[i];
        if (c < 0x80 || c >= 0xC0) // one column a code point
            putc(c == '\t' ? '\t' : ' ', out);
    }
    fputs("^\n", out);
}

static void report(void *context, const yonder_diagnostic *diagnostic)
{
    (void)context;
    yn_diagnostic_print(stderr, diagnostic);
}

// Where bytes may be late in coming, they are waited for only so long.
static bool wait_for_bytes(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int n = poll(&p, 1, patience);
    if (n == 0)
        errno = ETIMEDOUT;
    return n > 0;
}

static bool read_all(int fd, bool may_hang, yn_buf *out)
{
    while (yn_buf_reserve(out, 4096)) {
        if (may_hang && !wait_for_bytes(fd))
            return false;
        ssize_t n = read(fd, out->ptr + out->len, out->cap - out->len);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        out->len += n > 0 ? (size_t)n : 0;
    }
    errno = out->error == YONDER_TOO_LARGE ? EFBIG : ENOMEM;
    return false;
}

static const char *kind_of_file(mode_t mode)
{
    return S_ISFIFO(mode)   ? "a pipe in which nobody writes"
           : S_ISSOCK(mode) ? "a socket"
           : S_ISCHR(mode)  ? "a device that gives nothing"
                            : "no file that can be read at once";
}

static bool read_file(const char *name, yn_buf *out)
{
    struct stat st = {0};
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool ok = fd >= 0 && fstat(fd, &st) == 0;
    if (ok && st.st_size > 0 && st.st_size < max_file)
        yn_buf_reserve(out, (size_t)st.st_size + 1); // what it says of its size is a hint only
    ok = ok && read_all(fd, !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode), out);
    if (!ok && errno == ETIMEDOUT)
        yn_log(YN_LOG_ERROR, "cannot read %s: it is %s", name, kind_of_file(st.st_mode));
    else if (!ok)
        yn_log(YN_LOG_ERROR, "cannot read %s: %s", name, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

yonder_rules *yn_rulefiles_read(const char *const *names, size_t count)
{
    yonder_rules *rules = NULL;
    yn_buf *texts = calloc(count, sizeof *texts);
    yonder_rules_source *sources = calloc(count, sizeof *sources);
    size_t readable = 0;
    if (!texts || !sources)
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
    for (size_t i = 0; texts && sources && i < count; i++) {
        texts[i] = yn_buf_make(max_file, NULL);
        if (read_file(names[i], &texts[i]))
            sources[readable++] =
                (yonder_rules_source){yonder_text_of(names[i]), yn_buf_text(&texts[i])};
    }
    if (readable) { // the errors in these are shown even where others cannot be read
        int error = yonder_rules_read(&rules, sources, readable, report, NULL, NULL);
        if (error && error != YONDER_INVALID_RULES)
            yn_log(YN_LOG_ERROR, "cannot load the rules: %s", yonder_strerror(error));
    }
    if (readable < count) {
        yonder_rules_free(rules);
        rules = NULL;
    }
    for (size_t i = 0; texts && i < count; i++)
        yn_buf_free(&texts[i]);
    free(texts);
    free(sources);
    return rules;
}
