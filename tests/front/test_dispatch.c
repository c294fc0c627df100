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
    s->dispatcher =
        (yn_dispatcher){.directory = &s->directory,
                        .site = &s->site,
                        .token = token,
                        .hsts = "max-age=31536000",
                        .gates = yn_gates_new(&(yn_gates_options){
                            .reads = reads, .checks = checks, .site = 3, .at_once = 8, .seed = 1}),
                        .now_ms = now_ms};
    return s;
}

static void scene_free(scene *s)
{
    yn_gates_free(s->dispatcher.gates);
    yn_arena_free(&s->arena);
    free(s);
}

typedef struct asked {
    const char *method, *path, *authorization, *tag, *domain, *accept, *from, *origin;
    bool own_tls, proxy_tls;
    bool both; // of a form: a query names another domain
} asked;

static yn_web_response ask(scene *s, asked a)
{
    const yn_web_field fields[] = {
        {YN_TEXT("authorization"), yonder_text_of(a.authorization ? a.authorization : "")},
        {YN_TEXT("If-None-Match"), yonder_text_of(a.tag ? a.tag : "")},
        {YN_TEXT("Accept"), yonder_text_of(a.accept ? a.accept : "*/*")},
        {YN_TEXT("origin"), yonder_text_of(a.origin ? a.origin : "")},
    };
    const yn_web_field given[] = {{YN_TEXT("domain"), yonder_text_of(a.domain ? a.domain : "")},
                                  {YN_TEXT("domain"), YN_TEXT("other.test")}};
    bool post = strcmp(a.method, "POST") == 0;
    yn_client_found client = {.tls = a.own_tls || a.proxy_tls};
    assert_true(
        yn_address_read_ip(&client.address, yonder_text_of(a.from ? a.from : "192.0.2.1"), 0));
    yn_dispatch_input input = {
        .request = {.method = yonder_text_of(a.method),
                    .path = yonder_text_of(a.path),
                    .fields = a.authorization ? fields : fields + 1,
                    .field_count = a.authorization ? 4 : 3,
                    .query = post ? given + 1 : given,
                    .query_count = a.domain && (!post || a.both) ? 1 : 0,
                    .form = given,
                    .form_count = a.domain && post ? 1 : 0,
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

static yn_address address_of(uint64_t client)
{
    char text[32];
    yn_address address;
    (void)snprintf(text, sizeof text, "203.0.113.%u", (unsigned)client);
    assert_true(yn_address_read_ip(&address, yonder_text_of(text), 0));
    return address;
}

// Of a client, for a check that names no site.
static void take_turn(scene *s, yn_address from)
{
    const char *wrong;
    unsigned seconds;
    const yn_web_route *route = yn_web_find(YN_TEXT("GET"), YN_TEXT("/api/v2/preloadable"), &wrong);
    assert_int_equal(yn_gates_check(s->dispatcher.gates, &from, route, &(yn_web_request){0},
                                    &s->directory, clock_ms, &seconds),
                     YN_GATE_OPEN);
}

static void take_turns(scene *s, uint64_t count)
{
    for (uint64_t client = 1; client <= count; client++)
        take_turn(s, address_of(client));
}

static void only_so_many_checks_are_under_way(void **state)
{
    (void)state;
    scene *s = scene_new(NULL, 0, 0);
    const asked check = {.method = "GET", .path = "/api/v2/preloadable"};
    take_turns(s, 6);
    for (int i = 0; i < 9; i++)
        assert_int_equal(status(s, check), 400); // each is given back
    yn_address us, other = address_of(1);
    assert_true(yn_address_read_ip(&us, YN_TEXT("192.0.2.1"), 0));
    take_turn(s, us);
    take_turn(s, us);
    assert_int_equal(status(s, check), 503); // none is left
    yn_gates_leave(s->dispatcher.gates, &other);
    yn_web_response response = ask(s, check);
    assert_int_equal(response.status, 429); // one is, for others: a fourth of all is a client's
    assert_text("busy", field(&response, "Retry-After"), "5");
    yn_buf_free(&response.body);
    yn_gates_leave(s->dispatcher.gates, &us);
    assert_int_equal(status(s, check), 400);
    scene_free(s);
}

// Of three checks a minute, six at once, of one site; a client has two of these.
static void a_site_is_not_asked_again_and_again_whoever_asks_for_it(void **state)
{
    (void)state;
    static const char look[] = "/api/v2/preloadable", other_look[] = "/api/v2/removable";
    static const struct {
        const char *method, *path, *from, *domain;
        unsigned status; // 503: it would be asked
        bool both;
    } rows[] = {
        {"GET", look, "198.51.100.1", "one.test", 503},
        {"GET", other_look, "198.51.100.1", "A.one.test.", 503},
        {"GET", look, "198.51.100.1", "b.one.test", 429}, // he has had his part
        {"GET", look, "198.51.100.2", "One.Test", 503},
        {"GET", look, "198.51.100.2", "one.test", 503},
        {"GET", look, "198.51.100.3", "c.b.one.test", 503},
        {"GET", look, "198.51.100.3", "one.test", 503},
        {"GET", look, "198.51.100.4", "one.test", 429}, // it has been asked enough
        {"GET", "/check", "198.51.100.4", "one.test", 429},
        {"GET", "/check", "198.51.100.4", " one.test", 429}, // however it is typed
        {"GET", "/check", "198.51.100.4", "https://one.test/", 429},
        {"GET", "/check", "198.51.100.4", "//u@A.One.Test.:8443/?x", 429},
        {"GET", look, "198.51.100.4", "two.test", 503},
        // What changes the list has budgets of its own.
        {"POST", "/api/v2/submit", "198.51.100.1", "one.test", 503},
        {"POST", "/api/v2/remove", "198.51.100.1", "one.test", 503},
        {"POST", "/submit", "198.51.100.1", "one.test", 429},
        {"POST", "/submit", "198.51.100.1", " one.test", 429},
        {"POST", "/submit", "198.51.100.1", "https://one.test/", 429},
        {"POST", "/submit", "198.51.100.1", "one.test", 429, true}, // the form is what counts
        {"POST", "/remove", "198.51.100.1", "https://one.test/", 429, true},
        {"POST", "/api/v2/submit", "198.51.100.4", "one.test", 503},
        {"GET", look, "198.51.100.1", "<>", 503},
        {"GET", look, "198.51.100.1", "<>", 503},
        {"GET", look, "198.51.100.1", "<>", 503},
    };
    scene *s = scene_new("0123456789abcdef", 0, 0);
    clock_ms = 1000000;
    take_turns(s, 8); // no check is made here: 503 says that one would be
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char what[32];
        (void)snprintf(what, sizeof what, "row %zu", i);
        assert_row(what, status(s, (asked){.method = rows[i].method,
                                           .path = rows[i].path,
                                           .from = rows[i].from,
                                           .domain = rows[i].domain,
                                           .both = rows[i].both}) == rows[i].status);
    }
    assert_int_equal(status(s, (asked){.method = "GET",
                                       .path = look,
                                       .domain = "one.test",
                                       .authorization = "Bearer 0123456789abcdef"}),
                     503);
    scene_free(s);
}

static void looks_leave_a_client_his_wishes(void **state)
{
    (void)state;
    scene *s = scene_new(NULL, 0, 1);
    const asked look = {.method = "GET", .path = "/api/v2/preloadable"};
    const asked wish = {.method = "POST", .path = "/api/v2/submit"};
    clock_ms = 1000000;
    assert_int_equal(status(s, look), 400);
    assert_int_equal(status(s, look), 400);
    assert_int_equal(status(s, look), 429);
    assert_int_equal(status(s, wish), 400);
    assert_int_equal(status(s, wish), 400);
    assert_int_equal(status(s, wish), 429);
    scene_free(s);
}

static void scripts_of_allowed_origins_read_refusals_as_well(void **state)
{
    (void)state;
    static const char *const cors[] = {"https://tool.example"};
    static const struct {
        const char *path, *origin, *allowed;
        unsigned status;
    } rows[] = {
        {"/api/v2/preloadable", "https://tool.example", "https://tool.example", 400},
        {"/api/v2/status", "http://localhost:8000", "http://localhost:8000", 400},
        {"/api/v2/status", "https://localhost", "https://localhost", 400},
        {"/api/v2/status", "https://localhost.evil.test", "", 400},
        {"/api/v2/status", "https://tool.example.evil.test", "", 400},
        {"/api/v2/removable", "https://tool.example", "", 400},
        {"/api/v2/preloadable", "https://tool.example", "https://tool.example", 503},
        {"/api/v2/preloadable", "https://tool.example", "https://tool.example", 429},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scene *s = scene_new(NULL, 0, rows[i].status == 429);
        const asked it = {.method = "GET", .path = rows[i].path, .origin = rows[i].origin};
        s->site.cors = cors;
        s->site.cors_count = 1;
        clock_ms = 1000000;
        take_turns(s, rows[i].status == 503 ? 8 : 0);
        for (int times = 0; rows[i].status == 429 && times < 2; times++)
            (void)status(s, it);
        yn_web_response response = ask(s, it);
        assert_row(rows[i].origin, response.status == rows[i].status);
        assert_text(rows[i].origin, field(&response, "Access-Control-Allow-Origin"),
                    rows[i].allowed);
        assert_row(rows[i].origin, yn_equal(field(&response, "Vary"), YN_TEXT("Origin")) ==
                                       (strcmp(rows[i].path, "/api/v2/removable") != 0));
        yn_buf_free(&response.body);
        scene_free(s);
    }
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
        cmocka_unit_test(looks_leave_a_client_his_wishes),
        cmocka_unit_test(scripts_of_allowed_origins_read_refusals_as_well),
        cmocka_unit_test(tags_are_compared_weakly_and_in_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
