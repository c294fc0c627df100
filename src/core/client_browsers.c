// SPDX-License-Identifier: MIT
// Browsers, as they navigate: the Fetch standard, and where their network stacks differ from it.
#include "core/client_row.h"

// A navigation. What depends on the scheme or the site (Accept-Encoding, Sec-*) is left out.
static const yonder_field chrome_fields[] = {
    FIELD("Upgrade-Insecure-Requests", "1"),
    FIELD("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
                        "Chrome/156.0.0.0 Safari/537.36"),
    FIELD("Accept",
          "text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,"
          "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"),
    FIELD("Accept-Language", "en-US,en;q=0.9"),
};

// Of the responses Chromium makes up. That for HSTS comes from the network stack, which lets any
// page read it; that for HTTPS-Upgrades from the browser above it.
static const yonder_field chrome_hsts[] = {FIELD("Cross-Origin-Resource-Policy", "Cross-Origin"),
                                           FIELD("Non-Authoritative-Reason", "HSTS"),
                                           {{NULL, 0}}};
static const yonder_field chrome_upgrades[] = {FIELD("Non-Authoritative-Reason", "HttpsUpgrades"),
                                               {{NULL, 0}}};

static const yn_spelling chrome_spelling = {.user = "'", .host = "*", .path = "|"};

// The Fetch standard's HTTP-redirect fetch, and Chromium's network stack where it differs.
const yonder_client yn_client_chrome = {
    .name = "chrome",
    .version = "Chrome 156 on Linux, navigation",
    FIELDS(chrome_fields),
    .followed = {{{301, 303}, {307, 308}}},
    .limit = 19, // of a navigation; its network stack would follow 20, and does for fetch()
    .checks = {YN_CHECK_DUPLICATES, YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_URL,
               YN_CHECK_UNSAFE, YN_CHECK_LIMIT, YN_CHECK_SCHEME, YN_CHECK_STREAM, YN_CHECK_PORT},
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
    .spelling = &chrome_spelling,
    .inherits_fragment = true,
    .schemes = NAMES("http", "https"),
    .unsafe_schemes = NAMES("about", "blob", "chrome", "data", "file", "filesystem"),
    .cache = {.methods = NAMES("GET"),
              .unlimited = {{{300, 301}, {308, 308}, {410, 410}}},
              .tenth = {{{200, 200}, {203, 203}, {206, 206}}},
              .forgetting = {.methods = NAMES("POST", "PUT", "DELETE", "PATCH")},
              .not_for_forms = true,
              .dates = YN_DATES_GUESSED},
    .internal = {.hsts = {"Internal Redirect", chrome_hsts, .allows_origin = true},
                 .https_first = {"Temporary Redirect", chrome_upgrades},
                 .tries_https = true,
                 .counts = true},
    .refreshing = YN_REFRESH_NAVIGATES,
    .refresh_limit = INT32_MAX / 1000, // milliseconds have to fit
    .refresh_needs_digit = true,
    .hsts = {.support = YONDER_HSTS_ALWAYS,
             .scanner = YN_HSTS_TOKENS,
             .longest = 31536000, // a year
             .localhost = YN_HSTS_LOCALHOST_IS_IGNORED},
};

// A navigation, as above.
static const yonder_field firefox_fields[] = {
    FIELD("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"),
    FIELD("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    FIELD("Accept-Language", "en-US,en;q=0.9"),
    FIELD("Upgrade-Insecure-Requests", "1"),
    FIELD("Priority", "u=0, i"),
};

const yonder_client yn_client_firefox = {
    .name = "firefox",
    .version = "Firefox 153 on Linux, navigation",
    FIELDS(firefox_fields),
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
    .empty = YN_EMPTY_IS_SELF,
    .escapes_controls = true,
    .host_refused = "\"*",
    .decodes_punycode = true,
    .inherits_fragment = true,
    .schemes = NAMES("http", "https"),
    .cache = {.methods = NAMES("GET"),
              .never = {{{201, 202}, {205, 205}, {207, 300}, {304, 306}, {309, 409}, {411, 999}}},
              .unlimited = {{{410, 410}}},
              .tenth = {{{200, 200}, {203, 203}, {206, 206}, {301, 301}, {308, 308}}},
              .tenth_if_public = {{{302, 303}, {307, 307}}},
              .tenth_regardless = true,
              .tenth_at_most = 604800, // a week
              .needs_location = true,
              .forgetting = {.failures_too = true, .targets_too = true},
              .kept_schemes = NAMES("mailto"),
              .reads_words = true,
              .bare_words = NAMES("public", "private", "immutable"),
              .unreadable_expires_past = true,
              .dates = YN_DATES_GUESSED_IN_32_BITS},
    .internal = {.tries_https = true, .counts = true},
    .refreshing = YN_REFRESH_NAVIGATES,
    .hsts = {.support = YONDER_HSTS_ALWAYS,
             .scanner = YN_HSTS_LENIENT,
             .overflow = YN_HSTS_OVERFLOW_IS_REFUSED,
             .longest = INT64_C(100) * 365 * 86400,
             .zero = YN_HSTS_ZERO_KNOCKS_OUT,
             .localhost = YN_HSTS_LOCALHOST_IS_NOT_UPGRADED,
             .dots_apart = true,
             .preload = YN_HSTS_PRELOAD_PER_NAME},
};
