// SPDX-License-Identifier: MIT
#include "front/exchange.h"

#include "../test.h"
#include "base/text.h"
#include "front/form.h"

/* ---- forms -------------------------------------------------------------------------------------
 */

static void forms_are_decoded_as_the_url_standard_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
        const char *names[3], *values[3];
    } rows[] = {
        {"", 0, {NULL}, {NULL}},
        {"domain=example.com", 1, {"domain"}, {"example.com"}},
        {"a=1&b=2&a=3", 3, {"a", "b", "a"}, {"1", "2", "3"}},
        {"&&a=1&&", 1, {"a"}, {"1"}},
        {"a", 1, {"a"}, {""}},
        {"=b", 1, {""}, {"b"}},
        {"a=b=c", 1, {"a"}, {"b=c"}},
        {"a=+%2B+", 1, {"a"}, {" + "}},
        {"%61=%3c%3E", 1, {"a"}, {"<>"}},
        {"a=%", 1, {"a"}, {"%"}},
        {"a=%4", 1, {"a"}, {"%4"}},
        {"a=%4g%zz", 1, {"a"}, {"%4g%zz"}},
        {"a=%2541", 1, {"a"}, {"%41"}}, // once
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_web_field *fields;
        size_t count;
        assert_int_equal(yn_form_parse(yonder_text_of(rows[i].text), &arena, &fields, &count), 0);
        assert_row(rows[i].text, count == rows[i].count);
        for (size_t n = 0; n < count; n++) {
            assert_text(rows[i].text, fields[n].name, rows[i].names[n]);
            assert_text(rows[i].text, fields[n].value, rows[i].values[n]);
        }
        yn_arena_free(&arena);
    }
}

static void a_nul_byte_stays_in_the_text(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_web_field *fields;
    size_t count;
    assert_int_equal(yn_form_parse(YN_TEXT("domain=example.com%00.evil"), &arena, &fields, &count),
                     0);
    assert_int_equal(fields[0].value.len, 17);
    yn_arena_free(&arena);
}

static void more_pairs_than_anybody_needs_are_refused(void **state)
{
    (void)state;
    char text[2 * YN_FORM_MOST + 3];
    yn_arena arena = yn_arena_make(NULL);
    yn_web_field *fields;
    size_t count;
    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "a&", i + 1 < sizeof text ? 2 : 1);
    assert_int_equal(
        yn_form_parse((yonder_text){text, 2 * YN_FORM_MOST - 1}, &arena, &fields, &count), 0);
    assert_int_equal(count, YN_FORM_MOST);
    assert_int_equal(
        yn_form_parse((yonder_text){text, 2 * YN_FORM_MOST + 1}, &arena, &fields, &count),
        YONDER_TOO_LARGE);
    yn_arena_free(&arena);
}

/* ---- requests ----------------------------------------------------------------------------------
 */

typedef struct row {
    const char *what, *target;
    const char *fields[8]; // name, value, …
    const char *body;
    int status; // 0: it is taken
    const char *path, *domain;
} row;

static const row rows[] = {
    {"a query", "/a?domain=example.com", {NULL}, "", 0, "/a", "example.com"},
    {"no query", "/a", {NULL}, "", 0, "/a", ""},
    {"a path is not decoded", "/%61", {NULL}, "", 0, "/%61", ""},
    {"a form",
     "/a",
     {"Content-Type", "application/x-www-form-urlencoded"},
     "domain=b.test",
     0,
     "/a",
     "b.test"},
    {"a type with a parameter",
     "/a",
     {"content-type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"},
     "domain=b.test",
     0,
     "/a",
     "b.test"},
    {"query and form agree",
     "/a?domain=b.test",
     {"Content-Type", "application/x-www-form-urlencoded"},
     "domain=b.test",
     0,
     "/a",
     "b.test"},
    {"a type alone", "/a", {"Content-Type", "application/json"}, "", 0, "/a", ""},
    {"another type", "/a", {"Content-Type", "application/json"}, "{}", 415, "/a", ""},
    {"no type", "/a", {NULL}, "domain=b.test", 415, "/a", ""},
    {"absolute form", "http://h.test/a?domain=b.test", {NULL}, "", 0, "/a", "b.test"},
    {"absolute form without a path", "https://h.test", {NULL}, "", 0, "/", ""},
    {"asterisk form", "*", {NULL}, "", 0, "*", ""},
    {"a blank in the target", "/a b", {NULL}, "", 400, "/a b", ""},
    {"a control byte in the target", "/a\x01", {NULL}, "", 400, "/a\x01", ""},
    {"two hosts", "/a", {"Host", "a", "Host", "a"}, "", 400, "/a", ""},
    {"two lengths", "/a", {"Content-Length", "1", "Content-Length", "1"}, "", 400, "/a", ""},
    {"length and coding",
     "/a",
     {"Content-Length", "1", "Transfer-Encoding", "chunked"},
     "",
     400,
     "/a",
     ""},
    {"another coding", "/a", {"Transfer-Encoding", "gzip, chunked"}, "", 501, "/a", ""},
    {"chunked", "/a", {"Transfer-Encoding", "Chunked"}, "", 0, "/a", ""},
    {"a length that is none", "/a", {"Content-Length", "1x"}, "", 400, "/a", ""},
    {"a long body is announced", "/a", {"Content-Length", "65537"}, "", 413, "/a", ""},
    {"a blank before the colon", "/a", {"Transfer-Encoding ", "chunked"}, "", 400, "/a", ""},
    {"a control byte in a field", "/a", {"X", "a\x02"}, "", 400, "/a", ""},
};

