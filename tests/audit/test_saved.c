// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/href.h"
#include "audit/saved.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static yonder_text all_bytes(void)
{
    static char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    return (yonder_text){bytes, sizeof bytes};
}

static yonder_text names[] = {YN_TEXT_INIT("example.com"), YN_TEXT_INIT("*.example.com")};
static yonder_text addresses[] = {YN_TEXT_INIT("127.0.0.1"), YN_TEXT_INIT("::1")};
static yn_certificate chain[] = {{.subject = YN_TEXT_INIT("example.com"),
                                  .issuer = YN_TEXT_INIT("Acme"),
                                  .names = names,
                                  .name_count = 2,
                                  .not_before = -5,
                                  .not_after = 4102444800,
                                  .signature = YN_TEXT_INIT("ecdsa-with-SHA256"),
                                  .key = YN_TEXT_INIT("EC P-256"),
                                  .sha256 = YN_TEXT_INIT("00ff")},
                                 {.subject = YN_TEXT_INIT("Acme"), .self_signed = true}};
static yonder_field fields[2] = {{.name = YN_TEXT_INIT("Strict-Transport-Security")},
                                 {.name = YN_TEXT_INIT("x"), .value = YN_TEXT_INIT("")}};

static yn_visit *sample_visits(yn_arena *arena)
{
    static yn_visit visits[2];
    fields[0].value = all_bytes();
    visits[0] = (yn_visit){.purpose = YN_PURPOSE_CHAIN,
                           .method = YN_TEXT("GET"),
                           .tries = 1,
                           .response = {.error = YN_FETCH_OK,
                                        .status = 301,
                                        .phrase = all_bytes(),
                                        .version = YN_TEXT("1.1"),
                                        .fields = fields,
                                        .field_count = 2,
                                        .distrust = YN_TEXT("self-signed"),
                                        .incomplete = true,
                                        .remote = YN_TEXT("127.0.0.1:80"),
                                        .timing = {.dns = {true, 0}, .total = 1.25}},
                           .tls = {.complete = true,
                                   .version = YN_TEXT("TLSv1.3"),
                                   .cipher = YN_TEXT("TLS_AES_128_GCM_SHA256"),
                                   .alpn = YN_TEXT("h2"),
                                   .distrust = YN_DISTRUST_SELF_SIGNED,
                                   .distrust_detail = YN_TEXT("why"),
                                   .sent = chain,
                                   .sent_count = 2,
                                   .verified = chain,
                                   .verified_count = 1}};
    visits[1] = (yn_visit){.purpose = YN_PURPOSE_AGENT,
                           .method = YN_TEXT("HEAD"),
                           .agent = YN_AGENT_BROWSER,
                           .family = YN_FAMILY_6,
                           .tries = 2,
                           .response = {.error = YN_FETCH_TIMEOUT, .detail = YN_TEXT("slow")}};
    assert_int_equal(yn_href_parse(arena, YN_TEXT("http://example.com/"), NULL, &visits[0].url), 0);
    assert_int_equal(yn_href_parse(arena, YN_TEXT("https://[::1]:444/?q"), NULL, &visits[1].url),
                     0);
    return visits;
}

// Evidence with something in every member.
static yn_audit sample(yn_arena *arena)
{
    static size_t hops[] = {0, 1};
    static yn_seen_host hosts[2];
    static yn_seen_list lists[1];
    hosts[0] = (yn_seen_host){.name = YN_TEXT("example.com"),
                              .exists = YN_YES,
                              .addresses = addresses,
                              .address_count = 2,
                              .port_80 = YN_NO,
                              .https = 1};
    hosts[1] = (yn_seen_host){.origin = YN_HOST_GIVEN, .https = YN_NO_VISIT};
    lists[0] = (yn_seen_list){.list = YN_TEXT("chromium"),
                              .version = YN_TEXT("2026"),
                              .listed = true,
                              .matched = YN_TEXT("com"),
                              .include_subdomains = true,
                              .policy = YN_TEXT("custom")};
    return (yn_audit){.domain = YN_TEXT("Example.com"),
                      .ascii = YN_TEXT("example.com"),
                      .public_suffix = YN_TEXT("com"),
                      .registrable = YN_TEXT("example.com"),
                      .begun = 1790000000,
                      .took_ms = 12.5,
                      .cut_short = true,
                      .visits = sample_visits(arena),
                      .visit_count = 2,
                      .chains = {[YN_START_WWW_HTTP] = {true, hops, 2, YN_CHAIN_LOOP}},
                      .hosts = hosts,
                      .host_count = 2,
                      .lists = lists,
                      .list_count = 1};
}

