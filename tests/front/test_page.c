// SPDX-License-Identifier: MIT
// The pages, of made-up domains. With a folder as its argument it writes them there, to be looked
// at.
#include "test.h"

#include "base/text.h"
#include "core/idna.h"
#include "front/page.h"
#include "report/html.h"

#define HOSTILE                                                                                    \
    "\x1b[31m\"'></script><script>alert('1')</script><b "                                          \
    "onclick=x>&amp;\xff\xe2\x80\xae\xe2\x80\xac"

enum {
    now = 1795707000, // 2026-11-26
    day = 86400,
    event_count = 8,
};

/* ---- a site ------------------------------------------------------------------------------------
 */

typedef struct site {
    yn_arena arena;
    yonder_field fields[2];
    yn_visit visits[2];
    yn_seen_host hosts[2];
    size_t http[2];
    yn_intake_answer answer;
    yn_intake_status status;
    yn_assessed leaving;
    yn_grade advice;
    yn_page_verdict verdict;
    yn_store_event events[event_count];
    yn_page_story story;
} site;

static void set_issues(site *s)
{
    yn_intake_answer *a = &s->answer;
    const yn_grade *g = &a->assessed.grade;
    a->error_count = 0;
    a->errors = yn_arena_alloc(&s->arena, (g->count + 1) * sizeof *a->errors);
    for (size_t i = 0; i < g->count; i++)
        if (g->issues[i].check->severity == YN_SEVERITY_ERROR)
            a->errors[a->error_count++] =
                (yn_intake_issue){yonder_text_of(g->issues[i].check->code),
                                  yonder_text_of(g->issues[i].check->title), g->issues[i].message};
}

static void grade(site *s)
{
    const yn_grade_options eligible = {.removal = false}, removal = {.removal = true};
    yn_assessed *a = &s->answer.assessed;
    const yn_grader *rules = yn_grader_find(YN_TEXT("chromium"));
    assert_int_equal(rules->grade(&a->audit, &eligible, &s->arena, &a->grade), 0);
    a->passed = a->grade.passed;
    assert_int_equal(rules->grade(&a->audit, &removal, &s->arena, &s->leaving.grade), 0);
    s->leaving.passed = s->leaving.grade.passed;
    assert_int_equal(
        yn_grader_find(YN_TEXT("yonder"))->grade(&a->audit, &eligible, &s->arena, &s->advice), 0);
    set_issues(s);
}

static void tell_story(site *s, const char *name, yonder_text reason, yonder_text issues)
{
    static const yn_life_kind kinds[event_count] = {
        YN_LIFE_WITHDRAWN, YN_LIFE_REMOVAL_REQUESTED, YN_LIFE_SCAN_PASSED, YN_LIFE_SCAN_FAILED,
        YN_LIFE_PUBLISHED, YN_LIFE_SUBMITTED,         YN_LIFE_REJECTION,   YN_LIFE_SUBMITTED};
    for (size_t i = 0; i < event_count; i++)
        s->events[i] = (yn_store_event){
            .id = event_count - (int64_t)i,
            .domain = yonder_text_of(name),
            .what = {.kind = kinds[i], .at = now - (int64_t)i * 9 * day},
            .actor = kinds[i] == YN_LIFE_SUBMITTED ? YN_ACTOR_VISITOR : YN_ACTOR_SCANNER,
            .reason = i % 2 ? reason : (yonder_text){"", 0},
            .issues = i % 2 ? issues : (yonder_text){"", 0},
            .version = kinds[i] == YN_LIFE_PUBLISHED ? 12 : 0};
    s->story = (yn_page_story){.name = yonder_text_of(name),
                               .status = &s->status,
                               .events = s->events,
                               .count = event_count,
                               .older = 1,
                               .arena = &s->arena};
}

