// SPDX-License-Identifier: MIT
#include "rules/rules_test.h"

#include <stdlib.h>

#include "rules/path.h"

// One row: a rule file, a request, the answer.
typedef struct match_row {
    const char *rules;
    const char *host;
    const char *target;
    const char *answer;
} match_row;

static void check(const match_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yonder_rules *rules = rules_of(rows[i].rules, yonder_text_of(rows[i].rules));
        char row[1024];
        snprintf(row, sizeof row, "%s ← %s %s", rows[i].rules, rows[i].host, rows[i].target);
        assert_text(row, yonder_text_of(answer_to(rules, rows[i].host, rows[i].target)),
                    rows[i].answer);
        yonder_rules_free(rules);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void a_path_is_matched_whole(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/a /b", "h", "/a", "301 /b line 1"},
        {"/a /b", "", "/a", "301 /b line 1"},
        {"/a /b", "h", "/", "none"},
        {"/a /b", "h", "/a/", "none"},
        {"/a /b", "h", "/ab", "none"},
        {"/a /b", "h", "/A", "none"},
        {"/a /b", "h", "//a", "none"},
        {"/a /b", "h", "a", "none"},
        {"/a /b", "h", "*", "none"},
        {"/a /b", "h", "", "none"},
        {"/a//b /c", "h", "/a//b", "301 /c line 1"},
        {"/a//b /c", "h", "/a/b", "none"},
        {"/ /de/ 302", "h", "/", "302 /de/ line 1"},
        {"# c\n\n/x /y\r\n/a /b # d\n", "h", "/a", "301 /b line 4"},
    };
    CHECK(rows);
}

