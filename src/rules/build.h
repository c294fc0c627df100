// SPDX-License-Identifier: MIT
// Makes a rule set, rule by rule in file order. It knows nothing of files, and whoever reads them
// knows nothing of indexes.
#ifndef YN_RULES_BUILD_H
#define YN_RULES_BUILD_H

#include "rules/draft.h"
#include "rules/problem.h"
#include "rules/set.h"

typedef struct yn_builder yn_builder;

/** A builder, or NULL when memory is out. Problems go to `problems`, which must outlive it; of
 * `how` the local time and the memory are used. */
yn_builder *yn_builder_make(const yn_problems *problems, const yonder_rules_reading *how);

/** Frees a builder and what it made so far; NULL is left alone. */
void yn_builder_free(yn_builder *b);

/** What takes the rules of a reader. */
yn_sink yn_builder_sink(yn_builder *b);

/* For rules that do not come from a file as it stands. */

/** Line 1 of what comes next has this place in file order. Rules are added in that order. */
void yn_builder_place(yn_builder *b, uint32_t order);
/** How paths of the present section, or outside sections, are compared; before its first rule. */
void yn_builder_compare(yn_builder *b, bool slash_ignored, bool case_ignored);
/** The scope of `set` for the hosts of the builder's present section, or 0. */
uint32_t yn_builder_section_in(const yn_builder *b, const yonder_rules *set);
/** What comes serves any host again. */
void yn_builder_any_host(yn_builder *b);
/** Lines from `first_order` on belong to the source of this name, and are numbered from
 * `first_line`. Sources are added in that order. @return YONDER_OK; YONDER_NO_MEMORY;
 * YONDER_TOO_LARGE */
int yn_builder_add_source(yn_builder *b, yonder_text name, uint32_t first_order,
                          uint32_t first_line);
/** What there is so far, to look at; not to be asked. */
const yonder_rules *yn_builder_set(const yn_builder *b);
/** No line to come has a place before `order`. */
void yn_builder_end_at(yn_builder *b, uint32_t order);

/**
 * Makes the indexes and hands the set over. The builder is freed whatever happens. Not to be
 * called once any problem was told.
 *
 * @return YONDER_OK with `*out` set, YONDER_NO_MEMORY, YONDER_TOO_LARGE
 */
int yn_builder_finish(yn_builder *b, yonder_rules **out);

#endif
