// SPDX-License-Identifier: MIT
#include "net/tls.h"

#include <arpa/inet.h>
#include <assert.h>
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct yn_tls_identity {
    X509 *certificate;
    STACK_OF(X509) * above;
    EVP_PKEY *key;
    GENERAL_NAMES *names;  // of the certificate, or NULL
    unsigned char *staple; // OCSP, in DER; or NULL
    size_t staple_len;
    int64_t staple_expires; // seconds since 1970; INT64_MAX: it does not say
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
    bool starved; // the last read found no whole record: what is here already is of no use yet
    bool over;    // nothing more can be read
    bool ended;   // the client was told; OpenSSL forgets that when the client's end comes
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

// Whether a handshake would take them. A key that is too short, say, it would not.
static bool is_usable(const yn_tls_identity *identity)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    bool ok = context && SSL_CTX_use_cert_and_key(context, identity->certificate, identity->key,
                                                  identity->above, 1) == 1;
    SSL_CTX_free(context);
    return ok;
}

// What OpenSSL says of the last error, if anything.
static void put_reason(yn_buf *message)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    if (reason)
        yn_buf_printf(message, " (%s)", reason);
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
    bool usable = !ok || is_usable(identity);
    BIO_free(certificates);
    BIO_free(key_in);
    if (ok && usable) {
        identity->names = X509_get_ext_d2i(identity->certificate, NID_subject_alt_name, NULL, NULL);
        ERR_clear_error();
        return identity;
    }
    yn_buf_str(message, usable ? wrong : "no client would be shown it");
    if (!usable)
        put_reason(message);
    ERR_clear_error();
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
    GENERAL_NAMES_free(identity->names);
    free(identity->staple);
    free(identity);
}

static int64_t seconds_of(const ASN1_TIME *time, int64_t otherwise)
{
    struct tm tm = {0};
    return time && ASN1_TIME_to_tm(time, &tm) == 1 ? timegm(&tm) : otherwise;
}

// What a response says of the certificate, or NULL. Its number is enough: signatures are for
// clients.
static OCSP_SINGLERESP *said_of(OCSP_BASICRESP *basic, const X509 *certificate)
{
    for (int i = 0; basic && i < OCSP_resp_count(basic); i++) {
        OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
        // A copy, for what reads it is declared to change it.
        OCSP_CERTID *id = OCSP_CERTID_dup(OCSP_SINGLERESP_get0_id(single));
        ASN1_INTEGER *serial;
        bool same = id && OCSP_id_get0_info(NULL, NULL, NULL, &serial, id) == 1 &&
                    ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) == 0;
        OCSP_CERTID_free(id);
        if (same)
            return single;
    }
    return NULL;
}

static bool read_response(yn_tls_identity *identity, yonder_text response)
{
    const unsigned char *der = (const unsigned char *)response.ptr;
    OCSP_RESPONSE *whole = d2i_OCSP_RESPONSE(NULL, &der, (long)response.len);
    OCSP_BASICRESP *basic = whole ? OCSP_response_get1_basic(whole) : NULL;
    OCSP_SINGLERESP *single = said_of(basic, identity->certificate);
    ASN1_GENERALIZEDTIME *next = NULL;
    if (single)
        OCSP_single_get0_status(single, NULL, NULL, NULL, &next);
    identity->staple_expires = seconds_of(next, INT64_MAX);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(whole);
    ERR_clear_error();
    return single != NULL;
}

bool yn_tls_identity_staple(yn_tls_identity *identity, yonder_text response)
{
    if (!read_response(identity, response) || !(identity->staple = malloc(response.len + 1)))
        return false;
    memcpy(identity->staple, response.ptr, response.len);
    identity->staple_len = response.len;
    return true;
}

bool yn_tls_identity_name(const yn_tls_identity *identity, size_t *at, yonder_text *name)
{
    int count = identity->names ? sk_GENERAL_NAME_num(identity->names) : 0;
    while (*at < (size_t)count) {
        const GENERAL_NAME *n = sk_GENERAL_NAME_value(identity->names, (int)(*at)++);
        if (n->type != GEN_DNS)
            continue;
        *name = (yonder_text){(const char *)ASN1_STRING_get0_data(n->d.dNSName),
                              (size_t)ASN1_STRING_length(n->d.dNSName)};
        return true;
    }
    return false;
}

static bool covers(X509 *certificate, yonder_text host)
{
    char address[INET6_ADDRSTRLEN] = "";
    bool bracketed = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    yonder_text bare = bracketed ? (yonder_text){host.ptr + 1, host.len - 2} : host;
    if (host.len == 0) // to OpenSSL a text that ends with a NUL
        return false;
    if (bare.len < sizeof address)
        memcpy(address, bare.ptr, bare.len);
    return X509_check_host(certificate, host.ptr, host.len, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                           NULL) == 1 ||
           X509_check_ip_asc(certificate, address, 0) == 1;
}

