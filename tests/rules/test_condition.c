// SPDX-License-Identifier: MIT
#include "conditions.h"

#include <stdlib.h>

#include "base/date.h"

static const yonder_rules_reading plain_reading = {0};

static void conditions_are_written_as_they_were_read(void **state)
{
    (void)state;
    static const struct {
        const char *read, *written;
    } rows[] = {
        {"method=GET", "method=GET"},
        {"method=GET,HEAD,GET", "method=GET,HEAD"},
        {"method=PROPFIND", "method=PROPFIND"},
        {"method=m-search", "method=m-search"},
        {"method=M,m", "method=M,m"},
        {"language=de", "language=de"},
        {"language=de,de-AT,DE", "language=de,de-at"},
        {"language=zh-Hant-TW", "language=zh-hant-tw"},
        {"country=de,AT,De", "country=DE,AT"},
        {"header:X-Test=", "header:x-test="},
        {"header:X-Test=*", "header:x-test=*"},
        {"header:X-Test=a**b***", "header:x-test=a*b*"},
        {"header:X-Test=a%20b%2Ac%25", "header:x-test=a%20b%2Ac%25"},
        {"header:X-Test=a%62c", "header:x-test=abc"},
        {"header:X-Test=\xC3\xA9%c3%a9", "header:x-test=\xC3\xA9\xC3\xA9"},
        {"header:X-Test=%c3\xC3\xA9%ef%bb%bf", "header:x-test=%C3\xC3\xA9%EF%BB%BF"},
        {"header:X-Test=%ff%09", "header:x-test=%FF%09"},
        {"header:X-Test=a,b=c", "header:x-test=a,b=c"},
        {"cookie=a", "cookie=a"},
        {"cookie=a,B", "cookie=a,B"},
        {"cookie:Lang=de*", "cookie:Lang=de*"},
        {"cookie:Lang=", "cookie:Lang="},
        {"from=2026-12-01", "from=2026-12-01T00:00:00Z"},
        {"until=2026-12-01T09:30", "until=2026-12-01T09:30:00Z"},
        {"until=2026-12-01T09:30:15", "until=2026-12-01T09:30:15Z"},
        {"until=2026-12-01T09:30Z", "until=2026-12-01T09:30:00Z"},
        {"from=2026-12-01T00:30:00+01:00", "from=2026-11-30T23:30:00Z"},
        {"from=2026-12-31T23:30-05:30", "from=2027-01-01T05:00:00Z"},
        {"from=2028-02-29", "from=2028-02-29T00:00:00Z"},
        {"share=10%", "share=10%"},
        {"share=12.5%", "share=12.5%"},
        {"share=12.50%", "share=12.5%"},
        {"share=0.01%", "share=0.01%"},
        {"share=99.99%", "share=99.99%"},
        {"share=100%", "share=100%"},
        {"share=100.00%", "share=100%"},
        {"share=0%", "share=0%"},
        {"http=1.0", "http=1.0"},
        {"http=1.1", "http=1.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf room = yn_buf_make(4096, NULL), out = yn_buf_make(4096, NULL);
        yn_condition c = condition_of(rows[i].read, &room);
        yn_condition_write(&out, &c);
        assert_text(rows[i].read, yn_buf_text(&out), rows[i].written);
        yn_buf_free(&room);
        yn_buf_free(&out);
    }
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int column;
        const char *part;
    } rows[] = {
        {"method=", 8, "a method is missing"},
        {"method=GET,", 12, "beside ','"},
        {"method=,GET", 8, "beside ','"},
        {"method=GET,,PUT", 12, "beside ','"},
        {"method=G T", 8, "'G T' is not a method"},
        {"method=GET,get", 12, "case counts in methods: 'GET'"},
        {"language=", 10, "a language is missing"},
        {"language=*", 10, "'*' is not a language"},
        {"language=de,d3", 13, "'d3' is not a language"},
        {"language=de-", 10, "not a language"},
        {"language=abcdefghi", 10, "not a language"},
        {"language=de_AT", 12, "joined by '-'"},
        {"country=D", 9, "two letters"},
        {"country=DE,D1", 12, "two letters"},
        {"country=DEU", 9, "two letters"},
        {"header=x", 1, "'header:Accept=…'"},
        {"header:=x", 8, "a name is missing"},
        {"header:a b=x", 8, "not the name of a header"},
        {"header:a=%", 10, "'%25'"},
        {"header:a=b%2", 11, "'%25'"},
        {"header:a=b%zz", 11, "'%25'"},
        {"header:a=%00", 10, "control"},
        {"header:a=x%0d%0A", 11, "control"},
        {"header:a=%7f", 10, "control"},
        {"cookie=", 8, "the name of a cookie is missing"},
        {"cookie=a b", 8, "not the name of a cookie"},
        {"cookie=lang=de", 8, "'cookie:lang=…'"},
        {"cookie:=de", 8, "a name is missing"},
        {"cookie:a;b=de", 8, "not the name of a cookie"},
        {"from=", 6, "not a date"},
        {"from=2026-02-29", 6, "not a date"},
        {"from=2026-04-31", 6, "not a date"},
        {"from=2026-13-01", 6, "not a date"},
        {"from=2026-00-01", 6, "not a date"},
        {"from=2026-1-1", 6, "not a date"},
        {"from=20261201", 6, "not a date"},
        {"from=2026-12-01T", 6, "not a date"},
        {"from=2026-12-01T9:00", 6, "not a date"},
        {"from=2026-12-01T24:00", 6, "not a date"},
        {"from=2026-12-01T09:60", 6, "not a date"},
        {"from=2026-12-01Z", 6, "not a date"},
        {"from=2026-12-01T09:00+0100", 6, "not a date"},
        {"from=2026-12-01T09:00+24:00", 6, "not a date"},
        {"from=2026-12-01T09:00ZZ", 6, "not a date"},
        {"from=2026-12-01T09:00:00.5Z", 6, "not a date"},
        {"from=0000-01-01T00:00+01:00", 6, "years go from"},
        {"until=9999-12-31T23:59-01:00", 7, "years go from"},
        {"share=10", 7, "not a share"},
        {"share=%", 7, "not a share"},
        {"share=", 7, "not a share"},
        {"share=100.01%", 7, "not a share"},
        {"share=101%", 7, "not a share"},
        {"share=-1%", 7, "not a share"},
        {"share=1.234%", 7, "not a share"},
        {"share=1.%", 7, "not a share"},
        {"share=.5%", 7, "not a share"},
        {"share=1,5%", 7, "not a share"},
        {"share=18446744073709551616%", 7, "not a share"},
        {"http=2", 6, "'1.0' and '1.1'"},
        {"http=", 6, "'1.0' and '1.1'"},
        {"=x", 1, "missing before '='"},
        {"methd=GET", 1, "is 'method' meant?"},
        {"Method=GET", 1, "is 'method' meant?"},
        {"methods=GET", 1, "is 'method' meant?"},
        {"lang=de", 1, "is 'language' meant?"},
        {"headers:Accept=x", 1, "is 'header:Accept' meant?"},
        {"Cookie:a=x", 1, "is 'cookie:a' meant?"},
        {"utnil=2026-12-01", 1, "is 'until' meant?"},
        {"weather=fine", 1, "'weather' is not a condition: method, language, country"},
        {"method:x=GET", 7, "nothing can follow 'method'"},
        {"share:a=10%", 6, "nothing can follow 'share'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        problem_log told;
        yn_buf out = yn_buf_make(4096, NULL);
        yn_buf_str(&out, "before");
        assert_int_equal(read_condition(&out, yonder_text_of(rows[i].text), &plain_reading, &told),
                         YONDER_INVALID_RULES);
        assert_told(rows[i].text, &told, rows[i].column, rows[i].part);
        assert_text(rows[i].text, yn_buf_text(&out), "before");
        yn_buf_free(&out);
    }
}

static void every_problem_of_a_list_is_told(void **state)
{
    (void)state;
    problem_log told;
    yn_buf out = yn_buf_make(4096, NULL);
    yonder_text text = yonder_text_of("country=DEU,AT,,1");
    assert_int_equal(read_condition(&out, text, &plain_reading, &told), YONDER_INVALID_RULES);
    assert_int_equal(told.count, 3);
    yn_buf_free(&out);
}

static void long_patterns_are_refused(void **state)
{
    (void)state;
    static char text[YN_CONDITION_MAX_GLOB + 20] = "header:a=";
    size_t start = strlen(text);
    memset(text + start, 'x', YN_CONDITION_MAX_GLOB + 1);
    problem_log told;
    yn_buf out = yn_buf_make(4096, NULL);
    yonder_text all = {text, start + YN_CONDITION_MAX_GLOB};
    assert_int_equal(read_condition(&out, all, &plain_reading, &told), YONDER_OK);
    all.len++;
    assert_int_equal(read_condition(&out, all, &plain_reading, &told), YONDER_INVALID_RULES);
    assert_told("long", &told, 10, "at most 1024 bytes");
    yn_buf_free(&out);
}

static void a_full_buffer_is_an_error(void **state)
{
    (void)state;
    for (size_t room = 0; room < 24; room++) {
        problem_log told;
        yn_buf out = yn_buf_make(room, NULL);
        yonder_text text = yonder_text_of("cookie:abc=def*");
        int error = read_condition(&out, text, &plain_reading, &told);
        assert_true(error == YONDER_TOO_LARGE || yn_buf_text(&out).len > 16);
        assert_int_equal(told.count, 0);
        yn_buf_free(&out);
    }
}

static int64_t an_hour_ahead(void *context, int64_t time)
{
    ++*(int *)context;
    return time - 3600;
}

static void a_time_without_a_zone_is_local(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *utc;
        int asked;
    } rows[] = {
        {"from=2026-12-01", "2026-11-30T23:00:00Z", 1},
        {"from=2026-12-01T09:00", "2026-12-01T08:00:00Z", 1},
        {"from=2026-12-01T09:00Z", "2026-12-01T09:00:00Z", 0},
        {"from=2026-12-01T09:00+03:00", "2026-12-01T06:00:00Z", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int asked = 0;
        problem_log told;
        const yonder_rules_reading how = {.local_time = an_hour_ahead,
                                          .local_time_context = &asked};
        yn_buf out = yn_buf_make(4096, NULL);
        yn_condition c;
        int64_t expected;
        assert_int_equal(read_condition(&out, yonder_text_of(rows[i].text), &how, &told), 0);
        yonder_text rest = yn_buf_text(&out);
        assert_true(yn_condition_next(&rest, &c));
        assert_true(yn_date_read(yonder_text_of(rows[i].utc), "YYYY-MM-DDThh:mm:ssZ", &expected));
        assert_row(rows[i].text, c.number == expected);
        assert_row(rows[i].text, asked == rows[i].asked);
        yn_buf_free(&out);
    }
}

static void names_of_conditions_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        bool known;
    } rows[] = {
        {"method", true},     {"language", true}, {"country", true},  {"header:Accept", true},
        {"header", false},    {"header:", true},  {"cookie", true},   {"cookie:a", true},
        {"from", true},       {"until", true},    {"share", true},    {"http", true},
        {"https", false},     {"", false},        {"Method", false},  {"method:x", false},
        {"/a?method", false}, {"id", false},      {"cookies", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].word,
                   yn_condition_is_name(yonder_text_of(rows[i].word)) == rows[i].known);
}

