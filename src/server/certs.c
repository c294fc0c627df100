// SPDX-License-Identifier: MIT
#include "server/certs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/map.h"
#include "base/text.h"

enum {
    max_file = 1 << 20,
    max_path = 4096,
    longest_name = 256,
};

// The best certificates for a name: one of each kind of key.
typedef struct entry {
    const yn_tls_identity *of_kind[YN_TLS_MOST_IDENTITIES]; // elliptic curves first
} entry;

struct yn_certs {
    yn_tls_identity **list;
    size_t count, room;
    entry *entries;
    size_t entry_count, entry_room;
    yn_map names; // → entry; wildcards are ".example.com"
    yn_arena texts;
    bool failed;
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool read_whole(const char *path, yn_buf *out)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    size_t n;
    while (yn_buf_reserve(out, 4096) &&
           (n = fread(out->ptr + out->len, 1, out->cap - out->len, file)) > 0)
        out->len += n;
    bool good = !ferror(file) && !out->error;
    int error = out->error ? EFBIG : errno;
    fclose(file);
    errno = error;
    return good;
}

static void fail(yn_certs *c, const char *path, const char *why)
{
    yn_log(YN_LOG_ERROR, "cannot use the certificate %s: %s", path, why);
    c->failed = true;
}

static bool grow(void **list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t more = *room ? 2 * *room : 8;
    void *bigger = realloc(*list, more * size);
    if (!bigger)
        return false;
    *list = bigger;
    *room = more;
    return true;
}

// What a certificate's name is found by, in `room` of longest_name bytes. Empty: by nothing.
static yonder_text key_of(yonder_text name, char *room)
{
    name = yn_skip(name, yn_starts_with(name, YN_TEXT("*.")) ? 1 : 0);
    if (name.len > longest_name)
        return (yonder_text){NULL, 0};
    for (size_t i = 0; i < name.len; i++)
        room[i] = yn_lower(name.ptr[i]);
    return (yonder_text){room, name.len};
}

static bool add_name(yn_certs *c, yonder_text name, const yn_tls_identity *identity)
{
    char lower[longest_name];
    bool added;
    yonder_text lowered = key_of(name, lower);
    if (!lowered.len)
        return true;
    if (!grow((void **)&c->entries, c->entry_count, &c->entry_room, sizeof *c->entries))
        return false;
    yonder_text key = yn_arena_text(&c->texts, lowered);
    uint32_t *number =
        key.ptr ? yn_map_add(&c->names, key, (uint32_t)c->entry_count, &added) : NULL;
    if (!number)
        return false;
    if (added)
        c->entries[c->entry_count++] = (entry){{NULL}};
    const yn_tls_identity **place =
        &c->entries[*number].of_kind[yn_tls_identity_is_ec(identity) ? 0 : 1];
    if (!*place || yn_tls_identity_expires(*place) < yn_tls_identity_expires(identity))
        *place = identity;
    return true;
}

static bool add_identity(yn_certs *c, yn_tls_identity *identity)
{
    size_t at = 0;
    yonder_text name;
    if (!grow((void **)&c->list, c->count, &c->room, sizeof(yn_tls_identity *))) {
        yn_tls_identity_free(identity);
        return false;
    }
    c->list[c->count++] = identity;
    while (yn_tls_identity_name(identity, &at, &name))
        if (!add_name(c, name, identity))
            return false;
    return true;
}

// Without the file there is nothing to staple, and a bad one is no reason to serve nothing.
static void add_staple(yn_tls_identity *identity, const char *path)
{
    char name[max_path];
    yn_buf response = yn_buf_make(max_file, NULL);
    if ((size_t)snprintf(name, sizeof name, "%s.ocsp", path) < sizeof name && is_file(name) &&
        (!read_whole(name, &response) || !yn_tls_identity_staple(identity, yn_buf_text(&response))))
        yn_log(YN_LOG_WARNING, "%s is not stapled: it is no OCSP response about the certificate",
               name);
    yn_buf_free(&response);
}

static void read_pair(yn_certs *c, const char *cert, const char *key)
{
    yn_buf chain = yn_buf_make(max_file, NULL), secret = yn_buf_make(max_file, NULL);
    yn_buf message = yn_buf_make(512, NULL);
    if (!read_whole(cert, &chain)) {
        fail(c, cert, strerror(errno));
    } else if (!read_whole(key, &secret)) {
        fail(c, key, strerror(errno));
    } else {
        yn_tls_identity *identity =
            yn_tls_identity_new(yn_buf_text(&chain), yn_buf_text(&secret), &message);
        yn_buf_char(&message, '\0');
        if (identity)
            add_staple(identity, cert);
        if (!identity)
            fail(c, cert, message.ptr);
        else if (!add_identity(c, identity))
            fail(c, cert, yonder_strerror(YONDER_NO_MEMORY));
    }
    if (secret.ptr)
        explicit_bzero(secret.ptr, secret.cap);
    yn_buf_free(&chain);
    yn_buf_free(&secret);
    yn_buf_free(&message);
}

