// SPDX-License-Identifier: MIT
#include "directory/signer.h"

#include "base/text.h"
#include "directory/documents.h"
#include "lists/preload_version.h"

enum {
    key_max = 256,
};

static const char setting[] = "signed.by";

// A version whose statement or signature is not there was signed by nobody whom we know.
static int read_document(yn_store *store, int64_t version, const char *name, yn_buf *out)
{
    int error = yn_store_document_read(store, version, yonder_text_of(name), out);
    return error == YN_STORE_MISSING ? YONDER_OK : error;
}

static bool is_by(const yn_seal_key *key, yonder_text statement, yonder_text written)
{
    uint8_t public_key[YN_SEAL_PUBLIC], signature[YN_SEAL_SIGNATURE];
    if (!key || !yn_seal_signature_read(written, signature))
        return false;
    yn_seal_public(key, public_key);
    return yn_seal_verify(public_key, statement, signature);
}

int yn_signer_look(yn_store *store, const yn_seal_key *key, yn_signer *out, yn_buf *signed_by)
{
    yn_store_version newest;
    yn_buf statement = yn_buf_make(YN_VERSION_MAX, NULL), signature = yn_buf_make(key_max, NULL);
    *out = YN_SIGNER_FIRST;
    int error = yn_store_newest(store, &newest);
    if (!error && newest.number) {
        error = read_document(store, newest.number, YN_DOCUMENT_STATEMENT, &statement);
        if (!error)
            error = read_document(store, newest.number, YN_DOCUMENT_SIGNATURE, &signature);
        if (!error)
            error = yn_store_setting(store, setting, signed_by);
        *out = is_by(key, yn_buf_text(&statement), yn_buf_text(&signature)) ? YN_SIGNER_SAME
                                                                            : YN_SIGNER_OTHER;
    }
    yn_buf_free(&statement);
    yn_buf_free(&signature);
    return error;
}

int yn_signer_note(const yn_directory *directory)
{
    uint8_t public_key[YN_SEAL_PUBLIC];
    yn_buf text = yn_buf_make(key_max, NULL);
    yn_seal_public(directory->key, public_key);
    yn_seal_public_write(public_key, &text);
    int error = text.error;
    if (!error)
        error = yn_store_set(directory->store, setting, yn_trim(yn_buf_text(&text), "\n"));
    yn_buf_free(&text);
    return error;
}
