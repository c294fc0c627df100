// SPDX-License-Identifier: MIT
#include "problems.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "rules/site.h"

// Reads a whole line. The room is as large as promised, so that a sanitizer sees more.
static int read_line(yn_site_value *out, char **room, yn_site_line *line, const char *text,
                     problem_log *told)
{
    yonder_text all = yonder_text_of(text);
    size_t blank = yn_find_char(all, ' ');
    yonder_text value = yn_trim(yn_skip(all, blank), " ");
    yn_problems problems = problems_of(told, all);
    *line = yn_site_find(yn_slice(all, 0, blank));
    assert_row(text, *line != YN_SITE_COUNT);
    *room = malloc(4 * value.len + 256);
    assert_non_null(*room);
    return yn_site_read(out, *room, *line, value, &problems);
}

static void lines_are_written_as_they_were_read(void **state)
{
    (void)state;
    static const struct {
        const char *read, *written, *text;
    } rows[] = {
        {"https permanent", "https permanent", ""},
        {"https 308", "https permanent", ""},
        {"https temporary", "https temporary", ""},
        {"https 307", "https temporary", ""},
        {"https 301", "https 301", ""},
        {"https 302", "https 302", ""},
        {"https off", "https off", ""},
        {"http10 301", "http10 301", ""},
        {"http10 302", "http10 302", ""},
        {"http10 off", "http10 off", ""},
        {"hsts max-age=0", "hsts max-age=0", "max-age=0"},
        {"hsts max-age=600 includeSubDomains", "hsts max-age=600 includeSubDomains",
         "max-age=600; includeSubDomains"},
        {"hsts INCLUDESUBDOMAINS PreLoad Max-Age=31536000",
         "hsts max-age=31536000 includeSubDomains preload",
         "max-age=31536000; includeSubDomains; preload"},
        {"hsts max-age=63072000; includeSubDomains; preload",
         "hsts max-age=63072000 includeSubDomains preload",
         "max-age=63072000; includeSubDomains; preload"},
        {"hsts off", "hsts off", ""},
        {"canonical www.Example.com.", "canonical www.example.com", "www.example.com"},
        {"canonical example.com:8443", "canonical example.com:8443", "example.com:8443"},
        {"canonical b\xC3\xBC"
         "cher.example",
         "canonical xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"canonical [::1]:80", "canonical [::1]:80", "[::1]:80"},
        {"canonical off", "canonical off", ""},
        {"maintenance off", "maintenance off", ""},
        {"maintenance on", "maintenance on", ""},
        {"maintenance on retry-after=60", "maintenance on retry-after=60", ""},
        {"maintenance /down.html", "maintenance /down.html", "/down.html"},
        {"maintenance /caf\xC3\xA9?a=b", "maintenance /caf%C3%A9?a=b", "/caf%C3%A9?a=b"},
        {"maintenance https://Status.example.com retry-after=3600",
         "maintenance https://status.example.com/ retry-after=3600", "https://status.example.com/"},
        {"query pass", "query pass", ""},
        {"query drop", "query drop", ""},
        {"query ignore=utm_*,fbclid", "query ignore=utm_*,fbclid", "utm_*,fbclid"},
        {"query ignore=a+b%2Bc,%C3%A9", "query ignore=a%20b%2Bc,%C3%A9", "a b+c,\xC3\xA9"},
        {"query ignore=%23x", "query ignore=%23x", "#x"},
        {"slash ignore", "slash ignore", ""},
        {"slash exact", "slash exact", ""},
        {"case ignore", "case ignore", ""},
        {"case exact", "case exact", ""},
        {"cache max-age=86400", "cache max-age=86400", "max-age=86400"},
        {"cache max-age=86400 public", "cache max-age=86400 public", "max-age=86400, public"},
        {"cache Max-Age=60,  public , no-transform", "cache Max-Age=60 public no-transform",
         "Max-Age=60, public, no-transform"},
        {"cache no-store", "cache no-store", "no-store"},
        {"cache private=\"X-A, X-B\" s-maxage=3", "cache private=\"X-A, X-B\" s-maxage=3",
         "private=\"X-A, X-B\", s-maxage=3"},
        {"cache community=\"UCI\"", "cache community=\"UCI\"", "community=\"UCI\""},
        {"cache off", "cache off", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_site_value value = {0};
        yn_site_line line;
        problem_log told;
        char *room;
        int error = read_line(&value, &room, &line, rows[i].read, &told);
        if (error)
            print_error("%s: %s\n", rows[i].read, told.all);
        assert_int_equal(error, YONDER_OK);
        assert_text(rows[i].read, value.text, rows[i].text);
        yn_buf out = yn_buf_make(4096, NULL);
        yn_site_write(&out, line, &value);
        assert_text(rows[i].read, yn_buf_text(&out), rows[i].written);
        yn_buf_free(&out);
        free(room);
    }
}

static void a_line_has_its_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        yn_site_value value;
    } rows[] = {
        {"https permanent", {.status = 308}}, {"https temporary", {.status = 307}},
        {"https off", {.off = true}},         {"http10 301", {.status = 301}},
        {"hsts off", {.off = true}},          {"maintenance on retry-after=60", {.seconds = 60}},
        {"maintenance off", {.off = true}},   {"query drop", {.drop = true}},
        {"query pass", {.drop = false}},      {"slash ignore", {.ignore = true}},
        {"case exact", {.ignore = false}},    {"cache off", {.off = true}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_site_value value = {0}, expected = rows[i].value;
        yn_site_line line;
        problem_log told;
        char *room;
        assert_int_equal(read_line(&value, &room, &line, rows[i].text, &told), YONDER_OK);
        assert_row(rows[i].text, value.off == expected.off && value.ignore == expected.ignore &&
                                     value.drop == expected.drop &&
                                     value.status == expected.status &&
                                     value.seconds == expected.seconds && value.text.len == 0);
        free(room);
    }
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int column;
        const char *part;
    } rows[] = {
        {"https", 6, "a value is missing: 'permanent'"},
        {"https on", 7, "'on' is not allowed here: 'permanent', 'temporary'"},
        {"https 303", 7, "'303' is not allowed"},
        {"https off 301", 11, "nothing can follow 'off'"},
        {"http10 307", 8, "'302', '301' and 'off' are"},
        {"http10 permanent", 8, "'302', '301' and 'off' are"},
        {"hsts", 5, "'max-age=SECONDS' is missing"},
        {"hsts preload", 13, "'max-age=SECONDS' is missing"},
        {"hsts max-age", 6, "'max-age' is not allowed here: 'max-age=SECONDS'"},
        {"hsts max-age=", 14, "a number of seconds"},
        {"hsts max-age=1y", 14, "a number of seconds"},
        {"hsts max-age=\"600\"", 14, "a number of seconds"},
        {"hsts max-age=4294967296", 14, "4294967295 at most"},
        {"hsts max-age=600 max-age=600", 18, "'max-age' stands twice"},
        {"hsts max-age=600 preload preload", 26, "'preload' stands twice"},
        {"hsts max-age=600 subdomains", 18, "'subdomains' is not allowed"},
        {"hsts max-age=600 off", 18, "'off' is not allowed"},
        {"hsts max-age=63072000 preload", 23, "refuses a site without includeSubDomains"},
        {"hsts max-age=31535999 includeSubDomains preload", 6, "under 31536000"},
        {"canonical", 10, "a host or 'off' is"},
        {"canonical https://example.com/", 11, "without scheme and path"},
        {"canonical example.com/", 11, "without scheme and path"},
        {"canonical a b", 13, "nothing can follow 'a'"},
        {"canonical a..b:x", 11, "not a valid host"},
        {"canonical *.example.com", 11, "not a valid host"},
        {"canonical user@example.com", 11, "not a valid host"},
        {"canonical .example.com", 11, "not a valid host"},
        {"canonical a..b", 11, "not a valid host"},
        {"canonical example.com..", 11, "not a valid host"},
        {"canonical a\"b", 11, "not a valid host"},
        {"canonical example.com:65536", 11, "not a valid host"},
        {"maintenance", 12, "'off', 'on', a path"},
        {"maintenance down", 13, "'down' is not allowed here: 'off', 'on', a path"},
        {"maintenance ftp://a/", 13, "a URL ('https://…') are"},
        {"maintenance //a/b", 13, "a URL ('https://…') are"},
        {"maintenance /\\a/b", 13, "a URL ('https://…') are"},
        {"maintenance /.//a", 13, "would name a host"},
        {"maintenance https:/a", 13, "a URL ('https://…') are"},
        {"maintenance https://", 13, "a URL ('https://…') are"},
        {"maintenance https://a b:/", 23, "'b:/' is not allowed here: 'retry-after=SECONDS'"},
        {"maintenance https://a<b/", 13, "not a valid URL"},
        {"maintenance https://u:p@a/", 13, "no user name"},
        {"maintenance on retry-after=0", 28, "from 1 to 4294967295"},
        {"maintenance on retry-after=x", 28, "from 1 to 4294967295"},
        {"maintenance on retry-after=1 retry-after=2", 30, "stands twice"},
        {"maintenance off retry-after=1", 17, "nothing can follow 'off'"},
        {"query", 6, "'pass', 'drop' and 'ignore=NAME,…' are"},
        {"query ignore", 7, "'ignore' is not allowed"},
        {"query ignore=", 14, "the name of a parameter is missing"},
        {"query ignore=a,", 16, "the name of a parameter is missing"},
        {"query ignore=a,,b", 16, "the name of a parameter is missing"},
        {"query ignore=a,*", 16, "'query drop'"},
        {"query ignore=a,*b", 16, "only end a name"},
        {"query ignore=a,b%2C", 16, "cannot be ignored"},
        {"query ignore=a%2A", 14, "cannot be ignored"},
        {"query ignore=a, b", 17, "nothing can follow"},
        {"slash", 6, "'exact' and 'ignore' are"},
        {"slash off", 7, "'exact' and 'ignore' are"},
        {"case Exact", 6, "'exact' and 'ignore' are"},
        {"cache", 6, "a Cache-Control value"},
        {"cache ,", 7, "a Cache-Control value"},
        {"cache max-age", 7, "'max-age' takes a number"},
        {"cache max-age=", 15, "neither a token"},
        {"cache max-age=1h", 15, "'max-age' takes a number"},
        {"cache max-age=\"60\"", 15, "'max-age' takes a number"},
        {"cache maxage=60", 7, "is 'max-age' meant?"},
        {"cache public nostore", 14, "is 'no-store' meant?"},
        {"cache no-store=1", 15, "'no-store' takes no value"},
        {"cache public, public", 15, "'public' stands twice"},
        {"cache p<q", 7, "not a cache directive"},
        {"cache x=\"a", 9, "neither a token"},
        {"cache x=\"\xC3\xA9\"", 9, "neither a token"},
        {"cache max-age=60 off=", 22, "neither a token"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_site_value value = {.seconds = 4711};
        yn_site_line line;
        problem_log told;
        char *room;
        assert_row(rows[i].text,
                   read_line(&value, &room, &line, rows[i].text, &told) == YONDER_INVALID_RULES);
        assert_told(rows[i].text, &told, rows[i].column, rows[i].part);
        assert_int_equal(value.seconds, 4711);
        free(room);
    }
}

static void every_problem_of_a_line_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
    } rows[] = {
        {"hsts max-age=x subdomains off", 3},
        {"hsts max-age=600 preload", 2},
        {"query ignore=,*,a*b", 3},
        {"cache max-age=x nostore p<q", 3},
        {"maintenance down retry-after=0", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_site_value value;
        yn_site_line line;
        problem_log told;
        char *room;
        assert_int_equal(read_line(&value, &room, &line, rows[i].text, &told),
                         YONDER_INVALID_RULES);
        assert_row(rows[i].text, told.count == rows[i].count);
        free(room);
    }
}

