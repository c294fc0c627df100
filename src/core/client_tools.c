// SPDX-License-Identifier: MIT
// Other tools and libraries, measured: tests/e2e/test_decide_tools.py holds their rows against the
// programs themselves. Accept-Encoding is left out where it asks for what trace does not decode.
#include "core/client_row.h"

#define CHECKS                                                                                     \
    {                                                                                              \
        YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_DUPLICATES, YN_CHECK_LIMIT, YN_CHECK_URL,     \
            YN_CHECK_SCHEME, YN_CHECK_STREAM                                                       \
    }

static const yn_reading wget_reading = {
    .min_slashes = 2,
    .max_slashes = 2,
    .escaped = "\\|{}\"<>^`",
    .bad_percent = YN_PERCENT_ESCAPED,
    .controls = YN_CONTROLS_ESCAPED,
    .keeps_empty_query = true,
    .without_fragment = true,
    .scheme_without_dot = true,
    .user = YN_USER_NAMED,
    .host_number = YN_NUMBER_KEPT,
};

static const yonder_field wget_fields[] = {
    FIELD("User-Agent", "Wget/1.21.3"),
    FIELD("Accept", "*/*"),
    FIELD("Accept-Encoding", "identity"),
    FIELD("Connection", "Keep-Alive"),
};

const yonder_client yn_client_wget = {
    .name = "wget",
    .version = "wget 1.21.3 in a UTF-8 locale",
    FIELDS(wget_fields),
    .composes_anew = true,
    .given_host = YN_GIVEN_HOST_EVERYWHERE,
    .followed = {{{300, 303}, {307, 308}}},
    .limit = 20,
    .checks = {YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_URL, YN_CHECK_SCHEME, YN_CHECK_LIMIT},
    .methods = {{.statuses = {{{300, 300}, {303, 303}}},
                 .rewrite = YN_ALL_BUT_HEAD_TO_GET,
                 .loses_body = true},
                {.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET}},
    .stream_action = YONDER_ERROR,
    .drops = {{YN_DROP_WHEN_BODY_IS_LOST, NAMES("Content-Type", "Content-Length")}},
    .blanks = " \t\n\v\f\r",
    .duplicates = YN_DUPLICATES_FIRST,
    .empty = YN_EMPTY_IS_SELF,
    .reading = &wget_reading,
    .schemes = NAMES("http", "https", "ftp", "ftps"),
    .hsts = {.support = YONDER_HSTS_ALWAYS,
             .scanner = YN_HSTS_PARAMETERS,
             .overflow = YN_HSTS_OVERFLOW_IS_REFUSED,
             .repeats = true,
             .any_subdomains_value = true,
             .any_certificate = true,
             .zero = YN_HSTS_ZERO_IS_KEPT,
             .nearest_decides = true,
             .dotted_ancestors = true,
             .ports_apart = true,
             .dots_apart = true,
             .preload = YN_HSTS_PRELOAD_NONE},
};

static const yn_reading requests_reading = {
    .merge = YN_MERGE_URLJOIN,
    .dots = YN_DOTS_IF_RELATIVE,
    .min_slashes = 2,
    .max_slashes = 2,
    .scheme_from_letter = true,
    .upper_escapes = true,
    .decodes_unreserved = true,
    .user = YN_USER_ANY,
    .last_at = true,
    .empty_password_kept = true,
    .port_zero_dropped = true,
    .host_escapes = YN_HOST_ASCII_ONLY,
    .host_refused = "\"`{}",
    .host_number = YN_NUMBER_KEPT,
    .escaped = "\\|{}\"<>^`",
    .escaped_last = "[]",
    .bad_percent = YN_PERCENT_ALL_ESCAPED,
    .controls = YN_CONTROLS_TAB_REMOVED,
    .utf8_only = true,
};

// What it is started with has its host in IDNA, and no tab taken out.
static const yn_reading requests_first = {
    .merge = YN_MERGE_URLJOIN,
    .dots = YN_DOTS_IF_RELATIVE,
    .min_slashes = 2,
    .max_slashes = 2,
    .scheme_from_letter = true,
    .upper_escapes = true,
    .decodes_unreserved = true,
    .user = YN_USER_ANY,
    .last_at = true,
    .empty_password_kept = true,
    .port_zero_dropped = true,
    .host_escapes = YN_HOST_DECODED,
    .host_refused = "\"`{}",
    .host_number = YN_NUMBER_KEPT,
    .escaped = "\\|{}\"<>^`",
    .escaped_last = "[]",
    .bad_percent = YN_PERCENT_ALL_ESCAPED,
    .controls = YN_CONTROLS_ESCAPED,
    .utf8_only = true,
};

