// SPDX-License-Identifier: MIT
#include "directory/documents.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "lists/preload_delta.h"
#include "lists/preload_version.h"
#include "lists/preload_write.h"

enum {
    fixed_documents = 5, // all but the deltas
    name_max = sizeof YN_DOCUMENT_DELTA + 20,
};

// A version on its way.
typedef struct making {
    const yn_documents_input *input;
    yn_arena *arena;
    yn_buf *message;
    yn_store_document *documents;
    size_t count;
    yn_preload_version statement;
} making;

static int refuse(making *m, const char *what)
{
    yn_buf_str(m->message, what);
    return YONDER_INVALID_ARGUMENT;
}

static int fail(making *m, int error)
{
    yn_buf_str(m->message, yonder_strerror(error));
    return error;
}

// Keeps a document, which the statement is going to name.
static int add(making *m, yonder_text name, yonder_text bytes)
{
    yn_store_document *d = &m->documents[m->count++];
    yn_version_document *named = &m->statement.documents[m->statement.document_count++];
    if (bytes.len > YN_VERSION_DOCUMENT_MAX)
        return fail(m, YONDER_TOO_LARGE);
    *d = (yn_store_document){name, yn_arena_text(m->arena, bytes)};
    if (!d->bytes.ptr)
        return fail(m, YONDER_NO_MEMORY);
    named->name = name;
    named->size = (int64_t)bytes.len;
    return yn_seal_digest(d->bytes, named->digest) ? YONDER_OK : fail(m, YONDER_NO_MEMORY);
}

// ---- what comes in ------------------------------------------------------------------------------

static int check(making *m)
{
    const yn_documents_input *in = m->input;
    if (in->version < 1)
        return refuse(m, "versions count from 1");
    if (in->published < 0 || in->published > YN_DATE_MAX - YN_DOCUMENTS_LIFE)
        return refuse(m, "the moment of publication is out of bounds");
    if (in->members.count > YN_VERSION_NAMES_MAX ||
        in->before_count > YN_VERSION_DOCUMENTS - fixed_documents)
        return refuse(m, "too many members, or earlier versions");
    for (size_t i = 0; i < in->before_count; i++) {
        if (in->before[i].version < 1 || in->before[i].version >= in->version)
            return refuse(m, "a delta starts from an earlier version");
        for (size_t j = 0; j < i; j++)
            if (in->before[i].version == in->before[j].version)
                return refuse(m, "an earlier version is given twice");
    }
    return yn_preload_items_are_good(in->members)
               ? YONDER_OK
               : refuse(m, "a member has no name or policy that is one, or stands out of order");
}

// ---- the list -----------------------------------------------------------------------------------

typedef void write_fn(yn_preload_items, const yn_preload_heading *, yn_buf *);

static int add_text(making *m, yonder_text name, write_fn *write)
{
    const yn_preload_heading heading = {m->input->version, m->input->published,
                                        m->statement.expires};
    yn_buf text = yn_buf_make(YN_VERSION_DOCUMENT_MAX, NULL);
    write(m->input->members, &heading, &text);
    int error = text.error ? fail(m, text.error) : add(m, name, yn_buf_text(&text));
    yn_buf_free(&text);
    return error;
}

static int add_image(making *m)
{
    yonder_text image;
    int error = yn_preload_items_image(m->input->members, &image);
    if (error)
        return fail(m, error);
    error = add(m, YN_TEXT(YN_DOCUMENT_IMAGE), image);
    yn_free(NULL, (void *)image.ptr);
    return error;
}

// ---- deltas -------------------------------------------------------------------------------------

static int write_delta(making *m, const yn_documents_before *before, yn_preload_items entries)
{
    yn_buf text = yn_buf_make(YN_VERSION_DOCUMENT_MAX, NULL), name = yn_buf_make(name_max, NULL);
    yn_buf_printf(&name, YN_DOCUMENT_DELTA "%lld", (long long)before->version);
    int error = yn_preload_delta_write(before->version, entries, m->input->version,
                                       m->input->members, &text);
    const yonder_text kept =
        name.error ? (yonder_text){NULL, 0} : yn_arena_text(m->arena, yn_buf_text(&name));
    if (!error && !kept.ptr)
        error = YONDER_NO_MEMORY;
    error = error ? fail(m, error) : add(m, kept, yn_buf_text(&text));
    yn_buf_free(&text);
    yn_buf_free(&name);
    return error;
}

