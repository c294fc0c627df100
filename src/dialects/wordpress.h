// SPDX-License-Identifier: MIT
// What the two kinds of files of WordPress' plugin Redirection share: an entry, and what becomes of
// it.
#ifndef YN_DIALECTS_WORDPRESS_H
#define YN_DIALECTS_WORDPRESS_H

#include "dialects/carry.h"

enum {
    YN_WORDPRESS_CONDITIONS = 4
};

typedef enum yn_wordpress_query {
    YN_WORDPRESS_EXACT,  /**< the request has these parameters and no others */
    YN_WORDPRESS_IGNORE, /**< whatever it has, and it is not passed on */
    YN_WORDPRESS_PASS,   /**< whatever it has, and it is passed on */
} yn_wordpress_query;

typedef struct yn_wordpress_entry {
    yonder_text url, target, action; /**< "url", "error", … */
    yonder_text origin;              /**< "https://host", or empty */
    yonder_text otherwise; /**< the target for who does not meet the conditions, or empty */
    int code;              /**< 0: the action's own */
    yn_wordpress_query query;
    bool regex, ignores_case, ignores_slash;
    yn_draft_pair conditions[YN_WORDPRESS_CONDITIONS];
    size_t condition_count;
} yn_wordpress_entry;

/** What holds for all entries of a reading. */
typedef struct yn_wordpress_file {
    bool case_ignored, slash_ignored; /**< lines say so */
    bool said_exact;
} yn_wordpress_file;

void yn_wordpress_put(yn_carry *carry, yn_wordpress_file *file, const yn_wordpress_entry *entry);

#endif
