// SPDX-License-Identifier: MIT
// The shared declarative refresh steps of the HTML standard, step by step.
#include "test.h"

#include "base/text.h"
#include "core/refresh.h"

#define D "http://a.test/d/page?q#f"

typedef struct row {
    const char *value;
    int64_t seconds;
    const char *url; // NULL: the value asks for nothing
} row;

static const row rows[] = {
    // step 3: blanks before the time; a vertical tab and a no-break space are none
    {" \t\n\f\r5", 5, D},
    {"\v5", 0, NULL},
    {"", 0, NULL},
    {"   ", 0, NULL},
    // steps 5 to 8: the time
    {"0", 0, D},
    {"007", 7, D},
    {"5.75", 5, D},
    {"5.", 5, D},
    {".5", 0, D},
    {".", 0, D},
    {"...1..2", 0, D},
    {"1.2.3.4", 1, D},
    {"99999999999999999999999", INT64_MAX, D},
    {"-1", 0, NULL},
    {"+1", 0, NULL},
    {"x", 0, NULL},
    {";url=/n", 0, NULL},
    {"url=/n", 0, NULL},
    // step 10: what may follow the time
    {"5x", 0, NULL},
    {"5/n", 0, NULL},
    {"5-", 0, NULL},
    {"5;", 5, D},
    {"5,", 5, D},
    {"5 ", 5, D},
    {"5 ; ", 5, D},
    {"5;/n", 5, "http://a.test/n"},
    {"5,/n", 5, "http://a.test/n"},
    {"5 /n", 5, "http://a.test/n"},
    {"5\t;\t/n", 5, "http://a.test/n"},
    {"5 , /n", 5, "http://a.test/n"},
    {"5;;/n", 5, "http://a.test/d/;/n"},
    {"5;,/n", 5, "http://a.test/d/,/n"},
    {"5 ; ; /n", 5, "http://a.test/d/;%20/n"},
    // step 11: the word before the URL
    {"5;url=/n", 5, "http://a.test/n"},
    {"5;URL=/n", 5, "http://a.test/n"},
    {"5; uRl \t= /n", 5, "http://a.test/n"},
    {"5 url=/n", 5, "http://a.test/n"},
    {"5;url /n", 5, "http://a.test/d/url%20/n"},
    {"5;url", 5, "http://a.test/d/url"},
    {"5;ur", 5, "http://a.test/d/ur"},
    {"5;u", 5, "http://a.test/d/u"},
    {"5;urx=/n", 5, "http://a.test/d/urx=/n"},
    {"5;uri=/n", 5, "http://a.test/d/uri=/n"},
    {"5;url=", 5, "http://a.test/d/page?q"},
    {"5;url= ", 5, "http://a.test/d/page?q"},
    {"5;url==n", 5, "http://a.test/d/=n"},
    {"5;url=url=n", 5, "http://a.test/d/url=n"},
    // quotes: with the word or in its place, not after a part of it
    {"5;url='/n'", 5, "http://a.test/n"},
    {"5;url=\"/n\"", 5, "http://a.test/n"},
    {"5;'/n'", 5, "http://a.test/n"},
    {"5;\"/n", 5, "http://a.test/n"},
    {"5;url='/n\"", 5, "http://a.test/n%22"},
    {"5;url='/n'x", 5, "http://a.test/n"},
    {"5;url= '/n ' x", 5, "http://a.test/n"},
    {"5;url=x'/n'", 5, "http://a.test/d/x'/n'"},
    {"5;'url=/n'", 5, "http://a.test/d/url=/n"},
    {"5;url=''", 5, "http://a.test/d/page?q"},
    {"5;url'/n'", 5, "http://a.test/d/url'/n'"},
    // the URL
    {"5;url=//b.test", 5, "http://b.test/"},
    {"5;url=https://b.test/#g", 5, "https://b.test/#g"},
    {"5;url=#g", 5, "http://a.test/d/page?q#g"},
    {"5;url=http://[", 0, NULL},
    {"5;url=mailto:me@a.test", 5, "mailto:me@a.test"},
    {"5;url=data:text/html,x", 5, "data:text/html,x"},
    {"5;url=javascript:alert(1)", 0, NULL},
    {"5;url=JavaScript:x", 0, NULL},
    {"5;url= java\tscript:x", 0, NULL},
    {"5;url=/a\nb", 5, "http://a.test/ab"},
};

