// SPDX-License-Identifier: MIT
// Makes a rule set, rule by rule in file order. Readers of rule files call this; it knows nothing
// of lines, and they know nothing of indexes.
#ifndef YN_RULES_BUILD_H
#define YN_RULES_BUILD_H

#include "rules/source.h"

typedef struct yn_builder yn_builder;

/** A rule as a reader hands it over: texts as written, but without control characters and in
 *  UTF-8. They may go once yn_builder_add() returns. */
typedef struct yn_draft {
    yonder_text from;
    const yn_draft_pair *pairs;
    size_t pair_count;
    yonder_text to; /**< empty for a status without Location */
    int status;
    uint32_t line;
} yn_draft;

/** A builder, or NULL when memory is out. Problems go to `problems`, which must outlive it. */
yn_builder *yn_builder_make(const yn_problems *problems, const yonder_mem *mem);

/** Frees a builder and what it made so far; NULL is left alone. */
void yn_builder_free(yn_builder *b);

/** From here on rules come from the source of this name, and serve any host. @return YONDER_OK,
 *  YONDER_NO_MEMORY, YONDER_TOO_LARGE */
int yn_builder_source(yn_builder *b, yonder_text name);

/** From here on rules serve `hosts`, separated by blanks. @return as yn_builder_source(), or
 *  YONDER_INVALID_RULES, every problem told; rules that follow can still be checked */
int yn_builder_section(yn_builder *b, yonder_text hosts);

/** Adds a rule. @return as yn_builder_section() */
int yn_builder_add(yn_builder *b, const yn_draft *draft);

/**
 * Makes the indexes and hands the set over. The builder is freed whatever happens. Not to be
 * called once any problem was told.
 *
 * @return YONDER_OK with `*out` set, YONDER_NO_MEMORY, YONDER_TOO_LARGE
 */
int yn_builder_finish(yn_builder *b, yonder_rules **out);

#endif