static void a_splat_matches_what_is_below_and_the_path_itself(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/blog/* /news/:splat", "h", "/blog/x/y?z=1", "301 /news/x/y?z=1 line 1"},
        {"/blog/* /news/:splat", "h", "/blog/", "301 /news/ line 1"},
        {"/blog/* /news/:splat", "h", "/blog", "301 /news/ line 1"},
        {"/blog/* /news/:splat", "h", "/blogs", "none"},
        {"/blog/* /news/:splat", "h", "/blog//x", "301 /news//x line 1"},
        {"/* https://new.example/:splat", "h", "/", "301 https://new.example/ line 1"},
        {"/* https://new.example/:splat", "h", "/a/b/", "301 https://new.example/a/b/ line 1"},
        {"/p/:id/* /q/:id?rest=:splat", "h", "/p/1/2/3", "301 /q/1?rest=2/3 line 1"},
    };
    CHECK(rows);
}

static void a_placeholder_matches_one_segment_that_is_not_empty(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/user/:id /u/:id 308", "h", "/user/joe%20x", "308 /u/joe%20x line 1"},
        {"/user/:id /u/:id 308", "h", "/user/", "none"},
        {"/user/:id /u/:id 308", "h", "/user/1/2", "none"},
        {"/user/:id/ /u/:id 308", "h", "/user/1/", "308 /u/1 line 1"},
        {"/user/:id/ /u/:id 308", "h", "/user/1", "none"},
        {"/p/:id/:id_2 /q/:id_2/:id", "h", "/p/1/2", "301 /q/2/1 line 1"},
        {"/:y/:m/:d /:y-:m-:d.html", "h", "/2026/1/2", "301 /2026-1-2.html line 1"},
        {"/:a/x /:a:a", "h", "/b/x", "301 /bb line 1"},
        {"/x:y /z", "h", "/x:y", "301 /z line 1"}, // a colon inside a segment is a colon
        {"/:1 /z", "h", "/:1", "301 /z line 1"},
        {"/: /z", "h", "/:", "301 /z line 1"},
        {"/a /b:8080/c:", "h", "/a", "301 /b:8080/c: line 1"},
    };
    CHECK(rows);
}

static void the_first_rule_in_file_order_wins_whatever_its_kind(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/a /1\n/a /2", "h", "/a", "301 /1 line 1"},
        {"/* /1\n/a /2", "h", "/a", "301 /1 line 1"},
        {"/a /1\n/* /2", "h", "/a", "301 /1 line 1"},
        {"/:x /1\n/a /2\n/* /3", "h", "/a", "301 /1 line 1"},
        {"/a/:x /1\n/:x/b /2\n/a/b /3", "h", "/a/b", "301 /1 line 1"},
        {"/:x/b /1\n/a/:x /2", "h", "/a/b", "301 /1 line 1"},
        {"/:x/c /1\n/a/:y /2", "h", "/a/b", "301 /2 line 2"},
        {"/a/* /1\n/a/b/* /2", "h", "/a/b/c", "301 /1 line 1"},
        {"/a/b/* /1\n/a/* /2", "h", "/a/b/c", "301 /1 line 1"},
        {"/a/b/* /1\n/a/* /2", "h", "/a/c", "301 /2 line 2"},
        {"/a/:x/c /1\n/:y/b/d /2\n/a/b/e /3\n/:y/:x/:z /4", "h", "/a/b/f", "301 /4 line 4"},
        {"/a x=1 /1\n/a /2\n/a x=2 /3", "h", "/a?x=2", "301 /2?x=2 line 2"},
        {"/a x=2 /1\n/a x=:v /2", "h", "/a?x=2", "301 /1 line 1"},
        {"/a x=:v /1\n/a x=2 /2", "h", "/a?x=2", "301 /1 line 1"},
        {"/a x=1 /1\n/a y=1 /2", "h", "/a?y=1&x=1", "301 /1?y=1 line 1"},
        {"/* /1\nhttp://h/a /2", "h", "/a", "301 /1 line 1"},
        {"http://h/a /1\n/* /2", "h", "/a", "301 /1 line 1"},
        {"http://*.h/* /1\nhttp://x.h/a /2", "x.h", "/a", "301 /1 line 1"},
        {"http://x.h/a /1\nhttp://*.h/* /2", "x.h", "/a", "301 /1 line 1"},
    };
    CHECK(rows);
}

static void the_query_is_passed_on_unless_the_target_has_its_own(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/a /b", "h", "/a?x=1&y=%2f+", "301 /b?x=1&y=%2f+ line 1"},
        {"/a /b", "h", "/a?", "301 /b line 1"},
        {"/a /b", "h", "/a?x?y", "301 /b?x?y line 1"},
        {"/a /b?z=1", "h", "/a?x=1", "301 /b?z=1 line 1"},
        {"/a /b?", "h", "/a?x=1", "301 /b line 1"},
        {"/a /b?#f", "h", "/a?x=1", "301 /b#f line 1"},
        {"/a /b#f", "h", "/a?x=1", "301 /b?x=1#f line 1"},
        {"/a /b#f?g", "h", "/a?x=1", "301 /b?x=1#f?g line 1"},
        {"/a https://n.example", "h", "/a?x=1", "301 https://n.example?x=1 line 1"},
        {"/a/* /b/:splat#:splat", "h", "/a/c?x", "301 /b/c?x#c line 1"},
        {"/a - 410", "h", "/a?x=1", "410 line 1"},
        {"/a -", "h", "/a", "410 line 1"},
        {"/a - 404", "h", "/a", "404 line 1"},
        {"/a - 451", "h", "/a", "451 line 1"},
        {"/a /b", "h", "/a?<\"\x01\xC3\xA9|#x", "301 /b?%3C%22%01%C3%A9%7C%23x line 1"},
    };
    CHECK(rows);
}

static void pairs_pick_requests_and_are_consumed(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/s id=:id /store/:id", "h", "/s?id=5", "301 /store/5 line 1"},
        {"/s id=:id /store/:id", "h", "/s?a=1&id=5&b=2", "301 /store/5?a=1&b=2 line 1"},
        {"/s id=:id /store/:id", "h", "/s?id=5&id=6&b", "301 /store/5?b line 1"},
        {"/s id=:id /store/:id", "h", "/s?%69d=5&", "301 /store/5 line 1"},
        {"/s id=:id /store/:id", "h", "/s", "none"},
        {"/s id=:id /store/:id", "h", "/s?id=", "none"},
        {"/s id=:id /store/:id", "h", "/s?ID=5", "none"},
        {"/s id=:id /store/:id", "h", "/s?id=&id=5", "none"}, // the first pair counts
        {"/s id=:id /store/:id", "h", "/s?id=a+b%2fc%20", "301 /store/a+b%2fc%20 line 1"},
        {"/s id=:id /store/:id", "h", "/s?id=a?b/c", "301 /store/a%3Fb/c line 1"},
        {"/s id=:id /store?new=:id", "h", "/s?id=a?b", "301 /store?new=a?b line 1"},
        {"/s id=5 /five", "h", "/s?id=5", "301 /five line 1"},
        {"/s id=5 /five", "h", "/s?id=%35&x", "301 /five?x line 1"},
        {"/s id=5 /five", "h", "/s?id=55", "none"},
        {"/s id=5 /five", "h", "/s", "none"},
        {"/s id= /none", "h", "/s", "301 /none line 1"},
        {"/s id= /none", "h", "/s?id=&x=1", "301 /none?x=1 line 1"},
        {"/s id= /none", "h", "/s?id&x=1", "301 /none?x=1 line 1"},
        {"/s id= /none", "h", "/s?id=1", "none"},
        {"/s b=2 a=1 /both", "h", "/s?a=1&b=2", "301 /both line 1"},
        {"/s b=2 a=1 /both", "h", "/s?b=2&c=3&a=1", "301 /both?c=3 line 1"},
        {"/s b=2 a=1 /both", "h", "/s?a=1", "none"},
        {"/s q=a%20b /x", "h", "/s?q=a+b", "301 /x line 1"},
        {"/s q=a+b /x", "h", "/s?q=a%20b", "301 /x line 1"},
        {"/s q=a%2fb /x", "h", "/s?q=a/b", "301 /x line 1"},
        {"/s q=\xC3\xA9 /x", "h", "/s?q=%c3%a9", "301 /x line 1"},
        {"/s q=a=b /x", "h", "/s?q=a=b", "301 /x line 1"},
        {"/s q=: /x", "h", "/s?q=:", "301 /x line 1"},
        {"/s/* id=:id /:splat/:id", "h", "/s/a/b?id=1", "301 /a/b/1 line 1"},
        {"/s/:u id=:id /:u/:id", "h", "/s/a?id=1", "301 /a/1 line 1"},
    };
    CHECK(rows);
}

static void keys_are_canonical_and_locations_are_not(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/caf\xC3\xA9 /x", "h", "/caf%c3%a9", "301 /x line 1"},
        {"/caf%C3%A9 /x", "h", "/caf\xC3\xA9", "301 /x line 1"},
        {"/%7Euser /x", "h", "/~user", "301 /x line 1"},
        {"/a/../b /x", "h", "/b", "301 /x line 1"},
        {"/b /x", "h", "/a/%2E%2e/b?q", "301 /x?q line 1"},
        {"/b/ /x", "h", "/b/.", "301 /x line 1"},
        {"/100% /x", "h", "/100%25", "301 /x line 1"},
        {"/caf\xC3\xA9/:x /x/:x", "h", "/caf%c3%a9/%c3%a9%41", "301 /x/%c3%a9%41 line 1"},
        {"/a/* /b/:splat", "h", "/%61/x/../%7e/.", "301 /b/%7e/ line 1"},
        {"/a/* /b/:splat", "h", "/a/%2f%zz\\^", "301 /b/%2f%25zz%5C%5E line 1"},
        {"/a/* /b/:splat", "h", "/a/100%?q=100%&r=%4", "301 /b/100%25?q=100%25&r=%254 line 1"},
        {"/a/:x/:y /b/:x:y", "h", "/a/%/41", "301 /b/%2541 line 1"}, // no escape comes about
        {"/a/* /b/:splat?s=:splat", "h", "/a/x[1]", "301 /b/x%5B1%5D?s=x[1] line 1"},
        {"/a /b", "h", "/a?x[]=1", "301 /b?x[]=1 line 1"},
        {"/a x=:x /b/:x?y[]=:x", "h", "/a?x=[?]", "301 /b/%5B%3F%5D?y[]=[?] line 1"},
        {"/a /100%/[1]?[%]#%#", "h", "/a", "301 /100%25/%5B1%5D?[%25]#%25%23 line 1"},
        {"/a /caf\xC3\xA9|%c3", "h", "/a", "301 /caf%C3%A9%7C%c3 line 1"},
        {"/a https://B\xC3\xBC"
         "cher.example:81/\xC3\xA9",
         "h", "/a", "301 https://xn--bcher-kva.example:81/%C3%A9 line 1"},
        {"/a HTTPS://Host.example/x", "h", "/a", "301 HTTPS://Host.example/x line 1"},
    };
    CHECK(rows);
}

// The path of `location` and `path` have one key.
static void check_same_key(const char *row, const char *location, const char *path)
{
    char room[2][128];
    yonder_text keys[2];
    for (size_t i = 0; i < 2; i++) {
        yonder_text t = yonder_text_of(i ? path : location);
        keys[i] = (yonder_text){room[i], yn_path_canonical(room[i], t)};
    }
    assert_row(row,
               keys[0].len == keys[1].len && memcmp(keys[0].ptr, keys[1].ptr, keys[0].len) == 0);
    bool canonical;
    yn_path_scan(yonder_text_of(location), &canonical);
    assert_row(row, canonical);
}

// A Location is a spelling of the path that was written: whatever rule is for that is for this.
static void each_byte_of_a_path_is_found_again_as_the_location_has_it(void **state)
{
    (void)state;
    yonder_rules *rules = rules_of("splat", yonder_text_of("/in/* /out/:splat"));
    for (unsigned c = 1; c < 256; c++) {
        char row[16], target[16], path[16], text[64], location[64];
        const char byte[] = {(char)c, 'y', '\0'};
        snprintf(row, sizeof row, "byte 0x%02X", c);
        snprintf(target, sizeof target, "/in/x%s", byte);
        snprintf(path, sizeof path, "/out/x%s", byte);
        if (c != '?') { // ends a path, and otherwise has no place in it
            assert_row(row, sscanf(answer_to(rules, "h", target), "301 %63s", location) == 1);
            check_same_key(row, location, path);
        }
        if (c <= ' ' || c >= 0x7F || strchr("#:?*", (int)c))
            continue; // no part of a word of a rule, or not as itself
        snprintf(text, sizeof text, "/in %s\n%s /found", path, path);
        yonder_rules *pair = rules_of(row, yonder_text_of(text));
        assert_row(row, sscanf(answer_to(pair, "h", "/in"), "301 %63s", location) == 1);
        check_same_key(row, location, path);
        assert_text(row, yonder_text_of(answer_to(pair, "h", location)), "301 /found line 2");
        yonder_rules_free(pair);
    }
    yonder_rules_free(rules);
}

static void sections_go_before_what_serves_any_host(void **state)
{
    (void)state;
    static const char two[] = "/a /global\n"
                              "[*.test]\n/a /wide\n/b /wide-b\n/c /wide-c\n"
                              "[*.x.test]\n/a /narrow\n/b /narrow-b\n"
                              "[w.x.test v.test]\n/a /exact\n";
    static const match_row rows[] = {
        {two, "other", "/a", "301 /global line 1"},
        {two, "", "/a", "301 /global line 1"},
        {two, ".test", "/a", "301 /global line 1"},
        {two, "test", "/a", "301 /global line 1"}, // a wildcard stands for a label at least
        {two, "y.test", "/a", "301 /wide line 3"},
        {two, "z.y.test", "/a", "301 /wide line 3"},
        {two, "x.test", "/a", "301 /wide line 3"},
        {two, "z.x.test", "/a", "301 /narrow line 7"},
        {two, "w.x.test", "/a", "301 /exact line 10"},
        {two, "w.x.test", "/b", "301 /narrow-b line 8"}, // the next scope, and the next
        {two, "w.x.test", "/c", "301 /wide-c line 5"},
        {two, "v.test:8080", "/a", "301 /exact line 10"},
        {two, "V.TEST.", "/a", "301 /exact line 10"},
        {two, "w.x.test", "/d", "none"},
        // One host in two sections is one scope, in file order.
        {"[a.test]\n/x /1\n[b.test]\n/y /2\n[a.test]\n/x /3\n/z /4", "a.test", "/x",
         "301 /1 line 2"},
        {"[a.test]\n/x /1\n[b.test]\n/y /2\n[a.test]\n/x /3\n/z /4", "a.test", "/z",
         "301 /4 line 7"},
        {"[a.test b.test]\n/* /1\n[a.test]\n/x /2", "a.test", "/x", "301 /1 line 2"},
        {"[a.test]\n/x /1\n[b.test a.test]\n/* /2", "a.test", "/x", "301 /1 line 2"},
        {"[a.test]\n/x /1\n[b.test a.test]\n/* /2", "b.test", "/x", "301 /2 line 4"},
        {"[b\xC3\xBC"
         "cher.test]\n/x /1",
         "xn--bcher-kva.test", "/x", "301 /1 line 2"},
        {"[[::1] 127.1] # local\n/x /1", "[0:0::1]:80", "/x", "301 /1 line 2"},
        {"[[::1] 127.1] # local\n/x /1", "127.0.0.1", "/x", "301 /1 line 2"},
        {"[ a.test\tb.test ]\n/x /1", "b.test", "/x", "301 /1 line 2"},
        {"[a.test]\n/x /1", "a.test:x", "/x", "none"},
        {"[a.test]\n/x /1", "b\xC3\xBC.test", "/x", "none"},
        {"[a.test]\n/x /1", "%61.test", "/x", "none"},
    };
    CHECK(rows);
}

static void a_url_is_matched_by_scheme_host_and_port(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"http://h.test/a /x", "h.test", "/a", "301 /x line 1"},
        {"http://h.test/a /x", "h.test:8080", "/a", "301 /x line 1"},
        {"http://h.test:80/a /x", "h.test:8080", "/a", "301 /x line 1"}, // elided, as in any URL
        {"http://h.test/a /x", "https://h.test", "/a", "none"},
        {"http://h.test/a /x", "h.test", "/b", "none"},
        {"http://h.test/a /x", "i.test", "/a", "none"},
        {"http://h.test/a /x", "", "/a", "none"},
        {"https://h.test/a /x", "https://h.test", "/a", "301 /x line 1"},
        {"https://h.test:8443/a /x", "https://h.test:8443", "/a", "301 /x line 1"},
        {"https://h.test:8443/a /x", "https://h.test", "/a", "none"},
        {"http://h.test:443/a /x", "h.test:443", "/a", "301 /x line 1"},
        {"HTTP://H.Test /x", "h.test", "/", "301 /x line 1"},
        {"http://*.h.test/:p /x/:p", "a.b.h.test", "/a", "301 /x/a line 1"},
        {"http://*.h.test/:p /x/:p", "h.test", "/a", "none"},
        {"http://h.test/* http://www.h.test/:splat", "h.test", "/a/b?c",
         "301 http://www.h.test/a/b?c line 1"},
        {"[h.test]\n/a /1\nhttps://h.test/b /2", "https://h.test", "/b", "301 /2 line 3"},
        {"[*.h.test]\nhttp://a.h.test/b /1\n/b /2", "a.h.test", "/b", "301 /1 line 2"},
        {"[*.h.test]\nhttp://a.h.test/b /1\n/b /2", "b.h.test", "/b", "301 /2 line 3"},
        {"[a.h.test]\nhttp://*.h.test/b /1", "a.h.test", "/b", "301 /1 line 2"},
        {"[a.h.test]\nhttp://*.h.test/b /1", "c.h.test", "/b", "none"},
        {"http://h.test/a /1\n[h.test]\n/a /2", "h.test", "/a", "301 /2 line 3"},
    };
    CHECK(rows);
}

static void captures_cannot_lead_to_another_host(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/go/* /:splat", "h", "/go//evil.test", "301 /evil.test line 1"},
        {"/go/* /:splat", "h", "/go/////evil.test", "301 /evil.test line 1"},
        {"/go/* /:splat", "h", "/go/\\evil.test", "301 /%5Cevil.test line 1"},
        {"/go/* /:splat", "h", "/go/\t/evil.test", "301 /%09/evil.test line 1"},
        {"/go/* /:splat", "h", "/go/%2Fevil.test", "301 /%2Fevil.test line 1"},
        {"/go/* /:splat/x", "h", "/go", "301 /x line 1"},
        {"/go u=:u /:u", "h", "/go?u=/evil.test", "301 /evil.test line 1"},
        {"/go u=:u /:u", "h", "/go?u=//evil.test", "301 /evil.test line 1"},
        {"/go/* //cdn.test/:splat", "h", "/go//x", "301 //cdn.test//x line 1"}, // as written
        {"/:u/* https://:u.test/:splat", "h", "/joe-1_x/a", "301 https://joe-1_x.test/a line 1"},
        {"/:u/* https://:u.test/:splat", "h", "/evil.com%2F/a", "none"},
        {"/:u/* https://:u.test/:splat", "h", "/a.b/a", "none"},
        {"/:u/* https://:u.test/:splat", "h", "/a@b/a", "none"},
        {"/:u/* https://:u.test/:splat", "h", "/%61/a", "none"},
        {"/:u/* https://:u.test/\n/* /2", "h", "/a:b/a", "301 /2 line 2"},
        {"/:u https://:u.test/\n/:v /2\n/:u /3", "h", "/a:b", "301 /2 line 2"},
        {"/x u=:u https://a-:u.b.test/", "h", "/x?u=1", "301 https://a-1.b.test/ line 1"},
        {"/x u=:u https://a-:u.b.test/", "h", "/x?u=1/", "none"},
    };
    CHECK(rows);
}

static void a_location_has_a_limit(void **state)
{
    (void)state;
    enum {
        uses = 5000
    };
    static char text[YONDER_RULES_MAX_LINE], target[1 + 30 + 1];
    size_t len = (size_t)sprintf(text, "/:a ");
    for (unsigned i = 0; i < uses; i++)
        len += (size_t)sprintf(text + len, "/:a");
    memset(target, 'x', sizeof target - 1);
    target[0] = '/';
    yonder_rules *rules = rules_of("many uses", (yonder_text){text, len});
    assert_string_equal(answer_to(rules, "h", target), yonder_strerror(YONDER_TOO_LARGE));
    target[1 + 12] = '\0'; // 13 * 5000 is below the limit
    assert_memory_equal(answer_to(rules, "h", target), "301 /xxxxxxxxxxxx/", 18);
    yonder_rules_free(rules);
}

static void scratch_space_is_never_overrun(void **state)
{
    (void)state;
    static const char text[] = "/s q=abc id=:id /store/:id\n/a/* https://x.test/:splat";
    static const char *const targets[] = {"/s?q=%61bc&id=1&x=2", "/a/b/c?d",
                                          "/a/./%2e%41\xC3\xA9/"};
    yonder_rules *rules = rules_of(text, yonder_text_of(text));
    for (size_t t = 0; t < sizeof targets / sizeof *targets; t++) {
        yonder_rules_request request = {.target = yonder_text_of(targets[t])};
        int result = YONDER_TOO_LARGE;
        for (size_t size = 0; result != 1; size++) {
            yonder_rules_answer answer;
            char *scratch = malloc(size ? size : 1); // a sanitizer sees the first byte past it
            assert_non_null(scratch);
            result = yonder_rules_match(rules, &request, scratch, size, &answer);
            assert_true(result == 1 || result == YONDER_TOO_LARGE);
            assert_true(size < 256);
            free(scratch);
        }
    }
    yonder_rules_free(rules);
}

// To the URL standard labels may be empty.
static void a_host_of_nothing_but_dots_is_asked_for_like_any_other(void **state)
{
    (void)state;
    char host[256] = "a";
    memset(host + 1, '.', 249);
    yonder_rules *rules = rules_of("dots", yonder_text_of("http://*.a./x /y\n/x /z"));
    assert_string_equal(answer_to(rules, host, "/x"), "301 /z line 2");
    yonder_rules_free(rules);
}

static void dot_segments_of_from_count_for_nothing(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"/a/../b /t", "h", "/b", "301 /t line 1"},
        {"/a/../b p=1 /t", "h", "/b?p=1", "301 /t line 1"},
        {"/./b/. p=1 /t", "h", "/b/?p=1", "301 /t line 1"},
        {"/a/../*/c/:d /:splat/:d", "h", "/x/y/c/z", "301 /x/y/z line 1"},
        {"/.//a /t", "h", "//a", "301 /t line 1"},
    };
    CHECK(rows);
}

