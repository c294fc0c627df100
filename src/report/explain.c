// SPDX-License-Identifier: MIT
#include "report/explain.h"

#include <assert.h>

#include "base/text.h"

enum {
    limit_max = 10000, // of redirects in a row; a client that goes on after them has no limit
};

static const struct {
    yonder_text name;
    bool has_body;
} methods[] = {
#define METHOD_ROW(name, has_body) {YN_TEXT_INIT(name), has_body},
    YN_EXPLAIN_METHODS(METHOD_ROW)
#undef METHOD_ROW
};

// A question to libyonder: a request to one URL, a response that points to another.
typedef struct question {
    const yonder_client *client;
    yonder_url url;
    yonder_field fields[2];
    yonder_request request;
    yonder_response response;
    const yonder_mem *mem;
} question;

static int ask(const question *q, yonder_decision *out)
{
    return yonder_redirect_decide(q->client, &q->request, &q->response, q->mem, out);
}

static int fate(const question *q, yn_fate *out)
{
    yonder_decision d = {0};
    int error = ask(q, &d);
    if (error)
        return error;
    *out = (yn_fate){d.action == YONDER_FOLLOW, d.method, d.body};
    yonder_decision_free(&d, q->mem);
    return YONDER_OK;
}

static int freshness(question *q, bool told, yonder_freshness *out)
{
    yonder_decision d = {0};
    q->response.field_count = told ? 2 : 1;
    int error = ask(q, &d);
    q->response.field_count = 1;
    if (error)
        return error;
    *out = d.freshness;
    yonder_decision_free(&d, q->mem);
    return YONDER_OK;
}

static void set_method(question *q, yonder_text name, bool has_body)
{
    q->request.method = name;
    q->request.has_body = has_body;
}

static int one_client(question *q, yn_explained_client *out)
{
    int error = YONDER_OK;
    yonder_freshness told = {0};
    *out = (yn_explained_client){.client = q->client};
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT && !error; i++) {
        set_method(q, methods[i].name, methods[i].has_body);
        error = fate(q, &out->fates[i]);
    }
    set_method(q, YN_TEXT("POST"), true);
    q->request.method_is_custom = true;
    error = error ? error : fate(q, &out->named_post);
    set_method(q, YN_TEXT("GET"), false);
    q->request.method_is_custom = false;
    error = error ? error : freshness(q, false, &out->kept);
    error = error ? error : freshness(q, true, &told);
    out->kept_if_told = told.cacheable;
    return error;
}

// The question points into itself, so it must not move.
static int prepare(question *q, int status, const yonder_mem *mem)
{
    *q = (question){
        .fields = {{YN_TEXT("Location"), YN_TEXT("http://a.test/there")},
                   {YN_TEXT("Cache-Control"), YN_TEXT("max-age=60")}},
        .mem = mem,
    };
    q->request = (yonder_request){.method = YN_TEXT("GET"), .url = &q->url};
    q->response = (yonder_response){.status = status, .fields = q->fields, .field_count = 1};
    return yonder_url_parse(&q->url, YN_TEXT("http://a.test/here"), NULL, mem);
}

int yn_explain(yn_explanation *out, const yn_status_page *page, const yonder_mem *mem)
{
    question q;
    *out = (yn_explanation){.page = page};
    if (page->kind == YN_STATUS_INTERNAL)
        return YONDER_OK;
    int error = prepare(&q, page->status, mem);
    if (error)
        return error;
    for (; !error && (q.client = yonder_client_at(out->client_count)); out->client_count++) {
        assert(out->client_count < YN_EXPLAIN_MAX_CLIENTS);
        error = one_client(&q, &out->clients[out->client_count]);
    }
    yonder_url_free(&q.url, mem);
    return error;
}

unsigned yn_explain_limit(const yonder_client *client, const yonder_mem *mem)
{
    question q;
    yn_fate f = {.follows = true};
    if (prepare(&q, 301, mem))
        return 0;
    q.client = client;
    while (q.request.count < limit_max && !fate(&q, &f) && f.follows)
        q.request.count++;
    yonder_url_free(&q.url, mem);
    return q.request.count;
}

yonder_text yn_explain_method(size_t index, bool *has_body)
{
    assert(index < YN_EXPLAIN_METHOD_COUNT);
    *has_body = methods[index].has_body;
    return methods[index].name;
}
