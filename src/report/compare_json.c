// SPDX-License-Identifier: MIT
#include "base/json.h"
#include "report/compare.h"
#include "report/json.h"

static void one_client(yn_json *j, const yn_chain *chain)
{
    yn_json_object(j, NULL);
    yn_report_json_members(j, chain);
    yn_json_str(j, "version", yonder_client_version(chain->plan.client));
    yn_json_object_end(j);
}

// The clients that do as client `i` does, which is the first of them.
static void one_group(yn_json *j, const yn_comparison *c, size_t i)
{
    yn_buf difference = yn_buf_make(j->out->max, j->out->mem);
    yn_json_object(j, NULL);
    yn_json_array(j, "clients");
    for (size_t k = i; k < c->count; k++)
        if (c->same_as[k] == i)
            yn_json_str(j, NULL, yonder_client_name(c->chains[k].plan.client));
    yn_json_array_end(j);
    if (c->differs_at[i]) {
        yn_compare_difference(&difference, c, i);
        yn_json_int(j, "differs_at", (int64_t)c->differs_at[i]);
        yn_json_text(j, "difference", yn_buf_text(&difference));
    } else {
        yn_json_null(j, "differs_at");
        yn_json_null(j, "difference");
    }
    yn_json_object_end(j);
    if (difference.error && !j->out->error)
        j->out->error = difference.error;
    yn_buf_free(&difference);
}

void yn_compare_json(yn_buf *out, const yn_comparison *c)
{
    const yn_plan *plan = &c->chains[0].plan;
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    yn_json_object(&j, "request");
    yn_json_text(&j, "method", plan->method);
    yn_json_text(&j, "url", yonder_url_href(plan->url));
    yn_json_object_end(&j);
    yn_json_array(&j, "clients");
    for (size_t i = 0; i < c->count; i++)
        one_client(&j, &c->chains[i]);
    yn_json_array_end(&j);
    yn_json_array(&j, "groups");
    for (size_t i = 0; i < c->count; i++)
        if (c->same_as[i] == i)
            one_group(&j, c, i);
    yn_json_array_end(&j);
    yn_json_object_end(&j);
}