static void one_slash_at_the_end_can_be_ignored(void **state)
{
    (void)state;
    static const match_row rows[] = {
        {"slash ignore\n/a/ /t", "h", "/a", "301 /t line 2"},
        {"slash ignore\n/a /t", "h", "/a/", "301 /t line 2"},
        {"slash ignore\n/a /t", "h", "/a//", "none"},
        {"slash ignore\n/a// /t", "h", "/a//", "301 /t line 2"},
        {"slash ignore\n/a// /t", "h", "/a/", "none"},
        {"slash ignore\n/a// /t", "h", "/a", "none"},
        {"slash ignore\n/:a// /t", "h", "/a//", "301 /t line 2"},
        {"slash ignore\n/:a// /t", "h", "/a", "none"},
        {"slash ignore\n/a/. p=1 /t", "h", "/a?p=1", "301 /t line 2"},
        {"slash ignore\n/a/*/. /t/:splat", "h", "/a/b/c", "301 /t/b/c line 2"},
        {"slash ignore\n/a/*/ /t/:splat", "h", "/a/b/c/", "301 /t/b/c/ line 2"},
        {"slash ignore\n/a/*/c/ /t/:splat", "h", "/a/b/c", "301 /t/b line 2"},
    };
    CHECK(rows);
}

static void answers_name_the_source_of_their_rule(void **state)
{
    (void)state;
    yonder_rules_source sources[] = {
        {yonder_text_of("empty"), {NULL, 0}},
        {yonder_text_of("first"), yonder_text_of("/a /1\n/b /2")},
        {yonder_text_of("none"), yonder_text_of("# nothing")},
        {yonder_text_of("second"), yonder_text_of("\xEF\xBB\xBF[h]\n/c /3")},
        {yonder_text_of("third"), yonder_text_of("/c /4")}, // sections end with their source
    };
    static const char *const rows[][4] = {
        {"h", "/a", "first", "1"},
        {"h", "/b", "first", "2"},
        {"h", "/c", "second", "2"},
        {"i", "/c", "third", "1"},
    };
    yonder_rules *rules;
    assert_int_equal(
        yonder_rules_read(&rules, sources, 5, &(yonder_rules_reading){.report = print_diagnostic}),
        0);
    assert_int_equal(yonder_rules_count(rules), 4);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_rules_request request = {.host = yonder_text_of(rows[i][0]),
                                        .target = yonder_text_of(rows[i][1])};
        yonder_rules_answer answer;
        assert_int_equal(yonder_rules_match(rules, &request, NULL, 0, &answer), 1);
        assert_text(rows[i][1], answer.file, rows[i][2]);
        assert_int_equal(answer.line, atoi(rows[i][3]));
    }
    yonder_rules_free(rules);
}

