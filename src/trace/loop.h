// SPDX-License-Identifier: MIT
// When two requests are the same, which is how a loop is found.
#ifndef YN_TRACE_LOOP_H
#define YN_TRACE_LOOP_H

#include "trace/chain.h"

/** Whether a hop of `chain` made the request of `next` before. Then the chain has ended in a loop,
 *  which is set. */
bool yn_loop_closes(yn_chain *chain, const yn_hop *next);

#endif
