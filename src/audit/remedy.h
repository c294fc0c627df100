// SPDX-License-Identifier: MIT
// What to change at a server so that a finding goes away: the very lines, for the servers that a
// site may have. A finding names the fix (yn_issue.fix) and what goes into its lines.
#ifndef YN_AUDIT_REMEDY_H
#define YN_AUDIT_REMEDY_H

#include "base/buf.h"

/** X(id, code, prose, by). Codes are stable. Those without lines are for no configuration to mend.
 *  `by` is which verb of yonder helps, for who has it. */
#define YN_FIXES(X)                                                                                \
    X(YN_FIX_NONE, "", "", "")                                                                     \
    X(YN_FIX_REDIRECT, "redirect_to_https",                                                        \
      "lead each http request to https on the same host, and for good", "")                        \
    X(YN_FIX_HSTS, "send_hsts",                                                                    \
      "send the header with every answer over https, errors and redirects included, and with "     \
      "none over http",                                                                            \
      "")                                                                                          \
    X(YN_FIX_HSTS_ONCE, "send_hsts_once",                                                          \
      "send the header once: drop what comes from behind or from another place of the "            \
      "configuration",                                                                             \
      "")                                                                                          \
    X(YN_FIX_CANONICAL, "canonical_host",                                                          \
      "lead to https on the same host first, and from there to the other host", "")                \
    X(YN_FIX_CERTIFICATE, "certificate",                                                           \
      "install a certificate that is valid for the host, with its intermediates, and have it "     \
      "renewed by itself",                                                                         \
      "")                                                                                          \
    X(YN_FIX_LOOP, "break_loop", "take out, or lead elsewhere, the redirect that goes back",       \
      "'yonder lint' finds it in a set of rules before it is live, and 'yonder trace' follows it " \
      "hop by hop")                                                                                \
    X(YN_FIX_TARGET, "redirect_target",                                                            \
      "lead to where there is an answer, or take the redirect out", "")                            \
    X(YN_FIX_ALIKE, "set_up_alike",                                                                \
      "set up all servers and addresses of the host from the same configuration; what stands in "  \
      "front of them, and what was forgotten, counts as one",                                      \
      "")                                                                                          \
    X(YN_FIX_FEWER_HOPS, "fewer_hops", "lead each old URL straight to the last one",               \
      "'yonder lint --flatten' does that to a set of rules")                                       \
    X(YN_FIX_LEAD_TO_HTTPS, "lead_to_https",                                                       \
      "let each redirect lead to an address that begins with https://", "")                        \
    X(YN_FIX_NOT_OVER_HTTP, "no_hsts_over_http", "send the header with answers over https only",   \
      "")                                                                                          \
    X(YN_FIX_NAME, "name", "check the spelling, or give the name an address in DNS", "")           \
    X(YN_FIX_LISTEN, "listen",                                                                     \
      "let your server listen on port 443, and let no firewall be before it", "")                  \
    X(YN_FIX_LET_IN, "let_in",                                                                     \
      "a firewall may be turning us away: let requests whose User-Agent is "                       \
      "\"yonder/" YONDER_VERSION " "                                                               \
      "check\" through",                                                                           \
      "")                                                                                          \
    X(YN_FIX_TLS, "tls",                                                                           \
      "let your server speak TLS 1.3, or TLS 1.2 with ECDHE and an authenticated cipher", "")      \
    X(YN_FIX_ANSWER, "answer", "let the address answer, with a valid certificate", "")             \
    X(YN_FIX_REGISTERED, "registered_domain",                                                      \
      "enter the domain as it is registered: its entry covers this name", "")

typedef enum yn_fix {
#define YN_FIX_ENUM(id, code, prose, by) id,
    YN_FIXES(YN_FIX_ENUM)
#undef YN_FIX_ENUM
} yn_fix;

const char *yn_fix_code(yn_fix fix);
const char *yn_fix_prose(yn_fix fix);
const char *yn_fix_by(yn_fix fix); /**< empty where there is none */

/** X(id, name on the command line, title, how its Server field begins) */
#define YN_SERVERS(X)                                                                              \
    X(YN_SERVER_NGINX, "nginx", "nginx", "nginx")                                                  \
    X(YN_SERVER_APACHE, "apache", "Apache", "Apache")                                              \
    X(YN_SERVER_CADDY, "caddy", "Caddy", "Caddy")                                                  \
    X(YN_SERVER_HAPROXY, "haproxy", "HAProxy", "HAProxy")                                          \
    X(YN_SERVER_H2O, "h2o", "h2o", "h2o")                                                          \
    X(YN_SERVER_YONDER, "yonder", "yonder", "yonder")

typedef enum yn_server {
#define YN_SERVER_ENUM(id, name, title, field) id,
    YN_SERVERS(YN_SERVER_ENUM)
#undef YN_SERVER_ENUM
    YN_SERVER_COUNT
} yn_server;

const char *yn_server_name(yn_server server);
const char *yn_server_title(yn_server server);

/** What goes into the lines. */
typedef struct yn_remedy_place {
    yonder_text host;  /**< whose answers are wrong */
    yonder_text other; /**< of YN_FIX_CANONICAL: the host to end at */
    yonder_text value; /**< of YN_FIX_HSTS and _ONCE: the header's value */
} yn_remedy_place;

/** Writes the lines, each ended by a line feed. @return false, with nothing written, where there
 *  are none for this fix, or where a host or value holds what a configuration could misread */
bool yn_remedy_write(yn_buf *out, yn_fix fix, yn_server server, const yn_remedy_place *place);

#endif
