// SPDX-License-Identifier: MIT
#include "tls_client.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

struct tls_client {
    SSL *ssl;
    tls_session *session; // or NULL
    bool asked_to_resume;
};

static SSL_CTX *context;

static int keep_session(SSL *ssl, SSL_SESSION *session)
{
    tls_client *client = SSL_get_app_data(ssl);
    if (!client->session)
        return 0;
    SSL_SESSION_free(*client->session);
    *client->session = session;
    return 1;
}

bool tls_client_init(void)
{
    static const unsigned char protocols[] = "\x08http/1.1";
    context = SSL_CTX_new(TLS_client_method());
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
        SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols - 1) != 0)
        return false;
    SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context,
                                   SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
    SSL_CTX_sess_set_new_cb(context, keep_session);
    return true;
}

tls_client *tls_client_open(int fd, tls_session *session)
{
    tls_client *client = calloc(1, sizeof *client);
    if (!client || !(client->ssl = SSL_new(context)) || SSL_set_fd(client->ssl, fd) != 1 ||
        SSL_set_tlsext_host_name(client->ssl, "www.example.com") != 1) {
        tls_client_close(client);
        return NULL;
    }
    SSL_set_app_data(client->ssl, client);
    SSL_set_connect_state(client->ssl);
    client->session = session;
    client->asked_to_resume = session && *session && SSL_set_session(client->ssl, *session) == 1;
    return client;
}

void tls_client_close(tls_client *client)
{
    if (!client)
        return;
    if (client->ssl) // else the session would count as one that broke off
        SSL_set_shutdown(client->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(client->ssl);
    free(client);
}

static int error_of(const tls_client *client, int result)
{
    int error = SSL_get_error(client->ssl, result);
    ERR_clear_error();
    return error;
}

tls_progress tls_client_handshake(tls_client *client)
{
    int result = SSL_do_handshake(client->ssl);
    if (result == 1)
        return TLS_DONE;
    return error_of(client, result) == SSL_ERROR_WANT_READ ? TLS_WAITING : TLS_FAILED;
}

ssize_t tls_client_send(tls_client *client, const void *bytes, size_t count)
{
    size_t sent;
    if (SSL_write_ex(client->ssl, bytes, count, &sent) == 1)
        return (ssize_t)sent;
    ERR_clear_error();
    errno = EPROTO;
    return -1;
}

ssize_t tls_client_receive(tls_client *client, void *to, size_t most)
{
    size_t got;
    int result = SSL_read_ex(client->ssl, to, most, &got);
    if (result == 1)
        return (ssize_t)got;
    int error = error_of(client, result);
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = error == SSL_ERROR_WANT_READ ? EAGAIN : EPROTO;
    return -1;
}

bool tls_client_kept_session(const tls_client *client)
{
    return !client->asked_to_resume || SSL_session_reused(client->ssl);
}
