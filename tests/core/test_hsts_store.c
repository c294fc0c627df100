// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include <yonder/hsts.h>

#include "base/buf.h"
#include "base/text.h"

static const yonder_client *client(const char *name)
{
    const yonder_client *row = yonder_client_find(yonder_text_of(name));
    assert_non_null(row);
    return row;
}

static yonder_url parsed(const char *text)
{
    yonder_url url;
    assert_int_equal(yonder_url_parse(&url, yonder_text_of(text), NULL, NULL), YONDER_OK);
    return url;
}

static yonder_hsts *empty(void)
{
    yonder_hsts *store;
    assert_int_equal(yonder_hsts_new(&store, 0, NULL), YONDER_OK);
    return store;
}

static yonder_hsts_noted note(yonder_hsts *store, const char *as, const yonder_preload *preload,
                              const char *at, const char *value, int64_t now)
{
    yonder_url url = parsed(at);
    const yonder_field field = {YN_TEXT("strict-transport-SECURITY"), yonder_text_of(value)};
    const yonder_hsts_response response = {
        .url = &url, .fields = &field, .field_count = 1, .certificate_valid = true, .now = now};
    yonder_hsts_noted noted;
    assert_int_equal(yonder_hsts_note(store, client(as), preload, &response, &noted), YONDER_OK);
    yonder_url_free(&url, NULL);
    return noted;
}

// "dynamic example.com" or "preload dev"; a "-" before it where the entry stands against the
// upgrade; "" where nobody knows the host.
static void assert_match(const char *as, const yonder_hsts *store, const yonder_preload *preload,
                         const char *at, int64_t now, const char *expected)
{
    yonder_url url = parsed(at);
    yonder_hsts_match match;
    yn_buf out = yn_buf_make(1024, NULL);
    yonder_hsts_query(store, preload, client(as), &url, now, &match);
    if (match.source != YONDER_HSTS_NONE)
        yn_buf_printf(&out, "%s%s %.*s", match.upgrade ? "" : "-",
                      yonder_hsts_source_code(match.source), YN_PRINT(match.matched));
    char name[256];
    snprintf(name, sizeof name, "%s %s at %lld", as, at, (long long)now);
    assert_text(name, yn_buf_text(&out), expected);
    assert_row(name, match.source != YONDER_HSTS_NONE || (!match.upgrade && !match.matched.len));
    yn_buf_free(&out);
    yonder_url_free(&url, NULL);
}

// ---- the store ----------------------------------------------------------------------------------

static void what_is_put_is_found_under_its_canonical_name(void **state)
{
    (void)state;
    char label[64], host[300];
    memset(label, 'a', sizeof label - 1);
    label[63] = '\0';
    const struct {
        const char *host;
        const char *canonical; // NULL: refused
    } rows[] = {
        {"example.com", "example.com"},
        {"EXAMPLE.com.", "example.com."},
        {"a_b.xn--bcher-kva.example", "a_b.xn--bcher-kva.example"},
        {"localhost", "localhost"},
        {label, label},
        {"", NULL},
        {".", NULL},
        {"a..b", NULL},
        {".a", NULL},
        {"a..", NULL},
        {"1.2.3.4", NULL},
        {"0x7f.1", NULL},
        {"1", NULL},
        {"[::1]", NULL},
        {"::1", NULL},
        {"a b", NULL},
        {"a\tb", NULL},
        {"a/b", NULL},
        {"b\xC3\xBC"
         "cher.example",
         NULL},
    };
    yonder_hsts *store = empty();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yonder_hsts_entry entry = {.host = yonder_text_of(rows[i].host),
                                         .expires = (int64_t)i};
        int error = yonder_hsts_put(store, &entry);
        assert_row(rows[i].host, error == (rows[i].canonical ? YONDER_OK : YONDER_INVALID_HOST));
        const yonder_hsts_entry *found = yonder_hsts_find(store, entry.host, 0);
        assert_row(rows[i].host, (found != NULL) == (rows[i].canonical != NULL));
        if (found) {
            assert_text(rows[i].host, found->host, rows[i].canonical);
            assert_row(rows[i].host, found->expires == (int64_t)i);
        }
    }
    snprintf(host, sizeof host, "%sa", label);
    assert_int_equal(yonder_hsts_put(store, &(yonder_hsts_entry){.host = yonder_text_of(host)}),
                     YONDER_INVALID_HOST);
    for (size_t len = 252; len <= 254; len++) {
        memset(host, 'b', sizeof host);
        host[63] = host[127] = host[191] = '.';
        const yonder_hsts_entry entry = {.host = {host, len}};
        assert_int_equal(yonder_hsts_put(store, &entry),
                         len <= 253 ? YONDER_OK : YONDER_INVALID_HOST);
        host[len - 1] = '.'; // as the end it does not count
        assert_int_equal(yonder_hsts_put(store, &entry),
                         len <= 254 ? YONDER_OK : YONDER_INVALID_HOST);
    }
    yonder_hsts_free(store);
    yonder_hsts_free(NULL);
}