// http leads to https, which sends that header.
static void build(site *s, const char *name, const char *header, yonder_text words)
{
    *s = (site){.http = {0, 1}, .arena = yn_arena_make(NULL)};
    yonder_text domain = yonder_text_of(name);
    const char *const schemes[] = {"http", "https"};
    s->fields[0] = (yonder_field){YN_TEXT("Strict-Transport-Security"), yonder_text_of(header)};
    yn_buf url = yn_buf_make(4096, NULL);
    for (size_t i = 0; i < 2; i++) {
        s->visits[i] = (yn_visit){.method = YN_TEXT("GET"),
                                  .response = {.status = i ? 200 : 301, .phrase = words}};
        url.len = 0;
        yn_buf_printf(&url, "%s://%s/", schemes[i], name);
        assert_int_equal(yonder_url_parse(&s->visits[i].url, yn_buf_text(&url), NULL, NULL), 0);
    }
    s->fields[1] = (yonder_field){YN_TEXT("Location"),
                                  yn_arena_text(&s->arena, yonder_url_href(&s->visits[1].url))};
    yn_buf_free(&url);
    s->visits[0].response.fields = &s->fields[1];
    s->visits[1].response.fields = s->fields;
    s->visits[0].response.field_count = 1;
    s->visits[1].response.field_count = *header ? 1 : 0;
    s->visits[1].tls = (yn_tls_facts){.version = YN_TEXT("TLSv1.3"), .complete = true};
    yn_buf www = yn_buf_make(4096, NULL);
    yn_buf_printf(&www, "www.%s", name);
    s->hosts[0] = (yn_seen_host){
        .name = domain, .exists = YN_YES, .https = 1, .port_80 = YN_YES, .port_443 = YN_YES};
    s->hosts[1] = (yn_seen_host){.name = yn_arena_text(&s->arena, yn_buf_text(&www)),
                                 .origin = YN_HOST_WWW,
                                 .exists = YN_NO,
                                 .https = YN_NO_VISIT};
    yn_buf_free(&www);
    yn_audit *audit = &s->answer.assessed.audit;
    *audit = (yn_audit){.domain = domain,
                        .ascii = domain,
                        .registrable = domain,
                        .public_suffix = YN_TEXT("example"),
                        .begun = now,
                        .visits = s->visits,
                        .visit_count = 2,
                        .hosts = s->hosts,
                        .host_count = 2};
    audit->chains[YN_START_HTTP] = (yn_seen_chain){.asked = true, .hops = s->http, .count = 2};
    audit->chains[YN_START_HTTPS] = (yn_seen_chain){.asked = true, .hops = s->http + 1, .count = 1};
    s->answer.checked = true;
    grade(s);
    s->verdict = (yn_page_verdict){.name = domain,
                                   .wish = YN_INTAKE_PRELOADABLE,
                                   .answer = &s->answer,
                                   .status = &s->status,
                                   .advice = &s->advice,
                                   .leaving = &s->leaving};
    tell_story(s, name, words,
               YN_TEXT("{\"errors\":[{\"code\":\"response.no_header\",\"summary\":\"No header\","
                       "\"message\":\"it answers <b>without</b> the header\"}],\"warnings\":[]}"));
}

static void destroy(site *s)
{
    for (size_t i = 0; i < 2; i++)
        yonder_url_free(&s->visits[i].url, NULL);
    yn_arena_free(&s->arena);
}

static void set_state(site *s, yn_life_state state, uint32_t failing)
{
    bool in = state == YN_LIFE_PRELOADED || state == YN_LIFE_PENDING_REMOVAL ||
              state == YN_LIFE_PENDING_AUTOMATED_REMOVAL;
    s->status.life = (yn_life){.state = state,
                               .published = in,
                               .include_subdomains = true,
                               .policy = "bulk-1-year",
                               .submitted = now - 3 * day,
                               .changed = now - 2 * day,
                               .failing = failing,
                               .failing_since = failing ? now - 9 * day : 0,
                               .failing_at = failing ? now - day : 0};
    s->status.bulk = in;
    s->status.preloaded_domain = in ? s->verdict.name : (yonder_text){"", 0};
}

/* ---- pages -------------------------------------------------------------------------------------
 */

static yn_page page_of(yn_buf *out)
{
    yn_page page = {.out = out, .now = now, .newest = {12, now - day / 2, 94600}};
#define SETTING(member, name, initial, least, most, help) page.settings.member = initial;
    YN_DIRECTORY_SETTINGS(SETTING)
#undef SETTING
    return page;
}

static bool has(const yn_buf *out, const char *needle)
{
    return memmem(out->ptr, out->len, needle, strlen(needle)) != NULL;
}

static const char *folder;

// To be looked at, where somebody asked for that.
static void keep(const yn_buf *out, const char *name)
{
    char path[4096];
    if (!folder)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(out->ptr, 1, out->len, file);
    fclose(file);
}

static void show_home(yn_buf *out, yonder_text typed, yonder_text error)
{
    static const size_t counts[YN_LIFE_STATE_COUNT] = {0, 31, 94600, 2, 9, 4, 1};
    const yn_page_field field = {typed, error};
    yn_page page = page_of(out);
    out->len = 0;
    yn_page_home(&page, counts, &field);
    assert_int_equal(out->error, 0);
}

