// SPDX-License-Identifier: MIT
#include "directory/assess.h"

#include "audit/scene.h"

#define D     "example.test"
#define H     "http://" D
#define S     "https://" D
#define YEAR  "max-age=31536000; includeSubDomains; preload"
#define WEEKS "max-age=10886400; includeSubDomains; preload"

#define UPGRADE                                                                                    \
    {                                                                                              \
        H "/", 301, S "/"                                                                          \
    }

typedef struct row {
    scene scene;
    yn_assess_what what;
    const char *policy;
    bool passed, unreachable, include_subdomains, cut_short;
} row;

static const row rows[] = {
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = YEAR}}},
     .passed = true,
     .include_subdomains = true},
    // What the list takes it takes with all below it, even where browsers take the field for none.
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = YEAR "; <\""}}},
     .passed = true,
     .include_subdomains = true},
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = WEEKS}}}, .include_subdomains = true},
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = WEEKS}}},
     .policy = "bulk-18-weeks",
     .passed = true,
     .include_subdomains = true},
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = "max-age=31536000; preload"}}}},
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = YEAR, .sts2 = YEAR}}}},
    // A certificate that is not valid is the site's doing, a closed port may be the network's.
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = YEAR, .distrust = YN_DISTRUST_EXPIRED}}}},
    {{D, .answers = {UPGRADE, {S "/", .error = YN_FETCH_TLS_HANDSHAKE}}}},
    {{D, .answers = {UPGRADE, {S "/", .error = YN_FETCH_PROTOCOL}}}},
    {{D, .answers = {UPGRADE, {S "/", .error = YN_FETCH_REFUSED}}}, .unreachable = true},
    {{D, .answers = {UPGRADE, {S "/", .error = YN_FETCH_TIMEOUT}}}, .unreachable = true},
    {{D, .answers = {UPGRADE, {S "/", .error = YN_FETCH_DNS}}}, .unreachable = true},
    {{D, .answers = {UPGRADE, {S "/", .error = YN_FETCH_NOT_PUBLIC}}}, .unreachable = true},
    // What was not asked is no error, and says nothing of the network.
    {{D, .cut_short = true}, .cut_short = true},
    {{D, .cut_short = true}, .what = YN_ASSESS_REMOVABLE, .cut_short = true},
    {{D, .answers = {{S "/", 200, .sts = YEAR}}, .cut_short = true},
     .include_subdomains = true,
     .cut_short = true},
    {{D, .answers = {{S "/", 200, .sts = "max-age=0"}}, .cut_short = true},
     .what = YN_ASSESS_REMOVABLE,
     .passed = true},
    {{D, .answers = {{S "/", 200}}, .cut_short = true}}, // which fails whatever else there is
    {{D, .answers = {{S "/", .error = YN_FETCH_TIMEOUT}}, .cut_short = true}, .unreachable = true},
    // What goes on without an answer in time is to the list as what is closed.
    {{D, .answers = {{H "/", .error = YN_FETCH_TIMEOUT}, {S "/", 200, .sts = YEAR}}},
     .passed = true,
     .include_subdomains = true},
    {{D,
      .answers = {{H "/", .error = YN_FETCH_TIMEOUT},
                  {S "/", 200, .sts = YEAR},
                  {"https://www." D "/", 200}},
      .cut_short = true},
     .passed = true,
     .include_subdomains = true},
    {{D, .answers = {{H "/", .error = YN_FETCH_TIMEOUT}, {S "/", 200, .sts = YEAR}}, .www = true,
      .cut_short = true},
     .include_subdomains = true,
     .cut_short = true},
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = YEAR}}},
     .what = YN_ASSESS_REMOVABLE,
     .include_subdomains = true},
    {{D, .answers = {UPGRADE, {S "/", 200, .sts = "max-age=0"}}},
     .what = YN_ASSESS_REMOVABLE,
     .passed = true},
    {{D, .answers = {UPGRADE, {S "/", 200}}}, .what = YN_ASSESS_REMOVABLE},
};

static void evidence_comes_to_what_the_list_wants_to_know(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        yn_arena arena = yn_arena_make(NULL);
        yn_audit audit = scene_audit(&r->scene, &arena);
        yn_assessed a;
        assert_int_equal(yn_assess_grade(&audit, r->what, r->policy, &arena, &a), YONDER_OK);
        if (a.passed != r->passed || a.unreachable != r->unreachable ||
            a.include_subdomains != r->include_subdomains || a.cut_short != r->cut_short)
            fail_msg("row %zu: passed %d, unreachable %d, include_subdomains %d, cut_short %d, %s",
                     i, a.passed, a.unreachable, a.include_subdomains, a.cut_short,
                     a.grade.count ? a.grade.issues[0].message.ptr : "");
        yn_arena_free(&arena);
    }
}

static void issues_are_as_the_existing_service_writes_them(void **state)
{
    (void)state;
    static const scene fine = {D, .answers = {UPGRADE, {S "/", 200, .sts = YEAR}}};
    static const scene none = {D, .answers = {UPGRADE, {S "/", 200}}};
    yn_arena arena = yn_arena_make(NULL);
    yn_buf out = yn_buf_make(65536, NULL);
    yn_assessed a;
    yn_audit audit = scene_audit(&fine, &arena);
    assert_int_equal(yn_assess_grade(&audit, YN_ASSESS_PRELOADABLE, NULL, &arena, &a), 0);
    yn_assess_issues(&out, &a.grade, false);
    assert_text("fine", yn_buf_text(&out), "{\"errors\":[],\"warnings\":[]}");
    out.len = 0;
    yn_assess_issues(&out, &a.grade, true);
    assert_text("laid out", yn_buf_text(&out), "{\n  \"errors\": [],\n  \"warnings\": []\n}");
    out.len = 0;
    audit = scene_audit(&none, &arena);
    assert_int_equal(yn_assess_grade(&audit, YN_ASSESS_REMOVABLE, NULL, &arena, &a), 0);
    yn_assess_issues(&out, &a.grade, true);
    assert_text(
        "one error", yn_buf_text(&out),
        "{\n  \"errors\": [\n    {\n      \"code\": \"response.no_header\",\n"
        "      \"summary\": \"No HSTS header\",\n      \"message\": \"https://example.test/ "
        "answers without the header\"\n    }\n  ],\n  \"warnings\": []\n}");
    yn_buf_free(&out);
    yn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_comes_to_what_the_list_wants_to_know),
        cmocka_unit_test(issues_are_as_the_existing_service_writes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
