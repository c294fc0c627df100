// SPDX-License-Identifier: MIT
#include "directory/edition.h"

#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "directory/documents.h"
#include "directory/signer.h"

enum {
    tries_max = 4,          // with members that others change meanwhile
    document_max = 1 << 30, // bytes of one that is read back
};

/* ---- whether anything changed ------------------------------------------------------------------
 */

static int read_document(yn_edition_plan *p, int64_t version, const char *name, yn_arena *arena,
                         yonder_text *out)
{
    yn_buf bytes = yn_buf_make(document_max, NULL);
    int error = yn_store_document_read(p->directory->store, version, yonder_text_of(name), &bytes);
    if (!error)
        error = bytes.error;
    if (!error) {
        *out = yn_arena_text(arena, yn_buf_text(&bytes));
        error = out->ptr ? YONDER_OK : YONDER_NO_MEMORY;
    }
    yn_buf_free(&bytes);
    return error;
}

// Versions that are not kept any more are no reason to stop.
static int read_earlier(void *context, int64_t version, yn_buf *out)
{
    yn_edition_plan *p = context;
    int error =
        yn_store_document_read(p->directory->store, version, yonder_text_of(YN_DOCUMENT_LIST), out);
    return error == YN_STORE_MISSING ? YONDER_OK : error ? error : out->error;
}

// Names of the one, in the order of bytes as those of the other, that the other does not have.
static size_t count_new(yn_preload_items now, yn_preload_items before)
{
    size_t fresh = 0, j = 0;
    for (size_t i = 0; i < now.count; i++) {
        yonder_text name = now.items[i].name;
        while (j < before.count && yn_preload_item_order(before.items[j].name, name) < 0)
            j++;
        fresh += j == before.count || !yn_equal(before.items[j].name, name);
    }
    return fresh;
}

static bool are_equal(yn_preload_items a, yn_preload_items b)
{
    bool equal = a.count == b.count;
    for (size_t i = 0; i < a.count && equal; i++)
        equal = yn_equal(a.items[i].name, b.items[i].name) &&
                yn_equal(a.items[i].policy, b.items[i].policy) &&
                a.items[i].include_subdomains == b.items[i].include_subdomains;
    return equal;
}

// A list that cannot be read is another.
static int compare(yn_edition_plan *p, yonder_text text, bool *same)
{
    yn_preload_list list = {0};
    yn_preload_items items;
    yn_list_problem problem;
    yn_arena arena = yn_arena_make(NULL);
    int error = yn_preload_list_read(&list, text, &problem);
    if (error)
        return error == YONDER_NO_MEMORY ? error : YONDER_OK;
    error = yn_preload_items_of(&list, &arena, &items, &problem);
    *same = !error && are_equal(items, p->items);
    size_t fresh = error ? 0 : count_new(p->items, items);
    p->out->imported = fresh > p->out->added ? fresh - p->out->added : 0;
    yn_preload_list_free(&list);
    yn_arena_free(&arena);
    return error == YONDER_NO_MEMORY ? error : YONDER_OK;
}

static int is_same(yn_edition_plan *p, bool *same)
{
    yn_buf text = yn_buf_make(document_max, NULL);
    *same = false;
    if (p->newest.number == 0) { // there is nothing to be different from
        *same = p->items.count == 0;
        p->out->imported = p->items.count - p->out->added;
        return YONDER_OK;
    }
    int error = read_earlier(p, p->newest.number, &text);
    if (!error && text.len)
        error = compare(p, yn_buf_text(&text), same);
    yn_buf_free(&text);
    return error;
}

/* ---- the documents -----------------------------------------------------------------------------
 */

// The versions that deltas are made from.
static int name_before(yn_edition_plan *p, yn_arena *arena, yn_documents_input *input)
{
    int64_t deltas = p->settings.publish_deltas, n = p->newest.number;
    int64_t last = n < deltas ? n : deltas;
    yn_documents_before *all = yn_arena_alloc(arena, (size_t)(last + 1) * sizeof *all);
    if (!all)
        return YONDER_NO_MEMORY;
    for (int64_t i = 0; i < last; i++)
        all[input->before_count++] = (yn_documents_before){.version = n - i};
    input->before = all;
    return n > 0 ? read_document(p, n, YN_DOCUMENT_STATEMENT, arena, &input->previous) : YONDER_OK;
}

static void tell_store(const yn_edition_plan *p, int error, const char *what)
{
    if (error)
        yn_log(YN_LOG_WARNING, "%s: %s", what, yn_store_problem(p->directory->store));
}