static void entries_come_in_the_order_of_arrival_whatever_is_taken_out(void **state)
{
    (void)state;
    enum {
        count = 3000
    };
    yonder_hsts *store = empty();
    char host[32];
    for (int i = 0; i < count; i++) {
        snprintf(host, sizeof host, "h%d.example", i);
        const yonder_hsts_entry entry = {
            .host = yonder_text_of(host), .port = (uint16_t)(i % 7 == 0 ? 8443 : 0), .expires = i};
        assert_int_equal(yonder_hsts_put(store, &entry), YONDER_OK);
    }
    for (int i = 0; i < count; i++) {
        snprintf(host, sizeof host, "h%d.example", i);
        if (i % 5)
            assert_true(yonder_hsts_forget(store, yonder_text_of(host)));
        if (i % 5)
            assert_false(yonder_hsts_forget(store, yonder_text_of(host)));
    }
    assert_int_equal(yonder_hsts_count(store), count / 5);
    const yonder_hsts_entry *entry;
    int64_t last = -1;
    size_t seen = 0;
    for (size_t cursor = 0; (entry = yonder_hsts_next(store, &cursor)); seen++) {
        assert_true(entry->expires > last && entry->expires % 5 == 0);
        assert_ptr_equal(yonder_hsts_find(store, entry->host, entry->port), entry);
        last = entry->expires;
    }
    assert_int_equal(seen, count / 5);
    yonder_hsts_free(store);
}

static void ports_are_kept_apart_and_forgotten_together(void **state)
{
    (void)state;
    yonder_hsts *store = empty();
    const uint16_t ports[] = {0, 8443, 8080, 1};
    for (size_t i = 0; i < 4; i++)
        yonder_hsts_put(store, &(yonder_hsts_entry){
                                   .host = YN_TEXT("a.b"), .port = ports[i], .expires = ports[i]});
    yonder_hsts_put(store, &(yonder_hsts_entry){.host = YN_TEXT("c.b"), .port = 8443});
    assert_int_equal(yonder_hsts_count(store), 5);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(yonder_hsts_find(store, YN_TEXT("a.b"), ports[i])->expires, ports[i]);
    assert_true(yonder_hsts_forget(store, YN_TEXT("A.B.")));
    assert_int_equal(yonder_hsts_count(store), 1);
    assert_non_null(yonder_hsts_find(store, YN_TEXT("c.b"), 8443));
    yonder_hsts_free(store);
}

