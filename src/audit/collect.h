// SPDX-License-Identifier: MIT
// Collects the evidence of evidence.h: asks a site, once, for what any grader may want to know.
//
// Asked are, by GET and without following: each hop of four chains (http and https of the domain
// and of www. before it), each URL once however many chains lead there; then of https://DOMAIN/ the
// same again, by a browser's name, by HEAD, and of a path that is not there; of the domain's first
// pages each family of addresses, where there are both; and https of sub-domains that are known:
// from the caller, and from the names on its certificates.
//
// Https is asked first, for a port 80 that is filtered takes its time.
//
// A request that fails is made once more; not where port 80 lets nobody in, and after a time-out
// only while half of the domain's time is left. A certificate that is not valid is noted, and what
// is behind it read all the same. Connections are used again. There is a limit to requests, one to
// the time of each (and a shorter one for a connection to port 80), and one to the time of a
// domain; what was not asked, or had no time to answer, is unknown.
//
// The addresses of a host are looked up once, and all requests go to these. Where only public ones
// may be asked they are held against the table twice: when they were looked up, and each before a
// connection is made to it, whatever led there.
#ifndef YN_AUDIT_COLLECT_H
#define YN_AUDIT_COLLECT_H

#include <stdatomic.h>

#include "audit/evidence.h"
#include "base/buf.h"

/** How to reach hosts, and what not to exceed. Texts must outlive the collector. */
typedef struct yn_collect_options {
    const char *ca_file;           /**< PEM, trusted beside the system's; NULL for none */
    const char *const *resolve;    /**< HOST:PORT:ADDR[,ADDR…]: in place of looking up */
    const char *const *connect_to; /**< HOST1:PORT1:HOST2:PORT2; each part may be empty */
    size_t resolve_count, connect_to_count;
    const char *const *subdomains; /**< known ones; of a domain those below it are asked */
    size_t subdomain_count;
    bool public_only;      /**< ask no address that is not public (public.h), but those that
                                `resolve` and `connect_to` give: for domains that strangers name */
    long request_ms;       /**< for one request; 0: YN_COLLECT_REQUEST_MS */
    long domain_ms;        /**< for one domain; 0: YN_COLLECT_DOMAIN_MS */
    unsigned max_requests; /**< for one domain, beside given sub-domains; 0: YN_COLLECT_REQUESTS */
} yn_collect_options;

enum {
    YN_COLLECT_REQUEST_MS = 10000,
    YN_COLLECT_DOMAIN_MS = 60000,
    YN_COLLECT_REQUESTS = 32,
    YN_COLLECT_MAX_NAMES = 8, /**< sub-domains that are taken from certificates */
};

/** What all domains share: whom to trust, how to reach. Read by any number of threads. */
typedef struct yn_collector yn_collector;

/** Not from two threads at once. @return NULL with what is wrong put into `message`: a CA file,
 *  which is named, cannot be used, or memory is out */
yn_collector *yn_collector_new(const yn_collect_options *options, yn_buf *message);
void yn_collector_free(yn_collector *collector); /**< NULL is left alone */

/** The addresses of one host, as text in the arena of whoever asked. */
typedef struct yn_addresses {
    yn_known exists; /**< NO: there are none; UNKNOWN: that could not be found out */
    bool withheld;   /**< there are, none of them public, and only such are wanted: NO, too */
    yonder_text *all;
    size_t count;
} yn_addresses;

/** A domain to be asked: what yn_collect() begins with. */
typedef struct yn_collect_target {
    yonder_text domain; /**< as given; a view */
    yonder_text ascii;  /**< empty where it is no host name, or an address: nothing will be asked */
    yn_addresses addresses;
} yn_collect_target;

/** A domain as a browser reads a host: in lower case, and in ASCII by UTS #46; ends in NUL, in the
 *  arena. Empty where it is no host name, or an address. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_collect_name(yonder_text domain, yn_arena *arena, yonder_text *out);

/** Reads the name and looks it up; blocks. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_collect_target_make(const yn_collector *collector, yonder_text domain, yn_arena *arena,
                           yn_collect_target *out);

/**
 * Collects, and blocks until that is done: from any thread, with an arena of its own, which holds
 * the evidence and must be that of the target. `out->lists` is left for the caller to fill in.
 * Where `*stop` (NULL for never) is set it ends early, as if its time were over.
 *
 * @return YONDER_OK, failures of the network included; YONDER_NO_MEMORY
 */
int yn_collect(const yn_collector *collector, const yn_collect_target *target, yn_arena *arena,
               const atomic_bool *stop, yn_audit *out);

#endif
