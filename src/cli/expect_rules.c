// SPDX-License-Identifier: MIT
// Expectations held against rules.
#include "base/text.h"
#include "cli/expect_run.h"

typedef struct asking {
    const yn_expect_run *run;
    const yonder_rules *rules;
    yn_buf scratch, fields, url, first;
} asking;

// A Location that is too long is the request's fault (rules.h), and has a status of its own.
static int match(asking *a, yonder_rules_request *request, yonder_rules_answer *answer)
{
    a->scratch.len = 0;
    if (!yn_buf_reserve(&a->scratch, YONDER_RULES_SCRATCH(request->target.len)))
        return a->scratch.error;
    int found = yonder_rules_match(a->rules, request, a->scratch.ptr, a->scratch.cap, answer);
    if (found < 0)
        *answer = (yonder_rules_answer){.status = 414};
    else if (!found)
        answer->status = 0;
    return YONDER_OK;
}

static yonder_rules_request request_of(asking *a, const yn_expectation *e)
{
    yonder_rules_request request = {.https = e->host.len ? e->https : a->run->https,
                                    .host = e->host.len ? e->host : a->run->host,
                                    .target = e->target,
                                    .fields = a->run->fields,
                                    .field_count = a->run->field_count,
                                    .now = a->run->now};
    if (!e->more)
        return request;
    yn_expect_fields(a->run, e, &a->fields);
    request.fields = (const yonder_field *)(const void *)a->fields.ptr;
    request.field_count = a->fields.len / sizeof *request.fields;
    request.method = e->more->method;
    request.http10 = e->more->http10;
    request.client = e->more->client;
    request.country = e->more->country;
    if (e->more->has_now)
        request.now = e->more->now;
    return request;
}

static int follow(asking *a, const yn_expectation *e, yonder_rules_request request,
                  yn_expect_outcome *o)
{
    yn_trail trail;
    yonder_rules_answer answer = {0};
    a->first.len = 0;
    yn_buf_put(&a->first, o->location);
    o->location = yn_buf_text(&a->first);
    int error = yn_trail_begin(&trail, yn_buf_text(&a->url), request.method, a->run->max_hops,
                               &a->run->hosts);
    bool started = !error;
    int status = o->status;
    yonder_text location = o->location;
    while (!error && yn_trail_next(&trail, status, location)) {
        yn_trail_request next = yn_trail_at(&trail);
        request.https = next.https;
        request.host = next.host;
        request.target = next.target;
        request.method = next.method;
        error = match(a, &request, &answer);
        status = answer.status;
        location = answer.location;
    }
    error = error ? error : trail.error;
    if (error == YONDER_INVALID_URL)
        error = YONDER_OK;
    if (!error) {
        yn_expect_judge(e, yn_buf_text(&a->url), started ? &trail : NULL, o);
        yn_expect_report_take(a->run->report, e, o);
    }
    yn_trail_free(&trail);
    return error ? error : a->first.error;
}

static int ask(asking *a, const yn_expectation *e)
{
    yonder_rules_request request = request_of(a, e);
    yonder_rules_answer answer = {0};
    int error = match(a, &request, &answer);
    if (error)
        return error;
    yn_expect_outcome o = {.status = (uint16_t)answer.status,
                           .location = answer.location,
                           .rule_file = answer.file,
                           .rule_line = answer.line};
    yn_expect_url(a->run, e, &a->url);
    if (yn_expect_follows(a->run, e, o.status, o.location))
        return follow(a, e, request, &o);
    yn_expect_judge(e, yn_buf_text(&a->url), NULL, &o);
    yn_expect_report_take(a->run->report, e, &o);
    return a->url.error ? a->url.error : a->fields.error;
}

int yn_expect_ask_rules(const yn_expect_run *run, const yonder_rules *rules)
{
    asking a = {.run = run, .rules = rules};
    int error = YONDER_OK;
    a.scratch = a.fields = a.url = a.first = yn_buf_make(SIZE_MAX / 4, NULL);
    for (size_t i = 0; !error && i < run->expectations->count; i++)
        error = ask(&a, &run->expectations->items[i]);
    yn_buf_free(&a.scratch);
    yn_buf_free(&a.fields);
    yn_buf_free(&a.url);
    yn_buf_free(&a.first);
    return error;
}
