// SPDX-License-Identifier: MIT
// One hop over the network: a request goes out, evidence comes back. Nothing is decided here and
// nothing is followed. Only fetch.c and bulk.c know libcurl, by wire.h.
//
// What goes over the wire is what the request says and no more: the request-target is the path and
// query of the URL byte for byte, and of header fields there are those given, Host where it is not
// among them, and Content-Length where there is a body. The library's own redirects, HSTS,
// Alt-Svc, cookies, .netrc and decompression are off, and proxies named in the environment are not
// used: the evidence is about the site, not about what stands between.
//
// https offers HTTP/2 and HTTP/1.1 by ALPN; http is HTTP/1.1. A connection is kept and used again
// by a later hop where client and server would, so a phase may take no time at all.
#ifndef YN_TRACE_FETCH_H
#define YN_TRACE_FETCH_H

#include <yonder/url.h>

#include "base/arena.h"
#include "base/buf.h"
#include "trace/evidence.h"

enum {
    YN_FETCH_MAX_BODY = 256 * 1024, /**< bytes of a response body that are read, by default */
    YN_FETCH_BODY_MS = 3000,        /**< how long after the head its body is waited for; likewise */
};

/** What to ask. Views, which must outlive the call. */
typedef struct yn_fetch_request {
    yonder_text method; /**< a token; sent as it is, whatever it is */
    const yonder_url *url;
    const yonder_field *fields; /**< without control bytes; sent in this order */
    size_t field_count;
    bool has_body;     /**< an empty body is a body: Content-Length: 0 */
    yonder_text body;  /**< sent whole, with its length */
    bool keeps_blanks; /**< at the end of the response's field values */
    bool wants_body;   /**< what is read of the response's body is kept, not thrown away */
    yn_family family;
} yn_fetch_request;

/** Whoever can answer a request: yn_fetch() below, or a script in a test. `context` is what was
 *  given along with the function.
 *  @return YONDER_OK with `*out` set, failures of the network included; YONDER_NO_MEMORY */
typedef int yn_fetch_fn(void *context, const yn_fetch_request *request, yn_arena *arena,
                        yn_evidence *out);

/** Somebody who looks at TLS in the library's place: whom to trust is then theirs to say, of any
 *  certificate, and no CA is loaded. The pointers are OpenSSL's SSL_CTX and SSL. */
typedef struct yn_fetch_tls {
    /** Before a handshake: may set what it likes. False fails the request. */
    bool (*prepare)(void *context, void *ssl_ctx);
    /** A response head came over this connection, which may be an old one. */
    void (*answered)(void *context, void *ssl);
    void *context;
} yn_fetch_tls;

/** Somebody who says which addresses may be connected to, whatever names lead there; the text is as
 *  inet_ntop() writes it. Where none may, the request fails with YN_FETCH_NOT_PUBLIC. */
typedef struct yn_fetch_gate {
    bool (*lets)(void *context, const char *address);
    void *context;
} yn_fetch_gate;

/** How to reach what is asked. Texts must outlive the fetcher. */
typedef struct yn_fetch_options {
    const char *ca_file;           /**< PEM, trusted beside the system's; NULL for none */
    const char *const *resolve;    /**< HOST:PORT:ADDR[,ADDR…] */
    const char *const *connect_to; /**< HOST1:PORT1:HOST2:PORT2; each part may be empty */
    size_t resolve_count, connect_to_count;
    bool insecure;   /**< where a certificate is not valid, ask once more and do not look at it; the
                          evidence says so */
    long connect_ms; /**< for DNS, TCP and TLS together */
    long total_ms;   /**< for the whole hop */
    size_t max_body; /**< of a response, in bytes; 0: YN_FETCH_MAX_BODY */
    long body_ms;    /**< from the head to the end of the body; 0: YN_FETCH_BODY_MS */
    const yn_fetch_tls *tls;   /**< or NULL; must outlive the fetcher */
    const yn_fetch_gate *gate; /**< or NULL: any; must outlive the fetcher */
} yn_fetch_options;

/** Connections, name cache and TLS settings of one client. For one thread at a time. */
typedef struct yn_fetcher yn_fetcher;

/** @return the fetcher, or NULL with what is wrong put into `message`: a CA file, which is named,
 *          cannot be used, or memory is out */
yn_fetcher *yn_fetcher_new(const yn_fetch_options *options, yn_buf *message);
/** Has one more name looked up in `entry`, as of `resolve`. False where memory is out. */
bool yn_fetcher_resolve(yn_fetcher *fetcher, const char *entry);
/** Later hops get this much time. */
void yn_fetcher_limit(yn_fetcher *fetcher, long connect_ms, long total_ms);
/** NULL is left alone. */
void yn_fetcher_free(yn_fetcher *fetcher);

/** Makes ready what fetchers of several threads need: called once, before there are threads.
 *  @return NULL, or what is wrong */
const char *yn_fetch_ready(void);

/**
 * The yn_fetch_fn whose context is a yn_fetcher. Asks, and waits for the answer. The body is read
 * so far and so long as the options allow; how it ends is no error, for
 * the head has told where to go, and only noted.
 */
yn_fetch_fn yn_fetch;

#endif
