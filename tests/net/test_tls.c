// SPDX-License-Identifier: MIT
// The server's side against OpenSSL's client, in one thread, over a pair of sockets.
#include "test.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "net/cert.h"
#include "net/tls.h"

enum {
    hour = 3600,
    rounds = 100
};

typedef struct rig {
    yn_authority *authority;
    yn_buf pem;
    yn_tls_identity *identity;
    char asked[64]; // the name by which the certificate was chosen
    bool refuse;
    yn_tls_server *server;
    int fds[2];
    yn_tls *tls;
    SSL_CTX *context;
    SSL *client;
} rig;

static size_t choose(void *opaque, yonder_text name,
                     const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES])
{
    rig *r = opaque;
    snprintf(r->asked, sizeof r->asked, "%.*s", YN_PRINT(name));
    out[0] = r->identity;
    return r->refuse ? 0 : 1;
}

static yn_tls_identity *issue(const yn_authority *authority, const char *name, int64_t from,
                              int64_t to)
{
    const char *const names[] = {name};
    const yn_leaf leaf = {
        .names = names, .name_count = 1, .loopback = true, .not_before = from, .not_after = to};
    yn_buf chain = yn_buf_make(1 << 16, NULL), key = yn_buf_make(1 << 16, NULL);
    yn_buf message = yn_buf_make(1 << 10, NULL);
    assert_true(yn_authority_issue(authority, &leaf, &chain, &key));
    yn_tls_identity *identity =
        yn_tls_identity_new(yn_buf_text(&chain), yn_buf_text(&key), &message);
    yn_buf_free(&chain);
    yn_buf_free(&key);
    yn_buf_free(&message);
    return identity;
}

static void trust(rig *r)
{
    BIO *bio = BIO_new_mem_buf(r->pem.ptr, (int)r->pem.len);
    X509 *ca = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    assert_non_null(ca);
    assert_int_equal(X509_STORE_add_cert(SSL_CTX_get_cert_store(r->context), ca), 1);
    X509_free(ca);
    BIO_free(bio);
}

// A client that asks for `name` and verifies it, and a server whose certificate is for `issued`.
static rig make(const char *issued, const char *name, int64_t from, int64_t to)
{
    int64_t now = (int64_t)time(NULL);
    rig r = {.pem = yn_buf_make(1 << 16, NULL)};
    r.authority = yn_authority_new("test", "lab.test", now);
    assert_non_null(r.authority);
    assert_true(yn_authority_pem(r.authority, &r.pem));
    r.identity = issue(r.authority, issued, now + from, now + to);
    assert_non_null(r.identity);
    r.context = SSL_CTX_new(TLS_client_method());
    trust(&r);
    SSL_CTX_set_verify(r.context, SSL_VERIFY_PEER, NULL);
    r.client = SSL_new(r.context);
    assert_int_equal(SSL_set_tlsext_host_name(r.client, name), 1);
    assert_int_equal(SSL_set1_host(r.client, name), 1);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, r.fds), 0);
    SSL_set_fd(r.client, r.fds[1]);
    SSL_set_connect_state(r.client);
    return r;
}

static void open_server(rig *r)
{
    static const char *const protocols[] = {"h2", "http/1.1", NULL};
    r->server = yn_tls_server_new(choose, r, protocols, NULL);
    r->tls = yn_tls_new(r->server, r->fds[0]);
    assert_non_null(r->tls);
}

static void unmake(rig *r)
{
    yn_tls_free(r->tls);
    yn_tls_server_free(r->server);
    yn_tls_identity_free(r->identity);
    yn_authority_free(r->authority);
    yn_buf_free(&r->pem);
    SSL_free(r->client);
    SSL_CTX_free(r->context);
    close(r->fds[0]);
    close(r->fds[1]);
}

