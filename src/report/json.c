// SPDX-License-Identifier: MIT
#include "report/json.h"

#include "base/date.h"
#include "report/findings.h"
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
    if (hop->evidence.status)
        yn_json_int(j, "status", hop->evidence.status);
    else
        yn_json_null(j, "status");
}

static void phrase(yn_json *j, const yn_evidence *e)
{
    if (e->phrase.len)
        yn_json_text(j, "phrase", e->phrase);
    else
        yn_json_null(j, "phrase");
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

// A moment, or null where there is none that has a date.
static void moment(yn_json *j, const char *name, bool known, int64_t seconds)
{
    static const char form[] = YN_DATE_MOMENT;
    char text[sizeof form];
    if (!known || seconds < YN_DATE_MIN || seconds > YN_DATE_MAX) {
        yn_json_null(j, name);
        return;
    }
    yn_date_write(text, form, seconds);
    yn_json_text(j, name, (yonder_text){text, sizeof form - 1});
}

static void cause(yn_json *j, const yn_hop *hop)
{
    const yn_cause *c = &hop->cause;
    if (hop->kind != YN_HOP_INTERNAL) {
        yn_json_null(j, "cause");
        return;
    }
    bool known = c->source != YONDER_HSTS_NONE, dynamic = c->source == YONDER_HSTS_DYNAMIC;
    yn_json_object(j, "cause");
    yn_json_str(j, "reason", yn_internal_reason_code(c->reason));
    yn_json_str(j, "source", yonder_hsts_source_code(c->source));
    text_or_null(j, "matched", known ? c->matched : (yonder_text){NULL, 0});
    yn_json_bool(j, "include_subdomains", c->include_subdomains);
    moment(j, "learnt", dynamic && c->learnt, c->learnt);
    if (c->learnt_at)
        yn_json_int(j, "learnt_at_hop", (int64_t)c->learnt_at);
    else
        yn_json_null(j, "learnt_at_hop");
    moment(j, "expires", dynamic, c->expires);
    yn_json_str(j, "failure", c->failure);
    yn_json_object_end(j);
}

static void hsts(yn_json *j, const yonder_hsts_noted *noted)
{
    bool valid = noted->reading == YONDER_HSTS_VALID;
    if (noted->effect == YONDER_HSTS_NOTHING) {
        yn_json_null(j, "hsts");
        return;
    }
    yn_json_object(j, "hsts");
    yn_json_str(j, "effect", yonder_hsts_effect_code(noted->effect));
    yn_json_str(j, "reading", yonder_hsts_reading_code(noted->reading));
    if (valid && noted->policy.max_age != YONDER_HSTS_FOREVER)
        yn_json_int(j, "max_age", noted->policy.max_age);
    else
        yn_json_null(j, "max_age");
    yn_json_bool(j, "include_subdomains", valid && noted->policy.include_subdomains);
    yn_json_object_end(j);
}

static void freshness(yn_json *j, const yn_hop *hop)
{
    const yonder_freshness *f = &hop->decision.freshness;
    yn_json_bool(j, "cacheable", hop->decided && f->cacheable);
    if (hop->decided && f->cacheable && !f->unlimited)
        yn_json_int(j, "fresh_for", f->seconds);
    else
        yn_json_null(j, "fresh_for");
    moment(j, "stored", hop->kind == YN_HOP_CACHE, hop->received);
}

static void refresh(yn_json *j, const yn_hop_refresh *r)
{
    if (!r->present) {
        yn_json_null(j, "refresh");
        return;
    }
    yn_json_object(j, "refresh");
    yn_json_str(j, "source", r->source == YONDER_REFRESH_HEADER ? "header" : "meta");
    yn_json_int(j, "seconds", r->seconds);
    yn_json_text(j, "url", yonder_url_href(&r->url));
    yn_json_object_end(j);
}

static void one_hop(yn_json *j, const yn_hop *hop, size_t n)
{
    yn_json_object(j, NULL);
    yn_json_int(j, "n", (int64_t)n);
    yn_json_text(j, "url", yonder_url_href(&hop->url));
    yn_json_text(j, "method", hop->method);
    status(j, hop);
    phrase(j, &hop->evidence);
    yn_json_str(j, "kind", yn_hop_kind_code(hop->kind));
    yn_json_str(j, "reason", hop->decided ? yonder_reason_code(hop->decision.reason) : NULL);
    text_or_null(j, "location", hop->location);
    yn_json_str(j, "location_resolved", hop->target.href);
    yn_json_bool(j, "method_changed", hop->method_changed);
    yn_json_bool(j, "body_sent", hop->body_sent);
    headers(j, &hop->evidence);
    yn_json_bool(j, "incomplete", hop->evidence.incomplete);
    text_or_null(j, "certificate_error", hop->evidence.distrust);
    timing(j, &hop->evidence.timing);
    text_or_null(j, "remote", hop->evidence.remote);
    text_or_null(j, "http_version", hop->evidence.version);
    cause(j, hop);
    hsts(j, &hop->hsts);
    freshness(j, hop);
    refresh(j, &hop->refresh);
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
    yn_json_int(j, "requests", (int64_t)yn_chain_requests(c));
    yn_json_fixed(j, "total_ms", c->total_ms, 3);
    yn_json_object_end(j);
    yn_buf_free(&message);
}

static void visit(yn_json *j, const yn_chain *c)
{
    yn_json_array(j, "hops");
    for (size_t i = 0; i < c->count; i++)
        one_hop(j, &c->hops[i], i + 1);
    yn_json_array_end(j);
    result(j, c);
    yn_findings_json(j, c);
}

void yn_report_json_members(yn_json *j, const yn_chain *c)
{
    const yn_plan *plan = &c->plan;
    yn_json_str(j, "client", yonder_client_name(plan->client));
    yn_json_object(j, "request");
    yn_json_text(j, "method", plan->method);
    yn_json_text(j, "url", yonder_url_href(plan->url));
    yn_json_object_end(j);
    visit(j, c);
}

void yn_report_json(yn_buf *out, const yn_chain *visits, size_t count)
{
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    yn_report_json_members(&j, &visits[0]);
    if (count > 1) {
        yn_json_array(&j, "visits");
        for (size_t i = 0; i < count; i++) {
            yn_json_object(&j, NULL);
            visit(&j, &visits[i]);
            yn_json_object_end(&j);
        }
        yn_json_array_end(&j);
    }
    yn_json_object_end(&j);
}
