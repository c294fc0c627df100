// SPDX-License-Identifier: MIT
// What has to hold besides FROM, what the answer depends on by that, and watching.
#include "rules/answers.h"
#include "rules/conditions.h"
#include "rules/random_rules.h"

#include "rules/match.h"

// A rule file, the fields of a request ("Name: value|…") and its target, and what of the answer is
// to be looked at.
typedef struct row {
    const char *rules, *fields, *target;
    const char *answer; // its status and Location
    const char *vary, *cache;
} row;

static void check_row(const row *r)
{
    char scratch[YONDER_RULES_SCRATCH(64)], words[256];
    yonder_field fields[MAX_FIELDS];
    yonder_rules *rules = rules_of(r->rules, yonder_text_of(r->rules));
    yonder_rules_request request = {.host = yonder_text_of("h"),
                                    .target = yonder_text_of(r->target),
                                    .fields = fields,
                                    .field_count = fields_of(r->fields, fields),
                                    .client = yonder_text_of("192.0.2.1")};
    yonder_rules_answer a;
    yonder_rules_match(rules, &request, scratch, sizeof scratch, &a);
    snprintf(words, sizeof words, "%d %.*s", a.status, YN_PRINT(a.location));
    assert_text(r->rules, yonder_text_of(words), r->answer);
    assert_text(r->rules, a.vary, r->vary);
    assert_text(r->rules, a.cache_control, r->cache);
    yonder_rules_free(rules);
}

#define CHECK(rows)                                                                                \
    for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                                     \
    check_row(&(rows)[i])

static void of_rules_with_one_from_the_language_liked_most_fires(void **state)
{
    (void)state;
#define LIKES "Accept-Language: de;q=0.5, en"
    static const row rows[] = {
        {"/ /de language=de\n/ /en language=en", LIKES, "/", "301 /en", "Accept-Language",
         "no-store"},
        {"/ /de language=de\n/ /x\n/ /en language=en", LIKES, "/", "301 /de", "Accept-Language",
         "no-store"},
        {"/ /de language=de\n/ /x method=POST\n/ /en language=en", LIKES, "/", "301 /en",
         "Accept-Language", "no-store"},
        {"/ /de language=de\n/* /x\n/ /en language=en", LIKES, "/", "301 /en", "Accept-Language",
         "no-store"},
        {"~^/a /de language=de\n~^/a /en language=en", LIKES, "/ab", "301 /en", "Accept-Language",
         "no-store"},
        // Another expression is another FROM, though it may start with the same text.
        {"~^/a /de language=de\n~^/ab /x\n~^/a /en language=en", LIKES, "/ab", "301 /en",
         "Accept-Language", "no-store"},
        {"~^/a.? /de language=de\n~^/a.* /en language=en", LIKES, "/ab", "301 /de",
         "Accept-Language", "no-store"},
        {"~^/a p=1 /de language=de\n~^/a p=:v /en language=en", LIKES, "/a?p=1", "301 /de",
         "Accept-Language", "no-store"},
        {"/a/* /de language=de\n/a/* /en language=en", LIKES, "/a/b", "301 /en", "Accept-Language",
         "no-store"},
        {"/a p=1 /de language=de\n/a p=1 /en language=en", LIKES, "/a?p=1", "301 /en",
         "Accept-Language", "no-store"},
    };
    CHECK(rows);
}

