// SPDX-License-Identifier: MIT
// Whose key the newest version was signed with: clients hold on to it, so another is never taken by
// accident.
#ifndef YN_DIRECTORY_SIGNER_H
#define YN_DIRECTORY_SIGNER_H

#include "directory/directory.h"

typedef enum yn_signer {
    YN_SIGNER_FIRST, /**< nothing was signed yet: any key will do */
    YN_SIGNER_SAME,  /**< the key that the newest version was signed with */
    YN_SIGNER_OTHER,
} yn_signer;

/** Compares a key (NULL: there is none) with the newest version's signature. `signed_by` gets the
 *  public key that version was signed with, or stays empty where that is not known. @return a code
 *  of the store, YONDER_NO_MEMORY */
int yn_signer_look(yn_store *store, const yn_seal_key *key, yn_signer *out, yn_buf *signed_by);

/** Notes the public key of the directory's own, with which the newest version is signed. */
int yn_signer_note(const yn_directory *directory);

#endif
