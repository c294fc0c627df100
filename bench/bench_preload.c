// SPDX-License-Identifier: MIT
// bench_preload [LIST]: looking hosts up in a preload image, in random order, beside a sorted array
// of the same names that is searched by bisection for the host and each of its ancestors. Without
// a browser's LIST, made-up names are measured.
#include <yonder/preload.h>

#include "bench.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "lists/preload_list.h"

enum {
    lookups = 1 << 16,
    list_max = 1 << 30,
    made_up = 13000,
};

typedef struct names {
    yonder_preload_entry *entries;
    size_t count, room;
    yn_arena arena;
} names;

typedef struct job {
    const yonder_preload *set;
    const names *sorted;
    const yonder_text *hosts;
    size_t preloaded; // how many were, of a round
} job;

static uint32_t random_below(uint32_t n)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 32) * n >> 32);
}

// ---- the names ----------------------------------------------------------------------------------

static int add(void *context, const yonder_preload_entry *entry)
{
    names *n = context;
    if (n->count == n->room) {
        n->room = n->room * 2 + 1024;
        n->entries = realloc(n->entries, n->room * sizeof *n->entries);
        if (!n->entries)
            abort();
    }
    n->entries[n->count] = *entry;
    n->entries[n->count++].name = yn_arena_text(&n->arena, entry->name);
    return 0;
}

static yonder_text random_name(yn_arena *arena)
{
    static const char *const parts[] = {"ba", "con", "de", "el",  "fi", "go",  "ing", "ka", "lo",
                                        "ma", "net", "o",  "pre", "ro", "sta", "ter", "u",  "web"};
    static const char *const tlds[] = {"com", "com", "com", "net", "org", "de", "co.uk", "fr"};
    char text[64];
    int len = 0;
    for (uint32_t n = 3 + random_below(4); n; n--)
        len += snprintf(text + len, 8, "%s", parts[random_below(sizeof parts / sizeof *parts)]);
    len += snprintf(text + len, 8, ".%s", tlds[random_below(sizeof tlds / sizeof *tlds)]);
    return yn_arena_text(arena, (yonder_text){text, (size_t)len});
}

static void make_up(names *n)
{
    for (size_t i = 0; i < made_up; i++)
        add(n, &(yonder_preload_entry){random_name(&n->arena), true, true});
}

