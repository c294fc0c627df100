// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

// A file with one redirect; in line 2.
#define ONE(members)            "{\"redirects\": [\n{" members "}\n]}"
#define GO(source, destination) "\"source\":\"" source "\",\"destination\":\"" destination "\""

static void sources_are_those_of_path_to_regexp(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {ONE(GO("/a", "/b")), "/a /b permanent\n", ""},
        {ONE(GO("/a/:b/c", "/d/:b")), "/a/:b/c /d/:b permanent\n", ""},
        {ONE(GO("/blog/:path*", "/news/:path*")),
         "~^/blog(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))?$ /news/$1 permanent\n", ""},
        {ONE(GO("/a/:b+", "/c/:b+")), "~^/a(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))$ /c/$1 permanent\n",
         ""},
        {ONE(GO("/a/:b?", "/c/:b")), "~^/a(?:/([^/]+?))?$ /c/$1 permanent\n", ""},
        {ONE(GO("/p/:id(\\\\d{1,})", "/q/:id")), "~^/p(?:/(\\d{1,}))$ /q/$1 permanent\n", ""},
        {ONE(GO("/:path((?!uk/).*)", "/uk/:path*")), "~^(?:/((?!uk/).*))$ /uk/$1 permanent\n", ""},
        {ONE(GO("/docs(/|)", "/d$1")), "~^/docs(/|)$ /d$1 permanent\n", ""},
        {ONE(GO("/a{-:b}?", "/c/:b")), "~^/a(?:-([^/]+?))?$ /c/$1 permanent\n", ""},
        {ONE(GO("/:f.html", "/:f")), "~^/([^/]+)\\.html$ /$1 permanent\n", ""},
        {ONE(GO("/a/:b", "/c/$1x")), "~^/a/([^/]+)$ /c/$1x permanent\n", ""},
        {ONE(GO("/a/:b", "/c/$10")), "~^/a/([^/]+)$ /c/${1}0 permanent\n", ""},
        {ONE(GO("/a", "/b/:c*")), "/a /b/%3Ac* permanent\n", ""},
        {ONE(GO("/a/*", "/b")), "", "2: error\n"},
        {ONE(GO("/a/(b", "/b")), "", "2: error\n"},
        {ONE(GO("/a/:b((c))", "/b")), "", "2: error\n"},
        {ONE(GO("/a/:b/:b", "/b")), "", "2: error\n"},
        {ONE(GO("a", "/b")), "", "2: error\n"},
        {ONE(GO("/a", "/b?c=d")), "/a /b?c=d permanent\n", "2: changed\n"},
        {ONE(GO("/a/:b", "https://:b.c.com:80/")), "/a/:b https://:b.c.com:80/ permanent\n", ""},
    };
    CONVERT(vercel, yonder, rows);
}

