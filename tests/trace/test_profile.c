// SPDX-License-Identifier: MIT
// Visits with one memory, against a scripted network: what the client does by itself, answers from
// its cache, and obeys of a page.
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "trace/chain.h"

enum {
    max_exchanges = 6,
    max_visits = 3,
    max_fields = 3,
    start = 1700000000,
};

typedef struct exchange {
    const char *request; // "GET http://a.test/"
    int status;          // 0: the request fails
    const char *fields[max_fields];
    const char *body;
    const char *sees; // a field of the request, "Name: value"; or "!Name": it is not there
} exchange;

typedef struct visit {
    const char *url;  // NULL: there is no further visit
    const char *hops; // of each hop a letter: n(etwork), i(nternal), c(ache), r(efresh)
    exchange exchanges[max_exchanges];
    yn_outcome outcome;
    int64_t later; // seconds since the visit before
    const char *method;
} visit;

typedef struct row {
    const char *name, *client;
    bool https_first, refresh;
    visit visits[max_visits];
} row;

#define A      "http://a.com"
#define S      "https://a.com"
#define B      "http://b.com"
#define T      "https://b.com"
#define GO(to) "Location: " to
#define STS    "Strict-Transport-Security: max-age=1000"

static const row rows[] = {
    // ---- HSTS
    {"a host that has sent the field is not asked by http again", "chrome",
     .visits = {{A "/",
                 "nnin",
                 {{"GET " A "/", 301, {GO(S "/")}},
                  {"GET " S "/", 302, {GO(A "/in"), STS}},
                  {"GET " S "/in", 200}},
                 .outcome = YN_OUTCOME_FINAL},
                {A "/in?q#f", "in", {{"GET " S "/in?q#f", 200}}}}},
    {"nor by clients that make up no response", "firefox",
     .visits = {{S "/", "n", {{"GET " S "/", 200, {STS}}}},
                {A "/x#f", "in", {{"GET " S "/x#f", 200}}}}},
    {"a method and its body are kept", "chrome",
     .visits = {{S "/", "n", {{"GET " S "/", 200, {STS}}}},
                {A "/x", "in", {{"PUT " S "/x with k=v", 200}}, .method = "PUT"}}},
    {"over http the field does not count", "chrome",
     .visits = {{A "/", "n", {{"GET " A "/", 200, {STS}}}}, {A "/x", "n", {{"GET " A "/x", 200}}}}},
    {"in a head that is refused it does not count", "chrome",
     .visits = {{S "/", "n", {{"GET " S "/", 200, {STS, GO("/1"), GO("/2")}}}, YN_OUTCOME_ERROR},
                {A "/x", "n", {{"GET " A "/x", 200}}}}},
    {"in one that is read to its end it does", "curl",
     .visits = {{S "/",
                 "nn",
                 {{"GET " S "/", 302, {STS, GO("/1"), GO("/2")}}, {"GET " S "/1", 200}}},
                {A "/x", "in", {{"GET " S "/x", 200}}}}},
    {"it ends in time", "chrome",
     .visits = {{S "/", "n", {{"GET " S "/", 200, {STS}}}},
                {A "/x", "in", {{"GET " S "/x", 200}}, .later = 999},
                {A "/y", "n", {{"GET " A "/y", 200}}, .later = 2}}},
    {"a way to https that leads back to http is a loop the second time", "chrome",
     .visits = {{A "/",
                 "nni",
                 {{"GET " A "/", 302, {GO(S "/")}}, {"GET " S "/", 302, {GO(A "/"), STS}}},
                 YN_OUTCOME_LOOP}}},
    {"a client without HSTS goes on by http", "requests",
     .visits = {{S "/", "n", {{"GET " S "/", 200, {STS}}}}, {A "/x", "n", {{"GET " A "/x", 200}}}}},
    // ---- https first
    {"https is tried first", "chrome", .https_first = true,
     .visits = {{A "/x#f", "in", {{"GET " S "/x#f", 200}}}}},
    {"where it fails the client goes back, and stays at http for days", "chrome",
     .https_first = true,
     .visits = {{A "/x", "iin", {{"GET " S "/x"}, {"GET " A "/x", 200}}},
                {A "/y", "n", {{"GET " A "/y", 200}}, .later = 7 * 86400 - 1},
                {A "/z", "in", {{"GET " S "/z", 200}}, .later = 1}}},
    {"where it leads back, too", "chrome", .https_first = true,
     .visits = {{A "/x", "inin", {{"GET " S "/x", 302, {GO(A "/x")}}, {"GET " A "/x", 200}}}}},
    {"and where another host fails that it led to", "chrome", .https_first = true,
     .visits = {{A "/x",
                 "inin",
                 {{"GET " S "/x", 302, {GO(T "/")}}, {"GET " T "/"}, {"GET " A "/x", 200}}}}},
    {"an error status is no failure", "chrome", .https_first = true,
     .visits = {{A "/x", "in", {{"GET " S "/x", 500}}}}},
    {"a Location that cannot be followed is one", "chrome", .https_first = true,
     .visits = {{A "/x", "iin", {{"GET " S "/x", 302, {GO("http://[")}}, {"GET " A "/x", 200}}}}},
    {"an https URL of the user's own has no way back", "chrome", .https_first = true,
     .visits = {{S "/x", "n", {{"GET " S "/x"}}, YN_OUTCOME_ERROR}}},
    {"only GET", "chrome", .https_first = true,
     .visits = {{A "/", "n", {{"PUT " A "/ with k=v", 200}}, .method = "PUT"}}},
    {"only port 80", "chrome", .https_first = true,
     .visits = {{A ":8080/", "n", {{"GET " A ":8080/", 200}}}}},
    {"only names of the public network", "chrome", .https_first = true,
     .visits = {{"http://a.test/", "n", {{"GET http://a.test/", 200}}},
                {"http://nas/", "n", {{"GET http://nas/", 200}}},
                {"http://192.168.0.1/", "n", {{"GET http://192.168.0.1/", 200}}}}},
    {"HSTS goes before it", "chrome", .https_first = true,
     .visits = {{S "/", "n", {{"GET " S "/", 200, {STS}}}},
                {A "/x", "in", {{"GET " S "/x"}}, YN_OUTCOME_ERROR}}},
    // ---- the cache
    {"a 301 is kept, a 307 is not", "chrome",
     .visits = {{A "/",
                 "nnn",
                 {{"GET " A "/", 301, {GO("/b")}},
                  {"GET " A "/b", 307, {GO("/c")}},
                  {"GET " A "/c", 404}}},
                {A "/#f",
                 "cnn",
                 {{"GET " A "/b#f", 307, {GO("/c")}}, {"GET " A "/c#f", 404}},
                 .later = 100000000}}},
    {"as long as it is fresh", "chrome",
     .visits = {{A "/",
                 "nn",
                 {{"GET " A "/", 307, {GO("/b"), "Cache-Control: max-age=60"}},
                  {"GET " A "/b", 404}}},
                {A "/", "cn", {{"GET " A "/b", 404}}, .later = 59},
                {A "/", "n", {{"GET " A "/", 200}}, .later = 1}}},
    {"its age when it came is taken off", "chrome",
     .visits = {{A "/", "n", {{"GET " A "/", 410, {"Cache-Control: max-age=60", "Age: 50"}}}},
                {A "/", "c", .later = 9},
                {A "/", "n", {{"GET " A "/", 200}}, .later = 1}}},
    {"curl keeps none", "curl",
     .visits = {{A "/", "nn", {{"GET " A "/", 301, {GO("/b")}}, {"GET " A "/b", 404}}},
                {A "/", "nn", {{"GET " A "/", 301, {GO("/b")}}, {"GET " A "/b", 404}}}}},
    {"of a POST nothing is kept, and what was is forgotten", "chrome",
     .visits = {{A "/", "nn", {{"GET " A "/", 301, {GO("/b")}}, {"GET " A "/b", 404}}},
                {A "/", "n", {{"POST " A "/ with k=v", 200}}, .method = "POST"},
                {A "/", "n", {{"GET " A "/", 200}}}}},
    {"but not where the POST failed", "chrome",
     .visits = {{A "/", "nn", {{"GET " A "/", 301, {GO("/b")}}, {"GET " A "/b", 404}}},
                {A "/", "n", {{"POST " A "/ with k=v", 500}}, .method = "POST"},
                {A "/", "cn", {{"GET " A "/b", 404}}}}},
    {"Firefox forgets after a failure, too, and where the answer leads on the same host", "firefox",
     .visits = {{A "/",
                 "nnn",
                 {{"GET " A "/", 302, {GO("/b"), "Cache-Control: max-age=60"}},
                  {"GET " A "/b", 302, {GO("/c"), "Cache-Control: max-age=60"}},
                  {"GET " A "/c", 404}}},
                {A "/", "n", {{"PATCH " A "/ with k=v", 500, {GO("/b")}}}, .method = "PATCH"},
                {A "/",
                 "nnn",
                 {{"GET " A "/", 302, {GO("/b")}},
                  {"GET " A "/b", 302, {GO("/c")}},
                  {"GET " A "/c", 404}}}}},
    {"by Content-Location as well, and not on another host", "firefox",
     .visits = {{A "/",
                 "nn",
                 {{"GET " A "/", 302, {GO(B "/"), "Cache-Control: max-age=60"}},
                  {"GET " B "/", 410, {"Cache-Control: max-age=60"}}}},
                {A "/x",
                 "n",
                 {{"PUT " A "/x with k=v", 200, {GO(B "/"), "Content-Location: /#f"}}},
                 .method = "PUT"},
                {A "/", "nc", {{"GET " A "/", 302, {GO(B "/")}}}}}},
    {"Chrome forgets the URL itself alone", "chrome",
     .visits = {{A "/", "nn", {{"GET " A "/", 301, {GO("/b")}}, {"GET " A "/b", 410}}},
                {A "/x", "n", {{"PUT " A "/x with k=v", 200, {GO("/")}}}, .method = "PUT"},
                {A "/", "cc"}}},
    {"and of the methods that it knows", "chrome",
     .visits = {{A "/", "nn", {{"GET " A "/", 301, {GO("/b")}}, {"GET " A "/b", 410}}},
                {A "/", "n", {{"FOO " A "/ with k=v", 200}}, .method = "FOO"},
                {A "/", "cc"}}},
    {"a form takes nothing from the cache of Chrome, on no hop", "chrome",
     .visits = {{A "/b", "nn", {{"GET " A "/b", 301, {GO("/c")}}, {"GET " A "/c", 410}}},
                {A "/",
                 "nnn",
                 {{"POST " A "/ with k=v", 303, {GO("/b")}},
                  {"GET " A "/b", 301, {GO("/c")}},
                  {"GET " A "/c", 410}},
                 .method = "POST"},
                {A "/", "ncc", {{"PUT " A "/ with k=v", 303, {GO("/b")}}}, .method = "PUT"}}},
    {"nor where it began with an upgrade", "chrome",
     .visits = {{S "/", "nn", {{"GET " S "/", 301, {GO("/b"), STS}}, {"GET " S "/b", 410}}},
                {A "/x",
                 "inn",
                 {{"POST " S "/x with k=v", 303, {GO("/b")}}, {"GET " S "/b", 410}},
                 .method = "POST"}}},
    {"but the page it ends at may go on by it", "chrome", .refresh = true,
     .visits = {{A "/b", "n", {{"GET " A "/b", 410}}},
                {A "/",
                 "nrc",
                 {{"POST " A "/ with k=v", 200, {"Refresh: 0; url=/b"}}},
                 .method = "POST"}}},
    {"a form takes from the cache of Firefox what it has not just forgotten", "firefox",
     .visits = {{A "/b",
                 "nn",
                 {{"GET " A "/b", 302, {GO("/c"), "Cache-Control: max-age=60"}},
                  {"GET " A "/c", 410}}},
                {A "/",
                 "nnc",
                 {{"POST " A "/ with k=v", 303, {GO("/b")}}, {"GET " A "/b", 302, {GO("/c")}}},
                 .method = "POST"}}},
    {"a redirect that is refused is kept by Chrome", "chrome",
     .visits = {{A "/", "n", {{"GET " A "/", 301, {GO("data:,x")}}}, YN_OUTCOME_ERROR},
                {A "/", "c", .outcome = YN_OUTCOME_ERROR}}},
    {"and not by Firefox", "firefox",
     .visits = {{A "/",
                 "n",
                 {{"GET " A "/", 302, {GO("data:,x"), "Cache-Control: max-age=60"}}},
                 YN_OUTCOME_ERROR},
                {A "/", "n", {{"GET " A "/", 404}}}}},
    {"a new answer takes the place of the old", "chrome",
     .visits = {{A "/",
                 "nn",
                 {{"GET " A "/", 302, {GO("/b"), "Cache-Control: max-age=9"}},
                  {"GET " A "/b", 404}}},
                {A "/", "nn", {{"GET " A "/", 302, {GO("/c")}}, {"GET " A "/c", 404}}, .later = 9},
                {A "/", "n", {{"GET " A "/", 200}}}}},
    {"HSTS goes before the cache", "chrome",
     .visits = {{A "/", "nn", {{"GET " A "/", 301, {GO(S "/b")}}, {"GET " S "/b", 404, {STS}}}},
                {A "/", "in", {{"GET " S "/", 404}}}}},
    // ---- pages
    {"a page that asks to go on is obeyed if that is asked for", "chrome", .refresh = true,
     .visits = {{A "/p?q#f",
                 "nrn",
                 {{"GET " A "/p?q#f", 200, {"Refresh: 5; url=/n"}, .sees = "!Referer"},
                  {"GET " A "/n", 200, .sees = "Referer: " A "/p?q"}}}}},
    {"and not otherwise", "chrome",
     .visits = {{A "/p", "n", {{"GET " A "/p", 200, {"Refresh: 5; url=/n"}}}}}},
    {"a meta element asks as well, the field goes first", "chrome", .refresh = true,
     .visits = {{A "/p",
                 "nrnrn",
                 {{"GET " A "/p",
                   404,
                   {"Content-Type: text/html; charset=utf-8"},
                   "<meta http-equiv=refresh content='0;" B "/n'>"},
                  {"GET " B "/n",
                   200,
                   {"Content-Type: text/html", "Refresh: 0;url=/last"},
                   "<meta http-equiv=refresh content='0;/never'>",
                   "Referer: " A "/"},
                  {"GET " B "/last", 200}}}}},
    {"a redirect goes before it, and its page is not shown", "chrome", .refresh = true,
     .visits = {{A "/p",
                 "nn",
                 {{"GET " A "/p", 302, {GO("/b"), "Refresh: 0;url=/never"}},
                  {"GET " A "/b", 204, {"Refresh: 0;url=/never"}}}}}},
    {"markup counts in HTML that is not compressed", "chrome", .refresh = true,
     .visits = {{A "/p",
                 "n",
                 {{"GET " A "/p",
                   200,
                   {"Content-Type: text/plain"},
                   "<meta http-equiv=refresh content='0;/n'>"}}},
                {A "/q",
                 "n",
                 {{"GET " A "/q",
                   200,
                   {"Content-Type: text/html", "Content-Encoding: gzip"},
                   "<meta http-equiv=refresh content='0;/n'>"}}},
                {A "/r",
                 "nrn",
                 {{"GET " A "/r", 200, {NULL}, "  <meta http-equiv=refresh content='0;/n'>"},
                  {"GET " A "/n", 200}}}}},
    {"two pages that ask for each other are a loop", "chrome", .refresh = true,
     .visits = {{A "/p",
                 "nrnr",
                 {{"GET " A "/p", 200, {"Refresh: 0;url=/n"}},
                  {"GET " A "/n", 200, {"Refresh: 0;url=/p"}}},
                 YN_OUTCOME_LOOP}}},
    {"a page that loads itself again is the last", "chrome", .refresh = true,
     .visits = {{A "/p", "n", {{"GET " A "/p", 200, {"Refresh: 300"}}}},
                {A "/q", "n", {{"GET " A "/q", 200, {"Refresh: 300;url=#x"}}}}}},
    {"so is one that leads out of HTTP", "chrome", .refresh = true,
     .visits = {{A "/p", "n", {{"GET " A "/p", 200, {"Refresh: 0;url=mailto:a@b"}}}}}},
    {"a form's page is left by GET", "chrome", .refresh = true,
     .visits = {{A "/p",
                 "nrn",
                 {{"POST " A "/p with k=v", 200, {"Refresh: 0;url=/n"}},
                  {"GET " A "/n", 200, .sees = "!Content-Type"}},
                 .method = "POST"}}},
    {"curl shows no pages", "curl", .refresh = true,
     .visits = {{A "/p", "n", {{"GET " A "/p", 200, {"Refresh: 0;url=/n"}}}}}},
    {"googlebot tells nobody where it comes from", "googlebot", .refresh = true,
     .visits = {{A "/p",
                 "nrn",
                 {{"GET " A "/p", 200, {"Refresh: 0;url=/n"}},
                  {"GET " A "/n", 200, .sees = "!Referer"}}}}},
};

