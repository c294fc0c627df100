// SPDX-License-Identifier: MIT
/**
 * @file
 * The URL standard (https://url.spec.whatwg.org/): parse, resolve against a base, serialise, take
 * apart. What a browser makes of a string is what this makes of it.
 */
#ifndef YONDER_URL_H
#define YONDER_URL_H

#include <yonder/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The longest input, base or result, in bytes. Longer ones give YONDER_TOO_LARGE. */
#define YONDER_URL_MAX (1u << 24)

/** The parts of a URL, with the values the URL API gives them (URL standard section 6.1): the
 *  protocol ends in ":", a search that is not empty starts with "?", a hash with "#". */
typedef enum yonder_url_part {
    YONDER_URL_PROTOCOL,
    YONDER_URL_USERNAME,
    YONDER_URL_PASSWORD,
    YONDER_URL_HOST,     /**< hostname and, where it is not the default, ":" and port */
    YONDER_URL_HOSTNAME, /**< an IPv6 address keeps its brackets */
    YONDER_URL_PORT,     /**< "" for the scheme's default port */
    YONDER_URL_PATHNAME,
    YONDER_URL_SEARCH,
    YONDER_URL_HASH,
    YONDER_URL_PARTS,
} yonder_url_part;

/** A place inside yonder_url.href. */
typedef struct yonder_url_span {
    uint32_t at;
    uint32_t len;
} yonder_url_span;

/**
 * A parsed URL (the standard's "URL record"): its serialisation and where each part lies in it.
 * To be read, not written; made by yonder_url_parse() and others, freed by
 * yonder_url_free().
 */
typedef struct yonder_url {
    char *href; /**< the serialisation, ASCII (but see yonder_client_url()), NUL-terminated after
                     `length` bytes; owned */
    uint32_t length;
    int32_t port;      /**< the port number, or -1 where the URL's port is null */
    bool special;      /**< http, https, ws, wss, ftp, file */
    bool opaque_path;  /**< as in mailto: or data: */
    bool has_host;     /**< the host is not null (it may be empty, as in file:///) */
    bool has_query;    /**< the query is not null (it may be empty: "?" is then in href) */
    bool has_fragment; /**< likewise for "#" */
    yonder_url_span part[YONDER_URL_PARTS];
} yonder_url;

/**
 * The basic URL parser on `input`, which should be UTF-8 (bytes that are not are taken as U+FFFD,
 * as the standard's UTF-8 decode does), against `base` or, where `base` is NULL, on its own.
 * Cost is linear in the input. `out` is untouched on failure and freed by the caller on success;
 * it shares no memory with `base` or `input`.
 *
 * @return YONDER_OK; YONDER_INVALID_URL (the standard's "failure"); YONDER_TOO_LARGE, which a host
 *         of more than 4096 bytes that are not all ASCII is too; YONDER_NO_MEMORY
 */
YONDER_API int yonder_url_parse(yonder_url *out, yonder_text input, const yonder_url *base,
                                const yonder_mem *mem);

/** Frees what yonder_url_parse() made and empties `url`. An all-zero `url` is left alone, and
 *  so is NULL. */
YONDER_API void yonder_url_free(yonder_url *url, const yonder_mem *mem);

/** A copy with memory of its own. @return YONDER_OK, YONDER_NO_MEMORY */
YONDER_API int yonder_url_copy(yonder_url *out, const yonder_url *url, const yonder_mem *mem);

/** A part by its URL API name; a view into `url->href`, good as long as `url` is. */
static inline yonder_text yonder_url_get(const yonder_url *url, yonder_url_part part)
{
    yonder_text t;
    t.ptr = url->href + url->part[part].at;
    t.len = url->part[part].len;
    return t;
}

/** The whole serialisation, as a view. */
static inline yonder_text yonder_url_href(const yonder_url *url)
{
    yonder_text t;
    t.ptr = url->href;
    t.len = url->length;
    return t;
}

/** Path and query: what an HTTP request line carries (RFC 9112 section 3.2.1). A view. */
static inline yonder_text yonder_url_target(const yonder_url *url)
{
    yonder_text t;
    t.ptr = url->href + url->part[YONDER_URL_PATHNAME].at;
    t.len = url->part[YONDER_URL_HASH].at - url->part[YONDER_URL_PATHNAME].at;
    return t;
}

/** True if the serialisations are the same (URL standard section 4.6). */
YONDER_API bool yonder_url_equal(const yonder_url *a, const yonder_url *b, bool exclude_fragments);

/** True if scheme, host and port are those of the same tuple origin (HTML standard, "same
 *  origin"). False for every scheme with an opaque origin, a URL and itself included; blob: counts
 *  as one here, whatever URL it is made of. */
YONDER_API bool yonder_url_same_origin(const yonder_url *a, const yonder_url *b);

/** The port that will be connected to: the URL's own, or its scheme's default; -1 if neither. */
YONDER_API int yonder_url_effective_port(const yonder_url *url);

#ifdef __cplusplus
}
#endif
#endif
