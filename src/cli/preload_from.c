// SPDX-License-Identifier: MIT
// yonder preload fetch --from DIRECTORY: whose list it is, whether it is newer, and the list
// itself, by a delta where that will do. Nothing is believed but what a statement says that is
// signed by the key, and nothing is written before all of it is known to be so.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "cli/preload_download.h"
#include "cli/preload_install.h"
#include "cli/preload_pin.h"
#include "cli/preload_remote.h"
#include "directory/documents.h"
#include "lists/preload_delta.h"
#include "lists/preload_version.h"

enum {
    answer_max = 1 << 14, // bytes of a signature
    path_max = 128,
};

typedef struct job {
    yn_install install;
    yn_remote remote;
    yn_pin pin;
    yn_preload_version statement;
    yn_arena arena;
} job;

static int no_memory(const job *j)
{
    return yn_install_fail(&j->install, yonder_strerror(YONDER_NO_MEMORY));
}

// "lists/12/list.json"
static void path_of(const job *j, const char *name, char out[path_max])
{
    (void)snprintf(out, path_max, "lists/%" PRId64 "/%s", j->statement.version, name);
}

// ---- the statement ------------------------------------------------------------------------------

static int verify(job *j, yonder_text statement, yonder_text signature, const char *path)
{
    uint8_t bytes[YN_SEAL_SIGNATURE];
    yn_list_problem problem;
    const int64_t asked = j->statement.version;
    if (!yn_seal_signature_read(signature, bytes) || !yn_seal_verify(j->pin.key, statement, bytes))
        return yn_pin_forged(&j->pin, &j->install, &j->remote, path);
    int error = yn_preload_version_read(&j->statement, statement, &j->arena, &problem);
    if (error == YONDER_NO_MEMORY)
        return no_memory(j);
    if (error)
        return yn_remote_unreadable(&j->remote, path, &problem);
    if (j->statement.version != asked)
        return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                                  "refused: it is the statement of version %" PRId64,
                                  j->statement.version);
    if (!yn_preload_version_find(&j->statement, YN_TEXT(YN_DOCUMENT_LIST)) ||
        !yn_preload_version_find(&j->statement, YN_TEXT(YN_DOCUMENT_IMAGE)))
        return yn_remote_complain(&j->remote, YN_EXIT_USAGE, path,
                                  "it names no " YN_DOCUMENT_LIST " or no " YN_DOCUMENT_IMAGE);
    return YN_EXIT_OK;
}

static int get_statement(job *j)
{
    char path[path_max], signed_path[path_max];
    yonder_text statement, signature;
    int code = yn_remote_newest(&j->remote, &j->statement.version);
    if (code)
        return code;
    path_of(j, YN_DOCUMENT_STATEMENT, path);
    path_of(j, YN_DOCUMENT_SIGNATURE, signed_path);
    code = yn_remote_get(&j->remote, path, YN_VERSION_MAX, &statement);
    if (!code)
        code = yn_remote_get(&j->remote, signed_path, answer_max, &signature);
    return code ? code : verify(j, statement, signature, path);
}

// ---- the documents ------------------------------------------------------------------------------

static int get_document(job *j, const char *name, yonder_text *out)
{
    char path[path_max];
    const yn_version_document *d = yn_preload_version_find(&j->statement, yonder_text_of(name));
    path_of(j, name, path);
    if (d->size > YN_DOWNLOAD_MAX)
        return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                                  "refused: it has %" PRId64 " bytes, and %d are the most", d->size,
                                  YN_DOWNLOAD_MAX);
    int code = yn_remote_get(&j->remote, path, (size_t)d->size, out);
    if (!code && !yn_version_document_is(d, *out))
        code = yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                                  "refused: it is not what the signed statement says");
    return code;
}

// Makes the image, which must be the one that was signed: then all the rest is as well.
static int take_items(job *j, yn_preload_items items, const char *name)
{
    char path[path_max];
    path_of(j, name, path);
    if ((int64_t)items.count != j->statement.names)
        return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                                  "refused: it leads to %zu names, and the signed statement says "
                                  "%" PRId64,
                                  items.count, j->statement.names);
    int code = yn_listing_of_items(&j->install.new, j->install.source, items, j->statement.expires);
    if (code)
        return code;
    const yn_version_document *image =
        yn_preload_version_find(&j->statement, YN_TEXT(YN_DOCUMENT_IMAGE));
    if (yn_version_document_is(image, j->install.new.image))
        return YN_EXIT_OK;
    yn_listing_close(&j->install.new);
    return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                              "refused: its image is not the one of the signed statement; is this "
                              "program (%s) older than the directory's?",
                              yonder_version());
}

static int get_whole(job *j)
{
    char path[path_max];
    yonder_text text = YN_TEXT("");
    yn_preload_list list;
    yn_preload_items items;
    yn_list_problem problem;
    path_of(j, YN_DOCUMENT_LIST, path);
    int code = get_document(j, YN_DOCUMENT_LIST, &text);
    if (code)
        return code;
    int error = yn_preload_list_read(&list, text, &problem);
    if (!error) {
        error = yn_preload_items_of(&list, &j->arena, &items, &problem);
        if (!error)
            code = take_items(j, items, YN_DOCUMENT_LIST);
        yn_preload_list_free(&list);
    }
    if (error == YONDER_NO_MEMORY)
        return no_memory(j);
    return error ? yn_remote_unreadable(&j->remote, path, &problem) : code;
}

// ---- deltas -------------------------------------------------------------------------------------

