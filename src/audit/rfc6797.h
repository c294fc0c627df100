// SPDX-License-Identifier: MIT
// A Strict-Transport-Security value by the grammar of RFC 6797 section 6.1, to the letter. Clients
// read as they like: readings.h.
#ifndef YN_AUDIT_RFC6797_H
#define YN_AUDIT_RFC6797_H

#include <yonder/hsts.h>

typedef struct yn_sts_grammar {
    yonder_hsts_reading reading; /**< the first thing that is wrong, or YONDER_HSTS_VALID */
    bool include_subdomains;
    uint64_t max_age; /**< UINT64_MAX for what is larger, too */
} yn_sts_grammar;

yn_sts_grammar yn_rfc6797_read(yonder_text value);

#endif