// ---- the scripted network -----------------------------------------------------------------------

typedef struct script {
    const char *name;
    const visit *visit;
    size_t at;
    int64_t now;
} script;

static const yonder_field *find(const yn_fetch_request *request, yonder_text name)
{
    for (size_t i = 0; i < request->field_count; i++)
        if (yn_equal_nocase(request->fields[i].name, name))
            return &request->fields[i];
    return NULL;
}

static void check_request(const script *s, const exchange *e, const yn_fetch_request *request)
{
    char seen[256];
    snprintf(seen, sizeof seen, "%.*s %s%s%.*s", YN_PRINT(request->method), request->url->href,
             request->has_body ? " with " : "", YN_PRINT(request->body));
    assert_row(s->name, s->at < max_exchanges && e->request);
    assert_text(s->name, yonder_text_of(seen), e->request);
    if (!e->sees)
        return;
    yonder_text sees = yonder_text_of(e->sees);
    size_t colon = yn_find_char(sees, ':');
    const yonder_field *field = find(request, yn_slice(sees, *e->sees == '!', colon));
    assert_row(s->name, !field == (*e->sees == '!'));
    if (field)
        assert_text(s->name, field->value, e->sees + colon + 2);
}

static int scripted(void *context, const yn_fetch_request *request, yn_arena *arena,
                    yn_evidence *out)
{
    script *s = context;
    const exchange *e = &s->visit->exchanges[s->at];
    check_request(s, e, request);
    s->at++;
    *out = (yn_evidence){.error = e->status ? YN_FETCH_OK : YN_FETCH_REFUSED, .status = e->status};
    out->fields = yn_arena_alloc(arena, max_fields * sizeof *out->fields);
    for (size_t i = 0; i < max_fields && e->fields[i]; i++) {
        yonder_text line = yonder_text_of(e->fields[i]);
        size_t colon = yn_find_char(line, ':');
        out->fields[out->field_count++] =
            (yonder_field){yn_slice(line, 0, colon), yn_skip(line, colon + 2)};
    }
    out->body = yonder_text_of(e->body);
    return YONDER_OK;
}

