// SPDX-License-Identifier: MIT
// The same start as several clients: who is equal to whom, where they part, and how it looks.
#include "test.h"

#include "base/text.h"
#include "report/compare.h"

// What the scripted network answers, whoever asks.
typedef struct route {
    const char *path;
    int status;
    const char *location;
    const char *other_to; // this User-Agent's beginning gets 403
} route;

static int scripted(void *context, const yn_fetch_request *request, yn_arena *arena,
                    yn_evidence *out)
{
    yonder_text path = yonder_url_get(request->url, YONDER_URL_PATHNAME);
    const route *r = context;
    while (r->path && !yn_equal(path, yonder_text_of(r->path)))
        r++;
    *out = (yn_evidence){.error = r->status ? YN_FETCH_OK : YN_FETCH_REFUSED, .status = r->status};
    for (size_t i = 0; r->other_to && i < request->field_count; i++)
        if (yn_starts_with(request->fields[i].value, yonder_text_of(r->other_to)))
            out->status = 403;
    out->fields = yn_arena_alloc(arena, sizeof *out->fields);
    if (r->location)
        out->fields[out->field_count++] =
            (yonder_field){YN_TEXT("Location"), yonder_text_of(r->location)};
    return YONDER_OK;
}

enum {
    max_clients = 4,
    max_routes = 4,
};

typedef struct row {
    const char *name;
    const char *method; // GET where it is NULL
    const char *body;   // NULL: none
    const char *clients[max_clients];
    route routes[max_routes];
    size_t same_as[max_clients], differs_at[max_clients];
    const char *difference[max_clients]; // NULL: none
    const char *known; // a host that all of them know for https, those that can; NULL: none
} row;

static const row rows[] = {
    {.name = "all alike",
     .clients = {"chrome", "curl", "go", "googlebot"},
     .routes = {{"/", 301, "http://a.test/b"}, {"/b", 200}},
     .same_as = {0, 0, 0, 0}},
    {.name = "by the method",
     .method = "POST",
     .body = "k=v",
     .clients = {"chrome", "googlebot", "firefox", "http10"},
     .routes = {{"/", 307, "http://a.test/b"}, {"/b", 200}},
     .same_as = {0, 1, 0, 1},
     .differs_at = {0, 2, 0, 2},
     .difference = {NULL,
                    "hop 2: googlebot stops at 307 Temporary Redirect, for this client does not "
                    "follow the status; chrome makes POST http://a.test/b with its body",
                    NULL,
                    "hop 2: http10 stops at 307 Temporary Redirect, for this client does not "
                    "follow the status; chrome makes POST http://a.test/b with its body"}},
    {.name = "the request differs",
     .method = "PUT",
     .body = "k=v",
     .clients = {"chrome", "requests", "go"},
     .routes = {{"/", 301, "http://a.test/b"}, {"/b", 200}},
     .same_as = {0, 1, 2},
     .differs_at = {0, 2, 2},
     .difference = {NULL,
                    "hop 2: requests makes PUT http://a.test/b; chrome makes PUT http://a.test/b "
                    "with its body",
                    "hop 2: go makes GET http://a.test/b; chrome makes PUT http://a.test/b with "
                    "its body"}},
    {.name = "the answer differs",
     .clients = {"curl", "chrome"},
     .routes = {{"/", 200, .other_to = "Mozilla/"}},
     .same_as = {0, 1},
     .differs_at = {0, 1},
     .difference = {NULL, "hop 1: chrome makes GET http://a.test/ and gets 403 Forbidden; curl "
                          "makes GET http://a.test/ and gets 200 OK"}},
    {.name = "one is sent in circles",
     .method = "POST",
     .clients = {"googlebot", "chrome"},
     .routes = {{"/", 308, "http://a.test/"}},
     .same_as = {0, 1},
     .differs_at = {0, 2},
     .difference = {NULL, "hop 2: chrome would make hop 1 again; googlebot stops at 308 Permanent "
                          "Redirect, for this client does not follow the status"}},
    {.name = "a step of their own is the same, whatever they show of it",
     .known = "a.test",
     .clients = {"chrome", "firefox", "safari"},
     .routes = {{"/", 200}},
     .same_as = {0, 0, 0}},
    {.name = "it is not, beside a client that makes none",
     .known = "a.test",
     .clients = {"go", "chrome", "firefox"},
     .routes = {{"/", 200}},
     .same_as = {0, 1, 1},
     .differs_at = {0, 1, 1},
     .difference =
         {NULL,
          "hop 1: chrome changes the scheme by itself at GET http://a.test/ and shows 307 "
          "Internal Redirect; go makes GET http://a.test/ and gets 200 OK",
          "hop 1: firefox changes the scheme by itself at GET http://a.test/ (no "
          "response); go makes GET http://a.test/ and gets 200 OK"}},
    {.name = "nobody gets an answer",
     .clients = {"chrome", "curl"},
     .routes = {{"/", 0}},
     .same_as = {0, 0}},
};