static void show_lists(yn_buf *out, yonder_text origin)
{
    static const yn_store_version versions[] = {{12, now - day / 2, 94600}, {11, now - day, 93535}};
    yn_page_listing listing = {.versions = versions, .count = 2, .kept = 12, .origin = origin};
    yn_page page = page_of(out);
    out->len = 0;
    yn_page_lists(&page, &listing);
    assert_int_equal(out->error, 0);
}

static void show_check(yn_buf *out, site *s)
{
    yn_page page = page_of(out);
    out->len = 0;
    yn_page_check(&page, &s->verdict);
    assert_int_equal(out->error, 0);
}

static void show_domain(yn_buf *out, site *s)
{
    yn_page page = page_of(out);
    out->len = 0;
    yn_page_domain(&page, &s->story);
    assert_int_equal(out->error, 0);
}

/* ---- tests -------------------------------------------------------------------------------------
 */

#define FIT "max-age=63072000; includeSubDomains; preload"

static void the_first_page_has_one_form_and_says_what_is_wrong(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    show_home(&out, YN_TEXT(""), YN_TEXT(""));
    keep(&out, "home.html");
    assert_true(has(&out, "<form class=\"ask\" method=\"get\" action=\"/check\""));
    assert_true(has(&out, "94,600"));
    assert_false(has(&out, "aria-invalid"));
    show_home(&out, YN_TEXT("exa mple"), YN_TEXT("A domain name has no blanks."));
    keep(&out, "typo.html");
    assert_true(has(&out, "aria-invalid=\"true\" autofocus value=\"exa mple\""));
    assert_true(has(&out, "A domain name has no blanks."));
    show_lists(&out, YN_TEXT("https://list.example"));
    keep(&out, "lists.html");
    assert_true(has(&out, "/lists/12/list.json"));
    assert_false(has(&out, "/lists/11/list.json")); // is no more
    assert_true(has(&out, "/lists/11/version.json"));
    yn_buf_free(&out);
}

static void who_may_submit_is_offered_to_and_nobody_else(void **state)
{
    (void)state;
    static const struct {
        const char *name, *header;
        yn_life_state state;
        bool submit, leave_now, leave_later, lines;
    } rows[] = {
        {"fit", FIT, YN_LIFE_UNKNOWN, true, false, false, false},
        {"short", "max-age=300", YN_LIFE_UNKNOWN, false, false, false, true},
        {"bare", "", YN_LIFE_REJECTED, false, false, false, true},
        {"again", FIT, YN_LIFE_REMOVED, true, false, false, false},
        {"pending", FIT, YN_LIFE_PENDING, false, false, true, false},
        {"listed", FIT, YN_LIFE_PRELOADED, false, false, true, false},
        {"leaving", "max-age=63072000", YN_LIFE_PRELOADED, false, true, false, false},
    };
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        site s;
        char name[64];
        build(&s, "shop.example", rows[i].header, YN_TEXT("OK"));
        set_state(&s, rows[i].state, 0);
        show_check(&out, &s);
        snprintf(name, sizeof name, "check-%s.html", rows[i].name);
        keep(&out, name);
        assert_row(rows[i].name, has(&out, "action=\"/submit\"") == rows[i].submit);
        assert_row(rows[i].name, has(&out, "action=\"/remove\"") == rows[i].leave_now);
        assert_row(rows[i].name,
                   has(&out, "without the word <code>preload</code>") == rows[i].leave_later);
        assert_row(rows[i].name, has(&out, "The header that the list asks for") == rows[i].lines);
        assert_row(rows[i].name, has(&out, "The way in"));
        destroy(&s);
    }
    yn_buf_free(&out);
}

static size_t place_of(const yn_buf *out, const char *needle)
{
    const char *at = memmem(out->ptr, out->len, needle, strlen(needle));
    return at ? (size_t)(at - out->ptr) : SIZE_MAX;
}

