// SPDX-License-Identifier: MIT
// Text in pieces: wherever it is cut, it makes the same set, or the same errors.
#include "rules/failing.h"
#include "rules/random_rules.h"
#include "rules/rules_test.h"

#include "base/buf.h"
#include "base/text.h"

/* ---- what was told --------------------------------------------------------------------------- */

static void note(void *context, const yonder_diagnostic *d)
{
    yn_buf_printf(context, "%.*s:%u:%u: %.*s\n%.*s\n", YN_PRINT(d->file), (unsigned)d->line,
                  (unsigned)d->column, YN_PRINT(d->message), YN_PRINT(d->source_line));
}

static int read_whole(const yonder_rules_source *sources, size_t count, yn_buf *told,
                      yonder_rules **out)
{
    return yonder_rules_read(out, sources, count,
                             &(yonder_rules_reading){.report = note, .report_context = told});
}

// Pieces of up to `most` bytes, each in a block of its own that goes at once.
static int read_pieces(const yonder_rules_source *sources, size_t count, unsigned most, chance *c,
                       yn_buf *told, yonder_rules **out)
{
    yonder_rules_reading how = {.report = note, .report_context = told};
    yonder_rules_reader *r = yonder_rules_reader_make(&how);
    assert_non_null(r);
    memset(&how, 0xFF, sizeof how); // it was copied
    for (size_t i = 0; i < count; i++) {
        yonder_text rest = sources[i].text;
        char *name = malloc(sources[i].name.len + 1);
        memcpy(name, sources[i].name.ptr, sources[i].name.len);
        assert_int_equal(yonder_rules_reader_source(r, (yonder_text){name, sources[i].name.len}),
                         0);
        free(name);
        while (rest.len) {
            size_t len = most == 1 ? 1 : below(c, most + 1);
            len = len < rest.len ? len : rest.len;
            char *piece = malloc(len ? len : 1);
            memcpy(piece, rest.ptr, len);
            assert_int_equal(yonder_rules_reader_put(r, (yonder_text){piece, len}), 0);
            free(piece);
            rest = yn_skip(rest, len);
        }
    }
    return yonder_rules_reader_finish(r, out);
}

static void compare(const yonder_rules_source *sources, size_t count, unsigned most, chance *c)
{
    yn_buf told = yn_buf_make(1 << 24, NULL), again = yn_buf_make(1 << 24, NULL);
    yonder_rules *whole = NULL, *pieces = NULL;
    int error = read_whole(sources, count, &told, &whole);
    assert_int_equal(read_pieces(sources, count, most, c, &again, &pieces), error);
    assert_true(yn_equal(yn_buf_text(&told), yn_buf_text(&again)));
    assert_int_equal(error, told.len ? YONDER_INVALID_RULES : YONDER_OK);
    if (!error)
        assert_true(yn_equal(yonder_rules_image(whole), yonder_rules_image(pieces)));
    yonder_rules_free(whole);
    yonder_rules_free(pieces);
    yn_buf_free(&told);
    yn_buf_free(&again);
}

/* ---- texts ----------------------------------------------------------------------------------- */

#define MARK "\xEF\xBB\xBF"

static void each_cut_of_a_text_reads_alike(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        "\r\n",
        "\r",
        "/a /b",
        "/a /b\r",
        "/a /b\r\n/c /d\r\n",
        "/a /b\r\r\n",
        "/a /b\n\n\n/c /d\n# e\n",
        MARK,
        MARK "/a /b\n",
        MARK "\n/a /b",
        MARK MARK "/a /b",
        MARK "[a.test]\n" MARK "/c /d\n",
        "\n" MARK "/a /b",
        "\xEF",
        "\xEF\xBB",
        "\xEF\xBB\n",
        "\xEF\xBB/a /b\n",
        "/a /\xC3\xA9\n/b \xFF\n/c \xC3",
        "/a x=1 /b 999\n/*/x* /:y\n[\n[a b\nhttps\n/z /w",
        "/a /b\x01\n/b /c\n",
    };
    chance c = {5};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        yonder_rules_source sources[] = {{YN_TEXT("one"), yonder_text_of(texts[i])},
                                         {YN_TEXT("two"), yonder_text_of(texts[i])}};
        compare(sources, 2, 1, &c);
        for (unsigned k = 0; k < 40; k++)
            compare(sources, 2, 2 + k / 4, &c);
    }
}

static void a_nul_is_told_and_ends_nothing(void **state)
{
    (void)state;
    chance c = {6};
    yonder_rules_source source = {YN_TEXT("f"), YN_TEXT("/a /b\n/c\0 /d\n\0\n/e /f\n")};
    for (unsigned most = 1; most < 8; most++)
        compare(&source, 1, most, &c);
}

static void random_files_read_alike(void **state)
{
    (void)state;
    static page pages[3];
    yonder_rules_source sources[3];
    chance c = {7};
    for (unsigned i = 0; i < 400; i++) {
        writing w = writing_of(&c, true, true);
        for (size_t f = 0; f < 3; f++) {
            put_file(&w, &pages[f], 20);
            if (i % 2) // some bytes that were not meant
                for (unsigned n = below(&c, 4); n; n--)
                    pages[f].text[below(&c, (unsigned)pages[f].len)] =
                        "\n\r\xEF*:~[/= \t\0"[below(&c, 12)];
            sources[f] = (yonder_rules_source){YN_TEXT("file"), page_text(&pages[f])};
        }
        static const unsigned sizes[] = {1, 2, 3, 7, 30, 200, 5000};
        compare(sources, 3, sizes[i % 7], &c);
    }
}