static void statuses_and_conditions(void **state)
{
    (void)state;
#define HAS(type, rest)     ",\"has\":[{\"type\":\"" type "\"" rest "}]"
#define MISSING(type, rest) ",\"missing\":[{\"type\":\"" type "\"" rest "}]"
    static const convert_row rows[] = {
        {ONE(GO("/a", "/b") ",\"permanent\":false"), "/a /b temporary\n", ""},
        {ONE(GO("/a", "/b") ",\"permanent\":true"), "/a /b permanent\n", ""},
        {ONE(GO("/a", "/b") ",\"statusCode\":301"), "/a /b 301\n", ""},
        {ONE(GO("/a", "/b") ",\"statusCode\":404"), "", "2: lost\n"},
        {ONE(GO("/a", "/b") HAS("header", ",\"key\":\"x-vercel-ip-country\",\"value\":\"GB\"")),
         "/a /b permanent country=GB\n", ""},
        {ONE(GO("/a", "/b") HAS("header", ",\"key\":\"X-A\",\"value\":\"b c.*\"")),
         "/a /b permanent header:X-A=b%20c*\n", ""},
        {ONE(GO("/a", "/b") HAS("header", ",\"key\":\"X-A\",\"value\":\"(a|b)\"")), "",
         "2: lost\n"},
        {ONE(GO("/a", "/b") HAS("header", ",\"key\":\"X-A\"")), "/a /b permanent header:X-A=*\n",
         ""},
        {ONE(GO("/a", "/b") MISSING("header", ",\"key\":\"X-A\"")), "/a /b permanent header:X-A=\n",
         ""},
        {ONE(GO("/a", "/b") HAS("cookie", ",\"key\":\"c\"")), "/a /b permanent cookie=c\n", ""},
        {ONE(GO("/a", "/b") HAS("cookie", ",\"key\":\"c\",\"value\":\"d\"")),
         "/a /b permanent cookie:c=d\n", ""},
        {ONE(GO("/a", "/b") MISSING("cookie", ",\"key\":\"c\"")), "", "2: lost\n"},
        {ONE(GO("/a", "/b/:x") HAS("query", ",\"key\":\"c\",\"value\":\"(?<x>.*)\"")),
         "/a c=:x /b/:x permanent\n", "2: changed\n"},
        {ONE(GO("/a", "/b") HAS("query", ",\"key\":\"c\",\"value\":\"1\"")),
         "/a c=1 /b permanent\n", "2: changed\n"},
        {ONE(GO("/a", "/b") HAS("query", ",\"key\":\"c\"")), "/a c=:yn_0 /b permanent\n",
         "2: changed\n"},
        {ONE(GO("/a", "/b") MISSING("query", ",\"key\":\"c\"")), "/a c= /b permanent\n", ""},
        {ONE(GO("/a/:b", "/b") HAS("host", ",\"value\":\"h.com\"")), "//h.com/a/:b /b permanent\n",
         ""},
        {ONE(GO("/a/:b*", "/b") HAS("host", ",\"value\":\"h.com\"")),
         "[h.com]\n~^/a(?:/((?:[^/]+?)(?:/(?:[^/]+?))*))?$ /b permanent\n", "2: changed\n"},
        {ONE(GO("/a", "/b") HAS("host", ",\"value\":\"(.*).com\"")), "", "2: lost\n"},
        {ONE(GO("/a", "/b") HAS("moon", "")), "", "2: error\n"},
    };
    CONVERT(vercel, yonder, rows);
}

static void the_rest_of_the_file_is_told(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"", "", ""},
        {"{}", "", "0: error\n"},
        {"{\"redirects\": [],\n\"rewrites\": [{}], \"cleanUrls\": false}", "", "0: lost\n"},
        {"{\"redirects\": [{" GO("/a", "/b") "}, 7]}", "/a /b permanent\n", "0: error\n"},
        {"{\"redirects\": [\n\n{]}", "", "3: error\n"},
        {"{\"x\":\"{\\\"\", \"x\":1,\n\"redirects\": [{" GO("/a", "b") "}]}", "", "0: lost\n"},
    };
    CONVERT(vercel, yonder, rows);
}

static void bulk_redirects_ignore_case_and_query(void **state)
{
    (void)state;
    static const convert_row json[] = {
        {"[{" GO("/A", "/b") "}]", "case ignore\n/A /b? temporary\n", ""},
        {"{" GO("/A", "/b") "}\n{" GO("/c", "/d?") ",\"permanent\":true,\"query\":true}",
         "case ignore\n/A /b? temporary\n/c /d? permanent\n", ""},
        {"[{" GO("/A", "/b") "},\n{" GO("/c", "/d") ",\"caseSensitive\":true}]",
         "~*^/A$ /b? temporary\n/c /d? temporary\n", ""},
    };
    static const convert_row csv[] = {
        {"source,destination,permanent\n/A,/b,true\n/c?d,/e,\n/f,/g,maybe\n",
         "case ignore\n/A /b? permanent\n", "3: error\n4: error\n"},
        {"destination,source,statusCode,caseSensitive,query\n/b,/A,301,t,t\n", "/A /b 301\n", ""},
        {"/a,/b", "", "1: error\n"},
    };
    CONVERT(vercel, yonder, json);
    CONVERT(vercel_csv, yonder, csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_are_those_of_path_to_regexp),
        cmocka_unit_test(statuses_and_conditions),
        cmocka_unit_test(the_rest_of_the_file_is_told),
        cmocka_unit_test(bulk_redirects_ignore_case_and_query),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