static void a_full_store_takes_no_new_host_but_renews_old_ones(void **state)
{
    (void)state;
    yonder_hsts *store;
    assert_int_equal(yonder_hsts_new(&store, 2, NULL), YONDER_OK);
    note(store, "chrome", NULL, "https://a.b/", "max-age=1", 10);
    note(store, "chrome", NULL, "https://c.b/", "max-age=1", 10);
    const yonder_hsts_entry more = {.host = YN_TEXT("d.b")};
    assert_int_equal(yonder_hsts_put(store, &more), YONDER_TOO_LARGE);
    yonder_hsts_noted noted = note(store, "chrome", NULL, "https://a.b/", "max-age=9", 11);
    assert_int_equal(noted.effect, YONDER_HSTS_REFRESHED);
    assert_int_equal(yonder_hsts_find(store, YN_TEXT("a.b"), 0)->expires, 20);
    yonder_hsts_free(store);
}

// ---- noting -------------------------------------------------------------------------------------

static void a_field_counts_over_valid_tls_and_for_domains(void **state)
{
    (void)state;
    static const struct {
        const char *client, *url;
        bool valid;
        const char *effect;
    } rows[] = {
        {"chrome", "https://a.example/", true, "learnt"},
        {"chrome", "https://a.example:8443/", true, "learnt"},
        {"chrome", "http://a.example/", true, "insecure"},
        {"chrome", "https://a.example/", false, "bad_certificate"},
        {"firefox", "https://a.example/", false, "bad_certificate"},
        {"safari", "https://a.example/", false, "bad_certificate"},
        {"curl", "https://a.example/", false, "learnt"}, // -k
        {"wget", "https://a.example/", false, "learnt"}, // --no-check-certificate
        {"chrome", "https://127.0.0.1/", true, "no_domain"},
        {"firefox", "https://0x7f.1/", true, "no_domain"},
        {"curl", "https://2130706433/", true, "no_domain"},
        {"wget", "https://[::1]/", true, "no_domain"},
        {"chrome", "https://localhost/", true, "no_domain"},
        {"chrome", "https://a.LocalHost./", true, "no_domain"},
        {"chrome", "https://notlocalhost/", true, "learnt"},
        {"firefox", "https://localhost/", true, "learnt"},
        {"curl", "https://localhost/", true, "learnt"},
        {"requests", "https://a.example/", true, "not_accepted"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char name[100];
        snprintf(name, sizeof name, "%s %s", rows[i].client, rows[i].url);
        yonder_hsts *store = empty();
        yonder_url url = parsed(rows[i].url);
        const yonder_field field = {YN_TEXT("Strict-Transport-Security"), YN_TEXT("max-age=9")};
        const yonder_hsts_response response = {.url = &url,
                                               .fields = &field,
                                               .field_count = 1,
                                               .certificate_valid = rows[i].valid,
                                               .now = 100};
        yonder_hsts_noted noted;
        assert_row(name, yonder_hsts_note(store, client(rows[i].client), NULL, &response, &noted) ==
                             YONDER_OK);
        assert_text(name, yonder_text_of(yonder_hsts_effect_code(noted.effect)), rows[i].effect);
        assert_row(name, (yonder_hsts_count(store) == 1) == (noted.effect == YONDER_HSTS_LEARNT));
        yonder_url_free(&url, NULL);
        yonder_hsts_free(store);
    }
}

static void of_several_fields_those_count_that_the_client_takes(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        const char *values[3];
        const char *effect;
        int64_t max_age; // of the entry; -1: none
    } rows[] = {
        {"chrome", {NULL}, "nothing", -1},
        {"chrome", {"max-age=1", "max-age=2"}, "learnt", 1},
        {"chrome", {"max-age=x", "max-age=2"}, "not_accepted", -1},
        {"chrome", {"", "max-age=2"}, "not_accepted", -1},
        {"firefox", {"", "max-age=2"}, "not_accepted", -1},
        {"firefox", {"max-age=x", "max-age=2"}, "not_accepted", -1},
        {"curl", {"max-age=1", "max-age=2"}, "refreshed", 2},
        {"curl", {"max-age=1", "max-age=x"}, "learnt", 1},
        {"curl", {"max-age=x", "max-age=2"}, "learnt", 2},
        {"curl", {"max-age=1", "max-age=0"}, "forgotten", -1},
        {"wget", {"max-age=1", "max-age=2"}, "learnt", 1},
    };
    yonder_url url = parsed("https://a.example/");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_field fields[4] = {{YN_TEXT("Server"), YN_TEXT("x")}};
        size_t count = 1;
        for (size_t v = 0; v < 3 && rows[i].values[v]; v++)
            fields[count++] = (yonder_field){YN_TEXT("Strict-Transport-Security"),
                                             yonder_text_of(rows[i].values[v])};
        yonder_hsts *store = empty();
        const yonder_hsts_response response = {.url = &url,
                                               .fields = fields,
                                               .field_count = count,
                                               .certificate_valid = true,
                                               .now = 1000};
        yonder_hsts_noted noted;
        assert_int_equal(yonder_hsts_note(store, client(rows[i].client), NULL, &response, &noted),
                         YONDER_OK);
        char name[64];
        snprintf(name, sizeof name, "%s %zu", rows[i].client, i);
        assert_text(name, yonder_text_of(yonder_hsts_effect_code(noted.effect)), rows[i].effect);
        const yonder_hsts_entry *entry = yonder_hsts_find(store, YN_TEXT("a.example"), 0);
        assert_row(name, (entry ? entry->expires - 1000 : -1) == rows[i].max_age);
        yonder_hsts_free(store);
    }
    yonder_url_free(&url, NULL);
}