static void the_header_is_reached_in_steps(void **state)
{
    (void)state;
    static const struct {
        const char *name, *header;
        yn_life_state state;
        const char *next; // the value that the lines have; NULL: there are no steps
    } rows[] = {
        {"none", "", YN_LIFE_UNKNOWN, "\"max-age=300\" always"},
        {"first", "max-age=300", YN_LIFE_UNKNOWN, "\"max-age=604800; includeSubDomains\" always"},
        {"second", "max-age=604800; includeSubDomains", YN_LIFE_UNKNOWN,
         "\"max-age=31536000; includeSubDomains; preload\" always"},
        {"no-preload", "max-age=63072000; includeSubDomains", YN_LIFE_UNKNOWN, NULL},
        {"listed", "max-age=300; preload", YN_LIFE_PRELOADED, NULL},
    };
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        site s;
        char name[64];
        build(&s, "shop.example", rows[i].header, YN_TEXT("OK"));
        set_state(&s, rows[i].state, 0);
        show_check(&out, &s);
        snprintf(name, sizeof name, "steps-%s.html", rows[i].name);
        keep(&out, name);
        char quoted[128] = "";
        for (const char *c = rows[i].next ? rows[i].next : ""; *c; c++)
            strcat(quoted, *c == '"' ? "&quot;" : (char[]){*c, '\0'});
        assert_row(rows[i].name, has(&out, "in three steps") == (rows[i].next != NULL));
        assert_row(rows[i].name, has(&out, quoted));
        assert_row(rows[i].name, !has(&out, "hsts advise") && !has(&out, "yonder lint"));
        destroy(&s);
    }
    yn_buf_free(&out);
}

static void names_that_would_be_lost_are_named(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    site s;
    build(&s, "shop.example", FIT, YN_TEXT("OK"));
    s.hosts[1] = (yn_seen_host){.name = YN_TEXT("old.shop.example"),
                                .origin = YN_HOST_CERTIFICATE,
                                .exists = YN_YES,
                                .port_80 = YN_YES,
                                .port_443 = YN_NO,
                                .https = YN_NO_VISIT};
    show_check(&out, &s);
    keep(&out, "check-bare.html");
    const char *warning =
        "<strong>old.shop.example</strong> has no HTTPS. Once listed it cannot be "
        "reached. Fix it first, or switch the name off.";
    size_t first = place_of(&out, warning);
    assert_true(first < place_of(&out, "The way in"));
    const yn_buf rest = {.ptr = out.ptr + first + 1, .len = out.len - first - 1};
    assert_true(has(&rest, warning));
    assert_true(has(&out, "every name below it, <strong>old.shop.example</strong> included,"));
    assert_true(has(&out, "class=\"verdict notice\">It may be submitted"));
    s.hosts[1].exists = YN_NO; // is no more
    show_check(&out, &s);
    assert_false(has(&out, "has no HTTPS"));
    destroy(&s);
    yn_buf_free(&out);
}

static void what_is_not_known_is_not_held_against_it(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    site s;
    build(&s, "shop.example", FIT, YN_TEXT("OK"));
    s.hosts[0].withheld = true;
    s.hosts[0].exists = YN_NO;
    s.answer.assessed.passed = false;
    show_check(&out, &s);
    keep(&out, "check-private.html");
    assert_true(has(&out, "It could not be told") && has(&out, "(--reach)"));
    assert_true(has(&out, "private address, not asked"));
    assert_false(has(&out, "What to do") || has(&out, "action=\"/submit\""));
    destroy(&s);
    build(&s, "shop.example", FIT, YN_TEXT("OK"));
    s.visits[1].response.error = YN_FETCH_TIMEOUT;
    s.hosts[0].https = 1;
    grade(&s);
    show_check(&out, &s);
    keep(&out, "check-timeout.html");
    assert_true(has(&out, "It could not be told"));
    assert_false(has(&out, "What to do") || has(&out, "1 error"));
    destroy(&s);
    yn_buf_free(&out);
}

static void who_is_barred_gets_no_form(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    site s;
    build(&s, "shop.example", FIT, YN_TEXT("OK"));
    set_state(&s, YN_LIFE_REJECTED, 0);
    s.status.life.barred = true;
    s.status.message = YN_TEXT("It is a <trap>.");
    show_check(&out, &s);
    keep(&out, "check-barred.html");
    assert_true(has(&out, "class=\"verdict bad\">Not taken by the operator"));
    assert_true(has(&out, "The reason: It is a &lt;trap&gt;."));
    assert_false(has(&out, "action=\"/submit\"") || has(&out, "submit it again"));
    set_state(&s, YN_LIFE_PENDING_REMOVAL, 0);
    s.status.life.barred = true;
    s.status.message = YN_TEXT("The operator takes it off: sold.");
    show_domain(&out, &s);
    keep(&out, "domain-taken-off.html");
    assert_true(has(&out, "The operator takes it off: sold."));
    assert_false(has(&out, "Its owner asked for that") || has(&out, "Submit it again"));
    destroy(&s);
    yn_buf_free(&out);
}

