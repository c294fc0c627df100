// SPDX-License-Identifier: MIT
// The table of clients. doc/design/core-redirect.md shows the rows that are still to come.
#include "core/client.h"

#include "base/text.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
// clang-format off
#define FIELD(name, value) {YN_TEXT_INIT(name), YN_TEXT_INIT(value)}
// clang-format on

// A navigation. What depends on the scheme or the site (Accept-Encoding, Sec-*) is left out.
static const yonder_field chrome_fields[] = {
    FIELD("Upgrade-Insecure-Requests", "1"),
    FIELD("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                        "Chrome/156.0.0.0 Safari/537.36"),
    FIELD("Accept",
          "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
          "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"),
    FIELD("Accept-Language", "en-US,en;q=0.9"),
};

static const yonder_field curl_fields[] = {
    FIELD("User-Agent", "curl/7.88.1"),
    FIELD("Accept", "*/*"),
};

#define CURL_HOST_REFUSED "!\"#$&'()*+,/:;<=>?@[\\]^`{}"

static const yn_reading curl_reading = {
    .merge = YN_MERGE_TEXT,
    .min_slashes = 1,
    .max_slashes = 3,
    .lower_hex = true,
    .plus_for_space = true,
    .bad_percent = YN_PERCENT_KEPT,
    .controls = YN_CONTROLS_REFUSED,
    .host_refused = CURL_HOST_REFUSED,
};

// What is typed gets less of a reading than a Location: it is taken as it is, or refused.
static const yn_reading curl_first = {
    .min_slashes = 1,
    .max_slashes = 3,
    .lower_hex = true,
    .bad_percent = YN_PERCENT_KEPT,
    .controls = YN_CONTROLS_AND_SPACES_REFUSED,
    .path_only = true,
    .keeps_empty_query = true,
    .host_refused = CURL_HOST_REFUSED,
    .guessed = NAMES("ftp", "dict", "ldap", "imap", "smtp", "pop3"),
};

static const yonder_client clients[] = {
    {
        // The Fetch standard's HTTP-redirect fetch, and Chromium's network stack where it differs.
        .name = "chrome",
        .version = "Chrome 156 on Linux, navigation",
        .fields = chrome_fields,
        .field_count = sizeof chrome_fields / sizeof *chrome_fields,
        .followed = {{{301, 303}, {307, 308}}},
        .limit = 20,
        .checks = {YN_CHECK_DUPLICATES, YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_LIMIT,
                   YN_CHECK_URL, YN_CHECK_SCHEME, YN_CHECK_STREAM, YN_CHECK_PORT},
        .methods = {{.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                    {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
        .stream = YN_STREAM_UNLESS_303,
        .stream_action = YONDER_ERROR,
        .drops = {{YN_DROP_WHEN_METHOD_CHANGES,
                   NAMES("Content-Encoding", "Content-Language", "Content-Location", "Content-Type",
                         "Content-Length", "Origin")},
                  {YN_DROP_WHEN_SITE_CHANGES, NAMES("Authorization")}},
        .blanks = " \t",
        .duplicates = YN_DUPLICATES_MUST_AGREE,
        .empty = YN_EMPTY_IS_NONE,
        .inherits_fragment = true,
        .schemes = NAMES("http", "https"),
        .cache = {.methods = NAMES("GET"),
                  .unlimited = {{{300, 301}, {308, 308}, {410, 410}}},
                  .tenth = {{{200, 200}, {203, 203}, {206, 206}}}},
    },
    {
        // Measured: tests/e2e/test_decide_curl.py holds every trait against the program itself.
        .name = "curl",
        .version = "curl 7.88.1, with -L",
        .fields = curl_fields,
        .field_count = sizeof curl_fields / sizeof *curl_fields,
        .followed = {{{300, 399}}},
        .limit = 50,
        .checks = {YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_STREAM, YN_CHECK_LIMIT,
                   YN_CHECK_URL, YN_CHECK_SCHEME},
        .methods = {{.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                    {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
        .custom = YN_CUSTOM_STICKS,
        .own_methods = NAMES("GET", "HEAD", "POST", "PUT"),
        .stream = YN_STREAM_WHEN_NEEDED,
        .stream_action = YONDER_ERROR,
        .drops = {{YN_DROP_WHEN_BODY_IS_LOST, NAMES("Content-Type", "Content-Length")},
                  {YN_DROP_WHEN_SITE_CHANGES, NAMES("Authorization", "Cookie")}},
        .site = YN_SITE_ORIGIN,
        .site_is_initial = true,
        .composes_anew = true,
        .sends_url_credentials = true,
        .blanks = " \t\n\v\f\r",
        .duplicates = YN_DUPLICATES_FIRST,
        .empty = YN_EMPTY_IS_NONE,
        .reading = &curl_reading,
        .first = &curl_first,
        .schemes = NAMES("http", "https", "ftp", "ftps"),
    },
};

bool yn_statuses_have(const yn_statuses *set, int status)
{
    for (size_t i = 0; i < sizeof set->range / sizeof *set->range; i++)
        if (status >= set->range[i][0] && status <= set->range[i][1] && set->range[i][1])
            return true;
    return false;
}

const yonder_client *yonder_client_find(yonder_text name)
{
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++)
        if (yn_equal(name, yonder_text_of(clients[i].name)))
            return &clients[i];
    return NULL;
}

const yonder_client *yonder_client_at(size_t index)
{
    return index < sizeof clients / sizeof *clients ? &clients[index] : NULL;
}

const char *yonder_client_name(const yonder_client *client)
{
    return client->name;
}

const char *yonder_client_version(const yonder_client *client)
{
    return client->version;
}

const yonder_field *yonder_client_fields(const yonder_client *client, size_t *count)
{
    *count = client->field_count;
    return client->fields;
}