static void every_reception_begins_the_time_anew(void **state)
{
    (void)state;
    yonder_hsts *store = empty();
    assert_int_equal(
        note(store, "chrome", NULL, "https://a.b/", "max-age=10; includeSubDomains", 100).effect,
        YONDER_HSTS_LEARNT);
    assert_int_equal(note(store, "chrome", NULL, "https://A.B./", "max-age=5", 108).effect,
                     YONDER_HSTS_REFRESHED);
    const yonder_hsts_entry *entry = yonder_hsts_find(store, YN_TEXT("a.b"), 0);
    assert_true(entry->expires == 113 && entry->learnt == 108 && !entry->include_subdomains);
    assert_int_equal(note(store, "chrome", NULL, "https://a.b/", "max-age=9", 114).effect,
                     YONDER_HSTS_LEARNT); // it was over
    assert_int_equal(note(store, "chrome", NULL, "https://a.b/", "max-age=0", 115).effect,
                     YONDER_HSTS_FORGOTTEN);
    assert_int_equal(yonder_hsts_count(store), 0);
    assert_int_equal(note(store, "chrome", NULL, "https://a.b/", "max-age=0", 115).effect,
                     YONDER_HSTS_FORGOTTEN);
    note(store, "curl", NULL, "https://a.b/", "max-age=9223372036854775807", 115);
    assert_true(yonder_hsts_find(store, YN_TEXT("a.b"), 0)->expires == YONDER_HSTS_FOREVER);
    note(store, "curl", NULL, "https://a.b/", "max-age=9223372036854775800", 115);
    assert_true(yonder_hsts_find(store, YN_TEXT("a.b"), 0)->expires == YONDER_HSTS_FOREVER);
    assert_int_equal(
        note(store, "wget", NULL, "https://a.b/", "max-age=9223372036854775800", 115).effect,
        YONDER_HSTS_NOT_ACCEPTED); // the sum overflows
    yonder_hsts_free(store);
}

// ---- matching -----------------------------------------------------------------------------------