// What one file says in two sections, two files say as well; the same file twice adds nothing.
static void several_sources_answer_as_one(void **state)
{
    (void)state;
    static const char first[] = "[a.test]\n/x /y";
    static const char second[] = "[a.test b.test]\n/q /r\n[b.test]\nhttp://b.test/z /w";
    yonder_rules_source sources[] = {
        {yonder_text_of("1"), yonder_text_of(first)},
        {yonder_text_of("2"), yonder_text_of(second)},
        {yonder_text_of("3"), yonder_text_of(first)},
        {yonder_text_of("4"), yonder_text_of(second)},
    };
    static const struct {
        const char *host, *target, *location; // location NULL: no rule fires
    } rows[] = {
        {"a.test", "/x", "/y"}, {"b.test", "/x", NULL}, {"a.test", "/q", "/r"},
        {"b.test", "/q", "/r"}, {"b.test", "/z", "/w"}, {"a.test", "/z", NULL},
    };
    yonder_rules *rules;
    assert_int_equal(
        yonder_rules_read(&rules, sources, 4, &(yonder_rules_reading){.report = print_diagnostic}),
        0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_rules_request request = {.host = yonder_text_of(rows[i].host),
                                        .target = yonder_text_of(rows[i].target)};
        yonder_rules_answer answer;
        int found = yonder_rules_match(rules, &request, NULL, 0, &answer);
        assert_row(rows[i].target, found == (rows[i].location != NULL));
        if (found)
            assert_text(rows[i].target, answer.location, rows[i].location);
    }
    yonder_rules_free(rules);
    // A URL of another section's host is refused, whichever file that section is in.
    yonder_rules_source apart[] = {
        {yonder_text_of("1"), yonder_text_of(first)},
        {yonder_text_of("2"), yonder_text_of("[b.test]\nhttp://a.test/z /w")},
    };
    assert_int_equal(yonder_rules_read(&rules, apart, 2, &(yonder_rules_reading){0}),
                     YONDER_INVALID_RULES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_matched_whole),
        cmocka_unit_test(a_splat_matches_what_is_below_and_the_path_itself),
        cmocka_unit_test(a_placeholder_matches_one_segment_that_is_not_empty),
        cmocka_unit_test(the_first_rule_in_file_order_wins_whatever_its_kind),
        cmocka_unit_test(the_query_is_passed_on_unless_the_target_has_its_own),
        cmocka_unit_test(pairs_pick_requests_and_are_consumed),
        cmocka_unit_test(keys_are_canonical_and_locations_are_not),
        cmocka_unit_test(each_byte_of_a_path_is_found_again_as_the_location_has_it),
        cmocka_unit_test(sections_go_before_what_serves_any_host),
        cmocka_unit_test(a_url_is_matched_by_scheme_host_and_port),
        cmocka_unit_test(captures_cannot_lead_to_another_host),
        cmocka_unit_test(a_location_has_a_limit),
        cmocka_unit_test(scratch_space_is_never_overrun),
        cmocka_unit_test(a_host_of_nothing_but_dots_is_asked_for_like_any_other),
        cmocka_unit_test(dot_segments_of_from_count_for_nothing),
        cmocka_unit_test(one_slash_at_the_end_can_be_ignored),
        cmocka_unit_test(answers_name_the_source_of_their_rule),
        cmocka_unit_test(several_sources_answer_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
