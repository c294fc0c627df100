// SPDX-License-Identifier: MIT
// Random small rule sets over a tiny alphabet, in which all that can meet does.
#ifndef YN_TESTS_RANDOM_RULES_H
#define YN_TESTS_RANDOM_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    most_rules = 8,
};

static uint64_t seed;

static inline unsigned dice(unsigned sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % sides;
}

typedef struct text {
    char bytes[4096];
    size_t len;
} text;

static inline void put(text *t, const char *s)
{
    t->len += (size_t)snprintf(t->bytes + t->len, sizeof t->bytes - t->len, "%s", s);
}

static inline const char *letter(void)
{
    static const char *const letters[] = {"a", "b", "c"};
    return letters[dice(3)];
}

typedef struct names {
    bool x, y, splat, v;
} names;

static inline void put_from(text *t, names *bound, bool urls)
{
    unsigned segments = dice(4);
    if (urls && dice(4) == 0)
        put(t, dice(2) ? "https://h.example" : dice(2) ? "//g.example" : "http://h.example");
    for (unsigned i = 0; i < segments || !i; i++) {
        put(t, "/");
        unsigned kind = dice(8);
        if (segments == 0 && kind < 6)
            break;
        if (kind < 4) {
            put(t, letter());
        } else if (kind < 6 && !(bound->x && bound->y)) {
            put(t, bound->x ? ":y" : ":x");
            *(bound->x ? &bound->y : &bound->x) = true;
        } else if (kind < 7 && !bound->splat) {
            put(t, "*");
            bound->splat = true;
        } else {
            put(t, letter());
        }
    }
}

static inline void put_target(text *t, const names *bound, bool urls)
{
    unsigned segments = dice(4);
    bool splat = bound->splat; // twice, URLs grow beyond all bounds
    if (urls && dice(3) == 0)
        put(t, dice(2) ? "https://h.example" : dice(2) ? "https://g.example" : "http://h.example");
    put(t, "/");
    for (unsigned i = 0; i < segments; i++) {
        unsigned kind = dice(8);
        put(t, i ? "/" : "");
        if (kind == 4 && bound->x)
            put(t, dice(4) ? ":x" : "a:x");
        else if (kind == 5 && bound->y)
            put(t, ":y");
        else if (kind >= 6 && splat) {
            put(t, ":splat");
            splat = false;
        } else if (kind == 3 && bound->v)
            put(t, ":v");
        else
            put(t, letter());
    }
    if (dice(8) == 0)
        put(t, dice(3) == 0 ? "?" : bound->v && dice(2) ? "?n=:v" : "?n=1");
}

static inline void put_rule(text *t, bool urls, bool queries)
{
    names bound = {0};
    if (dice(14) == 0) {
        static const char *const expressions[] = {"~^/a/(.*)$ /$1", "~^/(a|b)/c /c/$1", "~b$ /c",
                                                  "~^/c/([a-c])$ /a/$1", "~^/b/(.+)/c$ /$1"};
        put(t, expressions[dice(5)]);
        put(t, "\n");
        return;
    }
    put_from(t, &bound, urls);
    if (queries && dice(4) == 0) {
        unsigned kind = dice(3);
        put(t, kind == 0 ? " n=1" : kind == 1 ? " n=:v" : " n=");
        bound.v = kind == 1;
    }
    put(t, " ");
    put_target(t, &bound, urls);
    put(t, dice(2) ? " 301\n" : " 307\n");
}

/** The set of this number: how many rules it has. */
static inline unsigned random_rules(text *t, uint64_t number, bool urls, bool queries)
{
    t->len = 0;
    seed = number * 7919 + 17;
    unsigned count = 2 + dice(most_rules - 2);
    for (unsigned i = 0; i < count; i++)
        put_rule(t, urls, queries);
    return count;
}

#endif
