// SPDX-License-Identifier: MIT
#include "audit/tls_look.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum {
    level = 1, // of security: 80 bits. RSA of 1024 bits and more; no MD5 or SHA-1 in a chain
    certificates_max = 32, // that are kept of a chain
    names_max = 2000,      // that are kept of a certificate
};

struct yn_trust {
    X509_STORE *store;
};

/* ---- places in OpenSSL's values ----------------------------------------------------------------
 */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int facts_index, look_index; // of an SSL's facts; of an SSL_CTX's yn_tls_look

static void make_indices(void)
{
    facts_index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    look_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

/* ---- whom to trust -----------------------------------------------------------------------------
 */

static bool add_file(X509_STORE *store, const char *path, yn_buf *message)
{
    FILE *file = fopen(path, "rbe");
    if (!file) {
        yn_buf_printf(message, "cannot read '%s': %s", path, strerror(errno));
        return false;
    }
    (void)fclose(file);
    bool ok = X509_STORE_load_file(store, path) == 1;
    if (!ok)
        yn_buf_printf(message, "'%s' holds no certificate in PEM form", path);
    return ok;
}

yn_trust *yn_trust_new(const char *ca_file, yn_buf *message)
{
    (void)pthread_once(&once, make_indices);
    yn_trust *trust = calloc(1, sizeof *trust);
    if (trust)
        trust->store = X509_STORE_new();
    bool ok = trust && trust->store && facts_index >= 0 && look_index >= 0 &&
              X509_STORE_set_default_paths(trust->store) == 1 &&
              X509_STORE_set_flags(trust->store, X509_V_FLAG_PARTIAL_CHAIN) == 1;
    if (!ok)
        yn_buf_str(message, yonder_strerror(YONDER_NO_MEMORY));
    else if (!ca_file || add_file(trust->store, ca_file, message))
        return trust;
    ERR_clear_error();
    yn_trust_free(trust);
    return NULL;
}

void yn_trust_free(yn_trust *trust)
{
    if (trust)
        X509_STORE_free(trust->store);
    free(trust);
}

/* ---- certificates ------------------------------------------------------------------------------
 */

static yonder_text keep(yn_tls_look *look, yonder_text t)
{
    yonder_text copy = yn_arena_text(look->arena, t);
    if (!copy.ptr)
        look->no_memory = true;
    return copy.ptr ? copy : YN_TEXT("");
}

static void *room(yn_tls_look *look, size_t size)
{
    void *p = yn_arena_alloc(look->arena, size);
    if (p)
        memset(p, 0, size);
    else
        look->no_memory = true;
    return p;
}

// The common name, or the whole name where there is none.
static yonder_text name_of(yn_tls_look *look, const X509_NAME *name)
{
    char whole[512] = "";
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at >= 0) {
        const ASN1_STRING *s = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
        unsigned char *utf8 = NULL;
        int len = ASN1_STRING_to_UTF8(&utf8, s);
        yonder_text t = keep(look, (yonder_text){(char *)utf8, len > 0 ? (size_t)len : 0});
        OPENSSL_free(utf8);
        return t;
    }
    (void)X509_NAME_oneline(name, whole, sizeof whole);
    return keep(look, yonder_text_of(whole));
}

static yonder_text address_of(yn_tls_look *look, const ASN1_OCTET_STRING *s)
{
    const unsigned char *b = ASN1_STRING_get0_data(s);
    char text[48] = "";
    if (ASN1_STRING_length(s) == 4)
        (void)snprintf(text, sizeof text, "%d.%d.%d.%d", b[0], b[1], b[2], b[3]);
    for (int i = 0; ASN1_STRING_length(s) == 16 && i < 16; i += 2)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%x", i ? ":" : "",
                       b[i] << 8 | b[i + 1]);
    return keep(look, yonder_text_of(text));
}

