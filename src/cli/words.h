// SPDX-License-Identifier: MIT
// Words of the command line that several commands take.
#ifndef YN_CLI_WORDS_H
#define YN_CLI_WORDS_H

#include <yonder/base.h>

/** "Name: value". False if there is no colon or no name. */
bool yn_word_field(const char *word, yonder_field *field);

/** A moment: seconds since 1970, or "2026-11-22", "2026-11-22T05:30:00" and the like, in UTC. */
bool yn_word_moment(yonder_text word, int64_t *seconds);

/** What a moment may look like, for messages. */
#define YN_MOMENT_FORMS "seconds since 1970 or a date as 2026-11-22 or 2026-11-22T05:30:00Z"

#endif