static void what_is_read_is_what_was_written(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_buf first = yn_buf_make(YN_SAVED_MAX, NULL), second = yn_buf_make(YN_SAVED_MAX, NULL);
    yn_audit audit = sample(&arena), read;
    yn_saved_write(&audit, &first);
    assert_int_equal(yn_saved_read(yn_buf_text(&first), &arena, &read, &second), YONDER_OK);
    assert_int_equal(second.len, 0); // no message
    yn_saved_write(&read, &second);
    assert_true(yn_equal(yn_buf_text(&first), yn_buf_text(&second)));

    const yn_visit *v = &read.visits[0];
    assert_true(yn_equal(v->response.fields[0].value, all_bytes()));
    assert_text("url", yonder_url_get(&read.visits[1].url, YONDER_URL_HOST), "[::1]:444");
    assert_true(v->response.distrust.ptr && !read.visits[1].response.distrust.ptr);
    assert_true(v->response.timing.dns.took_place && !v->response.timing.tls.took_place);
    assert_int_equal(v->tls.distrust, YN_DISTRUST_SELF_SIGNED);
    assert_text("name", v->tls.sent[0].names[1], "*.example.com");
    assert_true(v->tls.sent[1].self_signed && v->tls.sent[0].not_before == -5);
    assert_int_equal(read.visits[1].response.error, YN_FETCH_TIMEOUT);
    assert_int_equal(read.chains[YN_START_WWW_HTTP].hops[1], 1);
    assert_int_equal(read.chains[YN_START_WWW_HTTP].end, YN_CHAIN_LOOP);
    assert_false(read.chains[YN_START_HTTP].asked);
    assert_true(read.hosts[0].https == 1 && read.hosts[1].https == YN_NO_VISIT);
    assert_int_equal(read.hosts[0].port_80, YN_NO);
    assert_text("list", read.lists[0].policy, "custom");
    yn_buf_free(&first);
    yn_buf_free(&second);
    yn_arena_free(&arena);
}

static const struct {
    const char *find, *replace, *message; // in what was written, once; "" replaces all of it
} damages[] = {
    {"", "", "line 1, column 0: not JSON"},
    {"", "{\n \"schema\": }", "line 2, column 12: not JSON"},
    {"", "[]", "the document: not an object"},
    {"", "{}", "schema: it is missing"},
    {"\"schema\":1", "\"schema\":2", "schema: not a whole number from 1 to 1"},
    {"\"cut_short\":true", "\"cut_short\":1", "cut_short: neither true nor false"},
    {"\"took_ms\":12.500", "\"took_ms\":-1", "took_ms: no time in milliseconds"},
    {"\"begun\":1790000000", "\"begun\":\"x\"", "begun: not a whole number"},
    {"\"domain\":\"E", "\"domain\":\"\\u0100", "domain: it holds a character beyond U+00FF"},
    {"\"visits\":[", "\"visits\":[7,", "visits[0]: not an object"},
    {"\"purpose\":\"chain\"", "\"purpose\":\"joy\"", "visits[0].purpose: none of the words"},
    {"https://[::1]:444/?q", "mailto:a", "visits[1].url: not a URL of http or https"},
    {"https://[::1]:444/?q", "https://", "visits[1].url: not a URL of http or https"},
    {"\"status\":301", "\"status\":0", "visits[0].response.status: a response without"},
    {"[\"x\",\"\"]", "[\"x\"]", "visits[0].response.fields[1]: not an array of name and value"},
    {"\"dns\":0.000", "\"dns\":\"0\"", "visits[0].response.timing.dns: no time"},
    {"\"names\":[\"example.com\"", "\"names\":[null", "visits[0].tls.sent[0].names: not a string"},
    {"\"hops\":[0,1]", "\"hops\":[0,2]", "chains.www_http.hops: not the number of a visit"},
    {"\"https\":1", "\"https\":-1", "hosts[0].https: not the number of a visit"},
    {"\"name\":\"example.com\"", "\"name\":\"a\"", "hosts: the domain is not the first"},
    {"\"listed\":true,", "", "lists[0].listed: it is missing"},
};

