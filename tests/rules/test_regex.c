// SPDX-License-Identifier: MIT
#include "problems.h"

#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "rules/regex.h"

static yn_regex *compile(const char *pattern, bool ignore_case, const yonder_mem *mem)
{
    problem_log told;
    yonder_text text = yonder_text_of(pattern);
    yn_problems problems = problems_of(&told, text);
    yn_regex *re = NULL;
    int error = yn_regex_compile(&re, text, ignore_case, &problems, mem);
    if (error)
        print_error("%s: %s\n", pattern, told.all);
    assert_int_equal(error, YONDER_OK);
    return re;
}

static void groups_are_what_they_matched(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *subject;
        const char *groups; // "0|1|2", or NULL: no match
    } rows[] = {
        {"^/p/(\\d+)$", "/p/17", "/p/17|17|"},
        {"^/p/(\\d+)$", "/p/17/", NULL},
        {"b", "abc", "b||"},
        {"(a)|(b)", "b", "b||b"},
        {"(a)|(b)", "a", "a|a|"},
        {"^()$", "", "||"},
        {"", "abc", "||"},
        {"$", "a", "||"},
        {"^a$", "a\n", NULL}, // the very end
        {"^a.b$", "a\nb", "a\nb||"},
        {"caf.$", "/caf\xC3\xA9", "caf\xC3\xA9||"},
        {"^(.)(.)$", "\xC3\xA9\xF0\x9F\x98\x80",
         "\xC3\xA9\xF0\x9F\x98\x80|\xC3\xA9|\xF0\x9F\x98\x80"},
        {"(?<=/)(x)(?=y)", "/xy", "x|x|"},
        {"^/(\\w)\\1$", "/aa", "/aa|a|"},
        {"^/(\\w)\\1$", "/ab", NULL},
        {"A", "a", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_regex *re = compile(rows[i].pattern, false, NULL);
        yonder_text groups[3];
        yn_regex_result result = yn_regex_match(re, yonder_text_of(rows[i].subject), groups, 3);
        assert_row(rows[i].pattern, result == (rows[i].groups ? YN_REGEX_YES : YN_REGEX_NO));
        if (rows[i].groups) {
            char all[100];
            int len = snprintf(all, sizeof all, "%.*s|%.*s|%.*s", YN_PRINT(groups[0]),
                               YN_PRINT(groups[1]), YN_PRINT(groups[2]));
            yonder_text text = {all, (size_t)len};
            assert_text(rows[i].pattern, text, rows[i].groups);
        }
        yn_regex_free(re);
    }
}

static void case_can_be_ignored(void **state)
{
    (void)state;
    yn_regex *re = compile("^/\xC3\x84"
                           "B(c)$",
                           true, NULL);
    yonder_text groups[2];
    assert_int_equal(yn_regex_match(re,
                                    yonder_text_of("/\xC3\xA4"
                                                   "bC"),
                                    groups, 2),
                     YN_REGEX_YES);
    assert_text("group", groups[1], "C");
    yn_regex_free(re);
}

