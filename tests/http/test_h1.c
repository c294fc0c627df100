// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "http/h1.h"

static const yn_h1_limits usual = {16384, 8192, 100};

// A parse of a copy that is exactly as long as the text, so that a sanitizer sees a read past it.
static int parse(yn_h1_request *r, const char *text, size_t len, char **copy)
{
    *copy = malloc(len ? len : 1);
    assert_non_null(*copy);
    memcpy(*copy, text, len);
    return yn_h1_parse(r, (yonder_text){*copy, len}, &usual);
}

#define HOST "Host: a.example\r\n"

static const struct {
    const char *head;
    const char *method, *target, *host;
    yn_h1_form form;
    bool keep_alive;
} good[] = {
    {"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "GET", "/", "a.example", YN_H1_ORIGIN, true},
    {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", "a", YN_H1_ORIGIN, true},
    {"HEAD /a/b?c=d&e HTTP/1.1\r\nhOST:a:8080\r\n\r\n", "HEAD", "/a/b?c=d&e", "a:8080",
     YN_H1_ORIGIN, true},
    {"GET /x HTTP/1.1\r\nHost: \t a \t \r\n\r\n", "GET", "/x", "a", YN_H1_ORIGIN, true},
    {"GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "GET", "/", "[2001:db8::1]:80",
     YN_H1_ORIGIN, true},
    {"GET / HTTP/1.1\r\nHost: a_b.c-d%7e!$&'()*+,;=~:\r\n\r\n", "GET", "/",
     "a_b.c-d%7e!$&'()*+,;=~:", YN_H1_ORIGIN, true},
    {"!#$%&'*+-.^_`|~09AZaz / HTTP/1.1\r\n" HOST "\r\n", "!#$%&'*+-.^_`|~09AZaz", "/", "a.example",
     YN_H1_ORIGIN, true},
    // What the grammar of a target forbids and clients send all the same.
    {"GET /caf\xC3\xA9?\"<>[\\]^`{|} HTTP/1.1\r\n" HOST "\r\n", "GET", "/caf\xC3\xA9?\"<>[\\]^`{|}",
     "a.example", YN_H1_ORIGIN, true},
    {"GET //b//c HTTP/1.1\r\n" HOST "\r\n", "GET", "//b//c", "a.example", YN_H1_ORIGIN, true},
    {"GET / HTTP/1.1\r\n" HOST "X: \x80\xFF \t\"()\r\nEmpty:\r\n\r\n", "GET", "/", "a.example",
     YN_H1_ORIGIN, true},
    {"GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", "GET", "/", "a.example", YN_H1_ORIGIN,
     false},
    {"GET / HTTP/1.1\r\n" HOST "Connection: x\r\nConnection: , foo,CLOSE \r\n\r\n", "GET", "/",
     "a.example", YN_H1_ORIGIN, false},
    {"GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", "GET", "/", "a.example", YN_H1_ORIGIN,
     true},
    {"GET / HTTP/1.9\r\n" HOST "\r\n", "GET", "/", "a.example", YN_H1_ORIGIN, true},
    {"GET / HTTP/1.0\r\n\r\n", "GET", "/", "", YN_H1_ORIGIN, false},
    {"GET / HTTP/1.0\r\n" HOST "Connection: Keep-Alive\r\n\r\n", "GET", "/", "a.example",
     YN_H1_ORIGIN, true},
    {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", "GET", "/", "", YN_H1_ORIGIN,
     false},
    {"GET http://B.example:81/p?q HTTP/1.1\r\n" HOST "\r\n", "GET", "/p?q", "B.example:81",
     YN_H1_ABSOLUTE, true},
    {"GET HTTP://b HTTP/1.1\r\n" HOST "\r\n", "GET", "/", "b", YN_H1_ABSOLUTE, true},
    {"GET http://b?q HTTP/1.1\r\n" HOST "\r\n", "GET", "?q", "b", YN_H1_ABSOLUTE, true},
    {"GET http://[::1]/ HTTP/1.1\r\n" HOST "\r\n", "GET", "/", "[::1]", YN_H1_ABSOLUTE, true},
    {"CONNECT b.example:443 HTTP/1.1\r\n" HOST "\r\n", "CONNECT", "", "b.example:443",
     YN_H1_AUTHORITY, true},
    {"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", "OPTIONS", "", "a.example", YN_H1_ASTERISK, true},
};

static void a_good_head_is_understood(void **state)
{
    (void)state;
    static yn_h1_request r;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char *copy;
        const char *row = good[i].head;
        assert_int_equal(parse(&r, row, strlen(row), &copy), strlen(row));
        assert_text(row, r.method, good[i].method);
        assert_text(row, r.target, good[i].target);
        assert_text(row, r.host, good[i].host);
        assert_row(row, r.form == good[i].form);
        assert_row(row, r.keep_alive == good[i].keep_alive);
        assert_row(row, !r.chunked && r.content_length == 0 && !r.expect_continue);
        free(copy);
    }
}

static void a_head_cut_off_anywhere_is_incomplete(void **state)
{
    (void)state;
    static yn_h1_request r;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        for (size_t len = 0; len < strlen(good[i].head); len++) {
            char *copy;
            assert_row(good[i].head, parse(&r, good[i].head, len, &copy) == 0);
            free(copy);
        }
    }
}

