// SPDX-License-Identifier: MIT
// The server's side against OpenSSL's client, in one thread, over a pair of sockets.
#include "test.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
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

// ---- sessions -----------------------------------------------------------------------------------

// Another connection of the same client to the same server, which goes on with `session` if it can.
static bool resumes(rig *r, SSL_SESSION *session)
{
    int client;
    char byte;
    size_t n;
    yn_tls_free(r->tls);
    SSL_set_shutdown(r->client, SSL_SENT_SHUTDOWN); // else its session would count as broken
    SSL_free(r->client);
    close(r->fds[0]);
    close(r->fds[1]);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, r->fds), 0);
    r->tls = yn_tls_new(r->server, r->fds[0]);
    r->client = SSL_new(r->context);
    SSL_set_tlsext_host_name(r->client, "a.lab.test");
    SSL_set_fd(r->client, r->fds[1]);
    SSL_set_connect_state(r->client);
    if (session)
        SSL_set_session(r->client, session);
    assert_int_equal(shake_hands(r, &client), YN_TLS_DONE);
    assert_int_equal(yn_tls_write(r->tls, YN_TEXT("x"), &n), YN_TLS_DONE);
    assert_int_equal(SSL_read(r->client, &byte, 1), 1); // and the ticket before it
    assert_int_equal(yn_tls_resumed(r->tls), SSL_session_reused(r->client));
    return yn_tls_resumed(r->tls);
}

// The ticket the client holds for the next connection.
static yonder_text ticket(const rig *r)
{
    const unsigned char *bytes;
    size_t len;
    SSL_SESSION_get0_ticket(SSL_get_session(r->client), &bytes, &len);
    return (yonder_text){(const char *)bytes, len};
}

static void every_connection_of_tls_1_3_brings_a_ticket_of_its_own(void **state)
{
    (void)state;
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    yn_tls_tickets *tickets = yn_tls_tickets_new();
    r.server = yn_tls_server_new(choose, &r, NULL, tickets);
    SSL_CTX_set_min_proto_version(r.context, TLS1_3_VERSION);
    assert_false(resumes(&r, NULL));
    SSL_SESSION *session = SSL_get1_session(r.client);
    for (int i = 0; i < 3; i++) {
        const unsigned char *used;
        size_t len;
        SSL_SESSION_get0_ticket(session, &used, &len);
        assert_true(resumes(&r, session));
        assert_false(yn_equal(ticket(&r), (yonder_text){(const char *)used, len}));
        SSL_SESSION_free(session);
        session = SSL_get1_session(r.client);
    }
    SSL_SESSION_free(session);
    unmake(&r);
    yn_tls_tickets_free(tickets);
}

static void a_ticket_is_good_until_two_more_keys_have_come(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
        yn_tls_tickets *tickets = yn_tls_tickets_new();
        r.server = yn_tls_server_new(choose, &r, NULL, tickets);
        SSL_CTX_set_max_proto_version(r.context, versions[i]);
        assert_false(resumes(&r, NULL));
        SSL_SESSION *first = SSL_get1_session(r.client);
        assert_true(resumes(&r, first));
        // Another thread's server takes what this one gave out.
        yn_tls_server *other = yn_tls_server_new(choose, &r, NULL, tickets), *own = r.server;
        r.server = other;
        assert_true(resumes(&r, first));
        r.server = own;
        for (int rotations = 1; rotations <= 2; rotations++) {
            yn_tls_tickets_rotate(tickets);
            assert_true(resumes(&r, first));
        }
        SSL_SESSION *renewed =
            SSL_get1_session(r.client); // an old key gives a ticket of the new one
        yn_tls_tickets_rotate(tickets);
        assert_false(resumes(&r, first));
        assert_true(resumes(&r, renewed));
        SSL_SESSION_free(first);
        SSL_SESSION_free(renewed);
        yn_tls_free(r.tls);
        r.tls = NULL;
        yn_tls_server_free(other);
        unmake(&r);
        yn_tls_tickets_free(tickets);
    }
}

static void without_tickets_every_session_is_a_new_one(void **state)
{
    (void)state;
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    assert_false(resumes(&r, NULL));
    SSL_SESSION *session = SSL_get1_session(r.client);
    assert_false(resumes(&r, session));
    SSL_SESSION_free(session);
    unmake(&r);
}

