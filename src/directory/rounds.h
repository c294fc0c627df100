// SPDX-License-Identifier: MIT
// What the directory does by itself, round after round: scans its members, marks those that fail
// for too long, publishes versions, tells hooks. Each is a function that does one round and can be
// killed at any moment; front/tend.c runs them on threads, the command line one at a time.
#ifndef YN_DIRECTORY_ROUNDS_H
#define YN_DIRECTORY_ROUNDS_H

#include <stdatomic.h>

#include "audit/many.h"
#include "directory/directory.h"
#include "trace/fetch.h"

/* ---- scanning: scanner.c -----------------------------------------------------------------------
 */

/** Is told of each member that fails, as the store has it: with the code and the words of the first
 *  error. */
typedef void yn_scan_failed_fn(void *context, yonder_text domain, yonder_text code,
                               yonder_text reason);

typedef struct yn_scan_round {
    yn_scan_failed_fn *failed_fn; /**< set by the caller; may be NULL */
    void *failed_context;
    size_t scanned, passed, failed; /**< taken into the store */
    size_t unreachable;             /**< of these */
    bool
        doubted; /**< our own network may be what fails, so the round ended: of the last batch only
                      those that were reached are in the store, and the others are due in an hour */
    size_t unsure; /**< of `scanned`: neither passed nor failed, for want of time */
} yn_scan_round;

/** Scans what is due at the beginning, at most `limit` members (0: all), batch by batch. With
 *  `everyone` all members are due. Ends early where `*stop` is set. `out` is to be zero, or to have
 *  the caller's function. */
int yn_scan_run(const yn_directory *directory, size_t limit, bool everyone,
                const yn_many_options *options, const atomic_bool *stop, yn_scan_round *out);

/* ---- the removal rule: sweep.c -----------------------------------------------------------------
 */

typedef struct yn_sweep_round {
    yonder_text *domains; /**< that were marked, or with `dry` would be; in the arena */
    size_t count;
    size_t total; /**< what the rule applies to, without the cap */
} yn_sweep_round;

/** Ends early where `*stop` (NULL for never) is set: whom it has not come to is marked by the next.
 *  Unless `dry` it forgets addresses as well, for those who have no server running. */
int yn_sweep_run(const yn_directory *directory, bool dry, const atomic_bool *stop, yn_arena *arena,
                 yn_sweep_round *out);

/* ---- publishing: edition.c ---------------------------------------------------------------------
 */

typedef struct yn_edition {
    yn_store_version version; /**< that was made, or with `dry` would be; number 0: none was made,
                                   for it would be the same as the newest */
    size_t added, withdrawn, rejected, spared;
    size_t imported; /**< names that are in it for the first time, for they were imported since */
    bool doubted;    /**< our own network may be what fails: nobody was rejected or removed for
                          being out of reach */
    bool stopped;    /**< it was ended before: nothing has happened */
    yn_store_event *events; /**< these, in the arena */
    size_t event_count;
} yn_edition;

enum {
    YN_EDITION_PATIENCE = 8 * 7 * 86400, /**< seconds a domain that cannot be reached is pending */
    /** Beside the codes of <yonder/base.h> and of the store: the newest version was signed with
     *  another key. */
    YN_EDITION_OTHER_KEY = -110,
};

/**
 * Makes the next version: pending domains are checked once more and go in or are rejected, with the
 * reason; those marked for removal are checked by the lenient policy bulk-18-weeks and are spared
 * or go, the longest failing first and at most removal.cap of them; those whose owners asked go. A
 * pending domain that cannot be reached stays pending until it was submitted YN_EDITION_PATIENCE
 * ago. The documents are made, signed, and written with the events in one transaction.
 *
 * Its number is the newest's plus one, or directory->at_least where that is more, and then it is
 * made in any case.
 *
 * No version is made where its list would be the same as the newest's, unless `even_if_same`, or
 * that one is past half of its life; what happened to domains that are in neither is written all
 * the same. Where `*stop` (NULL for never) is set before all of that is written, nothing is.
 *
 * @return YONDER_OK; YN_EDITION_OTHER_KEY, which is logged, with another key than that of the
 * newest version, unless directory->new_key; YONDER_INVALID_ARGUMENT without a key, or where the
 * documents cannot be made, which is logged; YN_STORE_REFUSED where the store was changed again and
 * again; a code of the store; YONDER_NO_MEMORY
 */
int yn_edition_make(const yn_directory *directory, bool dry, bool even_if_same,
                    const yn_many_options *options, const atomic_bool *stop, yn_arena *arena,
                    yn_edition *out);

/* ---- hooks: hooks.c ----------------------------------------------------------------------------
 */

typedef struct yn_hooks {
    const char
        *command;    /**< a program that gets the event as JSON on its standard input; or NULL */
    const char *url; /**< that gets it by POST; or NULL */
    const yn_fetch_options *reach;                  /**< how `url` is reached */
    long timeout_ms;                                /**< of one try */
    atomic_uint_fast64_t *told, *failed, *given_up; /**< counted while a round runs; all or none */
} yn_hooks;

typedef struct yn_hooks_round {
    size_t told, failed; /**< failed ones are tried again later, a day long */
} yn_hooks_round;

/**
 * Tells what is to be told now, in the order of events: as the object that the API has for an event
 * (yn_event_write()), on one line. A program has been told if it ends with 0, a server if it
 * answers 2xx; where there are both, both have to. At least once each, and never before an earlier
 * event of the same domain. What fails is tried again after a minute, then after twice as long each
 * time; where that comes to more than a day it is given up, which is logged. After three failures
 * in a row the round ends. Where there is neither program nor URL nothing is told, and all is kept.
 */
int yn_hooks_run(const yn_directory *directory, const yn_hooks *hooks, const atomic_bool *stop,
                 yn_hooks_round *out);

#endif
