// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include <yonder/redirect.h>

#include "base/buf.h"
#include "base/text.h"

static yonder_url parsed(const char *text)
{
    yonder_url url;
    assert_int_equal(yonder_url_parse(&url, yonder_text_of(text), NULL, NULL), YONDER_OK);
    return url;
}

static yonder_decision decide(const char *client, yonder_request request, const char *url,
                              int status, const yonder_field *fields, size_t count)
{
    const yonder_client *row = yonder_client_find(yonder_text_of(client));
    yonder_response response = {.status = status, .fields = fields, .field_count = count};
    yonder_decision decision;
    yonder_url at = parsed(url);
    request.url = &at;
    assert_non_null(row);
    assert_int_equal(yonder_redirect_decide(row, &request, &response, NULL, &decision), YONDER_OK);
    yonder_url_free(&at, NULL);
    return decision;
}

// ---- method and body ----------------------------------------------------------------------------

// What comes of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS, all but the first two with a body:
// the next method, "+b" where the body goes along, "-" where the client does not follow.
static void each_status_does_to_each_method_what_the_client_does(void **state)
{
    (void)state;
    static const char *const methods[] = {"GET",   "HEAD",   "POST",   "PUT",
                                          "PATCH", "DELETE", "OPTIONS"};
#define STAY "- - - - - - -"
#define KEEP "GET HEAD POST+b PUT+b PATCH+b DELETE+b OPTIONS+b"
#define POST "GET HEAD GET PUT+b PATCH+b DELETE+b OPTIONS+b"
#define ALL  "GET HEAD GET GET GET GET GET"
    static const struct {
        const char *client;
        int from, to;
        const char *next;
    } rows[] = {
        {"chrome", 200, 299, STAY},
        {"chrome", 300, 300, STAY},
        {"chrome", 301, 302, POST},
        {"chrome", 303, 303, ALL},
        {"chrome", 304, 306, STAY},
        {"chrome", 307, 308, KEEP},
        {"chrome", 309, 599, STAY},
        {"curl", 200, 299, STAY},
        {"curl", 300, 300, KEEP},
        {"curl", 301, 302, "GET HEAD GET PUT+b PATCH DELETE OPTIONS"},
        {"curl", 303, 303, "GET HEAD GET GET PATCH DELETE OPTIONS"},
        {"curl", 304, 399, KEEP},
        {"curl", 400, 599, STAY},
        {"firefox", 200, 300, STAY},
        {"firefox", 301, 302, POST},
        {"firefox", 303, 303, ALL},
        {"firefox", 304, 306, STAY},
        {"firefox", 307, 308, KEEP},
        {"safari", 300, 300, STAY},
        {"safari", 301, 302, POST},
        {"safari", 303, 303, ALL},
        {"safari", 307, 308, KEEP},
        {"curl-follow", 301, 302, "GET HEAD GET PUT+b GET GET GET"},
        {"curl-follow", 303, 303, ALL},
        {"curl-follow", 307, 308, KEEP},
        {"wget", 300, 300, ALL},
        {"wget", 301, 302, POST},
        {"wget", 303, 303, ALL},
        {"wget", 304, 306, STAY},
        {"wget", 307, 308, KEEP},
        {"requests", 300, 300, STAY},
        {"requests", 301, 301, "GET HEAD GET PUT PATCH DELETE OPTIONS"},
        {"requests", 302, 303, ALL},
        {"requests", 307, 308, KEEP},
        {"go", 300, 300, STAY},
        {"go", 301, 303, ALL},
        {"go", 307, 308, KEEP},
        {"googlebot", 301, 303, "GET HEAD - - - - -"},
        {"googlebot", 307, 308, "GET HEAD - - - - -"},
        {"http10", 301, 302, "GET HEAD - - - - -"},
        {"http10", 303, 308, STAY},
    };
    const yonder_field location = {YN_TEXT("location"), YN_TEXT("http://a/x")};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int status = rows[i].from; status <= rows[i].to; status++) {
            char name[64];
            snprintf(name, sizeof name, "%s %d", rows[i].client, status);
            yn_buf next = yn_buf_make(1024, NULL);
            for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
                yonder_request request = {.method = yonder_text_of(methods[m]), .has_body = m > 1};
                yonder_decision d =
                    decide(rows[i].client, request, "http://a/", status, &location, 1);
                yn_buf_str(&next, m ? " " : "");
                yn_buf_put(&next, d.action == YONDER_FOLLOW ? d.method : YN_TEXT("-"));
                yn_buf_str(&next, d.body ? "+b" : "");
                bool redirect = status >= 300 && status <= 399;
                if (d.action == YONDER_FOLLOW)
                    assert_row(name, (d.reason == YONDER_METHOD_KEPT) ==
                                         yn_equal(d.method, request.method));
                else
                    assert_row(name, d.action == YONDER_STOP &&
                                         d.reason == (redirect ? YONDER_STATUS_NOT_FOLLOWED
                                                               : YONDER_NOT_A_REDIRECT));
                request.has_body = false;
                yonder_decision without =
                    decide(rows[i].client, request, "http://a/", status, &location, 1);
                assert_row(name, !without.body && without.action == d.action);
                yonder_decision_free(&without, NULL);
                yonder_decision_free(&d, NULL);
            }
            assert_text(name, yn_buf_text(&next), rows[i].next);
            yn_buf_free(&next);
        }
    }
}

