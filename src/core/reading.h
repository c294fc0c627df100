// SPDX-License-Identifier: MIT
// How clients that do not follow the URL standard read a Location, or the URL they are started
// with: as text, most of which they keep as it stands. What they differ in is here; what they agree
// on is in reading.c, reading_escape.c and reading_join.c.
#ifndef YN_CORE_READING_H
#define YN_CORE_READING_H

#include <yonder/url.h>

/** What counts as a relative reference, and how it is joined with its base. */
typedef enum yn_merge {
    YN_MERGE_RFC3986, /**< RFC 3986 section 5.2.2 */
    YN_MERGE_TEXT,    /**< cut the base at its last slash and append, whatever part that slash is in
                           and though the reference be "#f" only (curl 7.88) */
    YN_MERGE_URLJOIN, /**< Python's urljoin: what has the base's scheme or begins with "//" and has
                           no host is a path from the root; empty segments of a relative path, and
                           a ";" at its end, disappear */
    YN_MERGE_GO,      /**< Go's ResolveReference: "///x" is a path, "//" alone is nothing, and a ":"
                           in the first segment of what has no scheme makes it fail */
} yn_merge;

/** What becomes of "." and ".." in a path. */
typedef enum yn_dots {
    YN_DOTS_REMOVED,     /**< RFC 3986 section 5.2.4 */
    YN_DOTS_ESCAPED_TOO, /**< likewise, "%2e" being a dot */
    YN_DOTS_WITH_ROOT,   /**< ".." at the root takes a following slash with it: "/..//x" is "/x";
                              with Go so does one that leads there: "/a/..//x" is "/x" */
    YN_DOTS_IF_RELATIVE, /**< likewise where a path was joined with that of the base; kept in what
                              has a host of its own */
} yn_dots;

/** What becomes of a "%" that two hex digits do not follow. */
typedef enum yn_bad_percent {
    YN_PERCENT_KEPT,
    YN_PERCENT_ESCAPED,     /**< that one becomes "%25" */
    YN_PERCENT_ALL_ESCAPED, /**< where letters or digits follow it every "%" of the reference
                                 becomes "%25"; else, in the end, every "%" of its part, those of
                                 escapes included (requests, then urllib3) */
    YN_PERCENT_REFUSED,     /**< but in a query that stays as it came */
} yn_bad_percent;

/** What becomes of control characters. */
typedef enum yn_controls {
    YN_CONTROLS_REFUSED,
    YN_CONTROLS_AND_SPACES_REFUSED,
    YN_CONTROLS_ESCAPED,
    YN_CONTROLS_TAB_REMOVED, /**< tab, CR and LF; the others are escaped */
} yn_controls;

/** What may stand before the "@" of an authority. */
typedef enum yn_user {
    YN_USER_WITHOUT_SPACE,
    YN_USER_ANY,     /**< a space is escaped */
    YN_USER_NAMED,   /**< likewise, but the name must not be empty */
    YN_USER_RFC3986, /**< the characters of RFC 3986 section 3.2.1, and "@" */
} yn_user;

/** What becomes of "%41" in a host. */
typedef enum yn_host_escapes {
    YN_HOST_DECODED,
    YN_HOST_DECODED_BEYOND_ASCII, /**< refused where it stands for ASCII */
    YN_HOST_ASCII_ONLY,           /**< refused, and so are bytes beyond ASCII */
} yn_host_escapes;

/** What becomes of a host like "0x7f.1", which the URL standard reads as an IPv4 address. */
typedef enum yn_host_number {
    YN_NUMBER_READ,
    YN_NUMBER_READ_WITHOUT_DOT, /**< with a dot at its end it is a name, and stays */
    YN_NUMBER_KEPT,             /**< it stays, as an IPv6 address does; the name look-up reads it */
} yn_host_number;

typedef struct yn_reading {
    yn_merge merge;
    yn_dots dots;
    unsigned min_slashes, max_slashes; /**< that may stand between "scheme:" and the host */
    bool scheme_from_letter; /**< a scheme begins with a letter; otherwise any of its bytes will do
                                  ("1x:"), as curl 7.88 has it */
    bool scheme_without_dot; /**< "a.b:" is no scheme */

    const char *escaped;      /**< printable ASCII that is percent-encoded */
    const char *escaped_last; /**< likewise, once "%" has become "%25" where it does */
    bool lower_hex;           /**< "%e2", not "%E2" */
    bool upper_escapes;       /**< "%e2" that was there becomes "%E2" */
    bool decodes_unreserved;  /**< "%41" becomes "A", "%7e" "~" (RFC 3986 section 2.3) */
    bool path_anew;      /**< a path that has a byte to be escaped is decoded whole and then encoded
                            whole,      all but the unreserved and "$&+,/:;=@" (Go) */
    bool plus_for_space; /**< after the first "?"; "%20" before it and for the others */
    yn_bad_percent bad_percent;
    yn_controls controls;
    bool utf8_only;         /**< bytes that are not UTF-8 make it fail */
    bool path_only;         /**< query and fragment stay as they came, spaces and bytes beyond ASCII
                                 too */
    bool keeps_empty_query; /**< "?" and nothing after it is sent */
    bool without_fragment;  /**< it is cut off */

    yn_user user;
    bool last_at;             /**< the user ends at the last "@", not the first */
    bool empty_password_kept; /**< "u:@", which the URL standard writes as "u@" */
    bool port_zero_dropped;   /**< ":0" is no port, and so the scheme's own is meant */
    yn_host_escapes host_escapes;
    const char *host_refused; /**< bytes that a host must not have once it is percent-decoded,
                                   beyond those the URL standard forbids */
    bool host_end_refused;    /**< a host of one dot, or that ends in two, is none */
    yn_host_number host_number;
    const char *const *guessed; /**< what it guesses where there is no base: "name:" is a scheme
                                     only if a slash follows; without one it is the name of these
                                     that the host begins with ("ftp."), or http. Ends with NULL;
                                     NULL: it does not guess, there must be a scheme */
} yn_reading;

/** What stands before the ":" of an absolute reference, as this client sees it; empty for a
 *  relative one. A view of `value`. */
yonder_text yn_reading_scheme(const yn_reading *reading, yonder_text value);

/** The scheme that a text without a base has or is guessed to have: a view of `value` if it stands
 *  there, static text if it is guessed; empty for none. */
yonder_text yn_reading_first_scheme(const yn_reading *reading, yonder_text value);

/**
 * Reads `value`, which is not empty, against `base`, or on its own where that is NULL. The result's
 * scheme, user, host and port are written as the URL standard writes them (but see
 *
 * `host_number`, `empty_password_kept` and `port_zero_dropped`), its path, query and fragment as
 * the client does: they hold no control character and, unless `path_only`, no space and nothing but
 * ASCII, but may hold what the standard would have encoded, such as a backslash. An empty fragment
 * is dropped, and an empty query unless `keeps_empty_query`.
 *
 * @return YONDER_OK, YONDER_INVALID_URL, YONDER_TOO_LARGE, YONDER_NO_MEMORY
 */
int yn_reading_resolve(const yn_reading *reading, yonder_text value, const yonder_url *base,
                       const yonder_mem *mem, yonder_url *out);

#endif
