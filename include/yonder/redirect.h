// SPDX-License-Identifier: MIT
/**
 * @file
 * Given a request and the response to it: does this client follow, where to, with which method,
 * with or without the body, and may the redirect be answered from a cache next time?
 * RFC 9110 section 15.4, the Fetch standard's HTTP-redirect fetch, RFC 9111 section 4.2.
 */
#ifndef YONDER_REDIRECT_H
#define YONDER_REDIRECT_H

#include <yonder/url.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One row of the table of clients: everything in which one client differs from another. */
typedef struct yonder_client yonder_client;

/** The client of that name ("chrome", "curl"…), or NULL. Static. */
YONDER_API const yonder_client *yonder_client_find(yonder_text name);

/** The `index`-th client of the table, or NULL past its end. Static. */
YONDER_API const yonder_client *yonder_client_at(size_t index);

/** Its name, as yonder_client_find() takes it. Static. */
YONDER_API const char *yonder_client_name(const yonder_client *client);

/** Which program and version the row was taken from, in words. Static. */
YONDER_API const char *yonder_client_version(const yonder_client *client);

/** The header fields the client adds to a plain navigation or fetch of its own accord, such as
 *  User-Agent and Accept. Static; `*count` is set. */
YONDER_API const yonder_field *yonder_client_fields(const yonder_client *client, size_t *count);

/**
 * Reads a URL as the client does that is started with it: what a browser finds in a link, what is
 * typed after `curl`. A client that follows the URL standard reads it as yonder_url_parse() does.
 * curl does not: it sends `"`, `\` and `^` as they stand, refuses spaces, and takes what has no
 * scheme for http. Its query and fragment stay as they came, so that `out->href` may hold bytes
 * beyond ASCII; an href of its own (yonder_decision.url) it reads as that href again.
 *
 * A scheme the client does not go to is not an error here.
 *
 * @return YONDER_OK with `*out` set, to be freed by yonder_url_free(); YONDER_INVALID_URL, which
 *         a text without a scheme is where the client does not guess it; YONDER_TOO_LARGE;
 *         YONDER_NO_MEMORY
 */
YONDER_API int yonder_client_url(const yonder_client *client, yonder_text text,
                                 const yonder_mem *mem, yonder_url *out);

typedef enum yonder_action {
    YONDER_FOLLOW, /**< make the next request */
    YONDER_STOP,   /**< this response is the final one */
    YONDER_ERROR,  /**< the client gives up with an error */
} yonder_action;

/** Why: X(name, code, prose). The code is stable and appears in machine output. */
#define YONDER_REASONS(X)                                                                          \
    X(YONDER_METHOD_KEPT, "method_kept", "followed with the same method")                          \
    X(YONDER_METHOD_CHANGED, "method_changed", "followed, the method changed")                     \
    X(YONDER_NOT_A_REDIRECT, "not_a_redirect", "the status is not a redirect")                     \
    X(YONDER_STATUS_NOT_FOLLOWED, "status_not_followed", "this client does not follow the status") \
    X(YONDER_NO_LOCATION, "no_location", "there is no Location to follow")                         \
    X(YONDER_INVALID_LOCATION, "invalid_location", "the Location is not a valid URL")              \
    X(YONDER_LOCATION_NOT_ABSOLUTE, "location_not_absolute",                                       \
      "the Location is not an absolute URL")                                                       \
    X(YONDER_MULTIPLE_LOCATIONS, "multiple_locations", "there are several different Locations")    \
    X(YONDER_SCHEME_NOT_FOLLOWED, "scheme_not_followed", "the Location leads out of HTTP")         \
    X(YONDER_PORT_NOT_FOLLOWED, "port_not_followed", "the Location has a port that is blocked")    \
    X(YONDER_TOO_MANY_REDIRECTS, "too_many_redirects", "the client's limit is reached")            \
    X(YONDER_BODY_NOT_REPLAYABLE, "body_not_replayable", "the body cannot be sent again")

typedef enum yonder_reason {
#define YONDER_REASON_ENUM(name, code, prose) name,
    YONDER_REASONS(YONDER_REASON_ENUM)
#undef YONDER_REASON_ENUM
} yonder_reason;