// ---- what is pending ----------------------------------------------------------------------------

// The client's writes go to `*out` in place of the socket.
static size_t records_of(rig *r, const char *text, char *out, size_t max)
{
    BIO *memory = BIO_new(BIO_s_mem());
    BIO *real = SSL_get_wbio(r->client);
    BIO_up_ref(real);
    SSL_set0_wbio(r->client, memory);
    assert_int_equal(SSL_write(r->client, text, (int)strlen(text)), (int)strlen(text));
    int len = BIO_read(memory, out, (int)max);
    SSL_set0_wbio(r->client, real);
    assert_true(len > 0);
    return (size_t)len;
}

static void half_a_record_is_nothing_to_read(void **state)
{
    (void)state;
    int client;
    size_t n;
    char bytes[256], got[256];
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
    size_t len = records_of(&r, "hello", bytes, sizeof bytes);
    for (size_t sent = 0; sent < len; sent++) {
        assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_WANT_READ);
        assert_false(yn_tls_pending(r.tls)); // what came was looked at, and is not enough
        assert_int_equal(write(r.fds[1], bytes + sent, 1), 1);
    }
    assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_DONE);
    assert_int_equal(n, 5);
    assert_false(yn_tls_pending(r.tls));
    len = records_of(&r, "hello", bytes, sizeof bytes);
    len += records_of(&r, "world", bytes + len, sizeof bytes - len);
    assert_int_equal(write(r.fds[1], bytes, len - 1), (ssize_t)len - 1);
    assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_DONE);
    assert_true(yn_tls_pending(r.tls)); // it may be whole
    assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_WANT_READ);
    assert_false(yn_tls_pending(r.tls));
    unmake(&r);
}

static void that_nothing_more_comes_is_pending_until_it_was_told(void **state)
{
    (void)state;
    int client;
    size_t n;
    char got[64];
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
    assert_int_equal(SSL_write(r.client, "hello", 5), 5);
    SSL_shutdown(r.client);
    assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_DONE);
    assert_true(yn_tls_pending(r.tls));
    assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_ENDED);
    assert_int_equal(yn_tls_write(r.tls, YN_TEXT("bye"), &n), YN_TLS_DONE); // it may still listen
    assert_true(yn_tls_pending(r.tls));
    assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_ENDED);
    unmake(&r);
}

static void a_client_that_just_leaves_has_ended(void **state)
{
    (void)state;
    int client;
    size_t n;
    char got[64];
    rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
    open_server(&r);
    assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
    shutdown(r.fds[1], SHUT_WR);
    assert_int_equal(yn_tls_read(r.tls, got, sizeof got, &n), YN_TLS_ENDED);
    unmake(&r);
}

// ---- identities ---------------------------------------------------------------------------------

static void put_pem(yn_buf *out, BIO *bio)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);
    yn_buf_put(out, (yonder_text){bytes, (size_t)len});
    BIO_free(bio);
}

// Signs itself. `names` as OpenSSL writes them; `bits` 0 is for P-256.
static yn_tls_identity *self_signed(const char *names, unsigned bits, int64_t serial,
                                    yn_buf *message)
{
    EVP_PKEY *key = bits ? EVP_RSA_gen(bits) : EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set_int64(X509_get_serialNumber(x), serial);
    X509_gmtime_adj(X509_getm_notBefore(x), -hour);
    X509_gmtime_adj(X509_getm_notAfter(x), hour);
    X509_set_pubkey(x, key);
    X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    assert_non_null(san);
    X509_add_ext(x, san, -1);
    X509_EXTENSION_free(san);
    assert_true(X509_sign(x, key, EVP_sha256()) > 0);
    yn_buf chain = yn_buf_make(1 << 16, NULL), secret = yn_buf_make(1 << 16, NULL);
    BIO *cert_out = BIO_new(BIO_s_mem()), *key_out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(cert_out, x);
    PEM_write_bio_PrivateKey(key_out, key, NULL, NULL, 0, NULL, NULL);
    put_pem(&chain, cert_out);
    put_pem(&secret, key_out);
    yn_tls_identity *identity =
        yn_tls_identity_new(yn_buf_text(&chain), yn_buf_text(&secret), message);
    yn_buf_free(&chain);
    yn_buf_free(&secret);
    X509_free(x);
    EVP_PKEY_free(key);
    return identity;
}