static void damage_is_told_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(damages); i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_audit audit = sample(&arena), read;
        yn_buf all = yn_buf_make(YN_SAVED_MAX, NULL), bad = yn_buf_make(YN_SAVED_MAX, NULL);
        yn_buf message = yn_buf_make(4096, NULL);
        yn_saved_write(&audit, &all);
        yonder_text find = yonder_text_of(damages[i].find);
        const char *at = find.len ? memmem(all.ptr, all.len, find.ptr, find.len) : all.ptr;
        assert_non_null(at);
        size_t before = (size_t)(at - all.ptr);
        yn_buf_put(&bad, (yonder_text){all.ptr, before});
        yn_buf_str(&bad, damages[i].replace);
        if (find.len)
            yn_buf_put(&bad, yn_skip(yn_buf_text(&all), before + find.len));
        assert_int_equal(yn_saved_read(yn_buf_text(&bad), &arena, &read, &message),
                         YONDER_INVALID_ARGUMENT);
        message.len =
            message.len < strlen(damages[i].message) ? message.len : strlen(damages[i].message);
        assert_text(damages[i].replace, yn_buf_text(&message), damages[i].message);
        yn_buf_free(&all);
        yn_buf_free(&bad);
        yn_buf_free(&message);
        yn_arena_free(&arena);
    }
}

// Cut off anywhere, it is refused.
static void a_part_is_not_taken_for_the_whole(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_audit audit = sample(&arena), read;
    yn_buf all = yn_buf_make(YN_SAVED_MAX, NULL), message = yn_buf_make(1 << 20, NULL);
    yn_saved_write(&audit, &all);
    for (size_t len = 0; len < all.len; len += 7)
        assert_int_equal(yn_saved_read((yonder_text){all.ptr, len}, &arena, &read, &message),
                         YONDER_INVALID_ARGUMENT);
    yn_buf_free(&all);
    yn_buf_free(&message);
    yn_arena_free(&arena);
}

static void the_name_of_a_file_is_fit_for_one(void **state)
{
    (void)state;
    static char far[600];
    memset(far, 'a', sizeof far - 1);
    static const struct {
        const char *domain, *ascii, *file;
    } rows[] = {
        {"Example.com", "example.com", "example.com.json"},
        {"../x", "", "%2E.%2Fx.json"},
        {"", "", ".json"},
        {"a b\n", "", "a%20b%0A.json"},
    };
    char name[YN_SAVED_MAX_NAME];
    for (size_t i = 0; i < COUNT(rows); i++) {
        yn_audit audit = {.domain = yonder_text_of(rows[i].domain),
                          .ascii = yonder_text_of(rows[i].ascii)};
        yn_saved_name(&audit, name);
        assert_string_equal(name, rows[i].file);
    }
    yn_audit audit = {.domain = yonder_text_of(far)};
    yn_saved_name(&audit, name);
    assert_int_equal(strlen(name), 200 + 17 + 5);
}

static void a_file_replaces_the_one_before(void **state)
{
    (void)state;
    char folder[] = "/tmp/yonder-saved-XXXXXX", path[128], where[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(where, sizeof where, "%s/new", folder);
    (void)snprintf(path, sizeof path, "%s/example.com.json", where);
    yn_arena arena = yn_arena_make(NULL);
    yn_buf message = yn_buf_make(4096, NULL);
    yn_audit audit = sample(&arena), read;
    for (int64_t begun = 1; begun < 3; begun++) {
        audit.begun = begun;
        assert_true(yn_saved_put(where, &audit, &message));
        assert_int_equal(yn_saved_get(path, &arena, &read, &message), YONDER_OK);
        assert_int_equal(read.begun, begun);
    }
    assert_int_equal(message.len, 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(where), 0); // no part of it is left
    assert_int_equal(yn_saved_get(path, &arena, &read, &message), YONDER_INVALID_ARGUMENT);
    assert_true(yn_starts_with(yn_buf_text(&message), YN_TEXT("cannot read '/tmp/")));
    (void)snprintf(where, sizeof where, "%s/no/way", folder);
    assert_false(yn_saved_put(where, &audit, &message));
    assert_int_equal(rmdir(folder), 0);
    yn_buf_free(&message);
    yn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_what_was_written),
        cmocka_unit_test(damage_is_told_with_its_place),
        cmocka_unit_test(a_part_is_not_taken_for_the_whole),
        cmocka_unit_test(the_name_of_a_file_is_fit_for_one),
        cmocka_unit_test(a_file_replaces_the_one_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
