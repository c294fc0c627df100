// SPDX-License-Identifier: MIT
// Fixed chains, and what they look like.
#include "test.h"

#include "base/text.h"
#include "report/findings.h"
#include "report/json.h"
#include "report/terminal.h"
#include "report/verdict.h"

// One answer of the scripted network.
typedef struct answer {
    int status;
    const char *phrase, *location, *detail;
    yn_fetch_error error;
    bool sets_cookie;
    const char *other, *third; // Locations
    bool tls, incomplete;
} answer;

static const yn_timing timing = {{true, 0.25}, {true, 20.04}, {false, 0}, {true, 300.5}, 330};

static int scripted(void *context, const yn_fetch_request *request, yn_arena *arena,
                    yn_evidence *out)
{
    (void)request;
    const answer *a = (*(const answer **)context)++;
    *out = (yn_evidence){.error = a->error,
                         .status = a->status,
                         .phrase = yonder_text_of(a->phrase),
                         .detail = yonder_text_of(a->detail),
                         .timing = timing};
    out->timing.tls.took_place = a->tls; // and took no time to speak of
    out->incomplete = a->incomplete;
    out->fields = yn_arena_alloc(arena, 4 * sizeof *out->fields);
    if (a->error)
        return YONDER_OK;
    out->version = YN_TEXT("1.1");
    out->remote = YN_TEXT("192.0.2.1:80");
    const char *const locations[] = {a->location, a->other, a->third};
    for (int i = 0; i < 3; i++)
        if (locations[i])
            out->fields[out->field_count++] =
                (yonder_field){YN_TEXT("Location"), yonder_text_of(locations[i])};
    if (a->sets_cookie)
        out->fields[out->field_count++] = (yonder_field){YN_TEXT("Set-Cookie"), YN_TEXT("k=\xFF")};
    return YONDER_OK;
}

static void follow(yn_chain *chain, yonder_url *url, const char *text, const char *method,
                   const char *body, const answer *answers)
{
    assert_int_equal(yonder_url_parse(url, yonder_text_of(text), NULL, NULL), YONDER_OK);
    const yn_plan plan = {
        .client = yonder_client_find(YN_TEXT("chrome")),
        .url = url,
        .method = yonder_text_of(method),
        .has_body = body != NULL,
        .body = yonder_text_of(body),
        .max_redirects = 3,
    };
    assert_int_equal(yn_chain_follow(chain, &plan, scripted, &answers, NULL), YONDER_OK);
}

// ---- the verdict --------------------------------------------------------------------------------

