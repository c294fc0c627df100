// SPDX-License-Identifier: MIT
#include "audit/policy.h"
#include "base/json.h"
#include "report/advise.h"
#include "report/check_fix.h"

static void put_obstacles(yn_json *j, const char *name, const yn_obstacle *all, size_t count)
{
    yn_json_array(j, name);
    for (size_t i = 0; i < count; i++) {
        yn_json_object(j, NULL);
        yn_json_str(j, "code", yn_obstacle_code_name(all[i].code));
        yn_json_text(j, "host", all[i].host);
        yn_json_str(j, "message", yn_obstacle_prose(all[i].code));
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

static void put_now(yn_json *j, const yn_advice *a)
{
    bool valid = a->reading == YONDER_HSTS_VALID;
    if (!a->has_header) {
        yn_json_null(j, "now");
        return;
    }
    yn_json_object(j, "now");
    yn_json_text(j, "value", a->value);
    yn_json_bool(j, "valid", valid);
    yn_json_str(j, "reason", yonder_hsts_reading_code(a->reading));
    if (valid)
        yn_json_int(j, "max_age", a->now.max_age);
    else
        yn_json_null(j, "max_age");
    yn_json_bool(j, "include_subdomains", valid && a->now.include_subdomains);
    yn_json_bool(j, "preload", valid && a->now.preload);
    yn_json_object_end(j);
}

static void put_header(yn_json *j, yonder_text host, const yonder_hsts_policy *policy)
{
    yn_buf text = yn_buf_make(1 << 12, j->out->mem);
    yn_policy_write(&text, policy);
    yn_json_text(j, "value", yn_buf_text(&text));
    yn_json_int(j, "max_age", policy->max_age);
    yn_json_bool(j, "include_subdomains", policy->include_subdomains);
    yn_json_bool(j, "preload", policy->preload);
    yn_json_object(j, "lines");
    for (yn_server s = 0; s < YN_SERVER_COUNT; s++) {
        text.len = 0;
        if (yn_check_header_lines(&text, s, host, policy))
            yn_json_text(j, yn_server_name(s), yn_buf_text(&text));
    }
    yn_json_object_end(j);
    if (text.error && !j->out->error)
        j->out->error = text.error;
    yn_buf_free(&text);
}

static void put_step(yn_json *j, const char *name, const yn_advised *advised, size_t i)
{
    const yn_advice *a = advised->advice;
    const yn_ramp_step *s = &a->steps[i];
    yn_json_object(j, name);
    yn_json_str(j, "step", yn_step_code(s->step));
    yn_json_str(j, "message", yn_step_prose(s->step));
    if (yn_step_has_header(s->step)) {
        put_header(j, advised->audit->ascii, &s->policy);
    } else {
        yn_json_null(j, "value");
        yn_json_null(j, "lines");
    }
    yn_json_int(j, "settle", i ? a->steps[i - 1].wait : a->settle);
    yn_json_int(j, "wait", s->wait);
    yn_json_str(j, "why", s->why);
    yn_json_object_end(j);
}

void yn_advise_json(yn_buf *out, const yn_advised *advised)
{
    const yn_advice *a = advised->advice;
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    yn_json_text(&j, "domain", advised->audit->domain);
    if (advised->audit->ascii.len)
        yn_json_text(&j, "ascii", advised->audit->ascii);
    else
        yn_json_null(&j, "ascii");
    put_now(&j, a);
    yn_json_bool(&j, "listed", a->listed);
    put_obstacles(&j, "obstacles", a->obstacles, a->obstacle_count);
    put_obstacles(&j, "subdomains", a->subdomains, a->subdomain_count);
    put_step(&j, "next", advised, 0);
    yn_json_array(&j, "ramp");
    for (size_t i = 0; i < a->step_count; i++)
        put_step(&j, NULL, advised, i);
    yn_json_array_end(&j);
    yn_json_object_end(&j);
}
