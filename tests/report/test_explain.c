// SPDX-License-Identifier: MIT
// The pages of `yonder explain`: complete, narrow enough, and what libyonder decides.
#include "test.h"

#include "base/text.h"
#include "report/explain.h"

static void every_redirect_status_has_a_page_by_its_number(void **state)
{
    (void)state;
    for (int status = 300; status <= 308; status++) {
        char name[8];
        snprintf(name, sizeof name, "%d", status);
        const yn_status_page *page = yn_status_page_find(yonder_text_of(name));
        assert_non_null(page);
        assert_int_equal(page->status, status);
        assert_string_equal(page->name, name);
        assert_string_equal(yn_status_page_phrase(page), yonder_status_phrase(status));
    }
    const char *const none[] = {"", "299", "309", "3011", "30", "404", "301 ", "internal ", "307-"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_null(yn_status_page_find(yonder_text_of(none[i])));
}

static void the_internal_redirect_has_two_names(void **state)
{
    (void)state;
    const yn_status_page *page = yn_status_page_find(YN_TEXT("internal"));
    assert_non_null(page);
    assert_ptr_equal(page, yn_status_page_find(YN_TEXT("307-internal")));
    assert_ptr_equal(page, yn_status_page_find(YN_TEXT("INTERNAL")));
    assert_ptr_equal(page, yn_status_page_find(YN_TEXT("307-Internal")));
    assert_int_equal(page->status, 307);
    assert_int_equal(page->kind, YN_STATUS_INTERNAL);
    assert_ptr_not_equal(page, yn_status_page_find(YN_TEXT("307")));
}

static void is_prose(const char *name, const char *text)
{
    if (!text || strlen(text) < 5)
        fail_msg("%s: a paragraph is missing", name);
    for (; text && *text; text++)
        if (*text < 0x20 || *text > 0x7E || (text[0] == ' ' && text[1] == ' '))
            fail_msg("%s: '%s'", name, text);
}

static void no_page_leaves_anything_unsaid(void **state)
{
    (void)state;
    const yn_status_page *p;
    size_t count = 0;
    for (; (p = yn_status_page_at(count)); count++) {
        const char *const texts[] = {yn_status_page_phrase(p),
                                     yn_status_page_summary(p),
                                     p->meaning,
                                     p->cache,
                                     p->search_engine,
                                     p->use_when,
                                     p->instead,
                                     p->specification};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            is_prose(p->name, texts[i]);
        for (size_t i = 0; i < YN_STATUS_SECTIONS && p->sections[i].title; i++)
            is_prose(p->name, p->sections[i].text);
    }
    assert_int_equal(count, 10);
}

static yn_explanation explained(const char *name)
{
    yn_explanation e;
    const yn_status_page *page = yn_status_page_find(yonder_text_of(name));
    assert_non_null(page);
    assert_int_equal(yn_explain(&e, page, NULL), YONDER_OK);
    return e;
}

static const yn_explained_client *client_of(const yn_explanation *e, const char *name)
{
    for (size_t i = 0; i < e->client_count; i++)
        if (strcmp(yonder_client_name(e->clients[i].client), name) == 0)
            return &e->clients[i];
    fail_msg("there is no %s", name);
    return NULL;
}

static void the_table_has_every_client_and_what_it_does(void **state)
{
    (void)state;
    enum {
        get,
        head,
        post,
        put,
    };
    static const struct {
        const char *page, *client;
        int method;
        const char *next; // NULL: not followed
        bool body;
    } rows[] = {
        {"300", "chrome", get, NULL},      {"300", "firefox", get, NULL},
        {"301", "chrome", post, "GET"},    {"301", "chrome", put, "PUT", true},
        {"301", "requests", put, "PUT"},   {"301", "go", put, "GET"},
        {"302", "requests", put, "GET"},   {"303", "firefox", put, "GET"},
        {"303", "firefox", head, "HEAD"},  {"304", "curl", post, "POST", true},
        {"304", "chrome", get, NULL},      {"307", "firefox", post, "POST", true},
        {"308", "curl", put, "PUT", true}, {"308", "googlebot", post, NULL},
        {"308", "googlebot", get, "GET"},  {"308", "http10", get, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_explanation e = explained(rows[i].page);
        const yn_fate *fate = &client_of(&e, rows[i].client)->fates[rows[i].method];
        assert_null(yonder_client_at(e.client_count));
        assert_int_equal(fate->follows, rows[i].next != NULL);
        assert_int_equal(fate->body, rows[i].body);
        assert_text(rows[i].client, fate->method, rows[i].next ? rows[i].next : "");
    }
}

static void the_cache_is_asked_about_with_and_without_what_sets_an_end(void **state)
{
    (void)state;
    static const struct {
        const char *page, *client;
        bool unasked, told, expires;
        int64_t aged; // seconds; 0: not kept, or without end
    } rows[] = {
        {"301", "chrome", true, true, true, 0},  {"308", "firefox", false, true, true, 604800},
        {"302", "chrome", false, true, true, 0}, {"303", "firefox", false, true, true, 0},
        {"301", "curl", false, false, false, 0}, {"301", "http10", false, false, true, 0},
        {"307", "safari", false, true, true, 0}, {"308", "safari", true, true, true, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_explanation e = explained(rows[i].page);
        const yn_explained_client *c = client_of(&e, rows[i].client);
        assert_int_equal(c->kept.cacheable, rows[i].unasked);
        assert_int_equal(c->kept_if_told, rows[i].told);
        assert_int_equal(c->kept_if_expires, rows[i].expires);
        assert_int_equal(c->aged.seconds, rows[i].aged);
    }
}

static void a_method_named_by_the_user_is_told_apart(void **state)
{
    (void)state;
    yn_explanation e = explained("302");
    enum {
        post = 2,
        put,
    };
    const yn_explained_client *curl = client_of(&e, "curl"), *chrome = client_of(&e, "chrome");
    assert_text("curl", curl->named[post].method, "POST");
    assert_text("curl", curl->named[put].method, "PUT");
    assert_true(curl->fates[put].body);
    assert_false(curl->named[post].body || curl->named[put].body);
    assert_text("chrome", chrome->named[post].method, "GET");
    assert_true(curl->names_methods && !chrome->names_methods);
}

static void the_internal_redirect_is_asked_of_the_hsts_of_each_client(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        yonder_hsts_support support;
        bool learnt, preloaded;
        const char *phrase;
    } rows[] = {
        {"chrome", YONDER_HSTS_ALWAYS, true, true, "Internal Redirect"},
        {"firefox", YONDER_HSTS_ALWAYS, true, true, NULL},
        {"curl", YONDER_HSTS_OPT_IN, true, false, NULL},
        {"wget", YONDER_HSTS_ALWAYS, true, false, NULL},
        {"go", YONDER_HSTS_NEVER, false, false, NULL},
        {"googlebot", YONDER_HSTS_NEVER, false, false, NULL},
    };
    yn_explanation e = explained("internal");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yn_explained_client *c = client_of(&e, rows[i].client);
        assert_int_equal(c->hsts.support, rows[i].support);
        assert_int_equal(c->hsts.learnt, rows[i].learnt);
        assert_int_equal(c->hsts.preloaded, rows[i].preloaded);
        assert_text(rows[i].client, yonder_text_of(c->hsts.phrase), rows[i].phrase);
        for (size_t k = 0; k < YN_EXPLAIN_METHOD_COUNT; k++) {
            bool has_body;
            yonder_text method = yn_explain_method(k, &has_body);
            assert_int_equal(c->fates[k].follows, rows[i].learnt);
            assert_int_equal(c->fates[k].body, rows[i].learnt && has_body);
            assert_true(!rows[i].learnt || yn_equal(c->fates[k].method, method));
        }
    }
}

// The page without its line breaks and indents.
static void flatten(const char *page, char *flat, size_t size)
{
    yn_buf out = yn_buf_make(1 << 16, NULL);
    yn_explanation e = explained(page);
    size_t n = 0;
    yn_explain_text(&out, &e, &(yn_style){false, 0});
    assert_int_equal(out.error, YONDER_OK);
    for (size_t i = 0; i < out.len && n + 1 < size; i++) {
        bool blank = out.ptr[i] == ' ' || out.ptr[i] == '\n';
        if (!blank || (n && flat[n - 1] != ' '))
            flat[n++] = (char)(blank ? ' ' : out.ptr[i]);
    }
    flat[n] = '\0';
    yn_buf_free(&out);
}

static void a_page_says_who_keeps_it_and_how_curl_is_asked(void **state)
{
    (void)state;
    static const struct {
        const char *page, *words;
    } rows[] = {
        {"301",
         "Kept unasked and without end: chrome, safari. Kept unasked for a tenth of the "
         "time since Last-Modified, if it is there: firefox (7 days at most). Kept only "
         "where Expires says so: http10. Asked for anew whatever it says: curl, curl-follow, wget, "
         "requests, go, googlebot. Search"},
        {"302", "Kept only where max-age or Expires says so: chrome, firefox, safari. Kept only "
                "where Expires says so: http10. Asked for anew"},
        {"304", "as a 200 would have had them. Search"},
        {"301", "With a body: POST, PUT, PATCH; without: the others. As curl, curl-follow: POST is "
                "-d, PUT -T, HEAD -I; PATCH, DELETE and OPTIONS are named with -X. As curl, with "
                "-X POST: POST, without its body; with -X PUT: PUT, without its body. As "
                "curl-follow, with -X PUT: GET, without its body. Cache"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static char flat[1 << 14];
        flatten(rows[i].page, flat, sizeof flat);
        if (!strstr(flat, rows[i].words))
            fail_msg("'%s' is not in %s", rows[i].words, flat);
    }
}

static void limits_are_those_of_the_clients(void **state)
{
    (void)state;
    assert_int_equal(yn_explain_limit(yonder_client_find(YN_TEXT("chrome")), NULL), 19);
    assert_int_equal(yn_explain_limit(yonder_client_find(YN_TEXT("curl")), NULL), 50);
    assert_int_equal(yn_explain_limit(yonder_client_find(YN_TEXT("http10")), NULL), 5);
}

static void fits(const char *name, yonder_text text, size_t width)
{
    for (size_t from = 0; from < text.len;) {
        size_t length = yn_find_char(yn_skip(text, from), '\n');
        if (length > width)
            fail_msg("%s at %zu columns: %.*s", name, width, (int)length, text.ptr + from);
        from += length + 1;
    }
    assert_true(text.len && text.ptr[text.len - 1] == '\n');
}

static void no_line_is_wider_than_the_page(void **state)
{
    (void)state;
    static const struct {
        unsigned terminal, page;
    } widths[] = {{0, 80}, {200, 80}, {80, 80}, {72, 72}};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        const yn_style style = {false, widths[w].terminal};
        const yn_status_page *page;
        for (size_t i = 0; (page = yn_status_page_at(i)); i++) {
            yn_buf out = yn_buf_make(1 << 16, NULL);
            yn_explanation e = explained(page->name);
            yn_explain_text(&out, &e, &style);
            fits(page->name, yn_buf_text(&out), widths[w].page);
            yn_buf_free(&out);
        }
        yn_buf out = yn_buf_make(1 << 16, NULL);
        yn_explain_overview_text(&out, &style, NULL);
        fits("overview", yn_buf_text(&out), widths[w].page);
        yn_buf_free(&out);
    }
}

static void clients_that_do_the_same_share_a_row(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(1 << 16, NULL);
    yn_explanation e = explained("301");
    yn_explain_text(&out, &e, &(yn_style){false, 0});
    yn_buf_char(&out, '\0');
    assert_non_null(
        strstr(out.ptr, "\n  GET  HEAD  GET   PUT+  PATCH+  DELETE  OPTIONS  chrome, "));
    assert_non_null(strstr(out.ptr, "\n  GET  HEAD  GET   GET   GET     GET     GET      go\n"));
    assert_null(strchr(out.ptr, '\033'));
    yn_buf_free(&out);
}

static void text_is_wrapped_between_words_only(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t at, indent, width;
        const char *expected;
    } rows[] = {
        {"", 0, 0, 10, ""},
        {"one two", 0, 0, 10, "one two"},
        {"one two three", 0, 0, 7, "one two\nthree"},
        {"one two three", 4, 2, 9, "one\n  two\n  three"},
        {"averylongword b", 0, 0, 5, "averylongword\nb"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(256, NULL);
        yn_put_wrapped(&out, rows[i].text, rows[i].at, rows[i].indent, rows[i].width);
        assert_text(rows[i].text, yn_buf_text(&out), rows[i].expected);
        yn_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_redirect_status_has_a_page_by_its_number),
        cmocka_unit_test(the_internal_redirect_has_two_names),
        cmocka_unit_test(no_page_leaves_anything_unsaid),
        cmocka_unit_test(the_table_has_every_client_and_what_it_does),
        cmocka_unit_test(the_cache_is_asked_about_with_and_without_what_sets_an_end),
        cmocka_unit_test(a_method_named_by_the_user_is_told_apart),
        cmocka_unit_test(the_internal_redirect_is_asked_of_the_hsts_of_each_client),
        cmocka_unit_test(a_page_says_who_keeps_it_and_how_curl_is_asked),
        cmocka_unit_test(limits_are_those_of_the_clients),
        cmocka_unit_test(no_line_is_wider_than_the_page),
        cmocka_unit_test(clients_that_do_the_same_share_a_row),
        cmocka_unit_test(text_is_wrapped_between_words_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