static int add_delta_from(making *m, const yn_documents_before *before)
{
    yn_preload_list list;
    yn_preload_items entries;
    yn_list_problem problem = {0};
    yn_arena scratch = yn_arena_make(NULL);
    int error = yn_preload_list_read(&list, before->list, &problem);
    const bool read = !error;
    if (!error)
        error = yn_preload_items_of(&list, &scratch, &entries, &problem);
    if (error)
        yn_buf_printf(m->message, "the list of version %lld: %s", (long long)before->version,
                      problem.message);
    else
        error = write_delta(m, before, entries);
    if (read)
        yn_preload_list_free(&list);
    yn_arena_free(&scratch);
    return error;
}

static int add_delta(making *m, const yn_documents_before *before)
{
    if (before->list.ptr)
        return add_delta_from(m, before);
    yn_buf list = yn_buf_make(YN_VERSION_DOCUMENT_MAX, NULL);
    int error = m->input->read(m->input->read_context, before->version, &list);
    if (error)
        (void)fail(m, error);
    else if (list.len)
        error = add_delta_from(m, &(yn_documents_before){before->version, yn_buf_text(&list)});
    yn_buf_free(&list);
    return error;
}

// ---- the statement ------------------------------------------------------------------------------

static int name_previous(making *m)
{
    const yonder_text text = m->input->previous;
    yn_preload_version previous;
    yn_list_problem problem;
    yn_arena scratch = yn_arena_make(NULL);
    if (text.len == 0)
        return YONDER_OK;
    int error = yn_preload_version_read(&previous, text, &scratch, &problem);
    yn_arena_free(&scratch);
    if (error) {
        yn_buf_printf(m->message, "the statement of the version before: %s", problem.message);
        return error;
    }
    if (previous.version >= m->input->version)
        return refuse(m, "the previous statement is not that of a version before");
    m->statement.previous = previous.version;
    return yn_seal_digest(text, m->statement.previous_digest) ? YONDER_OK : YONDER_NO_MEMORY;
}

// The statement does not name itself, nor its signature.
static int add_statement(making *m)
{
    yn_buf text = yn_buf_make(YN_VERSION_MAX, NULL), line = yn_buf_make(1024, NULL);
    uint8_t signature[YN_SEAL_SIGNATURE];
    yn_store_document *d = &m->documents[m->count];
    yn_preload_version_write(&m->statement, &text);
    int error = text.error;
    if (!error && !yn_seal_sign(m->input->key, yn_buf_text(&text), signature))
        error = YONDER_NO_MEMORY;
    if (!error) {
        yn_seal_signature_write(signature, &line);
        yn_buf_char(&line, '\n');
        d[0] = (yn_store_document){YN_TEXT(YN_DOCUMENT_STATEMENT),
                                   yn_arena_text(m->arena, yn_buf_text(&text))};
        d[1] = (yn_store_document){YN_TEXT(YN_DOCUMENT_SIGNATURE),
                                   yn_arena_text(m->arena, yn_buf_text(&line))};
        m->count += 2;
        error = line.error || !d[0].bytes.ptr || !d[1].bytes.ptr ? YONDER_NO_MEMORY : YONDER_OK;
    }
    yn_buf_free(&text);
    yn_buf_free(&line);
    return error ? fail(m, error) : YONDER_OK;
}

// ---- all of them --------------------------------------------------------------------------------

static int make(making *m)
{
    const yn_documents_input *in = m->input;
    int error = check(m);
    if (!error)
        error = name_previous(m);
    if (!error)
        error = add_text(m, YN_TEXT(YN_DOCUMENT_LIST), yn_preload_write_chromium);
    if (!error)
        error = add_text(m, YN_TEXT(YN_DOCUMENT_FIREFOX), yn_preload_write_firefox);
    if (!error)
        error = add_image(m);
    for (size_t i = 0; i < in->before_count && !error; i++)
        error = add_delta(m, &in->before[i]);
    return error ? error : add_statement(m);
}

int yn_documents_make(const yn_documents_input *input, yn_arena *arena, yn_store_document **out,
                      size_t *count, yn_buf *message)
{
    const size_t most = fixed_documents + input->before_count;
    making m = {
        .input = input,
        .arena = arena,
        .message = message,
        .documents = yn_arena_alloc(arena, most * sizeof *m.documents),
        .statement = {.version = input->version,
                      .published = input->published,
                      .expires = input->published + YN_DOCUMENTS_LIFE,
                      .names = (int64_t)input->members.count,
                      .documents = yn_arena_alloc(arena, most * sizeof *m.statement.documents)},
    };
    if (!m.documents || !m.statement.documents)
        return fail(&m, YONDER_NO_MEMORY);
    int error = make(&m);
    if (!error) {
        *out = m.documents;
        *count = m.count;
    }
    return error;
}
