// SPDX-License-Identifier: MIT
// The addresses of a host: what the caller says of it, else what the system's resolver says. The
// resolver has limits of its own to how long it takes.
#ifndef YN_AUDIT_LOOKUP_H
#define YN_AUDIT_LOOKUP_H

#include "audit/collect.h"

/** `host` is as in a URL; of port 80 and 443. With `options->public_only` what the resolver says is
 *  held against public.h; what the caller says is not. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_lookup(const yn_collect_options *options, yonder_text host, yn_arena *arena,
              yn_addresses *out);

/** Whether `options->resolve` says where HOST:PORT is. */
bool yn_lookup_is_given(const yn_collect_options *options, yonder_text host, int port);
/** Whether `options->connect_to` says where to go in its place. */
bool yn_lookup_is_diverted(const yn_collect_options *options, yonder_text host, int port);

#endif
