// SPDX-License-Identifier: MIT
#include "folder.h"

#include "base/text.h"
#include "server/load.h"

static const char *const files[] = {"site.rules"}, *const here[] = {"."};
static const yn_load plain = {files, 1, {0}}, tls = {files, 1, {here, 1, NULL, 0}};

static int set_up(void **state)
{
    (void)state;
    yn_enter_folder();
    yn_write_file("site.rules", YN_TEXT("[a.test]\nhsts max-age=9 includeSubDomains\n/a /b\n"));
    return 0;
}

static bool loads(const yn_load *load)
{
    yn_ruleset *set = yn_load_all(load);
    bool good = set && yn_load_is_intact(load, set);
    if (set)
        assert_int_equal(set->certs != NULL, load->certs.cert_count != 0);
    yn_ruleset_free(set);
    return good;
}

static void rules_and_certificates_have_to_fit_each_other(void **state)
{
    (void)state;
    assert_true(loads(&plain));
    assert_false(loads(&tls)); // no certificate
    yn_write_pair("b.test", 2, "b.pem", "b.key");
    assert_false(loads(&tls)); // none for a.test
    yn_write_pair("a.test", 2, "a.pem", "a.key");
    assert_true(loads(&tls));
    yn_write_file("site.rules",
                  YN_TEXT("[a.test]\nhsts max-age=9 includeSubDomains\n[x.a.test]\n/ /b\n"));
    assert_false(loads(&tls));
    assert_true(loads(&plain));
    yn_write_pair("x.a.test", 2, "x.pem", "x.key");
    assert_true(loads(&tls));
    yn_write_file("site.rules", YN_TEXT("/a\n"));
    assert_false(loads(&tls));
    assert_false(loads(&plain));
}

static void what_may_read_differently_has_another_state(void **state)
{
    (void)state;
    yn_write_pair("a.test", 2, "a.pem", "a.key");
    int64_t both = yn_load_state(&tls), rules = yn_load_state(&plain);
    assert_int_equal(yn_load_state(&tls), both);
    yn_write_pair("b.test", 2, "b.pem", "b.key");
    assert_int_equal(yn_load_state(&plain), rules);
    assert_true(yn_load_state(&tls) != both);
    both = yn_load_state(&tls);
    yn_write_file("site.rules", YN_TEXT("/a /b\n"));
    assert_true(yn_load_state(&plain) != rules);
    assert_true(yn_load_state(&tls) != both);
    rules = yn_load_state(&plain);
    assert_int_equal(unlink("site.rules"), 0);
    assert_true(yn_load_state(&plain) != rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rules_and_certificates_have_to_fit_each_other, set_up),
        cmocka_unit_test_setup(what_may_read_differently_has_another_state, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