static void what_follows_a_head_is_left_alone(void **state)
{
    (void)state;
    static yn_h1_request r;
    static const char *const rests[] = {"G", "\r\n", "\n", "\0\0", "GET / HTTP/1.1\r\n\r\n"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        for (size_t k = 0; k < sizeof rests / sizeof *rests; k++) {
            char text[1024];
            int len = snprintf(text, sizeof text, "%s%s", good[i].head, rests[k]);
            assert_int_equal(yn_h1_parse(&r, (yonder_text){text, (size_t)len}, &usual),
                             strlen(good[i].head));
        }
    }
}

static void a_bad_head_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        int status;
    } rows[] = {
        // request line
        {" GET / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"\nGET / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"\rGET / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET  / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /  HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET\t/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /\tHTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1.1 \r\n" HOST "\r\n", 400},
        {"GET /a b HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1.1\n" HOST "\r\n", 400},
        {"GET / HTTP/1.1\r" HOST "\r\n", 400},
        {"GET /\r\n", 400}, // HTTP/0.9
        {"GET / \r\n", 400},
        {"GET / http/1.1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1.10\r\n" HOST "\r\n", 400},
        {"GET / HTTP/01.1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1,1\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1.1X\r\n" HOST "\r\n", 400},
        {"GET / HTTP/0.9\r\n\r\n", 505},
        {"GET / HTTP/2.0\r\n\r\n", 505},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"G(T / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"G\xC3\xA9T / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"\x16\x03\x01\x02", 400}, // TLS
        {"GET /a\x01 HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /a\x7F HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400},
        // forms of the target
        {"GET a HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET * HTTP/1.1\r\n" HOST "\r\n", 400},
        {"OPTIONS ** HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET a.example:80 HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET http:/a HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET http:///a HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET http://u@a/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET http://a\\b/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET http://a:b/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"GET http://a:65536/ HTTP/1.1\r\n" HOST "\r\n", 400},
        {"CONNECT / HTTP/1.1\r\n" HOST "\r\n", 400},
        {"CONNECT http://a/ HTTP/1.1\r\n" HOST "\r\n", 400},
        // field lines
        {"GET / HTTP/1.1\r\n" HOST "X : a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X\t: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST " X: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n X: a\r\n" HOST "\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: a\r\n b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: a\r\n\tb\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST ": a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X(: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X\xC3\xA9: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: a\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: a\rb\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: a\r\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: a\x01z\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: abcdefghijk\x7Flmnopqrstuv\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "X: abcdefghijk\tlm\x1Fopqrstuv\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "\n", 400},
        {"GET / HTTP/1.1\r\n" HOST "\rX", 400},
        // Host
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        {"GET / HTTP/1.0\r\nHost:  \r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHOST: b\r\n\r\n", 400},
        {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET http://a/ HTTP/1.1\r\n\r\n", 400},
        {"GET http://a/ HTTP/1.1\r\nHost: b c\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: http://a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a%2\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\"<\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: \xC3\xA9.example\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: [::g]\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: []\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: 2001:db8::1\r\n\r\n", 400},
        // where the body ends
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1 1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1a\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 9223372036854775808\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked;q=1\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked,\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: , chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, gzip\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
         "\r\n",
         400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
         400},
        {"POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\nContent-Length: 1\r\n\r\n",
         400},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400}, // no Host is worse
    };
    static yn_h1_request r;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int verdict = 0;
        for (size_t len = 0; len <= strlen(rows[i].head); len++) {
            char *copy;
            int now = parse(&r, rows[i].head, len, &copy);
            free(copy);
            assert_row(rows[i].head, verdict == 0 || now == verdict); // once and for all
            verdict = now;
        }
        if (verdict != -rows[i].status)
            print_error("%s: %d is not %d\n", rows[i].head, verdict, -rows[i].status);
        assert_int_equal(verdict, -rows[i].status);
    }
}

static void a_nul_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    static const char head[] = "GET /a HTTP/1.1\r\nHost: a\r\nX-Long: abcdefghijklmnopqrst\r\n\r\n";
    static yn_h1_request r;
    for (size_t i = 0; i < sizeof head - 1; i++) {
        char text[sizeof head];
        memcpy(text, head, sizeof head);
        text[i] = '\0';
        assert_int_equal(yn_h1_parse(&r, (yonder_text){text, sizeof head - 1}, &usual), -400);
    }
}

