// SPDX-License-Identifier: MIT
#include "folder.h"

#include "base/text.h"
#include "server/lockout.h"

#define BOUND "hsts max-age=31536000 includeSubDomains\n"

// The certificates are for b.test, *.b.test, x.c.test and d.test.
static const struct {
    const char *rules;
    bool good;
} rows[] = {
    {"/a /b\n", true},
    {"[b.test]\n" BOUND "[shop.b.test]\n/a /b\n", true},
    {"[b.test]\n" BOUND "[*.b.test]\n/a /b\n", true},
    {"[b.test]\n" BOUND "[deep.shop.b.test]\n/a /b\n", false},
    {"[deep.shop.b.test]\n/a /b\n[b.test]\n" BOUND, false},
    {"[b.test]\n" BOUND "[*.shop.b.test]\n/a /b\n", false},
    {"[*.b.test]\n" BOUND "[deep.shop.b.test]\n/a /b\n", false},
    {"[d.test]\n" BOUND "[shop.d.test]\n/a /b\n", false},
    {"[d.test]\n" BOUND "[*.d.test]\n/a /b\n", false},
    {"[d.test]\n" BOUND "[xd.test]\n/a /b\n", true}, // not below it
    {"[d.test]\nhsts max-age=31536000\n[shop.d.test]\n/a /b\n", true},
    {"[d.test]\nhsts max-age=0 includeSubDomains\n[shop.d.test]\n/a /b\n", true},
    {"[d.test]\nhsts off\n[shop.d.test]\n/a /b\n", true},
    {"[d.test]\nhsts max-age=31536000 includesubdomains preload\n[shop.d.test]\n/a /b\n", false},
    {"[d.test shop.d.test]\n" BOUND, false},
    {"//shop.d.test/a /b\n[d.test]\n" BOUND, false},
    {"[none.test]\n" BOUND, false},
    // Outside sections: for every host that can hear it, but those that say something else.
    {BOUND, true},
    {BOUND "[d.test]\n/a /b\n[shop.d.test]\n/a /b\n", false},
    {BOUND "[d.test]\nhsts off\n[shop.d.test]\n/a /b\n", true},
    {BOUND "[d.test]\nhsts max-age=1\n[shop.d.test]\n/a /b\n", true},
    {BOUND "[d.test]\n/a /b\n[none.test]\n/a /b\n[shop.none.test]\n/a /b\n", true},
    {"hsts max-age=1\n[d.test]\n" BOUND "[shop.d.test]\n/a /b\n", false},
    // The first line of a name counts, and a name before a wildcard.
    {"[shop.b.test]\nhsts max-age=1\n[*.b.test]\n" BOUND "[x.shop.b.test]\n/a /b\n", false},
    {"[*.c.test]\nhsts max-age=1\n[x.c.test]\n/a /b\n[a.x.c.test]\n/a /b\n", true},
};

static void hosts_without_a_certificate_are_not_locked(void **state)
{
    (void)state;
    yn_enter_folder();
    yn_write_pair("b.test *.b.test x.c.test d.test", 2, "a.pem", "a.key");
    const char *const here[] = {"."};
    yn_certs *certs = yn_certs_read(&(yn_cert_paths){here, 1, NULL, 0});
    assert_non_null(certs);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = rows[i].rules;
        yonder_rules *rules = NULL;
        yonder_rules_source source = {YN_TEXT("test"), yonder_text_of(text)};
        assert_row(text, yonder_rules_read(&rules, &source, 1, &(yonder_rules_reading){0}) == 0);
        assert_row(text, yn_lockout_check(rules, certs) == rows[i].good);
        yonder_rules_free(rules);
    }
    yn_certs_free(certs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_without_a_certificate_are_not_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
