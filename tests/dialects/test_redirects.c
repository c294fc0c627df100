// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

#include <stdlib.h>

#define SLASH "slash ignore\n"
#define FILES "0: changed\n" // rules give way to files

static void netlify_has_pairs_conditions_and_force(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"", SLASH, ""},
        {"# nothing\n\n", SLASH, ""},
        {"/a /b 301!", SLASH "/a /b 301\n", ""},
        {"/a /b", SLASH "/a /b 301\n", FILES},
        {"/a /b # note", SLASH "/a /b 301\n", FILES},
        {"/a # /b", SLASH, "1: error\n"},
        {"/a\t/b\r\n/c /d 302!\r\n", SLASH "/a /b 301\n/c /d 302\n", FILES},
        {"\xEF\xBB\xBF/a /b 301!", SLASH "/a /b 301\n", ""},
        {"/a /b#frag 301!", SLASH "/a /b#frag 301\n", ""},
        {"/store id=:id /blog/:id 301!", SLASH "/store id=:id /blog/:id 301\n", ""},
        {"/s a=b=c /t 301!", SLASH "/s a=b /t 301\n", "1: changed\n"},
        {"/s id /t 301!", SLASH, "1: lost\n"},
        {"/ /us 302! Country=us,ca Language=en", SLASH "/ /us 302 country=us,ca language=en\n", ""},
        {"/ /us 302! cookie=a,b", SLASH "/ /us 302 cookie=a,b\n", ""},
        {"/ /us Country=us", SLASH, "1: error\n"},
        {"/ /us 302! Role=admin", SLASH, "1: lost\n"},
        {"/ /us 302! Other=x", SLASH, "1: lost\n"},
        {"/.netlify/x /y", SLASH, "1: error\n"},
        {"/a nowhere", SLASH, "1: error\n"},
        {"/a", SLASH, "1: error\n"},
        {"a /b", SLASH, "1: error\n"},
        {"/a?x=1 /b", SLASH, "1: error\n"},
    };
    CONVERT(netlify, yonder, rows);
}

static void statuses_differ(void **state)
{
    (void)state;
    static const convert_row netlify[] = {
        {"/a /b 303!", SLASH "/a /b? see-other\n", ""}, // the query goes with 301 and 302 only
        {"/a /b 307!", SLASH "/a /b? temporary\n", ""},
        {"/a /b 308!", SLASH "/a /b? permanent\n", ""},
        {"/a /b 200!", SLASH, "1: lost\n"},
        {"/admin/* 200", SLASH, "1: lost\n"},
        {"/admin 200", SLASH, "1: error\n"},
        {"/admin/* 301", SLASH, "1: error\n"},
        {"/* /404.html 404!", SLASH "/* - 404\n", "1: changed\n"},
        {"/a /b 410!", SLASH "/a - gone\n", "1: changed\n"},
        {"/a /b 418!", SLASH, "1: lost\n"},
        {"/a /b 600", SLASH, "1: error\n"},
        {"/a /b -1", SLASH, "1: error\n"},
    };
    static const convert_row cloudflare[] = {
        {"/a /b", "/a /b 302\n", ""},
        {"/a /b 301!", "", "1: error\n"},
        {"/a /b 404", "", "1: error\n"},
        {"/a /b 200", "", "1: lost\n"},
        {"/a https://b 308", "/a https://b permanent\n", ""},
    };
    static const convert_row gitlab[] = {
        {"/a /b", SLASH "/a /b? 301\n", FILES},
        {"/a /b?c 302", SLASH "/a /b?c 302\n", FILES},
        {"/a /b#c 302", SLASH "/a /b?#c 302\n", FILES},
        {"/a /b 307", SLASH, "1: error\n"},
        {"/a /b 301!", SLASH, "1: error\n"},
    };
    static const convert_row ipfs[] = {
        {"/a /b", "/a /b 301\n", FILES},
        {"/a /451.html 451", "/a - 451\n", "1: changed\n" FILES},
        {"/a /b 303", "/a /b see-other\n", FILES},
        {"/a /b # c", "", "1: error\n"},
    };
    CONVERT(netlify, yonder, netlify);
    CONVERT(cloudflare, yonder, cloudflare);
    CONVERT(gitlab, yonder, gitlab);
    CONVERT(ipfs, yonder, ipfs);
}

