// SPDX-License-Identifier: MIT
// What graders but the preload list's say of a site: errors, warnings, notes, and the verdict.
#include "audit/scene.h"

#include <stdlib.h>

#include "audit/readings.h"

#define D    "example.test"
#define H    "http://example.test"
#define S    "https://example.test"
#define W    "https://www.example.test"
#define WH   "http://www.example.test"
#define GOOD "max-age=63072000; includeSubDomains"
#define TLS  YN_FETCH_TLS_HANDSHAKE
#define LATE YN_FETCH_TIMEOUT

#define HTTP_OK                                                                                    \
    {                                                                                              \
        .url = H "/", .status = 301, .location = S "/"                                             \
    }
#define HTTPS_OK                                                                                   \
    {                                                                                              \
        .url = S "/", .status = 200, .sts = GOOD                                                   \
    }
#define CHROMIUM(entry, subdomains)                                                                \
    {                                                                                              \
        .list = YN_TEXT_INIT("chromium"), .listed = true, .matched = YN_TEXT_INIT(entry),          \
        .include_subdomains = subdomains, .policy = YN_TEXT_INIT("bulk-1-year")                    \
    }
#define NOT_LISTED                                                                                 \
    {                                                                                              \
        .list = YN_TEXT_INIT("chromium")                                                           \
    }

typedef struct row {
    const char *name;
    scene scene;
    const char *verdict;
    const char *codes; // NULL: not looked at
    int score;
} row;

static void check(const char *name, const row *rows, size_t count)
{
    const yn_grader *grader = yn_grader_find(yonder_text_of(name));
    assert_non_null(grader);
    for (size_t i = 0; i < count; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_audit audit = scene_audit(&rows[i].scene, &arena);
        yn_grade grade;
        const yn_grade_options options = {0};
        assert_int_equal(grader->grade(&audit, &options, &arena, &grade), YONDER_OK);
        assert_text(rows[i].name, grade.verdict, rows[i].verdict);
        if (rows[i].codes)
            assert_text(rows[i].name, scene_codes(&grade, &arena), rows[i].codes);
        assert_row(rows[i].name, grade.score == rows[i].score);
        yn_arena_free(&arena);
    }
}

#define CHECK(name, rows) check(name, rows, sizeof(rows) / sizeof *(rows))

static const row rfc6797[] = {
    {"all is well", {D, .answers = {HTTP_OK, HTTPS_OK}}, "conforms", ""},
    {"quotes are good",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=\"63072000\" ; includeSubDomains"}}},
     "conforms",
     ""},
    {"no name", {"192.0.2.1", ""}, "does not conform", "not_a_domain"},
    {"no https", {D, .answers = {HTTP_OK, {S "/"}}}, "does not conform", "no_https"},
    {"no time", {D, .answers = {HTTP_OK, {S "/", .error = LATE}}}, "unknown", ""},
    {"no name server",
     {D, .answers = {{H "/", .error = YN_FETCH_DNS}, {S "/", .error = YN_FETCH_DNS}}},
     "unknown",
     ""},
    {"a bad certificate",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .distrust = YN_DISTRUST_NAME}}},
     "does not conform",
     "bad_certificate"},
    {"no header", {D, .answers = {HTTP_OK, {S "/", 200}}}, "does not conform", "missing"},
    {"no max-age",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "includeSubDomains"}}},
     "does not conform",
     "no_max_age"},
    {"no number",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=1 year"}}},
     "does not conform",
     NULL},
    {"twice",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=63072000; a; A"}}},
     "does not conform",
     NULL},
    {"a value",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD "=1"}}},
     "does not conform",
     NULL},
    {"a comma",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=1,2"}}},
     "does not conform",
     NULL},
    {"two fields",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .sts2 = "max-age=0"}}},
     "conforms in part",
     "/ several_fields"},
    {"max-age=0",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=0"}}},
     "conforms in part",
     "/ max_age_zero"},
    {"this host",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=63072000"}}},
     "conforms",
     "/ / this_host_only"},
    {"errors without",
     {D, .answers = {HTTP_OK, HTTPS_OK, {S "/no", 404, .purpose = YN_PURPOSE_ERROR}}},
     "conforms in part",
     "/ not_always"},
    {"over http",
     {D, .answers = {{H "/", 301, S "/", GOOD}, HTTPS_OK}},
     "conforms in part",
     "/ over_http"},
    {"no redirect", {D, .answers = {{H "/", 200}, HTTPS_OK}}, "conforms in part", "/ no_redirect"},
};

