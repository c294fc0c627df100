// SPDX-License-Identifier: MIT
// `yonder hsts advise DOMAIN`: where it stands on the way to HSTS, and the next step.
#ifndef YN_CLI_HSTS_ADVISE_H
#define YN_CLI_HSTS_ADVISE_H

#include "cli/evidence_options.h"

typedef struct yn_hsts_advise_options {
    yn_evidence_options evidence;
    const char *preload; /**< an image, or NULL */
    const char *server;  /**< see yn_checked */
    const char *color;
    bool no_subdomains, wants_preload, json;
} yn_hsts_advise_options;

/** @return the exit code: YN_EXIT_NEGATIVE where something has to be put right first */
int yn_hsts_advise(const yn_hsts_advise_options *options, const char *domain);

#endif
