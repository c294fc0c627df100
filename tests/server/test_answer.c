// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "server/answer.h"

static const yn_h1_limits limits = {16384, 8192, 100};

typedef struct fixture {
    yn_answerer answerer;
    yonder_rules *rules;
    yn_buf out;
} fixture;

static int set_up(void **state)
{
    static const char text[] = "/old /new 301\n"
                               "/away https://b.example/x 308\n"
                               "/gone - 410\n"
                               "/ /root 302\n"
                               "/s/* /t/:splat 301\n"
                               "/r/:a /:a:a:a:a:a:a:a:a:a\n"
                               "/see /there 303\n"
                               "/now /later 307\n"
                               "/l /de 302 language=de\n"
                               "/l /en 302\n"
                               "/c /x 302 header:X-A=1 cookie=a\n"
                               "/m /new 301 method=POST\n"
                               "~^/k/a$ /z 301\n"
                               "/k/:b /y 301\n"
                               "/k/* /w 302 cookie=a\n"
                               "/k/b /v 302 language=de\n"
                               "/net //b.example/x 301\n"
                               "[down.test]\n"
                               "maintenance on retry-after=600\n"
                               "[down2.test]\n"
                               "maintenance https://status.test/ retry-after=60\n"
                               "[site.test www.site.test]\n"
                               "canonical www.site.test\n"
                               "cache max-age=600\n"
                               "hsts max-age=600\n"
                               "http10 off\n"
                               "/old /new 308\n"
                               "/for-now /new 307\n"
                               "[tls.test]\n"
                               "https permanent\n"
                               "/old /new\n";
    static fixture f;
    yonder_rules_source source = {YN_TEXT("test"), YN_TEXT(text)};
    assert_int_equal(yonder_rules_read(&f.rules, &source, 1, &(yonder_rules_reading){0}), 0);
    size_t size = yn_answer_scratch(&limits);
    f.answerer = (yn_answerer){.rules = f.rules,
                               .date = YN_TEXT("Sun, 06 Nov 1994 08:49:37 GMT"),
                               .scratch = malloc(size),
                               .scratch_size = size};
    f.out = yn_buf_make(yn_answer_max(&limits), NULL);
    assert_true(f.answerer.scratch && yn_buf_reserve(&f.out, f.out.max));
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    yonder_rules_free(f->rules);
    free(f->answerer.scratch);
    yn_buf_free(&f->out);
    return 0;
}

