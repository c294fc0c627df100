// SPDX-License-Identifier: MIT
// Chains against a scripted network, and what is worth knowing about them.
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "trace/findings.h"

enum {
    max_answers = 14,
    max_findings = 5,
};

// One answer of the scripted network; the requests are those the client makes.
typedef struct answer {
    int status;               // 0: the request fails
    const char *location;     // NULL: none
    const char *name, *value; // another field
} answer;

typedef struct expectation {
    const char *code, *severity;
    const char *hops;  // "1 2"
    const char *words; // of the message
} expectation;

typedef struct row {
    const char *name;
    const char *client, *method, *url; // chrome, GET where they are NULL
    const char *body;                  // NULL: none
    bool obeys;                        // pages that ask to go on
    answer answers[max_answers];
    expectation findings[max_findings]; // all of them, in order
    const char *kept;                   // the canonical URL; NULL: none
    const char *strength;
    const char *reason; // words of it
    bool caveat;        // goes with it
    // What the client has.
    bool tries_https;
    bool has_list; // a preload list, with listed.test
} row;

#define A    "http://a.test"
#define AS   "https://a.test"
#define WS   "https://www.a.test"
#define L    "http://localhost"
#define STS  "Strict-Transport-Security"
#define YEAR "max-age=31536000"
#define OPEN "where anyone on the way can read and answer it"