static void conditions_of_one_rule_lie_one_behind_the_other(void **state)
{
    (void)state;
    static const char *const texts[] = {"method=GET,PUT", "header:a=", "share=10%", "cookie=a,b"};
    yn_buf all = yn_buf_make(4096, NULL), out = yn_buf_make(4096, NULL);
    problem_log told;
    yn_condition c;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(read_condition(&all, yonder_text_of(texts[i]), &plain_reading, &told), 0);
    yonder_text rest = yn_buf_text(&all);
    for (size_t i = 0; i < 4; i++) {
        out.len = 0;
        assert_true(yn_condition_next(&rest, &c));
        yn_condition_write(&out, &c);
        assert_text(texts[i], yn_buf_text(&out), texts[i]);
    }
    assert_false(yn_condition_next(&rest, &c));
    // Cut anywhere, there is one less, and nothing is read behind the cut.
    for (size_t len = 0; len < all.len; len++) {
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        memcpy(copy, all.ptr, len);
        size_t count = 0;
        for (rest = (yonder_text){copy, len}; yn_condition_next(&rest, &c); count++) {
        }
        assert_true(count < 4);
        free(copy);
    }
    yn_buf_free(&all);
    yn_buf_free(&out);
}

typedef struct holding {
    const char *condition;
    const char *method;
    const char *fields;
    bool holds;
} holding;

