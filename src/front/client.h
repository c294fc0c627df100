// SPDX-License-Identifier: MIT
// Who sends a request, as far as that can be known: the connection's other end, or, where that is a
// trusted proxy, whom it tells of (Forwarded, or X-Forwarded-For and -Proto).
#ifndef YN_FRONT_CLIENT_H
#define YN_FRONT_CLIENT_H

#include "front/web.h"
#include "net/cidr.h"

/** Who may have addresses asked that are not public. */
typedef enum yn_client_reach {
    YN_REACH_AUTO, /**< programs of the user that the server runs as, on this machine; where there
                      are trusted proxies, nobody */
    YN_REACH_PRIVATE, /**< clients of this machine and of private networks, as far as is known */
    YN_REACH_PUBLIC,  /**< nobody */
    YN_REACH_ANY,     /**< everybody */
} yn_client_reach;

typedef struct yn_client_rules {
    const yn_cidr *trusted;
    size_t trusted_count;
    yn_client_reach reach;
    const yonder_text *names; /**< hosts that are ours, in ASCII and lower case */
    size_t name_count;        /**< 0: it is not known which are */
    bool (*is_own)(const yn_address *peer, uint16_t port); /**< yn_client_is_own(); NULL: never */
} yn_client_rules;

typedef struct yn_client_found {
    yn_address address; /**< its port is of no meaning */
    bool tls;           /**< from the client to the first of us */
    bool local; /**< of this machine, no proxy by what can be seen, and none is trusted there */
    bool inside;
    bool elsewhere; /**< it asks for a host that is not ours */
} yn_client_found;

/**
 * `peer` is the other end of the connection, `tls` whether that is encrypted, `port` our own,
 * which it leads to.
 *
 * What a request says cannot tell a client of this machine from a proxy there that does not tell
 * whom it passes on, and which lets anybody write Host as he likes. So YN_REACH_AUTO goes by whose
 * program it is. With YN_REACH_PRIVATE whoever set it vouches that proxies tell: a trusted one that
 * tells of nobody, one that is not trusted and tells of somebody, and `http_1_0`, the request's
 * version, which hardly anybody else speaks, are outside still.
 *
 * With both, who asks for a host by a name other than localhost and those of `rules` is outside: a
 * page of some web site may have had its own name lead here. Where `rules` names some, who asks by
 * another is `elsewhere`; an address is nobody's name, and good.
 */
void yn_client_find(const yn_client_rules *rules, const yn_address *peer, bool tls, uint16_t port,
                    bool http_1_0, const yn_web_field *fields, size_t field_count,
                    yn_client_found *out);

/** Whether the connection from `peer` to our port `port` comes from a program of this machine that
 *  runs as the user that we are: by /proc, false where that cannot be read. */
bool yn_client_is_own(const yn_address *peer, uint16_t port);

/** Who may have private addresses asked, in words for a log. */
const char *yn_client_reach_prose(const yn_client_rules *rules);

/** The address without its port, NUL-terminated. */
void yn_client_print(const yn_address *address, char out[YN_ADDRESS_TEXT]);

#endif
