// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

static void ignore(void *context, const yn_note *note)
{
    (void)context;
    (void)note;
}

static yn_writer start(yn_buf *out)
{
    static const yn_notes notes = {ignore, NULL};
    yn_writer writer;
    *out = yn_buf_make(1 << 20, NULL);
    assert_int_equal(yn_dialect_yonder.write(&writer, out, &notes, NULL), YONDER_OK);
    return writer;
}

static void put(const yn_writer *w, const char *from, const char *to, int status)
{
    yn_draft draft = {
        .from = yonder_text_of(from), .to = yonder_text_of(to), .status = status, .line = 1};
    assert_int_equal(w->sink.rule(w->sink.context, &draft), YONDER_OK);
}

static void columns_are_aligned_but_for_very_wide_words(void **state)
{
    (void)state;
    yn_buf out;
    yn_writer w = start(&out);
    put(&w, "/a", "/b", 301);
    put(&w, "/caf\xC3\xA9", "/tea", 308);
    put(&w, "/a-path-that-is-longer-than-any-column-ought-to-be", "", 410);
    put(&w, "/c", "/d", 303);
    assert_int_equal(w.finish(w.sink.context), YONDER_OK);
    assert_text("columns", yn_buf_text(&out),
                "/a    /b   301\n"
                "/caf\xC3\xA9 /tea permanent\n"
                "/a-path-that-is-longer-than-any-column-ought-to-be -    gone\n"
                "/c    /d   see-other\n");
    yn_buf_free(&out);
}

static void sections_come_last_and_keep_their_order(void **state)
{
    (void)state;
    yn_buf out;
    yn_writer w = start(&out);
    yn_draft_site site = {YN_TEXT("https"), YN_TEXT("permanent"), 1};
    w.sink.source(w.sink.context, YN_TEXT("one"));
    put(&w, "/a", "/1", 301);
    w.sink.section(w.sink.context, YN_TEXT(" a.com *.a.com"), 2);
    put(&w, "/a", "/2", 301);
    w.sink.site(w.sink.context, &site);
    w.sink.section(w.sink.context, YN_TEXT("b.com"), 3);
    w.sink.source(w.sink.context, YN_TEXT("two"));
    put(&w, "/b", "/3", 307);
    w.sink.section(w.sink.context, YN_TEXT("a.com *.a.com"), 2);
    put(&w, "/c", "/4", 404);
    w.sink.section(w.sink.context, YN_TEXT("a.com *.a.com"), 9);
    put(&w, "/d", "/5", 302);
    assert_int_equal(w.finish(w.sink.context), YONDER_OK);
    assert_text("sections", yn_buf_text(&out),
                "/a /1 301\n/b /3 temporary\n"
                "\n[a.com *.a.com]\nhttps       permanent\n/a /2 301\n"
                "\n[a.com *.a.com]\n/c /4 404\n/d /5 302\n");
    yn_buf_free(&out);
}

static void words_stay_words(void **state)
{
    (void)state;
    yn_buf out;
    yn_writer w = start(&out);
    yn_draft_pair pairs[] = {{YN_TEXT("a b"), YN_TEXT("c d")}};
    yn_draft_pair conditions[] = {{YN_TEXT("header:X"), YN_TEXT("y z")},
                                  {YN_TEXT("share"), YN_TEXT("10%")}};
    yn_draft draft = {YN_TEXT("~^/a b$"), pairs, 1, YN_TEXT("/c d"), 301, conditions, 2, 1};
    assert_int_equal(w.sink.rule(w.sink.context, &draft), YONDER_OK);
    assert_int_equal(w.finish(w.sink.context), YONDER_OK);
    assert_text("words", yn_buf_text(&out),
                "~^/a\\x20b$ a%20b=c%20d /c%20d 301 header:X=y%20z share=10%\n");
    yn_buf_free(&out);
}

static void formats_have_names(void **state)
{
    (void)state;
    for (const yn_dialect *const *d = yn_dialects; *d; d++)
        assert_ptr_equal(yn_dialect_find(yonder_text_of((*d)->name)), *d);
    assert_null(yn_dialect_find(YN_TEXT("none")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_but_for_very_wide_words),
        cmocka_unit_test(sections_come_last_and_keep_their_order),
        cmocka_unit_test(words_stay_words),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
