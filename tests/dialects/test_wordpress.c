// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

#define EXACT "0: changed\n" // other parameters do not hinder

static void csv_has_a_header_or_not(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"source,target,regex,type,code,match,hits,title\n/a,/b,0,url,301,url,5,\"x, y\"",
         "/a /b? 301\n", EXACT},
        {"/a,/b", "/a /b? 301\n", EXACT},
        {"/a,/b,0,302", "/a /b? 302\n", EXACT},
        {"\"^/p/(\\d+)$\",/q/$1,1,url,308,url", "~^/p/(\\d+)$ /q/$1? permanent\n", EXACT},
        {"^/p/(.*),/q/$1", "~^/p/(.*) /q/$1 301\n", EXACT},
        {"^/x(/)?(\\?.+)?$,/y", "~^/x(/)?$ /y? 301\n", EXACT},
        {"^/x\\?a=(.*)$,/y", "", "1: lost\n"},
        {"/z,,0,error,410,url", "/z - gone\n", EXACT},
        {"/z,,0,error,500,url", "", "1: lost\n"},
        {"/z,/y,0,pass,301,url", "", "1: lost\n"},
        {"/z,/y,0,url,301,login", "", "1: lost\n"},
        {"/z,,0,url,301,url", "", "1: error\n"},
        {"/z?a=b,https://c/:d,0,url,307,url", "/z a=b https://c/%3Ad? temporary\n", EXACT},
        {"z,/y", "/z /y? 301\n", EXACT},
    };
    CONVERT(wordpress, yonder, rows);
}

#define FILE_OF(entries) "{\"redirects\":[\n" entries "]}"
#define ENTRY(url, more) "{\"url\":\"" url "\",\"action_type\":\"url\",\"action_code\":301" more "}"
#define TO(target)       ",\"action_data\":{\"url\":\"" target "\"}"
#define FLAGS(flags)     ",\"match_data\":{\"source\":{" flags "}}"

static void json_has_flags_and_positions(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {FILE_OF(ENTRY("/a", TO("/b"))), "/a /b? 301\n", EXACT},
        {FILE_OF(ENTRY("/a", TO("/b") FLAGS("\"flag_query\":\"ignore\""))), "/a /b? 301\n", ""},
        {FILE_OF(ENTRY("/a", TO("/b") FLAGS("\"flag_query\":\"pass\""))), "/a /b 301\n", ""},
        {FILE_OF(ENTRY("/a", TO("/b") FLAGS("\"flag_query\":\"pass\",\"flag_case\":true"))),
         "case ignore\n/a /b 301\n", ""},
        {FILE_OF(ENTRY(
             "/a", TO("/b") FLAGS(
                       "\"flag_query\":\"pass\",\"flag_trailing\":"
                       "true")) "," ENTRY("/c",
                                          TO("/d")
                                              FLAGS("\"flag_query\":\"pass\",\"flag_case\":true"))),
         "/a /b 301\n/a/ /b 301\n~*^/c$ /d 301\n", ""},
        {FILE_OF(
             ENTRY("^/o/(.*)$", TO("/n/$1") FLAGS("\"flag_query\":\"pass\",\"flag_regex\":true"))),
         "~^/o/(.*)$ /n/$1 301\n", ""},
        {FILE_OF(
             ENTRY("/a", TO("/b") ",\"position\":2") "," ENTRY("/c", TO("/d") ",\"position\":1")),
         "/c /d? 301\n/a /b? 301\n", EXACT},
        {FILE_OF(ENTRY("/a", TO("/b") ",\"enabled\":false")), "", "2: lost\n"},
        {"{\"groups\":[{\"id\":1,\"enabled\":false}],\"redirects\":[\n" ENTRY(
             "/a", TO("/b") ",\"group_id\":1") "]}",
         "", "2: lost\n"},
        {FILE_OF("{\"url\":\"/a\",\"action_type\":\"error\",\"action_code\":410}"), "/a - gone\n",
         EXACT},
        {FILE_OF("{\"url\":\"/a\",\"action_type\":\"nothing\"}"), "", "2: lost\n"},
        {"{}", "", "0: error\n"},
    };
    CONVERT(wordpress_json, yonder, rows);
}

static void json_says_who_it_is_for(void **state)
{
    (void)state;
#define MATCH(type, data)                                                                          \
    FILE_OF(                                                                                       \
        ENTRY("/a", ",\"match_type\":\"" type "\",\"action_data\":{\"url_from\":\"/b\"" data "}"))
    static const convert_row rows[] = {
        {MATCH("server", ",\"server\":\"https://h.com\""), "https://h.com/a /b? 301\n", EXACT},
        {MATCH("server", ",\"server\":\"h.com\""), "//h.com/a /b? 301\n", EXACT},
        {MATCH("language", ",\"language\":\"de,fr\",\"url_notfrom\":\"/c\""),
         "/a /b? 301 language=de,fr\n/a /c? 301\n", EXACT},
        {MATCH("header", ",\"name\":\"X-A\",\"value\":\"b *\""), "/a /b? 301 header:X-A=b%20%2A\n",
         EXACT},
        {MATCH("cookie", ",\"name\":\"c\",\"value\":\"d\""), "/a /b? 301 cookie:c=d\n", EXACT},
        {MATCH("cookie", ",\"name\":\"c\",\"value\":\"d\",\"regex\":true"), "", "2: lost\n"},
        {MATCH("login", ""), "", "2: lost\n"},
    };
    CONVERT(wordpress_json, yonder, rows);
}

static void microsoft_has_files(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"{\"redirections\":[\n{\"source_path\":\"articles/x.md\",\"redirect_url\":\"/"
         "y\",\"redirect_document_id\":true}]}",
         "/articles/x /y 301\n", "0: changed\n"},
        {"{\"redirections\":[\n{\"source_path_from_root\":\"/d/"
         "index.yml\",\"redirect_url\":\"https://z/#a\"}]}",
         "/d/ https://z/#a 301\n", "0: changed\n"},
        {"{\"redirections\":[\n{\"source_path\":\"x.md\"},\n{\"redirect_url\":\"/y\"},\n"
         "{\"source_path\":\"x.md\",\"redirect_url\":\"/y\",\"monikers\":[\"v1\"]}]}",
         "", "2: error\n3: error\n4: lost\n"},
        {"[]", "", "0: error\n"},
    };
    CONVERT(microsoft, yonder, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_has_a_header_or_not),
        cmocka_unit_test(json_has_flags_and_positions),
        cmocka_unit_test(json_says_who_it_is_for),
        cmocka_unit_test(microsoft_has_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
