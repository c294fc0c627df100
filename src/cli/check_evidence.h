// SPDX-License-Identifier: MIT
// Where evidence comes from: the network, or files that an earlier run saved. Shared by the
// commands that look at domains.
#ifndef YN_CLI_CHECK_EVIDENCE_H
#define YN_CLI_CHECK_EVIDENCE_H

#include "audit/many.h"
#include "cli/check_input.h"
#include "cli/check_work.h"
#include "cli/evidence_options.h"

/** A collector, and what its options point at. */
typedef struct yn_evidence_source {
    yn_collector *collector;
    yn_buf names; /**< pointers to the sub-domains' names */
    yn_arena arena;
} yn_evidence_source;

/** Looks at the options and makes a collector. @return YN_EXIT_OK, or an exit code after a line on
 *  stderr */
int yn_evidence_source_open(yn_evidence_source *out, const char *command,
                            const yn_evidence_options *options);
void yn_evidence_source_close(yn_evidence_source *source);

/** Opens the lists of --preload. */
int yn_evidence_lists_open(const char *command, const yn_list *preload, yn_check_how *how);
void yn_evidence_lists_close(yn_check_how *how);

/** Reads saved evidence, of the domains of `input`, or of all there is where that has none, and
 * gives it to make() and take() of `work`, in that order. @return YN_EXIT_OK, or an exit code after
 * a line on stderr */
int yn_evidence_replay(const char *command, const char *path, yn_check_input *input,
                       const yn_many_work *work);

/** The evidence of one domain, saved or collected, in `arena`. @return YN_EXIT_OK, or an exit code
 *  after a line on stderr */
int yn_evidence_one(const char *command, const yn_evidence_options *options, const char *domain,
                    yn_arena *arena, yn_audit *out);

#endif
