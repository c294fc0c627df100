// SPDX-License-Identifier: MIT
#include "server/rulefiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

enum {
    max_file = INT32_MAX // bytes
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

static bool read_all(int fd, yn_buf *out)
{
    struct stat st; // what the file says of its size is a hint only
    if (fstat(fd, &st) == 0 && st.st_size > 0 && st.st_size < max_file)
        yn_buf_reserve(out, (size_t)st.st_size + 1);
    while (yn_buf_reserve(out, 4096)) {
        ssize_t n = read(fd, out->ptr + out->len, out->cap - out->len);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
        out->len += n > 0 ? (size_t)n : 0;
    }
    errno = out->error == YONDER_TOO_LARGE ? EFBIG : ENOMEM;
    return false;
}

static bool read_file(const char *name, yn_buf *out)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && read_all(fd, out);
    if (!ok)
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
    bool ok = texts && sources;
    if (!ok)
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
    bool readable = ok;
    for (size_t i = 0; ok && i < count; i++) {
        texts[i] = yn_buf_make(max_file, NULL);
        readable = read_file(names[i], &texts[i]) && readable;
        sources[i] = (yonder_rules_source){yonder_text_of(names[i]), yn_buf_text(&texts[i])};
    }
    if (readable) {
        int error = yonder_rules_read(&rules, sources, count, report, NULL, NULL);
        if (error && error != YONDER_INVALID_RULES)
            yn_log(YN_LOG_ERROR, "cannot load the rules: %s", yonder_strerror(error));
    }
    for (size_t i = 0; texts && i < count; i++)
        yn_buf_free(&texts[i]);
    free(texts);
    free(sources);
    return rules;
}
