// SPDX-License-Identifier: MIT
// Checks of many domains at once, for the scanner and for editions: checks.c; and the doubt whether
// it is our own network that fails: doubt.c.
#ifndef YN_DIRECTORY_CHECKS_H
#define YN_DIRECTORY_CHECKS_H

#include "audit/many.h"
#include "directory/directory.h"

typedef struct yn_checks_item {
    yonder_text domain;
    const char *policy; /**< whose requirements it is to meet; static, or as long as the items */
    bool done;          /**< what follows is set: false where it was stopped before */
    bool passed;
    bool unsure;      /**< neither passed nor failed: there was no time to ask for all of it */
    bool unreachable; /**< no answer over HTTPS */
    int64_t at;
    yonder_text code;   /**< of the first error; static, or empty */
    yonder_text reason; /**< a sentence: the first error; empty where there is none */
    yonder_text issues; /**< as those of an event */
} yn_checks_item;

/** Asks them all, by the directory's collector `rounds`. Sorts the items by their names (bytes);
 *  what is set in them lies in the arena. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_checks_run(const yn_directory *directory, const yn_many_options *options,
                  const atomic_bool *stop, yn_arena *arena, yn_checks_item *items, size_t count);

/** The item of a domain, of items that yn_checks_run() has sorted, or NULL. */
const yn_checks_item *yn_checks_find(const yn_checks_item *items, size_t count, yonder_text domain);

/**
 * Whether it may as well be our network that so many of the items cannot be reached, `percent` or
 * more (0: never). Asked beside, if they are not among the items, are YN_CHECKS_SAMPLE members that
 * passed when they were scanned last: it is doubted where as many percent of these cannot be
 * reached. Where there are fewer of these it is doubted if nobody at all is reached, of at least
 * YN_CHECKS_SAMPLE. A few items are not doubted where others were reached within ten minutes.
 *
 * @return a code of the store, YONDER_NO_MEMORY
 */
int yn_checks_doubt(const yn_directory *directory, const yn_many_options *options,
                    const atomic_bool *stop, int64_t percent, const yn_checks_item *items,
                    size_t count, bool *doubted);

enum {
    YN_CHECKS_SAMPLE = 20,
};

#endif
