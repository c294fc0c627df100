// SPDX-License-Identifier: MIT
// Clients known by what is published of them: nobody can run them here.
#include "core/client_row.h"

#define CHECKS                                                                                     \
    {                                                                                              \
        YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_DUPLICATES, YN_CHECK_LIMIT, YN_CHECK_URL,     \
            YN_CHECK_SCHEME, YN_CHECK_STREAM                                                       \
    }

static const yonder_field safari_fields[] = {
    FIELD("User-Agent",
          "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, "
          "like Gecko) Version/26.0 Safari/605.1.15"),
    FIELD("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    FIELD("Accept-Language", "en-US,en;q=0.9"),
};

// The Fetch standard, and WebKit's source where it differs: ResourceRequestBase drops fields,
// CacheValidation lets 301, 308 and 410 live for a year, which is "without end" here.
const yonder_client yn_client_safari = {
    .name = "safari",
    .version = "Safari 26, navigation, not measured",
    FIELDS(safari_fields),
    .followed = {{{301, 303}, {307, 308}}},
    .limit = 20,
    .checks = {YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_DUPLICATES, YN_CHECK_LIMIT,
               YN_CHECK_URL, YN_CHECK_SCHEME, YN_CHECK_STREAM, YN_CHECK_PORT},
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
    .cache = {.methods = NAMES("GET"),
              .unlimited = {{{301, 301}, {308, 308}, {410, 410}}},
              .tenth = {{{200, 200}, {203, 203}, {206, 206}}}},
    .hsts = {.support = YONDER_HSTS_ALWAYS}, // RFC 6797; not measured
};

static const yonder_field googlebot_fields[] = {
    FIELD("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
};

// Google's pages on redirects and on its crawlers: up to ten hops, GET, and a URL without its
// fragment. What they do not say is the URL standard's.
const yonder_client yn_client_googlebot = {
    .name = "googlebot",
    .version = "Googlebot as documented in 2026, not measured",
    FIELDS(googlebot_fields),
    .followed = {{{301, 303}, {307, 308}}},
    .safe_methods_only = true,
    .limit = 10,
    .checks = CHECKS,
    .stream_action = YONDER_STOP,
    .blanks = " \t",
    .duplicates = YN_DUPLICATES_FIRST,
    .schemes = NAMES("http", "https"),
    .refreshing = YN_REFRESH_REDIRECTS,
};

// RFC 1945: section 9.3 for what is followed and how often, 6.1.1 for statuses it does not
// know, 10.11 for Location, which is absolute, 10.7 and 10.12 for what keeps a response. It names
// no field that a request must have.
const yonder_client yn_client_http10 = {
    .name = "http10",
    .version = "HTTP/1.0 as RFC 1945 has it, no program",
    .followed = {{{301, 302}}},
    .safe_methods_only = true,
    .limit = 5,
    .checks = CHECKS,
    .stream_action = YONDER_STOP,
    .blanks = " \t",
    .duplicates = YN_DUPLICATES_FIRST,
    .absolute_only = true,
    .schemes = NAMES("http", "https"),
    .cache = {.methods = NAMES("GET"),
              .without_cache_control = true,
              .unreadable_expires_past = true},
};