static void what_is_typed_is_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *name; // NULL: left alone
    } rows[] = {
        {"https://www.Good.test/shop?x", "www.good.test"},
        {" good.test. ", "good.test"},
        {"//good.test/", "good.test"},
        {"me@good.test", "good.test"},
        {"http://me:word@good.test:8080/#a", "good.test"},
        {"good.test:443", "good.test"},
        {"good.test/https://other.test/", "good.test"},
        {"B\xc3\xbc"
         "cher.test",
         "xn--bcher-kva.test"},
        {"good .test", NULL},
        {"\"><b>", NULL},
        {"", NULL},
        {"https://", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf name = yn_buf_make(4096, NULL);
        bool good = yn_page_typed(yonder_text_of(rows[i].typed), &name);
        assert_row(rows[i].typed, good == (rows[i].name != NULL));
        if (good)
            assert_text(rows[i].typed, yn_buf_text(&name), rows[i].name);
        yn_buf_free(&name);
    }
}

static void who_keeps_the_list_is_named_as_text(void **state)
{
    (void)state;
    static const struct {
        const char *contact, *shown;
    } rows[] = {
        {"admin@shop.example", "<a href=\"mailto:admin@shop.example\">admin@shop.example</a>"},
        {"https://shop.example/help", "<a href=\"https://shop.example/help\">"},
        {"javascript:alert@1", "Contact: javascript:alert@1."},
        {"a\"b@c", "Contact: a&quot;b@c."},
        {"room 7", "Contact: room 7."},
    };
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static const size_t counts[YN_LIFE_STATE_COUNT] = {0};
        static const yn_page_field empty = {0};
        yn_page page = page_of(&out);
        strcpy(page.texts.site_name, "Shop & <Sons>");
        strcpy(page.texts.site_contact, rows[i].contact);
        out.len = 0;
        yn_page_home(&page, counts, &empty);
        assert_row(rows[i].contact, has(&out, rows[i].shown));
        assert_row(rows[i].contact, has(&out, "Shop &amp; &lt;Sons&gt;") && !has(&out, "<Sons>"));
    }
    yn_buf_free(&out);
}

static void what_was_refused_says_why(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    site s;
    build(&s, "shop.example", FIT, YN_TEXT("OK"));
    s.verdict.unconfirmed = true;
    show_check(&out, &s);
    keep(&out, "check-unconfirmed.html");
    assert_true(has(&out, "Not submitted."));
    assert_true(has(&out, "aria-describedby=\"confirm-error\" aria-invalid=\"true\""));
    destroy(&s);
    build(&s, "shop.example", "max-age=300", YN_TEXT("OK"));
    s.verdict.wish = YN_INTAKE_SUBMIT;
    show_check(&out, &s);
    keep(&out, "check-refused.html");
    assert_true(has(&out, "Not submitted."));
    assert_true(has(&out, "What to do"));
    destroy(&s);
    build(&s, "shop.example", FIT, YN_TEXT("OK"));
    yn_intake_issue already = {YN_TEXT("server.remove.already_removed"),
                               YN_TEXT("Domain is already removed"), YN_TEXT("On <that> day.")};
    s.answer = (yn_intake_answer){.warnings = &already, .warning_count = 1};
    s.verdict.wish = YN_INTAKE_REMOVE;
    s.verdict.advice = NULL;
    s.verdict.leaving = NULL;
    set_state(&s, YN_LIFE_REMOVED, 0);
    show_check(&out, &s);
    assert_true(has(&out, "Not taken off."));
    assert_true(has(&out, "Domain is already removed.</strong> On &lt;that&gt; day."));
    destroy(&s);
    yn_buf_free(&out);
}

static void a_domains_page_says_what_happens_next(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        yn_life_state state;
        uint32_t failing;
        const char *says;
    } rows[] = {
        {"unknown", YN_LIFE_UNKNOWN, 0, "Nobody has submitted it."},
        {"pending", YN_LIFE_PENDING, 0, "It enters the list with version 13, expected <time"},
        {"listed", YN_LIFE_PRELOADED, 0, "It is scanned every week"},
        {"failing", YN_LIFE_PRELOADED, 3, "3 scans in a row"},
        {"leaves", YN_LIFE_PENDING_REMOVAL, 0, "It leaves the list with version 13"},
        {"marked", YN_LIFE_PENDING_AUTOMATED_REMOVAL, 6, "It failed for too long"},
        {"rejected", YN_LIFE_REJECTED, 0, "Not taken, <time"},
        {"removed", YN_LIFE_REMOVED, 0, "Off the list since"},
    };
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        site s;
        char name[64];
        build(&s, "xn--bcher-kva.example", FIT, YN_TEXT("The header went away."));
        set_state(&s, rows[i].state, rows[i].failing);
        s.story.done = YN_INTAKE_SUBMIT;
        show_domain(&out, &s);
        snprintf(name, sizeof name, "domain-%s.html", rows[i].name);
        keep(&out, name);
        assert_row(rows[i].name, has(&out, rows[i].says));
        assert_row(rows[i].name, has(&out, "b\xc3\xbc"
                                           "cher.example</bdi> (<code>xn--bcher-kva."));
        assert_row(rows[i].name, has(&out, "&amp;before=1#history"));
        bool went_well = rows[i].state == YN_LIFE_PENDING || rows[i].state == YN_LIFE_PRELOADED;
        assert_row(rows[i].name, has(&out, "class=\"done\"") == went_well);
        destroy(&s);
    }
    yn_buf_free(&out);
}

