// SPDX-License-Identifier: MIT
// The lines about a site as a whole: what goes first, what goes last, and what goes with an answer.
#include "rules/answers.h"

// Rules, a request ("https://" before the host, "1.0 " before all for HTTP/1.0), and its answer.
typedef struct site_row {
    const char *rules, *url, *answer;
} site_row;

static void check_row(const site_row *row)
{
    static char words[longest_answer];
    const char *url = row->url;
    yonder_rules *rules = rules_of(row->rules, yonder_text_of(row->rules));
    yonder_rules_request r = {.client = YN_TEXT("c")};
    r.http10 = strncmp(url, "1.0 ", 4) == 0;
    url += r.http10 ? 4 : 0;
    r.https = strncmp(url, "https://", 8) == 0;
    url += r.https ? 8 : 0;
    r.host = yn_slice(yonder_text_of(url), 0, strcspn(url, "/"));
    r.target = yn_skip(yonder_text_of(url), r.host.len);
    answer_in_full(words, rules, &r);
    char whole[1024];
    snprintf(whole, sizeof whole, "%s ← %s", row->rules, row->url);
    // What is empty is left out.
    static const char *const nothings[] = {" vary=''", " cache=''", " hsts=''", " retry=0",
                                           " ''",      " :0",       ": 0",      "test.rules"};
    for (size_t i = 0; i < sizeof nothings / sizeof *nothings; i++)
        for (char *at; (at = strstr(words, nothings[i]));)
            memmove(at, at + strlen(nothings[i]), strlen(at + strlen(nothings[i])) + 1);
    assert_text(whole, yonder_text_of(words), row->answer);
    yonder_rules_free(rules);
}

#define CHECK(rows)                                                                                \
    for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                                     \
    check_row(&(rows)[i])

static void https_goes_before_everything(void **state)
{
    (void)state;
    static const site_row rows[] = {
        {"https permanent\n/a /b", "h/a", "https: 308 'https://h/a' :1"},
        {"https 302\n/a /b", "h:8080/a?x=[1]&é", "https: 302 'https://h/a?x=[1]&%C3%A9' :1"},
        {"https 301\n/a /b", "H./a/../%2e/|", "https: 301 'https://h/a/../%2e/%7C' :1"},
        {"https permanent\n/a /b", "https://h/a", "rule: 301 '/b' :2"},
        {"https permanent\n/a /b", "/a", "rule: 301 '/b' :2"}, // to which host?
        {"https permanent\nmaintenance on\n", "h/a", "https: 308 'https://h/a' :1"},
        {"https permanent\ncanonical w.h\n", "h/a", "https: 308 'https://h/a' :1"},
        {"https permanent\n/ /x header:X=1 cookie=c\ncache max-age=5", "h/",
         "https: 308 'https://h/' :1 cache='max-age=5'"},
        {"https off\n/a /b", "h/a", "rule: 301 '/b' :2"},
        {"https 307\n[h]\nhttps off\n", "h/a", "nothing"},
        {"https 307\n[h]\nhttps off\n", "i/a", "https: 307 'https://i/a' :1"},
        {"https 307\n[*.h]\nhttps off\n", "h/a", "https: 307 'https://h/a' :1"},
        {"https 307\n[*.h]\nhttps off\n[a.h]\nhttps 308", "b.h/", "nothing"},
        {"https 307\n[*.h]\nhttps off\n[a.h]\nhttps 308", "a.h/", "https: 308 'https://a.h/' :5"},
        {"[a.h h]\nhttps 302\n[h]\nhttps 308", "h/", "https: 302 'https://h/' :2"},
        {"[h]\n/a /b\n[a.h h]\nhttps 302\n[h]\nhttps 308", "h/", "https: 302 'https://h/' :4"},
    };
    CHECK(rows);
}

