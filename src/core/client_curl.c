// SPDX-License-Identifier: MIT
// curl, measured: tests/e2e/test_decide_curl.py holds every trait against the program itself.
#include "core/client_row.h"

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
    .host_number = YN_NUMBER_READ_WITHOUT_DOT,
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
    .host_number = YN_NUMBER_READ_WITHOUT_DOT,
    .host_refused = CURL_HOST_REFUSED,
    .guessed = NAMES("ftp", "dict", "ldap", "imap", "smtp", "pop3"),
};

// Measured: tests/e2e/test_decide_curl.py holds every trait against the program itself.
const yonder_client yn_client_curl = {
    .name = "curl",
    .version = "curl 7.88.1, with -L",
    FIELDS(curl_fields),
    .followed = {{{300, 399}}},
    .limit = 50,
    .checks = {YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_STREAM, YN_CHECK_LIMIT, YN_CHECK_URL,
               YN_CHECK_SCHEME},
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
    .credentials = YN_CREDENTIALS_AT_START,
    .blanks = " \t\n\v\f\r",
    .duplicates = YN_DUPLICATES_FIRST,
    .empties_skipped = true,
    .reading = &curl_reading,
    .first = &curl_first,
    .schemes = NAMES("http", "https", "ftp", "ftps"),
    .hsts = {.support = YONDER_HSTS_OPT_IN,
             .scanner = YN_HSTS_PREFIXES,
             .which = YN_HSTS_EACH,
             .any_certificate = true,
             .end_is_past = true,
             .preload = YN_HSTS_PRELOAD_NONE,
             .file_below_left_out = true},
};

#define CHECKS                                                                                     \
    {                                                                                              \
        YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_DUPLICATES, YN_CHECK_LIMIT, YN_CHECK_URL,     \
            YN_CHECK_SCHEME, YN_CHECK_STREAM                                                       \
    }

static const yn_reading curl_follow_reading = {
    .dots = YN_DOTS_ESCAPED_TOO,
    .min_slashes = 1,
    .max_slashes = 3,
    .scheme_from_letter = true,
    .upper_escapes = true,
    .plus_for_space = true,
    .controls = YN_CONTROLS_ESCAPED,
    .host_refused = CURL_HOST_REFUSED,
    .host_end_refused = true,
};

static const yonder_field curl_follow_fields[] = {
    FIELD("User-Agent", "curl/8.23.0"),
    FIELD("Accept", "*/*"),
};

// Measured: tests/data/curl-follow.jsonl holds what was seen.
const yonder_client yn_client_curl_follow = {
    .name = "curl-follow",
    .version = "curl 8.23, with --follow",
    FIELDS(curl_follow_fields),
    .credentials = YN_CREDENTIALS_OF_EACH,
    .followed = {{{300, 399}}},
    .limit = 50,
    .checks = CHECKS,
    .methods = {{.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
    .custom = YN_CUSTOM_GIVES_WAY,
    .own_methods = NAMES("GET", "HEAD", "POST", "PUT"),
    .stream_action = YONDER_ERROR,
    .drops = {{YN_DROP_WHEN_BODY_IS_LOST, NAMES("Content-Type", "Content-Length")},
              {YN_DROP_WHEN_SITE_CHANGES, NAMES("Authorization", "Cookie")}},
    .site_is_initial = true,
    .composes_anew = true,
    .blanks = " \t\r\n",
    .duplicates = YN_DUPLICATES_MUST_AGREE, // since 2025-10
    .empties_skipped = true,
    .reading = &curl_follow_reading,
    .schemes = NAMES("http", "https", "ftp", "ftps"),
    .hsts = {.support = YONDER_HSTS_OPT_IN,
             .scanner = YN_HSTS_PREFIXES,
             .which = YN_HSTS_EACH,
             .strict_names = true,
             .any_certificate = true,
             .end_is_past = true,
             .preload = YN_HSTS_PRELOAD_NONE},
};
