// SPDX-License-Identifier: MIT
// What an earlier `yonder check` has printed, as --json or --jsonl, read again: to compare with,
// and to go on from. Once read, it may be looked at from any number of threads.
#ifndef YN_CLI_CHECK_EARLIER_H
#define YN_CLI_CHECK_EARLIER_H

#include "base/arena.h"
#include "base/buf.h"
#include "report/check.h"

/** A domain of it. */
typedef struct yn_earlier_domain {
    yonder_text domain; /**< as it was given */
    yn_check_result result;
    yn_check_change *issues; /**< of all graders */
    size_t count;
} yn_earlier_domain;

typedef struct yn_earlier yn_earlier;

/**
 * Reads a file. With `whole_lines` it is one that may have been cut short by the end of whoever
 * wrote it: of a last line without an end nothing counts, and `*good` is how many bytes do.
 *
 * @return the domains; NULL with what is wrong, and where, put into `message`
 */
yn_earlier *yn_earlier_read(const char *path, bool whole_lines, size_t *good, yn_buf *message);
/** The same of a text, whose `name` messages begin with. */
yn_earlier *yn_earlier_parse(const char *name, yonder_text text, yn_buf *message);
void yn_earlier_free(yn_earlier *earlier); /**< NULL is left alone */

/** The domain as it was given, or NULL; of several lines the last. */
const yn_earlier_domain *yn_earlier_find(const yn_earlier *earlier, yonder_text domain);

/** All of them, in order. */
const yn_earlier_domain *yn_earlier_at(const yn_earlier *earlier, size_t index);

/** What got worse, at least as grave as `fail_on`, and what got better. Of a grader that could not
 *  tell, nothing counts as better. In `arena`. False when memory is out. */
bool yn_earlier_compare(const yn_earlier *earlier, const yn_checked *now, yn_severity fail_on,
                        yn_arena *arena, yn_check_changes *out);

#endif
