// SPDX-License-Identifier: MIT
// The header fields of a request: those the client sends of its own accord, those that come with a
// body, those the user gave, which go before the others, and credentials from a URL.
#ifndef YN_TRACE_FIELDS_H
#define YN_TRACE_FIELDS_H

#include <yonder/redirect.h>

#include "base/arena.h"

/** A header line from the user: "Name: value", "Name;" for an empty value, "Name:" to leave the
 *  client's own field of that name out. */
typedef struct yn_given_field {
    yonder_field field;
    bool remove;
} yn_given_field;

/**
 * Takes a header line apart; the result is views of `line`.
 *
 * @return NULL, or static text saying what is wrong: no name, a name that is not a token, control
 *         bytes, or a field that frames the message (Content-Length, Transfer-Encoding), which is
 *         worked out from the body
 */
const char *yn_given_field_parse(yonder_text line, yn_given_field *out);

typedef enum yn_field_origin {
    YN_FIELD_CLIENT, /**< the client's own */
    YN_FIELD_BODY,   /**< comes and goes with the body */
    YN_FIELD_GIVEN,  /**< from the user */
    YN_FIELD_URL,    /**< an Authorization made of a URL's user name and password */
    YN_FIELD_PAGE,   /**< a Referer, once a page has asked to go on */
} yn_field_origin;

typedef struct yn_sent_field {
    yonder_field field;
    yn_field_origin origin;
    bool dropped; /**< not in the next request */
} yn_sent_field;

/** The fields of the first request and, with some dropped, of those after it. */
typedef struct yn_field_list {
    yn_sent_field *items; /**< in the arena given to yn_fields_compose() */
    size_t count;
} yn_field_list;

/** Puts the list together; texts are those of `client` and `given`, not copies.
 *  @return YONDER_OK, YONDER_NO_MEMORY */
int yn_fields_compose(const yonder_client *client, const yn_given_field *given, size_t given_count,
                      bool has_body, yn_arena *arena, yn_field_list *out);

/**
 * Takes out what the next request must not repeat. Where the decision says that requests are
 * composed anew, everything else the user gave is back.
 */
void yn_fields_prepare(yn_field_list *list, const yonder_decision *decision);

/** Puts in an Authorization from a URL; an empty `value` takes it out. One that the user gave
 *  remains instead, unless the client takes the first URL's for its own. The text is kept, not
 *  copied. */
void yn_fields_set_credentials(yn_field_list *list, yonder_text value);

/**
 * Puts in a Referer for a request to `url` that comes from `page`, unless the user gave one: the
 * page's URL, its origin alone where that is another, nothing from https to http (Referrer Policy
 * standard, "strict-origin-when-cross-origin", the default). The text lies in `arena`.
 *
 * @return YONDER_OK, YONDER_NO_MEMORY
 */
int yn_fields_set_referrer(yn_field_list *list, const yonder_url *page, const yonder_url *url,
                           yn_arena *arena);

/** Takes out the Host the user gave, or brings it back. */
void yn_fields_use_given_host(yn_field_list *list, bool use);

/** The fields of the next request. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_fields_sent(const yn_field_list *list, yn_arena *arena, const yonder_field **fields,
                   size_t *count);

#endif