static int by_text(yonder_text a, yonder_text b)
{
    int order = memcmp(a.ptr, b.ptr, a.len < b.len ? a.len : b.len);
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int by_name(const void *a, const void *b)
{
    return by_text(((const yonder_preload_entry *)a)->name,
                   ((const yonder_preload_entry *)b)->name);
}

// ---- the two ways -------------------------------------------------------------------------------

static void look_up(void *context)
{
    job *j = context;
    j->preloaded = 0;
    for (size_t i = 0; i < lookups; i++) {
        yonder_preload_match match;
        yonder_preload_query(j->set, j->hosts[i], &match);
        j->preloaded += match.preloaded;
        bench_barrier();
    }
}

static const yonder_preload_entry *bisect(const names *n, yonder_text name)
{
    size_t low = 0, high = n->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_text(n->entries[middle].name, name);
        if (order == 0)
            return &n->entries[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool bisect_suffixes(const names *n, yonder_text host)
{
    for (yonder_text rest = host;;) {
        const yonder_preload_entry *e = bisect(n, rest);
        if (e)
            return e->force_https && (e->include_subdomains || rest.len == host.len);
        size_t dot = yn_find_char(rest, '.');
        if (dot == rest.len)
            return false;
        rest = yn_skip(rest, dot + 1);
    }
}

static void bisect_all(void *context)
{
    job *j = context;
    j->preloaded = 0;
    for (size_t i = 0; i < lookups; i++) {
        j->preloaded += bisect_suffixes(j->sorted, j->hosts[i]);
        bench_barrier();
    }
}

// ---- what is asked ------------------------------------------------------------------------------

static yonder_text listed(const names *n, yn_arena *arena)
{
    (void)arena;
    return n->entries[random_below((uint32_t)n->count)].name;
}

static yonder_text below_listed(const names *n, yn_arena *arena)
{
    char text[512];
    yonder_text name = listed(n, arena);
    int len = snprintf(text, sizeof text, "www.%.*s", YN_PRINT(name));
    return yn_arena_text(arena, (yonder_text){text, (size_t)len});
}

// A name like those listed: one of them with two letters changed.
static yonder_text unlisted(const names *n, yn_arena *arena)
{
    for (;;) {
        char text[512];
        yonder_text name = listed(n, arena);
        uint32_t label = (uint32_t)yn_find_char(name, '.');
        memcpy(text, name.ptr, name.len);
        text[random_below(label)] = (char)('a' + random_below(26));
        text[random_below(label)] = (char)('a' + random_below(26));
        name.ptr = text;
        if (!bisect_suffixes(n, name))
            return yn_arena_text(arena, name);
    }
}

static const struct {
    const char *name;
    yonder_text (*make)(const names *n, yn_arena *arena);
} questions[] = {
    {"listed", listed},
    {"www. before a listed one", below_listed},
    {"not listed", unlisted},
};

static void measure(const yonder_preload *set, const names *n)
{
    static yonder_text hosts[lookups];
    for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
        yn_arena arena = yn_arena_make(NULL);
        for (size_t i = 0; i < lookups; i++)
            hosts[i] = questions[q].make(n, &arena);
        job image = {.set = set, .hosts = hosts}, array = {.sorted = n, .hosts = hosts};
        bench_job jobs[] = {{look_up, &image, 0}, {bisect_all, &array, 0}};
        bench_times(jobs, 2);
        char name[128];
        snprintf(name, sizeof name, "preload: image, %s", questions[q].name);
        bench_print(jobs[0].seconds / lookups * 1e9, "ns", name);
        snprintf(name, sizeof name, "preload: sorted array, %s", questions[q].name);
        bench_print(jobs[1].seconds / lookups * 1e9, "ns", name);
        if (image.preloaded != array.preloaded)
            abort();
        yn_arena_free(&arena);
    }
}

static void read_list(const char *path, names *n)
{
    yn_buf text = yn_buf_make(list_max, NULL);
    yn_preload_list list;
    yn_list_problem problem;
    FILE *file = fopen(path, "rb");
    while (file && !feof(file) && !ferror(file) && yn_buf_reserve(&text, 1 << 16))
        text.len += fread(text.ptr + text.len, 1, 1 << 16, file);
    if (!file || ferror(file)) {
        perror(path);
        exit(3);
    }
    fclose(file);
    if (yn_preload_list_read(&list, yn_buf_text(&text), &problem) != YONDER_OK) {
        fprintf(stderr, "%s: %s\n", path, problem.message);
        exit(3);
    }
    for (size_t i = 0; i < list.count; i++)
        add(n, &list.entries[i]);
    yn_preload_list_free(&list);
    yn_buf_free(&text);
}

static void print_sizes(const names *n, size_t image_size)
{
    size_t text = 0, force = 0;
    for (size_t i = 0; i < n->count; i++) {
        text += n->entries[i].name.len;
        force += n->entries[i].force_https;
    }
    bench_print((double)force, "names", "preload: HTTPS only");
    bench_print((double)image_size * 8 / (double)force, "bits", "preload: image, a name");
    bench_print((double)(text + n->count * sizeof *n->entries) * 8 / (double)force, "bits",
                "preload: sorted array, a name");
}

int main(int argc, char **argv)
{
    names n = {.arena = yn_arena_make(NULL)};
    if (argc > 1)
        read_list(argv[1], &n);
    else
        make_up(&n);
    void *image;
    size_t size, bad;
    yonder_preload *set;
    int error = yonder_preload_build(n.entries, n.count, NULL, &image, &size, &bad);
    if (!error)
        error = yonder_preload_open(&set, image, size, NULL);
    if (error) {
        fprintf(stderr, "bench_preload: %s\n", yonder_strerror(error));
        return 3;
    }
    n.count = 0; // the entries as the image has them, each once
    yonder_preload_each(set, add, &n);
    qsort(n.entries, n.count, sizeof *n.entries, by_name);
    print_sizes(&n, size);
    measure(set, &n);
    yonder_preload_close(set);
    free(image);
    free(n.entries);
    yn_arena_free(&n.arena);
    return 0;
}
