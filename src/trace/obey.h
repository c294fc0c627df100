// SPDX-License-Identifier: MIT
// The hop of a refresh: the client goes where the page of the last hop asks it to go.
#ifndef YN_TRACE_OBEY_H
#define YN_TRACE_OBEY_H

#include "trace/walk.h"

/** Whether the chain, which has ended, goes on from its page. */
bool yn_obey_asked(const yn_walk *w);

/** Puts that hop at the end of the chain; where it leads out of HTTP there is none, and the chain
 *  has ended. `*more` tells whether it goes on. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_obey(yn_walk *w, bool *more);

#endif
