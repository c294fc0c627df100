// SPDX-License-Identifier: MIT
// Chains against a scripted network: each row says which requests have to be made, in order, and
// what each is answered.
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "trace/chain.h"

enum {
    max_exchanges = 8,
    max_given = 3,
};

typedef struct exchange {
    const char *request;  // "POST http://a.test/ with body"
    int status;           // of the answer; 0: the request fails with `error`
    const char *location; // NULL: none
    yn_fetch_error error;
    const char *sees; // a field of the request, "Name: value"; or "!Name": it is not there
    bool sets_cookie;
} exchange;

typedef struct row {
    const char *name;
    const char *client, *method, *url;
    const char *body; // NULL: none
    bool custom;
    long max; // 0: the client's own limit; otherwise one more than the redirects to follow
    const char *given[max_given];
    exchange exchanges[max_exchanges]; // ends with a row without a request
    yn_outcome outcome;
    const char *error;
    size_t loop_to;
    bool network_failed, loop_sets_cookie;
} row;

#define A "http://a.test"
#define B "http://b.test"

static const row rows[] = {
    {.name = "no redirect",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 200}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "an error status is final",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 302, "/b"}, {"GET " A "/b", 500, "/c"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "relative references are resolved against the hop",
     .client = "chrome",
     .method = "GET",
     .url = A "/x/y?q",
     .exchanges = {{"GET " A "/x/y?q", 301, "z"},
                   {"GET " A "/x/z", 302, "?r"},
                   {"GET " A "/x/z?r", 307, "../w"},
                   {"GET " A "/w", 308, "//b.test/v"},
                   {"GET " B "/v", 200}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a POST becomes a GET without its body and type",
     .client = "chrome",
     .method = "POST",
     .url = A "/",
     .body = "k=v",
     .exchanges = {{"POST " A "/ with k=v", 302, "/b",
                    .sees = "Content-Type: application/x-www-form-urlencoded"},
                   {"GET " A "/b", 200, .sees = "!Content-Type"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "307 and 308 keep method and body",
     .client = "chrome",
     .method = "POST",
     .url = A "/",
     .body = "k=v",
     .exchanges = {{"POST " A "/ with k=v", 307, "/b"},
                   {"POST " A "/b with k=v", 308, "/c",
                    .sees = "Content-Type: application/x-www-form-urlencoded"},
                   {"POST " A "/c with k=v", 200}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "an empty body is a body",
     .client = "chrome",
     .method = "POST",
     .url = A "/",
     .body = "",
     .exchanges = {{"POST " A "/ with ", 307, "/b"}, {"POST " A "/b with ", 200}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a method of the user's own sticks with curl, the body does not",
     .client = "curl",
     .method = "PUT",
     .url = A "/",
     .body = "x",
     .custom = true,
     .exchanges = {{"PUT " A "/ with x", 301, "/b"}, {"PUT " A "/b", 200, .sees = "!Content-Type"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a redirect to itself is a loop",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 301, "/"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 1},
    {.name = "a loop that does not go back to the start",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 301, "/b"},
                   {"GET " A "/b", 302, "/c"},
                   {"GET " A "/c", 302, A "/b"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 2},
    {.name = "the fragment makes no difference to a loop",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 301, "/#x"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 1},
    {.name = "the same URL with another method is no loop yet",
     .client = "chrome",
     .method = "POST",
     .url = A "/form",
     .body = "k=v",
     .exchanges = {{"POST " A "/form with k=v", 303, "/form"}, {"GET " A "/form", 200}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "but with the method it then has, it is",
     .client = "chrome",
     .method = "POST",
     .url = A "/form",
     .body = "k=v",
     .exchanges = {{"POST " A "/form with k=v", 303, "/form"}, {"GET " A "/form", 303, "/form"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 2},
    {.name = "the same URL without the body is no loop yet",
     .client = "curl",
     .method = "PUT",
     .url = A "/",
     .body = "x",
     .custom = true,
     .exchanges = {{"PUT " A "/ with x", 302, "/"}, {"PUT " A "/", 302, "/"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 2},
    {.name = "the same URL without the credentials is no loop yet",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .given = {"Authorization: secret"},
     .exchanges = {{"GET " A "/", 302, B "/", .sees = "Authorization: secret"},
                   {"GET " B "/", 302, A "/", .sees = "!Authorization"},
                   {"GET " A "/", 200, .sees = "!Authorization"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "curl sends credentials again where the chain began, so there it is one",
     .client = "curl",
     .method = "GET",
     .url = A "/",
     .given = {"Authorization: secret"},
     .exchanges = {{"GET " A "/", 302, B "/", .sees = "Authorization: secret"},
                   {"GET " B "/", 302, A "/", .sees = "!Authorization"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 1},
    {.name = "curl brings them back on another page of the first host",
     .client = "curl",
     .method = "GET",
     .url = A "/",
     .given = {"Cookie: k=v"},
     .exchanges = {{"GET " A "/", 302, B "/"},
                   {"GET " B "/", 302, A "/end", .sees = "!Cookie"},
                   {"GET " A "/end", 200, .sees = "Cookie: k=v"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "curl sends what a URL says of user and password, as far as the first origin goes",
     .client = "curl",
     .method = "GET",
     .url = "http://u:p%40@a.test/",
     .exchanges =
         {{"GET http://u:p%40@a.test/", 302, "/b", .sees = "Authorization: Basic dTpwQA=="},
          {"GET http://u:p%40@a.test/b", 302, A "/c", .sees = "Authorization: Basic dTpwQA=="},
          {"GET " A "/c", 302, "http://v:w@a.test/d", .sees = "Authorization: Basic dTpwQA=="},
          {"GET http://v:w@a.test/d", 302, "http://v:w@b.test/",
           .sees = "Authorization: Basic djp3"},
          {"GET http://v:w@b.test/", 302, A "/e", .sees = "!Authorization"},
          {"GET " A "/e", 302, A ":81/", .sees = "Authorization: Basic djp3"},
          {"GET " A ":81/", 302, A "/f", .sees = "!Authorization"},
          {"GET " A "/f", 200, .sees = "!Authorization"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "what the user gave goes before what the URL says",
     .client = "curl",
     .method = "GET",
     .url = "http://u:p@a.test/",
     .given = {"authorization: mine"},
     .exchanges = {{"GET http://u:p@a.test/", 200, .sees = "Authorization: mine"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "what the first URL says goes before what the user gave, with requests",
     .client = "requests",
     .method = "GET",
     .url = "http://u:p@a.test/",
     .given = {"authorization: mine"},
     .exchanges = {{"GET http://u:p@a.test/", 302, A "/b", .sees = "Authorization: Basic dTpw"},
                   {"GET " A "/b", 302, "http://x:y@a.test/c", .sees = "Authorization: Basic dTpw"},
                   {"GET http://x:y@a.test/c", 302, B "/", .sees = "Authorization: Basic dTpw"},
                   {"GET " B "/", 302, A "/d", .sees = "!Authorization"},
                   {"GET " A "/d", 200, .sees = "!Authorization"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a user without a password leaves requests with what was given",
     .client = "requests",
     .method = "GET",
     .url = "http://u@a.test/",
     .given = {"Authorization: mine"},
     .exchanges = {{"GET http://u@a.test/", 302, "http://u:p@a.test/b",
                    .sees = "Authorization: mine"},
                   {"GET http://u:p@a.test/b", 200, .sees = "Authorization: mine"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "an empty password is one to requests",
     .client = "requests",
     .method = "GET",
     .url = "http://u:@a.test/",
     .exchanges = {{"GET http://u:@a.test/", 200, .sees = "Authorization: Basic dTo="}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "neither name nor password is nothing",
     .client = "requests",
     .method = "GET",
     .url = "http://:@a.test/",
     .given = {"Authorization: mine"},
     .exchanges = {{"GET " A "/", 200, .sees = "Authorization: mine"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "requests sends Latin-1",
     .client = "requests",
     .method = "GET",
     .url = "http://\xC3\xBC:p@a.test/",
     .exchanges = {{"GET http://%C3%BC:p@a.test/", 200, .sees = "Authorization: Basic /Dpw"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "and UTF-8 for what Latin-1 has not",
     .client = "requests",
     .method = "GET",
     .url = "http://\xC3\xBC\xE2\x82\xAC:p@a.test/",
     .exchanges = {{"GET http://%C3%BC%E2%82%AC:p@a.test/", 200,
                    .sees = "Authorization: Basic w7zigqw6cA=="}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "curl sends UTF-8",
     .client = "curl",
     .method = "GET",
     .url = "http://%C3%BC:p@a.test/",
     .exchanges = {{"GET http://%C3%BC:p@a.test/", 200, .sees = "Authorization: Basic w7w6cA=="}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a browser waits to be asked",
     .client = "chrome",
     .method = "GET",
     .url = "http://u:p@a.test/",
     .exchanges = {{"GET http://u:p@a.test/", 401, .sees = "!Authorization"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a type the user gave goes on with curl, body or not",
     .client = "curl",
     .method = "POST",
     .url = A "/",
     .body = "x",
     .given = {"Content-Type: text/plain"},
     .exchanges = {{"POST " A "/ with x", 302, "/b"},
                   {"GET " A "/b", 200, .sees = "Content-Type: text/plain"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a type the user gave goes with the body in a browser",
     .client = "chrome",
     .method = "POST",
     .url = A "/",
     .body = "x",
     .given = {"Content-Type: text/plain"},
     .exchanges = {{"POST " A "/ with x", 302, "/b"},
                   {"GET " A "/b", 200, .sees = "!Content-Type"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "other fields of the user's go everywhere",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .given = {"X-Trace: 1"},
     .exchanges = {{"GET " A "/", 302, B "/", .sees = "X-Trace: 1"},
                   {"GET " B "/", 200, .sees = "X-Trace: 1"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a Host of the user's is for the first host",
     .client = "curl",
     .method = "GET",
     .url = A "/",
     .given = {"Host: other.test"},
     .exchanges = {{"GET " A "/", 302, A ":81/", .sees = "Host: other.test"},
                   {"GET " A ":81/", 302, B "/", .sees = "Host: other.test"},
                   {"GET " B "/", 302, A "/end", .sees = "!Host"},
                   {"GET " A "/end", 200, .sees = "Host: other.test"}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a cookie set inside a loop is noted",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 302, "/in"},
                   {"GET " A "/in", 302, "/back", .sets_cookie = true},
                   {"GET " A "/back", 302, "/in"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 2,
     .loop_sets_cookie = true},
    {.name = "a cookie set before a loop is not",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 302, "/in", .sets_cookie = true}, {"GET " A "/in", 302, "/in"}},
     .outcome = YN_OUTCOME_LOOP,
     .loop_to = 2},
    {.name = "a limit of no redirects",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .max = 1,
     .exchanges = {{"GET " A "/", 301, "/b"}},
     .outcome = YN_OUTCOME_TOO_MANY},
    {.name = "a limit that is just enough",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .max = 3,
     .exchanges = {{"GET " A "/", 301, "/1"}, {"GET " A "/1", 301, "/2"}, {"GET " A "/2", 200}},
     .outcome = YN_OUTCOME_FINAL},
    {.name = "a limit that is one too few",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .max = 2,
     .exchanges = {{"GET " A "/", 301, "/1"}, {"GET " A "/1", 301, "/2"}},
     .outcome = YN_OUTCOME_TOO_MANY},
    {.name = "a Location that is no URL",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 301, "http://[::1"}},
     .outcome = YN_OUTCOME_ERROR,
     .error = "invalid_location"},
    {.name = "a Location that leads out of HTTP",
     .client = "curl",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 301, "gopher://a.test/"}},
     .outcome = YN_OUTCOME_ERROR,
     .error = "scheme_not_followed"},
    {.name = "a first hop that fails",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", .error = YN_FETCH_REFUSED}},
     .outcome = YN_OUTCOME_ERROR,
     .error = "connection_refused",
     .network_failed = true},
    {.name = "a later hop that fails",
     .client = "chrome",
     .method = "GET",
     .url = A "/",
     .exchanges = {{"GET " A "/", 301, "https://a.test/"},
                   {"GET https://a.test/", .error = YN_FETCH_TLS_CERTIFICATE}},
     .outcome = YN_OUTCOME_ERROR,
     .error = "tls_certificate",
     .network_failed = true},
};

// ---- the scripted network -----------------------------------------------------------------------

typedef struct script {
    const row *row;
    size_t at;
} script;

static const yonder_field *find(const yn_fetch_request *request, yonder_text name)
{
    for (size_t i = 0; i < request->field_count; i++)
        if (yn_equal_nocase(request->fields[i].name, name))
            return &request->fields[i];
    return NULL;
}

static void check_request(const script *s, const yn_fetch_request *request)
{
    const exchange *e = &s->row->exchanges[s->at];
    char seen[256];
    snprintf(seen, sizeof seen, "%.*s %s%s%.*s", YN_PRINT(request->method), request->url->href,
             request->has_body ? " with " : "", YN_PRINT(request->body));
    assert_row(s->row->name, s->at < max_exchanges && e->request);
    assert_text(s->row->name, yonder_text_of(seen), e->request);
    if (!e->sees)
        return;
    yonder_text sees = yonder_text_of(e->sees);
    if (e->sees[0] == '!') {
        assert_row(s->row->name, !find(request, yn_skip(sees, 1)));
        return;
    }
    size_t colon = yn_find_char(sees, ':');
    const yonder_field *field = find(request, yn_slice(sees, 0, colon));
    assert_row(s->row->name, field);
    assert_text(s->row->name, field->value, e->sees + colon + 2);
}

static int scripted(void *context, const yn_fetch_request *request, yn_arena *arena,
                    yn_evidence *out)
{
    script *s = context;
    check_request(s, request);
    const exchange *e = &s->row->exchanges[s->at++];
    *out = (yn_evidence){.error = e->error, .status = e->status, .timing.total = 1};
    out->fields = yn_arena_alloc(arena, 2 * sizeof *out->fields);
    if (e->sets_cookie)
        out->fields[out->field_count++] =
            (yonder_field){YN_TEXT("set-cookie"), YN_TEXT("k=v; Path=/")};
    if (e->location)
        out->fields[out->field_count++] =
            (yonder_field){YN_TEXT("location"), yonder_text_of(e->location)};
    return YONDER_OK;
}

static size_t read_given(const row *r, yn_given_field given[max_given])
{
    size_t count = 0;
    for (; count < max_given && r->given[count]; count++)
        assert_null(yn_given_field_parse(yonder_text_of(r->given[count]), &given[count]));
    return count;
}

static void check_row(const row *r, const yonder_mem *mem)
{
    yonder_url url;
    yn_given_field given[max_given];
    const yonder_client *client = yonder_client_find(yonder_text_of(r->client));
    assert_row(r->name, client);
    assert_int_equal(yonder_client_url(client, yonder_text_of(r->url), NULL, &url), YONDER_OK);
    const yn_plan plan = {
        .client = client,
        .url = &url,
        .method = yonder_text_of(r->method),
        .method_is_custom = r->custom,
        .has_body = r->body != NULL,
        .body = yonder_text_of(r->body),
        .given = given,
        .given_count = read_given(r, given),
        .max_redirects = r->max - 1,
    };
    script s = {.row = r};
    yn_chain chain;
    assert_row(r->name, yn_chain_follow(&chain, &plan, scripted, &s, mem) == YONDER_OK);
    assert_row(r->name, s.at == max_exchanges || !r->exchanges[s.at].request);
    assert_row(r->name, chain.count == s.at);
    assert_row(r->name, chain.total_ms == (double)s.at);
    assert_row(r->name, chain.outcome == r->outcome);
    assert_row(r->name, chain.loop_to == r->loop_to);
    assert_row(r->name, chain.loop_sets_cookie == r->loop_sets_cookie);
    assert_row(r->name, yn_chain_network_failed(&chain) == r->network_failed);
    const char *error = yn_chain_error(&chain);
    assert_row(r->name, !error == !r->error);
    if (error)
        assert_text(r->name, yonder_text_of(error), r->error);
    yn_chain_free(&chain);
    yonder_url_free(&url, NULL);
}

static void a_chain_makes_the_requests_its_client_would(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_row(&rows[i], NULL);
}

// ---- the client's own limit ---------------------------------------------------------------------

static int endless(void *context, const yn_fetch_request *request, yn_arena *arena,
                   yn_evidence *out)
{
    (void)request;
    char location[32];
    snprintf(location, sizeof location, "/%u", ++*(unsigned *)context);
    yonder_field *field = yn_arena_alloc(arena, sizeof *field);
    *field = (yonder_field){YN_TEXT("Location"), yn_arena_text(arena, yonder_text_of(location))};
    *out = (yn_evidence){.status = 301, .fields = field, .field_count = 1};
    return YONDER_OK;
}

static void the_client_gives_up_at_its_own_limit_unless_told_another(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        long max;
        size_t requests;
    } limits[] = {{"chrome", YN_CLIENT_LIMIT, 20},
                  {"curl", YN_CLIENT_LIMIT, 51},
                  {"chrome", 5, 6},
                  {"chrome", 100, 101},
                  {"curl", 0, 1},
                  {"curl", 60, 61}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        yonder_url url;
        yn_chain chain;
        unsigned made = 0;
        assert_int_equal(yonder_url_parse(&url, YN_TEXT(A "/"), NULL, NULL), YONDER_OK);
        const yn_plan plan = {.client = yonder_client_find(yonder_text_of(limits[i].client)),
                              .url = &url,
                              .method = YN_TEXT("GET"),
                              .max_redirects = limits[i].max};
        assert_int_equal(yn_chain_follow(&chain, &plan, endless, &made, NULL), YONDER_OK);
        assert_row(limits[i].client, chain.count == limits[i].requests);
        assert_row(limits[i].client, chain.outcome == YN_OUTCOME_TOO_MANY);
        const yn_hop *last = &chain.hops[chain.count - 1];
        assert_row(limits[i].client, last->decision.reason == YONDER_TOO_MANY_REDIRECTS);
        yn_chain_free(&chain);
        yonder_url_free(&url, NULL);
    }
}

// ---- memory -------------------------------------------------------------------------------------

typedef struct miser {
    long left; // allocations that succeed
    long live;
} miser;

static void *miserly(void *context, void *ptr, size_t size)
{
    miser *m = context;
    if (size == 0) {
        m->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (m->left-- <= 0)
        return NULL;
    m->live += ptr == NULL;
    return realloc(ptr, size);
}

static int moved(void *context, const yn_fetch_request *request, yn_arena *arena, yn_evidence *out)
{
    (void)arena;
    (void)context;
    static yonder_field field = {YN_TEXT_INIT("Location"), YN_TEXT_INIT("/b")};
    bool there = yn_equal(yonder_url_get(request->url, YONDER_URL_PATHNAME), YN_TEXT("/b"));
    *out = (yn_evidence){.status = there ? 200 : 302, .fields = &field, .field_count = 1};
    return YONDER_OK;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    yonder_url url;
    assert_int_equal(yonder_url_parse(&url, YN_TEXT(A "/"), NULL, NULL), YONDER_OK);
    const yn_plan plan = {.client = yonder_client_find(YN_TEXT("chrome")),
                          .url = &url,
                          .method = YN_TEXT("GET"),
                          .max_redirects = YN_CLIENT_LIMIT};
    int error = YONDER_NO_MEMORY;
    for (long n = 0; error; n++) {
        miser m = {.left = n};
        const yonder_mem mem = {miserly, &m};
        yn_chain chain;
        error = yn_chain_follow(&chain, &plan, moved, NULL, &mem);
        assert_true(error == YONDER_OK || error == YONDER_NO_MEMORY);
        assert_true(n < 1000);
        if (!error)
            yn_chain_free(&chain);
        assert_int_equal(m.live, 0);
    }
    yonder_url_free(&url, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_makes_the_requests_its_client_would),
        cmocka_unit_test(the_client_gives_up_at_its_own_limit_unless_told_another),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
