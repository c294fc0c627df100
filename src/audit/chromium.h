// SPDX-License-Identifier: MIT
// The parts of the grader `chromium`, each from evidence to issues in the checker's order. Within
// this layer only.
#ifndef YN_AUDIT_CHROMIUM_H
#define YN_AUDIT_CHROMIUM_H

#include "audit/graders.h"
#include "audit/grading.h"
#include "audit/preload_header.h"

enum {
    YN_CHROMIUM_REDIRECTS = 3, /**< that it follows */
};

/** Whether a current Go program gets an answer there: TLS 1.2 or later with ECDHE, for it offers
 *  nothing else. Whether the certificate is valid does not count. */
bool yn_chromium_connects(const yn_visit *visit);

/** Whether a Go program is content with the answer: a Location that is no URL fails the request. */
bool yn_chromium_answers(yn_grading *g, const yn_visit *visit);

/** What to change where a visit did not get an answer that counts. */
yn_fix yn_chromium_connection_fix(const yn_visit *visit);

/** Whether a Location that cannot be followed is a URL to Go all the same: "https:/a", "https:a"
 * and "https://:80/" are, of no host, and so is "https://a:99999/", of a port that there is not.
 * Such a redirect counts, and it is the request after it that fails. `*https` is of the URL it is
 * relative to; where the answer is true it is that of the Location, and `*host` a view of its host.
 */
bool yn_chromium_leads_nowhere(yonder_text location, bool *https, yonder_text *host);

/** The header of a response, as PreloadableResponse and the like judge it. */
void yn_chromium_header(yn_grading *g, const yn_visit *visit, uint64_t min_age, bool removal);

/** The branches about redirects: of http and of https. `first_age` is what max-age has to be at
 *  where http leads to first; 0 where the header of the first response had errors: then it is not
 *  looked at. */
void yn_chromium_redirects(yn_grading *g, uint64_t first_age);

#endif
