// SPDX-License-Identifier: MIT
// The input is a list of names, a line each, '!' before one without HTTPS and '+' before one with
// subdomains; then a line '=' and bytes that are laid over the image made of them. The image
// answers as a plain search does; damaged, with a checksum that is right again, it is refused or
// harmless.
#include <yonder/preload.h>

#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"
#include "core/preload_image.h"

enum {
    max_names = 256
};

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

typedef struct list {
    yonder_preload_entry entries[max_names];
    size_t count;
} list;

static const yonder_preload_entry *search(const list *l, yonder_text name)
{
    for (size_t i = 0; i < l->count; i++)
        if (yn_equal(l->entries[i].name, name))
            return &l->entries[i];
    return NULL;
}

static bool search_suffixes(const list *l, yonder_text host)
{
    for (yonder_text rest = host; rest.len;) {
        const yonder_preload_entry *e = search(l, rest);
        if (e)
            return e->force_https && (e->include_subdomains || rest.len == host.len);
        size_t dot = yn_find_char(rest, '.');
        rest = yn_skip(rest, dot < rest.len ? dot + 1 : dot);
    }
    return false;
}

// Reads the names; what comes after the line '=' is left in `rest`.
static void read_list(list *l, yonder_text *rest)
{
    while (rest->len) {
        size_t end = yn_find_char(*rest, '\n');
        yonder_text line = yn_slice(*rest, 0, end);
        *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
        if (yn_equal(line, YN_TEXT("=")))
            return;
        yonder_preload_entry e = {.force_https = true};
        for (; line.len && (*line.ptr == '!' || *line.ptr == '+'); line = yn_skip(line, 1))
            *(*line.ptr == '!' ? &e.force_https : &e.include_subdomains) = *line.ptr == '+';
        e.name = line;
        if (l->count < max_names)
            l->entries[l->count++] = e;
    }
}

static int check_entry(void *context, const yonder_preload_entry *entry)
{
    const yonder_preload_entry *e = search(context, entry->name);
    CHECK(e && e->force_https == entry->force_https);
    CHECK(entry->include_subdomains == (e->force_https && e->include_subdomains));
    return 0;
}

static int ignore_entry(void *context, const yonder_preload_entry *entry)
{
    (void)context;
    CHECK(entry->name.len < (size_t)2 * YONDER_PRELOAD_MAX_NAME);
    return 0;
}

// The names, their tails and what stands below them.
static void query_all(const yonder_preload *set, const list *l, bool check)
{
    char below[YONDER_PRELOAD_MAX_NAME + 2] = "b.";
    for (size_t i = 0; i < l->count; i++) {
        yonder_text name = l->entries[i].name;
        memcpy(below + 2, name.ptr, name.len);
        const yonder_text asked[] = {name,
                                     yn_skip(name, 1),
                                     yn_skip(name, name.len / 2),
                                     yn_slice(name, 0, name.len - 1),
                                     {below, name.len + 2}};
        for (size_t a = 0; a < sizeof asked / sizeof *asked; a++) {
            yonder_preload_match m;
            yonder_preload_query(set, asked[a], &m);
            CHECK(m.found || !m.preloaded);
            CHECK(m.matched.len <= asked[a].len);
            yonder_text host = asked[a];
            bool odd = host.len == 0 || host.len > YONDER_PRELOAD_MAX_NAME || *host.ptr == '.' ||
                       host.ptr[host.len - 1] == '.';
            CHECK(!check || odd || m.preloaded == search_suffixes(l, host));
        }
    }
}

static void damage(const list *l, char *image, size_t size, yonder_text bytes)
{
    const size_t summed = offsetof(yn_preload_header, size);
    // Each change is two bytes of place and one that is laid over what stands there.
    for (; bytes.len >= 3; bytes = yn_skip(bytes, 3)) {
        size_t at = (unsigned char)bytes.ptr[0] << 8 | (unsigned char)bytes.ptr[1];
        image[at % size] = (char)(image[at % size] ^ bytes.ptr[2]);
    }
    uint64_t sum = yn_hash((yonder_text){image + summed, size - summed}, 0);
    memcpy(image + offsetof(yn_preload_header, checksum), &sum, sizeof sum);
    yonder_preload *set;
    if (yonder_preload_open(&set, image, size, NULL) == YONDER_OK) {
        yonder_preload_each(set, ignore_entry, NULL);
        query_all(set, l, false);
        yonder_preload_close(set);
    }
}

// Any bytes at all.
static void open_raw(const uint8_t *data, size_t size)
{
    yonder_preload *set;
    void *copy = malloc(size + 1); // aligned
    CHECK(copy);
    memcpy(copy, data, size);
    if (yonder_preload_open(&set, copy, size, NULL) == YONDER_OK) {
        yonder_preload_each(set, ignore_entry, NULL);
        yonder_preload_close(set);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static list l;
    yonder_text rest = {(const char *)data, size};
    open_raw(data, size);
    l.count = 0;
    read_list(&l, &rest);
    void *image;
    size_t image_size, bad;
    while (yonder_preload_build(l.entries, l.count, NULL, &image, &image_size, &bad) ==
           YONDER_INVALID_HOST)
        l.entries[bad] = l.entries[--l.count];
    yonder_preload *set;
    CHECK(yonder_preload_open(&set, image, image_size, NULL) == YONDER_OK);
    yonder_preload_each(set, check_entry, &l);
    query_all(set, &l, true);
    yonder_preload_close(set);
    damage(&l, image, image_size, rest);
    free(image);
    return 0;
}