static void an_entry_covers_what_the_client_says_it_covers(void **state)
{
    (void)state;
    // example.com includes its subdomains, shield.example.com does not, org does.
    static const struct {
        const char *url;
        const char *any, *wget; // the clients for which any ancestor counts; wget
    } rows[] = {
        {"http://example.com/", "dynamic example.com", "dynamic example.com"},
        {"http://EXAMPLE.com/", "dynamic example.com", "dynamic example.com"},
        {"http://a.b.example.com/", "dynamic example.com", "dynamic example.com"},
        {"http://shield.example.com/", "dynamic shield.example.com", "dynamic shield.example.com"},
        {"http://a.shield.example.com/", "dynamic example.com", "-dynamic shield.example.com"},
        {"http://xexample.com/", "", ""},
        {"http://com/", "", ""},
        {"http://a.org/", "dynamic org", ""}, // wget asks for ancestors with a dot only
        {"http://org/", "dynamic org", "dynamic org"},
        {"http://127.0.0.1/", "", ""},
        {"http://example.com:8080/", "dynamic example.com", ""},
        {"http://[::1]/", "", ""},
    };
    yonder_hsts *store = empty();
    note(store, "chrome", NULL, "https://example.com/", "max-age=100; includeSubDomains", 100);
    note(store, "chrome", NULL, "https://shield.example.com/", "max-age=100", 100);
    note(store, "chrome", NULL, "https://org/", "max-age=100; includeSubDomains", 100);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_match("chrome", store, NULL, rows[i].url, 150, rows[i].any);
        assert_match("firefox", store, NULL, rows[i].url, 150, rows[i].any);
        assert_match("curl", store, NULL, rows[i].url, 150, rows[i].any);
        assert_match("wget", store, NULL, rows[i].url, 150, rows[i].wget);
        assert_match("go", store, NULL, rows[i].url, 150, "");
        assert_match("chrome", NULL, NULL, rows[i].url, 150, "");
    }
    assert_match("chrome", store, NULL, "http://example.com/", 200, "dynamic example.com");
    assert_match("chrome", store, NULL, "http://example.com/", 201, "");
    assert_match("firefox", store, NULL, "http://example.com/", 200, "dynamic example.com");
    assert_match("wget", store, NULL, "http://example.com/", 200, "dynamic example.com");
    assert_match("wget", store, NULL, "http://example.com/", 201, "-dynamic example.com");
    assert_match("curl", store, NULL, "http://example.com/", 199, "dynamic example.com");
    assert_match("curl", store, NULL, "http://example.com/", 200, "");
    yonder_hsts_free(store);
}

static void wget_keeps_ports_apart(void **state)
{
    (void)state;
    yonder_hsts *store = empty();
    note(store, "wget", NULL, "https://a.example:8443/", "max-age=100; includeSubDomains", 100);
    assert_match("wget", store, NULL, "http://a.example:8443/", 150, "dynamic a.example");
    assert_match("wget", store, NULL, "http://b.a.example:8443/", 150, "dynamic a.example");
    assert_match("wget", store, NULL, "http://a.example/", 150, "");
    assert_match("wget", store, NULL, "http://a.example:443/", 150, "");
    assert_match("chrome", store, NULL, "http://a.example:8443/", 150, "");
    note(store, "wget", NULL, "https://a.example/", "max-age=100", 100);
    assert_match("wget", store, NULL, "http://a.example/", 150, "dynamic a.example");
    assert_match("chrome", store, NULL, "http://a.example:8443/", 150, "dynamic a.example");
    yonder_hsts_free(store);
}

static yonder_preload *preloaded(void **image)
{
    static const yonder_preload_entry entries[] = {
        {YN_TEXT_INIT("dev"), true, true},
        {YN_TEXT_INIT("listed.example"), true, true},
        {YN_TEXT_INIT("exact.listed.example"), true, false},
        {YN_TEXT_INIT("pins.listed.example"), false, false},
    };
    size_t size, bad;
    yonder_preload *set;
    assert_int_equal(yonder_preload_build(entries, 4, NULL, image, &size, &bad), YONDER_OK);
    assert_int_equal(yonder_preload_open(&set, *image, size, NULL), YONDER_OK);
    return set;
}

