// SPDX-License-Identifier: MIT
// The directory's HTTP server: listens, and has dispatch.h answer. With libmicrohttpd, a thread for
// each connection, since a live check takes its time.
#ifndef YN_FRONT_SERVE_H
#define YN_FRONT_SERVE_H

#include "front/client.h"
#include "front/web.h"

/** Views, which must outlive the server. */
typedef struct yn_serve_options {
    const yn_address *listen;
    size_t listen_count;
    const yn_address *redirect;    /**< where http is sent to https by 308; or NULL */
    const char *certificate, *key; /**< PEM, both or neither: with them `listen` is for HTTPS */
    yn_client_rules clients;
    const char *token; /**< of the operator, or NULL; outlives the server as all of this does */
    const char *hsts;  /**< value of Strict-Transport-Security */
    bool hsts_behind_proxy;                   /**< also where a trusted proxy has the TLS */
    uint32_t reads_a_minute, checks_a_minute; /**< of one client; 0: any number */
    uint32_t site_a_minute;                   /**< checks of one site, likewise */
    unsigned max_checks, max_connections, max_per_address;
    unsigned patience; /**< seconds for a request to come, and for an answer to be taken */
    unsigned drain;    /**< seconds for what is under way, at the end */
} yn_serve_options;

typedef struct yn_serve yn_serve;

/** Listens, says where on stderr, and answers from then on. @return NULL with what is wrong put
 *  into `message` */
yn_serve *yn_serve_start(const yn_directory *directory, const yn_web_site *site,
                         const yn_serve_options *options, yn_buf *message);

/** From here on `token`, which must outlive the server, is the operator's. */
void yn_serve_set_token(yn_serve *serve, const char *token);

/** New connections get this certificate; those that are there keep theirs, and end with their next
 *  answer. Not from two threads at once. @return false with what is wrong put into `message`, and
 *  the old one kept */
bool yn_serve_set_certificate(yn_serve *serve, const char *certificate, const char *key,
                              yn_buf *message);

/** Accepts nobody any more, waits for what is under way, and ends. NULL is left alone. */
void yn_serve_stop(yn_serve *serve);

#endif