static void a_method_the_user_named_stays_where_the_client_lets_it(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        int status;
        const char *method;
        bool body;
        const char *next;
        bool next_body;
        bool lost; // Content-Type is no longer sent
    } rows[] = {
        {"curl", 301, "POST", true, "POST", false, true},
        {"curl", 303, "POST", true, "POST", false, true},
        {"curl", 307, "POST", true, "POST", true, false},
        {"curl", 302, "POST", false, "POST", false, false},
        {"curl", 303, "PUT", true, "PUT", false, true},
        {"curl", 302, "GET", true, "GET", false, true},
        {"curl", 303, "DELETE", false, "DELETE", false, false},
        {"curl", 300, "brew", true, "brew", true, false},
        {"curl-follow", 303, "DELETE", false, "GET", false, true},
        {"curl-follow", 303, "HEAD", false, "GET", false, true},
        {"curl-follow", 302, "POST", false, "POST", false, false},
        {"curl-follow", 302, "PATCH", true, "GET", false, true},
        {"curl-follow", 302, "GET", true, "GET", false, true},
        {"wget", 303, "HEAD", true, "HEAD", false, true},
        {"wget", 302, "GET", true, "GET", true, false},
        {"curl-follow", 302, "DELETE", false, "DELETE", false, false},
        {"chrome", 302, "POST", true, "GET", false, true},
        {"chrome", 302, "post", true, "post", true, false}, // methods are case-sensitive
    };
    const yonder_field location = {YN_TEXT("Location"), YN_TEXT("/x")};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s %d %s", rows[i].client, rows[i].status, rows[i].method);
        yonder_request request = {.method = yonder_text_of(rows[i].method),
                                  .has_body = rows[i].body,
                                  .method_is_custom = true};
        yonder_decision d =
            decide(rows[i].client, request, "http://a/", rows[i].status, &location, 1);
        assert_text(name, d.method, rows[i].next);
        assert_row(name, d.body == rows[i].next_body);
        assert_row(name, (d.dropped_count != 0) == rows[i].lost);
        yonder_decision_free(&d, NULL);
    }
}

