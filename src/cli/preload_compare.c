// SPDX-License-Identifier: MIT
#include "cli/preload_compare.h"

#include <stdlib.h>

#include "base/text.h"

static yonder_text name_of(const yn_listing_change *c)
{
    return c->before ? c->before->name : c->after->name;
}

static int by_name(const void *a, const void *b)
{
    yonder_text x = name_of(a), y = name_of(b);
    int order = memcmp(x.ptr, y.ptr, x.len < y.len ? x.len : y.len);
    return order ? order : (x.len > y.len) - (x.len < y.len);
}

static bool differ(const yn_listed *a, const yn_listed *b)
{
    return a->force_https != b->force_https ||
           (a->force_https && a->include_subdomains != b->include_subdomains) ||
           (a->policy.len && b->policy.len && !yn_equal(a->policy, b->policy));
}

int yn_listing_compare(const yn_listing *before, const yn_listing *after, yn_listing_changes *out)
{
    yn_listing_changes c = {.items = calloc(before->count + after->count + 1, sizeof *c.items)};
    if (!c.items)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < before->count; i++) {
        const yn_listed *old = &before->entries[i], *new = yn_listing_find(after, old->name);
        if (new && !differ(old, new))
            continue;
        c.items[c.count++] = (yn_listing_change){old, new};
        *(new ? &c.changed : &c.removed) += 1;
    }
    for (size_t i = 0; i < after->count; i++)
        if (!yn_listing_find(before, after->entries[i].name)) {
            c.items[c.count++] = (yn_listing_change){NULL, &after->entries[i]};
            c.added++;
        }
    qsort(c.items, c.count, sizeof *c.items, by_name);
    *out = c;
    return YONDER_OK;
}
