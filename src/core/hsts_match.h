// SPDX-License-Identifier: MIT
// What matching and noting have in common.
#ifndef YN_CORE_HSTS_MATCH_H
#define YN_CORE_HSTS_MATCH_H

#include "core/hsts.h"

/** Whether the entry's time is over. */
bool yn_hsts_is_over(const yn_hsts_rules *rules, const yonder_hsts_entry *entry, int64_t now);

/** The URL's host, as the client has it in its store. */
yonder_text yn_hsts_host(const yn_hsts_rules *rules, const yonder_url *url);

/** Whether a name in lower case is localhost or below it. */
bool yn_hsts_is_localhost(yonder_text name);

/** The port under which the client keeps what concerns the URL: 0 where it does not care, or where
 *  it is the default one. */
uint16_t yn_hsts_port(const yn_hsts_rules *rules, const yonder_url *url);

#endif
