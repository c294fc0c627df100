// SPDX-License-Identifier: MIT
// Days as sentences name them.
#ifndef YN_DIRECTORY_DAY_H
#define YN_DIRECTORY_DAY_H

#include "base/buf.h"

/** "2026-11-26", in UTC. `at` is in seconds since 1970; what has no such date comes out as the
 *  nearest that has. */
void yn_day_put(yn_buf *out, int64_t at);

#endif