static int64_t now(void *context)
{
    return ((script *)context)->now;
}

static int follow(const row *r, script *s, yn_profile *profile, const yonder_url *url,
                  const yonder_mem *mem, yn_chain *chain)
{
    const char *method = s->visit->method ? s->visit->method : "GET";
    const yn_plan plan = {
        .client = yonder_client_find(yonder_text_of(r->client)),
        .url = url,
        .method = yonder_text_of(method),
        .has_body = s->visit->method != NULL,
        .body = YN_TEXT("k=v"),
        .max_redirects = YN_CLIENT_LIMIT,
        .follow_refresh = r->refresh,
        .profile = profile,
        .now = now,
        .now_context = s,
    };
    assert_row(r->name, plan.client);
    return yn_chain_follow(chain, &plan, scripted, s, mem);
}

static void check_visit(const row *r, script *s, yn_profile *profile)
{
    yonder_url url;
    yn_chain chain;
    char kinds[32] = "";
    assert_int_equal(yonder_url_parse(&url, yonder_text_of(s->visit->url), NULL, NULL), YONDER_OK);
    assert_row(r->name, follow(r, s, profile, &url, NULL, &chain) == YONDER_OK);
    assert_row(r->name, s->at == max_exchanges || !s->visit->exchanges[s->at].request);
    for (size_t i = 0; i < chain.count && i + 1 < sizeof kinds; i++)
        kinds[i] = *yn_hop_kind_code(chain.hops[i].kind);
    assert_text(r->name, yonder_text_of(kinds), s->visit->hops);
    assert_row(r->name, chain.outcome == s->visit->outcome);
    yn_chain_free(&chain);
    yonder_url_free(&url, NULL);
}

