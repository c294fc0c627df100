// SPDX-License-Identifier: MIT
// URLs whose memory is an arena's.
#ifndef YN_AUDIT_HREF_H
#define YN_AUDIT_HREF_H

#include <yonder/url.h>

#include "base/arena.h"

/** yonder_url_parse(), with what it made in `arena`: not to be freed. */
int yn_href_parse(yn_arena *arena, yonder_text text, const yonder_url *base, yonder_url *out);

/** True for http and https. */
bool yn_href_is_http(const yonder_url *url);
/** True for https. */
bool yn_href_is_https(const yonder_url *url);

#endif
