// SPDX-License-Identifier: MIT
// Which key a directory's list must be signed by: the one that --key gives, or the one that is kept
// beside the image, or the first time, from a directory that is reached by https or on this
// machine, the one that it says it has. Functions that return int return YN_EXIT_OK, or an exit
// code after a line on stderr.
#ifndef YN_CLI_PRELOAD_PIN_H
#define YN_CLI_PRELOAD_PIN_H

#include "cli/preload_install.h"
#include "cli/preload_remote.h"
#include "lists/seal.h"

enum {
    YN_PIN_TEXT = 44, /**< characters of a key */
};

typedef struct yn_pin {
    uint8_t key[YN_SEAL_PUBLIC];
    char text[YN_PIN_TEXT + 1]; /**< the same */
    char kept[YN_PIN_TEXT + 1]; /**< that was known here before; "" if none was */
    int64_t version;            /**< that is here and was signed by `key`; 0: none */
} yn_pin;

int yn_pin_choose(yn_pin *out, const yn_install *job, yn_remote *remote);

/** Says on stderr what is new of the key, once a list that it has signed is in place. */
void yn_pin_tell(const yn_pin *pin, const yn_install *job);

/** Says that the document is not signed by the key, and what to do where the directory has another
 *  one. @return YN_EXIT_NEGATIVE */
int yn_pin_forged(const yn_pin *pin, const yn_install *job, yn_remote *remote, const char *path);

#endif