static void a_client_remembers_what_it_has_learnt(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        yn_profile profile;
        yonder_hsts *hosts;
        script s = {.name = r->name, .now = start};
        assert_int_equal(yn_profile_make(&profile, NULL), YONDER_OK);
        assert_int_equal(yonder_hsts_new(&hosts, 0, NULL), YONDER_OK);
        profile.hsts = hosts;
        profile.https_first = r->https_first;
        for (size_t v = 0; v < max_visits && r->visits[v].url; v++) {
            s.visit = &r->visits[v];
            s.now += s.visit->later;
            s.at = 0;
            check_visit(r, &s, &profile);
        }
        yn_profile_free(&profile);
        yonder_hsts_free(hosts);
    }
}

// ---- what an internal hop says ------------------------------------------------------------------

// Of a request by `method` that the user gave `origin`, "Origin" and its value, or NULL.
static void check_made_up(const char *method, const char *origin, const char *exchange_seen,
                          const char *const *expected)
{
    const visit v = {A "/x#f", "in", {{exchange_seen, 200}}};
    script s = {.name = "made up", .visit = &v, .now = start};
    yonder_hsts *hosts;
    yonder_url url;
    yn_profile profile;
    yn_chain chain;
    yn_given_field given;
    assert_int_equal(yonder_hsts_new(&hosts, 0, NULL), YONDER_OK);
    const yonder_hsts_entry entry = {.host = YN_TEXT("com"),
                                     .include_subdomains = true,
                                     .expires = start + 5,
                                     .learnt = start - 5};
    assert_int_equal(yonder_hsts_put(hosts, &entry), YONDER_OK);
    assert_int_equal(yn_profile_make(&profile, NULL), YONDER_OK);
    profile.hsts = hosts;
    assert_int_equal(yonder_url_parse(&url, yonder_text_of(v.url), NULL, NULL), YONDER_OK);
    if (origin)
        assert_null(yn_given_field_parse(yonder_text_of(origin), &given));
    const yn_plan plan = {.client = yonder_client_find(YN_TEXT("chrome")),
                          .url = &url,
                          .method = yonder_text_of(method),
                          .given = &given,
                          .given_count = origin != NULL,
                          .max_redirects = YN_CLIENT_LIMIT,
                          .profile = &profile,
                          .now = now,
                          .now_context = &s};
    assert_int_equal(yn_chain_follow(&chain, &plan, scripted, &s, NULL), YONDER_OK);
    const yn_hop *hop = &chain.hops[0];
    assert_int_equal(hop->evidence.status, 307);
    assert_text("phrase", hop->evidence.phrase, "Internal Redirect");
    for (size_t i = 0; i < hop->evidence.field_count; i++) {
        char line[128];
        const yonder_field *f = &hop->evidence.fields[i];
        snprintf(line, sizeof line, "%.*s: %.*s", YN_PRINT(f->name), YN_PRINT(f->value));
        assert_non_null(*expected);
        assert_text("field", yonder_text_of(line), *expected++);
    }
    assert_null(*expected);
    assert_text("matched", hop->cause.matched, "com");
    assert_true(hop->cause.include_subdomains && hop->cause.source == YONDER_HSTS_DYNAMIC);
    assert_int_equal(hop->cause.expires, start + 5);
    assert_int_equal(hop->cause.learnt, start - 5);
    assert_int_equal(hop->cause.learnt_at, 0);
    yn_chain_free(&chain);
    yn_profile_free(&profile);
    yonder_hsts_free(hosts);
    yonder_url_free(&url, NULL);
}

