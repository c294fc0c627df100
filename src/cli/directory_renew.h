// SPDX-License-Identifier: MIT
// What `yonder directory serve` reads from files, and again where they change or SIGHUP says so:
// the certificate with its key, and the operator's token.
#ifndef YN_CLI_DIRECTORY_RENEW_H
#define YN_CLI_DIRECTORY_RENEW_H

#include "base/arena.h"
#include "base/buf.h"
#include "cli/directory_serve.h"
#include "front/serve.h"

typedef struct yn_directory_secrets {
    const yn_directory_serve_options *options;
    yn_buf certificate, key; /**< PEM, with a NUL; empty: none */
    const char *token;       /**< or NULL; in the arena, with all before it */
    yn_arena arena;
    int64_t seen, before; /**< the state of the files: as read, as it was when last looked at */
} yn_directory_secrets;

/** @return an exit code, not YN_EXIT_OK after a line on stderr. To be freed in any case. */
int yn_directory_secrets_read(yn_directory_secrets *secrets,
                              const yn_directory_serve_options *options);
/** Reads them again. Where something is wrong it is logged, and the old stays. */
void yn_directory_secrets_renew(yn_directory_secrets *secrets, yn_serve *serve);
/** The same where files have changed, and are the same since the call before: they may be being
 *  written. To be called each second or so. */
void yn_directory_secrets_look(yn_directory_secrets *secrets, yn_serve *serve);
void yn_directory_secrets_free(yn_directory_secrets *secrets);

#endif