static void a_body_that_is_gone_ends_the_chain(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        int status;
        const char *method;
        yonder_action action;
    } rows[] = {
        {"chrome", 301, "POST", YONDER_ERROR}, // though it would become GET
        {"chrome", 302, "PUT", YONDER_ERROR},  {"chrome", 303, "PUT", YONDER_FOLLOW},
        {"chrome", 307, "POST", YONDER_ERROR}, {"curl", 302, "PUT", YONDER_ERROR},
        {"curl", 303, "PUT", YONDER_FOLLOW},   {"curl", 302, "POST", YONDER_FOLLOW},
        {"curl", 308, "POST", YONDER_ERROR},   {"go", 307, "POST", YONDER_STOP},
        {"go", 302, "POST", YONDER_FOLLOW},
    };
    const yonder_field location = {YN_TEXT("Location"), YN_TEXT("/x")};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s %d %s", rows[i].client, rows[i].status, rows[i].method);
        yonder_request request = {
            .method = yonder_text_of(rows[i].method), .has_body = true, .body_is_stream = true};
        yonder_decision d =
            decide(rows[i].client, request, "http://a/", rows[i].status, &location, 1);
        assert_row(name, d.action == rows[i].action);
        assert_row(name, (d.reason == YONDER_BODY_NOT_REPLAYABLE) == (d.action != YONDER_FOLLOW));
        assert_row(name, (d.url.href != NULL) == (d.action == YONDER_FOLLOW));
        yonder_decision_free(&d, NULL);
    }
}

// ---- how a chain ends ---------------------------------------------------------------------------

