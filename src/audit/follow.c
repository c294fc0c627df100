// SPDX-License-Identifier: MIT
#include "audit/follow.h"

#include "audit/href.h"
#include "base/text.h"

// Where a response leads to (Fetch standard, "location URL"): its first Location, without the
// fragment, which is sent to nobody. ptr of `*location` is NULL where it leads nowhere.
static yonder_text location_of(const yn_visit *v)
{
    switch (v->response.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return yn_evidence_field(&v->response, "Location");
    default:
        return (yonder_text){0};
    }
}

static int resolve(yn_arena *arena, yonder_text location, const yonder_url *base, yonder_url *out)
{
    int error = yn_href_parse(arena, location, base, out);
    if (error || !out->has_fragment)
        return error;
    yonder_text href = yonder_url_href(out);
    return yn_href_parse(arena, yn_slice(href, 0, yn_find_char(href, '#')), NULL, out);
}

static bool was_there(const yn_collecting *c, const yn_seen_chain *chain, const yonder_url *url)
{
    for (size_t i = 0; i < chain->count; i++)
        if (yonder_url_equal(&c->audit->visits[chain->hops[i]].url, url, false))
            return true;
    return false;
}

// Makes the next visit. True if there is another after it, at `*url`; else `chain->end` is set.
static bool step(yn_collecting *c, yn_seen_chain *chain, yonder_url *url, int *error)
{
    const yn_visit_plan plan = {.purpose = YN_PURPOSE_CHAIN, .method = "GET", .url = *url};
    size_t index;
    *error = yn_visit_make(c, &plan, &index);
    if (*error)
        return false;
    if (index == YN_NO_VISIT) {
        chain->end = c->audit->cut_short ? YN_CHAIN_UNKNOWN : YN_CHAIN_LONG;
        return false;
    }
    chain->hops[chain->count++] = index;
    const yn_visit *v = &c->audit->visits[index];
    yonder_text location = location_of(v);
    chain->end = v->response.error ? YN_CHAIN_FAILED : YN_CHAIN_ANSWERED;
    if (v->response.error || !location.ptr)
        return false;
    int wrong = resolve(c->arena, location, &v->url, url);
    *error = wrong == YONDER_NO_MEMORY ? wrong : YONDER_OK;
    chain->end = YN_CHAIN_UNREADABLE;
    if (wrong || !yn_href_is_http(url))
        return false;
    chain->end = YN_CHAIN_LOOP;
    if (was_there(c, chain, url))
        return false;
    chain->end = YN_CHAIN_LONG;
    return chain->count < YN_COLLECT_MAX_HOPS;
}

int yn_follow_seen(yn_collecting *c, const char *url, yn_seen_chain *out)
{
    yonder_url next;
    yn_seen_chain chain = {.asked = true};
    chain.hops = yn_arena_alloc(c->arena, YN_COLLECT_MAX_HOPS * sizeof *chain.hops);
    int error = yn_href_parse(c->arena, yonder_text_of(url), NULL, &next);
    if (error || !chain.hops)
        return YONDER_NO_MEMORY;
    while (step(c, &chain, &next, &error))
        ;
    if (!error)
        *out = chain;
    return error;
}