static void bodies_are_announced(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        uint64_t length;
        bool chunked, expect;
    } rows[] = {
        {"Content-Length: 0\r\n", 0, false, false},
        {"Content-Length: 007 \r\n", 7, false, false},
        {"Content-Length: 9223372036854775807\r\n", INT64_MAX, false, false},
        {"Transfer-Encoding: Chunked\r\n", 0, true, false},
        {"Expect: 100-Continue\r\nContent-Length: 5\r\n", 5, false, true},
        {"Expect: x\r\nContent-Length: 5\r\n", 5, false, false},
    };
    static yn_h1_request r;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        int len =
            snprintf(text, sizeof text, "PUT / HTTP/1.1\r\nHost: a\r\n%s\r\n", rows[i].fields);
        assert_int_equal(yn_h1_parse(&r, (yonder_text){text, (size_t)len}, &usual), len);
        assert_row(rows[i].fields, r.content_length == rows[i].length);
        assert_row(rows[i].fields, r.chunked == rows[i].chunked);
        assert_row(rows[i].fields, r.expect_continue == rows[i].expect);
    }
    const char *old = "PUT / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n";
    assert_int_equal(yn_h1_parse(&r, yonder_text_of(old), &usual), strlen(old));
    assert_false(r.expect_continue); // HTTP/1.0 does not know it
}

static void fields_come_in_order_and_trimmed(void **state)
{
    (void)state;
    static yn_h1_request r;
    const char *head =
        "GET / HTTP/1.1\r\nHost: a\r\nB:\t b  c \t\r\nA:a\r\nEmpty: \t \r\nB: 2\r\n\r\n";
    assert_int_equal(yn_h1_parse(&r, yonder_text_of(head), &usual), strlen(head));
    static const char *const expected[][2] = {
        {"Host", "a"}, {"B", "b  c"}, {"A", "a"}, {"Empty", ""}, {"B", "2"}};
    assert_int_equal(r.field_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < r.field_count; i++) {
        assert_text("name", r.fields[i].name, expected[i][0]);
        assert_text("value", r.fields[i].value, expected[i][1]);
    }
}

// A request for a target of `target` bytes with `fields` short fields, filled up to `head` bytes.
static yonder_text made(char *text, size_t target, size_t fields, size_t head)
{
    char *p = stpcpy(text, "GET /");
    memset(p, 'a', target - 1);
    p = stpcpy(p + target - 1, " HTTP/1.1\r\nHost: a\r\n");
    for (size_t i = 1; i < fields; i++)
        p = stpcpy(p, "A: b\r\n");
    size_t len = (size_t)(p - text) + 2;
    if (head) {
        p = stpcpy(p, "X: ");
        memset(p, 'x', head - len - 5);
        p = stpcpy(p + head - len - 5, "\r\n");
    }
    p = stpcpy(p, "\r\n");
    return (yonder_text){text, (size_t)(p - text)};
}

static void the_method_of_a_refused_head_is_whole_or_empty(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        int verdict;
        const char *method;
    } rows[] = {
        {"HEAD / HTTP/2.0\r\n", -505, "HEAD"},
        {"HEAD / HTTP/1.1\r\n\r\n", -400, "HEAD"},
        {"HEAD /\t", -400, "HEAD"},
        {"HEAD", 0, ""},
        {"HEAD ", 0, "HEAD"},
        {"HEAD\t", -400, ""},
        {"HEADER", 0, ""},
        {" HEAD", -400, ""},
        {"\rHEAD", -400, ""},
        {"\r", 0, ""},
        {"", 0, ""},
    };
    static yn_h1_request r;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        r.method = YN_TEXT("left from another request");
        assert_row(rows[i].head,
                   yn_h1_parse(&r, yonder_text_of(rows[i].head), &usual) == rows[i].verdict);
        assert_text(rows[i].head, r.method, rows[i].method);
    }
}

static void limits_are_reached_and_not_passed(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        size_t target, fields, head;
        int verdict; // 0: taken
    } rows[] = {
        {"target at its limit", 50, 1, 0, 0},   {"target over it", 51, 1, 0, -414},
        {"fields at their limit", 1, 8, 0, 0},  {"fields over it", 1, 9, 0, -431},
        {"head at its limit", 1, 1, 200, 0},    {"head over it", 1, 1, 201, -431},
        {"all of them over", 60, 9, 300, -414},
    };
    static const yn_h1_limits small = {200, 50, 8};
    static yn_h1_request r;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1024];
        yonder_text head = made(text, rows[i].target, rows[i].fields, rows[i].head);
        int verdict = yn_h1_parse(&r, head, &small);
        assert_row(rows[i].row, verdict == (rows[i].verdict ? rows[i].verdict : (int)head.len));
        int earlier = 0; // and the verdict falls as soon as it can, the same at every length
        for (size_t len = 0; len <= head.len; len++) {
            int now = yn_h1_parse(&r, (yonder_text){text, len}, &small);
            assert_row(rows[i].row, earlier == 0 || now == earlier);
            earlier = now;
        }
        assert_row(rows[i].row, earlier == verdict);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_head_is_understood),
        cmocka_unit_test(a_head_cut_off_anywhere_is_incomplete),
        cmocka_unit_test(what_follows_a_head_is_left_alone),
        cmocka_unit_test(a_bad_head_is_refused),
        cmocka_unit_test(a_nul_is_refused_wherever_it_stands),
        cmocka_unit_test(bodies_are_announced),
        cmocka_unit_test(fields_come_in_order_and_trimmed),
        cmocka_unit_test(the_method_of_a_refused_head_is_whole_or_empty),
        cmocka_unit_test(limits_are_reached_and_not_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
