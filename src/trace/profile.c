// SPDX-License-Identifier: MIT
#include "trace/profile.h"

#include "base/mem.h"
#include "base/text.h"

int yn_profile_make(yn_profile *out, const yonder_mem *mem)
{
    yn_profile p = {.mem = mem};
    int error = yn_store_new(&p.store, mem);
    if (!error)
        *out = p;
    return error;
}

void yn_profile_free(yn_profile *p)
{
    yn_store_free(p->store);
    for (size_t i = 0; i < p->http_host_count; i++)
        yn_free(p->mem, p->http_hosts[i].host);
    yn_free(p->mem, p->http_hosts);
    *p = (yn_profile){0};
}

static yn_http_host *find(const yn_profile *p, const yonder_url *url)
{
    yonder_text host = yonder_url_get(url, YONDER_URL_HOSTNAME);
    for (size_t i = 0; i < p->http_host_count; i++)
        if (yn_equal(yonder_text_of(p->http_hosts[i].host), host))
            return &p->http_hosts[i];
    return NULL;
}

static yn_http_host *add(yn_profile *p, const yonder_url *url)
{
    yonder_text host = yonder_url_get(url, YONDER_URL_HOSTNAME);
    size_t size = (p->http_host_count + 1) * sizeof *p->http_hosts;
    yn_http_host *longer = yn_resize(p->mem, p->http_hosts, size);
    if (!longer)
        return NULL;
    p->http_hosts = longer;
    char *copy = yn_alloc(p->mem, host.len + 1);
    if (!copy)
        return NULL;
    memcpy(copy, host.ptr, host.len);
    copy[host.len] = '\0';
    longer[p->http_host_count] = (yn_http_host){.host = copy};
    return &longer[p->http_host_count++];
}

int yn_profile_allow_http(yn_profile *p, const yonder_url *url, int64_t now)
{
    yn_http_host *host = find(p, url);
    if (!host)
        host = add(p, url);
    if (!host)
        return YONDER_NO_MEMORY;
    host->until = now + (int64_t)YN_HTTPS_FIRST_DAYS * 24 * 60 * 60;
    return YONDER_OK;
}

bool yn_profile_allows_http(const yn_profile *p, const yonder_url *url, int64_t now)
{
    const yn_http_host *host = find(p, url);
    return host && now < host->until;
}