static void take_names(yn_tls_look *look, X509 *x, yn_certificate *out)
{
    GENERAL_NAMES *all = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    int count = all ? sk_GENERAL_NAME_num(all) : 0;
    count = count < names_max ? count : names_max;
    out->names = count > 0 ? room(look, (size_t)count * sizeof *out->names) : NULL;
    for (int i = 0; out->names && i < count; i++) {
        const GENERAL_NAME *n = sk_GENERAL_NAME_value(all, i);
        if (n->type == GEN_DNS)
            out->names[out->name_count++] =
                keep(look, (yonder_text){(const char *)ASN1_STRING_get0_data(n->d.dNSName),
                                         (size_t)ASN1_STRING_length(n->d.dNSName)});
        else if (n->type == GEN_IPADD)
            out->names[out->name_count++] = address_of(look, n->d.iPAddress);
    }
    GENERAL_NAMES_free(all);
}

static yonder_text key_of(yn_tls_look *look, const X509 *x)
{
    char text[64] = "", group[40];
    size_t len;
    EVP_PKEY *key = X509_get0_pubkey(x);
    const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
    if (key && EVP_PKEY_is_a(key, "EC") &&
        EVP_PKEY_get_group_name(key, group, sizeof group, &len) == 1) {
        const char *nist = EC_curve_nid2nist(OBJ_sn2nid(group));
        (void)snprintf(text, sizeof text, "EC %s", nist ? nist : group);
    } else if (key && type) {
        (void)snprintf(text, sizeof text, "%s %d", type, EVP_PKEY_get_bits(key));
    }
    return keep(look, yonder_text_of(text));
}

static int64_t time_of(const ASN1_TIME *time)
{
    struct tm tm;
    return ASN1_TIME_to_tm(time, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static yonder_text hash_of(yn_tls_look *look, const X509 *x)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    char text[2 * EVP_MAX_MD_SIZE + 1] = "";
    unsigned len = 0;
    (void)X509_digest(x, EVP_sha256(), hash, &len);
    for (unsigned i = 0; i < len; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", hash[i]);
    return keep(look, yonder_text_of(text));
}

static void take_certificate(yn_tls_look *look, X509 *x, yn_certificate *out)
{
    const char *signature = OBJ_nid2ln(X509_get_signature_nid(x));
    *out = (yn_certificate){
        .subject = name_of(look, X509_get_subject_name(x)),
        .issuer = name_of(look, X509_get_issuer_name(x)),
        .not_before = time_of(X509_get0_notBefore(x)),
        .not_after = time_of(X509_get0_notAfter(x)),
        .signature = keep(look, yonder_text_of(signature ? signature : "unknown")),
        .key = key_of(look, x),
        .sha256 = hash_of(look, x),
        .self_signed = X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)) == 0,
    };
    take_names(look, x, out);
}

static yn_certificate *take_chain(yn_tls_look *look, const STACK_OF(X509) * chain, size_t *count)
{
    int n = chain ? sk_X509_num(chain) : 0;
    n = n < certificates_max ? n : certificates_max;
    yn_certificate *out = n > 0 ? room(look, (size_t)n * sizeof *out) : NULL;
    *count = out ? (size_t)n : 0;
    for (int i = 0; out && i < n; i++)
        take_certificate(look, sk_X509_value(chain, i), &out[i]);
    return out;
}

/* ---- the verdict -------------------------------------------------------------------------------
 */

// A certificate that says where its issuer's can be had, and comes alone: the site sends too
// little. One that does not say so is of somebody who is not known.
static bool lacks_intermediate(const STACK_OF(X509) * sent)
{
    if (!sent || sk_X509_num(sent) != 1)
        return false;
    AUTHORITY_INFO_ACCESS *all =
        X509_get_ext_d2i(sk_X509_value(sent, 0), NID_info_access, NULL, NULL);
    bool told = false;
    for (int i = 0; all && i < sk_ACCESS_DESCRIPTION_num(all); i++)
        told |= OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(all, i)->method) == NID_ad_ca_issuers;
    AUTHORITY_INFO_ACCESS_free(all);
    return told;
}

static yn_distrust distrust_of(int error, const STACK_OF(X509) * sent)
{
    switch (error) {
    case X509_V_OK:
        return YN_TRUSTED;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return YN_DISTRUST_EXPIRED;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return YN_DISTRUST_EARLY;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return YN_DISTRUST_SELF_SIGNED;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return lacks_intermediate(sent) ? YN_DISTRUST_INCOMPLETE : YN_DISTRUST_ISSUER;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
        return YN_DISTRUST_ISSUER;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
        return YN_DISTRUST_WEAK;
    case X509_V_ERR_CERT_REVOKED:
        return YN_DISTRUST_REVOKED;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return YN_DISTRUST_NAME;
    default:
        return YN_DISTRUST_OTHER;
    }
}