static yn_exchange *begin(const row *r)
{
    yn_exchange *x = yn_exchange_new(yonder_text_of(r->target));
    for (size_t i = 0; i + 1 < 8 && r->fields[i]; i += 2)
        yn_exchange_field(x, yonder_text_of(r->fields[i]), yonder_text_of(r->fields[i + 1]));
    yn_exchange_begin(x, YN_TEXT("POST"));
    return x;
}

static void requests_are_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_exchange *x = begin(&rows[i]);
        yn_dispatch_input input;
        yonder_text domain;
        for (const char *p = rows[i].body; *p; p++) // byte for byte
            assert_true(yn_exchange_body(x, (yonder_text){p, 1}));
        yn_exchange_finish(x, &input);
        assert_row(rows[i].what, input.refused == rows[i].status);
        assert_row(rows[i].what, (input.why != NULL) == (rows[i].status != 0));
        assert_text(rows[i].what, input.request.path, rows[i].path);
        assert_row(rows[i].what, yn_form_one(&input.request, "domain", &domain));
        if (!rows[i].status)
            assert_text(rows[i].what, domain, rows[i].domain);
        yn_exchange_free(x);
    }
}

static void a_parameter_with_two_values_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *target, *body;
        bool one;
    } cases[] = {
        {"/a?domain=a.test&domain=a.test", "", true},
        {"/a?domain=a.test&domain=b.test", "", false},
        {"/a?domain=a.test", "domain=b.test", false},
        {"/a?domain=", "domain=b.test", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const row r = {.target = cases[i].target,
                       .fields = {"Content-Type", "application/x-www-form-urlencoded"}};
        yn_exchange *x = begin(&r);
        yn_dispatch_input input;
        yonder_text domain;
        yn_exchange_body(x, yonder_text_of(cases[i].body));
        yn_exchange_finish(x, &input);
        assert_row(cases[i].target, yn_form_one(&input.request, "domain", &domain) == cases[i].one);
        yn_exchange_free(x);
    }
}

static void a_body_without_end_is_refused_and_not_kept(void **state)
{
    (void)state;
    const row r = {.target = "/a", .fields = {"Transfer-Encoding", "chunked"}};
    yn_exchange *x = begin(&r);
    yn_dispatch_input input;
    char piece[4096];
    size_t pieces = 0;
    memset(piece, 'a', sizeof piece);
    while (pieces < 10000 && yn_exchange_body(x, (yonder_text){piece, sizeof piece}))
        pieces++;
    assert_in_range(pieces * sizeof piece, YN_WEB_FORM_MAX, YN_WEB_FORM_MAX + YN_EXCHANGE_THROWN);
    assert_in_range(x->body.len, 0, YN_WEB_FORM_MAX);
    yn_exchange_finish(x, &input);
    assert_int_equal(input.refused, 413);
    yn_exchange_free(x);
}

static void fields_without_end_are_refused(void **state)
{
    (void)state;
    yn_exchange *x = yn_exchange_new(YN_TEXT("/"));
    for (int i = 0; i < YN_EXCHANGE_FIELDS + 50; i++)
        yn_exchange_field(x, YN_TEXT("X"), YN_TEXT("y"));
    yn_exchange_begin(x, YN_TEXT("GET"));
    assert_int_equal(x->refused, 431);
    assert_int_equal(x->field_count, YN_EXCHANGE_FIELDS);
    yn_exchange_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_decoded_as_the_url_standard_has_it),
        cmocka_unit_test(a_nul_byte_stays_in_the_text),
        cmocka_unit_test(more_pairs_than_anybody_needs_are_refused),
        cmocka_unit_test(requests_are_read_or_refused),
        cmocka_unit_test(a_parameter_with_two_values_is_none),
        cmocka_unit_test(a_body_without_end_is_refused_and_not_kept),
        cmocka_unit_test(fields_without_end_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
