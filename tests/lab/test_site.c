// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "lab/answer.h"
#include "lab/site.h"

static const yn_lab_site site = {.domain = "lab.test", .port = 8307, .other_port = 8308};

static const struct {
    const char *host, *target;
    const char *run, *item, *path; // item NULL: no case, and `path` is what follows the run
} routes[] = {
    {"127.0.0.1:8307", "/r1/status-301-get/start", "r1", "status-301-get", "start"},
    {"127.0.0.1:8307", "/r1/status-301-get/start?a=/b", "r1", "status-301-get", "start?a=/b"},
    {"127.0.0.1:8307", "/r1/status-301-get", "r1", "status-301-get", ""},
    {"127.0.0.1:8307", "/r1/status-301-get//end", "r1", "status-301-get", "/end"},
    {"127.0.0.1:8307", "/host:1/r1/location-three-slashes/end", "r1", "location-three-slashes",
     "end"},
    {"127.0.0.1:8307", "/\\r1\\location-backslash\\end", "r1", "location-backslash", "end"},
    {"127.0.0.1:8307", "/%5cr1%5Clocation-backslash%5Cend", "r1", "location-backslash", "end"},
    {"127.0.0.1:8307", "/a%2Fr1%2flocation-path%2Fend", "r1", "location-path", "end"},
    {"127.0.0.1:8307", "/r1/report.json", "r1", NULL, "report.json"},
    {"127.0.0.1:8307", "/r1/", "r1", NULL, ""},
    {"127.0.0.1:8307", "/r1/no-such-case/x", "r1", NULL, "no-such-case/x"},
    {"127.0.0.1:8307", "/r_1/status-301-get/start", "", NULL, ""},
    {"127.0.0.1:8307", "/?/r1/status-301-get/start", "", NULL, ""},
    {"127.0.0.1:8307", "/", "", NULL, ""},
    {"127.0.0.1:8307", "", "", NULL, ""},
    {"hsts-forget.r1.lab.test:8307", "/x?y", "r1", "hsts-forget", "x?y"},
    {"sub.HSTS-forget.r1.lab.test:8307", "/x", "r1", "hsts-forget", "x"},
    {"a.sub.hsts-forget.r1.LAB.test.:8307", "/x", "r1", "hsts-forget", "x"},
    {"hsts-forget.r1.lab.test:8307", "/favicon.ico", "", NULL, ""},
    {"hsts-forget.lab.test:8307", "/x", "x", NULL, ""},
    {"hsts-forget.r1.other.test:8307", "/x/", "x", NULL, ""},
    {"lab.test:8307", "/", "", NULL, ""},
    {".lab.test", "/", "", NULL, ""},
};

static void requests_are_led_to_their_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        const char *row = routes[i].target;
        yn_lab_route route = yn_lab_route_of(&site, yonder_text_of(routes[i].host),
                                             yonder_text_of(routes[i].target));
        if (!routes[i].item && !*routes[i].run && route.found.item)
            fail_msg("%s %s leads to %s", routes[i].host, row, route.found.item->id);
        assert_text(row, route.run, routes[i].run);
        assert_row(row, !routes[i].item == !route.found.item);
        if (route.found.item)
            assert_string_equal(route.found.item->id, routes[i].item);
        assert_text(row, route.found.item ? route.path : route.rest, routes[i].path);
    }
}

static const struct {
    const char *template, *expanded;
} templates[] = {
    {"", ""},
    {"{base}/x", "/Run/hsts-forget/x"},
    {"{run}{case}", "Runhsts-forget"},
    {"{origin}", "https://h.test:8308"},
    {"{host} {hostname} {port}", "h.test:8308 h.test 8308"},
    {"{http} {https}", "http://h.test:8307 https://h.test:8307"},
    {"{http2} {https2}", "http://h.test:8308 https://h.test:8308"},
    {"{port1} {port2}", "8307 8308"},
    {"{name}", "lab.test"},
    {"{fresh}", "hsts-forget.run.lab.test:8307"},
    {"{FRESH}", "HSTS-FORGET.RUN.LAB.TEST:8307"},
    {"{freshname}", "hsts-forget.run.lab.test"},
    {"{n}", "41"},
    {"{x}{ {name", "{x}{ {name"},
};

