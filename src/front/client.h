// SPDX-License-Identifier: MIT
// Who sends a request, as far as that can be known: the connection's other end, or, where that is a
// trusted proxy, whom it tells of (Forwarded, or X-Forwarded-For and -Proto).
#ifndef YN_FRONT_CLIENT_H
#define YN_FRONT_CLIENT_H

#include "front/web.h"
#include "net/cidr.h"

/** Who may have addresses asked that are not public. */
typedef enum yn_client_reach {
    YN_REACH_AUTO,   /**< clients of this machine or of a private network */
    YN_REACH_PUBLIC, /**< nobody */
    YN_REACH_ANY,    /**< everybody */
} yn_client_reach;

typedef struct yn_client_rules {
    const yn_cidr *trusted;
    size_t trusted_count;
    yn_client_reach reach;
    const yonder_text *names; /**< hosts that are ours, in ASCII and lower case */
    size_t name_count;        /**< 0: it is not known which are */
} yn_client_rules;

typedef struct yn_client_found {
    yn_address address; /**< its port is of no meaning */
    bool tls;           /**< from the client to the first of us */
    bool local;         /**< of this machine, and nobody says that he passes it on */
    bool inside;
    bool elsewhere; /**< it asks for a host that is not ours */
} yn_client_found;

/**
 * `peer` is the other end of the connection, `tls` whether that is encrypted. Whoever is not
 * trusted and tells of somebody else is not believed, and counts as outside; `http_1_0`, the
 * request's version, is taken for a proxy's that does not tell. So does, with
 * YN_REACH_AUTO, who asks for a host by a name other than localhost and those of `rules`: a page of
 * some web site may have had its own name lead here. Where `rules` names some, who asks by another
 * is `elsewhere`; an address is nobody's name, and good.
 */
void yn_client_find(const yn_client_rules *rules, const yn_address *peer, bool tls, bool http_1_0,
                    const yn_web_field *fields, size_t field_count, yn_client_found *out);

/** The address without its port, NUL-terminated. */
void yn_client_print(const yn_address *address, char out[YN_ADDRESS_TEXT]);

#endif