static void some_take_a_dot_at_the_end_for_another_host(void **state)
{
    (void)state;
    void *image;
    yonder_preload *set = preloaded(&image);
    yonder_hsts *store = empty();
    static const char *const apart[] = {"firefox", "wget"}, *const alike[] = {"chrome", "curl"};
    note(store, "wget", NULL, "https://a.b./", "max-age=100; includeSubDomains", 100);
    note(store, "wget", NULL, "https://top./", "max-age=100; includeSubDomains", 100);
    note(store, "chrome", NULL, "https://c.b./", "max-age=100", 100);
    assert_non_null(yonder_hsts_find(store, YN_TEXT("a.b."), 0));
    assert_null(yonder_hsts_find(store, YN_TEXT("a.b"), 0));
    assert_non_null(yonder_hsts_find(store, YN_TEXT("c.b"), 0));
    for (size_t i = 0; i < 2; i++) {
        assert_match(apart[i], store, NULL, "http://a.b./", 150, "dynamic a.b.");
        assert_match(apart[i], store, NULL, "http://x.A.b./", 150, "dynamic a.b.");
        assert_match(apart[i], store, NULL, "http://a.b/", 150, "");
        assert_match(apart[i], store, NULL, "http://x.a.b/", 150, "");
        assert_match(apart[i], store, NULL, "http://c.b./", 150, "");
        assert_match(apart[i], store, NULL, "http://c.b/", 150, "dynamic c.b");
        assert_match(apart[i], store, NULL, "http://x.top./", 150, "dynamic top."); // with its dot
        assert_match(alike[i], store, NULL, "http://a.b./", 150, "");
        assert_match(alike[i], store, NULL, "http://C.b./", 150, "dynamic c.b");
    }
    // The list has no dots: Firefox takes them off before it asks.
    assert_match("firefox", store, set, "http://a.dev./", 150, "preload dev");
    assert_match("firefox", store, set, "http://listed.example./", 150, "preload listed.example");
    assert_string_equal(
        yonder_hsts_effect_code(
            note(store, "firefox", set, "https://listed.example./", "max-age=0", 150).effect),
        "knocked_out");
    assert_match("firefox", store, set, "http://listed.example./", 150, "-dynamic listed.example.");
    assert_match("firefox", store, set, "http://listed.example/", 150, "preload listed.example");
    assert_true(yonder_hsts_forget(store, YN_TEXT("a.b")));
    assert_true(yonder_hsts_forget(store, YN_TEXT("c.b.")));
    assert_false(yonder_hsts_forget(store, YN_TEXT("a.b.")));
    assert_int_equal(yonder_hsts_count(store), 2);
    yonder_preload_close(set);
    free(image);
    yonder_hsts_free(store);
}

static void localhost_is_upgraded_only_where_the_client_does_so(void **state)
{
    (void)state;
    yonder_hsts *store = empty();
    note(store, "curl", NULL, "https://localhost/", "max-age=100; includeSubDomains", 100);
    assert_match("curl", store, NULL, "http://localhost/", 150, "dynamic localhost");
    assert_match("chrome", store, NULL, "http://localhost/", 150, "");
    assert_match("chrome", store, NULL, "http://a.localhost/", 150, "");
    assert_match("firefox", store, NULL, "http://a.localhost./", 150, "");
    yonder_hsts_free(store);
}

