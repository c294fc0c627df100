// SPDX-License-Identifier: MIT
// Makes a rule set, rule by rule in file order. It knows nothing of files, and whoever reads them
// knows nothing of indexes.
#ifndef YN_RULES_BUILD_H
#define YN_RULES_BUILD_H

#include "rules/draft.h"
#include "rules/problem.h"
#include "rules/set.h"

typedef struct yn_builder yn_builder;

/** A builder, or NULL when memory is out. Problems go to `problems`, which must outlive it; of `how`
 *  the local time and the memory are used. */
yn_builder *yn_builder_make(const yn_problems *problems, const yonder_rules_reading *how);

/** Frees a builder and what it made so far; NULL is left alone. */
void yn_builder_free(yn_builder *b);

/** What takes the rules of a reader. */
yn_sink yn_builder_sink(yn_builder *b);

/** From here on places in file order start at `order`; a source that begins starts after the last
 *  place there was. */
void yn_builder_start_at(yn_builder *b, uint32_t order);

/**
 * Makes the indexes and hands the set over. The builder is freed whatever happens. Not to be
 * called once any problem was told.
 *
 * @return YONDER_OK with `*out` set, YONDER_NO_MEMORY, YONDER_TOO_LARGE
 */
int yn_builder_finish(yn_builder *b, yonder_rules **out);

#endif
