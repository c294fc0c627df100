// SPDX-License-Identifier: MIT
// The fields of a request as HTTP/2 has them (RFC 9113 section 8), one after the other, become a
// request as it is answered.
#ifndef YN_HTTP_H2_FIELDS_H
#define YN_HTTP_H2_FIELDS_H

#include "http/h1.h"

/** How far one request is. Its text is copied: the decoder's is gone with the next field. */
typedef struct yn_h2_fields {
    const yn_h1_limits *limits;
    yn_h1_request *request;
    char *room; /**< of 2 * limits->max_head bytes */
    size_t used;
    size_t size; /**< as SETTINGS_MAX_HEADER_LIST_SIZE counts */
    yonder_text scheme, authority, host;
    uint64_t length;  /**< of the body, as it was said; UINT64_MAX: not */
    unsigned pseudo;  /**< which have been there */
    unsigned cookies; /**< crumbs, which are put together (RFC 9113 section 8.2.3) */
    bool trailers;    /**< those that come after a body: checked, and thrown away */
    bool regular;     /**< those that are no pseudo-fields have begun */
    bool malformed;
    int status; /**< 0, or the error to answer with */
} yn_h2_fields;

/** `limits` and `room` are set. From here on it is about another request. */
void yn_h2_fields_start(yn_h2_fields *f, yn_h1_request *request, bool trailers);
/** A yn_hpack_field_fn about a yn_h2_fields. */
void yn_h2_fields_take(void *opaque, yonder_text name, yonder_text value);
/** All have come. false: it is malformed, and its stream is to be reset (section 8.1.1). */
bool yn_h2_fields_end(yn_h2_fields *f, bool body_follows);

#endif
