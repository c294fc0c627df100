// SPDX-License-Identifier: MIT
// The user name and password of a URL as the Basic scheme sends them (RFC 7617).
#ifndef YN_TRACE_CREDENTIALS_H
#define YN_TRACE_CREDENTIALS_H

#include <yonder/url.h>

#include "base/arena.h"

/** Whether there is a password, be it empty: "u:@" has one where the URL's reading has kept it,
 *  "u@" has none. */
bool yn_credentials_have_password(const yonder_url *url);

/**
 * Sets `*out` to "Basic …", in `arena`, or to empty text where the URL has neither. `latin1`: the
 * two are sent as ISO 8859-1 if that has letters for them.
 *
 * @return YONDER_OK, YONDER_NO_MEMORY
 */
int yn_credentials_of(const yonder_url *url, bool latin1, yn_arena *arena, yonder_text *out);

#endif
