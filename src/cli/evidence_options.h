// SPDX-License-Identifier: MIT
// The options of commands that look at domains, or at what was saved of them.
#ifndef YN_CLI_EVIDENCE_OPTIONS_H
#define YN_CLI_EVIDENCE_OPTIONS_H

#include "cli/cli.h"

/** The options of such commands; each has them in its own struct and table. */
typedef struct yn_evidence_options {
    const char *from;    /**< --from-evidence: a file, a folder, or NULL */
    const char *ca_file; /**< --cacert */
    yn_list resolve, connect_to;
    yn_list subdomains;           /**< --subdomain */
    const char *subdomain_file;   /**< --subdomains */
    long timeout, domain_timeout; /**< seconds; of one request, of one domain */
} yn_evidence_options;

#define YN_EVIDENCE_FROM                                                                           \
    "ask nobody, and look at what --save-evidence has saved: a file, or a folder, of which the "   \
    "domains that are named or all"
#define YN_EVIDENCE_CACERT  "trust the certificates in this file (PEM) beside those of the system"
#define YN_EVIDENCE_RESOLVE "use this address for a host and port and ask no name server"
#define YN_EVIDENCE_CONNECT                                                                        \
    "connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part stands for any, or for " \
    "no change"
#define YN_EVIDENCE_SUBDOMAIN  "look at this sub-domain, too, where it lies below a domain"
#define YN_EVIDENCE_SUBDOMAINS "the same for each line of a file"
#define YN_EVIDENCE_TIMEOUT    "how long one request may take (default: 10)"
#define YN_EVIDENCE_DOMAIN_TIMEOUT                                                                 \
    "how long one domain may take; what is not found out by then is unknown (default: 60)"

// clang-format off
/** Rows of a table of options: the struct, and its member that is a yn_evidence_options. */
#define YN_EVIDENCE_OPTIONS(type, member)                                                          \
    {0, "from-evidence", YN_VALUE, "PATH", offsetof(type, member.from), YN_EVIDENCE_FROM, 0, 0, 0},\
    {0, "cacert", YN_VALUE, "FILE", offsetof(type, member.ca_file), YN_EVIDENCE_CACERT, 0, 0, 0},  \
    {0, "resolve", YN_LIST, "HOST:PORT:ADDRESS", offsetof(type, member.resolve),                   \
     YN_EVIDENCE_RESOLVE, 0, 0, 0},                                                                \
    {0, "connect-to", YN_LIST, "HOST1:PORT1:HOST2:PORT2", offsetof(type, member.connect_to),       \
     YN_EVIDENCE_CONNECT, 0, 0, 0},                                                                \
    {0, "subdomain", YN_LIST, "NAME", offsetof(type, member.subdomains), YN_EVIDENCE_SUBDOMAIN,    \
     0, 0, 0},                                                                                     \
    {0, "subdomains", YN_VALUE, "FILE", offsetof(type, member.subdomain_file),                     \
     YN_EVIDENCE_SUBDOMAINS, 0, 0, 0},                                                             \
    {0, "timeout", YN_NUMBER, "SECONDS", offsetof(type, member.timeout), YN_EVIDENCE_TIMEOUT,      \
     10, 1, 3600},                                                                                 \
    {0, "domain-timeout", YN_NUMBER, "SECONDS", offsetof(type, member.domain_timeout),             \
     YN_EVIDENCE_DOMAIN_TIMEOUT, 60, 1, 86400}
// clang-format on

/** What --server takes, for help and messages. */
#define YN_SERVER_NAMES "nginx, apache, caddy, haproxy, h2o, yonder and all"

#endif
