// SPDX-License-Identifier: MIT
// A thread with much to do that shares a processor with a worker and keeps no request waiting for
// long: its turns are short, and fewer than the worker's. See doc/why/reload-pace.md.
#ifndef YN_SERVER_PACE_H
#define YN_SERVER_PACE_H

/** From here on the calling thread, and those that it starts, are behind the workers. There is no
 * way back: it takes no right to step behind, and one to step forward. */
void yn_pace_step_behind(void);

/** Until yn_pace_end(), the calling thread's turns are short. */
void yn_pace_begin(void);

void yn_pace_end(void);

#endif
