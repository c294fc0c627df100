// SPDX-License-Identifier: MIT
// Other tools and libraries, measured.
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
};

const yonder_client yn_client_wget = {
    .name = "wget",
    .version = "wget 1.21.3",
    .followed = {{{300, 303}, {307, 308}}},
    .limit = 20,
    .checks = CHECKS,
    .methods = {{.statuses = {{{300, 300}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET},
                {.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
    .stream_action = YONDER_ERROR,
    .drops = {{YN_DROP_WHEN_BODY_IS_LOST, NAMES("Content-Type", "Content-Length")}},
    .blanks = " \t",
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
             .preload = YN_HSTS_PRELOAD_NONE},
};

static const yn_reading requests_reading = {
    .min_slashes = 2,
    .max_slashes = 2,
    .same_scheme_relative = true,
    .escaped = "\\|{}\"<>^`[]",
    .bad_percent = YN_PERCENT_ALL_ESCAPED,
    .controls = YN_CONTROLS_TAB_REMOVED,
    .utf8_only = true,
};

const yonder_client yn_client_requests = {
    .name = "requests",
    .version = "requests 2.28 for Python",
    .followed = {{{301, 303}, {307, 308}}},
    .limit = 30,
    .checks = CHECKS,
    .methods = {{.statuses = {{{301, 301}}}, .rewrite = YN_POST_TO_GET, .loses_body = true},
                {.statuses = {{{302, 303}}},
                 .rewrite = YN_ALL_BUT_HEAD_TO_GET,
                 .loses_body = true}},
    .stream_action = YONDER_ERROR,
    .drops = {{YN_DROP_ALWAYS, NAMES("Cookie")},
              {YN_DROP_WHEN_BODY_IS_LOST,
               NAMES("Content-Length", "Content-Type", "Transfer-Encoding")},
              {YN_DROP_WHEN_SITE_CHANGES, NAMES("Authorization")}},
    .site = YN_SITE_ORIGIN_OR_UPGRADE,
    .blanks = " \t",
    .duplicates = YN_DUPLICATES_JOIN,
    .reading = &requests_reading,
    .inherits_fragment = true,
    .schemes = NAMES("http", "https"),
};

const yonder_client yn_client_go = {
    .name = "go",
    .version = "net/http of Go 1.24 and later",
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
               NAMES("Authorization", "Www-Authenticate", "Cookie", "Cookie2")}},
    .site = YN_SITE_HOST_OR_SUBDOMAIN,
    .site_is_initial = true,
    .blanks = " \t",
    .duplicates = YN_DUPLICATES_FIRST,
    .schemes = NAMES("http", "https"),
};