static void maintenance_goes_before_rules(void **state)
{
    (void)state;
    static const site_row rows[] = {
        {"maintenance on\n/a /b", "h/a", "maintenance: 503 :1 cache='no-store'"},
        {"maintenance on retry-after=60", "h/a", "maintenance: 503 :1 cache='no-store' retry=60"},
        {"maintenance /m\n/a /b", "h/a", "maintenance: 307 '/m' :1 cache='no-store'"},
        {"maintenance /m\n/a /b\n/m /n", "h/m?x", "rule: 301 '/n?x' :3"},
        {"maintenance /m", "h/x/../m", "nothing"},
        {"maintenance /m", "h/m/", "maintenance: 307 '/m' :1 cache='no-store'"},
        {"maintenance /é", "h/x", "maintenance: 307 '/%C3%A9' :1 cache='no-store'"},
        {"maintenance https://s.h/m?a#b\n", "s.h:81/m", "nothing"},
        {"maintenance https://s.h/m?a#b\n", "h/m",
         "maintenance: 307 'https://s.h/m?a#b' :1 cache='no-store'"},
        {"maintenance https://s.h\n", "s.h/", "nothing"},
        {"maintenance off\n/a /b", "h/a", "rule: 301 '/b' :2"},
        {"maintenance on\nhttp10 301\n", "1.0 h/a", "maintenance: 503 :1 cache='no-store'"},
        {"maintenance /m\n", "1.0 h/a", "maintenance: 302 '/m' :1 cache='no-store'"},
    };
    CHECK(rows);
}

static void what_no_rule_answers_goes_to_the_canonical_host(void **state)
{
    (void)state;
    static const site_row rows[] = {
        {"canonical w.h", "h/a?b", "canonical: 308 'http://w.h/a?b' :1"},
        {"canonical w.h", "https://h/a?b", "canonical: 308 'https://w.h/a?b' :1"},
        {"canonical W.h:8443", "https://h/é", "canonical: 308 'https://w.h:8443/%C3%A9' :1"},
        {"canonical w.h:8443", "https://w.h/", "nothing"},
        {"canonical w.h", "w.h:80/", "nothing"},
        {"canonical bücher.h", "xn--bcher-kva.h/", "nothing"},
        {"canonical [::1]:81", "[0::1]/", "nothing"},
        {"canonical [::1]", "h/", "canonical: 308 'http://[::1]/' :1"},
        {"canonical w.h", "/a", "nothing"},
        {"canonical w.h\n[h]\ncanonical off\n", "h/a", "nothing"},
        // What goes to a path goes there at once.
        {"canonical w.h\n/a /b", "h/a?x", "rule: 301 'http://w.h/b?x' :2"},
        {"canonical w.h\n/a /b", "w.h/a?x", "rule: 301 '/b?x' :2"},
        {"canonical w.h\n/a //x.h/b", "h/a?x", "rule: 301 '//x.h/b?x' :2"},
        {"canonical w.h\n/a -", "h/a?x", "rule: 410 :2"},
        {"canonical w.h\n/:a /:a/*", "https://h/a", "rule: 301 'https://w.h/a/*' :2"},
        {"canonical w.h\n/x/* /:splat", "h/x//y", "rule: 301 'http://w.h/y' :2"},
    };
    CHECK(rows);
}

static void http_1_0_is_sent_what_it_knows(void **state)
{
    (void)state;
    static const site_row rows[] = {
        {"/a /b 307", "1.0 h/a", "rule: 302 '/b' :1"},
        {"/a /b 303", "1.0 h/a", "rule: 302 '/b' :1"},
        {"/a /b 308", "1.0 h/a", "rule: 301 '/b' :1"},
        {"/a /b 302", "1.0 h/a", "rule: 302 '/b' :1"},
        {"/a /b 301", "1.0 h/a", "rule: 301 '/b' :1"},
        {"/a - 410", "1.0 h/a", "rule: 410 :1"},
        {"http10 off\n/a /b 308", "1.0 h/a", "rule: 308 '/b' :2"},
        {"http10 301\n/a /b 307", "1.0 h/a", "rule: 301 '/b' :2"},
        {"http10 302\n/a /b 308", "1.0 h/a", "rule: 301 '/b' :2"},
        {"https permanent", "1.0 h/a", "https: 301 'https://h/a' :1"},
        {"canonical w.h\n[h]\nhttp10 off", "1.0 h/a", "canonical: 308 'http://w.h/a' :1"},
        {"/a /b 307 http=1.1\n/a /c 303 http=1.0", "1.0 h/a", "rule: 302 '/c' :2 cache='no-store'"},
    };
    CHECK(rows);
}

