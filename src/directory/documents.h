// SPDX-License-Identifier: MIT
// The documents of a version: its members as browsers and `yonder preload fetch` read them, and the
// signed statement of what these are. Pure: the same input gives the same bytes.
//
//   list.json              Chromium's layout
//   nsSTSPreloadList.inc   Firefox's layout
//   preload.img            an image as yonder_preload_build() makes it
//   delta-M                what is different from the earlier version M; as many as were given
//   version.json           the statement: lists/preload_version.h
//   version.sig            Base64 of its Ed25519 signature, and an end of line
#ifndef YN_DIRECTORY_DOCUMENTS_H
#define YN_DIRECTORY_DOCUMENTS_H

#include "directory/store.h"
#include "lists/preload_item.h"
#include "lists/seal.h"

/* Their names. */
#define YN_DOCUMENT_LIST      "list.json"
#define YN_DOCUMENT_FIREFOX   "nsSTSPreloadList.inc"
#define YN_DOCUMENT_IMAGE     "preload.img"
#define YN_DOCUMENT_STATEMENT "version.json"
#define YN_DOCUMENT_SIGNATURE "version.sig"
#define YN_DOCUMENT_DELTA     "delta-" /**< and the decimal number of the version it starts from */

enum {
    YN_DOCUMENTS_LIFE = 18 * 7 * 86400, /**< seconds from publication to expiry */
};

/** An earlier version, from which a delta is made. */
typedef struct yn_documents_before {
    int64_t version;
    yonder_text list; /**< its list.json, as the store has it; NULL: `read` of the input is asked */
} yn_documents_before;

/** Puts the list.json of an earlier version into `out`, or nothing: then there is no delta from it.
 *  One list at a time is in memory, for each may have a hundred megabytes. */
typedef int yn_documents_read_fn(void *context, int64_t version, yn_buf *out);

typedef struct yn_documents_input {
    int64_t version;                   /**< from 1 */
    int64_t published;                 /**< seconds since 1970 */
    yn_preload_items members;          /**< sorted by bytes of the name, each once; may be none */
    const yn_documents_before *before; /**< in any order; may be none */
    size_t before_count;
    yn_documents_read_fn *read; /**< may be NULL where all lists are given */
    void *read_context;
    yonder_text previous;   /**< version.json of the newest before; empty where there is none */
    const yn_seal_key *key; /**< not NULL */
} yn_documents_input;

/**
 * Makes them; what was made is in the arena, in the order above: the statement and its signature
 * are last.
 *
 * @return YONDER_OK with `*out` and `*count` set; YONDER_INVALID_ARGUMENT with a sentence put into
 * `message`: a member that is none, members out of order, an earlier list that cannot be read;
 * YONDER_NO_MEMORY; YONDER_TOO_LARGE
 */
int yn_documents_make(const yn_documents_input *input, yn_arena *arena, yn_store_document **out,
                      size_t *count, yn_buf *message);

#endif