static void names_are_told_and_covered(void **state)
{
    (void)state;
    yn_buf message = yn_buf_make(1 << 10, NULL);
    yn_tls_identity *identity =
        self_signed("DNS:a.test,IP:10.0.0.1,DNS:*.b.test,IP:::1", 0, 1, &message);
    size_t at = 0;
    yonder_text name;
    assert_true(yn_tls_identity_name(identity, &at, &name));
    assert_text("first", name, "a.test");
    assert_true(yn_tls_identity_name(identity, &at, &name));
    assert_text("second", name, "*.b.test");
    assert_false(yn_tls_identity_name(identity, &at, &name));
    static const struct {
        const char *host;
        bool covered;
    } rows[] = {
        {"a.test", true},
        {"A.TEST", true},
        {"x.a.test", false},
        {"x.b.test", true},
        {"b.test", false},
        {"x.y.b.test", false},
        {"10.0.0.1", true},
        {"10.0.0.2", false},
        {"[::1]", true},
        {"[0:0:0:0:0:0:0:1]", true},
        {"[::2]", false},
        {"[]", false},
        {"", false},

        {"a.test.evil", false},
        {"%61.test", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].host, yn_tls_identity_covers(identity, yonder_text_of(rows[i].host)) ==
                                     rows[i].covered);
    // A text of no bytes is never looked at, wherever it lies.
    assert_false(yn_tls_identity_covers(identity, (yonder_text){"a.test", 0}));
    assert_true(yn_tls_identity_is_ec(identity));
    assert_true(yn_tls_identity_expires(identity) > (int64_t)time(NULL));
    yn_tls_identity_free(identity);
    yn_buf_free(&message);
}

static void a_key_that_no_client_would_take_is_refused(void **state)
{
    (void)state;
    yn_buf message = yn_buf_make(1 << 10, NULL);
    assert_null(self_signed("DNS:a.test", 1024, 1, &message));
    assert_text("message", yn_buf_text(&message), "no client would be shown it (ee key too small)");
    yn_buf_free(&message);
}

typedef struct two {
    yn_tls_identity *list[2];
} two;

static size_t choose_both(void *opaque, yonder_text name,
                          const yn_tls_identity *out[YN_TLS_MOST_IDENTITIES])
{
    const two *t = opaque;
    (void)name;
    out[0] = t->list[0];
    out[1] = t->list[1];
    return 2;
}

static void of_two_kinds_of_keys_the_client_takes_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *wish;
        int version, kind;
    } rows[] = {
        {"ECDSA+SHA256", TLS1_2_VERSION, EVP_PKEY_EC},
        {"ECDSA+SHA256", TLS1_3_VERSION, EVP_PKEY_EC},
        {"RSA-PSS+SHA256", TLS1_2_VERSION, EVP_PKEY_RSA},
        {"RSA-PSS+SHA256", TLS1_3_VERSION, EVP_PKEY_RSA},
        {"ECDSA+SHA256:RSA-PSS+SHA256", TLS1_3_VERSION, EVP_PKEY_EC},
    };
    yn_buf message = yn_buf_make(1 << 10, NULL);
    two t = {{self_signed("DNS:a.lab.test", 2048, 1, &message),
              self_signed("DNS:a.lab.test", 0, 2, &message)}};
    assert_true(t.list[0] && t.list[1]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int client;
        rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
        r.server = yn_tls_server_new(choose_both, &t, NULL, NULL);
        r.tls = yn_tls_new(r.server, r.fds[0]);
        SSL_set_verify(r.client, SSL_VERIFY_NONE, NULL);
        SSL_set_max_proto_version(r.client, rows[i].version);
        SSL_set1_sigalgs_list(r.client, rows[i].wish);
        assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
        X509 *shown = SSL_get1_peer_certificate(r.client);
        assert_row(rows[i].wish, EVP_PKEY_get_base_id(X509_get0_pubkey(shown)) == rows[i].kind);
        assert_true(yn_tls_covers(r.tls, YN_TEXT("a.lab.test")));
        assert_false(yn_tls_covers(r.tls, YN_TEXT("b.lab.test")));
        X509_free(shown);
        unmake(&r);
    }
    yn_tls_identity_free(t.list[0]);
    yn_tls_identity_free(t.list[1]);
    yn_buf_free(&message);
}