// Around the longest line, with and without an end of either kind.
static void lines_of_any_length_read_alike(void **state)
{
    (void)state;
    static const char *const ends[] = {"",       "\n",      "\r\n",         "\r",
                                       "\r\r\n", "\n/c /d", "\r\n/c /d 999"};
    enum {
        longest = YONDER_RULES_MAX_LINE
    };
    static const size_t lengths[] = {longest - 2, longest - 1,    longest,
                                     longest + 1, longest + 2,    longest + 3,
                                     longest + 4, longest + 1000, longest + 40000};
    static const unsigned sizes[] = {1, 10, 1000, 16383, 16384, 16385, 20000, 100000};
    static char text[1 << 17];
    chance c = {8};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
            size_t len = lengths[i];
            memset(text, 'x', len);
            memcpy(text, "/a /", 4);
            for (size_t bad = 0; bad < 2; bad++) {
                if (bad)
                    text[len - 1] = '\xC3';
                memcpy(text + len, ends[k], strlen(ends[k]) + 1);
                yonder_rules_source source = {YN_TEXT("f"), yonder_text_of(text)};
                for (size_t n = i % 2; n < sizeof sizes / sizeof *sizes; n += 2)
                    compare(&source, 1, sizes[n], &c);
            }
        }
}

/* ---- the reader ------------------------------------------------------------------------------ */

static void a_reader_that_gives_up_leaves_nothing(void **state)
{
    (void)state;
    failing f = {.until = SIZE_MAX};
    const yonder_mem mem = {fail_after, &f};
    yonder_rules_reader_free(NULL);
    for (int step = 0; step < 4; step++) {
        yonder_rules_reader *r = yonder_rules_reader_make(&(yonder_rules_reading){.mem = &mem});
        if (step > 0)
            assert_int_equal(yonder_rules_reader_source(r, YN_TEXT("f")), 0);
        if (step > 1)
            assert_int_equal(yonder_rules_reader_put(r, YN_TEXT("~a /b\n//x/:y /:y\n/part")), 0);
        if (step > 2)
            assert_int_equal(yonder_rules_reader_source(r, YN_TEXT("g")), 0);
        yonder_rules_reader_free(r);
        assert_int_equal(f.live, 0);
    }
}

static void no_sources_make_an_empty_set(void **state)
{
    (void)state;
    yonder_rules *rules = NULL;
    yonder_rules_reader *r = yonder_rules_reader_make(&(yonder_rules_reading){0});
    assert_int_equal(yonder_rules_reader_finish(r, &rules), YONDER_OK);
    assert_int_equal(yonder_rules_count(rules), 0);
    assert_string_equal(answer_to(rules, "h", "/"), "none");
    yonder_rules_free(rules);
}

static void what_belongs_to_no_source_is_refused(void **state)
{
    (void)state;
    yonder_rules *rules = NULL;
    yonder_rules_reader *r = yonder_rules_reader_make(&(yonder_rules_reading){0});
    assert_int_equal(yonder_rules_reader_put(r, YN_TEXT("/a /b\n")), YONDER_INVALID_ARGUMENT);
    assert_int_equal(yonder_rules_reader_finish(r, &rules), YONDER_INVALID_ARGUMENT);
    assert_null(rules);
}

static int read_in_pieces(void *text, const yonder_mem *mem, yonder_rules **out)
{
    yonder_rules_reader *r = yonder_rules_reader_make(&(yonder_rules_reading){.mem = mem});
    int error = r ? YONDER_OK : YONDER_NO_MEMORY;
    for (int file = 0; !error && file < 2; file++) {
        yonder_text rest = *(yonder_text *)text;
        error = yonder_rules_reader_source(r, file ? YN_TEXT("two") : YN_TEXT("one"));
        for (size_t len; !error && rest.len; rest = yn_skip(rest, len)) {
            len = rest.len < 11 ? rest.len : 11;
            error = yonder_rules_reader_put(r, yn_slice(rest, 0, len));
        }
    }
    if (!error)
        return yonder_rules_reader_finish(r, out);
    yonder_rules_reader_free(r);
    return error;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    yonder_text good =
        YN_TEXT("/a /b language=de\n/a/:b/* //x.test/:b/:splat header:x=a*\n~^/r(.) /$1\n"
                "/p q=1 r=:v /:v\n[a.test *.a.test]\n/x /y\n//b.a.test/*/z /:splat\n"
                "[é.test]\n/t //ü.test/ 308");
    yonder_text bad = YN_TEXT("/a /b\n/*/*/* /:x 999 a=b\n~( /x\n[é é:1]\n~a /$1 method=:\n");
    assert_true(each_allocation_fails_once(read_in_pieces, &good, YONDER_OK) > 30);
    each_allocation_fails_once(read_in_pieces, &bad, YONDER_INVALID_RULES);
    static page p;
    chance c = {9};
    for (unsigned i = 0; i < 12; i++) {
        writing w = writing_of(&c, false, true);
        put_file(&w, &p, 12);
        yonder_text text = page_text(&p);
        each_allocation_fails_once(read_in_pieces, &text, YONDER_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cut_of_a_text_reads_alike),
        cmocka_unit_test(a_nul_is_told_and_ends_nothing),
        cmocka_unit_test(random_files_read_alike),
        cmocka_unit_test(lines_of_any_length_read_alike),
        cmocka_unit_test(a_reader_that_gives_up_leaves_nothing),
        cmocka_unit_test(no_sources_make_an_empty_set),
        cmocka_unit_test(what_belongs_to_no_source_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