#define MADE_UP                                                                                    \
    "Location: " S "/x#f", "Cross-Origin-Resource-Policy: Cross-Origin",                           \
        "Non-Authoritative-Reason: HSTS"
#define ALLOWED(origin)                                                                            \
    "Access-Control-Allow-Origin: " origin, "Access-Control-Allow-Credentials: true"

static void chromes_own_response_is_written_as_chrome_writes_it(void **state)
{
    (void)state;
    static const char *const plain[] = {MADE_UP, NULL};
    static const char *const given[] = {MADE_UP, ALLOWED("http://c.com"), NULL};
    static const char *const form[] = {MADE_UP, ALLOWED("null"), NULL}; // one that no page sent
    check_made_up("GET", NULL, "GET " S "/x#f", plain);
    check_made_up("HEAD", NULL, "HEAD " S "/x#f", plain);
    check_made_up("GET", "Origin: http://c.com", "GET " S "/x#f", given);
    check_made_up("POST", "Origin: http://c.com", "POST " S "/x#f", given);
    check_made_up("POST", NULL, "POST " S "/x#f", form);
}

// ---- limits -------------------------------------------------------------------------------------

typedef struct countdown {
    long left;
    int requests;
    int64_t now;
} countdown;

static int64_t countdown_now(void *context)
{
    return ((countdown *)context)->now;
}