bool yn_tls_identity_covers(const yn_tls_identity *identity, yonder_text host)
{
    return covers(identity->certificate, host);
}

bool yn_tls_identity_is_ec(const yn_tls_identity *identity)
{
    return EVP_PKEY_get_base_id(identity->key) == EVP_PKEY_EC;
}

int64_t yn_tls_identity_expires(const yn_tls_identity *identity)
{
    return seconds_of(X509_get0_notAfter(identity->certificate), 0);
}

// ---- tickets ------------------------------------------------------------------------------------

enum {
    ticket_keys = 3,
    key_name_len = 16,
    key_len = 32,
};

typedef struct ticket_key {
    unsigned char name[key_name_len], cipher[key_len], mac[key_len];
} ticket_key;

struct yn_tls_tickets {
    pthread_mutex_t lock;         // held for a copy
    ticket_key keys[ticket_keys]; // the newest first
    size_t count;
};

yn_tls_tickets *yn_tls_tickets_new(void)
{
    yn_tls_tickets *tickets = calloc(1, sizeof *tickets);
    if (!tickets)
        return NULL;
    pthread_mutex_init(&tickets->lock, NULL);
    yn_tls_tickets_rotate(tickets);
    if (tickets->count)
        return tickets;
    yn_tls_tickets_free(tickets);
    return NULL;
}

void yn_tls_tickets_rotate(yn_tls_tickets *tickets)
{
    ticket_key key;
    if (RAND_bytes((unsigned char *)&key, sizeof key) != 1) {
        ERR_clear_error();
        return; // the old one goes on
    }
    pthread_mutex_lock(&tickets->lock);
    memmove(tickets->keys + 1, tickets->keys, (ticket_keys - 1) * sizeof key);
    tickets->keys[0] = key;
    if (tickets->count < ticket_keys)
        tickets->count++;
    pthread_mutex_unlock(&tickets->lock);
    OPENSSL_cleanse(&key, sizeof key);
}

_Static_assert(sizeof((yn_tls_tickets *)0)->keys == sizeof((yn_tls_ticket_keys *)0)->bytes,
               "one is saved as the other");

void yn_tls_tickets_save(yn_tls_tickets *tickets, yn_tls_ticket_keys *out)
{
    pthread_mutex_lock(&tickets->lock);
    out->count = (uint32_t)tickets->count;
    memcpy(out->bytes, tickets->keys, sizeof out->bytes);
    pthread_mutex_unlock(&tickets->lock);
}

void yn_tls_tickets_load(yn_tls_tickets *tickets, const yn_tls_ticket_keys *keys)
{
    if (!keys->count || keys->count > ticket_keys)
        return;
    pthread_mutex_lock(&tickets->lock);
    tickets->count = keys->count;
    memcpy(tickets->keys, keys->bytes, sizeof tickets->keys);
    pthread_mutex_unlock(&tickets->lock);
}

void yn_tls_ticket_keys_wipe(yn_tls_ticket_keys *keys)
{
    OPENSSL_cleanse(keys, sizeof *keys);
}

void yn_tls_tickets_free(yn_tls_tickets *tickets)
{
    if (!tickets)
        return;
    pthread_mutex_destroy(&tickets->lock);
    OPENSSL_cleanse(tickets->keys, sizeof tickets->keys);
    free(tickets);
}

// The key of this name, or the newest one; -1 where there is none.
static int find_key(yn_tls_tickets *tickets, const unsigned char *name, ticket_key *out)
{
    int found = -1;
    pthread_mutex_lock(&tickets->lock);
    for (size_t i = 0; found < 0 && i < tickets->count; i++)
        if (!name || memcmp(tickets->keys[i].name, name, key_name_len) == 0)
            found = (int)i;
    if (found >= 0)
        *out = tickets->keys[found];
    pthread_mutex_unlock(&tickets->lock);
    return found;
}

static bool start_cipher(EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, ticket_key *key,
                         const unsigned char *iv, int encrypt)
{
    char digest[] = "sha256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key->mac, sizeof key->mac),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key->cipher, iv, encrypt) == 1 &&
           EVP_MAC_CTX_set_params(mac, params) == 1;
}

// OpenSSL's form of asking: which key a ticket is encrypted with. 2 has it replaced by a new one:
// if its key is no longer the newest, and always in TLS 1.3, where clients use a ticket once (RFC
// 8446, C.4) and would have none for the connection after the next.
static int ticket_callback(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                           EVP_MAC_CTX *mac, int encrypt)
{
    yn_tls_tickets *tickets = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    ticket_key key;
    int found = find_key(tickets, encrypt ? NULL : name, &key);
    if (found < 0)
        return 0;
    int result = found || SSL_version(ssl) == TLS1_3_VERSION ? 2 : 1;
    if (encrypt) {
        memcpy(name, key.name, key_name_len);
        if (RAND_bytes(iv, EVP_MAX_IV_LENGTH) != 1)
            result = -1;
    }
    if (result > 0 && !start_cipher(cipher, mac, &key, iv, encrypt))
        result = -1;
    OPENSSL_cleanse(&key, sizeof key);
    return result;
}

