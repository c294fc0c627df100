// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "core/freshness.h"

enum {
    max_fields = 6,
    no_end = -1,
};

// A response as text: "Name: value" lines.
static size_t fields_of(const char *text, yonder_field fields[max_fields])
{
    size_t count = 0;
    while (*text) {
        const char *end = strchrnul(text, '\n');
        yonder_text line = {text, (size_t)(end - text)};
        size_t colon = yn_find_char(line, ':');
        assert_true(count < max_fields && colon < line.len);
        fields[count++] = (yonder_field){yn_slice(line, 0, colon), yn_skip(line, colon + 1)};
        text = *end ? end + 1 : end;
    }
    return count;
}

// Seconds, 0 where it may not be reused, or no_end.
static int64_t lifetime(const char *client, const char *method, int status, const char *text,
                        int64_t received)
{
    yonder_field fields[max_fields];
    yonder_response response = {.status = status,
                                .fields = fields,
                                .field_count = fields_of(text, fields),
                                .received = received};
    yonder_freshness f = yn_freshness(&yonder_client_find(yonder_text_of(client))->cache,
                                      yonder_text_of(method), &response);
    assert_row(text, f.cacheable == (f.unlimited || f.seconds > 0));
    assert_row(text, !f.unlimited || f.seconds == 0);
    return f.unlimited ? no_end : f.seconds;
}

static void without_a_word_the_status_decides(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        int from, to;
        int64_t seconds;
    } rows[] = {
        {"chrome", 200, 299, 0},       {"chrome", 300, 301, no_end}, {"chrome", 302, 307, 0},
        {"chrome", 308, 308, no_end},  {"chrome", 309, 409, 0},      {"chrome", 410, 410, no_end},
        {"chrome", 411, 599, 0},       {"curl", 200, 599, 0},        {"firefox", 200, 409, 0},
        {"firefox", 410, 410, no_end}, {"firefox", 411, 599, 0},     {"http10", 300, 410, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int status = rows[i].from; status <= rows[i].to; status++)
            assert_int_equal(lifetime(rows[i].client, "GET", status, "", 0), rows[i].seconds);
}

static void only_get_is_kept(void **state)
{
    (void)state;
    static const char *const others[] = {"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "get", ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(lifetime("chrome", others[i], 301, "", 0), 0);
        assert_int_equal(lifetime("chrome", others[i], 301, "Cache-Control: max-age=9", 0), 0);
    }
}

#define GO       "Location: /\n"
#define LONG_AGO "Last-Modified: Sun, 06 Nov 1994 07:00:00 GMT\n"
#define DATE     "Date: Sun, 06 Nov 1994 08:00:00 GMT\n"
#define AT_NOON  784123200 // of the same day: 4 hours later

