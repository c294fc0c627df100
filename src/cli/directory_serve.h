// SPDX-License-Identifier: MIT
// `yonder directory serve`: its options, as rows for the command's table.
#ifndef YN_CLI_DIRECTORY_SERVE_H
#define YN_CLI_DIRECTORY_SERVE_H

#include "cli/cli.h"

typedef struct yn_directory_serve_options {
    yn_list listen, names, trusted, cors;
    const char *redirect, *certificate, *key, *hsts, *reach, *token_file;
    const char *hook_command, *hook_url;
    long reads, checks, site, max_checks, max_connections, max_per_address;
    bool no_scan, no_publish;
} yn_directory_serve_options;

// clang-format off
#define YN_DIRECTORY_SERVE_AT(type, member, field) offsetof(type, member.field)
/** Rows of a table of options: the struct, and its member that is a yn_directory_serve_options. */
#define YN_DIRECTORY_SERVE_OPTIONS(type, member)                                                   \
    {'l', "listen", YN_LIST, "ADDR:PORT", YN_DIRECTORY_SERVE_AT(type, member, listen),             \
     "serve: listen there: 127.0.0.1:8080 (the default), [::1]:80, *:443; port 0 for any free "    \
     "one; may be repeated", 0, 0, 0},                                                             \
    {0, "name", YN_LIST, "HOST", YN_DIRECTORY_SERVE_AT(type, member, names),                       \
     "serve: a host that this server is asked for by, as lists.example.com; may be repeated. "     \
     "Where there is one, requests for other hosts are refused (421), addresses and localhost "    \
     "apart, and with --reach private who asks by it from a private network is inside", 0, 0, 0},             \
    {0, "cert", YN_VALUE, "FILE", YN_DIRECTORY_SERVE_AT(type, member, certificate),                \
     "serve: a certificate with its chain, in PEM: --listen is then for HTTPS; read again when "   \
     "it changes, and on SIGHUP, as --key and --token-file are", 0, 0, 0},                         \
    {0, "key", YN_VALUE, "FILE", YN_DIRECTORY_SERVE_AT(type, member, key),                         \
     "serve: the key of --cert, in PEM", 0, 0, 0},                                                 \
    {0, "hsts", YN_VALUE, "VALUE", YN_DIRECTORY_SERVE_AT(type, member, hsts),                      \
     "serve: what Strict-Transport-Security says over TLS (default: max-age=31536000); where it "  \
     "is given, also over the TLS of a proxy of --trust", 0, 0, 0},                                \
    {0, "redirect-http", YN_VALUE, "ADDR:PORT", YN_DIRECTORY_SERVE_AT(type, member, redirect),     \
     "serve: listen there, too, for http, and send every request to https", 0, 0, 0},              \
    {0, "trust", YN_LIST, "RANGE", YN_DIRECTORY_SERVE_AT(type, member, trusted),                   \
     "serve: believe proxies at these addresses, as 10.0.0.0/8, about client and scheme: "         \
     "Forwarded, or X-Forwarded-For and -Proto; may be repeated", 0, 0, 0},                        \
    {0, "reach", YN_VALUE, "WHO", YN_DIRECTORY_SERVE_AT(type, member, reach),                      \
     "serve: who may have sites at private addresses checked: auto, the default, for programs of " \
     "the same user on this machine, and nobody with --trust; private for clients of private "     \
     "networks, too, if proxies tell of theirs and have --trust; both for who asks by an address, " \
     "localhost or a --name; public for nobody; any", 0, 0, 0},                                                           \
    {0, "cors", YN_LIST, "ORIGIN", YN_DIRECTORY_SERVE_AT(type, member, cors),                      \
     "serve: let scripts of that origin read preloadable and status, as https://example.com; may " \
     "be repeated", 0, 0, 0},                                                                      \
    {0, "token-file", YN_VALUE, "FILE", YN_DIRECTORY_SERVE_AT(type, member, token_file),           \
     "serve: the operator's token, of 16 characters or more; else YONDER_DIRECTORY_TOKEN of the "  \
     "environment; without one nobody is the operator over HTTP", 0, 0, 0},                        \
    {0, "rate-read", YN_NUMBER, "N", YN_DIRECTORY_SERVE_AT(type, member, reads),                   \
     "serve: requests of one address a minute, twice that at once; 0 for any number (600)",        \
     600, 0, 1000000},                                                                             \
    {0, "rate-check", YN_NUMBER, "N", YN_DIRECTORY_SERVE_AT(type, member, checks),                 \
     "serve: of these, those that have a site checked, and as many that submit or remove; "        \
     "likewise (30)", 30, 0, 1000000},            \
    {0, "rate-site", YN_NUMBER, "N", YN_DIRECTORY_SERVE_AT(type, member, site),                    \
     "serve: checks of one site and all below it a minute, whoever asks, and as many to submit "   \
     "or remove it; of both one client has a third; likewise (30)", 30, 0, 1000000},  \
    {0, "max-checks", YN_NUMBER, "N", YN_DIRECTORY_SERVE_AT(type, member, max_checks),             \
     "serve: most checks at once (64)", 64, 1, 10000},                                             \
    {0, "max-connections", YN_NUMBER, "N", YN_DIRECTORY_SERVE_AT(type, member, max_connections),   \
     "serve: most connections (512)", 512, 1, 10000},                                              \
    {0, "max-per-address", YN_NUMBER, "N", YN_DIRECTORY_SERVE_AT(type, member, max_per_address),   \
     "serve: most connections of one address, or 64 bits of IPv6, but for those of --trust (64)",  \
     64, 1, 10000},                                                                                \
    {0, "hook-command", YN_VALUE, "PROGRAM", YN_DIRECTORY_SERVE_AT(type, member, hook_command),    \
     "serve: run this for each change of state, imports apart, and each first failing scan, from " \
     "now on; it gets the event as JSON on its standard input", 0, 0, 0},                          \
    {0, "hook-url", YN_VALUE, "URL", YN_DIRECTORY_SERVE_AT(type, member, hook_url),                \
     "serve: the same by HTTP POST", 0, 0, 0},                                                     \
    {0, "no-scan", YN_FLAG, NULL, YN_DIRECTORY_SERVE_AT(type, member, no_scan),                    \
     "serve: do not scan members, and mark none for removal", 0, 0, 0},                            \
    {0, "no-publish", YN_FLAG, NULL, YN_DIRECTORY_SERVE_AT(type, member, no_publish),              \
     "serve: publish only when told to", 0, 0, 0}
// clang-format on

#endif