/* ---- folders --------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

typedef void pair_fn(void *context, const char *cert, const char *key);

// "NAME.pem" beside "NAME.key".
static void take_file(const char *folder, const char *name, pair_fn *take, void *context)
{
    static const char *const endings[] = {".pem", ".crt", ".cert"};
    char cert[max_path], key[max_path];
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t len = strlen(name), end = strlen(endings[i]);
        if (len <= end || strcmp(name + len - end, endings[i]) != 0)
            continue;
        snprintf(cert, sizeof cert, "%s/%s", folder, name);
        snprintf(key, sizeof key, "%s/%.*s.key", folder, (int)(len - end), name);
        if (is_file(key))
            take(context, cert, key);
    }
}

static void take_folder(const char *folder, const char *name, pair_fn *take, void *context)
{
    char cert[max_path], key[max_path];
    snprintf(cert, sizeof cert, "%s/%s/fullchain.pem", folder, name);
    snprintf(key, sizeof key, "%s/%s/privkey.pem", folder, name);
    if (is_file(cert) && is_file(key))
        take(context, cert, key);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void walk_folder(const char *folder, pair_fn *take, void *context)
{
    struct dirent **names;
    int count = scandir(folder, &names, NULL, by_name);
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') {
            take_file(folder, names[i]->d_name, take, context);
            take_folder(folder, names[i]->d_name, take, context);
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
}

// Calls `take` for every pair; false if a file has no key given for it.
static bool walk_paths(const yn_cert_paths *paths, pair_fn *take, void *context)
{
    size_t key = 0;
    for (size_t i = 0; i < paths->cert_count; i++) {
        if (is_folder(paths->certs[i]))
            walk_folder(paths->certs[i], take, context);
        else if (key < paths->key_count)
            take(context, paths->certs[i], paths->keys[key++]);
        else
            return false;
    }
    return key == paths->key_count;
}

static void take_pair(void *context, const char *cert, const char *key)
{
    read_pair(context, cert, key);
}

yn_certs *yn_certs_read(const yn_cert_paths *paths)
{
    yn_certs *c = calloc(1, sizeof *c);
    if (!c) {
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
        return NULL;
    }
    c->names = yn_map_make(NULL);
    c->texts = yn_arena_make(NULL);
    if (!walk_paths(paths, take_pair, c)) {
        yn_log(YN_LOG_ERROR, "each --cert that is a file needs a --key, in the same order");
        c->failed = true;
    } else if (!c->count && !c->failed) {
        yn_log(YN_LOG_ERROR, "there is no certificate in %s", paths->certs[0]);
        c->failed = true;
    }
    if (!c->failed)
        return c;
    yn_certs_free(c);
    return NULL;
}

void yn_certs_free(yn_certs *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        yn_tls_identity_free(c->list[i]);
    free(c->list);
    free(c->entries);
    yn_map_free(&c->names);
    yn_arena_free(&c->texts);
    free(c);
}

/* ---- changes --------------------------------------------------------------------------------- */

static void look_at(uint64_t *state, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return;
    *state = *state * 31 + (uint64_t)st.st_ino; // a file put in its place may be as old
    *state = *state * 31 + (uint64_t)st.st_size;
    *state = *state * 31 + (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
}

static void look_at_pair(void *context, const char *cert, const char *key)
{
    char staple[max_path];
    snprintf(staple, sizeof staple, "%s.ocsp", cert);
    look_at(context, cert);
    look_at(context, key);
    look_at(context, staple);
}

int64_t yn_certs_changed(const yn_cert_paths *paths)
{
    uint64_t state = 0;
    for (size_t i = 0; i < paths->cert_count; i++)
        look_at(&state, paths->certs[i]);
    walk_paths(paths, look_at_pair, &state);
    return (int64_t)state;
}

/* ---- asking ---------------------------------------------------------------------------------- */

static const entry *find(const yn_certs *c, yonder_text name)
{
    const uint32_t *number = yn_map_find(&c->names, name);
    return number ? &c->entries[*number] : NULL;
}

static const entry *find_covering(const yn_certs *c, yonder_text name)
{
    const entry *e = find(c, name);
    size_t dot = yn_find_char(name, '.');
    return e || dot == name.len || dot == 0 ? e : find(c, yn_skip(name, dot));
}

// Who names nobody gets the first of all, or the one of the other kind for its first name.
static size_t choose_first(const yn_certs *c, const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES])
{
    size_t at = 0, other = yn_tls_identity_is_ec(c->list[0]) ? 1 : 0;
    yonder_text name;
    char lower[longest_name];
    out[0] = c->list[0];
    if (!yn_tls_identity_name(out[0], &at, &name))
        return 1;
    const entry *e = find(c, key_of(name, lower));
    if (!e || !e->of_kind[other])
        return 1;
    out[1] = e->of_kind[other];
    return 2;
}

size_t yn_certs_choose(const yn_certs *c, yonder_text name,
                       const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES])
{
    char lower[longest_name];
    size_t count = 0;
    if (!name.len)
        return choose_first(c, out);
    if (name.ptr[name.len - 1] == '.')
        name.len--;
    if (name.len > sizeof lower || name.ptr[0] == '.')
        return 0;
    for (size_t i = 0; i < name.len; i++) {
        lower[i] = yn_lower(name.ptr[i]);
        if (!yn_is_alpha((unsigned char)lower[i]) && !yn_is_digit((unsigned char)lower[i]) &&
            !memchr("-._", lower[i], 3))
            return 0; // a wildcard is not for anything
    }
    const entry *e = find_covering(c, (yonder_text){lower, name.len});
    for (size_t i = 0; e && i < YN_TLS_MOST_IDENTITIES; i++)
        if (e->of_kind[i])
            out[count++] = e->of_kind[i];
    return count;
}

bool yn_certs_cover(const yn_certs *c, yonder_text host)
{
    return find_covering(c, host) != NULL;
}

size_t yn_certs_count(const yn_certs *c)
{
    return c->count;
}
