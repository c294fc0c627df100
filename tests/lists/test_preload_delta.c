// SPDX-License-Identifier: MIT
#include "test.h"

#include "lists/items.h"
#include "lists/preload_delta.h"

enum {
    text_max = 1 << 16,
    rounds = 500,
};

#define DIGITS "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD   "yonder list delta 1\nfrom 1 " DIGITS "\nto 2 " DIGITS "\n"

static void a_delta_leads_from_any_list_to_any_other(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int round = 0; round < rounds; round++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_buf text = yn_buf_make(text_max, NULL);
        yn_preload_items a = random_items(&seed, &arena), b = random_items(&seed, &arena), got;
        yn_preload_delta delta;
        yn_list_problem problem;
        assert_int_equal(yn_preload_delta_write(3, a, 9, b, &text), YONDER_OK);
        assert_row(text.ptr, yn_preload_delta_read(&delta, yn_buf_text(&text), &arena, &problem) ==
                                 YONDER_OK);
        assert_true(delta.from.version == 3 && delta.to.version == 9);
        assert_row(problem.message,
                   yn_preload_delta_apply(&delta, a, &arena, &got, &problem) == YONDER_OK);
        assert_true(same_items(b, got));
        // From any other list it leads nowhere.
        if (!same_items(a, b)) {
            got = (yn_preload_items){NULL, 99};
            assert_int_equal(yn_preload_delta_apply(&delta, b, &arena, &got, &problem),
                             YONDER_INVALID_ARGUMENT);
            assert_true(!got.items && got.count == 99);
        }
        yn_buf_free(&text);
        yn_arena_free(&arena);
    }
}

static void it_holds_what_is_different_and_no_more(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_buf text = yn_buf_make(text_max, NULL);
    assert_int_equal(
        yn_preload_delta_write(
            1, items_of("a.example x 1 b.example x 1 c.example x 1 d.example x 1", &arena), 2,
            items_of("b.example x 0 c.example y 1 d.example x 1 e.example x 1", &arena), &text),
        YONDER_OK);
    const char *body = strstr(text.ptr, "\n-");
    assert_non_null(body);
    assert_text("changes", yn_skip(yn_buf_text(&text), (size_t)(body - text.ptr)),
                "\n-a.example\n+b.example x 0\n+c.example y 1\n+e.example x 1\n");
    yn_buf_free(&text);
    yn_arena_free(&arena);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        size_t line;
        const char *message; // its beginning
    } rows[] = {
        {"", 1, "the first line"},
        {"yonder list delta 1", 1, "the first line"},
        {"yonder list delta 2\n", 1, "the first line"},
        {"yonder list delta 1\r\n", 1, "the first line"},
        {"yonder list delta 1\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nto 1 " DIGITS "\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom 0 " DIGITS "\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom 01 " DIGITS "\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom  " DIGITS "\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom 9223372036854775808 " DIGITS "\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom 1 " DIGITS "0\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom 1 " DIGITS " \n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom 1 A" DIGITS "\n", 2, "this is not 'from'"},
        {"yonder list delta 1\nfrom 1 " DIGITS "\nfrom 2 " DIGITS "\n", 3, "this is not 'to'"},
        {HEAD "\n", 4, "this is neither"},
        {HEAD "-\n", 4, "this is neither"},
        {HEAD "-a..b\n", 4, "this is neither"},
        {HEAD "-A.example\n", 4, "this is neither"},
        {HEAD "-a.example \n", 4, "this is neither"},
        {HEAD "-a.example x 1\n", 4, "this is neither"},
        {HEAD " a.example x 1\n", 4, "this is neither"},
        {HEAD "+a.example\n", 4, "this is neither"},
        {HEAD "+a.example x\n", 4, "this is neither"},
        {HEAD "+a.example x 2\n", 4, "this is neither"},
        {HEAD "+a.example x 01\n", 4, "this is neither"},
        {HEAD "+a.example  1\n", 4, "this is neither"},
        {HEAD "+a.example x 1\r\n", 4, "this is neither"},
        {HEAD "+a.example x\033 1\n", 4, "this is neither"},
        {HEAD "+a.example x 1", 4, "the last line has no end"},
        {HEAD "-a.example\n-a.example\n", 5, "'a.example' does not come after"},
        {HEAD "-a.example\n+a.example x 1\n", 5, "'a.example' does not come after"},
        {HEAD "-b.example\n+a.example x 1\n", 5, "'a.example' does not come after"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_preload_delta delta;
        yn_list_problem problem = {0};
        assert_row(rows[i].input,
                   yn_preload_delta_read(&delta, yonder_text_of(rows[i].input), &arena, &problem) ==
                       YONDER_INVALID_ARGUMENT);
        assert_row(rows[i].input, problem.line == rows[i].line);
        assert_row(problem.message, yn_starts_with(yonder_text_of(problem.message),
                                                   yonder_text_of(rows[i].message)));
        yn_arena_free(&arena);
    }
}

// Applies the changes to "a.example x 1 c.example x 1", with the digests that they should have.
static void what_does_not_fit_is_not_applied(void **state)
{
    (void)state;
    static const struct {
        const char *changes, *after, *message; // NULL: it fits
    } rows[] = {
        {"-a.example\n", "c.example x 1", NULL},
        {"+b.example x 1\n", "a.example x 1 b.example x 1 c.example x 1", NULL},
        {"+a.example y 1\n-c.example\n", "a.example y 1", NULL},
        {"-b.example\n", "", "'b.example' is to go and is not there"},
        {"-d.example\n", "", "'d.example' is to go and is not there"},
        {"+c.example x 1\n", "a.example x 1 c.example x 1", "'c.example' is there already"},
        {"-a.example\n", "a.example x 1", "what comes of it is not"},
        {"", "", "what comes of it is not"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_buf text = yn_buf_make(text_max, NULL);
        yn_preload_items before = items_of("a.example x 1 c.example x 1", &arena);
        yn_preload_items after = items_of(rows[i].after, &arena), got = {NULL, 99};
        char from[YN_SEAL_DIGEST], to[YN_SEAL_DIGEST];
        yn_preload_delta delta;
        yn_list_problem problem = {0};
        assert_true(yn_preload_items_digest(before, from) && yn_preload_items_digest(after, to));
        yn_buf_printf(&text, "yonder list delta 1\nfrom 1 %.*s\nto 2 %.*s\n%s", YN_SEAL_DIGEST,
                      from, YN_SEAL_DIGEST, to, rows[i].changes);
        assert_row(rows[i].changes, yn_preload_delta_read(&delta, yn_buf_text(&text), &arena,
                                                          &problem) == YONDER_OK);
        int error = yn_preload_delta_apply(&delta, before, &arena, &got, &problem);
        assert_row(rows[i].changes, (error == YONDER_OK) == !rows[i].message);
        if (rows[i].message) {
            assert_row(problem.message, yn_starts_with(yonder_text_of(problem.message),
                                                       yonder_text_of(rows[i].message)));
            assert_row(rows[i].changes, !got.items && got.count == 99);
        } else {
            assert_row(rows[i].changes, same_items(got, after));
        }
        yn_buf_free(&text);
        yn_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delta_leads_from_any_list_to_any_other),
        cmocka_unit_test(it_holds_what_is_different_and_no_more),
        cmocka_unit_test(what_is_wrong_is_said_with_its_line),
        cmocka_unit_test(what_does_not_fit_is_not_applied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
