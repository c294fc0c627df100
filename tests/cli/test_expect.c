// SPDX-License-Identifier: MIT
// Expectations: how they are read, and what meets them.
#include "test.h"

#include "base/buf.h"
#include "base/text.h"
#include "cli/expect_hold.h"

// What was reported, as "line:column message" and a line end each.
static void note(void *context, const yonder_diagnostic *d)
{
    yn_buf_printf(context, "%u:%u %.*s\n", (unsigned)d->line, (unsigned)d->column,
                  YN_PRINT(d->message));
}

static void put_more(yn_buf *out, const yn_expect_more *m)
{
    if (m->method.len)
        yn_buf_printf(out, " m=%.*s", YN_PRINT(m->method));
    for (size_t i = 0; i < m->field_count; i++)
        yn_buf_printf(out, " %.*s:[%.*s]", YN_PRINT(m->fields[i].name),
                      YN_PRINT(m->fields[i].value));
    if (m->http10)
        yn_buf_str(out, " 1.0");
    if (m->has_now)
        yn_buf_printf(out, " now=%lld", (long long)m->now);
    if (m->client.len || m->country.len)
        yn_buf_printf(out, " %.*s/%.*s", YN_PRINT(m->client), YN_PRINT(m->country));
}

// "LINE http[s] HOST TARGET STATUS PLACE", then what else there is, and ";".
static void put_expectation(yn_buf *out, const yn_expectation *e)
{
    static const char *const places[] = {"any", "none", "=", "~"};
    yn_buf_printf(out, "%u %s%.*s|%.*s %u %s%.*s", (unsigned)e->line, e->https ? "s:" : "",
                  YN_PRINT(e->host), YN_PRINT(e->target), e->status, places[e->place],
                  YN_PRINT(e->location));
    if (e->more)
        put_more(out, e->more);
    yn_buf_char(out, ';');
}

static void check_file(const char *text, const char *expected, const char *problems)
{
    yn_expectations e;
    yn_buf got = yn_buf_make(1 << 16, NULL), told = yn_buf_make(1 << 16, NULL);
    int error = yn_expectations_read(&e, YN_TEXT("f"), yonder_text_of(text), note, &told);
    for (size_t i = 0; i < e.count; i++)
        put_expectation(&got, &e.items[i]);
    assert_text(text, yn_buf_text(&told), problems);
    if (expected)
        assert_text(text, yn_buf_text(&got), expected);
    assert_int_equal(error, *problems ? YONDER_INVALID_RULES : YONDER_OK);
    yn_expectations_free(&e);
    yn_buf_free(&got);
    yn_buf_free(&told);
}

static void lines_with_arrows_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"/a → 301 /b", "1 |/a 301 =/b;"},
        {"/a -> 301 /b\n/c => 302 /d\n", "1 |/a 301 =/b;2 |/c 302 =/d;"},
        {"\xEF\xBB\xBF/a → 301 /b\r\n\r\n# no\r\n  /c\t→\t302\t/d  ",
         "1 |/a 301 =/b;4 |/c 302 =/d;"},
        {"/a → permanent /b # why", "1 |/a 308 =/b;"},
        {"/a → Temporary /b#c", "1 |/a 307 =/b#c;"},
        {"/a → /b", "1 |/a 0 =/b;"},
        {"/a → 2020/x", "1 |/a 0 =2020/x;"},
        {"/a → 301", "1 |/a 301 any;"},
        {"/a → 301 -", "1 |/a 301 none;"},
        {"/a → 404", "1 |/a 404 none;"},
        {"/a → gone", "1 |/a 410 none;"},
        {"/a → none", "1 |/a 0 none;"},
        {"/a → -", "1 |/a 0 none;"},
        {"/a → ~^/b/\\d+$", "1 |/a 0 ~~^/b/\\d+$;"},
        {"/a → 301 ~*B", "1 |/a 301 ~~*B;"},
        {"http://h/a → /b", "1 h|/a 0 =/b;"},
        {"https://u:p@H.example:443/a?b#c → /b", "1 s:h.example|/a?b 0 =/b;"},
        {"https://h:8443 → /b", "1 s:h:8443|/ 0 =/b;"},
        {"http://h?q → /b", "1 h|/?q 0 =/b;"},
        {"http://bücher.example/ü → /b", "1 xn--bcher-kva.example|/%C3%BC 0 =/b;"},
        {"/a/../%2f → /b", "1 |/a/../%2f 0 =/b;"},
        {"/a->b → /c->d", "1 |/a->b 0 =/c->d;"},
        {"/a → 302 /b method=POST http=1.0 now=1970-01-02", "1 |/a 302 =/b m=POST 1.0 now=86400;"},
        {"/a → 302 header:Accept-Language=de,%20en header:X=",
         "1 |/a 302 any Accept-Language:[de, en] X:[];"},
        {"/a → none client=192.0.2.1 country=DE http=1.1", "1 |/a 0 none 192.0.2.1/DE;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_file(rows[i].text, rows[i].expected, "");
}

