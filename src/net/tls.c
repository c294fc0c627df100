// SPDX-License-Identifier: MIT
#include "net/tls.h"

#include <assert.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>

struct yn_tls_identity {
    X509 *certificate;
    STACK_OF(X509) * above;
    EVP_PKEY *key;
};

struct yn_tls_server {
    SSL_CTX *context;
    yn_tls_choose_fn *choose;
    void *choose_context;
    unsigned char protocols[64]; // as they stand in ALPN: each after its length
    unsigned protocols_len;
};

struct yn_tls {
    SSL *ssl;
};

// ---- identities ---------------------------------------------------------------------------------

static BIO *reader(yonder_text pem)
{
    return pem.len <= INT_MAX ? BIO_new_mem_buf(pem.ptr, (int)pem.len) : NULL;
}

// Every certificate of `in`, the first apart. An end without a further one is an error to OpenSSL.
static bool read_chain(yn_tls_identity *identity, BIO *in)
{
    identity->certificate = in ? PEM_read_bio_X509(in, NULL, NULL, NULL) : NULL;
    identity->above = sk_X509_new_null();
    bool ok = identity->certificate && identity->above;
    for (X509 *next; ok && (next = PEM_read_bio_X509(in, NULL, NULL, NULL));) {
        ok = sk_X509_push(identity->above, next) > 0;
        if (!ok)
            X509_free(next);
    }
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return ok && at_end;
}

// A password is never asked for on the terminal.
static int no_password(char *out, int size, int writing, void *context)
{
    (void)out, (void)size, (void)writing, (void)context;
    return -1;
}

yn_tls_identity *yn_tls_identity_new(yonder_text chain, yonder_text key, yn_buf *message)
{
    const char *wrong = yonder_strerror(YONDER_NO_MEMORY);
    yn_tls_identity *identity = calloc(1, sizeof *identity);
    BIO *certificates = reader(chain), *key_in = reader(key);
    bool ok = identity && certificates && key_in;
    if (ok && !read_chain(identity, certificates)) {
        wrong = "there is no certificate, or one that cannot be read";
        ok = false;
    }
    if (ok && !(identity->key = PEM_read_bio_PrivateKey(key_in, NULL, no_password, NULL))) {
        wrong = "the key cannot be read";
        ok = false;
    }
    if (ok && X509_check_private_key(identity->certificate, identity->key) != 1) {
        wrong = "the key is not that of the first certificate";
        ok = false;
    }
    BIO_free(certificates);
    BIO_free(key_in);
    ERR_clear_error();
    if (ok)
        return identity;
    yn_buf_str(message, wrong);
    yn_tls_identity_free(identity);
    return NULL;
}

void yn_tls_identity_free(yn_tls_identity *identity)
{
    if (!identity)
        return;
    X509_free(identity->certificate);
    sk_X509_pop_free(identity->above, X509_free);
    EVP_PKEY_free(identity->key);
    free(identity);
}

// ---- servers ------------------------------------------------------------------------------------

// Called once the name is known, or that there is none.
static int choose_identity(SSL *ssl, int *alert, void *opaque)
{
    const yn_tls_server *server = opaque;
    yonder_text name = yonder_text_of(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
    const yn_tls_identity *identity = server->choose(server->choose_context, name);
    *alert = identity ? SSL_AD_INTERNAL_ERROR : SSL_AD_UNRECOGNIZED_NAME;
    bool ok = identity && SSL_use_cert_and_key(ssl, identity->certificate, identity->key,
                                               identity->above, 1) == 1;
    return ok ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *offered, unsigned offered_len, void *opaque)
{
    const yn_tls_server *server = opaque;
    (void)ssl;
    // Our own are `server`'s, so that our preference counts.
    unsigned char *chosen;
    int result = SSL_select_next_proto(&chosen, out_len, server->protocols, server->protocols_len,
                                       offered, offered_len);
    *out = chosen;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static void take_protocols(yn_tls_server *server, const char *const *protocols)
{
    for (; protocols && *protocols; protocols++) {
        size_t len = strlen(*protocols);
        assert(len < 256 && server->protocols_len + 1 + len <= sizeof server->protocols);
        server->protocols[server->protocols_len++] = (unsigned char)len;
        memcpy(server->protocols + server->protocols_len, *protocols, len);
        server->protocols_len += (unsigned)len;
    }
}

yn_tls_server *yn_tls_server_new(yn_tls_choose_fn *choose, void *context,
                                 const char *const *protocols)
{
    yn_tls_server *server = calloc(1, sizeof *server);
    SSL_CTX *ssl = SSL_CTX_new(TLS_server_method());
    if (!server || !ssl || SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION) != 1) {
        SSL_CTX_free(ssl);
        free(server);
        return NULL;
    }
    *server = (yn_tls_server){.context = ssl, .choose = choose, .choose_context = context};
    take_protocols(server, protocols);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_tlsext_servername_callback(ssl, choose_identity);
    SSL_CTX_set_tlsext_servername_arg(ssl, server);
    if (server->protocols_len)
        SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, server);
    return server;
}

void yn_tls_server_free(yn_tls_server *server)
{
    if (!server)
        return;
    SSL_CTX_free(server->context);
    free(server);
}

// ---- connections --------------------------------------------------------------------------------

yn_tls *yn_tls_new(const yn_tls_server *server, int fd)
{
    yn_tls *tls = calloc(1, sizeof *tls);
    if (tls && (tls->ssl = SSL_new(server->context)) && SSL_set_fd(tls->ssl, fd) == 1) {
        SSL_set_accept_state(tls->ssl);
        return tls;
    }
    ERR_clear_error();
    yn_tls_free(tls);
    return NULL;
}

void yn_tls_free(yn_tls *tls)
{
    if (!tls)
        return;
    SSL_free(tls->ssl);
    free(tls);
}

// What the last call on this connection came to. The queue of errors is the thread's: it is left
// empty for the next connection.
static yn_tls_status status_of(const yn_tls *tls, int result)
{
    int error = SSL_get_error(tls->ssl, result);
    ERR_clear_error();
    switch (error) {
    case SSL_ERROR_NONE:
        return YN_TLS_DONE;
    case SSL_ERROR_WANT_READ:
        return YN_TLS_WANT_READ;
    case SSL_ERROR_WANT_WRITE:
        return YN_TLS_WANT_WRITE;
    case SSL_ERROR_ZERO_RETURN:
        return YN_TLS_ENDED;
    default:
        return YN_TLS_FAILED;
    }
}

yn_tls_status yn_tls_handshake(yn_tls *tls)
{
    return status_of(tls, SSL_do_handshake(tls->ssl));
}

yn_tls_status yn_tls_read(yn_tls *tls, char *to, size_t max, size_t *count)
{
    return status_of(tls, SSL_read_ex(tls->ssl, to, max, count));
}

yn_tls_status yn_tls_write(yn_tls *tls, yonder_text bytes, size_t *count)
{
    return status_of(tls, SSL_write_ex(tls->ssl, bytes.ptr, bytes.len, count));
}

yn_tls_status yn_tls_end(yn_tls *tls)
{
    int result = SSL_shutdown(tls->ssl);
    if (result < 0)
        return status_of(tls, result);
    return YN_TLS_DONE; // 0 is a client that has not said the same yet
}

yonder_text yn_tls_protocol(const yn_tls *tls)
{
    const unsigned char *name;
    unsigned len;
    SSL_get0_alpn_selected(tls->ssl, &name, &len);
    return (yonder_text){(const char *)name, len};
}
