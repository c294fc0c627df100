// SPDX-License-Identifier: MIT
// What reports say of evidence, and what they never let through.
#include "test.h"

#include "base/text.h"
#include "report/check.h"
#include "report/check_words.h"

static void durations_are_said_as_people_say_them(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *words;
    } rows[] = {
        {0, "0 seconds"},
        {1, "1 second"},
        {300, "5 minutes"},
        {3600, "1 hour"},
        {86400, "1 day"},
        {90000, "1 day and 1 hour"},
        {604800, "1 week"},
        {2592000, "30 days"},
        {15552000, "180 days"},
        {31536000, "1 year"},
        {31536001, "about 1 year"},
        {31622400, "1 year and 1 day"},
        {63072000, "2 years"},
        {3661, "about 1 hour and 1 minute"},
        {YONDER_HSTS_FOREVER, "ever"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(4096, NULL);
        yn_duration_write(&out, rows[i].seconds);
        assert_text(rows[i].words, yn_buf_text(&out), rows[i].words);
        yn_buf_free(&out);
    }
}

/* ---- a site ------------------------------------------------------------------------------------
 */

#define HOSTILE "\x1b[31m</script><script>alert('1')</script>&\"\xff"

static const yn_check checks[] = {
    {"first", YN_SEVERITY_NOTE, "A note", "It is <good> to know.", "RFC 6797"},
    {"second", YN_SEVERITY_ERROR, "An error", "It is bad.", ""},
    {"third", YN_SEVERITY_ERROR, "Another", "As bad.", ""},
};
static const yn_grader yonder = {.name = "yonder", .title = "Our own"},
                       list_rules = {.name = YN_CHECK_COMPATIBLE, .title = "The list's"};

typedef struct site {
    yn_audit audit;
    yonder_field fields[2];
    yn_visit visits[2];
    yn_seen_host host;
    yn_seen_list list;
    size_t http[2];
    yn_issue issues[3], theirs[1];
    yn_checked_grade grades[2];
    yn_checked checked;
} site;

static void build(site *s)
{
    *s = (site){.http = {0, 1}};
    s->fields[0] = (yonder_field){YN_TEXT("Strict-Transport-Security"), YN_TEXT("max-age=300")};
    s->fields[1] = (yonder_field){YN_TEXT("Location"), YN_TEXT("https://a.test/" HOSTILE)};
    const char *urls[] = {"http://a.test/", "https://a.test/"};
    for (size_t i = 0; i < 2; i++) {
        s->visits[i].response = (yn_evidence){.status = i ? 299 : 301, .phrase = YN_TEXT(HOSTILE)};
        assert_int_equal(yonder_url_parse(&s->visits[i].url, yonder_text_of(urls[i]), NULL, NULL),
                         0);
    }
    s->visits[0].response.fields = &s->fields[1];
    s->visits[1].response.fields = s->fields;
    s->visits[0].response.field_count = s->visits[1].response.field_count = 1;
    s->host = (yn_seen_host){.name = YN_TEXT("a.test"), .exists = YN_YES, .https = 1};
    s->list = (yn_seen_list){.list = YN_TEXT("chromium"), .version = YN_TEXT(HOSTILE)};
    s->audit = (yn_audit){.domain = YN_TEXT("A.test"),
                          .ascii = YN_TEXT("a.test"),
                          .begun = 1,
                          .visits = s->visits,
                          .visit_count = 2,
                          .hosts = &s->host,
                          .host_count = 1,
                          .lists = &s->list,
                          .list_count = 1};
    s->audit.chains[YN_START_HTTP] = (yn_seen_chain){.asked = true, .hops = s->http, .count = 2};
    s->audit.chains[YN_START_HTTPS] =
        (yn_seen_chain){.asked = true, .hops = s->http + 1, .count = 1};
    for (size_t i = 0; i < 3; i++)
        s->issues[i] = (yn_issue){
            .check = &checks[i], .message = YN_TEXT("seen " HOSTILE), .visit = YN_NO_VISIT};
    s->theirs[0] = (yn_issue){.check = &checks[1],
                              .title = YN_TEXT("Their title"),
                              .message = YN_TEXT("theirs"),
                              .host = YN_TEXT("a.test")};
    s->grades[0] = (yn_checked_grade){
        &list_rules, {.verdict = YN_TEXT("not eligible"), .issues = s->theirs, .count = 1}};
    s->grades[1] = (yn_checked_grade){
        &yonder, {.verdict = YN_TEXT("NOT PROTECTED"), .issues = s->issues, .count = 3}};
    s->checked = (yn_checked){.audit = &s->audit,
                              .grades = s->grades,
                              .count = 2,
                              .own = &s->grades[1],
                              .result = YN_CHECK_FAILED};
}

static void destroy(site *s)
{
    for (size_t i = 0; i < 2; i++)
        yonder_url_free(&s->visits[i].url, NULL);
}

