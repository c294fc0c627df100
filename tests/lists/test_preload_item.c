// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/mem.h"
#include "lists/items.h"

static void names_and_policies_are_judged(void **state)
{
    (void)state;
    static const struct {
        const char *name, *policy;
        bool good;
    } rows[] = {
        {"a.example", "custom", true},
        {"example", "x", true},
        {"xn--bcher-kva.example", "bulk-1-year", true},
        {"a_b.example", "A.b_c-9", true},
        {"a.example", "0123456789012345678901234567890", true},
        {"a.example", "01234567890123456789012345678901", false},
        {"a.example", "", false},
        {"a.example", "a b", false},
        {"a.example", "a\"b", false},
        {"a.example", "a\n", false},
        {"", "custom", false},
        {"a..example", "custom", false},
        {".example", "custom", false},
        {"example.", "custom", false},
        {"A.example", "custom", false},
        {"b\xC3\xBC.example", "custom", false},
        {"a b.example", "custom", false},
        {"a\".example", "custom", false},
        {"0123456789012345678901234567890123456789012345678901234567890123.example", "custom",
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yn_preload_item item = {yonder_text_of(rows[i].name), yonder_text_of(rows[i].policy),
                                      true};
        assert_row(rows[i].name, yn_preload_item_is_good(&item) == rows[i].good);
    }
}

static void order_is_that_of_bytes_and_each_is_there_once(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"", true},
        {"a-b.example x 0 a.example x 0 a.example.com x 0 ab.example x 0", true},
        {"a.example x 0 a-b.example x 0", false},
        {"a.example x 0 a.example x 1", false},
        {"a.example x 0 b..example x 0", false},
    };
    yn_arena arena = yn_arena_make(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].text,
                   yn_preload_items_are_good(items_of(rows[i].text, &arena)) == rows[i].good);
    yn_arena_free(&arena);
}

static void a_list_gives_sorted_entries_or_says_why_not(void **state)
{
    (void)state;
#define ENTRY(name, rest) "{\"name\": \"" name "\"" rest "}"
#define HTTPS             ", \"mode\": \"force-https\""
#define POLICY            HTTPS ", \"policy\": \"custom\""
    static const struct {
        const char *entries, *message; // its beginning, or NULL
    } rows[] = {
        {ENTRY("b.example", POLICY) "," ENTRY("A.example", POLICY), NULL},
        {ENTRY("a.example", POLICY) "," ENTRY("A.example", POLICY),
         "entry 'a.example': it is there twice"},
        {ENTRY("a.example", HTTPS), "entry 'a.example': it has no policy"},
        {ENTRY("a.example", ""), "entry 'a.example': a directory's names all ask for HTTPS"},
        {ENTRY("a.b\\u00e9\\u001b", POLICY), "entry 'a.b?\?\?': not the name of a host"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_preload_list list;
        yn_preload_items items;
        yn_list_problem problem = {0};
        char text[1024];
        (void)snprintf(text, sizeof text, "{\"entries\": [%s]}", rows[i].entries);
        assert_row(text, yn_preload_list_read(&list, yonder_text_of(text), &problem) == YONDER_OK);
        int error = yn_preload_items_of(&list, &arena, &items, &problem);
        if (rows[i].message) {
            assert_row(rows[i].message, error == YONDER_INVALID_ARGUMENT);
            assert_row(problem.message, yn_starts_with(yonder_text_of(problem.message),
                                                       yonder_text_of(rows[i].message)));
        } else {
            assert_row(text, error == YONDER_OK && yn_preload_items_are_good(items));
            assert_text(text, items.items[0].name, "a.example");
        }
        yn_preload_list_free(&list);
        yn_arena_free(&arena);
    }
}

static void the_digest_is_of_all_that_counts(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        "a.example x 0",
        "a.example x 1",
        "a.example y 1",
        "b.example x 0",
        "a.example x 0 b.example x 0",
    };
    char digests[sizeof rows / sizeof *rows][YN_SEAL_DIGEST];
    yn_arena arena = yn_arena_make(NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(yn_preload_items_digest(items_of(rows[i], &arena), digests[i]));
        for (size_t j = 0; j < i; j++)
            assert_row(rows[i], memcmp(digests[i], digests[j], YN_SEAL_DIGEST) != 0);
    }
    // printf 'a.example x 0\n' | sha256sum
    assert_text("shell", ((yonder_text){digests[1], YN_SEAL_DIGEST}),
                "2f3dff44e2bab0ff3c2fe6ab7d2d205d2bb3ed5fd8cc496fc5a3f376b0ad0c7a");
    yn_arena_free(&arena);
}

static void the_image_answers_for_the_entries(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yonder_text image;
    yonder_preload *set;
    yonder_preload_match m;
    assert_int_equal(
        yn_preload_items_image(items_of("a.example x 1 b.example x 0", &arena), &image), YONDER_OK);
    assert_int_equal(yonder_preload_open(&set, image.ptr, image.len, NULL), YONDER_OK);
    yonder_preload_query(set, YN_TEXT("www.a.example"), &m);
    assert_true(m.preloaded);
    yonder_preload_query(set, YN_TEXT("www.b.example"), &m);
    assert_false(m.preloaded);
    yonder_preload_close(set);
    yn_free(NULL, (void *)image.ptr);
    yn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_policies_are_judged),
        cmocka_unit_test(order_is_that_of_bytes_and_each_is_there_once),
        cmocka_unit_test(a_list_gives_sorted_entries_or_says_why_not),
        cmocka_unit_test(the_digest_is_of_all_that_counts),
        cmocka_unit_test(the_image_answers_for_the_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
