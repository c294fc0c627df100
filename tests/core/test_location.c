// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "core/location.h"

// The base of every row that names none.
#define BASE "http://first.test/a/b/c?x=1"

// What `client` makes of `value` at `base`; the caller frees. .href is NULL where it is no URL.
static yonder_url resolved(const char *client, yonder_text value, const char *base)
{
    yonder_url at, url = {0};
    assert_int_equal(yonder_url_parse(&at, yonder_text_of(base), NULL, NULL), YONDER_OK);
    int error =
        yn_location_resolve(yonder_client_find(yonder_text_of(client)), value, &at, NULL, &url);
    assert_true(error == YONDER_OK || error == YONDER_INVALID_URL);
    assert_true((error == YONDER_OK) == (url.href != NULL));
    yonder_url_free(&at, NULL);
    return url;
}

static void check(const char *client, const char *base, const char *value, const char *expected)
{
    yonder_url url = resolved(client, yonder_text_of(value), base);
    char row[256];
    snprintf(row, sizeof row, "%s <%s>", client, value);
    assert_text(row, url.href ? yonder_url_href(&url) : YN_TEXT("no URL"),
                expected ? expected : "no URL");
    if (url.href)
        assert_row(row, url.href[url.length] == '\0');
    yonder_url_free(&url, NULL);
}