static void the_first_check_that_fails_gives_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        int status;
        unsigned count;
        const char *locations[2]; // NULL: none
        const char *reason;
        const char *url; // NULL: none is told
    } rows[] = {
        {"chrome", 302, 0, {"/x"}, "method_kept", "http://a/x"},
        {"chrome", 302, 18, {"/x"}, "method_kept", "http://a/x"},
        {"chrome", 302, 19, {"/x"}, "too_many_redirects", "http://a/x"},
        {"chrome", 302, 19, {"http://a:99999/"}, "invalid_location", NULL},
        {"chrome", 302, 19, {"mailto:x"}, "too_many_redirects", "mailto:x"},
        {"chrome", 302, 19, {"data:,x"}, "scheme_not_followed", "data:,x"},
        {"chrome", 302, 19, {"FILE:///x"}, "scheme_not_followed", "file:///x"},
        {"chrome", 302, 19, {NULL}, "no_location", NULL},
        {"chrome", 200, 19, {"/x"}, "not_a_redirect", NULL},
        {"chrome", 304, 19, {"/x"}, "status_not_followed", NULL},
        {"chrome", 302, 0, {NULL}, "no_location", NULL},
        {"chrome", 302, 0, {""}, "no_location", NULL},
        {"chrome", 302, 0, {" \t "}, "no_location", NULL},
        {"chrome", 302, 0, {"/1", "/1 "}, "method_kept", "http://a/1"},
        {"chrome", 302, 0, {"/1", "/2"}, "multiple_locations", NULL},
        {"chrome", 302, 0, {"", "/2"}, "multiple_locations", NULL},
        {"chrome", 302, 19, {"/1", "/2"}, "multiple_locations", NULL},
        {"chrome", 200, 0, {"/1", "/2"}, "multiple_locations", NULL}, // refused as it is parsed
        {"chrome", 302, 0, {"http://a:99999/"}, "invalid_location", NULL},
        {"chrome", 302, 0, {"http://"}, "invalid_location", NULL},
        {"chrome", 302, 0, {"mailto:x"}, "scheme_not_followed", "mailto:x"},
        {"chrome", 302, 0, {"ftp://b/"}, "scheme_not_followed", "ftp://b/"},
        {"chrome", 302, 0, {"data:text/html,x"}, "scheme_not_followed", "data:text/html,x"},
        {"chrome", 302, 0, {"javascript:1"}, "scheme_not_followed", "javascript:1"},
        {"chrome", 302, 0, {"http://b:6000/"}, "port_not_followed", "http://b:6000/"},
        {"chrome", 302, 0, {"https://b:25/"}, "port_not_followed", "https://b:25/"},
        {"chrome", 302, 0, {"http://b:0/"}, "port_not_followed", "http://b:0/"},
        {"chrome", 302, 0, {"http://b:10080/"}, "port_not_followed", "http://b:10080/"},
        {"chrome", 302, 0, {"http://b:443/"}, "method_kept", "http://b:443/"},
        {"chrome", 302, 0, {"https://b/"}, "method_kept", "https://b/"},
        {"chrome", 302, 0, {"http://b:8080/"}, "method_kept", "http://b:8080/"},
        {"chrome", 302, 19, {"http://b:6000/"}, "too_many_redirects", "http://b:6000/"},
        {"curl", 302, 0, {"http://b:6000/"}, "method_kept", "http://b:6000/"},
        {"curl", 302, 49, {"/x"}, "method_kept", "http://a/x"},
        {"curl", 302, 50, {"/x"}, "too_many_redirects", "http://a/x"},
        {"curl", 302, 50, {"http:x"}, "too_many_redirects", NULL},
        {"curl", 302, 0, {""}, "no_location", NULL},
        {"curl", 302, 0, {"\v"}, "no_location", NULL},
        {"curl", 302, 0, {"/1", "/2"}, "method_kept", "http://a/1"},
        {"curl", 302, 0, {"", "/2"}, "method_kept", "http://a/2"},
        {"curl", 302, 0, {"http:x"}, "invalid_location", NULL},
        {"curl", 302, 0, {"mailto:x"}, "scheme_not_followed", "mailto:x"},
        {"curl", 302, 0, {"1x://h/"}, "scheme_not_followed", NULL},
        {"curl", 302, 0, {"ftp://b/"}, "method_kept", "ftp://b/"},
        {"curl", 302, 0, {"ftps://b/"}, "method_kept", "ftps://b/"},
        {"firefox", 302, 0, {""}, "method_kept", "http://a/"},
        {"firefox", 302, 0, {"/1", "/1"}, "method_kept", "http://a/1"},
        {"firefox", 200, 0, {"/1", "/2"}, "multiple_locations", NULL},
        {"firefox", 302, 0, {"http://b:25/"}, "port_not_followed", "http://b:25/"},
        {"firefox", 302, 0, {"/a\tb\x01"}, "method_kept", "http://a/a%09b%01"},
        {"firefox", 302, 0, {"\x01/a"}, "method_kept", "http://a/%01/a"},
        {"firefox", 302, 0, {"http://b*c/"}, "invalid_location", NULL},
        {"firefox", 302, 0, {"http://xn--a/"}, "invalid_location", NULL},
        {"firefox", 302, 0, {"http://b.xn--/"}, "invalid_location", NULL},
        {"firefox", 302, 0, {"http://xn--zca.b../"}, "method_kept", "http://xn--zca.b../"},
        {"safari", 302, 0, {"http://b:25/"}, "port_not_followed", "http://b:25/"},
        {"safari", 302, 20, {"http://b:25/"}, "too_many_redirects", "http://b:25/"},
        {"wget", 302, 0, {""}, "method_kept", "http://a/"},
        {"wget", 302, 0, {"/1", "/2"}, "method_kept", "http://a/1"},
        {"wget", 302, 0, {"/x\v"}, "method_kept", "http://a/x"},
        {"wget", 302, 20, {"/x"}, "too_many_redirects", "http://a/x"},
        {"wget", 302, 20, {"http:x"}, "invalid_location", NULL},
        {"go", 302, 0, {"", "/2"}, "no_location", NULL},
        {"go", 302, 0, {"/1", ""}, "method_kept", "http://a/1"},
        {"go", 302, 9, {"mailto:x"}, "too_many_redirects", "mailto:x"},
        {"curl-follow", 302, 0, {"", "/2"}, "method_kept", "http://a/2"},
        {"curl-follow", 302, 0, {"/1", "/2"}, "multiple_locations", NULL},
        {"requests", 302, 0, {"/x "}, "method_kept", "http://a/x%20"},
        {"requests", 302, 0, {"/a", "/b"}, "method_kept", "http://a/a,%20/b"},
        {"requests", 302, 0, {"/a", "/a"}, "method_kept", "http://a/a,%20/a"},
        {"requests", 302, 30, {"/a"}, "too_many_redirects", "http://a/a"},
        {"go", 302, 8, {"/a"}, "method_kept", "http://a/a"},
        {"go", 302, 9, {"/a"}, "too_many_redirects", "http://a/a"},
        {"http10", 302, 4, {"http://b/"}, "method_kept", "http://b/"},
        {"http10", 302, 5, {"http://b/"}, "too_many_redirects", "http://b/"},
        {"http10", 302, 0, {"/x"}, "location_not_absolute", NULL},
        {"http10", 302, 0, {"http://a:99999/"}, "invalid_location", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[96];
        const char *const *l = rows[i].locations;
        snprintf(name, sizeof name, "row %zu: %s %d #%u %s", i, rows[i].client, rows[i].status,
                 rows[i].count, l[0] ? l[0] : "-");
        yonder_field fields[] = {{YN_TEXT("LOCATION"), yonder_text_of(l[0])},
                                 {YN_TEXT("X-Location"), YN_TEXT("/no")},
                                 {YN_TEXT("Location"), yonder_text_of(l[1])}};
        const yonder_field *first = l[0] ? fields : fields + 1;
        size_t count = !l[0] ? 1 : l[1] ? 3 : 2;
        yonder_request request = {.method = YN_TEXT("GET"), .count = rows[i].count};
        yonder_decision d =
            decide(rows[i].client, request, "http://a/", rows[i].status, first, count);
        assert_text(name, yonder_text_of(yonder_reason_code(d.reason)), rows[i].reason);
        assert_text(name, d.url.href ? yonder_url_href(&d.url) : YN_TEXT("none"),
                    rows[i].url ? rows[i].url : "none");
        bool error = d.reason >= YONDER_INVALID_LOCATION;
        assert_row(name, (d.action == YONDER_ERROR) == error);
        assert_row(name, (d.action == YONDER_FOLLOW) == (d.method.len != 0));
        yonder_decision_free(&d, NULL);
    }
}

