// SPDX-License-Identifier: MIT
#include "proof/proof_test.h"

// One row: a rule file, and what is told of it.
typedef struct row {
    const char *rules;
    const char *told;
    const char *host; // --host
} row;

static void check(const row *rows, size_t count)
{
    static words told;
    for (size_t i = 0; i < count; i++) {
        yonder_rules *rules = rules_of(rows[i].rules, yonder_text_of(rows[i].rules));
        yonder_text host = yonder_text_of(rows[i].host);
        yn_proof_options options = {.now = TEST_NOW, .hosts = &host, .host_count = host.len != 0};
        yn_proof proof;
        assert_int_equal(yn_prove(&proof, rules, &options), YONDER_OK);
        put_findings(&told, &proof);
        assert_text(rows[i].rules, yonder_text_of(told.bytes), rows[i].told);
        replay_witnesses(rows[i].rules, rules, &proof);
        yn_proof_free(&proof);
        yonder_rules_free(rules);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void nothing_is_invented(void **state)
{
    (void)state;
    static const row rows[] = {
        {"", ""},
        {"/a /b", ""},
        {"/a /b\n/c /b\n/d /b", ""},
        {"/old/* /new/:splat\n/older/* /new/:splat", ""},
        {"/* https://new.example/:splat", ""},
        {"/a https://other.example/b\n/c /d", ""},
        {"/x /y?q=1\n/y q=2 /z", ""},
        {"/p/:id /q/:id\n/q/:id/more /r", ""},
        {"/a/* /b/x/:splat\n/b/y /c", ""},
        {"/gone -\n/a /gone", ""},
        {"[a.example]\n/x /y\n[b.example]\n/y /z", ""},
        {"[a.example]\n/x /y\n[b.example]\n/y https://a.example/q", ""},
        {"http://h.example/* https://h.example/:splat\nhttps://h.example/a /b", ""},
        {"[h.example www.h.example]\nhttps permanent\nhsts max-age=600\ncanonical www.h.example",
         ""},
        {"/a /b language=de\n/a /c language=fr\n/a /d", ""},
        {"/a /b until=2027-12-01\n/a /c", "permanent-conditional 1"},
        {"/a /b 302 until=2027-12-01\n/a /c", ""},
        {"/a n= /b\n/a /c", ""},
        {"/a n=:v /b\n/a n=1 /c\n/a /d", "shadowed 2,1"},
    };
    CHECK(rows);
}

static void loops_are_found(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /a", "loop 1"},
        {"/a /b\n/b /a", "loop 1,2"},
        {"/c /a\n/b /c\n/a /b", "loop 1,3,2"},
        {"/x /a\n/a /b\n/b /a", "loop 2,3"},
        {"/a/* /a/b/:splat", "loop 1"},
        {"/* /index.html", "loop 1"},
        {"/* /b/:splat/:splat", "loop 1"},
        {"/a/:x /b/:x\n/b/:y /a/:y", "loop 1,2"},
        {"/a/:x/:y /a/:y/:x", "loop 1"},
        {"/a/:x /b/:x\n/b/7 /a/7", "loop 1,2"},
        {"/b/*/c /b/c/:splat", "loop 1; chain 1"},
        {"~^/a/(.*)$ /b/$1\n/b/* /a/:splat", "loop 1,2"},
        {"~^/(\\d+)$ /n/$1\n/n/:n /:n", "loop 1,2"},
        {"/a https://h.example/a", "host-assumed 1,1", NULL},
        {"/a https://h.example/a", "loop 1", "h.example"},
        {"[h.example]\n/a https://h.example/a", "loop 2"},
        {"[*.h.example]\n/a https://www.h.example/a", "loop 2"},
        {"[h.example]\n/a //h.example/a", "loop 2"},
        {"[h.example]\ncanonical www.h.example\n[www.h.example]\n/* https://h.example/:splat",
         "loop 2,4; www-before-https 4"},
        {"[a.example]\ncanonical b.example\n[b.example]\ncanonical a.example", "loop 2,4"},
        {"[a.example]\nmaintenance https://b.example/\n[b.example]\n"
         "maintenance https://a.example/",
         "loop 2,4"},
        {"/a /b 302 header:X=*y%2A\n/b /a 302 header:Y=%25*z cookie:c=*", "loop 1,2"},
        {"/p id=:id /q?id=:id\n/q /p?", "chain 1,2"},
        {"/p id=:id /q?id=:id\n/q /p", "loop 1,2"},
        {"/a /b language=de\n/b /a language=de", "loop 1,2"},
        {"/a /b method=POST\n/b /a method=GET", "chain 1,2"},
        {"/a /b 307 method=POST\n/b /a 307 method=POST", "loop 1,2"},
    };
    CHECK(rows);
}

static void chains_are_found(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /b\n/b /c", "chain 1,2"},
        {"/a /b\n/b /c\n/c /d", "chain 1,2,3; chain 2,3"},
        {"/a /b/7\n/b/* /c/:splat", "chain 1,2"},
        {"/a/* /b/:splat\n/b/7 /c", "chain 1,2"},
        {"/a/* /b/:splat\n/b/7 /c\n/b/8 /d", "chain 1,2; chain 1,3"},
        {"/a/* /b/:splat/end\n/b/x/y/end /c", "chain 1,2"},
        {"/a/:x /b-:x\n/b-7 /c", "chain 1,2"},
        {"/a/* /:splat\n/b/c /d", "chain 1; chain 1,2"},
        {"/x/y/* /x/:splat", "chain 1"},
        {"/a /p\n/p id=7 /seven", "chain 1,2"},
        {"/a /p?id=7\n/p id=7 /seven", "chain 1,2"},
        {"/a /p?id=8\n/p id=7 /seven", ""},
        {"/a /p?\n/p id=7 /seven", ""},
        {"/a /b\n/b /c language=de", "chain 1,2"},
        {"~^/r/(\\d+)$ /q/$1\n/q/7 /seven", "chain 1,2"},
        {"~^/r/(\\d+)$ /q/$1\n/q/about /us", ""},
        {"/x/* /y/:splat\n~\\.html$ /z", "chain 1,2"},
        {"[h.example]\nhttps permanent\n/a http://h.example/b\n/b /c", "chain 3,2,4; downgrade 3"},
        {"http://h.example/* https://h.example/:splat\nhttps://h.example/a /b\nhttps://h.example/b "
         "/c",
         "chain 2,3"},
        {"[h.example www.h.example]\ncanonical www.h.example\n/a /b", ""},
        {"[h.example www.h.example]\ncanonical www.h.example\n/a https://h.example/b", "chain 3,2"},
    };
    CHECK(rows);
}