static void check_holdings(const holding *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yn_buf room = yn_buf_make(4096, NULL);
        yonder_field fields[MAX_FIELDS];
        char row[200];
        yonder_rules_request request = {.method = yonder_text_of(rows[i].method),
                                        .fields = fields,
                                        .field_count = fields_of(rows[i].fields, fields)};
        yn_condition c = condition_of(rows[i].condition, &room);
        snprintf(row, sizeof row, "%s, %s %s", rows[i].condition, rows[i].method, rows[i].fields);
        assert_row(row, yn_condition_holds(&c, &request, 0) == rows[i].holds);
        yn_buf_free(&room);
    }
}

static void a_method_is_one_of_those_named(void **state)
{
    (void)state;
    static const holding rows[] = {
        {"method=GET", "GET", "", true},       {"method=GET", "", "", true},
        {"method=GET", "get", "", false},      {"method=GET", "HEAD", "", true},
        {"method=HEAD", "GET", "", false},     {"method=PUT", "HEAD", "", false},
        {"method=GET,HEAD", "HEAD", "", true}, {"method=POST", "", "", false},
        {"method=POST", "POS", "", false},     {"method=POST", "POSTS", "", false},
    };
    check_holdings(rows, sizeof rows / sizeof *rows);
}

static void fields_of_one_name_are_held_against_a_pattern_as_one(void **state)
{
    (void)state;
    static const holding rows[] = {
        {"header:a=x", "", "A:x", true},
        {"header:A=x", "", "a: x \t", true},
        {"header:a=x", "", "a:X", false},
        {"header:a=x", "", "b:x", false},
        {"header:a=x", "", "", false},
        {"header:a=x,%20y", "", "a:x|b:z|a:y", true},
        {"header:a=x,%20y", "", "a:x, y", true},
        {"header:a=*,%20y", "", "a:x|a:y", true},
        {"header:a=x", "", "a:x|a:y", false},
        {"header:a=y", "", "a:x|a:y", false},
        {"header:a=*y*", "", "a:x|a:yes|a:z", true},
        {"header:a=*x,*z", "", "a:x|a:yes|a:z", true},
        {"header:a=x", "", "a:|a:x|a:", true},
        {"header:a=", "", "", true},
        {"header:a=", "", "a:", true},
        {"header:a=", "", "a:  ", true},
        {"header:a=", "", "a:|a:", true},
        {"header:a=", "", "a:x", false},
        {"header:a=", "", "a:|a:x", false},
        {"header:a=*", "", "", false},
        {"header:a=*", "", "b:x", false},
        {"header:a=*", "", "a:", true},
        {"header:a=*", "", "a:x", true},
        {"header:a=x*", "", "a:", false},
        {"header:a=*text/html*", "", "A:application/xml, text/html;q=0.9", true},
        {"header:a=\xC3\xA9", "", "a:\xC3\xA9", true},
        {"header:a=%E9", "", "a:\xE9", true},
        {"header:a=a%2Ab", "", "a:a*b", true},
        {"header:a=a%2Ab", "", "a:axb", false},
    };
    check_holdings(rows, sizeof rows / sizeof *rows);
}

