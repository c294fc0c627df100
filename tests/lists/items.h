// SPDX-License-Identifier: MIT
// Entries for tests: from a text, and at random.
#ifndef YN_TESTS_LISTS_ITEMS_H
#define YN_TESTS_LISTS_ITEMS_H

#include <stdio.h>

#include "base/text.h"
#include "lists/preload_item.h"

/** Of "name policy include name policy include …". */
static inline yn_preload_items items_of(const char *text, yn_arena *arena)
{
    yn_preload_items out = {yn_arena_alloc(arena, 64 * sizeof(yn_preload_item)), 0};
    char name[64], policy[64];
    int include, used;
    while (sscanf(text, "%63s %63s %d%n", name, policy, &include, &used) == 3) {
        out.items[out.count++] =
            (yn_preload_item){yn_arena_text(arena, yonder_text_of(name)),
                              yn_arena_text(arena, yonder_text_of(policy)), include != 0};
        text += used;
    }
    return out;
}

/** A generator that is the same everywhere. */
static inline uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

/** Some of 60 names, so that two such lists have many in common. */
static inline yn_preload_items random_items(uint64_t *seed, yn_arena *arena)
{
    static const char *const policies[] = {"bulk-1-year", "bulk-18-weeks", "custom",
                                           "test",        "of-our-own",    "public-suffix"};
    const unsigned share = next_random(seed) % 9;
    yn_preload_items out = {yn_arena_alloc(arena, 60 * sizeof(yn_preload_item)), 0};
    for (unsigned i = 0; i < 60; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%c%02u.%s", 'a' + i / 9, i,
                       i % 3 ? "example" : "a-b.xn--c1a");
        if (next_random(seed) % 8 < share)
            out.items[out.count++] = (yn_preload_item){
                yn_arena_text(arena, yonder_text_of(name)),
                yonder_text_of(policies[next_random(seed) % 6]), next_random(seed) % 2 != 0};
    }
    return out;
}

static inline bool same_items(yn_preload_items a, yn_preload_items b)
{
    if (a.count != b.count)
        return false;
    for (size_t i = 0; i < a.count; i++)
        if (!yn_equal(a.items[i].name, b.items[i].name) ||
            !yn_equal(a.items[i].policy, b.items[i].policy) ||
            a.items[i].include_subdomains != b.items[i].include_subdomains)
            return false;
    return true;
}

#endif