// Both sides take turns. @return what the server came to; `*client` is 1 where the client is happy
static yn_tls_status shake_hands(rig *r, int *client)
{
    yn_tls_status status = YN_TLS_WANT_READ;
    *client = 0;
    for (int i = 0; i < rounds && (status == YN_TLS_WANT_READ || *client != 1); i++) {
        *client = SSL_do_handshake(r->client);
        if (status == YN_TLS_WANT_READ)
            status = yn_tls_handshake(r->tls);
        if (*client < 0 && SSL_get_error(r->client, *client) == SSL_ERROR_SSL)
            break;
        ERR_clear_error();
    }
    ERR_clear_error();
    return status;
}

static void a_client_that_trusts_the_authority_talks(void **state)
{
    (void)state;
    int client;
    size_t n;
    char bytes[64];
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    SSL_set_alpn_protos(r.client, (const unsigned char *)"\x08http/1.1", 9);
    assert_int_equal(yn_tls_handshake(r.tls), YN_TLS_WANT_READ);
    assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
    assert_int_equal(client, 1);
    assert_string_equal(r.asked, "a.lab.test");
    assert_text("protocol", yn_tls_protocol(r.tls), "http/1.1");
    assert_int_equal(yn_tls_read(r.tls, bytes, sizeof bytes, &n), YN_TLS_WANT_READ);
    assert_int_equal(SSL_write(r.client, "hello", 5), 5);
    assert_int_equal(yn_tls_read(r.tls, bytes, 2, &n), YN_TLS_DONE); // the rest is here already
    assert_int_equal(n, 2);
    assert_int_equal(yn_tls_read(r.tls, bytes + n, sizeof bytes - n, &n), YN_TLS_DONE);
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(yn_tls_write(r.tls, YN_TEXT("welcome"), &n), YN_TLS_DONE);
    assert_int_equal(SSL_read(r.client, bytes, sizeof bytes), 7);
    assert_int_equal(SSL_shutdown(r.client), 0);
    assert_int_equal(yn_tls_read(r.tls, bytes, sizeof bytes, &n), YN_TLS_ENDED);
    assert_int_equal(yn_tls_end(r.tls), YN_TLS_DONE);
    assert_int_equal(SSL_shutdown(r.client), 1);
    unmake(&r);
}

static void a_client_that_does_not_read_is_waited_for(void **state)
{
    (void)state;
    static char much[1 << 20];
    int client;
    size_t n = 0, total = 0;
    yn_tls_status status;
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
    while (total < sizeof much &&
           (status = yn_tls_write(r.tls, (yonder_text){much, sizeof much - total}, &n)) ==
               YN_TLS_DONE)
        total += n;
    assert_int_equal(status, YN_TLS_WANT_WRITE);
    assert_true(total < sizeof much);
    size_t received = 0;
    char bytes[4096];
    for (int i = 0; i < 1 << 16 && received < sizeof much; i++) {
        int got = SSL_read(r.client, bytes, sizeof bytes);
        received += got > 0 ? (size_t)got : 0;
        if (total < sizeof much &&
            yn_tls_write(r.tls, (yonder_text){much, sizeof much - total}, &n) == YN_TLS_DONE)
            total += n;
    }
    assert_int_equal(received, sizeof much);
    unmake(&r);
}

static const struct {
    const char *name, *issued, *asked;
    int64_t from, to;
} bad[] = {
    {"expired", "a.lab.test", "a.lab.test", -2 * hour, -hour},
    {"not yet good", "a.lab.test", "a.lab.test", hour, 2 * hour},
    {"another name", "b.lab.test", "a.lab.test", -hour / 2, hour},
    {"a name the authority has no say in", "a.example.com", "a.example.com", -hour / 2, hour},
};

static void bad_certificates_are_refused_by_clients(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int client;
        rig r = make(bad[i].issued, bad[i].asked, bad[i].from, bad[i].to);
        open_server(&r);
        shake_hands(&r, &client);
        assert_row(bad[i].name, client != 1);
        unmake(&r);
    }
}

// Keeps the alert that the client receives, in *int of SSL_get_app_data().
static void note_alert(const SSL *ssl, int where, int alert)
{
    if (where == SSL_CB_READ_ALERT)
        *(int *)SSL_get_app_data(ssl) = alert & 0xff;
}

