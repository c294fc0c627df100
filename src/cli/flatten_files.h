// SPDX-License-Identifier: MIT
// Rule files rewritten so that every chain is one hop: only lines that begin one are touched.
#ifndef YN_CLI_FLATTEN_FILES_H
#define YN_CLI_FLATTEN_FILES_H

#include "cli/rule_lines.h"
#include "proof/proof.h"

/** Writes the files as one to stdout, and what was done to stderr. Returns an exit code. */
int yn_flatten_files(const yonder_rules *set, const char *const *names, size_t count,
                     yn_rule_lines *lines, const yn_proof_options *options);

#endif