static void each_request_gets_what_it_should(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *head;
        const char *status;
        const char *has;    // a line of the head
        const char *has_no; // the start of one
    } rows[] = {
        {"GET /old HTTP/1.1\r\nHost: a\r\n\r\n", "301 ", "Location: /new", "Connection"},
        {"DELETE /away HTTP/1.1\r\nHost: a\r\n\r\n", "308 ", "Location: https://b.example/x", "X"},
        {"GET /gone HTTP/1.1\r\nHost: a\r\n\r\n", "410 ", "Content-Type: text/html; charset=utf-8",
         "Location"},
        {"GET /none HTTP/1.1\r\nHost: a\r\n\r\n", "404 ", "Content-Type: text/html; charset=utf-8",
         "Location"},
        {"GET http://x HTTP/1.1\r\nHost: a\r\n\r\n", "302 ", "Location: /root", "Connection"},
        {"GET http://x?q=1 HTTP/1.1\r\nHost: a\r\n\r\n", "302 ", "Location: /root?q=1", "X"},
        {"GET https://x/old HTTP/1.1\r\nHost: a\r\n\r\n", "421 ", "", "Location"},
        {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "204 ",
         "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", "Content-Length"},
        {"OPTIONS /old HTTP/1.1\r\nHost: a\r\n\r\n", "301 ", "Location: /new", "Allow"},
        {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", "501 ", "", "Location"},
        // HTTP/1.0 gets an absolute Location, even one that named no host (here from no socket).
        {"GET /old HTTP/1.0\r\nHost: a:81\r\n\r\n", "301 ", "Location: http://a:81/new", "X"},
        {"GET /away HTTP/1.0\r\nHost: a\r\n\r\n", "301 ", "Location: https://b.example/x", "X"},
        {"GET /net HTTP/1.0\r\nHost: a\r\n\r\n", "301 ", "Location: http://b.example/x", "X"},
        // And of the statuses those it knows.
        {"GET /see HTTP/1.0\r\nHost: a\r\n\r\n", "302 ", "Location: http://a/there", "Cache"},
        {"GET /now HTTP/1.0\r\nHost: a\r\n\r\n", "302 ", "Location: http://a/later", "Cache"},
        {"GET /see HTTP/1.1\r\nHost: a\r\n\r\n", "303 ", "Location: /there", "Vary"},
        {"GET /old HTTP/1.0\r\nHost: www.site.test\r\n\r\n", "308 ",
         "Location: http://www.site.test/new", "Vary"},
        // What conditions asked for is named, and no cache keeps what they decided.
        {"GET /l HTTP/1.1\r\nHost: a\r\nAccept-Language: de\r\n\r\n", "302 ",
         "Vary: Accept-Language", "Retry-After"},
        {"GET /l HTTP/1.1\r\nHost: a\r\nAccept-Language: de\r\n\r\n", "302 ",
         "Cache-Control: no-store", "X"},
        {"GET /l HTTP/1.1\r\nHost: a\r\n\r\n", "302 ", "Cache-Control: no-store", "X"},
        {"GET /c HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nCookie: a=\r\n\r\n", "302 ", "Vary: Cookie, x-a",
         "X"},
        {"GET /c HTTP/1.1\r\nHost: a\r\nX-A: 2\r\n\r\n", "404 ", "Vary: x-a", "Cache-Control"},
        {"POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "301 ", "Location: /new",
         "Cache-Control"},
        {"GET /m HTTP/1.1\r\nHost: a\r\n\r\n", "404 ", "Content-Type: text/html; charset=utf-8",
         "Vary"},
        // Conditions of rules behind the one that answers have no part in it.
        {"GET /k/a HTTP/1.1\r\nHost: a\r\n\r\n", "301 ", "Location: /z", "Vary"},
        {"GET /k/b HTTP/1.1\r\nHost: a\r\n\r\n", "301 ", "Location: /y", "Cache-Control"},
        {"GET /k/b/c HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\n\r\n", "302 ", "Vary: Cookie", "X"},
        // Lines about a site.
        {"GET /old HTTP/1.1\r\nHost: down.test\r\n\r\n", "503 ", "Retry-After: 600", "Location"},
        {"GET / HTTP/1.1\r\nHost: down.test\r\n\r\n", "503 ", "Cache-Control: no-store", "Vary"},
        {"GET / HTTP/1.1\r\nHost: down2.test\r\n\r\n", "307 ", "Location: https://status.test/",
         "Vary"},
        {"GET / HTTP/1.0\r\nHost: down2.test\r\n\r\n", "302 ", "Retry-After: 60", "Vary"},
        {"GET /old HTTP/1.1\r\nHost: site.test\r\n\r\n", "308 ",
         "Location: http://www.site.test/new", "Strict-Transport-Security"},
        {"GET /x?y HTTP/1.1\r\nHost: site.test\r\n\r\n", "308 ",
         "Location: http://www.site.test/x?y", "Vary"},
        {"GET /old HTTP/1.1\r\nHost: www.site.test\r\n\r\n", "308 ", "Cache-Control: max-age=600",
         "Vary"},
        {"GET /for-now HTTP/1.1\r\nHost: www.site.test\r\n\r\n", "307 ", "Location: /new",
         "Cache-Control"},
        {"GET /old?x HTTP/1.1\r\nHost: tls.test:8080\r\n\r\n", "308 ",
         "Location: https://tls.test/old?x", "X"},
        {"GET http://x?q HTTP/1.0\r\n\r\n", "302 ", "Location: http://x/root?q", "X"},
        {"GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "301 ", "Connection: keep-alive",
         "X"},
    };
    static yn_h1_request request;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *row = rows[i].head;
        assert_int_equal(yn_h1_parse(&request, yonder_text_of(row), &limits), strlen(row));
        f->out.len = 0;
        assert_true(
            yn_answer_request(&f->answerer, &request, &(yn_peer){-1, NULL}, false, &f->out));
        yonder_text out = yn_buf_text(&f->out);
        assert_row(row, yn_starts_with(yn_skip(out, 9), yonder_text_of(rows[i].status)));
        char line[128];
        snprintf(line, sizeof line, "\r\n%s\r\n", rows[i].has);
        assert_row(row, memmem(out.ptr, out.len, line, strlen(line)));
        snprintf(line, sizeof line, "\r\n%s", rows[i].has_no);
        assert_row(row, !memmem(out.ptr, out.len, line, strlen(line)));
    }
}