static void cookies_are_read_from_all_their_fields(void **state)
{
    (void)state;
    static const holding rows[] = {
        {"cookie=a", "", "Cookie:a=1", true},
        {"cookie=a", "", "cookie:b=2; a=1", true},
        {"cookie=a", "", "Cookie:b=2|Cookie:a=", true},
        {"cookie=a,b", "", "Cookie:b=2", true},
        {"cookie=a,b", "", "Cookie:c=a; ab=1", false},
        {"cookie=a", "", "Cookie:A=1", false},
        {"cookie=a", "", "Cookie:a", false},
        {"cookie=a", "", "Cookie:;;=a; ;", false},
        {"cookie=a", "", "", false},
        {"cookie=a", "", "X:a=1", false},
        {"cookie:a=1", "", "Cookie:a=1", true},
        {"cookie:a=1", "", "Cookie:b=1;a=1;c=2", true},
        {"cookie:a=1", "", "Cookie: a = 1 ", true},
        {"cookie:a=1", "", "Cookie:a=12", false},
        {"cookie:a=1*", "", "Cookie:a=12", true},
        {"cookie:a=1=2", "", "Cookie:a=1=2", true},
        {"cookie:a=2", "", "Cookie:a=1; a=2", false},
        {"cookie:a=2", "", "Cookie:a=1|Cookie:a=2", false},
        {"cookie:a=%221%22", "", "Cookie:a=\"1\"", true},
        {"cookie:a=", "", "", true},
        {"cookie:a=", "", "Cookie:b=1", true},
        {"cookie:a=", "", "Cookie:a=", true},
        {"cookie:a=", "", "Cookie:a=1", false},
        {"cookie:a=*", "", "Cookie:a=", true},
        {"cookie:a=*", "", "Cookie:b=1", false},
    };
    check_holdings(rows, sizeof rows / sizeof *rows);
}