// ---- servers ------------------------------------------------------------------------------------

// Called once the name is known, or that there is none.
static int choose_identity(SSL *ssl, int *alert, void *opaque)
{
    const yn_tls_server *server = opaque;
    yonder_text name = yonder_text_of(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
    const yn_tls_identity *list[YN_TLS_MOST_IDENTITIES];
    size_t count = server->choose(server->choose_context, name, list);
    *alert = count ? SSL_AD_INTERNAL_ERROR : SSL_AD_UNRECOGNIZED_NAME;
    bool ok = count != 0;
    for (size_t i = 0; ok && i < count; i++) // one for each kind of key: the client's wish decides
        ok = SSL_use_cert_and_key(ssl, list[i]->certificate, list[i]->key, list[i]->above, 1) == 1;
    return ok ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// The client wants to know that the certificate was not revoked. By now it is known which of them.
static int staple(SSL *ssl, void *opaque)
{
    const yn_tls_server *server = opaque;
    yonder_text name = yonder_text_of(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
    const yn_tls_identity *list[YN_TLS_MOST_IDENTITIES];
    size_t count = server->choose(server->choose_context, name, list);
    for (size_t i = 0; i < count; i++) {
        if (list[i]->certificate != SSL_get_certificate(ssl) || !list[i]->staple)
            continue;
        if (list[i]->staple_expires <= (int64_t)time(NULL)) // worse than none
            return SSL_TLSEXT_ERR_NOACK;
        unsigned char *copy = OPENSSL_memdup(list[i]->staple, list[i]->staple_len);
        if (!copy)
            return SSL_TLSEXT_ERR_NOACK;
        SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)list[i]->staple_len);
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
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
                                 const char *const *protocols, yn_tls_tickets *tickets)
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
    // The server's order of ciphers, but for clients without AES in hardware. A connection that
    // just ends, ends: what is above TLS knows where its messages do.
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                 SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_cipher_list(ssl, "ECDHE+AESGCM:ECDHE+CHACHA20"); // of TLS 1.2: forward secret
    // AES-128 first: no weaker for anyone who is there to break it, and with it SHA-256, of which a
    // handshake computes some forty and which processors have an instruction for.
    SSL_CTX_set_ciphersuites(ssl, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
                                  "TLS_CHACHA20_POLY1305_SHA256");
    SSL_CTX_set1_groups_list(ssl, "X25519:P-256:P-384"); // every client has one; none is slow
    SSL_CTX_set_read_ahead(ssl, 1); // head and body of a record by one system call
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ssl, tickets ? 1 : 0);
    if (tickets) {
        SSL_CTX_set_app_data(ssl, tickets);
        SSL_CTX_set_tlsext_ticket_key_evp_cb(ssl, ticket_callback);
    } else {
        SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    }
    SSL_CTX_set_tlsext_status_cb(ssl, staple);
    SSL_CTX_set_tlsext_status_arg(ssl, server);
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
    yn_tls_status status = status_of(tls, SSL_read_ex(tls->ssl, to, max, count));
    tls->starved = status == YN_TLS_WANT_READ;
    tls->over = status == YN_TLS_ENDED || status == YN_TLS_FAILED;
    return status;
}

yn_tls_status yn_tls_write(yn_tls *tls, yonder_text bytes, size_t *count)
{
    return status_of(tls, SSL_write_ex(tls->ssl, bytes.ptr, bytes.len, count));
}

yn_tls_status yn_tls_end(yn_tls *tls)
{
    int result = tls->ended ? 0 : SSL_shutdown(tls->ssl);
    if (result < 0)
        return status_of(tls, result);
    tls->ended = true;
    return YN_TLS_DONE; // 0 is a client that has not said the same yet
}

yonder_text yn_tls_name(const yn_tls *tls)
{
    return yonder_text_of(SSL_get_servername(tls->ssl, TLSEXT_NAMETYPE_host_name));
}

bool yn_tls_covers(const yn_tls *tls, yonder_text host)
{
    X509 *certificate = SSL_get_certificate(tls->ssl);
    return certificate && covers(certificate, host);
}

bool yn_tls_pending(const yn_tls *tls)
{
    return tls->over || (!tls->starved && SSL_has_pending(tls->ssl));
}

bool yn_tls_resumed(const yn_tls *tls)
{
    return SSL_session_reused(tls->ssl);
}

yonder_text yn_tls_protocol(const yn_tls *tls)
{
    const unsigned char *name;
    unsigned len;
    SSL_get0_alpn_selected(tls->ssl, &name, &len);
    return (yonder_text){(const char *)name, len};
}
