// SPDX-License-Identifier: MIT
// What comes after `yonder directory`: its options, and the functions that do it.
#ifndef YN_CLI_DIRECTORY_VERBS_H
#define YN_CLI_DIRECTORY_VERBS_H

#include "cli/cli.h"
#include "cli/directory_serve.h"
#include "directory/directory.h"

typedef struct yn_directory_options {
    const char *db, *signing_key, *ca_file;
    yn_list resolve, connect_to;
    const char *reason, *policy;
    long limit;    /**< 0: all */
    long at_least; /**< 0: not given */
    bool json, everyone, dry_run, even_if_same, no_subdomains, new_key;
    yn_directory_serve_options serve;
} yn_directory_options;

typedef int yn_directory_verb(const yn_directory_options *options, size_t count, char **arguments);

yn_directory_verb yn_directory_serve, yn_directory_import, yn_directory_status,
    yn_directory_history, yn_directory_list, yn_directory_reject, yn_directory_policy,
    yn_directory_remove, yn_directory_set, yn_directory_scan, yn_directory_sweep,
    yn_directory_publish, yn_directory_rebuild, yn_directory_key, yn_directory_add,
    yn_directory_allow, yn_directory_backup;

/** A directory that is open: the store, collectors, and the key. */
typedef struct yn_directory_opened {
    yn_directory directory;
    yn_store *store;
    yn_collector *anywhere, *outside, *rounds;
    yn_seal_key *key;
} yn_directory_opened;

enum {
    YN_DIRECTORY_SITES = 1, /**< sites are asked */
    YN_DIRECTORY_KEY = 2,   /**< something is signed: the key is made where nothing was signed yet;
                                 else it must be there, and the same, or --new-key said */
    YN_DIRECTORY_THERE = 4, /**< the database is not made: it must be there */
};

/** @return YN_EXIT_OK, or an exit code after a line on stderr, and nothing left open */
int yn_directory_open(const yn_directory_options *options, unsigned what, yn_directory_opened *out);
void yn_directory_close(yn_directory_opened *opened);

/** Warns where a file that is to be secret can be read by others than its owner. */
void yn_directory_warn_of_readers(const char *path);

#endif
