// SPDX-License-Identifier: MIT
// The statement of a version of a directory's list, which is what is signed:
//
//   {
//     "format": "yonder list version 1",
//     "version": 12,
//     "published": "2026-11-26T11:00:00Z",
//     "expires": "2027-04-01T11:00:00Z",
//     "names": 94600,
//     "previous": {"version": 11, "sha256": "…"},     of that one's statement; null of the first
//     "documents": [
//       {"name": "list.json", "size": 10500000, "sha256": "…"}, …
//     ]
//   }
//
// So whoever trusts one statement can follow all that came before it. Members that are not named
// here are passed over; a statement whose meaning is another has another format.
#ifndef YN_LISTS_PRELOAD_VERSION_H
#define YN_LISTS_PRELOAD_VERSION_H

#include "base/buf.h"
#include "lists/preload_list.h"
#include "lists/seal.h"

enum {
    YN_VERSION_MAX = 1 << 20,          /**< bytes of a statement */
    YN_VERSION_DOCUMENTS = 4096,       /**< documents that one names */
    YN_VERSION_NAME_MAX = 64,          /**< bytes of the name of one */
    YN_VERSION_DOCUMENT_MAX = 1 << 30, /**< bytes of one */
    YN_VERSION_NAMES_MAX = 1 << 28,
};

typedef struct yn_version_document {
    yonder_text name; /**< letters, digits, '.', '-' and '_', and '.' not the first of them */
    int64_t size;
    char digest[YN_SEAL_DIGEST];
} yn_version_document;

typedef struct yn_preload_version {
    int64_t version;            /**< from 1 */
    int64_t published, expires; /**< seconds since 1970 */
    int64_t names;
    int64_t previous; /**< 0: none */
    char previous_digest[YN_SEAL_DIGEST];
    yn_version_document *documents; /**< each name once */
    size_t document_count;
} yn_preload_version;

void yn_preload_version_write(const yn_preload_version *version, yn_buf *out);

/** Reads one; what is read is in the arena. What is said of a problem is printable ASCII.
 *  @return YONDER_OK; YONDER_INVALID_ARGUMENT or YONDER_NO_MEMORY with `*problem` set */
int yn_preload_version_read(yn_preload_version *out, yonder_text text, yn_arena *arena,
                            yn_list_problem *problem);

/** NULL where it names no such document. */
const yn_version_document *yn_preload_version_find(const yn_preload_version *version,
                                                   yonder_text name);

/** Whether these are the bytes of that document. */
bool yn_version_document_is(const yn_version_document *document, yonder_text bytes);

#endif