static void groups_have_numbers_and_names(void **state)
{
    (void)state;
    yn_regex *re = compile("(?<year>\\d+)-(\\d+)-(?:x)(?<the_day>\\d+)", false, NULL);
    assert_int_equal(yn_regex_group_count(re), 3);
    assert_int_equal(yn_regex_group(re, yonder_text_of("year")), 1);
    assert_int_equal(yn_regex_group(re, yonder_text_of("the_day")), 3);
    assert_int_equal(yn_regex_group(re, yonder_text_of("the")), 0);
    assert_int_equal(yn_regex_group(re, yonder_text_of("")), 0);
    assert_int_equal(
        yn_regex_group(re, yonder_text_of("a_name_that_is_longer_than_pcre_takes_names")), 0);
    yn_regex_free(re);
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        int column;
        const char *part;
    } rows[] = {
        {"^/(a", 5, "missing closing parenthesis"},
        {"^/a)", 4, "unmatched closing parenthesis"},
        {"^/[a", 5, "missing terminating ]"},
        {"*", 1, "quantifier does not follow"},
        {"a\\", 3, "\\ at end of pattern"},
        {"(a)\\2", 5, "reference to non-existent"},
        {"\xC3", 1, "UTF-8"},
        {"^/\\Ca", 3, "'\\C' would take a character apart"},
        {"^/a\\Kb", 4, "'\\K' is not taken"},
        {"^/(?C1)a", 3, "calls nothing out"},
        {"(*UTF)a", 1, "'(*…)' is not taken"},
        {"^(*ACCEPT)", 2, "'(*…)' is not taken"},
        {"(*pla:a)", 1, "'(*…)' is not taken"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        problem_log told;
        yonder_text text = yonder_text_of(rows[i].pattern);
        yn_problems problems = problems_of(&told, text);
        yn_regex *re = NULL;
        assert_row(rows[i].pattern,
                   yn_regex_compile(&re, text, false, &problems, NULL) == YONDER_INVALID_RULES);
        assert_told(rows[i].pattern, &told, rows[i].column, rows[i].part);
        assert_null(re);
    }
}

static void what_only_looks_forbidden_is_not(void **state)
{
    (void)state;
    static const char *const patterns[] = {"\\\\C",         "[(*]",  "\\(*",
                                           "\\Q(*A)\\C\\E", "[(?C]", "x\\\\K"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
        yn_regex_free(compile(patterns[i], false, NULL));
}

static void there_are_no_more_than_99_groups(void **state)
{
    (void)state;
    char pattern[400] = "";
    problem_log told;
    yn_regex *re = NULL;
    for (unsigned i = 0; i < YN_REGEX_MAX_GROUPS; i++)
        append_to(pattern, "(a)");
    yn_regex_free(compile(pattern, false, NULL));
    append_to(pattern, "(a)");
    yn_problems problems = problems_of(&told, yonder_text_of(pattern));
    assert_int_equal(yn_regex_compile(&re, yonder_text_of(pattern), false, &problems, NULL),
                     YONDER_INVALID_RULES);
    assert_told("groups", &told, 1, "more than 99 groups");
}

// ---- what a match may take ----------------------------------------------------------------------

static void a_subject_that_is_not_utf8_matches_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *subject;
        bool matches;
    } rows[] = {
        {"abc", true},
        {"\xC3\xA9", true},
        {"\xEF\xBF\xBD", true},
        {"\xF0\x9F\x98\x80", true},
        {"12345678\xC3\xA9", true},
        {"\xC3", false},
        {"abc\x80", false},
        {"12345678\xFF", false},
        {"\xC0\xAF", false},
        {"\xED\xA0\x80", false},
        {"\xF4\x90\x80\x80", false},
        {"\xF0\x9F\x98", false},
    };
    yn_regex *re = compile("^(?:.*)$", false, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        // Its own memory, so that a sanitizer sees what is read beyond it.
        size_t len = strlen(rows[i].subject);
        char *copy = malloc(len);
        assert_non_null(copy);
        memcpy(copy, rows[i].subject, len);
        yn_regex_result result = yn_regex_match(re, (yonder_text){copy, len}, NULL, 0);
        assert_row(rows[i].subject, result == (rows[i].matches ? YN_REGEX_YES : YN_REGEX_NO));
        free(copy);
    }
    assert_int_equal(yn_regex_match(re, (yonder_text){NULL, 0}, NULL, 0), YN_REGEX_YES);
    yn_regex_free(re);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void a_match_gives_up_before_it_takes_long(void **state)
{
    (void)state;
    static const char *const patterns[] = {
        "^(a+)+[;.]", "(a+)+[;.]",           "^(a|aa)+[;.]",  "(a|a)*[;.]",    "^.*.*.*[;.]",
        ".*.*.*[;.]", "(?:a?){50}a{50}[;.]", "^((a+)+)+[;.]", "(a|(?R))*[;.]", "^(?:a*?)*?[;.]",
    };
    char subject[8192];
    memset(subject, 'a', sizeof subject);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        yn_regex *re = compile(patterns[i], false, NULL);
        yonder_text text = {subject, sizeof subject};
        double start = cpu_seconds();
        assert_row(patterns[i], yn_regex_match(re, text, NULL, 0) == YN_REGEX_GAVE_UP);
        assert_row(patterns[i],
                   cpu_seconds() - start < 0.2); // a hundredth of it, but for sanitizers
        yn_regex_free(re);
    }
}

