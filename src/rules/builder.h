// SPDX-License-Identifier: MIT
// The builder's inside, for the files that are the builder: build.c adds rules, sections.c hosts
// and scopes, tree.c nodes and shapes, link.c makes the indexes, and image.c the image.
#ifndef YN_RULES_BUILDER_H
#define YN_RULES_BUILDER_H

#include "base/arena.h"
#include "base/map.h"
#include "rules/build.h"
#include "rules/image.h"
#include "rules/source.h"
#include "rules/target.h"

/** A section as its scope knows it: the hosts as listed, in the part `members`. */
typedef struct yn_section {
    uint32_t first, count;
    uint32_t scope;
} yn_section;

struct yn_builder {
    yonder_rules *set; /**< its parts are views of `parts` and `tables` */
    const yn_problems *problems;
    yonder_rules_reading how;
    const yonder_mem *mem;
    yn_buf parts[YN_PART_COUNT]; /**< those that are no tables; the records have the header before
                                    them */
    yn_slots tables[YN_PART_COUNT]; /**< those that are; `exact` comes with link.c */
    yn_slots section_index;         /**< sections by their members */
    yn_slots url_index;             /**< URLs by all that they are */
    yn_slots shape_index;           /**< shapes by all their names */
    yn_slots tails;                 /**< the last rule of a chain, by its first */
    yn_buf compiled;                /**< yn_regex *, by number */
    yn_buf host_in_scope;           /**< yn_section_host */
    yn_buf sections;                /**< yn_section */
    yn_buf scope_has_rules;         /**< a byte a scope */
    yn_map origins;                 /**< of targets, as written → number of the prefix */
    yn_arena origin_texts;
    uint32_t scope;       /**< of the present section, or 0 */
    uint32_t section;     /**< its number, from 1 and through all sources */
    bool in_section;      /**< what comes stands in it */
    bool section_is_bad;  /**< its hosts are not all known */
    bool anything;        /**< a rule or a section was seen */
    yn_section present;   /**< its members */
    uint32_t first_order; /**< of the present source's first line */
    size_t exact_count;
    yn_buf room;
    yn_buf conditions;
    // Large, and filled anew by every rule.
    yn_source source;
    yn_target target;
};

/** Appends `count` items of `size` bytes to a part, or to another array, and tells the number of
 * the first. @return YONDER_OK; YONDER_NO_MEMORY; YONDER_TOO_LARGE */
int yn_builder_push(yn_builder *b, yn_part_name part, const void *item, size_t size,
                    uint32_t *number);
int yn_builder_pool(yn_builder *b, yonder_text t, uint64_t *at);
int yn_builder_enter(yn_builder *b, yn_part_name table, uint32_t hash, uint32_t ref);

/** An item that may be changed. */
void *yn_builder_item(yn_builder *b, yn_part_name part, size_t size, uint32_t number);
yn_node *yn_builder_node(yn_builder *b, uint32_t number);
yn_rule *yn_builder_rule(yn_builder *b, uint32_t ref);

/* sections.c */
int yn_builder_section(yn_builder *b, yonder_text hosts);
/** The scope of the rule in b->source: that of the section, or within it that of the URL. `from`
 *  is where problems are told. */
int yn_builder_find_scope(yn_builder *b, const char *from, uint32_t *scope);
int yn_builder_add_site(yn_builder *b, const yn_draft_site *site);
/** After the last rule: which sections name each host. */
int yn_builder_link_hosts(yn_builder *b);

/* tree.c */
/** The node of b->source.path in the tree of `scope`. `room` is for one canonical segment. */
int yn_builder_find_node(yn_builder *b, uint32_t scope, uint32_t order, char *room, uint32_t *node);
int yn_builder_find_shape(yn_builder *b, uint32_t node, bool splat, uint32_t order,
                          yonder_text names, uint32_t *number);

/* link.c */
/** After the last rule: every table and chain. `exact` is set to the table of exact paths, which is
 *  the caller's to free. */
int yn_builder_link(yn_builder *b, yn_slot **exact);

#endif
