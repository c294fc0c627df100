// SPDX-License-Identifier: MIT
// What one hop over the network left behind. Filled by fetch.c, read by everybody else.
#ifndef YN_TRACE_EVIDENCE_H
#define YN_TRACE_EVIDENCE_H

#include <yonder/base.h>

#include "base/arena.h"

/** What can go wrong below the meaning of a response: X(name, code, title, prose). Codes are stable
 *  and appear in machine output; titles are short, prose completes them. */
#define YN_FETCH_ERRORS(X)                                                                         \
    X(YN_FETCH_OK, "", "", "")                                                                     \
    X(YN_FETCH_DNS, "dns", "DNS failure", "the host name cannot be resolved")                      \
    X(YN_FETCH_REFUSED, "connection_refused", "Refused connection", "nobody listens there")        \
    X(YN_FETCH_UNREACHABLE, "unreachable", "Unreachable", "there is no way to the host")           \
    X(YN_FETCH_TIMEOUT, "timeout", "Time-out", "no answer in time")                                \
    X(YN_FETCH_TLS_HANDSHAKE, "tls_handshake", "TLS failure", "the handshake did not succeed")     \
    X(YN_FETCH_TLS_CERTIFICATE, "tls_certificate", "TLS failure", "the certificate is not valid")  \
    X(YN_FETCH_EMPTY_REPLY, "empty_reply", "Empty reply", "the connection ended with no answer")   \
    X(YN_FETCH_RESET, "connection_reset", "Broken connection", "it was cut before the answer")     \
    X(YN_FETCH_PROTOCOL, "protocol_error", "Protocol error", "the answer is not HTTP")             \
    X(YN_FETCH_HEAD_TOO_LARGE, "head_too_large", "Oversized answer",                               \
      "its head is larger than clients take")                                                      \
    X(YN_FETCH_SCHEME, "scheme_not_supported", "Unknown scheme", "it is neither http nor https")   \
    X(YN_FETCH_NOT_PUBLIC, "not_public", "Private address", "its addresses are not public")        \
    X(YN_FETCH_FAILED, "failed", "Failure", "the request could not be made")

typedef enum yn_fetch_error {
#define YN_FETCH_ERROR_ENUM(name, code, title, prose) name,
    YN_FETCH_ERRORS(YN_FETCH_ERROR_ENUM)
#undef YN_FETCH_ERROR_ENUM
} yn_fetch_error;

const char *yn_fetch_error_code(yn_fetch_error error);
const char *yn_fetch_error_title(yn_fetch_error error);
const char *yn_fetch_error_prose(yn_fetch_error error);

/** By which addresses. */
typedef enum yn_family {
    YN_FAMILY_ANY, /**< whichever answers first */
    YN_FAMILY_4,
    YN_FAMILY_6,
} yn_family;

/** A phase of a hop. One in which the hop failed lasts until the failure. */
typedef struct yn_phase {
    bool took_place;
    double ms; /**< 0 if it did not take place; a short one may be 0 as well */
} yn_phase;

typedef struct yn_timing {
    yn_phase dns;        /**< the look-up of the host name; an address needs none */
    yn_phase connect;    /**< TCP; where the handshake then fails, up to its first byte */
    yn_phase tls;        /**< the handshake, from its first byte */
    yn_phase first_byte; /**< from the connection's being ready to the first byte of an answer */
    double total;        /**< milliseconds of all these, and of reading the rest of the answer */
} yn_timing;

/** Texts lie in the arena of whoever asked. */
typedef struct yn_evidence {
    yn_fetch_error error; /**< YN_FETCH_OK if and only if a whole response head arrived */
    yonder_text detail;   /**< what is known of an error beyond its prose, in words; may be empty */
    yonder_text distrust; /**< what is wrong with the certificate of whoever answered all the same,
                               because that was allowed; ptr is NULL where nothing is */
    int status;           /**< 0 if there is none. Of the final response: of 1xx only 101 */
    yonder_text phrase;   /**< the reason phrase as it came; HTTP/2 has none */
    yonder_text version;  /**< "1.0", "1.1", "2"; empty if there was no response */
    yonder_field *fields; /**< every field line in order; a folded value is joined by one space, and
                               blanks around a value are not part of it unless asked for */
    size_t field_count;
    yonder_text body;   /**< its beginning, where it was asked for and there was one; as it came, in
                             whatever coding */
    bool incomplete;    /**< the peer broke off before the end of the response's body */
    bool cut;           /**< the body went on: it is longer, or took longer, than was allowed */
    yonder_text remote; /**< "192.0.2.1:443", "[2001:db8::1]:443"; empty if not connected */
    yn_timing timing;
} yn_evidence;

/** The value of the first field of that name, as it came; ptr is NULL if there is none. */
yonder_text yn_evidence_field(const yn_evidence *evidence, const char *name);

/** Makes everything that `evidence` points to a copy in `arena`. False if memory is out. */
bool yn_evidence_copy(yn_evidence *evidence, yn_arena *arena);

#endif
