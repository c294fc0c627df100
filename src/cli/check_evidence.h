// SPDX-License-Identifier: MIT
// Where evidence comes from: the network, or files that an earlier run saved. Shared by the
// commands that look at domains.
#ifndef YN_CLI_CHECK_EVIDENCE_H
#define YN_CLI_CHECK_EVIDENCE_H

#include "audit/many.h"
#include "cli/check_input.h"
#include "cli/check_work.h"
#include "cli/cli.h"

/** The options of such commands; each has them in its own struct and table. */
typedef struct yn_evidence_options {
    const char *from;    /**< --from-evidence: a file, a folder, or NULL */
    const char *ca_file; /**< --cacert */
    yn_list resolve, connect_to;
    yn_list subdomains;           /**< --subdomain */
    const char *subdomain_file;   /**< --subdomains */
    yn_list preload;              /**< --preload [NAME=]IMAGE */
    long timeout, domain_timeout; /**< seconds */
} yn_evidence_options;

/* Rows of a table of options: the struct and the member that is a yn_evidence_options. */
#define YN_EVIDENCE_OPTIONS(type, member)                                                          \
    {0,                                                                                            \
     "from-evidence",                                                                              \
     YN_VALUE,                                                                                     \
     "PATH",                                                                                       \
     offsetof(type, member.from),                                                                  \
     "ask nobody, and look at what --save-evidence has saved: a file, or a folder, of which the "  \
     "domains that are named or all",                                                              \
     0,                                                                                            \
     0,                                                                                            \
     0},                                                                                           \
        {0,                                                                                        \
         "cacert",                                                                                 \
         YN_VALUE,                                                                                 \
         "FILE",                                                                                   \
         offsetof(type, member.ca_file),                                                           \
         "trust the certificates in this file (PEM) beside those of the system",                   \
         0,                                                                                        \
         0,                                                                                        \
         0},                                                                                       \
        {0,                                                                                        \
         "resolve",                                                                                \
         YN_LIST,                                                                                  \
         "HOST:PORT:ADDRESS",                                                                      \
         offsetof(type, member.resolve),                                                           \
         "use this address for a host and port and ask no name server",                            \
         0,                                                                                        \
         0,                                                                                        \
         0},                                                                                       \
        {0,                                                                                        \
         "connect-to",                                                                             \
         YN_LIST,                                                                                  \
         "HOST1:PORT1:HOST2:PORT2",                                                                \
         offsetof(type, member.connect_to),                                                        \
         "connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part stands for any, "   \
         "or for no change",                                                                       \
         0,                                                                                        \
         0,                                                                                        \
         0},                                                                                       \
        {0,                                                                                        \
         "subdomain",                                                                              \
         YN_LIST,                                                                                  \
         "NAME",                                                                                   \
         offsetof(type, member.subdomains),                                                        \
         "look at this sub-domain, too, where it lies below a domain",                             \
         0,                                                                                        \
         0,                                                                                        \
         0},                                                                                       \
        {0,                                                                                        \
         "subdomains",                                                                             \
         YN_VALUE,                                                                                 \
         "FILE",                                                                                   \
         offsetof(type, member.subdomain_file),                                                    \
         "the same for each line of a file",                                                       \
         0,                                                                                        \
         0,                                                                                        \
         0},                                                                                       \
        {0,                                                                                        \
         "preload",                                                                                \
         YN_LIST,                                                                                  \
         "[NAME=]IMAGE",                                                                           \
         offsetof(type, member.preload),                                                           \
         "look into this preload list, an image that yonder preload built; NAME is whose it is "   \
         "(default: chromium)",                                                                    \
         0,                                                                                        \
         0,                                                                                        \
         0},                                                                                       \
        {0,                                                                                        \
         "timeout",                                                                                \
         YN_NUMBER,                                                                                \
         "SECONDS",                                                                                \
         offsetof(type, member.timeout),                                                           \
         "how long one request may take (default: 10)",                                            \
         10,                                                                                       \
         1,                                                                                        \
         3600},                                                                                    \
    {                                                                                              \
        0, "domain-timeout", YN_NUMBER, "SECONDS", offsetof(type, member.domain_timeout),          \
            "how long one domain may take; what is not found out by then is unknown (default: "    \
            "60)",                                                                                 \
            60, 1, 86400                                                                           \
    }

/** A collector, and what its options point at. */
typedef struct yn_evidence_source {
    yn_collector *collector;
    yn_buf names; /**< pointers to the sub-domains' names */
    yn_arena arena;
} yn_evidence_source;

/** Looks at the options and makes a collector. @return YN_EXIT_OK, or an exit code after a line on
 *  stderr */
int yn_evidence_source_open(yn_evidence_source *out, const char *command,
                            const yn_evidence_options *options);
void yn_evidence_source_close(yn_evidence_source *source);

/** Opens the lists of --preload. */
int yn_evidence_lists_open(const char *command, const yn_list *preload, yn_check_how *how);
void yn_evidence_lists_close(yn_check_how *how);

/** Reads saved evidence, of the domains of `input`, or of all there is where that has none, and
 * gives it to make() and take() of `work`, in that order. @return YN_EXIT_OK, or an exit code after
 * a line on stderr */
int yn_evidence_replay(const char *command, const char *path, yn_check_input *input,
                       const yn_many_work *work);

#endif
