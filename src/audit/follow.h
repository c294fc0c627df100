// SPDX-License-Identifier: MIT
// A redirect chain of a domain that is being collected. Within the collector only.
#ifndef YN_AUDIT_FOLLOW_H
#define YN_AUDIT_FOLLOW_H

#include "audit/visit.h"

/** Follows from `url` on, which is an href. @return YONDER_OK with `*out` set, YONDER_NO_MEMORY */
int yn_follow_seen(yn_collecting *c, const char *url, yn_seen_chain *out);

#endif
