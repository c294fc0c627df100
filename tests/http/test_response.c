// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "http/response.h"

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define TYPE "Content-Type: text/html; charset=utf-8\r\n"

static yn_buf room(size_t size)
{
    yn_buf b = yn_buf_make(size, NULL);
    assert_true(yn_buf_reserve(&b, size));
    return b;
}

static yn_h1_response moved(const char *location)
{
    return (yn_h1_response){.status = 301,
                            .phrase = YN_TEXT("Moved Permanently"),
                            .date = YN_TEXT(DATE),
                            .location = yonder_text_of(location)};
}

static void a_redirect_has_a_location_and_a_page_with_the_link(void **state)
{
    (void)state;
    yn_buf b = room(4096);
    yn_h1_response r = moved("https://b.example/?a=1&b='<2>\"");
    assert_int_equal(yn_h1_respond(&b, &r), YONDER_OK);
    assert_text("whole", yn_buf_text(&b),
                "HTTP/1.1 301 Moved Permanently\r\nDate: " DATE "\r\n" TYPE
                "Content-Length: 179\r\n"
                "Location: https://b.example/?a=1&b='<2>\"\r\n\r\n"
                "<!doctype html><html lang=en><title>301 Moved Permanently</title>"
                "<h1>301 Moved Permanently</h1>\n<p>It is "
                "<a href=\"https://b.example/?a=1&amp;b=&#39;&lt;2&gt;&quot;\">here</a>.</p>\n");
    yn_buf_free(&b);
}

static void content_length_is_the_length_of_the_content(void **state)
{
    (void)state;
    static const char *const locations[] = {"", "/", "/a&b", "http://x/\"'<>&"};
    for (size_t i = 0; i < sizeof locations / sizeof *locations; i++) {
        yn_buf b = room(4096), head = room(4096);
        yn_h1_response r = moved(locations[i]);
        r.origin = locations[i][0] ? YN_TEXT("http://a&b") : r.origin;
        assert_int_equal(yn_h1_respond(&b, &r), YONDER_OK);
        r.head = true;
        assert_int_equal(yn_h1_respond(&head, &r), YONDER_OK);
        // HEAD gets the same head, Content-Length included, and nothing after it.
        assert_row(locations[i], yn_starts_with(yn_buf_text(&b), yn_buf_text(&head)));
        char field[64];
        snprintf(field, sizeof field, "\r\nContent-Length: %zu\r\n", b.len - head.len);
        assert_non_null(memmem(head.ptr, head.len, field, strlen(field)));
        assert_memory_equal(head.ptr + head.len - 4, "\r\n\r\n", 4);
        yn_buf_free(&b);
        yn_buf_free(&head);
    }
}

static void every_part_shows_where_it_should(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        yn_h1_response r;
        const char *expected;
    } rows[] = {
        {"close",
         {.status = 404,
          .phrase = YN_TEXT_INIT("Not Found"),
          .connection = YN_H1_CLOSE,
          .head = true},
         "HTTP/1.1 404 Not Found\r\nDate: " DATE "\r\n" TYPE
         "Content-Length: 80\r\nConnection: close\r\n\r\n"},
        {"keep-alive",
         {.status = 410, .phrase = YN_TEXT_INIT("Gone"), .connection = YN_H1_KEEP_ALIVE},
         "HTTP/1.1 410 Gone\r\nDate: " DATE "\r\n" TYPE
         "Content-Length: 70\r\nConnection: keep-alive\r\n\r\n"
         "<!doctype html><html lang=en><title>410 Gone</title><h1>410 Gone</h1>\n"},
        {"no content",
         {.status = 204,
          .phrase = YN_TEXT_INIT("No Content"),
          .fields = YN_TEXT_INIT("Allow: GET\r\n")},
         "HTTP/1.1 204 No Content\r\nDate: " DATE "\r\nAllow: GET\r\n\r\n"},
        {"no phrase",
         {.status = 399, .head = true},
         "HTTP/1.1 399 \r\nDate: " DATE "\r\n" TYPE "Content-Length: 62\r\n\r\n"},
        {"origin",
         {.status = 302,
          .origin = YN_TEXT_INIT("http://a"),
          .location = YN_TEXT_INIT("/b"),
          .head = true},
         "HTTP/1.1 302 \r\nDate: " DATE "\r\n" TYPE
         "Content-Length: 106\r\nLocation: http://a/b\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf b = room(4096);
        yn_h1_response r = rows[i].r;
        r.date = YN_TEXT(DATE);
        assert_int_equal(yn_h1_respond(&b, &r), YONDER_OK);
        assert_text(rows[i].row, yn_buf_text(&b), rows[i].expected);
        yn_buf_free(&b);
    }
}

static void nothing_can_break_out_of_the_location(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        yn_buf b = room(4096);
        char location[] = {'/', (char)c, 'x'};
        yn_h1_response r = moved("");
        r.location = (yonder_text){location, sizeof location};
        int error = yn_h1_respond(&b, &r);
        assert_int_equal(error, c < 32 || c == 127 ? YONDER_INVALID_ARGUMENT : YONDER_OK);
        assert_true((error != 0) == (b.len == 0));
        yn_buf_free(&b);
    }
}

static void what_does_not_fit_is_not_begun(void **state)
{
    (void)state;
    char location[1000];
    memset(location, '&', sizeof location);
    yn_h1_response r = moved("");
    r.location = (yonder_text){location, sizeof location};
    bool fitted = false;
    for (size_t size = 64; size < 10000; size += 7) {
        yn_buf b = room(size);
        int error = yn_h1_respond(&b, &r);
        assert_true(error == (fitted ? YONDER_OK : error)); // once it fits, it fits
        assert_true(error == YONDER_OK || (error == YONDER_TOO_LARGE && b.len == 0));
        fitted = error == YONDER_OK;
        yn_buf_free(&b);
    }
    assert_true(fitted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_redirect_has_a_location_and_a_page_with_the_link),
        cmocka_unit_test(content_length_is_the_length_of_the_content),
        cmocka_unit_test(every_part_shows_where_it_should),
        cmocka_unit_test(nothing_can_break_out_of_the_location),
        cmocka_unit_test(what_does_not_fit_is_not_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
