// SPDX-License-Identifier: MIT
// A client is a row of traits. The code that decides asks for a trait, never for a client: a new
// client is a new row, and a fact learnt about a client is a change to its row.
//
// Every trait has the value 0 for "like the standards", so that a row says only what is its own.
#ifndef YN_CORE_CLIENT_H
#define YN_CORE_CLIENT_H

#include <yonder/redirect.h>

#include "core/hsts.h"
#include "core/reading.h"
#include "core/spelling.h"

/** A set of statuses: up to six ranges, both ends included. */
typedef struct yn_statuses {
    short range[6][2];
} yn_statuses;

bool yn_statuses_have(const yn_statuses *set, int status);

// ---- method and body ----------------------------------------------------------------------------

typedef enum yn_rewrite {
    YN_KEEP,
    YN_POST_TO_GET,
    YN_ALL_BUT_HEAD_TO_GET,
} yn_rewrite;

/** What some statuses do to the method. The body goes whenever the method changes. */
typedef struct yn_method_rule {
    yn_statuses statuses;
    yn_rewrite rewrite;
    bool loses_body; /**< even where the method is kept */
} yn_method_rule;

/** What a method of the user's own choice does (`curl -X`). */
typedef enum yn_custom {
    YN_CUSTOM_IS_PLAIN,  /**< nothing: the client knows no difference */
    YN_CUSTOM_STICKS,    /**< the rules are applied to the request the client would have made
                              without it, a POST or a GET; the name stays on the new request */
    YN_CUSTOM_GIVES_WAY, /**< the same, but where the rules make a GET of that request it is GET,
                            and where they make one of all but HEAD so is any name, HEAD too */
} yn_custom;

/** When a body that is a stream, and so is gone, ends the chain. */
typedef enum yn_stream {
    YN_STREAM_WHEN_NEEDED, /**< where the next request carries the body */
    YN_STREAM_UNLESS_303,  /**< on every status but 303 */
} yn_stream;

// ---- header fields ------------------------------------------------------------------------------

typedef enum yn_drop_when {
    YN_DROP_ALWAYS = 1,
    YN_DROP_WHEN_METHOD_CHANGES,
    YN_DROP_WHEN_BODY_IS_LOST, /**< by the rules; the request need not have had one */
    YN_DROP_WHEN_SITE_CHANGES,
} yn_drop_when;

typedef struct yn_drop {
    yn_drop_when when;
    const char *const *names; /**< ends with NULL */
} yn_drop;

/** What counts as the same site for YN_DROP_WHEN_SITE_CHANGES. */
typedef enum yn_site {
    YN_SITE_ORIGIN,            /**< scheme, host and port */
    YN_SITE_ORIGIN_OR_UPGRADE, /**< or http on port 80 becoming https on 443 on the same host */
    YN_SITE_HOST_OR_SUBDOMAIN, /**< the same host or one below it, whatever scheme and port */
} yn_site;

/** What becomes of the user name and password of a URL (RFC 7617). */
typedef enum yn_credentials {
    YN_CREDENTIALS_WAIT,     /**< for a 401 */
    YN_CREDENTIALS_AT_START, /**< sent unasked where the chain began, those of later URLs too */
    YN_CREDENTIALS_OF_EACH,  /**< sent unasked, of each URL its own */
    YN_CREDENTIALS_OF_FIRST, /**< those of the first URL, if they have a password, be it empty,
                                  become its Authorization field, in the place of one that is
                                  given, and are dropped as that is */
} yn_credentials;

/** Which requests get the Host field the user gave. */
typedef enum yn_given_host {
    YN_GIVEN_HOST_AT_START, /**< those to the host where the chain began */
    YN_GIVEN_HOST_EVERYWHERE,
    YN_GIVEN_HOST_WHILE_RELATIVE, /**< those before the first Location with a scheme */
} yn_given_host;

// ---- Location -----------------------------------------------------------------------------------

