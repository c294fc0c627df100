// SPDX-License-Identifier: MIT
// Documents that are being sent, each once in memory however many clients take it, and a few more
// that were sent lately. From any thread.
#ifndef YN_FRONT_BLOBS_H
#define YN_FRONT_BLOBS_H

#include "directory/store.h"
#include "lists/seal.h"

/** A document of a version; whoever got it gives it back. Immutable. */
typedef struct yn_blob {
    yonder_text bytes;
    char digest[YN_SEAL_DIGEST];
} yn_blob;

/** @return YONDER_OK with `*out` set; YN_STORE_MISSING, or another code of the store */
int yn_blob_take(yn_store *store, int64_t version, yonder_text name, yn_blob **out);
/** Gives it back; takes a yn_blob. */
void yn_blob_give(void *blob);

/** Forgets those of a store that is about to be closed. */
void yn_blobs_forget(const yn_store *store);

#endif