static void dead_rules_are_found(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /b\n/a /b", "duplicate 2,1"},
        {"/a /b\n/a /c", "duplicate-conflict 2,1"},
        {"/a /b 301\n/a /b 302", "duplicate-conflict 2,1"},
        {"/caf%c3%a9 /b\n/café /b", "duplicate 2,1"},
        {"/a/:x /b\n/a/:y /b", "duplicate 2,1"},
        {"/a/* /b\n/a/c /d", "shadowed 2,1"},
        {"/a/* /b\n/a/c/* /d", "shadowed 2,1"},
        {"/a/* /b\n/a /d", "shadowed 2,1"},
        {"/a/*/z /b\n/a/x/*/z /d", "shadowed 2,1"},
        {"/:x/b /c\n/a/:y /d", ""},
        {"/:x/* /\n/a/b /d", "shadowed 2,1"},
        {"/a /b\n/a id=7 /d", "shadowed 2,1"},
        {"/a /b language=de\n/a /c language=de", "duplicate-conflict 2,1"},
        {"/a /b\n/a /c language=de", "shadowed 2,1"},
        {"/a /b language=de\n/a /c", ""},
        {"/a /b 302 until=2020-01-01", "expired 1"},
        {"[h.example]\n/* /x/\n[h.example]\n/a /b", "loop 2; shadowed 4,2"},
        {"[h.example]\nhttps permanent\nhttp://h.example/a /b", "shadowed 3,2"},
        {"~^/a/ /b\n/a/x /c", "shadowed 2,1"},
        {"~^/a.*x /b\n/a/x /c", "shadowed 2,1"},
        {"slash ignore\n~x$ /b\n/a/x /c", "undecided 3"},
        {"~^/a/ /b\n/a/:x /c", "shadowed 2,1"},
        {"~^/a/ /b\n/a/* /c", ""},
        {"/* /b/\n~^/a\\d$ /c", "loop 1; shadowed 2,1; undecided 2"},
        {"/a/* /b\n~^/a/\\d$ /c", "shadowed 2,1"},
        {"/a/* /b\n~^/a\\d?$ /c", ""},
        {"~^/(.*)$ /b\n~^/a\\d$ /c", "loop 1; shadowed 2,1"},
    };
    CHECK(rows);
}

static void the_rule_itself_is_looked_at(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a http://other.example/", "downgrade 1"},
        {"http://h.example/a http://other.example/", ""},
        {"http://h.example/* https://www.h.example/:splat", "www-before-https 1"},
        {"[h.example]\n/* https://www.h.example/:splat", "www-before-https 2"},
        {"[h.example]\nhttps permanent\n/* https://www.h.example/:splat", ""},
        {"/:x https://:x.com/", "open-redirect 1"},
        {"/:x https://:x.co.uk/", "open-redirect 1"},
        {"/:x https://:x.h.example/", "capture-in-host 1"},
        {"/a /b%0d%0ac", "control-character 1"},
        {"/a /b permanent share=10%", "permanent-conditional 1"},
        {"[h.example]\nhsts max-age=600", "hsts-without-https 2"},
        {"[h.example]\nhttps permanent\nhsts max-age=63072000 "
         "includeSubDomains\n[a.h.example]\nhttps off",
         "hsts-subdomain 3,5"},
        {"/a https://w.example/b\n/b /c", "host-assumed 1,2"},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_invented),
        cmocka_unit_test(loops_are_found),
        cmocka_unit_test(chains_are_found),
        cmocka_unit_test(dead_rules_are_found),
        cmocka_unit_test(the_rule_itself_is_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
