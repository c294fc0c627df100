// SPDX-License-Identifier: MIT
// The directory's memory: an SQLite database of events, of what they come to, and of the versions
// that were published. Only the files store*.c see SQLite.
//
// What a call has said YONDER_OK to is on the disk (WAL, synchronous=FULL): a process that is
// killed the moment after, or a machine that loses power, has it still. A call that says anything
// else has changed nothing. Other processes may have the same database open; any number of threads
// may use one store.
//
// The table of members is derived: yn_store_rebuild() makes it anew from the events.
#ifndef YN_DIRECTORY_STORE_H
#define YN_DIRECTORY_STORE_H

#include "base/arena.h"
#include "base/buf.h"
#include "directory/life.h"

/** Beside the codes of <yonder/base.h>. */
enum {
    YN_STORE_FAILED = -100,  /**< the database: yn_store_problem() says what */
    YN_STORE_REFUSED = -101, /**< that event cannot happen in the state the domain is in */
    YN_STORE_MISSING = -102, /**< there is no such row */
};

typedef struct yn_store yn_store;

/**
 * Opens the database, which is made where it is not there (mode 0600), and brought up to the newest
 * layout where it is older; one that is newer than this program is refused.
 *
 * @return YONDER_OK with `*out` set; YN_STORE_FAILED with what is wrong put into `message`;
 * YONDER_NO_MEMORY
 */
int yn_store_open(yn_store **out, const char *path, yn_buf *message);
void yn_store_close(yn_store *store); /**< NULL is left alone */

/** What the last call of this thread that failed said: words, for a log. */
const char *yn_store_problem(const yn_store *store);

/** What an error is called that a call of this thread has just returned, be it the store's own or
 *  one of <yonder/base.h>: words, for a log. */
const char *yn_store_error_words(const yn_store *store, int error);

/** Copies the database as it is now to a new file (mode 0600), which is checked, and on the disk
 *  when this returns; it may be served meanwhile. What is there already is never written over. */
int yn_store_backup(yn_store *store, const char *path);

/* ---- events ------------------------------------------------------------------------------------
 */

/** Who did it. */
typedef enum yn_actor {
    YN_ACTOR_VISITOR,  /**< somebody who asked over HTTP: the domain's own header authorises */
    YN_ACTOR_OPERATOR, /**< by the token, or by the command line */
    YN_ACTOR_SCANNER,
    YN_ACTOR_PUBLISHER,
    YN_ACTOR_COUNT,
} yn_actor;

const char *yn_actor_code(yn_actor actor); /**< "visitor" … */

/** A row. Domains are in ASCII, lower case, without a dot at the end. */
typedef struct yn_store_event {
    int64_t id; /**< set by the store; they go up */
    yonder_text domain;
    yn_life_event what;
    yn_actor actor;
    yonder_text address; /**< whence the request came; for the operator's eyes; empty where it is
                            not known, or not kept any more */
    yonder_text reason;  /**< a sentence; may be empty */
    yonder_text issues;  /**< what the check found: {"errors":[…],"warnings":[…]}; or empty */
    int64_t version;     /**< of the list; for published and withdrawn, else 0 */
    yn_life_state from, to; /**< the state before and after; set by the store. Where `from` is set
                                 already, to the state that it was decided in, and the domain is
                                 in another by now, the event is refused */
} yn_store_event;

/**
 * Puts an event on top, in one transaction with what comes of it: the member's row, and a row for
 * the hooks where the state changed or a first scan failed. `event->id`, `from` and `to` are set;
 * `*life` (may be NULL) is how the domain stands now, or, with YN_STORE_REFUSED, stood.
 */
int yn_store_add(yn_store *store, yn_store_event *event, yn_life *life);

/** The same for many, in one transaction: all of them or, where one is not YONDER_OK, none;
 *  `*wrong` is which. */
int yn_store_add_many(yn_store *store, yn_store_event *events, size_t count, size_t *wrong);

/** How a domain stands; all zero and YONDER_OK where nothing is known of it. */
int yn_store_get(yn_store *store, yonder_text domain, yn_life *out);

/** The closest ancestor, or the domain itself, that is in the newest version; an ancestor only if
 *  it includes subdomains. `name` gets it, or nothing. */
int yn_store_covering(yn_store *store, yonder_text domain, yn_buf *name, yn_life *out);

typedef struct yn_store_member {
    yonder_text domain;
    yn_life life;
} yn_store_member;

/** Which domains: those of these states (bits 1 << state), after `after` in the order of names, at
 *  most `limit` (0: all). Calls `each` for every one, in the order of names (bytes); it may not use
 *  the store. Stops where it returns false. */
typedef bool yn_store_each_fn(void *context, const yn_store_member *member);
int yn_store_each(yn_store *store, unsigned states, yonder_text after, size_t limit,
                  yn_store_each_fn *each, void *context);

/** Events of a domain, the newest first, those older than the event `before` (0: all), at most
 *  `limit` (0: all), in the arena. */
int yn_store_history(yn_store *store, yonder_text domain, int64_t before, size_t limit,
                     yn_arena *arena, yn_store_event **out, size_t *count);

/** The newest event of these kinds (bits 1 << kind), in the arena: who decided, and why.
 *  YN_STORE_MISSING where there is none. */
int yn_store_last(yn_store *store, yonder_text domain, unsigned kinds, yn_arena *arena,
                  yn_store_event *out);

/** How many domains are in each state. */
int yn_store_counts(yn_store *store, size_t counts[YN_LIFE_STATE_COUNT]);