static void plain_patterns_never_give_up(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        size_t longest; // subject
    } rows[] = {
        {"^/a/(.*)/b/(.*)$", 8192}, {"^(?:a|b)*$", 8192},     {"^(?:[^/]|%2F)*$", 8192},
        {"^(.*)[;.]html$", 8192},   {"(\\d+)-(\\w+)$", 8192}, {"^(([a-z])+)$", 8192},
        {"\\.html$", 8192},         {"/(.*)[;.]$", 8192},     {"[^/]+[;.]", 512},
        {"a.*b.*[;.]$", 512},
    };
    char subject[8192];
    memset(subject, 'a', sizeof subject);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_regex *re = compile(rows[i].pattern, false, NULL);
        for (size_t len = 1; len <= rows[i].longest; len *= 2) {
            yonder_text text = {subject, len};
            assert_row(rows[i].pattern, yn_regex_match(re, text, NULL, 0) != YN_REGEX_GAVE_UP);
        }
        yn_regex_free(re);
    }
}

// ---- memory -------------------------------------------------------------------------------------

typedef struct counting {
    size_t live, left; // `left`: how many allocations succeed
} counting;

static void *counting_resize(void *context, void *ptr, size_t size)
{
    counting *c = context;
    if (size == 0) {
        c->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (c->left == 0)
        return NULL;
    c->left--;
    void *new = realloc(ptr, size);
    c->live += new && !ptr;
    return new;
}

static void running_out_of_memory_is_an_error(void **state)
{
    (void)state;
    problem_log told;
    yonder_text text = yonder_text_of("^/(?<a>x)|(?:[a-z]|[^b])+(y|z)$");
    yn_problems problems = problems_of(&told, text);
    for (size_t left = 0;; left++) {
        counting count = {.left = left};
        const yonder_mem mem = {counting_resize, &count};
        yn_regex *re = NULL;
        int error = yn_regex_compile(&re, text, false, &problems, &mem);
        assert_int_equal(told.count, 0);
        if (!error) {
            assert_true(count.live > 0);
            count.left = 0; // a match asks for nothing
            assert_int_equal(yn_regex_match(re, yonder_text_of("/x"), NULL, 0), YN_REGEX_YES);
            yn_regex_free(re);
            assert_int_equal(count.live, 0);
            break;
        }
        assert_int_equal(error, YONDER_NO_MEMORY);
        assert_int_equal(count.live, 0);
    }
    yn_regex_free(NULL);
}

// ---- prefixes -----------------------------------------------------------------------------------

static void a_prefix_is_read_from_the_pattern(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *prefix;
        bool whole;
    } rows[] = {
        {"^/blog/(\\d+)", "/blog/", false},
        {"^/blog$", "/blog", true},
        {"^$", "", true},
        {"^", "", false},
        {"", "", false},
        {"/blog", "", false},
        {"^/a.b", "/a", false},
        {"^/a\\.b$", "/a.b", true},
        {"^/a\\/b\\-c", "/a/b-c", false},
        {"^/a*", "/", false},
        {"^/a?", "/", false},
        {"^/a+", "/a", false},
        {"^/a++", "/a", false},
        {"^/ab{2}", "/ab", false},
        {"^/ab{0,2}", "/a", false},
        {"^/ab{,2}", "/a", false}, // a quantifier from PCRE2 10.43 on
        {"^/a{b}", "/a{b}", false},
        {"^/a\\{2}$", "/a{2}", true},
        {"^/a\\*", "/a*", false},
        {"^/caf\xC3\xA9$", "/caf\xC3\xA9", true},
        {"^/caf\xC3\xA9*", "/caf", false},
        {"^/caf\xC3\xA9?x", "/caf", false},
        {"^/\\\xC3\xA9x", "/\xC3\xA9x", false},
        {"^/%2Fx", "/%2Fx", false},
        {"^/a|^/b", "", false},
        {"^/a|", "", false},
        {"^/a(b|c)", "/a", false},
        {"^/a[|]b", "/a", false},
        {"^/a[]|]b", "/a", false},
        {"^/a[^]|]b", "/a", false},
        {"^/a[[:alpha:]|]b", "/a", false},
        {"^/a[(]|b", "", false},
        {"^/a[\\]]|b", "", false},
        {"^/a[\\Q]\\E(]|b", "", false},
        {"^/a\\||b", "", false},
        {"^/a\\|b$", "/a|b", true},
        {"^/a\\(|b", "", false},
        {"^/a\\Q(\\E|b", "", false},
        {"^/a\\Q|\\E", "/", false},
        {"^/a(?#()|b", "", false},
        {"^/a(?#|)b", "/", false},
        {"^/a\\c(|b", "", false},
        {"^/a\\c|b", "/a", false},
        {"^/a\\E*", "/", false},
        {"^/a\\Q\\E*", "/", false},
        {"^/a(?#x)*", "/", false},
        {"^/a\\d", "/a", false},
        {"^/a\\x20", "/a", false},
        {"^/a\\b", "/a", false},
        {"^/a$b", "/a", false},
        {"^/a^", "/a", false},
        {"^*a", "", false},
        {"^?a", "", false},
        {"(?i)^/a", "", false},
        {"(^/a)", "", false},
        {"^(?i)/a", "", false},
        {"^/a(?i)b", "/", false},
        {"^/a(?i:b)c", "/a", false},
        {"^/a]}", "/a]}", false},
        {"^/a)", "", false},
        {"^/a(*ACCEPT)b", "", false},
        {"^^/a", "", false},
        {"^/a\tb", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[YN_REGEX_MAX_PREFIX];
        bool whole = !rows[i].whole;
        yonder_text prefix = {out, yn_regex_prefix(out, yonder_text_of(rows[i].pattern), &whole)};
        assert_text(rows[i].pattern, prefix, rows[i].prefix);
        assert_row(rows[i].pattern, whole == rows[i].whole);
    }
}

static void a_long_prefix_is_cut_between_characters(void **state)
{
    (void)state;
    char pattern[600] = "^/", out[YN_REGEX_MAX_PREFIX];
    for (unsigned i = 0; i < 200; i++)
        append_to(pattern, "\xC3\xA9");
    append_to(pattern, "$");
    bool whole = true;
    assert_int_equal(yn_regex_prefix(out, yonder_text_of(pattern), &whole), 255);
    assert_false(whole);
    memmove(pattern + 2, pattern + 1, strlen(pattern)); // "^//é…"
    assert_int_equal(yn_regex_prefix(out, yonder_text_of(pattern), &whole), 254);
}

static unsigned random_below(uint32_t *seed, unsigned n)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % n;
}

