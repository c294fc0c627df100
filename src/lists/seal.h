// SPDX-License-Identifier: MIT
// Ed25519 (RFC 8032) signatures over published lists: who has the public key knows that a list is
// from whom it says, whoever carried it.
#ifndef YN_LISTS_SEAL_H
#define YN_LISTS_SEAL_H

#include "base/buf.h"

enum {
    YN_SEAL_SIGNATURE = 64, /**< bytes */
    YN_SEAL_PUBLIC = 32,
    YN_SEAL_DIGEST = 64, /**< characters: SHA-256 in lower-case hex */
};

/** A private key. */
typedef struct yn_seal_key yn_seal_key;

/** A new key. @return NULL where memory or random numbers are out */
yn_seal_key *yn_seal_key_new(void);
/** Of PEM (PKCS #8). @return NULL where it is no Ed25519 key, or memory is out */
yn_seal_key *yn_seal_key_read(yonder_text pem);
/** As PEM. @return false where memory is out */
bool yn_seal_key_write(const yn_seal_key *key, yn_buf *out);
void yn_seal_key_free(yn_seal_key *key); /**< NULL is left alone */

void yn_seal_public(const yn_seal_key *key, uint8_t out[YN_SEAL_PUBLIC]);
/** @return false where memory is out */
bool yn_seal_sign(const yn_seal_key *key, yonder_text text, uint8_t out[YN_SEAL_SIGNATURE]);

bool yn_seal_verify(const uint8_t public_key[YN_SEAL_PUBLIC], yonder_text text,
                    const uint8_t signature[YN_SEAL_SIGNATURE]);

/** A public key as people hand it on: 44 characters of Base64 of the 32 bytes, or PEM
 *  (SubjectPublicKeyInfo); blanks around it are passed over. */
bool yn_seal_public_read(yonder_text text, uint8_t out[YN_SEAL_PUBLIC]);
void yn_seal_public_write(const uint8_t public_key[YN_SEAL_PUBLIC], yn_buf *out);

/** A signature as it is published: 88 characters of Base64 of the 64 bytes; blanks around it are
 *  passed over. */
bool yn_seal_signature_read(yonder_text text, uint8_t out[YN_SEAL_SIGNATURE]);
void yn_seal_signature_write(const uint8_t signature[YN_SEAL_SIGNATURE], yn_buf *out);

/** SHA-256 of the bytes, in lower-case hex. @return false where memory is out: `out` is no digest
 */
bool yn_seal_digest(yonder_text bytes, char out[YN_SEAL_DIGEST])
    __attribute__((warn_unused_result));

#endif
