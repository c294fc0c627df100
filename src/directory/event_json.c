// SPDX-License-Identifier: MIT
#include "directory/event_json.h"

#include "base/date.h"

void yn_event_time(yn_json *json, const char *name, int64_t at)
{
    static const char form[] = YN_DATE_MOMENT;
    char text[sizeof form];
    if (!at || at < YN_DATE_MIN || at > YN_DATE_MAX) {
        yn_json_null(json, name);
        return;
    }
    yn_date_write(text, form, at);
    yn_json_text(json, name, (yonder_text){text, sizeof form - 1});
}

bool yn_event_has_flag(yn_life_kind kind)
{
    return kind == YN_LIFE_SUBMITTED || kind == YN_LIFE_IMPORTED;
}

bool yn_event_has_policy(yn_life_kind kind)
{
    return yn_event_has_flag(kind) || kind == YN_LIFE_POLICY_SET;
}

void yn_event_write(yn_json *json, const yn_store_event *event, bool for_operator)
{
    yn_json_object(json, NULL);
    yn_json_int(json, "id", event->id);
    yn_json_text(json, "domain", event->domain);
    yn_event_time(json, "at", event->what.at);
    yn_json_str(json, "event", yn_life_kind_code(event->what.kind));
    yn_json_str(json, "from", yn_life_state_code(event->from));
    yn_json_str(json, "to", yn_life_state_code(event->to));
    yn_json_str(json, "actor", yn_actor_code(event->actor));
    yn_json_text(json, "reason", event->reason);
    if (yn_event_has_policy(event->what.kind))
        yn_json_text(json, "policy", event->what.policy);
    if (yn_event_has_flag(event->what.kind))
        yn_json_bool(json, "include_subdomains", event->what.include_subdomains);
    if (event->issues.len)
        yn_json_raw(json, "issues", event->issues);
    else
        yn_json_null(json, "issues");
    if (event->version)
        yn_json_int(json, "version", event->version);
    else
        yn_json_null(json, "version");
    if (for_operator)
        yn_json_text(json, "address", event->address);
    yn_json_object_end(json);
}
