// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/directory_verbs.h"
#include "cli/file.h"
#include "cli/trace_input.h"
#include "directory/signer.h"

enum {
    message_max = 4096,
    key_max = 1 << 20,
    visitor_ms = 20000, // for one domain while somebody waits for the answer
};

static int complain(const char *path, const char *what)
{
    fprintf(stderr, "yonder directory: %s%s%s\n", path, *path ? ": " : "", what);
    return YN_EXIT_FAILED;
}

static int open_store(const char *path, yn_directory_opened *out)
{
    yn_buf message = yn_buf_make(message_max, NULL);
    int error = yn_store_open(&out->store, path, &message);
    yn_buf_char(&message, '\0');
    if (error)
        complain(error == YN_STORE_FAILED ? "" : path, // which the message has
                 error == YN_STORE_FAILED && !message.error ? message.ptr : yonder_strerror(error));
    yn_buf_free(&message);
    return error ? YN_EXIT_FAILED : YN_EXIT_OK;
}

/* ---- the key -----------------------------------------------------------------------------------
 */

// A name beside `path` whose file has `pem`; whoever is killed here leaves no half of a key behind.
static bool write_beside(const char *path, yonder_text pem, yn_buf *name)
{
    yn_buf_printf(name, "%s.XXXXXX", path);
    yn_buf_char(name, '\0');
    int fd = name->error ? -1 : mkostemp(name->ptr, O_CLOEXEC); // mode 0600
    bool done = fd >= 0 && write(fd, pem.ptr, pem.len) == (ssize_t)pem.len && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && !done)
        unlink(name->ptr);
    errno = error;
    return done;
}

// Never over one that is there: where another was faster `*made` is false.
static int make_key(const char *path, yn_directory_opened *out, bool *made)
{
    yn_buf pem = yn_buf_make(key_max, NULL), name = yn_buf_make(message_max, NULL);
    int code = YN_EXIT_OK;
    out->key = yn_seal_key_new();
    *made = true;
    if (!out->key || !yn_seal_key_write(out->key, &pem) || pem.error) {
        code = complain(path, "no key can be made");
    } else if (!write_beside(path, yn_buf_text(&pem), &name)) {
        code = complain(path, strerror(errno));
    } else {
        *made = link(name.ptr, path) == 0;
        if (!*made && errno != EEXIST)
            code = complain(path, strerror(errno));
        unlink(name.ptr);
    }
    if (pem.ptr)
        explicit_bzero(pem.ptr, pem.len);
    if (!*made) {
        yn_seal_key_free(out->key);
        out->key = NULL;
    }
    yn_buf_free(&pem);
    yn_buf_free(&name);
    return code;
}

static int read_key(const char *path, yn_directory_opened *out)
{
    yn_buf pem = yn_buf_make(key_max, NULL);
    int code = YN_EXIT_USAGE;
    if (yn_file_read(path, &pem)) {
        out->key = yn_seal_key_read(yn_buf_text(&pem));
        code = out->key ? YN_EXIT_OK : complain(path, "it is no Ed25519 key in PEM");
        yn_directory_warn_of_readers(path);
    }
    if (pem.ptr)
        explicit_bzero(pem.ptr, pem.len);
    yn_buf_free(&pem);
    return code;
}

static yn_buf key_path(const yn_directory_options *o)
{
    yn_buf path = yn_buf_make(message_max, NULL);
    yn_buf_str(&path, o->signing_key ? o->signing_key : o->db);
    if (!o->signing_key)
        yn_buf_str(&path, ".key");
    yn_buf_char(&path, '\0');
    return path;
}

void yn_directory_warn_of_readers(const char *path)
{
    struct stat file;
    if (stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_mode & (S_IRWXG | S_IRWXO))
        yn_log(YN_LOG_WARNING, "%s is open to others than its owner (mode %04o): chmod 600 it",
               path, (unsigned)file.st_mode & 07777);
}

// What is said of a key that is not that of the newest version. `what` is what is wrong with it.
static void tell_of_signer(const char *path, const char *what, yonder_text signed_by)
{
    fprintf(stderr, "yonder directory: %s: %s", path, what);
    if (signed_by.len)
        fprintf(stderr, " (public key %.*s)", YN_PRINT(signed_by));
}