static void fields_decide_before_the_status_does(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        int status;
        const char *fields;
        int64_t seconds;
    } rows[] = {
        // what forbids
        {"chrome", 301, "Cache-Control: no-cache", 0},
        {"chrome", 301, "Cache-Control: no-store, max-age=60", 0},
        {"chrome", 301, "Cache-Control: max-age=60\nCACHE-CONTROL: public , NO-STORE", 0},
        {"chrome", 301, "Pragma: no-cache\nCache-Control: max-age=60", 0},
        {"chrome", 301, "Vary: Accept, *", 0},
        {"chrome", 301, "Vary: Accept", no_end},
        {"chrome", 301, "Cache-Control: no-cache=\"set-cookie\"", no_end}, // of that field only
        {"chrome", 301, "Cache-Control: x=\"no-store, max-age=5\"", no_end},
        {"chrome", 301, "Cache-Control: x=\"a\\\", no-store, \"", no_end},
        {"chrome", 301, "Cache-Control: must-revalidate", no_end},
        {"chrome", 301, "Cache-Control: private", no_end},
        {"chrome", 301, "Cache-Control: public, immutable", no_end},
        // dates as browsers guess them
        {"chrome", 302, DATE "Expires: 6-Nov-94 9:00", 3600},
        {"firefox", 302, GO DATE "Expires: 6-Nov-94 9:00", 3600},
        {"http10", 302, DATE "Expires: 6-Nov-94 9:00", 0},
        {"chrome", 302, DATE "Expires: 1994-11-06T09:00:00Z", 3600},
        {"firefox", 302, GO DATE "Expires: 1994-11-06T09:00:00Z", 0},
        {"chrome", 301, DATE "Expires: 1994-11-06T07:00:00Z", 0},
        {"chrome", 301, DATE "Expires: 1994-11-06TT", no_end},
        {"chrome", 302, DATE "Expires: 8 Feb 2106", 3510921600},
        {"firefox", 302, GO DATE "Expires: 8 Feb 2106", 0}, // 2^32 seconds are over
        {"firefox", 302, GO DATE "Expires: 1 Jan 1969", 0},
        {"firefox", 302, GO "Date: 1 Jan 1969\nExpires: 6 Nov 1994", 0}, // a Date of 2105
        // max-age
        {"chrome", 302, "Cache-Control: max-age=60", 60},
        {"chrome", 303, "cache-control:MAX-AGE=60", 60},
        {"chrome", 301, "Cache-Control: max-age=60", 60},
        {"chrome", 301, "Cache-Control: max-age=0", 0},
        {"chrome", 302, "Cache-Control: public,max-age= 60 , x", 60},
        {"chrome", 302, "Cache-Control:\nCache-Control: ,, \t,max-age=60", 60},
        {"chrome", 302, "Cache-Control: max-age=5, max-age=60", 5},
        {"chrome", 302, "Cache-Control: max-age=x, max-age=60", 60},
        {"chrome", 302, "Cache-Control: max-age=\"60\"", 0}, // Chromium takes digits only
        {"http10", 302, "Cache-Control: max-age=60", 0},
        {"chrome", 302, "Cache-Control: max-age", 0},
        {"chrome", 302, "Cache-Control: max-age=", 0},
        {"chrome", 302, "Cache-Control: max-age=-1", 0},
        {"chrome", 301, "Cache-Control: max-age=-1", no_end},
        {"chrome", 302, "Cache-Control: max-age=+1", 0},
        {"chrome", 302, "Cache-Control: max-age=1.5", 0},
        {"chrome", 302, "Cache-Control: max-age =60", 0},
        {"chrome", 302, "Cache-Control: s-maxage=60", 0},
        {"chrome", 302, "Cache-Control: xmax-age=60", 0},
        {"chrome", 302, "Cache-Control: max-age=2147483648", 2147483648},
        {"chrome", 302, "Cache-Control: max-age=9223372036854775807", INT64_MAX},
        {"chrome", 302, "Cache-Control: max-age=99999999999999999999999", INT64_MAX},
        {"chrome", 404, "Cache-Control: max-age=60", 60},
        // Firefox: words, of which the last counts
        {"firefox", 300, GO "Cache-Control: max-age=60", 0}, // a page, and a 3xx is none to keep
        {"firefox", 302, "Cache-Control: max-age=60", 0},    // nor is one that leads nowhere
        {"firefox", 303, GO "Cache-Control: max-age=60", 60},
        {"firefox", 302, GO "Cache-Control: max-age=60", 60},
        {"firefox", 404, "Cache-Control: max-age=60", 0},
        {"firefox", 302, GO "Cache-Control: max-age=60, max-age=5", 5},
        {"firefox", 302, GO "Cache-Control: max-age=60, max-age=x", 0},
        {"firefox", 302, GO "Cache-Control: max-age=60, max-age", 0},
        {"firefox", 302, GO "Cache-Control: max-age = 60s no-store; public", 60},
        {"firefox", 302, GO "Cache-Control: max-age=\"60\"", 0},
        {"firefox", 302, GO "Cache-Control: max-age=4294967295", 4294967295},
        {"firefox", 302, GO "Cache-Control: max-age=4294967296", 0},
        {"firefox", 302, GO "Cache-Control: max-age=60, no-store=1", 0},
        {"firefox", 302, GO "Cache-Control: max-age=60, no-cache=\"a\"", 0},
        {"firefox", 302, GO "Cache-Control: max-age=60, no-cachex", 60},
        {"firefox", 302, GO "Cache-Control: public,, max-age=60", 0},
        {"firefox", 302, GO "Cache-Control:\nCache-Control: max-age=60,, no-store", 60},
        {"firefox", 302, GO "Cache-Control: private=\"x\", max-age=60",
         0}, // the end of what it reads
        {"firefox", 302, GO "Cache-Control: private, max-age=60", 60},
        {"firefox", 302, GO "Cache-Control: max-age=60, PRIVATE=\"x\", no-store", 60},
        {"firefox", 302, GO "Cache-Control: max-age=60, private, no-store", 0},
        {"firefox", 302, GO "Cache-Control: public;x\nCache-Control: max-age=60", 0},
        {"firefox", 302, GO "Cache-Control: immutable x, max-age=60", 0},
        {"firefox", 302, GO "Cache-Control: privatex=1, must-revalidate=1, max-age=60", 60},
        {"firefox", 302, GO "Cache-Control: \"x\", max-age=60", 0},
        {"firefox", 302, GO "Cache-Control: x=\"a,b\", max-age=60", 60},
        {"chrome", 302, "Cache-Control: private=\"x\", max-age=60", 60},
        {"firefox", 302, GO "Cache-Control: max-age=60\nPragma: x no-cache", 0},
        {"firefox", 302, GO "Cache-Control: max-age=60\nPragma: no-cache=1", 60},
        {"firefox", 302, GO "Cache-Control: max-age=60\nAge: 50x", 10},
        {"firefox", 302, GO "Cache-Control: max-age=60\nAge: -1", 0},
        {"firefox", 302, GO "Cache-Control: max-age=60\nAge: 4294967296", 60},
        {"firefox", 302, GO "Cache-Control: max-age=60\nAge: 99999999999999999999999", 0},
        {"curl", 301, "Cache-Control: max-age=60", 0},
        // Expires
        {"chrome", 302, DATE "Expires: Sun, 06 Nov 1994 08:01:00 GMT", 60},
        {"chrome", 301, DATE "Expires: Sun, 06 Nov 1994 08:01:00 GMT", 60},
        {"chrome", 301, DATE "Expires: Sunday, 06-Nov-94 08:01:00 GMT", 60},
        {"chrome", 301, DATE "Expires: Sun Nov  6 08:01:00 1994", 60},
        {"chrome", 301, DATE "Expires: Sun, 06 Nov 1994 07:00:00 GMT", 0},
        {"chrome", 301, DATE "Expires: Sun, 06 Nov 1994 08:00:00 GMT", 0},
        {"chrome", 301, "Expires: Sun, 06 Nov 2094 08:01:00 GMT", 0}, // from when on?
        {"chrome", 301, "Date: never\nExpires: Sun, 06 Nov 2094 08:01:00 GMT", 0},
        {"chrome", 302, DATE "Expires: Sun, 06 Nov 1994 08:01:00 GMT\nCache-Control: max-age=5", 5},
        {"chrome", 301, DATE "Expires: Sun, 06 Nov 1994 07:00:00 GMT\nCache-Control: max-age=5", 5},
        {"chrome", 301, "Expires: 0", 0},
        {"chrome", 301, "Expires: -1", no_end}, // Chromium leaves it unread
        {"chrome", 302, "Expires: -1", 0},
        {"http10", 301, DATE "Expires: Sun, 06 Nov 1994 08:01:00 GMT", 60},
        {"http10", 301, "Pragma: no-cache\n" DATE "Expires: Sun, 06 Nov 1994 08:01:00 GMT", 0},
        // Last-Modified
        {"chrome", 200, DATE "Last-Modified: Sun, 06 Nov 1994 07:00:00 GMT", 360},
        {"chrome", 200, DATE "Last-Modified: Sun, 06 Nov 1994 09:00:00 GMT", 0},
        {"chrome", 200, "Last-Modified: Sun, 06 Nov 1994 07:00:00 GMT", 0},
        {"chrome", 302, DATE "Last-Modified: Sun, 06 Nov 1994 07:00:00 GMT", 0},
        {"chrome", 200,
         DATE "Last-Modified: Sun, 06 Nov 1994 07:00:00 GMT\nCache-Control: must-revalidate", 0},
        {"firefox", 302, GO DATE LONG_AGO, 0},
        {"firefox", 302, GO DATE LONG_AGO "Cache-Control: public", 360},
        {"firefox", 303, GO DATE LONG_AGO "Cache-Control: private=x, must-revalidate", 360},
        {"firefox", 301, GO DATE LONG_AGO, 360},
        {"firefox", 308, GO DATE "Last-Modified: Tue, 06 Nov 1984 07:00:00 GMT", 604800},
        {"firefox", 308, GO DATE "Last-Modified: Fri, 06 Nov 1964 07:00:00 GMT", 0}, // is of 2100
        {"firefox", 410, DATE LONG_AGO, no_end},
        {"firefox", 410, DATE "Expires: soon", 0},
        // Age
        {"chrome", 302, "Cache-Control: max-age=60\nAge: 10", 50},
        {"chrome", 302, "Cache-Control: max-age=60\nAge: 60", 0},
        {"chrome", 302, "Cache-Control: max-age=60\nAge: 99999999999999999999", 0},
        {"chrome", 302, "Cache-Control: max-age=60\nAge: x", 60},
        {"chrome", 302, "Cache-Control: max-age=60\nAge: 61, 5", 0}, // the first of a list
        {"chrome", 302, "Cache-Control: max-age=60\nAge: 5, 61", 55},
        {"chrome", 301, "Age: 99999", no_end},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = lifetime(rows[i].client, "GET", rows[i].status, rows[i].fields, 0);
        if (seconds != rows[i].seconds)
            print_error("%s %d: %lld\n", rows[i].client, rows[i].status, (long long)seconds);
        assert_row(rows[i].fields, seconds == rows[i].seconds);
    }
}

