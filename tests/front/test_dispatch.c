// SPDX-License-Identifier: MIT
#include "front/dispatch.h"

#include "../test.h"
#include <stdlib.h>

#include "base/text.h"

static uint64_t clock_ms;

static uint64_t now_ms(void)
{
    return clock_ms;
}

// A server without a store: what is asked here is answered before one is needed.
typedef struct scene {
    yn_counts counts;
    yn_web_site site;
    yn_directory directory;
    yn_dispatcher dispatcher;
    yn_arena arena;
} scene;

static scene *scene_new(const char *token, uint32_t reads, uint32_t checks)
{
    scene *s = calloc(1, sizeof *s);
    s->site.counts = &s->counts;
    s->arena = yn_arena_make(NULL);
    s->dispatcher = (yn_dispatcher){.directory = &s->directory,
                                    .site = &s->site,
                                    .token = token,
                                    .hsts = "max-age=31536000",
                                    .reads = yn_limit_new(reads, 1),
                                    .checks = yn_limit_new(checks, 2),
                                    .sites = yn_limit_new(1, 3),
                                    .turns = yn_turns_new(8),
                                    .now_ms = now_ms};
    return s;
}

static void scene_free(scene *s)
{
    yn_limit_free(s->dispatcher.reads);
    yn_limit_free(s->dispatcher.checks);
    yn_limit_free(s->dispatcher.sites);
    yn_turns_free(s->dispatcher.turns);
    yn_arena_free(&s->arena);
    free(s);
}

typedef struct asked {
    const char *method, *path, *authorization, *tag, *domain, *accept;
    bool own_tls, proxy_tls;
} asked;

static yn_web_response ask(scene *s, asked a)
{
    const yn_web_field fields[] = {
        {YN_TEXT("authorization"), yonder_text_of(a.authorization ? a.authorization : "")},
        {YN_TEXT("If-None-Match"), yonder_text_of(a.tag ? a.tag : "")},
        {YN_TEXT("Accept"), yonder_text_of(a.accept ? a.accept : "*/*")},
    };
    const yn_web_field query[] = {{YN_TEXT("domain"), yonder_text_of(a.domain ? a.domain : "")}};
    yn_client_found client = {.tls = a.own_tls || a.proxy_tls};
    assert_true(yn_address_read_ip(&client.address, YN_TEXT("192.0.2.1"), 0));
    yn_dispatch_input input = {
        .request = {.method = yonder_text_of(a.method),
                    .path = yonder_text_of(a.path),
                    .fields = a.authorization ? fields : fields + 1,
                    .field_count = a.authorization ? 3 : 2,
                    .query = query,
                    .query_count = a.domain ? 1 : 0,
                    .site = &s->site,
                    .arena = &s->arena},
        .client = &client,
        .own_tls = a.own_tls,
    };
    yn_web_response response = yn_dispatch_begin();
    yn_dispatch(&s->dispatcher, &input, &response);
    return response;
}

static unsigned status(scene *s, asked a)
{
    yn_web_response response = ask(s, a);
    yn_buf_free(&response.body);
    return response.status;
}

static yonder_text field(const yn_web_response *response, const char *name)
{
    for (size_t i = 0; i < response->field_count; i++)
        if (yn_equal(response->fields[i].name, yonder_text_of(name)))
            return response->fields[i].value;
    return (yonder_text){NULL, 0};
}

