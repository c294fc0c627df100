// SPDX-License-Identifier: MIT
/**
 * @file
 * HTTP Strict Transport Security (RFC 6797) as each client has it: reading the header field,
 * remembering hosts, and turning http into https before a request is made.
 *
 * Time is an argument everywhere: seconds since 1970.
 */
#ifndef YONDER_HSTS_H
#define YONDER_HSTS_H

#include <yonder/preload.h>
#include <yonder/redirect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** In place of a number of seconds or a moment: no end. */
#define YONDER_HSTS_FOREVER INT64_MAX

/** Whether a client has HSTS at all. */
typedef enum yonder_hsts_support {
    YONDER_HSTS_NEVER,  /**< it neither heeds the field nor keeps hosts */
    YONDER_HSTS_OPT_IN, /**< only where its user names a file for it (curl --hsts FILE) */
    YONDER_HSTS_ALWAYS,
} yonder_hsts_support;

YONDER_API yonder_hsts_support yonder_hsts_supported(const yonder_client *client);

/* ---- the header field ---------------------------------------------------------------------- */

/** What a client takes a Strict-Transport-Security value to say (RFC 6797 section 6.1). */
typedef struct yonder_hsts_policy {
    int64_t max_age;         /**< seconds, cut down to the most this client keeps, or
                                  YONDER_HSTS_FOREVER */
    bool include_subdomains; /**< covers the hosts below, too */
    bool preload;            /**< the directive is there; it asks list keepers, not clients */
} yonder_hsts_policy;

/** What came of reading: X(name, code, prose). Codes appear in machine output. */
#define YONDER_HSTS_READINGS(X)                                                                    \
    X(YONDER_HSTS_VALID, "valid", "the client accepts it")                                         \
    X(YONDER_HSTS_UNKNOWN_TO_CLIENT, "no_hsts", "this client does not know HSTS")                  \
    X(YONDER_HSTS_NO_MAX_AGE, "no_max_age", "there is no max-age")                                 \
    X(YONDER_HSTS_BAD_MAX_AGE, "invalid_max_age", "max-age is not a number of seconds")            \
    X(YONDER_HSTS_REPEATED, "repeated_directive", "a directive stands there twice")                \
    X(YONDER_HSTS_UNEXPECTED_VALUE, "unexpected_value", "includeSubDomains takes no value")        \
    X(YONDER_HSTS_SYNTAX, "syntax", "it is not a list of directives")

typedef enum yonder_hsts_reading {
#define YONDER_HSTS_READING_ENUM(name, code, prose) name,
    YONDER_HSTS_READINGS(YONDER_HSTS_READING_ENUM)
#undef YONDER_HSTS_READING_ENUM
} yonder_hsts_reading;

YONDER_API const char *yonder_hsts_reading_code(yonder_hsts_reading reading);
YONDER_API const char *yonder_hsts_reading_prose(yonder_hsts_reading reading);

/** Reads one field value as the client does; blanks at its ends are no part of it (RFC 9110
 *  section 5.5). `*out` is set if and only if the answer is YONDER_HSTS_VALID. */
YONDER_API yonder_hsts_reading yonder_hsts_parse(const yonder_client *client, yonder_text value,
                                                 yonder_hsts_policy *out);

/* ---- known hosts --------------------------------------------------------------------------- */

/** A known HSTS host (RFC 6797 section 8.1). */
typedef struct yonder_hsts_entry {
    yonder_text host; /**< in ASCII, lower case; one with a dot at the end counts for hosts written
                           so alone, which wget and Firefox keep apart */
    uint16_t port;    /**< 0: of every port, as the RFC has it; wget keeps them apart */
    bool include_subdomains;
    bool knocked_out; /**< a preloaded host that said max-age=0: not upgraded (Firefox) */
    int64_t expires;  /**< or YONDER_HSTS_FOREVER */
    int64_t learnt;   /**< when the entry was last refreshed; 0 if not known */
} yonder_hsts_entry;

/** A store of known hosts, for one thread at a time. */
typedef struct yonder_hsts yonder_hsts;

/** Makes an empty store that holds at most `max_entries` (0: a million).
 *  @return YONDER_OK, YONDER_NO_MEMORY */