static void no_date_is_promised_where_versions_come_by_hand(void **state)
{
    (void)state;
    static const yn_life_state states[] = {YN_LIFE_PENDING, YN_LIFE_PENDING_REMOVAL,
                                           YN_LIFE_PENDING_AUTOMATED_REMOVAL};
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    for (size_t i = 0; i < 3 * 2; i++) {
        site s;
        build(&s, "a.example", FIT, YN_TEXT(""));
        set_state(&s, states[i / 2], 0);
        yn_page page = page_of(&out);
        page.by_hand = i % 2 == 0;
        page.settings.publish_interval = i % 2 ? 0 : day;
        out.len = 0;
        yn_page_domain(&page, &s.story);
        assert_int_equal(out.error, 0);
        assert_true(has(&out, "version 13, which comes when the operator makes it"));
        assert_false(has(&out, "expected"));
        destroy(&s);
    }
    yn_buf_free(&out);
}

static void the_next_version_is_expected_when_the_server_makes_it(void **state)
{
    (void)state;
    static const struct {
        int64_t next, wait; // from now on; from the submission on
        const char *says;
        int64_t at; // from now on; 0: no moment is named
    } rows[] = {
        {1000, 0, "version 13, expected <time", 1000}, // not a day after the newest
        {day, 0, "version 13, expected <time", day},
        {-60, 0, "version 13, expected shortly", 0},
        {-now, 0, "version 13, expected <time", day}, // the server has not set it yet
        {1000, 3 * day, "version 13 or a later one, expected <time", 1000 + 3 * day},
    };
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL), moment = yn_buf_make(256, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        site s;
        build(&s, "a.example", FIT, YN_TEXT(""));
        set_state(&s, YN_LIFE_PENDING, 0);
        s.status.life.submitted = now;
        yn_page page = page_of(&out), scratch = {.out = &moment};
        page.next_publish = now + rows[i].next;
        page.settings.publish_wait = rows[i].wait;
        out.len = moment.len = 0;
        yn_page_domain(&page, &s.story);
        yn_page_time(&scratch, now + rows[i].at);
        yn_buf_char(&moment, '\0');
        assert_int_equal(out.error, 0);
        assert_row(rows[i].says, has(&out, rows[i].says));
        const char *next = memmem(out.ptr, out.len, "expected ", 9);
        assert_row(rows[i].says, !rows[i].at || strncmp(next + 9, moment.ptr, moment.len - 1) == 0);
        destroy(&s);
    }
    yn_buf_free(&out);
    yn_buf_free(&moment);
}

static void no_scan_is_promised_where_there_are_none(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    for (unsigned i = 0; i < 4; i++) {
        site s;
        build(&s, "a.example", FIT, YN_TEXT(""));
        set_state(&s, YN_LIFE_PRELOADED, i / 2);
        yn_page page = page_of(&out);
        page.unwatched = i % 2;
        out.len = 0;
        yn_page_domain(&page, &s.story);
        assert_int_equal(out.error, 0);
        assert_true(has(&out, i / 2 ? "so not before" : "scanned every") == !page.unwatched);
        assert_true(has(&out, "the operator has ") == page.unwatched);
        destroy(&s);
    }
    yn_buf_free(&out);
}

/* ---- nothing from elsewhere is markup ----------------------------------------------------------
 */

// Of a page its tags, one after the other: what is left when all text is taken away, and in each
// tag what stands in quotes.
static void tags_of(const yn_buf *page, yn_buf *tags)
{
    bool inside = false;
    char quote = 0;
    tags->len = 0;
    for (size_t i = 0; i < page->len; i++) {
        char c = page->ptr[i];
        if (quote) {
            quote = c == quote ? 0 : quote;
            continue;
        }
        if (c == '<')
            inside = true;
        if (inside)
            yn_buf_char(tags, c);
        if (inside && c == '"')
            quote = c;
        if (c == '>')
            inside = false;
    }
}