static void tables_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"/a,/b\n/c,/d,302\n", "1 |/a 0 =/b;2 |/c 302 =/d;"},
        {"/a,301,/b\n", "1 |/a 301 =/b;"},
        {"/a\t/b\t301", "1 |/a 301 =/b;"},
        {"\xEF\xBB\xBFOld URL;New URL;Status\r\nhttp://h/a;https://h/b;301\r\n",
         "2 h|/a 301 =https://h/b;"},
        {"status,to,from\n301,/b,/a\n", "2 |/a 301 =/b;"},
        {"Source,Destination\n/a,/b\n", "2 |/a 0 =/b;"},
        {"url,status\n/a,404\n/b,none\n", "2 |/a 404 none;3 |/b 0 none;"},
        {"url,location,status\n/a,,301\n/a,-,\n/a,,410\n",
         "2 |/a 301 any;3 |/a 0 none;4 |/a 410 none;"},
        {"\"/a,b\",\"/c\"\"d\"\n", "1 |/a,b 0 =/c\"d;"},
        {"sep=;\n/a;/b\n", "2 |/a 0 =/b;"},
        {"what,where\n/a,/b\n", "2 |/a 0 =/b;"},
        {"www.h.example/a,h.example/b\n", "1 www.h.example|/a 0 =https://h.example/b;"},
        {"old.html,new.html\n", "1 |/old.html 0 =/new.html;"},
        {"/a b,/c d\n", "1 |/a%20b 0 =/c d;"},
        {"# a comment\n/a,/b,301 Moved Permanently\n#/c,/d\n", "2 |/a 301 =/b;"},
        {"/a,\"~^/b,c\"\n", "1 |/a 0 ~~^/b,c;"},
        {"\n\n/a,\"/b\"\n\n,,\n/c,/d\n", "3 |/a 0 =/b;6 |/c 0 =/d;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_file(rows[i].text, rows[i].expected, "");
}

