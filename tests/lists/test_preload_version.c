// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdio.h>

#include "base/text.h"
#include "lists/preload_version.h"

enum {
    text_max = 1 << 16,
};

#define DIGEST    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FORMAT    "\"format\": \"yonder list version 1\""
#define VERSION   "\"version\": 3"
#define PUBLISHED "\"published\": \"2026-11-26T11:00:00Z\""
#define EXPIRES   "\"expires\": \"2027-04-01T11:00:00Z\""
#define NAMES     "\"names\": 5"
#define PREVIOUS  "\"previous\": {\"version\": 2, \"sha256\": \"" DIGEST "\"}"
#define DOCUMENT(name, size, digest)                                                               \
    "{\"name\": \"" name "\", \"size\": " size ", \"sha256\": \"" digest "\"}"
#define DOCUMENTS "\"documents\": [" DOCUMENT("list.json", "7", DIGEST) "]"
#define ALL       FORMAT "," VERSION "," PUBLISHED "," EXPIRES "," NAMES "," PREVIOUS ","

static void what_is_written_is_read(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_version_document documents[] = {{YN_TEXT_INIT("list.json"), 7, ""},
                                       {YN_TEXT_INIT("delta-2"), 0, ""}};
    yn_preload_version v = {.version = 3,
                            .published = 1795690800,
                            .expires = 1806577200,
                            .names = 5,
                            .previous = 2,
                            .documents = documents,
                            .document_count = 2},
                       got;
    assert_true(yn_seal_digest(YN_TEXT("abcdefg"), documents[0].digest));
    assert_true(yn_seal_digest(YN_TEXT(""), documents[1].digest));
    assert_true(yn_seal_digest(YN_TEXT("x"), v.previous_digest));
    for (int i = 0; i < 2; i++) {
        yn_buf text = yn_buf_make(text_max, NULL), again = yn_buf_make(text_max, NULL);
        yn_list_problem problem;
        yn_preload_version_write(&v, &text);
        assert_row(text.ptr, yn_preload_version_read(&got, yn_buf_text(&text), &arena, &problem) ==
                                 YONDER_OK);
        yn_buf_char(&text, '\0');
        yn_preload_version_write(&got, &again);
        assert_text("again", yn_buf_text(&again), text.ptr);
        assert_true(got.version == 3 && got.published == v.published && got.expires == v.expires);
        assert_true(got.names == 5 && got.previous == v.previous && got.document_count == 2);
        yn_buf_free(&text);
        yn_buf_free(&again);
        v.previous = 0; // the first version
    }
    const yn_version_document *d = yn_preload_version_find(&got, YN_TEXT("list.json"));
    assert_non_null(d);
    assert_null(yn_preload_version_find(&got, YN_TEXT("list")));
    assert_true(yn_version_document_is(d, YN_TEXT("abcdefg")));
    assert_false(yn_version_document_is(d, YN_TEXT("abcdefG")));
    assert_false(yn_version_document_is(d, YN_TEXT("abcdefgh")));
    assert_true(yn_version_document_is(&got.documents[1], YN_TEXT("")));
    yn_arena_free(&arena);
}