static void a_country_is_one_of_those_named(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *country;
        bool holds;
    } rows[] = {
        {"country=DE", "DE", true},  {"country=de", "DE", true},    {"country=DE", "de", true},
        {"country=DE", "AT", false}, {"country=DE,AT", "AT", true}, {"country=DE", "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf room = yn_buf_make(4096, NULL);
        yonder_rules_request request = {.country = yonder_text_of(rows[i].country)};
        yn_condition c = condition_of(rows[i].condition, &room);
        assert_row(rows[i].condition, yn_condition_holds(&c, &request, 0) == rows[i].holds);
        yn_buf_free(&room);
    }
}

static void from_is_inclusive_and_until_is_not(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        int64_t now;
        bool holds;
    } rows[] = {
        {"from=1970-01-02", 86399, false},  {"from=1970-01-02", 86400, true},
        {"from=1970-01-02", 86401, true},   {"until=1970-01-02", 86399, true},
        {"until=1970-01-02", 86400, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf room = yn_buf_make(4096, NULL);
        yonder_rules_request request = {.now = rows[i].now};
        yn_condition c = condition_of(rows[i].condition, &room);
        assert_row(rows[i].condition, yn_condition_holds(&c, &request, 0) == rows[i].holds);
        yn_buf_free(&room);
    }
}

static void the_version_is_of_the_request(void **state)
{
    (void)state;
    yn_buf room = yn_buf_make(4096, NULL), more = yn_buf_make(4096, NULL);
    yn_condition old = condition_of("http=1.0", &room), later = condition_of("http=1.1", &more);
    for (int http10 = 0; http10 < 2; http10++) {
        yonder_rules_request request = {.http10 = http10};
        assert_int_equal(yn_condition_holds(&old, &request, 0), http10);
        assert_int_equal(yn_condition_holds(&later, &request, 0), !http10);
    }
    yn_buf_free(&room);
    yn_buf_free(&more);
}

static size_t count_of_share(const char *share, uint64_t salt)
{
    yn_buf room = yn_buf_make(4096, NULL);
    yn_condition c = condition_of(share, &room);
    size_t count = 0;
    for (unsigned i = 0; i < 20000; i++) {
        char client[32];
        int len = snprintf(client, sizeof client, "192.0.%u.%u", i / 250, i % 250);
        yonder_rules_request request = {.client = {client, (size_t)len}};
        count += yn_condition_holds(&c, &request, salt);
    }
    yn_buf_free(&room);
    return count;
}

