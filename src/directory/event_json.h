// SPDX-License-Identifier: MIT
// Events as JSON, for the API, the command line and hooks alike.
#ifndef YN_DIRECTORY_EVENT_JSON_H
#define YN_DIRECTORY_EVENT_JSON_H

#include "base/json.h"
#include "directory/store.h"

/** "2026-11-26T15:29:52Z", or null for 0. */
void yn_event_time(yn_json *json, const char *name, int64_t at);

/** Whether events of that kind bring a policy, and whether sub-domains are included; of others the
 *  members say nothing. */
bool yn_event_has_policy(yn_life_kind kind);
bool yn_event_has_flag(yn_life_kind kind);

/** An event as an object; whence it came only for the operator. */
void yn_event_write(yn_json *json, const yn_store_event *event, bool for_operator);

#endif