static void patterns_keep_their_meaning(void **state)
{
    (void)state;
    static const convert_row netlify[] = {
        {"/blog/* /news/:splat 301!", SLASH "/blog/* /news/:splat 301\n", ""},
        {"/p/:id/:id_2 /q/:id_2/:id 301!", SLASH "/p/:id/:id_2 /q/:id_2/:id 301\n", ""},
        {"/a* /b/:splat 301!", SLASH "~^/a(.*)$ /b/$1 301\n", ""},
        {"/a/*/b /c", SLASH, "1: lost\n"},
        {"/a /b/:c 301!", SLASH "/a /b/%3Ac 301\n", ""},
        {"/x/:a/:a /y/:a", SLASH, "1: error\n"},
        {"http://h.com/* http://www.h.com/:splat 301!",
         SLASH "http://h.com/* http://www.h.com/:splat 301\n", ""},
        {"http://h.com https://x 301!", SLASH "http://h.com/ https://x 301\n", ""},
        {"/a/* https://:splat.h.com/ 301!", SLASH, "1: lost\n"},
        {"/a/:b https://:b.h.com/ 301!", SLASH "/a/:b https://:b.h.com/ 301\n", ""},
        {"/a/:b https://:b 301!", SLASH, "1: lost\n"},
        {"//h/a /b 301!", SLASH "~^//h/a$ /b 301\n", ""}, // a path all the same
    };
    static const convert_row cloudflare[] = {
        {"/blog/* /news/:splat", "~^/blog/(.*)$ /news/$1 302\n", ""},
        {"/blog /n\n/blog/* /news/:splat", "/blog /n 302\n/blog/* /news/:splat 302\n", ""},
        {"/* https://x.com/:splat", "/* https://x.com/:splat 302\n", ""},
        {"/a/*/b /c/:splat", "~^/a/(.*)/b$ /c/$1 302\n", ""},
        {"/a/*/b/* /c", "", "1: error\n"},
        {"/x-:a.html /y/:a", "~^/x-([^/]+)\\.html$ /y/$1 302\n", ""},
        {"/x-:a/:b /y/:b2:a2 302", "~^/x-([^/]+)/([^/]+)$ /y/%3Ab2%3Aa2 302\n", ""},
        {"/x-:a /y/:a0 302", "~^/x-([^/]+)$ /y/%3Aa0 302\n", ""},
        {"/:x/* /y$1/:x$:splat", "~^/([^/]+)/(.*)$ /y%241/$1$$2 302\n", ""},
        {"/caf%C3%A9* /x", "~^/caf\xC3\xA9(.*)$ /x 302\n", ""},
        {"a /b", "/a /b 302\n", ""},
        {"/a?b#c /d", "/a /d 302\n", "1: changed\n"},
        {"https://h/a /d", "", "1: error\n"},
        {"/a http://h", "", "1: error\n"},
        {"/a /b//c?d//e", "/a /b/c?d//e 302\n", ""},
        {"/* /index.html 302", "", "1: error\n"},
        {"/ /index", "", "1: error\n"},
        {"/store id=:id /blog/:id 301", "", "1: error\n"},
    };
    static const convert_row ipfs[] = {
        {"/blog/* /news/:splat", "~^/blog/(.*)$ /news/$1 301\n", FILES},
        {"/x-:a /y", "", "1: lost\n"},
        {"http://h/a /d", "", "1: error\n"},
    };
    CONVERT(netlify, yonder, netlify);
    CONVERT(cloudflare, yonder, cloudflare);
    CONVERT(ipfs, yonder, ipfs);
}

static void limits_are_told_and_not_kept(void **state)
{
    (void)state;
    yn_buf text = yn_buf_make(1 << 24, NULL), out, noted;
    for (int i = 0; i < 2002; i++)
        yn_buf_printf(&text, "/s%d /t\n", i);
    for (int i = 0; i < 102; i++)
        yn_buf_printf(&text, "/d%d/:x /t\n", i);
    convert(&out, &noted, &yn_dialect_cloudflare, &yn_dialect_yonder, yn_buf_text(&text), NULL);
    size_t lines = 0;
    for (size_t i = 0; i < out.len; i++)
        lines += out.ptr[i] == '\n';
    assert_int_equal(lines, 2104);
    assert_text("limits", yn_buf_text(&noted), "2001: changed\n2103: changed\n");
    yn_buf_free(&text);
    yn_buf_free(&out);
    yn_buf_free(&noted);
}