static void the_verdict_names_what_came_of_the_chain(void **state)
{
    (void)state;
    static const struct {
        answer answers[5];
        const char *verdict;
    } rows[] = {
        {{{200, "OK"}}, "Final: 200 OK at http://a.test/"},
        {{{302, "", "/b"}, {404, "Nope"}}, "Final: 404 Not Found at http://a.test/b"},
        {{{299, "Fine \x1B[31m\\so"}}, "Final: 299 Fine \\x1B[31m\\x5Cso at http://a.test/"},
        {{{599, ""}}, "Final: 599 at http://a.test/"},
        {{{302, "Found"}}, "Final: 302 Found at http://a.test/; there is no Location to follow"},
        {{{302, "", "/b"}, {302, "", "/"}}, "Loop: hop 3 would be hop 1 again, GET http://a.test/"},
        {{{302, "", "/", NULL, 0, true}},
         "Loop: hop 2 would be hop 1 again, GET http://a.test/; a cookie is set on the way and was "
         "not sent back, a client that keeps cookies may get out"},
        {{{302, "", "/1"}, {302, "", "/2"}, {302, "", "/3"}, {302, "", "/4"}},
         "Too many hops: the limit of 3 redirects is reached, next would be http://a.test/4"},
        {{{302, "", "http://[\x1B"}},
         "Invalid Location at http://a.test/: the Location is not a valid URL "
         "(\"http://[\\x1B\")"},
        {{{302, "", "mailto:me@a.test"}},
         "Refused redirect at http://a.test/: the Location leads out of HTTP "
         "(\"mailto:me@a.test\")"},
        {{{302, "", "/a", .other = "/b\x1B"}},
         "Refused redirect at http://a.test/: there are several different Locations "
         "(\"/a\" and \"/b\\x1B\")"},
        {{{302, "", "/a", .other = "/a", .third = "/c"}},
         "Refused redirect at http://a.test/: there are several different Locations "
         "(\"/a\" and \"/c\")"},
        {{{302, "", "/a", .other = "/b", .third = "/c"}},
         "Refused redirect at http://a.test/: there are several different Locations "
         "(\"/a\", \"/b\" and 1 more)"},
        {{{.error = YN_FETCH_REFUSED}},
         "Refused connection at http://a.test/: nobody listens there"},
        {{{.error = YN_FETCH_DNS}},
         "DNS failure at http://a.test/: the host name cannot be resolved"},
        {{{302, "", "https://b.test/"},
          {.error = YN_FETCH_TLS_CERTIFICATE, .detail = "self-signed\n"}},
         "TLS failure at https://b.test/: the certificate is not valid (self-signed\\x0A)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_chain chain;
        yonder_url url;
        yn_buf out = yn_buf_make(4096, NULL);
        follow(&chain, &url, "http://a.test/", "GET", NULL, rows[i].answers);
        yn_verdict_write(&out, &chain);
        assert_text(rows[i].verdict, yn_buf_text(&out), rows[i].verdict);
        yn_buf_free(&out);
        yn_chain_free(&chain);
        yonder_url_free(&url, NULL);
    }
}

// ---- the table ----------------------------------------------------------------------------------

static const answer form[] = {
    {302, "", "/form/sent?id=1"}, {301, "", "https://b.test/form/sent?id=1"}, {200, "OK"}};

// What findings.c adds has tests of its own, and is taken out here.
static void cut_findings(yn_buf *out, const yn_chain *chain, const yn_style *style)
{
    yn_buf findings = yn_buf_make(65536, NULL);
    yn_findings_text(&findings, chain, style);
    if (findings.len) {
        char *at = memmem(out->ptr, out->len, findings.ptr, findings.len);
        assert_non_null(at);
        memmove(at, at + findings.len, out->len - findings.len - (size_t)(at - out->ptr));
        out->len -= findings.len;
    }
    yn_buf_free(&findings);
}

static void check_table(const answer *answers, yn_style style, const char *expected)
{
    yn_chain chain;
    yonder_url url;
    yn_buf out = yn_buf_make(65536, NULL);
    follow(&chain, &url, "http://a.test/form", "POST", "k=v", answers);
    yn_report_terminal(&out, &chain, 1, &style);
    assert_int_equal(out.error, YONDER_OK);
    cut_findings(&out, &chain, &style);
    assert_text("table", yn_buf_text(&out), expected);
    yn_buf_free(&out);
    yn_chain_free(&chain);
    yonder_url_free(&url, NULL);
}

#define FOUND "302 for now, POST may become GET"

static void a_table_has_a_row_a_hop_and_the_verdict_last(void **state)
{
    (void)state;
    check_table(form, (yn_style){false, 0},
                "#  status                            method       dns   tcp  wait  total ms  URL\n"
                "1  " FOUND "  POST        0.25  20.0   300       330  http://a.test/form\n"
                "2  301 moved for good                POST → GET  0.25  20.0   300       330  "
                "http://a.test/form/sent?id=1\n"
                "3  200 OK                            GET         0.25  20.0   300       330  "
                "https://b.test/form/sent?id=1\n"
                "Final: 200 OK at https://b.test/form/sent?id=1 (3 hops, 990.0 ms, as chrome)\n");
}

static void on_a_narrow_terminal_a_url_has_a_line_of_its_own(void **state)
{
    (void)state;
    check_table(form, (yn_style){false, 100},
                "#  status                            method       dns   tcp  wait  total ms\n"
                "1  " FOUND "  POST        0.25  20.0   300       330\n"
                "    http://a.test/form\n"
                "2  301 moved for good                POST → GET  0.25  20.0   300       330\n"
                "    http://a.test/form/sent?id=1\n"
                "3  200 OK                            GET         0.25  20.0   300       330\n"
                "    https://b.test/form/sent?id=1\n"
                "Final: 200 OK at https://b.test/form/sent?id=1 (3 hops, 990.0 ms, as chrome)\n");
}

// All phases, the longest phrases, a method that changes.
static const answer wide[] = {
    {302, "", "https://b.test/form/sent?id=1", .tls = true},
    {307, "", "https://b.test/moved", .tls = true},
    {431, "", .tls = true},
};

static void at_80_columns_only_a_url_and_the_verdict_may_be_wider(void **state)
{
    (void)state;
    check_table(wide, (yn_style){false, 80},
                "#  status  method       dns   tcp   tls  wait  total ms\n"
                "1  302     POST        0.25  20.0  0.00   300       330\n"
                "    http://a.test/form\n"
                "2  307     POST → GET  0.25  20.0  0.00   300       330\n"
                "    https://b.test/form/sent?id=1\n"
                "3  431     GET         0.25  20.0  0.00   300       330\n"
                "    https://b.test/moved\n"
                "Final: 431 Request Header Fields Too Large at https://b.test/moved "
                "(3 hops, 990.0 ms, as chrome)\n");
    const answer usual[] = {wide[0], wide[1], {404, "", .tls = true}};
    check_table(usual, (yn_style){false, 80},
                "#  status                  method       dns   tcp   tls  wait  total ms\n"
                "1  302 Found               POST        0.25  20.0  0.00   300       330\n"
                "    http://a.test/form\n"
                "2  307 Temporary Redirect  POST → GET  0.25  20.0  0.00   300       330\n"
                "    https://b.test/form/sent?id=1\n"
                "3  404 Not Found           GET         0.25  20.0  0.00   300       330\n"
                "    https://b.test/moved\n"
                "Final: 404 Not Found at https://b.test/moved (3 hops, 990.0 ms, as chrome)\n");
}

static void no_row_is_wider_than_the_terminal(void **state)
{
    (void)state;
    static const answer *const chains[] = {form, wide};
    for (unsigned width = 40; width <= 160; width++)
        for (size_t i = 0; i < 2; i++) {
            yn_chain chain;
            yonder_url url;
            yn_buf out = yn_buf_make(65536, NULL);
            const yn_style style = {false, width};
            follow(&chain, &url, "http://a.test/form", "POST", "k=v", chains[i]);
            yn_report_terminal(&out, &chain, 1, &style);
            assert_int_equal(out.error, YONDER_OK);
            for (yonder_text rest = yn_buf_text(&out); rest.len;) {
                yonder_text line = yn_slice(rest, 0, yn_find_char(rest, '\n'));
                rest = yn_skip(rest, line.len + 1);
                if (rest.len && !yn_starts_with(line, YN_TEXT("    http")))
                    assert_in_range(yn_columns(line), 1, width);
            }
            yn_buf_free(&out);
            yn_chain_free(&chain);
            yonder_url_free(&url, NULL);
        }
}

static void a_phase_that_did_not_take_place_is_a_dash_and_a_short_one_a_number(void **state)
{
    (void)state;
    static const answer answers[] = {{303, "", "/b"}, {200, "", .tls = true}};
    check_table(answers, (yn_style){false, 0},
                "#  status                            method       dns   tcp   tls  wait  total ms"
                "  URL\n"
                "1  303 the answer is elsewhere, GET  POST        0.25  20.0     -   300       330"
                "  http://a.test/form\n"
                "2  200 OK                            POST → GET  0.25  20.0  0.00   300       330"
                "  http://a.test/b\n"
                "Final: 200 OK at http://a.test/b (2 hops, 660.0 ms, as chrome)\n");
}

static void a_body_cut_short_is_noted_above_the_verdict(void **state)
{
    (void)state;
    static const answer answers[] = {{307, "", "/b", .incomplete = true},
                                     {200, "", .incomplete = true}};
    check_table(answers, (yn_style){false, 80},
                "#  status                    method   dns   tcp  wait  total ms\n"
                "1  307 for now, method kept  POST    0.25  20.0   300       330\n"
                "    http://a.test/form\n"
                "2  200 OK                    POST    0.25  20.0   300       330\n"
                "    http://a.test/b\n"
                "Note: the body of hop 1 was cut short\n"
                "Note: the body of hop 2 was cut short\n"
                "Final: 200 OK at http://a.test/b (2 hops, 660.0 ms, as chrome)\n");
}

// clang-format off
#define BOLD(text) "\033[1m" text "\033[0m"
#define DIM(text)  "\033[2m" text "\033[0m"
#define PHASES     DIM("0.25") "  " DIM("20.0") "   " DIM("300") "       330  "

static const char coloured[] =
    DIM("#") "  " DIM("status") "                            " DIM("method") "       "
    DIM("dns") "   " DIM("tcp") "  " DIM("wait") "  " DIM("total ms") "  " DIM("URL") "\n"
    "1  \033[33m" FOUND "\033[0m  POST        " PHASES "http://a.test/form\n"
    "2  \033[33m301 moved for good\033[0m                " BOLD("POST → GET") "  " PHASES
    DIM("http://a.test") BOLD("/form/sent?id=1") "\n"
    "3  \033[32m200 OK\033[0m                            GET         " PHASES
    BOLD("https:") DIM("//") BOLD("b.test") DIM("/form/sent?id=1") "\n"
    "\033[32mFinal: 200 OK at https://b.test/form/sent?id=1\033[0m (3 hops, 990.0 ms, as chrome)\n";
// clang-format on

static void with_colour_only_what_changed_stands_out(void **state)
{
    (void)state;
    check_table(form, (yn_style){true, 0}, coloured);
}

static void a_failed_hop_is_a_row(void **state)
{
    (void)state;
    static const answer refused[] = {{.error = YN_FETCH_REFUSED}};
    check_table(refused, (yn_style){false, 0},
                "#  status              method   dns   tcp  wait  total ms  URL\n"
                "1  Refused connection  POST    0.25  20.0   300       330  http://a.test/form\n"
                "Refused connection at http://a.test/form: nobody listens there "
                "(1 hop, 330.0 ms, as chrome)\n");
}

static void untrusted_bytes_are_escaped(void **state)
{
    (void)state;
    static const answer answers[] = {{399, "\x1B]0;x\x07", "/b"}};
    check_table(answers, (yn_style){false, 0},
                "#  status            method   dns   tcp  wait  total ms  URL\n"
                "1  399 \\x1B]0;x\\x07  POST    0.25  20.0   300       330  http://a.test/form\n"
                "Final: 399 \\x1B]0;x\\x07 at http://a.test/form; "
                "this client does not follow the status (1 hop, 330.0 ms, as chrome)\n");
}

// ---- JSON ---------------------------------------------------------------------------------------

// Takes out what is there for the reader only.
static void compact(yn_buf *b)
{
    size_t to = 0;
    bool quoted = false;
    for (size_t i = 0; i < b->len; i++) {
        quoted ^= b->ptr[i] == '"';
        if (quoted || (b->ptr[i] != ' ' && b->ptr[i] != '\n'))
            b->ptr[to++] = b->ptr[i];
    }
    b->len = to;
}

static void check_json(const char *method, const char *body, const answer *answers,
                       const char *expected)
{
    yn_chain chain;
    yonder_url url;
    yn_buf out = yn_buf_make(65536, NULL);
    follow(&chain, &url, "http://a.test/", method, body, answers);
    yn_report_json(&out, &chain, 1);
    assert_int_equal(out.error, YONDER_OK);
    compact(&out);
    assert_text("json", yn_buf_text(&out), expected);
    yn_buf_free(&out);
    yn_chain_free(&chain);
    yonder_url_free(&url, NULL);
}

#define TIMES                                                                                      \
    "\"certificate_error\":null,\"timing_ms\":{\"dns\":0.250,\"connect\":20.040,\"tls\":0.000,"    \
    "\"first_byte\":300.500,"                                                                      \
    "\"total\":330.000}"
#define AND(cacheable)                                                                             \
    ",\"cause\":null,\"hsts\":null,\"cacheable\":" cacheable                                       \
    ",\"fresh_for\":null,\"stored\":null,\"refresh\":null}"
#define THERE(cacheable) ",\"remote\":\"192.0.2.1:80\",\"http_version\":\"1.1\"" AND(cacheable)

#define FINDING(code, severity, message)                                                           \
    "{\"code\":\"" code "\",\"severity\":\"" severity "\",\"hops\":[1],\"message\":\"" message "\"}"
#define OPEN                                                                                       \
    FINDING("clear_text", "warning",                                                               \
            "hop 1 goes out in clear text, where anyone on the way can read and answer it; "       \
            "nothing leads to https")
#define NOTHING_KEPT(reason, hop)                                                                  \
    "],\"canonical\":{\"url\":null,\"strength\":null,\"reason\":\"" reason "\",\"hop\":" hop       \
    ",\"caveat\":null}"
#define LOST                                                                                       \
    "\"findings\":[" FINDING("method_lost", "warning",                                             \
                             "hop 1 turns POST into GET with its 302, and the body is lost: 307 "  \
                             "would keep both, 303 would say that it is meant") "," OPEN           \
        NOTHING_KEPT("not known, for they ask with GET", "2")
#define FOR_GOOD                                                                                   \
    FINDING(                                                                                       \
        "kept_without_end", "note",                                                                \
        "hop 1 (301) names no end that counts, so this client keeps it and does not ask again "    \
        "until it is cleared or evicted; Cache-Control: max-age=86400 would set one")
#define CIRCLE                                                                                     \
    "\"findings\":[" FINDING(                                                                      \
        "loop", "error",                                                                           \
        "hop 1 (301) leads to itself; it has to answer with a page") "," OPEN "," FOR_GOOD         \
        NOTHING_KEPT("nothing is kept, for the redirects go in a circle", "1")

static void json_has_every_key_for_every_hop(void **state)
{
    (void)state;
    static const answer answers[] = {{302, "Gone \xFF", "b c#f", NULL, 0, true},
                                     {.error = YN_FETCH_TIMEOUT, .detail = "30 s"}};
    check_json(
        "POST", "k=v", answers,
        "{\"schema\":1,\"client\":\"chrome\",\"request\":{\"method\":\"POST\",\"url\":"
        "\"http://a.test/\"},\"hops\":[{\"n\":1,\"url\":\"http://a.test/\",\"method\":\"POST\","
        "\"status\":302,\"phrase\":\"Gone "
        "\xEF\xBF\xBD\",\"kind\":\"network\",\"reason\":\"method_changed\",\"location\":\"b c#f\","
        "\"location_resolved\":\"http://a.test/b%20c#f\",\"method_changed\":false,"
        "\"body_sent\":true,\"headers\":[[\"Location\",\"b c#f\"],"
        "[\"Set-Cookie\",\"k=\xEF\xBF\xBD\"]],\"incomplete\":false," TIMES THERE(
            "false") ",{\"n\":2,\"url\":\"http://a.test/"
                     "b%20c#f\",\"method\":\"GET\",\"status\":null,"
                     "\"phrase\":null,\"kind\":\"network\",\"reason\":null,\"location\":null,"
                     "\"location_resolved\":"
                     "null,"
                     "\"method_changed\":true,\"body_sent\":false,\"headers\":[],"
                     "\"incomplete\":false," TIMES ",\"remote\":null,\"http_version\":null" AND(
                         "false") "],\"result\":{\"outcome\":\"error\",\"url\":"
                                  "\"http://a.test/"
                                  "b%20c#f\",\"status\":null,\"error\":\"timeout\",\"message\":"
                                  "\"Time-out at http://a.test/b%20c#f: no answer in time (30 "
                                  "s)\",\"loop_to\":null,"
                                  "\"hops\":2,\"requests\":2,\"total_ms\":660.000}," LOST "}");
}

static void json_says_where_a_loop_closes(void **state)
{
    (void)state;
    static const answer answers[] = {{301, "", "/", .incomplete = true}};
    check_json(
        "GET", NULL, answers,
        "{\"schema\":1,\"client\":\"chrome\",\"request\":{\"method\":\"GET\",\"url\":"
        "\"http://a.test/\"},\"hops\":[{\"n\":1,\"url\":\"http://a.test/\",\"method\":"
        "\"GET\",\"status\":301,\"phrase\":null,\"kind\":\"network\",\"reason\":\"method_kept\","
        "\"location\":\"/\",\"location_resolved\":\"http://a.test/\",\"method_changed\":"
        "false,\"body_sent\":false,\"headers\":[[\"Location\",\"/\"]],"
        "\"incomplete\":true," TIMES THERE(
            "true") "],\"result\":{\"outcome\":\"loop\",\"url\":\"http://a.test/\",\"status\":301,"
                    "\"error\":null,\"message\":\"Loop: hop 2 would be hop 1 again, GET "
                    "http://a.test/"
                    "\",\"loop_to\":1,\"hops\":1,\"requests\":1,\"total_ms\":330.000}," CIRCLE "}");
}

static void a_location_that_is_not_followed_is_resolved_all_the_same(void **state)
{
    (void)state;
    static const answer answers[] = {{300, "", "x"}};
    yn_chain chain;
    yonder_url url;
    follow(&chain, &url, "http://a.test/d/e", "GET", NULL, answers);
    assert_int_equal(chain.outcome, YN_OUTCOME_FINAL);
    assert_text("target", yonder_url_href(&chain.hops[0].target), "http://a.test/d/x");
    yn_chain_free(&chain);
    yonder_url_free(&url, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_verdict_names_what_came_of_the_chain),
        cmocka_unit_test(a_table_has_a_row_a_hop_and_the_verdict_last),
        cmocka_unit_test(on_a_narrow_terminal_a_url_has_a_line_of_its_own),
        cmocka_unit_test(at_80_columns_only_a_url_and_the_verdict_may_be_wider),
        cmocka_unit_test(no_row_is_wider_than_the_terminal),
        cmocka_unit_test(a_phase_that_did_not_take_place_is_a_dash_and_a_short_one_a_number),
        cmocka_unit_test(a_body_cut_short_is_noted_above_the_verdict),
        cmocka_unit_test(with_colour_only_what_changed_stands_out),
        cmocka_unit_test(a_failed_hop_is_a_row),
        cmocka_unit_test(untrusted_bytes_are_escaped),
        cmocka_unit_test(json_has_every_key_for_every_hop),
        cmocka_unit_test(json_says_where_a_loop_closes),
        cmocka_unit_test(a_location_that_is_not_followed_is_resolved_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
