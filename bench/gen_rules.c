// SPDX-License-Identifier: MIT
// Makes redirect rules that look like the migration of a large site: every old URL to its new one.
// The same number and seed give the same bytes.
//
// usage: gen_rules COUNT DIRECTORY [SAMPLES [SEED]]
//
// DIRECTORY/site.rules   COUNT lines "FROM TO 308", the native format
// DIRECTORY/nginx.map    the same as lines of nginx's map: "FROM" "TO"; FROM is percent-decoded, as
//                        nginx looks it up
// DIRECTORY/haproxy.map  lines FROM TO
// DIRECTORY/sample.tsv   SAMPLES lines FROM TAB TO, drawn from the rules at random
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    path_max = 256,
    target_max = 256,
};

typedef struct random_state {
    uint64_t x;
} random_state;

typedef struct site {
    uint64_t seed;
    uint32_t count;
    uint64_t id_mask; /**< 2^n - 1, at least `count`: ids are sparse, as on a site that has lived */
} site;

// splitmix64: the state is a counter, so a rule can be made again from its number alone.
static uint64_t draw(random_state *r)
{
    uint64_t z = r->x += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static unsigned below(random_state *r, unsigned n)
{
    return (unsigned)((draw(r) >> 32) * n >> 32);
}

static const char *const words[] = {
    "abroad",   "account",   "advice",    "album",     "amateur",   "antique",   "apron",
    "attic",    "bakery",    "balcony",   "bargain",   "basket",    "beginner",  "bicycle",
    "birthday", "blanket",   "bottle",    "bracelet",  "breakfast", "bridge",    "brochure",
    "bundle",   "cabin",     "calendar",  "camera",    "candle",    "canvas",    "carpet",
    "castle",   "catalogue", "ceramic",   "charger",   "checklist", "children",  "cinema",
    "cleaning", "collector", "comfort",   "compare",   "concert",   "corner",    "courier",
    "cushion",  "delivery",  "dessert",   "discount",  "durable",   "electric",  "evening",
    "exhibit",  "faculty",   "festival",  "fireplace", "folding",   "foreign",   "fountain",
    "friendly", "gallery",   "garage",    "genuine",   "gift",      "grammar",   "granite",
    "guest",    "hammock",   "handbook",  "harbour",   "holiday",   "insulated", "invoice",
    "jewel",    "journey",   "keyboard",  "ladder",    "lantern",   "leaflet",   "library",
    "luggage",  "magazine",  "manual",    "marathon",  "member",    "mirror",    "monthly",
    "mountain", "museum",    "necklace",  "notebook",  "opening",   "orchard",   "outlet",
    "package",  "painting",  "partner",   "passport",  "pattern",   "picnic",    "pillow",
    "plumbing", "pocket",    "portable",  "postcard",  "pottery",   "printer",   "quality",
    "quarter",  "railway",   "rainproof", "recipe",    "refund",    "regional",  "repair",
    "reusable", "ribbon",    "saddle",    "sailing",   "sample",    "seaside",   "seminar",
    "shelf",    "shipping",  "sketch",    "stadium",   "student",   "suitcase",  "summary",
    "sweater",  "tablet",    "theatre",   "ticket",    "timetable", "traveller", "trousers",
    "tutorial", "umbrella",  "upgrade",   "vacation",  "velvet",    "village",   "voucher",
    "warranty", "weekend",   "wholesale", "workshop",
};

// Percent-encoded UTF-8 as editorial systems leave it in URLs.
static const char *const accented[] = {
    "caf%C3%A9", "m%C3%BCnchen", "fa%C3%A7ade", "r%C3%A9sum%C3%A9", "sm%C3%B8rrebr%C3%B8d",
};

static const char *const departments[] = {
    "bathroom", "bedroom", "cookware", "cycling", "gardening",  "hiking",  "lighting",
    "music",    "office",  "running",  "sailing", "stationery", "storage", "toys",
};

static const char *const languages[] = {"cs", "da", "de", "el", "en", "es", "fi", "fr", "pt", "tr"};

#define COUNT(array)   ((unsigned)(sizeof(array) / sizeof *(array)))
#define PICK(r, array) ((array)[below(r, COUNT(array))])

// Words joined by hyphens.
static void slug(random_state *r, char *out, size_t size, unsigned min, unsigned max)
{
    unsigned n = min + below(r, max - min + 1);
    size_t at = 0;
    for (unsigned i = 0; i < n; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%s", i ? "-" : "", PICK(r, words));
    if (below(r, 50) == 0)
        snprintf(out + at, size - at, "-%s", PICK(r, accented));
}

// The rule of that number. `id` is in every path, and no two rules share one.
static void make_rule(const site *set, uint32_t number, char *path, char *target)
{
    random_state r = {set->seed + ((uint64_t)number << 32)};
    // An odd factor permutes the numbers under a mask, so ids differ and do not come in order.
    uint64_t id = 100000 + ((number * UINT64_C(0x9e3779b97f4a7c15)) & set->id_mask);
    char s[160];
    unsigned kind = below(&r, 100);
    if (kind < 35) {
        slug(&r, s, sizeof s, 3, 5);
        snprintf(path, path_max, "/%u/%02u/%s-%" PRIu64, 2004 + below(&r, 20), 1 + below(&r, 12), s,
                 id);
        snprintf(target, target_max, "https://www.example.com/magazine/%s-%" PRIu64 "/", s, id);
    } else if (kind < 65) {
        const char *department = PICK(&r, departments);
        slug(&r, s, sizeof s, 2, 4);
        snprintf(path, path_max, "/shop/%s/%s_%" PRIu64 ".html", department, s, id);
        snprintf(target, target_max, "https://shop.example.com/%s/%s/%" PRIu64, department, s, id);
    } else if (kind < 80) {
        const char *language = PICK(&r, languages);
        slug(&r, s, sizeof s, 2, 4);
        snprintf(path, path_max, "/support/%s/questions/%" PRIu64 "/%s", language, id, s);
        snprintf(target, target_max, "https://help.example.com/%s/a/%" PRIu64 "-%s", language, id,
                 s);
    } else if (kind < 92) {
        slug(&r, s, sizeof s, 2, 3);
        snprintf(path, path_max, "/cgi-bin/view.pl/%s/%" PRIu64, s, id);
        snprintf(target, target_max, "https://www.example.com/archive/%s?ref=%" PRIu64, s, id);
    } else {
        slug(&r, s, sizeof s, 2, 3);
        snprintf(path, path_max, "/go/%" PRIx64, id);
        snprintf(target, target_max, "https://www.example.com/offers/%s-%" PRIu64, s, id);
    }
}

static int hex(char c)
{
    return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void percent_decode(const char *in, char *out)
{
    for (; *in; in++) {
        if (*in == '%') {
            *out++ = (char)(hex(in[1]) << 4 | hex(in[2]));
            in += 2;
        } else {
            *out++ = *in;
        }
    }
    *out = 0;
}

static FILE *create(const char *directory, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *f = fopen(path, "w");
    if (!f)
        fprintf(stderr, "gen_rules: %s: %s\n", path, strerror(errno));
    return f;
}

static bool finish(FILE *f)
{
    bool good = f && !ferror(f);
    return (!f || fclose(f) == 0) && good;
}

static void write_rules(FILE *native, FILE *map, FILE *plain, const site *set)
{
    char path[path_max], target[target_max], decoded[path_max];
    for (uint32_t i = 0; i < set->count; i++) {
        make_rule(set, i, path, target);
        percent_decode(path, decoded);
        fprintf(native, "%s %s 308\n", path, target);
        fprintf(map, "\"%s\" \"%s\";\n", decoded, target);
        fprintf(plain, "%s %s\n", path, target);
    }
}

static void write_sample(FILE *sample, const site *set, uint32_t samples)
{
    char path[path_max], target[target_max];
    random_state r = {~set->seed};
    for (uint32_t i = 0; i < samples; i++) {
        make_rule(set, below(&r, set->count), path, target);
        fprintf(sample, "%s\t%s\n", path, target);
    }
}

static bool number(const char *text, uint64_t max, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && !errno && *out <= max;
}

int main(int argc, char **argv)
{
    uint64_t count, samples = 100000, seed = 1;
    if (argc < 3 || argc > 5 || !number(argv[1], UINT32_MAX, &count) || count == 0 ||
        (argc > 3 && !number(argv[3], UINT32_MAX, &samples)) ||
        (argc > 4 && !number(argv[4], UINT64_MAX, &seed))) {
        fprintf(stderr, "usage: gen_rules COUNT DIRECTORY [SAMPLES [SEED]]\n");
        return 2;
    }
    site set = {seed, (uint32_t)count, 0xffff};
    while (set.id_mask < count * 4)
        set.id_mask = set.id_mask * 2 + 1;
    FILE *native = create(argv[2], "site.rules");
    FILE *map = create(argv[2], "nginx.map");
    FILE *plain = create(argv[2], "haproxy.map");
    FILE *sample = create(argv[2], "sample.tsv");
    if (native && map && plain)
        write_rules(native, map, plain, &set);
    if (sample)
        write_sample(sample, &set, (uint32_t)samples);
    bool good = finish(native);
    good = finish(map) && good;
    good = finish(plain) && good;
    good = finish(sample) && good;
    if (!good)
        fprintf(stderr, "gen_rules: could not write the files\n");
    return good ? 0 : 3;
}
