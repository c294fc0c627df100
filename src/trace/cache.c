// SPDX-License-Identifier: MIT
#include "trace/cache.h"

#include "base/text.h"

const yn_stored *yn_cache_find(const yn_cache *cache, const yn_store *store,
                               const yn_fetch_request *request, yonder_text begun_by, int64_t now)
{
    if (cache->not_for_forms && yn_equal(begun_by, YN_TEXT("POST")))
        return NULL;
    return yn_store_find(store, request, now);
}

// ---- what a response makes out of date ----------------------------------------------------------

static bool is_safe(yonder_text method)
{
    return yn_equal(method, YN_TEXT("GET")) || yn_equal(method, YN_TEXT("HEAD")) ||
           yn_equal(method, YN_TEXT("OPTIONS")) || yn_equal(method, YN_TEXT("TRACE"));
}

static bool forgets(const yn_forgetting *rules, yonder_text method, int status)
{
    if (is_safe(method) || (!rules->failures_too && (status < 200 || status > 399)))
        return false;
    for (const char *const *m = rules->methods; m && *m; m++)
        if (yn_equal(method, yonder_text_of(*m)))
            return true;
    return !rules->methods;
}

static bool same_host(const yonder_url *a, const yonder_url *b)
{
    return yn_equal(yonder_url_get(a, YONDER_URL_HOSTNAME), yonder_url_get(b, YONDER_URL_HOSTNAME));
}

// What is kept for the URL that the field named `name` tells.
static int forget_target(yn_store *store, const yn_fetch_request *request,
                         const yn_evidence *evidence, const char *name, const yonder_mem *mem)
{
    yonder_url url;
    yonder_text value = yn_evidence_field(evidence, name);
    if (!value.ptr)
        return YONDER_OK;
    int error = yonder_url_parse(&url, value, request->url, mem);
    if (error)
        return error == YONDER_NO_MEMORY ? error : YONDER_OK;
    if (same_host(&url, request->url))
        yn_store_forget(store, &url);
    yonder_url_free(&url, mem);
    return YONDER_OK;
}

static int forget(const yn_forgetting *rules, yn_store *store, const yn_fetch_request *request,
                  const yn_evidence *evidence, const yonder_mem *mem)
{
    yn_store_forget(store, request->url);
    if (!rules->targets_too)
        return YONDER_OK;
    int error = forget_target(store, request, evidence, "Location", mem);
    return error ? error : forget_target(store, request, evidence, "Content-Location", mem);
}

int yn_cache_take(const yn_cache *cache, yn_store *store, const yn_fetch_request *request,
                  const yn_stored *response, const yonder_mem *mem)
{
    if (forgets(&cache->forgetting, request->method, response->evidence.status))
        return forget(&cache->forgetting, store, request, &response->evidence, mem);
    if (!yn_equal(request->method, YN_TEXT("GET")))
        return YONDER_OK;
    if (response->freshness.cacheable && !request->has_body)
        return yn_store_keep(store, request, response);
    yn_store_forget(store, request->url);
    return YONDER_OK;
}
