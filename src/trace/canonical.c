// SPDX-License-Identifier: MIT
#include "trace/canonical.h"

#include "base/text.h"

enum {
    max_redirects = 10, // that Googlebot follows to get at content
};

const char *yn_strength_code(yn_strength strength)
{
    static const char *const codes[] = {NULL, "weak", "strong"};
    return codes[strength];
}

bool yn_status_is_permanent(int status)
{
    return status == 301 || status == 308;
}

static yn_canonical nothing(const char *reason, size_t hop)
{
    return (yn_canonical){.reason = reason, .hop = hop};
}

// ---- X-Robots-Tag -------------------------------------------------------------------------------

// Takes a crawler's name and its colon off a rule. A rule may itself have a colon, before its
// value.
static bool take_crawler(yonder_text *rule, yonder_text *name)
{
    static const char *const valued[] = {"max-snippet", "max-image-preview", "max-video-preview",
                                         "unavailable_after"};
    size_t colon = yn_find_char(*rule, ':');
    yonder_text word = yn_trim(yn_slice(*rule, 0, colon), " \t");
    if (colon == rule->len || !yn_is_token(word))
        return false;
    for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
        if (yn_equal_nocase(word, yonder_text_of(valued[i])))
            return false;
    *name = word;
    *rule = yn_trim(yn_skip(*rule, colon + 1), " \t");
    return true;
}

// The rules after a crawler's name are for that one, up to the next name.
static bool value_says_noindex(yonder_text rest)
{
    bool meant = true;
    while (rest.len) {
        size_t n = yn_find_char(rest, ',');
        yonder_text rule = yn_trim(yn_slice(rest, 0, n), " \t"), crawler;
        if (take_crawler(&rule, &crawler))
            meant = yn_equal_nocase(crawler, YN_TEXT("googlebot"));
        if (meant &&
            (yn_equal_nocase(rule, YN_TEXT("noindex")) || yn_equal_nocase(rule, YN_TEXT("none"))))
            return true;
        rest = yn_skip(rest, n < rest.len ? n + 1 : n);
    }
    return false;
}

// A field that keeps the page out of the index.
static bool says_noindex(const yn_hop *hop)
{
    for (size_t i = 0; i < hop->evidence.field_count; i++) {
        const yonder_field *f = &hop->evidence.fields[i];
        if (yn_equal_nocase(f->name, YN_TEXT("X-Robots-Tag")) && value_says_noindex(f->value))
            return true;
    }
    return false;
}

// ---- the chain ----------------------------------------------------------------------------------

// Why nothing can be kept of where the chain ends; NULL if something can.
static const char *dead_end(const yn_chain *c)
{
    const yn_hop *last = &c->hops[c->count - 1];
    if (c->outcome == YN_OUTCOME_LOOP)
        return "nothing is kept, for the redirects go in a circle";
    if (c->outcome == YN_OUTCOME_TOO_MANY)
        return "nothing is kept, for the redirects do not end";
    if (c->outcome == YN_OUTCOME_ERROR)
        return last->decided ? "nothing is kept, for the last redirect leads nowhere"
                             : "nothing is kept, for the last URL does not answer";
    int status = last->evidence.status;
    if (status == 429 || status >= 500)
        return "nothing is kept, for the last URL answers with an error; it is asked again later";
    if (status >= 400)
        return "nothing is kept, for the last URL answers that there is no page";
    if (status >= 300)
        return "nothing is kept, for the last URL has no page and leads nowhere";
    return says_noindex(last) ? "nothing is kept, for X-Robots-Tag asks for that" : NULL;
}

// A step of the chain as a search engine weighs it.
typedef enum weight {
    NO_STEP,
    PERMANENT,
    TEMPORARY,
} weight;

static weight weigh(const yn_hop *hop)
{
    if (hop->kind == YN_HOP_INTERNAL)
        return NO_STEP;
    if (hop->kind == YN_HOP_REFRESH)
        return hop->refresh.seconds == 0 ? PERMANENT : TEMPORARY;
    if (!hop->decided || hop->decision.action != YONDER_FOLLOW)
        return NO_STEP;
    return yn_status_is_permanent(hop->evidence.status) ? PERMANENT : TEMPORARY;
}

