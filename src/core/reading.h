// SPDX-License-Identifier: MIT
// How clients that do not follow the URL standard read a Location, or the URL they are started
// with: as text, most of which they keep as it stands. What they differ in is here; what they agree
// on is in reading.c.
#ifndef YN_CORE_READING_H
#define YN_CORE_READING_H

#include <yonder/url.h>

/** How a relative reference is joined with its base. */
typedef enum yn_merge {
    YN_MERGE_RFC3986, /**< RFC 3986 section 5.2.2 */
    YN_MERGE_TEXT,    /**< cut the base at its last slash and append, whatever part that slash is in
                           and though the reference be "#f" only (curl 7.88) */
} yn_merge;

/** What becomes of a "%" that two hex digits do not follow. */
typedef enum yn_bad_percent {
    YN_PERCENT_KEPT,
    YN_PERCENT_ESCAPED,     /**< that one becomes "%25" */
    YN_PERCENT_ALL_ESCAPED, /**< one such, and every "%" of the reference becomes "%25" */
} yn_bad_percent;

/** What becomes of control characters. */
typedef enum yn_controls {
    YN_CONTROLS_REFUSED,
    YN_CONTROLS_AND_SPACES_REFUSED,
    YN_CONTROLS_ESCAPED,
    YN_CONTROLS_TAB_REMOVED, /**< tab, CR and LF; the others are escaped */
} yn_controls;

typedef struct yn_reading {
    yn_merge merge;
    unsigned min_slashes, max_slashes; /**< that may stand between "scheme:" and the host */
    bool same_scheme_relative;         /**< with the base's scheme and no "//host" it is a relative
                                            reference: "http:abs" is "abs" */
    const char *escaped;               /**< printable ASCII that is percent-encoded */
    bool lower_hex;                    /**< "%e2", not "%E2" */
    bool plus_for_space; /**< after the first "?"; "%20" before it and for the others */
    yn_bad_percent bad_percent;
    yn_controls controls;
    bool utf8_only;             /**< bytes that are not UTF-8 make it fail */
    bool path_only;             /**< query and fragment stay as they came, bytes beyond ASCII too */
    bool keeps_empty_query;     /**< "?" and nothing after it is sent */
    const char *host_refused;   /**< bytes that a host must not have once it is percent-decoded,
                                     beyond those the URL standard forbids */
    const char *const *guessed; /**< what it guesses where there is no base: "name:" is a scheme
                                     only if a slash follows; without one it is the name of these
                                     that the host begins with ("ftp."), or http. Ends with NULL;
                                     NULL: it does not guess, there must be a scheme */
} yn_reading;

/** What stands before the ":" of an absolute reference, as these clients see it; empty for a
 *  relative one. A view of `value`. */
yonder_text yn_reading_scheme(yonder_text value);

/** The scheme that a text without a base has or is guessed to have: a view of `value` if it stands
 *  there, static text if it is guessed; empty for none. */
yonder_text yn_reading_first_scheme(const yn_reading *reading, yonder_text value);

/**
 * Reads `value`, which is not empty, against `base`, or on its own where that is NULL. The result's
 * scheme, user, host and port are written as the URL standard writes them, its path, query and
 * fragment as the client does: they hold no control character, no space and, unless `path_only`,
 * nothing but ASCII, but may hold what the standard would have encoded, such as a backslash. An
 * empty fragment is dropped, and an empty query unless `keeps_empty_query`.
 *
 * @return YONDER_OK, YONDER_INVALID_URL, YONDER_TOO_LARGE, YONDER_NO_MEMORY
 */
int yn_reading_resolve(const yn_reading *reading, yonder_text value, const yonder_url *base,
                       const yonder_mem *mem, yonder_url *out);

#endif