static const row rows[] = {
    // ---- method and body
    {.name = "a POST that stays one loses nothing",
     .method = "POST",
     .url = AS "/",
     .body = "k=v",
     .answers = {{307, AS "/b"}, {200}},
     .reason = "they ask with GET"},
    {.name = "a 302 makes a GET of a POST",
     .method = "POST",
     .url = AS "/",
     .body = "k=v",
     .answers = {{302, AS "/b"}, {200}},
     .findings =
         {{"method_lost", "warning", "1",
           "turns POST into GET with its 302, and the body is lost: 307 would keep both, 303"}}},
    {.name = "so does a 301, where 308 would not",
     .method = "POST",
     .url = AS "/",
     .answers = {{307, AS "/a"}, {301, AS "/b", "Cache-Control", "max-age=1"}, {200}},
     .findings = {{"method_lost", "warning", "2", "with its 301: 308 would keep it"},
                  {"hops_saved", "note", "2", "let hop 1 lead to https://a.test/b"}}},
    {.name = "a 303 does what it is for",
     .method = "POST",
     .url = AS "/",
     .body = "k=v",
     .answers = {{303, AS "/b"}, {200}}},
    {.name = "requests keeps PUT and loses the body",
     .client = "requests",
     .method = "PUT",
     .url = AS "/",
     .body = "x",
     .answers = {{301, AS "/b"}, {200}},
     .findings =
         {{"body_lost", "warning", "1",
           "makes this client send PUT again without its body, for its 301; 308 would keep both"}}},
    // ---- clear text
    {.name = "https from the start",
     .url = AS "/",
     .answers = {{200}},
     .kept = AS "/",
     .strength = "strong",
     .reason = "no redirect"},
    {.name = "http for ever",
     .url = A "/",
     .answers = {{200}},
     .findings = {{"clear_text", "warning", "1", OPEN "; nothing leads to https"}},
     .kept = A "/",
     .strength = "strong"},
    {.name = "http to https without HSTS",
     .url = A "/",
     .answers = {{301, AS "/"}, {200}},
     .findings = {{"clear_text", "warning", "1", "no response has Strict-Transport-Security"}},
     .kept = AS "/",
     .strength = "strong",
     .reason = "each redirect on the way is permanent"},
    {.name = "with HSTS only the first visit is open",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, YEAR}},
     .findings =
         {{"clear_text", "note", "1",
           "; HSTS closes that from the second visit on, for 365 days after the last visit; "
           "only the preload list closes it for the first"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "a day is long enough",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, "max-age=86400"}},
     .findings = {{"clear_text", "note", "1", ", for 1 day after the last visit;"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "HSTS that ends at once protects next to nothing",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, "max-age=1"}},
     .findings = {{"clear_text", "warning", "1", ", but for no more than 1 second after the last"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "the host that is known for the shortest time counts",
     .url = A "/",
     .answers = {{301, AS "/"},
                 {302, "http://b.test/", STS, YEAR},
                 {302, "https://b.test/"},
                 {200, NULL, STS, "max-age=7200"}},
     .findings = {{"downgrade", "error", "2", ""},
                  {"clear_text", "warning", "1 3", "no more than 7200 seconds after"},
                  {"temporary_upgrade", "note", "3", ""}},
     .kept = AS "/",
     .strength = "weak"},
    {.name = "wget knows no preload list",
     .client = "wget",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, YEAR}},
     .findings = {{"clear_text", "note", "1",
                   "after the last visit; this client has no preload list, so begin with https"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "HSTS that cannot be read",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, "includeSubDomains"}},
     .findings = {{"clear_text", "warning", "1",
                   "HSTS is sent, but does not count: there is no max-age"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "HSTS that is taken back",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, "max-age=0"}},
     .findings = {{"clear_text", "warning", "1", "HSTS is sent, but does not count"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "HSTS of www does not cover the name above it",
     .url = A "/",
     .answers = {{301, WS "/"}, {200, NULL, STS, YEAR "; includeSubDomains"}},
     .findings = {{"clear_text", "warning", "1", "HSTS is sent, but does not cover a.test"},
                  {"https_elsewhere", "warning", "1", "go to https on a.test first"},
                  {"kept_without_end", "note", "1",
                   "hop 1 (301) names no end that counts, so this client keeps it"}},
     .kept = WS "/",
     .strength = "strong"},
    {.name = "but that of the name above covers www",
     .url = "http://www.a.test/",
     .answers = {{301, AS "/", "Cache-Control", "max-age=60"},
                 {200, NULL, STS, YEAR "; includeSubDomains"}},
     .findings = {{"clear_text", "note", "1", "from the second visit on"},
                  {"https_elsewhere", "warning", "1", "go to https on www.a.test first"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "a client without HSTS is open each time",
     .client = "go",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, YEAR}},
     .findings = {{"clear_text", "warning", "1",
                   "this client has no HSTS, so it is each time: begin with https"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "curl has it where it is told to",
     .client = "curl",
     .url = A "/",
     .answers = {{301, AS "/"}, {200, NULL, STS, YEAR}},
     .findings = {{"clear_text", "warning", "1", "this client is not told to keep HSTS"}},
     .kept = AS "/",
     .strength = "strong"},
    {.name = "every hop in clear text counts",
     .url = A "/",
     .answers = {{301, A "/b", "Cache-Control", "max-age=60"},
                 {301, AS "/b"},
                 {200, NULL, STS, YEAR}},
     .findings = {{"clear_text", "note", "1 2", "hops 1 and 2 go out in clear text"},
                  {"hops_saved", "note", "2", "let hop 1 lead to https://a.test/b"}},
     .kept = AS "/b",
     .strength = "strong"},
    {.name = "nobody is on the way to the machine itself",
     .url = "http://127.0.0.1:8080/",
     .answers = {{200}},
     .kept = "http://127.0.0.1:8080/",
     .strength = "strong"},
    {.name = "nor to its other names",
     .url = "http://x.localhost/",
     .answers = {{302, "http://[::1]/"}, {200}},
     .kept = "http://x.localhost/",
     .strength = "weak"},
    {.name = "a name that begins like an address is none",
     .url = "http://127.a.test/",
     .answers = {{200}},
     .findings = {{"clear_text", "warning", "1", OPEN}},
     .kept = "http://127.a.test/",
     .strength = "strong"},
    {.name = "what was not answered may not have gone out",
     .url = A "/",
     .answers = {{0}},
     .reason = "the last URL does not answer"},
    // ---- from https, and to it
    {.name = "back to http",
     .url = AS "/",
     .answers = {{302, A "/"}, {200}},
     .findings = {{"downgrade", "error", "1",
                   "hop 1 leads from https back to http, http://a.test/"},
                  {"clear_text", "warning", "2", "hop 2 goes out in clear text"}},
     .kept = AS "/",
     .strength = "weak"},
    {.name = "https for now only",
     .url = A "/x",
     .answers = {{302, AS "/x"}, {200, NULL, STS, YEAR}},
     .findings = {{"clear_text", "note", "1", "HSTS"},
                  {"temporary_upgrade", "note", "1",
                   "hop 1 (302) says that https is for now only"}},
     .kept = AS "/x",
     .strength = "weak",
     .reason = "https is preferred"},
    {.name = "another site altogether may have its own ways",
     .url = A "/",
     .answers = {{302, "https://b.test/"}, {200}},
     .findings = {{"clear_text", "warning", "1", "no response has"}},
     .kept = A "/",
     .strength = "weak"},
    // ---- hops that need not be
    {.name = "two moves for good are one",
     .url = AS "/1",
     .answers = {{308, AS "/2", "Cache-Control", "max-age=9"},
                 {301, AS "/3", "Cache-Control", "max-age=9"},
                 {200}},
     .findings = {{"hops_saved", "note", "2",
                   "hop 2 could be saved, 10.0 ms: let hop 1 lead to https://a.test/3"}},
     .kept = AS "/3",
     .strength = "strong"},
    {.name = "what leads for now to what has moved for good goes there at once",
     .url = AS "/1",
     .answers = {{302, AS "/2"}, {301, AS "/3", "Cache-Control", "max-age=9"}, {200}},
     .findings = {{"hops_saved", "note", "2", "let hop 1 lead to https://a.test/3"}},
     .kept = AS "/1",
     .strength = "weak",
     .reason = "the redirect from there is temporary"},
    {.name = "a detour stays",
     .url = AS "/1",
     .answers = {{301, AS "/2", "Cache-Control", "max-age=9"}, {302, AS "/3"}, {200}},
     .kept = AS "/2",
     .strength = "weak"},
    {.name = "https on the same host first, then the other host: none is saved",
     .url = A "/",
     .answers = {{301, AS "/"},
                 {301, WS "/", "Cache-Control", "max-age=9"},
                 {200, NULL, STS, YEAR}},
     .findings = {{"clear_text", "warning", "1", "does not cover a.test"}},
     .kept = WS "/",
     .strength = "strong"},
    {.name = "http on the other host first is no shorter, only worse",
     .url = A "/",
     .answers = {{301, "http://www.a.test/", "Cache-Control", "max-age=9"}, {301, WS "/"}, {200}},
     .findings = {{"clear_text", "warning", "1 2", "hops 1 and 2"},
                  {"https_elsewhere", "warning", "1", "before https"}},
     .kept = WS "/",
     .strength = "strong"},
    {.name = "on the same host https and the path are one step",
     .url = A "/x",
     .answers = {{301, AS "/x"},
                 {301, AS "/y", "Cache-Control", "max-age=9"},
                 {200, NULL, STS, YEAR}},
     .findings = {{"clear_text", "note", "1", "HSTS"},
                  {"hops_saved", "note", "2", "let hop 1 lead to https://a.test/y"}},
     .kept = AS "/y",
     .strength = "strong"},
    {.name = "two stretches are told apart",
     .url = L "/1",
     .answers = {{302, L "/2"},
                 {301, L "/3", "Cache-Control", "max-age=9"},
                 {302, L "/4"},
                 {308, L "/5", "Cache-Control", "max-age=9"},
                 {200}},
     .findings = {{"hops_saved", "note", "2 4",
                   "hops 2 and 4 could be saved, 20.0 ms: let hop 1 lead to http://localhost/3 and "
                   "hop 3 lead to http://localhost/5"}},
     .kept = L "/1",
     .strength = "weak"},
    // ---- the cache
    {.name = "a move for good that cannot be taken back",
     .url = AS "/1",
     .answers = {{308, AS "/2"}, {200}},
     .findings = {{"kept_without_end", "note", "1",
                   "hop 1 (308) names no end that counts, so this client keeps it and does not ask "
                   "again until it is cleared or evicted; Cache-Control"}},
     .kept = AS "/2",
     .strength = "strong"},
    {.name = "an end that cannot be read is none",
     .url = AS "/1",
     .answers = {{308, AS "/2", "Expires", "tomorrow"}, {301, AS "/3", "Expires", "-1"}, {200}},
     .findings = {{"hops_saved", "note", "2", "let hop 1 lead"},
                  {"kept_without_end", "note", "1 2",
                   "hops 1 and 2 (308 and 301) name no end that counts, so this client keeps them "
                   "and does not ask again until they are cleared or evicted"}},
     .kept = AS "/3",
     .strength = "strong"},
    {.name = "curl has no cache",
     .client = "curl",
     .url = AS "/1",
     .answers = {{308, AS "/2"}, {200}},
     .kept = AS "/2",
     .strength = "strong"},
    // ---- no end
    {.name = "a circle of two",
     .url = L "/1",
     .answers = {{301, L "/2", "Cache-Control", "no-store"}, {302, L "/1"}},
     .findings = {{"loop", "error", "1 2",
                   "hops 1 and 2 (301 and 302) go in a circle; one of them has to answer"}},
     .reason = "circle"},
    {.name = "a URL that leads to itself",
     .url = L "/1",
     .answers = {{302, L "/2"}, {302, L "/2"}},
     .findings = {{"loop", "error", "2", "hop 2 (302) leads to itself; it has to answer"}},
     .reason = "circle"},
    {.name = "http and https send each other on",
     .url = AS "/",
     .answers = {{302, A "/"}, {302, AS "/"}},
     .findings = {{"loop", "error", "1 2", "a server behind a proxy"},
                  {"downgrade", "error", "1", "back to http"},
                  {"clear_text", "warning", "2", "no response has"},
                  {"temporary_upgrade", "note", "2", "301 or 308"}},
     .reason = "circle"},
    {.name = "a URL that grows",
     .client = "http10",
     .url = L "/a",
     .answers = {{302, L "/a/a"},
                 {302, L "/a/a/a"},
                 {302, L "/a/a/a/a"},
                 {302, L "/a/a/a/a/a"},
                 {302, L "/a/a/a/a/a/a"},
                 {302, L "/a/a/a/a/a/a/a"}},
     .findings = {{"growing_url", "error", "3 4 5 6", "grows with every hop"}},
     .reason = "do not end"},
    {.name = "a page that is gone",
     .url = L "/1",
     .answers = {{302, L "/2"}, {404}},
     .reason = "there is no page"},
    {.name = "an error is asked again",
     .url = L "/1",
     .answers = {{302, L "/2"}, {503}},
     .reason = "it is asked again later"},
    {.name = "a redirect without a place to go",
     .url = L "/1",
     .answers = {{302}},
     .reason = "leads nowhere"},
    {.name = "a page that does not want to be kept",
     .url = L "/1",
     .answers = {{200, NULL, "x-robots-tag", "nofollow, NoIndex"}},
     .reason = "X-Robots-Tag"},
    {.name = "or says so to this crawler",
     .url = L "/1",
     .answers = {{200, NULL, "X-Robots-Tag", "otherbot: nofollow, GoogleBot: noarchive, none"}},
     .reason = "X-Robots-Tag"},
    {.name = "what is said to another crawler does not count",
     .url = L "/1",
     .answers = {{200, NULL, "X-Robots-Tag", "googlebot: nofollow, otherbot: noindex, none"}},
     .kept = L "/1",
     .strength = "strong"},
    {.name = "a rule with a value is no crawler, nor is a date",
     .url = L "/1",
     .answers = {{200, NULL, "X-Robots-Tag",
                  "max-snippet: 50, unavailable_after: Sat, 21 Nov 2026 15:00:00 GMT, noindex"}},
     .reason = "X-Robots-Tag"},
    {.name = "ten redirects and a page",
     .url = L "/0",
     .answers = {{302, L "/1"},
                 {302, L "/2"},
                 {302, L "/3"},
                 {302, L "/4"},
                 {302, L "/5"},
                 {302, L "/6"},
                 {302, L "/7"},
                 {302, L "/8"},
                 {302, L "/9"},
                 {302, L "/10"},
                 {200}},
     .kept = L "/0",
     .strength = "weak"},
};

static int scripted(void *context, const yn_fetch_request *request, yn_arena *arena,
                    yn_evidence *out)
{
    (void)request;
    const answer *a = (*(const answer **)context)++;
    *out = (yn_evidence){.error = a->status ? YN_FETCH_OK : YN_FETCH_REFUSED, .status = a->status};
    out->timing.total = 10;
    out->fields = yn_arena_alloc(arena, 2 * sizeof *out->fields);
    if (a->location)
        out->fields[out->field_count++] =
            (yonder_field){YN_TEXT("Location"), yonder_text_of(a->location)};
    if (a->name)
        out->fields[out->field_count++] =
            (yonder_field){yonder_text_of(a->name), yonder_text_of(a->value)};
    return YONDER_OK;
}

static void follow(const row *r, yonder_url *url, yn_chain *chain)
{
    const answer *answers = r->answers;
    assert_int_equal(yonder_url_parse(url, yonder_text_of(r->url), NULL, NULL), YONDER_OK);
    const yn_plan plan = {
        .client = yonder_client_find(yonder_text_of(r->client ? r->client : "chrome")),
        .url = url,
        .method = yonder_text_of(r->method ? r->method : "GET"),
        .has_body = r->body != NULL,
        .body = yonder_text_of(r->body),
        .max_redirects = YN_CLIENT_LIMIT,
    };
    assert_non_null(plan.client);
    assert_int_equal(yn_chain_follow(chain, &plan, scripted, &answers, NULL), YONDER_OK);
}

static void write_hops(const yn_finding *f, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < f->hop_count; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%zu", i ? " " : "", f->hops[i]);
}

static bool contains(yonder_text text, const char *words)
{
    return memmem(text.ptr, text.len, words, strlen(words)) != NULL;
}

static void check_findings(const row *r, const yn_findings *found)
{
    for (size_t i = 0; i < found->count; i++) {
        const yn_finding *f = &found->items[i];
        const expectation *e = &r->findings[i];
        char hops[64];
        write_hops(f, hops, sizeof hops);
        if (i == max_findings || !e->code || strcmp(e->code, yn_finding_code_name(f->code)) != 0 ||
            strcmp(e->severity, yn_severity_name(f->severity)) != 0 || strcmp(e->hops, hops) != 0 ||
            !contains(f->message, e->words))
            fail_msg("%s: %s %s [%s] %.*s", r->name, yn_finding_code_name(f->code),
                     yn_severity_name(f->severity), hops, YN_PRINT(f->message));
    }
    if (found->count < max_findings && r->findings[found->count].code)
        fail_msg("%s: there is no %s", r->name, r->findings[found->count].code);
}

static void check_canonical(const row *r, const yn_canonical *c)
{
    const char *strength = yn_strength_code(c->strength);
    assert_non_null(c->reason);
    assert_text(r->name, c->url ? yonder_url_href(c->url) : YN_TEXT(""), r->kept ? r->kept : "");
    assert_text(r->name, yonder_text_of(strength), r->strength ? r->strength : "");
    if (r->reason && !strstr(c->reason, r->reason))
        fail_msg("%s: %s", r->name, c->reason);
    assert_row(r->name, (c->caveat != NULL) == r->caveat);
}

static void each_chain_is_told_what_is_worth_knowing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url url;
        yn_chain chain;
        yn_findings found;
        follow(&rows[i], &url, &chain);
        assert_int_equal(yn_findings_make(&found, &chain, NULL), YONDER_OK);
        check_findings(&rows[i], &found);
        check_canonical(&rows[i], &found.canonical);
        yn_findings_free(&found);
        yn_chain_free(&chain);
        yonder_url_free(&url, NULL);
    }
}