// Clients hold on to the key that they know. Another is signed with only by who says so.
static int look_at_signer(const yn_directory_options *o, const yn_directory_opened *opened)
{
    yn_signer signer;
    yn_buf path = key_path(o), by = yn_buf_make(message_max, NULL);
    int error = yn_signer_look(opened->store, opened->key, &signer, &by), code = YN_EXIT_OK;
    bool there = opened->key || path.error || access(path.ptr, F_OK) == 0;
    if (error) {
        code = complain(o->db, yn_store_problem(opened->store));
    } else if (signer == YN_SIGNER_OTHER && o->new_key && opened->key) {
        tell_of_signer(path.ptr, "this key is not that of the newest version", yn_buf_text(&by));
        fprintf(stderr, ": all clients have to be told of it\n");
    } else if (signer == YN_SIGNER_OTHER && !o->new_key && (opened->key || !there)) {
        tell_of_signer(path.ptr,
                       there ? "it is not the key that the newest version was signed with"
                             : "it is missing, and the newest version was signed with it",
                       yn_buf_text(&by));
        fprintf(stderr, ": restore it, or name it with --signing-key; with --new-key another is "
                        "signed with, which all clients have to be told of\n");
        code = YN_EXIT_USAGE;
    }
    yn_buf_free(&path);
    yn_buf_free(&by);
    return code;
}

static int open_key(const yn_directory_options *o, yn_directory_opened *out)
{
    yn_buf path = key_path(o);
    int code = YN_EXIT_USAGE;
    bool made = false;
    if (path.error)
        complain("", "the path of the key is too long");
    else if (access(path.ptr, F_OK) != 0)
        code = make_key(path.ptr, out, &made);
    else
        code = YN_EXIT_OK;
    if (!code && !made)
        code = read_key(path.ptr, out);
    yn_buf_free(&path);
    return code;
}

/* ---- sites -------------------------------------------------------------------------------------
 */

static yn_collector *collector(const yn_directory_options *o, bool public_only, long domain_ms)
{
    const yn_collect_options how = {
        .ca_file = o->ca_file,
        .resolve = o->resolve.items,
        .connect_to = o->connect_to.items,
        .resolve_count = o->resolve.count,
        .connect_to_count = o->connect_to.count,
        .public_only = public_only,
        .domain_ms = domain_ms,
    };
    yn_buf message = yn_buf_make(message_max, NULL);
    yn_collector *made = yn_collector_new(&how, &message);
    yn_buf_char(&message, '\0');
    if (!made)
        complain("", message.error ? "out of memory" : message.ptr);
    yn_buf_free(&message);
    return made;
}

static int open_sites(const yn_directory_options *o, yn_directory_opened *out)
{
    int code = yn_trace_check_resolve("directory", &o->resolve);
    if (code)
        return code;
    out->anywhere = collector(o, false, visitor_ms);
    out->outside = out->anywhere ? collector(o, true, visitor_ms) : NULL;
    out->rounds = out->outside ? collector(o, false, YN_COLLECT_DOMAIN_MS) : NULL;
    return out->rounds ? YN_EXIT_OK : YN_EXIT_USAGE;
}

int yn_directory_open(const yn_directory_options *o, unsigned what, yn_directory_opened *out)
{
    *out = (yn_directory_opened){.store = NULL};
    if (!o->db)
        return yn_usage_error("directory", "--db FILE is missing");
    if (what & YN_DIRECTORY_THERE && access(o->db, F_OK) != 0) {
        (void)complain(o->db, strerror(errno));
        return YN_EXIT_USAGE;
    }
    int code = what & YN_DIRECTORY_SITES ? open_sites(o, out) : YN_EXIT_OK;
    if (!code)
        code = open_store(o->db, out);
    if (!code && what & YN_DIRECTORY_KEY)
        code = look_at_signer(o, out); // before a key is made
    if (!code && what & YN_DIRECTORY_KEY)
        code = open_key(o, out);
    if (!code && what & YN_DIRECTORY_KEY)
        code = look_at_signer(o, out);
    if (code)
        yn_directory_close(out);
    out->directory = (yn_directory){.store = out->store,
                                    .anywhere = out->anywhere,
                                    .outside = out->outside,
                                    .rounds = out->rounds,
                                    .key = out->key,
                                    .new_key = o->new_key,
                                    .now = yn_directory_now};
    return code;
}

void yn_directory_close(yn_directory_opened *opened)
{
    yn_collector_free(opened->anywhere);
    yn_collector_free(opened->outside);
    yn_collector_free(opened->rounds);
    yn_seal_key_free(opened->key);
    yn_store_close(opened->store);
    *opened = (yn_directory_opened){.store = NULL};
}