// Where `needle` stands in `out`; fails where it does not.
static size_t at(const yn_buf *out, const char *needle)
{
    const char *found = memmem(out->ptr, out->len, needle, strlen(needle));
    assert_row(needle, found);
    return (size_t)(found - out->ptr);
}

static bool has(const yn_buf *out, const char *needle)
{
    return memmem(out->ptr, out->len, needle, strlen(needle)) != NULL;
}

static void text_begins_with_the_verdict_and_goes_by_weight(void **state)
{
    (void)state;
    static const yn_style plain = {.width = 0};
    site s;
    yn_buf out = yn_buf_make(1 << 20, NULL);
    build(&s);
    yn_check_text(&out, &s.checked, &plain);
    assert_int_equal(out.error, 0);
    static const char first[] =
        "NOT PROTECTED  a.test: anyone on the way can read and answer in the site's place\n"
        "2 errors, 1 note; seen 1970-01-01 00:00:01 UTC, 2 requests in 0.000 s\n";
    assert_text("verdict", yn_slice(yn_buf_text(&out), 0, sizeof first - 1), first);
    assert_true(at(&out, "\nhttp://a.test/\n") < at(&out, "What to do"));
    assert_true(at(&out, "299 \\x1B[31m") < at(&out, "HSTS for 5 minutes, this host only"));
    at(&out, "https://a.test/\n     as http://a.test/ from its hop 2 on");
    assert_true(at(&out, "1. error: An error") < at(&out, "2. error: Another"));
    assert_true(at(&out, "2. error: Another") < at(&out, "3. note: A note"));
    assert_true(at(&out, "3. note: A note") < at(&out, "The list's: not eligible"));
    at(&out, "error second: theirs");
    assert_true(at(&out, "chromium (\\x1B") < at(&out, "What preloading would cost"));
    for (size_t i = 0; i < out.len; i++) // nothing steers the terminal
        assert_true(out.ptr[i] == '\n' || (out.ptr[i] >= ' ' && out.ptr[i] <= '~'));
    yn_buf_free(&out);
    destroy(&s);
}

static void the_lists_own_rules_have_three_members_and_no_more(void **state)
{
    (void)state;
    site s;
    yn_buf out = yn_buf_make(1 << 20, NULL);
    build(&s);
    yn_json j = yn_json_make(&out, false);
    yn_check_json(&j, &s.checked);
    at(&out, "\"verdict\":\"NOT PROTECTED\",\"result\":\"failed\"");
    at(&out,
       "\"chromium\":{\"errors\":[{\"code\":\"second\",\"summary\":\"Their title\","
       "\"message\":\"theirs\"}],\"warnings\":[]},\"yonder\":{\"errors\":[{\"code\":\"second\","
       "\"summary\":\"An error\"");
    at(&out, "\"host\":null,\"url\":null}],\"warnings\":[],\"notes\":[{\"code\":\"first\"");
    at(&out, "\"www_http\":null,\"www_https\":null}");
    yn_buf_free(&out);
    destroy(&s);
}

static void no_byte_of_a_site_becomes_markup(void **state)
{
    (void)state;
    site s;
    yn_buf out = yn_buf_make(1 << 20, NULL);
    yn_check_change change = {YN_TEXT(HOSTILE), YN_TEXT(HOSTILE), YN_TEXT(HOSTILE),
                              YN_SEVERITY_ERROR};
    yn_check_changes changes = {.worse = &change, .worse_count = 1};
    build(&s);
    s.checked.changes = &changes;
    s.host.name = s.audit.ascii = s.grades[0].grade.verdict = YN_TEXT(HOSTILE);
    s.theirs[0].message = s.issues[0].title = s.issues[0].host = YN_TEXT(HOSTILE);
    s.list.listed = true;
    s.list.matched = s.list.policy = YN_TEXT(HOSTILE);
    s.audit.chains[YN_START_HTTP].end = YN_CHAIN_UNREADABLE; // shows the Location
    yn_check_html_begin(&out, 1);
    yn_check_html(&out, &s.checked, true);
    yn_check_html_end(&out);
    assert_int_equal(out.error, 0);
    assert_false(has(&out, "<script"));
    assert_false(has(&out, "alert('"));
    assert_false(has(&out, "alert(1"));
    assert_false(has(&out, "<good>"));
    at(&out, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;\\xFF");
    for (size_t i = 0; i < out.len; i++)
        assert_true(out.ptr[i] == '\n' || (out.ptr[i] >= ' ' && out.ptr[i] <= '~'));
    yn_buf_free(&out);
    destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_said_as_people_say_them),
        cmocka_unit_test(text_begins_with_the_verdict_and_goes_by_weight),
        cmocka_unit_test(the_lists_own_rules_have_three_members_and_no_more),
        cmocka_unit_test(no_byte_of_a_site_becomes_markup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
