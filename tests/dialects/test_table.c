// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

#define HEAD "from,to,status\n"

static void spreadsheets_are_read_as_they_export(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"", "", ""},
        {"/a,/b,301", "/a /b 301\n", ""},
        {"/a,/b", "/a /b 301\n", ""},
        {"/a,", "/a - gone\n", "1: changed\n"},
        {"/a,-", "/a - gone\n", ""},
        {"/a,-,404", "/a - 404\n", ""},
        {"/a,,301", "", "1: error\n"},
        {"\xEF\xBB\xBFOld URL;New URL;Code\r\n/a;/b;302\r\n", "/a /b 302\n", ""},
        {"Code\tTo\tFrom\n307\t/b\t/a\n", "/a /b temporary\n", ""},
        {"sep=;\r\n/a;/b\r\n", "/a /b 301\n", ""},
        {"\"/a\",\"/b,c\",\"301\"\n\n,,\n/d,/e\n", "/a /b,c 301\n/d /e 301\n", ""},
        {"/a,\"/b\"\"c\"", "/a /b\"c 301\n", ""},
        {"/a,/b,permanent\n/c,/d,See-Other\n/e,/f,302.0\n/g,/h,301 Moved Permanently",
         "/a /b permanent\n/c /d see-other\n/e /f 302\n/g /h 301\n", ""},
        {"/a,/b,soon", "", "1: error\n"},
        {"/a,/b,418", "", "1: lost\n"},
        {"/a,/b,410", "/a - gone\n", "1: changed\n"},
        {"x,y\n/a,/b", "/a /b 301\n", "1: changed\n"},
        {"/a b,/c d", "/a%20b /c%20d 301\n", ""},
        {"/a#b,/c", "", "1: lost\n"},
        {"/a,/b#c", "/a /b#c 301\n", ""},
        {",/b", "", "1: error\n"},
        {"/a,mailto:x@y", "", "1: lost\n"},
        {"\"/a\n/b\",/c\n/d,/e", "/d /e 301\n", "1: error\n"},
        {"\"/a,/b\n/c,/d", "/c /d 301\n", "1: error\n"},
        {"\xFF\xFE/\x01", "", "0: error\n"},
        {"/a,/\xE9\n/b,/c", "/b /c 301\n", "1: error\n"},
    };
    CONVERT(csv, yonder, rows);
}

static void addresses_are_completed_and_queries_are_pairs(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"https://a.com/x,/y", "//a.com/x /y 301\n", "0: changed\n"},
        {"www.a.com/x,www.b.com/y", "//www.a.com/x https://www.b.com/y 301\n",
         "1: changed\n1: changed\n"},
        {"old/page,/new", "/old/page /new 301\n", "1: changed\n"},
        {"/p.php?id=17&x=,/l", "/p.php id=17 x= /l 301\n", ""},
        {"/p?id=:id,/q/:id", "/p id=:id /q/:id 301\n", ""},
        {"/p?id=:i-d,/q", "/p id=%3Ai-d /q 301\n", ""},
        {"/p?/a=b&#c,/q", "", "1: lost\n"},
        {"/p?/a=b c,/q", "/p %2Fa=b%20c /q 301\n", ""},
        {"/p?a=1&a=2,/q", "", "1: lost\n"},
        {"//u@h/p,/q", "", "1: lost\n"},
        {"//h.com?a=b,/q", "//h.com/ a=b /q 301\n", ""},
    };
    CONVERT(csv, yonder, rows);
}

static void patterns_are_those_of_rules(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"/a/*,/b/*", "/a/* /b/:splat 301\n", ""},
        {"/a/*/c,/b/:splat", "/a/*/c /b/:splat 301\n", ""},
        {"/a/*/*,/b", "", "1: lost\n"},
        {"/u/:id,/v/:id/:no", "/u/:id /v/:id/%3Ano 301\n", ""},
        {"/u*,/v/:splat", "~^/u(.*)$ /v/$1 301\n", ""},
        {"~^/a (\\d+)$,/b/$1", "~^/a\\x20(\\d+)$ /b/$1 301\n", ""},
    };
    CONVERT(csv, yonder, rows);
}

static void columns_can_be_named(void **state)
{
    (void)state;
    static const convert_row by_number[] = {
        {"1,/a,x,/b,302", "/a /b 302\n", ""},
        {"id,old,x,new,s\n1,/a,x,/b,302", "/a /b 302\n", "1: changed\n"},
    };
    static const convert_row by_name[] = {
        {"Was,Is now,x\n/a,/b,302", "/a /b 301\n", ""},
        {"Was,Is,x\n/a,/b,302", "", "1: error\n"},
    };
    static const convert_row wrong[] = {{"/a,/b", "", "1: error\n"}};
    convert_check(&yn_dialect_csv, &yn_dialect_yonder, "from=2,to=4,status=5", by_number, 2);
    convert_check(&yn_dialect_csv, &yn_dialect_yonder, "from=was, to=is now", by_name, 2);
    convert_check(&yn_dialect_csv, &yn_dialect_yonder, "form=1,to=2", wrong, 1);
    convert_check(&yn_dialect_csv, &yn_dialect_yonder, "to=2", wrong, 1);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    static const convert_row csv[] = {
        {HEAD "/a,/b,301\n//h/x?a=:b,/c/:b,302\n\"/d,e\",,410\n~^/x$,/y,307\n",
         HEAD "/a,/b,301\n//h/x?a=:b,/c/:b,302\n\"/d,e\",,410\n~^/x$,/y,307\n", ""},
    };
    static const convert_row tsv[] = {
        {HEAD "/a,\"/b,c\",301\n", "from\tto\tstatus\n/a\t/b,c\t301\n", ""},
    };
    CONVERT(csv, csv, csv);
    CONVERT(csv, tsv, tsv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spreadsheets_are_read_as_they_export),
        cmocka_unit_test(addresses_are_completed_and_queries_are_pairs),
        cmocka_unit_test(patterns_are_those_of_rules),
        cmocka_unit_test(columns_can_be_named),
        cmocka_unit_test(what_is_written_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
