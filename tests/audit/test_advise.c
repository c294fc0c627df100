// SPDX-License-Identifier: MIT
// Where a domain stands, and which step is next.
#include "test.h"

#include "audit/advise.h"
#include "audit/policy.h"
#include "base/text.h"

// A site as far as advice goes by it. NULL for a header that is not there.
typedef struct site {
    const char *header;
    yn_fetch_error https, http;
    yn_distrust distrust;
    const char *leads_to; // where http does; NULL: nowhere
    const char *shop;     // shop.a.test: "works", "fails", "silent", "gone"
    bool listed;
} site;

typedef struct built {
    yn_audit audit;
    yn_arena arena;
    yonder_field field;
    yn_visit visits[4];
    yn_seen_host hosts[2];
    yn_seen_list list;
    size_t http[2], https[1];
} built;

static void put_visit(built *b, size_t i, const char *url, yn_fetch_error error)
{
    b->visits[i] = (yn_visit){.method = YN_TEXT("GET"),
                              .response = {.error = error, .status = error ? 0 : 200}};
    assert_int_equal(yonder_url_parse(&b->visits[i].url, yonder_text_of(url), NULL, NULL), 0);
}

static void put_shop(built *b, const char *shop)
{
    yn_fetch_error error = strcmp(shop, "fails") == 0    ? YN_FETCH_REFUSED
                           : strcmp(shop, "silent") == 0 ? YN_FETCH_TIMEOUT
                                                         : YN_FETCH_OK;
    put_visit(b, 3, "https://shop.a.test/", error);
    b->audit.visit_count = 4;
    b->hosts[1] = (yn_seen_host){.name = YN_TEXT("shop.a.test"),
                                 .origin = YN_HOST_GIVEN,
                                 .exists = strcmp(shop, "gone") == 0 ? YN_NO : YN_YES,
                                 .https = 3};
    b->audit.host_count = 2;
}

static void build(built *b, const site *s)
{
    *b = (built){.http = {0, 2}, .https = {1}};
    b->arena = yn_arena_make(NULL);
    b->audit = (yn_audit){.domain = YN_TEXT("A.test"),
                          .ascii = YN_TEXT("a.test"),
                          .visits = b->visits,
                          .visit_count = 3,
                          .hosts = b->hosts,
                          .host_count = 1,
                          .lists = &b->list,
                          .list_count = s->listed};
    b->list = (yn_seen_list){.list = YN_TEXT("chromium"), .listed = true};
    put_visit(b, 0, "http://a.test/", s->http);
    put_visit(b, 1, "https://a.test/", s->https);
    put_visit(b, 2, s->leads_to ? s->leads_to : "http://a.test/x", YN_FETCH_OK);
    b->visits[1].tls.distrust = s->distrust;
    b->field = (yonder_field){YN_TEXT("strict-transport-security"), yonder_text_of(s->header)};
    b->visits[1].response.fields = &b->field;
    b->visits[1].response.field_count = s->header != NULL;
    b->hosts[0] = (yn_seen_host){.name = YN_TEXT("a.test"), .exists = YN_YES, .https = 1};
    b->audit.chains[YN_START_HTTP] =
        (yn_seen_chain){.asked = true, .hops = b->http, .count = s->leads_to ? 2 : 1};
    b->audit.chains[YN_START_HTTPS] = (yn_seen_chain){.asked = true, .hops = b->https, .count = 1};
    if (s->shop)
        put_shop(b, s->shop);
}

static void destroy(built *b)
{
    for (size_t i = 0; i < 4; i++)
        yonder_url_free(&b->visits[i].url, NULL);
    yn_arena_free(&b->arena);
}

// "raise max-age=604800 after 86400 | …", "prepare no_redirect".
static void tell(yn_buf *out, const yn_advice *a)
{
    for (size_t i = 0; i < a->step_count; i++) {
        const yn_ramp_step *s = &a->steps[i];
        yn_buf_printf(out, "%s%s", i ? " | " : "", yn_step_code(s->step));
        if (!yn_step_has_header(s->step))
            continue;
        yn_buf_char(out, ' ');
        yn_policy_write(out, &s->policy);
    }
    for (size_t i = 0; i < a->obstacle_count; i++)
        yn_buf_printf(out, " %s %.*s", yn_obstacle_code_name(a->obstacles[i].code),
                      YN_PRINT(a->obstacles[i].host));
    for (size_t i = 0; i < a->subdomain_count; i++)
        yn_buf_printf(out, " %s %.*s", yn_obstacle_code_name(a->subdomains[i].code),
                      YN_PRINT(a->subdomains[i].host));
}

typedef struct row {
    site site;
    yn_advise_options wants;
    const char *told;
} row;

static void check_rows(const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        built b;
        yn_advice advice;
        yn_buf out = yn_buf_make(4096, NULL);
        build(&b, &rows[i].site);
        assert_int_equal(yn_advise(&b.audit, &rows[i].wants, &b.arena, &advice), YONDER_OK);
        assert_true(advice.step_count >= 1 && advice.step_count <= YN_ADVICE_STEPS);
        tell(&out, &advice);
        assert_text(rows[i].told, yn_buf_text(&out), rows[i].told);
        yn_buf_free(&out);
        destroy(&b);
    }
}

#define CHECK(rows) check_rows(rows, sizeof rows / sizeof *rows)
#define GOOD        .leads_to = "https://a.test/"