YONDER_API const char *yonder_action_code(yonder_action action); /**< "follow", "stop", "error" */
YONDER_API const char *yonder_reason_code(yonder_reason reason);
YONDER_API const char *yonder_reason_prose(yonder_reason reason);

/** What was asked. Views; all must outlive the call. */
typedef struct yonder_request {
    yonder_text method;    /**< a token (RFC 9110 section 5.6.2), case-sensitive (section 9.1) */
    const yonder_url *url; /**< of scheme http or https */
    bool has_body;
    bool body_is_stream;   /**< the body cannot be produced a second time */
    bool method_is_custom; /**< the user named the method although the client would have chosen
                                another or the same: what `curl -X` does */
    unsigned count;        /**< redirects already followed to get here: 0 for the first response */
    const yonder_url *initial; /**< where the chain began; NULL where that is `url` */
} yonder_request;

/** What came back: the status and every header field in the order received. Views. */
typedef struct yonder_response {
    int status;
    const yonder_field *fields;
    size_t field_count;
    int64_t received; /**< when, in seconds since 1970; 0 if not known. Counts for freshness alone,
                           where the response does not give its own Date */
} yonder_response;

/** How long a redirect may be answered from the client's cache (RFC 9111 section 4.2). */
typedef struct yonder_freshness {
    bool cacheable;  /**< the client may reuse the redirect without asking again */
    bool unlimited;  /**< no end to it: `seconds` means nothing */
    int64_t seconds; /**< from the time of the response, its Age taken off; 0 where not cacheable */
} yonder_freshness;

/** The answer. Made by yonder_redirect_decide(), freed by yonder_decision_free(). */
typedef struct yonder_decision {
    yonder_action action;
    yonder_reason reason;
    yonder_url url; /**< where to go next; set (href not NULL) if action is FOLLOW, and where the
                         Location could be read if the reason is SCHEME_NOT_FOLLOWED,
                         PORT_NOT_FOLLOWED or TOO_MANY_REDIRECTS. Spelt as the client spells it:
                         for one whose reading is not the URL standard's (curl),
                         yonder_url_parse() of the href need not give the same href, but
                         yonder_client_url() does */
    yonder_text method; /**< of the next request: a view of the request's method or static text;
                             empty unless action is FOLLOW */
    bool body;          /**< the body goes along */
    const char *const *dropped; /**< names of header fields the next request must not repeat; the
                                     array is owned, the names are static */
    size_t dropped_count;       /**< whether the request had them is not looked at, nor who put them
                                     there: of one that the user gave (`curl -H`) see below */
    bool composed_anew; /**< the client composes every request from what its user gave, and does not
                             edit the one before (curl, wget). A field the user gave is then sent
                           all the same if its name begins with "Content-": what goes is what the
                             client itself had added for the body. Under any other name in `dropped`
                             it is withheld from the next request, and is back on a later one whose
                             decision does not drop it. Where this is false, a field that was
                           dropped is gone, whoever put it there */
    yonder_freshness freshness;
} yonder_decision;

/**
 * Decides. Pure: the same arguments always give the same answer.
 *
 * @return YONDER_OK with `*out` set, whatever the action; else `*out` is untouched:
 *         YONDER_INVALID_ARGUMENT where the request's method is no token or its URL neither http
 *         nor https; YONDER_NO_MEMORY
 */
YONDER_API int yonder_redirect_decide(const yonder_client *client, const yonder_request *request,
                                      const yonder_response *response, const yonder_mem *mem,
                                      yonder_decision *out);

/** Frees what yonder_redirect_decide() made and empties `decision`; NULL and an all-zero one are
 *  left alone. */
YONDER_API void yonder_decision_free(yonder_decision *decision, const yonder_mem *mem);

/* ---- statuses ------------------------------------------------------------------------------ */

/** The reason phrase of a status (IANA HTTP Status Code Registry), or "" if it has none. Static. */
YONDER_API const char *yonder_status_phrase(int status);

/** What a 3xx status means to a request of that method, in a few words: of 301 "moved for good" or,
 *  for POST, "for good, POST may become GET". "" for any other status. Static. */
YONDER_API const char *yonder_status_meaning(int status, yonder_text method);

#ifdef __cplusplus
}
#endif
#endif