static uint64_t seed = 88172645463325252u;

static uint64_t next_random(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    return seed ^= seed << 17;
}

// Bytes, rich in those that mean something.
static yonder_text random_text(yn_arena *arena)
{
    static const char pieces[][12] = {
        "<",      ">",        "\"",    "'",  "&",  "<!--", "-->", "</",
        "script", "onerror=", "]]>",   "\\", "\n", "\r",   "\0",  "\xe2\x80\xae\xe2\x80\xac",
        "\xff",   "\xf0\x9f", "&#60;", "`",  "="};
    char text[64];
    size_t len = 0;
    for (size_t n = next_random() % 12; n && len < 48; n--) {
        const char *piece = pieces[next_random() % (sizeof pieces / sizeof *pieces)];
        size_t size = strlen(piece) ? strlen(piece) : 1;
        memcpy(text + len, piece, size);
        len += size;
    }
    return yn_arena_text(arena, (yonder_text){text, len});
}

static void poison(site *s)
{
    yn_intake_answer *a = &s->answer;
    yonder_text words = random_text(&s->arena);
    s->verdict.name = s->story.name = words;
    s->status.message = random_text(&s->arena);
    s->hosts[1].name = random_text(&s->arena);
    s->visits[0].response.phrase = random_text(&s->arena);
    a->assessed.audit.domain = a->assessed.audit.ascii = random_text(&s->arena);
    a->assessed.grade.verdict = s->advice.verdict = random_text(&s->arena);
    for (size_t i = 0; i < a->assessed.grade.count; i++)
        a->assessed.grade.issues[i].message = a->assessed.grade.issues[i].host =
            random_text(&s->arena);
    for (size_t i = 0; i < s->advice.count; i++)
        s->advice.issues[i].title = s->advice.issues[i].message = random_text(&s->arena);
    for (size_t i = 0; i < a->error_count; i++)
        a->errors[i].summary = a->errors[i].message = random_text(&s->arena);
    for (size_t i = 0; i < event_count; i++) {
        s->events[i].reason = random_text(&s->arena);
        if (s->events[i].issues.len) // not JSON, mostly: shown as it is
            s->events[i].issues = YN_TEXT("{" HOSTILE);
    }
    strcpy(s->status.life.policy, "<b>\"'&");
}

// All that may differ between a page and the same page of other texts is text.
static void no_text_from_elsewhere_is_markup(void **state)
{
    (void)state;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL), tags = yn_buf_make(YN_PAGE_MAX, NULL);
    for (size_t i = 0; i < 2000; i++) {
        site s;
        build(&s, "shop.example", i % 2 ? FIT : "max-age=300", YN_TEXT("OK"));
        set_state(&s, (yn_life_state)(i / 2 % YN_LIFE_STATE_COUNT), i % 3);
        poison(&s);
        s.status.preloaded_domain = i % 5 ? s.verdict.name : random_text(&s.arena);
        void (*const shows[])(yn_buf *, site *) = {show_check, show_domain};
        for (size_t k = 0; k < 4; k++) {
            if (k < 2)
                shows[k](&out, &s);
            else if (k == 2)
                show_home(&out, random_text(&s.arena), random_text(&s.arena));
            else
                show_lists(&out, random_text(&s.arena));
            tags_of(&out, &tags);
            assert_true(has(&out, "</html>"));
            assert_false(has(&tags, "<b"
                                    ">"));
            assert_false(has(&tags, "onerror"));
            assert_false(has(&tags, "<!--"));
            assert_false(has(&tags, "]]"));
            assert_false(has(&tags, "'"));
            assert_false(has(&tags, "`"));
            assert_false(has(&tags, "&"));
            const char *script = memmem(tags.ptr, tags.len, "<script", 7);
            assert_non_null(script); // our own, and no other
            size_t rest = tags.len - (size_t)(script + 7 - tags.ptr);
            assert_null(memmem(script + 7, rest, "<script", 7));
            for (size_t b = 0; b < out.len; b++)
                assert_true(out.ptr[b] == '\n' || (unsigned char)out.ptr[b] >= ' ');
        }
        destroy(&s);
    }
    yn_buf_free(&out);
    yn_buf_free(&tags);
}

