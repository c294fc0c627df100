// SPDX-License-Identifier: MIT
// The second step of a reading: a reference without a host is joined with its base, and dot
// segments go.
#ifndef YN_CORE_READING_JOIN_H
#define YN_CORE_READING_JOIN_H

#include "base/buf.h"
#include "core/reading.h"

/** The base from its start to its path: "http://user@host:1". */
yonder_text yn_reading_site(const yonder_url *base);

/** Writes the absolute text that `ref`, which is escaped and names no host, means at `base`.
 *  `*joined` is set if its path was joined with that of the base, or begins at the root. */
void yn_reading_join(const yn_reading *reading, const yonder_url *base, yonder_text ref,
                     yn_buf *out, bool *joined);

/** Writes a path that is empty or begins with a slash, its dot segments removed; `joined` as
 *  yn_reading_join() has it. */
void yn_reading_put_path(const yn_reading *reading, yonder_text path, bool joined, yn_buf *out);

#endif