static void bad_lines_do_not_spoil_others(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"/a /b 301!\n/\x80 /c\n/d\x01 /e\n# \x80 caf\xE9\n/f /g 301!",
         SLASH "/a /b 301\n/f /g 301\n", "2: error\n3: error\n"},
        {"\xFF\xFE/\0a", "", "0: error\n"},
    };
    CONVERT(netlify, yonder, rows);
}

static void every_line_is_a_rule_or_a_note(void **state)
{
    (void)state;
    static const char *const words[] = {"/a",         "/b/*", "/c/:d", "/*",      "http://h/x",
                                        "301",        "302!", "200",   "410",     "id=:id",
                                        "Country=us", "#",    "//h/y", "/:splat", "https://:d.e/f",
                                        "*",          ":",    "-",     "Role=x"};
    static const yn_dialect *const all[] = {&yn_dialect_netlify, &yn_dialect_cloudflare,
                                            &yn_dialect_gitlab, &yn_dialect_ipfs};
    srand(4);
    for (int round = 0; round < 4000; round++) {
        yn_buf text = yn_buf_make(1 << 16, NULL), out, noted;
        for (int i = 0; i < 1 + rand() % 5; i++)
            yn_buf_printf(&text, "%s ", words[(size_t)rand() % (sizeof words / sizeof *words)]);
        if (text.ptr[0] == '#')
            text.ptr[0] = '/';
        convert(&out, &noted, all[round % 4], &yn_dialect_csv, yn_buf_text(&text), NULL);
        size_t rows = 0;
        for (size_t i = 0; i < out.len; i++)
            rows += out.ptr[i] == '\n';
        yn_buf_char(&text, '\0');
        yn_buf_char(&noted, '\0');
        bool told = strstr(noted.ptr, "1: error") || strstr(noted.ptr, "1: lost");
        assert_row(text.ptr, rows - 1 + told == 1); // the first is the header
        yn_buf_free(&text);
        yn_buf_free(&out);
        yn_buf_free(&noted);
    }
}

static void writers_say_what_they_can(void **state)
{
    (void)state;
#define HEAD "from,to,status\n"
    static const convert_row netlify[] = {
        {HEAD "/a,/b,301", "/a /b 301!\n", "2: changed\n"},
        {HEAD "/a?b=:c,/d/:c,302", "/a b=:c /d/:c 302!\n", "2: changed\n"},
        {HEAD "/a,/b?,301", "/a /b 301!\n", "2: changed\n2: changed\n"},
        {HEAD "/a,,410", "/a /410.html 410!\n", "2: changed\n2: changed\n"},
        {HEAD "//h/a/*,/b/:splat,301",
         "http://h/a/* /b/:splat 301!\nhttps://h/a/* /b/:splat 301!\n", "2: changed\n"},
        {HEAD "~^/a,/b,301", "", "2: lost\n"},
        {HEAD "//*.h/a,/b,301", "", "2: changed\n2: lost\n"},
    };
    static const convert_row cloudflare[] = {
        {HEAD "/a/*,/b/:splat,308", "/a /b/ 308\n/a/* /b/:splat 308\n", ""},
        {HEAD "/a/*/c,/b/:splat,308", "/a/c /b/ 308\n/a/*/c /b/:splat 308\n", ""},
        {HEAD "/*,/b/:splat,308", "/* /b/:splat 308\n", ""},
        {HEAD "/a,http://b,301", "", "2: lost\n"},
        {HEAD "/a,,410", "", "2: lost\n"},
        {HEAD "//h/a,/b,301", "", "2: lost\n"},
    };
    static const convert_row gitlab[] = {
        {HEAD "/a,/b,308", "/a /b 301\n", "2: changed\n2: changed\n2: changed\n"},
        {HEAD "/a,/b?,302", "/a /b 302\n", "2: changed\n"},
        {HEAD "/a,,404", "", "2: lost\n"},
    };
    CONVERT(csv, netlify, netlify);
    CONVERT(csv, cloudflare, cloudflare);
    CONVERT(csv, gitlab, gitlab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(netlify_has_pairs_conditions_and_force),
        cmocka_unit_test(statuses_differ),
        cmocka_unit_test(patterns_keep_their_meaning),
        cmocka_unit_test(limits_are_told_and_not_kept),
        cmocka_unit_test(bad_lines_do_not_spoil_others),
        cmocka_unit_test(every_line_is_a_rule_or_a_note),
        cmocka_unit_test(writers_say_what_they_can),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
