// SPDX-License-Identifier: MIT
// What the directory does by itself while it serves: scans, the removal rule once a day, versions,
// hooks, and in any case to forget once a day whence visitors came; each on a thread of its own, by
// rounds.h. A round that fails is logged and tried again later. When the next one is due is in the
// store, so that a restart neither skips nor repeats it.
#ifndef YN_FRONT_TEND_H
#define YN_FRONT_TEND_H

#include "directory/rounds.h"
#include "front/counts.h"

typedef struct yn_tend_options {
    bool scan, publish;          /**< scans with the removal rule; versions */
    const yn_hooks *hooks;       /**< or NULL */
    const yn_many_options *many; /**< how much at once; or NULL */
    yn_counts *counts;
} yn_tend_options;

typedef struct yn_tend yn_tend;

/** All must outlive it. @return NULL where memory or threads are out */
yn_tend *yn_tend_start(const yn_directory *directory, const yn_tend_options *options);
/** Has the rounds that are under way end, and does not wait for that. NULL is left alone. */
void yn_tend_end(yn_tend *tend);
/** The same, and waits for that. NULL is left alone. */
void yn_tend_stop(yn_tend *tend);

/** Counts and logs an edition that was made, if only that the network was doubted. `by` ends the
 *  line: "", " (operator)". */
void yn_tend_published(yn_counts *counts, const yn_edition *edition, const char *by);

#endif
