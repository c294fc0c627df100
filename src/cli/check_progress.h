// SPDX-License-Identifier: MIT
// A line on stderr that says how far a run is, how fast it goes and how long it will take. It is
// there on a terminal only, and gone when the run has ended.
#ifndef YN_CLI_CHECK_PROGRESS_H
#define YN_CLI_CHECK_PROGRESS_H

#include "audit/many.h"

typedef struct yn_check_progress yn_check_progress;

/** Begins to show `progress`, of `total` domains (0: not known). NULL, and nothing is shown, where
 *  stderr is no terminal or there is no thread for it. */
yn_check_progress *yn_check_progress_begin(const yn_many_progress *progress, size_t total);
void yn_check_progress_end(yn_check_progress *p); /**< NULL is left alone */

/** Other output is about to be written, or has been: the line makes room for it. */
void yn_check_progress_hide(yn_check_progress *p);
void yn_check_progress_show(yn_check_progress *p);

/** The line, without what erases the one before: "1200 of 100000 domains, 530/s, 3 min left". */
void yn_check_progress_write(yn_buf *out, size_t done, size_t running, size_t total,
                             double seconds);

#endif