// The index looks at some rules before those that stand before them.
static void an_answer_depends_on_what_stands_before_its_rule(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/* /x\n/a /b header:X=1", "", "/a", "301 /x", "", ""},
        {"/a /b header:X=1\n/* /x", "", "/a", "301 /x", "x", "no-store"},
        {"/a /b header:X=1\n/* /x header:Y=*\n~^/ /z cookie=c\n/a /w header:Z=", "", "/a", "301 /w",
         "x, y, Cookie, z", "no-store"},
        {"/a /b from=2000-01-01\n/* /x", "", "/a", "301 /x", "", "no-store"},
        {"/a /b method=POST\n/* /x", "", "/a", "301 /x", "", ""},
        {"/a /b method=POST header:X=1\n/* /x", "", "/a", "301 /x", "", ""},
        {"/a /b header:X=1", "", "/a", "0 ", "x", ""},
        {"/b /a header:X=1", "", "/a", "0 ", "", ""},
        {"/ /de language=de\n/ /x language=en header:X=1\n/ /y\n/ /z header:Z=1\n", LIKES, "/",
         "301 /de", "Accept-Language, x", "no-store"},
    };
    CHECK(rows);
}

static void vary_names_any_number_of_fields(void **state)
{
    (void)state;
    char rules[16384];
    size_t len = 0;
    for (int i = 0; i < 17; i++)
        len += (size_t)snprintf(rules + len, sizeof rules - len, "/a /b header:X%d=1\n", i);
    check_row(&(row){rules, "", "/a", "0 ", "*", ""});
    rules[len - strlen("/a /b header:X16=1\n")] = '\0';
    check_row(&(row){rules, "", "/a", "0 ",
                     "x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15", ""});
    // Before all of these stands a rule that asks for nothing.
    memmove(rules + strlen("/* /c\n"), rules, len + 1);
    memcpy(rules, "/* /c\n", strlen("/* /c\n"));
    check_row(&(row){rules, "", "/a", "301 /c", "", ""});
}

// Names as long as lines can be do not fit the scratch space.
static void vary_of_endless_names_is_any(void **state)
{
    (void)state;
    yn_buf text = yn_buf_make((size_t)1 << 20, NULL);
    for (int i = 0; i < 6; i++) {
        yn_buf_printf(&text, "/a /b header:%d", i);
        for (int k = 0; k < 16000; k++)
            yn_buf_char(&text, 'x');
        yn_buf_str(&text, "=1\n");
    }
    yn_buf_str(&text, "/a /c\n");
    yn_buf_char(&text, '\0');
    check_row(&(row){text.ptr, "", "/a", "301 /c", "*", "no-store"});
    yn_buf_free(&text);
}

static void what_a_site_ignores_is_named_as_a_query_has_it(void **state)
{
    (void)state;
    static const row rows[] = {
        {"query ignore=a%2Bb\n/x a%2Bb=1 /y", "", "/x?a%2Bb=1", "0 ", "", ""},
        {"query ignore=a%20b\n/x a%2Bb=1 /y", "", "/x?a%2Bb=1", "301 /y", "", ""},
        {"query ignore=a%20b\n/x a+b= /y", "", "/x?a+b=1", "301 /y", "", ""},
        {"query ignore=p\n/x /y", "", "/x?p=1&q=2&p", "301 /y?q=2", "", ""},
        {"query drop\n/x p=1 /y", "", "/x?p=1&q=2", "301 /y", "", ""},
    };
    CHECK(rows);
}

/* ---- watching -------------------------------------------------------------------------------- */

typedef struct seen {
    uint32_t orders[64];
    size_t count;
} seen;

static void note(void *context, const yonder_rules *owner, const yn_rule *rule, yn_verdict verdict,
                 size_t condition, const yonder_text *captures)
{
    seen *s = context;
    (void)owner, (void)verdict, (void)condition, (void)captures;
    assert_true(s->count < 64);
    s->orders[s->count++] = rule->order;
}

// Each rule is told once.
static void note_once(void *context, const yonder_rules *owner, const yn_rule *rule,
                      yn_verdict verdict, size_t condition, const yonder_text *captures)
{
    seen *s = context;
    for (size_t i = 0; i < s->count; i++)
        assert_int_not_equal(s->orders[i], rule->order);
    note(context, owner, rule, verdict, condition, captures);
}

static void a_look_up_that_is_watched_answers_as_any_other(void **state)
{
    (void)state;
    static const struct {
        const char *rules, *host, *target;
        size_t seen; // rules whose FROM fits
    } rows[] = {
        {"https permanent\n/a /b\n", "h", "/a", 1},
        {"https permanent\n/a /b\n", "h", "/c", 0},
        {"https permanent\n/a /b header:X=1\n", "h", "/a", 1},
        {"maintenance on\n/a /b\n", "h", "/c", 0},
        {"canonical w\n/a /b\n", "h", "/c", 0},
        {"/a /b\n/* /c\n~a /d\n", "h", "/a", 3},
        {"/* /c header:X=1\n[h]\n/a /b\n", "h", "/a", 2},
        {"[a.h *.h]\n/a /b\n", "a.h", "/a", 1}, // both names are the host's
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char scratch[YONDER_RULES_SCRATCH(8)];
        yonder_rules *rules = rules_of(rows[i].rules, yonder_text_of(rows[i].rules));
        yonder_rules_request request = {.host = yonder_text_of(rows[i].host),
                                        .target = yonder_text_of(rows[i].target)};
        yonder_rules_answer plain, watched;
        const yonder_rules *owner;
        const yn_rule *fired;
        seen s = {.count = 0};
        int found = yonder_rules_match(rules, &request, scratch, sizeof scratch, &plain);
        plain.location.ptr = NULL; // lies in the scratch space
        assert_int_equal(yn_match(rules, &request, scratch, sizeof scratch, &watched,
                                  &(yn_watch){note, &s}, &owner, &fired),
                         found);
        assert_row(rows[i].rules, plain.cause == watched.cause && plain.status == watched.status &&
                                      plain.line == watched.line &&
                                      plain.location.len == watched.location.len &&
                                      yn_equal(plain.vary, watched.vary) &&
                                      yn_equal(plain.cache_control, watched.cache_control));
        assert_row(rows[i].rules, s.count == rows[i].seen);
        yonder_rules_free(rules);
    }
}

static void a_random_look_up_that_is_watched_answers_as_any_other(void **state)
{
    (void)state;
    static page p;
    static random_request r;
    static char scratch[YONDER_RULES_SCRATCH(sizeof p.text)], other[sizeof scratch];
    chance c = {3};
    for (unsigned i = 0; i < 500; i++) {
        writing w = writing_of(&c, below(&c, 2), true);
        put_file(&w, &p, 30);
        yonder_rules *rules = rules_of("random", page_text(&p));
        for (unsigned k = 0; k < 40; k++) {
            yonder_rules_answer plain, watched;
            const yonder_rules *owner;
            const yn_rule *fired;
            make_request(&r, &c);
            size_t size = YONDER_RULES_SCRATCH(r.request.target.len);
            int found = yonder_rules_match(rules, &r.request, scratch, size, &plain);
            seen s = {.count = 0};
            assert_int_equal(yn_match(rules, &r.request, other, size, &watched,
                                      &(yn_watch){note_once, &s}, &owner, &fired),
                             found);
            assert_row(p.text, plain.cause == watched.cause && plain.status == watched.status &&
                                   plain.line == watched.line &&
                                   yn_equal(plain.location, watched.location) &&
                                   yn_equal(plain.vary, watched.vary) &&
                                   yn_equal(plain.cache_control, watched.cache_control));
            assert_row(p.text, plain.cause != YONDER_RULES_RULE || fired);
        }
        yonder_rules_free(rules);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_rules_with_one_from_the_language_liked_most_fires),
        cmocka_unit_test(an_answer_depends_on_what_stands_before_its_rule),
        cmocka_unit_test(vary_names_any_number_of_fields),
        cmocka_unit_test(vary_of_endless_names_is_any),
        cmocka_unit_test(what_a_site_ignores_is_named_as_a_query_has_it),
        cmocka_unit_test(a_look_up_that_is_watched_answers_as_any_other),
        cmocka_unit_test(a_random_look_up_that_is_watched_answers_as_any_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
