// SPDX-License-Identifier: MIT
// The words that both site.c and site_read.c know.
#ifndef YN_RULES_SITE_WORDS_H
#define YN_RULES_SITE_WORDS_H

#include "rules/site.h"

enum {
    YN_SITE_STATUSES = 6
};

/** A status as a word. The first word of a status is the one that is written. */
typedef struct yn_site_status {
    const char *word;
    uint16_t status;
    bool in_http10; /**< a client of HTTP/1.0 knows it */
} yn_site_status;

extern const yn_site_status yn_site_statuses[YN_SITE_STATUSES];

#endif
