// SPDX-License-Identifier: MIT
// What every part of the directory gets: the store, how sites are reached, the key that versions
// are signed with, the rules that are data. Made once by whoever runs it; read by any number of
// threads.
#ifndef YN_DIRECTORY_DIRECTORY_H
#define YN_DIRECTORY_DIRECTORY_H

#include "audit/collect.h"
#include "directory/joint.h"
#include "directory/store.h"
#include "lists/seal.h"

typedef struct yn_directory {
    yn_store *store;
    const yn_collector *anywhere; /**< asks whatever address a name has */
    const yn_collector *outside;  /**< asks public addresses only, and those that --resolve gives */
    const yn_seal_key *key;       /**< NULL where nothing is published */
    int64_t (*now)(void);         /**< seconds since 1970 */
    const yn_collector *rounds;   /**< asks whatever address, for scans and editions: with more time
                                       than a visitor would wait */
    yn_joints *joints;            /**< that those at the same time share; NULL: each has its own */
    bool new_key;                 /**< `key` may be another than that of the newest version */
    int64_t at_least;             /**< of the next version's number: clients have seen others */
} yn_directory;

/** time(2). */
int64_t yn_directory_now(void);

/* ---- settings: rows of the store, with what holds where they are not set -----------------------
 */

/** X(member, name, default, least, most, help) */
#define YN_DIRECTORY_SETTINGS(X)                                                                   \
    X(removal_scans, "removal.scans", 2, 1, 1000, "failing scans in a row before a removal")       \
    X(removal_days, "removal.days", 30, 0, 3650, "days from the first of them to the last")        \
    X(removal_cap, "removal.cap", 1000, 0, 100000000, "members marked for removal in one run")     \
    X(scan_interval, "scan.interval", 604800, 60, 31536000, "seconds from one scan to the next")   \
    X(scan_doubt, "scan.doubt", 50, 0, 100,                                                        \
      "percent out of reach, of those that passed before, from which the network is doubted; "     \
      "0: never")                                                                                  \
    X(publish_interval, "publish.interval", 86400, 0, 31536000,                                    \
      "seconds from one version to the next; 0: only when told to")                                \
    X(publish_wait, "publish.wait", 0, 0, 31536000, "seconds that a domain is pending at least")   \
    X(publish_keep, "publish.keep", 20, 1, 100000,                                                 \
      "versions whose documents are kept: more than publish.deltas, or a delta has no beginning")  \
    X(publish_deltas, "publish.deltas", 10, 0, 1000, "versions back to which deltas are made")     \
    X(address_days, "address.days", 30, 0, 36500,                                                  \
      "days that it is kept whence a request to change the list came; 0: never")

typedef struct yn_directory_settings {
#define YN_DIRECTORY_SETTING(member, name, initial, least, most, help) int64_t member;
    YN_DIRECTORY_SETTINGS(YN_DIRECTORY_SETTING)
#undef YN_DIRECTORY_SETTING
} yn_directory_settings;

/** @return a code of the store */
int yn_directory_settings_read(yn_store *store, yn_directory_settings *out);

/** X(member, name, help): words for people, shown as text; empty where they were never set. */
#define YN_DIRECTORY_TEXTS(X)                                                                      \
    X(site_name, "site.name", "who keeps this list, as the pages say it")                          \
    X(site_contact, "site.contact", "where to turn to: an address of e-mail or a URL")

enum {
    YN_DIRECTORY_TEXT_MAX = 200, /**< bytes of such a text */
};

typedef struct yn_directory_texts {
#define YN_DIRECTORY_TEXT(member, name, help) char member[YN_DIRECTORY_TEXT_MAX + 1];
    YN_DIRECTORY_TEXTS(YN_DIRECTORY_TEXT)
#undef YN_DIRECTORY_TEXT
} yn_directory_texts;

/** @return a code of the store */
int yn_directory_texts_read(yn_store *store, yn_directory_texts *out);

/** Forgets addresses that were kept for as long as is set. */
int yn_directory_forget(yn_store *store, int64_t now);

/** @return YONDER_INVALID_ARGUMENT with what is wrong in `message`: no such name, no number, out of
 *  bounds, no text; or a code of the store */
int yn_directory_settings_write(yn_store *store, yonder_text name, yonder_text value,
                                yn_buf *message);

#endif