static void what_cannot_be_read_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problems;
    } rows[] = {
        {"", "1:1 the file expects nothing\n"},
        {"# → nothing\n", "1:1 the file expects nothing\n"},
        {"/a → /b\n/c /d\n", "2:6 an arrow between blanks is missing: URL → STATUS LOCATION\n"},
        {"/a →", "1:3 nothing is expected\n"},
        {" → /b", "1:2 the URL is missing\n"},
        {"a → /b", "1:1 a URL is absolute, of http or https, or a path that starts with '/'\n"},
        {"/a b → /b", "1:3 a blank in a URL is written as %20\n"},
        {"http:///a → /b", "1:1 the URL has no host\n"},
        {"http://%zz/ → /b", "1:8 '%zz' is no host\n"},
        {"/a → 999 /b", "1:8 '999' is no status: a number, permanent, temporary, see-other, gone, "
                        "none\n"},
        {"/a → none /b", "1:13 no redirect is expected, and yet a Location\n"},
        {"/a → 301 /b /c",
         "1:15 '/c' is none of method=, header:Name=, http=, now=, client=, country=\n"},
        {"/a → /b method=A:B", "1:18 that is no method\n"},
        {"/a → /b method=", "1:11 'method=' has no value\n"},
        {"/a → /b http=2", "1:16 http= takes 1.0 or 1.1\n"},
        {"/a → /b header:X", "1:18 'header:' is followed by a name, '=' and a value\n"},
        {"/a → /b header:X=%0A", "1:22 a control character in a header field\n"},
        {"/a → /b header:Host=h", "1:18 the host is written into the URL\n"},
        {"/a → /b header:Content-Length=1", "1:18 requests are without a body\n"},
        {"/a → ~(", "1:10 regular expression: missing closing parenthesis\n"},
        {"/a → /\xE4", "1:1 byte 0xE4 in the Location is not UTF-8\n"},
        {"/a,/b\n/c,\n/d,/e,what\n",
         "2:3 nothing is expected\n3:7 'what' is no status: a number, permanent, temporary, "
         "see-other, gone, none\n"},
        {"/a,\"/b\n", "1:1 a quote is opened, and not closed before the end of the file\n"},
        {"\xFF\xFE/", "1:1 the file is UTF-16: save it as UTF-8 ('CSV UTF-8' in a spreadsheet)\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_file(rows[i].text, NULL, rows[i].problems);
}

static void answers_are_compared(void **state)
{
    (void)state;
    enum {
        S = YN_FAULT_STATUS,
        L = YN_FAULT_LOCATION,
    };
    static const struct {
        const char *expectation;
        int status;
        const char *location;
        unsigned faults;
    } rows[] = {
        {"/a → 301 /b", 301, "/b", 0},
        {"/a → 301 /b", 302, "/b", S},
        {"/a → 301 /b", 301, "/c", L},
        {"/a → 301 /b", 302, "/c", S | L},
        {"/a → 301 /b", 0, "", S | L},
        {"/a → /b", 302, "https://h.example/b", 0},
        {"/a → https://h.example/b", 302, "/b", 0},
        {"/a → /b", 302, "http://h.example/b", L},
        {"/a → https://h.example", 302, "https://h.example/", 0},
        {"/a → /ü", 302, "/%C3%BC", 0},
        {"/a → /b#c", 302, "/b", L},
        {"/a → /b", 200, "", L},
        {"/a → ~^/b$", 302, "/b", 0},
        {"/a → ~^/b$", 302, "/bc", L},
        {"/a → ~*B", 302, "/b", 0},
        {"/a → ~.*", 302, "", L},
        {"/a → 301", 301, "/anything", 0},
        {"/a → none", 0, "", 0},
        {"/a → none", 200, "", 0},
        {"/a → none", 410, "", 0},
        {"/a → none", 201, "/made", 0},
        {"/a → none", 302, "/b", L},
        {"/a → 404", 0, "", 0},
        {"/a → 404", 200, "", S},
        {"/a → gone", 410, "", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_expectations e;
        assert_int_equal(
            yn_expectations_read(&e, YN_TEXT("f"), yonder_text_of(rows[i].expectation), NULL, NULL),
            YONDER_OK);
        assert_row(rows[i].expectation,
                   yn_expect_compare(e.items, YN_TEXT("https://h.example/a"), rows[i].status,
                                     yonder_text_of(rows[i].location)) == rows[i].faults);
        yn_expectations_free(&e);
    }
}

// Answers "STATUS LOCATION", each ended by ";", to a chain from http://h/a.
static void chains_are_followed_to_their_end(void **state)
{
    (void)state;
    static const struct {
        const char *answers, *end;
        long hops;
        unsigned faults;
    } rows[] = {
        {"200 ;", "http://h/a", 0, 0},
        {"404 ;", "http://h/a", 0, 0},
        {"301 /b;200 ;", "http://h/b", 1, 0},
        {"301 /b;302 c?d#e;0 ;", "http://h/c?d#e", 2, 0},
        {"301 https://h/a;0 ;", "https://h/a", 1, 0},
        {"301 https://other/;", "https://other/", 1, 0},
        {"301 mailto:x;", "mailto:x", 1, 0},
        {"301 http://;", "http://h/a", 0, 0},
        {"301 /b;404 ;", "http://h/b", 1, YN_FAULT_DEAD_END},
        {"301 /a#b;", "http://h/a#b", 1, YN_FAULT_LOOP},
        {"301 /b;301 /a;", "http://h/a", 2, YN_FAULT_LOOP},
        {"301 /b;301 /c;301 /d;", "http://h/d", 3, YN_FAULT_TOO_LONG},
    };
    yn_map hosts = yn_map_make(NULL);
    bool added;
    assert_non_null(yn_map_add(&hosts, YN_TEXT("h"), 1, &added));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_trail trail;
        yonder_text rest = yonder_text_of(rows[i].answers);
        bool more = true;
        assert_int_equal(yn_trail_begin(&trail, YN_TEXT("http://h/a"), YN_TEXT(""), 3, &hosts),
                         YONDER_OK);
        while (more) {
            size_t blank = yn_find_char(rest, ' '), end = yn_find_char(rest, ';');
            uint64_t status;
            assert_row(rows[i].answers, yn_parse_number(yn_slice(rest, 0, blank), 999, &status));
            more = yn_trail_next(&trail, (int)status, yn_slice(rest, blank + 1, end));
            rest = yn_skip(rest, end + 1);
            assert_row(rows[i].answers, more == (rest.len != 0));
        }
        assert_text(rows[i].answers, yonder_url_href(&trail.at), rows[i].end);
        assert_row(rows[i].answers, trail.hops == rows[i].hops);
        assert_row(rows[i].answers, trail.faults == rows[i].faults);
        yn_trail_free(&trail);
    }
    yn_map_free(&hosts);
}

static void a_post_becomes_a_get_as_in_browsers(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        int status;
        const char *next;
    } rows[] = {
        {"POST", 301, "GET"}, {"POST", 302, "GET"},  {"POST", 303, "GET"}, {"POST", 307, "POST"},
        {"PUT", 301, "PUT"},  {"HEAD", 303, "HEAD"}, {"PUT", 303, "GET"},  {"POST", 308, "POST"},
    };
    yn_map hosts = yn_map_make(NULL);
    bool added;
    assert_non_null(yn_map_add(&hosts, YN_TEXT("h"), 1, &added));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_trail trail;
        assert_int_equal(yn_trail_begin(&trail, YN_TEXT("http://h/a"),
                                        yonder_text_of(rows[i].method), 3, &hosts),
                         YONDER_OK);
        assert_true(yn_trail_next(&trail, rows[i].status, YN_TEXT("/b?c#d")));
        yn_trail_request at = yn_trail_at(&trail);
        assert_text(rows[i].method, at.method, rows[i].next);
        assert_text(rows[i].method, at.target, "/b?c");
        assert_text(rows[i].method, at.host, "h");
        yn_trail_free(&trail);
    }
    yn_map_free(&hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_with_arrows_are_read),
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(what_cannot_be_read_is_told_with_its_place),
        cmocka_unit_test(answers_are_compared),
        cmocka_unit_test(chains_are_followed_to_their_end),
        cmocka_unit_test(a_post_becomes_a_get_as_in_browsers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