// A response that says that the certificate of this number is good until `next` seconds from now.
static size_t make_response(int64_t serial, int64_t next, unsigned char **der)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *issuer = X509_new();
    X509_set_pubkey(issuer, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(issuer), "CN", MBSTRING_ASC,
                               (const unsigned char *)"x", -1, -1, 0);
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    ASN1_INTEGER_set_int64(number, serial);
    OCSP_CERTID *id = OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(issuer),
                                       X509_get0_pubkey_bitstr(issuer), number);
    OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
    ASN1_TIME *from = X509_gmtime_adj(NULL, -2 * hour), *to = X509_gmtime_adj(NULL, next);
    OCSP_basic_add1_status(basic, id, V_OCSP_CERTSTATUS_GOOD, 0, NULL, from, to);
    assert_int_equal(OCSP_basic_sign(basic, issuer, key, EVP_sha256(), NULL, OCSP_NOCERTS), 1);
    OCSP_RESPONSE *response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
    *der = NULL;
    int len = i2d_OCSP_RESPONSE(response, der);
    assert_true(len > 0);
    OCSP_RESPONSE_free(response);
    OCSP_BASICRESP_free(basic);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(from);
    ASN1_TIME_free(to);
    ASN1_INTEGER_free(number);
    X509_free(issuer);
    EVP_PKEY_free(key);
    return (size_t)len;
}

static void responses_about_the_certificate_are_stapled_while_they_are_good(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t serial, next;
        bool taken, stapled;
    } rows[] = {
        {"good", 7, hour, true, true},
        {"past its time", 7, -hour, true, false},
        {"of another certificate", 8, hour, false, false},
    };
    yn_buf message = yn_buf_make(1 << 10, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int client;
        unsigned char *der;
        const unsigned char *seen = NULL;
        size_t len = make_response(rows[i].serial, rows[i].next, &der);
        rig r = make("a.lab.test", "a.lab.test", -hour / 2, hour);
        yn_tls_identity_free(r.identity);
        r.identity = self_signed("DNS:a.lab.test", 0, 7, &message);
        assert_false(yn_tls_identity_staple(r.identity, YN_TEXT("nonsense")));
        assert_row(rows[i].name, yn_tls_identity_staple(
                                     r.identity, (yonder_text){(char *)der, len}) == rows[i].taken);
        open_server(&r);
        SSL_set_verify(r.client, SSL_VERIFY_NONE, NULL);
        SSL_set_tlsext_status_type(r.client, TLSEXT_STATUSTYPE_ocsp);
        assert_int_equal(shake_hands(&r, &client), YN_TLS_DONE);
        long got = SSL_get_tlsext_status_ocsp_resp(r.client, &seen);
        assert_row(rows[i].name, (got > 0) == rows[i].stapled);
        if (rows[i].stapled)
            assert_memory_equal(seen, der, len);
        unmake(&r);
        OPENSSL_free(der);
    }
    yn_buf_free(&message);
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
        cmocka_unit_test(every_connection_of_tls_1_3_brings_a_ticket_of_its_own),
        cmocka_unit_test(a_ticket_is_good_until_two_more_keys_have_come),
        cmocka_unit_test(without_tickets_every_session_is_a_new_one),
        cmocka_unit_test(half_a_record_is_nothing_to_read),
        cmocka_unit_test(that_nothing_more_comes_is_pending_until_it_was_told),
        cmocka_unit_test(a_client_that_just_leaves_has_ended),
        cmocka_unit_test(names_are_told_and_covered),
        cmocka_unit_test(a_key_that_no_client_would_take_is_refused),
        cmocka_unit_test(of_two_kinds_of_keys_the_client_takes_its_own),
        cmocka_unit_test(responses_about_the_certificate_are_stapled_while_they_are_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