static yonder_text after_scheme(const yonder_url *url)
{
    yonder_text href = yonder_url_href(url);
    return yn_skip(href, yonder_url_get(url, YONDER_URL_PROTOCOL).len);
}

// The same page over https: that one is preferred, whatever the status.
static bool only_upgrades(const yn_hop *from, const yn_hop *to)
{
    return yn_equal(yonder_url_get(&from->url, YONDER_URL_PROTOCOL), YN_TEXT("http:")) &&
           yn_equal(yonder_url_get(&to->url, YONDER_URL_PROTOCOL), YN_TEXT("https:")) &&
           yn_equal(after_scheme(&from->url), after_scheme(&to->url));
}

// The client went to https where a search engine would have asked by http.
static bool goes_by_itself(const yn_chain *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->hops[i].kind == YN_HOP_INTERNAL)
            return true;
    return false;
}

// What the page that ends the chain says of going on, where that was not followed.
static yn_canonical of_last(const yn_chain *c, bool weakened, size_t steps)
{
    const yn_hop *last = &c->hops[c->count - 1];
    yn_canonical answer = {.url = &last->url,
                           .strength = YN_STRENGTH_STRONG,
                           .reason = "there is no redirect",
                           .hop = c->count};
    if (steps)
        answer.reason = "each redirect on the way is permanent";
    if (goes_by_itself(c) && !steps) {
        answer.strength = YN_STRENGTH_WEAK;
        answer.reason = "https is preferred to http";
    }
    if (weakened) {
        answer.strength = YN_STRENGTH_WEAK;
        answer.reason = "the way there is temporary, but https is preferred to http";
    }
    if (last->refresh.present && !last->refresh.reloads && last->refresh.seconds == 0) {
        answer.url = &last->refresh.url;
        answer.strength = YN_STRENGTH_WEAK;
        answer.reason = "the last page goes on there at once, which counts as permanent; it was "
                        "not asked for";
    }
    return answer;
}

static const char *unseen(const yn_chain *c)
{
    bool reads =
        yn_equal(c->plan.method, YN_TEXT("GET")) || yn_equal(c->plan.method, YN_TEXT("HEAD"));
    if (!reads)
        return "not known, for they ask with GET";
    for (size_t i = 0; i < c->count; i++)
        if (c->hops[i].kind == YN_HOP_INTERNAL && c->hops[i].cause.reason == YN_INTERNAL_FALLBACK)
            return "not known, for https was tried in vain, which they do not: trace --as "
                   "googlebot";
    return NULL;
}

static yn_canonical weigh_all(const yn_chain *c)
{
    const char *reason = unseen(c);
    if (!reason)
        reason = dead_end(c);
    if (reason)
        return nothing(reason, c->count);
    bool weakened = false;
    size_t steps = 0;
    for (size_t i = 0; i + 1 < c->count; i++) {
        const yn_hop *hop = &c->hops[i];
        weight w = weigh(hop);
        steps += w != NO_STEP;
        if (steps > max_redirects)
            return nothing("nothing is kept, for there are more than 10 redirects", i + 1);
        if (w == TEMPORARY && !only_upgrades(hop, hop + 1))
            return (yn_canonical){
                .url = &hop->url,
                .strength = YN_STRENGTH_WEAK,
                .reason = hop->kind == YN_HOP_REFRESH
                              ? "the page goes on after a while, which counts as temporary"
                              : "the redirect from there is temporary",
                .hop = i + 1};
        weakened = weakened || w == TEMPORARY;
    }
    return of_last(c, weakened, steps);
}

yn_canonical yn_canonical_of(const yn_chain *c)
{
    yn_canonical answer = weigh_all(c);
    if (answer.url && goes_by_itself(c))
        answer.caveat = "what the server answers to http was not seen (trace --as googlebot)";
    return answer;
}
