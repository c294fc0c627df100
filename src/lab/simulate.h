// SPDX-License-Identifier: MIT
// What one of the known clients would ask in a case: the follower of src/trace, led by the lab's
// own answers. No sockets.
#ifndef YN_LAB_SIMULATE_H
#define YN_LAB_SIMULATE_H

#include <yonder/redirect.h>

#include "lab/walk.h"

/** Appends what `template` stands for to nothing: the text, in `arena`; .ptr NULL without memory.
 */
yonder_text yn_lab_text(yn_arena *arena, const char *template, const yn_lab_where *where);

/**
 * Walks the case of `where` as `client` would, all visits with one memory of hosts and redirects.
 * `*out` lies in `arena`. Hosts that are not the lab's do not exist.
 *
 * @return YONDER_OK, YONDER_NO_MEMORY
 */
int yn_lab_simulate(const yonder_client *client, const yn_lab_where *where, yn_arena *arena,
                    yn_lab_walk *out);

#endif