static void the_time_of_receipt_stands_in_for_a_missing_date_and_ages_an_old_one(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *fields;
        int64_t seconds;
    } rows[] = {
        {302, "Expires: Sun, 06 Nov 1994 12:01:00 GMT", 60},
        {302, "Expires: Sun, 06 Nov 1994 11:59:00 GMT", 0},
        {302, "Expires: Sunday, 06-Nov-94 12:01:00 GMT", 60},
        {200, "Last-Modified: Sun, 06 Nov 1994 11:00:00 GMT", 360},
        {302, DATE "Cache-Control: max-age=15000", 600},
        {302, DATE "Cache-Control: max-age=15000\nAge: 14999", 1},
        {302, DATE "Cache-Control: max-age=14400", 0},
        {302, "Date: Sun, 06 Nov 1994 13:00:00 GMT\nCache-Control: max-age=60", 60},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].fields, lifetime("chrome", "GET", rows[i].status, rows[i].fields,
                                            AT_NOON) == rows[i].seconds);
}

static void no_moment_is_too_far_from_another(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *fields;
        int64_t received, seconds;
    } rows[] = {
        {200, "Last-Modified: Sun, 06 Nov 1994 07:00:00 GMT", INT64_MAX, INT64_MAX / 10 - 78410520},
        {200, "Last-Modified: Sun, 06 Nov 1954 07:00:00 GMT", INT64_MAX, INT64_MAX / 10},
        {200, "Last-Modified: Sun, 06 Nov 1994 07:00:00 GMT", INT64_MIN, 0},
        {302, "Expires: Sun, 06 Nov 1994 07:00:00 GMT", INT64_MAX, 0},
        {302, "Expires: Sun, 06 Nov 1994 07:00:00 GMT", INT64_MIN, INT64_MAX},
        {302, DATE "Cache-Control: max-age=60", INT64_MIN, 60},
        {302, DATE "Cache-Control: max-age=60", INT64_MAX, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].fields, lifetime("chrome", "GET", rows[i].status, rows[i].fields,
                                            rows[i].received) == rows[i].seconds);
}