static const row observatory[] = {
    {"all is well",
     {D, .answers = {HTTP_OK, HTTPS_OK}},
     "redirection-to-https hsts-implemented-max-age-at-least-six-months"},
    {"no http",
     {D, .answers = {{H "/"}, HTTPS_OK}},
     "redirection-not-needed-no-http hsts-implemented-max-age-at-least-six-months"},
    {"a bad certificate",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .distrust = YN_DISTRUST_EXPIRED}}},
     "redirection-invalid-cert hsts-invalid-cert",
     .score = -40},
    {"http stays",
     {D, .answers = {{H "/", 200}, HTTPS_OK}},
     "redirection-missing hsts-implemented-max-age-at-least-six-months",
     .score = -20},
    {"to http",
     {D, .answers = {{H "/", 301, "/a"}, {H "/a", 200}, HTTPS_OK}},
     "redirection-not-to-https hsts-implemented-max-age-at-least-six-months",
     .score = -20},
    {"to http first",
     {D, .answers = {{H "/", 301, "/a"}, {H "/a", 301, S "/"}, HTTPS_OK}},
     "redirection-not-to-https-on-initial-redirection hsts-implemented-max-age-at-least-six-months",
     .score = -10},
    {"to www",
     {D, .answers = {{H "/", 301, W "/"}, {W "/", 200}, HTTPS_OK}},
     "redirection-off-host-from-http hsts-implemented-max-age-at-least-six-months",
     .score = -5},
    {"listed",
     {D, .answers = {{H "/", 200}, HTTPS_OK}, .list = CHROMIUM(D, true)},
     "redirection-all-redirects-preloaded hsts-preloaded",
     .score = 5},
    {"listed, and to another",
     {D, .answers = {{H "/", 301, "https://b.test/"}, {"https://b.test/", 200}, {S "/", 200}},
      .list = CHROMIUM(D, true)},
     "redirection-off-host-from-http hsts-preloaded",
     .score = 0},
    {"six months",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "MAX-AGE=15552000"}}},
     "redirection-to-https hsts-implemented-max-age-at-least-six-months"},
    {"less",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=15551999"}}},
     "redirection-to-https hsts-implemented-max-age-less-than-six-months",
     .score = -10},
    {"none",
     {D, .answers = {HTTP_OK, {S "/", 200}}},
     "redirection-to-https hsts-not-implemented",
     .score = -20},
    {"a comma",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .sts2 = GOOD}}},
     "redirection-to-https hsts-header-invalid",
     .score = -20},
    {"no max-age",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "preload"}}},
     "redirection-to-https hsts-header-invalid",
     .score = -20},
    {"no number is not six months",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=abc"}}},
     "redirection-to-https hsts-header-invalid",
     .score = -20},
    {"a quoted number is one",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=\"1\""}}},
     "redirection-to-https hsts-implemented-max-age-less-than-six-months",
     .score = -10},
    {"no https",
     {D, .answers = {{H "/", 200}, {S "/"}}},
     "redirection-missing hsts-not-implemented-no-https",
     .score = -40},
    {"an error page", {D, .answers = {{H "/", 500}, {S "/", 500}}}, "not gradable"},
    {"no time", {D, .answers = {{H "/", .error = LATE}, {S "/", .error = LATE}}}, "unknown"},
    {"no name server",
     {D, .answers = {{H "/", .error = YN_FETCH_DNS}, {S "/", .error = YN_FETCH_DNS}}},
     "unknown"},
};