// Several Locations are refused while the head is read. What else ends a chain comes later, and
// Firefox then throws away what it has kept, but for what another program takes over.
static void a_response_that_is_never_accepted_is_not_kept(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        size_t fewest; // fields: Chromium keeps a 301 without Cache-Control, too
        const char *locations[2];
        const char *reason;
        bool cacheable;
    } rows[] = {
        {"chrome", 2, {"/1", "/1"}, "method_kept", true},
        {"chrome", 2, {"/1", "/2"}, "multiple_locations", false},
        {"chrome", 2, {"mailto:x", "mailto:x"}, "scheme_not_followed", true},
        {"chrome", 2, {"http://[", "http://["}, "invalid_location", true},
        {"chrome", 2, {"http://b:25/", "http://b:25/"}, "port_not_followed", true},
        {"firefox", 3, {"/1", "/1"}, "method_kept", true},
        {"firefox", 3, {"/1", "/2"}, "multiple_locations", false},
        {"firefox", 3, {"mailto:x", "mailto:x"}, "scheme_not_followed", true},
        {"firefox", 3, {"MailTo:x", "MailTo:x"}, "scheme_not_followed", true},
        {"firefox", 3, {"data:,x", "data:,x"}, "scheme_not_followed", false},
        {"firefox", 3, {"mailtox:x", "mailtox:x"}, "scheme_not_followed", false},
        {"firefox", 3, {"http://[", "http://["}, "invalid_location", false},
        {"firefox", 3, {"http://b:25/", "http://b:25/"}, "port_not_followed", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yonder_field fields[] = {
            {YN_TEXT("Location"), yonder_text_of(rows[i].locations[0])},
            {YN_TEXT("Location"), yonder_text_of(rows[i].locations[1])},
            {YN_TEXT("Cache-Control"), YN_TEXT("max-age=60")},
        };
        for (size_t count = rows[i].fewest; count <= 3; count++) {
            yonder_request request = {.method = YN_TEXT("GET")};
            yonder_decision d = decide(rows[i].client, request, "http://a/", 301, fields, count);
            assert_text(rows[i].reason, yonder_text_of(yonder_reason_code(d.reason)),
                        rows[i].reason);
            assert_row(rows[i].reason, d.freshness.cacheable == rows[i].cacheable);
            assert_row(rows[i].reason, rows[i].cacheable || !d.freshness.unlimited);
            assert_row(rows[i].reason, rows[i].cacheable || !d.freshness.seconds);
            yonder_decision_free(&d, NULL);
        }
    }
}

