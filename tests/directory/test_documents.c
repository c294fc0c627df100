// SPDX-License-Identifier: MIT
#include "test.h"

#include "lists/items.h"

#include "base/mem.h"
#include "directory/documents.h"
#include "lists/preload_delta.h"
#include "lists/preload_version.h"

enum {
    published = 1795690800,
};

static yonder_text find(const yn_store_document *documents, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (yn_equal(documents[i].name, yonder_text_of(name)))
            return documents[i].bytes;
    print_error("there is no document %s\n", name);
    _fail(__FILE__, __LINE__);
    return YN_TEXT("");
}

// All documents of a version; fails where there are none.
static size_t make(const yn_documents_input *in, yn_arena *arena, yn_store_document **out)
{
    yn_buf message = yn_buf_make(4096, NULL);
    size_t count = 0;
    int error = yn_documents_make(in, arena, out, &count, &message);
    yn_buf_char(&message, '\0');
    assert_row(message.ptr, error == YONDER_OK);
    yn_buf_free(&message);
    return count;
}

static void check_statement(const yn_store_document *d, size_t count, const yn_seal_key *key,
                            yn_arena *arena)
{
    uint8_t public_key[YN_SEAL_PUBLIC], signature[YN_SEAL_SIGNATURE];
    yn_preload_version v;
    yn_list_problem problem;
    yn_seal_public(key, public_key);
    assert_text("last but one", d[count - 2].name, "version.json");
    assert_text("last", d[count - 1].name, "version.sig");
    assert_true(yn_seal_signature_read(d[count - 1].bytes, signature));
    assert_true(yn_seal_verify(public_key, d[count - 2].bytes, signature));
    assert_row(problem.message,
               yn_preload_version_read(&v, d[count - 2].bytes, arena, &problem) == YONDER_OK);
    assert_int_equal(v.document_count, count - 2);
    for (size_t i = 0; i < v.document_count; i++) {
        assert_true(yn_equal(v.documents[i].name, d[i].name));
        assert_true(yn_version_document_is(&v.documents[i], d[i].bytes));
    }
    assert_true(v.published == published && v.expires == published + YN_DOCUMENTS_LIFE);
}

static void a_version_is_made_from_those_before(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_store_document *first, *second, *again;
    yn_documents_before before;
    yn_preload_delta delta;
    yn_preload_items got;
    yn_list_problem problem;
    yonder_text image;
    yn_seal_key *key = yn_seal_key_new();
    yn_documents_input in = {.version = 1,
                             .published = published,
                             .members =
                                 items_of("a.example custom 0 b.example bulk-1-year 1", &arena),
                             .key = key};
    const yn_preload_items old = in.members;
    size_t count = make(&in, &arena, &first);
    assert_int_equal(count, 5);
    check_statement(first, count, key, &arena);

    before = (yn_documents_before){1, find(first, count, YN_DOCUMENT_LIST)};
    in.version = 2;
    in.members = items_of("b.example bulk-1-year 1 c.example own 1", &arena);
    in.before = &before;
    in.before_count = 1;
    in.previous = find(first, count, YN_DOCUMENT_STATEMENT);
    count = make(&in, &arena, &second);
    assert_int_equal(count, 6);
    check_statement(second, count, key, &arena);
    assert_int_equal(
        yn_preload_delta_read(&delta, find(second, count, "delta-1"), &arena, &problem), YONDER_OK);
    assert_int_equal(yn_preload_delta_apply(&delta, old, &arena, &got, &problem), YONDER_OK);
    assert_true(same_items(got, in.members));
    assert_int_equal(yn_preload_items_image(got, &image), YONDER_OK);
    assert_true(yn_equal(image, find(second, count, YN_DOCUMENT_IMAGE)));
    yn_free(NULL, (void *)image.ptr);

    // The same again is the same, byte for byte.
    assert_int_equal(make(&in, &arena, &again), count);
    for (size_t i = 0; i < count; i++)
        assert_true(yn_equal(second[i].name, again[i].name) &&
                    yn_equal(second[i].bytes, again[i].bytes));
    yn_seal_key_free(key);
    yn_arena_free(&arena);
}

static void what_cannot_be_published_is_not(void **state)
{
    (void)state;
    static const char list[] = "{\"entries\": []}";
    static const struct {
        int64_t version;
        const char *members;
        int64_t before;
        const char *list, *previous, *message; // its beginning
    } rows[] = {
        {0, "", 0, "", "", "versions count from 1"},
        {1, "b.example x 0 a.example x 0", 0, "", "", "a member has no name or policy"},
        {1, "a.example x 0 a.example x 0", 0, "", "", "a member has no name or policy"},
        {1, "a.example x\"y 0", 0, "", "", "a member has no name or policy"},
        {1, "A.example x 0", 0, "", "", "a member has no name or policy"},
        {2, "", 2, list, "", "a delta starts from an earlier"},
        {2, "", -1, list, "", "a delta starts from an earlier"},
        {2, "", 1, "{", "", "the list of version 1: not JSON"},
        {2, "", 1, "{\"entries\": [{\"name\": \"a.example\"}]}", "",
         "the list of version 1: entry"},
        {2, "", 1, list, "{", "the statement of the version before: not JSON"},
    };
    yn_arena arena = yn_arena_make(NULL);
    yn_seal_key *key = yn_seal_key_new();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yn_documents_before before = {rows[i].before, yonder_text_of(rows[i].list)};
        const yn_documents_input in = {.version = rows[i].version,
                                       .published = published,
                                       .members = items_of(rows[i].members, &arena),
                                       .before = &before,
                                       .before_count = rows[i].before != 0,
                                       .previous = yonder_text_of(rows[i].previous),
                                       .key = key};
        yn_store_document *documents = NULL;
        size_t count = 0;
        yn_buf message = yn_buf_make(4096, NULL);
        assert_row(rows[i].message, yn_documents_make(&in, &arena, &documents, &count, &message) ==
                                        YONDER_INVALID_ARGUMENT);
        assert_row(rows[i].message, !documents && count == 0);
        if (!yn_starts_with(yn_buf_text(&message), yonder_text_of(rows[i].message)))
            assert_text("message", yn_buf_text(&message), rows[i].message);
        yn_buf_free(&message);
    }
    yn_seal_key_free(key);
    yn_arena_free(&arena);
}

static void only_a_statement_of_a_version_before_is_the_previous(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_seal_key *key = yn_seal_key_new();
    yn_documents_input in = {.version = 3, .published = published, .key = key};
    yn_store_document *documents;
    yn_buf message = yn_buf_make(4096, NULL);
    size_t count = make(&in, &arena, &documents);
    in.previous = find(documents, count, YN_DOCUMENT_STATEMENT);
    in.version = 4;
    (void)make(&in, &arena, &documents);
    in.version = 900; // numbers may be left out
    (void)make(&in, &arena, &documents);
    in.version = 3;
    assert_int_equal(yn_documents_make(&in, &arena, &documents, &count, &message),
                     YONDER_INVALID_ARGUMENT);
    yn_buf_free(&message);
    yn_seal_key_free(key);
    yn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_is_made_from_those_before),
        cmocka_unit_test(what_cannot_be_published_is_not),
        cmocka_unit_test(only_a_statement_of_a_version_before_is_the_previous),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
