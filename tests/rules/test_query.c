// SPDX-License-Identifier: MIT
#include "test.h"

#include "rules/query.h"

static void pairs_are_taken_in_order(void **state)
{
    (void)state;
    static const struct {
        const char *query;
        const char *pairs; // "name=value;" each
    } rows[] = {
        {"a=1&b=2", "a=1;b=2;"}, {"", "=;"},          {"a", "a=;"},         {"a=", "a=;"},
        {"=1", "=1;"},           {"a=b=c", "a=b=c;"}, {"a&&b", "a=;=;b=;"}, {"a=1&", "a=1;=;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char seen[64];
        size_t len = 0;
        yonder_text rest = yonder_text_of(rows[i].query);
        yn_pair pair;
        while (yn_query_next(&rest, &pair))
            len += (size_t)snprintf(seen + len, sizeof seen - len, "%.*s=%.*s;", (int)pair.name.len,
                                    pair.name.ptr, (int)pair.value.len, pair.value.ptr);
        yonder_text all = {seen, len};
        assert_text(rows[i].query, all, rows[i].pairs);
    }
    yonder_text nothing = {NULL, 0};
    yn_pair pair;
    assert_false(yn_query_next(&nothing, &pair));
}

static void texts_are_compared_by_the_bytes_they_stand_for(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        const char *bytes;
        bool same;
    } rows[] = {
        {"a b", "a b", true},
        {"a+b", "a b", true},
        {"a%20b", "a b", true},
        {"a%2Bb", "a+b", true},
        {"a%2bb", "a+b", true},
        {"a%2Fb", "a/b", true},
        {"%C3%A9", "\xC3\xA9", true},
        {"\xC3\xA9", "\xC3\xA9", true},
        {"%zz", "%zz", true},
        {"%4", "%4", true},
        {"%", "%", true},
        {"a", "A", false},
        {"ab", "a", false},
        {"a", "ab", false},
        {"", "", true},
        {"%2541", "%41", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[64];
        yonder_text written = yonder_text_of(rows[i].written);
        yonder_text bytes = yonder_text_of(rows[i].bytes);
        assert_row(rows[i].written, yn_query_is(written, bytes) == rows[i].same);
        yonder_text decoded = {out, yn_query_decode(out, written)};
        if (rows[i].same)
            assert_text(rows[i].written, decoded, rows[i].bytes);
    }
}

static void the_first_pair_of_a_name_counts(void **state)
{
    (void)state;
    yonder_text query = yonder_text_of("x&id=1&%69d=2&id=");
    assert_text("id", yn_query_value(query, yonder_text_of("id")), "1");
    assert_text("x", yn_query_value(query, yonder_text_of("x")), "");
    assert_text("none", yn_query_value(query, yonder_text_of("none")), "");
    assert_text("spelt otherwise",
                yn_query_value(yonder_text_of("%69d=2&id=1"), yonder_text_of("id")), "2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_taken_in_order),
        cmocka_unit_test(texts_are_compared_by_the_bytes_they_stand_for),
        cmocka_unit_test(the_first_pair_of_a_name_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
