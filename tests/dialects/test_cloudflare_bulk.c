// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

static void cells_mean_what_cloudflare_says(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"example.com/about,https://n/about-us,,FALSE,TRUE,,",
         "//example.com/about https://n/about-us? 301\n"
         "//*.example.com/about https://n/about-us? 301\n",
         ""},
        {"example.com/docs,https://d,302,,TRUE",
         "//example.com/docs https://d? 302\n//*.example.com/docs https://d? 302\n", ""},
        {"a.com/x,https://b/y,,TRUE", "//a.com/x https://b/y 301\n", ""},
        {"a.com/x,https://b/y?q,,TRUE", "//a.com/x https://b/y?q 301\n", "1: changed\n"},
        {"a.com/x,https://b/y,,,,TRUE", "//a.com/x/* https://b/y? 301\n",
         ""}, // the suffix is dropped
        {"a.com/x,https://b/y,,,,true,true",
         "//a.com/x https://b/y? 301\n//a.com/x/* https://b/y/:splat? 301\n", ""},
        {"a.com,https://b,,TRUE,,TRUE,TRUE", "//a.com/* https://b/:splat 301\n", ""},
        {"a.com/,https://b/y/,,TRUE,,TRUE,TRUE",
         "//a.com/ https://b/y/ 301\n//a.com/* https://b/y/:splat 301\n", ""},
        {"http://a.com/x,https://b/:y", "http://a.com/x https://b/%3Ay? 301\n", ""},
    };
    CONVERT(cloudflare_bulk, yonder, rows);
}

static void the_closest_source_wins(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"a.com/f,https://x/1,,TRUE,,TRUE\na.com/f/sub,https://x/2,,TRUE,,TRUE",
         "//a.com/f/sub/* https://x/2 301\n//a.com/f/* https://x/1 301\n", ""},
        {"a.com/f,https://x/1,,TRUE,TRUE\nw.a.com/f,https://x/2,,TRUE\nhttps://w.a.com/f,https://x/"
         "3,,TRUE",
         "https://w.a.com/f https://x/3 301\n//w.a.com/f https://x/2 301\n//a.com/f https://x/1 "
         "301\n"
         "//*.a.com/f https://x/1 301\n",
         ""},
        {"a.com/f,https://x/1,,TRUE,TRUE\nw.a.com/f,https://x/2,,TRUE,TRUE",
         "//w.a.com/f https://x/2 301\n//a.com/f https://x/1 301\n//*.w.a.com/f https://x/2 301\n"
         "//*.a.com/f https://x/1 301\n",
         ""},
    };
    CONVERT(cloudflare_bulk, yonder, rows);
}

static void what_it_refuses_is_an_error(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"source,target\na.com/x,https://b", "//a.com/x https://b? 301\n", "1: error\n"},
        {"a.com/x?y,https://b", "", "1: error\n"},
        {"a.com/x#y,https://b", "", "1: error\n"},
        {"a.com/x,/b", "", "1: error\n"},
        {"/x,https://b", "", "1: error\n"},
        {"a.com,https://b,303", "", "1: error\n"},
        {"a.com,https://b,,yes", "", "1: error\n"},
        {"a.com,https://b,,,,,,x", "", "1: error\n"},
        {"a.com/*,https://b", "", "1: lost\n"},
        {"a b.com/,https://b", "", "1: lost\n"},
    };
    CONVERT(cloudflare_bulk, yonder, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_mean_what_cloudflare_says),
        cmocka_unit_test(the_closest_source_wins),
        cmocka_unit_test(what_it_refuses_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