static void parameters_are_named_by_the_bytes_they_stand_for(void **state)
{
    (void)state;
    static const struct {
        const char *names, *name;
        bool ignored;
    } rows[] = {
        {"utm_*,fbclid", "utm_source", true},
        {"utm_*,fbclid", "utm_", true},
        {"utm_*,fbclid", "utm", false},
        {"utm_*,fbclid", "fbclid", true},
        {"utm_*,fbclid", "fbclid2", false},
        {"utm_*,fbclid", "Fbclid", false},
        {"utm_*,fbclid", "%75tm_x", true},
        {"utm_*,fbclid", "u%74m%5Fx", true},
        {"a b", "a+b", true},
        {"a b", "a%20b", true},
        {"a b*", "a+bc", true},
        {"fbclid", "", false},
        {"", "x", false},
        {"a,b", "a,b", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].name, yn_site_ignores(yonder_text_of(rows[i].names),
                                                 yonder_text_of(rows[i].name)) == rows[i].ignored);
}

static void words_that_start_a_line_are_known(void **state)
{
    (void)state;
    assert_int_equal(yn_site_find(yonder_text_of("https")), YN_SITE_HTTPS);
    assert_int_equal(yn_site_find(yonder_text_of("cache")), YN_SITE_CACHE);
    assert_int_equal(yn_site_find(yonder_text_of("HTTPS")), YN_SITE_COUNT);
    assert_int_equal(yn_site_find(yonder_text_of("http")), YN_SITE_COUNT);
    assert_int_equal(yn_site_find(yonder_text_of("")), YN_SITE_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_written_as_they_were_read),
        cmocka_unit_test(a_line_has_its_meaning),
        cmocka_unit_test(what_is_wrong_is_told_at_its_place),
        cmocka_unit_test(every_problem_of_a_line_is_told),
        cmocka_unit_test(parameters_are_named_by_the_bytes_they_stand_for),
        cmocka_unit_test(words_that_start_a_line_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