static void readings_no_client_of_the_table_has_yet(void **state)
{
    (void)state;
    const char *const get[] = {"GET", NULL};
    const yn_cache cache = {.methods = get,
                            .unlimited = {{{301, 301}}},
                            .quoted_seconds = true,
                            .unreadable_expires_past = true};
    const yonder_field quoted = {YN_TEXT("Cache-Control"), YN_TEXT("max-age=\"60\"")};
    const yonder_field lone = {YN_TEXT("Cache-Control"), YN_TEXT("max-age=\"")};
    const yonder_field minus_one = {YN_TEXT("Expires"), YN_TEXT("-1")};
    yonder_response response = {.status = 301, .fields = &quoted, .field_count = 1};
    assert_int_equal(yn_freshness(&cache, YN_TEXT("GET"), &response).seconds, 60);
    response.fields = &lone;
    assert_true(yn_freshness(&cache, YN_TEXT("GET"), &response).unlimited);
    response.fields = &minus_one;
    assert_false(yn_freshness(&cache, YN_TEXT("GET"), &response).cacheable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_the_status_decides),
        cmocka_unit_test(only_get_is_kept),
        cmocka_unit_test(fields_decide_before_the_status_does),
        cmocka_unit_test(the_time_of_receipt_stands_in_for_a_missing_date_and_ages_an_old_one),
        cmocka_unit_test(no_moment_is_too_far_from_another),
        cmocka_unit_test(readings_no_client_of_the_table_has_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