static const row internetnl[] = {
    {"no name server",
     {D, .answers = {{H "/", .error = YN_FETCH_DNS}, {S "/", .error = YN_FETCH_DNS}}},
     "unknown"},
    {"all is well",
     {D, .answers = {HTTP_OK, HTTPS_OK}},
     "https_forced.good https_hsts.good",
     .score = 20},
    {"no http",
     {D, .answers = {{H "/"}, HTTPS_OK}},
     "https_forced.no_http https_hsts.good",
     .score = 20},
    {"to www",
     {D, .answers = {{H "/", 301, W "/"}, {W "/", 200}, HTTPS_OK}},
     "https_forced.bad https_hsts.good",
     .score = 10},
    {"no https",
     {D, .answers = {{H "/", 200}, {S "/"}}},
     "https_forced.no_https https_hsts.no_https"},
    {"short",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=31535999"}}},
     "https_forced.good https_hsts.partial",
     .score = 12},
    {"none",
     {D, .answers = {HTTP_OK, {S "/", 200}}},
     "https_forced.good https_hsts.bad",
     .score = 10},
    {"one family is worse",
     {D, .answers = {HTTP_OK,
                     HTTPS_OK,
                     {S "/", 200, .purpose = YN_PURPOSE_FAMILY, .family = YN_FAMILY_6}}},
     "https_forced.good https_hsts.bad",
     .score = 10},
};

