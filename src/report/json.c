// SPDX-License-Identifier: MIT
#include "report/json.h"

#include "base/json.h"
#include "report/verdict.h"

// Text that is not there is null.
static void text_or_null(yn_json *j, const char *name, yonder_text t)
{
    if (t.ptr)
        yn_json_text(j, name, t);
    else
        yn_json_null(j, name);
}

static void status(yn_json *j, const yn_hop *hop)
{
    if (hop->decided)
        yn_json_int(j, "status", hop->evidence.status);
    else
        yn_json_null(j, "status");
}

static void headers(yn_json *j, const yn_evidence *e)
{
    yn_json_array(j, "headers");
    for (size_t i = 0; i < e->field_count; i++) {
        yn_json_array(j, NULL);
        yn_json_text(j, NULL, e->fields[i].name);
        yn_json_text(j, NULL, e->fields[i].value);
        yn_json_array_end(j);
    }
    yn_json_array_end(j);
}

static void timing(yn_json *j, const yn_timing *t)
{
    yn_json_object(j, "timing_ms");
    yn_json_fixed(j, "dns", t->dns.ms, 3);
    yn_json_fixed(j, "connect", t->connect.ms, 3);
    yn_json_fixed(j, "tls", t->tls.ms, 3);
    yn_json_fixed(j, "first_byte", t->first_byte.ms, 3);
    yn_json_fixed(j, "total", t->total, 3);
    yn_json_object_end(j);
}

static void one_hop(yn_json *j, const yn_hop *hop, size_t n)
{
    yn_json_object(j, NULL);
    yn_json_int(j, "n", (int64_t)n);
    yn_json_text(j, "url", yonder_url_href(&hop->url));
    yn_json_text(j, "method", hop->method);
    status(j, hop);
    yn_json_str(j, "kind", "network"); // "internal" and "cache" are hops no server saw
    yn_json_str(j, "reason", hop->decided ? yonder_reason_code(hop->decision.reason) : NULL);
    text_or_null(j, "location", hop->location);
    yn_json_str(j, "location_resolved", hop->target.href);
    yn_json_bool(j, "method_changed", hop->method_changed);
    yn_json_bool(j, "body_sent", hop->body_sent);
    headers(j, &hop->evidence);
    yn_json_bool(j, "incomplete", hop->evidence.incomplete);
    timing(j, &hop->evidence.timing);
    text_or_null(j, "remote", hop->evidence.remote);
    text_or_null(j, "http_version", hop->evidence.version);
    yn_json_object_end(j);
}

static void result(yn_json *j, const yn_chain *c)
{
    const yn_hop *last = &c->hops[c->count - 1];
    yn_buf message = yn_buf_make(j->out->max, j->out->mem);
    yn_verdict_write(&message, c);
    if (message.error && !j->out->error)
        j->out->error = message.error;
    yn_json_object(j, "result");
    yn_json_str(j, "outcome", yn_outcome_code(c->outcome));
    yn_json_text(j, "url", yonder_url_href(&last->url));
    status(j, last);
    yn_json_str(j, "error", yn_chain_error(c));
    yn_json_text(j, "message", yn_buf_text(&message));
    if (c->outcome == YN_OUTCOME_LOOP)
        yn_json_int(j, "loop_to", (int64_t)c->loop_to);
    else
        yn_json_null(j, "loop_to");
    yn_json_int(j, "hops", (int64_t)c->count);
    yn_json_fixed(j, "total_ms", c->total_ms, 3);
    yn_json_object_end(j);
    yn_buf_free(&message);
}

void yn_report_json(yn_buf *out, const yn_chain *c)
{
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    yn_json_str(&j, "client", yonder_client_name(c->plan.client));
    yn_json_object(&j, "request");
    yn_json_text(&j, "method", c->plan.method);
    yn_json_text(&j, "url", yonder_url_href(c->plan.url));
    yn_json_object_end(&j);
    yn_json_array(&j, "hops");
    for (size_t i = 0; i < c->count; i++)
        one_hop(&j, &c->hops[i], i + 1);
    yn_json_array_end(&j);
    result(&j, c);
    yn_json_object_end(&j);
}