static void more_redirects_than_a_search_engine_follows_keep_nothing(void **state)
{
    (void)state;
    row r = {.name = "eleven", .url = L "/0", .reason = "more than 10 redirects"};
    static char urls[11][32];
    for (int i = 0; i < 11; i++) {
        snprintf(urls[i], sizeof urls[i], L "/%d", i + 1);
        r.answers[i] = (answer){308, urls[i], "Cache-Control", "max-age=1"};
    }
    r.answers[11].status = 200;
    yonder_url url;
    yn_chain chain;
    follow(&r, &url, &chain);
    yn_canonical c = yn_canonical_of(&chain);
    check_canonical(&r, &c);
    assert_int_equal(c.hop, 11);
    yn_chain_free(&chain);
    yonder_url_free(&url, NULL);
}

static int64_t some_day(void *context)
{
    (void)context;
    return 1767225600; // 2026-01-01
}

// The same, with a memory and with pages obeyed.
static void follow_remembering(const row *r, yn_profile *profile, yonder_url *url, yn_chain *chain)
{
    const answer *answers = r->answers;
    assert_int_equal(yonder_url_parse(url, yonder_text_of(r->url), NULL, NULL), YONDER_OK);
    const yn_plan plan = {
        .client = yonder_client_find(YN_TEXT("chrome")),
        .url = url,
        .method = YN_TEXT("GET"),
        .max_redirects = YN_CLIENT_LIMIT,
        .follow_refresh = r->obeys,
        .profile = profile,
        .now = some_day,
    };
    assert_int_equal(yn_chain_follow(chain, &plan, scripted, &answers, NULL), YONDER_OK);
}

