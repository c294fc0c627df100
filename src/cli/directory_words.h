// SPDX-License-Identifier: MIT
// What the verbs of `yonder directory` that work on the database have in common.
#ifndef YN_CLI_DIRECTORY_WORDS_H
#define YN_CLI_DIRECTORY_WORDS_H

#include "base/json.h"
#include "cli/directory_verbs.h"

/** What a usage error says of a list's policy that is none. */
#define YN_DIRECTORY_NO_POLICY                                                                     \
    "a policy is 1 to 31 lower-case letters, digits and hyphens, such as bulk-1-year or custom"

/** The usage error of a POLICY that is not one of those that there are. */
int yn_directory_no_policy(const char *given);

/** Says on stderr what the store, or whatever ended with such a code, has to say. @return
 *  YN_EXIT_NEGATIVE for what was refused, YN_EXIT_FAILED for all else */
int yn_directory_failed(const yn_store *store, int error);

/** A domain as a person wrote it, as the list has it, in `out`, which is emptied. False after a
 *  line on stderr where it is none. */
bool yn_directory_domain(const char *written, yn_buf *out);

/** "2026-11-26T15:29:52Z", or "never" for 0. */
void yn_directory_moment(yn_buf *out, int64_t at);

/** Adds an event that the operator wants, now, and says what came of it. @return an exit code */
int yn_directory_operate(const yn_directory_options *options, const char *domain,
                         yn_life_event what);

#endif