static int by_name(const void *a, const void *b)
{
    const yn_preload_item *x = a, *y = b;
    return yn_preload_item_order(x->name, y->name);
}

// The entries that are here; views of the old listing.
static int old_items(job *j, yn_preload_items *out)
{
    const yn_listing *l = &j->install.old;
    yn_preload_items items = {yn_arena_alloc(&j->arena, (l->count + 1) * sizeof *items.items), 0};
    if (!items.items)
        return no_memory(j);
    for (; items.count < l->count; items.count++) {
        const yn_listed *e = &l->entries[items.count];
        if (!e->force_https)
            return yn_install_fail(&j->install, "the list that is here is no directory's");
        items.items[items.count] = (yn_preload_item){e->name, e->policy, e->include_subdomains};
    }
    qsort(items.items, items.count, sizeof *items.items, by_name);
    *out = items;
    return YN_EXIT_OK;
}

// The name of the delta that leads from what is here to the newest version, if there is one and it
// is worth while.
static bool find_delta(const job *j, char name[path_max])
{
    if (!j->install.has_old || !j->install.old.has_about || j->pin.version == 0)
        return false;
    (void)snprintf(name, path_max, YN_DOCUMENT_DELTA "%" PRId64, j->pin.version);
    const yn_version_document *delta = yn_preload_version_find(&j->statement, yonder_text_of(name));
    return delta &&
           delta->size < yn_preload_version_find(&j->statement, YN_TEXT(YN_DOCUMENT_LIST))->size;
}

static int apply(job *j, yonder_text text, const char *name)
{
    char path[path_max];
    yn_preload_delta delta;
    yn_preload_items before, after;
    yn_list_problem problem;
    path_of(j, name, path);
    if (yn_preload_delta_read(&delta, text, &j->arena, &problem))
        return yn_remote_unreadable(&j->remote, path, &problem);
    if (delta.from.version != j->pin.version || delta.to.version != j->statement.version)
        return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                                  "it leads from version %" PRId64 " to %" PRId64,
                                  delta.from.version, delta.to.version);
    int code = old_items(j, &before);
    if (code)
        return code;
    if (yn_preload_delta_apply(&delta, before, &j->arena, &after, &problem))
        return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path, "it does not fit: %s",
                                  problem.message);
    return take_items(j, after, name);
}

static int get_list(job *j)
{
    char name[path_max];
    yonder_text text = YN_TEXT("");
    if (find_delta(j, name)) {
        int code = get_document(j, name, &text);
        if (!code)
            code = apply(j, text, name);
        if (!code) {
            j->install.by_delta = true;
            return code;
        }
        fprintf(stderr, "yonder preload: %s: the whole list is fetched instead\n",
                j->install.source);
    }
    return get_whole(j);
}

// ---- the verb -----------------------------------------------------------------------------------

static void warn_if_expired(const job *j)
{
    char date[11];
    if (j->statement.expires >= j->install.now)
        return;
    yn_preload_date(j->statement.expires, date);
    fprintf(stderr,
            "yonder preload: %s: warning: version %" PRId64 ", the newest, expired on %s: the "
            "directory publishes no more, or somebody keeps newer versions back\n",
            j->install.source, j->statement.version, date);
}

// Whether it is older than what is here, or the same, or says that it is and is not.
static int compare(const job *j, bool *same)
{
    char path[path_max];
    const yn_install *in = &j->install;
    path_of(j, YN_DOCUMENT_STATEMENT, path);
    *same = false;
    if (j->statement.version < j->pin.version)
        return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                                  "refused: version %" PRId64 " is here already, and it is older",
                                  j->pin.version);
    if (j->statement.version > j->pin.version || !in->has_old || !in->old.has_about)
        return YN_EXIT_OK;
    *same = yn_version_document_is(
        yn_preload_version_find(&j->statement, YN_TEXT(YN_DOCUMENT_IMAGE)), in->old.image);
    if (*same)
        return YN_EXIT_OK;
    return yn_remote_complain(&j->remote, YN_EXIT_NEGATIVE, path,
                              "refused: it is not the version %" PRId64 " that is here: the "
                              "directory has signed two. To begin anew, delete %s and %s.about",
                              j->pin.version, in->path.ptr, in->path.ptr);
}

static int fetch(job *j)
{
    bool same;
    int code = yn_pin_choose(&j->pin, &j->install, &j->remote);
    if (!code)
        code = get_statement(j);
    if (!code)
        code = compare(j, &same);
    if (code)
        return code;
    warn_if_expired(j);
    j->install.version = j->statement.version;
    j->install.key = yonder_text_of(j->pin.text);
    if (!same) {
        code = get_list(j);
        j->install.bytes = j->remote.bytes;
        if (!code) {
            code = yn_install_new(&j->install);
            yn_listing_close(&j->install.new);
        }
    } else {
        j->install.bytes = j->remote.bytes;
        yn_install_unchanged(&j->install);
    }
    if (!code)
        yn_pin_tell(&j->pin, &j->install);
    return code;
}

int yn_preload_from(const yn_preload_options *o)
{
    job j = {
        .install = {.options = o,
                    .browser = YN_PRELOAD_DIRECTORY,
                    .source = o->from,
                    .now = time(NULL)},
        .arena = yn_arena_make(NULL),
    };
    int code = yn_remote_open(&j.remote, o);
    if (code)
        return code;
    code = yn_install_place(&j.install);
    if (!code)
        code = yn_install_open_old(&j.install);
    if (!code)
        code = fetch(&j);
    yn_install_close(&j.install);
    yn_remote_close(&j.remote);
    yn_arena_free(&j.arena);
    return code;
}
