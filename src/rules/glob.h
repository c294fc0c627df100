// SPDX-License-Identifier: MIT
// Patterns in which "*" stands for any run of bytes, none included.
#ifndef YN_RULES_GLOB_H
#define YN_RULES_GLOB_H

#include <yonder/base.h>

/** What a star is in a pattern: no field of a request has this byte. */
#define YN_GLOB_STAR '\0'

/** A text that is held against a pattern: plain, or all fields of one name, joined by ", " as
 *  RFC 9110 section 5.3 has it (those that are empty left out). */
typedef struct yn_joined {
    yonder_text rest; /**< what comes first */
    yonder_text name;
    const yonder_field *fields; /**< what comes then: those of them with this name */
    size_t field_count;
} yn_joined;

/** The fields of one name. `*present`: there is one that is not empty. */
yn_joined yn_joined_fields(const yonder_field *fields, size_t count, yonder_text name,
                           bool *present);

/** Whether all of `text` fits. At most as many steps as the product of both lengths. */
bool yn_glob_fits(yonder_text glob, yn_joined text);

#endif