static void check(const char *name, yonder_text value, yonder_refresh_source source,
                  const yonder_url *document, const yonder_url *base, int64_t seconds,
                  const char *expected)
{
    yonder_refresh refresh;
    int found = yonder_refresh_read(value, source, document, base, NULL, &refresh);
    assert_row(name, found == (expected != NULL));
    if (!expected)
        return;
    assert_row(name, refresh.seconds == seconds);
    assert_text(name, yonder_url_href(&refresh.url), expected);
    yonder_url_free(&refresh.url, NULL);
}

static void a_value_is_read_step_by_step(void **state)
{
    (void)state;
    yonder_url document;
    assert_int_equal(yonder_url_parse(&document, YN_TEXT(D), NULL, NULL), YONDER_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        yonder_text value = yonder_text_of(r->value);
        check(r->value, value, YONDER_REFRESH_META, &document, NULL, r->seconds, r->url);
        check(r->value, value, YONDER_REFRESH_HEADER, &document, NULL, r->seconds, r->url);
    }
    yonder_url_free(&document, NULL);
}

static void a_field_is_bytes_and_an_element_is_text(void **state)
{
    (void)state;
    yonder_url document;
    assert_int_equal(yonder_url_parse(&document, YN_TEXT(D), NULL, NULL), YONDER_OK);
    yonder_text value = YN_TEXT("0;url=/\xC3\xA9");
    check("element", value, YONDER_REFRESH_META, &document, NULL, 0, "http://a.test/%C3%A9");
    check("field", value, YONDER_REFRESH_HEADER, &document, NULL, 0, "http://a.test/%C3%83%C2%A9");
    yonder_url_free(&document, NULL);
}

static void a_base_is_for_urls_and_not_for_reloading(void **state)
{
    (void)state;
    yonder_url document, base;
    assert_int_equal(yonder_url_parse(&document, YN_TEXT(D), NULL, NULL), YONDER_OK);
    assert_int_equal(yonder_url_parse(&base, YN_TEXT("https://b.test/x/y"), NULL, NULL), YONDER_OK);
    check("relative", YN_TEXT("1;n"), YONDER_REFRESH_META, &document, &base, 1,
          "https://b.test/x/n");
    check("empty", YN_TEXT("1;url="), YONDER_REFRESH_META, &document, &base, 1,
          "https://b.test/x/y");
    check("none", YN_TEXT("1"), YONDER_REFRESH_META, &document, &base, 1, D);
    yonder_url_free(&base, NULL);
    yonder_url_free(&document, NULL);
}

static void a_client_reads_and_spells_it_its_own_way(void **state)
{
    (void)state;
    static const struct {
        const char *client, *value, *url; // NULL: the value asks for nothing
    } cases[] = {
        {"chrome", "0;/a|b?c|d", "http://a.test/a%7Cb?c|d"},
        {"firefox", "0;/a|b?c|d", "http://a.test/a|b?c|d"},
        {"chrome", "2147483;/n", "http://a.test/n"},
        {"chrome", "2147484;/n", NULL},
        {"chrome", "99999999999999999999;/n", NULL},
        {"firefox", "99999999999999999999;/n", "http://a.test/n"},
        {"chrome", ".;/n", NULL},
        {"chrome", " ..", NULL},
        {"chrome", ".5;/n", "http://a.test/n"},
        {"chrome", "0.;/n", "http://a.test/n"},
        {"firefox", ".;/n", "http://a.test/n"},
        {"chrome", "x;/n", NULL},
    };
    yonder_url document;
    assert_int_equal(yonder_url_parse(&document, YN_TEXT(D), NULL, NULL), YONDER_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        yonder_refresh refresh;
        int found = yn_refresh_read(yonder_client_find(yonder_text_of(cases[i].client)),
                                    yonder_text_of(cases[i].value), YONDER_REFRESH_META, &document,
                                    NULL, NULL, &refresh);
        assert_row(cases[i].value, found == (cases[i].url != NULL));
        if (!found)
            continue;
        assert_text(cases[i].value, yonder_url_href(&refresh.url), cases[i].url);
        yonder_url_free(&refresh.url, NULL);
    }
    yonder_url_free(&document, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_read_step_by_step),
        cmocka_unit_test(a_field_is_bytes_and_an_element_is_text),
        cmocka_unit_test(a_base_is_for_urls_and_not_for_reloading),
        cmocka_unit_test(a_client_reads_and_spells_it_its_own_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