static void steps_of_the_client_itself_are_told_apart(void **state)
{
    (void)state;
    static const row own[] = {
        {.name = "HSTS needs no clear text, and hides what others are told",
         .url = "http://known.test/",
         .answers = {{200}},
         .kept = "https://known.test/",
         .strength = "weak",
         .reason = "https is preferred to http",
         .caveat = true},
        {.name = "what comes after is weighed",
         .url = "http://known.test/",
         .answers = {{308, "https://known.test/b", "Cache-Control", "max-age=9"}, {200}},
         .kept = "https://known.test/b",
         .strength = "strong",
         .reason = "each redirect on the way is permanent",
         .caveat = true},
        {.name = "a temporary redirect, too",
         .url = "http://known.test/",
         .answers = {{302, "https://known.test/b"}, {200}},
         .kept = "https://known.test/",
         .strength = "weak",
         .reason = "the redirect from there is temporary",
         .caveat = true},
        {.name = "a page that is gone is gone",
         .url = "http://known.test/",
         .answers = {{404}},
         .reason = "there is no page"},
        {.name = "https that leads back to http is caught by HSTS",
         .url = "https://known.test/",
         .answers = {{302, "http://known.test/x"}, {200}},
         .findings = {{"downgrade", "warning", "1", "the client turned it round by itself"}},
         .kept = "https://known.test/",
         .strength = "weak",
         .reason = "the redirect from there is temporary",
         .caveat = true},
        {.name = "https that works where it is tried is as good as HSTS",
         .tries_https = true,
         .url = AS "/",
         .answers = {{302, "http://b.com/"}, {200}},
         .findings = {{"downgrade", "warning", "1", "the client turned it round by itself"}},
         .kept = AS "/",
         .strength = "weak",
         .caveat = true},
        {.name = "https that is tried in vain turns nothing round",
         .tries_https = true,
         .url = AS "/",
         .answers = {{302, "http://b.com/"}, {0}, {200}},
         .findings = {{"downgrade", "error", "1", "back to http, http://b.com/"},
                      {"clear_text", "warning", "4", "no response has"}},
         .reason = "https was tried in vain"},
        {.name = "nor does https that only leads back",
         .tries_https = true,
         .url = "http://b.com/",
         .answers = {{302, "http://b.com/"}, {200}},
         .findings = {{"downgrade", "error", "2", "back to http, http://b.com/"},
                      {"clear_text", "warning", "4", "no response has"}},
         .reason = "https was tried in vain"},
        {.name = "a preload list was asked, and does not have the host",
         .has_list = true,
         .url = A "/",
         .answers = {{301, AS "/"}, {200, NULL, STS, YEAR}},
         .findings = {{"clear_text", "note", "1",
                       "; only the preload list closes it for the first, and the one given does "
                       "not do so for a.test"}},
         .kept = AS "/",
         .strength = "strong"},
        {.name = "and where it has it there is no gap",
         .has_list = true,
         .url = "http://listed.test/",
         .answers = {{200}},
         .kept = "https://listed.test/",
         .strength = "weak",
         .caveat = true},
        {.name = "a refresh at once is as good as a permanent redirect",
         .obeys = true,
         .url = AS "/",
         .answers = {{200, NULL, "Refresh", "0; url=/b"}, {200}},
         .kept = AS "/b",
         .strength = "strong"},
        {.name = "a later one is temporary",
         .obeys = true,
         .url = AS "/",
         .answers = {{200, NULL, "Refresh", "5; url=/b"}, {200}},
         .kept = AS "/",
         .strength = "weak",
         .reason = "goes on after a while"},
        {.name = "one that is not obeyed is known of all the same",
         .url = AS "/",
         .answers = {{200, NULL, "Refresh", "0; url=/b"}},
         .kept = AS "/b",
         .strength = "weak",
         .reason = "it was not asked for"},
    };
    const yonder_hsts_entry known = {.host = YN_TEXT("known.test"), .expires = YONDER_HSTS_FOREVER};
    const yonder_preload_entry listed = {.name = YN_TEXT("listed.test"), .force_https = true};
    yonder_preload *list;
    void *image;
    size_t size, bad;
    assert_int_equal(yonder_preload_build(&listed, 1, NULL, &image, &size, &bad), YONDER_OK);
    assert_int_equal(yonder_preload_open(&list, image, size, NULL), YONDER_OK);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        yonder_url url;
        yn_chain chain;
        yn_findings found;
        yn_profile profile;
        assert_int_equal(yn_profile_make(&profile, NULL), YONDER_OK);
        yonder_hsts *made;
        assert_int_equal(yonder_hsts_new(&made, 0, NULL), YONDER_OK);
        assert_int_equal(yonder_hsts_put(made, &known), YONDER_OK);
        profile.hsts = made;
        profile.https_first = own[i].tries_https;
        profile.preload = own[i].has_list ? list : NULL;
        follow_remembering(&own[i], &profile, &url, &chain);
        yn_profile_free(&profile);
        yonder_hsts_free(made);
        // The client's memory is gone: a finding needs the chain alone.
        assert_int_equal(yn_findings_make(&found, &chain, NULL), YONDER_OK);
        check_findings(&own[i], &found);
        check_canonical(&own[i], &found.canonical);
        yn_findings_free(&found);
        yn_chain_free(&chain);
        yonder_url_free(&url, NULL);
    }
    yonder_preload_close(list);
    free(image);
}