// Names in the subject do not count, as in browsers.
static bool is_for(X509 *leaf, yonder_text host)
{
    char name[256];
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    if (host.len >= 2 && host.ptr[0] == '[')
        host = yn_slice(host, 1, host.len - 1);
    (void)snprintf(name, sizeof name, "%.*s", YN_PRINT(host));
    return X509_check_host(leaf, name, 0,
                           X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
                               X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                           NULL) == 1 ||
           X509_check_ip_asc(leaf, name, 0) == 1;
}

// In the place of OpenSSL's own verification. It says yes to all: the verdict is in the facts.
static int verify(X509_STORE_CTX *ctx, void *context)
{
    yn_tls_look *look = context;
    SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
    yn_tls_facts *facts = room(look, sizeof *facts);
    if (!facts || !ssl || SSL_set_ex_data(ssl, facts_index, facts) != 1)
        return 0;
    X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), level);
    int ok = X509_verify_cert(ctx);
    int error = ok == 1 ? X509_V_OK : X509_STORE_CTX_get_error(ctx);
    if (ok != 1 && error == X509_V_OK)
        error = X509_V_ERR_UNSPECIFIED;
    if (error == X509_V_OK && !is_for(X509_STORE_CTX_get0_cert(ctx), look->host))
        error = X509_V_ERR_HOSTNAME_MISMATCH;
    const STACK_OF(X509) *sent = X509_STORE_CTX_get0_untrusted(ctx);
    facts->sent = take_chain(look, sent, &facts->sent_count);
    facts->distrust = distrust_of(error, sent);
    if (error == X509_V_OK)
        facts->verified = take_chain(look, X509_STORE_CTX_get0_chain(ctx), &facts->verified_count);
    else
        facts->distrust_detail = keep(look, yonder_text_of(X509_verify_cert_error_string(error)));
    look->latest = facts;
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    ERR_clear_error();
    return 1;
}

/* ---- connections -------------------------------------------------------------------------------
 */

// Once the handshake is over; where that never is, nothing was agreed on.
static void take_agreement(yn_tls_look *look, const SSL *ssl)
{
    yn_tls_facts *facts = SSL_get_ex_data(ssl, facts_index);
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
    const unsigned char *alpn = NULL;
    unsigned alpn_len = 0;
    if (!facts || facts->complete)
        return;
    const char *name = cipher ? SSL_CIPHER_standard_name(cipher) : "";
    SSL_get0_alpn_selected(ssl, &alpn, &alpn_len);
    facts->complete = true;
    facts->version = keep(look, yonder_text_of(SSL_get_version(ssl)));
    facts->cipher = keep(look, yonder_text_of(name));
    facts->alpn = keep(look, (yonder_text){(const char *)alpn, alpn_len});
}

static void take_event(const SSL *ssl, int where, int value)
{
    (void)value;
    if (where & SSL_CB_HANDSHAKE_DONE)
        take_agreement(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), look_index), ssl);
}

static bool prepare(void *context, void *ssl_ctx)
{
    static const char *const ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:RSA+AESGCM:RSA+AES";
    yn_tls_look *look = context;
    SSL_CTX *ctx = ssl_ctx;
    SSL_CTX_set_cert_verify_callback(ctx, verify, look);
    SSL_CTX_set_info_callback(ctx, take_event);
    return SSL_CTX_set_ex_data(ctx, look_index, look) == 1 &&
           SSL_CTX_set1_verify_cert_store(ctx, look->trust->store) == 1 &&
           SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(ctx, ciphers) == 1;
}

static void answered(void *context, void *ssl)
{
    yn_tls_look *look = context;
    look->latest = SSL_get_ex_data(ssl, facts_index);
}

void yn_tls_look_init(yn_tls_look *look, const yn_trust *trust, yn_arena *arena)
{
    *look = (yn_tls_look){.trust = trust, .arena = arena, .hooks = {prepare, answered, look}};
}

void yn_tls_look_begin(yn_tls_look *look, yonder_text host)
{
    look->host = host;
    look->latest = NULL;
}