static void a_name_nobody_knows_is_refused(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        int client, alert = -1;
        rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
        r.refuse = true;
        open_server(&r);
        SSL_set_max_proto_version(r.client, versions[i]);
        SSL_set_app_data(r.client, &alert);
        SSL_set_info_callback(r.client, note_alert);
        assert_int_equal(shake_hands(&r, &client), YN_TLS_FAILED);
        SSL_do_handshake(r.client);
        ERR_clear_error();
        assert_int_not_equal(client, 1);
        assert_int_equal(alert, SSL_AD_UNRECOGNIZED_NAME);
        unmake(&r);
    }
}

static void a_client_that_names_nobody_is_asked_about_as_well(void **state)
{
    (void)state;
    int client;
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    SSL_set_tlsext_host_name(r.client, NULL);
    memcpy(r.asked, "-", 2);
    assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
    assert_string_equal(r.asked, "");
    unmake(&r);
}

static void what_is_not_tls_fails(void **state)
{
    (void)state;
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    assert_int_equal(write(r.fds[1], "GET / HTTP/1.1\r\n\r\n", 18), 18);
    assert_int_equal(yn_tls_handshake(r.tls), YN_TLS_FAILED);
    unmake(&r);
}

static void identities_must_be_whole(void **state)
{
    (void)state;
    const char *const names[] = {"a.lab.test"};
    yn_authority *authority = yn_authority_new("test", "lab.test", (int64_t)time(NULL));
    const yn_leaf leaf = {.names = names, .name_count = 1, .not_after = (int64_t)time(NULL) + hour};
    yn_buf chain[2], key[2], message = yn_buf_make(1 << 10, NULL);
    for (int i = 0; i < 2; i++) {
        chain[i] = yn_buf_make(1 << 16, NULL);
        key[i] = yn_buf_make(1 << 16, NULL);
        assert_true(yn_authority_issue(authority, &leaf, &chain[i], &key[i]));
    }
    struct {
        yonder_text chain, key;
        const char *message;
    } rows[] = {
        {yn_buf_text(&chain[0]), yn_buf_text(&key[1]),
         "the key is not that of the first certificate"},
        {yn_buf_text(&chain[0]), YN_TEXT("no key"), "the key cannot be read"},
        {YN_TEXT("nothing"), yn_buf_text(&key[0]),
         "there is no certificate, or one that cannot be read"},
        {YN_TEXT(""), YN_TEXT(""), NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        message.len = 0;
        assert_null(yn_tls_identity_new(rows[i].chain, rows[i].key, &message));
        if (rows[i].message)
            assert_text("message", yn_buf_text(&message), rows[i].message);
        assert_true(message.len > 0);
    }
    for (int i = 0; i < 2; i++) {
        yn_buf_free(&chain[i]);
        yn_buf_free(&key[i]);
    }
    yn_buf_free(&message);
    yn_authority_free(authority);
}

static void names_that_are_none_get_nothing(void **state)
{
    (void)state;
    int64_t now = (int64_t)time(NULL);
    assert_null(yn_authority_new("test", "a,DNS:b", now));
    assert_null(yn_authority_new("test", "", now));
    yn_authority *authority = yn_authority_new("test", "lab.test", now);
    const char *const names[] = {"a.lab.test,IP:1.2.3.4"};
    const yn_leaf leaf = {.names = names, .name_count = 1, .not_after = now + hour};
    yn_buf chain = yn_buf_make(1 << 16, NULL), key = yn_buf_make(1 << 16, NULL);
    assert_false(yn_authority_issue(authority, &leaf, &chain, &key));
    yn_buf_free(&chain);
    yn_buf_free(&key);
    yn_authority_free(authority);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_trusts_the_authority_talks),
        cmocka_unit_test(a_client_that_does_not_read_is_waited_for),
        cmocka_unit_test(bad_certificates_are_refused_by_clients),
        cmocka_unit_test(a_name_nobody_knows_is_refused),
        cmocka_unit_test(a_client_that_names_nobody_is_asked_about_as_well),
        cmocka_unit_test(what_is_not_tls_fails),
        cmocka_unit_test(identities_must_be_whole),
        cmocka_unit_test(names_that_are_none_get_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
