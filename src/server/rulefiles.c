// SPDX-License-Identifier: MIT
#include "server/rulefiles.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "server/memory.h"

enum {
    piece_size = 64 << 10, // a system call on it is short: see server/pace.h
    patience = 1000,       // ms a pipe may be silent
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

static const char *kind_of_file(mode_t mode)
{
    return S_ISFIFO(mode)   ? "a pipe in which nobody writes"
           : S_ISSOCK(mode) ? "a socket"
           : S_ISCHR(mode)  ? "a device that gives nothing"
                            : "no file that can be read at once";
}

int64_t yn_local_time(void *context, int64_t time)
{
    (void)context;
    struct tm parts;
    time_t seconds = time;
    if (!gmtime_r(&seconds, &parts))
        return time;
    parts.tm_isdst = -1;
    return mktime(&parts);
}

typedef struct open_file {
    const char *name;
    int fd;
    struct stat st;
    bool may_hang;
} open_file;

static bool cannot_read(const open_file *f)
{
    if (errno == ETIMEDOUT)
        yn_log(YN_LOG_ERROR, "cannot read %s: it is %s", f->name, kind_of_file(f->st.st_mode));
    else
        yn_log(YN_LOG_ERROR, "cannot read %s: %s", f->name, strerror(errno));
    return false;
}

static bool open_named(open_file *f, const char *name)
{
    *f = (open_file){.name = name};
    f->fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (f->fd < 0 || fstat(f->fd, &f->st) != 0)
        return cannot_read(f);
    f->may_hang = !S_ISREG(f->st.st_mode) && !S_ISDIR(f->st.st_mode);
    return true;
}

// Hands the file over piece by piece. An error of the reader is its own to tell.
static bool put_file(const open_file *f, yonder_rules_reader *reader, char *piece)
{
    for (;;) {
        if (f->may_hang && !wait_for_bytes(f->fd))
            return cannot_read(f);
        ssize_t n = read(f->fd, piece, piece_size);
        if (n == 0)
            return true;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return cannot_read(f);
        if (n > 0 && yonder_rules_reader_put(reader, (yonder_text){piece, (size_t)n}))
            return true;
    }
}

static bool read_file(const char *name, yonder_rules_reader *reader, char *piece)
{
    open_file f;
    bool good = open_named(&f, name);
    if (good && !yonder_rules_reader_source(reader, yonder_text_of(name)))
        good = put_file(&f, reader, piece);
    if (f.fd >= 0)
        close(f.fd);
    return good;
}

// The errors in those that can be read are shown even where others cannot.
static yonder_rules *read_texts(const char *const *names, size_t count)
{
    yonder_rules_reading how = {
        .report = report, .local_time = yn_local_time, .mem = &yn_server_memory};
    yonder_rules_reader *reader = yonder_rules_reader_make(&how);
    yonder_rules *rules = NULL;
    char *piece = malloc(piece_size);
    bool good = true;
    int error = reader && piece ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; !error && i < count; i++)
        good = read_file(names[i], reader, piece) && good;
    free(piece);
    if (!error)
        error = yonder_rules_reader_finish(reader, &rules);
    else
        yonder_rules_reader_free(reader);
    if (error && error != YONDER_INVALID_RULES)
        yn_log(YN_LOG_ERROR, "cannot load the rules: %s", yonder_strerror(error));
    if (good)
        return rules;
    yonder_rules_free(rules);
    return NULL;
}

/* ---- images ---------------------------------------------------------------------------------- */

static bool is_image(const char *name)
{
    char start[sizeof YONDER_RULES_IMAGE_MAGIC - 1];
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool found = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                 read(fd, start, sizeof start) == (ssize_t)sizeof start &&
                 memcmp(start, YONDER_RULES_IMAGE_MAGIC, sizeof start) == 0;
    if (fd >= 0)
        close(fd);
    return found;
}

static bool map_image(yn_ruleset *set, const char *name)
{
    open_file f;
    bool good = open_named(&f, name);
    if (good) {
        set->map_size = (size_t)f.st.st_size;
        set->map = mmap(NULL, set->map_size, PROT_READ, MAP_PRIVATE, f.fd, 0);
        good = set->map != MAP_FAILED || cannot_read(&f);
        set->map = set->map == MAP_FAILED ? NULL : set->map;
    }
    if (f.fd >= 0)
        close(f.fd);
    if (!good)
        return false;
    int error = yonder_rules_open(&set->rules, (yonder_text){set->map, set->map_size}, NULL);
    if (error)
        yn_log(YN_LOG_ERROR, "cannot load %s: %s", name, yonder_strerror(error));
    return !error;
}

yn_ruleset *yn_ruleset_read(const char *const *names, size_t count)
{
    yn_ruleset *set = calloc(1, sizeof *set);
    size_t images = 0;
    for (size_t i = 0; i < count; i++)
        images += is_image(names[i]);
    bool good = false;
    if (!set)
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
    else if (images && count > 1)
        yn_log(YN_LOG_ERROR, "an image of rules is all the rules there are: it is given alone");
    else if (images)
        good = map_image(set, names[0]);
    else
        good = (set->rules = read_texts(names, count)) != NULL;
    if (good)
        return set;
    yn_ruleset_free(set);
    return NULL;
}

void yn_ruleset_free(yn_ruleset *set)
{
    if (!set)
        return;
    yonder_rules_free(set->rules);
    yn_certs_free(set->certs);
    yn_hits_free(set->hits);
    if (set->map)
        munmap(set->map, set->map_size);
    free(set);
}