YONDER_API int yonder_hsts_new(yonder_hsts **out, size_t max_entries, const yonder_mem *mem);
YONDER_API void yonder_hsts_free(yonder_hsts *store); /**< NULL is left alone */

YONDER_API size_t yonder_hsts_count(const yonder_hsts *store);

/** Walks through the entries in the order of arrival: `*cursor` is 0 to begin with. The view is
 * good until the store changes. @return NULL at the end */
YONDER_API const yonder_hsts_entry *yonder_hsts_next(const yonder_hsts *store, size_t *cursor);

/** The entry of exactly that host and port, written as yonder_hsts_put() takes it, or NULL. The
 * view is good until the store changes. */
YONDER_API const yonder_hsts_entry *yonder_hsts_find(const yonder_hsts *store, yonder_text host,
                                                     uint16_t port);

/** Puts a copy of an entry in, in place of the one for the same host and port. Its host may be in
 * any case.
 *  @return YONDER_OK, YONDER_INVALID_HOST (no domain: an address, a label too long…),
 *          YONDER_TOO_LARGE (the store is full), YONDER_NO_MEMORY */
YONDER_API int yonder_hsts_put(yonder_hsts *store, const yonder_hsts_entry *entry);

/** Takes the entries of exactly that host out, of all its ports, with a dot at its end and without.
 *  @return whether there was one */
YONDER_API bool yonder_hsts_forget(yonder_hsts *store, yonder_text host);

/** What came of a response: X(name, code, prose). */
#define YONDER_HSTS_EFFECTS(X)                                                                     \
    X(YONDER_HSTS_NOTHING, "nothing", "there is no such field")                                    \
    X(YONDER_HSTS_LEARNT, "learnt", "the host is known from now on")                               \
    X(YONDER_HSTS_REFRESHED, "refreshed", "the host was known, its time begins anew")              \
    X(YONDER_HSTS_FORGOTTEN, "forgotten", "max-age=0: the host is not known from now on")          \
    X(YONDER_HSTS_KNOCKED_OUT, "knocked_out", "max-age=0 outweighs the preload list")              \
    X(YONDER_HSTS_NOT_ACCEPTED, "not_accepted", "the client does not heed the field")              \
    X(YONDER_HSTS_INSECURE, "insecure", "it does not count over plain HTTP")                       \
    X(YONDER_HSTS_BAD_CERTIFICATE, "bad_certificate",                                              \
      "it does not count, for the certificate "                                                    \
      "is not valid")                                                                              \
    X(YONDER_HSTS_NO_DOMAIN, "no_domain", "it does not count for an address or localhost")

typedef enum yonder_hsts_effect {
#define YONDER_HSTS_EFFECT_ENUM(name, code, prose) name,
    YONDER_HSTS_EFFECTS(YONDER_HSTS_EFFECT_ENUM)
#undef YONDER_HSTS_EFFECT_ENUM
} yonder_hsts_effect;

YONDER_API const char *yonder_hsts_effect_code(yonder_hsts_effect effect);
YONDER_API const char *yonder_hsts_effect_prose(yonder_hsts_effect effect);

/** What was done about a response, and why. */
typedef struct yonder_hsts_noted {
    yonder_hsts_effect effect;
    yonder_hsts_reading reading; /**< of the field that counted */
    yonder_hsts_policy policy;   /**< where `reading` is YONDER_HSTS_VALID */
} yonder_hsts_noted;

/** A response as far as HSTS is concerned. Views. */
typedef struct yonder_hsts_response {
    const yonder_url *url; /**< that was asked */
    const yonder_field *fields;
    size_t field_count;
    bool certificate_valid; /**< of an https URL: TLS without any error */
    int64_t now;
} yonder_hsts_response;

/**
 * Notes what a response says, as this client does: which of several fields count, on which
 * connections and for which hosts (RFC 6797 section 8.1). `preload` may be NULL; Firefox asks it
 * what max-age=0 means.
 *
 * @return YONDER_OK with `*out` set; YONDER_TOO_LARGE (the store is full), YONDER_NO_MEMORY
 */
YONDER_API int yonder_hsts_note(yonder_hsts *store, const yonder_client *client,
                                const yonder_preload *preload, const yonder_hsts_response *response,
                                yonder_hsts_noted *out);