static void templates_are_filled_in(void **state)
{
    (void)state;
    yn_lab_where where = {.site = &site,
                          .run = YN_TEXT("Run"),
                          .item = yn_lab_case_find(YN_TEXT("hsts-forget")).item,
                          .secure = true,
                          .number = 41};
    yn_lab_take_host(&where, YN_TEXT("h.test:8308"));
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
        yn_buf b = yn_buf_make(1 << 16, NULL);
        yn_lab_expand(&b, templates[i].template, &where);
        assert_text(templates[i].template, yn_buf_text(&b), templates[i].expanded);
        yn_buf_free(&b);
    }
}

static const struct {
    const char *host, *name;
    uint16_t port;
} hosts[] = {
    {"h.test", "h.test", 443},       {"h.test:1", "h.test", 1},  {"[::1]:80", "[::1]", 80},
    {"[::1]", "[::1]", 443},         {"h.test:", "h.test", 443}, {"8080", "8080", 443},
    {"h.test:99999", "h.test", 443},
};

static void hosts_are_taken_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        yn_lab_where where = {.secure = true};
        yn_lab_take_host(&where, yonder_text_of(hosts[i].host));
        assert_text(hosts[i].host, where.hostname, hosts[i].name);
        assert_row(hosts[i].host, where.port == hosts[i].port);
    }
}

static const struct {
    const char *item, *path;
    bool secure;
    int status;
    const char *fields;
} answers[] = {
    {"status-307-put", "start", false, 307,
     "Location: http://h.test:8307/r/status-307-put/end\r\n"},
    {"status-307-put", "end", false, 200, "Cache-Control: no-store\r\n"},
    {"status-307-put", "start?x", false, 200, "Cache-Control: no-store\r\n"},
    {"limit-chain-5", "5", false, 302, "Location: /r/limit-chain-5/4\r\n"},
    {"limit-chain-5", "1", false, 302, "Location: /r/limit-chain-5/0\r\n"},
    {"limit-chain-5", "0", false, 200, "Cache-Control: no-store\r\n"},
    {"location-empty", "dir/start", false, 302, "Location:\r\n"},
    {"location-two", "dir/start", false, 302, "Location: one\r\nLocation: two\r\n"},
    {"hsts-form-plain", "note", true, 200, "Strict-Transport-Security: max-age=3600\r\n"},
    {"hsts-form-plain", "note", false, 200, "Cache-Control: no-store\r\n"},
};

static void answers_come_from_the_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        yn_lab_where where = {.site = &site,
                              .run = YN_TEXT("r"),
                              .item = yn_lab_case_find(yonder_text_of(answers[i].item)).item,
                              .secure = answers[i].secure};
        yn_lab_take_host(&where, YN_TEXT("h.test:8307"));
        yn_buf b = yn_buf_make(1 << 16, NULL);
        assert_row(answers[i].item,
                   yn_lab_answer(&b, &where, yonder_text_of(answers[i].path)) == answers[i].status);
        assert_text(answers[i].item, yn_buf_text(&b), answers[i].fields);
        yn_buf_free(&b);
    }
}

static void names_ask_for_bad_certificates(void **state)
{
    (void)state;
    assert_int_equal(yn_lab_flaw_of(YN_TEXT("expired.a.lab.test")), YN_LAB_EXPIRED);
    assert_int_equal(yn_lab_flaw_of(YN_TEXT("MISNAMED.a.lab.test")), YN_LAB_MISNAMED);
    assert_int_equal(yn_lab_flaw_of(YN_TEXT("untrusted")), YN_LAB_UNTRUSTED);
    assert_int_equal(yn_lab_flaw_of(YN_TEXT("a.expired.lab.test")), YN_LAB_SOUND);
    assert_int_equal(yn_lab_flaw_of(YN_TEXT("")), YN_LAB_SOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_led_to_their_case),
        cmocka_unit_test(templates_are_filled_in),
        cmocka_unit_test(hosts_are_taken_apart),
        cmocka_unit_test(answers_come_from_the_tables),
        cmocka_unit_test(names_ask_for_bad_certificates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
