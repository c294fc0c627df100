// SPDX-License-Identifier: MIT
// The user name and password of a URL as the Basic scheme sends them (RFC 7617).
#ifndef YN_TRACE_CREDENTIALS_H
#define YN_TRACE_CREDENTIALS_H

#include <yonder/url.h>

#include "base/arena.h"

/** Sets `*out` to "Basic …", in `arena`, or to empty text where the URL has neither.
 *  @return YONDER_OK, YONDER_NO_MEMORY */
int yn_credentials_of(const yonder_url *url, yn_arena *arena, yonder_text *out);

#endif