static void the_preload_list_comes_in_as_the_client_has_it(void **state)
{
    (void)state;
    void *image;
    yonder_preload *set = preloaded(&image);
    yonder_hsts *store = empty();
    static const struct {
        const char *url, *chrome, *firefox;
    } rows[] = {
        {"http://a.dev/", "preload dev", "preload dev"},
        {"http://listed.example./", "preload listed.example", "preload listed.example"},
        // In Chromium the nearest entry decides, in Firefox any that covers the host.
        {"http://a.exact.listed.example/", "-preload exact.listed.example",
         "preload listed.example"},
        {"http://pins.listed.example/", "-preload pins.listed.example", "preload listed.example"},
        {"http://other.example/", "", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_match("chrome", store, set, rows[i].url, 150, rows[i].chrome);
        assert_match("firefox", store, set, rows[i].url, 150, rows[i].firefox);
        assert_match("curl", store, set, rows[i].url, 150, "");
        assert_match("wget", NULL, set, rows[i].url, 150, "");
    }
    // max-age=0 erases an entry; Firefox keeps in mind that it stands against the list.
    for (int i = 0; i < 2; i++) {
        const char *as = i ? "firefox" : "chrome";
        const char *zero = i ? "knocked_out" : "forgotten";
        note(store, as, set, "https://listed.example/", "max-age=9; includeSubDomains", 100);
        assert_match(as, store, set, "http://listed.example/", 105, "dynamic listed.example");
        yonder_hsts_noted noted = note(store, as, set, "https://listed.example/", "max-age=0", 106);
        assert_string_equal(yonder_hsts_effect_code(noted.effect), zero);
        assert_match(as, store, set, "http://listed.example/", 107,
                     i ? "-dynamic listed.example" : "preload listed.example");
        assert_match(as, store, set, "http://a.listed.example/", 107,
                     i ? "-dynamic listed.example" : "preload listed.example");
        // Only the entry of the very host can be knocked out.
        noted = note(store, as, set, "https://b.a.dev/", "max-age=0", 106);
        assert_string_equal(yonder_hsts_effect_code(noted.effect), "forgotten");
        assert_match(as, store, set, "http://b.a.dev/", 107, "preload dev");
    }
    assert_match("chrome", store, set, "http://listed.example/", 107, "preload listed.example");
    yonder_preload_close(set);
    free(image);
    yonder_hsts_free(store);
}

static void a_url_is_upgraded_in_place(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"http://h/", "https://h/"},
        {"http://h:80/", "https://h/"},
        {"http://h:443/a?b#c", "https://h/a?b#c"},
        {"http://h:8080/", "https://h:8080/"},
        {"http://u:p@h.example:443/a/b?#", "https://u:p@h.example/a/b?#"},
        {"http://[::1]:443/?q", "https://[::1]/?q"},
        {"https://h/", NULL},
        {"ftp://h/", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url url = parsed(rows[i][0]), out;
        int error = yonder_hsts_upgrade(client("chrome"), &url, NULL, &out);
        assert_row(rows[i][0], error == (rows[i][1] ? YONDER_OK : YONDER_INVALID_ARGUMENT));
        if (!error) { // it is what the parser would have made of it, in every part
            yonder_url expected = parsed(rows[i][1]);
            assert_text(rows[i][0], yonder_url_href(&out), rows[i][1]);
            assert_string_equal(out.href, expected.href);
            for (int p = 0; p < YONDER_URL_PARTS; p++) {
                yonder_text a = yonder_url_get(&out, (yonder_url_part)p);
                yonder_text b = yonder_url_get(&expected, (yonder_url_part)p);
                assert_row(rows[i][0], a.ptr && b.ptr && yn_equal(a, b) &&
                                           out.part[p].at == expected.part[p].at);
            }
            assert_row(rows[i][0], out.length == expected.length && out.port == expected.port);
            yonder_url_free(&expected, NULL);
            yonder_url_free(&out, NULL);
        }
        yonder_url_free(&url, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found_under_its_canonical_name),
        cmocka_unit_test(entries_come_in_the_order_of_arrival_whatever_is_taken_out),
        cmocka_unit_test(ports_are_kept_apart_and_forgotten_together),
        cmocka_unit_test(a_full_store_takes_no_new_host_but_renews_old_ones),
        cmocka_unit_test(a_field_counts_over_valid_tls_and_for_domains),
        cmocka_unit_test(of_several_fields_those_count_that_the_client_takes),
        cmocka_unit_test(every_reception_begins_the_time_anew),
        cmocka_unit_test(an_entry_covers_what_the_client_says_it_covers),
        cmocka_unit_test(wget_keeps_ports_apart),
        cmocka_unit_test(some_take_a_dot_at_the_end_for_another_host),
        cmocka_unit_test(localhost_is_upgraded_only_where_the_client_does_so),
        cmocka_unit_test(the_preload_list_comes_in_as_the_client_has_it),
        cmocka_unit_test(a_url_is_upgraded_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