static void what_is_not_a_statement_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *input, *message; // its beginning; NULL: it is one
    } rows[] = {
        {"{" ALL DOCUMENTS "}", NULL},
        {"{" ALL DOCUMENTS ", \"more\": [1.5, null]}", NULL},
        {"{" FORMAT "," VERSION "," PUBLISHED "," EXPIRES "," NAMES ",\"previous\": null,"
         "\"documents\": []}",
         NULL},
        {"", "not JSON"},
        {"[]", "its \"format\" is ''"},
        {"{" ALL DOCUMENTS "} x", "not JSON"},
        {"{" ALL DOCUMENTS, "not JSON"},
        {"{" ALL NAMES "," DOCUMENTS "}", "not JSON: duplicate"},
        {"{\"format\": \"a\\u001bb\"}", "its \"format\" is 'a?b'"},
        {"{\"format\": 1}", "its \"format\" is ''"},
        {"{" FORMAT "}", "its \"version\" is no number"},
        {"{" FORMAT ", \"version\": \"3\"}", "its \"version\" is no number"},
        {"{" FORMAT ", \"version\": 3.0}", "its \"version\" is no number"},
        {"{" FORMAT ", \"version\": 0}", "its \"version\" is no number"},
        {"{" FORMAT ", \"version\": true}", "its \"version\" is no number"},
        {"{" FORMAT ", \"version\": 9223372036854775808}", "not JSON"},
        {"{" FORMAT "," VERSION "," EXPIRES "}", "\"published\" and \"expires\""},
        {"{" FORMAT "," VERSION "," PUBLISHED ",\"expires\": \"2027\"}", "\"published\" and"},
        {"{" FORMAT "," VERSION "," PUBLISHED ",\"expires\": 5}", "\"published\" and"},
        {"{" FORMAT "," VERSION "," EXPIRES ",\"published\": \"1969-12-31T23:59:59Z\"}",
         "\"published\" and"},
        {"{" FORMAT "," VERSION "," PUBLISHED "," EXPIRES ",\"names\": -1}", "its \"names\""},
        {"{" FORMAT "," VERSION "," PUBLISHED "," EXPIRES "," NAMES "}", "its \"previous\""},
        {"{" FORMAT "," VERSION "," PUBLISHED "," EXPIRES "," NAMES
         ",\"previous\": {\"version\": 3, \"sha256\": \"" DIGEST "\"}}",
         "its \"previous\""},
        {"{" FORMAT "," VERSION "," PUBLISHED "," EXPIRES "," NAMES
         ",\"previous\": {\"version\": 2, \"sha256\": \"0\"}}",
         "its \"previous\""},
        {"{" ALL "\"documents\": {}}", "\"documents\" is no array"},
        {"{" ALL "\"documents\": [5]}", "document 1: it has no \"name\""},
        {"{" ALL "\"documents\": [" DOCUMENT("", "7", DIGEST) "]}", "document 1: it has no"},
        {"{" ALL "\"documents\": [" DOCUMENT("../x", "7", DIGEST) "]}", "document 1: it has no"},
        {"{" ALL "\"documents\": [" DOCUMENT(".x", "7", DIGEST) "]}", "document 1: it has no"},
        {"{" ALL "\"documents\": [" DOCUMENT("a b", "7", DIGEST) "]}", "document 1: it has no"},
        {"{" ALL "\"documents\": [" DOCUMENT("x", "-1", DIGEST) "]}", "document 'x': its \"size\""},
        {"{" ALL "\"documents\": [" DOCUMENT("x", "1e3", DIGEST) "]}",
         "document 'x': its \"size\""},
        {"{" ALL "\"documents\": [" DOCUMENT("x", "1073741825", DIGEST) "]}",
         "document 'x': its \"size\""},
        {"{" ALL "\"documents\": [" DOCUMENT("x", "1", "A" DIGEST) "]}",
         "document 'x': its \"sha256\""},
        {"{" ALL "\"documents\": [" DOCUMENT("x", "1", "abc") "]}", "document 'x': its \"sha256\""},
        {"{" ALL "\"documents\": [" DOCUMENT("x", "1", DIGEST) "," DOCUMENT("x", "2", DIGEST) "]}",
         "document 'x' is named twice"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_preload_version v;
        yn_list_problem problem = {0};
        int error = yn_preload_version_read(&v, yonder_text_of(rows[i].input), &arena, &problem);
        assert_row(rows[i].input, error == (rows[i].message ? YONDER_INVALID_ARGUMENT : YONDER_OK));
        if (rows[i].message &&
            !yn_starts_with(yonder_text_of(problem.message), yonder_text_of(rows[i].message)))
            assert_text(rows[i].input, yonder_text_of(problem.message), rows[i].message);
        yn_arena_free(&arena);
    }
}

static void one_that_is_too_long_is_refused(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    char *text = yn_arena_alloc(&arena, YN_VERSION_MAX + 1);
    yn_preload_version v;
    yn_list_problem problem = {0};
    memset(text, ' ', YN_VERSION_MAX + 1);
    memcpy(text, "{" ALL DOCUMENTS "}", sizeof "{" ALL DOCUMENTS "}" - 1);
    assert_int_equal(
        yn_preload_version_read(&v, (yonder_text){text, YN_VERSION_MAX}, &arena, &problem),
        YONDER_OK);
    assert_int_equal(
        yn_preload_version_read(&v, (yonder_text){text, YN_VERSION_MAX + 1}, &arena, &problem),
        YONDER_INVALID_ARGUMENT);
    yn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(what_is_not_a_statement_is_refused),
        cmocka_unit_test(one_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
