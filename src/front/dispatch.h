// SPDX-License-Identifier: MIT
// From a request to its response, whatever library carried them: the operator's token, limits,
// routes, and the fields that every response has.
#ifndef YN_FRONT_DISPATCH_H
#define YN_FRONT_DISPATCH_H

#include "front/client.h"
#include "front/gates.h"
#include "front/web.h"

typedef struct yn_dispatcher {
    const yn_directory *directory;
    const yn_web_site *site;
    _Atomic(const char *) token; /**< of the operator, or NULL */
    const char *hsts;            /**< the value for responses over our own TLS */
    bool hsts_behind_proxy;      /**< and for those over that of a trusted proxy */
    yn_gates *gates;
    uint64_t (*now_ms)(void);
} yn_dispatcher;

/** What came, beside `request`, of which by_operator is still to be found out. */
typedef struct yn_dispatch_input {
    yn_web_request request;
    const yn_client_found *client;
    bool own_tls; /**< the connection is encrypted itself */
    int refused;  /**< a status: the request cannot be read, with `why`; 0: it can */
    const char *why;
} yn_dispatch_input;

/** `response` is as yn_dispatch_begin() made it. */
void yn_dispatch(yn_dispatcher *dispatcher, yn_dispatch_input *input, yn_web_response *response);

/** An empty response of 200. */
yn_web_response yn_dispatch_begin(void);

/** Whether `token` is good to be one: 16 to 256 of the characters that a Bearer token may have (RFC
 *  6750 section 2.1). */
bool yn_dispatch_token_valid(yonder_text token);

#endif