// Clients hold on to the key that they know: also one that was changed by another process
// meanwhile.
static int check_signer(const yn_directory *d)
{
    yn_signer signer;
    yn_buf by = yn_buf_make(1024, NULL);
    int error = d->new_key ? YONDER_OK : yn_signer_look(d->store, d->key, &signer, &by);
    if (!error && !d->new_key && signer == YN_SIGNER_OTHER) {
        yn_log(YN_LOG_ERROR, "no version is made: the newest was signed with another key (%.*s)",
               YN_PRINT(yn_buf_text(&by)));
        error = YN_EDITION_OTHER_KEY;
    }
    yn_buf_free(&by);
    return error;
}

static int publish(yn_edition_plan *p, yn_arena *arena)
{
    yn_store_document *documents = NULL;
    size_t count = 0;
    yn_buf message = yn_buf_make(4096, NULL);
    yn_documents_input input = {.version = p->number,
                                .published = p->now,
                                .members = p->items,
                                .previous = YN_TEXT(""),
                                .read = read_earlier,
                                .read_context = p,
                                .key = p->directory->key};
    int error = check_signer(p->directory);
    if (!error)
        error = name_before(p, arena, &input);
    if (!error) {
        error = yn_documents_make(&input, arena, &documents, &count, &message);
        if (error)
            yn_log(YN_LOG_ERROR, "version %lld cannot be made: %.*s", (long long)input.version,
                   YN_PRINT(yn_buf_text(&message)));
    }
    yn_buf_free(&message);
    if (!error)
        error = yn_store_publish(p->directory->store, &p->out->version, documents, count,
                                 p->out->events, p->out->event_count);
    if (!error)
        tell_store(p, yn_signer_note(p->directory), "the public key cannot be noted");
    return error;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

// What happened to domains that were in no version, and are in none.
static int add_events(yn_edition_plan *p)
{
    size_t wrong = 0;
    for (size_t i = 0; i < p->out->event_count; i++)
        if (p->out->events[i].what.kind == YN_LIFE_WITHDRAWN)
            p->out->events[i].version = p->newest.number;
    return p->out->event_count
               ? yn_store_add_many(p->directory->store, p->out->events, p->out->event_count, &wrong)
               : YONDER_OK;
}

static int try_once(yn_edition_plan *p, bool dry, bool even_if_same)
{
    bool same;
    int error = yn_edition_decide(p);
    if (!error && p->stop && atomic_load(p->stop)) { // what was not checked is not decided either
        *p->out = (yn_edition){.stopped = true};
        return YONDER_OK;
    }
    if (!error)
        error = is_same(p, &same);
    if (error)
        return error;
    bool old = p->newest.number > 0 && p->now - p->newest.at >= YN_DOCUMENTS_LIFE / 2;
    bool leap = p->number > p->newest.number + 1;
    if (same && !old && !leap && !even_if_same)
        return dry ? YONDER_OK : add_events(p);
    p->out->version = (yn_store_version){p->number, p->now, p->items.count};
    if (dry)
        return YONDER_OK;
    yn_arena arena = yn_arena_make(NULL); // ten lists of ten megabytes, perhaps
    error = publish(p, &arena);
    yn_arena_free(&arena);
    return error;
}

int yn_edition_make(const yn_directory *directory, bool dry, bool even_if_same,
                    const yn_many_options *options, const atomic_bool *stop, yn_arena *arena,
                    yn_edition *out)
{
    yn_edition edition = {0};
    yn_edition_plan plan = {.directory = directory,
                            .options = options,
                            .stop = stop,
                            .arena = arena,
                            .now = directory->now(),
                            .out = &edition};
    if (!directory->key && !dry)
        return YONDER_INVALID_ARGUMENT;
    int error = yn_directory_settings_read(directory->store, &plan.settings);
    if (!error)
        error = YN_STORE_REFUSED;
    for (int i = 0; i < tries_max && error == YN_STORE_REFUSED; i++)
        error = try_once(&plan, dry, even_if_same);
    if (error)
        return error;
    *out = edition;
    if (edition.stopped)
        return YONDER_OK;
    int64_t kept_from = edition.version.number - plan.settings.publish_keep + 1;
    if (!dry && kept_from > 1)
        tell_store(&plan, yn_store_prune(directory->store, kept_from),
                   "old versions cannot be deleted");
    return YONDER_OK;
}
