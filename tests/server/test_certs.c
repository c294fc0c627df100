// SPDX-License-Identifier: MIT
#include "folder.h"

#include "base/text.h"
#include "server/certs.h"

static const yn_cert_paths folder = {(const char *const[]){"."}, 1, NULL, 0};

static int set_up(void **state)
{
    (void)state;
    yn_enter_folder();
    return 0;
}

// Whose certificate `name` is shown: the first name of it.
static void assert_shown(const yn_certs *certs, const char *name, const char *first)
{
    const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES];
    size_t count = yn_certs_choose(certs, yonder_text_of(name), out), at = 0;
    yonder_text shown;
    assert_row(name, count == (first ? 1 : 0));
    if (!first)
        return;
    assert_true(yn_tls_identity_name(out[0], &at, &shown));
    assert_text(name, shown, first);
}

static void the_certificate_is_the_one_for_the_name(void **state)
{
    (void)state;
    static const struct {
        const char *name, *first;
    } rows[] = {
        {"", "a.test"},
        {"a.test", "a.test"},
        {"A.Test", "a.test"},
        {"a.test.", "a.test"},
        {"www.a.test", "a.test"},
        {"x.a.test", NULL},
        {"x.b.test", "*.b.test"},
        {"b.test", NULL},
        {"x.y.b.test", NULL},
        {"exact.b.test", "exact.b.test"},
        {"test", NULL},
        {".b.test", NULL},
        {".", NULL},
        {"a/b.b.test", NULL},
        {"a\r\n.b.test", NULL},
        {"a b.b.test", NULL},
        {"\xc3\xa4.b.test", NULL},
        {"*.b.test", NULL},
        {"a.test.evil", NULL},
    };
    yn_write_pair("a.test www.a.test", 2, "1.pem", "1.key");
    yn_write_pair("*.b.test", 2, "2.crt", "2.key");
    yn_write_pair("exact.b.test", 2, "3.cert", "3.key");
    yn_certs *certs = yn_certs_read(&folder);
    assert_non_null(certs);
    assert_int_equal(yn_certs_count(certs), 3);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_shown(certs, rows[i].name, rows[i].first);
    char longest[300];
    memset(longest, 'a', sizeof longest);
    const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES];
    assert_int_equal(yn_certs_choose(certs, (yonder_text){longest, sizeof longest}, out), 0);
    assert_true(yn_certs_cover(certs, YN_TEXT(".b.test"))); // what a wildcard asks
    assert_false(yn_certs_cover(certs, YN_TEXT(".a.test")));
    assert_true(yn_certs_cover(certs, YN_TEXT("x.b.test")));
    assert_false(yn_certs_cover(certs, YN_TEXT("b.test")));
    yn_certs_free(certs);
}

static void the_one_that_is_good_longest_is_shown(void **state)
{
    (void)state;
    yn_write_pair("first.test a.test", 2, "1.pem", "1.key");
    yn_write_pair("second.test a.test", 9, "2.pem", "2.key");
    yn_write_pair("third.test a.test", 4, "3.pem", "3.key");
    yn_certs *certs = yn_certs_read(&folder);
    assert_shown(certs, "a.test", "second.test");
    assert_shown(certs, "", "first.test");
    yn_certs_free(certs);
}

static void folders_hold_pairs_or_folders_of_them(void **state)
{
    (void)state;
    assert_int_equal(mkdir("a.test", 0700), 0);
    assert_int_equal(mkdir(".hidden", 0700), 0);
    assert_int_equal(mkdir("empty", 0700), 0);
    yn_write_pair("a.test", 2, "a.test/fullchain.pem", "a.test/privkey.pem");
    yn_write_pair("hidden.test", 2, ".hidden/fullchain.pem", ".hidden/privkey.pem");
    yn_write_pair("b.test", 2, "b.pem", "b.key");
    yn_write_file("alone.pem", YN_TEXT("no key is beside it"));
    yn_write_file("README", YN_TEXT("nothing"));
    yn_certs *certs = yn_certs_read(&folder);
    assert_non_null(certs);
    assert_int_equal(yn_certs_count(certs), 2);
    assert_shown(certs, "a.test", "a.test");
    assert_shown(certs, "b.test", "b.test");
    yn_certs_free(certs);
}

static void what_is_wrong_is_not_read(void **state)
{
    (void)state;
    yn_write_pair("a.test", 2, "a", "a.secret");
    yn_write_pair("b.test", 2, "b", "b.secret");
    assert_int_equal(mkdir("empty", 0700), 0);
    static const struct {
        const char *name, *cert, *key;
    } rows[] = {
        {"another's key", "a", "b.secret"},
        {"no certificate", "none", "a.secret"},
        {"no key", "a", "none"},
        {"no key given", "a", NULL},
        {"an empty folder", "empty", NULL},
        {"a key for a folder", ".", "a.secret"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].name, !yn_certs_read(&(yn_cert_paths){&rows[i].cert, 1, &rows[i].key,
                                                                 rows[i].key != NULL}));
    // A pair that is wrong is one too many.
    const char *const certs[] = {"a", "b"}, *const keys[] = {"a.secret", "a.secret"};
    assert_null(yn_certs_read(&(yn_cert_paths){certs, 2, keys, 2}));
    const char *const right[] = {"a.secret", "b.secret"};
    yn_certs *both = yn_certs_read(&(yn_cert_paths){certs, 2, right, 2});
    assert_non_null(both);
    yn_certs_free(both);
}

static void each_change_on_disk_is_one(void **state)
{
    (void)state;
    static const struct timespec same[2] = {{1700000000, 0}, {1700000000, 0}};
    yn_write_pair("a.test", 2, "a.pem", "a.key");
    yn_write_pair("b.test", 2, "other", "b.key");
    for (int i = 0; i < 2; i++)
        assert_int_equal(utimensat(AT_FDCWD, i ? "other" : "a.pem", same, 0), 0);
    int64_t states[8], before = yn_certs_changed(&folder);
    size_t count = 0;
    states[count++] = before;
    assert_int_equal(yn_certs_changed(&folder), before);
    yn_write_file("a.pem.ocsp", YN_TEXT("x"));
    states[count++] = yn_certs_changed(&folder);
    assert_int_equal(rename("other", "a.pem"), 0); // of the same age
    states[count++] = yn_certs_changed(&folder);
    assert_int_equal(unlink("a.pem.ocsp"), 0);
    states[count++] = yn_certs_changed(&folder);
    assert_int_equal(unlink("a.key"), 0);
    states[count++] = yn_certs_changed(&folder);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(states[i] != states[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_certificate_is_the_one_for_the_name, set_up),
        cmocka_unit_test_setup(the_one_that_is_good_longest_is_shown, set_up),
        cmocka_unit_test_setup(folders_hold_pairs_or_folders_of_them, set_up),
        cmocka_unit_test_setup(what_is_wrong_is_not_read, set_up),
        cmocka_unit_test_setup(each_change_on_disk_is_one, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
