// SPDX-License-Identifier: MIT
#include "trace/loop.h"

#include "base/text.h"

static yonder_text without_fragment(const yonder_url *url)
{
    yonder_text href = yonder_url_href(url);
    return yn_slice(href, 0, yn_find_char(href, '#'));
}

// The Referer tells where a request comes from, and not what is asked.
static bool next_field(const yn_hop *hop, size_t *i)
{
    while (*i < hop->field_count && yn_equal(hop->fields[*i].name, YN_TEXT("Referer")))
        ++*i;
    return *i < hop->field_count;
}

static bool same_fields(const yn_hop *a, const yn_hop *b)
{
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        bool more = next_field(a, &i);
        if (next_field(b, &k) != more)
            return false;
        if (!more)
            return true;
        if (!yn_equal(a->fields[i].name, b->fields[k].name) ||
            !yn_equal(a->fields[i].value, b->fields[k].value))
            return false;
    }
}

// What the client does by itself is another thing than what a server is asked, or was.
static bool same_kind(const yn_hop *a, const yn_hop *b)
{
    if (a->kind == YN_HOP_INTERNAL && b->kind == YN_HOP_INTERNAL)
        return a->cause.reason == b->cause.reason;
    return a->kind != YN_HOP_INTERNAL && b->kind != YN_HOP_INTERNAL && a->kind != YN_HOP_REFRESH;
}

static bool same_request(const yn_hop *a, const yn_hop *b)
{
    return same_kind(a, b) && yn_equal(a->method, b->method) && a->body_sent == b->body_sent &&
           yn_equal(without_fragment(&a->url), without_fragment(&b->url)) && same_fields(a, b);
}

static bool sets_cookie(const yn_hop *hop)
{
    for (size_t i = 0; i < hop->evidence.field_count; i++)
        if (yn_equal_nocase(hop->evidence.fields[i].name, YN_TEXT("Set-Cookie")))
            return true;
    return false;
}

bool yn_loop_closes(yn_chain *c, const yn_hop *next)
{
    size_t i = 0;
    while (i < c->count && !same_request(&c->hops[i], next))
        i++;
    if (i == c->count)
        return false;
    c->outcome = YN_OUTCOME_LOOP;
    c->loop_to = i + 1;
    for (; i < c->count; i++)
        c->loop_sets_cookie |= sets_cookie(&c->hops[i]);
    return true;
}