static void routes_are_found_by_method_and_path(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path, *wrong;
        const char *found; // the path of the route, or NULL
    } rows[] = {
        {"GET", "/api/v2/status", NULL, "/api/v2/status"},
        {"HEAD", "/api/v2/status", NULL, "/api/v2/status"},
        {"POST", "/api/v2/status", "GET", NULL},
        {"get", "/api/v2/status", "GET", NULL},
        {"GET", "/api/v2/submit", "POST", NULL},
        {"HEAD", "/api/v2/submit", "POST", NULL},
        {"GET", "/api/v2/settings", NULL, "/api/v2/settings"},
        {"POST", "/api/v2/settings", NULL, "/api/v2/settings"},
        {"DELETE", "/api/v2/settings", "GET", NULL},
        {"GET", "/api/v2/status/", NULL, NULL},
        {"GET", "/api/v2/%73tatus", NULL, NULL},
        {"GET", "/api", NULL, NULL},
        {"GET", "", NULL, NULL},
        {"GET", "/lists", NULL, "/lists"},
        {"GET", "/lists/key", NULL, "/lists/key"},
        {"GET", "/lists/7/list.json", NULL, "/lists/*"},
        {"GET", "/lists/", NULL, "/lists/*"},
        {"GET", "/", NULL, "/"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *wrong;
        const yn_web_route *route =
            yn_web_find(yonder_text_of(rows[i].method), yonder_text_of(rows[i].path), &wrong);
        assert_row(rows[i].path, (route != NULL) == (rows[i].found != NULL));
        if (route)
            assert_text(rows[i].path, yonder_text_of(route->path), rows[i].found);
        else
            assert_text(rows[i].path, yonder_text_of(wrong ? wrong : ""),
                        rows[i].wrong ? rows[i].wrong : "");
    }
}

static void the_operator_is_known_by_the_whole_token(void **state)
{
    (void)state;
    static const struct {
        const char *configured, *authorization;
        unsigned
            status; // of a route of the operator's that needs a parameter: 400 once he is known
    } rows[] = {
        {"0123456789abcdef", "Bearer 0123456789abcdef", 400},
        {"0123456789abcdef", "bearer  0123456789abcdef ", 400},
        {"0123456789abcdef", "Bearer 0123456789abcde", 401},
        {"0123456789abcdef", "Bearer 0123456789abcdefg", 401},
        {"0123456789abcdef", "Bearer 0123456789ABCDEF", 401},
        {"0123456789abcdef", "Bearer ", 401},
        {"0123456789abcdef", "Basic 0123456789abcdef", 401},
        {"0123456789abcdef", "0123456789abcdef", 401},
        {"0123456789abcdef", NULL, 401},
        {NULL, "Bearer 0123456789abcdef", 403},
        {NULL, "Bearer ", 403},
        {NULL, NULL, 403},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scene *s = scene_new(rows[i].configured, 0, 0);
        unsigned got = status(s, (asked){.method = "POST",
                                         .path = "/api/v2/reject",
                                         .authorization = rows[i].authorization});
        assert_row(rows[i].authorization ? rows[i].authorization : "none", got == rows[i].status);
        scene_free(s);
    }
}

static void tokens_are_long_and_plain(void **state)
{
    (void)state;
    assert_true(yn_dispatch_token_valid(YN_TEXT("0123456789abcdef")));
    assert_true(yn_dispatch_token_valid(YN_TEXT("abc-._~+/ABC0123==")));
    assert_false(yn_dispatch_token_valid(YN_TEXT("0123456789abcde")));
    assert_false(yn_dispatch_token_valid(YN_TEXT("0123456789 abcdef")));
    assert_false(yn_dispatch_token_valid(YN_TEXT("0123456789abcdef\n")));
    assert_false(yn_dispatch_token_valid((yonder_text){"0123456789abcde\0", 16}));
}

static void strict_transport_security_is_sent_over_tls_alone(void **state)
{
    (void)state;
    static const struct {
        bool own_tls, proxy_tls, behind_proxy, sent;
    } rows[] = {
        {false, false, false, false}, {true, false, false, true},  {false, true, false, false},
        {false, true, true, true},    {false, false, true, false}, {true, false, true, true},
    };
    static const char *const paths[] = {"/nothing", "/api/v2/status", "/api/v2/submit",
                                        "/api/v2/update"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t p = 0; p < sizeof paths / sizeof *paths; p++) {
            scene *s = scene_new(NULL, 0, 0);
            s->dispatcher.hsts_behind_proxy = rows[i].behind_proxy;
            yn_web_response response = ask(s, (asked){.method = "GET",
                                                      .path = paths[p],
                                                      .own_tls = rows[i].own_tls,
                                                      .proxy_tls = rows[i].proxy_tls});
            assert_text(paths[p], field(&response, "Strict-Transport-Security"),
                        rows[i].sent ? "max-age=31536000" : "");
            assert_text(paths[p], field(&response, "X-Content-Type-Options"), "nosniff");
            assert_text(paths[p], field(&response, "Cache-Control"), "no-store");
            yn_buf_free(&response.body);
            scene_free(s);
        }
}