// ---- what is no request -------------------------------------------------------------------------

static void what_is_no_http_request_is_not_decided_on(void **state)
{
    (void)state;
    static const struct {
        const char *method, *url;
        int error;
    } rows[] = {
        {"GET", "http://a/", YONDER_OK},
        {"GET", "https://a/", YONDER_OK},
        {"!#$%&'*+-.^_`|~aZ09", "http://a/", YONDER_OK},
        {"", "http://a/", YONDER_INVALID_ARGUMENT},
        {"G T", "http://a/", YONDER_INVALID_ARGUMENT},
        {" GET", "http://a/", YONDER_INVALID_ARGUMENT},
        {"GET / HTTP/1.1\r\nX: y", "http://a/", YONDER_INVALID_ARGUMENT},
        {"GET\n", "http://a/", YONDER_INVALID_ARGUMENT},
        {"G\xC3\x89T", "http://a/", YONDER_INVALID_ARGUMENT},
        {"GET", "mailto:x", YONDER_INVALID_ARGUMENT},
        {"GET", "ftp://a/", YONDER_INVALID_ARGUMENT},
        {"GET", "ws://a/", YONDER_INVALID_ARGUMENT},
        {"GET", "file:///a", YONDER_INVALID_ARGUMENT},
    };
    const yonder_field location = {YN_TEXT("Location"), YN_TEXT("http://b/")};
    const yonder_response responses[] = {{.status = 302, .fields = &location, .field_count = 1},
                                         {.status = 200}};
    const yonder_client *client;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url at = parsed(rows[i].url);
        const yonder_request request = {.method = yonder_text_of(rows[i].method), .url = &at};
        for (size_t c = 0; (client = yonder_client_at(c / 2)); c++) {
            yonder_decision d, before;
            memset(&d, 0xA5, sizeof d);
            memset(&before, 0xA5, sizeof before);
            int error = yonder_redirect_decide(client, &request, &responses[c % 2], NULL, &d);
            assert_row(rows[i].method, error == rows[i].error);
            if (error)
                assert_memory_equal(&d, &before, sizeof d);
            else
                yonder_decision_free(&d, NULL);
        }
        yonder_url_free(&at, NULL);
    }
}

static void nothing_is_freed_of_nothing(void **state)
{
    (void)state;
    yonder_decision none = {0};
    yonder_decision_free(&none, NULL);
    yonder_decision_free(NULL, NULL);
    yonder_url_free(NULL, NULL);
}

// ---- header fields ------------------------------------------------------------------------------

