// SPDX-License-Identifier: MIT
#include "lists/seal.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "base/text.h"
#include "lists/base64.h"

// Of OpenSSL's own type: this one is there so that nobody else needs its headers.
struct yn_seal_key {
    EVP_PKEY *pkey;
};

// Takes the key over.
static yn_seal_key *wrap(EVP_PKEY *pkey)
{
    yn_seal_key *key = NULL;
    if (pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519)
        key = yn_alloc(NULL, sizeof *key);
    if (key)
        key->pkey = pkey;
    else
        EVP_PKEY_free(pkey);
    return key;
}

yn_seal_key *yn_seal_key_new(void)
{
    return wrap(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
}

// A key that wants a password is refused, not asked for on the terminal.
static int no_password(char *out, int size, int writing, void *context)
{
    (void)out;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

// A view of the text for OpenSSL, or NULL.
static BIO *view(yonder_text text)
{
    return text.len && text.len <= INT32_MAX ? BIO_new_mem_buf(text.ptr, (int)text.len) : NULL;
}

yn_seal_key *yn_seal_key_read(yonder_text pem)
{
    BIO *bio = view(pem);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    BIO_free(bio);
    ERR_clear_error(); // of this thread: others would take it for theirs
    return wrap(pkey);
}

bool yn_seal_key_write(const yn_seal_key *key, yn_buf *out)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *bytes;
    bool ok = bio && PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1;
    long len = ok ? BIO_get_mem_data(bio, &bytes) : 0;
    if (len > 0)
        yn_buf_put(out, (yonder_text){bytes, (size_t)len});
    BIO_free(bio);
    return len > 0 && !out->error;
}

void yn_seal_key_free(yn_seal_key *key)
{
    if (key)
        EVP_PKEY_free(key->pkey);
    yn_free(NULL, key);
}

// ---- signatures ---------------------------------------------------------------------------------

void yn_seal_public(const yn_seal_key *key, uint8_t out[YN_SEAL_PUBLIC])
{
    size_t len = YN_SEAL_PUBLIC;
    const int got = EVP_PKEY_get_raw_public_key(key->pkey, out, &len);
    assert(got == 1 && len == YN_SEAL_PUBLIC); // it is Ed25519
    (void)got;
}

bool yn_seal_sign(const yn_seal_key *key, yonder_text text, uint8_t out[YN_SEAL_SIGNATURE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t len = YN_SEAL_SIGNATURE;
    bool ok = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key->pkey) == 1 &&
              EVP_DigestSign(context, out, &len, (const unsigned char *)text.ptr, text.len) == 1 &&
              len == YN_SEAL_SIGNATURE;
    EVP_MD_CTX_free(context);
    return ok;
}

bool yn_seal_verify(const uint8_t public_key[YN_SEAL_PUBLIC], yonder_text text,
                    const uint8_t signature[YN_SEAL_SIGNATURE])
{
    EVP_PKEY *pkey =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, YN_SEAL_PUBLIC);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = pkey && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, pkey) == 1 &&
              EVP_DigestVerify(context, signature, YN_SEAL_SIGNATURE,
                               (const unsigned char *)text.ptr, text.len) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(pkey);
    ERR_clear_error();
    return ok;
}

// ---- keys and signatures as text ----------------------------------------------------------------

// Base64 of that many bytes and nothing else.
static bool read_bytes(yonder_text text, uint8_t *out, size_t size)
{
    yn_buf bytes = yn_buf_make(size, NULL);
    size_t bad;
    bool ok = yn_base64_decode(text, &bytes, &bad) == YONDER_OK && bytes.len == size;
    if (ok)
        memcpy(out, bytes.ptr, size);
    yn_buf_free(&bytes);
    return ok;
}

static bool read_pem(yonder_text text, uint8_t out[YN_SEAL_PUBLIC])
{
    BIO *bio = view(text);
    EVP_PKEY *pkey = bio ? PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL) : NULL;
    uint8_t raw[YN_SEAL_PUBLIC];
    size_t len = sizeof raw;
    bool ok = pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519 &&
              EVP_PKEY_get_raw_public_key(pkey, raw, &len) == 1 && len == sizeof raw;
    if (ok)
        memcpy(out, raw, sizeof raw);
    EVP_PKEY_free(pkey);
    BIO_free(bio);
    ERR_clear_error();
    return ok;
}

// The points of small order (1, 2, 4, 8), in each way to write them, but for the sign. OpenSSL
// takes them for keys, and for such a one anybody can sign: with zeros, every fourth text at least.
static bool is_weak(const uint8_t key[YN_SEAL_PUBLIC])
{
    static const char *const points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    for (size_t p = 0; p < sizeof points / sizeof *points; p++) {
        bool same = true;
        for (size_t i = 0; i < YN_SEAL_PUBLIC; i++) {
            int byte = yn_hex_value((unsigned char)points[p][2 * i]) << 4 |
                       yn_hex_value((unsigned char)points[p][2 * i + 1]);
            same = same && (key[i] & (i + 1 == YN_SEAL_PUBLIC ? 0x7f : 0xff)) == byte;
        }
        if (same)
            return true;
    }
    return false;
}

bool yn_seal_public_read(yonder_text text, uint8_t out[YN_SEAL_PUBLIC])
{
    text = yn_trim(text, " \t\r\n");
    bool read = yn_starts_with(text, YN_TEXT("-----")) ? read_pem(text, out)
                                                       : read_bytes(text, out, YN_SEAL_PUBLIC);
    return read && !is_weak(out);
}

void yn_seal_public_write(const uint8_t public_key[YN_SEAL_PUBLIC], yn_buf *out)
{
    yn_base64_encode((yonder_text){(const char *)public_key, YN_SEAL_PUBLIC}, out);
}

bool yn_seal_signature_read(yonder_text text, uint8_t out[YN_SEAL_SIGNATURE])
{
    return read_bytes(text, out, YN_SEAL_SIGNATURE);
}

void yn_seal_signature_write(const uint8_t signature[YN_SEAL_SIGNATURE], yn_buf *out)
{
    yn_base64_encode((yonder_text){(const char *)signature, YN_SEAL_SIGNATURE}, out);
}

// ---- digests ------------------------------------------------------------------------------------

bool yn_seal_digest(yonder_text bytes, char out[YN_SEAL_DIGEST])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SHA256_DIGEST_LENGTH];
    if (!SHA256((const unsigned char *)bytes.ptr, bytes.len, digest)) {
        memset(out, '?', YN_SEAL_DIGEST); // which no reader takes, should a caller not look
        return false;
    }
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    return true;
}
