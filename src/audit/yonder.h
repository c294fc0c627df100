// SPDX-License-Identifier: MIT
// The parts of the grader `yonder`, by theme. The table of its checks is in the order of their
// weight, and so are the issues of a grade. Within this layer only.
#ifndef YN_AUDIT_YONDER_H
#define YN_AUDIT_YONDER_H

#include <yonder/hsts.h>

#include "audit/graders.h"
#include "audit/grading.h"

/** What an issue does to the verdict: nothing, PARTLY, NOT PROTECTED.
 *  X(id, code, severity, effect, title, prose, source) */
#define YN_YONDER_CODES(X)                                                                         \
    X(NOT_A_DOMAIN, "not_a_domain", ERROR, NONE, "It is no domain name",                           \
      "HSTS and certificates for everybody hold for names. Give the name alone, as in "            \
      "example.com.",                                                                              \
      "RFC 6797 section 8.1.1")                                                                    \
    X(NO_SUCH_NAME, "no_such_name", ERROR, NONE, "There is no such name",                          \
      "The domain has no address, so nobody can visit it: see how it is spelt, or who holds it.",  \
      "RFC 8020")                                                                                  \
    X(NO_NAME_SERVER, "no_name_server", NOTE, NONE, "The name could not be looked up",             \
      "That is no fact about the site: try again.", "")                                            \
    X(NO_HTTPS, "no_https", ERROR, NOT, "No HTTPS",                                                \
      "Anyone on the way can read what is sent and answer in the site's place.",                   \
      "RFC 6797 section 7")                                                                        \
    X(BAD_CERTIFICATE, "bad_certificate", ERROR, NOT, "The certificate is not valid",              \
      "Browsers warn visitors away, and pass the header over.", "RFC 6797 section 8.1")            \
    X(HTTP_STAYS, "http_stays", ERROR, NOT, "http does not lead to https",                         \
      "Who types the name, or follows an old link, stays where anyone on the way can answer.",     \
      "RFC 6797 section 7.2")                                                                      \
    X(DOWNGRADE, "downgrade", ERROR, NOT, "https leads back to http",                              \
      "What HTTPS protected is given away at the next hop.", "")                                   \
    X(NO_HSTS, "no_hsts", ERROR, NOT, "No HSTS",                                                   \
      "A visitor who types the name begins with http each time, and there can be led elsewhere.",  \
      "RFC 6797 section 7.1")                                                                      \
    X(HSTS_UNREADABLE, "hsts_unreadable", ERROR, NOT, "No browser accepts the HSTS header",        \
      "It is as good as none.", "RFC 6797 section 6.1")                                            \
    X(HSTS_OFF, "hsts_off", ERROR, NOT, "HSTS is switched off",                                    \
      "max-age=0 tells browsers to forget the site.", "RFC 6797 section 6.1.1")                    \
    X(LOCKED_OUT, "subdomain_locked_out", ERROR, PARTLY,                                           \
      "includeSubDomains covers a host without HTTPS",                                             \
      "Browsers that have seen the header cannot reach it, and visitors cannot click past that.",  \
      "RFC 6797 section 14.4")                                                                     \
    X(NOT_ELIGIBLE, "listed_not_eligible", ERROR, PARTLY, "Listed, and no longer eligible",        \
      "The preload list takes such domains off after some weeks, without notice.",                 \
      "hstspreload.org")                                                                           \
    X(DISAGREEMENT, "readers_disagree", ERROR, PARTLY,                                             \
      "Browsers read the HSTS header differently", "Who is protected depends on the browser.",     \
      "RFC 6797 section 6.1")                                                                      \
    X(WRONG_ORDER, "wrong_order", ERROR, PARTLY, "http leads to another host before https",        \
      "The host that visitors type is never asked over https, so its HSTS is never seen.",         \
      "RFC 6797 section 7.2")                                                                      \
    X(INSECURE_HOP, "insecure_hop", ERROR, PARTLY, "More than one hop over http",                  \
      "Each of them can be answered by anyone on the way.", "")                                    \
    X(CHAIN_BROKEN, "chain_broken", ERROR, PARTLY, "A redirect leads to a failure",                \
      "Visitors see an error.", "")                                                                \
    X(CHAIN_LOOP, "chain_loop", ERROR, PARTLY, "Redirects go in a circle",                         \
      "Browsers give up after twenty.", "Fetch standard, HTTP-redirect fetch")                     \
    X(CHAIN_CERTIFICATE, "chain_certificate", ERROR, PARTLY,                                       \
      "The certificate of a host on the way is not valid",                                         \
      "Visitors are led to a warning, and HSTS of that host is passed over.",                      \
      "RFC 6797 section 8.1")                                                                      \
    X(FAMILY_DIFFERS, "families_differ", ERROR, PARTLY, "IPv4 and IPv6 answer differently",        \
      "What visitors get depends on their network.", "")                                           \
    X(HOST_WITHOUT, "host_without_hsts", WARNING, PARTLY, "No HSTS on a host of the chain",        \
      "Links and bookmarks to that host begin with http each time.", "RFC 6797 section 7.1")       \
    X(WWW_WITHOUT, "www_without_hsts", WARNING, PARTLY, "No HSTS on www",                          \
      "Who types www begins with http each time.", "RFC 6797 section 7.1")                         \
    X(WWW_HTTP, "www_http_stays", WARNING, PARTLY, "http://www does not lead to https",            \
      "Who types www stays where anyone on the way can answer.", "RFC 6797 section 7.2")           \
    X(WWW_CERTIFICATE, "www_certificate", WARNING, PARTLY, "The certificate is not valid for www", \
      "Who types www with https gets a warning.", "RFC 9110 section 4.3.4")                        \
    X(ERROR_WITHOUT, "error_without_hsts", WARNING, PARTLY, "Errors go without HSTS",              \
      "The header should not depend on the status: whoever meets an error first is not told.",     \
      "RFC 6797 section 7.1")                                                                      \
    X(AGENT_DIFFERS, "agent_differs", WARNING, PARTLY, "The answer depends on the User-Agent",     \
      "Some programs are told another policy, or none.", "RFC 6797 section 7.1")                   \
    X(REPEAT_DIFFERS, "repeat_differs", WARNING, PARTLY, "The header is not the same each time",   \
      "Several servers answer, and they are not set up alike.", "RFC 6797 section 7.1")            \
    X(SHORT, "max_age_short", WARNING, PARTLY, "max-age is short",                                 \
      "Who does not come back within that time begins with http again. A year is common.",         \
      "RFC 6797 section 11.2")                                                                     \
    X(SEVERAL, "several_headers", WARNING, NONE, "Several HSTS headers",                           \
      "Browsers take the first, and which that is may change.", "RFC 6797 section 8.1")            \
    X(CERTIFICATE_ENDS, "certificate_ends", WARNING, NONE, "The certificate is about to expire",   \
      "From then on browsers warn, and with HSTS visitors cannot click past that.",                \
      "RFC 6797 section 8.4")                                                                      \
    X(PRELOAD_SAID, "preload_not_listed", WARNING, NONE, "It says preload, and is not listed",     \
      "While the word is there anybody may submit the domain. Being listed binds every "           \
      "sub-domain "                                                                                \
      "and takes months to undo; the list itself no longer recommends it. Leave the word out "     \
      "unless that is wanted.",                                                                    \
      "hstspreload.org")                                                                           \
    X(PRELOAD_UNFIT, "preload_not_eligible", WARNING, NONE,                                        \
      "It says preload, and is not eligible",                                                      \
      "The word does nothing now, and will surprise when the rest is put right. Leave it out "     \
      "unless being listed is wanted.",                                                            \
      "hstspreload.org")                                                                           \
    X(TEMPORARY, "temporary_upgrade", WARNING, NONE, "http leads to https for now only",           \
      "A permanent redirect is kept by browsers and search engines; this one is asked for each "   \
      "time, over http.",                                                                          \
      "RFC 9110 section 15.4")                                                                     \
    X(PERMANENT, "permanent_elsewhere", WARNING, NONE, "A permanent redirect that should not be",  \
      "Browsers keep it for good. It leads to a page that depends on the visitor, or that names "  \
      "a session.",                                                                                \
      "RFC 9110 section 15.4.2")                                                                   \
    X(LONG_CHAIN, "long_chain", WARNING, NONE, "Many redirects",                                   \
      "Each is a wait, most on mobile networks. Two are enough: to https, then to the other "      \
      "host.",                                                                                     \
      "")                                                                                          \
    X(SLOW_CHAIN, "slow_chain", WARNING, NONE, "Redirects take long",                              \
      "The time is lost before the page begins to load.", "")                                      \
    X(OVER_HTTP, "hsts_over_http", WARNING, NONE, "HSTS over http",                                \
      "It does not count there, for anyone on the way could have written it.",                     \
      "RFC 6797 section 7.2")                                                                      \
    X(HEAD_DIFFERS, "head_differs", NOTE, NONE, "HEAD is answered without HSTS",                   \
      "Monitors that ask by HEAD will report the header missing.", "RFC 9110 section 9.3.2")       \
    X(THIS_HOST, "this_host_only", NOTE, NONE, "Sub-domains are not covered",                      \
      "A cookie for the domain can be set by way of a sub-domain over http. Add "                  \
      "includeSubDomains "                                                                         \
      "when each sub-domain has HTTPS.",                                                           \
      "RFC 6797 section 14.4")                                                                     \
    X(COVERED_UNKNOWN, "subdomain_unknown", NOTE, NONE,                                            \
      "Whether a covered sub-domain has HTTPS is not known",                                       \
      "includeSubDomains would lock it out if it has none.", "RFC 6797 section 14.4")              \
    X(FOREVER, "max_age_very_long", NOTE, NONE, "max-age is over ten years",                       \
      "It is most likely a slip; two years are enough.", "")                                       \
    X(NOT_GRAMMAR, "grammar", NOTE, NONE, "The HSTS header is not by the grammar",                 \
      "Browsers accept it today; others, or later ones, may not.", "RFC 6797 section 6.1")         \
    X(LISTED, "listed", NOTE, NONE, "On a preload list",                                           \
      "To leave, take the word preload out of the header, ask for removal at "                     \
      "hstspreload.org/removal, and keep HTTPS everywhere for the months that it takes.",          \
      "hstspreload.org")                                                                           \
    X(NO_HTTP, "no_http", NOTE, NONE, "Nobody answers over http",                                  \
      "That is safe. Who types the name into an older program sees an error.", "")                 \
    X(CUT_SHORT, "cut_short", NOTE, NONE, "Not all could be asked",                                \
      "The time for one domain was over; what is missing is not known.", "")                       \
    X(NO_TIME, "no_answer_in_time", NOTE, NONE, "No answer in time",                               \
      "That is no fact about the site: try again.", "")

