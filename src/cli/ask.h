// SPDX-License-Identifier: MIT
// What a running server tells at its --admin address.
#ifndef YN_CLI_ASK_H
#define YN_CLI_ASK_H

#include <jansson.h>

#include "base/buf.h"

/** The help of the option, which the commands share. */
#define YN_ADMIN_HELP                                                                              \
    "where the server tells: what it was given as --admin (the default is $YONDER_ADMIN)"

/** GETs `target` from the server that has `where` as its --admin address, or, where that is NULL,
 * as $YONDER_ADMIN says. The document goes to `body`. Returns an exit code, after a line on stderr
 *  where it is not YN_EXIT_OK. */
int yn_ask_server(const char *command, const char *where, const char *target, yn_buf *body);

/** The same for a JSON object, which the caller frees. */
int yn_ask_json(const char *command, const char *where, const char *target, json_t **document);

/* Members, which are there or count as 0 and "". Views. */
int64_t yn_ask_int(const json_t *object, const char *name);
const char *yn_ask_str(const json_t *object, const char *name);

/** Prints the document as it came, for --json. Returns an exit code. */
int yn_ask_print(const char *command, const char *where, const char *target);

#endif