typedef enum yn_duplicates {
    YN_DUPLICATES_MUST_AGREE,
    YN_DUPLICATES_FIRST,
    YN_DUPLICATES_JOIN, /**< one value, with ", " between */
} yn_duplicates;

typedef enum yn_empty {
    YN_EMPTY_IS_NONE,
    YN_EMPTY_IS_SELF, /**< an empty reference: the request's own URL */
} yn_empty;

/** The tests a response has to pass, in the order of `checks`. The first it fails ends the chain.
 */
typedef enum yn_check {
    YN_CHECK_DUPLICATES = 1, /**< Locations that must agree do */
    YN_CHECK_STATUS,
    YN_CHECK_LOCATION, /**< there is one */
    YN_CHECK_LIMIT,
    YN_CHECK_URL,    /**< the Location is a URL */
    YN_CHECK_UNSAFE, /**< its scheme is none of `unsafe_schemes` */
    YN_CHECK_SCHEME, /**< its scheme is one of `schemes` */
    YN_CHECK_STREAM,
    YN_CHECK_PORT, /**< the Fetch standard's "block bad port" */
    YN_CHECKS,
} yn_check;

// ---- cache --------------------------------------------------------------------------------------

/** Which requests make the client forget what is kept for their URL (RFC 9111 section 4.4). */
typedef struct yn_forgetting {
    const char *const *methods; /**< ends with NULL; NULL: all that are not safe */
    bool failures_too;          /**< on any status, and not only on 2xx and 3xx */
    bool targets_too;           /**< and what is kept for the URLs in Location and Content-Location,
                                     where they are on the same host */
} yn_forgetting;

/** What is a date in Date, Expires and Last-Modified. */
typedef enum yn_dates {
    YN_DATES_OF_HTTP,            /**< the three forms of RFC 9110 section 5.6.7 */
    YN_DATES_GUESSED,            /**< what yn_date_guess() reads, ISO 8601 included */
    YN_DATES_GUESSED_IN_32_BITS, /**< without ISO 8601; of the seconds only the low bits are kept,
                                      but an Expires before 1970 has passed */
} yn_dates;

typedef struct yn_cache {
    const char *const *methods; /**< whose responses it keeps, ends with NULL; NULL: has no cache */
    yn_statuses never;          /**< never reused, whatever the fields say */
    yn_statuses unlimited;      /**< reused without end where the fields say nothing */
    yn_statuses tenth; /**< for a tenth of the time since Last-Modified (RFC 9111, 4.2.2) */
    yn_statuses tenth_if_public; /**< likewise, if Cache-Control says public or private */
    bool tenth_regardless;       /**< of must-revalidate */
    int64_t tenth_at_most;       /**< in seconds; 0: no bound */
    bool needs_location;         /**< of a redirect; one without is not reused */
    yn_forgetting forgetting;
    bool not_for_forms; /**< a navigation that begins with a POST takes nothing from it */
    const char *const *kept_schemes; /**< a redirect the client gives up is not kept, unless it
                                          leads to one of these; ends with NULL. NULL: it is */
    bool reads_words;                /**< see freshness.h */
    const char *const *bare_words;   /**< likewise; ends with NULL, may be NULL */
    bool without_cache_control;      /**< knows Expires and Pragma only (HTTP/1.0) */
    bool quoted_seconds;             /**< max-age="60" counts; it does not otherwise */
    bool unreadable_expires_past;    /**< any Expires that is no date has passed (RFC 9111, 5.3);
                                          otherwise only "0" has, and the rest is left unread */
    yn_dates dates;
} yn_cache;

// ---- redirects of the client's own --------------------------------------------------------------

/** The 307 that a client makes up where it goes from http to https by itself (Chromium), so that
 *  what watches its requests sees a redirect. Location goes before `fields`. */