typedef enum yn_yonder_code {
#define YN_YONDER_ENUM(id, code, severity, effect, title, prose, source) YN_OWN_##id,
    YN_YONDER_CODES(YN_YONDER_ENUM)
#undef YN_YONDER_ENUM
    YN_OWN_COUNT
} yn_yonder_code;

#define YN_OWN(g, id, host, visit, ...)                                                            \
    yn_grading_tell(g, &yn_yonder_checks[YN_OWN_##id], host, visit, __VA_ARGS__)

/** The header that yonder would have the host send: two years, or what is there if that is longer;
 *  includeSubDomains if it is there; no preload unless it is listed by its own entry. */
yonder_text yn_yonder_value(yn_grading *g);

/** What Chrome, by whose reading a site stands or falls, sees at that visit. */
bool yn_yonder_policy(const yn_visit *visit, yonder_hsts_policy *out);

void yn_yonder_https(yn_grading *g, const yn_visit *first);
void yn_yonder_header(yn_grading *g, const yn_visit *first);
void yn_yonder_stability(yn_grading *g, const yn_visit *first);
void yn_yonder_redirects(yn_grading *g);
void yn_yonder_hosts(yn_grading *g, const yn_visit *first);
/** @return whether the preload list may take the domain off */
bool yn_yonder_lists(yn_grading *g, const yn_visit *first);

#endif