static void the_ramp_goes_from_minutes_to_years_and_begins_again_for_subdomains(void **state)
{
    (void)state;
    static const row rows[] = {
        {{GOOD},
         {.subdomains = true},
         "begin max-age=300 | raise max-age=604800 | raise max-age=2592000 | raise "
         "max-age=31536000 | "
         "subdomains max-age=604800; includeSubDomains | raise max-age=2592000; includeSubDomains "
         "| "
         "raise max-age=31536000; includeSubDomains | raise max-age=63072000; includeSubDomains"},
        {{GOOD},
         {.subdomains = false},
         "begin max-age=300 | raise max-age=604800 | raise max-age=2592000 | raise "
         "max-age=31536000 | "
         "raise max-age=63072000"},
        {{GOOD, .header = "max-age=2592000"},
         {.subdomains = true, .preload = true},
         "raise max-age=31536000 | subdomains max-age=604800; includeSubDomains | raise "
         "max-age=2592000; includeSubDomains | raise max-age=31536000; includeSubDomains | raise "
         "max-age=63072000; includeSubDomains | preload max-age=63072000; includeSubDomains; "
         "preload"},
        {{GOOD, .header = "max-age=63072000"},
         {.subdomains = true},
         "subdomains max-age=604800; includeSubDomains | raise max-age=2592000; includeSubDomains "
         "| "
         "raise max-age=31536000; includeSubDomains | raise max-age=63072000; includeSubDomains"},
        {{GOOD, .header = "max-age=31536001; includeSubDomains"},
         {.subdomains = true},
         "raise max-age=63072000; includeSubDomains"},
        {{GOOD, .header = "max-age=63072000; includeSubDomains"}, {.subdomains = true}, "stay"},
        {{GOOD, .header = "max-age=99999999; includeSubDomains"}, {.subdomains = false}, "stay"},
        {{GOOD, .header = "max-age=0"},
         {.subdomains = false},
         "mend max-age=300 | raise max-age=604800 | raise max-age=2592000 | raise "
         "max-age=31536000 | "
         "raise max-age=63072000"},
        {{GOOD, .header = "max-age=a year"},
         {.subdomains = false},
         "mend max-age=300 | raise max-age=604800 | raise max-age=2592000 | raise "
         "max-age=31536000 | "
         "raise max-age=63072000"},
    };
    CHECK(rows);
}

static void preload_is_only_for_whom_wants_it(void **state)
{
    (void)state;
    static const char whole[] = "max-age=63072000; includeSubDomains; preload";
    static const row rows[] = {
        {{GOOD, .header = whole},
         {.subdomains = true},
         "unpreload max-age=63072000; includeSubDomains"},
        {{GOOD, .header = whole},
         {.subdomains = true, .preload = true},
         "preload max-age=63072000; includeSubDomains; preload"},
        {{GOOD, .header = whole, .listed = true}, {.subdomains = true}, "stay"},
        {{GOOD, .header = "max-age=31536000; includeSubDomains; preload", .listed = true},
         {.subdomains = true},
         "raise max-age=63072000; includeSubDomains; preload"},
    };
    CHECK(rows);
}

static void subdomains_without_https_are_not_locked_out(void **state)
{
    (void)state;
    static const row rows[] = {
        {{GOOD, .header = "max-age=31536000", .shop = "fails"},
         {.subdomains = true, .preload = true},
         "raise max-age=63072000 subdomain_without_https shop.a.test"},
        {{GOOD, .header = "max-age=31536000", .shop = "silent"},
         {.subdomains = true},
         "raise max-age=63072000 subdomain_not_known shop.a.test"},
        {{GOOD, .header = "max-age=63072000; includeSubDomains", .shop = "fails"},
         {.subdomains = true},
         "back max-age=63072000 subdomain_without_https shop.a.test"},
        {{GOOD, .header = "max-age=63072000; includeSubDomains", .shop = "works"},
         {.subdomains = true},
         "stay"},
        {{GOOD, .header = "max-age=63072000; includeSubDomains", .shop = "gone"},
         {.subdomains = true},
         "stay"},
        {{.header = "max-age=300; includeSubDomains", .shop = "fails"}, // before all else
         {.subdomains = true},
         "back max-age=300 no_redirect a.test subdomain_without_https shop.a.test"},
    };
    CHECK(rows);
}

static void what_is_in_the_way_comes_first_and_silence_is_no_fault(void **state)
{
    (void)state;
    static const row rows[] = {
        {{.leads_to = NULL}, {.subdomains = true}, "prepare no_redirect a.test"},
        {{.leads_to = "https://www.a.test/"}, {0}, "prepare no_redirect a.test"},
        {{.http = YN_FETCH_REFUSED, .header = "max-age=63072000"}, {0}, "stay"},
        {{GOOD, .https = YN_FETCH_REFUSED}, {0}, "prepare no_https a.test"},
        {{GOOD, .distrust = YN_DISTRUST_EXPIRED, .header = "max-age=300"},
         {0},
         "prepare bad_certificate a.test"},
        {{GOOD, .https = YN_FETCH_TIMEOUT}, {0}, "unknown not_known a.test"},
    };
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ramp_goes_from_minutes_to_years_and_begins_again_for_subdomains),
        cmocka_unit_test(preload_is_only_for_whom_wants_it),
        cmocka_unit_test(subdomains_without_https_are_not_locked_out),
        cmocka_unit_test(what_is_in_the_way_comes_first_and_silence_is_no_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