static int count_down(void *context, const yn_fetch_request *request, yn_arena *arena,
                      yn_evidence *out)
{
    (void)request;
    countdown *c = context;
    char to[64];
    c->requests++;
    snprintf(to, sizeof to, S "/%ld", --c->left);
    yonder_field *field = yn_arena_alloc(arena, sizeof *field);
    *field = (yonder_field){YN_TEXT("Location"), yn_arena_text(arena, yonder_text_of(to))};
    *out = (yn_evidence){.status = c->left < 0 ? 200 : 302, .fields = field, .field_count = 1};
    return YONDER_OK;
}

static yn_outcome count_hops(const char *client, long redirects)
{
    countdown c = {.left = redirects, .now = start};
    yonder_hsts *hosts;
    yonder_url url;
    yn_profile profile;
    yn_chain chain;
    const yonder_hsts_entry entry = {.host = YN_TEXT("a.com"), .expires = start + 5};
    assert_int_equal(yonder_hsts_new(&hosts, 0, NULL), YONDER_OK);
    assert_int_equal(yonder_hsts_put(hosts, &entry), YONDER_OK);
    assert_int_equal(yn_profile_make(&profile, NULL), YONDER_OK);
    profile.hsts = hosts;
    assert_int_equal(yonder_url_parse(&url, YN_TEXT(A "/"), NULL, NULL), YONDER_OK);
    const yn_plan plan = {.client = yonder_client_find(yonder_text_of(client)),
                          .url = &url,
                          .method = YN_TEXT("GET"),
                          .max_redirects = YN_CLIENT_LIMIT,
                          .profile = &profile,
                          .now = countdown_now,
                          .now_context = &c};
    assert_int_equal(yn_chain_follow(&chain, &plan, count_down, &c, NULL), YONDER_OK);
    yn_outcome outcome = chain.outcome;
    yn_chain_free(&chain);
    yn_profile_free(&profile);
    yonder_hsts_free(hosts);
    yonder_url_free(&url, NULL);
    return outcome;
}

