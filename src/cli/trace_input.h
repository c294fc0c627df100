// SPDX-License-Identifier: MIT
// What a user writes on the command line of a trace, as the tracer wants it. Each function returns
// YN_EXIT_OK or, after saying on stderr what is wrong, another exit code.
#ifndef YN_CLI_TRACE_INPUT_H
#define YN_CLI_TRACE_INPUT_H

#include "base/buf.h"
#include "cli/cli.h"
#include "trace/chain.h"

/** As the client reads it. For one that does not guess a scheme itself, an address without one
 *  ("example.com/x", "localhost:8080") gets "http://". `*out` is freed by the caller on success. */
int yn_trace_url(const char *argument, const yonder_client *client, yonder_url *out);

/** -d: each item as it is, or after '@' a file's bytes, "@-" for standard input; joined by '&'. */
int yn_trace_body(const yn_list *data, yn_buf *out);

/** -H: `*out` is an array of headers->count, freed with free(). */
int yn_trace_fields(const yn_list *headers, yn_given_field **out);

/** --resolve and --connect-to are only looked at for their form. The first is `command`'s. */
int yn_trace_check_resolve(const char *command, const yn_list *entries);
int yn_trace_check_connect_to(const yn_list *entries);

#endif