static void a_share_is_that_part_of_all_clients(void **state)
{
    (void)state;
    static const struct {
        const char *share;
        size_t least, most;
    } rows[] = {
        {"share=0%", 0, 0},         {"share=1%", 150, 250},      {"share=10%", 1850, 2150},
        {"share=50%", 9700, 10300}, {"share=99%", 19750, 19850}, {"share=100%", 20000, 20000},
        {"share=0.5%", 60, 140},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint64_t salt = 0; salt < 3; salt++) {
            size_t count = count_of_share(rows[i].share, salt);
            assert_row(rows[i].share, count >= rows[i].least && count <= rows[i].most);
        }
}

static void a_client_stays_in_a_share_that_grows(void **state)
{
    (void)state;
    yn_buf room = yn_buf_make(4096, NULL), more = yn_buf_make(4096, NULL);
    yn_condition small = condition_of("share=10%", &room), large = condition_of("share=20%", &more);
    size_t both = 0, other = 0;
    for (unsigned i = 0; i < 5000; i++) {
        char client[32];
        int len = snprintf(client, sizeof client, "client %u", i);
        yonder_rules_request request = {.client = {client, (size_t)len}};
        bool in_small = yn_condition_holds(&small, &request, 7);
        assert_true(!in_small || yn_condition_holds(&large, &request, 7));
        both += in_small;
        other += in_small && yn_condition_holds(&small, &request, 8);
    }
    assert_true(both > 400 && other < 100); // another salt divides anew
    yn_buf_free(&room);
    yn_buf_free(&more);
}

static void who_is_not_known_is_in_no_share_but_that_of_all(void **state)
{
    (void)state;
    static const struct {
        const char *share;
        bool holds;
    } rows[] = {{"share=99.99%", false}, {"share=0%", false}, {"share=100%", true}};
    for (size_t i = 0; i < 3; i++) {
        yn_buf room = yn_buf_make(4096, NULL);
        yonder_rules_request request = {0};
        yn_condition c = condition_of(rows[i].share, &room);
        assert_row(rows[i].share, yn_condition_holds(&c, &request, 0) == rows[i].holds);
        yn_buf_free(&room);
    }
}

static void vary_names_the_field_that_was_asked(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *field;
    } rows[] = {
        {"language=de", "Accept-Language"},
        {"cookie=a", "Cookie"},
        {"cookie:a=b", "Cookie"},
        {"header:X-Test=a", "x-test"},
        {"method=GET", ""},
        {"country=DE", ""},
        {"from=2026-12-01", ""},
        {"share=10%", ""},
        {"http=1.0", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf room = yn_buf_make(4096, NULL);
        yn_condition c = condition_of(rows[i].condition, &room);
        assert_text(rows[i].condition, yn_condition_field(&c), rows[i].field);
        yn_buf_free(&room);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_are_written_as_they_were_read),
        cmocka_unit_test(what_is_wrong_is_told_at_its_place),
        cmocka_unit_test(every_problem_of_a_list_is_told),
        cmocka_unit_test(long_patterns_are_refused),
        cmocka_unit_test(a_full_buffer_is_an_error),
        cmocka_unit_test(a_time_without_a_zone_is_local),
        cmocka_unit_test(names_of_conditions_are_known),
        cmocka_unit_test(conditions_of_one_rule_lie_one_behind_the_other),
        cmocka_unit_test(a_method_is_one_of_those_named),
        cmocka_unit_test(fields_of_one_name_are_held_against_a_pattern_as_one),
        cmocka_unit_test(cookies_are_read_from_all_their_fields),
        cmocka_unit_test(a_country_is_one_of_those_named),
        cmocka_unit_test(from_is_inclusive_and_until_is_not),
        cmocka_unit_test(the_version_is_of_the_request),
        cmocka_unit_test(a_share_is_that_part_of_all_clients),
        cmocka_unit_test(a_client_stays_in_a_share_that_grows),
        cmocka_unit_test(who_is_not_known_is_in_no_share_but_that_of_all),
        cmocka_unit_test(vary_names_the_field_that_was_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
