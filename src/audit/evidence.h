// SPDX-License-Identifier: MIT
// What was seen of a domain. The collector (collect.h) fills it, once; graders (grade.h) read it
// and nothing else: no network, no clock. It can be saved and graded again (saved.h).
//
// Nothing is judged here. What could not be found out is unknown, and says so: a time-out is no
// fact about a site.
//
// All texts lie in the arena of whoever made the evidence. Bytes of header fields are as they came.
#ifndef YN_AUDIT_EVIDENCE_H
#define YN_AUDIT_EVIDENCE_H

#include <yonder/url.h>

#include "trace/evidence.h"

/* ---- TLS ---------------------------------------------------------------------------------------
 */

/** Why a certificate chain is not valid for a name: X(name, code, prose). */
#define YN_DISTRUSTS(X)                                                                            \
    X(YN_TRUSTED, "", "it is valid")                                                               \
    X(YN_DISTRUST_NAME, "name_mismatch", "it is for other names")                                  \
    X(YN_DISTRUST_EXPIRED, "expired", "it has expired")                                            \
    X(YN_DISTRUST_EARLY, "not_yet_valid", "it is not valid yet")                                   \
    X(YN_DISTRUST_SELF_SIGNED, "self_signed", "it vouches for itself")                             \
    X(YN_DISTRUST_ISSUER, "unknown_issuer", "nobody who is trusted vouches for it")                \
    X(YN_DISTRUST_INCOMPLETE, "incomplete_chain", "an intermediate certificate is not sent")       \
    X(YN_DISTRUST_WEAK, "weak", "a key or signature in its chain is too weak to count")            \
    X(YN_DISTRUST_REVOKED, "revoked", "it has been revoked")                                       \
    X(YN_DISTRUST_OTHER, "invalid", "it is not valid")

typedef enum yn_distrust {
#define YN_DISTRUST_ENUM(name, code, prose) name,
    YN_DISTRUSTS(YN_DISTRUST_ENUM)
#undef YN_DISTRUST_ENUM
} yn_distrust;

const char *yn_distrust_code(yn_distrust distrust);
const char *yn_distrust_prose(yn_distrust distrust);

/** A certificate (RFC 5280). */
typedef struct yn_certificate {
    yonder_text subject, issuer; /**< common names, or the whole name where there is none */
    yonder_text *names;          /**< of its subjectAltName: DNS names, and addresses as text */
    size_t name_count;
    int64_t not_before, not_after; /**< seconds since 1970 */
    yonder_text signature; /**< its algorithm: "ecdsa-with-SHA256", "sha1WithRSAEncryption" */
    yonder_text key;       /**< "EC P-256", "RSA 2048" */
    yonder_text sha256;    /**< of the whole certificate, in hexadecimal */
    bool self_signed;      /**< subject and issuer are one */
} yn_certificate;

/** A connection's TLS, as far as the handshake came. */
typedef struct yn_tls_facts {
    bool complete;       /**< the handshake came to its end, verified or not */
    yonder_text version; /**< "TLSv1.3"; empty where there is none */
    yonder_text cipher;  /**< IANA's name: "TLS_AES_128_GCM_SHA256" */
    yonder_text alpn;    /**< "h2"; empty for none */
    yn_distrust distrust;
    yonder_text distrust_detail; /**< in the words of who verified it; may be empty */
    yn_certificate *sent;        /**< the chain as the server sent it */
    size_t sent_count;
    yn_certificate *verified; /**< from the leaf to the root that is trusted; none if not valid */
    size_t verified_count;
} yn_tls_facts;

/* ---- visits ------------------------------------------------------------------------------------
 */

/** Who asks. */
typedef enum yn_agent {
    YN_AGENT_CHECK,   /**< by the collector's own name */
    YN_AGENT_BROWSER, /**< as a desktop browser */
} yn_agent;

/** What a visit is for: X(name, code, prose). A URL that several purposes need is asked once: the
 *  first purpose names it. */
#define YN_PURPOSES(X)                                                                             \
    X(YN_PURPOSE_CHAIN, "chain", "one of the hops of a chain")                                     \
    X(YN_PURPOSE_FAMILY, "family", "the first answer by one family of addresses")                  \
    X(YN_PURPOSE_REPEAT, "repeat", "the same request once more")                                   \
    X(YN_PURPOSE_AGENT, "agent", "the same request by a browser's name")                           \
    X(YN_PURPOSE_METHOD, "method", "the same by HEAD")                                             \
    X(YN_PURPOSE_ERROR, "error", "a path that is most likely not there")                           \
    X(YN_PURPOSE_SUBDOMAIN, "subdomain", "a known sub-domain, over HTTPS")

typedef enum yn_purpose {
#define YN_PURPOSE_ENUM(name, code, prose) name,
    YN_PURPOSES(YN_PURPOSE_ENUM)
#undef YN_PURPOSE_ENUM
} yn_purpose;

/** A request and what came of it. Redirects were not followed. */
typedef struct yn_visit {
    yn_purpose purpose;
    yonder_text method; /**< "GET" or "HEAD" */
    yonder_url url;     /**< owned by the arena */
    yn_agent agent;
    yn_family family;
    unsigned tries;       /**< how often it was asked until this came of it */
    yn_evidence response; /**< of the last try. Where a certificate was not valid it was asked once
                               more without looking at it: `distrust` of it says so, and fields and
                               status are those of that answer */
    yn_tls_facts tls;     /**< of https */
} yn_visit;

/** Index of a visit where there is none. */
#define YN_NO_VISIT SIZE_MAX

