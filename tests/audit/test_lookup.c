// SPDX-License-Identifier: MIT
#include "test.h"

#include "audit/lookup.h"
#include "base/text.h"

static const char *const resolve[] = {
    "a.test:443:192.0.2.1,[2001:db8::1]",
    "a.test:80:192.0.2.1,192.0.2.2",
    "+B.test:443:192.0.2.3",
    "[fd00::1]:443:192.0.2.4",
    "-c.test:443",
    "stand.test:8443:192.0.2.5,[::1]",
    "odd:::,,",
};
static const char *const connect_to[] = {"d.test:443:stand.test:8443",
                                         "e.test:443:[2001:db8::2]:8443", "f.test:443::8443"};
static const yn_collect_options options = {.resolve = resolve,
                                           .resolve_count = sizeof resolve / sizeof *resolve,
                                           .connect_to = connect_to,
                                           .connect_to_count = 3};

static void addresses_are_those_that_were_given(void **state)
{
    (void)state;
    static const struct {
        const char *host, *addresses;
    } rows[] = {
        {"a.test", "192.0.2.1 2001:db8::1 192.0.2.2 "}, // each once
        {"b.test", "192.0.2.3 "},
        {"[fd00::1]", "192.0.2.4 "},
        {"d.test", "192.0.2.5 ::1 "},
        {"e.test", "2001:db8::2 "},
        {"192.0.2.9", "192.0.2.9 "}, // which need not be looked up
        {"[2001:db8::9]", "2001:db8::9 "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_buf out = yn_buf_make(4096, NULL);
        yn_addresses found;
        assert_int_equal(yn_lookup(&options, yonder_text_of(rows[i].host), &arena, &found),
                         YONDER_OK);
        for (size_t n = 0; n < found.count; n++)
            yn_buf_printf(&out, "%.*s ", YN_PRINT(found.all[n]));
        assert_text(rows[i].host, yn_buf_text(&out), rows[i].addresses);
        assert_int_equal(found.exists, YN_YES);
        yn_buf_free(&out);
        yn_arena_free(&arena);
    }
}

static void what_is_given_is_given_for_a_port(void **state)
{
    (void)state;
    assert_true(yn_lookup_is_given(&options, YN_TEXT("a.test"), 80));
    assert_true(yn_lookup_is_given(&options, YN_TEXT("A.test"), 443));
    assert_false(yn_lookup_is_given(&options, YN_TEXT("a.test"), 8080));
    assert_true(yn_lookup_is_given(&options, YN_TEXT("b.test"), 443));
    assert_false(yn_lookup_is_given(&options, YN_TEXT("c.test"), 443));
    assert_false(yn_lookup_is_given(&options, YN_TEXT("test"), 443));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_those_that_were_given),
        cmocka_unit_test(what_is_given_is_given_for_a_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
