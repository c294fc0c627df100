// SPDX-License-Identifier: MIT
#include "test.h"

#include "audit/lookup.h"
#include "audit/public.h"
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

static void what_is_diverted_is_so_for_a_port(void **state)
{
    (void)state;
    assert_true(yn_lookup_is_diverted(&options, YN_TEXT("d.test"), 443));
    assert_false(yn_lookup_is_diverted(&options, YN_TEXT("d.test"), 80));
    assert_false(yn_lookup_is_diverted(&options, YN_TEXT("f.test"), 443)); // itself, at another
    assert_false(yn_lookup_is_diverted(&options, YN_TEXT("g.test"), 443));
}

static void an_address_is_public_if_no_registry_says_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool is_public;
    } rows[] = {
        {"8.8.8.8", true},
        {"0.0.0.0", false},
        {"0.255.0.1", false},
        {"9.255.255.255", true},
        {"10.0.0.0", false},
        {"10.255.255.255", false},
        {"11.0.0.0", true},
        {"100.63.255.255", true},
        {"100.64.0.0", false},
        {"100.127.255.255", false},
        {"100.128.0.0", true},
        {"127.0.0.1", false},
        {"127.255.255.254", false},
        {"169.254.169.254", false},
        {"169.255.0.0", true},
        {"172.15.255.255", true},
        {"172.16.0.1", false},
        {"172.31.255.255", false},
        {"172.32.0.0", true},
        {"192.0.0.8", false},
        {"192.0.1.1", true},
        {"192.0.2.1", false},
        {"192.88.99.1", false},
        {"192.168.1.1", false},
        {"192.169.0.0", true},
        {"198.17.255.255", true},
        {"198.18.0.1", false},
        {"198.19.255.255", false},
        {"198.20.0.0", true},
        {"198.51.100.1", false},
        {"203.0.113.255", false},
        {"223.255.255.255", true},
        {"224.0.0.1", false},
        {"239.255.255.255", false},
        {"240.0.0.1", false},
        {"255.255.255.255", false},
        {"::", false},
        {"::1", false},
        {"::7f00:1", false}, // IPv4-compatible, long gone
        {"::8.8.8.8", false},
        {"::ffff:127.0.0.1", false},
        {"::ffff:169.254.169.254", false},
        {"::ffff:8.8.8.8", true},
        {"64:ff9b::7f00:1", false},
        {"64:ff9b::a9fe:a9fe", false},
        {"64:ff9b::808:808", true},
        {"64:ff9b:1::808:808", false}, // of a network's own
        {"100::1", false},
        {"1fff:ffff::1", false},
        {"2001::1", false}, // Teredo
        {"2001:1ff:ffff::1", false},
        {"2001:200::1", true},
        {"2001:db8::1", false},
        {"2001:db9::1", true},
        {"2002:7f00:1::1", false},
        {"2606:4700::1111", true},
        {"3fff::1", false},
        {"3fff:fff::1", false},
        {"3fff:1000::1", true},
        {"4000::1", false},
        {"5f00::1", false},
        {"fc00::1", false},
        {"fd12:3456::1", false},
        {"fe80::1", false},
        {"fec0::1", false},
        {"ff02::1", false},
        {"", false},
        {"fe80::1%lo", false},
        {"8.8.8", false},
        {"example.com", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (yn_is_public(rows[i].address) != rows[i].is_public)
            fail_msg("\"%s\" is taken for %s", rows[i].address,
                     rows[i].is_public ? "not public" : "public");
}

static void what_this_machine_has_is_known(void **state)
{
    (void)state;
    assert_true(yn_is_ours("127.0.0.1"));
    assert_false(yn_is_ours("203.0.113.77"));
    assert_false(yn_is_ours("2001:db8:ffff::1"));
    assert_false(yn_is_ours("localhost"));
}

static void where_only_public_addresses_are_asked_others_must_be_given(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        size_t count;
        bool withheld;
    } rows[] = {
        {"127.0.0.1", 0, true},       {"[::1]", 0, true},
        {"169.254.169.254", 0, true}, {"[::ffff:10.0.0.1]", 0, true},
        {"localhost", 0, true},       {"8.8.8.8", 1, false},
        {"[fd00::1]", 1, false}, // by --resolve
        {"a.test", 3, false},         {"d.test", 2, false},
        {"e.test", 1, false}, // by --connect-to
    };
    yn_collect_options strict = options;
    strict.public_only = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_addresses found;
        assert_int_equal(yn_lookup(&strict, yonder_text_of(rows[i].host), &arena, &found),
                         YONDER_OK);
        if (found.count != rows[i].count || found.withheld != rows[i].withheld)
            fail_msg("%s has %zu addresses", rows[i].host, found.count);
        assert_int_equal(found.exists, rows[i].count ? YN_YES : YN_NO);
        yn_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_those_that_were_given),
        cmocka_unit_test(what_is_given_is_given_for_a_port),
        cmocka_unit_test(what_is_diverted_is_so_for_a_port),
        cmocka_unit_test(an_address_is_public_if_no_registry_says_otherwise),
        cmocka_unit_test(what_this_machine_has_is_known),
        cmocka_unit_test(where_only_public_addresses_are_asked_others_must_be_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