static void the_largest_answer_fits_an_empty_buffer(void **state)
{
    fixture *f = *state;
    // Apostrophes are longest in HTML; the host comes on top for HTTP/1.0.
    static char head[16384];
    char *p = stpcpy(head, "GET /s/");
    memset(p, '\'', 8185);
    p = stpcpy(p + 8185, " HTTP/1.0\r\nHost: ");
    memset(p, '\'', 8000);
    stpcpy(p + 8000, "\r\n\r\n");
    static yn_h1_request request;
    assert_int_equal(yn_h1_parse(&request, yonder_text_of(head), &limits), strlen(head));
    f->out.len = 0;
    assert_true(yn_answer_request(&f->answerer, &request, &(yn_peer){-1, NULL}, true, &f->out));
    assert_true(yn_starts_with(yn_buf_text(&f->out), YN_TEXT("HTTP/1.1 301 ")));
}

static void a_request_that_makes_the_location_too_long_is_told_so(void **state)
{
    fixture *f = *state;
    static char head[16384];
    char *p = stpcpy(head, "GET /r/");
    memset(p, 'x', 8000); // nine times: more than a Location may have
    stpcpy(p + 8000, " HTTP/1.1\r\nHost: a\r\n\r\n");
    static yn_h1_request request;
    assert_int_equal(yn_h1_parse(&request, yonder_text_of(head), &limits), strlen(head));
    f->out.len = 0;
    assert_true(yn_answer_request(&f->answerer, &request, &(yn_peer){-1, NULL}, false, &f->out));
    assert_true(yn_starts_with(yn_buf_text(&f->out), YN_TEXT("HTTP/1.1 414 ")));
}

static void errors_close(void **state)
{
    fixture *f = *state;
    static const int statuses[] = {400, 408, 414, 431, 501, 505};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        char line[32];
        f->out.len = 0;
        assert_true(yn_answer_error(&f->answerer, &(yn_peer){-1, NULL}, YN_TEXT("GET"), statuses[i],
                                    &f->out));
        snprintf(line, sizeof line, "HTTP/1.1 %d ", statuses[i]);
        yonder_text out = yn_buf_text(&f->out);
        assert_true(yn_starts_with(out, yonder_text_of(line)));
        assert_non_null(memmem(out.ptr, out.len, "\r\nConnection: close\r\n", 21));
        assert_false(yn_starts_with(yn_skip(out, out.len - 4), YN_TEXT("\r\n\r\n")));
        f->out.len = 0; // HEAD: it ends with the head
        assert_true(yn_answer_error(&f->answerer, &(yn_peer){-1, NULL}, YN_TEXT("HEAD"),
                                    statuses[i], &f->out));
        out = yn_buf_text(&f->out);
        assert_ptr_equal(memmem(out.ptr, out.len, "\r\n\r\n", 4), out.ptr + out.len - 4);
        f->out.len = f->out.cap - 10; // no room: nothing is written
        assert_false(yn_answer_error(&f->answerer, &(yn_peer){-1, NULL}, YN_TEXT("GET"),
                                     statuses[i], &f->out));
        assert_int_equal(f->out.len, f->out.cap - 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_gets_what_it_should),
        cmocka_unit_test(the_largest_answer_fits_an_empty_buffer),
        cmocka_unit_test(a_request_that_makes_the_location_too_long_is_told_so),
        cmocka_unit_test(errors_close),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
