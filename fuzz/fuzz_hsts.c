// SPDX-License-Identifier: MIT
// Field values, state files and hosts. The input is a header value, a line end, a host, a line end,
// and a state file.
#include <stdlib.h>
#include <string.h>

#include <yonder/hsts.h>

#include "base/text.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static yonder_text take_line(yonder_text *rest)
{
    size_t end = yn_find_char(*rest, '\n');
    yonder_text line = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
    return line;
}

// What is accepted is in bounds, and is read the same without the blanks around it.
static void check_value(const yonder_client *client, yonder_text value)
{
    yonder_hsts_policy policy = {.max_age = -1}, again = {.max_age = -1};
    yonder_hsts_reading reading = yonder_hsts_parse(client, value, &policy);
    CHECK(*yonder_hsts_reading_code(reading));
    CHECK((reading == YONDER_HSTS_VALID) == (policy.max_age >= 0));
    CHECK(yonder_hsts_supported(client) != YONDER_HSTS_NEVER ||
          reading == YONDER_HSTS_UNKNOWN_TO_CLIENT);
    CHECK(yonder_hsts_parse(client, yn_trim(value, " \t"), &again) == reading);
    CHECK(policy.max_age == again.max_age && policy.include_subdomains == again.include_subdomains);
}

static bool is_localhost(yonder_text host)
{
    const yonder_text end = YN_TEXT("localhost");
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    return host.len >= end.len && yn_equal(yn_skip(host, host.len - end.len), end);
}

// Noted over TLS and with a max-age, a host is upgraded until its time is over.
static void check_noted(const yonder_client *client, const yonder_url *url, yonder_text value)
{
    yonder_hsts *store;
    const yonder_field field = {YN_TEXT("Strict-Transport-Security"), value};
    const yonder_hsts_response response = {
        .url = url, .fields = &field, .field_count = 1, .certificate_valid = true, .now = 1000};
    yonder_hsts_noted noted;
    CHECK(yonder_hsts_new(&store, 0, NULL) == YONDER_OK);
    CHECK(yonder_hsts_note(store, client, NULL, &response, &noted) == YONDER_OK);
    yonder_hsts_match match;
    yonder_hsts_query(store, NULL, client, url, 1000, &match);
    bool known = noted.effect == YONDER_HSTS_LEARNT && noted.policy.max_age > 0;
    CHECK(!match.upgrade || noted.effect == YONDER_HSTS_LEARNT ||
          noted.effect == YONDER_HSTS_FORGOTTEN || noted.effect == YONDER_HSTS_REFRESHED);
    CHECK(!known || match.upgrade || is_localhost(yonder_url_get(url, YONDER_URL_HOSTNAME)));
    if (match.upgrade && match.expires != YONDER_HSTS_FOREVER) {
        yonder_hsts_query(store, NULL, client, url, match.expires + 1, &match);
        CHECK(!match.upgrade);
    }
    yonder_hsts_free(store);
}

// A file that was read and written is read and written as the same once more.
static void check_file(yonder_text file)
{
    yonder_hsts *store, *again;
    char *text, *text_again;
    size_t len, len_again;
    CHECK(yonder_hsts_new(&store, 0, NULL) == YONDER_OK);
    CHECK(yonder_hsts_new(&again, 0, NULL) == YONDER_OK);
    CHECK(yonder_hsts_read(store, file, NULL, NULL) == YONDER_OK);
    CHECK(yonder_hsts_write(store, NULL, &text, &len) == YONDER_OK);
    CHECK(yonder_hsts_read(again, (yonder_text){text, len}, NULL, NULL) == YONDER_OK);
    CHECK(yonder_hsts_count(store) == yonder_hsts_count(again));
    CHECK(yonder_hsts_write(again, NULL, &text_again, &len_again) == YONDER_OK);
    CHECK(len == len_again && memcmp(text, text_again, len) == 0);
    free(text);
    free(text_again);
    const yonder_hsts_entry *entry;
    for (size_t cursor = 0; (entry = yonder_hsts_next(store, &cursor));)
        CHECK(yonder_hsts_find(store, entry->host, entry->port) == entry);
    for (size_t cursor = 0; (entry = yonder_hsts_next(again, &cursor));)
        CHECK(yonder_hsts_forget(store, entry->host) || entry->port ||
              !yonder_hsts_find(store, entry->host, 0));
    CHECK(yonder_hsts_count(store) == 0);
    const yonder_client *client;
    for (size_t i = 0; (client = yonder_client_at(i)); i++) {
        CHECK(yonder_hsts_read_as(store, client, 1000, file, NULL, NULL) == YONDER_OK);
        CHECK(yonder_hsts_count(store) <= yonder_hsts_count(again));
        yonder_hsts_free(store);
        CHECK(yonder_hsts_new(&store, 0, NULL) == YONDER_OK);
    }
    CHECK(yonder_hsts_read_wget(store, file, NULL, NULL) == YONDER_OK);
    yonder_hsts_free(store);
    yonder_hsts_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text rest = {(const char *)data, size};
    yonder_text value = take_line(&rest), host = take_line(&rest);
    char address[600] = "https://";
    size_t scheme = strlen(address);
    if (host.len < sizeof address - scheme)
        memcpy(address + scheme, host.ptr, host.len);
    else
        host.len = 0;
    yonder_url url;
    bool is_url =
        yonder_url_parse(&url, (yonder_text){address, scheme + host.len}, NULL, NULL) == YONDER_OK;
    const yonder_client *client;
    for (size_t i = 0; (client = yonder_client_at(i)); i++) {
        check_value(client, value);
        if (is_url)
            check_noted(client, &url, value);
    }
    if (is_url)
        yonder_url_free(&url, NULL);
    check_file(rest);
    return 0;
}
