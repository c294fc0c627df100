// SPDX-License-Identifier: MIT
// What clients asked, by run and case. Bounded: a run that is full takes no more, and where there
// are too many runs the one that was silent the longest goes.
#ifndef YN_LAB_JOURNAL_H
#define YN_LAB_JOURNAL_H

#include "lab/walk.h"

enum {
    YN_LAB_RUNS = 64,           /**< that are remembered */
    YN_LAB_RUN_BYTES = 4 << 20, /**< of text in one run */
};

typedef struct yn_lab_run {
    char name[YN_LAB_RUN_MAX + 1];
    yn_lab_walk *walks; /**< one a case */
    yn_arena arena;     /**< their texts */
    uint64_t touched;
} yn_lab_run;

typedef struct yn_lab_journal {
    yn_lab_run runs[YN_LAB_RUNS]; /**< name "" is free */
    uint64_t clock;               /**< counts what is noted */
    size_t dropped;               /**< runs that are no longer here */
} yn_lab_journal;

void yn_lab_journal_free(yn_lab_journal *journal);

/** The run of that name but for case (host names have none), or NULL. */
const yn_lab_run *yn_lab_journal_find(const yn_lab_journal *journal, yonder_text run);

/** Notes a step, which is copied. @return how many the walk has had before, those that were not
 *  kept included; YN_LAB_WALK_MAX where nothing more is kept */
size_t yn_lab_journal_note(yn_lab_journal *journal, yonder_text run, size_t case_index,
                           const yn_lab_step *step);

#endif
