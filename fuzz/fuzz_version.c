// SPDX-License-Identifier: MIT
// The input is the statement of a version. One that is read is written so that it reads the same;
// what its documents are called is good for a path and a terminal.
#include <stdlib.h>

#include "base/text.h"
#include "lists/preload_version.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static void check_documents(const yn_preload_version *v)
{
    CHECK(v->document_count <= YN_VERSION_DOCUMENTS);
    for (size_t i = 0; i < v->document_count; i++) {
        const yn_version_document *d = &v->documents[i];
        CHECK(d->size >= 0 && d->size <= YN_VERSION_DOCUMENT_MAX);
        CHECK(d->name.len > 0 && d->name.len <= YN_VERSION_NAME_MAX && *d->name.ptr != '.');
        for (size_t c = 0; c < d->name.len; c++)
            CHECK(d->name.ptr[c] > ' ' && d->name.ptr[c] < 0x7F && d->name.ptr[c] != '/');
        CHECK(yn_preload_version_find(v, d->name) == d);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const yonder_text text = {(const char *)data, size};
    yn_arena arena = yn_arena_make(NULL);
    yn_preload_version v, again;
    yn_list_problem problem = {0};
    yn_buf first = yn_buf_make(1 << 24, NULL), second = yn_buf_make(1 << 24, NULL);
    if (yn_preload_version_read(&v, text, &arena, &problem) == YONDER_OK) {
        CHECK(v.version > 0 && v.previous >= 0 && v.previous < v.version);
        check_documents(&v);
        yn_preload_version_write(&v, &first);
        // Laid out by us it may be longer than what is taken.
        if (first.len <= YN_VERSION_MAX) {
            CHECK(yn_preload_version_read(&again, yn_buf_text(&first), &arena, &problem) ==
                  YONDER_OK);
            yn_preload_version_write(&again, &second);
            CHECK(yn_equal(yn_buf_text(&first), yn_buf_text(&second)));
        }
    } else {
        CHECK(*problem.message && strlen(problem.message) < sizeof problem.message);
        for (const char *c = problem.message; *c; c++)
            CHECK(*c >= ' ' && *c < 0x7F);
    }
    yn_buf_free(&first);
    yn_buf_free(&second);
    yn_arena_free(&arena);
    return 0;
}