/* ---- matching ------------------------------------------------------------------------------ */

typedef enum yonder_hsts_source {
    YONDER_HSTS_NONE,
    YONDER_HSTS_DYNAMIC, /**< an entry of the store */
    YONDER_HSTS_PRELOAD, /**< the preload set */
} yonder_hsts_source;

/** NULL, "dynamic", "preload". */
YONDER_API const char *yonder_hsts_source_code(yonder_hsts_source source);

/** The answer for a host, and who gave it. */
typedef struct yonder_hsts_match {
    bool upgrade;              /**< http is to become https */
    yonder_hsts_source source; /**< who decided, be it against; NONE where nobody knows the host */
    yonder_text matched; /**< the host of the entry that decided: a view of the store or of the host
                              asked for; empty where source is NONE */
    bool include_subdomains; /**< of that entry */
    int64_t expires, learnt; /**< of a dynamic entry */
} yonder_hsts_match;

/**
 * Would this client reach `url`, if its scheme were http, by https (RFC 6797 section 8.2)? Store
 * and preload set may be NULL. Expired entries do not count and stay.
 */
YONDER_API void yonder_hsts_query(const yonder_hsts *store, const yonder_preload *preload,
                                  const yonder_client *client, const yonder_url *url, int64_t now,
                                  yonder_hsts_match *out);

/**
 * The https URL for an http one, written as this client writes it (RFC 6797 section 8.3): port 80
 * becomes 443, others stay.
 *
 * @return YONDER_OK with `*out` set, to be freed by yonder_url_free(); YONDER_INVALID_ARGUMENT
 *         where `url` is not http; YONDER_NO_MEMORY
 */
YONDER_API int yonder_hsts_upgrade(const yonder_client *client, const yonder_url *url,
                                   const yonder_mem *mem, yonder_url *out);

/* ---- files ----------------------------------------------------------------------------------- */

/** Is told of each line that is no entry; `number` counts from 1. */
typedef void yonder_hsts_bad_line(void *context, size_t number, yonder_text line);

/**
 * Adds the entries of a file in the format of curl's HSTS cache: lines `host "YYYYMMDD hh:mm:ss"`,
 * in UTC, or "unlimited"; a dot before the host includes its subdomains. As in curl, the seconds or
 * the time may be missing, a date of HTTP may stand for it, and what follows the quotes is passed
 * over. Where a host is known already the later end counts and subdomains are included if either
 * says so. What that format has no place for stands in comments that begin with "# yonder:".
 *
 * Other comments and lines that are no entries are kept and written back by yonder_hsts_write();
 * `bad`, which may be NULL, is told of the latter.
 *
 * @return YONDER_OK; YONDER_TOO_LARGE (the store is full), YONDER_NO_MEMORY, when some of the
 *         entries are in the store
 */
YONDER_API int yonder_hsts_read(yonder_hsts *store, yonder_text file, yonder_hsts_bad_line *bad,
                                void *context);

/** The same as the client reads it at that time: curl 7.88 leaves entries out that others cover.
 *  For clients that have no such file of their own it is yonder_hsts_read(). */
YONDER_API int yonder_hsts_read_as(yonder_hsts *store, const yonder_client *client, int64_t now,
                                   yonder_text file, yonder_hsts_bad_line *bad, void *context);

/** Adds the entries of wget's file (~/.wget-hsts): lines of host, port (0, 443: the default one),
 *  whether subdomains are included, when it was learnt, max-age. Errors are those of
 *  yonder_hsts_read(), but what is no entry is not kept. */
YONDER_API int yonder_hsts_read_wget(yonder_hsts *store, yonder_text file,
                                     yonder_hsts_bad_line *bad, void *context);

/** Writes the store as yonder_hsts_read() reads it, curl too. `*text` is allocated from `mem` and
 * the caller's to free. An end after the year 9999 becomes "unlimited".
 *  @return YONDER_OK, YONDER_NO_MEMORY, YONDER_TOO_LARGE (more than 2 GiB) */
YONDER_API int yonder_hsts_write(const yonder_hsts *store, const yonder_mem *mem, char **text,
                                 size_t *len);

#ifdef __cplusplus
}
#endif
#endif