static const yonder_field requests_fields[] = {
    FIELD("User-Agent", "python-requests/2.28.1"),
    FIELD("Accept", "*/*"),
    FIELD("Connection", "keep-alive"),
};

const yonder_client yn_client_requests = {
    .name = "requests",
    .version = "requests 2.28.1 for Python 3.11",
    FIELDS(requests_fields),
    .credentials = YN_CREDENTIALS_OF_FIRST,
    .credentials_latin1 = true,
    .given_host = YN_GIVEN_HOST_EVERYWHERE,
    .followed = {{{301, 303}, {307, 308}}},
    .limit = 30,
    .checks = CHECKS,
    .methods = {{.statuses = {{{301, 301}}}, .rewrite = YN_POST_TO_GET, .loses_body = true},
                {.statuses = {{{302, 303}}},
                 .rewrite = YN_ALL_BUT_HEAD_TO_GET,
                 .loses_body = true}},
    .stream_action = YONDER_ERROR,
    .drops = {{YN_DROP_ALWAYS, NAMES("Cookie", "Proxy-Authorization")},
              {YN_DROP_WHEN_BODY_IS_LOST,
               NAMES("Content-Length", "Content-Type", "Transfer-Encoding")},
              {YN_DROP_WHEN_SITE_CHANGES, NAMES("Authorization")}},
    .site = YN_SITE_ORIGIN_OR_UPGRADE,
    .blanks = " \t",
    .blanks_after_kept = true,
    .duplicates = YN_DUPLICATES_JOIN,
    .reading = &requests_reading,
    .first = &requests_first,
    .inherits_fragment = true,
    .schemes = NAMES("http", "https"),
};

static const yn_reading go_reading = {
    .merge = YN_MERGE_GO,
    .dots = YN_DOTS_WITH_ROOT,
    .min_slashes = 2,
    .max_slashes = 2,
    .scheme_from_letter = true,
    .path_anew = true,
    .path_only = true,
    .keeps_empty_query = true,
    .bad_percent = YN_PERCENT_REFUSED,
    .user = YN_USER_RFC3986,
    .last_at = true,
    .host_escapes = YN_HOST_DECODED_BEYOND_ASCII,
    .host_refused = "\"^`{}",
    .host_number = YN_NUMBER_KEPT,
};

// Dots stay where the user has put them.
static const yn_reading go_first = {
    .merge = YN_MERGE_GO,
    .dots = YN_DOTS_IF_RELATIVE,
    .min_slashes = 2,
    .max_slashes = 2,
    .scheme_from_letter = true,
    .path_anew = true,
    .path_only = true,
    .keeps_empty_query = true,
    .bad_percent = YN_PERCENT_REFUSED,
    .user = YN_USER_RFC3986,
    .last_at = true,
    .host_escapes = YN_HOST_DECODED_BEYOND_ASCII,
    .host_refused = "\"^`{}",
    .host_number = YN_NUMBER_KEPT,
};

// Go adds a Referer on the way, which is not modelled.
static const yonder_field go_fields[] = {
    FIELD("User-Agent", "Go-http-client/1.1"),
};

const yonder_client yn_client_go = {
    .name = "go",
    .version = "net/http of Go 1.27",
    FIELDS(go_fields),
    .credentials = YN_CREDENTIALS_OF_EACH,
    .given_host = YN_GIVEN_HOST_WHILE_RELATIVE,
    .followed = {{{301, 303}, {307, 308}}},
    .limit = 9, // it stops when ten requests have been made
    .checks = {YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_STREAM, YN_CHECK_URL, YN_CHECK_LIMIT,
               YN_CHECK_SCHEME},
    .methods = {{.statuses = {{{301, 303}}},
                 .rewrite = YN_ALL_BUT_HEAD_TO_GET,
                 .loses_body = true}},
    .stream_action = YONDER_STOP,
    .drops = {{YN_DROP_WHEN_BODY_IS_LOST,
               NAMES("Content-Encoding", "Content-Language", "Content-Location", "Content-Type")},
              {YN_DROP_WHEN_SITE_CHANGES,
               NAMES("Authorization", "Www-Authenticate", "Cookie", "Cookie2",
                     "Proxy-Authorization", "Proxy-Authenticate")}},
    .site = YN_SITE_HOST_OR_SUBDOMAIN,
    .site_is_initial = true,
    .blanks = " \t",
    .duplicates = YN_DUPLICATES_FIRST,
    .reading = &go_reading,
    .first = &go_first,
    .schemes = NAMES("http", "https"),
};