/** The number of the newest event that changed what domains are in that state, or their policies or
 *  flags, 0 if none did: the entity tag of the list of these. */
int yn_store_changed(yn_store *store, yn_life_state state, int64_t *out);

/** Makes the members anew from the events, in one transaction. `*differ` is how many rows were not
 *  what the events come to. */
int yn_store_rebuild(yn_store *store, size_t *differ);

/** Forgets whence the events before `before` came: the only thing about an event that ends. */
int yn_store_forget_addresses(yn_store *store, int64_t before);

/* ---- the scanner -------------------------------------------------------------------------------
 */

/** Published members of bulk policies whose next scan is due at `now`, the longest due first, at
 *  most `limit` (0: all); in the arena. A domain's first scan is in the round after it became one.
 */
int yn_store_due(yn_store *store, int64_t now, size_t limit, yn_arena *arena, yonder_text **domains,
                 size_t *count);

typedef struct yn_scan_result {
    yonder_text domain;
    bool passed;
    int64_t at;
    yonder_text issues; /**< as those of an event */
    bool unsure;        /**< neither passed nor failed: only the next scan moves */
    int64_t again;      /**< when that is; 0: at the next moment of its own */
} yn_scan_result;

/** Takes results of scans in one transaction: a failure is an event, a pass only after a failure;
 *  the next scan of each is due at the next moment of its own in the round of `interval` seconds
 *  (a domain's moment is the hash of its name, so a round is spread evenly). Domains that are no
 *  members any more are passed over. */
int yn_store_scanned(yn_store *store, const yn_scan_result *results, size_t count,
                     int64_t interval);

/** Listed members of bulk policies that passed when they were scanned last, at most `limit`: of the
 *  500 that did so latest, drawn by chance; in the arena. */
int yn_store_passed(yn_store *store, size_t limit, yn_arena *arena, yonder_text **domains,
                    size_t *count);

/** Members that are not due at `now` yet get their moments in rounds of `interval` seconds: for a
 *  clock that was wrong, or, where `name` is not NULL, with that setting of the interval, which is
 *  set in the same transaction. */
int yn_store_reschedule(yn_store *store, const char *name, int64_t now, int64_t interval);

/** When the next scan is due, and the last of those that are set; 0 where there are no members to
 *  scan. */
int yn_store_next_scan(yn_store *store, int64_t *at, int64_t *last);

/** Members that `rule` marks, the longest failing first, at most rule->cap; `*total` is how many
 *  there are without the cap. */
int yn_store_removable(yn_store *store, const yn_life_rule *rule, yn_arena *arena,
                       yonder_text **domains, size_t *count, size_t *total);

/* ---- settings ----------------------------------------------------------------------------------
 */

/** A word or number that outlives the process: "removal.scans", "publish.next". Empty where it was
 *  never set. */
int yn_store_setting(yn_store *store, const char *name, yn_buf *out);
int yn_store_set(yn_store *store, const char *name, yonder_text value);

/* ---- hooks -------------------------------------------------------------------------------------
 */

/** Whether there are hooks to be told, which is kept, for other processes write events as well; to
 *  begin with there are none, and events are not kept for them. Where they come or go what was to
 *  be told is forgotten: hooks are told of what happens from then on. */
int yn_store_hooks(yn_store *store, bool wanted);

/** An event that hooks are to be told of. */
typedef struct yn_store_telling {
    int64_t id; /**< of the row, to be given to yn_store_told() */
    uint32_t tries;
    yn_store_event event;
} yn_store_telling;

/** Rows that are to be told at `now`, in the order of events, at most `limit` (0: all); in the
 *  arena. Not those behind one of the same domain that is to be told later. */
int yn_store_untold(yn_store *store, int64_t now, size_t limit, yn_arena *arena,
                    yn_store_telling **out, size_t *count);
/** How many are to be told, now or later. */
int yn_store_untold_count(yn_store *store, int64_t *count);
/** It was told; or was not, and is to be tried again at `again` (0: never more). */
int yn_store_told(yn_store *store, int64_t id, bool told, int64_t again);

/* ---- versions ----------------------------------------------------------------------------------
 */

/** A file of a version. */
typedef struct yn_store_document {
    yonder_text name;  /**< "list.json"; unique in its version */
    yonder_text bytes; /**< immutable */
} yn_store_document;

typedef struct yn_store_version {
    int64_t number; /**< from 1 */
    int64_t at;
    size_t names;
} yn_store_version;

/**
 * Publishes version `number`, which must be more than the newest: its documents, and the events
 * that come with it (published, withdrawn, rejected, spared), all in one transaction. Where an
 * event is refused (its domain's state changed since it was read) nothing is written, and
 * YN_STORE_REFUSED returned.
 */
int yn_store_publish(yn_store *store, const yn_store_version *version,
                     const yn_store_document *documents, size_t document_count,
                     yn_store_event *events, size_t event_count);

/** The newest version; number 0 where there is none. */
int yn_store_newest(yn_store *store, yn_store_version *out);
/** All versions, the newest first; in the arena. */
int yn_store_versions(yn_store *store, yn_arena *arena, yn_store_version **out, size_t *count);
/** Appends the bytes of a document. YN_STORE_MISSING where there is none of that name. */
int yn_store_document_read(yn_store *store, int64_t version, yonder_text name, yn_buf *out);
/** Deletes the documents of versions before `version`, all but their signed statements ("*.sig",
 *  "version.json"). */
int yn_store_prune(yn_store *store, int64_t version);

#endif