typedef struct yn_made_up {
    const char *phrase;         /**< its reason phrase; NULL: there is no response, the request's
                                     URL is changed before it is made */
    const yonder_field *fields; /**< ends with one without a name */
    bool allows_origin;         /**< then Access-Control-Allow-Origin and -Credentials, where the
                                     request has an Origin */
} yn_made_up;

typedef struct yn_internal {
    yn_made_up hsts;        /**< where HSTS asks for https (RFC 6797 section 8.3) */
    yn_made_up https_first; /**< where https is only tried, and back to http where it fails */
    bool tries_https;       /**< can be told to try https first */
    bool counts;            /**< like a redirect from elsewhere, to the limit */
} yn_internal;

/** What is made of a page that asks to go on by itself (HTML standard, "shared declarative refresh
 *  steps"). */
typedef enum yn_refreshing {
    YN_REFRESH_IGNORED,   /**< the client shows no pages */
    YN_REFRESH_NAVIGATES, /**< a new navigation from that page: with Referer, redirects count anew
                           */
    YN_REFRESH_REDIRECTS, /**< as good as a redirect, counted with the others */
} yn_refreshing;

// ---- the row ------------------------------------------------------------------------------------

struct yonder_client {
    const char *name;
    const char *version;
    const yonder_field *fields; /**< what it sends of its own accord */
    size_t field_count;

    yn_statuses followed;
    bool safe_methods_only; /**< follows GET and HEAD, and nothing else */
    unsigned limit;         /**< redirects followed before it gives up */
    yn_check checks[YN_CHECKS];

    yn_method_rule methods[3]; /**< the first that has the status counts; none: method kept */
    yn_custom custom;
    const char *const *own_methods; /**< methods it uses unasked, ends with NULL; any other is the
                                         user's, hence custom. NULL: all are its own */
    yn_stream stream;
    yonder_action stream_action; /**< YONDER_ERROR or YONDER_STOP */

    yn_drop drops[4];
    yn_site site;
    bool site_is_initial; /**< compared with where the chain began, not with the hop before */
    bool composes_anew;   /**< see yonder_decision.composed_anew */
    yn_credentials credentials;
    bool credentials_latin1; /**< sent as ISO 8859-1 where that has the letters, not as UTF-8 */
    yn_given_host given_host;

    const char *blanks;     /**< bytes that are cut off either end of a Location */
    bool blanks_after_kept; /**< only off its start */
    yn_duplicates duplicates;
    bool empties_skipped; /**< a Location that is empty is not looked at, and so is not the first */
    yn_empty empty;
    const yn_reading *reading; /**< NULL: the URL standard's, non-ASCII bytes escaped before */
    const yn_reading *first;   /**< of the URL its user gives; NULL: `reading`, or the standard's */
    const yn_spelling *spelling; /**< where its URLs are written as the standard's are not; NULL:
                                    they are. For rows without a `reading` */
    bool escapes_controls;       /**< in the standard's reading, where they stand; otherwise it cuts
                                      them off the ends and takes tabs out */
    const char *host_refused;    /**< bytes that no host may have, beside the standard's; or NULL */
    bool decodes_punycode;  /**< a label "xn--…" that does not decode (RFC 3492, UTS #46) is no
                                 host; the standard looks at no ASCII domain */
    bool absolute_only;     /**< a relative reference is not a URL (RFC 1945) */
    bool inherits_fragment; /**< of the request's URL, where it has one that is not empty and the
                                 Location has none */
    const char *const *schemes;        /**< those it goes to; ends with NULL */
    const char *const *unsafe_schemes; /**< those that its network stack refuses, before anything
                                            above it is asked; ends with NULL, may be NULL */

    yn_cache cache;
    yn_internal internal;
    yn_refreshing refreshing;
    int64_t refresh_limit; /**< a page that would wait longer, in seconds, asks for nothing; 0: no
                                wait is too long */
    bool refresh_needs_digit; /**< in the time; by the standard "." is 0 */
    yn_hsts_rules hsts;
};

#endif