static void caches_keep_what_is_for_good(void **state)
{
    (void)state;
    static const site_row rows[] = {
        {"cache max-age=60\n/a /b 308", "h/a", "rule: 308 '/b' :2 cache='max-age=60'"},
        {"cache max-age=60 public\n/a -", "h/a", "rule: 410 :2 cache='max-age=60, public'"},
        {"cache max-age=60\n/a /b 302", "h/a", "rule: 302 '/b' :2"},
        {"cache max-age=60\n/a - 404", "h/a", "rule: 404 :2"},
        {"cache max-age=60\n/a /b", "h/c", "nothing"},
        {"cache max-age=60\n[h]\ncache off\n/a /b", "h/a", "rule: 301 '/b' :4"},
        {"cache max-age=60\n/a /b share=100%", "h/a", "rule: 301 '/b' :2 cache='no-store'"},
        {"cache max-age=60\n/a /b method=GET", "h/a", "rule: 301 '/b' :2 cache='max-age=60'"},
        {"/a /b header:X= cookie:c=", "h/a", "rule: 301 '/b' :1 vary='Cookie, x' cache='no-store'"},
        {"/a /b header:X=1", "h/a", "nothing vary='x'"},
        {"cache max-age=60\n/a /b 308", "1.0 h/a", "rule: 301 '/b' :2 cache='max-age=60'"},
        {"cache max-age=60\nhttp10 301\n/a /b 307", "1.0 h/a", "rule: 301 '/b' :3"},
    };
    CHECK(rows);
}

static void hsts_is_for_https(void **state)
{
    (void)state;
    static const site_row rows[] = {
        {"hsts max-age=5", "https://h/a", "nothing hsts='max-age=5'"},
        {"hsts max-age=5", "h/a", "nothing"},
        {"hsts max-age=5 includeSubDomains\n/a /b", "https://h/a",
         "rule: 301 '/b' :2 hsts='max-age=5; includeSubDomains'"},
        {"hsts max-age=5\nmaintenance on", "https://h/a",
         "maintenance: 503 :2 cache='no-store' hsts='max-age=5'"},
        {"hsts max-age=5\n[*.h]\nhsts off", "https://a.h/a", "nothing"},
    };
    CHECK(rows);
}

static void queries_and_paths_are_compared_as_the_site_says(void **state)
{
    (void)state;
    static const site_row rows[] = {
        {"query drop\n/a p=1 /b", "h/a?p=1&q=2", "rule: 301 '/b' :2"},
        {"query drop\n/a p=:v /b/:v?q", "h/a?p=1&q=2", "rule: 301 '/b/1?q' :2"},
        {"query pass\n/a /b", "h/a?p=1&&q=2", "rule: 301 '/b?p=1&&q=2' :2"},
        {"query ignore=utm_*\n/a /b", "h/a?utm_a=1&&q=2&utm_", "rule: 301 '/b?q=2' :2"},
        {"query ignore=utm_*\n/a utm_a=1 /b", "h/a?utm_a=1", "nothing"},
        {"query ignore=p\ncanonical w", "h/a?p=1", "canonical: 308 'http://w/a?p=1' :2"},
        {"slash ignore\n/a /b", "h/a/", "rule: 301 '/b' :2"},
        {"slash ignore\n[h]\nslash exact\n/a /b", "h/a/", "nothing"},
        {"slash ignore\n[h]\n/a /b", "h/a/", "rule: 301 '/b' :3"},
        {"slash ignore\n~^/a$ /b", "h/a/", "nothing"}, // patterns say it themselves
        {"case ignore\n/Aé%2f /b", "h/a%C3%A9%2F", "rule: 301 '/b' :2"},
        {"case ignore\n/É /b", "h/é", "nothing"},
        {"case ignore\n/:x /:x", "h/ABC", "rule: 301 '/ABC' :2"},
        {"case ignore\n~^/a$ /b", "h/A", "rule: 301 '/b' :2"},
        {"[h]\ncase ignore\n//h/A/* /:splat", "h/a/B", "rule: 301 '/B' :3"},
        {"case ignore\n/a p=A /b", "h/a?p=a", "nothing"},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(https_goes_before_everything),
        cmocka_unit_test(maintenance_goes_before_rules),
        cmocka_unit_test(what_no_rule_answers_goes_to_the_canonical_host),
        cmocka_unit_test(http_1_0_is_sent_what_it_knows),
        cmocka_unit_test(caches_keep_what_is_for_good),
        cmocka_unit_test(hsts_is_for_https),
        cmocka_unit_test(queries_and_paths_are_compared_as_the_site_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
