// SPDX-License-Identifier: MIT
// Clients known by what is published of them: nobody can run them here.
#include "core/client_row.h"

#define CHECKS                                                                                     \
    {                                                                                              \
        YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_DUPLICATES, YN_CHECK_LIMIT, YN_CHECK_URL,     \
            YN_CHECK_SCHEME, YN_CHECK_STREAM                                                       \
    }

const yonder_client yn_client_safari = {
    .name = "safari",
    .version = "Safari 26, navigation",
    .followed = {{{301, 303}, {307, 308}}},
    .limit = 20,
    .checks = CHECKS,
    .methods = {{.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
    .stream = YN_STREAM_UNLESS_303,
    .stream_action = YONDER_ERROR,
    .drops = {{YN_DROP_ALWAYS, NAMES("Authorization", "Proxy-Authorization")},
              {YN_DROP_WHEN_METHOD_CHANGES,
               NAMES("Content-Length", "Content-Language", "Content-Encoding", "Content-Location",
                     "Content-Type")},
              {YN_DROP_WHEN_SITE_CHANGES, NAMES("Origin")}},
    .blanks = " \t",
    .inherits_fragment = true,
    .schemes = NAMES("http", "https"),
    .refreshing = YN_REFRESH_NAVIGATES,
    .hsts = {.support = YONDER_HSTS_ALWAYS}, // RFC 6797; not measured
};

const yonder_client yn_client_googlebot = {
    .name = "googlebot",
    .version = "Googlebot as documented in 2026",
    .followed = {{{301, 303}, {307, 308}}},
    .safe_methods_only = true,
    .limit = 10,
    .checks = CHECKS,
    .blanks = " \t",
    .duplicates = YN_DUPLICATES_FIRST,
    .inherits_fragment = true,
    .schemes = NAMES("http", "https"),
    .refreshing = YN_REFRESH_REDIRECTS,
};

const yonder_client yn_client_http10 = {
    .name = "http10",
    .version = "HTTP/1.0 as RFC 1945 has it",
    .followed = {{{301, 302}}},
    .safe_methods_only = true,
    .limit = 5,
    .checks = CHECKS,
    .blanks = " \t",
    .duplicates = YN_DUPLICATES_FIRST,
    .absolute_only = true,
    .schemes = NAMES("http", "https"),
    .cache = {.methods = NAMES("GET"),
              .without_cache_control = true,
              .unreadable_expires_past = true},
};
