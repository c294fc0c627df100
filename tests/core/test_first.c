// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include <yonder/redirect.h>

#include "base/text.h"

// What `client` makes of `text`; the caller frees. .href is NULL where it is no URL.
static yonder_url first(const char *client, const char *text)
{
    yonder_url url = {0};
    int error = yonder_client_url(yonder_client_find(yonder_text_of(client)), yonder_text_of(text),
                                  NULL, &url);
    assert_row(text, error == YONDER_OK || error == YONDER_INVALID_URL);
    assert_row(text, (error == YONDER_OK) == (url.href != NULL));
    return url;
}

static void check(const char *client, const char *text, const char *expected)
{
    yonder_url url = first(client, text);
    char row[256];
    snprintf(row, sizeof row, "%s <%s>", client, text);
    assert_text(row, url.href ? yonder_url_href(&url) : YN_TEXT("no URL"),
                expected ? expected : "no URL");
    if (url.href)
        assert_row(row, url.href[url.length] == '\0');
    yonder_url_free(&url, NULL);
}

static void a_browser_reads_its_first_url_by_the_standard(void **state)
{
    (void)state;
    check("chrome", "http://a/\"<>\\x^ b?\xC3\xA9#\xC3\xA9",
          "http://a/%22%3C%3E/x%5E%20b?%C3%A9#%C3%A9");
    check("chrome", " HTTP:a/./x/%2e%2E/y\n", "http://a/y");
    check("chrome", "http://*/a|b", "http://%2A/a%7Cb"); // but for what it encodes itself
    check("chrome", "mailto:a@b", "mailto:a@b");
    check("chrome", "a.test/x", NULL);
    check("chrome", "//a.test/x", NULL);
    check("chrome", "", NULL);
}

// tests/e2e/test_decide_curl.py has it from the program.
static void curl_takes_its_first_url_as_it_stands_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *text, *url;
    } rows[] = {
        {"http://a/\"<>", "http://a/\"<>"},
        {"http://a/\\x", "http://a/\\x"},
        {"http://a/a^b|`{}[]'", "http://a/a^b|`{}[]'"},
        {"http://a/\xC3\xA9?\xC3\xA9#\xC3\xA9", "http://a/%c3%a9?\xC3\xA9#\xC3\xA9"},
        {"http://a/\xFF", "http://a/%ff"},
        {"http://a/%zz%41%", "http://a/%zz%41%"},
        {"http://a", "http://a/"},
        {"http://a?", "http://a/?"},
        {"http://a?#", "http://a/?"},
        {"http://a#", "http://a/"},
        {"http://a/x?#y", "http://a/x?#y"},
        {"http://a?b/../c#d/../e", "http://a/?b/../c#d/../e"},
        {"http://a/x/../y/./z/..", "http://a/y/"},
        {"http://a/%2e%2e/x", "http://a/%2e%2e/x"},
        {"http:/a/x", "http://a/x"},
        {"http:///a/x", "http://a/x"},
        {"a.test", "http://a.test/"},
        {"a.test:8080/x?y", "http://a.test:8080/x?y"},
        {"http:80", "http://http/"},
        {"mailto:a@b", "http://mailto:a@b/"},
        {"ftp.a.test/x", "ftp://ftp.a.test/x"},
        {"FTP.a.test", "ftp://ftp.a.test/"},
        {"u:p@ftp.a.test", "ftp://u:p@ftp.a.test/"},
        {"dict.a.test/x", "dict://dict.a.test/x"},
        {"ftp/x", "http://ftp/x"},
        {"ftps.a.test/x", "http://ftps.a.test/x"},
        {"[::1]/x", "http://[::1]/x"},
        {"HTTP://A.TEST/X", "http://a.test/X"},
        {"foo://a/b", "foo://a/b"}, // which it does not go to
        {"http://a/a b", NULL},
        {"http://a/?a b", NULL},
        {"http://a/#a b", NULL},
        {" http://a/", NULL},
        {"http://a/\t", NULL},
        {"http://a/\x7F", NULL},
        {"http:a/x", NULL},
        {"http:////a/x", NULL},
        {"//a/x", NULL},
        {"/x", NULL},
        {"?x", NULL},
        {"#x", NULL},
        {":80/", NULL},
        {"http:", NULL},
        {"a.test:?", NULL},
        {"a:b", NULL},
        {"http://", NULL},
        {"http://a:65536/", NULL},
        {"http://a\\b/", NULL},
        {"http://u v@a/", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check("curl", rows[i].text, rows[i].url);
}

static void a_client_without_a_reading_for_it_reads_it_as_a_location(void **state)
{
    (void)state;
    check("wget", "http://a/\\x y", "http://a/%5Cx%20y");
    check("wget", "a/x", NULL);
    check("wget", "/x", NULL);
    check("requests", "http://a/[x]", "http://a/%5Bx%5D");
    check("requests", "http:a", NULL);
    check("requests", " http://a/", NULL);
}

static void what_the_standard_leaves_out_of_a_url_may_stay(void **state)
{
    (void)state;
    check("requests", "http://u:@a:0/x", "http://u:@a/x");
    check("requests", "http://u:@[::1]:81/x", "http://u:@[::1]:81/x");
    check("chrome", "http://u:@a:0/x", "http://u@a:0/x");
    check("curl", "http://u:@0x7f.1.:81/x", "http://u@0x7f.1.:81/x");
    check("curl", "0x7f.1/x", "http://127.0.0.1/x");
    yonder_url url = first("requests", "http://u:@0x7f.1.:81/x?y#z");
    assert_text("user", yonder_url_get(&url, YONDER_URL_USERNAME), "u");
    assert_text("password", yonder_url_get(&url, YONDER_URL_PASSWORD), "");
    assert_text("host", yonder_url_get(&url, YONDER_URL_HOST), "0x7f.1.:81");
    assert_text("hostname", yonder_url_get(&url, YONDER_URL_HOSTNAME), "0x7f.1.");
    assert_text("port", yonder_url_get(&url, YONDER_URL_PORT), "81");
    assert_text("path", yonder_url_get(&url, YONDER_URL_PATHNAME), "/x");
    assert_text("search", yonder_url_get(&url, YONDER_URL_SEARCH), "?y");
    assert_text("hash", yonder_url_get(&url, YONDER_URL_HASH), "#z");
    yonder_url_free(&url, NULL);
}

static void the_parts_are_in_place(void **state)
{
    (void)state;
    yonder_url url = first("curl", "u:p@a.test:81/b/../c?#d");
    assert_text("user", yonder_url_get(&url, YONDER_URL_USERNAME), "u");
    assert_text("host", yonder_url_get(&url, YONDER_URL_HOST), "a.test:81");
    assert_text("path", yonder_url_get(&url, YONDER_URL_PATHNAME), "/c");
    assert_text("search", yonder_url_get(&url, YONDER_URL_SEARCH), "");
    assert_text("hash", yonder_url_get(&url, YONDER_URL_HASH), "#d");
    assert_text("target", yonder_url_target(&url), "/c?");
    assert_true(url.has_query && url.has_fragment && url.port == 81 && url.special);
    yonder_url_free(&url, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_browser_reads_its_first_url_by_the_standard),
        cmocka_unit_test(curl_takes_its_first_url_as_it_stands_or_not_at_all),
        cmocka_unit_test(a_client_without_a_reading_for_it_reads_it_as_a_location),
        cmocka_unit_test(what_the_standard_leaves_out_of_a_url_may_stay),
        cmocka_unit_test(the_parts_are_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