static const row yonder[] = {
    {"all is well", {D, .answers = {HTTP_OK, HTTPS_OK}}, "PROTECTED", ""},
    {"no http", {D, .answers = {{H "/"}, HTTPS_OK}}, "PROTECTED", "/ / no_http"},
    {"no name", {"192.0.2.1", ""}, "UNKNOWN", "not_a_domain"},
    {"no time",
     {D, .answers = {{H "/", .error = LATE}, {S "/", .error = LATE}}},
     "UNKNOWN",
     "/ / no_answer_in_time"},
    {"no such name",
     {D, .answers = {{H "/", .error = YN_FETCH_DNS}, {S "/", .error = YN_FETCH_DNS}},
      .absent = "example.test"},
     "UNKNOWN",
     "no_such_name"},
    {"no name server",
     {D, .answers = {{H "/", .error = YN_FETCH_DNS}, {S "/", .error = YN_FETCH_DNS}}},
     "UNKNOWN",
     "/ / no_name_server"},
    {"no https", {D, .answers = {{H "/", 200}, {S "/"}}}, "NOT PROTECTED", "no_https http_stays"},
    {"a bad certificate",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .distrust = YN_DISTRUST_EXPIRED}}},
     "NOT PROTECTED",
     "bad_certificate"},
    {"http stays", {D, .answers = {{H "/", 200}, HTTPS_OK}}, "NOT PROTECTED", "http_stays"},
    {"back to http",
     {D, .answers = {HTTP_OK, {S "/", 301, H "/a", GOOD}, {H "/a", 200}}},
     "NOT PROTECTED",
     "downgrade"},
    {"no header", {D, .answers = {HTTP_OK, {S "/", 200}}}, "NOT PROTECTED", "no_hsts"},
    {"nobody reads it",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "includeSubDomains"}}},
     "NOT PROTECTED",
     NULL},
    {"off",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=0"}}},
     "NOT PROTECTED",
     "hsts_off"},
    {"read differently",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=63072000; includeSubDomains; new="}}},
     "PARTLY",
     "readers_disagree"},
    {"read by no browser, but by wget",
     {D,
      .answers = {HTTP_OK,
                  {S "/", 200, .sts = "max-age=63072000; includeSubDomains; includeSubDomains"}}},
     "NOT PROTECTED",
     "hsts_unreadable"},
    {"a sub-domain without https",
     {D, .answers = {HTTP_OK, HTTPS_OK, {"https://old.example.test/"}},
      .known = "old.example.test"},
     "PARTLY",
     "subdomain_locked_out"},
    {"a sub-domain that no name server told of",
     {D, .answers = {HTTP_OK, HTTPS_OK, {"https://old.example.test/", .error = YN_FETCH_DNS}},
      .known = "old.example.test"},
     "PROTECTED",
     "/ / subdomain_unknown"},
    {"a sub-domain that did not answer",
     {D, .answers = {HTTP_OK, HTTPS_OK}, .known = "old.example.test"},
     "PROTECTED",
     "/ / subdomain_unknown"},
    {"to www first",
     {D, .answers = {{H "/", 301, W "/"}, {W "/", 200}, HTTPS_OK}},
     "PARTLY",
     "wrong_order"},
    {"a hop over http",
     {D, .answers = {{H "/", 301, "/a"}, {H "/a", 301, S "/"}, HTTPS_OK}},
     "PARTLY",
     "insecure_hop"},
    {"a failure further on",
     {D, .answers = {HTTP_OK, {S "/", 301, W "/", GOOD}, {W "/", .error = TLS}}},
     "PARTLY",
     "subdomain_locked_out chain_broken"},
    {"a loop",
     {D, .answers = {HTTP_OK, {S "/", 301, "/a", GOOD}, {S "/a", 301, "/", GOOD}}},
     "PARTLY",
     "chain_loop"},
    {"another host without",
     {D, .answers = {HTTP_OK, {S "/", 301, "https://b.test/", GOOD}, {"https://b.test/", 200}}},
     "PARTLY",
     "/ host_without_hsts"},
    {"a bad certificate on the way",
     {D, .answers = {HTTP_OK,
                     {S "/", 301, "https://b.test/", GOOD},
                     {"https://b.test/", 200, .sts = GOOD, .distrust = YN_DISTRUST_NAME}}},
     "PARTLY",
     "chain_certificate"},
    {"www over http",
     {D, .answers = {HTTP_OK, HTTPS_OK, {W "/", 200, .sts = GOOD}, {WH "/", 200}}},
     "PARTLY",
     "/ www_http_stays"},
    {"errors without",
     {D, .answers = {HTTP_OK, HTTPS_OK, {S "/no", 404, .purpose = YN_PURPOSE_ERROR}}},
     "PARTLY",
     "/ error_without_hsts"},
    {"another for browsers",
     {D, .answers = {HTTP_OK,
                     HTTPS_OK,
                     {S "/", 403, .purpose = YN_PURPOSE_AGENT, .agent = YN_AGENT_BROWSER}}},
     "PARTLY",
     "/ agent_differs"},
    {"another the next time",
     {D, .answers = {HTTP_OK,
                     HTTPS_OK,
                     {S "/", 200, .sts = "max-age=1", .purpose = YN_PURPOSE_REPEAT}}},
     "PARTLY",
     "/ repeat_differs"},
    {"HEAD",
     {D, .answers = {HTTP_OK, HTTPS_OK, {S "/", 200, .purpose = YN_PURPOSE_METHOD, .head = true}}},
     "PROTECTED",
     "/ / head_differs"},
    {"families",
     {D, .answers = {HTTP_OK,
                     HTTPS_OK,
                     {S "/", 200, .sts = GOOD, .purpose = YN_PURPOSE_FAMILY, .family = YN_FAMILY_4},
                     {S "/", 200, .purpose = YN_PURPOSE_FAMILY, .family = YN_FAMILY_6}}},
     "PARTLY",
     "families_differ"},
    {"short",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=300; includeSubDomains"}}},
     "PARTLY",
     "/ max_age_short"},
    {"two headers",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .sts2 = GOOD}}},
     "PROTECTED",
     "/ several_headers"},
    {"a certificate that ends",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD, .not_after = SCENE_NOW + 86400 * 3}}},
     "PROTECTED",
     "/ certificate_ends"},
    {"temporary",
     {D, .answers = {{H "/", 302, S "/"}, HTTPS_OK}},
     "PROTECTED",
     "/ temporary_upgrade"},
    {"permanent",
     {D, .answers = {HTTP_OK,
                     {S "/", 301, "/login?sid=1", GOOD},
                     {S "/login?sid=1", 200, .sts = GOOD}}},
     "PROTECTED",
     "/ permanent_elsewhere"},
    {"over http",
     {D, .answers = {{H "/", 301, S "/", GOOD}, HTTPS_OK}},
     "PROTECTED",
     "/ hsts_over_http"},
    {"preload said, nobody listed it",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD "; preload"}}, .absent = "www.example.test",
      .list = NOT_LISTED},
     "PROTECTED",
     "/ preload_not_listed"},
    {"preload said, and not fit",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=63072000; preload"}},
      .absent = "www.example.test", .list = NOT_LISTED},
     "PROTECTED",
     "/ preload_not_eligible / this_host_only"},
    {"listed, and fit",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = GOOD "; preload"}}, .absent = "www.example.test",
      .list = CHROMIUM(D, true)},
     "PROTECTED",
     "/ / listed"},
    {"listed, and not fit",
     {D, .answers = {HTTP_OK, HTTPS_OK}, .absent = "www.example.test", .list = CHROMIUM(D, true)},
     "AT RISK OF REMOVAL",
     "listed_not_eligible / / listed"},
    {"listed by what is above",
     {D, .answers = {HTTP_OK, HTTPS_OK}, .absent = "www.example.test",
      .list = CHROMIUM("test", true)},
     "PROTECTED",
     "/ / listed"},
    {"many hops",
     {D, .answers = {HTTP_OK,
                     {S "/", 301, "/a", GOOD},
                     {S "/a", 301, "/b", GOOD},
                     {S "/b", 301, "/c", GOOD},
                     {S "/c", 200, .sts = GOOD}}},
     "PROTECTED",
     "/ long_chain"},
};

