// SPDX-License-Identifier: MIT
// The last step of building: from records in file order to tables.
#ifndef YN_RULES_INDEX_H
#define YN_RULES_INDEX_H

#include "rules/set.h"

/** A section's scope is one of a host's. */
typedef struct yn_host_in_scope {
    uint32_t host;
    uint32_t scope;
} yn_host_in_scope;

/** Links every rule into the tables and trees. `last` is the record of the last rule; each record's
 *  `next` refers to the one before it. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_index_rules(yonder_rules *set, uint32_t last, size_t exact_count, size_t value_count);

/** Gives each host the list of its sections' scopes. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_index_hosts(yonder_rules *set, const yn_host_in_scope *pairs, size_t count);

#endif