static void an_upgrade_counts_to_the_limit_where_the_client_counts_it(void **state)
{
    (void)state;
    assert_int_equal(count_hops("chrome", 18), YN_OUTCOME_FINAL); // its limit is 19
    assert_int_equal(count_hops("chrome", 19), YN_OUTCOME_TOO_MANY);
    assert_int_equal(count_hops("curl", 50), YN_OUTCOME_FINAL);
    assert_int_equal(count_hops("curl", 51), YN_OUTCOME_TOO_MANY);
}

static int refreshing(void *context, const yn_fetch_request *request, yn_arena *arena,
                      yn_evidence *out)
{
    (void)request;
    char to[32];
    snprintf(to, sizeof to, "0;url=/%d", ++*(int *)context);
    yonder_field *field = yn_arena_alloc(arena, sizeof *field);
    *field = (yonder_field){YN_TEXT("Refresh"), yn_arena_text(arena, yonder_text_of(to))};
    *out = (yn_evidence){.status = 200, .fields = field, .field_count = 1};
    return YONDER_OK;
}

static void pages_without_end_are_left_at_a_limit_of_our_own_or_the_clients(void **state)
{
    (void)state;
    static const char *const clients[] = {"chrome", "googlebot"};
    static const int requests[] = {YN_MAX_REFRESHES + 1, 11};
    for (int i = 0; i < 2; i++) {
        yonder_url url;
        yn_chain chain;
        int made = 0;
        assert_int_equal(yonder_url_parse(&url, YN_TEXT(A "/"), NULL, NULL), YONDER_OK);
        const yn_plan plan = {.client = yonder_client_find(yonder_text_of(clients[i])),
                              .url = &url,
                              .method = YN_TEXT("GET"),
                              .max_redirects = YN_CLIENT_LIMIT,
                              .follow_refresh = true};
        assert_int_equal(yn_chain_follow(&chain, &plan, refreshing, &made, NULL), YONDER_OK);
        assert_row(clients[i], made == requests[i]);
        assert_row(clients[i], chain.outcome == YN_OUTCOME_TOO_MANY);
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

static const visit everything = {
    A "/",
    "iinrni",
    {{"GET " S "/"},
     {"GET " A "/",
      200,
      {"Content-Type: text/html", "Vary: Accept"},
      "<base href=/x><meta http-equiv=refresh content='0;url=" T "/'>"},
     {"GET " T "/", 301, {GO(B "/end"), STS}},
     {"GET " T "/end", 410}}};

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const row r = {"everything", "chrome", .https_first = true, .refresh = true};
    yonder_url url;
    assert_int_equal(yonder_url_parse(&url, YN_TEXT(A "/"), NULL, NULL), YONDER_OK);
    int error = YONDER_NO_MEMORY;
    for (long n = 0; error; n++) {
        miser m = {.left = n};
        const yonder_mem mem = {miserly, &m};
        script s = {.name = r.name, .visit = &everything, .now = start};
        yn_profile profile = {0};
        yonder_hsts *hosts = NULL;
        yn_chain chain;
        error = yonder_hsts_new(&hosts, 0, &mem);
        if (!error)
            error = yn_profile_make(&profile, &mem);
        profile.hsts = hosts;
        profile.https_first = true;
        if (!error)
            error = follow(&r, &s, &profile, &url, &mem, &chain);
        assert_true(error == YONDER_OK || error == YONDER_NO_MEMORY);
        assert_true(n < 2000);
        if (!error) {
            assert_int_equal(chain.outcome, YN_OUTCOME_FINAL);
            yn_chain_free(&chain);
        }
        yn_profile_free(&profile);
        yonder_hsts_free(hosts);
        assert_int_equal(m.live, 0);
    }
    yonder_url_free(&url, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_remembers_what_it_has_learnt),
        cmocka_unit_test(chromes_own_response_is_written_as_chrome_writes_it),
        cmocka_unit_test(an_upgrade_counts_to_the_limit_where_the_client_counts_it),
        cmocka_unit_test(pages_without_end_are_left_at_a_limit_of_our_own_or_the_clients),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
