// SPDX-License-Identifier: MIT
#include "net/cert.h"

#include <limits.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

enum {
    hour = 3600,
    day = 24 * hour,
    authority_days = 30,
    max_name = 253,
    max_alternatives = 1 << 12,
};

struct yn_authority {
    EVP_PKEY *key;
    X509 *certificate;
};

// Names go into OpenSSL's little language for extensions, where a comma would begin another entry.
static bool is_name(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
    return len && len <= max_name && !name[len];
}

static bool set_serial(X509 *certificate)
{
    unsigned char bytes[16];
    BIGNUM *number = NULL;
    bool ok = RAND_bytes(bytes, sizeof bytes) == 1;
    if (ok) {
        bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40); // positive, of full length
        number = BN_bin2bn(bytes, sizeof bytes, NULL);
        ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    }
    BN_free(number);
    return ok;
}

// A certificate with all but its extensions; `subject` is cut off where X.509 does.
static X509 *begin(const char *subject, EVP_PKEY *key, int64_t not_before, int64_t not_after)
{
    X509 *c = X509_new();
    if (c && X509_set_version(c, X509_VERSION_3) == 1 && set_serial(c) &&
        ASN1_TIME_set(X509_getm_notBefore(c), (time_t)not_before) &&
        ASN1_TIME_set(X509_getm_notAfter(c), (time_t)not_after) &&
        X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                                   (const unsigned char *)subject,
                                   strlen(subject) > 64 ? 64 : (int)strlen(subject), -1, 0) == 1 &&
        X509_set_pubkey(c, key) == 1)
        return c;
    X509_free(c);
    return NULL;
}

static bool extend(X509 *certificate, X509 *issuer, int id, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, id, value);
    bool ok = extension && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool put_pem(yn_buf *out, const X509 *certificate, const EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *bytes;
    bool ok = bio && (certificate ? PEM_write_bio_X509(bio, certificate)
                                  : PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL,
                                                                  NULL)) == 1;
    long len = ok ? BIO_get_mem_data(bio, &bytes) : 0;
    if (ok)
        yn_buf_put(out, (yonder_text){bytes, (size_t)len});
    BIO_free(bio);
    return ok && !out->error;
}

yn_authority *yn_authority_new(const char *title, const char *domain, int64_t now)
{
    char constraints[max_name + 160];
    yn_authority *a = calloc(1, sizeof *a);
    if (!a || !is_name(domain)) {
        free(a);
        return NULL;
    }
    snprintf(constraints, sizeof constraints,
             "critical,permitted;DNS:%s,permitted;DNS:localhost,permitted;IP:127.0.0.0/255.0.0.0,"
             "permitted;IP:::1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF",
             domain);
    int64_t from = now - hour;
    a->key = EVP_EC_gen("P-256");
    a->certificate =
        a->key ? begin(title, a->key, from, from + (int64_t)authority_days * day) : NULL;
    X509 *c = a->certificate;
    bool ok = c && X509_set_issuer_name(c, X509_get_subject_name(c)) == 1 &&
              extend(c, c, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
              extend(c, c, NID_key_usage, "critical,keyCertSign,cRLSign") &&
              extend(c, c, NID_subject_key_identifier, "hash") &&
              extend(c, c, NID_name_constraints, constraints) &&
              X509_sign(c, a->key, EVP_sha256()) > 0;
    ERR_clear_error();
    if (ok)
        return a;
    yn_authority_free(a);
    return NULL;
}

void yn_authority_free(yn_authority *authority)
{
    if (!authority)
        return;
    X509_free(authority->certificate);
    EVP_PKEY_free(authority->key);
    free(authority);
}

bool yn_authority_pem(const yn_authority *authority, yn_buf *out)
{
    return put_pem(out, authority->certificate, NULL);
}

static bool put_alternatives(yn_buf *out, const yn_leaf *leaf)
{
    for (size_t i = 0; i < leaf->name_count; i++) {
        bool wildcard = strncmp(leaf->names[i], "*.", 2) == 0;
        if (!is_name(leaf->names[i] + (wildcard ? 2 : 0)))
            return false;
        yn_buf_str(out, i ? ",DNS:" : "DNS:");
        yn_buf_str(out, leaf->names[i]);
    }
    if (leaf->loopback)
        yn_buf_str(out, ",IP:127.0.0.1,IP:::1");
    yn_buf_char(out, '\0');
    return !out->error;
}

bool yn_authority_issue(const yn_authority *authority, const yn_leaf *leaf, yn_buf *certificate,
                        yn_buf *key_out)
{
    X509 *above = authority->certificate;
    yn_buf names = yn_buf_make(max_alternatives, NULL);
    EVP_PKEY *key = put_alternatives(&names, leaf) ? EVP_EC_gen("P-256") : NULL;
    X509 *c = key ? begin(leaf->names[0], key, leaf->not_before, leaf->not_after) : NULL;
    bool ok = c && X509_set_issuer_name(c, X509_get_subject_name(above)) == 1 &&
              extend(c, above, NID_basic_constraints, "critical,CA:FALSE") &&
              extend(c, above, NID_key_usage, "critical,digitalSignature") &&
              extend(c, above, NID_ext_key_usage, "serverAuth") &&
              extend(c, above, NID_subject_key_identifier, "hash") &&
              extend(c, above, NID_authority_key_identifier, "keyid") &&
              extend(c, above, NID_subject_alt_name, names.ptr) &&
              X509_sign(c, authority->key, EVP_sha256()) > 0 && put_pem(certificate, c, NULL) &&
              put_pem(key_out, NULL, key);
    ERR_clear_error();
    X509_free(c);
    EVP_PKEY_free(key);
    yn_buf_free(&names);
    return ok;
}