static void chrome_reads_a_location_by_the_url_standard(void **state)
{
    (void)state;
    static const struct {
        const char *value, *url;
    } rows[] = {
        {"/☃?q=☃", "http://first.test/%E2%98%83?q=%E2%98%83"},
        {"/\xFF", "http://first.test/%FF"}, // the byte, not U+FFFD
        {"/\xC3?\xE2\x98#\x80", "http://first.test/%C3?%E2%98#%80"},
        {"/a b?c d", "http://first.test/a%20b?c%20d"},
        {"/%zz%2e%2E/x", "http://first.test/%zz%2e%2E/x"},
        {"/y/%2e%2E/x", "http://first.test/x"},
        {"\\x\\y", "http://first.test/x/y"},
        {"?z=1", "http://first.test/a/b/c?z=1"},
        {"#f", "http://first.test/a/b/c?x=1#f"},
        {"http:abs", "http://first.test/a/b/abs"},
        {"http:/h/os", "http://first.test/h/os"},
        {"http:///h/ts", "http://h/ts"},
        {"https:abs", "https://abs/"},
        {"/a\tb\n", "http://first.test/ab"},
        {"/a[1]{x}\"<>^`", "http://first.test/a[1]%7Bx%7D%22%3C%3E%5E%60"},
        {"http://2130706433/", "http://127.0.0.1/"},
        {"http://a:99999/", NULL},
        {"HTTP://B", "http://b/"},
        {"//u:p@b/", "http://u:p@b/"},
        {"http://ü.test/", "http://xn--tda.test/"},
        {"mailto:ü", "mailto:%C3%BC"},
        {"x\x01y", "http://first.test/a/b/x%01y"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check("chrome", BASE, rows[i].value, rows[i].url);
    yonder_url url = resolved("chrome", (yonder_text){"/a\0b", 4}, BASE);
    assert_text("NUL", yonder_url_href(&url), "http://first.test/a%00b");
    yonder_url_free(&url, NULL);
}

// tests/e2e/test_chromium.py has it from the program.
static void chrome_encodes_three_characters_that_the_standard_lets_stand(void **state)
{
    (void)state;
    check("chrome", BASE, "/a|b?c|d#e|f", "http://first.test/a%7Cb?c|d#e|f");
    check("chrome", BASE, "//u's:it's@h'/'?'#'", "http://u%27s:it%27s@h'/'?%27#'");
    check("chrome", BASE, "//*.test/*", "http://%2A.test/*");
    check("chrome", BASE, "mailto:a|b", "mailto:a|b");
    check("firefox", BASE, "//u'@h/|", "http://u'@h/|");
    yonder_url url = resolved("chrome", YN_TEXT("http://u':p@*.b:81/|/'?|#|"), BASE);
    static const struct {
        yonder_url_part part;
        const char *value;
    } parts[] = {
        {YONDER_URL_PROTOCOL, "http:"},  {YONDER_URL_USERNAME, "u%27"},  {YONDER_URL_PASSWORD, "p"},
        {YONDER_URL_HOST, "%2A.b:81"},   {YONDER_URL_HOSTNAME, "%2A.b"}, {YONDER_URL_PORT, "81"},
        {YONDER_URL_PATHNAME, "/%7C/'"}, {YONDER_URL_SEARCH, "?|"},      {YONDER_URL_HASH, "#|"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_text(parts[i].value, yonder_url_get(&url, parts[i].part), parts[i].value);
    yonder_url_free(&url, NULL);
}

static void a_fragment_is_inherited_where_the_location_has_none(void **state)
{
    (void)state;
    static const struct {
        const char *client, *base, *value, *url;
    } rows[] = {
        {"chrome", "http://a/x#f", "/y", "http://a/y#f"},
        {"chrome", "http://a/x#f", "http://b", "http://b/#f"},
        {"chrome", "http://a/x#f", "/y#g", "http://a/y#g"},
        {"chrome", "http://a/x#f", "/y#", "http://a/y#"},
        {"chrome", "http://a/x#", "/y", "http://a/y"},
        {"firefox", "http://a/x#", "./y?q", "http://a/y?q"},
        {"chrome", "http://a/x", "/y", "http://a/y"},
        {"chrome", "http://a/x#f", "mailto:b", "mailto:b#f"},
        {"requests", "http://a/x#f", "/y", "http://a/y#f"},
        {"curl", "http://a/x#f", "/y", "http://a/y"},
        {"wget", "http://a/x#f", "/y", "http://a/y"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].client, rows[i].base, rows[i].value, rows[i].url);
    yonder_url url = resolved("chrome", YN_TEXT("/y"), "http://a/x?q#fgh");
    assert_text("hash", yonder_url_get(&url, YONDER_URL_HASH), "#fgh");
    assert_true(url.has_fragment);
    yonder_url_free(&url, NULL);
}

// Every row was seen with curl 7.88.1; tests/e2e/test_decide_curl.py asks it again, and for more.
static void curl_reads_a_location_as_text(void **state)
{
    (void)state;
    static const struct {
        const char *base, *value, *url;
    } rows[] = {
        {BASE, "/☃?q=☃", "http://first.test/%e2%98%83?q=%e2%98%83"},
        {BASE, "/\xFF", "http://first.test/%ff"},
        {BASE, "/a b?c d", "http://first.test/a%20b?c+d"},
        {BASE, "/a b#c d?e f", "http://first.test/a%20b#c%20d?e+f"},
        {BASE, "/%zz%2e%2E/x", "http://first.test/%zz%2e%2E/x"},
        {BASE, "\\x\\y", "http://first.test/a/b/\\x\\y"},
        {BASE, "/a[1]|{x}\"<>^`", "http://first.test/a[1]|{x}\"<>^`"},
        {BASE, "?z=1", "http://first.test/a/b/c?z=1"},
        {BASE, "#f", "http://first.test/a/b/#f"},
        {BASE, "?", "http://first.test/a/b/c"},
        {BASE, "/x?#", "http://first.test/x"},
        {BASE, "..", "http://first.test/a/"},
        {BASE, "../?q", "http://first.test/a?q"},
        {BASE, "../../../../x", "http://first.test/x"},
        {BASE, "/a/./b/../c/.", "http://first.test/a/c/"},
        {BASE, "y?a/../b", "http://first.test/a/b/y?a/../b"},
        {"http://a/b#c/d", "e", "http://a/b#c/e"},
        {"http://a/b#c/d", "../e", "http://a/e"},
        {"http://a", "#f", "http://a/#f"},
        {"http://u:p@a:81/x", "/y", "http://u:p@a:81/y"},
        {BASE, "http:abs", NULL},
        {BASE, "http:/h/os", "http://h/os"},
        {BASE, "http:///h/ts", "http://h/ts"},
        {BASE, "http:////h/", NULL},
        {BASE, "//h?q r/s", "http://h/?q+r/s"},
        {BASE, "///h/ts", "http://h/ts"},
        {BASE, "////h", NULL},
        {BASE, "HTTP://H", "http://h/"},
        {BASE, "http://h?a", "http://h/?a"},
        {BASE, "http://h#a", "http://h/#a"},
        {BASE, "http://h/x#a b", NULL},
        {BASE, "/a\tb", NULL},
        {BASE, "/a\x7F", NULL},
        {BASE, "http://2130706433/d", "http://127.0.0.1/d"},
        {BASE, "http://h:99999/", NULL},
        {BASE, "http://h:x/", NULL},
        {BASE, "http://h:/", "http://h/"},
        {BASE, "http://h:0080/", "http://h/"},
        {BASE, "http://u:p@q@h/", NULL},
        {BASE, "http://u\\v@h/", "http://u%5cv@h/"},
        {BASE, "http://h\\x", NULL},
        {BASE, "http://a;b/", NULL},
        {BASE, "http://a%20b/", NULL},
        {BASE, "http://h%2Etest/", "http://h.test/"},
        {BASE, "http:///", NULL},
        {BASE, "//", NULL},
        {BASE, "http://[::1]:8/x", "http://[::1]:8/x"},
        {BASE, "http://[::1/", NULL},
        {BASE, "http://[::1]x/", NULL},
        {BASE, "http://ü.test/ü", "http://xn--tda.test/%c3%bc"},
        {BASE, "ftp://h/a b", "ftp://h/a%20b"},
        {BASE, "FTPS://h:990/x;y", "ftps://h:990/x;y"},
        {BASE, "ftps:///", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check("curl", rows[i].base, rows[i].value, rows[i].url);
}

static void wget_and_requests_are_readings_of_the_same_kind(void **state)
{
    (void)state;
    static const struct {
        const char *value, *wget, *requests;
    } rows[] = {
        {"/☃?q=☃", "/%E2%98%83?q=%E2%98%83", "/%E2%98%83?q=%E2%98%83"},
        {"/\xFF", "/%FF", NULL},
        {"/a b?c d", "/a%20b?c%20d", "/a%20b?c%20d"},
        {"/%zz%2e%2E/x", "/%25zz%2e%2E/x", "/%25zz%252e%252E/x"},
        {"/\\x\\y", "/%5Cx%5Cy", "/%5Cx%5Cy"},
        {"?z=1", "/a/b/c?z=1", "/a/b/c?z=1"},
        {"#f", "/a/b/c?x=1", "/a/b/c?x=1#f"},
        {"x", "/a/b/x", "/a/b/x"},
        {"http:/abs", NULL, "/abs"},
        {"http:/h/os", NULL, "/h/os"},
        {"http:///h/ts", NULL, "/h/ts"},
        {"/a\tb", "/a%09b", "/ab"},
        {"/a[1]|{x}\"<>^`", "/a[1]%7C%7Bx%7D%22%3C%3E%5E%60", "/a%5B1%5D%7C%7Bx%7D%22%3C%3E%5E%60"},
        {"//first.test:99999/", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *expected[] = {rows[i].wget, rows[i].requests};
        for (int c = 0; c < 2; c++) {
            char url[256];
            snprintf(url, sizeof url, "http://first.test%s", expected[c] ? expected[c] : "");
            check(c ? "requests" : "wget", BASE, rows[i].value, expected[c] ? url : NULL);
        }
    }
}

// Seen with wget 1.21.3 and requests 2.28.1; tests/e2e/test_decide_tools.py asks them again.
static void wget_and_requests_keep_what_they_were_given(void **state)
{
    (void)state;
    static const struct {
        const char *client, *value, *url;
    } rows[] = {
        {"wget", "?", "http://first.test/a/b/c?"},
        {"wget", "/x?#f", "http://first.test/x?"},
        {"wget", "http://0x7F.1/", "http://0x7f.1/"},
        {"wget", "http://4294967296/x", "http://4294967296/x"},
        {"wget", "http://1.2.3.4./", "http://1.2.3.4./"},
        {"curl", "http://0x7F.1/b", "http://127.0.0.1/b"},
        {"curl", "http://0x7F.1./b", "http://0x7f.1./b"},
        {"curl", "http://u@127.0.0.1.:81/b", "http://u@127.0.0.1.:81/b"},
        {"curl", "http://256.1./", "http://256.1./"},
        {"curl", "http://h.1./", "http://h.1./"},
        {"curl-follow", "http://0x7F.1./b", "http://127.0.0.1/b"},
        {"wget", "http://[::ffff:1.2.3.4]/", "http://[::ffff:1.2.3.4]/"},
        {"wget", "http://u v@h/", "http://u%20v@h/"},
        {"wget", "http://@h/", NULL},
        {"wget", "http://:p@h/", NULL},
        {"wget", "http://h\\x", NULL},
        {"wget", "http://u:p@q@h/", NULL},
        {"wget", "x.y:z", "http://first.test/a/b/x.y:z"},
        {"requests", "?", "http://first.test/a/b/c?x=1"},
        {"requests", "//", "http://first.test/a/b/c?x=1"},
        {"requests", "///x", "http://first.test/x"},
        {"requests", "////h/x", "http://h/x"},
        {"requests", "http:x", "http://first.test/x"},
        {"requests", "http:?q", "http://first.test/a/b/c?q"},
        {"requests", "https:x", NULL},
        {"requests", "http://h/a/../b", "http://h/a/../b"},
        {"requests", "/a/../b", "http://first.test/b"},
        {"requests", "/..//x", "http://first.test/x"},
        {"requests", "a//b", "http://first.test/a/b/a/b"},
        {"requests", "/a//b", "http://first.test/a//b"},
        {"requests", "..;p", "http://first.test/a/;p"},
        {"requests", "/x;", "http://first.test/x"},
        {"requests", "/%41%7e%e2", "http://first.test/A~%E2"},
        {"requests", "/%2e%2e/x", "http://first.test/x"},
        {"requests", "/a% [?[", "http://first.test/a%25%2520%5B?%5B"},
        {"requests", "http://h%2Etest/", "http://h.test/"},
        {"requests", "http://h%20x/", NULL},
        {"requests", "http://u:p@q@h/", "http://u:p%40q@h/"},
        {"requests", "http://127.1/", "http://127.1/"},
        {"requests", "http://u:@127.1:0/x?y#z", "http://u:@127.1/x?y#z"},
        {"requests", "http://u:@h:81/x?y#z", "http://u:@h:81/x?y#z"},
        {"requests", "http://u@h:00/", "http://u@h/"},
        {"requests", "http://:@h/", "http://h/"},
        {"requests", "//h:0?q", "http://h/?q"},
        {"wget", "http://u:@h:0/", "http://u@h:0/"},
        {"requests", "1x:y", "http://first.test/a/b/1x:y"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(rows[i].client, BASE, rows[i].value, rows[i].url);
}

// Seen with Go 1.27; tests/data/go.jsonl has more.
static void go_decodes_a_path_to_encode_it_and_leaves_a_query_alone(void **state)
{
    (void)state;
    static const struct {
        const char *value, *url;
    } rows[] = {
        {"/a b?c d", "http://first.test/a%20b?c d"},
        {"/\xE2?\xE2", "http://first.test/%E2?\xE2"},
        {"/[1]'", "http://first.test/[1]'"},
        {"/[1]' ", "http://first.test/%5B1%5D%27%20"},
        {"/a%2fb c", "http://first.test/a/b%20c"},
        {"/%2e%2e/x", "http://first.test/%2e%2e/x"},
        {"/%", NULL},
        {"/x?%", "http://first.test/x?%"},
        {"/x#%", NULL},
        {"/a\tb", NULL},
        {"x y:z", NULL},
        {"./x:y", "http://first.test/a/b/x:y"},
        {"/x:y", "http://first.test/x:y"},
        {"?", "http://first.test/a/b/c?"},
        {"#f", "http://first.test/a/b/c?x=1#f"},
        {"//", "http://first.test/a/b/c?x=1"},
        {"///h/x", "http://first.test///h/x"},
        {"/a/..//x", "http://first.test/x"},
        {"http:abs", NULL},
        {"http:/h", NULL},
        {"http:///h", NULL},
        {"http://u v@h/", NULL},
        {"http://u:p@q@h/", "http://u:p%40q@h/"},
        {"http://h%2Etest/", NULL},
        {"http://0x7f.1/", "http://0x7f.1/"},
        {"http://h:99999/", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check("go", BASE, rows[i].value, rows[i].url);
}

// Seen with curl 8.23; tests/data/curl-follow.jsonl has more.
static void the_new_curl_reads_a_location_otherwise_than_the_old(void **state)
{
    (void)state;
    static const struct {
        const char *value, *url;
    } rows[] = {
        {"/☃?q=☃", "http://first.test/%E2%98%83?q=%E2%98%83"},
        {"/%e2%zz", "http://first.test/%E2%zz"},
        {"/a b?c d", "http://first.test/a%20b?c+d"},
        {"#f", "http://first.test/a/b/c?x=1#f"},
        {"../?q", "http://first.test/a/?q"},
        {"/x/%2e%2E/y", "http://first.test/y"},
        {"/a\tb", "http://first.test/a%09b"},
        {"1x://h/", "http://first.test/a/b/1x://h/"},
        {"http://./", NULL},
        {"http://h../", NULL},
        {"http://h./", "http://h./"},
        {"http:///h/ts", "http://h/ts"},
        {"http:////h", NULL},
        {"http://127.1/", "http://127.0.0.1/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check("curl-follow", BASE, rows[i].value, rows[i].url);
}

static void the_parts_of_a_url_read_as_text_lie_where_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *parts[YONDER_URL_PARTS];
        bool query, fragment;
    } rows[] = {
        {"http://u:p@h:81/a\\b?c d",
         {"http:", "u", "p", "h:81", "h", "81", "/a\\b", "?c+d", ""},
         true,
         false},
        {"/x#y?z",
         {"http:", "", "", "first.test", "first.test", "", "/x", "", "#y?z"},
         false,
         true},
        {"/?#", {"http:", "", "", "first.test", "first.test", "", "/", "", ""}, false, false},
        {"ftps://h/?a#b", {"ftps:", "", "", "h", "h", "", "/", "?a", "#b"}, true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url url = resolved("curl", yonder_text_of(rows[i].value), BASE);
        assert_row(rows[i].value, url.href);
        for (int part = 0; url.href && part < YONDER_URL_PARTS; part++)
            assert_text(rows[i].value, yonder_url_get(&url, (yonder_url_part)part),
                        rows[i].parts[part]);
        assert_row(rows[i].value, url.has_query == rows[i].query);
        assert_row(rows[i].value, url.has_fragment == rows[i].fragment);
        assert_row(rows[i].value, url.has_host && !url.opaque_path);
        yonder_url_free(&url, NULL);
    }
}

static void a_base_without_a_host_takes_no_relative_reference(void **state)
{
    (void)state;
    check("curl", "mailto:x", "/y", NULL);
    check("curl", "foo:/bar/baz", "y", NULL);
    check("wget", "foo:/.//bar/baz", "y", NULL);
    check("curl", "mailto:x", "http://h/y", "http://h/y");
}

static void a_location_over_the_limit_is_refused(void **state)
{
    (void)state;
    static const char *const clients[] = {"chrome", "curl", "wget"};
    yonder_url base, url;
    char *value = malloc(YONDER_URL_MAX);
    assert_non_null(value);
    memset(value, '\xFF', YONDER_URL_MAX);
    value[0] = '/';
    assert_int_equal(yonder_url_parse(&base, YN_TEXT(BASE), NULL, NULL), YONDER_OK);
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        yonder_text text = {value, YONDER_URL_MAX};
        assert_int_equal(yn_location_resolve(yonder_client_find(yonder_text_of(clients[i])), text,
                                             &base, NULL, &url),
                         YONDER_TOO_LARGE);
    }
    yonder_url_free(&base, NULL);
    free(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chrome_reads_a_location_by_the_url_standard),
        cmocka_unit_test(chrome_encodes_three_characters_that_the_standard_lets_stand),
        cmocka_unit_test(a_fragment_is_inherited_where_the_location_has_none),
        cmocka_unit_test(curl_reads_a_location_as_text),
        cmocka_unit_test(wget_and_requests_are_readings_of_the_same_kind),
        cmocka_unit_test(wget_and_requests_keep_what_they_were_given),
        cmocka_unit_test(go_decodes_a_path_to_encode_it_and_leaves_a_query_alone),
        cmocka_unit_test(the_new_curl_reads_a_location_otherwise_than_the_old),
        cmocka_unit_test(the_parts_of_a_url_read_as_text_lie_where_they_should),
        cmocka_unit_test(a_base_without_a_host_takes_no_relative_reference),
        cmocka_unit_test(a_location_over_the_limit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