enum {
    nobody = sizeof rows / sizeof *rows - 1
};

typedef struct setting {
    yonder_url url;
    yonder_hsts *hosts;
    yn_chain chains[max_clients];
    size_t count;
    yn_comparison comparison;
} setting;

static int64_t some_day(void *context)
{
    (void)context;
    return 1767225600; // 2026-01-01
}

// Those who have HSTS have it on.
static yn_profile profile_of(const setting *s, const yonder_client *client)
{
    yn_profile profile;
    assert_int_equal(yn_profile_make(&profile, NULL), YONDER_OK);
    profile.hsts = yonder_hsts_supported(client) == YONDER_HSTS_ALWAYS ? s->hosts : NULL;
    return profile;
}

static void set_up(setting *s, const row *r)
{
    const yonder_hsts_entry known = {.host = yonder_text_of(r->known),
                                     .expires = YONDER_HSTS_FOREVER};
    assert_int_equal(yonder_url_parse(&s->url, YN_TEXT("http://a.test/"), NULL, NULL), YONDER_OK);
    assert_int_equal(yonder_hsts_new(&s->hosts, 0, NULL), YONDER_OK);
    if (r->known)
        assert_int_equal(yonder_hsts_put(s->hosts, &known), YONDER_OK);
    for (s->count = 0; s->count < max_clients && r->clients[s->count]; s->count++) {
        const yonder_client *client = yonder_client_find(yonder_text_of(r->clients[s->count]));
        assert_non_null(client);
        yn_profile profile = profile_of(s, client);
        const yn_plan plan = {
            .client = client,
            .url = &s->url,
            .method = yonder_text_of(r->method ? r->method : "GET"),
            .has_body = r->body != NULL,
            .body = yonder_text_of(r->body),
            .max_redirects = YN_CLIENT_LIMIT,
            .profile = r->known ? &profile : NULL,
            .now = some_day,
        };
        assert_int_equal(
            yn_chain_follow(&s->chains[s->count], &plan, scripted, (void *)r->routes, NULL),
            YONDER_OK);
        yn_profile_free(&profile);
    }
    s->comparison = yn_compare(s->chains, s->count);
}

static void tear_down(setting *s)
{
    for (size_t i = 0; i < s->count; i++)
        yn_chain_free(&s->chains[i]);
    yonder_hsts_free(s->hosts);
    yonder_url_free(&s->url, NULL);
}

static void chains_are_equal_if_their_hops_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setting s;
        set_up(&s, &rows[i]);
        for (size_t k = 0; k < s.count; k++) {
            yn_buf out = yn_buf_make(1 << 16, NULL);
            yn_compare_difference(&out, &s.comparison, k);
            assert_text(rows[i].name, yn_buf_text(&out), rows[i].difference[k]);
            assert_row(rows[i].name, s.comparison.same_as[k] == rows[i].same_as[k]);
            assert_row(rows[i].name, s.comparison.differs_at[k] == rows[i].differs_at[k]);
            yn_buf_free(&out);
        }
        tear_down(&s);
    }
}

static void check_text(const row *r, yn_style style, const char *expected)
{
    setting s;
    yn_buf out = yn_buf_make(1 << 16, NULL);
    set_up(&s, r);
    yn_compare_text(&out, &s.comparison, &style);
    assert_int_equal(out.error, YONDER_OK);
    assert_text(r->name, yn_buf_text(&out), expected);
    yn_buf_free(&out);
    tear_down(&s);
}