static void random_pattern(char out[64], uint32_t *seed)
{
    static const char *const pieces[] = {
        "a",    "b",     "/",    "\xC3\xA9", "\\.",  ".",      "[ab]", "[^a]", "[|]",   "[]a]",
        "(a",   "(?:b",  ")",    "|",        "*",    "+",      "?",    "{0}",  "{2}",   "{0,1}",
        "{,1}", "(?#a)", "\\Qa", "\\E",      "\\Q*", "(?i)",   "$",    "^",    "\\b",   "\\d",
        "(?=a", "\\|",   "\\(",  "[(]",      "(?x)", "#",      "\\cA", "}",    "\\x61", "(?>a",
        "(?|a", "\\1",   "[\\]", "]",        "(?!b", "(?<n>a", "a",    "b",
    };
    size_t len = 0;
    len += (size_t)snprintf(out, 64, "^");
    for (unsigned n = random_below(seed, 9); n; n--)
        len += (size_t)snprintf(out + len, 64 - len, "%s",
                                pieces[random_below(seed, sizeof pieces / sizeof *pieces)]);
}

static void random_subject(char out[64], uint32_t *seed)
{
    static const char *const pieces[] = {"a", "b", "/", "\xC3\xA9", ".", "|", "*", "A", "(", "#"};
    size_t len = 0;
    out[0] = 0;
    for (unsigned n = random_below(seed, 7); n; n--)
        len += (size_t)snprintf(out + len, 64 - len, "%s", pieces[random_below(seed, 10)]);
}