static void who_asks_too_much_is_told_when_to_come_again(void **state)
{
    (void)state;
    scene *s = scene_new("0123456789abcdef", 10, 1);
    clock_ms = 1000000;
    const asked check = {.method = "GET", .path = "/api/v2/preloadable"}; // without a domain
    const asked look = {.method = "GET", .path = "/nothing"};
    assert_int_equal(status(s, check), 400);
    assert_int_equal(status(s, check), 400);
    yn_web_response response = ask(s, check);
    assert_int_equal(response.status, 429);
    assert_text("checks", field(&response, "Retry-After"), "60");
    yn_buf_free(&response.body);
    for (int i = 0; i < 17; i++) // those above have counted
        assert_int_equal(status(s, look), 404);
    assert_int_equal(status(s, look), 429);
    asked own = look;
    own.authorization = "Bearer 0123456789abcdef";
    assert_int_equal(status(s, own), 404); // the operator is not held up
    clock_ms += 60000;
    assert_int_equal(status(s, check), 400);
    assert_int_equal(atomic_load(&s->counts.limited), 2);
    scene_free(s);
}

static void a_refusal_is_a_page_for_a_browser(void **state)
{
    (void)state;
    static const char browser[] = "text/plain;q=0.1, Text/HTML ;q=0.9,*/*;q=0.8";
    static const struct {
        const char *name, *method, *path, *accept;
        unsigned status;
        const char *says; // NULL: text
    } rows[] = {
        {"not there", "GET", "/<b>", browser, 404, "leads to nothing here."},
        {"of a form", "GET", "/submit", browser, 405, "reached by a form."},
        {"operator's", "GET", "/metrics", browser, 403, "For the operator only"},
        {"api", "GET", "/api/v2/nothing", browser, 404, NULL},
        {"list", "GET", "/lists/0/list.json", browser, 404, NULL},
        {"a program", "GET", "/nothing", "*/*", 404, NULL},
        {"another", "GET", "/nothing", "text/htmlx", 404, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scene *s = scene_new(NULL, 0, 0);
        yn_web_response response = ask(
            s, (asked){.method = rows[i].method, .path = rows[i].path, .accept = rows[i].accept});
        bool page = yn_starts_with(yonder_text_of(response.type), YN_TEXT("text/html"));
        yn_buf_char(&response.body, '\0');
        assert_row(rows[i].name, response.status == rows[i].status);
        assert_row(rows[i].name, page == (rows[i].says != NULL));
        assert_row(rows[i].name, !page || strstr(response.body.ptr, rows[i].says));
        assert_row(rows[i].name, !page || strstr(response.body.ptr, "</html>"));
        yn_buf_free(&response.body);
        scene_free(s);
    }
    scene *s = scene_new(NULL, 1, 0);
    clock_ms = 1000000;
    const asked look = {.method = "GET", .path = "/nothing", .accept = browser};
    assert_int_equal(status(s, look), 404);
    assert_int_equal(status(s, look), 404);
    yn_web_response response = ask(s, look);
    yn_buf_char(&response.body, '\0');
    assert_int_equal(response.status, 429);
    assert_text("limited", field(&response, "Retry-After"), "60");
    assert_non_null(strstr(response.body.ptr, "<p>Too many requests from your address."));
    yn_buf_free(&response.body);
    scene_free(s);
}

// Those of others.
static void take_turns(scene *s, uint64_t count)
{
    for (uint64_t client = 1; client <= count; client++)
        assert_int_equal(yn_turns_take(s->dispatcher.turns, client), YN_TURN_TAKEN);
}

static void only_so_many_checks_are_under_way(void **state)
{
    (void)state;
    scene *s = scene_new(NULL, 0, 0);
    const asked check = {.method = "GET", .path = "/api/v2/preloadable"};
    take_turns(s, 6);
    for (int i = 0; i < 9; i++)
        assert_int_equal(status(s, check), 400); // each is given back
    yn_address us;
    assert_true(yn_address_read_ip(&us, YN_TEXT("192.0.2.1"), 0));
    assert_int_equal(yn_turns_take(s->dispatcher.turns, yn_limit_client(&us)), YN_TURN_TAKEN);
    assert_int_equal(yn_turns_take(s->dispatcher.turns, yn_limit_client(&us)), YN_TURN_TAKEN);
    assert_int_equal(status(s, check), 503); // none is left
    yn_turns_give(s->dispatcher.turns, 1);
    yn_web_response response = ask(s, check);
    assert_int_equal(response.status, 429); // one is, for others: a fourth of all is a client's
    assert_text("busy", field(&response, "Retry-After"), "5");
    yn_buf_free(&response.body);
    yn_turns_give(s->dispatcher.turns, yn_limit_client(&us));
    assert_int_equal(status(s, check), 400);
    scene_free(s);
}

static void a_site_is_not_asked_again_and_again_whoever_asks_for_it(void **state)
{
    (void)state;
    scene *s = scene_new("0123456789abcdef", 0, 0);
    clock_ms = 1000000;
    take_turns(s, 8); // no check is made here: 503 says that one would be
    static const struct {
        const char *domain;
        unsigned status;
    } rows[] = {
        {"one.test", 503},   {"ONE.test.", 503},  {"one.test", 429}, {"One.Test", 429},
        {"a.one.test", 429}, {"b.two.test", 503}, {"two.test", 503}, {"c.b.two.test", 429},
        {"<>", 503},         {"<>", 503},         {"<>", 503},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].domain, status(s, (asked){.method = "GET",
                                                     .path = "/api/v2/preloadable",
                                                     .domain = rows[i].domain}) == rows[i].status);
    assert_int_equal(status(s, (asked){.method = "GET",
                                       .path = "/api/v2/preloadable",
                                       .domain = "one.test",
                                       .authorization = "Bearer 0123456789abcdef"}),
                     503);
    scene_free(s);
}

