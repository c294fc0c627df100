// SPDX-License-Identifier: MIT
#include "trace/obey.h"

#include "base/text.h"
#include "core/client.h"

bool yn_obey_asked(const yn_walk *w)
{
    const yn_chain *c = w->chain;
    const yn_hop_refresh *refresh = &c->hops[c->count - 1].refresh;
    return c->plan.follow_refresh && c->outcome == YN_OUTCOME_FINAL && refresh->present &&
           !refresh->reloads;
}

// A refresh is followed as a 303 would be, but that no fragment is inherited.
static int decide_refresh(yn_walk *w, yn_hop *hop)
{
    const yonder_mem *mem = w->chain->mem;
    const yonder_field location = {YN_TEXT("Location"), yonder_url_href(&hop->refresh.url)};
    const yonder_response response = {.status = 303, .fields = &location, .field_count = 1};
    int error = yn_walk_decide(w, hop, &response);
    if (error || hop->decision.action != YONDER_FOLLOW)
        return error;
    yonder_url_free(&hop->decision.url, mem);
    yonder_url_free(&hop->target, mem);
    error = yonder_url_copy(&hop->decision.url, &hop->refresh.url, mem);
    if (!error)
        error = yonder_url_copy(&hop->target, &hop->refresh.url, mem);
    if (!error && ++w->refreshed > YN_MAX_REFRESHES) {
        hop->decision.action = YONDER_ERROR;
        hop->decision.reason = YONDER_TOO_MANY_REDIRECTS;
    }
    return error;
}

int yn_obey(yn_walk *w, bool *more)
{
    yn_chain *c = w->chain;
    const yn_hop *page = &c->hops[c->count - 1];
    yn_hop hop = {.kind = YN_HOP_REFRESH,
                  .method = page->method,
                  .body_sent = page->body_sent,
                  .refresh = page->refresh};
    bool anew = c->plan.client->refreshing == YN_REFRESH_NAVIGATES;
    hop.refresh.url = (yonder_url){0};
    if (anew)
        w->followed = 0;
    int error = yonder_url_copy(&hop.url, &page->url, c->mem);
    if (!error)
        error = yonder_url_copy(&hop.refresh.url, &page->refresh.url, c->mem);
    if (!error)
        error = decide_refresh(w, &hop);
    bool too_many = hop.decision.reason == YONDER_TOO_MANY_REDIRECTS;
    *more = !error && hop.decision.action == YONDER_FOLLOW;
    if (error || (!*more && !too_many)) {
        yn_hop_free(&hop, c->mem);
        return error;
    }
    w->page = c->count - 1;
    if (too_many)
        c->outcome = YN_OUTCOME_TOO_MANY;
    error = yn_chain_push(c, &hop);
    if (anew)
        w->began = c->count;
    return error;
}