static void swallow(void *context, const char *at, yonder_text message)
{
    (void)context, (void)at, (void)message;
}

static void every_match_starts_with_the_prefix(void **state)
{
    (void)state;
    const yn_problems nobody = {swallow, NULL};
    uint32_t seed = 3;
    size_t compiled = 0, matched = 0;
    for (unsigned i = 0; i < 30000; i++) {
        char pattern[64], subject[64], out[YN_REGEX_MAX_PREFIX];
        bool whole;
        yn_regex *re;
        random_pattern(pattern, &seed);
        yonder_text prefix = {out, yn_regex_prefix(out, yonder_text_of(pattern), &whole)};
        if (yn_regex_compile(&re, yonder_text_of(pattern), false, &nobody, NULL))
            continue;
        compiled++;
        for (unsigned k = 0; k < 20 && (prefix.len || whole); k++) {
            yonder_text text = {subject, 0}, groups[1];
            random_subject(subject, &seed);
            text.len = strlen(subject);
            // What fits all but at its start is what would be missed.
            if (k % 2 && prefix.len + text.len < sizeof subject) {
                memmove(subject + prefix.len, subject, text.len);
                memcpy(subject, prefix.ptr, prefix.len);
                text.len += prefix.len - (k % 4 == 1 && prefix.len);
            }
            bool yes = yn_regex_match(re, text, groups, 1) == YN_REGEX_YES;
            bool fits = yn_starts_with(text, prefix);
            if ((yes && !fits) || (whole && yes != yn_equal(text, prefix)))
                print_error("%s by %.*s\n", pattern, YN_PRINT(text));
            assert_true(!yes || fits);
            assert_true(!whole || yes == yn_equal(text, prefix));
            matched += yes;
        }
        yn_regex_free(re);
    }
    assert_true(compiled > 3000 && matched > 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_what_they_matched),
        cmocka_unit_test(case_can_be_ignored),
        cmocka_unit_test(groups_have_numbers_and_names),
        cmocka_unit_test(what_is_wrong_is_told_at_its_place),
        cmocka_unit_test(what_only_looks_forbidden_is_not),
        cmocka_unit_test(there_are_no_more_than_99_groups),
        cmocka_unit_test(a_subject_that_is_not_utf8_matches_nothing),
        cmocka_unit_test(a_match_gives_up_before_it_takes_long),
        cmocka_unit_test(plain_patterns_never_give_up),
        cmocka_unit_test(running_out_of_memory_is_an_error),
        cmocka_unit_test(a_prefix_is_read_from_the_pattern),
        cmocka_unit_test(a_long_prefix_is_cut_between_characters),
        cmocka_unit_test(every_match_starts_with_the_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
