// SPDX-License-Identifier: MIT
// The clients that the table does not have yet, as rows: they show that its form holds them, and
// that the code takes each trait as meant. What is not known of a client is as in chrome's row.
#ifndef YN_TESTS_CORE_CLIENT_ROWS_H
#define YN_TESTS_CORE_CLIENT_ROWS_H

#include "core/client.h"

#define ROW_NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

#define ROW_CHECKS                                                                                 \
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

static const yn_reading requests_reading = {
    .min_slashes = 2,
    .max_slashes = 2,
    .same_scheme_relative = true,
    .escaped = "\\|{}\"<>^`[]",
    .bad_percent = YN_PERCENT_ALL_ESCAPED,
    .controls = YN_CONTROLS_TAB_REMOVED,
    .utf8_only = true,
};

static const yn_reading curl_follow_reading = {
    .merge = YN_MERGE_TEXT,
    .min_slashes = 1,
    .max_slashes = 3,
    .lower_hex = true,
    .plus_for_space = true,
};

static const yonder_client other_clients[] = {
    {.name = "firefox",
     .followed = {{{300, 303}, {307, 308}}},
     .limit = 20,
     .checks = ROW_CHECKS,
     .methods = {{.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                 {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
     .stream = YN_STREAM_UNLESS_303,
     .stream_action = YONDER_ERROR,
     .drops = {{YN_DROP_WHEN_METHOD_CHANGES, ROW_NAMES("Content-Length", "Content-Type")},
               {YN_DROP_WHEN_SITE_CHANGES, ROW_NAMES("Authorization")}},
     .blanks = " \t",
     .empty = YN_EMPTY_IS_SELF,
     .inherits_fragment = true,
     .schemes = ROW_NAMES("http", "https"),
     .cache = {.methods = ROW_NAMES("GET"),
               .never = {{{303, 303}, {305, 305}}},
               .unlimited = {{{300, 301}, {308, 308}, {410, 410}}},
               .tenth = {{{200, 200}, {203, 203}, {206, 206}}},
               .tenth_if_public = {{{302, 302}, {307, 307}}}}},
    {.name = "safari",
     .followed = {{{301, 303}, {307, 308}}},
     .limit = 20,
     .checks = ROW_CHECKS,
     .methods = {{.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                 {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
     .stream = YN_STREAM_UNLESS_303,
     .stream_action = YONDER_ERROR,
     .drops = {{YN_DROP_ALWAYS, ROW_NAMES("Authorization", "Proxy-Authorization")},
               {YN_DROP_WHEN_METHOD_CHANGES,
                ROW_NAMES("Content-Length", "Content-Language", "Content-Encoding",
                          "Content-Location", "Content-Type")},
               {YN_DROP_WHEN_SITE_CHANGES, ROW_NAMES("Origin")}},
     .blanks = " \t",
     .inherits_fragment = true,
     .schemes = ROW_NAMES("http", "https")},
    {.name = "curl-follow", // curl --follow, from 8.16 on
     .followed = {{{300, 399}}},
     .limit = 50,
     .checks = ROW_CHECKS,
     .methods = {{.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                 {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
     .custom = YN_CUSTOM_GIVES_WAY,
     .own_methods = ROW_NAMES("GET", "HEAD", "POST", "PUT"),
     .stream_action = YONDER_ERROR,
     .drops = {{YN_DROP_WHEN_BODY_IS_LOST, ROW_NAMES("Content-Type", "Content-Length")},
               {YN_DROP_WHEN_SITE_CHANGES, ROW_NAMES("Authorization", "Cookie")}},
     .site_is_initial = true,
     .composes_anew = true,
     .blanks = " \t\n\v\f\r",
     .duplicates = YN_DUPLICATES_MUST_AGREE, // since 2025-10
     .reading = &curl_follow_reading,
     .schemes = ROW_NAMES("http", "https", "ftp", "ftps")},
    {.name = "wget",
     .followed = {{{300, 303}, {307, 308}}},
     .limit = 20,
     .checks = ROW_CHECKS,
     .methods = {{.statuses = {{{300, 300}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET},
                 {.statuses = {{{301, 302}}}, .rewrite = YN_POST_TO_GET},
                 {.statuses = {{{303, 303}}}, .rewrite = YN_ALL_BUT_HEAD_TO_GET}},
     .stream_action = YONDER_ERROR,
     .drops = {{YN_DROP_WHEN_BODY_IS_LOST, ROW_NAMES("Content-Type", "Content-Length")}},
     .blanks = " \t",
     .duplicates = YN_DUPLICATES_FIRST,
     .empty = YN_EMPTY_IS_SELF,
     .reading = &wget_reading,
     .schemes = ROW_NAMES("http", "https", "ftp", "ftps")},
    {.name = "requests",
     .followed = {{{301, 303}, {307, 308}}},
     .limit = 30,
     .checks = ROW_CHECKS,
     .methods = {{.statuses = {{{301, 301}}}, .rewrite = YN_POST_TO_GET, .loses_body = true},
                 {.statuses = {{{302, 303}}},
                  .rewrite = YN_ALL_BUT_HEAD_TO_GET,
                  .loses_body = true}},
     .stream_action = YONDER_ERROR,
     .drops = {{YN_DROP_ALWAYS, ROW_NAMES("Cookie")},
               {YN_DROP_WHEN_BODY_IS_LOST,
                ROW_NAMES("Content-Length", "Content-Type", "Transfer-Encoding")},
               {YN_DROP_WHEN_SITE_CHANGES, ROW_NAMES("Authorization")}},
     .site = YN_SITE_ORIGIN_OR_UPGRADE,
     .blanks = " \t",
     .duplicates = YN_DUPLICATES_JOIN,
     .reading = &requests_reading,
     .inherits_fragment = true,
     .schemes = ROW_NAMES("http", "https")},
    {.name = "go",
     .followed = {{{301, 303}, {307, 308}}},
     .limit = 9, // it stops when ten requests have been made
     .checks = {YN_CHECK_STATUS, YN_CHECK_LOCATION, YN_CHECK_STREAM, YN_CHECK_URL, YN_CHECK_LIMIT,
                YN_CHECK_SCHEME},
     .methods = {{.statuses = {{{301, 303}}},
                  .rewrite = YN_ALL_BUT_HEAD_TO_GET,
                  .loses_body = true}},
     .stream_action = YONDER_STOP,
     .drops = {{YN_DROP_WHEN_BODY_IS_LOST, ROW_NAMES("Content-Encoding", "Content-Language",
                                                     "Content-Location", "Content-Type")},
               {YN_DROP_WHEN_SITE_CHANGES,
                ROW_NAMES("Authorization", "Www-Authenticate", "Cookie", "Cookie2")}},
     .site = YN_SITE_HOST_OR_SUBDOMAIN,
     .site_is_initial = true,
     .blanks = " \t",
     .duplicates = YN_DUPLICATES_FIRST,
     .schemes = ROW_NAMES("http", "https")},
    {.name = "googlebot",
     .followed = {{{301, 303}, {307, 308}}},
     .safe_methods_only = true,
     .limit = 10,
     .checks = ROW_CHECKS,
     .blanks = " \t",
     .duplicates = YN_DUPLICATES_FIRST,
     .inherits_fragment = true,
     .schemes = ROW_NAMES("http", "https")},
    {.name = "http10", // RFC 1945 to the letter
     .followed = {{{301, 302}}},
     .safe_methods_only = true,
     .limit = 5,
     .checks = ROW_CHECKS,
     .blanks = " \t",
     .duplicates = YN_DUPLICATES_FIRST,
     .absolute_only = true,
     .schemes = ROW_NAMES("http", "https"),
     .cache = {.methods = ROW_NAMES("GET"),
               .without_cache_control = true,
               .unreadable_expires_past = true}},
};

/** A client of the library's table, or of the rows above. */
static inline const yonder_client *any_client(const char *name)
{
    const yonder_client *client = yonder_client_find(yonder_text_of(name));
    for (size_t i = 0; !client && i < sizeof other_clients / sizeof *other_clients; i++)
        if (strcmp(other_clients[i].name, name) == 0)
            client = &other_clients[i];
    return client;
}

#endif