static void two_chains_are_told_the_same_whatever_the_time(void **state)
{
    (void)state;
    static const size_t one[] = {1}, two[] = {2};
    const yn_finding f = {YN_FINDING_HOPS_SAVED, YN_SEVERITY_NOTE, one, 1,
                          YN_TEXT("hop 1 could be saved, 1.0 ms: let hop 0 lead to a")};
    yn_finding later = f, elsewhere = f, other_hop = f, worse = f;
    later.message = YN_TEXT("hop 1 could be saved, 22.5 ms: let hop 0 lead to a");
    elsewhere.message = YN_TEXT("hop 1 could be saved, 1.0 ms: let hop 0 lead to b");
    other_hop.hops = two;
    worse.severity = YN_SEVERITY_WARNING;
    assert_true(yn_finding_is_same(&f, &later));
    assert_false(yn_finding_is_same(&f, &elsewhere));
    assert_false(yn_finding_is_same(&f, &other_hop));
    assert_false(yn_finding_is_same(&f, &worse));
    later.code = YN_FINDING_CLEAR_TEXT;
    assert_false(yn_finding_is_same(&f, &later));
}

// Lets so many allocations succeed.
static void *fail_after(void *context, void *ptr, size_t size)
{
    int *left = context;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return (*left)-- > 0 ? realloc(ptr, size) : NULL;
}

static void without_memory_there_is_nothing_to_free(void **state)
{
    (void)state;
    const row r = {.name = "memory", .url = AS "/", .answers = {{302, A "/"}, {200}}};
    yonder_url url;
    yn_chain chain;
    follow(&r, &url, &chain);
    int error = YONDER_NO_MEMORY;
    for (int left = 0; error; left++) {
        yn_findings found;
        int budget = left;
        const yonder_mem mem = {fail_after, &budget};
        error = yn_findings_make(&found, &chain, &mem);
        assert_true(left < 100);
        if (!error)
            yn_findings_free(&found);
        else
            assert_int_equal(error, YONDER_NO_MEMORY);
    }
    yn_chain_free(&chain);
    yonder_url_free(&url, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_chain_is_told_what_is_worth_knowing),
        cmocka_unit_test(steps_of_the_client_itself_are_told_apart),
        cmocka_unit_test(two_chains_are_told_the_same_whatever_the_time),
        cmocka_unit_test(more_redirects_than_a_search_engine_follows_keep_nothing),
        cmocka_unit_test(without_memory_there_is_nothing_to_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