static void tags_are_compared_weakly_and_in_lists(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        bool unchanged;
    } rows[] = {
        {"\"a-1\"", true},          {"W/\"a-1\"", true}, {"\"x\", \"a-1\"", true}, {" * ", true},
        {"\"x\",,W/\"a-1\"", true}, {"\"a-2\"", false},  {"a-1", false},           {"", false},
        {"\"a-1", false},           {",", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        const yn_web_field fields[] = {{YN_TEXT("if-none-match"), yonder_text_of(rows[i].asked)}};
        const yn_web_request request = {.fields = fields, .field_count = 1, .arena = &arena};
        yn_web_response response = yn_dispatch_begin();
        assert_row(rows[i].asked,
                   yn_web_unchanged(&request, &response, "\"a-1\"") == rows[i].unchanged);
        assert_row(rows[i].asked, response.status == (rows[i].unchanged ? 304 : 200));
        assert_text(rows[i].asked, field(&response, "ETag"), "\"a-1\"");
        yn_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_are_found_by_method_and_path),
        cmocka_unit_test(the_operator_is_known_by_the_whole_token),
        cmocka_unit_test(tokens_are_long_and_plain),
        cmocka_unit_test(strict_transport_security_is_sent_over_tls_alone),
        cmocka_unit_test(who_asks_too_much_is_told_when_to_come_again),
        cmocka_unit_test(a_refusal_is_a_page_for_a_browser),
        cmocka_unit_test(only_so_many_checks_are_under_way),
        cmocka_unit_test(a_site_is_not_asked_again_and_again_whoever_asks_for_it),
        cmocka_unit_test(tags_are_compared_weakly_and_in_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