/** How a chain ends: X(name, code, prose). */
#define YN_CHAIN_ENDS(X)                                                                           \
    X(YN_CHAIN_ANSWERED, "answered", "by a response that leads nowhere else")                      \
    X(YN_CHAIN_FAILED, "failed", "the last request of it failed")                                  \
    X(YN_CHAIN_LOOP, "loop", "by a URL that it was at before")                                     \
    X(YN_CHAIN_LONG, "long", "the collector gave up following")                                    \
    X(YN_CHAIN_UNREADABLE, "unreadable", "by a Location that is no URL, or none of http or https") \
    X(YN_CHAIN_UNKNOWN, "unknown", "time was over before it was followed to its end")

typedef enum yn_chain_end {
#define YN_CHAIN_END_ENUM(name, code, prose) name,
    YN_CHAIN_ENDS(YN_CHAIN_END_ENUM)
#undef YN_CHAIN_END_ENUM
} yn_chain_end;

/** Where a redirect chain begins. */
typedef enum yn_start {
    YN_START_HTTP,      /**< http://D/ */
    YN_START_HTTPS,     /**< https://D/ */
    YN_START_WWW_HTTP,  /**< http://www.D/, unless D begins with "www." */
    YN_START_WWW_HTTPS, /**< https://www.D/ */
    YN_START_COUNT
} yn_start;

enum {
    YN_COLLECT_MAX_HOPS = 12, /**< visits of one chain; more than any grader follows */
};

/** A chain: visits, the first of which is its start. Followed as browsers resolve Location
 *  (WHATWG URL), by GET, 301, 302, 303, 307 and 308. */
typedef struct yn_seen_chain {
    bool asked;   /**< false: it was not looked at (www of a name that has none to have) */
    size_t *hops; /**< indices of visits */
    size_t count;
    yn_chain_end end;
} yn_seen_chain;

/* ---- hosts -------------------------------------------------------------------------------------
 */

/** How a host came to be looked at: X(name, code). */
#define YN_HOST_ORIGINS(X)                                                                         \
    X(YN_HOST_DOMAIN, "domain")           /* the domain itself */                                  \
    X(YN_HOST_WWW, "www")                 /* www. before it */                                     \
    X(YN_HOST_CHAIN, "chain")             /* a redirect led there */                               \
    X(YN_HOST_CERTIFICATE, "certificate") /* a certificate of the domain names it */               \
    X(YN_HOST_GIVEN, "given")             /* whoever asked named it as a sub-domain */

typedef enum yn_host_origin {
#define YN_HOST_ORIGIN_ENUM(name, code) name,
    YN_HOST_ORIGINS(YN_HOST_ORIGIN_ENUM)
#undef YN_HOST_ORIGIN_ENUM
} yn_host_origin;

/** Whether something is so, as far as was found out. */
typedef enum yn_known {
    YN_UNKNOWN, /**< not asked, or no answer in time */
    YN_NO,
    YN_YES,
} yn_known;

typedef struct yn_seen_host {
    yonder_text name; /**< in ASCII, lower case */
    yn_host_origin origin;
    yn_known exists;        /**< NO: the name has no address (an authoritative no) */
    yonder_text *addresses; /**< A and AAAA, as text, in the order of the resolver */
    size_t address_count;
    bool withheld; /**< it has addresses, none of which may be asked: `exists` is NO. For the
                        collector; not saved, for the errors of visits say it */
    yn_known port_80, port_443; /**< TCP connections are accepted there */
    size_t https;               /**< the visit of https://HOST/, or YN_NO_VISIT */
} yn_seen_host;

/* ---- lists -------------------------------------------------------------------------------------
 */

/** What a browser's preload list says of the domain, by that browser's own reading of it. */
typedef struct yn_seen_list {
    yonder_text list;    /**< "chromium", "firefox" */
    yonder_text version; /**< of the list: its date or ETag, for a reader; may be empty */
    bool listed;
    yonder_text matched; /**< the entry that decides */
    bool include_subdomains;
    yonder_text policy; /**< "bulk-1-year"…; empty where not known */
} yn_seen_list;

/* ---- all of it ---------------------------------------------------------------------------------
 */

typedef struct yn_audit {
    yonder_text domain; /**< as it was given */
    yonder_text ascii;  /**< as it was asked for: ASCII, lower case; empty where it is no host
                             name, and then nothing was asked */
    yonder_text public_suffix; /**< by the Public Suffix List, private rules included; a single
                                    unlisted label counts as one */
    yonder_text registrable;   /**< eTLD+1; empty where the domain is a public suffix */
    int64_t begun;             /**< seconds since 1970 */
    double took_ms;
    bool cut_short; /**< the time for one domain was over: what is missing is unknown */

    yn_visit *visits;
    size_t visit_count;
    yn_seen_chain chains[YN_START_COUNT];
    yn_seen_host *hosts; /**< the domain is the first */
    size_t host_count;
    yn_seen_list *lists; /**< those that were at hand */
    size_t list_count;
} yn_audit;

/** The first visit of that kind, or NULL. `method` is "GET" or "HEAD". */
const yn_visit *yn_audit_find(const yn_audit *audit, const char *method, yonder_text href,
                              yn_purpose purpose, yn_agent agent, yn_family family);
/** Any GET of that URL by the collector's own name and whichever address, or NULL: what a grader
 *  that follows redirects by rules of its own goes by. */
const yn_visit *yn_audit_get(const yn_audit *audit, yonder_text href);
const yn_seen_host *yn_audit_host(const yn_audit *audit, yonder_text name);

/** How many fields of that name a visit's response has; their values, as they came, by index. */
size_t yn_visit_field_count(const yn_visit *visit, const char *name);
yonder_text yn_visit_field(const yn_visit *visit, const char *name, size_t index);

/** Whether no certificate was put up with. */
bool yn_visit_is_trusted(const yn_visit *visit);

#endif
