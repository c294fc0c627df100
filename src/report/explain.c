// SPDX-License-Identifier: MIT
#include "report/explain.h"

#include <assert.h>

#include "base/mem.h"
#include "base/text.h"
#include "core/client.h"

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
    yonder_field fields[3]; // that of the Location, and what tells how long it may be kept
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

// With up to two more fields; the first has no name where there are none.
static int freshness(question *q, const yonder_field more[2], yonder_freshness *out)
{
    yonder_decision d = {0};
    for (size_t i = 0; i < 2 && more[i].name.len; i++)
        q->fields[q->response.field_count++] = more[i];
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

static int keeping(question *q, yn_explained_client *out)
{
    static const yonder_field unsaid[2],
        told[2] = {{YN_TEXT_INIT("Cache-Control"), YN_TEXT_INIT("max-age=60")}},
        ending[2] = {{YN_TEXT_INIT("Date"), YN_TEXT_INIT("Thu, 01 Jan 2026 00:00:00 GMT")},
                     {YN_TEXT_INIT("Expires"), YN_TEXT_INIT("Fri, 02 Jan 2026 00:00:00 GMT")}},
        aged[2] = {{YN_TEXT_INIT("Date"), YN_TEXT_INIT("Thu, 01 Jan 2026 00:00:00 GMT")},
                   {YN_TEXT_INIT("Last-Modified"), YN_TEXT_INIT("Fri, 01 Jan 2016 00:00:00 GMT")}};
    yonder_freshness if_told = {0}, if_expires = {0};
    set_method(q, YN_TEXT("GET"), false);
    int error = freshness(q, unsaid, &out->kept);
    error = error ? error : freshness(q, told, &if_told);
    error = error ? error : freshness(q, ending, &if_expires);
    error = error ? error : freshness(q, aged, &out->aged);
    out->kept_if_told = if_told.cacheable;
    out->kept_if_expires = if_expires.cacheable;
    return error;
}

static int one_client(question *q, yn_explained_client *out)
{
    int error = YONDER_OK;
    *out =
        (yn_explained_client){.client = q->client, .names_methods = q->client->own_methods != NULL};
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT && !error; i++) {
        set_method(q, methods[i].name, methods[i].has_body);
        error = fate(q, &out->fates[i]);
        q->request.method_is_custom = true;
        error = error ? error : fate(q, &out->named[i]);
        q->request.method_is_custom = false;
    }
    return error ? error : keeping(q, out);
}

// The question points into itself, so it must not move.
static int prepare(question *q, int status, const yonder_mem *mem)
{
    *q = (question){
        .fields = {{YN_TEXT("Location"), YN_TEXT("http://a.test/there")}},
        .mem = mem,
    };
    q->request = (yonder_request){.method = YN_TEXT("GET"), .url = &q->url};
    q->response = (yonder_response){.status = status, .fields = q->fields, .field_count = 1};
    return yonder_url_parse(&q->url, YN_TEXT("http://a.test/here"), NULL, mem);
}

static int each_client(yn_explanation *out, int status, const yonder_mem *mem)
{
    question q;
    int error = prepare(&q, status, mem);
    if (error)
        return error;
    for (; !error && (q.client = yonder_client_at(out->client_count)); out->client_count++) {
        assert(out->client_count < YN_EXPLAIN_MAX_CLIENTS);
        error = one_client(&q, &out->clients[out->client_count]);
    }
    yonder_url_free(&q.url, mem);
    return error;
}

// ---- the internal redirect ----------------------------------------------------------------------

// A host that is known, once because it was learnt and once because it is preloaded.
typedef struct known {
    yonder_url url;
    yonder_hsts *store;
    void *image;
    yonder_preload *preload;
} known;

static int know(known *k, const yonder_mem *mem)
{
    const yonder_hsts_entry learnt = {.host = YN_TEXT("known.test"),
                                      .expires = YONDER_HSTS_FOREVER};
    const yonder_preload_entry preloaded = {.name = learnt.host, .force_https = true};
    size_t size, bad;
    int error = yonder_url_parse(&k->url, YN_TEXT("http://known.test/"), NULL, mem);
    if (!error)
        error = yonder_hsts_new(&k->store, 0, mem);
    if (!error)
        error = yonder_hsts_put(k->store, &learnt);
    if (!error)
        error = yonder_preload_build(&preloaded, 1, mem, &k->image, &size, &bad);
    return error ? error : yonder_preload_open(&k->preload, k->image, size, mem);
}

static void forget(known *k, const yonder_mem *mem)
{
    yonder_preload_close(k->preload);
    yn_free(mem, k->image);
    yonder_hsts_free(k->store);
    yonder_url_free(&k->url, mem);
}

// Whatever the method, the request is the same but for its scheme.
static void one_upgrade(const known *k, const yonder_client *client, yn_explained_client *out)
{
    yonder_hsts_match learnt, preloaded;
    yonder_hsts_query(k->store, NULL, client, &k->url, 0, &learnt);
    yonder_hsts_query(NULL, k->preload, client, &k->url, 0, &preloaded);
    *out = (yn_explained_client){
        .client = client,
        .hsts = {yonder_hsts_supported(client), learnt.upgrade, preloaded.upgrade,
                 client->internal.hsts.phrase},
    };
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT; i++)
        if (learnt.upgrade || preloaded.upgrade)
            out->fates[i] = out->named[i] = (yn_fate){true, methods[i].name, methods[i].has_body};
}

static int each_upgrade(yn_explanation *out, const yonder_mem *mem)
{
    known k = {0};
    const yonder_client *client;
    int error = know(&k, mem);
    for (; !error && (client = yonder_client_at(out->client_count)); out->client_count++) {
        assert(out->client_count < YN_EXPLAIN_MAX_CLIENTS);
        one_upgrade(&k, client, &out->clients[out->client_count]);
    }
    forget(&k, mem);
    return error;
}

// ---- all of it ----------------------------------------------------------------------------------

int yn_explain(yn_explanation *out, const yn_status_page *page, const yonder_mem *mem)
{
    *out = (yn_explanation){.page = page};
    return page->kind == YN_STATUS_INTERNAL ? each_upgrade(out, mem)
                                            : each_client(out, page->status, mem);
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