static void text_is_shown_and_does_not_steer(void **state)
{
    (void)state;
    static const struct {
        yonder_text in;
        const char *out;
    } rows[] = {
        {YN_TEXT_INIT("b\xc3\xbc"
                      "cher <&>\"'"),
         "b\xc3\xbc"
         "cher &lt;&amp;&gt;&quot;&#39;"},
        {YN_TEXT_INIT("a\0b\x1b[0m\r\n"), "a\\u{0}b\\u{1B}[0m\\u{D}\n"},
        {YN_TEXT_INIT("\xff\xc3"), "\xef\xbf\xbd\xef\xbf\xbd"},
        {YN_TEXT_INIT("\xe2\x80\xae-\xe2\x80\xac\xe2\x80\x8b"), "\\u{202E}-\\u{202C}\\u{200B}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(4096, NULL);
        yn_html_put(&out, rows[i].in);
        assert_text(rows[i].out, yn_buf_text(&out), rows[i].out);
        yn_buf_free(&out);
    }
}

static void issues_are_read_back_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        bool good;
        size_t errors, count;
    } rows[] = {
        {"{\"errors\":[],\"warnings\":[]}", true, 0, 0},
        {"{\"errors\":[{\"code\":\"a\",\"summary\":\"b\",\"message\":\"c\"}],"
         "\"warnings\":[{\"code\":\"d\"},7]}",
         true, 1, 3},
        {"{\"errors\":[]}", false, 0, 0},
        {"{\"errors\":{},\"warnings\":[]}", false, 0, 0},
        {"[]", false, 0, 0},
        {"{", false, 0, 0},
        {"", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_page_issues issues = {0};
        bool good = yn_page_issues_read(yonder_text_of(rows[i].json), &arena, &issues);
        assert_row(rows[i].json, good == rows[i].good);
        assert_row(rows[i].json, issues.errors == rows[i].errors && issues.count == rows[i].count);
        yn_arena_free(&arena);
    }
}

static void who_took_it_off_is_told(void **state)
{
    (void)state;
    assert_string_equal(yn_page_kind_words(YN_LIFE_REMOVAL_REQUESTED, YN_ACTOR_VISITOR),
                        "Its owner asked to leave");
    assert_string_equal(yn_page_kind_words(YN_LIFE_REMOVAL_REQUESTED, YN_ACTOR_OPERATOR),
                        "The operator takes it off");
    for (yn_life_kind kind = 0; kind < YN_LIFE_KIND_COUNT; kind++)
        assert_non_null(yn_page_kind_words(kind, YN_ACTOR_OPERATOR));
}

static void what_pages_load_is_there(void **state)
{
    (void)state;
    yn_buf page = yn_buf_make(YN_PAGE_MAX, NULL), file = yn_buf_make(YN_PAGE_MAX, NULL);
    show_home(&page, YN_TEXT(""), YN_TEXT(""));
    for (const yn_page_file *f = yn_page_files; f->path; f++) {
        file.len = 0;
        for (size_t i = 0; i < 2 && f->parts[i]; i++)
            yn_buf_str(&file, f->parts[i]);
        keep(&file, f->path + 1);
        char named[64];
        snprintf(named, sizeof named, "=\"%s\"", f->path);
        assert_row(f->path, strcmp(f->path, "/robots.txt") == 0 || has(&page, named));
    }
    assert_false(has(&page, " style=") || has(&page, "<style") || has(&page, "javascript:"));
    yn_buf_free(&page);
    yn_buf_free(&file);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_page_has_one_form_and_says_what_is_wrong),
        cmocka_unit_test(who_may_submit_is_offered_to_and_nobody_else),
        cmocka_unit_test(the_header_is_reached_in_steps),
        cmocka_unit_test(names_that_would_be_lost_are_named),
        cmocka_unit_test(what_is_not_known_is_not_held_against_it),
        cmocka_unit_test(who_is_barred_gets_no_form),
        cmocka_unit_test(what_is_typed_is_taken_apart),
        cmocka_unit_test(who_keeps_the_list_is_named_as_text),
        cmocka_unit_test(what_was_refused_says_why),
        cmocka_unit_test(a_domains_page_says_what_happens_next),
        cmocka_unit_test(the_next_version_is_expected_when_the_server_makes_it),
        cmocka_unit_test(no_scan_is_promised_where_there_are_none),
        cmocka_unit_test(no_date_is_promised_where_versions_come_by_hand),
        cmocka_unit_test(no_text_from_elsewhere_is_markup),
        cmocka_unit_test(text_is_shown_and_does_not_steer),
        cmocka_unit_test(who_took_it_off_is_told),
        cmocka_unit_test(what_pages_load_is_there),
        cmocka_unit_test(issues_are_read_back_or_refused),
    };
    folder = argc > 1 ? argv[1] : NULL;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
