// SPDX-License-Identifier: MIT
// What there is to say about evidence, in words that text and HTML share. Each function writes
// bytes as they came: whoever shows them escapes them.
#ifndef YN_REPORT_CHECK_WORDS_H
#define YN_REPORT_CHECK_WORDS_H

#include "audit/evidence.h"
#include "audit/readings.h"
#include "base/buf.h"
#include "report/style.h"

/** "5 minutes", "a week", "2 years", "1 day and 3 hours": the two largest units that say it,
 * exactly where they can, and otherwise "about …". */
void yn_duration_write(yn_buf *out, int64_t seconds);

/** "301 Moved Permanently"; of a request that failed what failed, "Refused connection". */
yn_look yn_check_status(yn_buf *out, const yn_visit *visit);

/** What a browser makes of the host's HSTS at this answer: "HSTS for 1 year, subdomains too".
 * Nothing where there was no answer. */
yn_look yn_check_hsts(yn_buf *out, const yn_visit *visit);

/** What ends a chain, where its last answer does not show it already: "loops: back at hop 1 again".
 */
void yn_check_chain_end(yn_buf *out, const yn_audit *audit, const yn_seen_chain *chain);

/** The chain, drawn before this one, that this one is the end of: which start, and from which hop
 * of it, counted from 1. False if there is none. */
bool yn_check_part_of(const yn_audit *audit, yn_start chain, yn_start *of, size_t *hop);

/** Whether a host can be had over HTTPS: "HTTPS works", "no HTTPS: the certificate has expired". */
yn_look yn_check_https_words(yn_buf *out, const yn_audit *audit, const yn_seen_host *host);

/** "chromium: listed by example.com, subdomains too (bulk-1-year)". */
void yn_check_list(yn_buf *out, const yn_seen_list *list);

/** What preloading costs: paragraphs, ended by NULL. */
extern const char *const yn_check_costs[];

/** What there is to say of preloading to the owner: how to leave where it is listed, what it costs
 *  where the domain has HTTPS, NULL where it is not the time for it. With `*title` set. */
const char *const *yn_check_preloading(const yn_audit *audit, const char **title);

/** What is said of how a host came to be looked at: "www", "named in the certificate". */
const char *yn_check_origin(yn_host_origin origin);

/** Reads the header of https://DOMAIN/ as each client does. True where they part. */
bool yn_check_readings(const yn_audit *audit, yn_readings *out);
/** What one of them makes of it: "HSTS for 1 year, this host only"; "not accepted: …". */
yn_look yn_check_reading(yn_buf *out, const yn_reading *reading);

/** "http://example.com/": where a chain begins. */
void yn_check_start(yn_buf *out, const yn_audit *audit, yn_start start);

/** The name to call the domain by. */
yonder_text yn_check_name(const yn_audit *audit);

#endif