static void fields_are_dropped_with_the_method_the_body_or_the_site(void **state)
{
    (void)state;
#define BODY_FIELDS                                                                                \
    "Content-Encoding Content-Language Content-Location Content-Type Content-Length Origin"
#define GO_FIELDS                                                                                  \
    "Authorization Www-Authenticate Cookie Cookie2 Proxy-Authorization Proxy-Authenticate"
    static const struct {
        const char *client;
        const char *method;
        int status;
        const char *initial, *url, *location;
        const char *dropped;
    } rows[] = {
        {"chrome", "GET", 302, NULL, "http://a/", "/x", ""},
        {"chrome", "POST", 302, NULL, "http://a/", "/x", BODY_FIELDS},
        {"chrome", "POST", 307, NULL, "http://a/", "/x", ""},
        {"chrome", "GET", 302, NULL, "http://a/", "http://A:80/x", ""},
        {"chrome", "GET", 302, NULL, "http://a/", "https://a/x", "Authorization"},
        {"chrome", "GET", 302, NULL, "http://a/", "http://a:81/x", "Authorization"},
        {"chrome", "GET", 302, NULL, "http://a/", "http://b.a/x", "Authorization"},
        {"chrome", "GET", 302, "http://b/", "http://a/", "http://b/x", "Authorization"},
        {"chrome", "PUT", 303, NULL, "http://a/", "//b/x", BODY_FIELDS " Authorization"},
        {"curl", "POST", 302, NULL, "http://a/", "/x", "Content-Type Content-Length"},
        {"curl", "PUT", 302, NULL, "http://a/", "/x", ""},
        {"curl", "PUT", 303, NULL, "http://a/", "//b",
         "Content-Type Content-Length Authorization Cookie"},
        {"curl", "GET", 302, NULL, "http://a/", "https://a/x", "Authorization Cookie"},
        {"curl", "GET", 302, "http://a/", "http://b/", "http://a/x", ""},
        {"curl", "GET", 302, "http://a/", "http://b/", "/x", "Authorization Cookie"},
        {"safari", "GET", 302, NULL, "http://a/", "/x", "Authorization Proxy-Authorization"},
        {"requests", "GET", 302, NULL, "http://a/", "https://a/x",
         "Cookie Proxy-Authorization Content-Length Content-Type Transfer-Encoding"},
        {"requests", "GET", 307, NULL, "https://a/", "http://a/x",
         "Cookie Proxy-Authorization Authorization"},
        {"requests", "GET", 307, NULL, "http://a:81/", "https://a/x",
         "Cookie Proxy-Authorization Authorization"},
        {"requests", "GET", 307, NULL, "http://a/", "https://b/x",
         "Cookie Proxy-Authorization Authorization"},
        {"go", "GET", 307, NULL, "http://a.b/", "https://c.a.b:1/x", ""},
        {"go", "GET", 307, NULL, "http://a.b/", "https://ca.b/x", GO_FIELDS},
        {"go", "GET", 307, NULL, "http://a.b/", "https://b/x", GO_FIELDS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[96];
        snprintf(name, sizeof name, "row %zu: %s %s %d", i, rows[i].client, rows[i].method,
                 rows[i].status);
        yonder_url initial = {0};
        if (rows[i].initial)
            initial = parsed(rows[i].initial);
        yonder_request request = {.method = yonder_text_of(rows[i].method),
                                  .has_body = true,
                                  .initial = rows[i].initial ? &initial : NULL};
        yonder_field location = {YN_TEXT("Location"), yonder_text_of(rows[i].location)};
        yonder_decision d =
            decide(rows[i].client, request, rows[i].url, rows[i].status, &location, 1);
        yn_buf names = yn_buf_make(1024, NULL);
        for (size_t n = 0; n < d.dropped_count; n++)
            yn_buf_printf(&names, "%s%s", n ? " " : "", d.dropped[n]);
        assert_text(name, yn_buf_text(&names), rows[i].dropped);
        assert_row(name, d.composed_anew == (strcmp(rows[i].client, "curl") == 0));
        yn_buf_free(&names);
        yonder_decision_free(&d, NULL);
        yonder_url_free(&initial, NULL);
    }
}

// ---- the table and its words --------------------------------------------------------------------

static void every_client_is_found_by_its_name(void **state)
{
    (void)state;
    size_t count = 0;
    for (const yonder_client *c; (c = yonder_client_at(count)); count++) {
        size_t fields = 0;
        assert_ptr_equal(yonder_client_find(yonder_text_of(yonder_client_name(c))), c);
        assert_true(*yonder_client_version(c));
        const yonder_field *field = yonder_client_fields(c, &fields);
        bool agent = false;
        for (size_t i = 0; i < fields; i++)
            agent = agent || yn_equal(field[i].name, YN_TEXT("User-Agent"));
        assert_true(agent || fields == 0);
    }
    assert_int_equal(count, 10);
    assert_null(yonder_client_find(YN_TEXT("Chrome")));
    assert_null(yonder_client_find(YN_TEXT("")));
    assert_null(yonder_client_find((yonder_text){NULL, 0}));
}

static void actions_and_reasons_have_words(void **state)
{
    (void)state;
    assert_string_equal(yonder_action_code(YONDER_FOLLOW), "follow");
    assert_string_equal(yonder_action_code(YONDER_STOP), "stop");
    assert_string_equal(yonder_action_code(YONDER_ERROR), "error");
    for (int r = YONDER_METHOD_KEPT; r <= YONDER_BODY_NOT_REPLAYABLE; r++)
        assert_true(*yonder_reason_code((yonder_reason)r) &&
                    *yonder_reason_prose((yonder_reason)r));
    assert_string_equal(yonder_reason_code((yonder_reason)99), "");
}

// ---- memory -------------------------------------------------------------------------------------

typedef struct memory {
    long live, left;
} memory;

static void *resize_or_fail(void *context, void *ptr, size_t size)
{
    memory *m = context;
    if (size == 0) {
        free(ptr);
        m->live--;
        return NULL;
    }
    if (m->left-- == 0)
        return NULL;
    m->live += ptr == NULL;
    return realloc(ptr, size);
}

static void whichever_allocation_fails_nothing_leaks_and_out_is_untouched(void **state)
{
    (void)state;
    static const struct {
        const char *client, *location, *second;
        unsigned count;
    } rows[] = {
        {"chrome", "//ü.example/é b", NULL, 0},
        {"chrome", "/a", NULL, 19},
        {"chrome", "//u'@*/|", NULL, 0},
        {"chrome", "mailto:x", NULL, 0},
        {"chrome", "http://a:99999/", NULL, 0},
        {"curl", "../é b?c d", NULL, 0},
        {"curl", "http:///ü.example:1/x?y#z", NULL, 0},
        {"curl", "/x", NULL, 50},
        {"curl", "http://a b/", NULL, 0},
        {"requests", "/a", "/b", 0},
    };
    yonder_url at = parsed("http://user@a.example/x/y?z#fragment");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yonder_field fields[] = {{YN_TEXT("Location"), yonder_text_of(rows[i].location)},
                                       {YN_TEXT("Location"), yonder_text_of(rows[i].second)}};
        const yonder_request request = {
            .method = YN_TEXT("POST"), .url = &at, .has_body = true, .count = rows[i].count};
        const yonder_response response = {
            .status = 302, .fields = fields, .field_count = rows[i].second ? 2 : 1};
        int error = YONDER_NO_MEMORY;
        long tries = 0;
        for (; error; tries++) {
            memory m = {.left = tries};
            const yonder_mem mem = {resize_or_fail, &m};
            yonder_decision out, before;
            memset(&out, 0xA5, sizeof out);
            memset(&before, 0xA5, sizeof before);
            error = yonder_redirect_decide(yonder_client_find(yonder_text_of(rows[i].client)),
                                           &request, &response, &mem, &out);
            if (error) {
                assert_int_equal(error, YONDER_NO_MEMORY);
                assert_memory_equal(&out, &before, sizeof out);
            } else {
                yonder_decision_free(&out, &mem);
                assert_null(out.url.href);
                yonder_decision_free(&out, &mem); // an empty one is left alone
            }
            assert_row(rows[i].location, m.live == 0);
        }
        assert_row(rows[i].location, tries > 1);
    }
    yonder_url_free(&at, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_does_to_each_method_what_the_client_does),
        cmocka_unit_test(a_method_the_user_named_stays_where_the_client_lets_it),
        cmocka_unit_test(a_body_that_is_gone_ends_the_chain),
        cmocka_unit_test(the_first_check_that_fails_gives_the_reason),
        cmocka_unit_test(a_response_that_is_never_accepted_is_not_kept),
        cmocka_unit_test(what_is_no_http_request_is_not_decided_on),
        cmocka_unit_test(nothing_is_freed_of_nothing),
        cmocka_unit_test(fields_are_dropped_with_the_method_the_body_or_the_site),
        cmocka_unit_test(every_client_is_found_by_its_name),
        cmocka_unit_test(actions_and_reasons_have_words),
        cmocka_unit_test(whichever_allocation_fails_nothing_leaks_and_out_is_untouched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