static const row others[] = {
    {"www with another's certificate, listed",
     {D,
      .answers = {HTTP_OK,
                  {S "/", 200, .sts = "max-age=63072000"},
                  {W "/", 200, .distrust = YN_DISTRUST_NAME}},
      .www = true},
     "PARTLY",
     "/ www_certificate / this_host_only"},
    {"www without a policy",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=63072000"}, {W "/", 200}}, .www = true},
     "PARTLY",
     "/ www_without_hsts / this_host_only"},
    {"www covered",
     {D, .answers = {HTTP_OK, HTTPS_OK, {W "/", 200}}, .www = true},
     "PROTECTED",
     ""},
    {"www that nobody listens at",
     {D, .answers = {HTTP_OK, HTTPS_OK, {W "/"}, {WH "/"}}, .www = true},
     "PROTECTED",
     ""},
    {"for ever",
     {D, .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=999999999; includeSubDomains"}}},
     "PROTECTED",
     "/ / max_age_very_long"},
    {"slow",
     {D, .answers = {{H "/", 301, S "/", .ms = 2001}, HTTPS_OK}},
     "PROTECTED",
     "/ slow_chain"},
    {"cut short",
     {D, .answers = {HTTP_OK, HTTPS_OK}, .cut_short = true},
     "PROTECTED",
     "/ / cut_short"},
    {"a sub-domain without https, by the list",
     {D,
      .answers = {HTTP_OK, {S "/", 200, .sts = "max-age=63072000"}, {"https://old.example.test/"}},
      .known = "old.example.test", .list = CHROMIUM("test", true)},
     "PARTLY",
     "subdomain_locked_out / / this_host_only listed"},
};

static void hosts_and_time_are_weighed(void **state)
{
    (void)state;
    CHECK("yonder", others);
}

static void rfc6797_is_held_to_the_letter(void **state)
{
    (void)state;
    CHECK("rfc6797", rfc6797);
}

static void the_observatory_has_its_results_and_modifiers(void **state)
{
    (void)state;
    CHECK("observatory", observatory);
}

static void internetnl_takes_the_worst_of_all_addresses(void **state)
{
    (void)state;
    CHECK("internetnl", internetnl);
}

static void yonder_says_what_nobody_else_does(void **state)
{
    (void)state;
    CHECK("yonder", yonder);
}

/* ---- any evidence ------------------------------------------------------------------------------
 */

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

#define PICK(seed, array) (array)[next(seed) % (sizeof(array) / sizeof *(array))]

static scene any_scene(uint32_t *seed)
{
    static const char *const urls[] = {H "/",  S "/",  W "/", WH "/", S "/a", "https://b.test/",
                                       H "/a", S "/no"};
    static const char *const locations[] = {NULL,
                                            "",
                                            "/",
                                            S "/",
                                            W "/",
                                            "http://[",
                                            "\xff\xfe",
                                            "mailto:a",
                                            H "/a",
                                            "//",
                                            "https://b.test/"};
    static const char *const values[] = {
        NULL,           "",   ";",          GOOD,  GOOD "; preload",
        "max-age=\xff", "\"", "max-age=\"", "=;=", "max-age=99999999999999999999"};
    static const int statuses[] = {0, 200, 301, 302, 308, 404, 999, 300};
    static const yn_fetch_error errors[] = {YN_FETCH_DNS, YN_FETCH_REFUSED, LATE, TLS,
                                            YN_FETCH_TLS_CERTIFICATE};
    static const char *const domains[] = {D, "", ".", "a..b", "example.test.", "\xff", "test"};
    scene s = {.domain = next(seed) % 4 ? D : PICK(seed, domains)};
    if (strcmp(s.domain, D) != 0)
        s.ascii = next(seed) % 2 ? "" : D;
    s.cut_short = next(seed) % 5 == 0;
    if (next(seed) % 2)
        s.list = (yn_seen_list)CHROMIUM(D, next(seed) % 2);
    for (size_t i = 0, n = next(seed) % SCENE_ANSWERS; i < n; i++)
        s.answers[i] = (answer){.url = PICK(seed, urls),
                                .status = PICK(seed, statuses),
                                .location = PICK(seed, locations),
                                .sts = PICK(seed, values),
                                .sts2 = next(seed) % 8 ? NULL : GOOD,
                                .error = PICK(seed, errors),
                                .distrust = next(seed) % 6 ? YN_TRUSTED : YN_DISTRUST_NAME,
                                .purpose = (yn_purpose)(next(seed) % 7),
                                .agent = (yn_agent)(next(seed) % 2),
                                .family = (yn_family)(next(seed) % 3),
                                .head = next(seed) % 9 == 0};
    return s;
}

// Whatever was seen, each grader says something that hangs together, and the same each time.
static void graders_take_any_evidence(void **state)
{
    (void)state;
    uint32_t seed = 1;
    size_t count;
    const yn_grader *all = yn_graders(&count);
    for (int round = 0; round < 4000; round++) {
        yn_arena arena = yn_arena_make(NULL);
        const scene s = any_scene(&seed);
        yn_audit audit = scene_audit(&s, &arena);
        const yn_grade_options options = {.removal = round % 7 == 0};
        for (size_t i = 0; i < count; i++) {
            yn_grade a, b;
            assert_int_equal(all[i].grade(&audit, &options, &arena, &a), YONDER_OK);
            assert_int_equal(all[i].grade(&audit, &options, &arena, &b), YONDER_OK);
            assert_true(a.verdict.len > 0 && !(a.passed && a.unknown));
            assert_int_equal(a.count, b.count);
            for (size_t k = 0; k < a.count; k++) {
                const yn_issue *issue = &a.issues[k];
                assert_ptr_equal(issue->check, b.issues[k].check);
                assert_true(yn_equal(issue->message, b.issues[k].message));
                assert_true(issue->check >= all[i].checks &&
                            issue->check < all[i].checks + all[i].check_count);
                assert_true(issue->visit == YN_NO_VISIT || issue->visit < audit.visit_count);
            }
        }
        yn_arena_free(&arena);
    }
}

static void readers_are_told_apart(void **state)
{
    (void)state;
    yn_readings r;
    yn_readings_make(&r, YN_TEXT("max-age=31536000"));
    assert_true(r.agree && r.accepting == r.count && r.count >= 4);
    yn_readings_make(&r, YN_TEXT("max-age=1; max-age=2"));
    yn_buf text = yn_buf_make(4096, NULL);
    yn_readings_write(&text, &r);
    assert_false(r.agree && r.accepting);
    assert_true(text.len > 0);
    yn_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc6797_is_held_to_the_letter),
        cmocka_unit_test(the_observatory_has_its_results_and_modifiers),
        cmocka_unit_test(internetnl_takes_the_worst_of_all_addresses),
        cmocka_unit_test(yonder_says_what_nobody_else_does),
        cmocka_unit_test(hosts_and_time_are_weighed),
        cmocka_unit_test(graders_take_any_evidence),
        cmocka_unit_test(readers_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
