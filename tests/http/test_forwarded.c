// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/buf.h"
#include "base/text.h"
#include "http/forwarded.h"

static const yn_h1_limits limits = {16384, 8192, 100};

#define REQUEST(fields) "GET / HTTP/1.1\r\nHost: h\r\n" fields "\r\n"

// Each hop as "from proto host;", "-" being nothing, the nearest first.
static void fields_tell_of_hops(void **state)
{
    (void)state;
    static const struct {
        const char *request, *hops;
    } rows[] = {
        {REQUEST(""), ""},
        {REQUEST("Forwarded: for=192.0.2.1\r\n"), "192.0.2.1 - -;"},
        {REQUEST("Forwarded: For=\"192.0.2.1:80\" ; Proto=https;HOST=a.test;by=_x\r\n"),
         "192.0.2.1 https a.test;"},
        {REQUEST("Forwarded: for=\"[2001:db8::1]\", for=unknown;proto=HTTP\r\n"),
         "- HTTP -;2001:db8::1 - -;"},
        {REQUEST("Forwarded: for=1.1.1.1\r\nForwarded: for=2.2.2.2\r\n"),
         "2.2.2.2 - -;1.1.1.1 - -;"},
        {REQUEST("Forwarded: for=\"_a:_b\"\r\n"), "- - -;"},
        {REQUEST("Forwarded: \r\n"), "- - -;"},
        // A quote that a client has left open.
        {REQUEST("Forwarded: for=\", for=1.1.1.1\r\n"), ""},
        {REQUEST("Forwarded: for=\", for=\"[::1]\"\r\n"), ""},
        {REQUEST("Forwarded: for=1.1.1.1;for=2.2.2.2\r\n"), ""},
        {REQUEST("Forwarded: for=1.1.1.1 proto=https\r\n"), ""},
        {REQUEST("Forwarded: for\r\n"), ""},
        {REQUEST("Forwarded: for=[::1]\r\n"), ""}, // has to be quoted
        {REQUEST("Forwarded: for=\"::1\"\r\n"), ""},
        {REQUEST("Forwarded: for=\"1\\.1\"\r\n"), ""},
        {REQUEST("Forwarded: proto=gopher\r\n"), ""},
        {REQUEST("Forwarded: host=\"a b\"\r\n"), ""},
        {REQUEST("Forwarded: host=\"a.test:8080\"\r\n"), "- - a.test:8080;"},
        {REQUEST("X-Forwarded-For: 192.0.2.1\r\n"), "192.0.2.1 - -;"},
        {REQUEST("X-Forwarded-For: 1.1.1.1, 2001:db8::1 ,[::1]:80\r\nX-Forwarded-Proto: https\r\n"
                 "X-Forwarded-Host: a.test\r\n"),
         "::1 https a.test;2001:db8::1 https a.test;1.1.1.1 https a.test;"},
        {REQUEST("X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\nX-Forwarded-Proto: https, http\r\n"),
         "2.2.2.2 http -;1.1.1.1 https -;"},
        {REQUEST("X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\nX-Forwarded-Proto: https, http, https\r\n"),
         "2.2.2.2 https -;1.1.1.1 - -;"},
        {REQUEST("X-Forwarded-Proto: https\r\n"), "- https -;"},
        {REQUEST("X-Forwarded-Proto: evil, https\r\n"), "- https -;"},
        {REQUEST("X-Forwarded-Proto: https, evil\r\n"), ""},
        {REQUEST("X-Forwarded-Host: a.test/x\r\n"), ""},
        // What a client has put before.
        {REQUEST("X-Forwarded-For: :::, 2.2.2.2\r\n"), "2.2.2.2 - -;::: - -;"},
        {REQUEST("X-Forwarded-For: 1.1.1.1:x, 2.2.2.2\r\n"), "2.2.2.2 - -;"},
        {REQUEST("X-Forwarded-For: 1.1.1.1,\r\n"), ""},
        {REQUEST("X-Forwarded-For: 1.1.1.1\r\nForwarded: for=2.2.2.2\r\n"), ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static yn_h1_request request;
        yn_hop hops[YN_FORWARDED_MOST];
        yn_buf told = yn_buf_make(4096, NULL);
        assert_row(rows[i].request,
                   yn_h1_parse(&request, yonder_text_of(rows[i].request), &limits) > 0);
        size_t n = yn_forwarded_read(&request, hops);
        for (size_t k = 0; k < n; k++) {
            const yonder_text parts[] = {hops[k].from, hops[k].proto, hops[k].host};
            for (size_t p = 0; p < 3; p++) {
                yn_buf_put(&told, parts[p].len ? parts[p] : YN_TEXT("-"));
                yn_buf_char(&told, p < 2 ? ' ' : ';');
            }
        }
        assert_text(rows[i].request, yn_buf_text(&told), rows[i].hops);
        yn_buf_free(&told);
    }
}

static void of_many_hops_the_nearest_are_told(void **state)
{
    (void)state;
    static yn_h1_request request;
    yn_hop hops[YN_FORWARDED_MOST];
    yn_buf head = yn_buf_make(16384, NULL);
    yn_buf_str(&head, "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 0.0.0.0");
    for (unsigned i = 1; i <= 100; i++)
        yn_buf_printf(&head, ",0.0.0.%u", i);
    yn_buf_str(&head, "\r\n\r\n");
    assert_true(yn_h1_parse(&request, yn_buf_text(&head), &limits) > 0);
    assert_int_equal(yn_forwarded_read(&request, hops), YN_FORWARDED_MOST);
    assert_text("nearest", hops[0].from, "0.0.0.100");
    assert_text("farthest", hops[YN_FORWARDED_MOST - 1].from, "0.0.0.85");
    yn_buf_free(&head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_tell_of_hops),
        cmocka_unit_test(of_many_hops_the_nearest_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
