// SPDX-License-Identifier: MIT
#include "test.h"

#include "rules/regex.h"

static void check(const char *const *patterns, size_t count, const char *part)
{
    for (size_t i = 0; i < count; i++) {
        const char *risk = yn_regex_risk(yonder_text_of(patterns[i]));
        if (part && (!risk || !strstr(risk, part)))
            print_error("%s: \"%s\", not \"%s\"\n", patterns[i], risk ? risk : "", part);
        else if (!part && risk)
            print_error("%s: \"%s\"\n", patterns[i], risk);
        assert_true(part ? risk && strstr(risk, part) : !risk);
    }
}

static void what_people_write_is_no_risk(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "",
        "^/blog/(\\d+)$",
        "^/blog/(\\d+).*$",
        "^/([^/]+).*$",
        "^/a/(.*)/b/(.*)$",
        "^/a/(.*)/b/(.*)/c/(.*)$",
        "^/(.*)\\.(php|html?)$",
        "(\\.php)?(/.*)?$",
        "^/([a-z-]+)-(\\d+)\\.html$",
        "^/(?<year>\\d{4})/(?<month>\\d{2})/(?<slug>[^/]+)/?$",
        "^/(?:en|de|fr)/(.*)$",
        "^(?:/[^/]+)*/index\\.html$",
        "^/([^/]+/)*page$",
        "^(?:[a-z]+-)+\\d+$",
        "([^\"]+\")*x",
        "(-?\\d)*x",
        "(a+b)+c",
        "(ba+)+c",
        "(\\d{1,3}\\.){3}\\d{1,3}$",
        "(foo|far)+x",
        "(?:[^/%]|%2F)+x",
        "(?>a+)+x",
        "(a++)+x",
        "(?:a+)?b",
        "(a+)b(a+)c",
        "(?=.*x)(?=.*y)a",
        "^/(\\w+)/\\1/$",
        "\\Q.*.*\\Ex",
        "[.*.*]+x",
        "(?#(a+)+)x",
        "((((((((((a))))))))))",
    };
    check(patterns, sizeof patterns / sizeof *patterns, NULL);
}

static void a_repeat_in_a_repeat_is_one(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(a+)+$",      "^(a+)*$",          "((a+))+x",     "(?:a*)*x",
        "(a+b?)+x",    "(b?a+)+x",         "(\\w+\\s?)*x", "(x+x+)+y",
        "(aa?)+x",     "(a?b?)*x",         "([^/]+/?)*x",  "(.+)+\\.html",
        "(a{1,20})*x", "(a|b+)*x",         "(c(a+)*)x",    "(?<n>(?:a+)+)x",
        "(?i:A+a?)+x", "(?:\\d+[.\\d])+x", "(a+){10,}x",   "([a-z0-9](([.-]|[_]+)?([a-z0-9]+))*)x",
    };
    check(patterns, sizeof patterns / sizeof *patterns, "repeat inside a repeat");
}

static void alternatives_that_are_alike_are_one(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(a|a)*x",    "(a|aa)+x",  "(?:[^/]|%2F)+x", "(\\w|\\d)*x",
        "(foo|fo)+x", "(a|A|b)+x", "(.|a)*x",
    };
    check(patterns, sizeof patterns / sizeof *patterns, "alternatives");
}

static void repeats_side_by_side_are_one(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        ".*.*x",   "\\d+\\w+x", "\\w+\\d*$",   "(.*)(.*)/x", "(a+)(?:a*)b",
        "a*b?a*c", "(a+){2}x",  "(?:a+|b)a+x", "(.*)?.*x",   "(-\\d+\\w*-)+x",
    };
    check(patterns, sizeof patterns / sizeof *patterns, "side by side");
}

static void three_that_overlap_are_one(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "(.*)a(.*)b(.*)c",
        "^/(.*)/x/(.*)/y/(.*)/z$",
    };
    check(patterns, sizeof patterns / sizeof *patterns, "three repeats");
}

static void what_is_hard_to_tell_is_one(void **state)
{
    (void)state;
    static const char *const recursive[] = {"(a|(?R))*", "(a)(?1)", "(?<n>a)(?&n)", "(a)\\g<1>"};
    static const char *const deep[] = {"((((((((((((((((((((((a))))))))))))))))))))))"};
    check(recursive, sizeof recursive / sizeof *recursive, "calls itself");
    check(deep, 1, "too deeply");
}

static void a_pattern_that_does_not_compile_does_no_harm(void **state)
{
    (void)state;
    static const char *const patterns[] = {"(",   "[",   "(a",  "a)", "\\",  "(?",
                                           "(?<", "(?P", "[a-", "a{", "[[:", "\\x",
                                           "\\Q", "(?#", "*",   "+*", "(?'"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        yn_regex_risk(yonder_text_of(patterns[i]));
}

static unsigned random_below(uint32_t *seed, unsigned n)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % n;
}

static void swallow(void *context, const char *at, yonder_text message)
{
    (void)context, (void)at, (void)message;
}

static bool gives_up(const yn_regex *re, uint32_t *seed)
{
    static const char *const repeated[] = {"a", "b", "ab", "aab", "abb", "a/", "1", "/"};
    char subject[48];
    for (size_t i = 0; i < 12; i++) {
        for (size_t k = 0; k < sizeof subject; k++)
            subject[k] =
                i < 8 ? repeated[i][k % strlen(repeated[i])] : "ab/1"[random_below(seed, 4)];
        yonder_text text = {subject, sizeof subject};
        if (yn_regex_match(re, text, NULL, 0) == YN_REGEX_GAVE_UP)
            return true;
    }
    return false;
}

static void what_gives_up_on_a_short_subject_is_a_risk(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a",   "b",   "/", ".", "[ab]", "[^/]", "[^a]", "(",     "(?:", "(",
        ")",   ")",   ")", "|", "*",    "+",    "?",    "{1,3}", "*?",  "+?",
        "\\w", "\\d", "a", "b", "(?>",  ")",    "++",   "(?=",   "{2}", "{2,}",
    };
    const yn_problems nobody = {swallow, NULL};
    uint32_t seed = 11;
    size_t gave_up = 0, compiled = 0;
    for (unsigned i = 0; i < 200000; i++) {
        char pattern[100] = "^";
        yn_regex *re;
        for (unsigned n = 2 + random_below(&seed, 14); n; n--)
            append_to(pattern, pieces[random_below(&seed, sizeof pieces / sizeof *pieces)]);
        append_to(pattern, "[!%]"); // at which all fail
        if (yn_regex_compile(&re, yonder_text_of(pattern), false, &nobody, NULL))
            continue;
        compiled++;
        if (gives_up(re, &seed)) {
            gave_up++;
            assert_row(pattern, yn_regex_risk(yonder_text_of(pattern)));
        }
        yn_regex_free(re);
    }
    assert_true(compiled > 10000 && gave_up > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_people_write_is_no_risk),
        cmocka_unit_test(a_repeat_in_a_repeat_is_one),
        cmocka_unit_test(alternatives_that_are_alike_are_one),
        cmocka_unit_test(repeats_side_by_side_are_one),
        cmocka_unit_test(three_that_overlap_are_one),
        cmocka_unit_test(what_is_hard_to_tell_is_one),
        cmocka_unit_test(what_gives_up_on_a_short_subject_is_a_risk),
        cmocka_unit_test(a_pattern_that_does_not_compile_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
