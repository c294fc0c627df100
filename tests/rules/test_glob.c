// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "rules/glob.h"

// A glob with its stars as they are kept; it lies in `room`.
static yonder_text glob_of(const char *text, char room[64])
{
    size_t len = strlen(text);
    for (size_t i = 0; i < len; i++)
        room[i] = text[i] == '*' ? YN_GLOB_STAR : text[i];
    return (yonder_text){room, len};
}

static void a_star_is_any_run(void **state)
{
    (void)state;
    static const struct {
        const char *glob, *text;
        bool fits;
    } rows[] = {
        {"", "", true},           {"", "a", false},       {"*", "", true},
        {"*", "abc", true},       {"a", "a", true},       {"a", "b", false},
        {"a", "ab", false},       {"ab", "a", false},     {"a*", "a", true},
        {"a*", "abc", true},      {"a*", "ba", false},    {"*a", "a", true},
        {"*a", "bca", true},      {"*a", "ab", false},    {"a*b", "ab", true},
        {"a*b", "axxb", true},    {"a*b", "axbx", false}, {"a*b*c", "abc", true},
        {"a*b*c", "aXbXc", true}, {"*ab*", "aab", true},  {"*aab", "aaab", true},
        {"*aab*", "ab", false},   {"a*a", "a", false},    {"*abab*c", "ababab-c", true},
        {"**", "x", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char room[64];
        yn_joined text = {.rest = yonder_text_of(rows[i].text)};
        assert_row(rows[i].glob, yn_glob_fits(glob_of(rows[i].glob, room), text) == rows[i].fits);
    }
}

static bool naive(yonder_text glob, yonder_text text)
{
    if (glob.len == 0)
        return text.len == 0;
    if (*glob.ptr != YN_GLOB_STAR)
        return text.len && *text.ptr == *glob.ptr && naive(yn_skip(glob, 1), yn_skip(text, 1));
    for (size_t i = 0; i <= text.len; i++)
        if (naive(yn_skip(glob, 1), yn_skip(text, i)))
            return true;
    return false;
}

static unsigned random_below(uint32_t *seed, unsigned n)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % n;
}

static void it_fits_where_trying_all_ways_does(void **state)
{
    (void)state;
    uint32_t seed = 1;
    size_t count = 0;
    for (unsigned i = 0; i < 50000; i++) {
        char glob_bytes[7], text_bytes[12];
        yonder_text glob = {glob_bytes, random_below(&seed, 8)};
        yonder_text text = {text_bytes, random_below(&seed, 13)};
        for (size_t k = 0; k < glob.len; k++)
            glob_bytes[k] = "ab\0"[random_below(&seed, 3)];
        for (size_t k = 0; k < text.len; k++)
            text_bytes[k] = "ab"[random_below(&seed, 2)];
        bool fits = yn_glob_fits(glob, (yn_joined){.rest = text});
        assert_int_equal(fits, naive(glob, text));
        count += fits;
    }
    assert_true(count > 1000);
}

static void fields_are_joined_as_they_are_read(void **state)
{
    (void)state;
    static const yonder_field fields[] = {
        {YN_TEXT_INIT("A"), YN_TEXT_INIT(" ")},     {YN_TEXT_INIT("a"), YN_TEXT_INIT("x")},
        {YN_TEXT_INIT("b"), YN_TEXT_INIT("no")},    {YN_TEXT_INIT("A"), YN_TEXT_INIT("")},
        {YN_TEXT_INIT("A"), YN_TEXT_INIT(" yy\t")},
    };
    static const struct {
        const char *glob;
        bool fits;
    } rows[] = {
        {"x, yy", true}, {"x*", true},        {"*yy", true},     {"*, *", true},
        {"*,*y", true},  {"x*, y", false},    {"*no*", false},   {"x,yy", false},
        {"* y*", true},  {"x, yy, *", false}, {"*x, y*y", true},
    };
    bool present;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char room[64];
        yn_joined joined = yn_joined_fields(fields, 5, yonder_text_of("a"), &present);
        assert_true(present);
        assert_row(rows[i].glob, yn_glob_fits(glob_of(rows[i].glob, room), joined) == rows[i].fits);
    }
    yn_joined_fields(fields, 1, yonder_text_of("a"), &present);
    assert_false(present);
    yn_joined_fields(fields, 5, yonder_text_of("c"), &present);
    assert_false(present);
    yn_joined_fields(NULL, 0, yonder_text_of("c"), &present);
    assert_false(present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_star_is_any_run),
        cmocka_unit_test(it_fits_where_trying_all_ways_does),
        cmocka_unit_test(fields_are_joined_as_they_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