static void equal_clients_have_one_row_and_the_others_a_line_that_says_why(void **state)
{
    (void)state;
    check_text(&rows[0], (yn_style){false, 0},
               "client     requests  method  ends with  URL\n"
               "chrome            2  GET     200 OK     http://a.test/b\n"
               "curl       as chrome\n"
               "go         as chrome\n"
               "googlebot  as chrome\n"
               "\n"
               "Warning (all): hops 1 and 2 go out in clear text, where anyone on the way can read "
               "and answer them; nothing leads to https\n"
               "Note (chrome): hop 1 (301) names no end that counts, so this client keeps it and "
               "does not ask again until it is cleared or evicted; Cache-Control: max-age=86400 "
               "would set one\n"
               "Search engines: http://a.test/b is kept (strong sign): each redirect on the way is "
               "permanent\n");
    check_text(
        &rows[2], (yn_style){false, 0},
        "client    requests  method          ends with  URL\n"
        "chrome           2  PUT             200 OK     http://a.test/b\n"
        "requests         2  PUT, body lost  200 OK     http://a.test/b\n"
        "go               2  PUT → GET       200 OK     http://a.test/b\n"
        "\n"
        "Where they part from chrome\n"
        "hop 2: requests makes PUT http://a.test/b; chrome makes PUT http://a.test/b with "
        "its body\n"
        "hop 2: go makes GET http://a.test/b; chrome makes PUT http://a.test/b with its "
        "body\n"
        "\n"
        "Warning (go): hop 1 turns PUT into GET with its 301, and the body is lost: 308 would "
        "keep both, 303 would say that it is meant\n"
        "Warning (requests): hop 1 makes this client send PUT again without its body, for "
        "its 301; 308 would keep both\n"
        "Warning (all): hops 1 and 2 go out in clear text, where anyone on the way can read "
        "and answer them; nothing leads to https\n");
    check_text(&rows[nobody], (yn_style){false, 0},
               "client  requests  method  ends with           URL\n"
               "chrome         1  GET     Refused connection  http://a.test/\n"
               "curl    as chrome\n");
}

static void on_a_narrow_terminal_a_url_has_a_line_of_its_own(void **state)
{
    (void)state;
    check_text(&rows[4], (yn_style){false, 60},
               "client     requests  method  ends with\n"
               "googlebot         1  POST    308 Permanent Redirect\n"
               "    http://a.test/\n"
               "chrome            1  POST    a loop\n"
               "    http://a.test/\n"
               "\n"
               "Where they part from googlebot\n"
               "hop 2: chrome would make hop 1 again; googlebot stops at 308\n"
               "    Permanent Redirect, for this client does not follow the\n"
               "    status\n"
               "\n"
               "Error (chrome): hop 1 (308) leads to itself; it has to\n"
               "  answer with a page\n"
               "Warning (all): hop 1 goes out in clear text, where anyone on\n"
               "  the way can read and answer it; nothing leads to https\n");
}

static void the_document_has_every_client_and_every_group(void **state)
{
    (void)state;
    setting s;
    yn_buf out = yn_buf_make(1 << 20, NULL);
    set_up(&s, &rows[1]);
    yn_compare_json(&out, &s.comparison);
    yn_buf_char(&out, '\0');
    assert_int_equal(out.error, YONDER_OK);
    const char *const parts[] = {
        "\"schema\": 1,\n  \"request\": {",
        "\"client\": \"googlebot\"",
        "\"version\": \"Googlebot as documented",
        "\"groups\": [\n    {\n      \"clients\": [\n        \"chrome\",\n        \"firefox\"\n    "
        "  "
        "],\n      \"differs_at\": null,\n      \"difference\": null\n    },",
        "\"googlebot\",\n        \"http10\"\n      ],\n      \"differs_at\": 2,",
    };
    const char *at = out.ptr;
    for (size_t i = 0; at && i < sizeof parts / sizeof *parts; i++) {
        at = strstr(at, parts[i]);
        if (!at)
            fail_msg("%s is not in %s", parts[i], out.ptr);
    }
    yn_buf_free(&out);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_are_equal_if_their_hops_are),
        cmocka_unit_test(equal_clients_have_one_row_and_the_others_a_line_that_says_why),
        cmocka_unit_test(on_a_narrow_terminal_a_url_has_a_line_of_its_own),
        cmocka_unit_test(the_document_has_every_client_and_every_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
